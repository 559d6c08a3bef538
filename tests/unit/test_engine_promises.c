/*
 * The goal "update" step by step, with a modem played by hand: what is sent when, what is stored
 * before, when power may be cut.
 */
#include "engine_play.h"

static void install_is_recorded_before_it_is_accepted(void)
{
    struct bench bench;
    struct hlhost_event persisted = {.kind = HLHOST_EVENT_PERSISTED, .persisted.ok = true};

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 9,524648");
    CU_ASSERT_EQUAL(phase_stored(&bench), PHASE_DOWNLOAD);
    bench.store_waits = true;
    hear(&bench, "+WDSI: 3");
    CU_ASSERT_EQUAL(phase_stored(&bench), PHASE_INSTALL);
    CU_ASSERT_STRING_EQUAL((const char *)bench.record + 8, "HL7800.4.4.14.0");
    expect_sent(&bench, "AT+WDSS=1,1");
    CU_ASSERT_EQUAL(bench.deadline_ms, INT64_MAX);
    hear(&bench, "OK");
    hear(&bench, "+WDSI: 10");
    expect_sent(&bench, "AT+WDSS=1,1"); /* nothing leaves, whatever comes in */
    CU_ASSERT_EQUAL(bench_step(&bench, persisted), HLHOST_OK);
    expect_sent(&bench, "AT+WDSR=4");
    CU_ASSERT_EQUAL(bench.bytes_before_record, 0);
}

/* Up to the request for the install, when its window has closed. */
static void play_to_a_late_request(struct bench *bench)
{
    bench_init(bench);
    bench->config.agreements = HLHOST_AGREE_INSTALL;
    bench->config.policy.window = HLHOST_WINDOW_BOOT;
    bench->config.policy.open_for_ms = 5000;
    bench->off_known = true;
    bench->off_ms = LIMIT_MS;
    play_to_session(bench);
    hear(bench, "+WDSI: 18,50");
    pass(bench, 6000);
}

static void deferral_is_recorded_before_it_is_said(void)
{
    struct bench bench;
    struct hlhost_event persisted = {.kind = HLHOST_EVENT_PERSISTED, .persisted.ok = true};

    play_to_a_late_request(&bench);
    CU_ASSERT_EQUAL(bench.record[7], 0);
    bench.store_waits = true;
    hear(&bench, "+WDSI: 3");
    CU_ASSERT_EQUAL(bench.record[7], 1);
    expect_sent(&bench, "AT+WDSS=1,1");
    CU_ASSERT_EQUAL(bench_step(&bench, persisted), HLHOST_OK);
    expect_sent(&bench, "AT+WDSR=5,60");
    bench.store_waits = false;
    hear(&bench, "OK");
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DEFERRED);
}

/* The restart of the modem takes the answer to AT+WDSR=5 away; then the window is open. */
static void agreement_after_an_unanswered_deferral_is_one(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.config.agreements = HLHOST_AGREE_INSTALL;
    bench.config.policy.window = HLHOST_WINDOW_DAY; /* closed for a minute */
    bench.config.policy.from_minute = 600;
    bench.config.policy.to_minute = 599;
    bench.clock_known = true;
    bench.clock_ms = 599 * 60000 - 5000;
    play_to_session(&bench);
    pass(&bench, 6000);
    hear(&bench, "+WDSI: 3");
    expect_sent(&bench, "AT+WDSR=5,1");
    pass(&bench, 5000);
    hear(&bench, "+KSUP: 0");
    pass(&bench, 55000);
    hear(&bench, "OK");
    pass(&bench, 2000);
    hear(&bench, "OK");
    hear(&bench, "OK");
    expect_sent(&bench, "AT+CGMR");
    hear(&bench, "HL7800.4.4.14.0");
    hear(&bench, "OK");
    hear(&bench, "+WDSI: 4479");
    hear(&bench, "OK");
    hear(&bench, "+WDSI: 3");
    hear(&bench, "OK");
    expect_sent(&bench, "AT+WDSR=4");
    hear(&bench, "OK");
    CU_ASSERT_FALSE(bench.decided);
    CU_ASSERT_FALSE(bench.power_off_allowed);
}

static void deferral_needs_no_record(void)
{
    struct bench bench;

    play_to_a_late_request(&bench);
    bench.store_fails = true;
    hear(&bench, "+WDSI: 3");
    expect_sent(&bench, "AT+WDSR=5,60");
    hear(&bench, "OK");
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DEFERRED);
}

static void power_is_kept_from_the_acceptance_on(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    CU_ASSERT_TRUE(bench.power_off_allowed);
    hear(&bench, "+WDSI: 3");
    expect_sent(&bench, "AT+WDSR=4");
    CU_ASSERT_FALSE(bench.power_off_allowed);
    hear(&bench, "+CME ERROR: 3");
    CU_ASSERT_TRUE(bench.power_off_allowed);
    CU_ASSERT_EQUAL(phase_stored(&bench), 0);
    hear(&bench, "+WDSI: 3");
    hear(&bench, "OK");
    CU_ASSERT_FALSE(bench.power_off_allowed);
    CU_ASSERT_EQUAL(phase_stored(&bench), PHASE_INSTALL);
}

static void install_without_agreement_is_recorded_when_it_begins(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    bench.store_waits = true;
    hear(&bench, "+WDSI: 14");
    CU_ASSERT_FALSE(bench.power_off_allowed); /* at once, durable or not */
    CU_ASSERT_EQUAL(phase_stored(&bench), PHASE_INSTALL);
}

static void modem_that_falls_silent_with_a_package_may_be_installing(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 18,50");
    CU_ASSERT_TRUE(bench.power_off_allowed);
    pass(&bench, 600000 + 15000 + 10000); /* stall, pause, unanswered command */
    expect_sent(&bench, "AT");
    CU_ASSERT_FALSE(bench.power_off_allowed);
}

static void late_answers_are_not_taken_for_later_commands(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.silent = true;
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    pass(&bench, 2500);
    CU_ASSERT_EQUAL(bench.sends, 3);
    hear(&bench, "OK"); /* for the first of three probes */
    hear(&bench, "OK");
    hear(&bench, "OK");
    CU_ASSERT_EQUAL(bench.sends, 3);
    pass(&bench, 2000);
    CU_ASSERT_EQUAL(bench.sends, 4);
    expect_sent(&bench, "ATE0");
}

static void result_before_the_command_has_left_is_not_its_own(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.silent = true;
    bench.takes = 1;
    CU_ASSERT_TRUE_FATAL(bench_start(&bench)); /* only the A was taken */
    hear(&bench, "OK");
    CU_ASSERT_EQUAL(bench.sends, 1); /* and nothing more before WRITABLE */
    CU_ASSERT_EQUAL(bench.peer.line_size, 1);
    bench.takes = 0;
    (void)bench_step(&bench, (struct hlhost_event){.kind = HLHOST_EVENT_WRITABLE});
    expect_sent(&bench, "AT");
}

static void garbled_version_does_not_decide(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 14");
    bench.peer.last_command[0] = '\0';
    hear(&bench, "+WDSI: 16");
    play_to_version(&bench, "HL7800.4.6.9.0");
    CU_ASSERT_FALSE(bench.decided);
    expect_sent(&bench, "AT+CGMR");
    hear(&bench, "HL7800.4.6.8.0");
    hear(&bench, "OK");
    CU_ASSERT_TRUE(bench.decided);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

static void success_needs_the_version_read(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 14");
    hear(&bench, "+WDSI: 16");
    pass(&bench, 10 * 60000);
    CU_ASSERT_TRUE(bench.decided);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_FAILED);
    CU_ASSERT_EQUAL(bench.report.reason, HLHOST_REASON_NO_ANSWER);
}

static void install_that_begins_anew_after_a_restart_keeps_the_power(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 14");
    hear(&bench, "+KSUP: 0");
    play_to_version(&bench, "HL7800.4.4.14.0");
    CU_ASSERT_FALSE(bench.power_off_allowed);
    hear(&bench, "+WDSI: 14");
    pass(&bench, 60000);
    expect_sent(&bench, "AT"); /* it is waited for, and no new session is tried */
    pass(&bench, 140000);
    CU_ASSERT_FALSE(bench.power_off_allowed);
    CU_ASSERT_FALSE(bench.decided);
}

static void install_that_never_was_is_tried_again_after_a_minute(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 14");
    hear(&bench, "+KSUP: 0");
    play_to_version(&bench, "HL7800.4.4.14.0");
    pass(&bench, 59000);
    expect_sent(&bench, "AT+CGMR"); /* 15 or 16 may still come: quiet */
    CU_ASSERT_FALSE(bench.power_off_allowed);
    pass(&bench, 1000);
    expect_sent(&bench, "AT+WDSI?");
    CU_ASSERT_TRUE(bench.power_off_allowed);
}

static void lost_host_before_the_acceptance_costs_no_attempt(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.config.agreements = HLHOST_AGREE_DOWNLOAD | HLHOST_AGREE_INSTALL;
    bench.config.attempts = 1;
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    while (phase_stored(&bench) != PHASE_INSTALL && bench.now_ms < LIMIT_MS) {
        pass(&bench, 500);
        bench.store_waits = bench.peer.percent >= 95; /* the next record is install's */
    }
    CU_ASSERT_EQUAL(bench.peer.stage, PEER_STORED);
    bench.store_waits = false;
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, LIMIT_MS, 1000);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

static void request_outlives_the_session(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.config.attempts = 1;
    bench.config.agreements = 0;
    play_to_session(&bench);
    bench.store_waits = true;
    hear(&bench, "+WDSI: 3"); /* a sibling closes the session while the agreement waits */
    hear(&bench, "+WDSI: 8");
    CU_ASSERT_FALSE(bench.decided);
}

static void installing_modem_is_asked_seldom(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 14");
    bench.sends = 0;
    pass(&bench, 100000);
    CU_ASSERT_TRUE(bench.sends >= 9 && bench.sends <= 10);
}

static void install_said_once_more_is_not_accepted_for_ever(void)
{
    struct bench bench;
    int sends;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 14");
    pass(&bench, 10000);
    play_to_version(&bench, "HL7800.4.4.14.0");
    hear(&bench, "+WDSI: 3");
    expect_sent(&bench, "AT+WDSR=4");
    sends = bench.sends;
    hear(&bench, "+CME ERROR: 3");
    CU_ASSERT_EQUAL(bench.sends, sends);
    CU_ASSERT_FALSE(bench.power_off_allowed);
}

static const struct suite_test tests[] = {
    SUITE_TEST(install_is_recorded_before_it_is_accepted),
    SUITE_TEST(deferral_is_recorded_before_it_is_said),
    SUITE_TEST(agreement_after_an_unanswered_deferral_is_one),
    SUITE_TEST(deferral_needs_no_record),
    SUITE_TEST(power_is_kept_from_the_acceptance_on),
    SUITE_TEST(install_without_agreement_is_recorded_when_it_begins),
    SUITE_TEST(modem_that_falls_silent_with_a_package_may_be_installing),
    SUITE_TEST(late_answers_are_not_taken_for_later_commands),
    SUITE_TEST(result_before_the_command_has_left_is_not_its_own),
    SUITE_TEST(garbled_version_does_not_decide),
    SUITE_TEST(success_needs_the_version_read),
    SUITE_TEST(install_that_begins_anew_after_a_restart_keeps_the_power),
    SUITE_TEST(install_that_never_was_is_tried_again_after_a_minute),
    SUITE_TEST(lost_host_before_the_acceptance_costs_no_attempt),
    SUITE_TEST(request_outlives_the_session),
    SUITE_TEST(installing_modem_is_asked_seldom),
    SUITE_TEST(install_said_once_more_is_not_accepted_for_ever),
};

int main(void)
{
    return suite_run("engine promises", tests, sizeof tests / sizeof *tests);
}
