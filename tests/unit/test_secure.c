/*
 * One DTLS association: what a handshake takes, how an association ends, what it refuses and what
 * it keeps.
 */
#include "secure_bench.h"

#include <time.h>

/* The clock of the machine, as this program's libraries see it: it runs when a test wants it. */
static time_t wall;

/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
time_t time(time_t *timer)
{
    if (timer != NULL) {
        *timer = wall;
    }
    return wall;
}

/* --- Handshakes --------------------------------------------------------------------------- */

static void six_datagrams_make_an_association_and_it_carries_bytes_both_ways(void)
{
    connect_both();
    CU_ASSERT_EQUAL(b.count[UP], 3);
    CU_ASSERT_EQUAL(b.count[DOWN], 3);
    CU_ASSERT_EQUAL(b.sched.now, HLSIM_SECOND);
    CU_ASSERT_FALSE(b.client.resumed);
    CU_ASSERT_EQUAL(b.client.secrets, 1);
    CU_ASSERT_EQUAL(memcmp(&b.client.secret, &b.server.secret, sizeof b.client.secret), 0);
    CU_ASSERT_EQUAL(memcmp(b.client.secret.client_random, b.sent[UP][0].bytes + 27, 32), 0);
    say(&b.client, "up");
    say(&b.server, "down");
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "up"));
    CU_ASSERT(heard(&b.client, "down"));
    CU_ASSERT_EQUAL(b.sent[UP][3].size, 2 + HLSIM__SECURE_OVERHEAD);
    teardown();
}

static void the_wall_clock_changes_no_byte_and_a_seed_changes_them(void)
{
    struct bench *before = malloc(sizeof *before);

    CU_ASSERT_PTR_NOT_NULL_FATAL(before);
    wall = 1700000000;
    connect_both();
    *before = b;
    teardown();
    wall += 100;
    connect_both();
    CU_ASSERT_EQUAL(memcmp(before->sent, b.sent, sizeof b.sent), 0);
    teardown();
    setup();
    begin(2);
    run(HLSIM_SECOND);
    CU_ASSERT_NOT_EQUAL(memcmp(before->sent, b.sent, sizeof b.sent), 0);
    teardown();
    free(before);
}

static void expect_sends(size_t first, int64_t since)
{
    static const int64_t seconds[] = {0, 2, 6, 14, 30};

    CU_ASSERT_EQUAL(b.count[UP], first + 5);
    for (size_t i = 0; i < 5; i++) {
        CU_ASSERT_EQUAL(b.sent[UP][first + i].at, since + seconds[i] * HLSIM_SECOND);
    }
    CU_ASSERT_EQUAL(b.client.failed, 1);
    CU_ASSERT_EQUAL(b.client.why, HLSIM__SECURE_SILENCE);
    CU_ASSERT_EQUAL(b.client.over_at, since + 62 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim__secure_flights(b.client.secure), 5);
}

static void a_server_that_is_not_there_is_asked_five_times_in_62_seconds(void)
{
    setup();
    b.no_server = true;
    begin(1);
    run(HLSIM_HOUR);
    expect_sends(0, 0);
    teardown();
}

static void a_wrong_key_meets_silence(void)
{
    struct hlsim__secure_config config;

    setup();
    config = config_of(&b.client, 1);
    config.key = wrong_key;
    make(&b.client, &config);
    CU_ASSERT_EQUAL(hlsim__secure_start(b.client.secure), 0);
    run(HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.server.failed, 1);
    CU_ASSERT_EQUAL(b.server.why, HLSIM__SECURE_WRONG_KEY);
    b.no_server = true;
    run(HLSIM_HOUR);
    /* The last flight left after two round trips. */
    expect_sends(2, 4 * DELAY);
    CU_ASSERT_EQUAL(b.count[DOWN], 2);
    teardown();
}

static void refuse_loudly(const uint8_t *used_key, const char *identity,
                          enum hlsim__secure_failure why)
{
    struct hlsim__secure_config config;

    setup();
    config = config_of(&b.server, 1);
    config.silent = false;
    make(&b.server, &config);
    config = config_of(&b.client, 1);
    config.key = used_key;
    config.identity = identity;
    make(&b.client, &config);
    CU_ASSERT_EQUAL(hlsim__secure_start(b.client.secure), 0);
    run(250 * HLSIM_MS);
    hlsim__secure_destroy(b.server.secure);
    config = config_of(&b.server, 2);
    config.silent = false;
    make(&b.server, &config);
    b.server.failed = 0;
    run(HLSIM_HOUR);
    CU_ASSERT_EQUAL(b.server.why, why);
    CU_ASSERT_EQUAL(b.client.failed, 1);
    CU_ASSERT_EQUAL(b.client.why, HLSIM__SECURE_ALERT);
    CU_ASSERT_EQUAL(b.client.over_at, 6 * DELAY);
    teardown();
}

static void a_wrong_key_or_identity_meets_an_alert_where_the_server_wants_it(void)
{
    refuse_loudly(wrong_key, "dev1", HLSIM__SECURE_WRONG_KEY);
    refuse_loudly(right_key, "dev2", HLSIM__SECURE_UNKNOWN_IDENTITY);
}

static void a_session_is_resumed_by_a_shorter_handshake(void)
{
    struct hlsim__secure_session session;
    struct hlsim__secure_config config;
    struct hlsim__secret secret;

    connect_both();
    hlsim__secure_session(b.client.secure, &session);
    CU_ASSERT_EQUAL(session.id_size, 32);
    secret = b.client.secret;
    for (int end = 0; end < 2; end++) {
        struct end *one = end == 0 ? &b.client : &b.server;

        hlsim__secure_destroy(one->secure);
        memset(one, 0, sizeof *one);
    }
    config = config_of(&b.client, 3);
    config.session = &session;
    make(&b.client, &config);
    CU_ASSERT_EQUAL(hlsim__secure_start(b.client.secure), 0);
    run(HLSIM_SECOND);
    CU_ASSERT(b.client.established == 1 && b.client.resumed);
    CU_ASSERT(b.server.established == 1 && b.server.resumed);
    CU_ASSERT_EQUAL(b.count[UP] - 3, 3);
    CU_ASSERT_EQUAL(b.count[DOWN] - 3, 2);
    CU_ASSERT_EQUAL(memcmp(secret.master, b.client.secret.master, sizeof secret.master), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(secret.client_random, b.client.secret.client_random, 32), 0);
    say(&b.client, "again");
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "again"));
    teardown();
}

static void a_session_that_the_server_forgot_becomes_a_full_handshake(void)
{
    struct hlsim__secure_session session;
    struct hlsim__secure_config config;

    connect_both();
    hlsim__secure_session(b.client.secure, &session);
    b.session.id_size = 0;
    b.server_seed = 2; /* so that the new session has another id */
    hlsim__secure_destroy(b.client.secure);
    hlsim__secure_destroy(b.server.secure);
    memset(&b.client, 0, sizeof b.client);
    memset(&b.server, 0, sizeof b.server);
    config = config_of(&b.client, 3);
    config.session = &session;
    make(&b.client, &config);
    CU_ASSERT_EQUAL(hlsim__secure_start(b.client.secure), 0);
    run(HLSIM_SECOND);
    CU_ASSERT(b.client.established == 1 && !b.client.resumed);
    CU_ASSERT(b.server.established == 1 && !b.server.resumed);
    teardown();
}

/* --- Ends, limits, memory ----------------------------------------------------------------- */

static void a_goodbye_is_authentic_and_ends_both_ends(void)
{
    connect_both();
    hlsim__secure_close(b.client.secure);
    CU_ASSERT_EQUAL(hlsim__secure_send(b.client.secure, (const uint8_t *)"x", 1), HLSIM_E_STATE);
    run(HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.server.closed, 1);
    CU_ASSERT_EQUAL(b.client.closed, 0);
    CU_ASSERT_EQUAL(hlsim__secure_send(b.server.secure, (const uint8_t *)"x", 1), HLSIM_E_STATE);
    teardown();
}

static void what_is_too_large_is_refused_and_the_largest_passes(void)
{
    static uint8_t bytes[HLSIM__SECURE_PLAIN_MAX + 1];

    connect_both();
    CU_ASSERT_EQUAL(hlsim__secure_send(b.client.secure, bytes, sizeof bytes), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__secure_send(b.client.secure, bytes, sizeof bytes - 1), 0);
    run(HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.server.size, HLSIM__SECURE_PLAIN_MAX);
    CU_ASSERT_EQUAL(b.sent[UP][3].size, HLSIM_DATAGRAM_MAX);
    teardown();
}

static void an_error_of_sending_is_handed_on(void)
{
    struct hlsim__secure_config config;

    setup();
    b.send_error[UP] = HLSIM_E_POWER;
    config = config_of(&b.client, 1);
    make(&b.client, &config);
    CU_ASSERT_EQUAL(hlsim__secure_start(b.client.secure), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(b.client.failed, 0);
    teardown();
    setup();
    begin(1);
    b.send_error[UP] = HLSIM_E_POWER;
    run(HLSIM_HOUR);
    CU_ASSERT_EQUAL(b.client.failed, 1);
    CU_ASSERT_EQUAL(b.client.why, HLSIM__SECURE_NOT_SENT);
    CU_ASSERT_EQUAL(b.client.error, HLSIM_E_POWER);
    teardown();
    connect_both();
    b.send_error[UP] = HLSIM_E_POWER;
    CU_ASSERT_EQUAL(hlsim__secure_send(b.client.secure, (const uint8_t *)"x", 1), HLSIM_E_POWER);
    teardown();
}

static void a_context_lives_during_traffic_only(void)
{
    connect_both();
    CU_ASSERT(hlsim__secure_is_unfolded(b.client.secure));
    say(&b.client, "traffic");
    run(5 * HLSIM_SECOND);
    CU_ASSERT_FALSE(hlsim__secure_is_unfolded(b.client.secure));
    CU_ASSERT_FALSE(hlsim__secure_is_unfolded(b.server.secure));
    CU_ASSERT_PTR_NULL(b.timers.first);
    /* The server speaks first, and what was taken before the quiet is still known. */
    hlsim__secure_receive(b.server.secure, b.sent[UP][3].bytes, b.sent[UP][3].size);
    CU_ASSERT_EQUAL(b.server.ignored, 1);
    CU_ASSERT_EQUAL(b.server.datagrams, 1);
    say(&b.server, "after a while");
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.client, "after a while"));
    run(HLSIM_DAY);
    say(&b.client, "much later");
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "much later"));
    CU_ASSERT_EQUAL(b.client.secrets, 1);
    teardown();
}

static void an_owner_may_destroy_it_from_its_callback(void)
{
    connect_both();
    b.server.destroys = true;
    say(&b.client, "the last word");
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "the last word"));
    CU_ASSERT_PTR_NULL(b.server.secure);
    teardown();
}

static void a_key_or_identity_that_cannot_be_is_refused(void)
{
    char identity[HLSIM__SECURE_IDENTITY_MAX + 2];
    struct hlsim__secure_config config;

    setup();
    config = config_of(&b.client, 1);
    config.key_size = 0;
    CU_ASSERT_EQUAL(hlsim__secure_create(&config, &b.client.secure), HLSIM_E_INVALID);
    config.key_size = HLSIM__SECURE_KEY_MAX + 1;
    CU_ASSERT_EQUAL(hlsim__secure_create(&config, &b.client.secure), HLSIM_E_INVALID);
    config = config_of(&b.client, 1);
    memset(identity, 'i', sizeof identity - 1);
    identity[sizeof identity - 1] = '\0';
    config.identity = identity;
    CU_ASSERT_EQUAL(hlsim__secure_create(&config, &b.client.secure), HLSIM_E_INVALID);
    CU_ASSERT_PTR_NULL(b.client.secure);
    teardown();
}

static const struct suite_test tests[] = {
    SUITE_TEST(six_datagrams_make_an_association_and_it_carries_bytes_both_ways),
    SUITE_TEST(the_wall_clock_changes_no_byte_and_a_seed_changes_them),
    SUITE_TEST(a_server_that_is_not_there_is_asked_five_times_in_62_seconds),
    SUITE_TEST(a_wrong_key_meets_silence),
    SUITE_TEST(a_wrong_key_or_identity_meets_an_alert_where_the_server_wants_it),
    SUITE_TEST(a_session_is_resumed_by_a_shorter_handshake),
    SUITE_TEST(a_session_that_the_server_forgot_becomes_a_full_handshake),
    SUITE_TEST(a_goodbye_is_authentic_and_ends_both_ends),
    SUITE_TEST(what_is_too_large_is_refused_and_the_largest_passes),
    SUITE_TEST(an_error_of_sending_is_handed_on),
    SUITE_TEST(a_context_lives_during_traffic_only),
    SUITE_TEST(an_owner_may_destroy_it_from_its_callback),
    SUITE_TEST(a_key_or_identity_that_cannot_be_is_refused),
};

int main(void)
{
    return suite_run("secure", tests, sizeof tests / sizeof *tests);
}
