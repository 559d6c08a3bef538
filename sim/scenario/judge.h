/*
 * How a world makes a judge. What the judge does is in <hl78sim/scenario.h>.
 */
#ifndef HLSIM_SCENARIO_JUDGE_H
#define HLSIM_SCENARIO_JUDGE_H

#include <hl78sim/scenario.h>

#include "core/sched.h"
#include "core/stream.h"

/*
 * A judge that listens to `stream` and acts by timers of its own group in `sched`. `scenario` is
 * borrowed and outlives the judge; the actors are copied, what they point to is borrowed. To be
 * created before the time 0 passes and before the first event that matters.
 *
 * The stream keeps the judge's subscription: nothing may be emitted after hlsim_judge_free. NULL:
 * no memory, or the stream has no room for one more sink.
 */
struct hlsim_judge *hlsim__judge_create(struct hlsim__sched *sched, struct hlsim_stream *stream,
                                        const struct hlsim_scenario *scenario,
                                        const struct hlsim_actor *actors, size_t actor_count);

#endif
