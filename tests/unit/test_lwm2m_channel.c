/*
 * The client on a bad way: losses, disorder, rubbish, another way of securing, failing power.
 */
#include "lwm2m_bench.h"

#include <hl78sim/error.h>

#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

static struct bench b;

/* --- A bad way ---------------------------------------------------------------------------- */

static void datagrams_that_come_twice_change_nothing(void)
{
    bench_setup(&b, 1);
    b.says_twice = true;
    bench_begin_bootstrap(&b);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x44);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 4 6 23,1");
    CU_ASSERT_EQUAL(b.stores, 2);
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 4 6 23,1 8");
    bench_teardown(&b);
}

/* 4 is followed by 5 or 6, 6 by 7 or 23, and the rest by 4. */
static bool told_in_order(const char *told)
{
    const char *expected = "4";

    for (const char *at = told; *at != '\0';) {
        char number[8];
        int length;

        if (sscanf(at, "%7s%n", number, &length) != 1 || strstr(expected, number) == NULL) {
            return false;
        }
        at += length + (at[length] == ' ');
        expected = strcmp(number, "4") == 0 ? "5 6" : strcmp(number, "6") == 0 ? "7 23,1" : "4";
    }
    return true;
}

static void with_losses_delays_and_disorder_the_client_registers_in_the_end(void)
{
    unsigned clean = 0;

    for (uint64_t seed = 1; seed <= 100; seed++) {
        bench_setup(&b, seed);
        bench_give_account(&b);
        b.config.auth_failures_max = 1000;
        hlsim__lwm2m_init(&b.client, &b.config);
        b.says_twice = seed % 2 == 0;
        CU_ASSERT_FATAL(hlsim__network_set_loss(&b.network, 400000, 400000) == 0);
        CU_ASSERT_FATAL(hlsim__network_set_delay(&b.network, 100 * HLSIM_MS, 100 * HLSIM_MS,
                                                 3 * HLSIM_SECOND) == 0);
        while (hlsim__lwm2m_state(&b.client) != HLSIM__LWM2M_REGISTERED &&
               b.sched.now < HLSIM_HOUR) {
            hlsim__lwm2m_start(&b.client);
            bench_run(&b, 10 * HLSIM_SECOND);
        }
        CU_ASSERT_EQUAL(hlsim__lwm2m_state(&b.client), HLSIM__LWM2M_REGISTERED);
        CU_ASSERT(told_in_order(b.told));
        clean += strcmp(b.told, "4 6 23,1") == 0;
        bench_teardown(&b);
    }
    CU_ASSERT(clean > 50);
}

static void malformed_datagrams_are_ignored_in_every_state(void)
{
    static const uint8_t rubbish[] = {0x4f, 0x01, 0x02, 0x03, 0x04};

    for (int64_t moment = 100 * HLSIM_MS; moment < 1600 * HLSIM_MS; moment += 50 * HLSIM_MS) {
        bool written = false;

        bench_setup(&b, 1);
        hlsim__lwm2m_start(&b.client);
        bench_run_first_connection(&b, moment, &written);
        bench_say(&b, BENCH_BS, rubbish, sizeof rubbish);
        if (b.client_at[BENCH_DM].port != 0) {
            bench_say(&b, BENCH_DM, rubbish, sizeof rubbish);
        }
        bench_run_first_connection(&b, 2 * HLSIM_SECOND, &written);
        CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 4 6 23,1");
        /* At the server in use, one event; at the other, nobody listens any more. */
        CU_ASSERT(b.ignored <= 1);
        bench_teardown(&b);
    }
}

static void no_bytes_of_a_server_can_confuse_the_client(void)
{
    static const char *const valid[] = {
        "\x42\x03\x00\x00\xc0\xde\xb1"
        "5\x01"
        "0\x01"
        "1\xff"
        "coap://x",
        "\x42\x01\x00\x00\xc0\xde\x60\x51"
        "5\x01"
        "0\x01"
        "3",
        "\x42\x03\x01\x02\xc0\xde\xb1"
        "1\x01"
        "0\x12\x2d\x16\xff\xc2\x01\x0e\x10",
        "\x42\x02\x01\x02\xc0\xde\xb1"
        "1\x01"
        "0\x01"
        "8",
    };
    static const size_t sizes[] = {22, 13, 18, 12};
    struct hlsim__rng rng;

    hlsim__rng_init(&rng, 1, "mutations");
    bench_setup(&b, 1);
    bench_connect(&b);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[24];
        size_t which = (size_t)hlsim__rng_below(&rng, 4);
        size_t size = sizes[which];

        memcpy(bytes, valid[which], size);
        bytes[2] = (uint8_t)(i >> 8);
        bytes[3] = (uint8_t)i;
        for (uint64_t k = hlsim__rng_below(&rng, 4); k > 0; k--) {
            bytes[hlsim__rng_below(&rng, size)] = (uint8_t)hlsim__rng_next(&rng);
        }
        bench_say(&b, BENCH_DM, bytes, size - (size_t)hlsim__rng_below(&rng, 4));
        b.received_count = 0;
        bench_run(&b, 200 * HLSIM_MS);
        CU_ASSERT_FATAL(hlsim__lwm2m_state(&b.client) == HLSIM__LWM2M_REGISTERED);
    }
    CU_ASSERT_STRING_EQUAL(b.told, "");
    CU_ASSERT(b.ignored > 100);
    bench_teardown(&b);
}

/* --- Another way of securing the channel ---------------------------------------------------- */

/*
 * Operations that turn every byte over, know the key, and fail when the test wants it: what the
 * client may not notice, and what it has to.
 */
static struct turned {
    struct hlsim__channel *channel;
    struct hlsim__timer timer;
    char identity[HLSIM__LWM2M_IDENTITY_SIZE];
    size_t key_size;
    int refuse; /* when opening */
} turned;

static void turned_decide(void *owner)
{
    (void)owner;
    if (turned.refuse < 0) {
        hlsim__channel_failed(turned.channel, turned.refuse);
    } else {
        hlsim__channel_opened(turned.channel);
    }
}

static int turned_open(void *state, struct hlsim__channel *channel)
{
    (void)state;
    turned.channel = channel;
    snprintf(turned.identity, sizeof turned.identity, "%s", channel->peer.identity);
    turned.key_size = channel->peer.key_size;
    hlsim__timer_init(&turned.timer, channel->config.timers, turned_decide, NULL);
    hlsim__timer_set_in(&turned.timer, HLSIM_SECOND);
    return 0;
}

static int turned_send(void *state, const uint8_t *bytes, size_t size)
{
    uint8_t copy[HLSIM__DATAGRAM_MAX];

    (void)state;
    for (size_t i = 0; i < size; i++) {
        copy[i] = (uint8_t)~bytes[i];
    }
    return hlsim__channel_transmit(turned.channel, copy, size);
}

static void turned_receive(void *state, const uint8_t *bytes, size_t size)
{
    uint8_t copy[HLSIM__DATAGRAM_MAX];

    (void)state;
    for (size_t i = 0; i < size; i++) {
        copy[i] = (uint8_t)~bytes[i];
    }
    hlsim__channel_deliver(turned.channel, copy, size);
}

static void turned_close(void *state, bool farewell)
{
    (void)state;
    (void)farewell;
    hlsim__timer_cancel(&turned.timer);
}

static const struct hlsim__channel_ops turned_ops = {
    .open = turned_open, .send = turned_send, .receive = turned_receive, .close = turned_close};

static void setup_turned(int refuse)
{
    bench_setup(&b, 1);
    b.config.plain.ops = &turned_ops;
    hlsim__lwm2m_init(&b.client, &b.config);
    memset(&turned, 0, sizeof turned);
    turned.refuse = refuse;
}

/* The server's answer to the client's request, both turned over: a code, and a location. */
static void answer_turned(enum bench_server server, uint8_t code)
{
    uint8_t bytes[18] = {0x68, code};

    for (size_t i = 2; i < 12; i++) {
        bytes[i] = (uint8_t)~bench_last(&b)->bytes[i];
    }
    memcpy(bytes + 12,
           "\x82rd\x02"
           "7f",
           6);
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)~bytes[i];
    }
    bench_say(&b, server, bytes, sizeof bytes);
    bench_run(&b, 200 * HLSIM_MS);
}

static void a_channel_can_be_secured_in_another_way(void)
{
    setup_turned(0);
    bench_give_account(&b);
    snprintf(b.accounts[HLSIM__LWM2M_DM].identity, sizeof b.accounts[HLSIM__LWM2M_DM].identity,
             "dev1");
    b.accounts[HLSIM__LWM2M_DM].key_size = 16;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, 2 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(turned.identity, "dev1");
    CU_ASSERT_EQUAL(turned.key_size, 16);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6");
    CU_ASSERT_EQUAL(bench_last(&b)->bytes[0], (uint8_t)~0x48u);
    answer_turned(BENCH_DM, 0x41);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,1");
    /* A peer that cannot be authenticated any more: without a word the credentials go. */
    hlsim__channel_failed(turned.channel, HLSIM_E_GONE);
    bench_run(&b, 2 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,1 4 6");
    CU_ASSERT_FALSE(b.has_account[HLSIM__LWM2M_DM]);
    /* It ends while the client is bootstrapped, then while it says goodbye. */
    hlsim__channel_failed(turned.channel, HLSIM_E_GONE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,1 4 6 7");
    CU_ASSERT_EQUAL(b.failed, 1);
    bench_forget(&b);
    bench_give_account(&b);
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, 2 * HLSIM_SECOND);
    answer_turned(BENCH_DM, 0x41);
    hlsim__lwm2m_stop(&b.client);
    hlsim__channel_failed(turned.channel, HLSIM_E_GONE);
    bench_run(&b, HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,1 8");
    bench_teardown(&b);
}

static void a_refused_key_fails_the_authentication_of_either_server(void)
{
    setup_turned(HLSIM_E_GONE);
    bench_give_account(&b);
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5 4 5 4 5 4 5 4 5 4 5");
    CU_ASSERT_FALSE(b.has_account[HLSIM__LWM2M_DM]);
    CU_ASSERT_EQUAL(b.failed, 1);
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_AUTH);
    CU_ASSERT_EQUAL(b.received_count, 0);
    bench_teardown(&b);
}

/* --- Power -------------------------------------------------------------------------------- */

static bool cut_at(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    const uint64_t *occurrence = user;

    *ret_torn = HLSIM_TORN_NOTHING;
    return point->kind == HLSIM_CUT_NET && point->occurrence == *occurrence;
}

static void power_that_fails_while_sending_is_not_told_as_an_indication(void)
{
    for (uint64_t occurrence = 1; occurrence <= 7; occurrence++) {
        size_t told;

        bench_setup(&b, 1);
        bench_give_account(&b);
        hlsim__power_set_hook(&b.power, cut_at, &occurrence);
        hlsim__lwm2m_start(&b.client);
        bench_run(&b, HLSIM_SECOND);
        if (b.power.on) {
            b.firmware_state = HLSIM__LWM2M_FIRMWARE_DOWNLOADING;
            hlsim__lwm2m_stop(&b.client);
        }
        told = strlen(b.told);
        bench_run(&b, HLSIM_HOUR);
        CU_ASSERT(strchr(b.told, '5') == NULL);
        CU_ASSERT(strchr(b.told, '7') == NULL);
        CU_ASSERT_EQUAL(b.failed, 0);
        CU_ASSERT(strlen(b.told) - told <= 2);
        CU_ASSERT(b.has_account[HLSIM__LWM2M_DM]);
        bench_teardown(&b);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(datagrams_that_come_twice_change_nothing),
    SUITE_TEST(with_losses_delays_and_disorder_the_client_registers_in_the_end),
    SUITE_TEST(malformed_datagrams_are_ignored_in_every_state),
    SUITE_TEST(no_bytes_of_a_server_can_confuse_the_client),
    SUITE_TEST(a_channel_can_be_secured_in_another_way),
    SUITE_TEST(a_refused_key_fails_the_authentication_of_either_server),
    SUITE_TEST(power_that_fails_while_sending_is_not_told_as_an_indication),
};

int main(void)
{
    return suite_run("lwm2m channel", tests, sizeof tests / sizeof *tests);
}
