/*
 * Decisions are made once and kept with their words.
 */
#include "scenario/decision.h"

#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void hlsim__decision_init(struct hlsim__decision *decision, const struct hlsim__bench *bench,
                          const char *pointer)
{
    memset(decision, 0, sizeof *decision);
    decision->bench = bench;
    decision->finding.pointer = pointer;
}

void hlsim__append(char *text, size_t size, const char *format, ...)
{
    size_t used = strlen(text);
    va_list arguments;

    HLSIM_ASSERT(used < size);
    va_start(arguments, format);
    vsnprintf(text + used, size - used, format, arguments);
    va_end(arguments);
}

void hlsim__decide(struct hlsim__decision *decision, enum hlsim_outcome outcome, const char *why,
                   ...)
{
    va_list arguments;

    HLSIM_ASSERT(!decision->decided);
    decision->decided = true;
    decision->skipped = outcome == HLSIM_OUTCOME_SKIPPED;
    decision->finding.outcome =
        decision->skipped && decision->bench->strict ? HLSIM_OUTCOME_FAILED : outcome;
    va_start(arguments, why);
    vsnprintf(decision->finding.why, sizeof decision->finding.why, why, arguments);
    va_end(arguments);
}

void hlsim__decide_passed(struct hlsim__decision *decision)
{
    hlsim__decide(decision, HLSIM_OUTCOME_PASSED, "%s", "");
}

const char *hlsim__outcome_name(enum hlsim_outcome outcome)
{
    switch (outcome) {
    case HLSIM_OUTCOME_PASSED:
        return "passed";
    case HLSIM_OUTCOME_SKIPPED:
        return "skipped";
    case HLSIM_OUTCOME_FAILED:
    default:
        return "failed";
    }
}
