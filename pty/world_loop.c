/*
 * One turn after the other: clock, world, sleep. Knows no port, no socket and no scenario.
 */
#include <hlpty/world_loop.h>

#include "internal.h"

#include <signal.h>
#include <string.h>

/* Wall time that the world may take in one turn before the outside is looked after. */
#define BUDGET (4 * HLSIM_MS)

/* Steps between two looks at the wall clock. */
#define STEPS 64

static void stop(struct hlpty_world_loop *runner, enum hlpty_stop why)
{
    if (runner->stop == HLPTY_STOP_NONE) {
        runner->stop = why;
    }
}

/* Lets the world come up to the clock; leaves it behind when that takes too long. */
static void catch_up(struct hlpty_world_loop *runner)
{
    const struct hlpty_timeline *timeline = &runner->config.timeline;
    int64_t end = hlpty_clock_wall() + BUDGET;
    int result = 1;

    runner->behind = false;
    for (unsigned steps = 1; result > 0; steps++) {
        result = timeline->step(timeline->user, runner->clock.now);
        if (result > 0 && steps % STEPS == 0 && hlpty_clock_wall() >= end) {
            runner->behind = true;
            return;
        }
    }
    if (result == 0) {
        result = timeline->run_until(timeline->user, runner->clock.now);
    }
    if (result < 0) {
        runner->error = result;
        stop(runner, HLPTY_STOP_ERROR);
    }
}

/* Moves the clock on, unless the world still has to follow it. */
static void move_clock(struct hlpty_world_loop *runner, int64_t pace)
{
    int64_t wall = hlpty_clock_wall();

    runner->leapt = false;
    if (runner->behind) {
        return;
    }
    hlpty_clock_set_factor(&runner->clock, pace == HLPTY_PACE_LEAP ? 1 : pace);
    hlpty_clock_turn(&runner->clock, wall);
    if (pace == HLPTY_PACE_LEAP) {
        int64_t next_at = runner->config.timeline.next_at(runner->config.timeline.user);

        if (next_at != HLSIM_NEVER) {
            hlpty_clock_leap(&runner->clock, next_at);
            runner->leapt = true;
        }
    }
}

static int64_t pace_now(struct hlpty_world_loop *runner)
{
    return runner->config.pace != NULL ? runner->config.pace(runner->config.user)
                                       : runner->config.factor;
}

/* How long to sleep. */
static int64_t wait_now(struct hlpty_world_loop *runner)
{
    const struct hlpty_timeline *timeline = &runner->config.timeline;

    if (runner->behind || runner->leapt) {
        return 0;
    }
    return hlpty_clock_wait(&runner->clock, timeline->next_at(timeline->user), hlpty_clock_wall());
}

static void on_prepare(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    struct hlpty_world_loop *runner = watcher->data;

    (void)events;
    if (runner->stop == HLPTY_STOP_NONE) {
        move_clock(runner, pace_now(runner));
        catch_up(runner);
        if (runner->config.turn != NULL) {
            runner->config.turn(runner->config.user);
        }
        if (runner->config.done != NULL && runner->config.done(runner->config.user)) {
            stop(runner, HLPTY_STOP_DONE);
        }
    }
    if (runner->stop != HLPTY_STOP_NONE) {
        ev_break(loop, EVBREAK_ONE);
        return;
    }
    ev_now_update(loop);
    ev_timer_stop(loop, &runner->timer);
    ev_timer_set(&runner->timer, (double)wait_now(runner) / (double)HLSIM_SECOND, 0.0);
    ev_timer_start(loop, &runner->timer);
}

/* Waking up is all that is wanted of it. */
static void on_timer(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)watcher;
    (void)events;
}

static void on_signal(struct ev_loop *loop, ev_signal *watcher, int events)
{
    struct hlpty_world_loop *runner = watcher->data;

    (void)loop;
    (void)events;
    runner->number = watcher->signum;
    stop(runner, HLPTY_STOP_SIGNAL);
}

void hlpty_world_loop_init(struct hlpty_world_loop *runner,
                           const struct hlpty_world_loop_config *config)
{
    HLPTY_ASSERT(config->loop != NULL);
    HLPTY_ASSERT(config->timeline.step != NULL && config->timeline.run_until != NULL);
    HLPTY_ASSERT(config->timeline.now != NULL && config->timeline.next_at != NULL);
    memset(runner, 0, sizeof *runner);
    runner->config = *config;
    if (config->pace != NULL) {
        runner->config.factor = 1;
    }
    ev_prepare_init(&runner->prepare, on_prepare);
    ev_timer_init(&runner->timer, on_timer, 0.0, 0.0);
    ev_signal_init(&runner->interrupt, on_signal, SIGINT);
    ev_signal_init(&runner->terminate, on_signal, SIGTERM);
    runner->prepare.data = runner;
    runner->interrupt.data = runner;
    runner->terminate.data = runner;
    hlpty_clock_start(&runner->clock, runner->config.factor,
                      config->timeline.now(config->timeline.user), hlpty_clock_wall());
}

enum hlpty_stop hlpty_world_loop_run(struct hlpty_world_loop *runner)
{
    struct ev_loop *loop = runner->config.loop;

    runner->stop = HLPTY_STOP_NONE;
    runner->behind = false;
    hlpty_clock_start(&runner->clock, runner->config.factor,
                      runner->config.timeline.now(runner->config.timeline.user),
                      hlpty_clock_wall());
    ev_prepare_start(loop, &runner->prepare);
    if (runner->config.signals) {
        ev_signal_start(loop, &runner->interrupt);
        ev_signal_start(loop, &runner->terminate);
    }
    ev_run(loop, 0);
    ev_prepare_stop(loop, &runner->prepare);
    ev_timer_stop(loop, &runner->timer);
    ev_signal_stop(loop, &runner->interrupt);
    ev_signal_stop(loop, &runner->terminate);
    /* Somebody else broke the loop. */
    stop(runner, HLPTY_STOP_ASKED);
    return runner->stop;
}

void hlpty_world_loop_catch_up(struct hlpty_world_loop *runner)
{
    if (runner->stop != HLPTY_STOP_NONE || runner->behind) {
        return;
    }
    hlpty_clock_turn(&runner->clock, hlpty_clock_wall());
    catch_up(runner);
}

void hlpty_world_loop_stop(struct hlpty_world_loop *runner)
{
    stop(runner, HLPTY_STOP_ASKED);
}
