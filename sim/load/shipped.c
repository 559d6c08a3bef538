/*
 * Names of profiles: shipped ones, and those that are files.
 */
#include "load/shipped.h"

#include "load/profile.h"

#include <stdio.h>
#include <string.h>

#define ENDING ".json"

const struct hlsim__shipped *hlsim__shipped_model(const char *model)
{
    for (size_t i = 0; i < hlsim__shipped_profile_count; i++) {
        if (strcmp(hlsim__shipped_profiles[i].model, model) == 0) {
            return &hlsim__shipped_profiles[i];
        }
    }
    return NULL;
}

/* A model may contain '-', a version does not. */
const struct hlsim__shipped *hlsim__shipped_find(const char *profile, const char **ret_firmware)
{
    const char *dash = strrchr(profile, '-');
    size_t size = dash == NULL ? 0 : (size_t)(dash - profile);

    for (size_t i = 0; dash != NULL && i < hlsim__shipped_profile_count; i++) {
        const struct hlsim__shipped *shipped = &hlsim__shipped_profiles[i];

        if (strlen(shipped->model) != size || strncmp(shipped->model, profile, size) != 0) {
            continue;
        }
        for (size_t j = 0; shipped->firmwares[j] != NULL; j++) {
            if (strcmp(shipped->firmwares[j], dash + 1) == 0) {
                *ret_firmware = shipped->firmwares[j];
                return shipped;
            }
        }
    }
    return NULL;
}

const char *hlsim_shipped_profile_name(size_t index, char *name, size_t size)
{
    for (size_t i = 0; i < hlsim__shipped_profile_count; i++) {
        const struct hlsim__shipped *shipped = &hlsim__shipped_profiles[i];

        for (size_t j = 0; shipped->firmwares[j] != NULL; j++) {
            if (index-- == 0) {
                snprintf(name, size, "%s-%s", shipped->model, shipped->firmwares[j]);
                return name;
            }
        }
    }
    return NULL;
}

int hlsim_load_shipped_model(size_t index, struct hlsim_profile_family **ret_family,
                             struct hlsim_diagnostics *diagnostics)
{
    const struct hlsim__shipped *shipped;

    if (index >= hlsim__shipped_profile_count) {
        return HLSIM_E_NOT_FOUND;
    }
    shipped = &hlsim__shipped_profiles[index];
    return hlsim_load_profile((const char *)shipped->text, shipped->size, shipped->file, ret_family,
                              diagnostics);
}

/* ---- Files ---- */

static bool has_ending(const char *name)
{
    size_t size = strlen(name);
    size_t tail = sizeof ENDING - 1;

    return size >= tail && strcmp(name + size - tail, ENDING) == 0;
}

const char *hlsim__profile_file_name(const char *profile, char *name, size_t size)
{
    const char *colon = strrchr(profile, ':');

    snprintf(name, size, "%s", profile);
    if (colon == NULL || !hlsim_version_valid(colon + 1)) {
        return NULL;
    }
    name[colon - profile] = '\0';
    return colon + 1;
}

bool hlsim_profile_name_is_file(const char *name)
{
    char file[256];

    hlsim__profile_file_name(name, file, sizeof file);
    return strchr(name, '/') != NULL || has_ending(file);
}
