/*
 * Dial-up: a host's PPP links into packet data contexts, each with a router behind it. Does not
 * know what command began one and what port carries it.
 *
 * A link is allocated while it lasts and lies in no RAM, as the connections that it has in the
 * network: a restart discards it.
 */
#ifndef HLSIM_MODEM_DIALUP_H
#define HLSIM_MODEM_DIALUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim__modem;
struct hlsim__dialup;

/* What carries a link. */
struct hlsim__dialup_line {
    /* Bytes for the host; how many were taken. */
    size_t (*transmit)(void *user, const uint8_t *bytes, size_t size);
    /* The link has ended by itself, `in_order`: the host wanted it so. hlsim__dialup_close is still
     * to be called; until then the host's bytes are ignored. */
    void (*ended)(void *user, bool in_order);
};

/* What a link begins with; `line` and `user` are borrowed. */
struct hlsim__dialup_call {
    int64_t cid;
    const struct hlsim__dialup_line *line;
    void *user;
};

/*
 * A link into a context, which is asked for. HLSIM_E_NOT_FOUND when it is not defined,
 * HLSIM_E_UNREACHABLE without packet domain, HLSIM_E_EXISTS when a link leads into it already,
 * HLSIM_E_NO_MEMORY; positive: the cause of the network's refusal.
 */
int hlsim__dialup_open(struct hlsim__modem *modem, const struct hlsim__dialup_call *call,
                       struct hlsim__dialup **ret_dialup);

/* The line is there, for the first time or again. */
void hlsim__dialup_begun(struct hlsim__dialup *dialup);

void hlsim__dialup_receive(struct hlsim__dialup *dialup, const uint8_t *bytes, size_t size);
void hlsim__dialup_writable(struct hlsim__dialup *dialup);

/* The line is gone: ends the link without a word. Not from within `transmit`. */
void hlsim__dialup_close(struct hlsim__dialup *dialup);

/* A context has gone down: the link into it ends in order. */
void hlsim__dialup_context_down(struct hlsim__modem *modem, int64_t cid);

/* The firmware does not run any more and the interface has been reset. */
void hlsim__dialup_discard(struct hlsim__modem *modem);

#endif
