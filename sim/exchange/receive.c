/*
 * The receiving half of the message layer: what a datagram is, whom it belongs to, and what is said
 * in return. Sends nothing by itself but answers.
 */
#include "exchange/exchange.h"

#include <hl78sim/error.h>

#include "base/assert.h"
#include "exchange/slot.h"

#include <string.h>

/*
 * The critical options that owners look at. Block-wise transfer and conditional requests are not
 * among them: nothing here is larger than one datagram.
 */
static const uint16_t known_critical[] = {
    HLSIM__COAP_URI_HOST,  HLSIM__COAP_URI_PORT, HLSIM__COAP_URI_PATH,
    HLSIM__COAP_URI_QUERY, HLSIM__COAP_ACCEPT,
};

static const char nobody_waits[] = "an answer that nobody waits for";

static void ignore(struct hlsim__exchange *exchange, const char *why)
{
    HLSIM__EMIT(exchange->config.stream, exchange->config.source, HLSIM_EVENT_IGNORED,
                HLSIM_TEXT("by", "coap"), HLSIM_TEXT("why", why));
}

static bool has_unknown_critical(const struct hlsim__coap_message *message)
{
    return hlsim__coap_unknown_critical(message, known_critical,
                                        sizeof known_critical / sizeof *known_critical) != NULL;
}

/* --- Answers and their memory ------------------------------------------------------------- */

static struct hlsim__exchange_answer *find_answer(struct hlsim__exchange *exchange,
                                                  struct hlsim_address peer, uint16_t message_id)
{
    int64_t now = exchange->config.timers->sched->now;

    for (size_t i = 0; i < HLSIM__ANSWERS_MAX; i++) {
        struct hlsim__exchange_answer *answer = &exchange->answers[i];

        if (answer->expires_at > now && answer->message_id == message_id &&
            hlsim_address_equal(answer->peer, peer)) {
            return answer;
        }
    }
    return NULL;
}

static void send_answer(struct hlsim__exchange *exchange,
                        const struct hlsim__exchange_answer *answer)
{
    /* An answer that cannot leave is an answer that was lost: the peer will ask again. */
    if (answer->size > 0) {
        (void)exchange->config.send(exchange->config.user, answer->peer,
                                    exchange->answer_bytes + answer->start, answer->size);
    }
}

/* Whether the message came before; then it is answered as then. */
static bool answered_before(struct hlsim__exchange *exchange, struct hlsim_address peer,
                            const struct hlsim__coap_message *message)
{
    const struct hlsim__exchange_answer *answer = find_answer(exchange, peer, message->message_id);

    if (answer == NULL) {
        return false;
    }
    if (answer->size == 0) {
        ignore(exchange, "a repeated message");
    }
    send_answer(exchange, answer);
    return true;
}

/* Where the bytes of a new answer go: there is room for a datagram. */
static size_t next_start(const struct hlsim__exchange *exchange)
{
    int64_t now = exchange->config.timers->sched->now;
    bool empty = true;

    for (size_t i = 0; i < HLSIM__ANSWERS_MAX; i++) {
        empty = empty && exchange->answers[i].expires_at <= now;
    }
    return empty || sizeof exchange->answer_bytes - exchange->answer_end < HLSIM__DATAGRAM_MAX
               ? 0
               : exchange->answer_end;
}

/* Takes the place of the oldest memory. */
static struct hlsim__exchange_answer *remember(struct hlsim__exchange *exchange,
                                               struct hlsim_address peer,
                                               const struct hlsim__coap_message *message)
{
    struct hlsim__exchange_answer *answer = &exchange->answers[exchange->answer_next];

    exchange->answer_next = (exchange->answer_next + 1) % HLSIM__ANSWERS_MAX;
    answer->start = next_start(exchange);
    answer->peer = peer;
    answer->message_id = message->message_id;
    answer->expires_at = exchange->config.timers->sched->now + HLSIM__EXCHANGE_LIFETIME;
    answer->size = 0;
    return answer;
}

static int write_answer(struct hlsim__exchange *exchange,
                        const struct hlsim__exchange_answer *answer,
                        const struct hlsim__coap_message *message)
{
    return hlsim__coap_encode(message, exchange->answer_bytes + answer->start, HLSIM__DATAGRAM_MAX);
}

/* What was written leaves. */
static void finish_answer(struct hlsim__exchange *exchange, struct hlsim__exchange_answer *answer,
                          int size)
{
    HLSIM_ASSERT(size > 0);
    answer->size = (size_t)size;
    exchange->answer_end = answer->start + answer->size;
    send_answer(exchange, answer);
}

/* Answers a message by an empty acknowledgement or a reset. */
static void answer_empty(struct hlsim__exchange *exchange, struct hlsim_address peer,
                         const struct hlsim__coap_message *message, enum hlsim__coap_type type)
{
    struct hlsim__coap_message empty = {
        .type = type, .code = HLSIM__COAP_EMPTY, .message_id = message->message_id};
    struct hlsim__exchange_answer *answer = remember(exchange, peer, message);

    finish_answer(exchange, answer, write_answer(exchange, answer, &empty));
}

/* --- Requests ----------------------------------------------------------------------------- */

static void set_token(struct hlsim__coap_message *response,
                      const struct hlsim__coap_message *request)
{
    memcpy(response->token, request->token, request->token_size);
    response->token_size = request->token_size;
}

/* Answers a request by a response; one that is too large becomes 5.00. */
static void answer_request(struct hlsim__exchange *exchange, struct hlsim_address peer,
                           const struct hlsim__coap_message *request,
                           struct hlsim__coap_message *response)
{
    struct hlsim__exchange_answer *answer = remember(exchange, peer, request);
    int size;

    response->type = request->type == HLSIM__COAP_CON ? HLSIM__COAP_ACK : HLSIM__COAP_NON;
    response->message_id =
        request->type == HLSIM__COAP_CON ? request->message_id : hlsim__exchange_next_id(exchange);
    set_token(response, request);
    size = write_answer(exchange, answer, response);
    if (size < 0) {
        struct hlsim__coap_message failed = {.type = response->type,
                                             .code = HLSIM__COAP_CODE(5, 0),
                                             .message_id = response->message_id};

        set_token(&failed, request);
        size = write_answer(exchange, answer, &failed);
    }
    finish_answer(exchange, answer, size);
}

static void receive_request(struct hlsim__exchange *exchange, struct hlsim_address peer,
                            const struct hlsim__coap_message *request)
{
    struct hlsim__coap_message response = {.code = HLSIM__COAP_EMPTY};

    if (request->type == HLSIM__COAP_ACK || request->type == HLSIM__COAP_RST) {
        ignore(exchange, "a request in an acknowledgement or a reset");
        return;
    }
    if (answered_before(exchange, peer, request)) {
        return;
    }
    if (has_unknown_critical(request)) {
        if (request->type == HLSIM__COAP_NON) {
            ignore(exchange, "a critical option that is not known"); /* RFC 7252 5.4.1 */
            return;
        }
        response.code = HLSIM__COAP_CODE(4, 2);
    } else if (exchange->config.request == NULL) {
        response.code = HLSIM__COAP_CODE(4, 5); /* This end serves nothing. */
    } else {
        exchange->config.request(exchange->config.user, peer, request, &response);
    }
    if (response.code != HLSIM__COAP_EMPTY) {
        answer_request(exchange, peer, request, &response);
    } else if (request->type == HLSIM__COAP_CON) {
        answer_empty(exchange, peer, request, HLSIM__COAP_ACK);
    } else {
        (void)remember(exchange, peer, request);
    }
}

/* --- Responses ---------------------------------------------------------------------------- */

/* A response in the acknowledgement of its request: both id and token fit (RFC 7252 5.3.2). */
static void receive_piggybacked(struct hlsim__exchange *exchange, struct hlsim_address peer,
                                const struct hlsim__coap_message *response)
{
    struct hlsim__exchange_slot *slot =
        hlsim__slot_by_token(exchange, peer, response->token, response->token_size);

    if (slot == NULL || slot->message_id != response->message_id) {
        ignore(exchange, nobody_waits); /* Late, repeated on its way, or made up. */
        return;
    }
    if (has_unknown_critical(response)) {
        ignore(exchange, "a critical option that is not known");
        return;
    }
    hlsim__slot_finish(slot, 0, response);
}

/* A response to no request, with the option that says so: somebody may observe. */
static void receive_notification(struct hlsim__exchange *exchange, struct hlsim_address peer,
                                 const struct hlsim__coap_message *message)
{
    const struct hlsim__exchange_config *config = &exchange->config;
    bool wanted = config->notification(config->user, peer, message);

    if (!wanted) {
        ignore(exchange, "a notification of what is not observed");
        answer_empty(exchange, peer, message, HLSIM__COAP_RST);
    } else if (message->type == HLSIM__COAP_CON) {
        answer_empty(exchange, peer, message, HLSIM__COAP_ACK);
    }
}

/* A response in a message of its own. */
static void receive_separate(struct hlsim__exchange *exchange, struct hlsim_address peer,
                             const struct hlsim__coap_message *response)
{
    struct hlsim__exchange_slot *slot;

    if (answered_before(exchange, peer, response)) {
        return;
    }
    slot = hlsim__slot_by_token(exchange, peer, response->token, response->token_size);
    if (has_unknown_critical(response)) {
        ignore(exchange, "a critical option that is not known");
        slot = NULL;
    } else if (slot == NULL) {
        if (exchange->config.notification != NULL &&
            hlsim__coap_option_find(response, HLSIM__COAP_OBSERVE) != NULL) {
            receive_notification(exchange, peer, response);
            return;
        }
        ignore(exchange, nobody_waits);
    }
    if (response->type == HLSIM__COAP_CON) {
        answer_empty(exchange, peer, response, slot != NULL ? HLSIM__COAP_ACK : HLSIM__COAP_RST);
    }
    if (slot != NULL) {
        hlsim__slot_finish(slot, 0, response);
    }
}

/* --- Empty messages ----------------------------------------------------------------------- */

static void receive_empty(struct hlsim__exchange *exchange, struct hlsim_address peer,
                          const struct hlsim__coap_message *message)
{
    struct hlsim__exchange_slot *slot = hlsim__slot_by_id(exchange, peer, message->message_id);

    switch (message->type) {
    case HLSIM__COAP_CON:
        answer_empty(exchange, peer, message, HLSIM__COAP_RST);
        return;
    case HLSIM__COAP_NON:
        ignore(exchange, "an empty message that cannot be answered");
        return;
    case HLSIM__COAP_ACK:
        if (slot != NULL && slot->kind == HLSIM__EXCHANGE_NOTIFICATION) {
            hlsim__slot_finish(slot, 0, NULL);
        } else if (slot != NULL && slot->kind == HLSIM__EXCHANGE_REQUEST && !slot->acknowledged) {
            hlsim__slot_acknowledged(slot);
        } else {
            ignore(exchange, nobody_waits);
        }
        return;
    case HLSIM__COAP_RST:
        if (slot != NULL) {
            hlsim__slot_finish(slot, slot->kind == HLSIM__EXCHANGE_PING ? 0 : HLSIM_E_GONE, NULL);
        } else {
            ignore(exchange, nobody_waits);
        }
        return;
    }
}

void hlsim__exchange_receive(struct hlsim__exchange *exchange, struct hlsim_address peer,
                             const uint8_t *bytes, size_t size)
{
    struct hlsim__coap_message message;
    int rc = hlsim__coap_parse(bytes, size, &message);

    if (rc < 0) {
        ignore(exchange, hlsim_error_text(rc));
    } else if (message.code == HLSIM__COAP_EMPTY) {
        receive_empty(exchange, peer, &message);
    } else if (hlsim__coap_is_request(message.code)) {
        receive_request(exchange, peer, &message);
    } else if (!hlsim__coap_is_response(message.code)) {
        ignore(exchange, "a code of a reserved class");
    } else if (message.type == HLSIM__COAP_ACK) {
        receive_piggybacked(exchange, peer, &message);
    } else if (message.type == HLSIM__COAP_RST) {
        ignore(exchange, "a response in a reset");
    } else {
        receive_separate(exchange, peer, &message);
    }
}
