/*
 * Pauses of AT+WDSC line 4 before another attempt at a session, across resets.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

/* A module that AirVantage refused, in words and at once, and that waits for 20 minutes. */
static void open_pausing(struct modem_bench *bench)
{
    static const char *const answered[] = {"airvantage.security=none", NULL};

    modem_bench_open_with(bench, answered);
    modem_bench_type(bench, "AT+WDSC=4,20,60");
    modem_bench_act_by_name(bench, "system_delete");
    modem_bench_type(bench, "AT+WDSS=1,1");
    modem_bench_run(bench, 5 * 60000 - 100);
    modem_bench_count(bench, "+WDSI: 7", 1);
}

static void reset_for_a_minute(struct modem_bench *bench)
{
    modem_bench_act_by_name(bench, "reset");
    modem_bench_run(bench, 60000);
}

static void goes_on_after_each_of_many_resets(void)
{
    struct modem_bench bench;

    open_pausing(&bench);
    for (int i = 0; i < 5; i++) {
        reset_for_a_minute(&bench);
    }
    modem_bench_count(&bench, "+WDSI: 7", 1);
    modem_bench_run(&bench, 11 * 60000);
    modem_bench_count(&bench, "+WDSI: 7", 2);
    flow_close(&bench.flow);
}

static void is_shown_as_open_and_stopped_by_the_host(void)
{
    struct modem_bench bench;

    open_pausing(&bench);
    reset_for_a_minute(&bench);
    modem_bench_type(&bench, "AT+WDSS?");
    modem_bench_count(&bench, "+WDSI: 7", 1);
    modem_bench_type(&bench, "AT+WDSS=1,0");
    modem_bench_run(&bench, 60 * 60000);
    modem_bench_count(&bench, "+WDSI: 7", 1);
    /* Nor does it come back behind another start. */
    reset_for_a_minute(&bench);
    modem_bench_run(&bench, 60 * 60000);
    modem_bench_count(&bench, "+WDSI: 7", 1);
    flow_close(&bench.flow);
}

static void is_cut_short_by_the_host_and_begins_the_list_anew(void)
{
    struct modem_bench bench;

    open_pausing(&bench);
    reset_for_a_minute(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 60000);
    modem_bench_count(&bench, "+WDSI: 7", 2);
    modem_bench_run(&bench, 20 * 60000);
    modem_bench_count(&bench, "+WDSI: 7", 3);
    flow_close(&bench.flow);
}

static void is_cut_short_by_a_network_that_comes_back(void)
{
    struct modem_bench bench;

    open_pausing(&bench);
    reset_for_a_minute(&bench);
    modem_bench_act_by_name(&bench, "network_lost");
    modem_bench_run(&bench, 60000);
    modem_bench_act_by_name(&bench, "network_back");
    modem_bench_run(&bench, 2 * 60000);
    modem_bench_count(&bench, "+WDSI: 7", 2);
    flow_close(&bench.flow);
}

static void comes_due_while_the_module_is_off(void)
{
    struct modem_bench bench;

    open_pausing(&bench);
    modem_bench_act_by_name(&bench, "power_cut");
    modem_bench_run(&bench, 30 * 60000);
    hlsim_world_power_on(bench.flow.world);
    modem_bench_run(&bench, 60000);
    modem_bench_count(&bench, "+WDSI: 7", 2);
    flow_close(&bench.flow);
}

static void asks_where_the_host_wants_to_be_asked(void)
{
    struct modem_bench bench;

    open_pausing(&bench);
    modem_bench_type(&bench, "AT+WDSC=0,1");
    reset_for_a_minute(&bench);
    modem_bench_count(&bench, "+WDSI: 1", 0);
    modem_bench_run(&bench, 15 * 60000);
    modem_bench_count(&bench, "+WDSI: 1", 1);
    /* Now the question is what is pending, and it is asked once after a start. */
    reset_for_a_minute(&bench);
    modem_bench_count(&bench, "+WDSI: 1", 2);
    flow_close(&bench.flow);
}

static void is_over_for_good_once_a_session_is_open(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSC=4,20,60");
    modem_bench_set_loss(&bench, 1000000);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 10 * 60000);
    modem_bench_set_loss(&bench, 0);
    modem_bench_expect(&bench, "modem.session", "closed");
    modem_bench_run(&bench, 20 * 60000);
    /* The update that waited, and its report. */
    modem_bench_count(&bench, "+WDSI: 23,1", 2);
    reset_for_a_minute(&bench);
    modem_bench_run(&bench, 60 * 60000);
    modem_bench_count(&bench, "+WDSI: 23,1", 2);
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(goes_on_after_each_of_many_resets),
    SUITE_TEST(is_shown_as_open_and_stopped_by_the_host),
    SUITE_TEST(is_cut_short_by_the_host_and_begins_the_list_anew),
    SUITE_TEST(is_cut_short_by_a_network_that_comes_back),
    SUITE_TEST(comes_due_while_the_module_is_off),
    SUITE_TEST(asks_where_the_host_wants_to_be_asked),
    SUITE_TEST(is_over_for_good_once_a_session_is_open),
};

int main(void)
{
    return suite_run("pauses", tests, sizeof tests / sizeof *tests);
}
