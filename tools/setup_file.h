/*
 * Files of scenarios, profiles and packages: reads them, finds what they refer to, and says on
 * standard error what is wrong with them.
 */
#ifndef HL78SIM_TOOLS_SETUP_FILE_H
#define HL78SIM_TOOLS_SETUP_FILE_H

#include <hl78sim/load.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"

/* What the command line says instead of the scenario. */
struct setup_overrides {
    const char *profile; /* NULL: the scenario's; a file's name is relative to the current folder */
    struct option_number seed;
    struct text_list sets;
};

/* Their rows in a table of options; `offset` is that of the struct setup_overrides. */
#define SETUP_OVERRIDE_ROWS(offset)                                                                \
    {"profile",                                                                                    \
     0,                                                                                            \
     OPTION_TEXT,                                                                                  \
     (offset) + offsetof(struct setup_overrides, profile),                                         \
     NULL,                                                                                         \
     "NAME",                                                                                       \
     "the module's firmware, instead of the scenario's: HL7800-4.6.8.0, or a file "                \
     "(mine.json, mine.json:4.4.14.0)"},                                                           \
        {"seed",                                                                                   \
         0,                                                                                        \
         OPTION_NUMBER,                                                                            \
         (offset) + offsetof(struct setup_overrides, seed),                                        \
         NULL,                                                                                     \
         "N",                                                                                      \
         "instead of the scenario's"},                                                             \
    {                                                                                              \
        "set", 0, OPTION_TEXTS, (offset) + offsetof(struct setup_overrides, sets), NULL,           \
            "PATH=VALUE", "override the scenario: modem.set.install_time=2s; may be repeated"      \
    }

/* Reads a whole file of at most `limit` bytes (allocated, with a NUL behind it). False after a
 * message. */
bool file_read(const char *path, size_t limit, uint8_t **ret_bytes, size_t *ret_size);

/* Loads a scenario and the package files it names; packages that are to be built are not yet. */
bool setup_file_load(const char *path, const struct setup_overrides *overrides,
                     struct hlsim_setup **ret_setup);

/* The same for a text that is no file's; `name` is its name in messages. */
bool setup_text_load(const char *name, const char *text, size_t size,
                     const struct setup_overrides *overrides, struct hlsim_setup **ret_setup);

/* Whether the file, a scenario or a profile, is valid; says all that is wrong. */
bool setup_file_check(const char *path);

/*
 * The files that operands mean: a file is itself, a folder all *.json below it in order of their
 * names, without schemas, and with `only_scenarios` without folders named `profiles`. False after
 * messages, when an operand means none or cannot be read; the others are in the list. Free it in
 * either case with file_list_free.
 */
bool file_list_expand(const char *command, const struct text_list *operands, bool only_scenarios,
                      struct text_list *ret_list);
void file_list_free(struct text_list *list);

#endif
