/*
 * What the network itself needs from its datagrams; sockets are in network/network.h.
 */
#ifndef HLSIM_NETWORK_UDP_H
#define HLSIM_NETWORK_UDP_H

#include "network/network.h"

/* Gives back the memory of all datagrams. */
void hlsim__datagrams_free(struct hlsim_network *net);

/* The interface's modem listens again: what waited for that arrives now. */
void hlsim__datagrams_go_on(struct hlsim__iface *iface);

#endif
