/*
 * The goal "update" against a modem that behaves: how each course of events ends.
 */
#include "engine_peer.h"
#include "lib/suite.h"

#include <string.h>

#define HOUR_MS  INT64_C(3600000)
#define LIMIT_MS (48 * HOUR_MS)

static void run(struct bench *bench)
{
    bench_live(bench, LIMIT_MS, 60000);
    CU_ASSERT_EQUAL(bench->peer.commands, bench->commands_decided); /* quiet after the outcome */
}

static void expect(const struct bench *bench, enum hlhost_result result, enum hlhost_reason reason,
                   int detail)
{
    CU_ASSERT_STRING_EQUAL(hlhost_result_text(bench->report.result), hlhost_result_text(result));
    CU_ASSERT_STRING_EQUAL(hlhost_reason_text(bench->report.reason), hlhost_reason_text(reason));
    CU_ASSERT_EQUAL(bench->report.detail, detail);
}

static void agree(struct bench *bench)
{
    bench->config.agreements = HLHOST_AGREE_DOWNLOAD | HLHOST_AGREE_INSTALL;
}

static void expect_updated(const struct bench *bench)
{
    expect(bench, HLHOST_RESULT_UPDATED, HLHOST_REASON_NONE, -1);
    CU_ASSERT_STRING_EQUAL(bench->report.before, "HL7800.4.4.14.0");
    CU_ASSERT_STRING_EQUAL(bench->report.after, "HL7800.4.6.8.0");
    CU_ASSERT_TRUE(bench->power_off_allowed);
}

static void updates_without_agreements(void)
{
    struct bench bench;

    bench_init(&bench);
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.opens, 1);
    /* One second until it leaves, 130 s of install, 6.28 s of boot, and a probe each second. */
    CU_ASSERT_TRUE(bench.report.outage_ms >= 137280 && bench.report.outage_ms <= 140000);
    CU_ASSERT_EQUAL(bench.records, 3); /* download, install, idle */
}

static void updates_with_agreements(void)
{
    struct bench bench;

    bench_init(&bench);
    agree(&bench);
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.agreement[1], 1);
    CU_ASSERT_EQUAL(bench.peer.agreement[2], 1);
    CU_ASSERT_EQUAL(bench.peer.mask, 4479);
}

static void sets_nothing_that_is_set_already(void)
{
    struct bench plain;
    struct bench set;

    bench_init(&plain);
    agree(&plain);
    run(&plain);
    bench_init(&set);
    agree(&set);
    set.peer.mask = 4479;
    set.peer.agreement[1] = 1;
    set.peer.agreement[2] = 1;
    run(&set);
    expect_updated(&set);
    CU_ASSERT_EQUAL(set.peer.commands, plain.peer.commands - 3);
}

static void any_change_will_do_without_a_version(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.config.version = NULL;
    run(&bench);
    expect_updated(&bench);
}

static void version_that_runs_already_is_success_at_once(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.version = bench.peer.version_after;
    run(&bench);
    expect(&bench, HLHOST_RESULT_UPDATED, HLHOST_REASON_NONE, -1);
    CU_ASSERT_STRING_EQUAL(bench.report.before, "HL7800.4.6.8.0");
    CU_ASSERT_STRING_EQUAL(bench.report.after, "HL7800.4.6.8.0");
    CU_ASSERT_EQUAL(bench.peer.opens, 0);
    CU_ASSERT_EQUAL(bench.records, 0);
}

static void nothing_offered_is_no_failure(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.operation = false;
    run(&bench);
    expect(&bench, HLHOST_RESULT_NONE, HLHOST_REASON_NOTHING_OFFERED, -1);
}

static void failed_install_is_reported(void)
{
    struct bench bench;

    bench_init(&bench);
    agree(&bench);
    bench.peer.end = PEER_INSTALL_FAILS;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_FAILED, -1);
    CU_ASSERT_STRING_EQUAL(bench.report.after, "HL7800.4.4.14.0");
    CU_ASSERT_TRUE(bench.power_off_allowed);
}

static void other_version_is_no_success(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.end = PEER_INSTALLS_OTHER;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_WRONG_VERSION, -1);
    CU_ASSERT_STRING_EQUAL(bench.report.after, "HL7800.4.5.4.0");
}

static void silent_install_is_reported_and_power_stays(void)
{
    struct bench bench;

    bench_init(&bench);
    agree(&bench);
    bench.peer.end = PEER_INSTALL_HANGS;
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, LIMIT_MS, 60000);
    CU_ASSERT_TRUE_FATAL(bench.decided);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_SILENT, -1);
    CU_ASSERT_FALSE(bench.power_off_allowed);
    CU_ASSERT_EQUAL(bench.record[5],
                    2); /* the next life shall know: the record still says install */
    CU_ASSERT_TRUE(bench.now_ms > 15 * 60000);
    CU_ASSERT_TRUE(bench.now_ms < 20 * 60000);
}

/* Reported as silent, it speaks after all: the outcome corrects the report and frees the power. */
static void late_outcome_of_a_silent_install_is_reported_too(void)
{
    static const enum peer_end ends[] = {PEER_INSTALLS, PEER_INSTALL_FAILS};
    size_t i;

    for (i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct bench bench;

        bench_init(&bench);
        agree(&bench);
        bench.peer.end = PEER_INSTALL_HANGS;
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, LIMIT_MS, 60000);
        expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_SILENT, -1);
        bench.peer.end = ends[i];
        peer_restart(&bench.peer);
        bench_run(&bench, LIMIT_MS, LIMIT_MS);
        if (ends[i] == PEER_INSTALLS) {
            expect_updated(&bench);
        } else {
            expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_FAILED, -1);
        }
        CU_ASSERT_TRUE(bench.power_off_allowed);
        CU_ASSERT_EQUAL(bench.power_off_in_install, 0);
    }
}

static void not_certified_package_is_reported(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.not_certified = true;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_NOT_CERTIFIED, -1);
}

static void final_download_problem_is_reported_with_its_cause(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.problem = 2;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_DOWNLOAD_FAILED, 2);
}

static void resumable_download_problems_are_resumed(void)
{
    static const int causes[] = {3, 4};
    size_t i;

    for (i = 0; i < sizeof causes / sizeof *causes; i++) {
        struct bench bench;

        bench_init(&bench);
        bench.peer.problem = causes[i];
        run(&bench);
        expect_updated(&bench);
        CU_ASSERT_EQUAL(bench.peer.boots, causes[i] == 3 ? 2 : 1); /* 3 wants a reboot */
    }
}

static void denied_sessions_are_tried_again(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.denies = 2;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.opens, 3);
}

static void denied_for_ever_is_reported_after_all_attempts(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.denies = 1000;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_SESSION_DENIED, -1);
    CU_ASSERT_EQUAL(bench.peer.opens, 5);
}

static void five_failed_authentications_are_no_failure(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.auth_fails = 5;
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.opens, 1);
}

static void authentication_that_never_succeeds_is_reported(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.auth_fails = 1000000;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_NOT_AUTHENTICATED, -1);
}

static void refused_session_is_reported_with_its_code(void)
{
    static const int codes[] = {133, 148, 650, 3};
    static const enum hlhost_reason reasons[] = {
        HLHOST_REASON_CONTEXT_REFUSED, HLHOST_REASON_CONTEXT_REFUSED, HLHOST_REASON_NO_ACCESS_POINT,
        HLHOST_REASON_COMMAND_REFUSED};
    size_t i;

    for (i = 0; i < sizeof codes / sizeof *codes; i++) {
        struct bench bench;

        bench_init(&bench);
        bench.peer.open_error = codes[i];
        run(&bench);
        expect(&bench, HLHOST_RESULT_FAILED, reasons[i], codes[i]);
        CU_ASSERT_EQUAL(bench.peer.opens, 5);
    }
}

static void missing_sim_and_network_are_reported(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.sim_missing = true;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_SIM_NOT_READY, 10);
    bench_init(&bench);
    bench.peer.no_network = true;
    run(&bench);
    expect(&bench, HLHOST_RESULT_FAILED, HLHOST_REASON_NOT_REGISTERED, -1);
}

static void refused_mask_falls_back(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.config.indications = 8191; /* what an HL7812 takes and an HL7800 does not */
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.mask, 4479);
}

static void modem_that_boots_is_waited_for(void)
{
    struct bench bench;

    bench_init(&bench);
    peer_restart(&bench.peer);
    run(&bench);
    expect_updated(&bench);
}

static void open_session_is_closed_and_opened_anew(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.session = true; /* the NAT has forgotten it: nothing comes */
    run(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.opens, 2);
}

static void missed_requests_are_granted_after_650(void)
{
    struct bench bench;
    int pending;

    for (pending = 2; pending <= 3; pending++) {
        bench_init(&bench);
        agree(&bench);
        bench.peer.agreement[1] = 1;
        bench.peer.agreement[2] = 1;
        bench.peer.stage = pending == 2 ? PEER_DOWNLOADING : PEER_STORED;
        bench.peer.percent = 35;
        bench.peer.pending = pending;
        bench.peer.cmee_stuck = pending == 3; /* plain ERROR must do as well */
        run(&bench);
        expect_updated(&bench);
    }
}

static void each_lost_indication_is_got_over(void)
{
    unsigned number;

    for (number = 0; number < PEER_EVENTS; number++) {
        struct bench bench;
        int agreements;

        for (agreements = 0; agreements < 2; agreements++) {
            bench_init(&bench);
            if (agreements == 1) {
                agree(&bench);
            }
            bench.peer.lost = 1u << number;
            run(&bench);
            expect_updated(&bench);
        }
    }
}

static void only_3_16_and_the_version_are_needed(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.lost = ~(1u << 2 | 1u << 3 | 1u << 9 | 1u << 16 | 1u << 18 | 1u << 23);
    run(&bench);
    expect_updated(&bench);
    bench_init(&bench);
    agree(&bench);
    bench.peer.lost = 1u << 0 | 1u << 8 | 1u << 10 | 1u << 12 | 1u << 14 | 1u << 15 | 1u << 16;
    run(&bench);
    expect_updated(&bench);
}

static void connection_agreement_is_given_even_after_the_outcome(void)
{
    struct bench bench;

    bench_init(&bench);
    run(&bench);
    bench_bytes(&bench, "\r\n+WDSI: 1\r\n", 12);
    CU_ASSERT_STRING_EQUAL(bench.peer.last_command, "AT+WDSR=1");
    bench_bytes(&bench, "\r\n+WDSI: 3\r\n", 12);
    CU_ASSERT_STRING_EQUAL(bench.peer.last_command, "AT+WDSR=1");
}

static void power_is_kept_in_an_install_after_the_outcome_too(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.operation = false;
    run(&bench);
    CU_ASSERT_TRUE(bench.power_off_allowed);
    bench_bytes(&bench, "\r\n+WDSI: 14\r\n", 13);
    CU_ASSERT_FALSE(bench.power_off_allowed);
    bench_bytes(&bench, "\r\n+WDSI: 16\r\n", 13);
    CU_ASSERT_TRUE(bench.power_off_allowed);
}

/* Cancelled by the server, of which the modem says nothing; the session stays open. */
static void package_that_is_taken_back_is_no_failure(void)
{
    struct bench bench;

    bench_init(&bench);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run_to_percent(&bench, 35);
    peer_take_back(&bench.peer);
    bench_run(&bench, LIMIT_MS, 0);
    CU_ASSERT_TRUE(bench.decided);
    bench_check_promises(&bench);
    expect(&bench, HLHOST_RESULT_NONE, HLHOST_REASON_NOTHING_OFFERED, -1);
}

static const struct suite_test tests[] = {
    SUITE_TEST(updates_without_agreements),
    SUITE_TEST(updates_with_agreements),
    SUITE_TEST(sets_nothing_that_is_set_already),
    SUITE_TEST(any_change_will_do_without_a_version),
    SUITE_TEST(version_that_runs_already_is_success_at_once),
    SUITE_TEST(nothing_offered_is_no_failure),
    SUITE_TEST(package_that_is_taken_back_is_no_failure),
    SUITE_TEST(failed_install_is_reported),
    SUITE_TEST(other_version_is_no_success),
    SUITE_TEST(silent_install_is_reported_and_power_stays),
    SUITE_TEST(late_outcome_of_a_silent_install_is_reported_too),
    SUITE_TEST(not_certified_package_is_reported),
    SUITE_TEST(final_download_problem_is_reported_with_its_cause),
    SUITE_TEST(resumable_download_problems_are_resumed),
    SUITE_TEST(denied_sessions_are_tried_again),
    SUITE_TEST(denied_for_ever_is_reported_after_all_attempts),
    SUITE_TEST(five_failed_authentications_are_no_failure),
    SUITE_TEST(authentication_that_never_succeeds_is_reported),
    SUITE_TEST(refused_session_is_reported_with_its_code),
    SUITE_TEST(missing_sim_and_network_are_reported),
    SUITE_TEST(refused_mask_falls_back),
    SUITE_TEST(modem_that_boots_is_waited_for),
    SUITE_TEST(open_session_is_closed_and_opened_anew),
    SUITE_TEST(missed_requests_are_granted_after_650),
    SUITE_TEST(each_lost_indication_is_got_over),
    SUITE_TEST(only_3_16_and_the_version_are_needed),
    SUITE_TEST(connection_agreement_is_given_even_after_the_outcome),
    SUITE_TEST(power_is_kept_in_an_install_after_the_outcome_too),
};

int main(void)
{
    return suite_run("engine update", tests, sizeof tests / sizeof *tests);
}
