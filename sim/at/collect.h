/*
 * From bytes to command lines (V.250 5.2): the character that ends a line, the one that takes the
 * last character back, the repetition A/. Knows nothing of commands and sends nothing.
 */
#ifndef HLSIM_AT_COLLECT_H
#define HLSIM_AT_COLLECT_H

#include "at/parse.h"

struct hlsim__at_collector {
    char line[HLSIM__AT_LINE_MAX + 1];
    size_t size;
    bool too_long;
    char last[HLSIM__AT_LINE_MAX + 1]; /* the body of the command line before; "" at first */
};

/* The characters of S3 and S5. */
struct hlsim__at_editing {
    uint8_t end;
    uint8_t back;
};

enum hlsim__at_collected {
    HLSIM__AT_COLLECTING, /* nothing has ended yet */
    HLSIM__AT_LINE,
    HLSIM__AT_REPEAT, /* A/, which needs no end */
};

/*
 * Takes bytes until a line or A/ is complete; returns how many, up to `size`. Control characters
 * other than those two, and NUL, are left out.
 */
size_t hlsim__at_collect(struct hlsim__at_collector *collector, const uint8_t *bytes, size_t size,
                         const struct hlsim__at_editing *editing,
                         enum hlsim__at_collected *ret_collected);

/*
 * The body (behind "AT") of what was collected, which may be changed until more is collected; the
 * next line begins empty. NULL: the line has no "AT" and is ignored. `*ret_too_long`: it did not
 * fit, and A/ will repeat the one before it.
 */
char *hlsim__at_collected_body(struct hlsim__at_collector *collector,
                               enum hlsim__at_collected collected, bool *ret_too_long);

#endif
