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
SCENARIO(waits_five_minutes_for_a_local_package, "faults/local-update-timeout.json")
SCENARIO(refuses_a_local_package_while_one_is_offered, "fota/local-update-while-offered.json")

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
    SUITE_TEST(waits_five_minutes_for_a_local_package),
    SUITE_TEST(refuses_a_local_package_while_one_is_offered),
};

int main(void)
{
    return suite_run("scenarios", tests, sizeof tests / sizeof *tests);
}
