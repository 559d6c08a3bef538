/*
 * A prompt: the host types a text that Ctrl-Z ends and ESC gives up (27.005 3.5.1), as does DTR low
 * with AT&D2. What the text
 * means is the business of the command that asked for it.
 */
#ifndef HLSIM_AT_PROMPT_H
#define HLSIM_AT_PROMPT_H

#include "codec/sms.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim__at_port;

#define HLSIM__AT_PROMPT_MAX 1024 /* characters of a text; the rest is left out */

struct hlsim__at_prompt_kind {
    const char *sign; /* "\r\n> " */
    bool text;        /* lines are part of the text, and each has the sign */
    /* Ctrl-Z has come. Answers, and returns a handler's result; `size` counts what was typed, of
     * which at most HLSIM__AT_PROMPT_MAX are there. */
    int (*done)(struct hlsim__at_port *port, const char *text, size_t size);
};

/* In the port's RAM. */
struct hlsim__at_prompt {
    const struct hlsim__at_prompt_kind *kind;
    size_t size;
    /* The command's own: what its arguments said. */
    struct hlsim__sms_address address;
    int64_t number;
    int status;
    char text[HLSIM__AT_PROMPT_MAX];
};

/* Shows the sign after the command's latency; the handler returns what this returns. `kind` is
 * borrowed. The command's own fields are to be set afterwards. */
int hlsim__at_prompt_begin(struct hlsim__at_port *port, const struct hlsim__at_prompt_kind *kind);

#endif
