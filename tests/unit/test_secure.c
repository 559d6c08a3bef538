/*
 * One DTLS association, both ends in one process, a wire of our own between them: what a handshake
 * takes, what it survives, what is not believed.
 */
#include "network/secure.h"

#include "lib/suite.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WIRE_MAX 64
#define DELAY    (100 * HLSIM_MS)

enum way { UP, DOWN };

struct sent {
    int64_t at;
    size_t size;
    uint8_t bytes[HLSIM_DATAGRAM_MAX];
};

struct end {
    struct hlsim__secure *secure;
    unsigned established;
    bool resumed;
    unsigned failed;
    enum hlsim__secure_failure why;
    int error;
    int64_t over_at;
    unsigned closed;
    unsigned ignored;
    char why_ignored[64];
    unsigned datagrams;
    size_t size;
    uint8_t bytes[HLSIM_DATAGRAM_MAX];
    unsigned secrets;
    struct hlsim__secret secret;
    bool destroys; /* at the next datagram */
};

static struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__timer_group timers;
    struct end client;
    struct end server;
    bool no_server;
    uint64_t server_seed;
    struct hlsim__secure_session session; /* the server's memory of one */
    struct sent sent[2][WIRE_MAX];
    size_t count[2];
    size_t delivered[2];
    unsigned lost[2]; /* bit n: the nth datagram of that way is lost */
    unsigned twice[2];
    int send_error[2];
} b;

static const uint8_t right_key[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t wrong_key[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17};

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

/* --- Callbacks ---------------------------------------------------------------------------- */

static int send_on(enum way way, const uint8_t *bytes, size_t size)
{
    struct sent *sent = &b.sent[way][b.count[way]];

    if (b.send_error[way] < 0) {
        return b.send_error[way];
    }
    CU_ASSERT_FATAL(b.count[way] < WIRE_MAX);
    CU_ASSERT_FATAL(size <= sizeof sent->bytes);
    sent->at = b.sched.now;
    sent->size = size;
    memcpy(sent->bytes, bytes, size);
    b.count[way]++;
    return 0;
}

static int transmit(void *user, const uint8_t *bytes, size_t size)
{
    return send_on(user == &b.client ? UP : DOWN, bytes, size);
}

static void established(void *user, bool resumed)
{
    struct end *end = user;

    end->established++;
    end->resumed = resumed;
    if (end == &b.server) {
        hlsim__secure_session(end->secure, &b.session);
    }
}

static void failed(void *user, enum hlsim__secure_failure why, int error)
{
    struct end *end = user;

    end->failed++;
    end->why = why;
    end->error = error;
    end->over_at = b.sched.now;
}

static void datagram(void *user, const uint8_t *bytes, size_t size)
{
    struct end *end = user;

    end->datagrams++;
    end->size = size;
    memcpy(end->bytes, bytes, size);
    if (end->destroys) {
        hlsim__secure_destroy(end->secure);
        end->secure = NULL;
    }
}

static void closed(void *user)
{
    struct end *end = user;

    end->closed++;
}

static void ignored(void *user, const char *why)
{
    struct end *end = user;

    end->ignored++;
    strcpy(end->why_ignored, why);
}

static int key(void *user, const char *identity, size_t size,
               uint8_t ret_key[HLSIM__SECURE_KEY_MAX])
{
    (void)user;
    if (size != 4 || memcmp(identity, "dev1", 4) != 0) {
        return HLSIM_E_NOT_FOUND;
    }
    memcpy(ret_key, right_key, sizeof right_key);
    return sizeof right_key;
}

static bool load_session(void *user, const uint8_t *id, size_t id_size,
                         struct hlsim__secure_session *ret_session)
{
    (void)user;
    if (b.session.id_size != id_size || memcmp(b.session.id, id, id_size) != 0) {
        return false;
    }
    *ret_session = b.session;
    return true;
}

static void secret(void *user, const struct hlsim__secret *secret)
{
    struct end *end = user;

    end->secrets++;
    end->secret = *secret;
}

static const struct hlsim__secure_ops ops = {.transmit = transmit,
                                             .established = established,
                                             .failed = failed,
                                             .datagram = datagram,
                                             .closed = closed,
                                             .ignored = ignored,
                                             .key = key,
                                             .load_session = load_session,
                                             .secret = secret};

/* --- The bench ---------------------------------------------------------------------------- */

static struct hlsim__secure_config config_of(struct end *end, uint64_t seed)
{
    bool client = end == &b.client;
    struct hlsim__secure_config config = {.role =
                                              client ? HLSIM__SECURE_CLIENT : HLSIM__SECURE_SERVER,
                                          .stream = &b.stream,
                                          .timers = &b.timers,
                                          .timeout_min = 2 * HLSIM_SECOND,
                                          .timeout_max = 32 * HLSIM_SECOND,
                                          .identity = "dev1",
                                          .key = right_key,
                                          .key_size = sizeof right_key,
                                          .peer = {.ip = 0x0a000002, .port = 4711},
                                          .silent = true,
                                          .ops = &ops,
                                          .user = end};

    hlsim__rng_init(&config.rng, seed, client ? "client" : "server");
    return config;
}

static void setup(void)
{
    memset(&b, 0, sizeof b);
    hlsim__sched_init(&b.sched);
    hlsim__stream_init(&b.stream, &b.sched);
    hlsim__timer_group_init(&b.timers, &b.sched, NULL);
}

static void teardown(void)
{
    hlsim__secure_destroy(b.client.secure);
    hlsim__secure_destroy(b.server.secure);
    CU_ASSERT_PTR_NULL(b.timers.first);
    hlsim__sched_free(&b.sched);
}

static void make(struct end *end, const struct hlsim__secure_config *config)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__secure_create(config, &end->secure), 0);
}

static void begin(uint64_t seed)
{
    struct hlsim__secure_config client = config_of(&b.client, seed);

    make(&b.client, &client);
    CU_ASSERT_EQUAL(hlsim__secure_start(b.client.secure), 0);
}

static void to_server(const uint8_t *bytes, size_t size)
{
    struct hlsim__secure_config config = config_of(&b.server, b.server_seed);

    if (b.no_server) {
        return;
    }
    /* As a server does that keeps nothing before a cookie came back. */
    if (b.server.secure == NULL || (b.server.failed > 0 && b.server.established == 0)) {
        hlsim__secure_destroy(b.server.secure);
        make(&b.server, &config);
        b.server.failed = 0;
    }
    hlsim__secure_receive(b.server.secure, bytes, size);
}

static void deliver(enum way way, size_t number)
{
    const struct sent *sent = &b.sent[way][number];

    if ((b.lost[way] >> number & 1) != 0) {
        return;
    }
    for (int copies = (b.twice[way] >> number & 1) != 0 ? 2 : 1; copies > 0; copies--) {
        if (way == UP) {
            to_server(sent->bytes, sent->size);
        } else if (b.client.secure != NULL) {
            hlsim__secure_receive(b.client.secure, sent->bytes, sent->size);
        }
    }
}

/* Lets time pass; datagrams take DELAY. */
static void run(int64_t time)
{
    int64_t until = b.sched.now + time;

    for (;;) {
        int64_t next = until;
        enum way way = UP;
        bool found = false;

        for (int i = UP; i <= DOWN; i++) {
            if (b.delivered[i] < b.count[i] && b.sent[i][b.delivered[i]].at + DELAY <= next) {
                next = b.sent[i][b.delivered[i]].at + DELAY;
                way = (enum way)i;
                found = true;
            }
        }
        if (hlsim__sched_fire_next(&b.sched, next)) {
            continue;
        }
        hlsim__sched_advance(&b.sched, next);
        if (!found) {
            return;
        }
        deliver(way, b.delivered[way]++);
    }
}

static void connect_both(void)
{
    setup();
    begin(1);
    run(HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(b.client.established, 1);
    CU_ASSERT_EQUAL_FATAL(b.server.established, 1);
}

static void say(struct end *end, const char *text)
{
    CU_ASSERT_EQUAL(hlsim__secure_send(end->secure, (const uint8_t *)text, strlen(text)), 0);
}

static bool heard(const struct end *end, const char *text)
{
    return end->size == strlen(text) && memcmp(end->bytes, text, end->size) == 0;
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

/* --- A bad wire --------------------------------------------------------------------------- */

static void expect_talk(const char *what, unsigned number)
{
    b.lost[UP] = b.lost[DOWN] = b.twice[UP] = b.twice[DOWN] = 0;
    if (b.client.established != 1 || b.server.established != 1) {
        printf("%s %u: client %u, server %u\n", what, number, b.client.established,
               b.server.established);
    }
    CU_ASSERT_EQUAL_FATAL(b.client.established, 1);
    CU_ASSERT_EQUAL_FATAL(b.server.established, 1);
    say(&b.client, "there");
    say(&b.server, "here");
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "there"));
    CU_ASSERT(heard(&b.client, "here"));
}

static void any_datagram_of_a_handshake_may_be_lost(void)
{
    for (unsigned number = 0; number < 6; number++) {
        enum way way = number < 3 ? UP : DOWN;

        setup();
        b.lost[way] = 1U << number % 3;
        begin(1);
        run(HLSIM_MINUTE);
        expect_talk("lost", number);
        CU_ASSERT(b.count[UP] > 3);
        teardown();
    }
}

static void any_datagram_of_a_handshake_may_come_twice(void)
{
    for (unsigned number = 0; number < 6; number++) {
        setup();
        b.twice[number < 3 ? UP : DOWN] = 1U << number % 3;
        begin(1);
        run(HLSIM_MINUTE);
        expect_talk("twice", number);
        teardown();
    }
}

static void what_comes_in_another_order_is_taken_and_what_comes_twice_is_not(void)
{
    connect_both();
    say(&b.client, "one");
    say(&b.client, "two");
    hlsim__secure_receive(b.server.secure, b.sent[UP][4].bytes, b.sent[UP][4].size);
    CU_ASSERT(heard(&b.server, "two"));
    hlsim__secure_receive(b.server.secure, b.sent[UP][3].bytes, b.sent[UP][3].size);
    CU_ASSERT(heard(&b.server, "one"));
    CU_ASSERT_EQUAL(b.server.ignored, 0);
    hlsim__secure_receive(b.server.secure, b.sent[UP][4].bytes, b.sent[UP][4].size);
    hlsim__secure_receive(b.server.secure, b.sent[UP][3].bytes, b.sent[UP][3].size);
    CU_ASSERT_EQUAL(b.server.ignored, 2);
    CU_ASSERT_STRING_EQUAL(b.server.why_ignored, "a repeated record");
    CU_ASSERT_EQUAL(b.server.datagrams, 2);
    teardown();
}

/* One changed datagram: not believed, one notice, and the association lives on. */
static void expect_ignored(const uint8_t *bytes, size_t size)
{
    unsigned before = b.server.ignored;
    unsigned datagrams = b.server.datagrams;
    size_t sent = b.count[DOWN];

    hlsim__secure_receive(b.server.secure, bytes, size);
    CU_ASSERT_EQUAL(b.server.ignored, before + 1);
    CU_ASSERT_EQUAL(b.server.datagrams, datagrams);
    CU_ASSERT_EQUAL(b.count[DOWN], sent);
}

static void no_truncated_flipped_or_foreign_record_is_believed(void)
{
    struct sent good;
    uint8_t bytes[HLSIM_DATAGRAM_MAX + 1];

    connect_both();
    say(&b.client, "the first");
    run(HLSIM_SECOND);
    say(&b.client, "a message");
    good = b.sent[UP][4];
    for (size_t size = 0; size < good.size; size++) {
        expect_ignored(good.bytes, size);
    }
    for (size_t bit = 0; bit < 8 * good.size; bit++) {
        memcpy(bytes, good.bytes, good.size);
        bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        expect_ignored(bytes, good.size);
    }
    memset(bytes, 0x17, sizeof bytes);
    expect_ignored(bytes, sizeof bytes);
    expect_ignored(b.sent[UP][0].bytes, b.sent[UP][0].size);
    CU_ASSERT_EQUAL(b.server.failed + b.server.closed, 0);
    run(HLSIM_SECOND);
    CU_ASSERT(heard(&b.server, "a message"));
    teardown();
}

/* Just established, the server still keeps its last flight, and reads what may ask for it. */
static void a_hello_in_the_clear_does_not_end_an_association(void)
{
    connect_both();
    expect_ignored(b.sent[UP][0].bytes, b.sent[UP][0].size);
    expect_ignored(b.sent[UP][1].bytes, b.sent[UP][1].size);
    expect_talk("hello", 0);
    teardown();
}

/* The library takes what is left behind a record that it has skipped for an error of its caller. */
static void a_rest_behind_a_record_does_not_end_an_association(void)
{
    static const uint8_t alert[] = {0x15, 0xfe, 0xfd, 0, 0, 0, 0, 0, 1, 0x10, 0, 0, 1, 0, 2, 2};

    for (size_t rest = 0; rest <= 2; rest++) {
        connect_both();
        expect_ignored(alert, sizeof alert - rest);
        say(&b.client, "a message");
        run(HLSIM_SECOND);
        CU_ASSERT(heard(&b.server, "a message"));
        CU_ASSERT_EQUAL(b.server.failed, 0);
        teardown();
    }
}

static void garbage_in_every_step_of_a_handshake_breaks_nothing(void)
{
    struct hlsim__rng rng;
    uint8_t bytes[200];

    hlsim__rng_init(&rng, 1, "garbage");
    for (unsigned turn = 0; turn < 300; turn++) {
        setup();
        begin(turn);
        run((int64_t)hlsim__rng_below(&rng, 700) * HLSIM_MS);
        for (int i = 0; i < 4; i++) {
            size_t size = hlsim__rng_below(&rng, sizeof bytes);
            const struct sent *model = &b.sent[i & 1][hlsim__rng_below(&rng, 3)];

            for (size_t k = 0; k < size; k++) {
                bytes[k] =
                    k < model->size && i < 3 ? model->bytes[k] : (uint8_t)hlsim__rng_next(&rng);
            }
            if (size > 0) {
                bytes[hlsim__rng_below(&rng, size)] ^= (uint8_t)hlsim__rng_next(&rng);
            }
            if (b.server.secure != NULL) {
                hlsim__secure_receive(b.server.secure, bytes, size);
            }
            hlsim__secure_receive(b.client.secure, bytes, size);
        }
        run(HLSIM_HOUR);
        CU_ASSERT(b.client.failed + b.client.established > 0);
        teardown();
    }
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
    SUITE_TEST(any_datagram_of_a_handshake_may_be_lost),
    SUITE_TEST(any_datagram_of_a_handshake_may_come_twice),
    SUITE_TEST(what_comes_in_another_order_is_taken_and_what_comes_twice_is_not),
    SUITE_TEST(no_truncated_flipped_or_foreign_record_is_believed),
    SUITE_TEST(a_hello_in_the_clear_does_not_end_an_association),
    SUITE_TEST(a_rest_behind_a_record_does_not_end_an_association),
    SUITE_TEST(garbage_in_every_step_of_a_handshake_breaks_nothing),
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
