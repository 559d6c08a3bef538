/*
 * Online data state of a port (V.250 6.1): a connection's bytes go through as they are, until it
 * ends, or until the host comes back to commands - by "+++" between two pauses, or by DTR as AT&D
 * says - and goes on with ATO or hangs up with ATH. Sockets (AT+KTCPSTART) and dial-up (ATD) are
 * such connections; what their bytes mean is not known here.
 */
#ifndef HLSIM_AT_ONLINE_H
#define HLSIM_AT_ONLINE_H

#include "core/sched.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim__at_port;

/* The connection behind a port, implemented by its owner; every function gets `user`. */
struct hlsim__at_connection {
    /* Data mode has begun: CONNECT is out, also after ATO. What waits can be sent now. */
    void (*begun)(void *user);
    /* Bytes of the host. Returns how many were taken; the rest is offered again after
     * hlsim__at_online_resume. May end the connection. */
    size_t (*receive)(void *user, const uint8_t *bytes, size_t size);
    /* There is room on the link again, after hlsim__at_online_send took less than it was given. */
    void (*writable)(void *user);
    /* The host hangs up: ATH, ATZ, DTR low with AT&D2. The connection ends itself as it sees fit
     * and must not call hlsim__at_online_end; the port answers by itself. */
    void (*hang_up)(void *user);
    /* What follows the word CONNECT with X1 and up (V.250 6.2.7); NULL: nothing. */
    const char *rate;
    /* The host made it to stay in: a call or AT+KTCPSTART, not the data of one command. What quirks
     * do to such connections they do to this one. */
    bool lasting;
};

/* What a port knows of its connection. */
struct hlsim__at_online {
    const struct hlsim__at_connection *connection; /* NULL: none */
    void *user;
    bool lasting;              /* as the connection says; also once it is forgotten */
    bool awaited;              /* it is being made: its command is not answered yet */
    bool carrier;              /* CONNECT was out, once */
    struct hlsim__timer guard; /* the pause behind what may be an escape */
    int64_t quiet_since;       /* when the last byte that was none came */
    unsigned held;             /* escape characters that may be an escape */
    unsigned owed;             /* those that were none, and were not taken yet */
};

/* The firmware has started: there is no connection. */
void hlsim__at_online_start(struct hlsim__at_port *port);

/*
 * The connection is being made for a command whose handler returns HLSIM__AT_LATER: a host that
 * hangs up meanwhile (DTR low with AT&D2, its channel of AT+CMUX closed) ends it by `hang_up`, and
 * the port answers the command. hlsim__at_online_begin of the same connection follows, or
 * hlsim__at_online_end. The port must have none.
 */
void hlsim__at_online_await(struct hlsim__at_port *port,
                            const struct hlsim__at_connection *connection, void *user);

/*
 * Begins online data: CONNECT after the latency of the command under way, then `begun`. Returns
 * what the handler is to return. `connection` and `user` are borrowed until the connection ends; a
 * reset or a loss of power ends it without a word. A port has one connection at most:
 * HLSIM__CME_NOT_ALLOWED when there is another, suspended or not.
 */
int hlsim__at_online_begin(struct hlsim__at_port *port,
                           const struct hlsim__at_connection *connection, void *user);

/* Sends bytes while online; how many were taken (0 while the host is in command state). Less than
 * all: `writable` follows, or `begun` after ATO. */
size_t hlsim__at_online_send(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);

/* The connection takes bytes again. Not from within its `receive`. */
void hlsim__at_online_resume(struct hlsim__at_port *port);

/*
 * The connection has ended by itself. Online, or with CONNECT still to come, the result (as a
 * handler returns it, such as HLSIM__AT_NO_CARRIER) ends data mode; of one that was awaited it
 * answers the command; in command state the connection is merely forgotten.
 */
void hlsim__at_online_end(struct hlsim__at_port *port, int result);

/* Whether a connection is there (awaited, online or suspended); whether its bytes go through now;
 * whether DCD is on for it. */
bool hlsim__at_online_held(const struct hlsim__at_port *port);
bool hlsim__at_online_open(const struct hlsim__at_port *port);
bool hlsim__at_online_carrier(const struct hlsim__at_port *port);

/* ATO, ATH (V.250 6.3.6, 6.3.7). Handlers' results; to hang up without a connection is OK. */
int hlsim__at_online_return(struct hlsim__at_port *port);
int hlsim__at_online_hang_up(struct hlsim__at_port *port);

/* Hangs up because the host let go: as DTR that falls with AT&D2. */
void hlsim__at_online_drop(struct hlsim__at_port *port);

/* The host's lines have changed: DTR that falls is a matter of AT&D (V.250 6.2.9). A host that lets
 * go of the port lets DTR fall. */
void hlsim__at_online_lines(struct hlsim__at_port *port, unsigned levels, unsigned changed);

#endif
