/*
 * Brings texts and bytes to the loader, which opens no file itself.
 */
#include "setup_file.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Bytes ---- */

/* Room for one more piece and a NUL. */
static bool grow(uint8_t **bytes, size_t *capacity, size_t size)
{
    uint8_t *larger;

    if (*bytes != NULL && size + 1 < *capacity) {
        return true;
    }
    larger = realloc(*bytes, 2 * *capacity + 4096);
    if (larger != NULL) {
        *bytes = larger;
        *capacity = 2 * *capacity + 4096;
    }
    return larger != NULL;
}

/* NULL when all is well, else what was wrong. */
static const char *read_all(FILE *file, size_t limit, uint8_t **bytes, size_t *size)
{
    size_t capacity = 0;
    size_t count = 1;

    *size = 0;
    while (count > 0) {
        if (!grow(bytes, &capacity, *size)) {
            return hlsim_error_text(HLSIM_E_NO_MEMORY);
        }
        count = fread(*bytes + *size, 1, capacity - *size - 1, file);
        *size += count;
        if (*size > limit) {
            return "too large";
        }
    }
    (*bytes)[*size] = 0;
    return ferror(file) ? strerror(errno) : NULL;
}

bool file_read(const char *path, size_t limit, uint8_t **ret_bytes, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    const char *problem = file == NULL ? strerror(errno) : NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;

    if (file != NULL) {
        problem = read_all(file, limit, &bytes, &size);
        fclose(file);
    }
    if (problem != NULL) {
        fprintf(stderr, "%s: %s\n", path, problem);
        free(bytes);
        return false;
    }
    *ret_bytes = bytes;
    *ret_size = size;
    return true;
}

/* `name` as seen from the file `from`; allocated. */
static char *beside(const char *from, const char *name)
{
    const char *slash = strrchr(from, '/');
    size_t folder = slash == NULL || name[0] == '/' ? 0 : (size_t)(slash - from) + 1;
    char *path = malloc(folder + strlen(name) + 1);

    if (path != NULL) {
        memcpy(path, from, folder);
        strcpy(path + folder, name);
    }
    return path;
}

/* ---- Scenarios ---- */

struct loading {
    const char *path;
    const struct setup_overrides *overrides;
    uint8_t *profile; /* the text of a profile file */
};

static const char *profile_text(void *user, const char *name, size_t *ret_size)
{
    struct loading *loading = user;
    const char *given = loading->overrides->profile;
    bool typed = given != NULL && strncmp(given, name, strlen(name)) == 0;
    char *path = beside(typed ? "" : loading->path, name);

    free(loading->profile);
    loading->profile = NULL;
    if (path != NULL && !file_read(path, HLSIM_LOAD_SIZE_MAX, &loading->profile, ret_size)) {
        loading->profile = NULL;
    }
    free(path);
    return (const char *)loading->profile;
}

static void print_diagnostics(const struct hlsim_diagnostics *diagnostics)
{
    char text[640];

    for (size_t i = 0; i < diagnostics->count; i++) {
        hlsim_diagnostic_format(&diagnostics->entries[i], text, sizeof text);
        fprintf(stderr, "%s\n", text);
    }
    if (diagnostics->dropped > 0) {
        fprintf(stderr, "and %zu more\n", diagnostics->dropped);
    }
}

static bool load_text(struct loading *loading, const char *text, size_t size,
                      struct hlsim_setup **ret_setup)
{
    const struct setup_overrides *overrides = loading->overrides;
    const struct hlsim_load_options options = {.file = loading->path,
                                               .profile = overrides->profile,
                                               .has_seed = overrides->seed.given,
                                               .seed = overrides->seed.value,
                                               .override_count = overrides->sets.count,
                                               .overrides = overrides->sets.items,
                                               .profile_text = profile_text,
                                               .user = loading};
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    int result = diagnostics == NULL
                     ? HLSIM_E_NO_MEMORY
                     : hlsim_load_scenario(text, size, &options, ret_setup, diagnostics);

    if (result == HLSIM_E_FORMAT) {
        print_diagnostics(diagnostics);
    } else if (result < 0) {
        fprintf(stderr, "%s: %s\n", loading->path, hlsim_error_text(result));
    }
    free(diagnostics);
    return result == 0;
}

/* Reads the package files that the scenario names. */
static bool supply_packages(const char *path, struct hlsim_setup *setup)
{
    for (size_t i = 0; i < setup->package_count; i++) {
        char *file;
        uint8_t *bytes;
        size_t size;
        int result = HLSIM_E_NO_MEMORY;

        if (setup->packages[i].file[0] == '\0') {
            continue;
        }
        file = beside(path, setup->packages[i].file);
        if (file != NULL && file_read(file, HLSIM_PACKAGE_SIZE_MAX, &bytes, &size)) {
            result = hlsim_setup_supply_package(setup, i, bytes, size);
            free(bytes);
        }
        free(file);
        if (result < 0) {
            fprintf(stderr, "%s: /airvantage/packages/%zu/file: the package cannot be read\n", path,
                    i);
            return false;
        }
    }
    return true;
}

bool setup_file_load(const char *path, const struct setup_overrides *overrides,
                     struct hlsim_setup **ret_setup)
{
    struct loading loading = {.path = path, .overrides = overrides};
    struct hlsim_setup *setup = NULL;
    uint8_t *text;
    size_t size;
    bool good;

    if (!file_read(path, HLSIM_LOAD_SIZE_MAX, &text, &size)) {
        return false;
    }
    good = load_text(&loading, (const char *)text, size, &setup);
    free(loading.profile);
    free(text);
    if (good && !supply_packages(path, setup)) {
        hlsim_setup_free(setup);
        good = false;
    }
    if (good) {
        *ret_setup = setup;
    }
    return good;
}

bool setup_text_load(const char *name, const char *text, size_t size,
                     const struct setup_overrides *overrides, struct hlsim_setup **ret_setup)
{
    struct loading loading = {.path = name, .overrides = overrides};
    bool good = load_text(&loading, text, size, ret_setup);

    free(loading.profile);
    return good;
}

/* ---- Checking ---- */

/* Profiles name a model, scenarios never do. */
static bool is_profile(const char *text, size_t size)
{
    cJSON *root = cJSON_ParseWithLength(text, size);
    bool result = cJSON_GetObjectItemCaseSensitive(root, "model") != NULL;

    cJSON_Delete(root);
    return result;
}

static bool check_profile(const char *path, const char *text, size_t size)
{
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    struct hlsim_profile_family *family = NULL;
    int result = diagnostics == NULL ? HLSIM_E_NO_MEMORY
                                     : hlsim_load_profile(text, size, path, &family, diagnostics);

    if (result == HLSIM_E_FORMAT) {
        print_diagnostics(diagnostics);
    } else if (result < 0) {
        fprintf(stderr, "%s: %s\n", path, hlsim_error_text(result));
    }
    hlsim_profile_family_free(family);
    free(diagnostics);
    return result == 0;
}

bool setup_file_check(const char *path)
{
    static const struct setup_overrides none;
    struct hlsim_setup *setup = NULL;
    uint8_t *text;
    size_t size;
    bool profile;
    bool good = false;

    if (!file_read(path, HLSIM_LOAD_SIZE_MAX, &text, &size)) {
        return false;
    }
    profile = is_profile((const char *)text, size);
    if (profile) {
        good = check_profile(path, (const char *)text, size);
    }
    free(text);
    if (!profile) {
        good = setup_file_load(path, &none, &setup);
        hlsim_setup_free(setup);
    }
    return good;
}
