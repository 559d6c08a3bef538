/*
 * Operations: how they are created and ended, one behind the other; many systems at once.
 */
#include "airvantage_upgrade_rig.h"

/* --- Creation ----------------------------------------------------------------------------- */

static void only_compatible_packages_are_accepted_unless_forced(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);
    struct hlsim__airvantage_job forced = {.package = "odd-4.10.0", .force = true};

    CU_ASSERT_EQUAL(upgrade(rig, "nothing"), HLSIM_E_NOT_FOUND);
    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(upgrade(rig, "odd-4.10.0"), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "none"));
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 0);
    CU_ASSERT_EQUAL(upgrade(rig, "any-4.5.0"), 1);
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &forced), 2);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 2);
    rig_free(rig);
}

static void reads_the_version_out_of_every_kind_of_firmware_name(void)
{
    static const struct {
        const char *firmware;
        bool fits;
    } cases[] = {
        {"HL7800.4.4.14.0", true},
        {"HL7800-M.4.4.14.0", true},
        {"4.4.14.0", true},
        {"HL7800.4.4.14", true},
        {"BHL7800.4.4.14.0.20180803", true},
        {"RHL769x.4.4.14.180400.201802141030.x7120m_1", true},
        {"SWI9X07H_04.04.14.00 0ce4c1 jenkins 2021/03/17 02:18:20", true},
        {"SWI9X07H_04.04.15.00 0ce4c1 jenkins 2021/03/17 02:18:20", false},
        {"HL7800.4.4.14.0.99", false},
        {"HL7800.4.4.1.0", false},
        {"HL7800.14.4.14.0", false},
        {"HL7800", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct packages packages;
        struct rig_peer *peer;
        struct rig *rig = rig_with_device(&packages, &peer);

        snprintf(peer->device.firmware, sizeof peer->device.firmware, "%s", cases[i].firmware);
        CU_ASSERT_TRUE_FATAL(rig_register(peer));
        CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), cases[i].fits ? 1 : HLSIM_E_UNSUPPORTED);
        rig_free(rig);
    }
}

static void refuses_lists_that_make_no_sense(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);
    static const char *const unknown[] = {RIG_IMEI, "350000000000001"};
    static const char *const twice[] = {RIG_IMEI, RIG_IMEI};
    struct hlsim__airvantage_job list = {.package = "to-4.6.8", .imeis = unknown, .imei_count = 2};

    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &list), HLSIM_E_NOT_FOUND);
    list.imeis = twice;
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &list), HLSIM_E_INVALID);
    list.imei_count = 0;
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &list), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.queued"), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), HLSIM_E_INVALID);
    rig_free(rig);
}

static void a_later_start_is_waited_for(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);
    struct hlsim__airvantage_job later = {.package = "to-4.6.8", .start = 60 * HLSIM_SECOND};

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &later), 1);
    rig_run_for(rig, 59 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "scheduled"));
    CU_ASSERT_EQUAL(peer->device.writes, 0);
    rig_run_for(rig, 2 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    rig_free(rig);
}

static void a_cancelled_operation_does_not_start(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);
    struct hlsim__airvantage_job later = {.package = "to-4.6.8", .start = 60 * HLSIM_SECOND};

    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &later), 1);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    rig_run_for(rig, 100 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_logged(rig, "op1 scheduled;op1 cancelled system deleted;op1 cancelled;"));
    rig_free(rig);
}

static void planned_operations_count_from_power_on(void)
{
    struct packages packages;
    struct rig *rig;
    struct rig_peer *peer;

    build_packages(&packages);
    packages.config.operation_count = 1;
    packages.config.operations[0] =
        (struct hlsim_operation_config){.at = 30 * HLSIM_SECOND, .package = "to-4.6.8"};
    rig = rig_new((struct rig_options){.config = &packages.config});
    peer = add_device(rig, RIG_IMEI);
    rig_run_for(rig, 100 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "none"));
    hlsim__airvantage_start(rig->av);
    rig_run_for(rig, 29 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "none"));
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    rig_free(rig);
}

static void operations_of_a_system_follow_each_other(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    CU_ASSERT_TRUE_FATAL(rig_register(peer));
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    CU_ASSERT_EQUAL(upgrade(rig, "any-4.5.0"), 2);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->device.writes, 1);
    rig_notify(peer, 0, '1', 3);
    /* The integrity check fails; the device keeps nothing. */
    peer->device.state = '0';
    rig_notify(peer, 1, '5', 3);
    rig_notify(peer, 0, '0', 4);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.1", "failure"));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.2", "in_progress"));
    CU_ASSERT_STRING_EQUAL(peer->device.uri, "http://packages.airvantage.example/any-4.5.0");
    rig_free(rig);
}

static void deleting_a_system_cancels_its_task(void)
{
    struct packages packages;
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&packages, &peer);

    add_system(rig, "350000000000001");
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "in_progress"));
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, "350000000000001"), 0);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "cancelled"));
    rig_free(rig);
}

/* --- Many systems ------------------------------------------------------------------------- */

#define CROWD 100

static void imei_of(unsigned index, char imei[16])
{
    snprintf(imei, 16, "35%013u", index % 1000);
}

/* What a system's device does: a third succeeds, a third fails, a third never comes back. */
static void run_crowd(struct rig *rig)
{
    for (unsigned i = 0; i < CROWD; i++) {
        struct rig_bytes request = rig_register_request(rig->peers[i]);

        rig_send(rig->peers[i], rig_dm, &request);
    }
    rig_run_for(rig, 5 * HLSIM_SECOND);
    for (unsigned i = 0; i < CROWD; i++) {
        struct rig_peer *peer = rig->peers[i];

        CU_ASSERT_EQUAL(peer->device.writes, 1);
        if (i % 3 < 2) {
            peer->device.state = '2';
            CU_ASSERT_TRUE(rig_register(peer));
            CU_ASSERT_EQUAL(peer->device.executes, 1);
            reboot_into(peer, i % 3 == 0 ? NEW : OLD, i % 3 == 0 ? '1' : '8');
            CU_ASSERT_TRUE(rig_register(peer));
        }
    }
}

static void a_hundred_systems_end_as_they_end(void)
{
    static const char *const outcomes[] = {"success", "failure", "in_progress"};
    struct packages packages;
    struct rig *rig;
    char imei[16];

    build_packages(&packages);
    rig = rig_new((struct rig_options){.seed = 3, .config = &packages.config});
    for (unsigned i = 0; i < CROWD; i++) {
        imei_of(i, imei);
        add_device(rig, imei);
    }
    CU_ASSERT_EQUAL(upgrade(rig, "to-4.6.8"), 1);
    run_crowd(rig);
    for (unsigned i = 0; i < CROWD; i++) {
        imei_of(i, imei);
        CU_ASSERT_TRUE(rig_reads(rig, imei, "airvantage.operation", outcomes[i % 3]));
        CU_ASSERT_TRUE(rig_reads(rig, imei, "airvantage.firmware", i % 3 == 0 ? NEW : OLD));
        CU_ASSERT_EQUAL(rig_number(rig, imei, "airvantage.timeline"), i % 3 == 2 ? 1 : 3);
    }
    /* From the point of view of nobody in particular: it is not finished. */
    CU_ASSERT_TRUE(rig_reads(rig, "359999999999999", "airvantage.operation", "in_progress"));
    for (unsigned i = 2; i < CROWD; i += 3) {
        imei_of(i, imei);
        CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, imei), 0);
    }
    CU_ASSERT_TRUE(rig_reads(rig, "359999999999999", "airvantage.operation", "failure"));
    rig_free(rig);
}

/* Ids, tokens and keys of a system do not depend on what others do (only the seed matters). */
static void one_system_s_datagrams_do_not_depend_on_others(void)
{
    struct rig_bytes requests[3];

    for (int round = 0; round < 3; round++) {
        struct rig *rig = rig_new((struct rig_options){.seed = round == 2 ? 8 : 7});
        struct rig_peer *other = round == 1 ? add_device(rig, "350000000000001") : NULL;
        struct rig_peer *peer = add_device(rig, RIG_IMEI);

        if (other != NULL) {
            CU_ASSERT_TRUE(rig_register(other));
        }
        peer->automatic = false;
        CU_ASSERT_TRUE(rig_register(peer));
        CU_ASSERT_FATAL(peer->count > 1);
        requests[round] = peer->inbox[1];
        rig_free(rig);
    }
    CU_ASSERT_TRUE(rig_is(&requests[0], &requests[1]));
    CU_ASSERT_FALSE(rig_is(&requests[0], &requests[2]));
}

/* A dialogue that another system took over meanwhile does not begin with the same tokens again. */
static void tokens_never_come_again(void)
{
    struct rig *rig = rig_new((struct rig_options){.seed = 7});
    struct rig_peer *other = add_device(rig, "350000000000001");
    struct rig_peer *peer = add_device(rig, RIG_IMEI);
    struct rig_bytes first;

    peer->automatic = false;
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_FATAL(peer->count > 1);
    first = peer->inbox[1];
    rig_run_for(rig, 100 * HLSIM_SECOND);
    rig_run_for(rig, HLSIM_HOUR);
    CU_ASSERT_TRUE(rig_register(other));
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_FATAL(peer->count > 1);
    CU_ASSERT_EQUAL(peer->inbox[1].size, first.size);
    CU_ASSERT_NOT_EQUAL(memcmp(peer->inbox[1].bytes + 4, first.bytes + 4, 8), 0);
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(only_compatible_packages_are_accepted_unless_forced),
    SUITE_TEST(reads_the_version_out_of_every_kind_of_firmware_name),
    SUITE_TEST(refuses_lists_that_make_no_sense),
    SUITE_TEST(a_later_start_is_waited_for),
    SUITE_TEST(a_cancelled_operation_does_not_start),
    SUITE_TEST(planned_operations_count_from_power_on),
    SUITE_TEST(operations_of_a_system_follow_each_other),
    SUITE_TEST(deleting_a_system_cancels_its_task),
    SUITE_TEST(a_hundred_systems_end_as_they_end),
    SUITE_TEST(one_system_s_datagrams_do_not_depend_on_others),
    SUITE_TEST(tokens_never_come_again),
};

int main(void)
{
    return suite_run("airvantage operations", tests, sizeof tests / sizeof *tests);
}
