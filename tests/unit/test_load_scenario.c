/*
 * What a good scenario becomes: every part of a setup, defaults, overrides, packages.
 */
#include <hl78sim/load.h>

#include "lib/suite.h"
#include "profile/profile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hlsim_diagnostics diagnostics;

static struct hlsim_setup *load_with(const char *text, const struct hlsim_load_options *options)
{
    struct hlsim_setup *setup = NULL;

    memset(&diagnostics, 0, sizeof diagnostics);
    CU_ASSERT_EQUAL(hlsim_load_scenario(text, strlen(text), options, &setup, &diagnostics), 0);
    for (size_t i = 0; i < diagnostics.count; i++) {
        char words[640];

        hlsim_diagnostic_format(&diagnostics.entries[i], words, sizeof words);
        printf("%s\n", words);
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(setup);
    return setup;
}

static struct hlsim_setup *load(const char *text)
{
    return load_with(text, NULL);
}

static const struct hlsim_profile *profile_of(const struct hlsim_setup *setup)
{
    for (size_t i = 0; i < setup->family->count; i++) {
        if (strcmp(setup->family->profiles[i].firmware, setup->modem.firmware) == 0) {
            return &setup->family->profiles[i];
        }
    }
    CU_FAIL_FATAL("the firmware is not in the family");
    return NULL;
}

/* Whether the last digit is the check digit of those before (ISO/IEC 7812-1, annex B). */
static bool luhn_holds(const char *digits)
{
    size_t size = strlen(digits);
    int sum = 0;

    for (size_t i = 0; i < size; i++) {
        int digit = digits[size - 1 - i] - '0';

        digit = i % 2 == 1 ? 2 * digit : digit;
        sum += digit > 9 ? digit - 9 : digit;
    }
    return sum % 10 == 0;
}

static void the_smallest_scenario_has_all_defaults(void)
{
    struct hlsim_setup *setup = load("{\"name\": \"small\"}");

    CU_ASSERT_STRING_EQUAL(setup->scenario.name, "small");
    CU_ASSERT_EQUAL(setup->world.seed, 1);
    CU_ASSERT_EQUAL(setup->scenario.seed, 1);
    CU_ASSERT_EQUAL(setup->scenario.limit, 2 * HLSIM_HOUR);
    CU_ASSERT_EQUAL(setup->scenario.host.kind, HLSIM_SCENARIO_HOST_NONE);
    CU_ASSERT_EQUAL(setup->world.epoch, 1727769600);
    CU_ASSERT_EQUAL(setup->world.modem_count, 1);
    CU_ASSERT_PTR_EQUAL(setup->world.modems, &setup->modem);
    CU_ASSERT_PTR_EQUAL(setup->modem.family, setup->family);
    CU_ASSERT_STRING_EQUAL(setup->profile, "HL7800-4.6.8.0");
    CU_ASSERT_STRING_EQUAL(setup->modem.firmware, "4.6.8.0");
    CU_ASSERT_EQUAL(strlen(setup->modem.imei), 15);
    CU_ASSERT_TRUE(luhn_holds(setup->modem.imei));
    CU_ASSERT_TRUE(luhn_holds(setup->modem.iccid));
    CU_ASSERT_EQUAL(strlen(setup->modem.serial), 14);
    CU_ASSERT_EQUAL(setup->modem.ports, 2); /* figure port_roles */
    CU_ASSERT_FALSE(setup->modem.credentials);
    CU_ASSERT_TRUE(setup->world.airvantage.registered);
    CU_ASSERT_EQUAL(setup->world.network.delay_up, 80 * HLSIM_MS);
    CU_ASSERT_EQUAL(setup->world.network.nat_timeout, 120 * HLSIM_SECOND);
    hlsim_setup_free(setup);
}

static void the_modem_is_what_the_scenario_says(void)
{
    struct hlsim_setup *setup =
        load("{\"name\": \"a\", \"epoch\": \"2026-01-01T00:00:00Z\", \"modem\": {"
             "\"profile\": \"HL7800-1.6.3\", \"imei\": \"123456789012345\","
             "\"serial\": \"ABCDEFGHIJKLMN\", \"credentials\": \"dm\","
             "\"settings\": {\"wdsi\": 4479, \"wdsc.1\": 1, \"apn.1\": \"net\"},"
             "\"set\": {\"install_time\": \"3m\", \"stored_before_certified\": true, "
             "\"cmee_max\": 1}}}");
    const struct hlsim_profile *profile = profile_of(setup);

    CU_ASSERT_EQUAL(setup->world.epoch, 1767225600);
    CU_ASSERT_STRING_EQUAL(setup->modem.firmware, "1.6.3");
    CU_ASSERT_STRING_EQUAL(setup->modem.imei, "123456789012345");
    CU_ASSERT_STRING_EQUAL(setup->modem.serial, "ABCDEFGHIJKLMN");
    CU_ASSERT_TRUE(setup->modem.credentials);
    CU_ASSERT_EQUAL(setup->modem.setting_count, 3);
    CU_ASSERT_STRING_EQUAL(setup->modem.settings[0].key, "wdsi");
    CU_ASSERT_STRING_EQUAL(setup->modem.settings[0].value, "4479");
    CU_ASSERT_STRING_EQUAL(setup->modem.settings[2].value, "net");
    /* modem.set holds for every firmware that the modem may come to run. */
    for (size_t i = 0; i < setup->family->count; i++) {
        CU_ASSERT_EQUAL(setup->family->profiles[i].figures.install_time, 180 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(setup->family->profiles[i].figures.cmee_max, 1);
        CU_ASSERT_TRUE(setup->family->profiles[i].quirks[HLSIM_QUIRK_stored_before_certified]);
    }
    CU_ASSERT_TRUE(profile->quirks[HLSIM_QUIRK_apn_raises_event_0]);
    hlsim_setup_free(setup);
}

static void the_network_and_airvantage_are_what_the_scenario_says(void)
{
    struct hlsim_setup *setup = load(
        "{\"name\": \"a\", \"network\": {\"register_after\": 0.5, \"latency\": \"1.25s\","
        "\"loss\": 0.1, \"nat_timeout\": \"40s\"}, \"airvantage\": {\"system\": \"unknown\","
        "\"packages\": [{\"id\": \"p\", \"from\": \"4.4.14.0\", \"to\": \"4.6.8.0\", \"size\": "
        "1464, \"break\": \"wrong_key\"}],"
        "\"operations\": [{\"at\": \"1d\", \"upgrade\": \"p\"},"
        "{\"at\": 0, \"upgrade\": \"latest\", \"id\": \"op-2\", \"force\": true}]}}");

    CU_ASSERT_EQUAL(profile_of(setup)->figures.register_after, 500 * HLSIM_MS);
    CU_ASSERT_EQUAL(setup->world.network.delay_up, 1250 * HLSIM_MS);
    CU_ASSERT_EQUAL(setup->world.network.delay_down, 1250 * HLSIM_MS);
    CU_ASSERT_EQUAL(setup->world.network.loss_ppm_up, 100000);
    CU_ASSERT_EQUAL(setup->world.network.loss_ppm_down, 100000);
    CU_ASSERT_EQUAL(setup->world.network.nat_timeout, 40 * HLSIM_SECOND);
    CU_ASSERT_FALSE(setup->world.airvantage.registered);
    CU_ASSERT_EQUAL(setup->package_count, 1);
    CU_ASSERT_EQUAL(setup->packages[0].size, 1464);
    CU_ASSERT_EQUAL(setup->packages[0].broken, HLSIM_PACKAGE_BREAK_WRONG_KEY);
    CU_ASSERT_EQUAL(setup->world.airvantage.operation_count, 2);
    CU_ASSERT_EQUAL(setup->world.airvantage.operations[0].at, HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(setup->world.airvantage.operations[0].package, "p");
    CU_ASSERT_STRING_EQUAL(setup->world.airvantage.operations[0].id, "");
    CU_ASSERT_FALSE(setup->world.airvantage.operations[0].force);
    CU_ASSERT_STRING_EQUAL(setup->world.airvantage.operations[1].package, "latest");
    CU_ASSERT_STRING_EQUAL(setup->world.airvantage.operations[1].id, "op-2");
    CU_ASSERT_TRUE(setup->world.airvantage.operations[1].force);
    hlsim_setup_free(setup);
}

static void packages_are_built_or_supplied(void)
{
    struct hlsim_setup *setup =
        load("{\"name\": \"a\", \"airvantage\": {\"packages\": ["
             "{\"id\": \"built\", \"from\": \"4.4.14.0\", \"to\": \"4.6.8.0\", \"size\": 1464},"
             "{\"id\": \"given\", \"file\": \"x.ua\"}]}}");
    const struct hlsim_stored_package *stored = setup->world.airvantage.packages;
    struct hlsim_package_info info;

    CU_ASSERT_STRING_EQUAL(setup->packages[1].file, "x.ua");
    CU_ASSERT_EQUAL(hlsim_setup_build_packages(setup), HLSIM_E_STATE);
    CU_ASSERT_EQUAL(hlsim_setup_supply_package(setup, 1, (const uint8_t *)"bytes", 5), 0);
    CU_ASSERT_EQUAL(hlsim_setup_supply_package(setup, 2, (const uint8_t *)"bytes", 5),
                    HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim_setup_build_packages(setup), 0);
    CU_ASSERT_EQUAL(setup->world.airvantage.package_count, 2);
    CU_ASSERT_STRING_EQUAL(stored[0].id, "built");
    CU_ASSERT_EQUAL(stored[0].size, 1464);
    CU_ASSERT_EQUAL(hlsim_package_parse(stored[0].bytes, stored[0].size, &info), 0);
    CU_ASSERT_STRING_EQUAL(info.from, "4.4.14.0");
    CU_ASSERT_STRING_EQUAL(info.to, "4.6.8.0");
    CU_ASSERT_STRING_EQUAL(info.model, "HL7800");
    CU_ASSERT_EQUAL(hlsim_package_verify(stored[0].bytes, stored[0].size, HLSIM_PACKAGE_KEY_MODULE),
                    0);
    CU_ASSERT_STRING_EQUAL(stored[1].id, "given");
    CU_ASSERT_EQUAL(stored[1].size, 5);
    CU_ASSERT_EQUAL(memcmp(stored[1].bytes, "bytes", 5), 0);
    hlsim_setup_free(setup);
}

static void the_host_has_a_goal_or_a_script(void)
{
    struct hlsim_setup *setup =
        load("{\"name\": \"a\", \"host\": {\"goal\": \"update\", \"version\": \"4.6.8.0\","
             "\"agreements\": [\"install\"], \"policy\": {\"window\": \"always\"}}}");

    CU_ASSERT_EQUAL(setup->scenario.host.kind, HLSIM_SCENARIO_HOST_GOAL);
    CU_ASSERT_STRING_EQUAL(setup->scenario.host.goal, "update");
    CU_ASSERT_STRING_EQUAL(setup->scenario.host.version, "4.6.8.0");
    CU_ASSERT_FALSE(setup->scenario.host.agree_download);
    CU_ASSERT_TRUE(setup->scenario.host.agree_install);
    hlsim_setup_free(setup);
    setup = load("{\"name\": \"a\", \"host\": {\"script\": [{\"send\": \"AT\", \"expect\": \"O*\","
                 "\"timeout\": \"2s\"}, {\"expect\": \"+KSUP: 0\"}]}}");
    CU_ASSERT_EQUAL(setup->scenario.host.kind, HLSIM_SCENARIO_HOST_SCRIPT);
    CU_ASSERT_EQUAL(setup->scenario.host.step_count, 2);
    CU_ASSERT_STRING_EQUAL(setup->scenario.host.steps[0].send, "AT");
    CU_ASSERT_EQUAL(setup->scenario.host.steps[0].timeout, 2 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(setup->scenario.host.steps[1].send, "");
    CU_ASSERT_STRING_EQUAL(setup->scenario.host.steps[1].expect, "+KSUP: 0");
    hlsim_setup_free(setup);
    setup = load("{\"name\": \"a\", \"host\": {\"script\": [{\"data\": \"AT\\r\\u0018\"},"
                 "{\"data\": \"hex:000dfF\", \"expect\": \"OK\"}]}}");
    CU_ASSERT_EQUAL(setup->scenario.host.steps[0].data_size, 4);
    CU_ASSERT_EQUAL(memcmp(setup->scenario.host.steps[0].data, "AT\r\x18", 4), 0);
    CU_ASSERT_EQUAL(setup->scenario.host.steps[1].data_size, 3);
    CU_ASSERT_EQUAL(memcmp(setup->scenario.host.steps[1].data, "\x00\x0d\xff", 3), 0);
    CU_ASSERT_STRING_EQUAL(setup->scenario.host.steps[1].send, "");
    hlsim_setup_free(setup);
}

static void actions_carry_their_keys_and_defaults(void)
{
    struct hlsim_setup *setup =
        load("{\"name\": \"a\", \"airvantage\": {\"packages\": [{\"id\": \"only\", \"full\": true,"
             "\"to\": \"4.6.8.0\", \"size\": 1464}]}, \"actions\": ["
             "{\"when\": {\"progress\": \">=37\"}, \"after\": \"200ms\", \"count\": 2, \"do\": "
             "\"power_cut\"},"
             "{\"at\": 3, \"do\": \"latency\", \"up\": \"1s\", \"for\": \"10s\"},"
             "{\"at\": 3, \"do\": \"loss\", \"up\": 0.25, \"down\": 0},"
             "{\"at\": 3, \"do\": \"package_corrupt\"},"
             "{\"at\": 3, \"do\": \"operation_create\"}]}");
    const struct hlsim_planned_action *actions = setup->scenario.actions;

    CU_ASSERT_EQUAL_FATAL(setup->scenario.action_count, 5);
    CU_ASSERT_STRING_EQUAL(actions[0].action.name, "power_cut");
    CU_ASSERT_STRING_EQUAL(actions[0].pointer, "/actions/0");
    CU_ASSERT_TRUE(actions[0].has_when);
    CU_ASSERT_EQUAL(actions[0].when.type, HLSIM_MATCHER_PROGRESS);
    CU_ASSERT_TRUE(actions[0].when.at_least);
    CU_ASSERT_EQUAL(actions[0].when.number, 37);
    CU_ASSERT_STRING_EQUAL(actions[0].when.text, "progress \">=37\"");
    CU_ASSERT_EQUAL(actions[0].after, 200 * HLSIM_MS);
    CU_ASSERT_EQUAL(actions[0].count, 2);
    CU_ASSERT_EQUAL(actions[0].undo_after, HLSIM_SECOND);
    CU_ASSERT_FALSE(actions[1].has_when);
    CU_ASSERT_EQUAL(actions[1].at, 3 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(actions[1].count, 1);
    CU_ASSERT_EQUAL(actions[1].undo_after, 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim_action_param(&actions[1].action, "down")->integer, HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim_action_param(&actions[1].action, "jitter")->integer, 0);
    CU_ASSERT_EQUAL(actions[2].undo_after, HLSIM_NEVER);
    CU_ASSERT_EQUAL(hlsim_action_param(&actions[2].action, "up")->integer, 250000);
    CU_ASSERT_EQUAL(hlsim_action_param(&actions[2].action, "down")->integer, 0);
    CU_ASSERT_STRING_EQUAL(hlsim_action_param(&actions[3].action, "id")->text, "only");
    CU_ASSERT_STRING_EQUAL(hlsim_action_param(&actions[3].action, "kind")->text, "bit_flip");
    CU_ASSERT_EQUAL(hlsim_action_param(&actions[3].action, "offset")->type, HLSIM_VALUE_NULL);
    CU_ASSERT_STRING_EQUAL(hlsim_action_param(&actions[4].action, "upgrade")->text, "latest");
    CU_ASSERT_EQUAL(hlsim_action_param(&actions[4].action, "timeout")->type, HLSIM_VALUE_NULL);
    CU_ASSERT_PTR_NULL(hlsim_action_param(&actions[4].action, "nothing"));
    hlsim_setup_free(setup);
}

static void matchers_become_events_and_fields(void)
{
    struct hlsim_setup *setup =
        load("{\"name\": \"a\", \"expect\": ["
             "{\"seen\": {\"result\": \"CME 650\", \"to\": \"AT+WDSS=1,1\"}},"
             "{\"seen\": {\"action\": \"reset\"}},"
             "{\"seen\": {\"server\": \"dm\", \"code\": \"2.01\"}},"
             "{\"seen\": {\"event\": \"modem.indication\", \"number\": 18, \"value\": \">=37\"}},"
             "{\"seen\": {\"state\": {\"host.outage\": {\"max\": \"5m\"}}}}]}");
    const struct hlsim_expect *expects = setup->scenario.expects;

    CU_ASSERT_EQUAL_FATAL(setup->scenario.expect_count, 5);
    CU_ASSERT_EQUAL(expects[0].what.kind, HLSIM_EVENT_RESULT);
    CU_ASSERT_STRING_EQUAL(expects[0].what.fields[0].key, "line");
    CU_ASSERT_STRING_EQUAL(expects[0].what.fields[0].pattern, "+CME ERROR: 650");
    CU_ASSERT_STRING_EQUAL(expects[0].what.fields[1].key, "to");
    CU_ASSERT_STRING_EQUAL(expects[0].what.text, "result \"CME 650\" to \"AT+WDSS=1,1\"");
    CU_ASSERT_EQUAL(expects[1].what.kind, HLSIM_EVENT_ACTION);
    CU_ASSERT_EQUAL(expects[1].what.field_count, 2);
    CU_ASSERT_EQUAL(expects[2].what.kind, HLSIM_EVENT_SERVER);
    CU_ASSERT_EQUAL(expects[2].what.field_count, 2);
    CU_ASSERT_EQUAL(expects[3].what.kind, HLSIM_EVENT_INDICATION);
    CU_ASSERT_EQUAL(expects[3].what.fields[0].kind, HLSIM_MATCH_EQUAL);
    CU_ASSERT_EQUAL(expects[3].what.fields[0].number, 18);
    CU_ASSERT_EQUAL(expects[3].what.fields[1].kind, HLSIM_MATCH_AT_LEAST);
    CU_ASSERT_EQUAL(expects[3].what.fields[1].number, 37);
    CU_ASSERT_EQUAL(expects[4].what.type, HLSIM_MATCHER_STATE);
    CU_ASSERT_STRING_EQUAL(expects[4].what.state.path, "host.outage");
    CU_ASSERT_EQUAL(expects[4].what.state.max, 5 * HLSIM_MINUTE);
    hlsim_setup_free(setup);
}

static void expectations_carry_their_keys_and_defaults(void)
{
    struct hlsim_setup *setup =
        load("{\"name\": \"a\", \"expect\": ["
             "{\"seen\": {\"urc\": \"a\"}},"
             "{\"seen\": {\"urc\": \"a\"}, \"within\": \"30m\", \"from\": {\"urc\": \"b\"}, "
             "\"times\": {\"max\": 3}},"
             "{\"seen\": {\"urc\": \"a\"}, \"times\": 2},"
             "{\"never\": {\"urc\": \"a\"}, \"between\": [{\"urc\": \"b\"}]},"
             "{\"order\": [{\"urc\": \"a\"}, {\"host\": \"b\"}], \"strict\": true},"
             "{\"final\": {\"modem.powered\": true, \"modem.boots\": {\"min\": 2}, "
             "\"modem.firmware\": {\"like\": \"4.*\"}, \"modem.session\": null}}]}");
    const struct hlsim_expect *expects = setup->scenario.expects;

    CU_ASSERT_EQUAL_FATAL(setup->scenario.expect_count, 6);
    CU_ASSERT_EQUAL(expects[0].within, HLSIM_NEVER);
    CU_ASSERT_EQUAL(expects[0].times_min, 1);
    CU_ASSERT_EQUAL(expects[0].times_max, 0);
    CU_ASSERT_EQUAL(expects[1].within, 30 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(expects[1].has_from);
    CU_ASSERT_EQUAL(expects[1].times_min, 1);
    CU_ASSERT_EQUAL(expects[1].times_max, 3);
    CU_ASSERT_EQUAL(expects[2].times_min, 2);
    CU_ASSERT_EQUAL(expects[2].times_max, 2);
    CU_ASSERT_EQUAL(expects[3].kind, HLSIM_EXPECT_NEVER);
    CU_ASSERT_TRUE(expects[3].has_from);
    CU_ASSERT_FALSE(expects[3].has_until);
    CU_ASSERT_TRUE(expects[4].strict);
    CU_ASSERT_EQUAL(expects[4].order_count, 2);
    CU_ASSERT_EQUAL(expects[4].order[1].kind, HLSIM_EVENT_HOST);
    CU_ASSERT_STRING_EQUAL(expects[4].pointer, "/expect/4");
    CU_ASSERT_EQUAL(expects[5].final_count, 4);
    CU_ASSERT_EQUAL(expects[5].finals[0].value.type, HLSIM_VALUE_BOOL);
    CU_ASSERT_EQUAL(expects[5].finals[1].kind, HLSIM_CONDITION_RANGE);
    CU_ASSERT_TRUE(expects[5].finals[1].has_min);
    CU_ASSERT_FALSE(expects[5].finals[1].has_max);
    CU_ASSERT_EQUAL(expects[5].finals[2].kind, HLSIM_CONDITION_LIKE);
    CU_ASSERT_EQUAL(expects[5].finals[3].value.type, HLSIM_VALUE_NULL);
    hlsim_setup_free(setup);
}

static void overrides_change_what_is_read(void)
{
    const char *const overrides[] = {
        "seed=7", "modem.set.install_time=2s", "network.loss=0.1",        "host.version=4.7.1.0",
        "seed=8", "actions.0.for=5s",          "modem.settings.wdsc.1=1",
    };
    const struct hlsim_load_options options = {
        .overrides = overrides,
        .override_count = sizeof overrides / sizeof *overrides,
        .profile = "HL7800-4.4.14.0",
    };
    struct hlsim_setup *setup =
        load_with("{\"name\": \"a\", \"seed\": 1, \"host\": {\"goal\": \"update\"},"
                  "\"actions\": [{\"at\": 1, \"do\": \"power_cut\"}],"
                  "\"modem\": {\"profile\": \"HL7800-4.6.8.0\", \"settings\": {\"wdsc.1\": 0}}}",
                  &options);

    CU_ASSERT_EQUAL(setup->world.seed, 8);
    CU_ASSERT_EQUAL(profile_of(setup)->figures.install_time, 2 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(setup->world.network.loss_ppm_up, 100000);
    CU_ASSERT_STRING_EQUAL(setup->scenario.host.version, "4.7.1.0");
    CU_ASSERT_EQUAL(setup->scenario.actions[0].undo_after, 5 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(setup->modem.setting_count, 1);
    CU_ASSERT_STRING_EQUAL(setup->modem.settings[0].value, "1");
    CU_ASSERT_STRING_EQUAL(setup->modem.firmware, "4.4.14.0");
    hlsim_setup_free(setup);
}

static void the_seed_of_the_options_has_all_64_bits(void)
{
    const struct hlsim_load_options options = {.has_seed = true, .seed = UINT64_MAX};
    struct hlsim_setup *setup = load_with("{\"name\": \"a\", \"seed\": 5}", &options);

    CU_ASSERT_EQUAL(setup->world.seed, UINT64_MAX);
    CU_ASSERT_EQUAL(setup->scenario.seed, UINT64_MAX);
    hlsim_setup_free(setup);
}

static void durations_are_exact(void)
{
    int64_t duration = -1;

    CU_ASSERT_EQUAL(hlsim_duration_parse("0s", &duration), 0);
    CU_ASSERT_EQUAL(duration, 0);
    CU_ASSERT_EQUAL(hlsim_duration_parse("80us", &duration), 0);
    CU_ASSERT_EQUAL(duration, 80000);
    CU_ASSERT_EQUAL(hlsim_duration_parse("0.1s", &duration), 0);
    CU_ASSERT_EQUAL(duration, 100000000);
    CU_ASSERT_EQUAL(hlsim_duration_parse("1.000000001s", &duration), 0);
    CU_ASSERT_EQUAL(duration, 1000000001);
    CU_ASSERT_EQUAL(hlsim_duration_parse("1.5h", &duration), 0);
    CU_ASSERT_EQUAL(duration, INT64_C(5400000000000));
    CU_ASSERT_EQUAL(hlsim_duration_parse("9999d", &duration), 0);
    CU_ASSERT_EQUAL(duration, INT64_C(863913600000000000));
}

static void a_text_that_is_no_duration_is_refused(void)
{
    static const char *const texts[] = {"",    "s",    "5",           "-1s",          "+1s",
                                        "1 s", "1S",   "1.s",         ".5s",          "1e3s",
                                        "1ss", "1min", "1.2.3s",      "10000d",       "0x1s",
                                        "1s ", " 1s",  "1000000000s", "1.0000000001s"};
    int64_t duration = 77;

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        CU_ASSERT_EQUAL(hlsim_duration_parse(texts[i], &duration), HLSIM_E_FORMAT);
    }
    CU_ASSERT_EQUAL(duration, 77);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_smallest_scenario_has_all_defaults),
    SUITE_TEST(the_modem_is_what_the_scenario_says),
    SUITE_TEST(the_network_and_airvantage_are_what_the_scenario_says),
    SUITE_TEST(packages_are_built_or_supplied),
    SUITE_TEST(the_host_has_a_goal_or_a_script),
    SUITE_TEST(actions_carry_their_keys_and_defaults),
    SUITE_TEST(matchers_become_events_and_fields),
    SUITE_TEST(expectations_carry_their_keys_and_defaults),
    SUITE_TEST(overrides_change_what_is_read),
    SUITE_TEST(the_seed_of_the_options_has_all_64_bits),
    SUITE_TEST(durations_are_exact),
    SUITE_TEST(a_text_that_is_no_duration_is_refused),
};

int main(void)
{
    return suite_run("load_scenario", tests, sizeof tests / sizeof *tests);
}
