/*
 * Command-line options as tables: a row says how an option is written, what it means and where its
 * value goes. One table serves the parser and the help text.
 */
#ifndef HL78SIM_TOOLS_OPTIONS_H
#define HL78SIM_TOOLS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Values of one repeatable option, and operands. */
#define OPTION_LIST_MAX 1024

enum option_type {
    OPTION_FLAG,     /* bool */
    OPTION_TEXT,     /* const char * */
    OPTION_TEXTS,    /* struct text_list; may be repeated */
    OPTION_NUMBER,   /* struct option_number, 0 to 2^63 - 1 */
    OPTION_DURATION, /* int64_t, nanoseconds */
    OPTION_CHOICE,   /* const char *, one of `choices` */
};

struct text_list {
    size_t count;
    const char **items;
};

struct option_number {
    bool given;
    uint64_t value;
};

struct option_row {
    const char *name; /* without "--"; NULL ends a table */
    char short_name;  /* 0: none */
    enum option_type type;
    size_t offset;              /* of the value in the structure */
    const char *const *choices; /* ends with NULL */
    const char *argument;       /* its name in help; NULL: a flag */
    const char *about;
};

/* What a command line is read into begins with this. */
struct parsed {
    struct text_list operands;
    bool has_tail;         /* there was a "--" */
    struct text_list tail; /* what followed it */
};

/*
 * Reads `argv` (without the command's name) into `values`, a structure that begins with a struct
 * parsed and already holds the defaults. Texts are borrowed. False after a message on standard
 * error; `command` is the name for messages. Lists are allocated: options_free.
 */
bool options_parse(const char *command, const struct option_row *rows, char *const *argv,
                   void *values);
void options_free(const struct option_row *rows, void *values);

/* Prints the rows for a help page. */
void options_print(FILE *file, const struct option_row *rows);

/* ", did you mean "x"?" for the nearest of the texts, or "". Valid as long as `hint`. */
#define HINT_SIZE 96
const char *nearest_hint(const char *word, const char *const *texts, size_t count,
                         char hint[HINT_SIZE]);

#endif
