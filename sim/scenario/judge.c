/*
 * The judge: shows every event to the plans and expectations, and says what was decided. It acts
 * and speaks by timers only, so that a sink changes nothing.
 */
#include "scenario/judge.h"

#include "base/assert.h"
#include "scenario/bench.h"
#include "scenario/decision.h"
#include "scenario/ending.h"
#include "scenario/expectation.h"
#include "scenario/planned.h"
#include "scenario/watch.h"

#include <stdlib.h>
#include <string.h>

#define SOURCE "judge"

struct hlsim_judge {
    struct hlsim__bench bench;
    bool closed;
    bool has_states; /* some matcher asks for a path */
    size_t planned_count;
    struct hlsim__planned *planned;
    size_t expectation_count;
    struct hlsim__expectation *expectations;
    struct hlsim__ending *ending;
};

static struct hlsim__decision *decision_at(const struct hlsim_judge *judge, size_t index)
{
    if (index < judge->planned_count) {
        return &judge->planned[index].decision;
    }
    index -= judge->planned_count;
    return index < judge->expectation_count ? &judge->expectations[index].decision
                                            : &judge->ending->decision;
}

static size_t decision_count(const struct hlsim_judge *judge)
{
    return judge->planned_count + judge->expectation_count + hlsim__ending_exists(judge->ending);
}

static bool unannounced(const struct hlsim_judge *judge)
{
    for (size_t i = 0; i < decision_count(judge); i++) {
        if (decision_at(judge, i)->decided && !decision_at(judge, i)->announced) {
            return true;
        }
    }
    return false;
}

/* Emits the verdict of every expectation that is decided since the last time. */
static void announce(struct hlsim_judge *judge)
{
    for (size_t i = 0; i < decision_count(judge); i++) {
        struct hlsim__decision *decision = decision_at(judge, i);

        if (!decision->decided || decision->announced) {
            continue;
        }
        decision->announced = true;
        if (i >= judge->planned_count) {
            HLSIM__EMIT(judge->bench.stream, SOURCE, HLSIM_EVENT_VERDICT,
                        HLSIM_TEXT("expectation", decision->finding.pointer),
                        HLSIM_TEXT("outcome", hlsim__outcome_name(decision->finding.outcome)),
                        HLSIM_TEXT("why", decision->finding.why));
        }
    }
}

/* An `action` matcher waits in vain when all plans that could be meant were skipped. */
static bool waits_for_skipped(const struct hlsim_judge *judge, const struct hlsim_matcher *matcher)
{
    bool meant = false;

    for (size_t i = 0; i < judge->planned_count; i++) {
        const struct hlsim__planned *planned = &judge->planned[i];
        const struct hlsim_field fields[] = {HLSIM_TEXT("name", planned->plan->action.name),
                                             HLSIM_TEXT("outcome", HLSIM__STRIKE_STRUCK)};
        const struct hlsim_event event = {
            .kind = HLSIM_EVENT_ACTION, .fields = fields, .field_count = 2};

        if (hlsim__matcher_fits(matcher, &event)) {
            meant = true;
            if (!planned->decision.skipped) {
                return false;
            }
        }
    }
    return meant;
}

static bool unseeable(const struct hlsim_judge *judge, const struct hlsim__watch *watch)
{
    const struct hlsim_matcher *matcher = watch->matcher;

    if (matcher->type == HLSIM_MATCHER_STATE) {
        return watch->unseen;
    }
    return (hlsim__watch_kinds(watch) & ~judge->bench.observable) != 0 ||
           (matcher->type == HLSIM_MATCHER_EVENT && matcher->kind == HLSIM_EVENT_ACTION &&
            waits_for_skipped(judge, matcher));
}

/* Skips what depends on something that cannot be seen here, until nothing more follows. */
static void skip_unseeable(struct hlsim_judge *judge)
{
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < judge->planned_count; i++) {
            struct hlsim__planned *planned = &judge->planned[i];

            if (!planned->decision.decided && planned->when.matcher != NULL &&
                unseeable(judge, &planned->when)) {
                hlsim__decide(&planned->decision, HLSIM_OUTCOME_SKIPPED,
                              "its trigger, %s, cannot be seen here", planned->plan->when.text);
                again = true;
            }
        }
    }
    for (size_t i = 0; i < judge->expectation_count; i++) {
        struct hlsim__expectation *expectation = &judge->expectations[i];

        for (size_t j = 0; j < expectation->watch_count; j++) {
            if (!expectation->decision.decided && unseeable(judge, &expectation->watches[j])) {
                hlsim__decide(&expectation->decision, HLSIM_OUTCOME_SKIPPED,
                              "%s cannot be seen here", expectation->watches[j].matcher->text);
            }
        }
    }
    if (hlsim__ending_exists(judge->ending) && !judge->ending->decision.decided &&
        unseeable(judge, &judge->ending->when)) {
        hlsim__decide(&judge->ending->decision, HLSIM_OUTCOME_SKIPPED, "%s cannot be seen here",
                      judge->ending->when.matcher->text);
    }
}

static void step_all(struct hlsim_judge *judge, const struct hlsim_event *event)
{
    for (size_t i = 0; i < judge->planned_count; i++) {
        hlsim__planned_step(&judge->planned[i], event);
    }
    for (size_t i = 0; i < judge->expectation_count; i++) {
        hlsim__expectation_step(&judge->expectations[i], event);
    }
    hlsim__ending_step(judge->ending);
}

static void for_each_watch(struct hlsim_judge *judge,
                           void (*call)(struct hlsim_judge *judge, struct hlsim__watch *watch,
                                        const struct hlsim_event *event),
                           const struct hlsim_event *event)
{
    for (size_t i = 0; i < judge->planned_count; i++) {
        if (judge->planned[i].when.matcher != NULL) {
            call(judge, &judge->planned[i].when, event);
        }
    }
    for (size_t i = 0; i < judge->expectation_count; i++) {
        for (size_t j = 0; j < judge->expectations[i].watch_count; j++) {
            call(judge, &judge->expectations[i].watches[j], event);
        }
    }
    if (hlsim__ending_exists(judge->ending)) {
        call(judge, &judge->ending->when, event);
    }
}

static void show_event(struct hlsim_judge *judge, struct hlsim__watch *watch,
                       const struct hlsim_event *event)
{
    (void)judge;
    hlsim__watch_event(watch, event);
}

static void show_state(struct hlsim_judge *judge, struct hlsim__watch *watch,
                       const struct hlsim_event *event)
{
    (void)event;
    hlsim__watch_state(watch, &judge->bench);
}

static void note_state(struct hlsim_judge *judge, struct hlsim__watch *watch,
                       const struct hlsim_event *event)
{
    (void)event;
    judge->has_states = judge->has_states || watch->matcher->type == HLSIM_MATCHER_STATE;
}

static void follow_up(void *owner)
{
    struct hlsim_judge *judge = owner;

    if (judge->has_states) {
        for_each_watch(judge, show_state, NULL);
        step_all(judge, NULL);
    }
    skip_unseeable(judge);
    announce(judge);
}

static void sink(void *user, const struct hlsim_event *event)
{
    struct hlsim_judge *judge = user;

    if (judge->closed || event->kind == HLSIM_EVENT_VERDICT) {
        return;
    }
    for_each_watch(judge, show_event, event);
    step_all(judge, event);
    if (judge->has_states || unannounced(judge)) {
        hlsim__bench_follow_up(&judge->bench);
    }
}

static int init_parts(struct hlsim_judge *judge, const struct hlsim_scenario *scenario)
{
    /* One more than needed, so that none is no special case. */
    judge->planned = calloc(scenario->action_count + 1, sizeof *judge->planned);
    judge->expectations = calloc(scenario->expect_count + 1, sizeof *judge->expectations);
    judge->ending = calloc(1, sizeof *judge->ending);
    if (judge->planned == NULL || judge->expectations == NULL || judge->ending == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    for (size_t i = 0; i < scenario->action_count; i++) {
        hlsim__planned_init(&judge->planned[i], &judge->bench, &scenario->actions[i]);
        judge->planned_count++;
    }
    for (size_t i = 0; i < scenario->expect_count; i++) {
        int result =
            hlsim__expectation_init(&judge->expectations[i], &judge->bench, &scenario->expects[i]);

        if (result < 0) {
            return result;
        }
        judge->expectation_count++;
    }
    hlsim__ending_init(judge->ending, &judge->bench, scenario);
    return 0;
}

/* The kinds that some watch needs; ACTION always, since a skip there has consequences. */
static uint64_t wanted_kinds(const struct hlsim_judge *judge)
{
    uint64_t kinds = HLSIM_EVENT_BIT(HLSIM_EVENT_ACTION);

    for (size_t i = 0; i < judge->planned_count; i++) {
        if (judge->planned[i].when.matcher != NULL) {
            kinds |= hlsim__watch_kinds(&judge->planned[i].when);
        }
    }
    for (size_t i = 0; i < judge->expectation_count; i++) {
        const struct hlsim__expectation *expectation = &judge->expectations[i];

        HLSIM_ASSERT(expectation->expect != NULL);
        if (expectation->expect->kind == HLSIM_EXPECT_ORDER && expectation->expect->strict) {
            kinds |= HLSIM_EVENT_BIT(HLSIM_EVENT_URC);
        }
        for (size_t j = 0; j < expectation->watch_count; j++) {
            kinds |= hlsim__watch_kinds(&expectation->watches[j]);
        }
    }
    if (hlsim__ending_exists(judge->ending)) {
        kinds |= hlsim__watch_kinds(&judge->ending->when);
    }
    return kinds;
}

struct hlsim_judge *hlsim__judge_create(struct hlsim__sched *sched, struct hlsim_stream *stream,
                                        const struct hlsim_scenario *scenario,
                                        const struct hlsim_actor *actors, size_t actor_count)
{
    struct hlsim_judge *judge = calloc(1, sizeof *judge);

    HLSIM_ASSERT(actor_count <= HLSIM__ACTORS_MAX);
    if (judge == NULL) {
        return NULL;
    }
    judge->bench.stream = stream;
    judge->bench.observable = HLSIM_EVENT_ALL;
    judge->bench.actor_count = actor_count;
    for (size_t i = 0; i < actor_count; i++) {
        judge->bench.actors[i] = actors[i];
    }
    hlsim__timer_group_init(&judge->bench.timers, sched, NULL);
    hlsim__timer_init(&judge->bench.follow_up, &judge->bench.timers, follow_up, judge);
    if (init_parts(judge, scenario) < 0 ||
        hlsim_stream_subscribe(stream, wanted_kinds(judge), sink, judge) < 0) {
        hlsim_judge_free(judge);
        return NULL;
    }
    for_each_watch(judge, note_state, NULL);
    if (judge->has_states) {
        hlsim__bench_follow_up(&judge->bench);
    }
    return judge;
}

void hlsim_judge_expect_nothing(struct hlsim_judge *judge)
{
    for (size_t i = 0; i < judge->expectation_count; i++) {
        hlsim__timer_cancel(&judge->expectations[i].limit);
        hlsim__expectation_free(&judge->expectations[i]);
    }
    judge->expectation_count = 0;
}

void hlsim_judge_free(struct hlsim_judge *judge)
{
    if (judge == NULL) {
        return;
    }
    hlsim_judge_expect_nothing(judge);
    hlsim__timer_group_drop(&judge->bench.timers);
    free(judge->expectations);
    free(judge->planned);
    free(judge->ending);
    free(judge);
}

void hlsim_judge_set_strict(struct hlsim_judge *judge, bool strict)
{
    judge->bench.strict = strict;
}

void hlsim_judge_set_observable(struct hlsim_judge *judge, uint64_t kinds)
{
    /* What the judge itself says can be seen everywhere. */
    judge->bench.observable = kinds | HLSIM_EVENT_BIT(HLSIM_EVENT_ACTION);
    hlsim__bench_follow_up(&judge->bench);
}

bool hlsim_judge_decided(struct hlsim_judge *judge)
{
    bool asks = false;

    /* An end that cannot be seen here is none. */
    if (hlsim__ending_exists(judge->ending) && !judge->ending->decision.skipped) {
        return judge->ending->decision.decided;
    }
    for (size_t i = 0; i < judge->planned_count; i++) {
        if (!judge->planned[i].decision.decided) {
            return false;
        }
    }
    for (size_t i = 0; i < judge->expectation_count; i++) {
        if (hlsim__expectation_blocks(&judge->expectations[i])) {
            return false;
        }
        asks = asks || hlsim__expectation_asks(&judge->expectations[i]);
    }
    for (size_t i = 0; asks && i < judge->expectation_count; i++) {
        const struct hlsim__expectation *expectation = &judge->expectations[i];

        if (expectation->expect->kind == HLSIM_EXPECT_FINAL && !expectation->decision.decided &&
            !hlsim__expectation_final_holds(expectation)) {
            return false;
        }
    }
    return asks;
}

void hlsim_judge_close(struct hlsim_judge *judge, const char *why)
{
    if (judge->closed) {
        return;
    }
    skip_unseeable(judge);
    for (size_t i = 0; i < judge->planned_count; i++) {
        hlsim__planned_close(&judge->planned[i], why);
    }
    for (size_t i = 0; i < judge->expectation_count; i++) {
        hlsim__expectation_close(&judge->expectations[i], why);
    }
    hlsim__ending_close(judge->ending, why);
    announce(judge);
    judge->closed = true;
    hlsim__timer_group_drop(&judge->bench.timers);
}

size_t hlsim_judge_finding_count(const struct hlsim_judge *judge)
{
    size_t count = 0;

    for (size_t i = 0; i < decision_count(judge); i++) {
        count += decision_at(judge, i)->decided;
    }
    return count;
}

const struct hlsim_finding *hlsim_judge_finding(const struct hlsim_judge *judge, size_t index)
{
    for (size_t i = 0; i < decision_count(judge); i++) {
        const struct hlsim__decision *decision = decision_at(judge, i);

        if (decision->decided && index-- == 0) {
            return &decision->finding;
        }
    }
    HLSIM_ASSERT(false && "index below hlsim_judge_finding_count");
    return NULL;
}
