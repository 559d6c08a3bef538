/*
 * The inventory and the bootstrap server, datagram by datagram.
 */
#include "airvantage_rig.h"

#define COAP_DELETE 0x04
#define COAP_PUT    0x03
#define COAP_POST   0x02

static struct rig *rig_with_system(void)
{
    struct rig *rig = rig_new((struct rig_options){.seed = 1});

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, "T5640400011101"), 0);
    return rig;
}

/* The request's answer and the server's first request come at once. */
static void begin(struct rig_peer *peer)
{
    struct rig_bytes request = rig_bootstrap_request(peer);

    peer->count = 0;
    rig_send(peer, rig_bootstrap, &request);
    rig_run_for(peer->rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(peer->count, 2);
}

/* Answers with a code and gets the next request. */
static void answer(struct rig_peer *peer, uint8_t code)
{
    size_t before = peer->count;

    rig_reply(peer, rig_bootstrap, code, "", "");
    rig_run_for(peer->rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(peer->count, before + 1);
}

/* PUT /0/1, TLV: URI, no bootstrap account, NoSec, identity, key of 16 bytes, short id 1. */
static void check_security(const struct rig *rig, const struct rig_bytes *request)
{
    struct hlsim__airvantage_credentials credentials;
    struct rig_bytes rest = {0};

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_credentials(rig->av, RIG_IMEI, &credentials), 0);
    rig_hex(&rest, "b1300131 12 2d16 ff c80021");
    rig_text(&rest, "coap://dm.airvantage.example:5683");
    rig_hex(&rest, "c10100 c10203 c80318");
    rig_text(&rest, RIG_ENDPOINT);
    rig_hex(&rest, "c80510");
    rig_raw(&rest, credentials.key, sizeof credentials.key);
    rig_hex(&rest, "c10a01");
    CU_ASSERT_TRUE(rig_is_request(request, COAP_PUT, &rest));
}

static void writes_the_account_of_the_dm_server(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);

    begin(peer);
    CU_ASSERT_TRUE(rig_is_hex(&peer->inbox[0], "6144 1001 a1"));
    CU_ASSERT_TRUE(rig_is_request_hex(&peer->inbox[1], COAP_DELETE, "b130"));
    answer(peer, 0x42);
    CU_ASSERT_TRUE(rig_is_request_hex(&peer->inbox[2], COAP_DELETE, "b131"));
    answer(peer, 0x42);
    check_security(rig, &peer->inbox[3]);
    answer(peer, 0x44);
    /* Short id 1, lifetime 630720000 s, store notifications, binding UQ. */
    CU_ASSERT_TRUE(rig_is_request_hex(&peer->inbox[4], COAP_PUT,
                                      "b1310130 12 2d16 ff c10001 c40125980600 c10601 c2075551"));
    answer(peer, 0x44);
    CU_ASSERT_TRUE(rig_is_request_hex(&peer->inbox[5], COAP_POST, "b26273"));
    rig_reply(peer, rig_bootstrap, 0x44, "", "");
    rig_run_for(rig, 200 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->count, 6);
    CU_ASSERT_TRUE(rig_logged(rig, "bootstrap POST /bs 2.04;bootstrap DELETE /0 2.02;"
                                   "bootstrap DELETE /1 2.02;bootstrap PUT /0/1 2.04;"
                                   "bootstrap PUT /1/0 2.04;bootstrap POST /bs 2.04;"));
    CU_ASSERT_EQUAL(rig_number(rig, RIG_IMEI, "airvantage.timeline"), 1);
    CU_ASSERT_EQUAL(rig->ignored, 0);
    rig_free(rig);
}

static void refuses_who_is_not_in_the_inventory(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, "350000000000009");
    struct rig_bytes request = rig_bootstrap_request(peer);

    rig_send(peer, rig_bootstrap, &request);
    rig_run_for(rig, 200 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->count, 1);
    CU_ASSERT_TRUE(rig_is_hex(rig_last(peer), "6183 1001 a1"));
    CU_ASSERT_TRUE(rig_logged(rig, "bootstrap POST /bs 4.03;"));
    CU_ASSERT_TRUE(rig_reads(rig, peer->imei, "airvantage.system", "unknown"));
    rig_free(rig);
}

/* A ping is answered all the same: it does not say who asks. */
static void keeps_silent_towards_strangers_when_told_so(void)
{
    struct hlsim__airvantage_policy policy;
    struct rig *rig;
    struct rig_peer *peer;
    struct rig_bytes ping = {0};
    struct rig_bytes request;

    hlsim__airvantage_policy_default(&policy);
    policy.bootstrap_silent = true;
    rig = rig_new((struct rig_options){.policy = &policy});
    peer = rig_peer_new(rig, RIG_IMEI);
    request = rig_bootstrap_request(peer);
    rig_send(peer, rig_bootstrap, &request);
    rig_run_for(rig, 200 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->count, 0);
    CU_ASSERT_EQUAL(rig->ignored, 1);
    rig_hex(&ping, "4000 7777");
    rig_send(peer, rig_bootstrap, &ping);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_is_hex(rig_last(peer), "7000 7777"));
    rig_free(rig);
}

static void refuses_what_is_no_bootstrap_request(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);
    static const char *const cases[][2] = {
        {"4102 0001 a1 b26273", "6180 0001 a1"},            /* no endpoint name: 4.00 */
        {"4101 0002 a1 b26273", "6185 0002 a1"},            /* GET: 4.05 */
        {"4102 0003 a1 b2727a", "6184 0003 a1"},            /* another path: 4.04 */
        {"4102 0004 a1 b26273 447a65703d", "6180 0004 a1"}, /* a query "zep=": 4.00 */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig_bytes request = {0};

        rig_hex(&request, cases[i][0]);
        rig_send(peer, rig_bootstrap, &request);
        rig_run_for(rig, HLSIM_SECOND);
        CU_ASSERT_EQUAL(peer->count, i + 1);
        CU_ASSERT_TRUE(rig_is_hex(rig_last(peer), cases[i][1]));
    }
    rig_free(rig);
}

/* A repeated request is answered from memory and does not begin a second dialogue. */
static void answers_a_repeated_request_once(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);
    struct rig_bytes request = rig_bootstrap_request(peer);

    rig_send(peer, rig_bootstrap, &request);
    rig_send(peer, rig_bootstrap, &request);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(peer->count, 3);
    CU_ASSERT_TRUE(rig_is_hex(&peer->inbox[0], "6144 1001 a1"));
    CU_ASSERT_TRUE(rig_is_request_hex(&peer->inbox[1], COAP_DELETE, "b130"));
    CU_ASSERT_TRUE(rig_is_hex(&peer->inbox[2], "6144 1001 a1"));
    CU_ASSERT_TRUE(rig_logged(rig, "bootstrap POST /bs 2.04;"));
    rig_free(rig);
}

static void begins_anew_when_the_client_asks_again(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);

    begin(peer);
    answer(peer, 0x42);
    CU_ASSERT_TRUE(rig_is_request_hex(rig_last(peer), COAP_DELETE, "b131"));
    begin(peer);
    CU_ASSERT_TRUE(rig_is_request_hex(rig_last(peer), COAP_DELETE, "b130"));
    rig_free(rig);
}

static void repeats_five_times_and_gives_up(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);

    begin(peer);
    rig_run_for(rig, 100 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->count, 1 + 5); /* RFC 7252 4.2: MAX_RETRANSMIT is 4. */
    CU_ASSERT_TRUE(rig_is(&peer->inbox[5], &peer->inbox[1]));
    CU_ASSERT_TRUE(rig_logged(rig, "bootstrap POST /bs 2.04;bootstrap DELETE /0 silence;"));
    CU_ASSERT_EQUAL(hlsim__sched_next_at(&rig->sched) > rig->sched.now + HLSIM_SECOND, true);
    rig_free(rig);
}

static void ends_at_a_refusal_of_the_client(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);

    begin(peer);
    rig_reply(peer, rig_bootstrap, 0x85, "", "");
    rig_run_for(rig, 100 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->count, 2);
    CU_ASSERT_TRUE(rig_logged(rig, "bootstrap POST /bs 2.04;bootstrap DELETE /0 4.05;"));
    rig_free(rig);
}

/* Runs a whole bootstrap; the key that was written. */
static struct hlsim__airvantage_credentials bootstrap(struct rig_peer *peer)
{
    static const uint8_t codes[] = {0x42, 0x42, 0x44, 0x44};
    struct hlsim__airvantage_credentials credentials = {.issued_at = -1};

    begin(peer);
    for (size_t i = 0; i < sizeof codes; i++) {
        answer(peer, codes[i]);
    }
    rig_reply(peer, rig_bootstrap, 0x44, "", "");
    rig_run_for(peer->rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_credentials(peer->rig->av, peer->imei, &credentials),
                          0);
    return credentials;
}

static void gives_other_keys_each_time_and_after_registering_again(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);
    struct hlsim__airvantage_credentials first = bootstrap(peer);
    struct hlsim__airvantage_credentials second = bootstrap(peer);
    struct hlsim__airvantage_credentials third;

    CU_ASSERT_STRING_EQUAL(first.identity, RIG_ENDPOINT);
    CU_ASSERT_TRUE(second.issued_at > first.issued_at);
    CU_ASSERT_NOT_EQUAL(memcmp(first.key, second.key, sizeof first.key), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_credentials(rig->av, RIG_IMEI, &third), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, "T5640400011101"), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_credentials(rig->av, RIG_IMEI, &third), HLSIM_E_STATE);
    third = bootstrap(peer);
    CU_ASSERT_NOT_EQUAL(memcmp(first.key, third.key, sizeof first.key), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(second.key, third.key, sizeof first.key), 0);
    rig_free(rig);
}

static void a_deleted_system_is_refused_in_the_middle(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);
    struct rig_bytes request;

    begin(peer);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, RIG_IMEI), 0);
    rig_reply(peer, rig_bootstrap, 0x42, "", "");
    rig_run_for(rig, 100 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(peer->count, 2);
    request = rig_bootstrap_request(peer);
    rig_send(peer, rig_bootstrap, &request);
    rig_run_for(rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(rig_is_hex(rig_last(peer), "6183 1002 a1"));
    rig_free(rig);
}

static void keeps_an_inventory(void)
{
    struct rig *rig = rig_with_system();
    char imei[16];

    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, RIG_IMEI, "X"), HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, "35123456789012", "X"), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, "35123456789012a", "X"), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, "350000000000001", "0123456789abcdef"),
                    HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, "350000000000001"), HLSIM_E_NOT_FOUND);
    for (unsigned i = 1; i < HLSIM__SYSTEMS_MAX; i++) {
        snprintf(imei, sizeof imei, "35%013u", i);
        CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, imei, ""), 0);
    }
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, "350000000009999", ""), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__airvantage_system_delete(rig->av, "350000000000007"), 0);
    CU_ASSERT_TRUE(rig_reads(rig, "350000000000007", "airvantage.system", "unknown"));
    CU_ASSERT_TRUE(rig_reads(rig, "350000000000008", "airvantage.system", "registered"));
    CU_ASSERT_EQUAL(hlsim__airvantage_system_add(rig->av, "350000000009999", ""), 0);
    CU_ASSERT_TRUE(rig_reads(rig, "350000000009999", "airvantage.system", "registered"));
    CU_ASSERT_EQUAL(rig_value(rig, RIG_IMEI, "airvantage.last_seen").type, HLSIM_VALUE_NULL);
    CU_ASSERT_EQUAL(rig_value(rig, RIG_IMEI, "airvantage.firmware").type, HLSIM_VALUE_NULL);
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation", "none"));
    rig_free(rig);
}

static void reads_no_other_paths(void)
{
    struct rig *rig = rig_with_system();
    static const char *const paths[] = {"airvantage",         "airvantage.",
                                        "airvantage.systems", "airvantage.operation.",
                                        "modem.firmware",     ""};

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct hlsim_value value;

        CU_ASSERT_EQUAL(hlsim__airvantage_read(rig->av, RIG_IMEI, paths[i], &value),
                        HLSIM_E_NOT_FOUND);
    }
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.7", "none"));
    CU_ASSERT_TRUE(rig_reads(rig, RIG_IMEI, "airvantage.operation.x", "none"));
    rig_free(rig);
}

/* What is not understood changes nothing, is one event each, and the dialogue goes on. */
static void ignores_what_is_malformed(void)
{
    struct rig *rig = rig_with_system();
    struct rig_peer *peer = rig_peer_new(rig, RIG_IMEI);
    static const char *const cases[] = {
        "",                /* nothing at all */
        "41",              /* cut in the header */
        "4902 0001",       /* a token of 9 bytes */
        "8102 0001a1",     /* version 2 */
        "4102 0001 a1 b2", /* an option without its value */
        "4102 0001 a1 ff", /* a payload marker without a payload */
    };

    begin(peer);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig_bytes bytes = {0};

        rig_hex(&bytes, cases[i]);
        rig_send(peer, rig_bootstrap, &bytes);
    }
    rig_run_for(rig, HLSIM_SECOND / 2);
    CU_ASSERT_EQUAL(rig->ignored, sizeof cases / sizeof *cases);
    CU_ASSERT_EQUAL_FATAL(peer->count, 2);
    answer(peer, 0x42);
    CU_ASSERT_TRUE(rig_is_request_hex(rig_last(peer), COAP_DELETE, "b131"));
    rig_free(rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(writes_the_account_of_the_dm_server),
    SUITE_TEST(refuses_who_is_not_in_the_inventory),
    SUITE_TEST(keeps_silent_towards_strangers_when_told_so),
    SUITE_TEST(refuses_what_is_no_bootstrap_request),
    SUITE_TEST(answers_a_repeated_request_once),
    SUITE_TEST(begins_anew_when_the_client_asks_again),
    SUITE_TEST(repeats_five_times_and_gives_up),
    SUITE_TEST(ends_at_a_refusal_of_the_client),
    SUITE_TEST(gives_other_keys_each_time_and_after_registering_again),
    SUITE_TEST(a_deleted_system_is_refused_in_the_middle),
    SUITE_TEST(keeps_an_inventory),
    SUITE_TEST(reads_no_other_paths),
    SUITE_TEST(ignores_what_is_malformed),
};

int main(void)
{
    return suite_run("airvantage bootstrap", tests, sizeof tests / sizeof *tests);
}
