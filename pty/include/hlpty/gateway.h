/*
 * The way between the simulated network and real sockets. What a modem sends to a destination that
 * no model owns leaves through a socket of its flow or its stream, and what that socket receives
 * comes back; what a door (hlpty/door.h) receives goes to a server of the world.
 *
 * Nothing blocks and nothing is believed: a socket that takes no bytes makes the simulated stream
 * wait, and one that came in at a door and is idle for two minutes is reset. Names of which the
 * simulated network knows nothing are asked of the system's resolver, where the reach is the
 * host's; else there is localhost, with all names below it.
 */
#ifndef HLPTY_GATEWAY_H
#define HLPTY_GATEWAY_H

#include <ev.h>
#include <stddef.h>

#include <hl78sim/network.h>
#include <hlpty/door.h>
#include <hlpty/error.h>

/* Sockets at once: of flows, and of streams in both directions. */
#define HLPTY_FLOWS_MAX   1024
#define HLPTY_STREAMS_MAX 64

/* Local ports that lead to modems, and names that are being looked up. */
#define HLPTY_FORWARDS_MAX 8
#define HLPTY_LOOKUPS_MAX  16

enum hlpty_internet {
    HLPTY_INTERNET_LOOPBACK, /* only 127.0.0.0/8, from 127.0.0.1 */
    HLPTY_INTERNET_HOST,     /* wherever this machine can reach */
};

struct hlpty_gateway;

struct hlpty_gateway_config {
    struct ev_loop *loop;
    struct hlsim_network *network; /* outlives the gateway */
    enum hlpty_internet internet;
    void *user;
    void (*arrived)(void *user); /* before something is injected; may be NULL */
};

/* Becomes the network's gateway. 0, or HLSIM_E_NO_MEMORY. */
int hlpty_gateway_open(const struct hlpty_gateway_config *config,
                       struct hlpty_gateway **ret_gateway, struct hlpty_error *reterr);

/*
 * Lets in who comes to an open door: to the server of the world at `to`. HLSIM_E_LIMIT when it has
 * HLPTY_DOORS_MAX. The door stays the caller's, and is closed before the gateway is.
 */
int hlpty_gateway_admit(struct hlpty_gateway *gateway, struct hlpty_door *door,
                        struct hlsim_address to);

/*
 * A port of 127.0.0.1 leads to a modem that listens: `to` is the public address of the network and
 * the modem's port. HLSIM_E_LIMIT after HLPTY_FORWARDS_MAX, or an error of opening it.
 */
int hlpty_gateway_forward(struct hlpty_gateway *gateway, uint16_t local, struct hlsim_address to,
                          struct hlpty_error *reterr);

/* Leaves the network and closes all sockets. */
void hlpty_gateway_close(struct hlpty_gateway *gateway);

/* Sockets of flows, and of streams, open at present. */
size_t hlpty_gateway_flow_count(const struct hlpty_gateway *gateway);
size_t hlpty_gateway_stream_count(const struct hlpty_gateway *gateway);

#endif
