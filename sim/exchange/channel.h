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
    const struct hlsim__channel_security *security;
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
    /* The channel ends: says goodbye where that is usual, and is asked for (`farewell`); leaves no
     * timer armed. */
    void (*close)(void *state, bool farewell);
    /* Whether what is sent waits at present, until the server has proved anew that it is there.
     * NULL: never. */
    bool (*is_waiting)(const void *state);
};

/* A way of securing channels, and the memory that it needs for one. */
struct hlsim__channel_security {
    const struct hlsim__channel_ops *ops; /* NULL: there is none */
    void *state;
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
    /* What was sent last had to wait, and has left now. NULL: that does not matter. */
    void (*resumed)(void *user);
};

struct hlsim__channel_config {
    struct hlsim__iface *iface;
    struct hlsim_stream *stream;
    const char *source;                /* of air.ignored events; borrowed */
    struct hlsim__timer_group *timers; /* dropped when the modem loses power */
    struct hlsim__rng rng;             /* a sub-stream for ids, random waits and nonces */
    int64_t ack_timeout;               /* the first wait before a repetition; 2 s */
    unsigned max_retransmit;           /* repetitions; 4 */
    const struct hlsim__channel_events *events;
    void *user;
};

struct hlsim__channel {
    struct hlsim__channel_config config;
    struct hlsim__udp_socket socket;
    struct hlsim__channel_peer peer;
    bool active;      /* opening or open */
    unsigned flights; /* when it has failed: how often the last thing was sent in vain */
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

/* Closes the channel without a call, with or without a word to the peer; harmless when it is
 * closed. */
void hlsim__channel_close(struct hlsim__channel *channel, bool farewell);

/* Whether what is sent waits, because the server is asked first whether it is still there: then
 * `resumed` or `failed` will be called. */
bool hlsim__channel_is_waiting(const struct hlsim__channel *channel);

/* For the operations only: bytes for the wire, and what there is to say to the user. */
int hlsim__channel_transmit(struct hlsim__channel *channel, const uint8_t *bytes, size_t size);
void hlsim__channel_opened(struct hlsim__channel *channel);
void hlsim__channel_resumed(struct hlsim__channel *channel);
void hlsim__channel_failed(struct hlsim__channel *channel, int why);
void hlsim__channel_deliver(struct hlsim__channel *channel, const uint8_t *bytes, size_t size);

#endif
