/*
 * A matcher at work: whether what happens just now is a match, and what has to be remembered for
 * that. Knows no expectations and no actions.
 */
#ifndef HLSIM_SCENARIO_WATCH_H
#define HLSIM_SCENARIO_WATCH_H

#include "scenario/bench.h"

struct hlsim__watch {
    const struct hlsim_matcher *matcher;
    bool crossed;  /* progress: this download has reached the number already */
    bool was_so;   /* state: the path had the value at the last look */
    bool unseen;   /* state: nobody here can read the path */
    bool happened; /* progress, state: the present round is a match */
};

/* How the condition of a path stands. */
enum hlsim__condition_state {
    HLSIM__CONDITION_HOLDS,
    HLSIM__CONDITION_FAILS,
    HLSIM__CONDITION_UNREADABLE, /* cannot be observed here */
};

/* Whether an event's kind and fields are what an EVENT matcher asks for. */
bool hlsim__matcher_fits(const struct hlsim_matcher *matcher, const struct hlsim_event *event);

void hlsim__watch_init(struct hlsim__watch *watch, const struct hlsim_matcher *matcher);

/*
 * Shows one event to the watch; afterwards hlsim__watch_happened tells whether it was a match.
 * Every event that the matcher may need is shown, also while nobody asks.
 */
void hlsim__watch_event(struct hlsim__watch *watch, const struct hlsim_event *event);

/* A round of states: reads the path of a STATE matcher, a match when it has become so. */
void hlsim__watch_state(struct hlsim__watch *watch, const struct hlsim__bench *bench);

static inline bool hlsim__watch_happened(const struct hlsim__watch *watch)
{
    return watch->happened;
}

/* The kinds of events that must be shown to the watch; a state needs all. */
uint64_t hlsim__watch_kinds(const struct hlsim__watch *watch);

/*
 * Evaluates a condition now. The first actor of the chain that knows the path answers; `ret_value`
 * is what the path has, when it can be read.
 */
enum hlsim__condition_state hlsim__condition_check(const struct hlsim_condition *condition,
                                                   const struct hlsim__bench *bench,
                                                   struct hlsim_value *ret_value);

#endif
