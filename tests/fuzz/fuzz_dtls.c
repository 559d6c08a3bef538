/*
 * Records from the air into both ends of an established DTLS association, and into a server that
 * waits for a hello: nothing is believed, nothing crashes, and the association still carries bytes.
 * Behind the first byte come datagrams, each behind its size (two bytes).
 */
#include "fuzz.h"

#include "network/secure.h"

#include <string.h>

#define WIRE_MAX 8

struct end {
    struct hlsim__secure *secure;
    bool unverified;
    bool over;
    size_t heard;
    size_t count; /* datagrams that it sent, the first few */
    struct {
        size_t size;
        uint8_t bytes[HLSIM_DATAGRAM_MAX];
    } sent[WIRE_MAX];
};

struct world {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__timer_group timers;
    struct end client;
    struct end server;
    struct end waiting; /* a server that waits for a hello */
};

static int transmit(void *user, const uint8_t *bytes, size_t size)
{
    struct end *end = user;

    FUZZ_EXPECT(size <= HLSIM_DATAGRAM_MAX);
    if (end->count < WIRE_MAX) {
        end->sent[end->count].size = size;
        memcpy(end->sent[end->count++].bytes, bytes, size);
    }
    return 0;
}

static void established(void *user, bool resumed)
{
    (void)user;
    (void)resumed;
}

static void failed(void *user, enum hlsim__secure_failure why, int error)
{
    struct end *end = user;

    (void)error;
    end->unverified = why == HLSIM__SECURE_UNVERIFIED;
    end->over = true;
}

static void datagram(void *user, const uint8_t *bytes, size_t size)
{
    struct end *end = user;

    FUZZ_EXPECT(size == 4 && memcmp(bytes, "true", 4) == 0);
    end->heard++;
}

static void closed(void *user)
{
    (void)user;
    abort();
}

static void ignored(void *user, const char *why)
{
    (void)user;
    FUZZ_EXPECT(why != NULL);
}

static int key(void *user, const char *identity, size_t size,
               uint8_t ret_key[HLSIM__SECURE_KEY_MAX])
{
    (void)user;
    memset(ret_key, 7, 16);
    return size == 4 && memcmp(identity, "dev1", 4) == 0 ? 16 : HLSIM_E_NOT_FOUND;
}

static const struct hlsim__secure_ops ops = {.transmit = transmit,
                                             .established = established,
                                             .failed = failed,
                                             .datagram = datagram,
                                             .closed = closed,
                                             .ignored = ignored,
                                             .key = key};

static void make(struct world *world, struct end *end)
{
    static const uint8_t secret[16] = {7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7};
    bool client = end == &world->client;
    struct hlsim__secure_config config = {.role =
                                              client ? HLSIM__SECURE_CLIENT : HLSIM__SECURE_SERVER,
                                          .stream = &world->stream,
                                          .timers = &world->timers,
                                          .timeout_min = 2 * HLSIM_SECOND,
                                          .timeout_max = 32 * HLSIM_SECOND,
                                          .identity = "dev1",
                                          .key = secret,
                                          .key_size = sizeof secret,
                                          .silent = true,
                                          .ops = &ops,
                                          .user = end};

    hlsim__rng_init(&config.rng, client ? 1 : 2, "fuzz");
    hlsim__secure_destroy(end->secure);
    end->secure = NULL;
    end->over = false;
    FUZZ_EXPECT(hlsim__secure_create(&config, &end->secure) == 0);
}

/* Hands over what one end has sent. */
static void carry(struct world *world, struct end *from, struct end *to)
{
    size_t count = from->count;

    from->count = 0;
    for (size_t i = 0; i < count; i++) {
        hlsim__secure_receive(to->secure, from->sent[i].bytes, from->sent[i].size);
    }
    if (to->over && to->unverified) {
        make(world, to);
    }
}

static void connect_both(struct world *world)
{
    make(world, &world->client);
    make(world, &world->server);
    make(world, &world->waiting);
    FUZZ_EXPECT(hlsim__secure_start(world->client.secure) == 0);
    for (int turn = 0; turn < 3; turn++) {
        carry(world, &world->client, &world->server);
        carry(world, &world->server, &world->client);
    }
}

static void speak(struct world *world, struct end *from, struct end *to)
{
    size_t heard = to->heard;

    from->count = 0;
    FUZZ_EXPECT(hlsim__secure_send(from->secure, (const uint8_t *)"true", 4) == 0);
    carry(world, from, to);
    FUZZ_EXPECT(to->heard == heard + 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct world *world = calloc(1, sizeof *world);
    size_t at = 0;

    FUZZ_EXPECT(world != NULL);
    hlsim__sched_init(&world->sched);
    hlsim__stream_init(&world->stream, &world->sched);
    hlsim__timer_group_init(&world->timers, &world->sched, NULL);
    connect_both(world);
    /* What begins with an odd byte meets contexts that were folded up. */
    if (size > 0 && (bytes[at++] & 1) != 0) {
        speak(world, &world->client, &world->server);
        speak(world, &world->server, &world->client);
        while (hlsim__sched_fire_next(&world->sched, world->sched.now + HLSIM_MINUTE)) {
        }
    }
    while (at + 2 <= size) {
        size_t length = (size_t)bytes[at] << 8 | bytes[at + 1];

        at += 2;
        length = length < size - at ? length : size - at;
        hlsim__secure_receive(world->server.secure, bytes + at, length);
        hlsim__secure_receive(world->client.secure, bytes + at, length);
        hlsim__secure_receive(world->waiting.secure, bytes + at, length);
        if (world->waiting.over) {
            make(world, &world->waiting);
        }
        at += length;
    }
    speak(world, &world->client, &world->server);
    speak(world, &world->server, &world->client);
    hlsim__secure_destroy(world->client.secure);
    hlsim__secure_destroy(world->server.secure);
    hlsim__secure_destroy(world->waiting.secure);
    hlsim__sched_free(&world->sched);
    free(world);
    return 0;
}
