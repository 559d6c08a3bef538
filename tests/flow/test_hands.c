/*
 * What hands do to a module: its keys and pins, its SIM card. An action strikes when it changes
 * something, and only then.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <string.h>

static enum hlsim_acted try_action(struct modem_bench *bench, const char *name)
{
    struct hlsim_action action = {.param_count = 0};

    strcpy(action.name, name);
    return bench->actor.act(bench->actor.user, &action);
}

static void the_power_key_starts_a_module_that_sleeps_and_no_other(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    CU_ASSERT_EQUAL(try_action(&bench, "power_key"), HLSIM_ACT_NOTHING);
    CU_ASSERT_EQUAL(try_action(&bench, "wake"), HLSIM_ACT_NOTHING);
    modem_bench_type(&bench, "AT+CPOF");
    /* Not asleep yet: it takes leave of the network. */
    CU_ASSERT_EQUAL(try_action(&bench, "power_key"), HLSIM_ACT_NOTHING);
    modem_bench_run(&bench, 5000);
    modem_bench_expect(&bench, "modem.powered", "true");
    modem_bench_expect(&bench, "modem.registered", "null");
    CU_ASSERT_EQUAL(try_action(&bench, "power_key"), HLSIM_ACTED);
    CU_ASSERT_EQUAL(try_action(&bench, "power_key"), HLSIM_ACT_NOTHING);
    modem_bench_run(&bench, 20000);
    modem_bench_expect(&bench, "modem.registered", "true");
    modem_bench_expect(&bench, "modem.boots", "2");
    flow_close(&bench.flow);
}

static void a_module_that_sleeps_hears_nothing_and_starts_with_what_it_finds(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+CPWROFF=1");
    modem_bench_run(&bench, 5000);
    modem_bench_act_by_name(&bench, "network_lost");
    modem_bench_act_by_name(&bench, "sim_remove");
    modem_bench_type(&bench, "AT");
    modem_bench_act_by_name(&bench, "wake");
    modem_bench_run(&bench, 20000);
    modem_bench_count(&bench, "+KSUP: 2", 1);
    modem_bench_act_by_name(&bench, "sim_insert");
    modem_bench_run(&bench, 20000);
    modem_bench_expect(&bench, "modem.registered", "false");
    modem_bench_act_by_name(&bench, "network_back");
    modem_bench_run(&bench, 20000);
    modem_bench_expect(&bench, "modem.registered", "true");
    flow_close(&bench.flow);
}

static void a_cut_while_the_key_is_pressed_starts_by_the_supply_alone(void)
{
    struct modem_bench bench;
    struct hlsim_action cut = {.name = "power_cut"};

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+CPOF");
    modem_bench_run(&bench, 5000);
    modem_bench_act_by_name(&bench, "power_key");
    modem_bench_act(&bench, &cut);
    modem_bench_run(&bench, 5000);
    modem_bench_expect(&bench, "modem.powered", "false");
    CU_ASSERT_EQUAL(bench.actor.undo(bench.actor.user, &cut), HLSIM_ACTED);
    modem_bench_run(&bench, 20000);
    modem_bench_expect(&bench, "modem.boots", "2");
    flow_close(&bench.flow);
}

static void a_card_is_taken_once_and_put_in_once(void)
{
    struct modem_bench bench;
    struct hlsim_action other = {.name = "sim_insert"};

    modem_bench_open(&bench);
    CU_ASSERT_EQUAL(try_action(&bench, "sim_insert"), HLSIM_ACT_NOTHING);
    modem_bench_act_by_name(&bench, "sim_remove");
    CU_ASSERT_EQUAL(try_action(&bench, "sim_remove"), HLSIM_ACT_NOTHING);
    modem_bench_expect(&bench, "modem.sim", "absent");
    modem_bench_expect(&bench, "modem.registered", "false");
    modem_bench_put_text(&other, "iccid", "8988211000000000029");
    modem_bench_act(&bench, &other);
    modem_bench_run(&bench, 10000);
    modem_bench_expect(&bench, "modem.sim", "ready");
    modem_bench_expect(&bench, "modem.registered", "true");
    CU_ASSERT_EQUAL(bench.actor.undo(bench.actor.user, &other), HLSIM_ACTED);
    modem_bench_expect(&bench, "modem.registered", "false");
    flow_close(&bench.flow);
}

/* A number that no card has is not taken for one. */
static void a_card_with_a_number_too_long_is_refused(void)
{
    struct modem_bench bench;
    struct hlsim_action other = {.name = "sim_insert"};

    modem_bench_open(&bench);
    modem_bench_act_by_name(&bench, "sim_remove");
    modem_bench_put_text(&other, "iccid", "898821100000000002989882110000000000298988211");
    CU_ASSERT_EQUAL(bench.actor.act(bench.actor.user, &other), HLSIM_ACT_NOTHING);
    modem_bench_expect(&bench, "modem.sim", "absent");
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_power_key_starts_a_module_that_sleeps_and_no_other),
    SUITE_TEST(a_module_that_sleeps_hears_nothing_and_starts_with_what_it_finds),
    SUITE_TEST(a_cut_while_the_key_is_pressed_starts_by_the_supply_alone),
    SUITE_TEST(a_card_is_taken_once_and_put_in_once),
    SUITE_TEST(a_card_with_a_number_too_long_is_refused),
};

int main(void)
{
    return suite_run("hands", tests, sizeof tests / sizeof *tests);
}
