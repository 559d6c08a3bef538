/*
 * A man in the middle of the simulated network, for tests: every datagram that would be handed to a
 * server or to a module's socket is shown to him, and he hands over what he likes instead, from
 * whom he likes. What he says is in no NET event: its cause is the datagram that he was shown.
 */
#ifndef HL78SIM_TESTS_MIDDLE_H
#define HL78SIM_TESTS_MIDDLE_H

#include "network/network.h"

#include <stdbool.h>
#include <stddef.h>

#define MIDDLE_SERVERS_MAX 8

struct middle_datagram {
    bool up; /* from a module to a server */
    struct hlsim_address from;
    const uint8_t *bytes; /* valid during the call */
    size_t size;
};

struct middle;

/* Where he stands: in front of a server's port, or of a module's socket. */
struct middle_place {
    struct middle *middle;
    hlsim__udp_receive receive; /* whom he stands in front of */
    void *user;
    struct hlsim__iface *iface; /* NULL: a server's */
    struct hlsim__udp_socket *socket;
    size_t slot;
};

struct middle {
    struct hlsim_network *network;
    /* Shown a datagram; nothing arrives but by middle_deliver. */
    void (*shown)(void *user, const struct middle_datagram *datagram);
    void *user;
    const struct middle_place *at; /* of the datagram at hand */
    struct middle_place servers[MIDDLE_SERVERS_MAX];
    struct middle_place sockets[HLSIM__UDP_SOCKETS_MAX]; /* of the first module */
};

/* Takes his stand in front of all servers there are, and of the sockets of the first module as they
 * begin to send. `middle` lies still until the network is gone. */
void middle_stand(struct middle *middle, struct hlsim_network *network,
                  void (*shown)(void *user, const struct middle_datagram *datagram), void *user);

/* Hands bytes to whom the datagram at hand was for; false when the socket was closed meanwhile. */
bool middle_deliver(struct middle *middle, struct hlsim_address from, const uint8_t *bytes,
                    size_t size);

#endif
