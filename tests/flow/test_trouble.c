/*
 * Hardware that fails and quirks that are switched, by hand: what strikes, what is undone, what
 * stays over a loss of power.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

static enum hlsim_acted act(struct modem_bench *bench, const char *name)
{
    struct hlsim_action action = {.param_count = 0};

    snprintf(action.name, sizeof action.name, "%s", name);
    return bench->actor.act(bench->actor.user, &action);
}

static enum hlsim_acted undo(struct modem_bench *bench, const char *name)
{
    struct hlsim_action action = {.param_count = 0};

    snprintf(action.name, sizeof action.name, "%s", name);
    return bench->actor.undo(bench->actor.user, &action);
}

static enum hlsim_acted switch_quirk(struct modem_bench *bench, const char *how, const char *name)
{
    struct hlsim_action action = {.param_count = 0};

    snprintf(action.name, sizeof action.name, "%s", how);
    modem_bench_put_text(&action, "name", name);
    return bench->actor.act(bench->actor.user, &action);
}

static void trouble_strikes_once_and_is_undone_once(void)
{
    static const char *const names[] = {"flash_full", "ram_fault", "flash_fault", "install_hang"};
    struct modem_bench bench;

    modem_bench_open(&bench);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CU_ASSERT_EQUAL(act(&bench, names[i]), HLSIM_ACTED);
        CU_ASSERT_EQUAL(act(&bench, names[i]), HLSIM_ACT_NOTHING);
        CU_ASSERT_EQUAL(undo(&bench, names[i]), HLSIM_ACTED);
        CU_ASSERT_EQUAL(undo(&bench, names[i]), HLSIM_ACT_NOTHING);
    }
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

/* The agreement was given for every byte that is stored: it is not asked for again. */
static void a_restart_that_only_verifies_asks_nobody(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_act_by_name(&bench, "ram_fault");
    modem_bench_type(&bench, "AT+WDSR=3");
    modem_bench_run(&bench, 10000);
    modem_bench_count(&bench, "+WDSI: 11,3", 1);
    modem_bench_expect(&bench, "modem.update", "downloading");
    modem_bench_expect(&bench, "modem.stored", "124648");
    modem_bench_expect(&bench, "airvantage.operation", "in_progress");
    CU_ASSERT_EQUAL(undo(&bench, "ram_fault"), HLSIM_ACTED);
    /* Without a restart nothing helps, not even another session. */
    modem_bench_type(&bench, "AT+WDSS=1,0");
    modem_bench_run(&bench, 3000);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3600000);
    modem_bench_count(&bench, "+WDSI: 12", 0);
    modem_bench_count(&bench, "+WDSI: 11,3", 1);
    modem_bench_type(&bench, "AT+CFUN=1,1");
    modem_bench_run(&bench, 600000);
    modem_bench_count(&bench, "+WDSI: 2", 1);
    modem_bench_count(&bench, "+WDSI: 12", 1);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    modem_bench_expect(&bench, "airvantage.operation", "success");
    flow_close(&bench.flow);
}

/* A hang is the hardware's: it lasts over a loss of power and ends where the installer stands. */
static void a_hang_outlives_the_power(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_act_by_name(&bench, "install_hang");
    modem_bench_run(&bench, 600000);
    modem_bench_count(&bench, "+WDSI: 14", 1);
    modem_bench_act_by_name(&bench, "power_cut");
    modem_bench_run(&bench, 1000);
    CU_ASSERT_EQUAL(undo(&bench, "power_cut"), HLSIM_ACTED);
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.boots", "1");
    CU_ASSERT_EQUAL(undo(&bench, "install_hang"), HLSIM_ACTED);
    modem_bench_run(&bench, 600000);
    modem_bench_count(&bench, "+WDSI: 16", 1);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

static void a_mended_flash_takes_the_next_job(void)
{
    struct hlsim_action create = {.name = "operation_create"};
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_act_by_name(&bench, "flash_fault");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 60000);
    modem_bench_count(&bench, "+WDSI: 11,5", 1);
    modem_bench_expect(&bench, "airvantage.operation", "failure");
    CU_ASSERT_EQUAL(undo(&bench, "flash_fault"), HLSIM_ACTED);
    modem_bench_act(&bench, &create);
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

static void an_operation_that_fits_nothing_does_not_strike(void)
{
    struct hlsim_action create = {.name = "operation_create"};
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    /* "a" is a delta from 4.4.14.0. */
    CU_ASSERT_EQUAL(act(&bench, "operation_create"), HLSIM_ACT_NOTHING);
    modem_bench_put_text(&create, "upgrade", "a");
    CU_ASSERT_EQUAL(bench.actor.act(bench.actor.user, &create), HLSIM_ACT_NOTHING);
    modem_bench_put_number(&create, "force", 1);
    modem_bench_act(&bench, &create);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 600000);
    modem_bench_count(&bench, "+WDSI: 15", 1);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    modem_bench_expect(&bench, "airvantage.operation", "failure");
    flow_close(&bench.flow);
}

/* How often AT+WDSC? has shown its unused slots. */
static size_t slots_shown(const struct modem_bench *bench)
{
    size_t count = 0;

    for (const char *at = bench->flow.wire; (at = strstr(at, "2880,0,0")) != NULL; at++) {
        count++;
    }
    return count;
}

static void a_switched_quirk_lies_over_every_firmware(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    CU_ASSERT_EQUAL(switch_quirk(&bench, "quirk_off", "retry_slots_unused_shown"),
                    HLSIM_ACT_NOTHING);
    CU_ASSERT_EQUAL(switch_quirk(&bench, "quirk_on", "retry_slots_unused_shown"), HLSIM_ACTED);
    CU_ASSERT_EQUAL(switch_quirk(&bench, "quirk_on", "retry_slots_unused_shown"),
                    HLSIM_ACT_NOTHING);
    modem_bench_type(&bench, "AT+WDSC?");
    CU_ASSERT_EQUAL(slots_shown(&bench), 1);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 600000);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    modem_bench_type(&bench, "AT+WDSC?");
    CU_ASSERT_EQUAL(slots_shown(&bench), 2);
    CU_ASSERT_EQUAL(switch_quirk(&bench, "quirk_off", "retry_slots_unused_shown"), HLSIM_ACTED);
    modem_bench_type(&bench, "AT+WDSC?");
    CU_ASSERT_EQUAL(slots_shown(&bench), 2);
    flow_close(&bench.flow);
}

/* Restores the defaults of a module whose quirk is set so, and tells its credentials afterwards. */
static void check_credentials_after_restore(const char *quirk, const char *credentials)
{
    const char *const overrides[] = {quirk, NULL};
    struct modem_bench bench;

    modem_bench_open_with(&bench, overrides);
    modem_bench_type(&bench, "AT+RESTOREDEFAULTS=0");
    modem_bench_run(&bench, 30000);
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.flow.wire, "> AT+RESTOREDEFAULTS=0\n< OK"));
    modem_bench_expect(&bench, "modem.credentials", credentials);
    flow_close(&bench.flow);
}

static void restored_defaults_forget_credentials_where_the_quirk_says_so(void)
{
    check_credentials_after_restore("modem.set.restore_forgets_credentials=false", "dm");
    check_credentials_after_restore("modem.set.restore_forgets_credentials=true", "none");
}

static const struct suite_test tests[] = {
    SUITE_TEST(trouble_strikes_once_and_is_undone_once),
    SUITE_TEST(a_restart_that_only_verifies_asks_nobody),
    SUITE_TEST(a_hang_outlives_the_power),
    SUITE_TEST(a_mended_flash_takes_the_next_job),
    SUITE_TEST(an_operation_that_fits_nothing_does_not_strike),
    SUITE_TEST(a_switched_quirk_lies_over_every_firmware),
    SUITE_TEST(restored_defaults_forget_credentials_where_the_quirk_says_so),
};

int main(void)
{
    return suite_run("trouble", tests, sizeof tests / sizeof *tests);
}
