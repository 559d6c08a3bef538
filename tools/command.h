/*
 * What a subcommand is: its name, its options and the function that carries it out. main.c holds
 * the table; help is printed from it.
 */
#ifndef HL78SIM_TOOLS_COMMAND_H
#define HL78SIM_TOOLS_COMMAND_H

#include <stddef.h>

#include "exit_code.h"
#include "options.h"

struct command {
    const char *name;
    const char *operands;             /* "SCENARIO|DIR...", for help */
    const char *about;                /* a sentence without its stop */
    const char *details;              /* paragraphs for the manual, parted by '\n'; NULL: none */
    const char *examples;             /* command lines, parted by '\n'; NULL: none */
    const struct option_row *options; /* ends with a row without a name */
    size_t size;                      /* of the structure that the options are read into */
    const void *defaults;             /* such a structure; NULL: all zero */
    /* `options` is that structure; `program` is how hl78sim was called, for repro lines. */
    enum exit_code (*run)(const char *program, const void *options);
};

extern const struct command command_run;
extern const struct command command_check;
extern const struct command command_package;
extern const struct command command_explore;
extern const struct command command_serve;
extern const struct command command_airvantage;
extern const struct command command_ctl;
extern const struct command command_list;
extern const struct command command_new;
extern const struct command command_doctor;

#endif
