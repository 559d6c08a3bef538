/*
 * Tests of the clock and of the loop that runs a world by it.
 */
#include "test_pty_bench.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <signal.h>
#include <unistd.h>

static void follows_the_wall_clock_times_its_factor(void)
{
    struct hlpty_clock clock;

    hlpty_clock_start(&clock, 1, 7 * HLSIM_SECOND, 1000);
    CU_ASSERT_EQUAL(hlpty_clock_turn(&clock, 1000 + 3 * HLSIM_MS), 7 * HLSIM_SECOND + 3 * HLSIM_MS);
    hlpty_clock_set_factor(&clock, 100);
    CU_ASSERT_EQUAL(hlpty_clock_turn(&clock, 1000 + 5 * HLSIM_MS),
                    7 * HLSIM_SECOND + 203 * HLSIM_MS);
    CU_ASSERT_EQUAL(clock.lost, 0);
}

static void loses_time_and_never_leaps_when_late(void)
{
    struct hlpty_clock clock;

    hlpty_clock_start(&clock, 10, 0, 0);
    CU_ASSERT_EQUAL(hlpty_clock_turn(&clock, 30 * HLSIM_SECOND), 100 * HLSIM_MS);
    CU_ASSERT_EQUAL(clock.lost, 30 * HLSIM_SECOND - 10 * HLSIM_MS);
    CU_ASSERT_EQUAL(hlpty_clock_turn(&clock, 30 * HLSIM_SECOND + HLSIM_MS), 110 * HLSIM_MS);
}

static void sleeps_until_the_next_event_and_no_longer_than_a_tick(void)
{
    struct hlpty_clock clock;

    hlpty_clock_start(&clock, 4, 0, 0);
    CU_ASSERT_EQUAL(hlpty_clock_wait(&clock, HLSIM_NEVER, 0), HLPTY_CLOCK_TICK);
    CU_ASSERT_EQUAL(hlpty_clock_wait(&clock, HLSIM_HOUR, 0), HLPTY_CLOCK_TICK);
    CU_ASSERT_EQUAL(hlpty_clock_wait(&clock, 8 * HLSIM_MS, 0), 2 * HLSIM_MS);
    /* Rounded up: waking before the event would only spin. */
    CU_ASSERT_EQUAL(hlpty_clock_wait(&clock, 5, 0), 2);
    /* What the turn itself took counts. */
    CU_ASSERT_EQUAL(hlpty_clock_wait(&clock, 8 * HLSIM_MS, HLSIM_MS), HLSIM_MS);
    CU_ASSERT_EQUAL(hlpty_clock_wait(&clock, 8 * HLSIM_MS, 9 * HLSIM_MS), 0);
    CU_ASSERT_EQUAL(hlpty_clock_wait(&clock, 0, 0), 0);
}

static void leaps_forward_only(void)
{
    struct hlpty_clock clock;

    hlpty_clock_start(&clock, 1, HLSIM_SECOND, 0);
    hlpty_clock_leap(&clock, 5);
    CU_ASSERT_EQUAL(clock.now, HLSIM_SECOND);
    hlpty_clock_leap(&clock, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(clock.now, HLSIM_MINUTE);
}

struct ticker {
    struct bench *bench;
    struct hlsim__timer_group group;
    struct hlsim__timer timer;
    int64_t period;
    unsigned count;
    unsigned wanted;
    int64_t last_at;
    int64_t busy_until; /* wall: the first tick keeps the process that long */
};

static void tick(void *owner)
{
    struct ticker *ticker = owner;

    ticker->count++;
    ticker->last_at = ticker->bench->sched.now;
    while (hlpty_clock_wall() < ticker->busy_until) {
    }
    hlsim__timer_set_in(&ticker->timer, ticker->period);
}

static bool ticked(void *user)
{
    struct ticker *ticker = user;

    return ticker->count >= ticker->wanted;
}

static void ticker_start(struct ticker *ticker, struct bench *bench, int64_t period,
                         unsigned wanted)
{
    *ticker = (struct ticker){.bench = bench, .period = period, .wanted = wanted};
    hlsim__timer_group_init(&ticker->group, &bench->sched, NULL);
    hlsim__timer_init(&ticker->timer, &ticker->group, tick, ticker);
    hlsim__timer_set_in(&ticker->timer, period);
}

static void events_are_never_earlier_than_the_wall_clock_allows(void)
{
    struct bench bench;
    struct ticker ticker;
    int64_t start;
    int64_t elapsed;

    bench_init(&bench, 20);
    ticker_start(&ticker, &bench, 100 * HLSIM_MS, 20);
    start = hlpty_clock_wall();
    CU_ASSERT_TRUE(bench_run(&bench, ticked, &ticker));
    elapsed = hlpty_clock_wall() - start;
    /* A late turn may fire several at once, but none before its wall time has come. */
    CU_ASSERT_TRUE(ticker.last_at >= 2 * HLSIM_SECOND);
    CU_ASSERT_TRUE(elapsed * 20 >= ticker.last_at);
    hlsim__timer_cancel(&ticker.timer);
    bench_free(&bench);
}

static void a_stalled_process_loses_the_time_of_its_stall(void)
{
    struct bench bench;
    struct ticker ticker;
    int64_t start;

    bench_init(&bench, 1);
    ticker_start(&ticker, &bench, HLSIM_MS, 20);
    start = hlpty_clock_wall();
    ticker.busy_until = start + 100 * HLSIM_MS;
    CU_ASSERT_TRUE(bench_run(&bench, ticked, &ticker));
    CU_ASSERT_TRUE(hlpty_clock_wall() - start >= 100 * HLSIM_MS);
    CU_ASSERT_TRUE(bench.runner.clock.lost >= 80 * HLSIM_MS);
    CU_ASSERT_TRUE(bench.sched.now < 60 * HLSIM_MS);
    hlsim__timer_cancel(&ticker.timer);
    bench_free(&bench);
}

static void on_outside(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    ++*(unsigned *)watcher->data;
}

/* A million events are due in the first turn: timers outside must still run in between. */
static void a_busy_world_does_not_starve_the_outside(void)
{
    struct bench bench;
    struct ticker ticker;
    unsigned outside = 0;
    ev_timer timer;

    bench_init(&bench, 1000);
    ticker_start(&ticker, &bench, 1 * HLSIM_US, 1000000);
    ev_timer_init(&timer, on_outside, 0.001, 0.001);
    timer.data = &outside;
    ev_timer_start(bench.loop, &timer);
    CU_ASSERT_TRUE(bench_run(&bench, ticked, &ticker));
    ev_timer_stop(bench.loop, &timer);
    CU_ASSERT_TRUE(outside >= 3);
    hlsim__timer_cancel(&ticker.timer);
    bench_free(&bench);
}

static int64_t leap_while_early(void *user)
{
    return ((struct bench *)user)->sched.now < 10 * HLSIM_HOUR ? HLPTY_PACE_LEAP : 1;
}

static void leaps_over_hours_while_the_pace_says_so(void)
{
    struct bench bench;
    struct ticker ticker;
    int64_t start = hlpty_clock_wall();

    bench_init(&bench, 1);
    bench.runner.config.pace = leap_while_early;
    ticker_start(&ticker, &bench, HLSIM_HOUR, 10);
    CU_ASSERT_TRUE(bench_run(&bench, ticked, &ticker));
    CU_ASSERT_TRUE(hlpty_clock_wall() - start < HLSIM_SECOND);
    CU_ASSERT_EQUAL(ticker.last_at, 10 * HLSIM_HOUR);
    hlsim__timer_cancel(&ticker.timer);
    bench_free(&bench);
}

static bool raise_once(void *user)
{
    bool *raised = user;

    if (!*raised) {
        *raised = true;
        kill(getpid(), SIGTERM);
    }
    return false;
}

static void a_signal_stops_the_loop_cleanly(void)
{
    struct bench bench;
    bool raised = false;

    bench_init(&bench, 1);
    bench.runner.config.signals = true;
    CU_ASSERT_TRUE(bench_run(&bench, raise_once, &raised));
    CU_ASSERT_EQUAL(bench.runner.stop, HLPTY_STOP_SIGNAL);
    CU_ASSERT_EQUAL(bench.runner.number, SIGTERM);
    bench_free(&bench);
}

static int broken_step(void *user, int64_t at)
{
    (void)user;
    (void)at;
    return HLSIM_E_PROMISE;
}

static bool never(void *user)
{
    (void)user;
    return false;
}

static void a_broken_promise_stops_the_loop(void)
{
    struct bench bench;

    bench_init(&bench, 1);
    bench.runner.config.timeline.step = broken_step;
    CU_ASSERT_TRUE(bench_run(&bench, never, NULL));
    CU_ASSERT_EQUAL(bench.runner.stop, HLPTY_STOP_ERROR);
    CU_ASSERT_EQUAL(bench.runner.error, HLSIM_E_PROMISE);
    bench_free(&bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(follows_the_wall_clock_times_its_factor),
    SUITE_TEST(loses_time_and_never_leaps_when_late),
    SUITE_TEST(sleeps_until_the_next_event_and_no_longer_than_a_tick),
    SUITE_TEST(leaps_forward_only),
    SUITE_TEST(events_are_never_earlier_than_the_wall_clock_allows),
    SUITE_TEST(a_stalled_process_loses_the_time_of_its_stall),
    SUITE_TEST(a_busy_world_does_not_starve_the_outside),
    SUITE_TEST(leaps_over_hours_while_the_pace_says_so),
    SUITE_TEST(a_signal_stops_the_loop_cleanly),
    SUITE_TEST(a_broken_promise_stops_the_loop),
};

int main(void)
{
    return suite_run("pty clock", tests, sizeof tests / sizeof *tests);
}
