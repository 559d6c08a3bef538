/*
 * Bands as texts, and which technology finds a cell.
 */
#include "lib/suite.h"
#include "modem/technology.h"

#include <hl78sim/error.h>

#include <string.h>

static struct hlsim_profile profile;
static struct hlsim__settings settings;

/* A module with CAT-M1, NB-IoT and GSM in a network that has everything. */
static void begin(void)
{
    memset(&profile, 0, sizeof profile);
    memset(&settings, 0, sizeof settings);
    profile.figures.technology_max = HLSIM__TECHNOLOGY_GSM;
    profile.figures.network_technologies = 15;
    profile.figures.band = 66;
    profile.figures.band_gsm = 2;
    profile.figures.bands_m1 = "0002000000000F0F1B9F";
    profile.figures.bands_nb1 = "0002000000000F0F1B9F";
    profile.figures.bands_gsm = "F";
    strcpy(settings.values.KSRAT, "0");
}

static enum hlsim__technology find(void)
{
    struct hlsim__tuning tuning;

    hlsim__tuning_load(&tuning, &settings, &profile);
    return hlsim__tuning_find(&tuning, &profile);
}

static void bands_are_twenty_digits(void)
{
    static const char *const same[] = {"0002000000000F0F1B9F", "FFFFFFFFFFFFFFFFFFFF",
                                       "00000000000000000000", "80000000000000000001"};
    char text[HLSIM__BANDS_SIZE];
    struct hlsim__bands bands;

    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        CU_ASSERT_EQUAL_FATAL(hlsim__bands_parse(same[i], &bands), 0);
        hlsim__bands_format(bands, text);
        CU_ASSERT_STRING_EQUAL(text, same[i]);
    }
    CU_ASSERT_EQUAL_FATAL(hlsim__bands_parse("8001a", &bands), 0);
    hlsim__bands_format(bands, text);
    CU_ASSERT_STRING_EQUAL(text, "0000000000000008001A");
}

static void what_is_no_band_is_refused_and_changes_nothing(void)
{
    static const char *const bad[] = {"", "0x1", "G", "-1", " 1", "000000000000000000000"};
    struct hlsim__bands bands = {1, 2};

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT_EQUAL(hlsim__bands_parse(bad[i], &bands), HLSIM_E_FORMAT);
    }
    CU_ASSERT(bands.high == 1 && bands.low == 2);
}

static void a_band_above_64_is_one_bit_of_the_upper_digits(void)
{
    char text[HLSIM__BANDS_SIZE];

    begin();
    hlsim__bands_format(hlsim__technology_band(HLSIM__TECHNOLOGY_M1, &profile.figures), text);
    CU_ASSERT_STRING_EQUAL(text, "00020000000000000000");
    hlsim__bands_format(hlsim__technology_band(HLSIM__TECHNOLOGY_GSM, &profile.figures), text);
    CU_ASSERT_STRING_EQUAL(text, "00000000000000000002");
    profile.figures.band = 81; /* nothing that a mask can say */
    hlsim__bands_format(hlsim__technology_band(HLSIM__TECHNOLOGY_M1, &profile.figures), text);
    CU_ASSERT_STRING_EQUAL(text, "00000000000000000000");
}

static void the_first_technology_that_finds_a_cell_wins(void)
{
    begin();
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGY_M1);
    strcpy(settings.values.KSRAT, "1");
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGY_NB1);
    strcpy(settings.values.KSELACQ, "3,2,1");
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGY_GSM);
    profile.figures.network_technologies = 1; /* CAT-M1 alone */
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGY_M1);
    strcpy(settings.values.KSELACQ, "3,2");
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGIES);
}

static void a_module_finds_nothing_without_the_technology_or_the_band(void)
{
    begin();
    strcpy(settings.values.KBND_0, "00000000000000080000"); /* band 20; the cell has 66 */
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGIES);
    profile.figures.band = 20;
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGY_M1);
    strcpy(settings.values.KSRAT, "2");
    profile.figures.technology_max = HLSIM__TECHNOLOGY_NB1;
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGIES);
}

/* Settings are written by hand too. */
static void settings_that_make_no_sense_are_the_factory_s(void)
{
    begin();
    strcpy(settings.values.KSRAT, "x");
    strcpy(settings.values.KSELACQ, "9;");
    strcpy(settings.values.KBND_0, "none");
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGY_M1);
}

static void a_module_of_utran_finds_utran(void)
{
    begin();
    profile.figures.network_technologies = 31;
    profile.figures.technology_first = HLSIM__TECHNOLOGY_UTRAN;
    strcpy(settings.values.KSRAT, "4");
    CU_ASSERT_EQUAL(find(), HLSIM__TECHNOLOGY_UTRAN);
    CU_ASSERT_EQUAL(hlsim__technology_act(find()), 2);
    CU_ASSERT(!hlsim__technology_is_eps(find()));
}

static const struct suite_test tests[] = {
    SUITE_TEST(bands_are_twenty_digits),
    SUITE_TEST(what_is_no_band_is_refused_and_changes_nothing),
    SUITE_TEST(a_band_above_64_is_one_bit_of_the_upper_digits),
    SUITE_TEST(the_first_technology_that_finds_a_cell_wins),
    SUITE_TEST(a_module_finds_nothing_without_the_technology_or_the_band),
    SUITE_TEST(a_module_of_utran_finds_utran),
    SUITE_TEST(settings_that_make_no_sense_are_the_factory_s),
};

int main(void)
{
    return suite_run("technology", tests, sizeof tests / sizeof *tests);
}
