/*
 * Reads a profile from its tree.
 */
#ifndef HLSIM_LOAD_PROFILE_H
#define HLSIM_LOAD_PROFILE_H

#include "load/reader.h"
#include "profile/profile.h"

/* One file under reading. */
struct hlsim__profile_load {
    struct hlsim_profile_family *family;
    struct hlsim_profile_family *other; /* of the model that this one is like; NULL: none */
    enum hlsim_evidence likeness;       /* how well it is known to be so */
    unsigned depth;                     /* models that led to this one */
};

/* What the tables of keys of such a file have as their target. */
struct hlsim__profile_parts {
    struct hlsim__profile_load *load;
    const cJSON *like;
    const cJSON *base;
    const cJSON *firmwares;
};

/* Reads the elements of `firmwares`, where the reader is, when model, likeness and base are known.
 */
void hlsim__read_firmwares(struct hlsim__reader *reader, const cJSON *firmwares,
                           struct hlsim__profile_load *load);

/* Makes `profile` what the model `other` has there, under this model's base. */
int hlsim__profile_inherit(const struct hlsim__profile_load *load,
                           const struct hlsim_profile *other, struct hlsim_profile *profile);

/* Splits "mine.json:4.6.8.0": the file's name; returns the version, or NULL when none is named. */
const char *hlsim__profile_file_name(const char *profile, char *name, size_t size);

#endif
