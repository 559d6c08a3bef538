/*
 * One DTLS association, both ends in one process, and a wire of our own between them which delays,
 * loses and repeats what a test says.
 */
#ifndef HL78SIM_TESTS_SECURE_BENCH_H
#define HL78SIM_TESTS_SECURE_BENCH_H

#include "lib/suite.h"

#include "network/secure.h"

#include <stdlib.h>
#include <string.h>

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

/* --- Callbacks ---------------------------------------------------------------------------- */

static inline int send_on(enum way way, const uint8_t *bytes, size_t size)
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

static inline int transmit(void *user, const uint8_t *bytes, size_t size)
{
    return send_on(user == &b.client ? UP : DOWN, bytes, size);
}

static inline void established(void *user, bool resumed)
{
    struct end *end = user;

    end->established++;
    end->resumed = resumed;
    if (end == &b.server) {
        hlsim__secure_session(end->secure, &b.session);
    }
}

static inline void failed(void *user, enum hlsim__secure_failure why, int error)
{
    struct end *end = user;

    end->failed++;
    end->why = why;
    end->error = error;
    end->over_at = b.sched.now;
}

static inline void datagram(void *user, const uint8_t *bytes, size_t size)
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

static inline void closed(void *user)
{
    struct end *end = user;

    end->closed++;
}

static inline void ignored(void *user, const char *why)
{
    struct end *end = user;

    end->ignored++;
    strcpy(end->why_ignored, why);
}

static inline int key(void *user, const char *identity, size_t size,
                      uint8_t ret_key[HLSIM__SECURE_KEY_MAX])
{
    (void)user;
    if (size != 4 || memcmp(identity, "dev1", 4) != 0) {
        return HLSIM_E_NOT_FOUND;
    }
    memcpy(ret_key, right_key, sizeof right_key);
    return sizeof right_key;
}

static inline bool load_session(void *user, const uint8_t *id, size_t id_size,
                                struct hlsim__secure_session *ret_session)
{
    (void)user;
    if (b.session.id_size != id_size || memcmp(b.session.id, id, id_size) != 0) {
        return false;
    }
    *ret_session = b.session;
    return true;
}

static inline void secret(void *user, const struct hlsim__secret *secret)
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

static inline struct hlsim__secure_config config_of(struct end *end, uint64_t seed)
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

static inline void setup(void)
{
    memset(&b, 0, sizeof b);
    hlsim__sched_init(&b.sched);
    hlsim__stream_init(&b.stream, &b.sched);
    hlsim__timer_group_init(&b.timers, &b.sched, NULL);
}

static inline void teardown(void)
{
    hlsim__secure_destroy(b.client.secure);
    hlsim__secure_destroy(b.server.secure);
    CU_ASSERT_PTR_NULL(b.timers.first);
    hlsim__sched_free(&b.sched);
}

static inline void make(struct end *end, const struct hlsim__secure_config *config)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__secure_create(config, &end->secure), 0);
}

static inline void begin(uint64_t seed)
{
    struct hlsim__secure_config client = config_of(&b.client, seed);

    make(&b.client, &client);
    CU_ASSERT_EQUAL(hlsim__secure_start(b.client.secure), 0);
}

static inline void to_server(const uint8_t *bytes, size_t size)
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

static inline void deliver(enum way way, size_t number)
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
static inline void run(int64_t time)
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

static inline void connect_both(void)
{
    setup();
    begin(1);
    run(HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(b.client.established, 1);
    CU_ASSERT_EQUAL_FATAL(b.server.established, 1);
}

static inline void say(struct end *end, const char *text)
{
    CU_ASSERT_EQUAL(hlsim__secure_send(end->secure, (const uint8_t *)text, strlen(text)), 0);
}

static inline bool heard(const struct end *end, const char *text)
{
    return end->size == strlen(text) && memcmp(end->bytes, text, end->size) == 0;
}

#endif
