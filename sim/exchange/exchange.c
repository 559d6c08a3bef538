/*
 * The sending half of the message layer: outstanding requests, their tokens and repetitions. Does
 * not look at what comes in; that is receive.c.
 */
#include "exchange/exchange.h"

#include <hl78sim/error.h>

#include "base/assert.h"
#include "base/sparse.h"
#include "exchange/slot.h"

#include <string.h>

#define TOKEN_SIZE 8

void hlsim__exchange_init(struct hlsim__exchange *exchange,
                          const struct hlsim__exchange_config *config)
{
    HLSIM_ASSERT(config->send != NULL);
    HLSIM_ASSERT(config->ack_timeout > 0);
    HLSIM_ASSERT(config->max_retransmit <= HLSIM__RETRANSMIT_MAX);
    hlsim__clear_sparse(exchange, sizeof *exchange);
    exchange->config = *config;
    exchange->next_message_id = (uint16_t)hlsim__rng_next(&exchange->config.rng);
}

static void put_token(uint8_t bytes[TOKEN_SIZE], uint64_t token)
{
    for (size_t i = 0; i < TOKEN_SIZE; i++) {
        bytes[i] = (uint8_t)(token >> (8 * (TOKEN_SIZE - 1 - i)));
    }
}

struct hlsim__exchange_slot *hlsim__slot_by_id(const struct hlsim__exchange *exchange,
                                               struct hlsim_address peer, uint16_t message_id)
{
    struct hlsim__exchange_slot *slot = exchange->first;

    while (slot != NULL &&
           !(slot->message_id == message_id && hlsim_address_equal(slot->peer, peer))) {
        slot = slot->next;
    }
    return slot;
}

struct hlsim__exchange_slot *hlsim__slot_by_token(const struct hlsim__exchange *exchange,
                                                  struct hlsim_address peer, const uint8_t *token,
                                                  size_t token_size)
{
    for (struct hlsim__exchange_slot *slot = exchange->first; slot != NULL; slot = slot->next) {
        uint8_t bytes[TOKEN_SIZE];

        put_token(bytes, slot->token);
        if (slot->kind == HLSIM__EXCHANGE_REQUEST && token_size == TOKEN_SIZE &&
            memcmp(token, bytes, TOKEN_SIZE) == 0 && hlsim_address_equal(slot->peer, peer)) {
            return slot;
        }
    }
    return NULL;
}

uint16_t hlsim__exchange_next_id(struct hlsim__exchange *exchange)
{
    return exchange->next_message_id++;
}

/* Drawn, so that a stranger cannot guess it, and never that of another outstanding request. */
static uint64_t next_token(struct hlsim__exchange *exchange)
{
    const struct hlsim__exchange_slot *slot;
    uint64_t token;

    do {
        token = hlsim__rng_next(&exchange->config.rng);
        slot = exchange->first;
        while (slot != NULL && slot->token != token) {
            slot = slot->next;
        }
    } while (slot != NULL);
    return token;
}

static void remove_slot(struct hlsim__exchange_slot *slot)
{
    struct hlsim__exchange_slot **link = &slot->exchange->first;

    while (*link != slot) {
        HLSIM_ASSERT(*link != NULL);
        link = &(*link)->next;
    }
    *link = slot->next;
    slot->next = NULL;
    slot->exchange = NULL;
    hlsim__timer_cancel(&slot->timer);
}

void hlsim__slot_finish(struct hlsim__exchange_slot *slot, int error,
                        const struct hlsim__coap_message *response)
{
    remove_slot(slot);
    slot->done(slot->user, error, response);
}

/* Sends the slot's datagram and remembers its event, the first one that sending emits. */
static int transmit(struct hlsim__exchange_slot *slot)
{
    struct hlsim__exchange_config *config = &slot->exchange->config;
    uint64_t last = config->stream->last_id;
    int rc = config->send(config->user, slot->peer, slot->datagram, slot->size);

    slot->cause = config->stream->last_id > last ? last + 1 : config->stream->cause;
    return rc;
}

static void wait_over(void *owner)
{
    struct hlsim__exchange_slot *slot = owner;
    struct hlsim_stream *stream = slot->exchange->config.stream;
    uint64_t before = hlsim__stream_set_cause(stream, slot->cause);
    int rc = HLSIM_E_UNREACHABLE;

    if (!slot->acknowledged && slot->sent <= slot->exchange->config.max_retransmit) {
        rc = transmit(slot);
        slot->sent++;
    }
    if (rc < 0) {
        /* What follows from silence follows from the last datagram; transmit may have moved it. */
        hlsim__stream_set_cause(stream, slot->cause);
        hlsim__slot_finish(slot, rc, NULL);
    } else {
        slot->timeout *= 2;
        hlsim__timer_set_in(&slot->timer, slot->timeout);
    }
    hlsim__stream_set_cause(stream, before);
}

void hlsim__slot_acknowledged(struct hlsim__exchange_slot *slot)
{
    const struct hlsim__exchange_config *config = &slot->exchange->config;
    /* RFC 7252 4.8.2, MAX_TRANSMIT_WAIT: as long as a sender with our figures may take. */
    int64_t wait = config->ack_timeout * ((INT64_C(1) << (config->max_retransmit + 1)) - 1) * 3 / 2;

    HLSIM_ASSERT(!slot->acknowledged);
    slot->acknowledged = true;
    hlsim__timer_set_in(&slot->timer, wait);
}

struct outgoing {
    enum hlsim__exchange_kind kind;
    struct hlsim_address peer;
    struct hlsim__coap_message *message; /* with its token */
    uint64_t token;
    void (*done)(void *user, int error, const struct hlsim__coap_message *response);
    void *user;
};

static int start(struct hlsim__exchange *exchange, struct hlsim__exchange_slot *slot,
                 const struct outgoing *outgoing)
{
    uint64_t half = (uint64_t)exchange->config.ack_timeout / 2;
    int size;
    int rc;

    HLSIM_ASSERT(slot->exchange == NULL);
    HLSIM_ASSERT(outgoing->done != NULL);
    outgoing->message->type = HLSIM__COAP_CON;
    outgoing->message->message_id = hlsim__exchange_next_id(exchange);
    size = hlsim__coap_encode(outgoing->message, slot->datagram, sizeof slot->datagram);
    if (size < 0) {
        return size;
    }
    slot->exchange = exchange;
    slot->kind = outgoing->kind;
    slot->peer = outgoing->peer;
    slot->token = outgoing->token;
    slot->message_id = outgoing->message->message_id;
    slot->acknowledged = false;
    slot->timeout =
        exchange->config.ack_timeout + (int64_t)hlsim__rng_below(&exchange->config.rng, half + 1);
    slot->done = outgoing->done;
    slot->user = outgoing->user;
    slot->size = (size_t)size;
    slot->next = exchange->first;
    exchange->first = slot;
    hlsim__timer_init(&slot->timer, exchange->config.timers, wait_over, slot);
    rc = transmit(slot);
    slot->sent = 1;
    if (rc < 0) {
        remove_slot(slot);
        return rc;
    }
    hlsim__timer_set_in(&slot->timer, slot->timeout);
    return 0;
}

int hlsim__exchange_send(struct hlsim__exchange *exchange, struct hlsim__exchange_slot *slot,
                         struct hlsim_address peer, struct hlsim__coap_message *message,
                         void (*done)(void *user, int error,
                                      const struct hlsim__coap_message *response),
                         void *user)
{
    struct outgoing outgoing = {.kind = HLSIM__EXCHANGE_REQUEST,
                                .peer = peer,
                                .message = message,
                                .token = next_token(exchange),
                                .done = done,
                                .user = user};

    HLSIM_ASSERT(hlsim__coap_is_request(message->code));
    put_token(message->token, outgoing.token);
    message->token_size = TOKEN_SIZE;
    return start(exchange, slot, &outgoing);
}

int hlsim__exchange_ping(
    struct hlsim__exchange *exchange, struct hlsim__exchange_slot *slot, struct hlsim_address peer,
    void (*done)(void *user, int error, const struct hlsim__coap_message *response), void *user)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_EMPTY};
    struct outgoing outgoing = {.kind = HLSIM__EXCHANGE_PING,
                                .peer = peer,
                                .message = &message,
                                .done = done,
                                .user = user};

    return start(exchange, slot, &outgoing);
}

int hlsim__exchange_notify(
    struct hlsim__exchange *exchange, struct hlsim__exchange_slot *slot, struct hlsim_address peer,
    const uint8_t *token, size_t token_size, struct hlsim__coap_message *message,
    void (*done)(void *user, int error, const struct hlsim__coap_message *response), void *user)
{
    struct outgoing outgoing = {.kind = HLSIM__EXCHANGE_NOTIFICATION,
                                .peer = peer,
                                .message = message,
                                .done = done,
                                .user = user};

    HLSIM_ASSERT(hlsim__coap_is_response(message->code));
    HLSIM_ASSERT(token_size <= sizeof message->token);
    memcpy(message->token, token, token_size);
    message->token_size = token_size;
    return start(exchange, slot, &outgoing);
}

void hlsim__exchange_cancel(struct hlsim__exchange_slot *slot)
{
    if (slot->exchange != NULL) {
        remove_slot(slot);
    }
}

void hlsim__exchange_reset(struct hlsim__exchange *exchange)
{
    while (exchange->first != NULL) {
        remove_slot(exchange->first);
    }
    for (size_t i = 0; i < HLSIM__ANSWERS_MAX; i++) {
        exchange->answers[i].expires_at = 0;
    }
}
