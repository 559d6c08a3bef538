/*
 * JSON text -> all firmwares of a model: a base, which may build on another model's, then what each
 * firmware does otherwise.
 */
#include "load/profile.h"

#include "load/figures.h"
#include "load/profile_values.h"
#include "load/shipped.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Models in a row of which each is like the next. */
#define DEPTH_MAX 6

static int load_text(struct hlsim__source *source, unsigned depth,
                     struct hlsim_profile_family **ret_family);

/* ---- Keys, read in an order of our own ---- */

static void keep(struct hlsim__reader *reader, const cJSON *value, void *target, const void *about)
{
    (void)reader;
    (void)about;
    *(const cJSON **)target = value;
}

static void read_model(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_profile_family *family = (*(struct hlsim__profile_load **)target)->family;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t size = strlen(text);

    (void)about;
    if (size == 0 || size >= sizeof family->model ||
        strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != size) {
        hlsim__reader_complain(reader, "expected a model of at most %zu capitals, digits and '-'",
                               sizeof family->model - 1);
        return;
    }
    strcpy(family->model, text);
}

static const struct hlsim__key profile_keys[] = {
    {.name = "$schema", .read = hlsim__read_ignored},
    {.name = "about", .read = hlsim__read_ignored},
    {.name = "model",
     .required = true,
     .read = read_model,
     .offset = offsetof(struct hlsim__profile_parts, load)},
    {.name = "like", .read = keep, .offset = offsetof(struct hlsim__profile_parts, like)},
    {.name = "base", .read = keep, .offset = offsetof(struct hlsim__profile_parts, base)},
    {.name = "firmwares",
     .required = true,
     .read = keep,
     .offset = offsetof(struct hlsim__profile_parts, firmwares)},
};

/* ---- The model that this one is like ---- */

static void load_other(struct hlsim__reader *reader, const char *model,
                       struct hlsim__profile_load *load)
{
    const struct hlsim__shipped *shipped = hlsim__shipped_model(model);
    struct hlsim__nearest nearest;
    struct hlsim__source *source;
    char hint[HLSIM__HINT_SIZE];

    if (shipped == NULL) {
        hlsim__nearest_init(&nearest, model);
        for (size_t i = 0; i < hlsim__shipped_profile_count; i++) {
            hlsim__nearest_offer(&nearest, hlsim__shipped_profiles[i].model);
        }
        hlsim__reader_complain(reader, "expected a model that is shipped, found \"%.40s\"%s", model,
                               hlsim__nearest_hint(&nearest, hint));
        return;
    }
    if (load->depth >= DEPTH_MAX) {
        hlsim__reader_complain(reader, "expected %d models at most that are like each other",
                               DEPTH_MAX);
        return;
    }
    source = malloc(sizeof *source);
    if (source == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    hlsim__source_init(source, shipped->file, (const char *)shipped->text, shipped->size,
                       reader->source->diagnostics);
    load_text(source, load->depth + 1, &load->other);
    free(source);
}

/* A name, or one with its evidence; a bare name is an inference. */
static void read_like(struct hlsim__reader *reader, const cJSON *like,
                      struct hlsim__profile_load *load)
{
    struct hlsim__provenance known = {.evidence = HLSIM_EVIDENCE_INFERRED};
    const cJSON *value = like;
    const char *model;

    hlsim__reader_enter(reader, "like");
    if (cJSON_IsObject(like)) {
        value = hlsim__read_entry(reader, like, load->family, &known);
        hlsim__reader_enter(reader, "value");
    }
    model = value == NULL ? NULL : hlsim__reader_wants_text(reader, value, "the name of a model");
    if (model != NULL) {
        load->likeness = known.evidence;
        load_other(reader, model, load);
    }
    if (cJSON_IsObject(like)) {
        hlsim__reader_leave(reader);
    }
    hlsim__reader_leave(reader);
}

/* ---- The base ---- */

static const struct hlsim__key whole_base_keys[] = {
    {.name = "figures", .required = true, .read = hlsim__read_figures},
    {.name = "quirks", .required = true, .read = hlsim__read_quirks},
    {.name = "answers", .required = true, .read = hlsim__read_answers},
};

static const struct hlsim__key base_keys[] = {
    {.name = "figures", .read = hlsim__read_figures},
    {.name = "quirks", .read = hlsim__read_quirks},
    {.name = "answers", .read = hlsim__read_answers},
};

/* Appends a name to a list in words. */
static void add_name(char *names, size_t size, const char *name)
{
    size_t used = strlen(names);

    snprintf(names + used, size - used, "%s\"%s\"", used == 0 ? "" : ", ", name);
}

static void check_base_is_complete(struct hlsim__reader *reader, const cJSON *base)
{
    const cJSON *given_figures = cJSON_GetObjectItemCaseSensitive(base, "figures");
    const cJSON *given_quirks = cJSON_GetObjectItemCaseSensitive(base, "quirks");
    char missing[200] = "";

    for (size_t i = 0; cJSON_IsObject(given_figures) && i < hlsim__figure_count(); i++) {
        if (cJSON_GetObjectItemCaseSensitive(given_figures, hlsim__figure_at(i)->name) == NULL) {
            add_name(missing, sizeof missing, hlsim__figure_at(i)->name);
        }
    }
    for (int i = 0; cJSON_IsObject(given_quirks) && i < HLSIM_QUIRKS; i++) {
        const char *name = hlsim__quirk_at((enum hlsim_quirk)i)->name;

        if (cJSON_GetObjectItemCaseSensitive(given_quirks, name) == NULL) {
            add_name(missing, sizeof missing, name);
        }
    }
    if (missing[0] != '\0') {
        hlsim__reader_complain(reader, "these are missing: %s", missing);
    }
}

static void read_base(struct hlsim__reader *reader, const cJSON *base, bool whole,
                      const struct hlsim__profile_load *load)
{
    struct hlsim__profile_part part = {.profile = &load->family->base, .family = load->family};

    if (base == NULL && whole) {
        hlsim__reader_complain(reader, "\"base\" is missing, or \"like\" and another model");
    }
    if (base == NULL) {
        return;
    }
    hlsim__reader_enter(reader, "base");
    if (whole) {
        HLSIM__READ_OBJECT(reader, base, whole_base_keys, &part);
        check_base_is_complete(reader, base);
    } else {
        HLSIM__READ_OBJECT(reader, base, base_keys, &part);
    }
    hlsim__reader_leave(reader);
}

/* ---- A whole file ---- */

static void read_parts(struct hlsim__reader *reader, const struct hlsim__profile_parts *parts)
{
    struct hlsim__profile_load *load = parts->load;

    if (parts->like != NULL) {
        read_like(reader, parts->like, load);
    }
    if (load->other != NULL &&
        hlsim__profile_inherit(load, &load->other->base, &load->family->base) < 0) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    read_base(reader, parts->base, parts->like == NULL, load);
    if (parts->firmwares != NULL) {
        hlsim__reader_enter(reader, "firmwares");
        hlsim__read_firmwares(reader, parts->firmwares, load);
        hlsim__reader_leave(reader);
    }
}

static int read_profile(struct hlsim__source *source, const cJSON *root, unsigned depth,
                        struct hlsim_profile_family **ret_family)
{
    struct hlsim__reader reader = {.source = source};
    struct hlsim__profile_load load = {.depth = depth};
    struct hlsim__profile_parts parts = {.load = &load};

    load.family = calloc(1, sizeof *load.family);
    if (load.family == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    HLSIM__READ_OBJECT(&reader, root, profile_keys, &parts);
    if (cJSON_IsObject(root)) {
        read_parts(&reader, &parts);
    }
    hlsim__family_adopt_texts(load.family, load.other);
    hlsim__family_free(load.other);
    if (hlsim__source_errors(source) > 0) {
        hlsim__family_free(load.family);
        return HLSIM_E_FORMAT;
    }
    *ret_family = load.family;
    return 0;
}

static int load_text(struct hlsim__source *source, unsigned depth,
                     struct hlsim_profile_family **ret_family)
{
    int result = HLSIM_E_FORMAT;
    cJSON *root = hlsim__source_parse(source);

    if (root != NULL) {
        result = read_profile(source, root, depth, ret_family);
    }
    hlsim__source_sort(source);
    cJSON_Delete(root);
    return result;
}

int hlsim_load_profile(const char *text, size_t size, const char *file,
                       struct hlsim_profile_family **ret_family,
                       struct hlsim_diagnostics *diagnostics)
{
    struct hlsim__source *source = malloc(sizeof *source);
    int result;

    if (source == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    hlsim__source_init(source, file, text, size, diagnostics);
    result = load_text(source, 0, ret_family);
    free(source);
    return result;
}

void hlsim_profile_family_free(struct hlsim_profile_family *family)
{
    hlsim__family_free(family);
}
