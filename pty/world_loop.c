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

static int64_t wall_now(const struct hlpty_world_loop *runner)
{
    return runner->config.wall != NULL ? runner->config.wall(runner->config.user)
                                       : hlpty_clock_wall();
}

static int64_t pace_now(const struct hlpty_world_loop *runner)
{
    return runner->config.pace != NULL ? runner->config.pace(runner->config.user)
                                       : runner->config.factor;
}

int64_t hlpty_pace(int64_t wanted, enum hlsim_due due, bool unread)
{
    if (due == HLSIM_DUE_HOST) {
        return 1;
    }
    if (wanted != HLPTY_PACE_LEAP) {
        return wanted;
    }
    if (due != HLSIM_DUE_MODEM) {
        return 1;
    }
    return unread ? HLPTY_PACE_HELD : HLPTY_PACE_LEAP;
}

/* ---- The world ---- */

/* What is left of a fast turn is not lived through once the pace is real time again. */
static void slow_down(struct hlpty_world_loop *runner)
{
    if (runner->config.pace != NULL && runner->clock.factor > 1 && pace_now(runner) == 1) {
        const struct hlpty_timeline *timeline = &runner->config.timeline;

        hlpty_clock_set_factor(&runner->clock, 1);
        hlpty_clock_cut(&runner->clock, timeline->now(timeline->user));
    }
}

/* Lets the world come up to the clock; leaves it behind when that takes too long. */
static void catch_up(struct hlpty_world_loop *runner)
{
    const struct hlpty_timeline *timeline = &runner->config.timeline;
    int64_t end = 0;
    int result = 1;

    runner->behind = false;
    for (unsigned steps = 1; result > 0; steps++) {
        result = timeline->step(timeline->user, runner->clock.now);
        if (result > 0) {
            slow_down(runner);
        }
        if (result > 0 && steps % STEPS == 0) {
            int64_t wall = wall_now(runner);

            end = end == 0 ? wall + BUDGET : end;
            runner->behind = wall >= end;
            if (runner->behind) {
                return;
            }
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

static void use_pace(struct hlpty_world_loop *runner, int64_t pace)
{
    runner->held = pace == HLPTY_PACE_HELD;
    hlpty_clock_set_factor(&runner->clock, pace > 1 ? pace : 1);
}

/* Moves the clock on, unless the world still has to follow it. */
static void move_clock(struct hlpty_world_loop *runner)
{
    int64_t pace;

    if (runner->behind) {
        return;
    }
    pace = pace_now(runner);
    use_pace(runner, pace);
    hlpty_clock_turn(&runner->clock, wall_now(runner));
}

/* Leaps over what the modem owes, one thing that happens in a turn: between two of them the outside
 * is looked at. True when the world moved, and may owe more. */
static bool leap(struct hlpty_world_loop *runner)
{
    const struct hlpty_timeline *timeline = &runner->config.timeline;
    int64_t pace = runner->behind || runner->config.pace == NULL ? 1 : pace_now(runner);
    int64_t next_at;

    if (pace > 0 || runner->stop != HLPTY_STOP_NONE) {
        return false;
    }
    runner->held = pace == HLPTY_PACE_HELD;
    next_at = timeline->next_at(timeline->user);
    if (runner->held || next_at == HLSIM_NEVER) {
        return false;
    }
    hlpty_clock_leap(&runner->clock, next_at);
    catch_up(runner);
    return true;
}

/* Clock and world; true when it leapt. */
static bool move_on(struct hlpty_world_loop *runner)
{
    move_clock(runner);
    catch_up(runner);
    return leap(runner);
}

int64_t hlpty_world_loop_turn(struct hlpty_world_loop *runner)
{
    const struct hlpty_timeline *timeline = &runner->config.timeline;
    int64_t wait;

    if (move_on(runner) && pace_now(runner) == HLPTY_PACE_LEAP) {
        return 0;
    }
    if (runner->behind) {
        return 0;
    }
    wait = hlpty_clock_wait(&runner->clock, timeline->next_at(timeline->user), wall_now(runner));
    return runner->held && wait > HLPTY_CLOCK_HELD_TICK ? HLPTY_CLOCK_HELD_TICK : wait;
}

/* ---- The loop ---- */

/* What belongs to every turn. */
static void after_turn(struct hlpty_world_loop *runner)
{
    if (runner->config.turn != NULL) {
        runner->config.turn(runner->config.user);
    }
    if (runner->config.done != NULL && runner->config.done(runner->config.user)) {
        stop(runner, HLPTY_STOP_DONE);
    }
}

static void on_prepare(struct ev_loop *loop, ev_prepare *watcher, int events)
{
    struct hlpty_world_loop *runner = watcher->data;
    int64_t wait = 0;

    (void)events;
    if (runner->stop == HLPTY_STOP_NONE) {
        wait = hlpty_world_loop_turn(runner);
        after_turn(runner);
    }
    if (runner->stop != HLPTY_STOP_NONE) {
        ev_break(loop, EVBREAK_ONE);
        return;
    }
    ev_now_update(loop);
    ev_timer_stop(loop, &runner->timer);
    ev_timer_set(&runner->timer, (double)wait / (double)HLSIM_SECOND, 0.0);
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
                      config->timeline.now(config->timeline.user), wall_now(runner));
}

enum hlpty_stop hlpty_world_loop_run(struct hlpty_world_loop *runner)
{
    struct ev_loop *loop = runner->config.loop;

    runner->stop = HLPTY_STOP_NONE;
    runner->behind = false;
    hlpty_clock_start(&runner->clock, runner->config.factor,
                      runner->config.timeline.now(runner->config.timeline.user), wall_now(runner));
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
    hlpty_clock_turn(&runner->clock, wall_now(runner));
    catch_up(runner);
}

void hlpty_world_loop_act(struct hlpty_world_loop *runner)
{
    if (runner->stop == HLPTY_STOP_NONE && !runner->behind) {
        move_on(runner);
        after_turn(runner);
    }
}

void hlpty_world_loop_stop(struct hlpty_world_loop *runner)
{
    stop(runner, HLPTY_STOP_ASKED);
}
