/*
 * A host whose record knows of nothing, because power failed before the first one was stored: what
 * the modem may be doing meanwhile, and how long it is waited for.
 */
#include "engine_peer.h"
#include "lib/suite.h"

#define HOUR_MS  INT64_C(3600000)
#define LIMIT_MS (48 * HOUR_MS)

static void init(struct bench *bench, int agreements)
{
    bench_init(bench);
    bench->config.agreements = agreements ? HLHOST_AGREE_DOWNLOAD | HLHOST_AGREE_INSTALL : 0;
}

static void run(struct bench *bench)
{
    bench_live(bench, LIMIT_MS, 60000);
}

static void expect_reason(const struct bench *bench, enum hlhost_reason reason)
{
    CU_ASSERT_EQUAL(bench->report.result, HLHOST_RESULT_FAILED);
    CU_ASSERT_EQUAL(bench->report.reason, reason);
}

static void expect_updated(const struct bench *bench)
{
    CU_ASSERT_EQUAL(bench->report.result, HLHOST_RESULT_UPDATED);
}

/* Power fails before the first record is stored, and the modem goes on and installs: a host that
 * knows of nothing finds it silent for minutes. */
static void host_that_knows_nothing_is_patient_with_an_install(void)
{
    int64_t at_ms;

    for (at_ms = 8000; at_ms < 160000; at_ms += 2000) {
        struct bench bench;

        init(&bench, 0);
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, at_ms, 0);
        bench.record_size = 0;
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        CU_ASSERT_FALSE(bench.power_off_allowed);
        bench_run(&bench, LIMIT_MS, 60000);
        bench_check_promises(&bench);
        expect_updated(&bench);
    }
}

static void silence_without_a_record_is_reported_as_late_as_that_of_an_install(void)
{
    struct bench bench;

    init(&bench, 0);
    bench.peer.silent = true;
    run(&bench);
    expect_reason(&bench, HLHOST_REASON_NO_ANSWER);
    CU_ASSERT_TRUE(bench.now_ms >= 900000 && bench.now_ms < 902000);
}

static void modem_that_starts_after_the_report_is_updated_all_the_same(void)
{
    int agreements;

    for (agreements = 0; agreements < 2; agreements++) {
        struct bench bench;

        init(&bench, agreements);
        bench.peer.silent = true;
        run(&bench);
        expect_reason(&bench, HLHOST_REASON_NO_ANSWER);
        bench.peer.silent = false;
        bench.decided = false;
        peer_restart(&bench.peer);
        bench_run(&bench, LIMIT_MS, 60000);
        bench_check_promises(&bench);
        expect_updated(&bench);
    }
}

/* Power failed before the first record was stored: only the modem knows of the package. */
static void package_that_only_the_modem_knows_of_is_waited_for(void)
{
    int variant;

    for (variant = 0; variant < 4; variant++) {
        struct bench bench;

        init(&bench, 0);
        bench.peer.stage = variant % 2 == 0 ? PEER_DOWNLOADING : PEER_STORED;
        bench.peer.percent = variant % 2 == 0 ? 30 : 100;
        bench.peer.sim_missing = variant / 2 == 0;
        bench.peer.no_network = variant / 2 == 1;
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, 23 * HOUR_MS, 0);
        CU_ASSERT_FALSE_FATAL(bench.decided);
        CU_ASSERT_FALSE(bench.power_off_allowed);
        bench.peer.sim_missing = false;
        bench.peer.no_network = false;
        bench_run(&bench, LIMIT_MS, 60000);
        bench_check_promises(&bench);
        expect_updated(&bench);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(host_that_knows_nothing_is_patient_with_an_install),
    SUITE_TEST(silence_without_a_record_is_reported_as_late_as_that_of_an_install),
    SUITE_TEST(modem_that_starts_after_the_report_is_updated_all_the_same),
    SUITE_TEST(package_that_only_the_modem_knows_of_is_waited_for),
};

int main(void)
{
    return suite_run("engine unrecorded", tests, sizeof tests / sizeof *tests);
}
