/*
 * The scheduler: one heap of timers ordered by (time, order of setting). The only clock there is.
 *
 * Timers are embedded in their owner and belong to a group, so that the loss of one modem's power
 * drops that modem's timers and nobody else's. A group belongs to a scope of promises: when one of
 * its timers fires, that scope's promises are checked after the step.
 */
#ifndef HLSIM_CORE_SCHED_H
#define HLSIM_CORE_SCHED_H

#include <hl78sim/time.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim__promise_scope;
struct hlsim__timer;

struct hlsim__sched {
    int64_t now;
    uint64_t order; /* counts settings: equal times fire in the order in which they were set */
    struct hlsim__timer **heap;
    size_t count;
    size_t capacity;
};

struct hlsim__timer_group {
    struct hlsim__sched *sched;
    struct hlsim__promise_scope *scope; /* NULL: none */
    struct hlsim__timer *first;         /* the armed timers of this group */
};

struct hlsim__timer {
    struct hlsim__timer_group *group;
    void (*fire)(void *owner);
    void *owner;
    int64_t at;
    uint64_t order;
    size_t place; /* in the heap, counted from 1; 0: not armed */
    struct hlsim__timer *previous;
    struct hlsim__timer *next;
};

/* A heap that grows while the world is built up; hlsim__sched_free gives it back. */
void hlsim__sched_init(struct hlsim__sched *sched);
void hlsim__sched_free(struct hlsim__sched *sched);

void hlsim__timer_group_init(struct hlsim__timer_group *group, struct hlsim__sched *sched,
                             struct hlsim__promise_scope *scope);

/* Disarms every timer of the group. */
void hlsim__timer_group_drop(struct hlsim__timer_group *group);

void hlsim__timer_init(struct hlsim__timer *timer, struct hlsim__timer_group *group,
                       void (*fire)(void *owner), void *owner);

/* Arms (or moves) the timer to an absolute time; a time in the past counts as now. */
void hlsim__timer_set(struct hlsim__timer *timer, int64_t at);

/* Arms the timer `delay` (>= 0) from now. */
void hlsim__timer_set_in(struct hlsim__timer *timer, int64_t delay);

void hlsim__timer_cancel(struct hlsim__timer *timer);

static inline bool hlsim__timer_armed(const struct hlsim__timer *timer)
{
    return timer->place != 0;
}

/* When the earliest timer is due; HLSIM_NEVER when none is armed. */
int64_t hlsim__sched_next_at(const struct hlsim__sched *sched);

/*
 * Moves time to the earliest timer that is due by `limit` and fires it. False when there is none;
 * time then stays. The fired timer's group scope is touched first.
 */
bool hlsim__sched_fire_next(struct hlsim__sched *sched, int64_t limit);

/* Moves time forward to `at` when nothing is due before; time never goes back. */
void hlsim__sched_advance(struct hlsim__sched *sched, int64_t at);

#endif
