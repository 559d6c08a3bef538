/*
 * The three sections of a base and of a firmware: figures, quirks and answers, each value with its
 * evidence and its source.
 */
#ifndef HLSIM_LOAD_PROFILE_VALUES_H
#define HLSIM_LOAD_PROFILE_VALUES_H

#include "load/reader.h"
#include "profile/profile.h"

/* A base or a firmware under reading: the target of the three. */
struct hlsim__profile_part {
    struct hlsim_profile *profile;
    struct hlsim_profile_family *family; /* keeps the texts */
    char firmware[HLSIM_PROFILE_FIRMWARE_MAX];
};

/* For rows of keys; `about` is not used. */
void hlsim__read_figures(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_quirks(struct hlsim__reader *, const cJSON *, void *, const void *);
void hlsim__read_answers(struct hlsim__reader *, const cJSON *, void *, const void *);

/*
 * Reads {"value", "evidence", "source"} where the reader is: the value, or NULL when it is missing.
 * What is wrong is complained about.
 */
const cJSON *hlsim__read_entry(struct hlsim__reader *reader, const cJSON *object,
                               struct hlsim_profile_family *family,
                               struct hlsim__provenance *ret_known);

#endif
