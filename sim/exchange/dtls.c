/*
 * The operations of a channel through DTLS: when there is a handshake, and what follows from its
 * end. What a handshake is, is in network/secure.
 */
#include "exchange/dtls.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

static int64_t now_of(const struct hlsim__dtls *dtls)
{
    return dtls->channel->config.timers->sched->now;
}

/* --- What an association tells ------------------------------------------------------------ */

static const struct hlsim__secure_ops secure_ops;

/* Takes a new association in the place of the old one and begins its handshake. */
static int shake_hands(struct hlsim__dtls *dtls, bool with_session)
{
    struct hlsim__channel *channel = dtls->channel;
    struct hlsim__secure_config config = {.role = HLSIM__SECURE_CLIENT,
                                          .stream = channel->config.stream,
                                          .timers = channel->config.timers,
                                          .timeout_min = dtls->timeout_min,
                                          .timeout_max = dtls->timeout_max,
                                          .identity = channel->peer.identity,
                                          .key = channel->peer.key,
                                          .key_size = channel->peer.key_size,
                                          .session = with_session ? &dtls->session : NULL,
                                          .ops = &secure_ops,
                                          .user = dtls};
    int rc;

    /* Every handshake draws from where the one before has ended: what it takes is one number. */
    hlsim__rng_init(&config.rng, hlsim__rng_next(&channel->config.rng), "dtls");
    hlsim__secure_destroy(dtls->secure);
    dtls->secure = NULL;
    rc = hlsim__secure_create(&config, &dtls->secure);
    return rc < 0 ? rc : hlsim__secure_start(dtls->secure);
}

static int transmit(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__dtls *dtls = user;

    return hlsim__channel_transmit(dtls->channel, bytes, size);
}

static void forget_queued(struct hlsim__dtls *dtls)
{
    while (dtls->queued > 0) {
        free(dtls->queue[--dtls->queued].bytes);
    }
}

/* Sends what has waited, in order. What cannot be sent is lost, as it may be on its way. */
static void send_queued(struct hlsim__dtls *dtls)
{
    struct hlsim__secure *secure = dtls->secure;

    for (size_t i = 0; i < dtls->queued; i++) {
        (void)hlsim__secure_send(secure, dtls->queue[i].bytes, dtls->queue[i].size);
    }
    forget_queued(dtls);
}

static void established(void *user, bool resumed)
{
    struct hlsim__dtls *dtls = user;
    bool opening = dtls->phase == HLSIM__DTLS_OPENING;

    (void)resumed; /* A full handshake proves the same. */
    dtls->phase = HLSIM__DTLS_OPEN;
    dtls->sent_at = now_of(dtls);
    dtls->received_at = dtls->sent_at;
    hlsim__secure_session(dtls->secure, &dtls->session);
    if (opening) {
        hlsim__channel_opened(dtls->channel);
        return;
    }
    send_queued(dtls);
    hlsim__channel_resumed(dtls->channel);
}

static void failed(void *user, enum hlsim__secure_failure why, int error)
{
    struct hlsim__dtls *dtls = user;
    bool resuming = dtls->phase == HLSIM__DTLS_RESUMING;

    dtls->channel->flights = why == HLSIM__SECURE_SILENCE ? hlsim__secure_flights(dtls->secure) : 1;
    if (error == 0 && dtls->phase == HLSIM__DTLS_OPEN) {
        /* An established association came to a bad end: the next datagram asks for another. */
        dtls->phase = HLSIM__DTLS_LAPSED;
        return;
    }
    dtls->phase = HLSIM__DTLS_REOPENING;
    if (error == 0 && resuming) {
        error = shake_hands(dtls, false);
        if (error == 0) {
            return;
        }
    }
    if (error == 0) {
        error = why == HLSIM__SECURE_SILENCE ? HLSIM_E_UNREACHABLE : HLSIM_E_GONE;
    }
    hlsim__channel_failed(dtls->channel, error);
}

static void datagram(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__dtls *dtls = user;

    dtls->received_at = now_of(dtls);
    hlsim__channel_deliver(dtls->channel, bytes, size);
}

static void closed(void *user)
{
    struct hlsim__dtls *dtls = user;

    dtls->phase = HLSIM__DTLS_LAPSED;
}

static void ignored(void *user, const char *why)
{
    const struct hlsim__dtls *dtls = user;

    HLSIM__EMIT(dtls->channel->config.stream, dtls->channel->config.source, HLSIM_EVENT_IGNORED,
                HLSIM_TEXT("by", "dtls"), HLSIM_TEXT("why", why));
}

static void secret(void *user, const struct hlsim__secret *secret)
{
    const struct hlsim__dtls *dtls = user;

    hlsim__network_tell_secret(dtls->channel->config.iface->net, secret);
}

static const struct hlsim__secure_ops secure_ops = {.transmit = transmit,
                                                    .established = established,
                                                    .failed = failed,
                                                    .datagram = datagram,
                                                    .closed = closed,
                                                    .ignored = ignored,
                                                    .secret = secret};

/* --- What the channel asks for ------------------------------------------------------------ */

static int dtls_open(void *state, struct hlsim__channel *channel)
{
    struct hlsim__dtls *dtls = state;
    int rc;

    hlsim__dtls_discard(dtls);
    dtls->channel = channel;
    dtls->phase = HLSIM__DTLS_OPENING;
    rc = shake_hands(dtls, false);
    if (rc < 0) {
        hlsim__dtls_discard(dtls);
    }
    return rc;
}

static bool is_waiting(const void *state)
{
    const struct hlsim__dtls *dtls = state;

    return dtls->phase == HLSIM__DTLS_RESUMING || dtls->phase == HLSIM__DTLS_REOPENING;
}

/* A message that is repeated while it waits is one that waits. */
static void enqueue(struct hlsim__dtls *dtls, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < dtls->queued; i++) {
        if (dtls->queue[i].size == size && memcmp(dtls->queue[i].bytes, bytes, size) == 0) {
            return;
        }
    }
    if (dtls->queued < HLSIM__DTLS_QUEUE) {
        uint8_t *copy = malloc(size);

        if (copy != NULL) { /* without memory it is lost, and will be repeated */
            memcpy(copy, bytes, size);
            dtls->queue[dtls->queued].bytes = copy;
            dtls->queue[dtls->queued++].size = size;
        }
    }
}

static bool is_stale(const struct hlsim__dtls *dtls)
{
    int64_t last = dtls->sent_at > dtls->received_at ? dtls->sent_at : dtls->received_at;

    return dtls->phase == HLSIM__DTLS_LAPSED ||
           (dtls->resume_after > 0 && now_of(dtls) - last > dtls->resume_after);
}

static int dtls_send(void *state, const uint8_t *bytes, size_t size)
{
    struct hlsim__dtls *dtls = state;

    HLSIM_ASSERT(dtls->phase != HLSIM__DTLS_CLOSED && dtls->phase != HLSIM__DTLS_OPENING);
    if (size > HLSIM__DATAGRAM_MAX) {
        return HLSIM_E_LIMIT;
    }
    if (is_waiting(dtls)) {
        enqueue(dtls, bytes, size);
        return 0;
    }
    if (is_stale(dtls)) {
        dtls->phase = HLSIM__DTLS_RESUMING;
        enqueue(dtls, bytes, size);
        return shake_hands(dtls, true);
    }
    dtls->sent_at = now_of(dtls);
    return hlsim__secure_send(dtls->secure, bytes, size);
}

static void dtls_receive(void *state, const uint8_t *bytes, size_t size)
{
    struct hlsim__dtls *dtls = state;

    if (dtls->secure != NULL) {
        hlsim__secure_receive(dtls->secure, bytes, size);
    }
}

static void dtls_close(void *state, bool farewell)
{
    struct hlsim__dtls *dtls = state;

    if (farewell && dtls->phase == HLSIM__DTLS_OPEN) {
        hlsim__secure_close(dtls->secure);
    }
    hlsim__dtls_discard(dtls);
}

void hlsim__dtls_discard(struct hlsim__dtls *dtls)
{
    hlsim__secure_destroy(dtls->secure);
    dtls->secure = NULL;
    dtls->phase = HLSIM__DTLS_CLOSED;
    dtls->session.id_size = 0;
    forget_queued(dtls);
}

const struct hlsim__channel_ops hlsim__dtls_ops = {.open = dtls_open,
                                                   .send = dtls_send,
                                                   .receive = dtls_receive,
                                                   .close = dtls_close,
                                                   .is_waiting = is_waiting};
