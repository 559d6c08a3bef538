/*
 * The goal "script": steps are sent, matched, timed out and reported.
 */
#include "engine_peer.h"
#include "lib/suite.h"

#include <string.h>

static void start(struct bench *bench, const struct hlhost_step *script, size_t count)
{
    bench_init(bench);
    bench->config.goal = HLHOST_GOAL_SCRIPT;
    bench->config.script = script;
    bench->config.script_count = count;
    CU_ASSERT_TRUE_FATAL(bench_start(bench));
}

static void expect_failed(const struct bench *bench, int step)
{
    CU_ASSERT_TRUE(bench->decided);
    CU_ASSERT_EQUAL(bench->report.result, HLHOST_RESULT_FAILED);
    CU_ASSERT_EQUAL(bench->report.reason, HLHOST_REASON_SCRIPT_STEP);
    CU_ASSERT_EQUAL(bench->report.detail, step);
}

static void steps_are_carried_out_in_order(void)
{
    static const struct hlhost_step script[] = {
        {.send = "AT"},
        {.send = "AT+CMEE=1"},
        {.send = "AT+CGMR", .expect = "hl7800.*"},
        {.send = "AT+WDSR=4", .expect = "+CME ERROR: 3"},
        {.send = "AT+WDSI=4479"},
        {.send = "AT+WDSS=1,1"},
        {.expect = "+WDSI: 4"},
        {.expect = "+WDSI: 6"},
        {.expect = "+WDSI: 23,1"},
        {.expect = "+WDSI: 18,100"},
    };
    struct bench bench;

    start(&bench, script, sizeof script / sizeof *script);
    bench_run(&bench, 3600000, 0);
    CU_ASSERT_TRUE_FATAL(bench.decided);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DONE);
    CU_ASSERT_EQUAL(bench.peer.commands, 6);
    CU_ASSERT_TRUE(bench.power_off_allowed);
}

static void other_final_result_fails_the_step(void)
{
    static const struct hlhost_step refused[] = {{.send = "AT"}, {.send = "AT+WDSR=4"}};
    static const struct hlhost_step accepted[] = {{.send = "AT", .expect = "ERROR"}};
    static const struct hlhost_step no_line[] = {{.send = "AT+WDSR=4", .expect = "+WDSI: 14"}};
    struct bench bench;

    start(&bench, refused, 2);
    bench_run(&bench, 3600000, 0);
    expect_failed(&bench, 2);
    start(&bench, accepted, 1);
    bench_run(&bench, 3600000, 0);
    expect_failed(&bench, 1);
    start(&bench, no_line, 1);
    bench_run(&bench, 3600000, 0);
    expect_failed(&bench, 1);
}

static void step_without_its_line_fails_in_time(void)
{
    static const struct hlhost_step waits[] = {{.expect = "+KSUP: 0"}};
    static const struct hlhost_step line[] = {
        {.send = "AT", .expect = "+KSUP: 0", .timeout_ms = 2500}};
    struct bench bench;

    start(&bench, waits, 1);
    CU_ASSERT_EQUAL(bench.deadline_ms, 60000);
    bench_run(&bench, 3600000, 0);
    expect_failed(&bench, 1);
    CU_ASSERT_EQUAL(bench.now_ms, 60000);
    start(&bench, line, 1);
    bench_run(&bench, 3600000, 0);
    expect_failed(&bench, 1);
    CU_ASSERT_EQUAL(bench.now_ms, 2500);
}

static void unanswered_command_fails_in_time(void)
{
    static const struct hlhost_step script[] = {{.send = "AT"}};
    struct bench bench;

    start(&bench, script, 1);
    bench.peer.out_size = 0; /* the answer is lost */
    bench_run(&bench, 3600000, 0);
    expect_failed(&bench, 1);
    CU_ASSERT_EQUAL(bench.now_ms, 10000);
}

static void line_may_come_after_the_final_result(void)
{
    static const struct hlhost_step script[] = {{.send = "AT+CFUN=1,1", .expect = "+KSUP: *"}};
    struct bench bench;

    start(&bench, script, 1);
    bench_run(&bench, 3600000, 0);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DONE);
    CU_ASSERT_EQUAL(bench.now_ms, 6510); /* the boot's own time */
}

static void data_follows_connect(void)
{
    static const uint8_t data[] = {'h', 'e', 0, 'l', 'o'};
    static const struct hlhost_step script[] = {
        {.send = "AT+KTCPSND=1,5", .expect = "CONNECT"},
        {.data = data, .data_size = sizeof data, .expect = "NO CARRIER"},
    };
    struct bench bench;

    start(&bench, script, 2);
    bench.peer.out_size = 0;
    bench_bytes(&bench, "\r\nCONNECT\r\n", 11);
    CU_ASSERT_EQUAL_FATAL(bench.peer.line_size, sizeof data);
    CU_ASSERT_EQUAL(memcmp(bench.peer.line, data, sizeof data), 0);
    bench_bytes(&bench, "\r\nNO CARRIER\r\n", 14);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DONE);
}

static void unsolicited_line_may_follow_in_the_same_bytes(void)
{
    static const struct hlhost_step script[] = {
        {.send = "AT"}, {.expect = "+KTCP_NOTIF: 1,4"}, {.expect = "NO CARRIER"}};
    static const char bytes[] = "AT\r\r\nOK\r\n\r\n+KTCP_NOTIF: 1,4\r\n\r\nNO CARRIER\r\n";
    struct bench bench;

    start(&bench, script, 3);
    bench.peer.out_size = 0;
    bench_bytes(&bench, bytes, sizeof bytes - 1);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DONE);
}

static void a_timeout_alone_is_a_pause_that_no_line_ends(void)
{
    static const struct hlhost_step script[] = {
        {.send = "AT"}, {.timeout_ms = 180000}, {.send = "AT"}, {.timeout_ms = 1}};
    struct bench bench;
    int64_t begun;

    start(&bench, script, 4);
    bench_run(&bench, 0, 0);
    begun = bench.now_ms;
    bench_bytes(&bench, "\r\n+WDSI: 8\r\n", 12);
    CU_ASSERT_EQUAL(bench.deadline_ms, begun + 180000);
    CU_ASSERT_EQUAL(bench.peer.commands, 1);
    bench_run(&bench, 3600000, 0);
    CU_ASSERT_EQUAL(bench.peer.commands, 2);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_DONE);
    CU_ASSERT_EQUAL(bench.now_ms, begun + 180001);
}

static void unusable_script_is_refused(void)
{
    static const struct hlhost_step nothing[] = {{.timeout_ms = 0}};
    static const struct hlhost_step two_lines[] = {{.send = "AT\rAT"}};
    static const struct hlhost_step both[] = {
        {.send = "AT", .data = (const uint8_t *)"x", .data_size = 1}};
    static const struct hlhost_step negative[] = {{.send = "AT", .timeout_ms = -1}};
    static const struct hlhost_step *const scripts[] = {nothing, two_lines, both, negative};
    char longest[HLHOST_TX_SIZE];
    struct hlhost_step one = {.send = longest};
    struct bench bench;
    size_t i;

    for (i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        bench_init(&bench);
        bench.config.goal = HLHOST_GOAL_SCRIPT;
        bench.config.script = scripts[i];
        bench.config.script_count = 1;
        CU_ASSERT_FALSE(bench_start(&bench));
    }
    bench.config.script_count = 0;
    CU_ASSERT_FALSE(bench_start(&bench));
    memset(longest, 'A', sizeof longest);
    longest[sizeof longest - 1] = '\0';
    bench.config.script = &one;
    bench.config.script_count = 1;
    CU_ASSERT_FALSE(bench_start(&bench));
    longest[sizeof longest - 2] = '\0';
    CU_ASSERT_TRUE(bench_start(&bench));
    CU_ASSERT_EQUAL(bench.peer.commands, 1);
    CU_ASSERT_STRING_EQUAL(bench.peer.last_command, longest);
}

static const struct suite_test tests[] = {
    SUITE_TEST(steps_are_carried_out_in_order),
    SUITE_TEST(other_final_result_fails_the_step),
    SUITE_TEST(step_without_its_line_fails_in_time),
    SUITE_TEST(unanswered_command_fails_in_time),
    SUITE_TEST(line_may_come_after_the_final_result),
    SUITE_TEST(data_follows_connect),
    SUITE_TEST(unsolicited_line_may_follow_in_the_same_bytes),
    SUITE_TEST(a_timeout_alone_is_a_pause_that_no_line_ends),
    SUITE_TEST(unusable_script_is_refused),
};

int main(void)
{
    return suite_run("engine script", tests, sizeof tests / sizeof *tests);
}
