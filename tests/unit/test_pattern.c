/*
 * Patterns of the scenario language (scenario-format.md, "Matchers").
 */
#include <hl78sim/scenario.h>

#include "lib/suite.h"

static void a_pattern_without_stars_covers_the_whole_line(void)
{
    CU_ASSERT_TRUE(hlsim_pattern_match("+WDSI: 16", "+WDSI: 16"));
    CU_ASSERT_FALSE(hlsim_pattern_match("+WDSI: 1", "+WDSI: 16"));
    CU_ASSERT_FALSE(hlsim_pattern_match("WDSI: 16", "+WDSI: 16"));
    CU_ASSERT_FALSE(hlsim_pattern_match("", "x"));
    CU_ASSERT_TRUE(hlsim_pattern_match("", ""));
}

static void a_star_stands_for_any_run_also_none(void)
{
    CU_ASSERT_TRUE(hlsim_pattern_match("+WDSI: 9,*", "+WDSI: 9,524648"));
    CU_ASSERT_TRUE(hlsim_pattern_match("+WDSI: 9,*", "+WDSI: 9,"));
    CU_ASSERT_FALSE(hlsim_pattern_match("+WDSI: 9,*", "+WDSI: 9"));
    CU_ASSERT_TRUE(hlsim_pattern_match("*", ""));
    CU_ASSERT_TRUE(hlsim_pattern_match("**", "anything"));
    CU_ASSERT_TRUE(hlsim_pattern_match("*CPWROFF*", "AT+CPWROFF=1"));
}

static void several_stars_find_the_runs_that_fit(void)
{
    CU_ASSERT_TRUE(hlsim_pattern_match("a*b*c", "aXbXbc"));
    CU_ASSERT_TRUE(hlsim_pattern_match("*ab", "aab"));
    CU_ASSERT_TRUE(hlsim_pattern_match("*aab*", "aaaab!"));
    CU_ASSERT_FALSE(hlsim_pattern_match("a*b*c", "acb"));
    CU_ASSERT_FALSE(hlsim_pattern_match("*ab*ab*", "xabx"));
}

static void a_long_mismatch_ends_soon(void)
{
    char text[2001];

    for (size_t i = 0; i < sizeof text - 1; i++) {
        text[i] = 'a';
    }
    text[sizeof text - 1] = '\0';
    CU_ASSERT_FALSE(hlsim_pattern_match("*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void a_backslash_makes_a_star_and_itself_literal(void)
{
    CU_ASSERT_TRUE(hlsim_pattern_match("a\\*b", "a*b"));
    CU_ASSERT_FALSE(hlsim_pattern_match("a\\*b", "aXb"));
    CU_ASSERT_TRUE(hlsim_pattern_match("a\\\\b", "a\\b"));
    CU_ASSERT_TRUE(hlsim_pattern_match("*\\*", "x*"));
    CU_ASSERT_FALSE(hlsim_pattern_match("*\\*", "xy"));
    /* A backslash before anything else, or at the end, is itself. */
    CU_ASSERT_TRUE(hlsim_pattern_match("a\\b", "a\\b"));
    CU_ASSERT_TRUE(hlsim_pattern_match("a\\", "a\\"));
}

static void case_does_not_matter_and_all_else_is_literal(void)
{
    CU_ASSERT_TRUE(hlsim_pattern_match("at+wdss?", "AT+WDSS?"));
    CU_ASSERT_FALSE(hlsim_pattern_match("AT+WDSS?", "AT+WDSSX"));
    CU_ASSERT_TRUE(hlsim_pattern_match("[a-z].", "[A-Z]."));
    CU_ASSERT_FALSE(hlsim_pattern_match("[a-z].", "bc"));
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_pattern_without_stars_covers_the_whole_line),
    SUITE_TEST(a_star_stands_for_any_run_also_none),
    SUITE_TEST(several_stars_find_the_runs_that_fit),
    SUITE_TEST(a_long_mismatch_ends_soon),
    SUITE_TEST(a_backslash_makes_a_star_and_itself_literal),
    SUITE_TEST(case_does_not_matter_and_all_else_is_literal),
};

int main(void)
{
    return suite_run("pattern", tests, sizeof tests / sizeof *tests);
}
