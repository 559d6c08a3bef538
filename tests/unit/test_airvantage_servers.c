/*
 * Whom the servers serve and how: life cycle, registrations that expire, servers that are down,
 * refuse or are slow.
 */
#include "airvantage_rig.h"

static struct rig_peer *add_device(struct rig *rig)
{
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, ""), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, RIG_IMEI), 0);
    peer->automatic = true;
    snprintf(peer->device.firmware, sizeof peer->device.firmware, "HL7800.4.4.14.0");
    return peer;
}

static struct rig *rig_with_device(struct rig_peer **ret_peer)
{
    struct rig *rig = rig_new((struct rig_options){.seed = 1});

    *ret_peer = add_device(rig);
    return rig;
}

/* The code of the answer to a datagram, as of the first thing that came; 0: silence. */
static uint8_t answer_to(struct rig_peer *peer, struct hlsim_address to,
                         const struct rig_bytes *request)
{
    peer->count = 0;
    rig_send(peer, to, request);
    rig_run_for(peer->rig, HLSIM_SECOND);
    return peer->count > 0 ? peer->inbox[0].bytes[1] : 0;
}

static uint8_t registers(struct rig_peer *peer)
{
    struct rig_bytes request = rig_register_request(peer);
    uint8_t code = answer_to(peer, rig_dm, &request);

    if (code == 0x41) {
        CU_ASSERT_TRUE_FATAL(rig_take_location(peer, &peer->inbox[0]));
    }
    return code;
}

static uint8_t updates(struct rig_peer *peer)
{
    struct rig_bytes request = rig_location_request(peer, "02");

    return answer_to(peer, rig_dm, &request);
}

static uint8_t bootstraps(struct rig_peer *peer)
{
    struct rig_bytes request = rig_bootstrap_request(peer);

    return answer_to(peer, rig_bootstrap, &request);
}

/* --- Life cycle --------------------------------------------------------------------------- */

static void only_active_and_test_ready_systems_are_served(void)
{
    static const struct {
        enum hlsim_lifecycle lifecycle;
        uint8_t registered;
        uint8_t bootstrapped;
    } cases[] = {
        {HLSIM_LIFECYCLE_INVENTORY, 0x83, 0x83}, {HLSIM_LIFECYCLE_TEST_READY, 0x41, 0x44},
        {HLSIM_LIFECYCLE_SUSPENDED, 0x83, 0x83}, {HLSIM_LIFECYCLE_ACTIVE, 0x41, 0x44},
        {HLSIM_LIFECYCLE_RETIRED, 0x83, 0x83},
    };
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);

    CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, HLSIM_LIFECYCLE_ACTIVE),
                    HLSIM_E_STATE);
    CU_ASSERT_EQUAL(
        hlsim__airvantage_set_lifecycle(rig->av, "350000000000001", HLSIM_LIFECYCLE_RETIRED),
        HLSIM_E_NOT_FOUND);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, cases[i].lifecycle), 0);
        CU_ASSERT_EQUAL(registers(peer), cases[i].registered);
        CU_ASSERT_EQUAL(bootstraps(peer), cases[i].bootstrapped);
        CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.lifecycle",
                                 hlsim_lifecycle_name(cases[i].lifecycle)));
    }
    rig_free(rig);
}

static void of_a_system_that_is_not_served_nothing_is_noted(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);

    CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, HLSIM_LIFECYCLE_INVENTORY),
                    0);
    CU_ASSERT_EQUAL(registers(peer), 0x83);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.communication", "undefined"));
    CU_ASSERT_EQUAL(rig_value(rig, RIG_IMEI, "airvantage.last_seen").type, HLSIM_VALUE_NULL);
    CU_ASSERT_EQUAL(rig_value(rig, RIG_IMEI, "airvantage.timeline.latest").type, HLSIM_VALUE_NULL);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.timeline"), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, HLSIM_LIFECYCLE_ACTIVE), 0);
    CU_ASSERT_EQUAL(registers(peer), 0x41);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.communication", "ok"));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.timeline.latest", "registered"));
    rig_free(rig);
}

static void suspension_ends_the_session_and_keeps_the_tasks(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    const struct hlsim__airvantage_job job = {.kind = HLSIM_OPERATION_REBOOT};

    CU_ASSERT_EQUAL(registers(peer), 0x41);
    rig_run_for(rig, 3 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, HLSIM_LIFECYCLE_SUSPENDED),
                    0);
    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &job), 1);
    CU_ASSERT_EQUAL(updates(peer), 0x84);
    CU_ASSERT_EQUAL(peer->device.reboots, 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, HLSIM_LIFECYCLE_ACTIVE), 0);
    CU_ASSERT_TRUE(rig_register(peer));
    CU_ASSERT_EQUAL(peer->device.reboots, 1);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "success"));
    rig_free(rig);
}

static void retirement_takes_tasks_and_credentials(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    const struct hlsim__airvantage_job job = {.kind = HLSIM_OPERATION_REBOOT};

    CU_ASSERT_EQUAL(hlsim__airvantage_operate(rig->av, &job), 1);
    CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, HLSIM_LIFECYCLE_RETIRED), 0);
    CU_ASSERT_TRUE(rig_logged(rig, "op1 in_progress;op1 cancelled system retired;op1 cancelled;"));
    CU_ASSERT_EQUAL(hlsim__airvantage_set_lifecycle(rig->av, RIG_IMEI, HLSIM_LIFECYCLE_ACTIVE), 0);
    CU_ASSERT_EQUAL(registers(peer), 0x83);
    CU_ASSERT_EQUAL(bootstraps(peer), 0x44);
    rig_free(rig);
}

/* --- Registrations ------------------------------------------------------------------------ */

/* POST /rd/ID?lt=... */
static uint8_t updates_lifetime(struct rig_peer *peer, const char *query_hex, const char *query)
{
    struct rig_bytes request = rig_location_request(peer, "02");

    rig_hex(&request, query_hex);
    rig_text(&request, query);
    return answer_to(peer, rig_dm, &request);
}

static void a_registration_ends_with_its_lifetime(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);

    CU_ASSERT_EQUAL(registers(peer), 0x41);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.lifetime"), 630720000 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(updates_lifetime(peer, "46", "lt=600"), 0x44);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.lifetime"), 600 * HLSIM_SECOND);
    rig_run_for(rig, 500 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(updates(peer), 0x44);
    rig_run_for(rig, 598 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.communication", "ok"));
    rig_run_for(rig, 2 * HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.communication", "error"));
    CU_ASSERT_EQUAL(rig_value(rig, RIG_IMEI, "airvantage.lifetime").type, HLSIM_VALUE_NULL);
    CU_ASSERT_EQUAL(updates(peer), 0x84);
    CU_ASSERT_EQUAL(registers(peer), 0x41);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.communication", "ok"));
    rig_free(rig);
}

static void a_goodbye_or_a_deletion_leaves_no_timer(void)
{
    for (int deleted = 0; deleted < 2; deleted++) {
        struct rig_peer *peer;
        struct rig *rig = rig_with_device(&peer);

        CU_ASSERT_TRUE_FATAL(rig_register(peer));
        CU_ASSERT_EQUAL(updates_lifetime(peer, "46", "lt=600"), 0x44);
        if (deleted) {
            CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
        } else {
            rig_deregister(peer);
            CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.communication", "ok"));
        }
        rig_run_for(rig, 400 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(hlsim__sched_next_at(&rig->sched), HLSIM_NEVER);
        rig_free(rig);
    }
}

/* --- Servers that are down ---------------------------------------------------------------- */

static void a_server_that_is_down_is_silent_and_remembers(void)
{
    static const enum hlsim__airvantage_outage outages[] = {HLSIM__AIRVANTAGE_SILENT,
                                                            HLSIM__AIRVANTAGE_REFUSING};

    for (size_t i = 0; i < 2; i++) {
        struct rig_peer *peer;
        struct rig *rig = rig_with_device(&peer);

        CU_ASSERT_TRUE_FATAL(rig_register(peer));
        CU_ASSERT_EQUAL(hlsim__airvantage_set_outage(rig->av, HLSIM__AIRVANTAGE_DM, outages[i]), 1);
        CU_ASSERT_EQUAL(hlsim__airvantage_set_outage(rig->av, HLSIM__AIRVANTAGE_DM, outages[i]), 0);
        CU_ASSERT_EQUAL(updates(peer), 0);
        CU_ASSERT_EQUAL(bootstraps(peer), 0x44);
        CU_ASSERT_EQUAL(
            hlsim__airvantage_set_outage(rig->av, HLSIM__AIRVANTAGE_SERVERS, outages[i]), 2);
        CU_ASSERT_EQUAL(bootstraps(peer), 0);
        CU_ASSERT_EQUAL(
            hlsim__airvantage_set_outage(rig->av, HLSIM__AIRVANTAGE_SERVERS, HLSIM__AIRVANTAGE_UP),
            3);
        CU_ASSERT_EQUAL(updates(peer), 0x44);
        rig_free(rig);
    }
}

/* --- Other answers ------------------------------------------------------------------------ */

static int answer(struct rig *rig, enum hlsim__airvantage_server server,
                  struct hlsim__airvantage_answer other)
{
    return hlsim__airvantage_answer(rig->av, server, &other);
}

static void answers_so_often_by_another_code(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    const struct hlsim__airvantage_answer refusal = {
        .request = HLSIM__AIRVANTAGE_REGISTER, .code = 0x83, .count = 2};

    CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_DM, refusal), 0);
    CU_ASSERT_EQUAL(registers(peer), 0x83);
    CU_ASSERT_EQUAL(registers(peer), 0x83);
    CU_ASSERT_EQUAL(registers(peer), 0x41);
    CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_DM,
                           (struct hlsim__airvantage_answer){
                               .request = HLSIM__AIRVANTAGE_UPDATE, .code = 0xa0, .count = 1}),
                    0);
    CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_BOOTSTRAP,
                           (struct hlsim__airvantage_answer){.code = 0x83, .count = 9}),
                    0);
    CU_ASSERT_EQUAL(updates(peer), 0xa0);
    CU_ASSERT_EQUAL(updates(peer), 0x44);
    CU_ASSERT_EQUAL(bootstraps(peer), 0x83);
    CU_ASSERT_EQUAL(hlsim__airvantage_answer_as_ever(rig->av, HLSIM__AIRVANTAGE_BOOTSTRAP), 1);
    CU_ASSERT_EQUAL(hlsim__airvantage_answer_as_ever(rig->av, HLSIM__AIRVANTAGE_BOOTSTRAP), 0);
    CU_ASSERT_EQUAL(bootstraps(peer), 0x44);
    CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_BOOTSTRAP, refusal), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_HTTP, refusal), HLSIM_E_INVALID);
    for (int i = 0; i < 8; i++) {
        CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_DM, refusal), 0);
    }
    CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_DM, refusal), HLSIM_E_LIMIT);
    rig_free(rig);
}

/* What is repeated meanwhile is neither answered nor counted. */
static void a_slow_server_answers_once(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_bytes request = rig_register_request(peer);

    CU_ASSERT_EQUAL(
        answer(rig, HLSIM__AIRVANTAGE_DM,
               (struct hlsim__airvantage_answer){.delay = 10 * HLSIM_SECOND, .count = 1}),
        0);
    peer->automatic = false;
    CU_ASSERT_EQUAL(answer_to(peer, rig_dm, &request), 0);
    CU_ASSERT_EQUAL(answer_to(peer, rig_dm, &request), 0);
    rig_run_for(rig, 7 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->count, 0);
    rig_run_for(rig, 1200 * HLSIM_MS);
    CU_ASSERT_FATAL(peer->count > 0);
    CU_ASSERT_EQUAL(peer->inbox[0].bytes[1], 0x41);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.timeline"), 1);
    /* The repetition that comes after the answer gets the same. */
    CU_ASSERT_EQUAL(answer_to(peer, rig_dm, &request), 0x41);
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.timeline"), 1);
    rig_free(rig);
}

/* What is still kept when the world ends is given back. */
static void a_late_refusal_is_a_refusal(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with_device(&peer);
    struct rig_bytes request = rig_register_request(peer);

    CU_ASSERT_EQUAL(answer(rig, HLSIM__AIRVANTAGE_DM,
                           (struct hlsim__airvantage_answer){
                               .code = 0xa0, .delay = 500 * HLSIM_MS, .count = 2}),
                    0);
    CU_ASSERT_EQUAL(answer_to(peer, rig_dm, &request), 0xa0);
    request = rig_register_request(peer);
    rig_send(peer, rig_dm, &request);
    rig_run_for(rig, 200 * HLSIM_MS);
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(only_active_and_test_ready_systems_are_served),
    SUITE_TEST(of_a_system_that_is_not_served_nothing_is_noted),
    SUITE_TEST(suspension_ends_the_session_and_keeps_the_tasks),
    SUITE_TEST(retirement_takes_tasks_and_credentials),
    SUITE_TEST(a_registration_ends_with_its_lifetime),
    SUITE_TEST(a_goodbye_or_a_deletion_leaves_no_timer),
    SUITE_TEST(a_server_that_is_down_is_silent_and_remembers),
    SUITE_TEST(answers_so_often_by_another_code),
    SUITE_TEST(a_slow_server_answers_once),
    SUITE_TEST(a_late_refusal_is_a_refusal),
};

int main(void)
{
    return suite_run("airvantage servers", tests, sizeof tests / sizeof *tests);
}
