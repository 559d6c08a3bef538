/*
 * CoAP's message layer against RFC 7252, sections 4 and 5: what is asked of the peer, repeated and
 * answered.
 */
#include "exchange_bench.h"

static void run_all(void)
{
    while (hlsim__sched_fire_next(&b.sched, HLSIM_NEVER)) {
    }
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
    SUITE_TEST(a_notification_of_ours_ends_by_acknowledgement_or_reset),
};

int main(void)
{
    return suite_run("exchange", tests, sizeof tests / sizeof *tests);
}
