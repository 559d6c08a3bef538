/*
 * Runs a world in real time under libev: lets it go as far as the clock allows, once in every turn
 * of the loop, and sleeps until the next thing is due or the outside has something. A world that
 * has more to do than fits a turn is caught up in slices, so that nobody outside waits for it.
 */
#ifndef HLPTY_WORLD_LOOP_H
#define HLPTY_WORLD_LOOP_H

#include <ev.h>
#include <stdbool.h>
#include <stdint.h>

#include <hl78sim/world.h>
#include <hlpty/clock.h>

/* What runs: a world, or whatever else lives in virtual time. */
struct hlpty_timeline {
    void *user;
    int64_t (*now)(void *user);
    int64_t (*next_at)(void *user); /* HLSIM_NEVER: nothing */
    /* Fires one thing that is due by `at`: 1, 0 when there is none, or a negative error. */
    int (*step)(void *user, int64_t at);
    /* Lets everything happen that is due by `at`; then it is `at`. 0, or a negative error. */
    int (*run_until)(void *user, int64_t at);
};

/* The timeline of a world, which is borrowed. */
struct hlpty_timeline hlpty_world_timeline(struct hlsim_world *world);

/* Paces that are no factor: time leaps to the next thing that happens; or it would, but passes as
 * it does outside until the host has read what was said. */
#define HLPTY_PACE_LEAP 0
#define HLPTY_PACE_HELD (-1)

/*
 * The pace of one turn: `wanted` is a factor or HLPTY_PACE_LEAP, `due` whose move it is, `unread`
 * whether the host has still to read something. A data mode in which a modem waits for its host is
 * lived through as outside; leaps are made only over what the modem owes.
 */
int64_t hlpty_pace(int64_t wanted, enum hlsim_due due, bool unread);

struct hlpty_world_loop_config {
    /* The loop; signals are watched in it, so it should be the default loop. */
    struct ev_loop *loop;
    struct hlpty_timeline timeline;
    int64_t factor; /* without `pace`: 1 real time, N times faster */
    void *user;
    /*
     * Asked before every turn, and after every step of a turn that is faster than real time: a
     * factor, HLPTY_PACE_LEAP or HLPTY_PACE_HELD. From the step on after which it is 1 the turn
     * takes its time. May be NULL.
     */
    int64_t (*pace)(void *user);
    int64_t (*wall)(void *user); /* instead of the wall clock, for tests; NULL: the wall clock */
    void (*turn)(void *user);    /* after every turn; may be NULL */
    bool (*done)(void *user);    /* after every turn: stop now? May be NULL */
    bool signals;                /* SIGINT and SIGTERM stop the loop */
};

enum hlpty_stop {
    HLPTY_STOP_NONE,   /* still running */
    HLPTY_STOP_DONE,   /* `done` said so */
    HLPTY_STOP_ASKED,  /* hlpty_world_loop_stop */
    HLPTY_STOP_SIGNAL, /* SIGINT or SIGTERM */
    HLPTY_STOP_ERROR,  /* the world reported an error (HLSIM_E_PROMISE) */
};

struct hlpty_world_loop {
    struct hlpty_world_loop_config config;
    struct hlpty_clock clock;
    ev_prepare prepare;
    ev_timer timer;
    ev_signal interrupt;
    ev_signal terminate;
    enum hlpty_stop stop;
    int error;   /* of HLPTY_STOP_ERROR */
    int number;  /* of HLPTY_STOP_SIGNAL */
    bool behind; /* the clock is ahead of the world */
    bool held;   /* the host has still to read, then time leaps */
};

/* Prepares; nothing runs yet. The structure must stay where it is. */
void hlpty_world_loop_init(struct hlpty_world_loop *runner,
                           const struct hlpty_world_loop_config *config);

/* One turn by itself: the clock, then the world. Returns how long (wall time, nanoseconds) the next
 * one may be waited for. */
int64_t hlpty_world_loop_turn(struct hlpty_world_loop *runner);

/* Runs until something stops it. Wall time that passed before the call does not count. */
enum hlpty_stop hlpty_world_loop_run(struct hlpty_world_loop *runner);

/*
 * Brings the world up to the present, as far as one turn may: to be called before something from
 * outside is handed to it. Not from within the world.
 */
void hlpty_world_loop_catch_up(struct hlpty_world_loop *runner);

/*
 * One turn before its time, with all that belongs to it: to be called after something from outside
 * was handed to the world, so that it need not wait for the loop. Not from within the world.
 */
void hlpty_world_loop_act(struct hlpty_world_loop *runner);

/* Ends hlpty_world_loop_run at the end of this turn. */
void hlpty_world_loop_stop(struct hlpty_world_loop *runner);

#endif
