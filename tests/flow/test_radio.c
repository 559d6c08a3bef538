/*
 * What the radio shows of power saving and of the signal, and what its states leave alone.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include "world/inside.h"

static struct hlsim__radio *radio_of(struct modem_bench *bench)
{
    return &bench->flow.world->modems[0].modem.ram.radio;
}

static bool answered(const struct modem_bench *bench, const char *line)
{
    char text[128];

    snprintf(text, sizeof text, "< %s\n", line);
    return strstr(bench->flow.wire, text) != NULL;
}

static void timers_of_psm_are_shown_from_mode_4_on(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    hlsim__radio_grant_psm(radio_of(&bench), "00001111", "01000001");
    modem_bench_type(&bench, "AT+CEREG=3");
    modem_bench_type(&bench, "AT+CEREG?");
    CU_ASSERT(answered(&bench, "+CEREG: 3,1,\"2B66\",\"01A2D101\",7"));
    modem_bench_type(&bench, "AT+CEREG=4");
    modem_bench_type(&bench, "AT+CEREG?");
    CU_ASSERT(answered(&bench, "+CEREG: 4,1,\"2B66\",\"01A2D101\",7,,,\"00001111\",\"01000001\""));
    hlsim__radio_grant_psm(radio_of(&bench), NULL, NULL);
    modem_bench_type(&bench, "AT+CEREG=5");
    modem_bench_type(&bench, "AT+CEREG?");
    CU_ASSERT(answered(&bench, "+CEREG: 5,1,\"2B66\",\"01A2D101\",7"));
    flow_close(&bench.flow);
}

static void asleep_is_status_4_and_the_registration_stays(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+CEREG=1");
    hlsim__radio_sleep(radio_of(&bench), true);
    modem_bench_run(&bench, 1000);
    modem_bench_count(&bench, "+CEREG: 4", 1);
    modem_bench_expect(&bench, "modem.registered", "true");
    hlsim__radio_sleep(radio_of(&bench), false);
    modem_bench_run(&bench, 1000);
    modem_bench_count(&bench, "+CEREG: 1", 1);
    modem_bench_type(&bench, "AT+CGPADDR=1");
    CU_ASSERT(answered(&bench, "+CGPADDR: 1,\"10.0.0.2\""));
    flow_close(&bench.flow);
}

/* A refusal that comes while there is neither coverage nor power waits for the next attempt. */
static void a_refusal_out_of_coverage_strikes_when_the_cell_is_heard_again(void)
{
    struct hlsim_action reject = {.name = "registration_reject"};
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+CREG=1");
    modem_bench_act_by_name(&bench, "network_lost");
    modem_bench_put_number(&reject, "cause", 7);
    modem_bench_act(&bench, &reject);
    modem_bench_run(&bench, 10000);
    modem_bench_count(&bench, "+CREG: 3", 0);
    modem_bench_act_by_name(&bench, "network_back");
    modem_bench_run(&bench, 10000);
    modem_bench_count(&bench, "+CREG: 3", 1);
    modem_bench_count(&bench, "+CREG: 1", 0);
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(timers_of_psm_are_shown_from_mode_4_on),
    SUITE_TEST(asleep_is_status_4_and_the_registration_stays),
    SUITE_TEST(a_refusal_out_of_coverage_strikes_when_the_cell_is_heard_again),
};

int main(void)
{
    return suite_run("radio", tests, sizeof tests / sizeof *tests);
}
