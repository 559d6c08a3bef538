/*
 * Real time to virtual time: the only clock of the project. A turn of the loop asks how far the
 * world may go; the clock lets it advance by the wall time that went by, times a factor, and by
 * HLPTY_CLOCK_SLICE of wall time at most. A process that comes late loses time and never leaps, so
 * that a modem does not seem to have answered nothing for as long as a laptop slept.
 */
#ifndef HLPTY_CLOCK_H
#define HLPTY_CLOCK_H

#include <stdint.h>

#include <hl78sim/time.h>

/* The most wall time that one turn lives through. */
#define HLPTY_CLOCK_SLICE (10 * HLSIM_MS)

/* How long a loop sleeps at most; below the slice, so that an idle process loses no time to the
 * rounding of its sleeps. */
#define HLPTY_CLOCK_TICK (5 * HLSIM_MS)

/* The same while time would leap on, were the host not still reading: nothing tells that it has
 * read. */
#define HLPTY_CLOCK_HELD_TICK  (200 * HLSIM_US)

#define HLPTY_CLOCK_FACTOR_MAX 1000000

struct hlpty_clock {
    int64_t factor; /* virtual nanoseconds in one of wall time; 1 is real time */
    int64_t now;    /* virtual */
    int64_t wall;   /* of the last turn */
    int64_t lost;   /* wall time that was not lived through, in all */
};

/* Nanoseconds of the monotonic wall clock, from any origin. */
int64_t hlpty_clock_wall(void);

/* Starts at `now` of virtual time and `wall`; 1 <= factor <= HLPTY_CLOCK_FACTOR_MAX. */
void hlpty_clock_start(struct hlpty_clock *clock, int64_t factor, int64_t now, int64_t wall);

/* From here on with another factor. */
void hlpty_clock_set_factor(struct hlpty_clock *clock, int64_t factor);

/* One turn: moves to what `wall` allows and returns the virtual time reached. */
int64_t hlpty_clock_turn(struct hlpty_clock *clock, int64_t wall);

/* Leaps forward to `at`; a time that has passed changes nothing. */
void hlpty_clock_leap(struct hlpty_clock *clock, int64_t at);

/* Lets go of the virtual time behind `at`: it comes with later turns. */
void hlpty_clock_cut(struct hlpty_clock *clock, int64_t at);

/*
 * How long (wall time, nanoseconds) the loop may sleep at `wall` when the next thing happens at
 * `next_at` of virtual time (HLSIM_NEVER: nothing): 0 to HLPTY_CLOCK_TICK.
 */
int64_t hlpty_clock_wait(const struct hlpty_clock *clock, int64_t next_at, int64_t wall);

#endif
