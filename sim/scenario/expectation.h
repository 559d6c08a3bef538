/*
 * One expectation while it is open: what has been seen of it so far. Does not act and emits
 * nothing.
 *
 * What each kind means, where scenario-format.md leaves room:
 *   seen   counts the matches that come after `from` (or after the start) and no later than
 *          `within` after it. Without an upper limit it passes at the match that fills `times`;
 *          with one it fails at the match too many and passes when its window ends.
 *   never  watches every window from an A to the next B, not only the first. The event that is B
 *          ends the window before it could offend; the event that is A does not offend.
 *   order  one event is one step at most. With `strict` any URC fails it that comes after the first
 *          step, before the last, and is not the next step.
 *   final  is read when the run ends.
 */
#ifndef HLSIM_SCENARIO_EXPECTATION_H
#define HLSIM_SCENARIO_EXPECTATION_H

#include "scenario/bench.h"
#include "scenario/decision.h"
#include "scenario/watch.h"

struct hlsim__expectation {
    struct hlsim__bench *bench;
    const struct hlsim_expect *expect;
    struct hlsim__decision decision;
    size_t watch_count;
    struct hlsim__watch *watches; /* all of them, so that they can be walked */
    struct hlsim__watch *what;    /* into `watches`; NULL: there is none */
    struct hlsim__watch *from;
    struct hlsim__watch *until;
    struct hlsim__watch *order;
    struct hlsim__timer limit; /* seen: the end of `within` */
    bool open;                 /* seen, never: the window is open */
    bool opened;               /* it was open once */
    bool closed;               /* never: it was closed once */
    unsigned count;            /* seen: matches so far */
    size_t step;               /* order: the next one */
};

/*
 * 0 or HLSIM_E_NO_MEMORY. `bench` and `expect` are borrowed. The window of a `seen` or `never`
 * without a beginning opens at once.
 */
int hlsim__expectation_init(struct hlsim__expectation *expectation, struct hlsim__bench *bench,
                            const struct hlsim_expect *expect);
void hlsim__expectation_free(struct hlsim__expectation *expectation);

/* Goes on with what the watches say; `event` is NULL in a round of states. */
void hlsim__expectation_step(struct hlsim__expectation *expectation,
                             const struct hlsim_event *event);

/* True while the run has to wait for this expectation (finals excepted). */
bool hlsim__expectation_blocks(const struct hlsim__expectation *expectation);

/* True when it asks for something to come; an expectation that nothing comes has no end. */
bool hlsim__expectation_asks(const struct hlsim__expectation *expectation);

/* Final only: whether every path is as it should be, or cannot be read here. */
bool hlsim__expectation_final_holds(const struct hlsim__expectation *expectation);

/* The run has ended: decides what is open. */
void hlsim__expectation_close(struct hlsim__expectation *expectation, const char *why);

#endif
