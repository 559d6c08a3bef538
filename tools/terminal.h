/*
 * What a terminal is shown: colours, and how far long work has come. Prints to standard error only.
 */
#ifndef HL78SIM_TOOLS_TERMINAL_H
#define HL78SIM_TOOLS_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Whether a stream may be coloured: a terminal that is not dumb, and NO_COLOR is not set. */
bool terminal_colours(FILE *file);

/* Work of so many pieces: a bar on a terminal, elsewhere a line now and then. */
struct progress {
    const char *pieces; /* "scenarios" */
    const char *bad;    /* "failed" */
    size_t total;
    bool terminal;
    bool colours;
    bool visible;  /* a bar stands there */
    int64_t shown; /* wall clock of the last time */
};

void progress_begin(struct progress *progress, size_t total, const char *pieces, const char *bad);
void progress_show(struct progress *progress, size_t done, size_t bad);

/* Takes the bar away, before something else is printed and at the end. */
void progress_clear(struct progress *progress);

#endif
