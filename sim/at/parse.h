/*
 * A command line (V.250, 27.007) in pieces: one request after the other. Knows the grammar, not the
 * commands.
 */
#ifndef HLSIM_AT_PARSE_H
#define HLSIM_AT_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__AT_LINE_MAX 1024 /* characters of a command line; what is longer is an error */
#define HLSIM__AT_NAME_MAX 24
#define HLSIM__AT_ARGS_MAX 16

enum hlsim__at_form {
    HLSIM__AT_EXECUTE = 1 << 0, /* ATI, AT+CGMR */
    HLSIM__AT_READ = 1 << 1,    /* AT+CREG? */
    HLSIM__AT_TEST = 1 << 2,    /* AT+CREG=? */
    HLSIM__AT_SET = 1 << 3,     /* AT+CREG=1, ATE0, ATI3 */
};

enum hlsim__at_arg_type {
    HLSIM__AT_ARG_EMPTY,
    HLSIM__AT_ARG_NUMBER, /* decimal digits, perhaps with a sign, that fit 64 bits */
    HLSIM__AT_ARG_STRING, /* in double quotes, which are left out */
    HLSIM__AT_ARG_WORD,   /* anything else */
};

struct hlsim__at_arg {
    enum hlsim__at_arg_type type;
    int64_t number;
    const char *text; /* NUL-terminated; of an empty argument "" */
};

struct hlsim__at_request {
    enum hlsim__at_form form;
    char name[HLSIM__AT_NAME_MAX]; /* upper case: "E", "&F", "+CREG" */
    size_t arg_count;
    struct hlsim__at_arg args[HLSIM__AT_ARGS_MAX];
};

/* A line being taken apart; it is changed on the way. */
struct hlsim__at_line {
    char *next;
};

/* `text` begins behind "AT". */
void hlsim__at_line_init(struct hlsim__at_line *line, char *text);

/*
 * The next request: 1, or 0 at the end of the line. HLSIM_E_FORMAT when the rest is no command
 * (an unknown character, an unterminated string, too many arguments).
 */
int hlsim__at_line_next(struct hlsim__at_line *line, struct hlsim__at_request *ret_request);

/* Whether `value` is in a range such as "0-2,5,6". */
bool hlsim__at_in_range(const char *range, int64_t value);

#endif
