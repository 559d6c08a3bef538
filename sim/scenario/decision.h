/*
 * How one action or expectation ended, and the words for it. Knows no matchers.
 */
#ifndef HLSIM_SCENARIO_DECISION_H
#define HLSIM_SCENARIO_DECISION_H

#include "scenario/bench.h"

struct hlsim__decision {
    bool decided;
    bool announced; /* its verdict is in the stream */
    bool skipped;   /* could not be seen or done here, also where that is a failure */
    const struct hlsim__bench *bench;
    struct hlsim_finding finding;
};

/* An open decision about what lies at `pointer` (borrowed). */
void hlsim__decision_init(struct hlsim__decision *decision, const struct hlsim__bench *bench,
                          const char *pointer);

/* Appends to a text of a fixed size; what does not fit is left out. */
__attribute__((format(printf, 3, 4))) void hlsim__append(char *text, size_t size,
                                                         const char *format, ...);

/* Decides, once; the words say why. On a strict bench a skip is a failure. */
__attribute__((format(printf, 3, 4))) void
hlsim__decide(struct hlsim__decision *decision, enum hlsim_outcome outcome, const char *why, ...);

void hlsim__decide_passed(struct hlsim__decision *decision);

/* "passed", "failed", "skipped". */
const char *hlsim__outcome_name(enum hlsim_outcome outcome);

#endif
