/*
 * CoAP's message layer against RFC 7252, sections 4 and 5: what the peer asks and tells, and what
 * makes no sense.
 */
#include "exchange_bench.h"

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
    SUITE_TEST(answers_a_request_in_its_acknowledgement),
    SUITE_TEST(answers_a_repeated_request_from_memory),
    SUITE_TEST(the_last_eight_answers_are_remembered_whatever_their_sizes),
    SUITE_TEST(answers_a_non_confirmable_request_by_such_a_message),
    SUITE_TEST(a_code_of_zero_only_acknowledges),
    SUITE_TEST(an_answer_that_fits_no_datagram_becomes_5_00),
    SUITE_TEST(refuses_a_critical_option_that_it_does_not_know),
    SUITE_TEST(resets_a_ping_and_a_confirmable_answer_that_nobody_waits_for),
    SUITE_TEST(a_notification_of_the_peer_is_acknowledged_or_reset),
    SUITE_TEST(what_is_malformed_is_one_event_and_nothing_more),
};

int main(void)
{
    return suite_run("exchange peer", tests, sizeof tests / sizeof *tests);
}
