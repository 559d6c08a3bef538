/*
 * How long the servers take a device's credentials, and what the portal does to them. The dates are
 * those of AN5.0 4.4; without DTLS a refusal, 4.03, stands for the silence of a handshake.
 */
#include "airvantage_rig.h"

#define SERIAL "T5640400011101"
#define OTHER  "350000000000009"

/* What happened to systems, but for their communications. */
static char happened[512];

static void on_system(void *user, const struct hlsim_event *event)
{
    const char *what = rig_field(event, "what");
    size_t used = strlen(happened);

    (void)user;
    if (strstr(what, "credentials") != NULL || strstr(what, "gateway") != NULL) {
        snprintf(happened + used, sizeof happened - used, "%s;", what);
    }
}

static struct rig *rig_with(const struct hlsim__airvantage_policy *policy, uint64_t seed,
                            struct rig_peer **ret_peer)
{
    struct rig *rig = rig_new((struct rig_options){.policy = policy, .seed = seed});

    happened[0] = '\0';
    CU_ASSERT_EQUAL_FATAL(
        hlsim_stream_subscribe(&rig->stream, HLSIM_EVENT_BIT(HLSIM_EVENT_SYSTEM), on_system, NULL),
        0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, SERIAL), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, RIG_IMEI), 0);
    *ret_peer = rig_peer_new(rig, RIG_IMEI);
    (*ret_peer)->automatic = true;
    return rig;
}

static struct hlsim__airvantage_policy never_rotated(void)
{
    struct hlsim__airvantage_policy policy;

    hlsim__airvantage_policy_default(&policy);
    policy.rotation_min = HLSIM_NEVER;
    return policy;
}

/* The code that answers a request, as its digits; "" for silence. */
static const char *code_of(struct rig_peer *peer, struct hlsim_address server,
                           const struct rig_bytes *request)
{
    static char code[8];

    peer->count = 0;
    rig_send(peer, server, request);
    rig_run_for(peer->rig, HLSIM_SECOND);
    code[0] = '\0';
    if (peer->count > 0) {
        snprintf(code, sizeof code, "%u.%02u", peer->inbox[0].bytes[1] >> 5,
                 peer->inbox[0].bytes[1] & 31U);
    }
    return code;
}

static const char *registers(struct rig_peer *peer)
{
    struct rig_bytes request = rig_register_request(peer);
    const char *code = code_of(peer, rig_dm, &request);

    if (strcmp(code, "2.01") == 0) {
        CU_ASSERT_TRUE(rig_take_location(peer, &peer->inbox[0]));
    }
    return code;
}

static const char *asks_for_a_bootstrap(struct rig_peer *peer)
{
    struct rig_bytes request = rig_bootstrap_request(peer);

    return code_of(peer, rig_bootstrap, &request);
}

/* A whole bootstrap, whose every request is granted. */
static void bootstrap(struct rig_peer *peer)
{
    CU_ASSERT_STRING_EQUAL_FATAL(asks_for_a_bootstrap(peer), "2.04");
    for (int i = 0; i < 5; i++) {
        rig_reply(peer, rig_bootstrap, rig_last(peer)->bytes[1] == 0x04 ? 0x42 : 0x44, "", "");
        rig_run_for(peer->rig, HLSIM_SECOND);
    }
    CU_ASSERT_EQUAL_FATAL(peer->count, 6);
}

static bool issued(const struct rig *rig)
{
    struct hlsim__airvantage_credentials credentials;
    int rc = hlsim__airvantage_credentials(rig->av, RIG_IMEI, &credentials);

    CU_ASSERT_TRUE(rc == 0 || rc == HLSIM_E_STATE);
    return rc == 0;
}

static void expire_ninety_days_after_their_issue(void)
{
    struct hlsim__airvantage_policy policy = never_rotated();
    struct rig_peer *peer;
    struct rig *rig = rig_with(&policy, 1, &peer);

    rig_run_for(rig, 90 * HLSIM_DAY - HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    CU_ASSERT_STRING_EQUAL(happened, "");
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    CU_ASSERT_STRING_EQUAL(happened, "credentials expired;");
    CU_ASSERT_FALSE(issued(rig));
    bootstrap(peer);
    CU_ASSERT_TRUE(issued(rig));
    rig_run_for(rig, 89 * HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    rig_run_for(rig, HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    rig_free(rig);
}

static void need_not_expire(void)
{
    struct hlsim__airvantage_policy policy = never_rotated();
    struct rig_peer *peer;
    struct rig *rig;

    policy.dm_validity = HLSIM_NEVER;
    rig = rig_with(&policy, 1, &peer);
    rig_run_for(rig, 3650 * HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    rig_free(rig);
}

/* The first day on which a device that registers every day is refused. */
static int day_of_rotation(uint64_t seed)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, seed, &peer);
    int day = 0;

    while (day < 90 && strcmp(registers(peer), "2.01") == 0) {
        rig_run_for(rig, HLSIM_DAY - HLSIM_SECOND);
        day++;
    }
    CU_ASSERT_STRING_EQUAL(happened, "credentials rotated;");
    rig_free(rig);
    return day;
}

static void rotate_at_a_random_day_of_each_seed(void)
{
    int first = 90;
    int last = 0;

    for (uint64_t seed = 1; seed <= 40; seed++) {
        int day = day_of_rotation(seed);

        CU_ASSERT_TRUE(day > 30 && day <= 46);
        first = day < first ? day : first;
        last = day > last ? day : last;
    }
    CU_ASSERT_TRUE(first < 34); /* all over the range: 40 draws */
    CU_ASSERT_TRUE(last > 42);
    CU_ASSERT_EQUAL(day_of_rotation(7), day_of_rotation(7));
}

/* Whoever stayed away finds the first of two ends. */
static void rotation_comes_before_the_ninety_days(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);

    rig_run_for(rig, 400 * HLSIM_DAY);
    CU_ASSERT_EQUAL(hlsim__sched_next_at(&rig->sched), HLSIM_NEVER); /* years cost nothing */
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    CU_ASSERT_STRING_EQUAL(happened, "credentials rotated;");
    rig_free(rig);
}

static void can_be_invalidated_for_the_dm_server(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);

    CU_ASSERT_EQUAL(hlsim__airvantage_invalidate(rig->av, OTHER, false), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__airvantage_invalidate(rig->av, RIG_IMEI, false), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_invalidate(rig->av, RIG_IMEI, false), HLSIM_E_STATE);
    CU_ASSERT_STRING_EQUAL(happened, "credentials invalidated;");
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    bootstrap(peer);
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    rig_free(rig);
}

static void what_is_open_survives_their_end(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);
    struct rig_bytes update;

    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    CU_ASSERT_EQUAL(hlsim__airvantage_invalidate(rig->av, RIG_IMEI, false), 0);
    update = rig_location_request(peer, "02");
    CU_ASSERT_STRING_EQUAL(code_of(peer, rig_dm, &update), "2.04");
    rig_free(rig);
}

static void can_be_invalidated_for_the_bootstrap_server(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);

    CU_ASSERT_EQUAL(hlsim__airvantage_invalidate(rig->av, RIG_IMEI, true), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_invalidate(rig->av, RIG_IMEI, true), HLSIM_E_STATE);
    CU_ASSERT_STRING_EQUAL(asks_for_a_bootstrap(peer), "4.03");
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, SERIAL), 0);
    CU_ASSERT_STRING_EQUAL(asks_for_a_bootstrap(peer), "2.04");
    rig_free(rig);
}

static void end_with_their_system(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);

    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    CU_ASSERT_TRUE(rig_number(rig, RIG_IMEI, "airvantage.last_seen") > 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, SERIAL), 0);
    CU_ASSERT_STRING_EQUAL(happened, "credentials revoked;");
    CU_ASSERT_EQUAL(rig_value(rig, RIG_IMEI, "airvantage.last_seen").type, HLSIM_VALUE_NULL);
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    bootstrap(peer);
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    rig_free(rig);
}

static void a_fake_imei_hides_the_device(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);
    struct rig_bytes update;

    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_change(rig->av, RIG_IMEI, OTHER, NULL), 0);
    CU_ASSERT_STRING_EQUAL(happened, "credentials replaced;gateway changed;");
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.system", "unknown"));
    CU_ASSERT_TRUE(rig_reads(rig, OTHER, "airvantage.system", "registered"));
    update = rig_location_request(peer, "02");
    CU_ASSERT_STRING_EQUAL(code_of(peer, rig_dm, &update), "4.04");
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    CU_ASSERT_STRING_EQUAL(asks_for_a_bootstrap(peer), "4.03");
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_restore(rig->av, RIG_IMEI), 0);
    CU_ASSERT_TRUE(rig_reads(rig, OTHER, "airvantage.system", "unknown"));
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    bootstrap(peer);
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    rig_free(rig);
}

/* AN5.0 4.4: changed and set right between two sessions, and yet the keys are others. */
static void a_fake_serial_number_is_enough(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);

    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_change(rig->av, RIG_IMEI, NULL, "123455"), 0);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.system", "registered"));
    CU_ASSERT_STRING_EQUAL(asks_for_a_bootstrap(peer), "4.03");
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_restore(rig->av, RIG_IMEI), 0);
    CU_ASSERT_STRING_EQUAL(happened, "credentials replaced;gateway changed;gateway right;");
    CU_ASSERT_STRING_EQUAL(registers(peer), "4.03");
    bootstrap(peer);
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    rig_free(rig);
}

static void a_gateway_is_changed_to_what_can_be_one(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);
    struct hlsim__airvantage *av = rig->av;

    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(av, OTHER, "X"), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_change(av, RIG_IMEI, OTHER, NULL), HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_change(av, RIG_IMEI, "12", NULL), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_change(av, RIG_IMEI, NULL, "0123456789abcdef"),
                    HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_change(av, RIG_IMEI, RIG_IMEI, SERIAL),
                    HLSIM_E_STATE);
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_restore(av, RIG_IMEI), HLSIM_E_STATE);
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_change(av, "350000000000001", NULL, "X"),
                    HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__airvantage_gateway_restore(av, "350000000000001"), HLSIM_E_NOT_FOUND);
    CU_ASSERT_STRING_EQUAL(happened, "");
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    rig_free(rig);
}

/* Without security a name is all there is: who used it last has it (OMA LwM2M 1.0.2, 5.3.1). */
static void without_security_a_name_belongs_to_who_used_it_last(void)
{
    struct rig_peer *peer;
    struct rig *rig = rig_with(NULL, 1, &peer);
    struct rig_peer *twin = rig_peer_new(rig, RIG_IMEI);
    struct rig_bytes update;

    twin->automatic = true;
    CU_ASSERT_STRING_EQUAL(registers(peer), "2.01");
    CU_ASSERT_STRING_EQUAL(registers(twin), "2.01");
    CU_ASSERT_STRING_NOT_EQUAL(peer->location, twin->location);
    update = rig_location_request(peer, "02");
    CU_ASSERT_STRING_EQUAL(code_of(peer, rig_dm, &update), "4.04");
    update = rig_location_request(twin, "02");
    CU_ASSERT_STRING_EQUAL(code_of(twin, rig_dm, &update), "2.04");
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(expire_ninety_days_after_their_issue),
    SUITE_TEST(need_not_expire),
    SUITE_TEST(rotate_at_a_random_day_of_each_seed),
    SUITE_TEST(rotation_comes_before_the_ninety_days),
    SUITE_TEST(can_be_invalidated_for_the_dm_server),
    SUITE_TEST(what_is_open_survives_their_end),
    SUITE_TEST(can_be_invalidated_for_the_bootstrap_server),
    SUITE_TEST(end_with_their_system),
    SUITE_TEST(a_fake_imei_hides_the_device),
    SUITE_TEST(a_fake_serial_number_is_enough),
    SUITE_TEST(a_gateway_is_changed_to_what_can_be_one),
    SUITE_TEST(without_security_a_name_belongs_to_who_used_it_last),
};

int main(void)
{
    return suite_run("airvantage credentials", tests, sizeof tests / sizeof *tests);
}
