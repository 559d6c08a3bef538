/*
 * Every scenario of packages, of causes of failure, of versions and of installation, in memory.
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

SCENARIO(refuses_a_truncated_package, "fota/truncated-package.json")
SCENARIO(refuses_a_damaged_header, "fota/damaged-header.json")
SCENARIO(refuses_what_was_signed_anew, "fota/signed-anew-at-the-server.json")
SCENARIO(certifies_a_delta_for_nobody_and_fails_to_install_it, "fota/mismatched-delta.json")
SCENARIO(fails_to_install_what_was_rebased_at_the_server, "fota/mismatched-at-the-server.json")
SCENARIO(fails_to_install_what_was_forced, "fota/mismatched-by-force.json")
SCENARIO(fails_to_install_what_a_local_update_overtook, "fota/mismatched-after-a-local-update.json")
SCENARIO(knows_the_base_by_its_image, "fota/mismatched-by-digest.json")
SCENARIO(installs_a_full_image_over_any_version, "fota/full-image.json")
SCENARIO(follows_the_running_firmware_over_two_hops, "fota/two-hops.json")
SCENARIO(takes_the_latest_that_fits, "fota/latest.json")
SCENARIO(chooses_the_latest_at_the_first_word, "fota/latest-unknown-device.json")
SCENARIO(takes_the_version_that_was_chosen, "fota/version-chosen.json")
SCENARIO(is_not_offered_what_does_not_fit, "fota/incompatible-refused.json")
SCENARIO(runs_what_was_flashed, "fota/firmware-set.json")
SCENARIO(says_11_0_without_room, "faults/flash-full.json")
SCENARIO(says_11_0_when_the_room_ends, "faults/flash-full-mid-download.json")
SCENARIO(takes_a_new_job_after_11_0, "faults/flash-full-and-again.json")
SCENARIO(says_11_3_and_resumes_after_a_restart, "faults/ram-fault.json")
SCENARIO(gives_up_after_11_3_too_often, "faults/ram-fault-for-good.json")
SCENARIO(says_11_0_where_11_3_is_not_known, "faults/ram-fault-1.6.3.json")
SCENARIO(says_11_4_and_resumes_in_the_next_session, "faults/broken-stream.json")
SCENARIO(asks_anew_after_11_4, "faults/broken-stream-agreements.json")
SCENARIO(says_11_1_where_a_stream_cannot_be_resumed, "faults/broken-stream-http-error.json")
SCENARIO(says_11_1_when_the_rest_is_gone, "faults/package-gone.json")
SCENARIO(refuses_two_halves_of_two_packages, "faults/package-changed.json")
SCENARIO(says_11_5_when_programming_fails, "faults/flash-fault.json")
SCENARIO(fails_to_install_on_faulty_flash, "faults/flash-fault-at-install.json")
SCENARIO(goes_on_after_it_hung, "faults/install-hang.json")
SCENARIO(hangs_for_good, "faults/install-hang-for-good.json")
SCENARIO(is_cured_by_its_power_when_it_hangs, "faults/install-hang-power-cut.json")
SCENARIO(goes_on_with_a_delta_after_a_cut, "faults/power-cut-delta-install.json")
SCENARIO(says_10_before_12_by_a_quirk, "quirks/stored-before-certified.json")
SCENARIO(lets_go_of_a_quirk, "quirks/certified-before-stored.json")

static const struct suite_test tests[] = {
    SUITE_TEST(refuses_a_truncated_package),
    SUITE_TEST(refuses_a_damaged_header),
    SUITE_TEST(refuses_what_was_signed_anew),
    SUITE_TEST(certifies_a_delta_for_nobody_and_fails_to_install_it),
    SUITE_TEST(fails_to_install_what_was_rebased_at_the_server),
    SUITE_TEST(fails_to_install_what_was_forced),
    SUITE_TEST(fails_to_install_what_a_local_update_overtook),
    SUITE_TEST(knows_the_base_by_its_image),
    SUITE_TEST(installs_a_full_image_over_any_version),
    SUITE_TEST(follows_the_running_firmware_over_two_hops),
    SUITE_TEST(takes_the_latest_that_fits),
    SUITE_TEST(chooses_the_latest_at_the_first_word),
    SUITE_TEST(takes_the_version_that_was_chosen),
    SUITE_TEST(is_not_offered_what_does_not_fit),
    SUITE_TEST(runs_what_was_flashed),
    SUITE_TEST(says_11_0_without_room),
    SUITE_TEST(says_11_0_when_the_room_ends),
    SUITE_TEST(takes_a_new_job_after_11_0),
    SUITE_TEST(says_11_3_and_resumes_after_a_restart),
    SUITE_TEST(gives_up_after_11_3_too_often),
    SUITE_TEST(says_11_0_where_11_3_is_not_known),
    SUITE_TEST(says_11_4_and_resumes_in_the_next_session),
    SUITE_TEST(asks_anew_after_11_4),
    SUITE_TEST(says_11_1_where_a_stream_cannot_be_resumed),
    SUITE_TEST(says_11_1_when_the_rest_is_gone),
    SUITE_TEST(refuses_two_halves_of_two_packages),
    SUITE_TEST(says_11_5_when_programming_fails),
    SUITE_TEST(fails_to_install_on_faulty_flash),
    SUITE_TEST(goes_on_after_it_hung),
    SUITE_TEST(hangs_for_good),
    SUITE_TEST(is_cured_by_its_power_when_it_hangs),
    SUITE_TEST(goes_on_with_a_delta_after_a_cut),
    SUITE_TEST(says_10_before_12_by_a_quirk),
    SUITE_TEST(lets_go_of_a_quirk),
};

int main(void)
{
    return suite_run("packages", tests, sizeof tests / sizeof *tests);
}
