/*
 * CoAP's message layer against RFC 7252, sections 4 and 5: an exchange, and a test that plays its
 * peer byte by byte.
 */
#include "exchange/exchange.h"

#include <hl78sim/error.h>

#include "lib/suite.h"

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

static int bench_send(void *user, struct hlsim_address to, const uint8_t *bytes, size_t size)
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

static void bench_request(void *user, struct hlsim_address from,
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

static bool bench_notification(void *user, struct hlsim_address from,
                               const struct hlsim__coap_message *message)
{
    (void)user;
    (void)from;
    (void)message;
    b.notifications++;
    return b.wanted;
}

static void bench_done(void *user, int error, const struct hlsim__coap_message *response)
{
    (void)user;
    b.done++;
    b.error = error;
    b.code = response == NULL ? 0 : response->code;
    b.done_at = b.sched.now;
    b.done_cause = b.stream.cause;
}

static void bench_event(void *user, const struct hlsim_event *event)
{
    (void)user;
    (void)event;
    b.ignored++;
}

static void setup(uint64_t seed)
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

static void teardown(void)
{
    hlsim__timer_group_drop(&b.timers);
    hlsim__sched_free(&b.sched);
}

static void run_until(int64_t at)
{
    while (hlsim__sched_fire_next(&b.sched, at)) {
    }
    hlsim__sched_advance(&b.sched, at);
}

static void run_all(void)
{
    while (hlsim__sched_fire_next(&b.sched, HLSIM_NEVER)) {
    }
}

/* Sends GET /a in a slot. */
static int get(size_t slot)
{
    struct hlsim__coap_message message = {.code = HLSIM__COAP_GET};

    CU_ASSERT_FATAL(hlsim__coap_option_add_path(&message, HLSIM__COAP_URI_PATH, "a") == 0);
    return hlsim__exchange_send(&b.exchange, &b.slots[slot], peer, &message, bench_done, NULL);
}

/* From memory of exactly that size, so that the sanitizer sees the first byte read behind it. */
static void receive(struct hlsim_address from, const void *bytes, size_t size)
{
    uint8_t *copy = malloc(size + (size == 0));

    CU_ASSERT_FATAL(copy != NULL);
    memcpy(copy, bytes, size);
    hlsim__exchange_receive(&b.exchange, from, copy, size);
    free(copy);
}

/* An answer to the request sent last: type, code, and its id (changed by `id_xor`) and token. */
static void answer(struct hlsim_address from, unsigned type, uint8_t code, unsigned id_xor,
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
static void answer_empty(unsigned type)
{
    const struct sent *request = &b.sent[b.sent_count - 1];
    uint8_t bytes[4] = {(uint8_t)(0x40 | type << 4), 0, request->bytes[2], request->bytes[3]};

    receive(peer, bytes, sizeof bytes);
}

static bool last_sent_is(const void *bytes, size_t size)
{
    const struct sent *sent = &b.sent[b.sent_count - 1];

    return b.sent_count > 0 && sent->size == size && memcmp(sent->bytes, bytes, size) == 0;
}

/* --- Requests of ours --------------------------------------------------------------------- */

static void repeats_after_two_to_three_seconds_doubled_each_time(void)
{
    int64_t shortest = HLSIM_NEVER;
    int64_t longest = 0;

    for (uint64_t seed = 1; seed <= 200; seed++) {
        int64_t first;

        setup(seed);
        CU_ASSERT_FATAL(get(0) == 0);
        run_all();
        CU_ASSERT_FATAL(b.sent_count == 5);
        first = b.sent[1].at - b.sent[0].at;
        shortest = first < shortest ? first : shortest;
        longest = first > longest ? first : longest;
        for (size_t i = 1; i < 5; i++) {
            CU_ASSERT_EQUAL(b.sent[i].at, first * ((INT64_C(1) << i) - 1));
            CU_ASSERT_EQUAL(b.sent[i].size, b.sent[0].size);
            CU_ASSERT_EQUAL(memcmp(b.sent[i].bytes, b.sent[0].bytes, b.sent[0].size), 0);
        }
        CU_ASSERT_EQUAL(b.done, 1);
        CU_ASSERT_EQUAL(b.error, HLSIM_E_UNREACHABLE);
        CU_ASSERT(b.done_at >= 62 * HLSIM_SECOND);
        CU_ASSERT(b.done_at <= 93 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(b.done_at, 31 * first);
        teardown();
    }
    CU_ASSERT(shortest >= 2 * HLSIM_SECOND);
    CU_ASSERT(shortest < 2 * HLSIM_SECOND + 100 * HLSIM_MS);
    CU_ASSERT(longest <= 3 * HLSIM_SECOND);
    CU_ASSERT(longest > 3 * HLSIM_SECOND - 100 * HLSIM_MS);
}

static void names_the_last_datagram_as_the_cause_of_what_follows_from_silence(void)
{
    setup(1);
    CU_ASSERT_FATAL(get(0) == 0);
    run_all();
    CU_ASSERT_EQUAL(b.done_cause, b.sent[4].event);
    for (size_t i = 1; i < 5; i++) {
        CU_ASSERT_EQUAL(b.sent[i].cause, b.sent[i - 1].event);
    }
    CU_ASSERT_EQUAL(b.stream.cause, 0);
    teardown();
}

static void takes_an_answer_whose_id_token_and_peer_fit(void)
{
    setup(1);
    CU_ASSERT_FATAL(get(0) == 0);
    /* CON, code 0.01, token of eight bytes, and Uri-Path "a". */
    CU_ASSERT_EQUAL(b.sent[0].size, 14);
    CU_ASSERT_EQUAL(b.sent[0].bytes[0], 0x48);
    CU_ASSERT_EQUAL(b.sent[0].bytes[1], 0x01);
    CU_ASSERT_EQUAL(b.sent[0].bytes[12], 0xb1);
    CU_ASSERT_EQUAL(b.sent[0].bytes[13], 'a');
    answer(peer, 2, 0x45, 1, 0);
    answer(peer, 2, 0x45, 0, 1);
    answer(stranger, 2, 0x45, 0, 0);
    CU_ASSERT_EQUAL(b.done, 0);
    answer(peer, 2, 0x45, 0, 0);
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.error, 0);
    CU_ASSERT_EQUAL(b.code, HLSIM__COAP_CODE(2, 5));
    answer(peer, 2, 0x45, 0, 0);
    run_all();
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.sent_count, 1);
    teardown();
}

static void waits_for_a_separate_answer_after_an_empty_acknowledgement(void)
{
    /* A CON 2.05 with id 0x1234, to be completed by the token. */
    uint8_t separate[12] = {0x48, 0x45, 0x12, 0x34};
    static const uint8_t ack[] = {0x60, 0x00, 0x12, 0x34};

    setup(1);
    CU_ASSERT_FATAL(get(0) == 0);
    memcpy(separate + 4, b.sent[0].bytes + 4, 8);
    answer_empty(2);
    run_until(90 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.sent_count, 1);
    CU_ASSERT_EQUAL(b.done, 0);
    receive(peer, separate, sizeof separate);
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.code, HLSIM__COAP_CODE(2, 5));
    CU_ASSERT(last_sent_is(ack, sizeof ack));
    /* Our acknowledgement was lost: the answer comes again, and is acknowledged again. */
    receive(peer, separate, sizeof separate);
    CU_ASSERT_EQUAL(b.sent_count, 3);
    CU_ASSERT(last_sent_is(ack, sizeof ack));
    CU_ASSERT_EQUAL(b.done, 1);
    teardown();
}

static void takes_a_separate_answer_that_overtook_the_acknowledgement(void)
{
    uint8_t separate[12] = {0x58, 0x45, 0x12, 0x34}; /* NON */

    setup(1);
    CU_ASSERT_FATAL(get(0) == 0);
    memcpy(separate + 4, b.sent[0].bytes + 4, 8);
    receive(peer, separate, sizeof separate);
    CU_ASSERT_EQUAL(b.done, 1);
    answer_empty(2);
    run_all();
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.sent_count, 1);
    teardown();
}

static void gives_up_when_only_the_acknowledgement_comes(void)
{
    setup(1);
    CU_ASSERT_FATAL(get(0) == 0);
    run_until(HLSIM_SECOND);
    answer_empty(2);
    run_all();
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.error, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(b.done_at, 94 * HLSIM_SECOND); /* MAX_TRANSMIT_WAIT later */
    CU_ASSERT_EQUAL(b.sent_count, 1);
    teardown();
}

static void a_reset_ends_a_request(void)
{
    setup(1);
    CU_ASSERT_FATAL(get(0) == 0);
    answer_empty(3);
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.error, HLSIM_E_GONE);
    run_all();
    CU_ASSERT_EQUAL(b.sent_count, 1);
    teardown();
}

static void a_cancelled_request_is_silent(void)
{
    setup(1);
    CU_ASSERT_FATAL(get(0) == 0);
    CU_ASSERT_FATAL(get(1) == 0);
    hlsim__exchange_cancel(&b.slots[1]);
    hlsim__exchange_cancel(&b.slots[1]);
    answer(peer, 2, 0x45, 0, 0);
    CU_ASSERT_EQUAL(b.done, 0);
    hlsim__exchange_reset(&b.exchange);
    run_all();
    CU_ASSERT_EQUAL(b.done, 0);
    CU_ASSERT_EQUAL(b.sent_count, 2);
    CU_ASSERT_EQUAL(get(0), 0);
    teardown();
}

static void an_error_of_sending_ends_the_request_at_once(void)
{
    setup(1);
    b.send_error = HLSIM_E_POWER;
    CU_ASSERT_EQUAL(get(0), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(b.done, 0);
    run_all();
    b.send_error = 0;
    CU_ASSERT_EQUAL(get(0), 0);
    b.send_error = HLSIM_E_POWER;
    run_all();
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.error, HLSIM_E_POWER);
    CU_ASSERT(b.done_at <= 3 * HLSIM_SECOND);
    teardown();
}

static void tokens_of_outstanding_requests_differ_even_when_drawn_alike(void)
{
    struct hlsim__rng rng;

    setup(1);
    rng = b.exchange.config.rng;
    for (size_t i = 0; i < SLOTS; i++) {
        b.exchange.config.rng = rng; /* every request draws the same number first */
        CU_ASSERT_FATAL(get(i) == 0);
        for (size_t k = 0; k < i; k++) {
            CU_ASSERT_NOT_EQUAL(memcmp(b.sent[i].bytes + 4, b.sent[k].bytes + 4, 8), 0);
            CU_ASSERT_NOT_EQUAL(memcmp(b.sent[i].bytes + 2, b.sent[k].bytes + 2, 2), 0);
        }
    }
    teardown();
}

static void a_ping_is_an_empty_message_and_its_reset(void)
{
    setup(1);
    CU_ASSERT_FATAL(hlsim__exchange_ping(&b.exchange, &b.slots[0], peer, bench_done, NULL) == 0);
    CU_ASSERT_EQUAL(b.sent[0].size, 4);
    CU_ASSERT_EQUAL(b.sent[0].bytes[0], 0x40);
    CU_ASSERT_EQUAL(b.sent[0].bytes[1], 0x00);
    answer_empty(2); /* not what a living peer says to a ping */
    CU_ASSERT_EQUAL(b.done, 0);
    answer_empty(3);
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.error, 0);
    CU_ASSERT_FATAL(hlsim__exchange_ping(&b.exchange, &b.slots[0], peer, bench_done, NULL) == 0);
    run_all();
    CU_ASSERT_EQUAL(b.done, 2);
    CU_ASSERT_EQUAL(b.error, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(b.sent_count, 6);
    teardown();
}

/* --- Requests of the peer ----------------------------------------------------------------- */

/* CON GET, id 0x0102, token 0xaa, /a. */
static const uint8_t con_get[] = {0x41, 0x01, 0x01, 0x02, 0xaa, 0xb1, 'a'};

static void answers_a_request_in_its_acknowledgement(void)
{
    static const uint8_t expected[] = {0x61, 0x44, 0x01, 0x02, 0xaa};

    setup(1);
    receive(peer, con_get, sizeof con_get);
    CU_ASSERT_EQUAL(b.requests, 1);
    CU_ASSERT(last_sent_is(expected, sizeof expected));
    CU_ASSERT(hlsim_address_equal(b.sent[0].to, peer));
    teardown();
}

static void answers_a_repeated_request_from_memory(void)
{
    static const uint8_t expected[] = {0x61, 0x44, 0x01, 0x02, 0xaa};

    setup(1);
    receive(peer, con_get, sizeof con_get);
    b.answer_code = HLSIM__COAP_CODE(5, 0); /* what it would say if it were asked again */
    run_until(246 * HLSIM_SECOND);
    receive(peer, con_get, sizeof con_get);
    CU_ASSERT_EQUAL(b.requests, 1);
    CU_ASSERT_EQUAL(b.sent_count, 2);
    CU_ASSERT(last_sent_is(expected, sizeof expected));
    /* Another peer may use the same id, and the same peer after the exchange's lifetime. */
    receive(stranger, con_get, sizeof con_get);
    CU_ASSERT_EQUAL(b.requests, 2);
    run_until(248 * HLSIM_SECOND);
    receive(peer, con_get, sizeof con_get);
    CU_ASSERT_EQUAL(b.requests, 3);
    teardown();
}

static size_t size_of_answer(size_t number)
{
    static const size_t sizes[] = {0, 1200, 3, 1270, 1200, 40, 700, 1270, 1, 1270, 1270};

    return sizes[number % (sizeof sizes / sizeof *sizes)];
}

static void ask_number(size_t number)
{
    uint8_t get[sizeof con_get];

    memcpy(get, con_get, sizeof get);
    get[2] = (uint8_t)(number >> 8);
    get[3] = (uint8_t)number;
    memset(b.payload, (int)(number & 0xff), sizeof b.payload);
    b.payload_size = size_of_answer(number);
    b.answer_code = HLSIM__COAP_CODE(2, 5);
    b.sent_count = 0;
    receive(peer, get, sizeof get);
}

static void the_last_eight_answers_are_remembered_whatever_their_sizes(void)
{
    setup(1);
    for (size_t number = 0; number < 100; number++) {
        ask_number(number);
        for (size_t old = number < 7 ? 0 : number - 7; old <= number; old++) {
            struct sent *sent = &b.sent[0];
            size_t size = size_of_answer(old);

            ask_number(old);
            CU_ASSERT_EQUAL_FATAL(b.sent_count, 1);
            CU_ASSERT_EQUAL(b.requests, number + 1);
            CU_ASSERT_EQUAL(sent->size, size == 0 ? 5 : 6 + size);
            CU_ASSERT(size == 0 ||
                      (sent->bytes[6] == (old & 0xff) && sent->bytes[5 + size] == (old & 0xff)));
        }
    }
    teardown();
}

static void answers_a_non_confirmable_request_by_such_a_message(void)
{
    static const uint8_t non_get[] = {0x51, 0x01, 0x01, 0x02, 0xaa, 0xb1, 'a'};

    setup(1);
    receive(peer, non_get, sizeof non_get);
    CU_ASSERT_FATAL(b.sent_count == 1);
    CU_ASSERT_EQUAL(b.sent[0].size, 5);
    CU_ASSERT_EQUAL(b.sent[0].bytes[0], 0x51);
    CU_ASSERT_EQUAL(b.sent[0].bytes[1], 0x44);
    CU_ASSERT_EQUAL(b.sent[0].bytes[4], 0xaa);
    receive(peer, non_get, sizeof non_get);
    CU_ASSERT_EQUAL(b.requests, 1);
    teardown();
}

static void a_code_of_zero_only_acknowledges(void)
{
    static const uint8_t ack[] = {0x60, 0x00, 0x01, 0x02};

    setup(1);
    b.answer_code = 0;
    receive(peer, con_get, sizeof con_get);
    CU_ASSERT_EQUAL(b.requests, 1);
    CU_ASSERT(last_sent_is(ack, sizeof ack));
    teardown();
}

static void an_answer_that_fits_no_datagram_becomes_5_00(void)
{
    static const uint8_t expected[] = {0x61, 0xa0, 0x01, 0x02, 0xaa};

    setup(1);
    b.payload_size = HLSIM__DATAGRAM_MAX;
    receive(peer, con_get, sizeof con_get);
    CU_ASSERT(last_sent_is(expected, sizeof expected));
    teardown();
}

static void refuses_a_critical_option_that_it_does_not_know(void)
{
    /* Option 9 (odd, so critical), empty; and the same in a NON. */
    static const uint8_t con[] = {0x41, 0x01, 0x01, 0x02, 0xaa, 0x90};
    static const uint8_t non[] = {0x51, 0x01, 0x01, 0x03, 0xaa, 0x90};
    static const uint8_t elective[] = {0x41, 0x01, 0x01, 0x04, 0xaa, 0xa0};
    static const uint8_t expected[] = {0x61, 0x82, 0x01, 0x02, 0xaa};

    setup(1);
    receive(peer, con, sizeof con);
    CU_ASSERT_EQUAL(b.requests, 0);
    CU_ASSERT(last_sent_is(expected, sizeof expected));
    receive(peer, non, sizeof non);
    CU_ASSERT_EQUAL(b.requests, 0);
    CU_ASSERT_EQUAL(b.sent_count, 1);
    CU_ASSERT_EQUAL(b.ignored, 1);
    receive(peer, elective, sizeof elective);
    CU_ASSERT_EQUAL(b.requests, 1);
    teardown();
}

static void resets_a_ping_and_a_confirmable_answer_that_nobody_waits_for(void)
{
    static const uint8_t ping[] = {0x40, 0x00, 0x01, 0x02};
    static const uint8_t pong[] = {0x70, 0x00, 0x01, 0x02};
    static const uint8_t con[] = {0x41, 0x45, 0x01, 0x03, 0xaa};
    static const uint8_t reset[] = {0x70, 0x00, 0x01, 0x03};
    static const uint8_t non[] = {0x51, 0x45, 0x01, 0x04, 0xaa};
    static const uint8_t ack[] = {0x61, 0x45, 0x01, 0x05, 0xaa};

    setup(1);
    receive(peer, ping, sizeof ping);
    CU_ASSERT(last_sent_is(pong, sizeof pong));
    receive(peer, con, sizeof con);
    CU_ASSERT_EQUAL(b.sent_count, 2);
    CU_ASSERT(last_sent_is(reset, sizeof reset));
    receive(peer, non, sizeof non);
    receive(peer, ack, sizeof ack);
    CU_ASSERT_EQUAL(b.sent_count, 2);
    CU_ASSERT_EQUAL(b.ignored, 3); /* every answer; a ping is none */
    teardown();
}

/* --- Notifications ------------------------------------------------------------------------ */

static void a_notification_of_ours_ends_by_acknowledgement_or_reset(void)
{
    static const uint8_t token[] = {0x01, 0x02};
    struct hlsim__coap_message message = {.code = HLSIM__COAP_CODE(2, 5)};

    setup(1);
    CU_ASSERT_FATAL(hlsim__coap_option_add_uint(&message, HLSIM__COAP_OBSERVE, 7) == 0);
    CU_ASSERT_FATAL(hlsim__exchange_notify(&b.exchange, &b.slots[0], peer, token, sizeof token,
                                           &message, bench_done, NULL) == 0);
    CU_ASSERT_EQUAL(b.sent[0].bytes[0], 0x42);
    CU_ASSERT_EQUAL(b.sent[0].bytes[1], 0x45);
    CU_ASSERT_EQUAL(memcmp(b.sent[0].bytes + 4, "\x01\x02\x61\x07", 4), 0);
    answer_empty(2);
    CU_ASSERT_EQUAL(b.done, 1);
    CU_ASSERT_EQUAL(b.error, 0);
    CU_ASSERT_FATAL(hlsim__exchange_notify(&b.exchange, &b.slots[0], peer, token, sizeof token,
                                           &message, bench_done, NULL) == 0);
    answer_empty(3);
    CU_ASSERT_EQUAL(b.done, 2);
    CU_ASSERT_EQUAL(b.error, HLSIM_E_GONE);
    teardown();
}

static void a_notification_of_the_peer_is_acknowledged_or_reset(void)
{
    /* CON 2.05, token 0xbb, observe 1. */
    static const uint8_t first[] = {0x41, 0x45, 0x02, 0x01, 0xbb, 0x61, 0x01};
    static const uint8_t second[] = {0x41, 0x45, 0x02, 0x02, 0xbb, 0x61, 0x02};
    static const uint8_t ack[] = {0x60, 0x00, 0x02, 0x01};
    static const uint8_t reset[] = {0x70, 0x00, 0x02, 0x02};

    setup(1);
    b.wanted = true;
    receive(peer, first, sizeof first);
    CU_ASSERT(last_sent_is(ack, sizeof ack));
    receive(peer, first, sizeof first);
    CU_ASSERT(last_sent_is(ack, sizeof ack));
    CU_ASSERT_EQUAL(b.notifications, 1);
    b.wanted = false;
    receive(peer, second, sizeof second);
    CU_ASSERT(last_sent_is(reset, sizeof reset));
    CU_ASSERT_EQUAL(b.notifications, 2);
    teardown();
}

/* --- Malformed ---------------------------------------------------------------------------- */

static void what_is_malformed_is_one_event_and_nothing_more(void)
{
    static const struct {
        size_t size;
        uint8_t bytes[8];
    } cases[] = {
        {0, {0}},
        {3, {0x40, 0x01, 0x00}},
        {4, {0x00, 0x01, 0x00, 0x01}},             /* version 0 */
        {4, {0x80, 0x01, 0x00, 0x01}},             /* version 2 */
        {8, {0x49, 0x01, 0x00, 0x01, 1, 2, 3, 4}}, /* token length 9 */
        {5, {0x42, 0x01, 0x00, 0x01, 0xaa}},       /* token cut short */
        {6, {0x40, 0x01, 0x00, 0x01, 0xb2, 'a'}},  /* option cut short */
        {5, {0x40, 0x01, 0x00, 0x01, 0xf0}},       /* reserved delta */
        {5, {0x40, 0x01, 0x00, 0x01, 0xff}},       /* marker without payload */
        {5, {0x41, 0x00, 0x00, 0x01, 0xaa}},       /* empty with a token */
        {4, {0x40, 0x20, 0x00, 0x01}},             /* code 1.00 */
        {4, {0x40, 0xe0, 0x00, 0x01}},             /* code 7.00 */
        {6, {0x60, 0x01, 0x00, 0x01, 0xb1, 'a'}},  /* a request in an acknowledgement */
        {6, {0x70, 0x01, 0x00, 0x01, 0xb1, 'a'}},  /* a request in a reset */
        {5, {0x71, 0x45, 0x00, 0x01, 0xaa}},       /* a response in a reset */
        {4, {0x50, 0x00, 0x00, 0x01}},             /* an empty NON */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        setup(1);
        CU_ASSERT_FATAL(get(0) == 0);
        receive(peer, cases[i].bytes, cases[i].size);
        CU_ASSERT_EQUAL(b.ignored, 1);
        CU_ASSERT_EQUAL(b.sent_count, 1);
        CU_ASSERT_EQUAL(b.requests, 0);
        CU_ASSERT_EQUAL(b.done, 0);
        answer(peer, 2, 0x45, 0, 0);
        CU_ASSERT_EQUAL(b.done, 1);
        teardown();
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(repeats_after_two_to_three_seconds_doubled_each_time),
    SUITE_TEST(names_the_last_datagram_as_the_cause_of_what_follows_from_silence),
    SUITE_TEST(takes_an_answer_whose_id_token_and_peer_fit),
    SUITE_TEST(waits_for_a_separate_answer_after_an_empty_acknowledgement),
    SUITE_TEST(takes_a_separate_answer_that_overtook_the_acknowledgement),
    SUITE_TEST(gives_up_when_only_the_acknowledgement_comes),
    SUITE_TEST(a_reset_ends_a_request),
    SUITE_TEST(a_cancelled_request_is_silent),
    SUITE_TEST(an_error_of_sending_ends_the_request_at_once),
    SUITE_TEST(tokens_of_outstanding_requests_differ_even_when_drawn_alike),
    SUITE_TEST(a_ping_is_an_empty_message_and_its_reset),
    SUITE_TEST(answers_a_request_in_its_acknowledgement),
    SUITE_TEST(answers_a_repeated_request_from_memory),
    SUITE_TEST(the_last_eight_answers_are_remembered_whatever_their_sizes),
    SUITE_TEST(answers_a_non_confirmable_request_by_such_a_message),
    SUITE_TEST(a_code_of_zero_only_acknowledges),
    SUITE_TEST(an_answer_that_fits_no_datagram_becomes_5_00),
    SUITE_TEST(refuses_a_critical_option_that_it_does_not_know),
    SUITE_TEST(resets_a_ping_and_a_confirmable_answer_that_nobody_waits_for),
    SUITE_TEST(a_notification_of_ours_ends_by_acknowledgement_or_reset),
    SUITE_TEST(a_notification_of_the_peer_is_acknowledged_or_reset),
    SUITE_TEST(what_is_malformed_is_one_event_and_nothing_more),
};

int main(void)
{
    return suite_run("exchange", tests, sizeof tests / sizeof *tests);
}
