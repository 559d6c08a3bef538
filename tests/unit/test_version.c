/*
 * The order of versions.
 */
#include "lib/suite.h"

#include <hl78sim/package.h>

static int sign_of(int number)
{
    return (number > 0) - (number < 0);
}

static void versions_are_ordered_number_by_number(void)
{
    static const struct {
        const char *left;
        const char *right;
        int order;
    } cases[] = {
        {"4.4.14.0", "4.4.14.0", 0},
        {"4.4.14.0", "4.6.8.0", -1},
        {"4.6.8.0", "4.6.10.0", -1}, /* 8 < 10, though "8" > "1" */
        {"4.10", "4.9.9.9.9.9", 1},
        {"1.6.3", "1.6.3.0", 0},
        {"1.6.3", "1.6.3.1", -1},
        {"1.6.3.0.0.0", "1.6.3", 0},
        {"00.08.07.00", "0.8.7", 0},
        {"00.08.07.00", "00.08.24.02", -1},
        {"0", "0.0.0.0.0.1", -1},
        {"999999999", "1000", 1},
        {"2147483648", "2147483647", 1},
        {"99999999999999999999", "100000000000000000000", -1},
        {"", "", 0},
        {"", "0", 0},
        {"", "1", -1},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_EQUAL(sign_of(hlsim_version_compare(cases[i].left, cases[i].right)),
                        cases[i].order);
        CU_ASSERT_EQUAL(sign_of(hlsim_version_compare(cases[i].right, cases[i].left)),
                        -cases[i].order);
    }
}

static void what_follows_a_strange_character_does_not_count(void)
{
    CU_ASSERT_EQUAL(hlsim_version_compare("4.6-rc1", "4.6"), 0);
    CU_ASSERT_EQUAL(hlsim_version_compare("4.6x.9", "4.6"), 0);
    CU_ASSERT(hlsim_version_compare("4.6x.9", "4.6.1") < 0);
    CU_ASSERT_EQUAL(hlsim_version_compare("none", ""), 0);
}

static void valid_versions_are_told_from_others(void)
{
    static const char *const good[] = {
        "0",           "1.6.3",     "4.4.14.0",    "00.08.07.00",
        "1.2.3.4.5.6", "123456789", "123456789.1", "1234567.1234567.1234567.1234567"};
    static const char *const bad[] = {"",           ".",
                                      "1.",         ".1",
                                      "1..2",       "1.2.3.4.5.6.7",
                                      "1234567890", "a",
                                      "1.a",        "1 ",
                                      " 1",         "-1",
                                      "+1",         "1.2\n",
                                      "1,2",        "12345678.1234567.1234567.1234567"};

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        CU_ASSERT(hlsim_version_valid(good[i]));
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT(!hlsim_version_valid(bad[i]));
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(versions_are_ordered_number_by_number),
    SUITE_TEST(what_follows_a_strange_character_does_not_count),
    SUITE_TEST(valid_versions_are_told_from_others),
};

int main(void)
{
    return suite_run("version", tests, sizeof tests / sizeof *tests);
}
