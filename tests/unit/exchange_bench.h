/*
 * An exchange of CoAP messages, and a test that plays its peer byte by byte.
 */
#ifndef HL78SIM_TESTS_EXCHANGE_BENCH_H
#define HL78SIM_TESTS_EXCHANGE_BENCH_H

#include "lib/suite.h"

#include <hl78sim/error.h>

#include "exchange/exchange.h"

#include <stdlib.h>
#include <string.h>

#define SENT_MAX 64
#define SLOTS    32

static const struct hlsim_address peer = {.ip = 0x0a000001, .port = 5683};
static const struct hlsim_address stranger = {.ip = 0x0a000001, .port = 5684};

struct sent {
    int64_t at;
    uint64_t event;
    uint64_t cause;
    struct hlsim_address to;
    size_t size;
    uint8_t bytes[HLSIM__DATAGRAM_MAX];
};

static struct bench {
    struct hlsim__sched sched;
    struct hlsim__timer_group timers;
    struct hlsim_stream stream;
    struct hlsim__exchange exchange;
    struct hlsim__exchange_slot slots[SLOTS];
    struct sent sent[SENT_MAX];
    size_t sent_count;
    int send_error; /* of the next sends */
    unsigned ignored;
    unsigned requests;
    uint8_t answer_code;
    uint8_t payload[HLSIM__DATAGRAM_MAX + 1];
    size_t payload_size;
    unsigned notifications;
    bool wanted;
    unsigned done;
    int error;
    uint8_t code;
    int64_t done_at;
    uint64_t done_cause;
} b;

static inline int bench_send(void *user, struct hlsim_address to, const uint8_t *bytes, size_t size)
{
    struct sent *sent = &b.sent[b.sent_count];

    (void)user;
    if (b.send_error < 0) {
        return b.send_error;
    }
    CU_ASSERT_FATAL(b.sent_count < SENT_MAX);
    CU_ASSERT_FATAL(size <= sizeof sent->bytes);
    b.sent_count++;
    sent->at = b.sched.now;
    sent->cause = b.stream.cause;
    sent->event = hlsim__emit(&b.stream, "network", HLSIM_EVENT_NET_SEND, NULL, 0);
    hlsim__emit(&b.stream, "network", HLSIM_EVENT_NET_DROP, NULL, 0);
    sent->to = to;
    sent->size = size;
    memcpy(sent->bytes, bytes, size);
    return 0;
}

static inline void bench_request(void *user, struct hlsim_address from,
                                 const struct hlsim__coap_message *request,
                                 struct hlsim__coap_message *response)
{
    (void)user;
    (void)from;
    (void)request;
    b.requests++;
    response->code = b.answer_code;
    response->payload = b.payload;
    response->payload_size = b.payload_size;
}

static inline bool bench_notification(void *user, struct hlsim_address from,
                                      const struct hlsim__coap_message *message)
{
    (void)user;
    (void)from;
    (void)message;
    b.notifications++;
    return b.wanted;
}

static inline void bench_done(void *user, int error, const struct hlsim__coap_message *response)
{
    (void)user;
    b.done++;
    b.error = error;
    b.code = response == NULL ? 0 : response->code;
    b.done_at = b.sched.now;
    b.done_cause = b.stream.cause;
}

static inline void bench_event(void *user, const struct hlsim_event *event)
{
    (void)user;
    (void)event;
    b.ignored++;
}

static inline void setup(uint64_t seed)
{
    struct hlsim__exchange_config config = {.stream = &b.stream,
                                            .source = "test",
                                            .timers = &b.timers,
                                            .ack_timeout = 2 * HLSIM_SECOND,
                                            .max_retransmit = 4,
                                            .send = bench_send,
                                            .request = bench_request,
                                            .notification = bench_notification};

    memset(&b, 0, sizeof b);
    hlsim__sched_init(&b.sched);
    hlsim__timer_group_init(&b.timers, &b.sched, NULL);
    hlsim__stream_init(&b.stream, &b.sched);
    CU_ASSERT_FATAL(hlsim_stream_subscribe(&b.stream, HLSIM_EVENT_BIT(HLSIM_EVENT_IGNORED),
                                           bench_event, NULL) == 0);
    hlsim__rng_init(&config.rng, seed, "test");
    hlsim__exchange_init(&b.exchange, &config);
    b.answer_code = HLSIM__COAP_CODE(2, 4);
}

static inline void teardown(void)
{
    hlsim__timer_group_drop(&b.timers);
    hlsim__sched_free(&b.sched);
}

static inline void run_until(int64_t at)
{
    while (hlsim__sched_fire_next(&b.sched, at)) {
    }
    hlsim__sched_advance(&b.sched, at);
}

/* Sends GET /a in a slot. */
static inline int get(size_t slot)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_GET};

    CU_ASSERT_FATAL(hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "a") == 0);
    return hlsim__exchange_send(&b.exchange, &b.slots[slot], peer, &message, bench_done, NULL);
}

/* From memory of exactly that size, so that the sanitizer sees the first byte read behind it. */
static inline void receive(struct hlsim_address from, const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size + (size == 0));

    CU_ASSERT_FATAL(copy != NULL);
    memcpy(copy, bytes, size);
    hlsim__exchange_receive(&b.exchange, from, copy, size);
    free(copy);
}

/* An answer to the request sent last: type, code, and its id (changed by `id_xor`) and token. */
static inline void answer(struct hlsim_address from, unsigned type, uint8_t code, unsigned id_xor,
                          unsigned token_xor)
{
    const struct sent *request = &b.sent[b.sent_count - 1];
    uint8_t bytes[12];

    bytes[0] = (uint8_t)(0x48 | type << 4);
    bytes[1] = code;
    bytes[2] = request->bytes[2];
    bytes[3] = (uint8_t)(request->bytes[3] ^ id_xor);
    memcpy(bytes + 4, request->bytes + 4, 8);
    bytes[11] = (uint8_t)(bytes[11] ^ token_xor);
    receive(from, bytes, sizeof bytes);
}

/* An empty message with the id of the one sent last. */
static inline void answer_empty(unsigned type)
{
    const struct sent *request = &b.sent[b.sent_count - 1];
    uint8_t bytes[4] = {(uint8_t)(0x40 | type << 4), 0, request->bytes[2], request->bytes[3]};

    receive(peer, bytes, sizeof bytes);
}

static inline bool last_sent_is(const void *bytes, size_t size)
{
    const struct sent *sent = &b.sent[b.sent_count - 1];

    return b.sent_count > 0 && sent->size == size && memcmp(sent->bytes, bytes, size) == 0;
}

#endif
