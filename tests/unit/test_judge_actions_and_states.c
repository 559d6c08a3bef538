/*
 * The judge: planned actions, and what is matched that is no line: progress, states.
 */
#include "judge_bench.h"

#include "lib/suite.h"

#include <string.h>

static void an_action_by_time_strikes_then_and_is_undone(void)
{
    struct hlsim_planned_action *cut;

    judge_reset();
    cut = plan("power_cut");
    cut->at = 5 * SECOND;
    cut->after = SECOND;
    cut->undo_after = 10 * SECOND;
    judge_begin();
    run_until(5 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "");
    run_until(20 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@6 undo power_cut@16 ");
    finding(0, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void what_is_planned_is_done_when_nothing_is_expected_any_more(void)
{
    struct hlsim_planned_action *cut;

    judge_reset();
    cut = plan("power_cut");
    cut->at = 5 * SECOND;
    seen("+WDSI: 16")->within = 10 * SECOND;
    judge_begin();
    run_until(2 * SECOND);
    hlsim_judge_expect_nothing(judge);
    run_until(20 * SECOND);
    urc_at(21 * SECOND, "+WDSI: 16");
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@5 ");
    CU_ASSERT_EQUAL(verdict_count, 0);
    hlsim_judge_close(judge, "its end came");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 1);
    judge_end();
}

static void an_action_strikes_some_time_after_the_nth_match_once(void)
{
    struct hlsim_planned_action *cut;

    judge_reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = urc("+WDSI: 4");
    cut->count = 2;
    cut->after = 3 * SECOND;
    judge_begin();
    urc_at(1 * SECOND, "+WDSI: 4");
    run_until(9 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "");
    urc_at(10 * SECOND, "+WDSI: 4");
    urc_at(11 * SECOND, "+WDSI: 4");
    run_until(60 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@13 ");
    judge_end();
}

static void an_action_is_no_part_of_the_delivery_of_its_trigger(void)
{
    struct hlsim_planned_action *cut;

    /* `note` asserts that no sink is under way; the strike is still at the same instant. */
    judge_reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = urc("+WDSI: 14");
    judge_begin();
    urc_at(7 * SECOND, "+WDSI: 14");
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@7 ");
    judge_end();
}

static void an_action_that_struck_can_be_seen(void)
{
    struct hlsim_planned_action *cut;
    struct hlsim_expect *it;

    judge_reset();
    cut = plan("power_cut");
    cut->at = SECOND;
    it = expect(HLSIM_EXPECT_SEEN);
    it->what = (struct hlsim_matcher){.type = HLSIM_MATCHER_EVENT,
                                      .kind = HLSIM_EVENT_ACTION,
                                      .field_count = 2,
                                      .fields = {{.key = "name", .pattern = "power_cut"},
                                                 {.key = "outcome", .pattern = "struck"}},
                                      .text = "action power_cut"};
    judge_begin();
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    run_until(SECOND);
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(1, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void an_action_that_never_struck_is_a_failure_that_says_why(void)
{
    struct hlsim_planned_action *cut;

    judge_reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = urc("+WDSI: 14");
    cut->count = 2;
    plan("reset")->at = 100 * SECOND;
    judge_begin();
    urc_at(SECOND, "+WDSI: 14");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "the limit was reached");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "never struck: its trigger came 1 of 2 times (the limit was reached)");
    CU_ASSERT_STRING_EQUAL(finding(1, HLSIM_OUTCOME_FAILED)->why,
                           "never struck: its time did not come (the limit was reached)");
    run_until(200 * SECOND);
    CU_ASSERT_STRING_EQUAL(asked, "");
    judge_end();
}

static void an_action_that_changed_nothing_never_struck(void)
{
    judge_reset();
    plan("power_cut")->undo_after = SECOND;
    answer = HLSIM_ACT_NOTHING;
    judge_begin();
    run_until(10 * SECOND);
    finding(0, HLSIM_OUTCOME_FAILED);
    /* What did not happen is not undone. */
    CU_ASSERT_STRING_EQUAL(asked, "do power_cut@0 ");
    judge_end();
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

    judge_reset();
    answer = HLSIM_ACT_IMPOSSIBLE;
    plan("loss")->at = SECOND;
    next = plan("reset");
    next->has_when = true;
    next->when = loss_struck;
    expect(HLSIM_EXPECT_SEEN)->what = loss_struck;
    seen("+WDSI: 16");
    judge_begin();
    run_until(2 * SECOND);
    finding(0, HLSIM_OUTCOME_SKIPPED);
    finding(1, HLSIM_OUTCOME_SKIPPED);
    finding(2, HLSIM_OUTCOME_SKIPPED);
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(3 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(3, HLSIM_OUTCOME_PASSED);
    CU_ASSERT_STRING_EQUAL(asked, "do loss@1 ");
    judge_end();
}

static void what_needs_events_that_cannot_come_here_is_skipped(void)
{
    struct hlsim_expect *it;

    judge_reset();
    it = expect(HLSIM_EXPECT_NEVER);
    it->what = (struct hlsim_matcher){
        .type = HLSIM_MATCHER_EVENT, .kind = HLSIM_EVENT_NAT_RELEASE, .text = "event nat.release"};
    judge_begin();
    hlsim_judge_set_observable(judge, HLSIM_EVENT_BIT(HLSIM_EVENT_URC));
    run_until(SECOND);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_SKIPPED)->why,
                           "event nat.release cannot be seen here");
    judge_end();
}

static void progress_strikes_at_the_first_crossing_of_each_download(void)
{
    struct hlsim_expect *it;

    judge_reset();
    it = expect(HLSIM_EXPECT_SEEN);
    it->what = progress(true, 37);
    it->times_min = it->times_max = 2;
    judge_begin();
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
    judge_end();
}

static void progress_of_a_number_is_exactly_that_number(void)
{
    judge_reset();
    expect(HLSIM_EXPECT_SEEN)->what = progress(false, 37);
    judge_begin();
    urc_at(1 * SECOND, "+WDSI: 18,36");
    urc_at(2 * SECOND, "+WDSI: 18,38");
    urc_at(3 * SECOND, "+WDSI: 180,37");
    urc_at(4 * SECOND, "+WDSI: 18,37x");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(5 * SECOND, "+WDSI: 18,37");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    judge_end();
}

static void a_state_matches_when_it_becomes_so(void)
{
    struct hlsim_planned_action *cut;

    judge_reset();
    cut = plan("power_cut");
    cut->has_when = true;
    cut->when = (struct hlsim_matcher){.type = HLSIM_MATCHER_STATE, .text = "state"};
    cut->when.state = firmware_is("4.6.8.0");
    cut->count = 2;
    judge_begin();
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
    judge_end();
}

static void a_state_that_nobody_can_read_is_skipped(void)
{
    judge_reset();
    expect(HLSIM_EXPECT_SEEN)->what = (struct hlsim_matcher){
        .type = HLSIM_MATCHER_STATE, .state = {.path = "network.nat"}, .text = "state network.nat"};
    judge_begin();
    run_until(SECOND);
    finding(0, HLSIM_OUTCOME_SKIPPED);
    judge_end();
}

static const struct suite_test tests[] = {
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
    return suite_run("judge_actions_and_states", tests, sizeof tests / sizeof *tests);
}
