/*
 * What the loader says about bad scenarios and profiles, to the letter: place, pointer, words.
 */
#include <hl78sim/load.h>

#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hlsim_diagnostics diagnostics;

static int load(const char *text, const struct hlsim_load_options *options)
{
    struct hlsim_setup *setup = NULL;
    int result;

    memset(&diagnostics, 0, sizeof diagnostics);
    result = hlsim_load_scenario(text, strlen(text), options, &setup, &diagnostics);
    CU_ASSERT_EQUAL(result == 0, setup != NULL);
    CU_ASSERT_EQUAL(result == 0, diagnostics.count == 0);
    hlsim_setup_free(setup);
    return result;
}

static void is_message(size_t index, const char *expected)
{
    char text[640] = "(none)";

    if (index < diagnostics.count) {
        hlsim_diagnostic_format(&diagnostics.entries[index], text, sizeof text);
    }
    if (strcmp(text, expected) != 0) {
        printf("found:    %s\nexpected: %s\n", text, expected);
        CU_FAIL("another message was expected");
    }
}

/* The one message that this text gives. */
static void says(const char *text, const char *message)
{
    const struct hlsim_load_options options = {.file = "a.json"};

    CU_ASSERT_EQUAL(load(text, &options), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(diagnostics.count, 1);
    is_message(0, message);
}

static void a_syntax_error_is_told_alone_with_its_place(void)
{
    says("{\n  \"name\": \"a\",\n}\n", "a.json:3:1: expected a name in double quotes");
    says("{\"name\": \"a\" \"b\"}", "a.json:1:14: expected ',' or '}' after the member");
    says("{\"name\": \"a\"}\nx", "a.json:2:1: expected nothing after the end of the value");
    says("{\"nmae\": 1, \"name\": \"a\", \"name\": \"b\"}",
         "a.json:1:26: expected a name that this object does not have yet");
}

static void an_unknown_key_is_told_with_the_nearest_one(void)
{
    says("{\"name\": \"a\",\n \"modem\": {\n  \"settings\": { \"wdis\": 1 }}}",
         "a.json:3:17: /modem/settings/wdis: unknown key \"wdis\" (did you mean \"wdsi\"?)");
    says("{\"name\": \"a\", \"xyzzy\": 1}", "a.json:1:15: /xyzzy: unknown key \"xyzzy\"");
}

static void a_tag_stands_once(void)
{
    says("{\"name\": \"a\", \"tags\": [\"a\", \"a\"]}",
         "a.json:1:29: /tags/1: the tag \"a\" stands here twice");
}

static void a_missing_key_is_told_at_its_object(void)
{
    says("\n {}", "a.json:2:2: \"name\" is missing");
    says("{\"name\": \"a\", \"actions\": [{\"at\": 1, \"do\": \"latency\"}]}",
         "a.json:1:27: /actions/0: \"up\" is missing");
}

static void a_wrong_value_is_told_with_what_was_found(void)
{
    says("{\"name\": \"a\", \"seed\": -1}",
         "a.json:1:23: /seed: expected an integer from 0 to 9007199254740991, found -1");
    says("{\"name\": \"a\", \"ends\": {\"limit\": \"2 h\"}}",
         "a.json:1:33: /ends/limit: expected a duration (\"250ms\", \"30m\", \"90d\", or a number "
         "of "
         "seconds), found \"2 h\"");
    says("{\"name\": \"a\", \"network\": {\"loss\": true}}",
         "a.json:1:35: /network/loss: expected a share from 0 to 1, found true");
    says("{\"name\": \"a\", \"airvantage\": {\"system\": \"gone\"}}",
         "a.json:1:40: /airvantage/system: expected \"registered\" or \"unknown\", found \"gone\"");
    says("{\"name\": [1]}",
         "a.json:1:10: /name: expected a text of 1 to 127 bytes, found an array");
    says("[]", "a.json:1:1: expected an object, found an array");
}

static void unknown_names_of_the_language_are_told_with_the_nearest(void)
{
    says("{\"name\": \"a\", \"actions\": [{\"at\": 1, \"do\": \"powercut\"}]}",
         "a.json:1:43: /actions/0/do: unknown action \"powercut\" (did you mean \"power_cut\"?)");
    says("{\"name\": \"a\", \"expect\": [{\"final\": {\"modem.firmwre\": \"1\"}}]}",
         "a.json:1:37: /expect/0/final/modem.firmwre: unknown path \"modem.firmwre\" (did you mean "
         "\"modem.firmware\"?)");
    says("{\"name\": \"a\", \"expect\": [{\"seen\": {\"event\": \"nat.releas\"}}]}",
         "a.json:1:45: /expect/0/seen/event: unknown kind of event \"nat.releas\" (did you mean "
         "\"nat.release\"?)");
    says("{\"name\": \"a\", \"modem\": {\"set\": {\"instal_time\": 1}}}",
         "a.json:1:33: /modem/set/instal_time: unknown figure or quirk \"instal_time\" (did you "
         "mean "
         "\"install_time\"?)");
    says("{\"name\": \"a\", \"modem\": {\"profile\": \"HL7800-4.6.8.1\"}}",
         "a.json:1:36: /modem/profile: unknown profile \"HL7800-4.6.8.1\" (did you mean "
         "\"HL7800-4.6.8.0\"?); HL7800 has 1.4.0.0, 1.6.3, 1.6.3.0.99, 4.3.9.0, 4.4.14.0, 4.6.8.0, "
         "4.6.9.4, 4.7.1.0, 4.7.1.1");
    says("{\"name\": \"a\", \"modem\": {\"profile\": \"HL7800-M-4.6.8.1\"}}",
         "a.json:1:36: /modem/profile: unknown profile \"HL7800-M-4.6.8.1\" (did you mean "
         "\"HL7800-M-4.6.8.0\"?); HL7800-M has 4.3.9.0, 4.4.6.0, 4.4.14.0, 4.6.8.0, 4.6.9.4, "
         "4.7.1.0, 4.7.1.1");
}

static void matchers_are_told_what_does_not_go_together(void)
{
    says("{\"name\": \"a\", \"expect\": [{\"seen\": {\"urc\": \"a\", \"to\": \"b\"}}]}",
         "a.json:1:48: /expect/0/seen/to: \"to\" does not go with \"urc\"");
    says("{\"name\": \"a\", \"expect\": [{\"seen\": {\"uurc\": \"a\"}}]}",
         "a.json:1:36: /expect/0/seen/uurc: unknown matcher \"uurc\" (did you mean \"urc\"?)");
    says("{\"name\": \"a\", \"actions\": [{\"at\": 1, \"when\": {\"urc\": \"a\"}, \"do\": "
         "\"reset\"}]}",
         "a.json:1:27: /actions/0: expected \"at\" or \"when\", not both");
}

static void references_are_followed(void)
{
    says("{\"name\": \"a\", \"airvantage\": {\n"
         "  \"packages\": [{\"id\": \"to-468\", \"full\": true, \"to\": \"4.6.8.0\", \"size\": "
         "1464}],\n"
         "  \"operations\": [{\"at\": 0, \"upgrade\": \"to-469\"}]}}",
         "a.json:3:39: /airvantage/operations/0/upgrade: no package has the id \"to-469\" (did you "
         "mean \"to-468\"?)");
    says("{\"name\": \"a\", \"actions\": [{\"at\": 1, \"do\": \"package_corrupt\"}]}",
         "a.json:1:27: /actions/0: \"id\" is missing, for there are 0 packages");
}

static void all_errors_are_told_in_the_order_of_the_text(void)
{
    const struct hlsim_load_options options = {.file = "a.json"};

    CU_ASSERT_EQUAL(load("{\"modem\": {\"set\": {\"svn\": \"x\"}, \"imei\": \"1\"},\n"
                         " \"seed\": \"x\",\n"
                         " \"expect\": [{\"never\": 1}]}",
                         &options),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(diagnostics.count, 5);
    is_message(0, "a.json:1:1: \"name\" is missing");
    is_message(1, "a.json:1:27: /modem/set/svn: expected an integer from -9007199254740991 to "
                  "9007199254740991, found \"x\"");
    is_message(2, "a.json:1:41: /modem/imei: expected a text of 15 to 15 digits");
    is_message(3,
               "a.json:2:10: /seed: expected an integer from 0 to 9007199254740991, found \"x\"");
    is_message(4, "a.json:3:23: /expect/0/never: expected an object, found 1");
}

static void roles_of_ports_are_known_words(void)
{
    static const char *const texts[] = {"", "uart,", "uart,usb", "uart,data,at,at,at", "UART"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char text[200];

        snprintf(text, sizeof text,
                 "{\"name\": \"a\", \"modem\": {\"profile\": \"HL7800-4.6.8.0\","
                 " \"set\": {\"port_roles\": \"%s\"}}}",
                 texts[i]);
        CU_ASSERT_EQUAL(load(text, NULL), HLSIM_E_FORMAT);
        is_message(0, "scenario:1:76: /modem/set/port_roles: expected 1 to 4 of uart, data and at, "
                      "parted by commas");
    }
}

static void errors_without_end_are_counted_only(void)
{
    char text[8192] = "{\"name\": \"a\", \"expect\": [";

    for (int i = 0; i < 100; i++) {
        strcat(text, i == 0 ? "{}" : ",{}");
    }
    strcat(text, "]}");
    CU_ASSERT_EQUAL(load(text, NULL), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(diagnostics.count, HLSIM_DIAGNOSTICS_MAX);
    CU_ASSERT_EQUAL(diagnostics.dropped, 100 - HLSIM_DIAGNOSTICS_MAX);
}

static void an_override_is_blamed_for_itself(void)
{
    const char *const overrides[] = {"modem.settings.wdsc.1=7", "nope.a=1", "modem.imei=x", "bare"};
    const struct hlsim_load_options options = {
        .file = "a.json", .overrides = overrides, .override_count = 4, .profile = "HL7800-4.4"};

    CU_ASSERT_EQUAL(load("{\"name\": \"a\"}", &options), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(diagnostics.count, 5);
    is_message(0, "--set bare: expected PATH=VALUE");
    is_message(1,
               "--set modem.settings.wdsc.1=7: /modem/settings/wdsc.1: expected an integer from 0 "
               "to 1, found 7");
    is_message(2, "--set modem.imei=x: /modem/imei: expected a text of 15 to 15 digits");
    is_message(3, "--set nope.a=1: /nope: unknown key \"nope\" (did you mean \"name\"?)");
    CU_ASSERT_STRING_EQUAL(diagnostics.entries[4].where, "--profile HL7800-4.4");
    CU_ASSERT_STRING_EQUAL(diagnostics.entries[4].pointer, "/modem/profile");
}

static void a_profile_that_lacks_figures_names_them(void)
{
    const char *text =
        "{\"model\": \"HL1\",\n \"base\": {\"figures\": {}, \"quirks\": {}, \"answers\": "
        "{}},\n \"firmwares\": [{\"firmware\": \"1.0\"}]}";
    struct hlsim_profile_family *family = NULL;

    memset(&diagnostics, 0, sizeof diagnostics);
    CU_ASSERT_EQUAL(hlsim_load_profile(text, strlen(text), "p.json", &family, &diagnostics),
                    HLSIM_E_FORMAT);
    CU_ASSERT_PTR_NULL(family);
    CU_ASSERT_EQUAL(diagnostics.count, 1);
    CU_ASSERT_EQUAL(diagnostics.entries[0].line, 2);
    CU_ASSERT_EQUAL(diagnostics.entries[0].column, 10);
    CU_ASSERT_STRING_EQUAL(diagnostics.entries[0].pointer, "/base");
    CU_ASSERT_PTR_NOT_NULL(
        strstr(diagnostics.entries[0].message, "these are missing: \"ati\", \"ati3\""));
}

static void a_text_that_is_too_large_is_refused(void)
{
    char *text = malloc(HLSIM_LOAD_SIZE_MAX + 1);
    struct hlsim_setup *setup = NULL;

    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    memset(text, ' ', HLSIM_LOAD_SIZE_MAX + 1);
    memset(&diagnostics, 0, sizeof diagnostics);
    CU_ASSERT_EQUAL(hlsim_load_scenario(text, HLSIM_LOAD_SIZE_MAX + 1, NULL, &setup, &diagnostics),
                    HLSIM_E_FORMAT);
    is_message(0, "scenario: expected at most 1048576 bytes");
    free(text);
}

static void operations_are_told_by_their_names(void)
{
    says("{\"name\": \"a\", \"airvantage\": {\"packages\": [{\"id\": \"p\", \"to\": \"1\", "
         "\"size\": 500, "
         "\"full\": true}], \"operations\": [{\"at\": 0, \"upgrade\": \"p\", \"id\": \"first\"}]}, "
         "\"expect\": [{\"final\": {\"airvantage.operation.frist\": \"success\"}}]}",
         "a.json:1:165: /expect/0: no operation has the id \"frist\" (did you mean \"first\"?)");
    says(
        "{\"name\": \"a\", \"actions\": [{\"at\": 1, \"do\": \"operation_create\", \"id\": \"7\", "
        "\"upgrade\": \"latest\"}]}",
        "a.json:1:69: /actions/0/id: expected a name of 1 to 31 letters, digits, '-', '_' and '.', "
        "not a number");
    says("{\"name\": \"a\", \"actions\": [{\"at\": 1, \"do\": \"quirk_on\", \"name\": "
         "\"stored_before_certifed\"}]}",
         "a.json:1:63: /actions/0/name: unknown quirk \"stored_before_certifed\" (did you mean "
         "\"stored_before_certified\"?)");
    says("{\"name\": \"a\", \"airvantage\": {\"packages\": [{\"id\": \"p\", \"from\": \"1\", "
         "\"to\": \"2\", "
         "\"size\": 539}]}}",
         "a.json:1:87: /airvantage/packages/0/size: expected at least 540, for the package is a "
         "delta");
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_syntax_error_is_told_alone_with_its_place),
    SUITE_TEST(an_unknown_key_is_told_with_the_nearest_one),
    SUITE_TEST(a_tag_stands_once),
    SUITE_TEST(a_missing_key_is_told_at_its_object),
    SUITE_TEST(a_wrong_value_is_told_with_what_was_found),
    SUITE_TEST(unknown_names_of_the_language_are_told_with_the_nearest),
    SUITE_TEST(matchers_are_told_what_does_not_go_together),
    SUITE_TEST(references_are_followed),
    SUITE_TEST(operations_are_told_by_their_names),
    SUITE_TEST(all_errors_are_told_in_the_order_of_the_text),
    SUITE_TEST(roles_of_ports_are_known_words),
    SUITE_TEST(errors_without_end_are_counted_only),
    SUITE_TEST(an_override_is_blamed_for_itself),
    SUITE_TEST(a_profile_that_lacks_figures_names_them),
    SUITE_TEST(a_text_that_is_too_large_is_refused),
};

int main(void)
{
    return suite_run("load_messages", tests, sizeof tests / sizeof *tests);
}
