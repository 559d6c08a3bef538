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
SCENARIO(answers_with_dtr_low, "basic/line-dtr.json")
SCENARIO(changes_the_speed_of_the_uart, "basic/uart-speed.json")
SCENARIO(updates_without_agreements, "fota/update-without-agreements.json")
SCENARIO(updates_with_agreements, "fota/update-with-agreements.json")
SCENARIO(updates_by_a_small_package, "fota/update-small-package.json")
SCENARIO(resumes_after_a_power_cut, "fota/power-cut-mid-download.json")
SCENARIO(resumes_with_agreements, "fota/power-cut-with-agreements.json")
SCENARIO(refuses_a_corrupt_package, "fota/corrupt-package.json")
SCENARIO(refuses_a_wrong_signature, "fota/wrong-signature.json")
SCENARIO(says_650_while_an_agreement_is_pending, "fota/agreement-pending.json")
SCENARIO(asks_for_the_pin_again_after_an_update, "fota/sim-pin-after-update.json")
SCENARIO(keeps_an_agreement_until_the_pin_was_entered, "fota/sim-pin-with-agreement.json")
SCENARIO(goes_through_pin_and_puk, "basic/sim-puk-cycle.json")
SCENARIO(blocks_a_card_after_ten_wrong_puks, "basic/sim-blocked.json")
SCENARIO(starts_without_a_card_and_takes_one_later, "basic/no-sim.json")
SCENARIO(switches_off_and_starts_by_its_power_key, "basic/cpof-and-power-key.json")
SCENARIO(switches_off_fast_and_starts_by_its_supply, "basic/cpwroff-and-supply.json")
SCENARIO(wakes_by_pin_and_by_reset, "basic/cpof-and-wake.json")
SCENARIO(restores_the_settings_of_a_new_module, "basic/restore-defaults.json")
SCENARIO(selects_an_operator_by_hand, "basic/operator-by-hand.json")
SCENARIO(downloads_on_when_the_card_is_back, "fota/sim-removed-mid-download.json")
SCENARIO(downloads_on_after_switching_off, "fota/cpof-mid-download.json")

static const struct suite_test tests[] = {
    SUITE_TEST(connects_for_the_first_time),
    SUITE_TEST(connects_a_known_device),
    SUITE_TEST(is_denied_when_not_registered),
    SUITE_TEST(answers_with_dtr_low),
    SUITE_TEST(changes_the_speed_of_the_uart),
    SUITE_TEST(updates_without_agreements),
    SUITE_TEST(updates_with_agreements),
    SUITE_TEST(updates_by_a_small_package),
    SUITE_TEST(resumes_after_a_power_cut),
    SUITE_TEST(resumes_with_agreements),
    SUITE_TEST(refuses_a_corrupt_package),
    SUITE_TEST(refuses_a_wrong_signature),
    SUITE_TEST(says_650_while_an_agreement_is_pending),
    SUITE_TEST(asks_for_the_pin_again_after_an_update),
    SUITE_TEST(keeps_an_agreement_until_the_pin_was_entered),
    SUITE_TEST(goes_through_pin_and_puk),
    SUITE_TEST(blocks_a_card_after_ten_wrong_puks),
    SUITE_TEST(starts_without_a_card_and_takes_one_later),
    SUITE_TEST(switches_off_and_starts_by_its_power_key),
    SUITE_TEST(switches_off_fast_and_starts_by_its_supply),
    SUITE_TEST(wakes_by_pin_and_by_reset),
    SUITE_TEST(restores_the_settings_of_a_new_module),
    SUITE_TEST(selects_an_operator_by_hand),
    SUITE_TEST(downloads_on_when_the_card_is_back),
    SUITE_TEST(downloads_on_after_switching_off),
};

int main(void)
{
    return suite_run("scenarios", tests, sizeof tests / sizeof *tests);
}
