/*
 * The shipped profiles, against what the guidelines and Sierra's tests say.
 */
#include <hl78sim/load.h>

#include "lib/suite.h"
#include "load/shipped.h"
#include "profile/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hlsim_diagnostics diagnostics;
static struct hlsim_profile_family *family;

static void open_hl7800(void)
{
    const struct hlsim__shipped *shipped = &hlsim__shipped_profiles[0];

    memset(&diagnostics, 0, sizeof diagnostics);
    CU_ASSERT_EQUAL_FATAL(hlsim_load_profile((const char *)shipped->text, shipped->size,
                                             shipped->file, &family, &diagnostics),
                          0);
    CU_ASSERT_STRING_EQUAL(family->model, "HL7800");
}

static const struct hlsim_profile *firmware(const char *version)
{
    for (size_t i = 0; i < family->count; i++) {
        if (strcmp(family->profiles[i].firmware, version) == 0) {
            return &family->profiles[i];
        }
    }
    CU_FAIL_FATAL("this firmware is not shipped");
    return NULL;
}

static const char *answer(const struct hlsim_profile *profile, const char *command)
{
    const struct hlsim__answer *found = hlsim__profile_answer(profile, command);

    return found == NULL ? NULL : found->lines;
}

static void all_shipped_profiles_can_be_read_and_have_names(void)
{
    char name[64];
    size_t count = 0;

    for (size_t i = 0; i < hlsim__shipped_profile_count; i++) {
        const struct hlsim__shipped *shipped = &hlsim__shipped_profiles[i];
        struct hlsim_profile_family *read = NULL;
        size_t firmwares = 0;

        memset(&diagnostics, 0, sizeof diagnostics);
        CU_ASSERT_EQUAL_FATAL(hlsim_load_profile((const char *)shipped->text, shipped->size,
                                                 shipped->file, &read, &diagnostics),
                              0);
        CU_ASSERT_STRING_EQUAL(read->model, shipped->model);
        for (; shipped->firmwares[firmwares] != NULL; firmwares++) {
            CU_ASSERT_STRING_EQUAL(read->profiles[firmwares].firmware,
                                   shipped->firmwares[firmwares]);
        }
        CU_ASSERT_EQUAL(firmwares, read->count);
        count += firmwares;
        hlsim_profile_family_free(read);
    }
    for (size_t i = 0; i < count; i++) {
        CU_ASSERT_PTR_NOT_NULL(hlsim_shipped_profile_name(i, name, sizeof name));
    }
    CU_ASSERT_PTR_NULL(hlsim_shipped_profile_name(count, name, sizeof name));
    CU_ASSERT_STRING_EQUAL(hlsim_shipped_profile_name(0, name, sizeof name), "HL7800-1.4.0.0");
}

static void firmware_1_6_3_is_as_in_the_figures_of_the_guidelines(void)
{
    const struct hlsim_profile *old;

    open_hl7800();
    old = firmware("1.6.3");
    CU_ASSERT_STRING_EQUAL(old->figures.cgmr, "B{model}.{firmware}.0.20180803");
    CU_ASSERT_STRING_EQUAL(old->figures.wdsi_range, "0-4479");
    CU_ASSERT_EQUAL(old->figures.cmee_max, 2);
    CU_ASSERT_EQUAL(old->figures.wdss_cid_max, 1);
    CU_ASSERT_EQUAL(old->figures.wdss_cid_default, 0);
    CU_ASSERT_EQUAL(old->figures.wdsc5_default, 1);
    CU_ASSERT_EQUAL(old->figures.wdsc6_default, 1);
    CU_ASSERT_EQUAL(old->figures.ksrep_third_field, -1);
    CU_ASSERT_TRUE(old->quirks[HLSIM_QUIRK_apn_raises_event_0]);
    CU_ASSERT_FALSE(old->quirks[HLSIM_QUIRK_credentials_raise_event_0]);
    CU_ASSERT_TRUE(old->quirks[HLSIM_QUIRK_retry_slots_unused_shown]);
    CU_ASSERT_STRING_EQUAL(answer(old, "+CPSMS=?"), "+CPSMS: (0-1),(0),(0),(0-X),(0-Y)");
    CU_ASSERT_STRING_EQUAL(answer(old, "+CSQ=?"), "+CSQ: (0-31,99),(0-7,99)");
    hlsim_profile_family_free(family);
}

static void the_test_build_is_like_1_6_3_under_another_name(void)
{
    const struct hlsim_profile *build;

    open_hl7800();
    build = firmware("1.6.3.0.99");
    CU_ASSERT_STRING_EQUAL(build->figures.cgmr, "T{model}.{firmware}.20180803");
    CU_ASSERT_EQUAL(build->figures.wdsc5_default, 1);
    CU_ASSERT_TRUE(build->quirks[HLSIM_QUIRK_apn_raises_event_0]);
    hlsim_profile_family_free(family);
}

static void firmware_4_x_is_as_in_the_tests_of_the_vendor(void)
{
    static const char *const versions[] = {"4.4.14.0", "4.6.8.0", "4.6.9.4", "4.7.1.0"};

    open_hl7800();
    for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
        const struct hlsim_profile *profile = firmware(versions[i]);

        CU_ASSERT_STRING_EQUAL(profile->figures.cgmr, "{model}.{firmware}");
        CU_ASSERT_STRING_EQUAL(profile->figures.wdsi_range, "0-127,256-383,4096-4223,4352-4479");
        CU_ASSERT_EQUAL(profile->figures.cmee_max, 1);
        CU_ASSERT_EQUAL(profile->figures.wdss_cid_max, 2);
        CU_ASSERT_EQUAL(profile->figures.agreement_repeat, 30 * HLSIM_MINUTE);
        CU_ASSERT_EQUAL(profile->figures.idle_close, 20 * HLSIM_SECOND);
        CU_ASSERT_TRUE(profile->quirks[HLSIM_QUIRK_credentials_raise_event_0]);
        CU_ASSERT_FALSE(profile->quirks[HLSIM_QUIRK_stored_before_certified]);
    }
    hlsim_profile_family_free(family);
}

static void a_range_has_one_part_or_several(void)
{
    open_hl7800();
    CU_ASSERT_STRING_EQUAL(firmware("1.6.3")->figures.wdsi_range, "0-4479");
    CU_ASSERT_STRING_EQUAL(firmware("4.6.8.0")->figures.wdsi_range,
                           "0-127,256-383,4096-4223,4352-4479");
    hlsim_profile_family_free(family);
}

static void what_changed_between_firmwares_changes(void)
{
    open_hl7800();
    CU_ASSERT_EQUAL(firmware("4.4.14.0")->figures.ksrep_third_field, -1);
    CU_ASSERT_EQUAL(firmware("4.6.8.0")->figures.ksrep_third_field, 0);
    CU_ASSERT_EQUAL(firmware("4.4.14.0")->figures.ksrat_max, 2);
    CU_ASSERT_EQUAL(firmware("4.6.8.0")->figures.ksrat_max, 1);
    CU_ASSERT_STRING_EQUAL(answer(firmware("4.6.9.4"), "+CCID=?"), "");
    CU_ASSERT_PTR_NULL(answer(firmware("4.7.1.0"), "+CCID=?"));
    hlsim_profile_family_free(family);
}

static void a_name_with_a_slash_or_json_is_a_file(void)
{
    CU_ASSERT_TRUE(hlsim_profile_name_is_file("./x"));
    CU_ASSERT_TRUE(hlsim_profile_name_is_file("x.json"));
    CU_ASSERT_TRUE(hlsim_profile_name_is_file("x.json:4.6.8.0"));
    CU_ASSERT_FALSE(hlsim_profile_name_is_file("x.json:"));
    CU_ASSERT_FALSE(hlsim_profile_name_is_file("HL7800-4.6.8.0"));
    CU_ASSERT_FALSE(hlsim_profile_name_is_file("json"));
}

static const char *shipped_text(void *user, const char *name, size_t *ret_size)
{
    const char *wanted = user;

    CU_ASSERT_STRING_EQUAL(name, wanted);
    *ret_size = hlsim__shipped_profiles[0].size;
    return (const char *)hlsim__shipped_profiles[0].text;
}

static void a_profile_from_a_file_runs_its_highest_firmware(void)
{
    char name[] = "mine/copy.json";
    const struct hlsim_load_options options = {.profile_text = shipped_text, .user = name};
    const char *text = "{\"name\": \"a\", \"modem\": {\"profile\": \"mine/copy.json\"}}";
    struct hlsim_setup *setup = NULL;

    memset(&diagnostics, 0, sizeof diagnostics);
    CU_ASSERT_EQUAL_FATAL(hlsim_load_scenario(text, strlen(text), &options, &setup, &diagnostics),
                          0);
    CU_ASSERT_STRING_EQUAL(setup->modem.firmware, "4.7.1.1");
    hlsim_setup_free(setup);
}

/* ---- Models that build on others ---- */

/* A profile as text, with ' for ". */
static int read_text(const char *text)
{
    char copy[2048];

    snprintf(copy, sizeof copy, "%s", text);
    for (char *at = copy; *at != '\0'; at++) {
        *at = *at == '\'' ? '"' : *at;
    }
    memset(&diagnostics, 0, sizeof diagnostics);
    return hlsim_load_profile(copy, strlen(copy), "mine.json", &family, &diagnostics);
}

#define SVN(number)    "{'value': " number ", 'evidence': 'real log', 'source': 'mine'}"
#define LIKE(evidence) "{'value': 'HL7800', 'evidence': '" evidence "', 'source': 'x'}"

static void a_model_has_what_it_does_not_say_from_the_one_it_is_like(void)
{
    const struct hlsim_profile *profile;

    CU_ASSERT_EQUAL_FATAL(read_text("{'model': 'MINE', 'like': 'HL7800', 'base': {'figures': "
                                    "{'svn': " SVN("7") "}}, 'firmwares': [{'firmware': '9.1'}]}"),
                          0);
    profile = firmware("9.1");
    CU_ASSERT_STRING_EQUAL(profile->model, "MINE");
    CU_ASSERT_EQUAL(profile->figures.svn, 7);
    CU_ASSERT_EQUAL(profile->figures.cmee_max, 1);
    CU_ASSERT_STRING_EQUAL(profile->figures.cgmr, "{model}.{firmware}");
    CU_ASSERT_STRING_EQUAL(answer(profile, "+CSQ=?"), "+CSQ: (0-31,99),(0-7,99)");
    hlsim_profile_family_free(family);
}

static void a_firmware_starts_from_the_other_models_of_the_same_version(void)
{
    CU_ASSERT_EQUAL_FATAL(
        read_text("{'model': 'MINE', 'like': 'HL7800', 'firmwares': [{'firmware': '1.6.3'}, "
                  "{'firmware': '4.4.14.0'}, {'firmware': '4.9', 'like': 'HL7800-4.6.8.0'}, "
                  "{'firmware': '5.0', 'like': '1.6.3'}, {'firmware': '5.1'}]}"),
        0);
    CU_ASSERT_EQUAL(firmware("1.6.3")->figures.cmee_max, 2);
    CU_ASSERT_EQUAL(firmware("4.4.14.0")->figures.ksrep_third_field, -1);
    CU_ASSERT_TRUE(firmware("4.9")->quirks[HLSIM_QUIRK_local_downgrade_ignored]);
    CU_ASSERT_EQUAL(firmware("5.0")->figures.cmee_max, 2);
    CU_ASSERT_EQUAL(firmware("5.1")->figures.cmee_max, 1);
    CU_ASSERT_EQUAL(family->chosen, 4);
    hlsim_profile_family_free(family);
}

static void what_a_model_says_goes_before_another_models_firmware(void)
{
    CU_ASSERT_EQUAL_FATAL(
        read_text("{'model': 'MINE', 'like': 'HL7800', 'base': {'figures': {'cmee_max': " SVN(
            "5") "}, 'answers': {'+CPSMS=?': " SVN("null") "}}, 'firmwares': [{'firmware': "
                                                           "'1.6.3'}, {'firmware': '4.4.14.0', "
                                                           "'figures': {'cmee_max': " SVN(
                                                               "6") "}}]}"),
        0);
    CU_ASSERT_EQUAL(firmware("1.6.3")->figures.cmee_max, 5);
    CU_ASSERT_EQUAL(firmware("4.4.14.0")->figures.cmee_max, 6);
    CU_ASSERT_PTR_NULL(answer(firmware("1.6.3"), "+CPSMS=?"));
    CU_ASSERT_STRING_EQUAL(answer(firmware("1.6.3"), "+CCID=?"), "");
    hlsim_profile_family_free(family);
}

static void nothing_inherited_is_known_better_than_the_likeness(void)
{
    static const struct {
        const char *likeness;
        enum hlsim_evidence documented;
        enum hlsim_evidence guessed;
    } cases[] = {
        {LIKE("documented"), HLSIM_EVIDENCE_DOCUMENTED, HLSIM_EVIDENCE_GUESS},
        {LIKE("inferred"), HLSIM_EVIDENCE_INFERRED, HLSIM_EVIDENCE_GUESS},
        {"'HL7800'", HLSIM_EVIDENCE_INFERRED, HLSIM_EVIDENCE_GUESS},
        {LIKE("guess"), HLSIM_EVIDENCE_GUESS, HLSIM_EVIDENCE_GUESS},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct hlsim_profile *profile;
        char text[512];

        snprintf(text, sizeof text,
                 "{'model': 'MINE', 'like': %s, 'base': {'figures': {'cmee_max': " SVN(
                     "1") "}}, 'firmwares': [{'firmware': '9'}]}",
                 cases[i].likeness);
        CU_ASSERT_EQUAL_FATAL(read_text(text), 0);
        profile = firmware("9");
        CU_ASSERT_EQUAL(profile->figures_known[HLSIM__FIGURE_agreement_repeat].evidence,
                        cases[i].documented);
        CU_ASSERT_STRING_EQUAL(profile->figures_known[HLSIM__FIGURE_agreement_repeat].from,
                               "HL7800");
        CU_ASSERT_EQUAL(profile->figures_known[HLSIM__FIGURE_svn].evidence, cases[i].guessed);
        CU_ASSERT_EQUAL(profile->figures_known[HLSIM__FIGURE_cmee_max].evidence,
                        HLSIM_EVIDENCE_LOG);
        CU_ASSERT_PTR_NULL(profile->figures_known[HLSIM__FIGURE_cmee_max].from);
        CU_ASSERT_STRING_EQUAL(profile->figures_known[HLSIM__FIGURE_cmee_max].source, "mine");
        hlsim_profile_family_free(family);
    }
}

static void a_file_about_a_shipped_model_keeps_its_firmwares(void)
{
    CU_ASSERT_EQUAL_FATAL(
        read_text(
            "{'model': 'HL7800', 'like': 'HL7800', 'firmwares': [{'firmware': '4.5.4.0', "
            "'like': '4.4.14.0'}, {'firmware': '4.6.8.0', 'figures': {'svn': " SVN("3") "}}]}"),
        0);
    CU_ASSERT_STRING_EQUAL(family->profiles[0].firmware, "1.4.0.0");
    CU_ASSERT_STRING_EQUAL(family->profiles[family->count - 1].firmware, "4.7.1.1");
    CU_ASSERT_EQUAL(firmware("4.5.4.0")->figures.ksrep_third_field, -1);
    CU_ASSERT_EQUAL(firmware("4.6.8.0")->figures.svn, 3);
    CU_ASSERT_TRUE(firmware("4.6.8.0")->quirks[HLSIM_QUIRK_local_downgrade_ignored]);
    CU_ASSERT_EQUAL(firmware("4.7.1.0")->figures.svn, 10);
    CU_ASSERT_STRING_EQUAL(family->profiles[family->chosen].firmware, "4.6.8.0");
    hlsim_profile_family_free(family);
}

static void a_models_own_mistakes_are_told_once(void)
{
    CU_ASSERT_EQUAL(
        read_text("{'model': 'HL7800', 'like': 'HL7800', 'base': {'figures': {'sv': " SVN(
            "1") "}}, 'firmwares': [{'firmware': '9'}]}"),
        HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(diagnostics.count, 1);
    CU_ASSERT_STRING_EQUAL(diagnostics.entries[0].where, "mine.json");
    CU_ASSERT_EQUAL(diagnostics.entries[0].line, 1);
    CU_ASSERT_STRING_EQUAL(diagnostics.entries[0].pointer, "/base/figures/sv");
    CU_ASSERT_EQUAL(read_text("{'model': 'X', 'like': 'HL780', 'firmwares': [{'firmware': '9'}]}"),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(diagnostics.count, 1);
    CU_ASSERT_STRING_EQUAL(diagnostics.entries[0].message,
                           "expected a model that is shipped, found \"HL780\" (did you mean "
                           "\"HL7800\"?)");
}

#define ONE_FIGURE(name, value)                                                                    \
    "{'model': 'X', 'like': 'HL7800', 'firmwares': [{'firmware': '9', 'figures': {'" name          \
    "': {'value': " value ", 'evidence': 'guess', 'source': 'a test'}}}]}"

/* What would let the modem do the same thing for ever in no time. */
static void figures_with_which_no_modem_goes_on_are_refused(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        {ONE_FIGURE("sleep_after", "'0s'"), "expected more than nothing"},
        {ONE_FIGURE("agreement_repeat", "'0s'"), "expected more than nothing"},
        {ONE_FIGURE("coap_ack_timeout", "'0s'"), "expected more than nothing"},
        {ONE_FIGURE("xmodem_nak_period", "'0s'"), "expected more than nothing"},
        {ONE_FIGURE("xmodem_silence", "'0s'"), "expected more than nothing"},
        {ONE_FIGURE("dtls_timeout_min", "'0s'"), "expected more than nothing"},
        {ONE_FIGURE("ipr_speeds", "'fast'"),
         "expected numbers and ranges, parted by commas, such as \"0-127,256\""},
        {ONE_FIGURE("ws46_range", "'22-'"),
         "expected numbers and ranges, parted by commas, such as \"0-127,256\""},
        {ONE_FIGURE("kcarrier_range", "''"),
         "expected numbers and ranges, parted by commas, such as \"0-127,256\""},
        {ONE_FIGURE("wdsi_range", "'(0-4479)'"),
         "expected numbers and ranges, parted by commas, such as \"0-127,256\""},
        {ONE_FIGURE("sms_me_size", "-1"), "expected an integer from 0 to 60, found -1"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_EQUAL_FATAL(read_text(cases[i].text), HLSIM_E_FORMAT);
        CU_ASSERT_EQUAL(diagnostics.count, 1);
        CU_ASSERT_STRING_EQUAL(diagnostics.entries[0].message, cases[i].message);
    }
}

static const char *own_text(void *user, const char *name, size_t *ret_size)
{
    CU_ASSERT_STRING_EQUAL(name, "mine.json");
    *ret_size = strlen(user);
    return user;
}

static void a_firmware_of_a_file_is_named_behind_a_colon(void)
{
    char profile[] = "{\"model\": \"HL7800\", \"like\": \"HL7800\", \"firmwares\": [{\"firmware\": "
                     "\"4.6.8.0\"}]}";
    struct hlsim_load_options options = {
        .profile_text = own_text, .user = profile, .profile = "mine.json:4.4.14.0"};
    const char *text = "{\"name\": \"a\"}";
    struct hlsim_setup *setup = NULL;

    memset(&diagnostics, 0, sizeof diagnostics);
    CU_ASSERT_EQUAL_FATAL(hlsim_load_scenario(text, strlen(text), &options, &setup, &diagnostics),
                          0);
    CU_ASSERT_STRING_EQUAL(setup->modem.firmware, "4.4.14.0");
    hlsim_setup_free(setup);
    options.profile = "mine.json";
    CU_ASSERT_EQUAL_FATAL(hlsim_load_scenario(text, strlen(text), &options, &setup, &diagnostics),
                          0);
    CU_ASSERT_STRING_EQUAL(setup->modem.firmware, "4.6.8.0");
    hlsim_setup_free(setup);
    options.profile = "mine.json:4.4.15";
    CU_ASSERT_EQUAL(hlsim_load_scenario(text, strlen(text), &options, &setup, &diagnostics),
                    HLSIM_E_FORMAT);
    CU_ASSERT_STRING_EQUAL(diagnostics.entries[0].message,
                           "the file \"mine.json\" has no firmware 4.4.15");
}

static const struct suite_test tests[] = {
    SUITE_TEST(all_shipped_profiles_can_be_read_and_have_names),
    SUITE_TEST(firmware_1_6_3_is_as_in_the_figures_of_the_guidelines),
    SUITE_TEST(the_test_build_is_like_1_6_3_under_another_name),
    SUITE_TEST(firmware_4_x_is_as_in_the_tests_of_the_vendor),
    SUITE_TEST(a_range_has_one_part_or_several),
    SUITE_TEST(what_changed_between_firmwares_changes),
    SUITE_TEST(a_name_with_a_slash_or_json_is_a_file),
    SUITE_TEST(a_profile_from_a_file_runs_its_highest_firmware),
    SUITE_TEST(a_model_has_what_it_does_not_say_from_the_one_it_is_like),
    SUITE_TEST(a_firmware_starts_from_the_other_models_of_the_same_version),
    SUITE_TEST(what_a_model_says_goes_before_another_models_firmware),
    SUITE_TEST(nothing_inherited_is_known_better_than_the_likeness),
    SUITE_TEST(a_file_about_a_shipped_model_keeps_its_firmwares),
    SUITE_TEST(a_models_own_mistakes_are_told_once),
    SUITE_TEST(figures_with_which_no_modem_goes_on_are_refused),
    SUITE_TEST(a_firmware_of_a_file_is_named_behind_a_colon),
};

int main(void)
{
    return suite_run("load_profile", tests, sizeof tests / sizeof *tests);
}
