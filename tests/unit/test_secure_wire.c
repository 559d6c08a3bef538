/*
 * One DTLS association on a bad wire: what a handshake survives, and what is not believed.
 */
#include "secure_bench.h"

#include <stdio.h>

static void expect_talk(const char *what, unsigned number)
{
    b.lost[UP] = b.lost[DOWN] = b.twice[UP] = b.twice[DOWN] = 0;
    if (b.client.established != 1 || b.server.established != 1) {
        printf("%s %u: client %u, server %u\n", what, number, b.client.established,
               b.server.established);
    }
    CU_ASSERT_EQUAL_FATAL(b.client.established, 1);
    CU_ASSERT_EQUAL_FATAL(b.server.established, 1);
    say(&b.client, "there");
    say(&b.server, "here");
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "there"));
    CU_ASSERT(heard(&b.client, "here"));
}

static void any_datagram_of_a_handshake_may_be_lost(void)
{
    for (unsigned number = 0; number < 6; number++) {
        enum way way = number < 3 ? UP : DOWN;

        setup();
        b.lost[way] = 1U << number % 3;
        begin(1);
        run(HLSIM_MINUTE);
        expect_talk("lost", number);
        CU_ASSERT(b.count[UP] > 3);
        teardown();
    }
}

static void any_datagram_of_a_handshake_may_come_twice(void)
{
    for (unsigned number = 0; number < 6; number++) {
        setup();
        b.twice[number < 3 ? UP : DOWN] = 1U << number % 3;
        begin(1);
        run(HLSIM_MINUTE);
        expect_talk("twice", number);
        teardown();
    }
}

static void what_comes_in_another_order_is_taken_and_what_comes_twice_is_not(void)
{
    connect_both();
    say(&b.client, "one");
    say(&b.client, "two");
    hlsim__secure_receive(b.server.secure, b.sent[UP][4].bytes, b.sent[UP][4].size);
    CU_ASSERT(heard(&b.server, "two"));
    hlsim__secure_receive(b.server.secure, b.sent[UP][3].bytes, b.sent[UP][3].size);
    CU_ASSERT(heard(&b.server, "one"));
    CU_ASSERT_EQUAL(b.server.ignored, 0);
    hlsim__secure_receive(b.server.secure, b.sent[UP][4].bytes, b.sent[UP][4].size);
    hlsim__secure_receive(b.server.secure, b.sent[UP][3].bytes, b.sent[UP][3].size);
    CU_ASSERT_EQUAL(b.server.ignored, 2);
    CU_ASSERT_STRING_EQUAL(b.server.why_ignored, "a repeated record");
    CU_ASSERT_EQUAL(b.server.datagrams, 2);
    teardown();
}

/* One changed datagram: not believed, one notice, and the association lives on. */
static void expect_ignored(const uint8_t *bytes, size_t size)
{
    unsigned before = b.server.ignored;
    unsigned datagrams = b.server.datagrams;
    size_t sent = b.count[DOWN];

    hlsim__secure_receive(b.server.secure, bytes, size);
    CU_ASSERT_EQUAL(b.server.ignored, before + 1);
    CU_ASSERT_EQUAL(b.server.datagrams, datagrams);
    CU_ASSERT_EQUAL(b.count[DOWN], sent);
}

static void no_truncated_flipped_or_foreign_record_is_believed(void)
{
    struct sent good;
    uint8_t bytes[HLSIM_DATAGRAM_MAX + 1];

    connect_both();
    say(&b.client, "the first");
    run(HLSIM_SECOND);
    say(&b.client, "a message");
    good = b.sent[UP][4];
    for (size_t size = 0; size < good.size; size++) {
        expect_ignored(good.bytes, size);
    }
    for (size_t bit = 0; bit < 8 * good.size; bit++) {
        memcpy(bytes, good.bytes, good.size);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        expect_ignored(bytes, good.size);
    }
    memset(bytes, 0x17, sizeof bytes);
    expect_ignored(bytes, sizeof bytes);
    expect_ignored(b.sent[UP][0].bytes, b.sent[UP][0].size);
    CU_ASSERT_EQUAL(b.server.failed + b.server.closed, 0);
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "a message"));
    teardown();
}

/* Just established, the server still keeps its last flight, and reads what may ask for it. */
static void a_hello_in_the_clear_does_not_end_an_association(void)
{
    connect_both();
    expect_ignored(b.sent[UP][0].bytes, b.sent[UP][0].size);
    expect_ignored(b.sent[UP][1].bytes, b.sent[UP][1].size);
    expect_talk("hello", 0);
    teardown();
}

/* The library takes what is left behind a record that it has skipped for an error of its caller. */
static void a_rest_behind_a_record_does_not_end_an_association(void)
{
    static const uint8_t alert[] = {0x15, 0xfe, 0xfd, 0, 0, 0, 0, 0, 1, 0x10, 0, 0, 1, 0, 2, 2};

    for (size_t rest = 0; rest <= 2; rest++) {
        connect_both();
        expect_ignored(alert, sizeof alert - rest);
        say(&b.client, "a message");
        run(HLSIM_SECOND);
        CU_ASSERT(heard(&b.server, "a message"));
        CU_ASSERT_EQUAL(b.server.failed, 0);
        teardown();
    }
}

static void garbage_in_every_step_of_a_handshake_breaks_nothing(void)
{
    struct hlsim__rng rng;
    uint8_t bytes[200];

    hlsim__rng_init(&rng, 1, "garbage");
    for (unsigned turn = 0; turn < 300; turn++) {
        setup();
        begin(turn);
        run((int64_t)hlsim__rng_below(&rng, 700) * HLSIM_MS);
        for (int i = 0; i < 4; i++) {
            size_t size = hlsim__rng_below(&rng, sizeof bytes);
            const struct sent *model = &b.sent[i & 1][hlsim__rng_below(&rng, 3)];

            for (size_t k = 0; k < size; k++) {
                bytes[k] =
                    k < model->size && i < 3 ? model->bytes[k] : (uint8_t)hlsim__rng_next(&rng);
            }
            if (size > 0) {
                bytes[hlsim__rng_below(&rng, size)] ^= (uint8_t)hlsim__rng_next(&rng);
            }
            if (b.server.secure != NULL) {
                hlsim__secure_receive(b.server.secure, bytes, size);
            }
            hlsim__secure_receive(b.client.secure, bytes, size);
        }
        run(HLSIM_HOUR);
        CU_ASSERT(b.client.failed + b.client.established > 0);
        teardown();
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(any_datagram_of_a_handshake_may_be_lost),
    SUITE_TEST(any_datagram_of_a_handshake_may_come_twice),
    SUITE_TEST(what_comes_in_another_order_is_taken_and_what_comes_twice_is_not),
    SUITE_TEST(no_truncated_flipped_or_foreign_record_is_believed),
    SUITE_TEST(a_hello_in_the_clear_does_not_end_an_association),
    SUITE_TEST(a_rest_behind_a_record_does_not_end_an_association),
    SUITE_TEST(garbage_in_every_step_of_a_handshake_breaks_nothing),
};

int main(void)
{
    return suite_run("secure wire", tests, sizeof tests / sizeof *tests);
}
