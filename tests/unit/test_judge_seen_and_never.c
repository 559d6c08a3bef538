/*
 * The judge: what must be seen, what must never be, and when a run ends.
 */
#include "judge_bench.h"

#include "lib/suite.h"

#include <string.h>

static void seen_passes_at_the_match_and_says_so_in_the_stream(void)
{
    judge_reset();
    seen("+WDSI: 16");
    judge_begin();
    urc_at(SECOND, "+WDSI: 15");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    urc_at(2 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    CU_ASSERT_EQUAL(verdict_count, 1);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_PASSED)->pointer, "/expect/0");
    hlsim_judge_close(judge, "done");
    CU_ASSERT_EQUAL(verdict_count, 1);
    judge_end();
}

static void seen_that_never_came_fails_by_name_at_the_end(void)
{
    judge_reset();
    seen("+WDSI: 16");
    judge_begin();
    urc_at(SECOND, "+WDSI: 15");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->what, "seen urc \"+WDSI: 16\"");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "never came (the limit was reached)");
    judge_end();
}

static void seen_within_takes_what_comes_exactly_in_time(void)
{
    judge_reset();
    seen("+WDSI: 16")->within = 30 * SECOND;
    judge_begin();
    urc_at(30 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(0, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void seen_within_fails_when_its_time_is_over(void)
{
    judge_reset();
    seen("+WDSI: 16")->within = 30 * SECOND;
    judge_begin();
    urc_at(30 * SECOND + 2, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why, "never came (its time is over)");
    CU_ASSERT_EQUAL(verdict_count, 1);
    judge_end();
}

static void seen_counts_only_from_its_beginning(void)
{
    struct hlsim_expect *it;

    judge_reset();
    it = seen("+WDSI: 8");
    it->has_from = true;
    it->from = urc("+WDSI: 16");
    it->within = 10 * SECOND;
    judge_begin();
    urc_at(SECOND, "+WDSI: 8");
    urc_at(100 * SECOND, "+WDSI: 16");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(109 * SECOND, "+WDSI: 8");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(0, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void seen_whose_beginning_never_came_was_never_reached(void)
{
    struct hlsim_expect *it;

    judge_reset();
    it = seen("+WDSI: 8");
    it->has_from = true;
    it->from = urc("+WDSI: 16");
    judge_begin();
    urc_at(SECOND, "+WDSI: 8");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "never reached: its beginning, urc \"+WDSI: 16\", never came (the "
                           "limit was reached)");
    judge_end();
}

static void seen_exactly_twice_passes_at_the_end_only(void)
{
    struct hlsim_expect *it;

    judge_reset();
    it = seen("+WDSI: 4");
    it->times_min = it->times_max = 2;
    judge_begin();
    urc_at(SECOND, "+WDSI: 4");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(2 * SECOND, "+WDSI: 4");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    /* It does not hold the run up any more: one too many could only come by waiting. */
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    close_and_expect(HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void seen_once_too_often_fails_at_once(void)
{
    struct hlsim_expect *it;

    judge_reset();
    it = seen("+WDSI: 4");
    it->times_min = 1;
    it->times_max = 2;
    judge_begin();
    urc_at(SECOND, "+WDSI: 4");
    urc_at(2 * SECOND, "+WDSI: 4");
    urc_at(3 * SECOND, "+WDSI: 4");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "came 3 times, at most 2 were expected");
    judge_end();
}

static void seen_too_seldom_fails_with_the_count(void)
{
    judge_reset();
    seen("+WDSI: 4")->times_min = 3;
    judge_begin();
    urc_at(SECOND, "+WDSI: 4");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "came 1 times, 3 were expected (the limit was reached)");
    judge_end();
}

static void never_passes_at_the_end_and_holds_nothing_up(void)
{
    judge_reset();
    never("+WDSI: 15", NULL, NULL);
    seen("+WDSI: 16");
    judge_begin();
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "all is decided");
    finding(0, HLSIM_OUTCOME_PASSED);
    finding(1, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void never_alone_gives_the_run_no_end(void)
{
    judge_reset();
    never("+WDSI: 15", NULL, NULL);
    judge_begin();
    run_until(1000 * SECOND);
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    close_and_expect(HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void a_named_end_is_when_the_run_ends_and_no_sooner(void)
{
    judge_reset();
    never("+WDSI: 15", NULL, NULL);
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = urc("+WDSI: 16");
    scenario.end_after = 10 * SECOND;
    judge_begin();
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
    judge_end();
}

static void what_is_open_at_the_named_end_fails(void)
{
    judge_reset();
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = urc("+KSUP: 0");
    judge_begin();
    urc_at(5 * SECOND, "+KSUP: 0");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "its end came");
    finding(0, HLSIM_OUTCOME_FAILED);
    finding(1, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void a_named_end_that_never_came_is_a_failure(void)
{
    judge_reset();
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = urc("+KSUP: 0");
    judge_begin();
    urc_at(5 * SECOND, "+WDSI: 16");
    run_until(1000 * SECOND);
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "the limit was reached");
    finding(0, HLSIM_OUTCOME_PASSED);
    finding(1, HLSIM_OUTCOME_FAILED);
    judge_end();
}

static void a_named_end_that_cannot_be_seen_here_is_none(void)
{
    judge_reset();
    seen("+WDSI: 16");
    scenario.has_end = true;
    scenario.end_when = (struct hlsim_matcher){.kind = HLSIM_EVENT_NAT_RELEASE, .text = "nat"};
    judge_begin();
    hlsim_judge_set_observable(judge, HLSIM_EVENT_BIT(HLSIM_EVENT_URC));
    urc_at(5 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "everything was decided");
    finding(0, HLSIM_OUTCOME_PASSED);
    finding(1, HLSIM_OUTCOME_SKIPPED);
    judge_end();
}

static void never_fails_when_it_comes(void)
{
    judge_reset();
    never("+WDSI: 1*", NULL, NULL);
    judge_begin();
    urc_at(SECOND, "+WDSI: 15");
    finding(0, HLSIM_OUTCOME_FAILED);
    CU_ASSERT_EQUAL(verdict_count, 1);
    judge_end();
}

static void never_between_looks_inside_the_window_only(void)
{
    judge_reset();
    never("+WDSI: *", "+WDSI: 14", "+WDSI: 16");
    judge_begin();
    urc_at(1 * SECOND, "+WDSI: 4");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    /* Neither the event that opens the window nor the one that closes it offends. */
    urc_at(2 * SECOND, "+WDSI: 14");
    urc_at(3 * SECOND, "+KSUP: 0");
    urc_at(4 * SECOND, "+WDSI: 16");
    urc_at(5 * SECOND, "+WDSI: 4");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    close_and_expect(HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void never_between_holds_the_run_up_until_the_window_closes(void)
{
    judge_reset();
    never("+KSUP: 2", "+WDSI: 14", "+WDSI: 16");
    seen("+WDSI: 14");
    judge_begin();
    urc_at(SECOND, "+WDSI: 14");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(2 * SECOND, "+WDSI: 16");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    judge_end();
}

static void never_between_fails_inside_a_later_window_too(void)
{
    judge_reset();
    never("+KSUP: *", "+WDSI: 14", "+WDSI: 16");
    judge_begin();
    urc_at(1 * SECOND, "+WDSI: 14");
    urc_at(2 * SECOND, "+WDSI: 16");
    urc_at(3 * SECOND, "+KSUP: 0");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    urc_at(4 * SECOND, "+WDSI: 14");
    urc_at(5 * SECOND, "+KSUP: 0");
    finding(0, HLSIM_OUTCOME_FAILED);
    judge_end();
}

static void never_whose_beginning_never_came_fails(void)
{
    judge_reset();
    never("+KSUP: *", "+WDSI: 14", NULL);
    judge_begin();
    urc_at(SECOND, "+WDSI: 4");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_PTR_NOT_NULL(strstr(finding(0, HLSIM_OUTCOME_FAILED)->why, "never reached"));
    judge_end();
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
};

int main(void)
{
    return suite_run("judge_seen_and_never", tests, sizeof tests / sizeof *tests);
}
