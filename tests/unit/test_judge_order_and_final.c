/*
 * The judge: orders, and what must hold at the end.
 */
#include "judge_bench.h"

#include "lib/suite.h"

#include <string.h>

static void order_lets_others_come_between(void)
{
    judge_reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3");
    judge_begin();
    urc_at(1 * SECOND, "+WDSI: 2");
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    urc_at(3 * SECOND, "+CEREG: 1");
    urc_at(4 * SECOND, "+WDSI: 2");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(5 * SECOND, "+WDSI: 3");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finding(0, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void order_fails_naming_the_step_that_did_not_come(void)
{
    judge_reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3");
    judge_begin();
    urc_at(1 * SECOND, "+WDSI: 3");
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    urc_at(3 * SECOND, "+WDSI: 2");
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "step 3 of 3, urc \"+WDSI: 3\", never came in its place (the limit was "
                           "reached)");
    judge_end();
}

static void one_event_is_one_step_of_an_order(void)
{
    judge_reset();
    in_order("+WDSI: 4", "+WDSI: 4", "+WDSI: 4");
    judge_begin();
    urc_at(1 * SECOND, "+WDSI: 4");
    urc_at(2 * SECOND, "+WDSI: 4");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    urc_at(3 * SECOND, "+WDSI: 4");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    judge_end();
}

static void strict_order_refuses_another_urc_in_between_but_no_command(void)
{
    judge_reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3")->strict = true;
    judge_begin();
    urc_at(1 * SECOND, "+CEREG: 1");
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    line_at(3 * SECOND, HLSIM_EVENT_HOST, "AT+WDSR=3");
    urc_at(4 * SECOND, "+WDSI: 2");
    CU_ASSERT_EQUAL(hlsim_judge_finding_count(judge), 0);
    urc_at(5 * SECOND, "+CEREG: 1");
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "+CEREG: 1 came between urc \"+WDSI: 2\" and urc \"+WDSI: 3\"");
    judge_end();
}

static void strict_order_passes_without_others(void)
{
    judge_reset();
    in_order("+WDSI: 9,*", "+WDSI: 2", "+WDSI: 3")->strict = true;
    judge_begin();
    urc_at(2 * SECOND, "+WDSI: 9,1464");
    urc_at(4 * SECOND, "+WDSI: 2");
    urc_at(5 * SECOND, "+WDSI: 3");
    finding(0, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void the_run_can_end_when_the_finals_hold_now(void)
{
    judge_reset();
    seen("+WDSI: 16");
    final(firmware_is("4.6.8.0"));
    judge_begin();
    urc_at(SECOND, "+WDSI: 16");
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    strcpy(firmware, "4.6.8.0");
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    hlsim_judge_close(judge, "all is decided");
    finding(1, HLSIM_OUTCOME_PASSED);
    judge_end();
}

static void a_final_fails_with_what_was_found(void)
{
    judge_reset();
    final(firmware_is("4.6.8.0"));
    judge_begin();
    close_and_expect(HLSIM_OUTCOME_FAILED);
    CU_ASSERT_STRING_EQUAL(finding(0, HLSIM_OUTCOME_FAILED)->why,
                           "modem.firmware is \"4.4.14.0\", expected \"4.6.8.0\"");
    judge_end();
}

static void a_final_takes_ranges_patterns_and_types(void)
{
    struct hlsim_condition boots = {
        .path = "modem.boots", .kind = HLSIM_CONDITION_RANGE, .has_min = true, .min = 2};
    struct hlsim_condition like = {
        .path = "modem.firmware", .kind = HLSIM_CONDITION_LIKE, .like = "4.4.*"};
    struct hlsim_condition null = {.path = "modem.firmware"};

    judge_reset();
    final(boots);
    judge_begin();
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finals[0].has_max = true;
    finals[0].max = 2;
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    finals[0] = like;
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    finals[0] = null;
    CU_ASSERT_FALSE(hlsim_judge_decided(judge));
    judge_end();
}

static void a_final_that_cannot_be_read_is_skipped_and_never_passed(void)
{
    judge_reset();
    final((struct hlsim_condition){.path = "network.nat"});
    judge_begin();
    CU_ASSERT_TRUE(hlsim_judge_decided(judge));
    close_and_expect(HLSIM_OUTCOME_SKIPPED);
    judge_end();
}

static void a_skip_is_a_failure_when_the_judge_is_strict(void)
{
    judge_reset();
    final((struct hlsim_condition){.path = "network.nat"});
    judge_begin();
    hlsim_judge_set_strict(judge, true);
    close_and_expect(HLSIM_OUTCOME_FAILED);
    judge_end();
}

static const struct suite_test tests[] = {
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
};

int main(void)
{
    return suite_run("judge_order_and_final", tests, sizeof tests / sizeof *tests);
}
