/*
 * What the parts of one judge share: where they listen, whom they ask, when they go on.
 */
#ifndef HLSIM_SCENARIO_BENCH_H
#define HLSIM_SCENARIO_BENCH_H

#include <hl78sim/scenario.h>

#include "core/sched.h"
#include "core/stream.h"

/* Actors in one chain. */
#define HLSIM__ACTORS_MAX 8

struct hlsim__bench {
    struct hlsim_stream *stream;
    struct hlsim__timer_group timers;
    size_t actor_count;
    struct hlsim_actor actors[HLSIM__ACTORS_MAX];
    bool strict;         /* a skip is a failure */
    uint64_t observable; /* kinds of events that can come here */
    /* Runs at the same instant, after what is being delivered now. */
    struct hlsim__timer follow_up;
};

/* Something was decided or may have changed: the judge looks again, once, at this instant. */
static inline void hlsim__bench_follow_up(struct hlsim__bench *bench)
{
    if (!hlsim__timer_armed(&bench->follow_up)) {
        hlsim__timer_set_in(&bench->follow_up, 0);
    }
}

#endif
