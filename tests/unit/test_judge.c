/*
 * The judge over a bare scheduler and stream: events made by hand, an actor that notes what it is
 * asked to do.
 */
#include <hl78sim/error.h>
#include <hl78sim/scenario.h>

#include "core/sched.h"
#include "core/stream.h"
#include "lib/suite.h"
#include "scenario/judge.h"

#include <stdio.h>
#include <string.h>

#define SECOND HLSIM_SECOND

static struct hlsim__sched sched;
static struct hlsim_stream stream;
static struct hlsim_scenario scenario;
static struct hlsim_planned_action actions[4];
static struct hlsim_expect expects[4];
static struct hlsim_matcher order[4];
static struct hlsim_condition finals[2];
static struct hlsim_judge *judge;

/* What the actor was asked, e.g. "do power_cut@5 undo power_cut@6 ". */
static char asked[256];
static enum hlsim_acted answer;
static char firmware[32];
static int verdict_count;
static bool in_sink;

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
static void reset(void)
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

static void begin(void)
{
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&stream, HLSIM_EVENT_ALL, enter, NULL), 0);
    judge = hlsim__judge_create(&sched, &stream, &scenario, &actor, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(judge);
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&stream, HLSIM_EVENT_ALL, leave, NULL), 0);
}

static void end(void)
{
    hlsim_judge_free(judge);
    hlsim__sched_free(&sched);
}

static void run_until(int64_t at)
{
    while (hlsim__sched_fire_next(&sched, at)) {
    }
    hlsim__sched_advance(&sched, at);
}

static void line_at(int64_t at, enum hlsim_event_kind kind, const char *line)
{
    run_until(at);
    HLSIM__EMIT(&stream, "modem:0/port:0", kind, HLSIM_TEXT("line", line));
    run_until(at);
}

static void urc_at(int64_t at, const char *line)
{
    line_at(at, HLSIM_EVENT_URC, line);
}

static struct hlsim_matcher line_matcher(enum hlsim_event_kind kind, const char *pattern)
{
    struct hlsim_matcher matcher = {.type = HLSIM_MATCHER_EVENT, .kind = kind, .field_count = 1};

    strcpy(matcher.fields[0].key, "line");
    strcpy(matcher.fields[0].pattern, pattern);
    snprintf(matcher.text, sizeof matcher.text, "urc \"%s\"", pattern);
    return matcher;
}

static struct hlsim_matcher urc(const char *pattern)
{
    return line_matcher(HLSIM_EVENT_URC, pattern);
}

static struct hlsim_matcher progress(bool at_least, int64_t number)
{
    return (struct hlsim_matcher){
        .type = HLSIM_MATCHER_PROGRESS, .at_least = at_least, .number = number, .text = "progress"};
}

static struct hlsim_condition firmware_is(const char *version)
{
    struct hlsim_condition condition = {.path = "modem.firmware",
                                        .value = {.type = HLSIM_VALUE_TEXT}};

    strcpy(condition.value.text, version);
    return condition;
}

static struct hlsim_expect *expect(enum hlsim_expect_kind kind)
{
    struct hlsim_expect *added = &expects[scenario.expect_count];

    added->kind = kind;
    added->within = HLSIM_NEVER;
    added->times_min = 1;
    snprintf(added->pointer, sizeof added->pointer, "/expect/%zu", scenario.expect_count);
    scenario.expect_count++;
    return added;
}

static struct hlsim_expect *seen(const char *pattern)
{
    struct hlsim_expect *added = expect(HLSIM_EXPECT_SEEN);

    added->what = urc(pattern);
    return added;
}

static struct hlsim_expect *never(const char *pattern, const char *from, const char *until)
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

static struct hlsim_expect *in_order(const char *first, const char *second, const char *third)
{
    struct hlsim_expect *added = expect(HLSIM_EXPECT_ORDER);

    order[0] = urc(first);
    order[1] = urc(second);
    order[2] = urc(third);
    added->order = order;
    added->order_count = 3;
    return added;
}

static struct hlsim_planned_action *plan(const char *name)
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
static const struct hlsim_finding *finding(size_t index, enum hlsim_outcome outcome)
{
    const struct hlsim_finding *found;

    CU_ASSERT_FATAL(index < hlsim_judge_finding_count(judge));
    found = hlsim_judge_finding(judge, index);
    CU_ASSERT_EQUAL(found->outcome, outcome);
    return found;
}

static void close_and_expect(enum hlsim_outcome outcome)
{
    hlsim_judge_close(judge, "the limit was reached");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 1);
    finding(0, outcome);
}

static void seen_passes_at_the_match_and_says_so_in_the_stream(void)
{
    reset();
    seen("+WDSI: 16");
    begin();
    urc_at(SECOND, "+WDSI: 15");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    urc_at(2 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    CU_ASSERT_EQUAL(verdict_count, 1);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_PASSED)->pointer, "/expect/0");
    hlsim_judge_close(judge, "done");
    CU_ASSERT_EQUAL(verdict_count, 1);
    end();
}

static void seen_that_never_came_fails_by_name_at_the_end(void)
{
    reset();
    seen("+WDSI: 16");
    begin();
    urc_at(SECOND, "+WDSI: 15");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->what, "seen urc \"+WDSI: 16\"");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "never came (the limit was reached)");
    end();
}

static void seen_within_takes_what_comes_exactly_in_time(void)
{
    reset();
    seen("+WDSI: 16")->within = 30 * SECOND;
    begin();
    urc_at(30 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(0, HLSIM_OUTCOME_PASSED);
    end();
}

static void seen_within_fails_when_its_time_is_over(void)
{
    reset();
    seen("+WDSI: 16")->within = 30 * SECOND;
    begin();
    urc_at(30 * SECOND + 2, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why, "never came (its time is over)");
    CU_ASSERT_EQUAL(verdict_count, 1);
    end();
}

static void seen_counts_only_from_its_beginning(void)
{
    struct hlsim_expect *it;

    reset();
    it = seen("+WDSI: 8");
    it->has_from = true;
    it->from = urc("+WDSI: 16");
    it->within = 10 * SECOND;
    begin();
    urc_at(SECOND, "+WDSI: 8");
    urc_at(100 * SECOND, "+WDSI: 16");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(109 * SECOND, "+WDSI: 8");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(0, HLSIM_OUTCOME_PASSED);
    end();
}

static void seen_whose_beginning_never_came_was_never_reached(void)
{
    struct hlsim_expect *it;

    reset();
    it = seen("+WDSI: 8");
    it->has_from = true;
    it->from = urc("+WDSI: 16");
    begin();
    urc_at(SECOND, "+WDSI: 8");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "never reached: its beginning, urc \"+WDSI: 16\", never came (the "
                           "limit was reached)");
    end();
}

static void seen_exactly_twice_passes_at_the_end_only(void)
{
    struct hlsim_expect *it;

    reset();
    it = seen("+WDSI: 4");
    it->times_min = it->times_max = 2;
    begin();
    urc_at(SECOND, "+WDSI: 4");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(2 * SECOND, "+WDSI: 4");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    /* It does not hold the run up any more: one too many could only come by waiting. */
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    close_and_expect(HLSIM_OUTCOME_PASSED);
    end();
}

static void seen_once_too_often_fails_at_once(void)
{
    struct hlsim_expect *it;

    reset();
    it = seen("+WDSI: 4");
    it->times_min = 1;
    it->times_max = 2;
    begin();
    urc_at(SECOND, "+WDSI: 4");
    urc_at(2 * SECOND, "+WDSI: 4");
    urc_at(3 * SECOND, "+WDSI: 4");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "came 3 times, at most 2 were expected");
    end();
}

static void seen_too_seldom_fails_with_the_count(void)
{
    reset();
    seen("+WDSI: 4")->times_min = 3;
    begin();
    urc_at(SECOND, "+WDSI: 4");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "came 1 times, 3 were expected (the limit was reached)");
    end();
}

static void never_passes_at_the_end_and_holds_nothing_up(void)
{
    reset();
    never("+WDSI: 15", NULL, NULL);
    seen("+WDSI: 16");
    begin();
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "all is decided");
    finding(0, HLSIM_OUTCOME_PASSED);
    finding(1, HLSIM_OUTCOME_PASSED);
    end();
}

static void never_alone_gives_the_run_no_end(void)
{
    reset();
    never("+WDSI: 15", NULL, NULL);
    begin();
    run_until(1000 * SECOND);
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    close_and_expect(HLSIM_OUTCOME_PASSED);
    end();
}

static void a_named_end_is_when_the_run_ends_and_no_sooner(void)
{
    reset();
    never("+WDSI: 15", NULL, NULL);
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = urc("+WDSI: 16");
    scenario.end_after = 10 * SECOND;
    begin();
    urc_at(5 * SECOND, "+WDSI: 16");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(8 * SECOND, "+WDSI: 16");
    run_until(15 * SECOND - 1);
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    run_until(15 * SECOND);
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "its end came");
    finding(0, HLSIM_OUTCOME_PASSED);
    finding(1, HLSIM_OUTCOME_PASSED);
    CU_ASSERT_STRING_EQUAL(hlsim_judge_finding(judge, 2)->pointer, "/ends/when");
    finding(2, HLSIM_OUTCOME_PASSED);
    end();
}

static void what_is_open_at_the_named_end_fails(void)
{
    reset();
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = urc("+KSUP: 0");
    begin();
    urc_at(5 * SECOND, "+KSUP: 0");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "its end came");
    finding(0, HLSIM_OUTCOME_FAILED);
    finding(1, HLSIM_OUTCOME_PASSED);
    end();
}

static void a_named_end_that_never_came_is_a_failure(void)
{
    reset();
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = urc("+KSUP: 0");
    begin();
    urc_at(5 * SECOND, "+WDSI: 16");
    run_until(1000 * SECOND);
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "the limit was reached");
    finding(0, HLSIM_OUTCOME_PASSED);
    finding(1, HLSIM_OUTCOME_FAILED);
    end();
}

static void a_named_end_that_cannot_be_seen_here_is_none(void)
{
    reset();
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = (struct hlsim_matcher){.kind = HLSIM_EVENT_NAT_RELEASE, .text = "nat"};
    begin();
    hlsim_judge_set_observable(judge, HLSIM_EVENT_BIT(HLSIM_EVENT_URC));
    urc_at(5 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "everything was decided");
    finding(0, HLSIM_OUTCOME_PASSED);
    finding(1, HLSIM_OUTCOME_SKIPPED);
    end();
}

static void never_fails_when_it_comes(void)
{
    reset();
    never("+WDSI: 1*", NULL, NULL);
    begin();
    urc_at(SECOND, "+WDSI: 15");
    finding(0, HLSIM_OUTCOME_FAILED);
    CU_ASSERT_EQUAL(verdict_count, 1);
    end();
}

static void never_between_looks_inside_the_window_only(void)
{
    reset();
    never("+WDSI: *", "+WDSI: 14", "+WDSI: 16");
    begin();
    urc_at(1 * SECOND, "+WDSI: 4");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    /* Neither the event that opens the window nor the one that closes it offends. */
    urc_at(2 * SECOND, "+WDSI: 14");
    urc_at(3 * SECOND, "+KSUP: 0");
    urc_at(4 * SECOND, "+WDSI: 16");
    urc_at(5 * SECOND, "+WDSI: 4");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    close_and_expect(HLSIM_OUTCOME_PASSED);
    end();
}

static void never_between_holds_the_run_up_until_the_window_closes(void)
{
    reset();
    never("+KSUP: 2", "+WDSI: 14", "+WDSI: 16");
    seen("+WDSI: 14");
    begin();
    urc_at(SECOND, "+WDSI: 14");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(2 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    end();
}

static void never_between_fails_inside_a_later_window_too(void)
{
    reset();
    never("+KSUP: *", "+WDSI: 14", "+WDSI: 16");
    begin();
    urc_at(1 * SECOND, "+WDSI: 14");
    urc_at(2 * SECOND, "+WDSI: 16");
    urc_at(3 * SECOND, "+KSUP: 0");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    urc_at(4 * SECOND, "+WDSI: 14");
    urc_at(5 * SECOND, "+KSUP: 0");
    finding(0, HLSIM_OUTCOME_FAILED);
    end();
}

static void never_whose_beginning_never_came_fails(void)
{
    reset();
    never("+KSUP: *", "+WDSI: 14", NULL);
    begin();
    urc_at(SECOND, "+WDSI: 4");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(finding(0, HLSIM_OUTCOME_FAILED)->why, "never reached"));
    end();
}

static void order_lets_others_come_between(void)
{
    reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3");
    begin();
    urc_at(1 * SECOND, "+WDSI: 2");
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    urc_at(3 * SECOND, "+CEREG: 1");
    urc_at(4 * SECOND, "+WDSI: 2");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(5 * SECOND, "+WDSI: 3");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(0, HLSIM_OUTCOME_PASSED);
    end();
}

static void order_fails_naming_the_step_that_did_not_come(void)
{
    reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3");
    begin();
    urc_at(1 * SECOND, "+WDSI: 3");
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    urc_at(3 * SECOND, "+WDSI: 2");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "step 3 of 3, urc \"+WDSI: 3\", never came in its place (the limit was "
                           "reached)");
    end();
}

static void one_event_is_one_step_of_an_order(void)
{
    reset();
    in_order("+WDSI: 4", "+WDSI: 4", "+WDSI: 4");
    begin();
    urc_at(1 * SECOND, "+WDSI: 4");
    urc_at(2 * SECOND, "+WDSI: 4");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(3 * SECOND, "+WDSI: 4");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    end();
}

static void strict_order_refuses_another_urc_in_between_but_no_command(void)
{
    reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3")->strict = true;
    begin();
    urc_at(1 * SECOND, "+CEREG: 1");
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    line_at(3 * SECOND, HLSIM_EVENT_HOST, "AT+WDSR=3");
    urc_at(4 * SECOND, "+WDSI: 2");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    urc_at(5 * SECOND, "+CEREG: 1");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "+CEREG: 1 came between urc \"+WDSI: 2\" and urc \"+WDSI: 3\"");
    end();
}

static void strict_order_passes_without_others(void)
{
    reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3")->strict = true;
    begin();
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    urc_at(4 * SECOND, "+WDSI: 2");
    urc_at(5 * SECOND, "+WDSI: 3");
    finding(0, HLSIM_OUTCOME_PASSED);
    end();
}

static struct hlsim_expect * final(struct hlsim_condition condition)
{
    struct hlsim_expect *added = expect(HLSIM_EXPECT_FINAL);

    finals[0] = condition;
    added->finals = finals;
    added->final_count = 1;
    return added;
}

static void the_run_can_end_when_the_finals_hold_now(void)
{
    reset();
    seen("+WDSI: 16");
    final(firmware_is("4.6.8.0"));
    begin();
    urc_at(SECOND, "+WDSI: 16");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    strcpy(firmware, "4.6.8.0");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "all is decided");
    finding(1, HLSIM_OUTCOME_PASSED);
    end();
}

static void a_final_fails_with_what_was_found(void)
{
    reset();
    final(firmware_is("4.6.8.0"));
    begin();
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "modem.firmware is \"4.4.14.0\", expected \"4.6.8.0\"");
    end();
}

static void a_final_takes_ranges_patterns_and_types(void)
{
    struct hlsim_condition boots = {
        .path = "modem.boots", .kind = HLSIM_CONDITION_RANGE, .has_min = true, .min = 2};
    struct hlsim_condition like = {
        .path = "modem.firmware", .kind = HLSIM_CONDITION_LIKE, .like = "4.4.*"};
    struct hlsim_condition null = {.path = "modem.firmware"};

    reset();
    final(boots);
    begin();
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finals[0].has_max = true;
    finals[0].max = 2;
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    finals[0] = like;
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finals[0] = null;
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    end();
}

static void a_final_that_cannot_be_read_is_skipped_and_never_passed(void)
{
    reset();
    final((struct hlsim_condition){.path = "network.nat"});
    begin();
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    close_and_expect(HLSIM_OUTCOME_SKIPPED);
    end();
}

static void a_skip_is_a_failure_when_the_judge_is_strict(void)
{
    reset();
    final((struct hlsim_condition){.path = "network.nat"});
    begin();
    hlsim_judge_set_strict(judge, true);
    close_and_expect(HLSIM_OUTCOME_FAILED);
    end();
}

static void an_action_by_time_strikes_then_and_is_undone(void)
{
    struct hlsim_planned_action *cut;

    reset();
    cut = plan("power_cut");
    cut->at = 5 * SECOND;
    cut->after = SECOND;
    cut->undo_after = 10 * SECOND;
    begin();
    run_until(5 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "");
    run_until(20 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@6 undo power_cut@16 ");
    finding(0, HLSIM_OUTCOME_PASSED);
    end();
}

static void what_is_planned_is_done_when_nothing_is_expected_any_more(void)
{
    struct hlsim_planned_action *cut;

    reset();
    cut = plan("power_cut");
    cut->at = 5 * SECOND;
    seen("+WDSI: 16")->within = 10 * SECOND;
    begin();
    run_until(2 * SECOND);
    hlsim_judge_expect_nothing(judge);
    run_until(20 * SECOND);
    urc_at(21 * SECOND, "+WDSI: 16");
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@5 ");
    CU_ASSERT_EQUAL(verdict_count, 0);
    hlsim_judge_close(judge, "its end came");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 1);
    end();
}

static void an_action_strikes_some_time_after_the_nth_match_once(void)
{
    struct hlsim_planned_action *cut;

    reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = urc("+WDSI: 4");
    cut->count = 2;
    cut->after = 3 * SECOND;
    begin();
    urc_at(1 * SECOND, "+WDSI: 4");
    run_until(9 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "");
    urc_at(10 * SECOND, "+WDSI: 4");
    urc_at(11 * SECOND, "+WDSI: 4");
    run_until(60 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@13 ");
    end();
}

static void an_action_is_no_part_of_the_delivery_of_its_trigger(void)
{
    struct hlsim_planned_action *cut;

    /* `note` asserts that no sink is under way; the strike is still at the same instant. */
    reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = urc("+WDSI: 14");
    begin();
    urc_at(7 * SECOND, "+WDSI: 14");
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@7 ");
    end();
}

static void an_action_that_struck_can_be_seen(void)
{
    struct hlsim_planned_action *cut;
    struct hlsim_expect *it;

    reset();
    cut = plan("power_cut");
    cut->at = SECOND;
    it = expect(HLSIM_EXPECT_SEEN);
    it->what = (struct hlsim_matcher){.type = HLSIM_MATCHER_EVENT,
                                      .kind = HLSIM_EVENT_ACTION,
                                      .field_count = 2,
                                      .fields = {{.key = "name", .pattern = "power_cut"},
                                                 {.key = "outcome", .pattern = "struck"}},
                                      .text = "action power_cut"};
    begin();
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    run_until(SECOND);
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(1, HLSIM_OUTCOME_PASSED);
    end();
}

static void an_action_that_never_struck_is_a_failure_that_says_why(void)
{
    struct hlsim_planned_action *cut;

    reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = urc("+WDSI: 14");
    cut->count = 2;
    plan("reset")->at = 100 * SECOND;
    begin();
    urc_at(SECOND, "+WDSI: 14");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "the limit was reached");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "never struck: its trigger came 1 of 2 times (the limit was reached)");
    CU_ASSERT_STRING_EQUAL(finding(1, HLSIM_OUTCOME_FAILED)->why,
                           "never struck: its time did not come (the limit was reached)");
    run_until(200 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "");
    end();
}

static void an_action_that_changed_nothing_never_struck(void)
{
    reset();
    plan("power_cut")->undo_after = SECOND;
    answer = HLSIM_ACT_NOTHING;
    begin();
    run_until(10 * SECOND);
    finding(0, HLSIM_OUTCOME_FAILED);
    /* What did not happen is not undone. */
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@0 ");
    end();
}

static void what_depends_on_an_action_that_cannot_be_done_is_skipped(void)
{
    struct hlsim_planned_action *next;
    struct hlsim_matcher loss_struck = {
        .type = HLSIM_MATCHER_EVENT,
        .kind = HLSIM_EVENT_ACTION,
        .field_count = 2,
        .fields = {{.key = "name", .pattern = "loss"}, {.key = "outcome", .pattern = "struck"}},
        .text = "action loss"};

    reset();
    answer = HLSIM_ACT_IMPOSSIBLE;
    plan("loss")->at = SECOND;
    next = plan("reset");
    next->has_when = true;
    next->when = loss_struck;
    expect(HLSIM_EXPECT_SEEN)->what = loss_struck;
    seen("+WDSI: 16");
    begin();
    run_until(2 * SECOND);
    finding(0, HLSIM_OUTCOME_SKIPPED);
    finding(1, HLSIM_OUTCOME_SKIPPED);
    finding(2, HLSIM_OUTCOME_SKIPPED);
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(3 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(3, HLSIM_OUTCOME_PASSED);
    CU_ASSERT_STRING_EQUAL(asked, "do loss@1 ");
    end();
}

static void what_needs_events_that_cannot_come_here_is_skipped(void)
{
    struct hlsim_expect *it;

    reset();
    it = expect(HLSIM_EXPECT_NEVER);
    it->what = (struct hlsim_matcher){
        .type = HLSIM_MATCHER_EVENT, .kind = HLSIM_EVENT_NAT_RELEASE, .text = "event nat.release"};
    begin();
    hlsim_judge_set_observable(judge, HLSIM_EVENT_BIT(HLSIM_EVENT_URC));
    run_until(SECOND);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_SKIPPED)->why,
                           "event nat.release cannot be seen here");
    end();
}

static void progress_strikes_at_the_first_crossing_of_each_download(void)
{
    struct hlsim_expect *it;

    reset();
    it = expect(HLSIM_EXPECT_SEEN);
    it->what = progress(true, 37);
    it->times_min = it->times_max = 2;
    begin();
    urc_at(1 * SECOND, "+WDSI: 18");
    urc_at(2 * SECOND, "+WDSI: 18,36");
    urc_at(3 * SECOND, "+WDSI: 18,40");
    urc_at(4 * SECOND, "+WDSI: 18,36"); /* resumed after a cut: no beginning, no crossing */
    urc_at(5 * SECOND, "+WDSI: 18,41");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(6 * SECOND, "+WDSI: 18");
    urc_at(7 * SECOND, "+WDSI: 18,37");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    close_and_expect(HLSIM_OUTCOME_PASSED);
    end();
}

static void progress_of_a_number_is_exactly_that_number(void)
{
    reset();
    expect(HLSIM_EXPECT_SEEN)->what = progress(false, 37);
    begin();
    urc_at(1 * SECOND, "+WDSI: 18,36");
    urc_at(2 * SECOND, "+WDSI: 18,38");
    urc_at(3 * SECOND, "+WDSI: 180,37");
    urc_at(4 * SECOND, "+WDSI: 18,37x");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(5 * SECOND, "+WDSI: 18,37");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    end();
}

static void a_state_matches_when_it_becomes_so(void)
{
    struct hlsim_planned_action *cut;

    reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = (struct hlsim_matcher){.type = HLSIM_MATCHER_STATE, .text = "state"};
    cut->when.state = firmware_is("4.6.8.0");
    cut->count = 2;
    begin();
    urc_at(1 * SECOND, "x");
    strcpy(firmware, "4.6.8.0");
    urc_at(2 * SECOND, "x");
    urc_at(3 * SECOND, "x");
    strcpy(firmware, "4.4.14.0");
    urc_at(4 * SECOND, "x");
    CU_ASSERT_STRING_EQUAL(asked, "");
    strcpy(firmware, "4.6.8.0");
    urc_at(5 * SECOND, "x");
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@5 ");
    end();
}

static void a_state_that_nobody_can_read_is_skipped(void)
{
    reset();
    expect(HLSIM_EXPECT_SEEN)->what = (struct hlsim_matcher){
        .type = HLSIM_MATCHER_STATE, .state = {.path = "network.nat"}, .text = "state network.nat"};
    begin();
    run_until(SECOND);
    finding(0, HLSIM_OUTCOME_SKIPPED);
    end();
}

static const struct suite_test tests[] = {
    SUITE_TEST(seen_passes_at_the_match_and_says_so_in_the_stream),
    SUITE_TEST(seen_that_never_came_fails_by_name_at_the_end),
    SUITE_TEST(seen_within_takes_what_comes_exactly_in_time),
    SUITE_TEST(seen_within_fails_when_its_time_is_over),
    SUITE_TEST(seen_counts_only_from_its_beginning),
    SUITE_TEST(seen_whose_beginning_never_came_was_never_reached),
    SUITE_TEST(seen_exactly_twice_passes_at_the_end_only),
    SUITE_TEST(seen_once_too_often_fails_at_once),
    SUITE_TEST(seen_too_seldom_fails_with_the_count),
    SUITE_TEST(never_passes_at_the_end_and_holds_nothing_up),
    SUITE_TEST(never_alone_gives_the_run_no_end),
    SUITE_TEST(a_named_end_is_when_the_run_ends_and_no_sooner),
    SUITE_TEST(what_is_open_at_the_named_end_fails),
    SUITE_TEST(a_named_end_that_never_came_is_a_failure),
    SUITE_TEST(a_named_end_that_cannot_be_seen_here_is_none),
    SUITE_TEST(never_fails_when_it_comes),
    SUITE_TEST(never_between_looks_inside_the_window_only),
    SUITE_TEST(never_between_holds_the_run_up_until_the_window_closes),
    SUITE_TEST(never_between_fails_inside_a_later_window_too),
    SUITE_TEST(never_whose_beginning_never_came_fails),
    SUITE_TEST(order_lets_others_come_between),
    SUITE_TEST(order_fails_naming_the_step_that_did_not_come),
    SUITE_TEST(one_event_is_one_step_of_an_order),
    SUITE_TEST(strict_order_refuses_another_urc_in_between_but_no_command),
    SUITE_TEST(strict_order_passes_without_others),
    SUITE_TEST(the_run_can_end_when_the_finals_hold_now),
    SUITE_TEST(a_final_fails_with_what_was_found),
    SUITE_TEST(a_final_takes_ranges_patterns_and_types),
    SUITE_TEST(a_final_that_cannot_be_read_is_skipped_and_never_passed),
    SUITE_TEST(a_skip_is_a_failure_when_the_judge_is_strict),
    SUITE_TEST(an_action_by_time_strikes_then_and_is_undone),
    SUITE_TEST(what_is_planned_is_done_when_nothing_is_expected_any_more),
    SUITE_TEST(an_action_strikes_some_time_after_the_nth_match_once),
    SUITE_TEST(an_action_is_no_part_of_the_delivery_of_its_trigger),
    SUITE_TEST(an_action_that_struck_can_be_seen),
    SUITE_TEST(an_action_that_never_struck_is_a_failure_that_says_why),
    SUITE_TEST(an_action_that_changed_nothing_never_struck),
    SUITE_TEST(what_depends_on_an_action_that_cannot_be_done_is_skipped),
    SUITE_TEST(what_needs_events_that_cannot_come_here_is_skipped),
    SUITE_TEST(progress_strikes_at_the_first_crossing_of_each_download),
    SUITE_TEST(progress_of_a_number_is_exactly_that_number),
    SUITE_TEST(a_state_matches_when_it_becomes_so),
    SUITE_TEST(a_state_that_nobody_can_read_is_skipped),
};

int main(void)
{
    return suite_run("judge", tests, sizeof tests / sizeof *tests);
}
