/*
 * A channel carries datagrams between one UDP socket of a modem and one server, under an identity
 * and a key. It is the one place at which security is put in: what happens on the wire is decided
 * by a table of operations, the channel itself owns the socket and calls its user. Knows nothing of
 * the messages it carries.
 *
 *     user -- hlsim__channel_* -- operations (nosec.h) -- hlsim__channel_transmit -- socket
 */
#ifndef HLSIM_EXCHANGE_CHANNEL_H
#define HLSIM_EXCHANGE_CHANNEL_H

#include "base/rng.h"
#include "core/sched.h"
#include "core/stream.h"
#include "network/network.h"

struct hlsim__channel;

/* To whom the channel leads. All is borrowed until the channel is closed or has failed. */
struct hlsim__channel_peer {
    struct hlsim_address address;
    uint32_t from_ip; /* of the modem's addresses; 0: the interface's first */
    const char *identity;
    const uint8_t *key;
    size_t key_size;
};

/*
 * What a way of securing a channel has to do. `state` is its own memory, which need not be
 * initialised before the first open.
 */
struct hlsim__channel_ops {
    /*
     * The socket is open: proves that the peer is there and knows the key. Later, and never from
     * within this call, hlsim__channel_opened or hlsim__channel_failed is called. 0, or an error
     * of hlsim__channel_transmit: then nothing is called, and no timer is left armed.
     */
    int (*open)(void *state, struct hlsim__channel *channel);
    /* Sends the user's datagram; what hlsim__channel_transmit returns. */
    int (*send)(void *state, const uint8_t *bytes, size_t size);
    /* A datagram came from the peer; the user's ones go to hlsim__channel_deliver. */
    void (*receive)(void *state, const uint8_t *bytes, size_t size);
    /* The channel ends: says goodbye where that is usual, leaves no timer armed. */
    void (*close)(void *state);
};

/* Called by the channel; each may close it and open it again. */
struct hlsim__channel_events {
    void (*opened)(void *user);
    /*
     * The channel could not be opened, or cannot go on, and is closed already. `why` is
     * HLSIM_E_UNREACHABLE (silence), HLSIM_E_GONE (refused by the peer) or an error of sending. The
     * stream's cause is the datagram that came, or the last one that was sent in vain.
     */
    void (*failed)(void *user, int why);
    /* Valid during the call. */
    void (*datagram)(void *user, const uint8_t *bytes, size_t size);
};

struct hlsim__channel_config {
    struct hlsim__iface *iface;
    struct hlsim_stream *stream;
    const char *source;                /* of air.ignored events; borrowed */
    struct hlsim__timer_group *timers; /* dropped when the modem loses power */
    struct hlsim__rng rng;             /* a sub-stream for ids, random waits and nonces */
    int64_t ack_timeout;               /* the first wait before a repetition; 2 s */
    unsigned max_retransmit;           /* repetitions; 4 */
    const struct hlsim__channel_ops *ops;
    void *state; /* of the operations */
    const struct hlsim__channel_events *events;
    void *user;
};

struct hlsim__channel {
    struct hlsim__channel_config config;
    struct hlsim__udp_socket socket;
    struct hlsim__channel_peer peer;
    bool active; /* opening or open */
};

/* A closed channel. */
void hlsim__channel_init(struct hlsim__channel *channel,
                         const struct hlsim__channel_config *config);

/*
 * Begins to open a closed channel on a socket of its own; `opened` or `failed` is called later.
 * HLSIM_E_UNREACHABLE when the interface has no address, or an error of the socket: the channel is
 * closed then and nothing is called.
 */
int hlsim__channel_open(struct hlsim__channel *channel, const struct hlsim__channel_peer *peer);

/*
 * Sends one datagram to the peer of an open channel. 0: it left, or was lost because the interface
 * has lost its address. HLSIM_E_STATE when the channel is closed, HLSIM_E_POWER, HLSIM_E_LIMIT when
 * it is too large, HLSIM_E_NO_MEMORY.
 */
int hlsim__channel_send(struct hlsim__channel *channel, const uint8_t *bytes, size_t size);

/* Closes the channel without a call; harmless when it is closed. */
void hlsim__channel_close(struct hlsim__channel *channel);

/* For the operations only: bytes for the wire, and what there is to say to the user. */
int hlsim__channel_transmit(struct hlsim__channel *channel, const uint8_t *bytes, size_t size);
void hlsim__channel_opened(struct hlsim__channel *channel);
void hlsim__channel_failed(struct hlsim__channel *channel, int why);
void hlsim__channel_deliver(struct hlsim__channel *channel, const uint8_t *bytes, size_t size);

#endif
