/*
 * The end that a scenario names itself: some time after a match. The run goes on until then, also
 * when everything else is decided.
 */
#ifndef HLSIM_SCENARIO_ENDING_H
#define HLSIM_SCENARIO_ENDING_H

#include "scenario/bench.h"
#include "scenario/decision.h"
#include "scenario/watch.h"

struct hlsim__ending {
    struct hlsim__decision decision;
    struct hlsim__watch when; /* its matcher is NULL: the scenario names no end */
    bool matched;
    int64_t after;
    struct hlsim__timer timer;
};

/* `bench` and `scenario` are borrowed. */
void hlsim__ending_init(struct hlsim__ending *ending, struct hlsim__bench *bench,
                        const struct hlsim_scenario *scenario);

static inline bool hlsim__ending_exists(const struct hlsim__ending *ending)
{
    return ending->when.matcher != NULL;
}

/* Goes on with what the watch says. */
void hlsim__ending_step(struct hlsim__ending *ending);

/* The run has ended: an end that has not come by now never will. */
void hlsim__ending_close(struct hlsim__ending *ending, const char *why);

#endif
