/*
 * Waits for a match, then for a time, and is decided.
 */
#include "scenario/ending.h"

#include <string.h>

static void come(void *owner)
{
    struct hlsim__ending *ending = owner;

    hlsim__decide_passed(&ending->decision);
}

void hlsim__ending_init(struct hlsim__ending *ending, struct hlsim__bench *bench,
                        const struct hlsim_scenario *scenario)
{
    char *what = ending->decision.finding.what;

    memset(ending, 0, sizeof *ending);
    if (!scenario->has_end) {
        return;
    }
    ending->after = scenario->end_after;
    hlsim__decision_init(&ending->decision, bench, "/ends/when");
    hlsim__append(what, sizeof ending->decision.finding.what, "the end, %s",
                  scenario->end_when.text);
    hlsim__watch_init(&ending->when, &scenario->end_when);
    hlsim__timer_init(&ending->timer, &bench->timers, come, ending);
}

void hlsim__ending_step(struct hlsim__ending *ending)
{
    if (hlsim__ending_exists(ending) && !ending->matched && !ending->decision.decided &&
        hlsim__watch_happened(&ending->when)) {
        ending->matched = true;
        hlsim__timer_set_in(&ending->timer, ending->after);
    }
}

void hlsim__ending_close(struct hlsim__ending *ending, const char *why)
{
    if (hlsim__ending_exists(ending) && !ending->decision.decided) {
        hlsim__decide(&ending->decision, HLSIM_OUTCOME_FAILED, "never came (%s)", why);
    }
}
