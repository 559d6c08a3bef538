/*
 * Whose move it is, through the life of a module.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <string.h>

static enum hlsim_due due(const struct modem_bench *bench)
{
    return hlsim_world_due(bench->flow.world);
}

static void open_asking(struct modem_bench *bench)
{
    modem_bench_open(bench);
    modem_bench_type(bench, "AT+WDSC=1,1");
    modem_bench_type(bench, "AT+WDSC=2,1");
    modem_bench_type(bench, "AT+WDSS=1,1");
    modem_bench_run(bench, 3000);
    modem_bench_expect(bench, "modem.agreement", "download");
}

static void a_start_is_owed_until_the_module_is_registered(void)
{
    struct hlsim_action cut = {.name = "power_cut"};
    struct modem_bench bench;

    modem_bench_open(&bench);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    modem_bench_act(&bench, &cut);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    CU_ASSERT_EQUAL(bench.actor.undo(bench.actor.user, &cut), HLSIM_ACTED);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_MODEM);
    modem_bench_run(&bench, 6000);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_MODEM);
    modem_bench_run(&bench, 30000);
    modem_bench_expect(&bench, "modem.registered", "true");
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    flow_close(&bench.flow);
}

static void a_command_is_owed_its_answer(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    hlsim_link_write(bench.link, HLSIM_HOST, (const uint8_t *)"AT+CGSN", 7);
    modem_bench_run(&bench, 1);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    hlsim_link_write(bench.link, HLSIM_HOST, (const uint8_t *)"\r", 1);
    modem_bench_run(&bench, 1);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_MODEM);
    modem_bench_run(&bench, 100);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    flow_close(&bench.flow);
}

static void a_module_without_coverage_owes_nothing(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_act_by_name(&bench, "network_lost");
    modem_bench_act_by_name(&bench, "reset");
    modem_bench_run(&bench, 60000);
    modem_bench_expect(&bench, "modem.registered", "false");
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    flow_close(&bench.flow);
}

static void an_agreement_is_the_hosts_move(void)
{
    struct modem_bench bench;

    open_asking(&bench);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    modem_bench_run(&bench, 10 * 60000);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    flow_close(&bench.flow);
}

static void a_session_that_opens_and_a_download_are_owed(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSC=2,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_MODEM);
    modem_bench_run(&bench, 3000);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    modem_bench_type(&bench, "AT+WDSR=3");
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_MODEM);
    modem_bench_run(&bench, 60000);
    modem_bench_expect(&bench, "modem.agreement", "install");
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    flow_close(&bench.flow);
}

static void an_install_is_owed_to_its_end(void)
{
    struct modem_bench bench;
    unsigned owed = 0;

    open_asking(&bench);
    modem_bench_type(&bench, "AT+WDSR=3");
    modem_bench_run(&bench, 60000);
    modem_bench_type(&bench, "AT+WDSR=4");
    while (owed < 1000 && strcmp(flow_read(&bench.flow, "airvantage.operation"), "success") != 0) {
        owed += due(&bench) == HLSIM_DUE_MODEM;
        modem_bench_run(&bench, 1000);
    }
    modem_bench_expect(&bench, "airvantage.operation", "success");
    /* The module is busy for minutes, and hardly ever is it otherwise meanwhile. */
    CU_ASSERT_TRUE(owed > 30);
    flow_close(&bench.flow);
}

static void a_send_is_the_hosts_move_until_its_pattern_and_then_the_modules(void)
{
    static const char data[] = "abcd--EOF--Pattern--";
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    modem_bench_type(&bench, "AT+KTCPCFG=1,0,\"echo.example\",9");
    modem_bench_type(&bench, "AT+KTCPCNX=1");
    modem_bench_run(&bench, 10000);
    modem_bench_type(&bench, "AT+KTCPSND=1,4");
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_HOST);
    hlsim_link_write(bench.link, HLSIM_HOST, (const uint8_t *)data, sizeof data - 1);
    modem_bench_run(&bench, 1);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_MODEM);
    modem_bench_run(&bench, 2000);
    CU_ASSERT_EQUAL(due(&bench), HLSIM_DUE_NOBODY);
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_start_is_owed_until_the_module_is_registered),
    SUITE_TEST(a_command_is_owed_its_answer),
    SUITE_TEST(a_module_without_coverage_owes_nothing),
    SUITE_TEST(an_agreement_is_the_hosts_move),
    SUITE_TEST(a_session_that_opens_and_a_download_are_owed),
    SUITE_TEST(an_install_is_owed_to_its_end),
    SUITE_TEST(a_send_is_the_hosts_move_until_its_pattern_and_then_the_modules),
};

int main(void)
{
    return suite_run("due", tests, sizeof tests / sizeof *tests);
}
