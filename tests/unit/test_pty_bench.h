/*
 * What the tests of the real-time edge share: a link in a small virtual time of its own, run by the
 * world loop under libev, with a watchdog instead of sleeps; and a bare loop for what needs no
 * virtual time.
 */
#ifndef HL78SIM_TEST_PTY_BENCH_H
#define HL78SIM_TEST_PTY_BENCH_H

#include <hlpty/world_loop.h>

#include "core/link.h"
#include "core/sched.h"
#include "core/stream.h"

#include <CUnit/CUnit.h>
#include <ev.h>
#include <stdlib.h>

/* Wall time, in seconds, after which a test that waits has failed. */
#define BENCH_WATCHDOG 20.0

typedef bool (*bench_predicate)(void *user);

struct bench {
    struct ev_loop *loop;
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    struct hlsim_link link;
    struct hlpty_world_loop runner;
    ev_timer watchdog;
    bool timed_out;
    bench_predicate predicate;
    void *user;
};

static inline int64_t bench_now(void *user)
{
    return ((struct bench *)user)->sched.now;
}

static inline int64_t bench_next_at(void *user)
{
    return hlsim__sched_next_at(&((struct bench *)user)->sched);
}

static inline int bench_step(void *user, int64_t at)
{
    return hlsim__sched_fire_next(&((struct bench *)user)->sched, at);
}

static inline int bench_run_until(void *user, int64_t at)
{
    while (bench_step(user, at) > 0) {
    }
    hlsim__sched_advance(&((struct bench *)user)->sched, at);
    return 0;
}

static inline bool bench_done(void *user)
{
    struct bench *bench = user;

    return bench->timed_out || bench->predicate(bench->user);
}

static inline void bench_on_watchdog(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    *(bool *)watcher->data = true;
}

static inline struct hlpty_timeline bench_timeline(struct bench *bench)
{
    return (struct hlpty_timeline){.user = bench,
                                   .now = bench_now,
                                   .next_at = bench_next_at,
                                   .step = bench_step,
                                   .run_until = bench_run_until};
}

static inline void bench_init(struct bench *bench, int64_t factor)
{
    struct hlpty_world_loop_config config = {
        .loop = ev_default_loop(0), .factor = factor, .user = bench, .done = bench_done};

    *bench = (struct bench){.loop = config.loop};
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
    bench->tap = hlsim_tap_create(&bench->stream, "bench");
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->tap);
    hlsim__link_init(&bench->link, &bench->sched, NULL, NULL, bench->tap);
    config.timeline = bench_timeline(bench);
    hlpty_world_loop_init(&bench->runner, &config);
}

static inline void bench_free(struct bench *bench)
{
    hlsim__link_free(&bench->link);
    hlsim_tap_free(bench->tap);
    hlsim__sched_free(&bench->sched);
}

/* Runs until the predicate holds; false when the watchdog came first. */
static inline bool bench_run(struct bench *bench, bench_predicate predicate, void *user)
{
    bench->predicate = predicate;
    bench->user = user;
    bench->timed_out = false;
    ev_timer_init(&bench->watchdog, bench_on_watchdog, BENCH_WATCHDOG, 0.0);
    bench->watchdog.data = &bench->timed_out;
    ev_now_update(bench->loop);
    ev_timer_start(bench->loop, &bench->watchdog);
    hlpty_world_loop_run(&bench->runner);
    ev_timer_stop(bench->loop, &bench->watchdog);
    return !bench->timed_out;
}

/* A loop without virtual time: looks at the predicate at every turn, at least each millisecond. */
struct bench_wait {
    bench_predicate predicate;
    void *user;
};

static inline void bench_on_turn(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct bench_wait *wait = watcher->data;

    (void)events;
    if (wait->predicate(wait->user)) {
        ev_break(loop, EVBREAK_ONE);
    }
}

static inline void bench_on_limit(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)events;
    *(bool *)watcher->data = true;
    ev_break(loop, EVBREAK_ONE);
}

static inline bool bench_wait(struct ev_loop *loop, bench_predicate predicate, void *user)
{
    struct bench_wait wait = {predicate, user};
    bool timed_out = false;
    ev_timer turn;
    ev_timer limit;

    ev_timer_init(&turn, bench_on_turn, 0.0, 0.001);
    ev_timer_init(&limit, bench_on_limit, BENCH_WATCHDOG, 0.0);
    turn.data = &wait;
    limit.data = &timed_out;
    ev_now_update(loop);
    ev_timer_start(loop, &turn);
    ev_timer_start(loop, &limit);
    ev_run(loop, 0);
    ev_timer_stop(loop, &turn);
    ev_timer_stop(loop, &limit);
    return !timed_out;
}

#endif
