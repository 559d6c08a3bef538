/*
 * What a serial line does to bytes: how long they take, where they are cut, which are lost or come
 * out wrong, who is held back by whom.
 */
#include "core/link.h"
#include "core/sched.h"
#include "core/stream.h"

#include "lib/suite.h"

#include <string.h>

#define SECOND   INT64_C(1000000000)
#define ROUNDING 1000

struct party {
    uint8_t bytes[20000];
    size_t size;
    size_t calls;
    int present; /* told: -1 never */
};

struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    struct hlsim_link link;
    struct party ends[2];
};

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct party *party = user;

    memcpy(party->bytes + party->size, bytes, size);
    party->size += size;
    party->calls++;
    return size;
}

static void presence(void *user, bool present)
{
    struct party *party = user;

    party->present = present;
}

static void set_up(struct bench *bench, struct hlsim_wire_config wire)
{
    memset(bench, 0, sizeof *bench);
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
    bench->tap = hlsim_tap_create(&bench->stream, "port");
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->tap);
    hlsim__link_init(&bench->link, &bench->sched, NULL, NULL, bench->tap);
    hlsim__link_seed(&bench->link, 7, "port");
    hlsim_link_set_wire(&bench->link, &wire);
    for (int side = HLSIM_HOST; side <= HLSIM_MODEM; side++) {
        const struct hlsim_link_end end = {
            .user = &bench->ends[side], .receive = receive, .presence = presence};

        bench->ends[side].present = -1;
        hlsim_link_attach(&bench->link, (enum hlsim_side)side, &end);
    }
}

static void tear_down(struct bench *bench)
{
    hlsim__timer_group_drop(&bench->link.timers);
    hlsim__link_free(&bench->link);
    hlsim_tap_free(bench->tap);
    hlsim__sched_free(&bench->sched);
}

static void run(struct bench *bench, int64_t until)
{
    while (hlsim__sched_fire_next(&bench->sched, until)) {
    }
}

/* What `side` sends, in one write. */
static void send(struct bench *bench, enum hlsim_side side, size_t size)
{
    uint8_t bytes[4096];

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)i;
    }
    CU_ASSERT_EQUAL(hlsim_link_write(&bench->link, side, bytes, size), (int)size);
}

/* How many bytes differ from what was sent. */
static size_t wrong(const struct party *party)
{
    size_t count = 0;

    for (size_t i = 0; i < party->size; i++) {
        count += party->bytes[i] != (uint8_t)i;
    }
    return count;
}

static void a_paced_line_takes_ten_bits_a_byte(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.paced = true});
    hlsim_link_set_speed(&bench.link, 9600);
    send(&bench, HLSIM_MODEM, 960);
    run(&bench, SECOND - ROUNDING);
    CU_ASSERT(bench.ends[HLSIM_HOST].size < 960);
    run(&bench, SECOND + ROUNDING);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].size, 960);
    CU_ASSERT_EQUAL(wrong(&bench.ends[HLSIM_HOST]), 0);
    tear_down(&bench);
}

static void a_cut_line_delivers_pieces_and_keeps_the_bytes(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.cut = true});
    send(&bench, HLSIM_MODEM, 500);
    run(&bench, 60 * SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].size, 500);
    CU_ASSERT_EQUAL(wrong(&bench.ends[HLSIM_HOST]), 0);
    CU_ASSERT(bench.ends[HLSIM_HOST].calls > 10);
    tear_down(&bench);
}

static void a_cut_line_merges_writes(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.cut = true});
    for (size_t i = 0; i < 200; i++) {
        const uint8_t byte = (uint8_t)i;

        hlsim_link_write(&bench.link, HLSIM_HOST, &byte, 1);
        run(&bench, (int64_t)i * 1000000);
    }
    run(&bench, 60 * SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_MODEM].size, 200);
    CU_ASSERT_EQUAL(wrong(&bench.ends[HLSIM_MODEM]), 0);
    CU_ASSERT(bench.ends[HLSIM_MODEM].calls < 100);
    tear_down(&bench);
}

static void another_speed_at_the_host_is_garbage_both_ways(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.host_speed = 9600});
    send(&bench, HLSIM_MODEM, 120);
    send(&bench, HLSIM_HOST, 120);
    run(&bench, SECOND);
    CU_ASSERT(bench.ends[HLSIM_HOST].size >= 1 && bench.ends[HLSIM_HOST].size < 120);
    CU_ASSERT(wrong(&bench.ends[HLSIM_HOST]) > 0);
    CU_ASSERT(wrong(&bench.ends[HLSIM_MODEM]) > 60);
    bench.ends[HLSIM_MODEM].size = 0;
    hlsim_link_set_speed(&bench.link, 9600);
    send(&bench, HLSIM_HOST, 120);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_MODEM].size, 120);
    CU_ASSERT_EQUAL(wrong(&bench.ends[HLSIM_MODEM]), 0);
    tear_down(&bench);
}

static void so_many_bytes_are_garbled_and_so_many_are_lost(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.paced = false});
    hlsim__link_garble(&bench.link, HLSIM_MODEM, 3);
    send(&bench, HLSIM_MODEM, 2);
    run(&bench, 0);
    CU_ASSERT_EQUAL(wrong(&bench.ends[HLSIM_HOST]), 2);
    bench.ends[HLSIM_HOST].size = 0;
    send(&bench, HLSIM_MODEM, 100);
    run(&bench, 0);
    CU_ASSERT_EQUAL(wrong(&bench.ends[HLSIM_HOST]), 1);
    hlsim__link_lose(&bench.link, HLSIM_HOST, 30);
    send(&bench, HLSIM_HOST, 100);
    run(&bench, 0);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_MODEM].size, 70);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_MODEM].bytes[0], 30);
    tear_down(&bench);
}

static void a_stall_holds_bytes_back_and_lowers_cts(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.paced = false});
    hlsim_link_set_lines(&bench.link, HLSIM_MODEM, HLSIM_LINE_CTS, HLSIM_LINE_CTS);
    CU_ASSERT_TRUE(hlsim__link_stall(&bench.link, HLSIM_HOST, true));
    CU_ASSERT_FALSE(hlsim__link_stall(&bench.link, HLSIM_HOST, true));
    CU_ASSERT_EQUAL(hlsim_link_lines(&bench.link) & HLSIM_LINE_CTS, 0);
    send(&bench, HLSIM_HOST, 10);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_MODEM].size, 0);
    hlsim__link_stall(&bench.link, HLSIM_HOST, false);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_MODEM].size, 10);
    CU_ASSERT(hlsim_link_lines(&bench.link) & HLSIM_LINE_CTS);
    tear_down(&bench);
}

static void rts_holds_the_modem_back_while_flow_control_is_on(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.paced = false});
    hlsim_link_set_lines(&bench.link, HLSIM_HOST, HLSIM_LINE_RTS, 0);
    send(&bench, HLSIM_MODEM, 10);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].size, 0);
    hlsim_link_set_lines(&bench.link, HLSIM_HOST, HLSIM_LINE_RTS, HLSIM_LINE_RTS);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].size, 10);
    hlsim_link_set_lines(&bench.link, HLSIM_HOST, HLSIM_LINE_RTS, 0);
    send(&bench, HLSIM_MODEM, 5);
    hlsim_link_set_flow(&bench.link, false);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].size, 15);
    tear_down(&bench);
}

static void a_crowded_modem_lowers_cts_until_it_has_room(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.paced = true});
    hlsim_link_set_lines(&bench.link, HLSIM_MODEM, HLSIM_LINE_CTS, HLSIM_LINE_CTS);
    send(&bench, HLSIM_HOST, 4000);
    CU_ASSERT(hlsim_link_lines(&bench.link) & HLSIM_LINE_CTS);
    send(&bench, HLSIM_HOST, 4000);
    CU_ASSERT_EQUAL(hlsim_link_lines(&bench.link) & HLSIM_LINE_CTS, 0);
    run(&bench, 60 * SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_MODEM].size, 8000);
    CU_ASSERT(hlsim_link_lines(&bench.link) & HLSIM_LINE_CTS);
    tear_down(&bench);
}

static void a_port_that_vanishes_takes_its_bytes_and_lines_with_it(void)
{
    struct bench bench;

    set_up(&bench, (struct hlsim_wire_config){.paced = false});
    send(&bench, HLSIM_MODEM, 10);
    CU_ASSERT_TRUE(hlsim__link_set_present(&bench.link, false));
    CU_ASSERT_FALSE(hlsim__link_set_present(&bench.link, false));
    CU_ASSERT_EQUAL(hlsim_link_lines(&bench.link), 0);
    send(&bench, HLSIM_MODEM, 10);
    send(&bench, HLSIM_HOST, 10);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].size + bench.ends[HLSIM_MODEM].size, 0);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].present, 0);
    hlsim__link_set_present(&bench.link, true);
    send(&bench, HLSIM_MODEM, 10);
    run(&bench, SECOND);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].present, 1);
    CU_ASSERT_EQUAL(bench.ends[HLSIM_HOST].size, 10);
    CU_ASSERT_EQUAL(hlsim_link_lines(&bench.link), HLSIM_LINES_OF_HOST);
    tear_down(&bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_paced_line_takes_ten_bits_a_byte),
    SUITE_TEST(a_cut_line_delivers_pieces_and_keeps_the_bytes),
    SUITE_TEST(a_cut_line_merges_writes),
    SUITE_TEST(another_speed_at_the_host_is_garbage_both_ways),
    SUITE_TEST(so_many_bytes_are_garbled_and_so_many_are_lost),
    SUITE_TEST(a_stall_holds_bytes_back_and_lowers_cts),
    SUITE_TEST(rts_holds_the_modem_back_while_flow_control_is_on),
    SUITE_TEST(a_crowded_modem_lowers_cts_until_it_has_room),
    SUITE_TEST(a_port_that_vanishes_takes_its_bytes_and_lines_with_it),
};

int main(void)
{
    return suite_run("wire", tests, sizeof tests / sizeof *tests);
}
