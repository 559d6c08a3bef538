/*
 * Streams that leave the simulated network for real sockets, and those that come in from there: the
 * network's side of the gateway. Knows no socket, and not what the bytes are.
 *
 *     modem ~~ connection -- outward -- gateway          gateway -- inward -- connection ~~ server
 *
 * A stream that comes in is one of an interface beyond the NAT box that has no modem: the real
 * sockets' own way to here is real, and the figures of the network come on top of it.
 */
#ifndef HLSIM_NETWORK_OUTSIDE_H
#define HLSIM_NETWORK_OUTSIDE_H

#include "network/network.h"
#include "network/tcp.h"

/* Whether streams can leave. */
bool hlsim__outside_exists(const struct hlsim_network *net);

/* A modem connects to where no endpoint is: as hlsim__tcp_accept, but the modem is told only when
 * the real socket is connected. */
int hlsim__outside_accept(struct hlsim__tcp_peer *peer, struct hlsim_address to);

/* The gateway goes: its streams end, and it is told nothing. */
void hlsim__outside_cut_off(struct hlsim_network *net);

void hlsim__outside_free(struct hlsim_network *net);

#endif
