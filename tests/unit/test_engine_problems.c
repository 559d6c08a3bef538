/*
 * The goal "update" with a modem played by hand which has problems, refuses a command or does not
 * answer it.
 */
#include "engine_play.h"

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
    SUITE_TEST(progress_gives_all_attempts_back),
    SUITE_TEST(closing_is_waited_for),
    SUITE_TEST(causes_that_cannot_be_resumed_are_final_at_once),
    SUITE_TEST(problem_of_a_package_means_nothing_while_it_installs),
    SUITE_TEST(missing_memory_after_the_agreement_restarts_the_modem),
    SUITE_TEST(install_after_a_failure_corrects_the_report),
    SUITE_TEST(problems_that_can_be_resumed_end_some_time),
    SUITE_TEST(session_without_an_offer_is_closed_and_opened_again),
    SUITE_TEST(update_that_has_begun_waits_for_its_network),
    SUITE_TEST(registration_of_the_past_does_not_count),
    SUITE_TEST(refused_replies_are_said_again_a_few_times),
    SUITE_TEST(commands_that_help_only_may_be_refused),
    SUITE_TEST(commands_that_are_needed_may_not_be_refused),
    SUITE_TEST(unanswered_commands_are_reported),
};

int main(void)
{
    return suite_run("engine problems", tests, sizeof tests / sizeof *tests);
}
