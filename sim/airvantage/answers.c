/*
 * Answers that a server gives instead of its own, and answers that come late: a request that is to
 * be answered late is kept as it came, and handled as if it came then. What a client repeats
 * meanwhile is passed over.
 */
#include "airvantage/inside.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hlsim__av_held {
    struct hlsim__av_held *next;
    struct hlsim__av_server *server;
    struct hlsim__timer timer;
    uint64_t cause;
    uint16_t message_id;
    struct hlsim__av_datagram datagram; /* its texts and bytes are those below */
    char proved[HLSIM__AV_ENDPOINT_SIZE];
    uint8_t bytes[HLSIM__DATAGRAM_MAX];
};

int hlsim__airvantage_answer(struct hlsim__airvantage *av, enum hlsim__airvantage_server which,
                             const struct hlsim__airvantage_answer *answer)
{
    struct hlsim__av_server *server;
    bool bootstrap = which == HLSIM__AIRVANTAGE_BOOTSTRAP;

    HLSIM_ASSERT(answer->count > 0);
    if (bootstrap ? answer->request != HLSIM__AIRVANTAGE_ANY : which != HLSIM__AIRVANTAGE_DM) {
        return HLSIM_E_INVALID; /* The bootstrap server has one request. */
    }
    server = &av->servers[bootstrap ? HLSIM__AV_BOOTSTRAP : HLSIM__AV_DM];
    for (size_t i = 0; i < HLSIM__AV_ANSWERS_MAX; i++) {
        if (server->answers[i].count == 0) {
            server->answers[i] = *answer;
            return 0;
        }
    }
    return HLSIM_E_LIMIT;
}

int hlsim__airvantage_answer_as_ever(struct hlsim__airvantage *av,
                                     enum hlsim__airvantage_server which)
{
    struct hlsim__av_server *server =
        &av->servers[which == HLSIM__AIRVANTAGE_BOOTSTRAP ? HLSIM__AV_BOOTSTRAP : HLSIM__AV_DM];
    int count = 0;

    for (size_t i = 0; i < HLSIM__AV_ANSWERS_MAX; i++) {
        count += server->answers[i].count > 0;
        server->answers[i].count = 0;
    }
    return count;
}

/* --- Which one is meant ------------------------------------------------------------------- */

static enum hlsim__airvantage_request kind_of(const struct hlsim__coap_message *request)
{
    if (request->code == HLSIM__COAP_DELETE) {
        return HLSIM__AIRVANTAGE_DEREGISTER;
    }
    return hlsim__coap_path_is(request, HLSIM__COAP_URI_PATH, "rd") ? HLSIM__AIRVANTAGE_REGISTER
                                                                    : HLSIM__AIRVANTAGE_UPDATE;
}

static struct hlsim__airvantage_answer *find(struct hlsim__av_server *server,
                                             const struct hlsim__coap_message *request)
{
    enum hlsim__airvantage_request kind = kind_of(request);

    for (size_t i = 0; i < HLSIM__AV_ANSWERS_MAX; i++) {
        struct hlsim__airvantage_answer *answer = &server->answers[i];

        if (answer->count > 0 &&
            (answer->request == HLSIM__AIRVANTAGE_ANY || answer->request == kind)) {
            return answer;
        }
    }
    return NULL;
}

uint8_t hlsim__av_answer_instead(struct hlsim__av_server *server,
                                 const struct hlsim__coap_message *request)
{
    struct hlsim__airvantage_answer *answer = find(server, request);

    if (answer == NULL) {
        return 0;
    }
    answer->count--;
    return answer->code;
}

/* --- Late answers ------------------------------------------------------------------------- */

/* Whether both came from the same client: an address may have gone to another one in between. */
static bool same_client(const struct hlsim__av_datagram *a, const struct hlsim__av_datagram *b)
{
    bool proved = a->proved != NULL && b->proved != NULL;

    return hlsim_address_equal(a->from, b->from) &&
           (proved ? strcmp(a->proved, b->proved) == 0 : a->proved == b->proved);
}

static struct hlsim__av_held **place_of(struct hlsim__av_server *server,
                                        const struct hlsim__av_datagram *datagram,
                                        uint16_t message_id)
{
    struct hlsim__av_held **link = &server->held;

    while (*link != NULL &&
           !((*link)->message_id == message_id && same_client(&(*link)->datagram, datagram))) {
        link = &(*link)->next;
    }
    return link;
}

static void let_go(void *owner)
{
    struct hlsim__av_held *held = owner;
    struct hlsim__av_server *server = held->server;
    struct hlsim_stream *stream = server->av->stream;
    uint64_t before = hlsim__stream_set_cause(stream, held->cause);

    *place_of(server, &held->datagram, held->message_id) = held->next;
    hlsim__av_handle(server, &held->datagram);
    hlsim__stream_set_cause(stream, before);
    free(held);
}

/* A copy that lasts. */
static void keep(struct hlsim__av_held *held, const struct hlsim__av_datagram *datagram)
{
    held->datagram = *datagram;
    memcpy(held->bytes, datagram->bytes, datagram->size);
    held->datagram.bytes = held->bytes;
    if (datagram->proved != NULL) {
        snprintf(held->proved, sizeof held->proved, "%s", datagram->proved);
        held->datagram.proved = held->proved;
    }
}

/* Whether a request may have to wait at all: else it need not be read twice. */
static bool may_wait(const struct hlsim__av_server *server)
{
    bool late = server->held != NULL;

    for (size_t i = 0; i < HLSIM__AV_ANSWERS_MAX; i++) {
        late = late || (server->answers[i].count > 0 && server->answers[i].delay > 0);
    }
    return late;
}

bool hlsim__av_hold(struct hlsim__av_server *server, const struct hlsim__av_datagram *datagram)
{
    const struct hlsim__airvantage_answer *answer;
    struct hlsim__coap_message request;
    struct hlsim__av_held **place;
    struct hlsim__av_held *held;

    if (!may_wait(server) || hlsim__coap_parse(datagram->bytes, datagram->size, &request) < 0 ||
        !hlsim__coap_is_request(request.code)) {
        return false;
    }
    answer = find(server, &request);
    place = place_of(server, datagram, request.message_id);
    if (*place != NULL) {
        return true;
    }
    if (answer == NULL || answer->delay == 0 || datagram->size > sizeof held->bytes) {
        return false;
    }
    held = calloc(1, sizeof *held);
    if (held == NULL) {
        return false;
    }
    held->server = server;
    held->cause = server->av->stream->cause;
    held->message_id = request.message_id;
    keep(held, datagram);
    *place = held;
    hlsim__timer_init(&held->timer, &server->av->timers, let_go, held);
    hlsim__timer_set_in(&held->timer, answer->delay);
    return true;
}

void hlsim__av_held_free(struct hlsim__av_server *server)
{
    while (server->held != NULL) {
        struct hlsim__av_held *held = server->held;

        server->held = held->next;
        free(held);
    }
}
