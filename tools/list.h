/*
 * What `hl78sim list` knows of its command line, for its parts.
 */
#ifndef HL78SIM_TOOLS_LIST_H
#define HL78SIM_TOOLS_LIST_H

#include "command.h"

#include <stdbool.h>

struct list_options {
    struct parsed parsed;
    const char *profile; /* NULL: all, or the default one */
    bool names;
    bool evidence; /* of profiles: how well their values are known */
};

/* Profiles, and what they say. */
enum exit_code list_profiles(const struct list_options *options);
enum exit_code list_commands(const struct list_options *options);
enum exit_code list_quirks(const struct list_options *options);
enum exit_code list_figures(const struct list_options *options);

#endif
