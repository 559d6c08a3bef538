/*
 * Times of power saving as bits. Expectations are those of 24.008, tables 10.5.163, 10.5.163a and
 * 10.5.5.32.
 */
#include "lib/suite.h"

#include "modem/saving_code.h"

#include <hl78sim/time.h>

#include <string.h>

#define HOUR (60 * HLSIM_MINUTE)

static uint8_t code_of(const char *bits)
{
    uint8_t code = 0xff;

    CU_ASSERT_TRUE(hlsim__saving_parse(bits, 8, &code));
    return code;
}

static void active_times_have_three_units(void)
{
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_ACTIVE, code_of("00001111")),
                    30 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_ACTIVE, code_of("00100001")), HLSIM_MINUTE);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_ACTIVE, code_of("01000010")),
                    12 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_ACTIVE, code_of("00000000")), 0);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_ACTIVE, code_of("11100000")), -1);
}

static void reporting_times_have_seven_units(void)
{
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("00000001")), 10 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("00100010")), 2 * HOUR);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("01000011")), 30 * HOUR);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("01100101")), 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("10000100")), 2 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("10100101")), 5 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("11011111")), 9920 * HOUR);
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_TAU, code_of("11111111")), -1);
}

static void every_code_of_a_time_is_no_longer_than_it_and_as_fine_as_can_be(void)
{
    static const int64_t times[] = {HLSIM_SECOND,      2 * HLSIM_SECOND,  25 * HLSIM_SECOND,
                                    90 * HLSIM_SECOND, 10 * HLSIM_MINUTE, HOUR,
                                    5 * HOUR,          413 * 24 * HOUR};

    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        int64_t tau =
            hlsim__saving_time(HLSIM__SAVING_TAU, hlsim__saving_code(HLSIM__SAVING_TAU, times[i]));

        CU_ASSERT_TRUE(tau > 0 && (tau <= times[i] || tau == 2 * HLSIM_SECOND));
        CU_ASSERT_TRUE(tau * 2 > times[i]);
    }
    CU_ASSERT_EQUAL(
        hlsim__saving_time(HLSIM__SAVING_TAU, hlsim__saving_code(HLSIM__SAVING_TAU, HLSIM_MINUTE)),
        HLSIM_MINUTE);
    /* The longest that there is, where a time cannot be said. */
    CU_ASSERT_EQUAL(hlsim__saving_time(HLSIM__SAVING_ACTIVE,
                                       hlsim__saving_code(HLSIM__SAVING_ACTIVE, 100 * HOUR)),
                    31 * 6 * HLSIM_MINUTE);
}

static void only_bits_are_bits(void)
{
    char text[HLSIM__SAVING_BITS_SIZE];
    uint8_t code = 7;

    CU_ASSERT_FALSE(hlsim__saving_parse("0000111", 8, &code));
    CU_ASSERT_FALSE(hlsim__saving_parse("000011112", 8, &code));
    CU_ASSERT_FALSE(hlsim__saving_parse("0000111a", 8, &code));
    CU_ASSERT_FALSE(hlsim__saving_parse("", 4, &code));
    CU_ASSERT_EQUAL(code, 7);
    CU_ASSERT_TRUE(hlsim__saving_parse("1010", 4, &code));
    CU_ASSERT_EQUAL(code, 10);
    hlsim__saving_format(10, 4, text);
    CU_ASSERT_STRING_EQUAL(text, "1010");
    hlsim__saving_format(0x21, 8, text);
    CU_ASSERT_STRING_EQUAL(text, "00100001");
}

static void cycles_and_windows_depend_on_the_technology(void)
{
    CU_ASSERT_EQUAL(hlsim__saving_cycle(false, 0), 5120 * HLSIM_MS);
    CU_ASSERT_EQUAL(hlsim__saving_cycle(false, 5), 81920 * HLSIM_MS);
    CU_ASSERT_EQUAL(hlsim__saving_cycle(false, 13), 2621440 * HLSIM_MS);
    CU_ASSERT_EQUAL(hlsim__saving_cycle(true, 15), INT64_C(10485760) * HLSIM_MS);
    CU_ASSERT_EQUAL(hlsim__saving_window(false, 0), 1280 * HLSIM_MS);
    CU_ASSERT_EQUAL(hlsim__saving_window(true, 15), 40960 * HLSIM_MS);
    CU_ASSERT_EQUAL(hlsim__saving_cycle_code(false, 25 * HLSIM_SECOND), 2);
    CU_ASSERT_EQUAL(hlsim__saving_cycle_code(false, HLSIM_SECOND), 0);
    CU_ASSERT_EQUAL(hlsim__saving_cycle_code(true, HLSIM_DAY), 15);
    CU_ASSERT_EQUAL(hlsim__saving_window_code(false, 6 * HLSIM_SECOND), 3);
}

static const struct suite_test tests[] = {
    SUITE_TEST(active_times_have_three_units),
    SUITE_TEST(reporting_times_have_seven_units),
    SUITE_TEST(every_code_of_a_time_is_no_longer_than_it_and_as_fine_as_can_be),
    SUITE_TEST(only_bits_are_bits),
    SUITE_TEST(cycles_and_windows_depend_on_the_technology),
};

int main(void)
{
    return suite_run("saving_code", tests, sizeof tests / sizeof *tests);
}
