/*
 * The parts of the bench, and an actor that notes what it is asked to do.
 */
#include "judge_bench.h"

#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

struct hlsim__sched sched;
struct hlsim_stream stream;
struct hlsim_scenario scenario;
struct hlsim_planned_action actions[4];
struct hlsim_expect expects[4];
struct hlsim_matcher order[4];
struct hlsim_condition finals[2];
struct hlsim_judge *judge;

/* What the actor was asked, e.g. "do power_cut@5 undo power_cut@6 ". */
char asked[256];
enum hlsim_acted answer;
char firmware[32];
int verdict_count;
bool in_sink;

static enum hlsim_acted note(const char *verb, const struct hlsim_action *action)
{
    size_t used = strlen(asked);

    CU_ASSERT_FALSE(in_sink);
    snprintf(asked + used, sizeof asked - used, "%s %s@%lld ", verb, action->name,
             (long long)(sched.now / SECOND));
    return answer;
}

static enum hlsim_acted act(void *user, const struct hlsim_action *action)
{
    (void)user;
    return note("do", action);
}

static enum hlsim_acted undo(void *user, const struct hlsim_action *action)
{
    (void)user;
    return note("undo", action);
}

static int read_path(void *user, const char *path, struct hlsim_value *ret_value)
{
    (void)user;
    if (strcmp(path, "modem.firmware") == 0) {
        ret_value->type = HLSIM_VALUE_TEXT;
        snprintf(ret_value->text, sizeof ret_value->text, "%s", firmware);
        return 0;
    }
    if (strcmp(path, "modem.boots") == 0) {
        ret_value->type = HLSIM_VALUE_INT;
        ret_value->integer = 3;
        return 0;
    }
    return strcmp(path, "network.nat") == 0 ? HLSIM_E_UNSUPPORTED : HLSIM_E_NOT_FOUND;
}

static const struct hlsim_actor actor = {.act = act, .undo = undo, .read = read_path};

static void enter(void *user, const struct hlsim_event *event)
{
    (void)user;
    verdict_count += event->kind == HLSIM_EVENT_VERDICT;
    in_sink = true;
}

static void leave(void *user, const struct hlsim_event *event)
{
    (void)user;
    (void)event;
    in_sink = false;
}

/* Empties everything; the test then fills in `actions` and `expects`. */
void judge_reset(void)
{
    hlsim__sched_init(&sched);
    hlsim__stream_init(&stream, &sched);
    memset(&scenario, 0, sizeof scenario);
    memset(actions, 0, sizeof actions);
    memset(expects, 0, sizeof expects);
    memset(order, 0, sizeof order);
    memset(finals, 0, sizeof finals);
    scenario.actions = actions;
    scenario.expects = expects;
    asked[0] = '\0';
    answer = HLSIM_ACTED;
    strcpy(firmware, "4.4.14.0");
    verdict_count = 0;
    in_sink = false;
    judge = NULL;
}

void judge_begin(void)
{
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&stream, HLSIM_EVENT_ALL, enter, NULL), 0);
    judge = hlsim__judge_create(&sched, &stream, &scenario, &actor, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(judge);
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&stream, HLSIM_EVENT_ALL, leave, NULL), 0);
}

void judge_end(void)
{
    hlsim_judge_free(judge);
    hlsim__sched_free(&sched);
}

void run_until(int64_t at)
{
    while (hlsim__sched_fire_next(&sched, at)) {
    }
    hlsim__sched_advance(&sched, at);
}

void line_at(int64_t at, enum hlsim_event_kind kind, const char *line)
{
    run_until(at);
    HLSIM__EMIT(&stream, "modem:0/port:0", kind, HLSIM_TEXT("line", line));
    run_until(at);
}

void urc_at(int64_t at, const char *line)
{
    line_at(at, HLSIM_EVENT_URC, line);
}

struct hlsim_matcher line_matcher(enum hlsim_event_kind kind, const char *pattern)
{
    struct hlsim_matcher matcher = {.type = HLSIM_MATCHER_EVENT, .kind = kind, .field_count = 1};

    strcpy(matcher.fields[0].key, "line");
    strcpy(matcher.fields[0].pattern, pattern);
    snprintf(matcher.text, sizeof matcher.text, "urc \"%s\"", pattern);
    return matcher;
}

struct hlsim_matcher urc(const char *pattern)
{
    return line_matcher(HLSIM_EVENT_URC, pattern);
}

struct hlsim_matcher progress(bool at_least, int64_t number)
{
    return (struct hlsim_matcher){
        .type = HLSIM_MATCHER_PROGRESS, .at_least = at_least, .number = number, .text = "progress"};
}

struct hlsim_condition firmware_is(const char *version)
{
    struct hlsim_condition condition = {.path = "modem.firmware",
                                        .value = {.type = HLSIM_VALUE_TEXT}};

    strcpy(condition.value.text, version);
    return condition;
}

struct hlsim_expect *expect(enum hlsim_expect_kind kind)
{
    struct hlsim_expect *added = &expects[scenario.expect_count];

    added->kind = kind;
    added->within = HLSIM_NEVER;
    added->times_min = 1;
    snprintf(added->pointer, sizeof added->pointer, "/expect/%zu", scenario.expect_count);
    scenario.expect_count++;
    return added;
}

struct hlsim_expect *seen(const char *pattern)
{
    struct hlsim_expect *added = expect(HLSIM_EXPECT_SEEN);

    added->what = urc(pattern);
    return added;
}

struct hlsim_expect *never(const char *pattern, const char *from, const char *until)
{
    struct hlsim_expect *added = expect(HLSIM_EXPECT_NEVER);

    added->what = urc(pattern);
    if (from != NULL) {
        added->has_from = true;
        added->from = urc(from);
    }
    if (until != NULL) {
        added->has_until = true;
        added->until = urc(until);
    }
    return added;
}

struct hlsim_expect *in_order(const char *first, const char *second, const char *third)
{
    struct hlsim_expect *added = expect(HLSIM_EXPECT_ORDER);

    order[0] = urc(first);
    order[1] = urc(second);
    order[2] = urc(third);
    added->order = order;
    added->order_count = 3;
    return added;
}

struct hlsim_planned_action *plan(const char *name)
{
    struct hlsim_planned_action *added = &actions[scenario.action_count];

    strcpy(added->action.name, name);
    added->count = 1;
    added->undo_after = HLSIM_NEVER;
    snprintf(added->pointer, sizeof added->pointer, "/actions/%zu", scenario.action_count);
    scenario.action_count++;
    return added;
}

/* The n-th finding; its outcome is checked here, its words by the caller. */
const struct hlsim_finding *finding(size_t index, enum hlsim_outcome outcome)
{
    const struct hlsim_finding *found;

    CU_ASSERT_FATAL(index < hlsim_judge_finding_count(judge));
    found = hlsim_judge_finding(judge, index);
    CU_ASSERT_EQUAL(found->outcome, outcome);
    return found;
}

void close_and_expect(enum hlsim_outcome outcome)
{
    hlsim_judge_close(judge, "the limit was reached");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 1);
    finding(0, outcome);
}

struct hlsim_expect * final(struct hlsim_condition condition)
{
    struct hlsim_expect *added = expect(HLSIM_EXPECT_FINAL);

    finals[0] = condition;
    added->finals = finals;
    added->final_count = 1;
    return added;
}
