/*
 * A channel through DTLS with a pre-shared key. A handshake opens it; before the first datagram
 * after a silence both ways a shorter one proves once more that the server is there, because a NAT
 * box has probably given the channel's address away meanwhile [LC]. What was to be sent waits.
 *
 * Its memory is not that of the firmware: it lies with the hardware, and who takes the supply away
 * or restarts the firmware discards it.
 */
#ifndef HLSIM_EXCHANGE_DTLS_H
#define HLSIM_EXCHANGE_DTLS_H

#include "exchange/channel.h"
#include "exchange/exchange.h"
#include "network/secure.h"

/* Datagrams that wait for a handshake; more are lost. */
#define HLSIM__DTLS_QUEUE 4

enum hlsim__dtls_phase {
    HLSIM__DTLS_CLOSED,
    HLSIM__DTLS_OPENING,
    HLSIM__DTLS_OPEN,
    HLSIM__DTLS_LAPSED,   /* the server has said goodbye */
    HLSIM__DTLS_RESUMING, /* with the session of the last handshake, if there is one */
    HLSIM__DTLS_REOPENING /* without */
};

/* The state of these operations; zeroed memory is a closed one. */
struct hlsim__dtls {
    /* Set by the owner, and kept when the rest is discarded. */
    int64_t timeout_min; /* of a flight, as in network/secure.h */
    int64_t timeout_max;
    int64_t resume_after; /* silence both ways; 0: the channel is never resumed */

    struct hlsim__channel *channel;
    struct hlsim__secure *secure;
    enum hlsim__dtls_phase phase;
    struct hlsim__secure_session session;
    int64_t sent_at;
    int64_t received_at;
    size_t queued;
    struct {
        size_t size;
        uint8_t *bytes; /* owned: a thousand idle modules have none */
    } queue[HLSIM__DTLS_QUEUE];
};

extern const struct hlsim__channel_ops hlsim__dtls_ops;

/* Gives back what it holds, without a datagram or a call; the channel is as good as closed. */
void hlsim__dtls_discard(struct hlsim__dtls *dtls);

#endif
