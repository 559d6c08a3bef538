/*
 * Turns the monotonic wall clock into virtual time. Knows no world and no loop.
 */
#include <hlpty/clock.h>

#include "internal.h"

#include <time.h>

int64_t hlpty_clock_wall(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * HLSIM_SECOND + now.tv_nsec;
}

void hlpty_clock_start(struct hlpty_clock *clock, int64_t factor, int64_t now, int64_t wall)
{
    *clock = (struct hlpty_clock){.now = now, .wall = wall};
    hlpty_clock_set_factor(clock, factor);
}

void hlpty_clock_set_factor(struct hlpty_clock *clock, int64_t factor)
{
    HLPTY_ASSERT(factor >= 1 && factor <= HLPTY_CLOCK_FACTOR_MAX);
    clock->factor = factor;
}

int64_t hlpty_clock_turn(struct hlpty_clock *clock, int64_t wall)
{
    int64_t elapsed = wall - clock->wall;

    HLPTY_ASSERT(elapsed >= 0);
    clock->wall = wall;
    if (elapsed > HLPTY_CLOCK_SLICE) {
        clock->lost += elapsed - HLPTY_CLOCK_SLICE;
        elapsed = HLPTY_CLOCK_SLICE;
    }
    clock->now += elapsed * clock->factor;
    return clock->now;
}

void hlpty_clock_leap(struct hlpty_clock *clock, int64_t at)
{
    HLPTY_ASSERT(at != HLSIM_NEVER);
    if (at > clock->now) {
        clock->now = at;
    }
}

void hlpty_clock_cut(struct hlpty_clock *clock, int64_t at)
{
    HLPTY_ASSERT(at <= clock->now);
    clock->now = at;
}

int64_t hlpty_clock_wait(const struct hlpty_clock *clock, int64_t next_at, int64_t wall)
{
    int64_t wait = HLPTY_CLOCK_TICK;

    if (next_at <= clock->now) {
        return 0;
    }
    if (next_at - clock->now < wait * clock->factor) {
        wait = (next_at - clock->now + clock->factor - 1) / clock->factor;
    }
    wait -= wall - clock->wall;
    return wait > 0 ? wait : 0;
}
