/*
 * A modem's socket and a port of the server, each with a receiver, for the tests of datagrams.
 */
#ifndef HL78SIM_TESTS_NETWORK_PAIR_H
#define HL78SIM_TESTS_NETWORK_PAIR_H

#include "network_rig.h"

#define PORT 5684

static const struct hlsim_address server = {.ip = RIG_SERVER_IP, .port = PORT};

/* Counts what comes in and keeps the last of it; answers so many times with one byte more. */
struct receiver {
    struct rig *rig;
    struct hlsim__udp_socket *socket; /* of a modem, or NULL */
    struct hlsim__endpoint *endpoint; /* or NULL */
    struct hlsim__udp_socket *closes; /* closed when something comes in, or NULL */
    int answers;
    size_t count;
    struct hlsim_address from;
    uint8_t bytes[HLSIM_DATAGRAM_MAX];
    size_t size;
    int64_t at;
    uint64_t cause;
};

static inline void receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct receiver *receiver = user;

    receiver->count++;
    receiver->from = from;
    memcpy(receiver->bytes, bytes, size);
    receiver->size = size;
    receiver->at = receiver->rig->sched.now;
    receiver->cause = receiver->rig->stream.cause;
    if (receiver->answers > 0) {
        receiver->answers--;
        receiver->bytes[size] = 'x';
        if (receiver->socket != NULL) {
            CU_ASSERT_EQUAL(hlsim__udp_send(receiver->socket, from, receiver->bytes, size + 1), 0);
        } else {
            CU_ASSERT_EQUAL(
                hlsim__endpoint_udp_send(receiver->endpoint, PORT, from, receiver->bytes, size + 1),
                0);
        }
    }
    if (receiver->closes != NULL) {
        hlsim__udp_close(receiver->closes);
    }
}

/* A modem's socket and the server's port, each with a receiver. */
struct pair {
    struct rig *rig;
    struct hlsim__udp_socket socket;
    struct receiver modem;
    struct receiver server;
};

static inline void pair_open(struct pair *pair, const struct hlsim_network_config *config,
                             uint64_t seed)
{
    memset(pair, 0, sizeof *pair);
    pair->rig = rig_new(config, seed);
    pair->modem.rig = pair->rig;
    pair->modem.socket = &pair->socket;
    pair->server.rig = pair->rig;
    pair->server.endpoint = &pair->rig->server;
    CU_ASSERT_EQUAL_FATAL(
        hlsim__udp_open(&pair->socket, &pair->rig->iface[0], 40000, receive, &pair->modem), 0);
    CU_ASSERT_EQUAL_FATAL(
        hlsim__endpoint_udp_bind(&pair->rig->server, PORT, receive, &pair->server), 0);
}

static inline int say(struct pair *pair, const char *text)
{
    return hlsim__udp_send(&pair->socket, server, (const uint8_t *)text, strlen(text));
}

#endif
