/*
 * Every bug of the emulated module that was ever found: each test failed before its mend.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

/* The same package comes with other bytes after a cut: the download begins again and goes on. */
static void a_download_that_starts_over_goes_on(void)
{
    struct hlsim_action corrupt = {.name = "package_corrupt"};
    struct modem_bench bench;

    modem_bench_open(&bench);
    bench.cut_kind = HLSIM_CUT_PROGRAM;
    bench.torn = HLSIM_TORN_COMPLETE;
    bench.cut_at = 20;
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_put_text(&corrupt, "id", "a");
    modem_bench_put_text(&corrupt, "kind", "bit_flip");
    modem_bench_put_number(&corrupt, "offset", 2100);
    modem_bench_act(&bench, &corrupt);
    modem_bench_run(&bench, 7200000);
    modem_bench_expect(&bench, "modem.boots", "2");
    modem_bench_expect(&bench, "modem.update", "idle");
    modem_bench_expect(&bench, "airvantage.operation", "failure");
    flow_close(&bench.flow);
}

static void what_is_switched_off_without_coverage_stays_off(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 2500);
    modem_bench_act_by_name(&bench, "network_lost");
    modem_bench_run(&bench, 5000);
    modem_bench_type(&bench, "AT+CFUN=0");
    modem_bench_run(&bench, 1000);
    modem_bench_expect(&bench, "modem.session", "closed");
    modem_bench_count(&bench, "+WDSI: 8", 1);
    modem_bench_act_by_name(&bench, "network_back");
    modem_bench_run(&bench, 60000);
    modem_bench_expect(&bench, "modem.registered", "false");
    modem_bench_expect(&bench, "modem.update", "downloading");
    flow_close(&bench.flow);
}

static void a_long_loss_of_the_network_does_not_end_the_update(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 2500);
    modem_bench_act_by_name(&bench, "network_lost");
    modem_bench_run(&bench, 3600000);
    modem_bench_expect(&bench, "modem.update", "downloading");
    modem_bench_act_by_name(&bench, "network_back");
    modem_bench_run(&bench, 3600000);
    modem_bench_count(&bench, "+WDSI: 11,1", 0);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    modem_bench_expect(&bench, "airvantage.operation", "success");
    flow_close(&bench.flow);
}

/* The answer to the server's question how it went is lost, and the goodbye too. */
static void an_outcome_that_may_not_have_arrived_is_reported_again(void)
{
    struct modem_bench bench;
    int64_t limit;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    limit = hlsim_world_now(bench.flow.world) + 10 * HLSIM_MINUTE;
    while (strstr(bench.flow.wire, "+WDSI: 16") == NULL &&
           hlsim_world_now(bench.flow.world) < limit) {
        modem_bench_run(&bench, 100);
    }
    while (strstr(strstr(bench.flow.wire, "+WDSI: 16"), "+WDSI: 23,1") == NULL &&
           hlsim_world_now(bench.flow.world) < limit) {
        modem_bench_run(&bench, 10);
    }
    modem_bench_run(&bench, 700); /* amid the server's questions */
    modem_bench_set_loss(&bench, 1000000);
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.session", "closed");
    modem_bench_set_loss(&bench, 0);
    modem_bench_run(&bench, 7200000);
    modem_bench_expect(&bench, "airvantage.operation", "success");
    modem_bench_expect(&bench, "modem.session", "closed");
    flow_close(&bench.flow);
}

static void an_installer_that_was_ended_breaks_no_promise(void)
{
    struct hlsim_action flash = {.name = "firmware_set"};
    struct hlsim_action create = {.name = "operation_create"};
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 20000);
    modem_bench_expect(&bench, "modem.registered", "null"); /* it installs */
    modem_bench_put_text(&flash, "to", "4.4.14.0");
    modem_bench_put_number(&flash, "keep_nvm", 0);
    modem_bench_act(&bench, &flash);
    modem_bench_run(&bench, 20000);
    modem_bench_put_text(&create, "upgrade", "a");
    modem_bench_act(&bench, &create);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3600000);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

static void an_agreement_counts_for_the_session_that_it_opened(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+WDSS=1,0");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+WDSR=3");
    modem_bench_type(&bench, "AT+WDSS=1,0");
    modem_bench_run(&bench, 10000);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 4000);
    modem_bench_expect(&bench, "modem.agreement", "download");
    modem_bench_count(&bench, "+WDSI: 2", 2);
    flow_close(&bench.flow);
}

static void a_host_without_power_gets_it_back_whatever_cuts_it_once_more(void)
{
    static const char *const names[] = {"host_power_cut", "product_power_cut"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct hlsim_action cut = {.modem = 0};
        struct flow flow;

        snprintf(cut.name, sizeof cut.name, "%s", names[i]);
        CU_ASSERT_TRUE_FATAL(flow_open(&flow, "fota/update-small-package.json", NULL));
        flow_start(&flow);
        flow_run(&flow, 5 * HLSIM_SECOND);
        hlpair_power_cut(flow.pair, 10 * HLSIM_SECOND);
        if (i > 0) {
            /* Nothing has power that could be taken. */
            CU_ASSERT_EQUAL(flow.actors[1].act(flow.actors[1].user, &cut), HLSIM_ACTED);
        }
        CU_ASSERT_EQUAL(flow.actors[0].act(flow.actors[0].user, &cut), HLSIM_ACT_NOTHING);
        if (i > 0) {
            CU_ASSERT_EQUAL(flow.actors[1].undo(flow.actors[1].user, &cut), HLSIM_ACTED);
        }
        flow_run(&flow, HLSIM_MINUTE * 30);
        CU_ASSERT_STRING_EQUAL(flow_read(&flow, "host.result"), "updated");
        flow_close(&flow);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_download_that_starts_over_goes_on),
    SUITE_TEST(what_is_switched_off_without_coverage_stays_off),
    SUITE_TEST(a_long_loss_of_the_network_does_not_end_the_update),
    SUITE_TEST(an_outcome_that_may_not_have_arrived_is_reported_again),
    SUITE_TEST(an_installer_that_was_ended_breaks_no_promise),
    SUITE_TEST(an_agreement_counts_for_the_session_that_it_opened),
    SUITE_TEST(a_host_without_power_gets_it_back_whatever_cuts_it_once_more),
};

int main(void)
{
    return suite_run("regress", tests, sizeof tests / sizeof *tests);
}
