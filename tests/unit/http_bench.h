/*
 * A package store with one package and a raw client of it: what was asked for and what came, byte
 * by byte.
 */
#ifndef HL78SIM_TESTS_HTTP_BENCH_H
#define HL78SIM_TESTS_HTTP_BENCH_H

#include "airvantage_rig.h"

#define SIZE  20000
#define LIMIT 65536

static const struct hlsim_address store = {.ip = 0xcb007103U, .port = 80};

struct client {
    struct hlsim__tcp tcp;
    bool closed;
    int reason;
    size_t size;
    char bytes[LIMIT];
};

static inline void on_connected(void *user)
{
    (void)user;
}

static inline void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct client *client = user;

    CU_ASSERT_FATAL(client->size + size < sizeof client->bytes);
    memcpy(client->bytes + client->size, bytes, size);
    client->size += size;
    client->bytes[client->size] = '\0';
}

static inline void on_closed(void *user, int reason)
{
    struct client *client = user;

    client->closed = true;
    client->reason = reason;
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = on_connected, .data = on_data, .closed = on_closed};

/* A store with one package whose bytes are not a package at all: the server does not care. */
struct bench {
    uint8_t bytes[SIZE];
    struct hlsim_airvantage_config config;
    struct rig *rig;
    struct rig_peer *peer;
    struct client client;
};

static inline void connect_client(struct bench *bench)
{
    memset(&bench->client, 0, sizeof bench->client);
    CU_ASSERT_EQUAL_FATAL(hlsim__tcp_connect(&bench->client.tcp, &bench->peer->iface, store,
                                             &callbacks, &bench->client),
                          0);
    rig_run_for(bench->rig, HLSIM_SECOND);
    CU_ASSERT_TRUE_FATAL(bench->client.tcp.connected);
}

static inline struct bench *bench_new(void)
{
    struct bench *bench = calloc(1, sizeof *bench);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench);
    for (size_t i = 0; i < SIZE; i++) {
        bench->bytes[i] = (uint8_t)(i * 7 + i / 256);
    }
    bench->config.package_count = 1;
    bench->config.packages[0] =
        (struct hlsim_stored_package){.id = "p-1.0_x", .bytes = bench->bytes, .size = SIZE};
    bench->rig = rig_new((struct rig_options){.config = &bench->config});
    bench->peer = rig_peer_new(bench->rig, RIG_IMEI);
    connect_client(bench);
    return bench;
}

static inline void bench_free(struct bench *bench)
{
    rig_free(bench->rig);
    free(bench);
}

static inline void say(struct bench *bench, const char *text)
{
    size_t size = strlen(text);

    CU_ASSERT_EQUAL_FATAL(hlsim__tcp_send(&bench->client.tcp, (const uint8_t *)text, size),
                          (int)size);
}

/* Sends a request on the open connection and waits for all of the answer. */
static inline void request(struct bench *bench, const char *text)
{
    bench->client.size = 0;
    bench->client.bytes[0] = '\0';
    say(bench, text);
    rig_run_for(bench->rig, 3 * HLSIM_SECOND);
}

static inline bool begins(const struct bench *bench, const char *line)
{
    return strncmp(bench->client.bytes, line, strlen(line)) == 0;
}

static inline bool has(const struct bench *bench, const char *line)
{
    const char *end = strstr(bench->client.bytes, "\r\n\r\n");
    const char *found = strstr(bench->client.bytes, line);

    return end != NULL && found != NULL && found < end;
}

/* What comes behind the head is that part of the package and nothing else. */
static inline bool body_is(const struct bench *bench, size_t first, size_t size)
{
    const char *end = strstr(bench->client.bytes, "\r\n\r\n");
    size_t head = end == NULL ? 0 : (size_t)(end - bench->client.bytes) + 4;

    return end != NULL && bench->client.size == head + size &&
           memcmp(bench->client.bytes + head, bench->bytes + first, size) == 0;
}

#endif
