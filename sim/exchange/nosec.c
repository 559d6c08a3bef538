/*
 * The operations of a channel without security: a ping, then plain datagrams.
 */
#include "exchange/nosec.h"

#include "base/assert.h"
#include "base/sparse.h"

#include <string.h>

static int send_ping(void *user, struct hlsim_address peer, const uint8_t *bytes, size_t size)
{
    struct hlsim__nosec *nosec = user;

    (void)peer; /* The channel leads to one peer only. */
    return hlsim__channel_transmit(nosec->channel, bytes, size);
}

static void ping_done(void *user, int error, const struct hlsim__coap_message *response)
{
    struct hlsim__nosec *nosec = user;

    (void)response;
    if (error < 0) {
        nosec->channel->flights = error == HLSIM_E_UNREACHABLE ? nosec->ping.sent : 1;
        hlsim__channel_failed(nosec->channel, error);
        return;
    }
    nosec->open = true;
    hlsim__channel_opened(nosec->channel);
}

static int nosec_open(void *state, struct hlsim__channel *channel)
{
    struct hlsim__nosec *nosec = state;
    struct hlsim__exchange_config config = {.stream = channel->config.stream,
                                            .source = channel->config.source,
                                            .timers = channel->config.timers,
                                            .ack_timeout = channel->config.ack_timeout,
                                            .max_retransmit = channel->config.max_retransmit,
                                            .send = send_ping,
                                            .user = nosec};

    /* Every opening draws from where the one before has ended: what it takes is one number. */
    hlsim__rng_init(&config.rng, hlsim__rng_next(&channel->config.rng), "nosec");
    hlsim__clear_sparse(nosec, sizeof *nosec);
    nosec->channel = channel;
    hlsim__exchange_init(&nosec->exchange, &config);
    return hlsim__exchange_ping(&nosec->exchange, &nosec->ping, channel->peer.address, ping_done,
                                nosec);
}

static int nosec_send(void *state, const uint8_t *bytes, size_t size)
{
    struct hlsim__nosec *nosec = state;

    HLSIM_ASSERT(nosec->open);
    return hlsim__channel_transmit(nosec->channel, bytes, size);
}

static void nosec_receive(void *state, const uint8_t *bytes, size_t size)
{
    struct hlsim__nosec *nosec = state;

    if (nosec->open) {
        hlsim__channel_deliver(nosec->channel, bytes, size);
    } else {
        hlsim__exchange_receive(&nosec->exchange, nosec->channel->peer.address, bytes, size);
    }
}

static void nosec_close(void *state, bool farewell)
{
    struct hlsim__nosec *nosec = state;

    (void)farewell; /* There is nothing to say: a server without security keeps nothing. */
    hlsim__exchange_reset(&nosec->exchange);
    nosec->open = false;
}

const struct hlsim__channel_ops hlsim__nosec_ops = {
    .open = nosec_open, .send = nosec_send, .receive = nosec_receive, .close = nosec_close};
