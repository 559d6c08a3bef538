/*
 * A host at the first two ports of a module whose sockets are tested: it types lines, and keeps
 * what comes.
 */
#ifndef HL78SIM_TESTS_CONSOLE_H
#define HL78SIM_TESTS_CONSOLE_H

#include "lib/flow.h"

#include "world/inside.h"

#define PATTERN "--EOF--Pattern--"

struct console {
    struct flow flow;
    struct hlsim_link *links[2];
    bool reads; /* the host takes what comes */
    size_t size;
    char *out; /* what came at port 0, NUL-terminated */
    size_t second_size;
    char second[4096]; /* at port 1 */
};

/* Up, registered, echo off, connection 1 configured. `rest` are members of the scenario's modem. */
void console_open(struct console *console, const char *rest);
void console_close(struct console *console);

/* Session 1, with the usual echo. */
void console_connect(struct console *console);

void console_pass(struct console *console, int64_t duration);

/* What came is forgotten. */
void console_forget(struct console *console);

/* Bytes, as fast as the link takes them; a line with CR, and two seconds: what came before it is
 * forgotten. */
void console_send(struct console *console, unsigned port, const uint8_t *bytes, size_t size);
void console_type_at(struct console *console, unsigned port, const char *line);
void console_type(struct console *console, const char *line);

/* Whether that text came at port 0. */
bool console_says(const struct console *console, const char *text);

struct hlsim__modem *console_modem(struct console *console);

#endif
