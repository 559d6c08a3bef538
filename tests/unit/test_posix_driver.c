/*
 * The driver loop: what is durable when, what is told to whom, a line that ends.
 */
#include "posix_bench.h"

#include "lib/suite.h"

#include <string.h>
#include <unistd.h>

static const struct posix_exchange go[] = {
    {"AT+GO", "AT+GO\r\r\n+KSUP: 0\r\n\r\n+GO: 7\r\n\r\nOK\r\n"},
    {NULL, NULL},
};

static void the_record_is_durable_before_the_bytes_leave(void)
{
    struct posix_bench f;

    posix_bench_setup(&f);
    f.exchanges = go;
    posix_bench_start(&f);
    CU_ASSERT_TRUE(posix_bench_run_until(&f, posix_bench_has_reported));
    CU_ASSERT_STRING_EQUAL(f.record_at_command, "sent");
    CU_ASSERT_FALSE(posix_bench_living->went_back);
    CU_ASSERT_STRING_EQUAL(hlposix_driver_report(&f.driver)->result, "done");
    CU_ASSERT_STRING_EQUAL(hlposix_driver_report(&f.driver)->after, "b");
    posix_bench_teardown(&f);
}

static void the_tap_tells_what_passed_as_it_does_in_memory(void)
{
    struct posix_bench f;

    posix_bench_setup(&f);
    f.exchanges = go;
    posix_bench_start(&f);
    CU_ASSERT_TRUE(posix_bench_run_until(&f, posix_bench_has_reported));
    CU_ASSERT_STRING_EQUAL(f.log, "host AT+GO|urc +KSUP: 0|response +GO: 7|result OK|");
    posix_bench_teardown(&f);
}

static bool host_timed_out(struct posix_bench *f)
{
    (void)f;
    return posix_bench_living != NULL && posix_bench_living->timed_out;
}

static void a_cut_host_starts_again_from_its_record(void)
{
    struct posix_bench f;
    struct hlsim_actor actor;
    struct hlsim_action cut = {.name = "host_power_cut"};

    posix_bench_setup(&f);
    f.exchanges = go;
    posix_bench_start(&f);
    CU_ASSERT_TRUE(posix_bench_run_until(&f, posix_bench_has_reported));
    actor = hlposix_modem_actor(&f.actor);
    CU_ASSERT_EQUAL(posix_bench_living->start_clock, 0);
    CU_ASSERT_EQUAL(posix_bench_living->start_off, HLSIM_NEVER); /* nobody knows */
    f.calendar = 3 * HLSIM_DAY + 5 * HLSIM_HOUR;
    CU_ASSERT_EQUAL(actor.act(actor.user, &cut), HLSIM_ACTED);
    CU_ASSERT_PTR_NULL(posix_bench_living);
    CU_ASSERT_EQUAL(actor.act(actor.user, &cut), HLSIM_ACT_NOTHING);
    f.calendar += 11 * HLSIM_MINUTE;
    CU_ASSERT_EQUAL(actor.undo(actor.user, &cut), HLSIM_ACTED);
    CU_ASSERT_EQUAL(posix_bench_lives, 2);
    CU_ASSERT_EQUAL(posix_bench_living->start_clock, 5 * HLSIM_HOUR + 11 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(posix_bench_living->start_off, 11 * HLSIM_MINUTE);
    posix_bench_living->wanted = 2;
    CU_ASSERT_STRING_EQUAL(posix_bench_living->start_record, "sent");
    /* Its deadline of 30 ms comes, not early, and on the same time line as before. */
    CU_ASSERT_TRUE(posix_bench_run_until(&f, host_timed_out));
    CU_ASSERT_TRUE(posix_bench_living->last_now >= 30 * HLSIM_MS);
    CU_ASSERT_FALSE(posix_bench_living->went_back);
    CU_ASSERT_STRING_EQUAL(posix_bench_living->data, "234");
    CU_ASSERT_EQUAL(actor.undo(actor.user, &cut), HLSIM_ACT_NOTHING);
    posix_bench_teardown(&f);
}

static void a_host_without_a_calendar_is_told_no_time_and_no_data_beyond_its_package(void)
{
    struct posix_bench f;
    struct hlsim_actor actor;
    struct hlsim_action cut = {.name = "host_power_cut"};

    posix_bench_setup(&f);
    f.calendar = -1;
    f.exchanges = go;
    posix_bench_start(&f);
    CU_ASSERT_TRUE(posix_bench_run_until(&f, posix_bench_has_reported));
    actor = hlposix_modem_actor(&f.actor);
    CU_ASSERT_EQUAL(actor.act(actor.user, &cut), HLSIM_ACTED);
    CU_ASSERT_EQUAL(actor.undo(actor.user, &cut), HLSIM_ACTED);
    CU_ASSERT_EQUAL(posix_bench_living->start_clock, HLSIM_NEVER);
    CU_ASSERT_EQUAL(posix_bench_living->start_off, HLSIM_NEVER);
    posix_bench_living->wanted = 8;
    CU_ASSERT_TRUE(posix_bench_run_until(&f, host_timed_out));
    CU_ASSERT_STRING_EQUAL(posix_bench_living->data, "none");
    posix_bench_teardown(&f);
}

static void a_record_that_cannot_be_stored_keeps_the_bytes_back(void)
{
    struct posix_bench f;

    posix_bench_setup(&f);
    f.exchanges = go;
    strcpy(f.record_path, "/nowhere/at/all");
    posix_bench_start(&f);
    for (unsigned i = 0; i < 20; i++) {
        ev_run(f.loop, EVRUN_NOWAIT);
    }
    CU_ASSERT_EQUAL(f.wire.sent, 0);
    CU_ASSERT_STRING_EQUAL(f.log, "");
    posix_bench_teardown(&f);
}

static bool all_came(struct posix_bench *f)
{
    return f->modem_total >= BULK_SIZE;
}

static void what_the_line_does_not_take_at_once_follows(void)
{
    struct posix_bench f;

    posix_bench_setup(&f);
    f.modem_reads_raw = true;
    posix_bench_start(&f);
    CU_ASSERT_TRUE(f.wire.sent < BULK_SIZE);
    CU_ASSERT_TRUE(posix_bench_run_until(&f, all_came));
    CU_ASSERT_EQUAL(f.modem_total, BULK_SIZE);
    CU_ASSERT_FALSE(f.modem_wrong);
    posix_bench_teardown(&f);
}

static bool has_failed(struct posix_bench *f)
{
    return f->why != NULL;
}

static void a_line_that_dies_is_told_to_host_and_user(void)
{
    struct posix_bench f;

    posix_bench_setup(&f);
    posix_bench_start(&f);
    ev_io_stop(f.loop, &f.modem);
    close(f.master);
    f.master = -1;
    CU_ASSERT_TRUE(posix_bench_run_until(&f, has_failed));
    CU_ASSERT_PTR_NOT_NULL(strstr(f.why, "line to the modem is gone"));
    CU_ASSERT_TRUE(posix_bench_living->link_down);
    posix_bench_teardown(&f);
}

static bool request_arrived(struct posix_bench *f)
{
    return strcmp(f->modem_line, "AT+CSQ") == 0;
}

static void somebody_can_ask_the_host_to_send_a_line(void)
{
    struct posix_bench f;
    struct hlsim_actor actor;
    struct hlsim_action action = {.name = "host_do", .param_count = 1};

    posix_bench_setup(&f);
    posix_bench_start(&f);
    actor = hlposix_modem_actor(&f.actor);
    strcpy(action.params[0].key, "line");
    action.params[0].value.type = HLSIM_VALUE_TEXT;
    strcpy(action.params[0].value.text, "!refused");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_NOTHING);
    CU_ASSERT_PTR_NULL(f.why);
    strcpy(action.params[0].value.text, "AT+CSQ\r");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACTED);
    CU_ASSERT_TRUE(posix_bench_run_until(&f, request_arrived));
    strcpy(action.name, "network_lost");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_IMPOSSIBLE);
    posix_bench_teardown(&f);
}

static void a_terminal_without_lines_has_none_to_drive(void)
{
    struct hlsim_action action = {.name = "line", .param_count = 2};
    struct hlsim_actor actor;
    struct posix_bench f;

    posix_bench_setup(&f);
    actor = hlposix_modem_actor(&f.actor);
    strcpy(action.params[0].key, "dtr");
    action.params[0].value.type = HLSIM_VALUE_INT;
    strcpy(action.params[1].key, "rts");
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_IMPOSSIBLE);
    hlposix_modem_actor_set_port(&f.actor, &f.serial, f.tap);
    CU_ASSERT_EQUAL(actor.act(actor.user, &action), HLSIM_ACT_IMPOSSIBLE);
    posix_bench_teardown(&f);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_record_is_durable_before_the_bytes_leave),
    SUITE_TEST(the_tap_tells_what_passed_as_it_does_in_memory),
    SUITE_TEST(a_cut_host_starts_again_from_its_record),
    SUITE_TEST(a_host_without_a_calendar_is_told_no_time_and_no_data_beyond_its_package),
    SUITE_TEST(a_record_that_cannot_be_stored_keeps_the_bytes_back),
    SUITE_TEST(what_the_line_does_not_take_at_once_follows),
    SUITE_TEST(a_line_that_dies_is_told_to_host_and_user),
    SUITE_TEST(somebody_can_ask_the_host_to_send_a_line),
    SUITE_TEST(a_terminal_without_lines_has_none_to_drive),
};

int main(void)
{
    return suite_run("posix_driver", tests, sizeof tests / sizeof *tests);
}
