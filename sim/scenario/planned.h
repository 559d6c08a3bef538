/*
 * One planned action: waits for its trigger, strikes by a timer, is undone by another. It never
 * acts while an event is being delivered.
 */
#ifndef HLSIM_SCENARIO_PLANNED_H
#define HLSIM_SCENARIO_PLANNED_H

#include "scenario/bench.h"
#include "scenario/decision.h"
#include "scenario/watch.h"

/* The field `outcome` of an action's event. */
#define HLSIM__STRIKE_STRUCK     "struck"
#define HLSIM__STRIKE_NOTHING    "nothing"    /* done, and nothing changed */
#define HLSIM__STRIKE_IMPOSSIBLE "impossible" /* cannot be done here */
#define HLSIM__STRIKE_UNDONE     "undone"     /* the time of `for` is over */

struct hlsim__planned {
    const struct hlsim_planned_action *plan;
    struct hlsim__bench *bench;
    struct hlsim__decision decision;
    struct hlsim__watch when; /* its matcher is NULL for a plan by time */
    unsigned matches;
    uint64_t cause; /* the event that triggered it; 0: none */
    struct hlsim__timer strike;
    struct hlsim__timer undo;
};

/* A plan by time is armed at once. `bench` and `plan` are borrowed. */
void hlsim__planned_init(struct hlsim__planned *planned, struct hlsim__bench *bench,
                         const struct hlsim_planned_action *plan);

/* Goes on with what the watch says; `event` is NULL in a round of states. */
void hlsim__planned_step(struct hlsim__planned *planned, const struct hlsim_event *event);

/* The run has ended: an action that has not struck by now never will. */
void hlsim__planned_close(struct hlsim__planned *planned, const char *why);

#endif
