/*
 * Manual pages and shell completion, made from the tables of commands and options.
 */
#ifndef HL78SIM_TOOLS_MANUAL_H
#define HL78SIM_TOOLS_MANUAL_H

#include <stdio.h>

#include "command.h"

struct manual {
    size_t count;
    const struct command *const *commands;
    const char *version;
};

/* The page hl78sim.1, or that of a command (roff with the macros of man(7)). */
void manual_page(FILE *file, const struct manual *manual, const struct command *command);

/* A script for bash: source it, or install it as completions/hl78sim. */
void manual_completion(FILE *file, const struct manual *manual);

#endif
