/*
 * A TCP end against a host's, over a line that loses, repeats and reorders.
 */
#include "ppp/tcp_end.h"

#include "base/rng.h"
#include "core/promise.h"
#include "lib/suite.h"
#include "lib/tcp_host.h"

#include <hl78sim/error.h>

#include <stdlib.h>
#include <string.h>

#define FLYING_MAX 256
#define DELAY      (20 * HLSIM_MS)

struct flying {
    int64_t at; /* 0: none */
    uint64_t order;
    bool to_host;
    struct hlsim__ip_segment segment;
    uint8_t bytes[HLSIM__IP_PACKET_MAX];
};

struct bench {
    struct hlsim__sched sched;
    struct hlsim__timer_group timers;
    struct hlsim__rng rng;
    uint32_t loss_ppm;
    int64_t jitter; /* up to so much: reorders */
    struct tcp_host host;
    struct hlsim__tcp_end end;
    struct flying flying[FLYING_MAX];
    uint64_t order;
    uint8_t taken[TCP_HOST_MAX]; /* of the host, by the far side */
    size_t taken_size;
    size_t appetite; /* what the far side takes at most, in all */
    bool host_finished;
    bool over;
    bool over_reset;
    bool line_full;
    unsigned acknowledged;
    size_t sent; /* segments to the host */
};

static void put(struct bench *bench, bool to_host, const struct hlsim__tcp_head *head,
                const uint8_t *bytes, size_t size)
{
    if (hlsim__rng_happens(&bench->rng, bench->loss_ppm)) {
        return;
    }
    for (size_t i = 0; i < FLYING_MAX; i++) {
        struct flying *flying = &bench->flying[i];

        if (flying->at == 0) {
            flying->at =
                bench->sched.now + DELAY +
                (bench->jitter > 0 ? (int64_t)hlsim__rng_below(&bench->rng, (uint64_t)bench->jitter)
                                   : 0);
            flying->order = ++bench->order;
            flying->to_host = to_host;
            flying->segment = (struct hlsim__ip_segment){.tcp = *head, .size = size};
            if (size > 0) {
                memcpy(flying->bytes, bytes, size);
            }
            flying->segment.bytes = flying->bytes;
            return;
        }
    }
    CU_FAIL("too many segments on their way");
}

static void host_sends(void *user, const struct hlsim__tcp_head *head, const uint8_t *bytes,
                       size_t size)
{
    put(user, false, head, bytes, size);
}

static bool on_transmit(void *user, const struct hlsim__tcp_head *head, const uint8_t *bytes,
                        size_t size)
{
    struct bench *bench = user;

    if (bench->line_full) {
        return false;
    }
    bench->sent++;
    put(bench, true, head, bytes, size);
    return true;
}

static size_t on_take(void *user, const uint8_t *bytes, size_t size)
{
    struct bench *bench = user;
    size_t room = bench->appetite - bench->taken_size;

    size = size < room ? size : room;
    memcpy(bench->taken + bench->taken_size, bytes, size);
    bench->taken_size += size;
    return size;
}

static void on_finished(void *user)
{
    struct bench *bench = user;

    CU_ASSERT_FALSE(bench->host_finished);
    bench->host_finished = true;
}

static void on_acknowledged(void *user)
{
    struct bench *bench = user;

    bench->acknowledged++;
}

static void on_over(void *user, bool reset)
{
    struct bench *bench = user;

    CU_ASSERT_FALSE(bench->over);
    bench->over = true;
    bench->over_reset = reset;
}

static const struct hlsim__tcp_end_ops ops = {.transmit = on_transmit,
                                              .take = on_take,
                                              .finished = on_finished,
                                              .acknowledged = on_acknowledged,
                                              .over = on_over};

/* The first SYN begins the end, as the router does. */
static void arrive(struct bench *bench, struct flying *flying)
{
    struct hlsim__ip_segment segment = flying->segment;
    uint8_t copy[sizeof flying->bytes];

    memcpy(copy, flying->bytes, segment.size);
    segment.bytes = copy;
    flying->at = 0;
    if (flying->to_host) {
        tcp_host_segment(&bench->host, &segment);
    } else if (bench->end.ops == NULL) {
        CU_ASSERT_NOT_EQUAL(segment.tcp.flags & HLSIM__TCP_FLAG_SYN, 0);
        hlsim__tcp_end_init(&bench->end, &bench->timers, &ops, bench);
        hlsim__tcp_end_asked(&bench->end, &segment.tcp, 1460, 0xffffff00);
        hlsim__tcp_end_accept(&bench->end);
    } else if (!bench->over) {
        hlsim__tcp_end_segment(&bench->end, &segment);
    }
}

/* The first that is due by then, in the order of time and of sending. */
static struct flying *next_due(struct bench *bench, int64_t by)
{
    struct flying *first = NULL;

    for (size_t i = 0; i < FLYING_MAX; i++) {
        struct flying *flying = &bench->flying[i];

        if (flying->at != 0 && flying->at <= by &&
            (first == NULL || flying->at < first->at ||
             (flying->at == first->at && flying->order < first->order))) {
            first = flying;
        }
    }
    return first;
}

/* The host repeats once in two seconds. */
static void run(struct bench *bench, int64_t milliseconds)
{
    for (int64_t step = 0; step < milliseconds; step++) {
        int64_t now = bench->sched.now + HLSIM_MS;
        struct flying *flying;

        while (hlsim__sched_fire_next(&bench->sched, now)) {
        }
        hlsim__sched_advance(&bench->sched, now);
        while ((flying = next_due(bench, now)) != NULL) {
            arrive(bench, flying);
        }
        if (now % (2 * HLSIM_SECOND) == 0) {
            tcp_host_tick(&bench->host);
        }
    }
}

static uint8_t bytes[60000];

static struct bench *open_bench(uint64_t seed)
{
    struct bench *bench = calloc(1, sizeof *bench);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench);
    hlsim__sched_init(&bench->sched);
    hlsim__timer_group_init(&bench->timers, &bench->sched, NULL);
    hlsim__rng_init(&bench->rng, seed, "tcp");
    bench->host.send = host_sends;
    bench->host.user = bench;
    bench->host.window = 8000;
    bench->host.mss = 1460;
    bench->appetite = sizeof bench->taken;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 13 + i / 257);
    }
    return bench;
}

static void close_bench(struct bench *bench)
{
    hlsim__tcp_end_free(&bench->end);
    hlsim__sched_free(&bench->sched);
    free(bench);
}

static void both_ways_arrive_whole_whatever_the_line_does(void)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct bench *bench = open_bench(seed);

        bench->loss_ppm = (uint32_t)(seed % 5) * 40000;
        bench->jitter = seed % 2 == 0 ? 60 * HLSIM_MS : 0;
        bench->host.out = bytes + 100;
        bench->host.out_size = 20000;
        bench->host.closes = true;
        tcp_host_open(&bench->host);
        run(bench, 6000);
        if (bench->end.ops == NULL) { /* a SYN that was lost twice */
            run(bench, 6000);
        }
        CU_ASSERT_PTR_NOT_NULL_FATAL(bench->end.ops);
        CU_ASSERT_EQUAL(hlsim__tcp_end_send(&bench->end, bytes, 30000), 0);
        hlsim__tcp_end_finish(&bench->end);
        for (int i = 0; i < 400 && !bench->over; i++) {
            run(bench, 1000);
        }
        CU_ASSERT_EQUAL(bench->taken_size, 20000);
        CU_ASSERT_EQUAL(memcmp(bench->taken, bytes + 100, 20000), 0);
        CU_ASSERT_TRUE(bench->host_finished);
        CU_ASSERT_EQUAL(bench->host.in_size, 30000);
        CU_ASSERT_EQUAL(memcmp(bench->host.in, bytes, 30000), 0);
        CU_ASSERT_TRUE(bench->host.finished);
        CU_ASSERT_TRUE(bench->over);
        CU_ASSERT_FALSE(bench->over_reset);
        close_bench(bench);
    }
}

/* A line without faults repeats nothing. */
static void nothing_is_sent_twice_without_need(void)
{
    struct bench *bench = open_bench(1);

    tcp_host_open(&bench->host);
    run(bench, 100);
    CU_ASSERT_TRUE_FATAL(bench->host.established);
    bench->sent = 0;
    CU_ASSERT_EQUAL(hlsim__tcp_end_send(&bench->end, bytes, 14600), 0);
    run(bench, 5000);
    CU_ASSERT_EQUAL(bench->host.in_size, 14600);
    CU_ASSERT_EQUAL(bench->sent, 10);
    CU_ASSERT_TRUE(bench->acknowledged > 0);
    close_bench(bench);
}

static void a_far_side_that_takes_no_more_closes_the_window(void)
{
    struct bench *bench = open_bench(1);

    bench->appetite = 1000;
    bench->host.out = bytes;
    bench->host.out_size = 12000;
    bench->host.closes = true;
    tcp_host_open(&bench->host);
    run(bench, 10000);
    CU_ASSERT_EQUAL(bench->taken_size, 1000);
    CU_ASSERT_TRUE(bench->end.input_size <= HLSIM__TCP_END_INPUT);
    CU_ASSERT_TRUE(bench->host.peer_window < 1460);
    CU_ASSERT_FALSE(bench->host_finished);
    bench->appetite = sizeof bench->taken;
    hlsim__tcp_end_resume(&bench->end);
    run(bench, 10000);
    CU_ASSERT_EQUAL(bench->taken_size, 12000);
    CU_ASSERT_EQUAL(memcmp(bench->taken, bytes, 12000), 0);
    CU_ASSERT_TRUE(bench->host_finished);
    close_bench(bench);
}

static void a_host_without_window_is_probed_until_it_opens(void)
{
    struct bench *bench = open_bench(1);

    bench->host.window = 0;
    tcp_host_open(&bench->host);
    run(bench, 100);
    CU_ASSERT_EQUAL(hlsim__tcp_end_send(&bench->end, bytes, 3000), 0);
    run(bench, 120000);
    CU_ASSERT_EQUAL(bench->host.in_size, 0);
    CU_ASSERT_FALSE(bench->over);
    bench->host.window = 8000;
    run(bench, 120000);
    CU_ASSERT_EQUAL(bench->host.in_size, 3000);
    CU_ASSERT_EQUAL(memcmp(bench->host.in, bytes, 3000), 0);
    close_bench(bench);
}

static void a_line_that_is_full_is_waited_for(void)
{
    struct bench *bench = open_bench(1);

    tcp_host_open(&bench->host);
    run(bench, 100);
    bench->line_full = true;
    CU_ASSERT_EQUAL(hlsim__tcp_end_send(&bench->end, bytes, 3000), 0);
    run(bench, 3000);
    CU_ASSERT_EQUAL(bench->host.in_size, 0);
    bench->line_full = false;
    hlsim__tcp_end_writable(&bench->end);
    run(bench, 1000);
    CU_ASSERT_EQUAL(bench->host.in_size, 3000);
    close_bench(bench);
}

static void a_host_that_is_gone_is_given_up(void)
{
    struct bench *bench = open_bench(1);

    tcp_host_open(&bench->host);
    run(bench, 100);
    CU_ASSERT_EQUAL(hlsim__tcp_end_send(&bench->end, bytes, 3000), 0);
    bench->loss_ppm = 1000000;
    run(bench, 600000);
    CU_ASSERT_TRUE(bench->over);
    CU_ASSERT_TRUE(bench->over_reset);
    close_bench(bench);
}

/* RFC 5961: a reset or a SYN of somebody else's does not end a connection. */
static void a_forged_reset_is_answered_and_ignored(void)
{
    struct bench *bench = open_bench(1);
    struct hlsim__ip_segment forged = {.tcp = {.flags = HLSIM__TCP_FLAG_RST}};

    tcp_host_open(&bench->host);
    run(bench, 100);
    forged.tcp.sequence = bench->end.expected + 100;
    hlsim__tcp_end_segment(&bench->end, &forged);
    forged.tcp.flags = HLSIM__TCP_FLAG_SYN;
    hlsim__tcp_end_segment(&bench->end, &forged);
    forged.tcp.flags = HLSIM__TCP_FLAG_ACK;
    forged.tcp.sequence = bench->end.expected;
    forged.tcp.acknowledgement = bench->end.max + 1000;
    hlsim__tcp_end_segment(&bench->end, &forged);
    CU_ASSERT_FALSE(bench->over);
    forged.tcp.flags = HLSIM__TCP_FLAG_RST;
    hlsim__tcp_end_segment(&bench->end, &forged);
    CU_ASSERT_TRUE(bench->over);
    close_bench(bench);
}

/* Segments at random: nothing breaks, whatever they say. */
static void nonsense_breaks_nothing(void)
{
    for (uint64_t seed = 1; seed <= 60; seed++) {
        struct bench *bench = open_bench(seed);

        tcp_host_open(&bench->host);
        run(bench, 100);
        CU_ASSERT_EQUAL(hlsim__tcp_end_send(&bench->end, bytes, 5000), 0);
        for (int i = 0; i < 300 && !bench->over; i++) {
            struct hlsim__ip_segment segment = {.bytes = bytes};

            segment.tcp.flags = (uint8_t)(hlsim__rng_next(&bench->rng) & 0x1b);
            segment.tcp.sequence =
                bench->end.expected + (uint32_t)hlsim__rng_below(&bench->rng, 3000) - 1500;
            segment.tcp.acknowledgement =
                bench->end.una + (uint32_t)hlsim__rng_below(&bench->rng, 6000) - 500;
            segment.tcp.window = (uint16_t)hlsim__rng_below(&bench->rng, 9000);
            segment.size = (size_t)hlsim__rng_below(&bench->rng, 1460);
            hlsim__tcp_end_segment(&bench->end, &segment);
            run(bench, 7);
        }
        run(bench, 1000);
        close_bench(bench);
    }
}

int main(void)
{
    static const struct suite_test tests[] = {
        SUITE_TEST(both_ways_arrive_whole_whatever_the_line_does),
        SUITE_TEST(nothing_is_sent_twice_without_need),
        SUITE_TEST(a_far_side_that_takes_no_more_closes_the_window),
        SUITE_TEST(a_host_without_window_is_probed_until_it_opens),
        SUITE_TEST(a_line_that_is_full_is_waited_for),
        SUITE_TEST(a_host_that_is_gone_is_given_up),
        SUITE_TEST(a_forged_reset_is_answered_and_ignored),
        SUITE_TEST(nonsense_breaks_nothing),
    };

    return suite_run("tcp_end", tests, sizeof tests / sizeof *tests);
}
