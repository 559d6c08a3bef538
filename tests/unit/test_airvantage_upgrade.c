/*
 * An upgrade from creation to success and failure: over one open session, and for a device that
 * closes its session, loses power or loses datagrams in between.
 */
#include "airvantage_upgrade_rig.h"

/* The device registers, and is told of the upgrade in that session. */
static void begin_upgrade(struct rig *rig, struct rig_peer *peer)
{
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    rig_run_for(rig, HLSIM_SECOND);
}

/* --- One session -------------------------------------------------------------------------- */

static void an_open_session_goes_from_creation_to_success(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "none"));
    rig_forget(rig);
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 1);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(peer->device.uri, URL);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 0);
    rig_notify(peer, 0, '1', 3);
    rig_notify(peer, 0, '2', 4);
    CU_ASSERT_EQUAL(peer->device.executes, 1);
    rig_notify(peer, 0, '3', 5);
    rig_run_for(rig, 300 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_TRUE(rig_logged(rig, "op1 in_progress;dm PUT /5/0/1 2.04;op1 in_progress;"
                                   "dm NOTIFY /5/0/3 2.05;dm NOTIFY /5/0/3 2.05;"
                                   "dm POST /5/0/2 2.04;dm NOTIFY /5/0/3 2.05;"));
    reboot_into(peer, NEW, '1');
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "success"));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.1", "success"));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.firmware", NEW));
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    CU_ASSERT_EQUAL(peer->device.executes, 1);
    rig_free(rig);
}

/* Every result but success, told in the session or at the next registration. */
static void every_bad_result_is_a_failure(void)
{
    static const char *const reasons[] = {
        "no flash left",         "no RAM left",     "connection lost", "integrity check failed",
        "package not supported", "invalid address", "update failed",   "protocol not supported",
    };

    for (int result = '2'; result <= '9'; result++) {
        for (int later = 0; later < 2; later++) {
            struct packages packages;
            struct rig_peer *peer;
            struct rig *rig = rig_with_device(&packages, &peer);
            char expected[96];

            begin_upgrade(rig, peer);
            rig_notify(peer, 0, '1', 3);
            if (later) {
                reboot_into(peer, OLD, (char)result);
                CU_ASSERT_TRUE(rig_register(peer));
            } else {
                rig_forget(rig);
                rig_notify(peer, 1, (char)result, 4);
                snprintf(expected, sizeof expected,
                         "dm NOTIFY /5/0/5 2.05;op1 failure %s;op1 failure;",
                         reasons[result - '2']);
                CU_ASSERT_TRUE(rig_logged(rig, expected));
            }
            CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "failure"));
            rig_run_for(rig, 300 * HLSIM_SECOND);
            CU_ASSERT_EQUAL(peer->device.writes, 1);
            rig_free(rig);
        }
    }
}

static void a_refused_address_is_a_failure(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    peer->automatic = false;
    peer->count = 0;
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    rig_run_for(rig, HLSIM_SECOND);
    {
        struct rig_bytes rest = {0};

        rig_hex(&rest, "b135 0130 0131 10 ff");
        rig_text(&rest, URL);
        CU_ASSERT_TRUE(rig_is_request(rig_last(peer), 0x03, &rest));
    }
    rig_reply(peer, rig_dm, 0x84, "", ""); /* 4.04: no such object */
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "failure"));
    rig_free(rig);
}

/* --- Sessions that end -------------------------------------------------------------------- */

/*
 * Agreements on: the device closes its session whenever it waits for its host, and opens a new one
 * at every step. Each is registered with twice, as after a reset.
 */
static void goes_on_from_where_the_device_is_at_each_registration(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);
    static const char states[] = "112233";

    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1); /* before it was ever seen */
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_STRING_EQUAL(peer->device.uri, URL);
    rig_deregister(peer);
    for (size_t i = 0; states[i] != '\0'; i++) {
        peer->device.state = states[i];
        rig_run_for(rig, 600 * HLSIM_SECOND);
        CU_ASSERT_TRUE(rig_register(peer));
        CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
        CU_ASSERT_EQUAL(peer->device.writes, 1);
        CU_ASSERT_EQUAL(peer->device.executes, i < 2 ? 0 : i < 4 ? i - 1 : 2);
        rig_deregister(peer);
    }
    reboot_into(peer, NEW, '1');
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "success"));
    rig_free(rig);
}

/* The write was acknowledged, then power went before it was stored. */
static void a_lost_address_is_written_again(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    begin_upgrade(rig, peer);
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    reboot_into(peer, OLD, '0');
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_EQUAL(peer->device.writes, 2);
    CU_ASSERT_STRING_EQUAL(peer->device.uri, URL);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    rig_free(rig);
}

/* What /5/0/5 says of an update long ago is no outcome of this one. */
static void an_old_result_decides_nothing(void)
{
    for (int result = '1'; result <= '9'; result++) {
        struct packages packages;
        struct rig_peer *peer;
        struct rig *rig = rig_with_device(&packages, &peer);

        peer->device.result = (char)result;
        begin_upgrade(rig, peer);
        CU_ASSERT_EQUAL(peer->device.writes, 1);
        /* Power goes before the address is stored: the old result is still there. */
        reboot_into(peer, OLD, (char)result);
        CU_ASSERT_TRUE(rig_register(peer));
        CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
        CU_ASSERT_EQUAL(peer->device.writes, 2);
        /* The state's notification comes before that of the cleared result. */
        rig_notify(peer, 0, '1', 3);
        CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
        rig_notify(peer, 1, '0', 3);
        rig_notify(peer, 1, '5', 4);
        CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "failure"));
        rig_free(rig);
    }
}

/* The device has the address, but its answers are lost until it registers again. */
static void a_lost_answer_does_not_write_twice(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL_FATAL(hlsim__network_set_loss(&rig->net, 1000000, 0), 0);
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    rig_run_for(rig, 200 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->device.writes, 5); /* one message, repeated four times */
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 1);
    CU_ASSERT_EQUAL_FATAL(hlsim__network_set_loss(&rig->net, 0, 0), 0);
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_EQUAL(peer->device.writes, 5);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 0);
    rig_free(rig);
}

/* The host flashed the target by cable meanwhile: the device has no result to tell. */
static void the_target_version_is_a_success_without_a_result(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    begin_upgrade(rig, peer);
    reboot_into(peer, NEW, '0');
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "success"));
    rig_free(rig);
}

/* A result that came without the update having been asked for is somebody else's. */
static void a_local_update_to_another_version_is_no_success(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    begin_upgrade(rig, peer);
    reboot_into(peer, "HL7800.4.5.0.0", '1');
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_EQUAL(peer->device.writes, 2);
    rig_free(rig);
}

/* Running the target proves nothing when the device ran it before. */
static void installing_the_same_version_needs_a_result(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);
    struct hlsim__airvantage_job forced = {.package = "to-4.6.8", .force = true};

    snprintf(peer->device.firmware, sizeof peer->device.firmware, "%s", NEW);
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &forced), 1);
    rig_run_for(rig, HLSIM_SECOND);
    reboot_into(peer, NEW, '0');
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_EQUAL(peer->device.writes, 2);
    rig_notify(peer, 0, '2', 3);
    CU_ASSERT_EQUAL(peer->device.executes, 1);
    reboot_into(peer, NEW, '1');
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "success"));
    rig_free(rig);
}

/* --- What others began -------------------------------------------------------------------- */

/* A package that somebody else sent is given up first: an empty address (OMA LwM2M 1.0.2 E.6). */
static void clears_what_it_did_not_begin(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    peer->device.state = '2';
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    peer->automatic = false;
    peer->count = 0;
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_is_request_hex(rig_last(peer), 0x03, "b135 0130 0131 10"));
    peer->automatic = true;
    rig_reply(peer, rig_dm, 0x44, "", "");
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(peer->device.uri, URL);
    CU_ASSERT_EQUAL(peer->device.executes, 0);
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(an_open_session_goes_from_creation_to_success),
    SUITE_TEST(every_bad_result_is_a_failure),
    SUITE_TEST(a_refused_address_is_a_failure),
    SUITE_TEST(goes_on_from_where_the_device_is_at_each_registration),
    SUITE_TEST(a_lost_address_is_written_again),
    SUITE_TEST(an_old_result_decides_nothing),
    SUITE_TEST(a_lost_answer_does_not_write_twice),
    SUITE_TEST(the_target_version_is_a_success_without_a_result),
    SUITE_TEST(a_local_update_to_another_version_is_no_success),
    SUITE_TEST(installing_the_same_version_needs_a_result),
    SUITE_TEST(clears_what_it_did_not_begin),
};

int main(void)
{
    return suite_run("airvantage upgrade", tests, sizeof tests / sizeof *tests);
}
