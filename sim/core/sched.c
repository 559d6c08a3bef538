/*
 * A binary heap of embedded timers. Knows nothing about what the timers are for.
 */
#include "core/sched.h"

#include "base/assert.h"
#include "core/promise.h"

#include <stdlib.h>
#include <string.h>

#define HEAP_START 64

void hlsim__sched_init(struct hlsim__sched *sched)
{
    memset(sched, 0, sizeof *sched);
}

void hlsim__sched_free(struct hlsim__sched *sched)
{
    free(sched->heap);
    memset(sched, 0, sizeof *sched);
}

void hlsim__timer_group_init(struct hlsim__timer_group *group, struct hlsim__sched *sched,
                             struct hlsim__promise_scope *scope)
{
    group->sched = sched;
    group->scope = scope;
    group->first = NULL;
}

void hlsim__timer_init(struct hlsim__timer *timer, struct hlsim__timer_group *group,
                       void (*fire)(void *owner), void *owner)
{
    memset(timer, 0, sizeof *timer);
    timer->group = group;
    timer->fire = fire;
    timer->owner = owner;
}

static bool earlier(const struct hlsim__timer *a, const struct hlsim__timer *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void put(struct hlsim__sched *sched, size_t place, struct hlsim__timer *timer)
{
    sched->heap[place - 1] = timer;
    timer->place = place;
}

static void sift_up(struct hlsim__sched *sched, size_t place, struct hlsim__timer *timer)
{
    while (place > 1 && earlier(timer, sched->heap[place / 2 - 1])) {
        put(sched, place, sched->heap[place / 2 - 1]);
        place /= 2;
    }
    put(sched, place, timer);
}

static void sift_down(struct hlsim__sched *sched, size_t place, struct hlsim__timer *timer)
{
    for (;;) {
        size_t child = 2 * place;

        if (child > sched->count) {
            break;
        }
        if (child < sched->count && earlier(sched->heap[child], sched->heap[child - 1])) {
            child++;
        }
        if (!earlier(sched->heap[child - 1], timer)) {
            break;
        }
        put(sched, place, sched->heap[child - 1]);
        place = child;
    }
    put(sched, place, timer);
}

static void grow(struct hlsim__sched *sched)
{
    size_t capacity = sched->capacity == 0 ? HEAP_START : 2 * sched->capacity;
    struct hlsim__timer **heap = realloc(sched->heap, capacity * sizeof(struct hlsim__timer *));

    HLSIM_ASSERT(heap != NULL);
    sched->heap = heap;
    sched->capacity = capacity;
}

static void link_into_group(struct hlsim__timer *timer)
{
    timer->previous = NULL;
    timer->next = timer->group->first;
    if (timer->next != NULL) {
        timer->next->previous = timer;
    }
    timer->group->first = timer;
}

static void unlink_from_group(struct hlsim__timer *timer)
{
    if (timer->previous != NULL) {
        timer->previous->next = timer->next;
    } else {
        timer->group->first = timer->next;
    }
    if (timer->next != NULL) {
        timer->next->previous = timer->previous;
    }
}

void hlsim__timer_set(struct hlsim__timer *timer, int64_t at)
{
    struct hlsim__sched *sched = timer->group->sched;

    HLSIM_ASSERT(timer->fire != NULL);
    hlsim__timer_cancel(timer);
    if (sched->count == sched->capacity) {
        grow(sched);
    }
    timer->at = at < sched->now ? sched->now : at;
    timer->order = ++sched->order;
    link_into_group(timer);
    sched->count++;
    sift_up(sched, sched->count, timer);
}

void hlsim__timer_set_in(struct hlsim__timer *timer, int64_t delay)
{
    int64_t now = timer->group->sched->now;

    HLSIM_ASSERT(delay >= 0);
    hlsim__timer_set(timer, delay > HLSIM_NEVER - now ? HLSIM_NEVER : now + delay);
}

void hlsim__timer_cancel(struct hlsim__timer *timer)
{
    struct hlsim__sched *sched = timer->group->sched;
    struct hlsim__timer *last;
    size_t place = timer->place;

    if (place == 0) {
        return;
    }
    HLSIM_ASSERT(sched->heap[place - 1] == timer);
    unlink_from_group(timer);
    timer->place = 0;
    last = sched->heap[--sched->count];
    if (last == timer) {
        return;
    }
    if (place > 1 && earlier(last, sched->heap[place / 2 - 1])) {
        sift_up(sched, place, last);
    } else {
        sift_down(sched, place, last);
    }
}

void hlsim__timer_group_drop(struct hlsim__timer_group *group)
{
    while (group->first != NULL) {
        hlsim__timer_cancel(group->first);
    }
}

int64_t hlsim__sched_next_at(const struct hlsim__sched *sched)
{
    return sched->count == 0 ? HLSIM_NEVER : sched->heap[0]->at;
}

bool hlsim__sched_fire_next(struct hlsim__sched *sched, int64_t limit)
{
    struct hlsim__timer *timer;

    if (sched->count == 0 || sched->heap[0]->at > limit) {
        return false;
    }
    timer = sched->heap[0];
    HLSIM_ASSERT(timer->at >= sched->now);
    sched->now = timer->at;
    hlsim__timer_cancel(timer);
    if (timer->group->scope != NULL) {
        hlsim__promise_touch(timer->group->scope);
    }
    timer->fire(timer->owner);
    return true;
}

void hlsim__sched_advance(struct hlsim__sched *sched, int64_t at)
{
    HLSIM_ASSERT(hlsim__sched_next_at(sched) >= at);
    if (at > sched->now) {
        sched->now = at;
    }
}
