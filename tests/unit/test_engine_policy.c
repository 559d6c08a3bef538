/*
 * When the engine gives an agreement and when it puts off: windows of the day, the window after a
 * start, versions that run already.
 */
#include "engine_peer.h"
#include "lib/suite.h"
#include "policy.h"

#include <string.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define LIMIT_MS  (48 * HOUR_MS)

static void init(struct bench *bench, enum hlhost_window window)
{
    bench_init(bench);
    bench->config.agreements = HLHOST_AGREE_DOWNLOAD | HLHOST_AGREE_INSTALL;
    bench->config.policy.window = window;
}

static void init_day(struct bench *bench, uint16_t from, uint16_t to, uint32_t now_minute)
{
    init(bench, HLHOST_WINDOW_DAY);
    bench->config.policy.from_minute = from;
    bench->config.policy.to_minute = to;
    bench->clock_known = true;
    bench->clock_ms = now_minute * (uint32_t)MINUTE_MS;
}

static void run(struct bench *bench, int64_t after_ms)
{
    bench_live(bench, LIMIT_MS, after_ms);
}

static void expect_deferred(const struct bench *bench)
{
    CU_ASSERT_EQUAL(bench->report.result, HLHOST_RESULT_DEFERRED);
    CU_ASSERT_EQUAL(bench->report.reason, HLHOST_REASON_POLICY);
    CU_ASSERT_EQUAL(bench->peer.accepted, 0);
    CU_ASSERT_STRING_EQUAL(bench->peer.version, bench->peer.version_before);
    CU_ASSERT_TRUE(bench->power_off_allowed);
}

static bool is_open(uint16_t from, uint16_t to, uint32_t minute, int64_t passed_ms)
{
    const struct hlhost_policy policy = {
        .window = HLHOST_WINDOW_DAY, .from_minute = from, .to_minute = to};
    const struct hlhost__facts facts = {
        .start_ms = 500, .clock_known = true, .midnight_ms = 500 - (int64_t)minute * MINUTE_MS};

    return hlhost__policy_is_open(&policy, &facts, 500 + passed_ms);
}

static void windows_of_the_day_are_exact_to_the_second(void)
{
    CU_ASSERT_FALSE(is_open(120, 240, 119, 0));
    CU_ASSERT_FALSE(is_open(120, 240, 119, MINUTE_MS - 1));
    CU_ASSERT_TRUE(is_open(120, 240, 119, MINUTE_MS));
    CU_ASSERT_TRUE(is_open(120, 240, 239, MINUTE_MS - 1));
    CU_ASSERT_FALSE(is_open(120, 240, 239, MINUTE_MS));
    CU_ASSERT_TRUE(is_open(1380, 60, 1439, 0));
    CU_ASSERT_TRUE(is_open(1380, 60, 1439, 2 * MINUTE_MS));
    CU_ASSERT_FALSE(is_open(1380, 60, 60, 0));
    CU_ASSERT_TRUE(is_open(120, 240, 0, 300 * 24 * HOUR_MS + 150 * MINUTE_MS));
    CU_ASSERT_FALSE(is_open(120, 240, 0, 300 * 24 * HOUR_MS + 250 * MINUTE_MS));
}

static void open_window_of_the_day_lets_the_update_pass(void)
{
    struct bench bench;

    init_day(&bench, 23 * 60, 5 * 60, 23 * 60 + 30);
    run(&bench, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

static void closed_window_defers_and_goes_on_when_it_opens(void)
{
    struct bench bench;

    init_day(&bench, 120, 240, 60);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, 30 * MINUTE_MS, LIMIT_MS);
    expect_deferred(&bench);
    CU_ASSERT_EQUAL(bench.peer.opens, 0);
    CU_ASSERT_EQUAL(bench.peer.agreement[1], 1); /* so that it would ask */
    CU_ASSERT_EQUAL(bench.peer.agreement[2], 1);
    bench_run(&bench, 60 * MINUTE_MS - 1, LIMIT_MS);
    CU_ASSERT_EQUAL(bench.peer.opens, 0);
    bench_run(&bench, LIMIT_MS, LIMIT_MS);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_STRING_EQUAL(bench.peer.version, bench.peer.version_after);
}

static void unknown_facts_open_no_window(void)
{
    struct bench bench;

    init_day(&bench, 120, 240, 180);
    bench.clock_known = false;
    run(&bench, LIMIT_MS);
    expect_deferred(&bench);
    init(&bench, HLHOST_WINDOW_BOOT);
    run(&bench, LIMIT_MS);
    expect_deferred(&bench);
}

static void only_a_long_time_off_opens_the_window_of_a_boot(void)
{
    struct bench bench;

    init(&bench, HLHOST_WINDOW_BOOT);
    bench.off_known = true;
    bench.off_ms = 10 * MINUTE_MS - 1;
    run(&bench, LIMIT_MS);
    expect_deferred(&bench);
    init(&bench, HLHOST_WINDOW_BOOT);
    bench.off_known = true;
    bench.off_ms = 10 * MINUTE_MS;
    run(&bench, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

/* The window closes amid the download: what is asked for then is put off. */
static void window_that_closes_amid_an_update_defers_the_install(void)
{
    struct bench bench;

    init(&bench, HLHOST_WINDOW_BOOT);
    bench.off_known = true;
    bench.off_ms = HOUR_MS;
    bench.config.policy.open_for_ms = 15000;
    bench.config.policy.defer_minutes = 45;
    run(&bench, MINUTE_MS);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DEFERRED);
    CU_ASSERT_EQUAL(bench.peer.accepted, 1); /* the download */
    CU_ASSERT_STRING_EQUAL(bench.peer.deferred, "AT+WDSR=5,45");
    CU_ASSERT_EQUAL(bench.peer.stage, PEER_STORED);
    CU_ASSERT_TRUE(bench.power_off_allowed);
}

static void request_in_a_closed_window_is_put_off_until_it_opens(void)
{
    struct bench bench;

    init_day(&bench, 120, 240, 100);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, 5 * MINUTE_MS, LIMIT_MS);
    expect_deferred(&bench);
    bench.now_ms = 5 * MINUTE_MS;
    bench.peer.now_ms = bench.now_ms;
    bench.peer.stage = PEER_DOWNLOADING;
    bench.peer.pending = 2;
    peer_say(&bench.peer, "+WDSI: 2");
    bench_run(&bench, 6 * MINUTE_MS, LIMIT_MS);
    CU_ASSERT_STRING_EQUAL(bench.peer.deferred, "AT+WDSR=2,15");
    expect_deferred(&bench);
}

/* The modem keeps a deferral over a restart and does not ask before its time: the host grants
 * ahead, and opens a session when there is nothing to grant any more. */
static void put_off_install_is_granted_ahead_in_the_next_window(void)
{
    struct bench bench;

    init(&bench, HLHOST_WINDOW_BOOT);
    bench.off_known = true;
    bench.off_ms = HOUR_MS;
    bench.config.policy.open_for_ms = 15000;
    run(&bench, MINUTE_MS);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DEFERRED);
    bench.peer.pending = 3; /* accepted if it comes, but not asked for */
    bench.decided = false;
    run(&bench, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_EQUAL(bench.peer.opens, 1);
    CU_ASSERT_EQUAL(bench.peer.accepted, 2);
}

static void put_off_offer_that_is_gone_costs_nothing(void)
{
    struct bench bench;

    init(&bench, HLHOST_WINDOW_BOOT);
    bench.off_known = true;
    bench.off_ms = HOUR_MS;
    bench.config.policy.open_for_ms = 15000;
    run(&bench, MINUTE_MS);
    bench.peer.stage = PEER_IDLE;
    bench.peer.operation = false;
    bench.peer.session = false;
    bench.decided = false;
    bench.config.attempts = 1;
    run(&bench, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_NONE);
    CU_ASSERT_EQUAL(bench.peer.opens, 2);
    CU_ASSERT_EQUAL(bench.peer.accepted, 1);
}

static void request_in_a_window_takes_a_deferred_goal_up(void)
{
    struct bench bench;

    init_day(&bench, 120, 240, 60);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, MINUTE_MS, LIMIT_MS);
    expect_deferred(&bench);
    bench.config.policy.window = HLHOST_WINDOW_ALWAYS;
    bench.now_ms = 70 * MINUTE_MS; /* its own deadline was missed */
    bench.peer.now_ms = bench.now_ms;
    bench.peer.stage = PEER_STORED;
    bench.peer.percent = 100;
    bench.peer.pending = 3;
    peer_say(&bench.peer, "+WDSI: 3");
    bench_run(&bench, LIMIT_MS, LIMIT_MS);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_EQUAL(bench.peer.accepted, 1);
}

static void offer_is_put_off_while_the_version_wanted_runs(void)
{
    struct bench bench;

    init(&bench, HLHOST_WINDOW_ALWAYS);
    bench.peer.version = bench.peer.version_after;
    run(&bench, MINUTE_MS);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_EQUAL(bench.peer.opens, 0);
    CU_ASSERT_EQUAL(bench.peer.agreement[2], 1);
    bench.peer.stage = PEER_DOWNLOADING;
    bench.peer.pending = 2;
    peer_say(&bench.peer, "+WDSI: 9,1000\r\n\r\n+WDSI: 2");
    bench_run(&bench, bench.now_ms + MINUTE_MS, LIMIT_MS);
    CU_ASSERT_STRING_EQUAL(bench.peer.deferred, "AT+WDSR=2,60");
    CU_ASSERT_EQUAL(bench.peer.accepted, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

/* However the window and the requests fall together, nothing is accepted outside it. */
static void no_agreement_outside_the_window_wherever_it_closes(void)
{
    int64_t open_ms;

    for (open_ms = 1000; open_ms < 40000; open_ms += 1000) {
        struct bench bench;

        init(&bench, HLHOST_WINDOW_BOOT);
        bench.off_known = true;
        bench.off_ms = HOUR_MS;
        bench.config.policy.open_for_ms = open_ms;
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, open_ms - 1, LIMIT_MS);
        {
            int accepted = bench.peer.accepted;

            bench_run(&bench, LIMIT_MS, LIMIT_MS);
            CU_ASSERT_TRUE(bench.peer.accepted == accepted ||
                           bench.report.result == HLHOST_RESULT_UPDATED);
            CU_ASSERT_TRUE(bench.report.result == HLHOST_RESULT_DEFERRED ||
                           accepted == bench.peer.accepted);
        }
        CU_ASSERT_EQUAL(bench.power_off_in_install, 0);
    }
}

static void policies_that_cannot_be_held_are_refused(void)
{
    struct bench bench;

    init(&bench, HLHOST_WINDOW_BOOT);
    bench.config.agreements = HLHOST_AGREE_DOWNLOAD;
    CU_ASSERT_FALSE(bench_start(&bench));
    bench.config.agreements = HLHOST_AGREE_INSTALL;
    CU_ASSERT_TRUE(bench_start(&bench));
    bench.config.policy.defer_minutes = 1441;
    CU_ASSERT_FALSE(bench_start(&bench));
    init_day(&bench, 100, 100, 0);
    CU_ASSERT_FALSE(bench_start(&bench));
    init_day(&bench, 100, 1440, 0);
    CU_ASSERT_FALSE(bench_start(&bench));
}

static const struct suite_test tests[] = {
    SUITE_TEST(windows_of_the_day_are_exact_to_the_second),
    SUITE_TEST(open_window_of_the_day_lets_the_update_pass),
    SUITE_TEST(closed_window_defers_and_goes_on_when_it_opens),
    SUITE_TEST(unknown_facts_open_no_window),
    SUITE_TEST(only_a_long_time_off_opens_the_window_of_a_boot),
    SUITE_TEST(window_that_closes_amid_an_update_defers_the_install),
    SUITE_TEST(request_in_a_closed_window_is_put_off_until_it_opens),
    SUITE_TEST(put_off_install_is_granted_ahead_in_the_next_window),
    SUITE_TEST(put_off_offer_that_is_gone_costs_nothing),
    SUITE_TEST(request_in_a_window_takes_a_deferred_goal_up),
    SUITE_TEST(offer_is_put_off_while_the_version_wanted_runs),
    SUITE_TEST(no_agreement_outside_the_window_wherever_it_closes),
    SUITE_TEST(policies_that_cannot_be_held_are_refused),
};

int main(void)
{
    return suite_run("engine policy", tests, sizeof tests / sizeof *tests);
}
