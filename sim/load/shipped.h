/*
 * The profiles of scenarios/profiles/, embedded as text by embed.cmake.
 */
#ifndef HLSIM_LOAD_SHIPPED_H
#define HLSIM_LOAD_SHIPPED_H

#include <stddef.h>

struct hlsim__shipped {
    const char *model;            /* "HL7800" */
    const char *file;             /* "profiles/hl7800.json", for messages */
    const char *const *firmwares; /* ascending; NULL after the last */
    const unsigned char *text;
    size_t size;
};

extern const struct hlsim__shipped hlsim__shipped_profiles[];
extern const size_t hlsim__shipped_profile_count;

/* The model that is called so; NULL: none. */
const struct hlsim__shipped *hlsim__shipped_model(const char *model);

/* The model of a profile ("HL7800-M-4.6.8.0") that has that firmware, and the firmware; NULL. */
const struct hlsim__shipped *hlsim__shipped_find(const char *profile, const char **ret_firmware);

#endif
