/*
 * What `hl78sim list` knows of its command line, for its parts.
 */
#ifndef HL78SIM_TOOLS_LIST_H
#define HL78SIM_TOOLS_LIST_H

#include "command.h"

#include <hl78sim/catalogue.h>

#include <stdbool.h>

struct list_options {
    struct parsed parsed;
    const char *profile; /* NULL: all, or the default one */
    bool names;
    bool evidence; /* of profiles: how well their values are known */
};

/* All shipped models. Free them with list_families_free, also after an error (negative). */
#define LIST_FAMILIES_MAX 32
struct list_families {
    size_t count;
    struct hlsim_profile_family *items[LIST_FAMILIES_MAX];
};
int list_families_load(struct list_families *ret_families);
void list_families_free(struct list_families *families);

/*
 * Calls `each` with the firmwares of a model in ranges, in which a quirk or a figure is the same
 * and known alike: "HL7800-4.3.9.0 to 4.6.8.0", or "HL7800" for all of them.
 */
void list_ranges(const struct hlsim_profile_family *family, enum hlsim_catalogue_facts which,
                 size_t index,
                 void (*each)(void *user, const char *firmwares,
                              const struct hlsim_catalogue_fact *fact),
                 void *user);

/* Profiles, and what they say. */
enum exit_code list_profiles(const struct list_options *options);
enum exit_code list_commands(const struct list_options *options);
enum exit_code list_quirks(const struct list_options *options);
enum exit_code list_figures(const struct list_options *options);

#endif
