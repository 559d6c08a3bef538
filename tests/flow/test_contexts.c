/*
 * Packet data contexts under the device services: what happens to sessions and downloads when one
 * is let go of or refused.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <string.h>

static void refuse(struct modem_bench *bench, int64_t cid, int64_t cause)
{
    struct hlsim_action reject = {.name = "pdp_reject"};

    modem_bench_put_number(&reject, "cid", cid);
    modem_bench_put_number(&reject, "cause", cause);
    modem_bench_act(bench, &reject);
}

static void the_end_of_its_context_is_the_end_of_a_session(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+CGACT=0,1");
    modem_bench_run(&bench, 2000);
    modem_bench_count(&bench, "+WDSI: 8", 1);
    modem_bench_expect(&bench, "modem.session", "closed");
    modem_bench_expect(&bench, "modem.update", "downloading");
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.session", "closed");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

/* The download's context is asked for again by the download itself. */
static void another_context_does_not_touch_the_session(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+CGDCONT=2,\"IP\",\"iot\"");
    modem_bench_type(&bench, "AT+WDSS=2,2");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+CGACT=0,1");
    modem_bench_run(&bench, 90000);
    modem_bench_count(&bench, "+WDSI: 8", 0);
    modem_bench_count(&bench, "+WDSI: 18,100", 1);
    modem_bench_count(&bench, "+WDSI: 11,1", 0);
    flow_close(&bench.flow);
}

static void a_refusal_in_the_middle_of_a_download_fails_its_next_attempt(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+CGDCONT=2,\"IP\",\"iot\"");
    modem_bench_type(&bench, "AT+WDSS=2,2");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    refuse(&bench, 1, 33);
    modem_bench_type(&bench, "AT+CGACT=0,1");
    modem_bench_run(&bench, 600000);
    modem_bench_count(&bench, "+WDSI: 11,1", 1);
    modem_bench_expect(&bench, "airvantage.operation", "failure");
    flow_close(&bench.flow);
}

static void every_cause_has_its_code(void)
{
    static const struct {
        int64_t cause;
        const char *answer;
    } cases[] = {
        {27, "+CME ERROR: 133"}, {33, "+CME ERROR: 133"}, {26, "+CME ERROR: 148"},
        {8, "+CME ERROR: 148"},  {38, "+CME ERROR: 148"}, {1, "+CME ERROR: 148"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct modem_bench bench;
        const char *last;

        modem_bench_open(&bench);
        modem_bench_type(&bench, "AT+CMEE=1");
        refuse(&bench, 1, cases[i].cause);
        modem_bench_type(&bench, "AT+WDSS=1,1");
        last = strstr(bench.flow.wire, "> AT+WDSS=1,1\n< ");
        CU_ASSERT_PTR_NOT_NULL_FATAL(last);
        CU_ASSERT_EQUAL(strncmp(last + 16, cases[i].answer, strlen(cases[i].answer)), 0);
        modem_bench_run(&bench, 60000);
        modem_bench_count(&bench, "+WDSI: 4", 0);
        flow_close(&bench.flow);
    }
}

static void a_refused_context_does_not_disturb_an_open_session(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    refuse(&bench, 1, 33);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 600000);
    modem_bench_count(&bench, "+WDSI: 18,100", 1);
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_end_of_its_context_is_the_end_of_a_session),
    SUITE_TEST(another_context_does_not_touch_the_session),
    SUITE_TEST(a_refusal_in_the_middle_of_a_download_fails_its_next_attempt),
    SUITE_TEST(every_cause_has_its_code),
    SUITE_TEST(a_refused_context_does_not_disturb_an_open_session),
};

int main(void)
{
    return suite_run("contexts", tests, sizeof tests / sizeof *tests);
}
