/*
 * The goal "local update": a package over the line, its transfer, its install, and everything that
 * can go wrong between them.
 */
#include "engine_peer.h"
#include "lib/suite.h"

#include <string.h>

#define HOUR_MS  INT64_C(3600000)
#define LIMIT_MS (48 * HOUR_MS)
#define SIZE     20000u

static void init(struct bench *bench)
{
    bench_init(bench);
    bench->config.goal = HLHOST_GOAL_LOCAL_UPDATE;
    bench->config.package_size = SIZE;
    bench->peer.operation = false;
}

static void run(struct bench *bench)
{
    bench_live(bench, LIMIT_MS, 60000);
    CU_ASSERT_EQUAL(bench->peer.receiver.wrong, 0);
}

static void expect(const struct bench *bench, enum hlhost_result result, enum hlhost_reason reason,
                   int detail)
{
    CU_ASSERT_STRING_EQUAL(hlhost_result_text(bench->report.result), hlhost_result_text(result));
    CU_ASSERT_STRING_EQUAL(hlhost_reason_text(bench->report.reason), hlhost_reason_text(reason));
    CU_ASSERT_EQUAL(bench->report.detail, detail);
}

static void expect_updated(const struct bench *bench)
{
    expect(bench, HLHOST_RESULT_UPDATED, HLHOST_REASON_NONE, -1);
    CU_ASSERT_STRING_EQUAL(bench->report.after, "HL7800.4.6.8.0");
    CU_ASSERT_TRUE(bench->power_off_allowed);
    CU_ASSERT_EQUAL(bench->peer.opens, 0); /* no session is opened for it */
}

static void package_is_sent_and_installed(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.sim_missing = true; /* neither SIM nor network is needed */
    bench.peer.no_network = true;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 1);
    CU_ASSERT_EQUAL(bench.peer.receiver.large, 20);
    CU_ASSERT_EQUAL(bench.peer.receiver.small, 0);
    CU_ASSERT_EQUAL(bench.records, 3); /* transfer, install, idle */
    CU_ASSERT_TRUE(bench.report.outage_ms >= 137280 && bench.report.outage_ms <= 140000);
}

static void small_blocks_and_crc_work_too(void)
{
    struct bench bench;

    init(&bench);
    bench.config.block_size = 128;
    bench.peer.receiver.wants_crc = true;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.receiver.large, 0);
    CU_ASSERT_EQUAL(bench.peer.receiver.small, 157);
}

static void slow_line_and_bytes_one_by_one_are_borne(void)
{
    struct bench bench;

    init(&bench);
    bench.takes = 50;
    bench.split = 1;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.receiver.repeats, 0);
}

static void urcs_between_do_not_disturb(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.urc_between = true;
    run(&bench);
    expect_updated(&bench);
}

static void large_blocks_that_fail_are_followed_by_small_ones(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.large_fails = true;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 2);
    CU_ASSERT_EQUAL(bench.peer.receiver.small, 157);
}

static void refused_transfer_is_tried_again_and_reported(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.wdsd_refusals = 2;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 3);
    init(&bench);
    bench.peer.wdsd_refusals = 1000;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_COMMAND_REFUSED, 3);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 5);
}

static void canceled_transfer_is_tried_again_and_reported(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.receiver.cancel_at = 4;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_TRANSFER_FAILED, 3);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 5);
    CU_ASSERT_TRUE(bench.power_off_allowed);
}

static void unreadable_package_cancels_the_transfer(void)
{
    struct bench bench;

    init(&bench);
    bench.unreadable = true;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_NO_PACKAGE, -1);
    CU_ASSERT_TRUE(bench.peer.receiver.canceled);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 1);
}

static void refused_and_lost_blocks_are_repeated(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.receiver.nak_at = 3;
    bench.peer.receiver.mute_at = 7;
    bench.peer.receiver.eot_naks = 2;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.receiver.repeats, 1);
}

static void failed_install_is_reported(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.end = PEER_INSTALL_FAILS;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_FAILED, -1);
}

static void missing_request_is_answered_all_the_same(void)
{
    struct bench bench;

    init(&bench);
    bench.peer.lazy_asking = true;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 1);
}

static void each_lost_indication_is_got_over(void)
{
    int number;

    for (number = 0; number < PEER_EVENTS; number++) {
        struct bench bench;

        init(&bench);
        bench.peer.lost = 1u << number;
        run(&bench);
        expect_updated(&bench);
    }
}

static void modem_that_restarts_amid_the_transfer_is_sent_it_again(void)
{
    struct bench bench;

    init(&bench);
    bench.takes = 50;
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, 8000, LIMIT_MS);
    CU_ASSERT_TRUE(bench.peer.receiver.active && bench.peer.receiver.blocks > 0);
    bench.peer.out_size = 0;
    peer_restart(&bench.peer);
    bench_run(&bench, LIMIT_MS, 60000);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 2);
}

/* Wherever the host loses its power, the update comes to its end. */
static void host_that_loses_power_anywhere_recovers(void)
{
    int point;
    bool reached = true;
    unsigned seed = 1;

    for (point = 1; reached; point += 1 + (int)(seed >> 16) % 3) {
        struct bench bench;

        init(&bench);
        bench.config.package_size = 3000;
        bench.kill_at = point;
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, LIMIT_MS, 60000);
        reached = bench.kill_at == 0;
        seed = seed * 1103515245u + 12345u;
        CU_ASSERT_TRUE(bench.decided);
        expect_updated(&bench);
        CU_ASSERT_EQUAL(bench.bytes_before_record, 0);
        CU_ASSERT_EQUAL(bench.power_off_in_install, 0);
    }
    CU_ASSERT_TRUE(point > 30);
}

static void closed_window_sends_nothing(void)
{
    struct bench bench;

    init(&bench);
    bench.config.policy.window = HLHOST_WINDOW_BOOT;
    run(&bench);
    expect(&bench, HLHOST_RESULT_DEFERRED, HLHOST_REASON_POLICY, -1);
    CU_ASSERT_EQUAL(bench.peer.wdsds, 0);
}

static void unusable_configurations_are_refused(void)
{
    struct bench bench;

    init(&bench);
    bench.config.package_size = 0;
    CU_ASSERT_FALSE(bench_start(&bench));
    init(&bench);
    bench.config.block_size = 256;
    CU_ASSERT_FALSE(bench_start(&bench));
    init(&bench);
    bench.config.agreements = HLHOST_AGREE_INSTALL;
    CU_ASSERT_FALSE(bench_start(&bench));
}

static void data_that_nobody_wants_is_a_mistake(void)
{
    struct hlhost_event data = {.kind = HLHOST_EVENT_DATA};
    struct bench bench;

    init(&bench);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    data.data.data = bench.record;
    data.data.size = 1;
    CU_ASSERT_EQUAL(bench_step(&bench, data), HLHOST_E_STATE);
}

static const struct suite_test tests[] = {
    SUITE_TEST(package_is_sent_and_installed),
    SUITE_TEST(small_blocks_and_crc_work_too),
    SUITE_TEST(slow_line_and_bytes_one_by_one_are_borne),
    SUITE_TEST(urcs_between_do_not_disturb),
    SUITE_TEST(large_blocks_that_fail_are_followed_by_small_ones),
    SUITE_TEST(refused_transfer_is_tried_again_and_reported),
    SUITE_TEST(canceled_transfer_is_tried_again_and_reported),
    SUITE_TEST(unreadable_package_cancels_the_transfer),
    SUITE_TEST(refused_and_lost_blocks_are_repeated),
    SUITE_TEST(failed_install_is_reported),
    SUITE_TEST(missing_request_is_answered_all_the_same),
    SUITE_TEST(each_lost_indication_is_got_over),
    SUITE_TEST(modem_that_restarts_amid_the_transfer_is_sent_it_again),
    SUITE_TEST(host_that_loses_power_anywhere_recovers),
    SUITE_TEST(closed_window_sends_nothing),
    SUITE_TEST(unusable_configurations_are_refused),
    SUITE_TEST(data_that_nobody_wants_is_a_mistake),
};

int main(void)
{
    return suite_run("engine local", tests, sizeof tests / sizeof *tests);
}
