/*
 * A module that sleeps: what it hears, what it owes, what wakes it, what a cut does to it.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <string.h>

static enum hlsim_due due(const struct modem_bench *bench)
{
    return hlsim_world_due(bench->flow.world);
}

static void set_dtr(struct modem_bench *bench, int64_t level)
{
    struct hlsim_action line = {.name = "line"};

    modem_bench_put_number(&line, "dtr", level);
    modem_bench_act(bench, &line);
}

/* Asleep by DTR, as deep as `level` says. */
static void fall_asleep(struct modem_bench *bench, const char *command, const char *depth)
{
    modem_bench_type(bench, command);
    set_dtr(bench, 0);
    modem_bench_run(bench, 60000);
    modem_bench_expect(bench, "modem.sleep", depth);
}

static bool hears(struct modem_bench *bench)
{
    size_t before = bench->flow.wire_size;

    modem_bench_type(bench, "AT+CGMM");
    modem_bench_run(bench, 1000);
    return strstr(bench->flow.wire + before, "< HL7800") != NULL;
}

static void dtr_puts_the_uart_to_sleep_and_wakes_it(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    fall_asleep(&bench, "AT+KSLEEP=0,0", "sleep");
    CU_ASSERT_EQUAL(hlsim_link_lines(bench.link) & HLSIM_LINE_CTS, 0);
    CU_ASSERT_FALSE(hears(&bench));
    modem_bench_run(&bench, 60000);
    CU_ASSERT_FALSE(hears(&bench));
    set_dtr(&bench, 1);
    modem_bench_run(&bench, 1000);
    CU_ASSERT_EQUAL(hlsim_link_lines(bench.link) & HLSIM_LINE_CTS, HLSIM_LINE_CTS);
    CU_ASSERT_TRUE(hears(&bench));
    modem_bench_count(&bench, "+KSUP: 0", 0); /* but the one of the start, the first line */
    flow_close(&bench.flow);
}

static void half_a_line_from_before_a_sleep_is_still_there_behind_it(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+KSLEEP=0,0");
    CU_ASSERT_EQUAL(hlsim_link_write(bench.link, HLSIM_HOST, (const uint8_t *)"AT+CG", 5), 5);
    set_dtr(&bench, 0);
    modem_bench_run(&bench, 60000);
    modem_bench_expect(&bench, "modem.sleep", "sleep");
    set_dtr(&bench, 1);
    modem_bench_run(&bench, 1000);
    modem_bench_type(&bench, "MM");
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.flow.wire, "< HL7800"));
    flow_close(&bench.flow);
}

static void the_first_byte_wakes_a_module_that_decides_and_is_lost(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+KSLEEP=1,0,5");
    modem_bench_run(&bench, 10000);
    modem_bench_expect(&bench, "modem.sleep", "sleep");
    CU_ASSERT_FALSE(hears(&bench));
    CU_ASSERT_TRUE(hears(&bench));
    flow_close(&bench.flow);
}

static void nobody_owes_anything_while_the_module_sleeps(void)
{
    static const char *const commands[] = {"AT+KSLEEP=0,0", "AT+KSLEEP=0,1", "AT+KSLEEP=0,2"};
    static const char *const depths[] = {"sleep", "lite_hibernate", "hibernate"};

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct modem_bench bench;

        modem_bench_open(&bench);
        fall_asleep(&bench, commands[i], depths[i]);
        CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
        set_dtr(&bench, 1);
        modem_bench_run(&bench, 10);
        CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_MODEM);
        modem_bench_run(&bench, 30000);
        CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
        modem_bench_expect(&bench, "modem.sleep", "awake");
        modem_bench_expect(&bench, "modem.registered", "true");
        modem_bench_expect(&bench, "modem.boots", "1");
        CU_ASSERT_TRUE(hears(&bench));
        flow_close(&bench.flow);
    }
}

static void a_cut_ends_every_sleep_and_the_start_is_a_boot(void)
{
    static const char *const commands[] = {"AT+KSLEEP=0,0", "AT+KSLEEP=0,1", "AT+KSLEEP=0,2"};
    static const char *const depths[] = {"sleep", "lite_hibernate", "hibernate"};

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct modem_bench bench;
        struct hlsim_action cut = {.name = "power_cut"};

        modem_bench_open(&bench);
        fall_asleep(&bench, commands[i], depths[i]);
        modem_bench_act(&bench, &cut);
        modem_bench_expect(&bench, "modem.sleep", "null");
        CU_ASSERT_EQUAL(bench.actor.undo(bench.actor.user, &cut), HLSIM_ACTED);
        modem_bench_run(&bench, 7000);
        modem_bench_expect(&bench, "modem.boots", "2");
        /* DTR is still low. */
        modem_bench_run(&bench, 60000);
        modem_bench_expect(&bench, "modem.sleep", depths[i]);
        flow_close(&bench.flow);
    }
}

/* The host is asked and does not answer: for that long nothing sleeps. */
static void a_module_that_waits_for_an_agreement_stays_awake(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+KSLEEP=1,2,5");
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_expect(&bench, "modem.agreement", "download");
    modem_bench_run(&bench, 20 * 60000);
    modem_bench_expect(&bench, "modem.sleep", "awake");
    CU_ASSERT_TRUE(hears(&bench));
    flow_close(&bench.flow);
}

/* What was put off is planned, and planned things wake a module that hibernates. */
static void a_deferral_wakes_a_module_that_hibernates(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+WDSS=1,0");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+WDSR=2,20");
    modem_bench_type(&bench, "AT+KSLEEP=1,2,5");
    modem_bench_run(&bench, 60000);
    modem_bench_expect(&bench, "modem.sleep", "hibernate");
    modem_bench_count(&bench, "+WDSI: 2", 1);
    modem_bench_run(&bench, 20 * 60000);
    modem_bench_expect(&bench, "modem.agreement", "download");
    modem_bench_expect(&bench, "modem.sleep", "awake");
    modem_bench_count(&bench, "+WDSI: 2", 2);
    flow_close(&bench.flow);
}

static void a_session_that_is_open_keeps_the_memory(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+WDSR=2,600");
    modem_bench_expect(&bench, "modem.session", "dm");
    modem_bench_type(&bench, "AT+KSLEEP=1,2,5");
    modem_bench_run(&bench, 60000);
    modem_bench_expect(&bench, "modem.sleep", "lite_hibernate");
    modem_bench_expect(&bench, "modem.session", "dm");
    flow_close(&bench.flow);
}

/* How often the card is lost in 100 wake-ups. */
static size_t cards_lost(const char *seed)
{
    const char *const overrides[] = {seed, "modem.profile=HL7800-4.4.14.0", NULL};
    struct modem_bench bench;
    size_t lost = 0;

    modem_bench_open_with(&bench, overrides);
    for (int i = 0; i < 100; i++) {
        modem_bench_type(&bench, "AT+KSLEEP=1,1,5");
        modem_bench_run(&bench, 30000);
        modem_bench_act_by_name(&bench, "wake");
        modem_bench_run(&bench, 2000);
        if (strcmp(flow_read(&bench.flow, "modem.sim"), "absent") == 0) {
            lost++;
            modem_bench_act_by_name(&bench, "reset");
            modem_bench_run(&bench, 12000);
        }
    }
    modem_bench_expect(&bench, "modem.sim", "ready");
    flow_close(&bench.flow);
    return lost;
}

static void the_card_is_lost_now_and_then_as_the_seed_says(void)
{
    size_t first = cards_lost("seed=1");

    /* One in five of 4.4.14.0. */
    CU_ASSERT_TRUE(first >= 8 && first <= 35);
    CU_ASSERT_EQUAL(cards_lost("seed=1"), first);
}

static void many_lines_that_wait_are_bounded(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+CEREG=1");
    modem_bench_type(&bench, "AT+CPSMS=1,,,\"01100101\",\"00000001\"");
    fall_asleep(&bench, "AT+KSLEEP=0,0", "sleep");
    modem_bench_run(&bench, 3 * 3600000);
    set_dtr(&bench, 1);
    modem_bench_run(&bench, 1000);
    CU_ASSERT_TRUE(bench.flow.wire_size < 20000);
    CU_ASSERT_TRUE(hears(&bench));
    flow_close(&bench.flow);
}

/* Power fails at each byte that the module sends around a wake-up: it comes back every time. */
static void a_cut_at_any_send_of_a_wake_up_unwinds(void)
{
    bool more = true;

    for (uint64_t at = 1; more && at < 100; at++) {
        struct modem_bench bench;

        modem_bench_open(&bench);
        modem_bench_type(&bench, "AT+CEREG=1");
        modem_bench_type(&bench, "AT+CPSMS=1,,,\"01111110\",\"00000101\"");
        bench.cut_kind = HLSIM_CUT_LINK;
        bench.cut_at = at;
        modem_bench_type(&bench, "AT+KSLEEP=1,1,5");
        modem_bench_run(&bench, 120000);
        more = bench.was_cut || at < 10;
        modem_bench_run(&bench, 60000);
        modem_bench_expect(&bench, "modem.powered", "true");
        flow_close(&bench.flow);
    }
    CU_ASSERT_FALSE(more);
}

static const struct suite_test tests[] = {
    SUITE_TEST(dtr_puts_the_uart_to_sleep_and_wakes_it),
    SUITE_TEST(half_a_line_from_before_a_sleep_is_still_there_behind_it),
    SUITE_TEST(the_first_byte_wakes_a_module_that_decides_and_is_lost),
    SUITE_TEST(nobody_owes_anything_while_the_module_sleeps),
    SUITE_TEST(a_cut_ends_every_sleep_and_the_start_is_a_boot),
    SUITE_TEST(a_module_that_waits_for_an_agreement_stays_awake),
    SUITE_TEST(a_deferral_wakes_a_module_that_hibernates),
    SUITE_TEST(a_session_that_is_open_keeps_the_memory),
    SUITE_TEST(the_card_is_lost_now_and_then_as_the_seed_says),
    SUITE_TEST(many_lines_that_wait_are_bounded),
    SUITE_TEST(a_cut_at_any_send_of_a_wake_up_unwinds),
};

int main(void)
{
    return suite_run("sleep", tests, sizeof tests / sizeof *tests);
}
