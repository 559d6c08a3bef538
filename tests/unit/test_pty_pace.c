/*
 * Tests of how fast time passes, turn by turn, by a wall clock that the test turns itself.
 */
#include "test_pty_bench.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

/* A modem that owes, waits for its host, or neither; and what it does by timers. */
struct rig {
    struct bench bench;
    int64_t wall;
    int64_t wanted; /* what --time asked for */
    enum hlsim_due due;
    bool unread;
    struct hlsim__timer_group group;
    struct hlsim__timer timer;
    unsigned fired;
    enum hlsim_due due_then; /* once the timer has fired */
};

static int64_t rig_pace(void *user)
{
    struct rig *rig = user;

    return hlpty_pace(rig->wanted, rig->due, rig->unread);
}

static int64_t rig_wall(void *user)
{
    return ((struct rig *)user)->wall;
}

static void fire(void *owner)
{
    struct rig *rig = owner;

    rig->fired++;
    rig->due = rig->due_then;
}

static void rig_open(struct rig *rig, int64_t wanted)
{
    struct hlpty_world_loop_config config;

    *rig = (struct rig){.wanted = wanted};
    bench_init(&rig->bench, 1);
    config = rig->bench.runner.config;
    config.user = rig;
    config.pace = rig_pace;
    config.wall = rig_wall;
    hlpty_world_loop_init(&rig->bench.runner, &config);
    hlsim__timer_group_init(&rig->group, &rig->bench.sched, NULL);
    hlsim__timer_init(&rig->timer, &rig->group, fire, rig);
}

static void rig_close(struct rig *rig)
{
    hlsim__timer_cancel(&rig->timer);
    bench_free(&rig->bench);
}

/* The wall clock goes on, then there is a turn; returns how long the next may be waited for. */
static int64_t turn_after(struct rig *rig, int64_t wall)
{
    rig->wall += wall;
    return hlpty_world_loop_turn(&rig->bench.runner);
}

static void the_pace_follows_from_whose_move_it_is(void)
{
    static const enum hlsim_due nobody = HLSIM_DUE_NOBODY;

    CU_ASSERT_EQUAL(hlpty_pace(1, nobody, false), 1);
    CU_ASSERT_EQUAL(hlpty_pace(60, nobody, true), 60);
    CU_ASSERT_EQUAL(hlpty_pace(60, HLSIM_DUE_MODEM, false), 60);
    CU_ASSERT_EQUAL(hlpty_pace(60, HLSIM_DUE_HOST, false), 1);
    CU_ASSERT_EQUAL(hlpty_pace(HLPTY_PACE_LEAP, nobody, false), 1);
    CU_ASSERT_EQUAL(hlpty_pace(HLPTY_PACE_LEAP, HLSIM_DUE_HOST, false), 1);
    CU_ASSERT_EQUAL(hlpty_pace(HLPTY_PACE_LEAP, HLSIM_DUE_MODEM, true), HLPTY_PACE_HELD);
    CU_ASSERT_EQUAL(hlpty_pace(HLPTY_PACE_LEAP, HLSIM_DUE_MODEM, false), HLPTY_PACE_LEAP);
}

static void what_the_modem_owes_is_leapt_over(void)
{
    struct rig rig;

    rig_open(&rig, HLPTY_PACE_LEAP);
    rig.due = HLSIM_DUE_MODEM;
    hlsim__timer_set(&rig.timer, 3 * HLSIM_MINUTE);
    turn_after(&rig, 0);
    CU_ASSERT_EQUAL(rig.fired, 1);
    CU_ASSERT_EQUAL(rig.bench.sched.now, 3 * HLSIM_MINUTE);
    /* It owes no more: the next hour is lived through. */
    hlsim__timer_set_in(&rig.timer, HLSIM_HOUR);
    turn_after(&rig, 4 * HLSIM_MS);
    CU_ASSERT_EQUAL(rig.bench.sched.now, 3 * HLSIM_MINUTE + 4 * HLSIM_MS);
    rig_close(&rig);
}

/* The host thinks for 3 s over an agreement that is asked for again after 30 minutes. */
static void a_late_host_finds_the_modem_where_it_left_it(void)
{
    struct rig rig;

    rig_open(&rig, HLPTY_PACE_LEAP);
    hlsim__timer_set(&rig.timer, 30 * HLSIM_MINUTE);
    for (int i = 0; i < 600; i++) {
        CU_ASSERT_TRUE(turn_after(&rig, 5 * HLSIM_MS) > 0);
    }
    CU_ASSERT_EQUAL(rig.bench.sched.now, 3 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(rig.fired, 0);
    rig_close(&rig);
}

static void nothing_leaps_before_the_host_has_read(void)
{
    struct rig rig;

    rig_open(&rig, HLPTY_PACE_LEAP);
    rig.due = HLSIM_DUE_MODEM;
    rig.unread = true;
    hlsim__timer_set(&rig.timer, HLSIM_MINUTE);
    for (int i = 0; i < 10; i++) {
        /* Nobody tells that it has read: it is asked soon. */
        CU_ASSERT_TRUE(turn_after(&rig, HLSIM_MS) <= HLPTY_CLOCK_HELD_TICK);
    }
    CU_ASSERT_EQUAL(rig.bench.sched.now, 10 * HLSIM_MS);
    rig.unread = false;
    turn_after(&rig, HLSIM_MS);
    CU_ASSERT_EQUAL(rig.bench.sched.now, HLSIM_MINUTE);
    rig_close(&rig);
}

/* At x1000 a receiver that asks every 10 s for a block would have given up while the sender's first
 * byte is on its way. */
static void a_data_mode_waits_for_its_host_at_the_hosts_own_pace(void)
{
    struct rig rig;

    rig_open(&rig, 1000);
    rig.due_then = HLSIM_DUE_HOST;
    hlsim__timer_set(&rig.timer, 14 * HLSIM_MS);
    turn_after(&rig, 10 * HLSIM_MS);
    /* Of 10 s that the turn could have had, 14 ms passed. */
    CU_ASSERT_EQUAL(rig.fired, 1);
    CU_ASSERT_EQUAL(rig.bench.sched.now, 14 * HLSIM_MS);
    rig.due_then = HLSIM_DUE_NOBODY;
    hlsim__timer_set_in(&rig.timer, 10 * HLSIM_SECOND);
    turn_after(&rig, 10 * HLSIM_MS);
    CU_ASSERT_EQUAL(rig.bench.sched.now, 24 * HLSIM_MS);
    CU_ASSERT_EQUAL(rig.fired, 1);
    /* The data mode is over. */
    rig.due = HLSIM_DUE_NOBODY;
    turn_after(&rig, 10 * HLSIM_MS);
    CU_ASSERT_EQUAL(rig.fired, 2);
    CU_ASSERT_EQUAL(rig.bench.sched.now, 24 * HLSIM_MS + 10 * HLSIM_SECOND);
    rig_close(&rig);
}

static void a_leap_ends_where_a_data_mode_begins(void)
{
    struct rig rig;

    rig_open(&rig, HLPTY_PACE_LEAP);
    rig.due = HLSIM_DUE_MODEM;
    rig.due_then = HLSIM_DUE_HOST;
    hlsim__timer_set(&rig.timer, HLSIM_SECOND);
    turn_after(&rig, 0);
    CU_ASSERT_EQUAL(rig.bench.sched.now, HLSIM_SECOND);
    hlsim__timer_set_in(&rig.timer, 10 * HLSIM_SECOND);
    turn_after(&rig, 3 * HLSIM_MS);
    CU_ASSERT_EQUAL(rig.bench.sched.now, HLSIM_SECOND + 3 * HLSIM_MS);
    rig_close(&rig);
}

static void a_late_turn_lives_through_ten_milliseconds_times_the_factor(void)
{
    struct rig rig;

    rig_open(&rig, 60);
    hlsim__timer_set(&rig.timer, HLSIM_SECOND);
    turn_after(&rig, HLSIM_HOUR);
    CU_ASSERT_EQUAL(rig.bench.sched.now, 600 * HLSIM_MS);
    rig_close(&rig);
    rig_open(&rig, HLPTY_PACE_LEAP);
    turn_after(&rig, HLSIM_HOUR);
    CU_ASSERT_EQUAL(rig.bench.sched.now, 10 * HLSIM_MS);
    rig_close(&rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_pace_follows_from_whose_move_it_is),
    SUITE_TEST(what_the_modem_owes_is_leapt_over),
    SUITE_TEST(a_late_host_finds_the_modem_where_it_left_it),
    SUITE_TEST(nothing_leaps_before_the_host_has_read),
    SUITE_TEST(a_data_mode_waits_for_its_host_at_the_hosts_own_pace),
    SUITE_TEST(a_leap_ends_where_a_data_mode_begins),
    SUITE_TEST(a_late_turn_lives_through_ten_milliseconds_times_the_factor),
};

int main(void)
{
    return suite_run("pty pace", tests, sizeof tests / sizeof *tests);
}
