/*
 * The goal "update" step by step, with a modem played by hand: what is sent when, what is stored
 * before, when power may be cut, and what one refused or unanswered command leads to.
 */
#include "engine_peer.h"
#include "lib/suite.h"

#include <string.h>

#define LIMIT_MS       INT64_C(100000000)
#define PHASE_DOWNLOAD 1
#define PHASE_INSTALL  2

static void hear(struct bench *bench, const char *text)
{
    bench_bytes(bench, "\r\n", 2);
    bench_bytes(bench, text, strlen(text));
    bench_bytes(bench, "\r\n", 2);
}

static void expect_sent(const struct bench *bench, const char *command)
{
    CU_ASSERT_STRING_EQUAL(bench->peer.last_command, command);
}

static void pass(struct bench *bench, int64_t duration_ms)
{
    int64_t until_ms = bench->now_ms + duration_ms;

    bench_run(bench, until_ms, LIMIT_MS);
    bench->now_ms = until_ms;
    bench->peer.now_ms = until_ms;
}

static int phase_stored(const struct bench *bench)
{
    return bench->record_size == 0 ? 0 : bench->record[5];
}

/* Up to the answer to AT+CGMR; the modem says nothing of itself. */
static void play_to_version(struct bench *bench, const char *version)
{
    int i;

    bench->peer.silent = true;
    if (bench->engine == NULL) {
        CU_ASSERT_TRUE_FATAL(bench_start(bench));
    }
    expect_sent(bench, "AT");
    for (i = 0; i < 3; i++) {
        hear(bench, "OK");
    }
    expect_sent(bench, "AT+CGMR");
    hear(bench, version);
    hear(bench, "OK");
}

/* Up to the accepted AT+WDSS=1,1 and the open session. */
static void play_to_session(struct bench *bench)
{
    play_to_version(bench, "HL7800.4.4.14.0");
    expect_sent(bench, "AT+WDSI?");
    hear(bench, "+WDSI: 4479");
    hear(bench, "OK");
    expect_sent(bench, "AT+WDSC?");
    hear(bench, "+WDSC: 1,0");
    hear(bench, bench->config.agreements != 0 ? "+WDSC: 2,1" : "+WDSC: 2,0");
    hear(bench, "OK");
    expect_sent(bench, "AT+WDSG");
    hear(bench, "+WDSG: 0,3");
    hear(bench, "+WDSG: 1,0");
    hear(bench, "OK");
    expect_sent(bench, "AT+CPIN?");
    hear(bench, "+CPIN: READY");
    hear(bench, "OK");
    expect_sent(bench, "AT+CEREG?");
    hear(bench, "+CEREG: 0,5");
    hear(bench, "OK");
    expect_sent(bench, "AT+WDSS=1,1");
    hear(bench, "OK");
    hear(bench, "+WDSI: 23,1");
}

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

static void progress_gives_all_attempts_back(void)
{
    struct bench bench;
    char text[] = "+WDSI: 18,1";
    int i;

    bench_init(&bench);
    play_to_session(&bench);
    for (i = 1; i <= 9; i++) {
        text[10] = (char)('0' + i);
        hear(&bench, text);
        hear(&bench, "+WDSI: 8");
        CU_ASSERT_FALSE(bench.decided);
    }
    bench_init(&bench);
    play_to_session(&bench);
    for (i = 1; i <= 5; i++) {
        CU_ASSERT_FALSE(bench.decided);
        hear(&bench, "+WDSI: 18,1");
        hear(&bench, "+WDSI: 8");
    }
    CU_ASSERT_EQUAL(bench.report.reason, HLHOST_REASON_DOWNLOAD_STALLED);
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

static void closing_is_waited_for(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 11,4");
    pass(&bench, 15000);
    expect_sent(&bench, "AT+CEREG?");
    hear(&bench, "+CEREG: 0,1");
    hear(&bench, "OK");
    expect_sent(&bench, "AT+WDSS=1,0");
    hear(&bench, "OK");
    pass(&bench, 19000);
    expect_sent(&bench, "AT+WDSS=1,0");
    hear(&bench, "+WDSI: 8");
    expect_sent(&bench, "AT+WDSS=1,1");
}

static void causes_that_cannot_be_resumed_are_final_at_once(void)
{
    static const struct {
        const char *line;
        enum hlhost_reason reason;
        int detail;
    } cases[] = {
        {"+WDSI: 11,0", HLHOST_REASON_DOWNLOAD_FAILED, 0},
        {"+WDSI: 11,1", HLHOST_REASON_DOWNLOAD_FAILED, 1},
        {"+WDSI: 11,2", HLHOST_REASON_DOWNLOAD_FAILED, 2},
        {"+WDSI: 11,5", HLHOST_REASON_DOWNLOAD_FAILED, 5},
        {"+WDSI: 13", HLHOST_REASON_NOT_CERTIFIED, -1},
    };
    size_t i;

    for (i = 0; i < 2 * sizeof cases / sizeof *cases; i++) {
        struct bench bench;

        bench_init(&bench);
        play_to_session(&bench);
        if (i % 2 == 1) { /* agreed to already: it is certified then, before +WDSI: 14 */
            hear(&bench, "+WDSI: 3");
            hear(&bench, "OK");
            CU_ASSERT_FALSE(bench.power_off_allowed);
        }
        hear(&bench, cases[i / 2].line);
        CU_ASSERT_TRUE(bench.decided);
        CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_FAILED);
        CU_ASSERT_EQUAL(bench.report.reason, cases[i / 2].reason);
        CU_ASSERT_EQUAL(bench.report.detail, cases[i / 2].detail);
        CU_ASSERT_TRUE(bench.power_off_allowed);
        CU_ASSERT_EQUAL(phase_stored(&bench), 0);
    }
}

static void problem_of_a_package_means_nothing_while_it_installs(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 14");
    hear(&bench, "+WDSI: 13");
    hear(&bench, "+WDSI: 11,3");
    CU_ASSERT_FALSE(bench.decided);
    CU_ASSERT_FALSE(bench.power_off_allowed);
    pass(&bench, 60000);
    expect_sent(&bench, "AT");
}

static void missing_memory_after_the_agreement_restarts_the_modem(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 3");
    hear(&bench, "OK");
    hear(&bench, "+WDSI: 11,3");
    CU_ASSERT_FALSE(bench.decided);
    expect_sent(&bench, "AT");
    hear(&bench, "OK");
    hear(&bench, "OK");
    hear(&bench, "OK");
    hear(&bench, "HL7800.4.4.14.0");
    hear(&bench, "OK");
    hear(&bench, "+WDSI: 4479");
    hear(&bench, "OK");
    hear(&bench, "+WDSC: 1,0");
    hear(&bench, "+WDSC: 2,0");
    hear(&bench, "OK");
    hear(&bench, "ERROR"); /* AT+WDSG is not known everywhere */
    hear(&bench, "+CPIN: READY");
    hear(&bench, "OK");
    CU_ASSERT_TRUE(bench.power_off_allowed);
    hear(&bench, "+CEREG: 0,1");
    hear(&bench, "OK");
    expect_sent(&bench, "AT+CFUN=1,1");
}

/* The modem lost its power before it noted that the download had failed, and goes on by itself. */
static void install_after_a_failure_corrects_the_report(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 18,50");
    hear(&bench, "+WDSI: 11,1");
    CU_ASSERT_EQUAL(bench.report.reason, HLHOST_REASON_DOWNLOAD_FAILED);
    hear(&bench, "+KSUP: 0");
    hear(&bench, "+WDSI: 18,100");
    hear(&bench, "+WDSI: 14");
    CU_ASSERT_FALSE(bench.power_off_allowed);
    bench.decided = false;
    hear(&bench, "+KSUP: 0");
    hear(&bench, "+WDSI: 16");
    play_to_version(&bench, "HL7800.4.6.8.0");
    CU_ASSERT_TRUE(bench.decided);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_TRUE(bench.power_off_allowed);
}

static void problems_that_can_be_resumed_end_some_time(void)
{
    static const char *const lines[] = {"+WDSI: 11,3", "+WDSI: 11,4"};
    size_t i;
    int times;

    for (i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct bench bench;

        bench_init(&bench);
        play_to_session(&bench);
        for (times = 0; times < 4; times++) {
            hear(&bench, lines[i]);
            CU_ASSERT_FALSE(bench.decided);
        }
        hear(&bench, lines[i]);
        CU_ASSERT_TRUE(bench.decided);
        CU_ASSERT_EQUAL(bench.report.reason, HLHOST_REASON_DOWNLOAD_FAILED);
    }
}

static void session_without_an_offer_is_closed_and_opened_again(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    pass(&bench, 90000 + 15000);
    CU_ASSERT_FALSE(bench.decided);
    expect_sent(&bench, "AT+CEREG?");
    hear(&bench, "+CEREG: 0,1");
    hear(&bench, "OK");
    expect_sent(&bench, "AT+WDSS=1,0");
}

static void update_that_has_begun_waits_for_its_network(void)
{
    int begun;

    for (begun = 0; begun < 2; begun++) {
        struct bench bench;

        bench_init(&bench);
        bench.peer.no_network = true;
        play_to_session(&bench);
        if (begun == 1) {
            hear(&bench, "+WDSI: 9,524648");
        }
        hear(&bench, "+WDSI: 8");
        bench.peer.silent = false;
        pass(&bench, INT64_C(3600000));
        CU_ASSERT_EQUAL(bench.decided, begun == 0);
        CU_ASSERT_EQUAL(bench.report.reason,
                        begun == 0 ? HLHOST_REASON_NOT_REGISTERED : HLHOST_REASON_NONE);
    }
}

static void registration_of_the_past_does_not_count(void)
{
    struct bench bench;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 7");
    pass(&bench, 15000);
    expect_sent(&bench, "AT+CEREG?");
    hear(&bench, "OK"); /* the line got lost */
    expect_sent(&bench, "AT+CREG?");
    hear(&bench, "+CREG: 1,\"00AB\",\"01\""); /* an indication is as good as the answer */
    hear(&bench, "OK");
    expect_sent(&bench, "AT+WDSS=1,1");
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

static void refused_replies_are_said_again_a_few_times(void)
{
    struct bench bench;
    int i;

    bench_init(&bench);
    play_to_session(&bench);
    hear(&bench, "+WDSI: 2");
    for (i = 0; i < 3; i++) {
        expect_sent(&bench, "AT+WDSR=3");
        CU_ASSERT_EQUAL(bench.peer.opens, 0);
        bench.peer.last_command[0] = '\0';
        hear(&bench, "ERROR");
        pass(&bench, 2000);
    }
    expect_sent(&bench, "");
}

/* Runs with one kind of command that fails. */
static void run_without(struct bench *bench, const char *refuses, const char *ignores,
                        unsigned agreements, unsigned mask)
{
    bench_init(bench);
    bench->config.agreements = agreements;
    bench->peer.refuses = refuses;
    bench->peer.ignores = ignores;
    bench->peer.mask = mask;
    CU_ASSERT_TRUE_FATAL(bench_start(bench));
    bench_run(bench, LIMIT_MS, 1000);
    CU_ASSERT_TRUE(bench->decided);
    CU_ASSERT_EQUAL(bench->late_deadlines, 0);
    CU_ASSERT_EQUAL(bench->power_off_in_install, 0);
}

static void commands_that_help_only_may_be_refused(void)
{
    static const char *const commands[] = {"ATE0",     "AT+CMEE",   "AT+WDSI?", "AT+WDSC",
                                           "AT+CREG?", "AT+CEREG?", "AT+WDSR"};
    struct bench bench;
    size_t i;

    for (i = 0; i < sizeof commands / sizeof *commands; i++) {
        run_without(&bench, commands[i], NULL, 0, 0);
        CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    }
    run_without(&bench, "AT+WDSI=", NULL, HLHOST_AGREE_INSTALL, 4096 + 64 + 16 + 2);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

static void commands_that_are_needed_may_not_be_refused(void)
{
    static const char *const commands[] = {"AT+CGMR", "AT+WDSI=", "AT+WDSC=", "AT+WDSS"};
    struct bench bench;
    size_t i;

    for (i = 0; i < sizeof commands / sizeof *commands; i++) {
        run_without(&bench, commands[i], NULL, HLHOST_AGREE_INSTALL, 0);
        CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_FAILED);
        CU_ASSERT_EQUAL(bench.report.reason, HLHOST_REASON_COMMAND_REFUSED);
    }
    run_without(&bench, "AT+CPIN", NULL, 0, 0);
    CU_ASSERT_EQUAL(bench.report.reason, HLHOST_REASON_SIM_NOT_READY);
}

static void unanswered_commands_are_reported(void)
{
    static const char *const commands[] = {"ATE0",     "AT+CMEE", "AT+CGMR",   "AT+WDSI?",
                                           "AT+WDSC=", "AT+CPIN", "AT+CEREG?", "AT+WDSS"};
    struct bench bench;
    size_t i;

    for (i = 0; i < sizeof commands / sizeof *commands; i++) {
        run_without(&bench, NULL, commands[i], HLHOST_AGREE_INSTALL, 0);
        CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_FAILED);
        CU_ASSERT_EQUAL(bench.report.reason, HLHOST_REASON_NO_ANSWER);
    }
    run_without(&bench, NULL, "AT+WDSR", HLHOST_AGREE_DOWNLOAD, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_FAILED);
    run_without(&bench, NULL, "AT+WDSR", HLHOST_AGREE_INSTALL, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_FAILED);
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
    SUITE_TEST(progress_gives_all_attempts_back),
    SUITE_TEST(request_outlives_the_session),
    SUITE_TEST(closing_is_waited_for),
    SUITE_TEST(causes_that_cannot_be_resumed_are_final_at_once),
    SUITE_TEST(problem_of_a_package_means_nothing_while_it_installs),
    SUITE_TEST(missing_memory_after_the_agreement_restarts_the_modem),
    SUITE_TEST(install_after_a_failure_corrects_the_report),
    SUITE_TEST(problems_that_can_be_resumed_end_some_time),
    SUITE_TEST(session_without_an_offer_is_closed_and_opened_again),
    SUITE_TEST(update_that_has_begun_waits_for_its_network),
    SUITE_TEST(registration_of_the_past_does_not_count),
    SUITE_TEST(installing_modem_is_asked_seldom),
    SUITE_TEST(install_said_once_more_is_not_accepted_for_ever),
    SUITE_TEST(refused_replies_are_said_again_a_few_times),
    SUITE_TEST(commands_that_help_only_may_be_refused),
    SUITE_TEST(commands_that_are_needed_may_not_be_refused),
    SUITE_TEST(unanswered_commands_are_reported),
};

int main(void)
{
    return suite_run("engine promises", tests, sizeof tests / sizeof *tests);
}
