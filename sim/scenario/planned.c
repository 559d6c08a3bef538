/*
 * Triggers, strikes and undoes one action through the chain of actors.
 */
#include "scenario/planned.h"

#include <string.h>

#define SOURCE "judge"

static void say(const struct hlsim__planned *planned, const char *outcome)
{
    uint64_t before = hlsim__stream_set_cause(planned->bench->stream, planned->cause);

    HLSIM__EMIT(planned->bench->stream, SOURCE, HLSIM_EVENT_ACTION,
                HLSIM_TEXT("name", planned->plan->action.name), HLSIM_TEXT("outcome", outcome));
    hlsim__stream_set_cause(planned->bench->stream, before);
}

/* Asks one actor after the other until one knows the action. */
static enum hlsim_acted ask(const struct hlsim__planned *planned, bool undo)
{
    uint64_t before = hlsim__stream_set_cause(planned->bench->stream, planned->cause);
    enum hlsim_acted acted = HLSIM_ACT_NOT_MINE;

    for (size_t i = 0; acted == HLSIM_ACT_NOT_MINE && i < planned->bench->actor_count; i++) {
        const struct hlsim_actor *actor = &planned->bench->actors[i];
        enum hlsim_acted (*call)(void *, const struct hlsim_action *) =
            undo ? actor->undo : actor->act;

        if (call != NULL) {
            acted = call(actor->user, &planned->plan->action);
        }
    }
    hlsim__stream_set_cause(planned->bench->stream, before);
    return acted;
}

static void strike(void *owner)
{
    struct hlsim__planned *planned = owner;

    switch (ask(planned, false)) {
    case HLSIM_ACTED:
        hlsim__decide_passed(&planned->decision);
        if (planned->plan->undo_after != HLSIM_NEVER) {
            hlsim__timer_set_in(&planned->undo, planned->plan->undo_after);
        }
        say(planned, HLSIM__STRIKE_STRUCK);
        break;
    case HLSIM_ACT_NOTHING:
        hlsim__decide(&planned->decision, HLSIM_OUTCOME_FAILED,
                      "never struck: it changed nothing when its time came");
        say(planned, HLSIM__STRIKE_NOTHING);
        break;
    case HLSIM_ACT_IMPOSSIBLE:
    case HLSIM_ACT_NOT_MINE:
    default:
        hlsim__decide(&planned->decision, HLSIM_OUTCOME_SKIPPED, "cannot be done here");
        say(planned, HLSIM__STRIKE_IMPOSSIBLE);
        break;
    }
}

static void undo(void *owner)
{
    struct hlsim__planned *planned = owner;

    if (ask(planned, true) == HLSIM_ACTED) {
        say(planned, HLSIM__STRIKE_UNDONE);
    }
}

void hlsim__planned_init(struct hlsim__planned *planned, struct hlsim__bench *bench,
                         const struct hlsim_planned_action *plan)
{
    char *what = planned->decision.finding.what;
    size_t size = sizeof planned->decision.finding.what;

    memset(planned, 0, sizeof *planned);
    planned->plan = plan;
    planned->bench = bench;
    hlsim__decision_init(&planned->decision, bench, plan->pointer);
    hlsim__append(what, size, "action %s", plan->action.name);
    hlsim__timer_init(&planned->strike, &bench->timers, strike, planned);
    hlsim__timer_init(&planned->undo, &bench->timers, undo, planned);
    if (plan->has_when) {
        hlsim__watch_init(&planned->when, &plan->when);
        hlsim__append(what, size, " when %s", plan->when.text);
    } else {
        hlsim__timer_set(&planned->strike, plan->at + plan->after);
    }
}

void hlsim__planned_step(struct hlsim__planned *planned, const struct hlsim_event *event)
{
    if (planned->decision.decided || planned->matches >= planned->plan->count ||
        planned->when.matcher == NULL || !hlsim__watch_happened(&planned->when)) {
        return;
    }
    planned->matches++;
    if (planned->matches == planned->plan->count) {
        planned->cause = event != NULL ? event->id : 0;
        hlsim__timer_set_in(&planned->strike, planned->plan->after);
    }
}

void hlsim__planned_close(struct hlsim__planned *planned, const char *why)
{
    const struct hlsim_planned_action *plan = planned->plan;

    if (planned->decision.decided) {
        return;
    }
    hlsim__timer_cancel(&planned->strike);
    if (!plan->has_when || planned->matches >= plan->count) {
        hlsim__decide(&planned->decision, HLSIM_OUTCOME_FAILED,
                      "never struck: its time did not come (%s)", why);
    } else if (planned->matches == 0) {
        hlsim__decide(&planned->decision, HLSIM_OUTCOME_FAILED,
                      "never struck: its trigger never came (%s)", why);
    } else {
        hlsim__decide(&planned->decision, HLSIM_OUTCOME_FAILED,
                      "never struck: its trigger came %u of %u times (%s)", planned->matches,
                      plan->count, why);
    }
}
