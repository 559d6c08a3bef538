/*
 * AT+CMUX: several ports on one (3GPP 27.010, basic option). A port's link carries frames, and each
 * channel in them is a link of its own with an AT port on it, which works with everything that a
 * port works with. A channel's port is there from its first SABM until the modem starts anew.
 */
#ifndef HLSIM_AT_MUX_H
#define HLSIM_AT_MUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim__at_mux; /* hardware's: the connections, not what a firmware knows */
struct hlsim__at_port;

/* The parameters of AT+CMUX (27.007 5.7) in their order: mode, subset, port speed, N1, T1, N2, T2,
 * T3, k. */
#define HLSIM__AT_MUX_PARAMETERS 9

struct hlsim__at_mux_settings {
    int values[HLSIM__AT_MUX_PARAMETERS];
    bool speed_given; /* the link changes its speed, too */
};

/* What AT+CMUX? says at first [T]. */
#define HLSIM__AT_MUX_DEFAULTS                                                                     \
    {                                                                                              \
        0, 0, 5, 31, 10, 3, 30, 10, 0                                                              \
    }

enum {
    HLSIM__AT_MUX_MODE,
    HLSIM__AT_MUX_SUBSET,
    HLSIM__AT_MUX_SPEED,
    HLSIM__AT_MUX_N1,
    HLSIM__AT_MUX_T1,
    HLSIM__AT_MUX_N2,
    HLSIM__AT_MUX_T2,
    HLSIM__AT_MUX_T3,
    HLSIM__AT_MUX_K,
};

/* Makes room for a multiplexer on this port. False: no memory. */
bool hlsim__at_mux_prepare(struct hlsim__at_port *port,
                           const struct hlsim__at_mux_settings *settings);

/* The link carries frames from now on: the OK of AT+CMUX is out. */
void hlsim__at_mux_begin(struct hlsim__at_port *port);

/* Whether it does. */
bool hlsim__at_mux_active(const struct hlsim__at_port *port);

/* The port of an open channel, or NULL. */
struct hlsim__at_port *hlsim__at_mux_port(const struct hlsim__at_port *port, unsigned dlci);

/* Who speaks AT there: the port itself, or the open channels of its multiplexer. From *index 0 on;
 * NULL behind the last. */
struct hlsim__at_port *hlsim__at_mux_speaker(struct hlsim__at_port *port, size_t *index);

/* An unsolicited line, for every channel that is open. */
void hlsim__at_mux_urc(struct hlsim__at_port *port, const char *text);

/* hlsim__at_port_owes and hlsim__at_port_waits_for_host of any channel. */
bool hlsim__at_mux_owes(const struct hlsim__at_port *port);
bool hlsim__at_mux_waits_for_host(const struct hlsim__at_port *port);

/* hlsim__at_port_busy of any channel, or the host owes a confirmation. */
bool hlsim__at_mux_busy(const struct hlsim__at_port *port);

/* The port's UART was off and is on again: what the channels have to say goes out now. */
void hlsim__at_mux_woke(struct hlsim__at_port *port);

/* The firmware is gone: what the channels said is lost. */
void hlsim__at_mux_lost(struct hlsim__at_port *port);

/* Gives everything back; at the next start, or the end of the world. */
void hlsim__at_mux_free(struct hlsim__at_port *port);

#endif
