/*
 * Reads a profile from its tree.
 */
#ifndef HLSIM_LOAD_PROFILE_H
#define HLSIM_LOAD_PROFILE_H

#include "load/reader.h"
#include "profile/profile.h"

struct hlsim__profile_load {
    struct hlsim_profile_family *family;
    struct hlsim_profile base;
    const cJSON *firmwares;
};

/* 0 with a family that is the caller's to free; HLSIM_E_FORMAT, HLSIM_E_NO_MEMORY. */
int hlsim__read_profile(struct hlsim__source *source, const cJSON *root,
                        struct hlsim_profile_family **ret_family);

#endif
