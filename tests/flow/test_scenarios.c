/*
 * Every scenario of the repository that needs no port, through every layer, in memory.
 */
#include "lib/flow.h"
#include "lib/suite.h"

static void pass(const char *scenario)
{
    struct flow flow;

    CU_ASSERT_TRUE_FATAL(flow_open(&flow, scenario, NULL));
    CU_ASSERT_TRUE(flow_pass(&flow));
    flow_close(&flow);
}

#define SCENARIO(name, path)                                                                       \
    static void name(void)                                                                         \
    {                                                                                              \
        pass(path);                                                                                \
    }

SCENARIO(connects_for_the_first_time, "basic/first-connection.json")
SCENARIO(connects_a_known_device, "basic/known-device.json")
SCENARIO(is_denied_when_not_registered, "basic/not-registered.json")
SCENARIO(updates_without_agreements, "fota/update-without-agreements.json")
SCENARIO(updates_with_agreements, "fota/update-with-agreements.json")
SCENARIO(updates_by_a_small_package, "fota/update-small-package.json")
SCENARIO(resumes_after_a_power_cut, "fota/power-cut-mid-download.json")
SCENARIO(resumes_with_agreements, "fota/power-cut-with-agreements.json")
SCENARIO(refuses_a_corrupt_package, "fota/corrupt-package.json")
SCENARIO(refuses_a_wrong_signature, "fota/wrong-signature.json")
SCENARIO(says_650_while_an_agreement_is_pending, "fota/agreement-pending.json")
SCENARIO(updates_a_monitor_at_a_long_boot, "fota/monitor-update-at-boot.json")
SCENARIO(leaves_a_monitor_alone_after_a_brief_cut, "fota/monitor-brief-cut.json")
SCENARIO(puts_off_the_install_of_a_monitor, "fota/monitor-deferral.json")
SCENARIO(resumes_after_months_in_a_drawer, "fota/monitor-months-in-a-drawer.json")
SCENARIO(resumes_a_stopped_download_months_later, "fota/stopped-and-resumed-months-later.json")
SCENARIO(asks_again_months_later, "fota/stopped-and-asked-again-months-later.json")
SCENARIO(sees_an_unwanted_version, "fota/unwanted-version.json")
SCENARIO(updates_in_the_night, "fota/update-in-the-night.json")
SCENARIO(opens_no_window_without_a_clock, "fota/no-clock-no-window.json")
SCENARIO(tries_again_when_denied, "fota/denied-then-registered.json")
SCENARIO(corrects_the_watchdog, "fota/install-longer-than-the-watchdog.json")

static const struct suite_test tests[] = {
    SUITE_TEST(connects_for_the_first_time),
    SUITE_TEST(connects_a_known_device),
    SUITE_TEST(is_denied_when_not_registered),
    SUITE_TEST(updates_without_agreements),
    SUITE_TEST(updates_with_agreements),
    SUITE_TEST(updates_by_a_small_package),
    SUITE_TEST(resumes_after_a_power_cut),
    SUITE_TEST(resumes_with_agreements),
    SUITE_TEST(refuses_a_corrupt_package),
    SUITE_TEST(refuses_a_wrong_signature),
    SUITE_TEST(says_650_while_an_agreement_is_pending),
    SUITE_TEST(updates_a_monitor_at_a_long_boot),
    SUITE_TEST(leaves_a_monitor_alone_after_a_brief_cut),
    SUITE_TEST(puts_off_the_install_of_a_monitor),
    SUITE_TEST(resumes_after_months_in_a_drawer),
    SUITE_TEST(resumes_a_stopped_download_months_later),
    SUITE_TEST(asks_again_months_later),
    SUITE_TEST(sees_an_unwanted_version),
    SUITE_TEST(updates_in_the_night),
    SUITE_TEST(opens_no_window_without_a_clock),
    SUITE_TEST(tries_again_when_denied),
    SUITE_TEST(corrects_the_watchdog),
};

int main(void)
{
    return suite_run("scenarios", tests, sizeof tests / sizeof *tests);
}
