/*
 * A modem's connection to the server, as both sides see it, for the tests of streams.
 */
#ifndef HL78SIM_TESTS_NETWORK_LINK_H
#define HL78SIM_TESTS_NETWORK_LINK_H

#include "network_rig.h"

#include "network/tcp.h"

#define PORT    8080
#define PACKAGE 524648
#define DELAY   (80 * HLSIM_MS)

static const struct hlsim_address server = {.ip = RIG_SERVER_IP, .port = PORT};

/* What one side of a connection saw. */
struct side {
    struct link *link;
    uint8_t *bytes;
    size_t size;
    size_t largest;
    size_t connected;
    int64_t connected_at;
    int64_t last_at;
    size_t drained;
    size_t closed;
    int reason;
    int64_t closed_at;
    uint64_t cause;
    void (*before_data)(struct link *link);
    void (*on_data)(struct link *link);
    void (*on_closed)(struct link *link);
};

/* A modem's connection to the server. */
struct link {
    struct rig *rig;
    struct hlsim__tcp tcp;
    struct hlsim__tcp_peer *peer;
    size_t accepted;
    bool refuses;
    void (*on_accept)(struct link *link);
    struct side modem;
    struct side far;
    uint8_t package[PACKAGE];
};

static inline void side_connected(void *user)
{
    struct side *side = user;

    side->connected++;
    side->connected_at = side->link->rig->sched.now;
}

static inline void side_data(void *user, const uint8_t *bytes, size_t size)
{
    struct side *side = user;

    if (side->before_data != NULL) {
        side->before_data(side->link);
    }
    side->bytes = realloc(side->bytes, side->size + size);
    memcpy(side->bytes + side->size, bytes, size);
    side->size += size;
    side->largest = size > side->largest ? size : side->largest;
    side->last_at = side->link->rig->sched.now;
    side->cause = side->link->rig->stream.cause;
    if (side->on_data != NULL) {
        side->on_data(side->link);
    }
}

static inline void side_drained(void *user)
{
    struct side *side = user;

    side->drained++;
}

static inline void side_closed(void *user, int reason)
{
    struct side *side = user;

    side->closed++;
    side->reason = reason;
    side->closed_at = side->link->rig->sched.now;
    if (side->on_closed != NULL) {
        side->on_closed(side->link);
    }
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = side_connected, .data = side_data, .drained = side_drained, .closed = side_closed};

static inline int accept_link(void *user, struct hlsim__tcp_peer *peer)
{
    struct link *link = user;

    link->accepted++;
    if (link->refuses) {
        return HLSIM_E_LIMIT;
    }
    link->peer = peer;
    hlsim__tcp_peer_set(peer, &callbacks, &link->far);
    if (link->on_accept != NULL) {
        link->on_accept(link);
    }
    return 0;
}

static inline struct link *link_new(const struct hlsim_network_config *config)
{
    struct link *link = calloc(1, sizeof *link);
    uint32_t state = 1;

    if (link == NULL) {
        abort();
    }
    link->rig = rig_new(config, 5);
    link->modem.link = link;
    link->far.link = link;
    for (size_t i = 0; i < PACKAGE; i++) {
        state = state * 1664525u + 1013904223u;
        link->package[i] = (uint8_t)(state >> 24);
    }
    CU_ASSERT_EQUAL_FATAL(hlsim__endpoint_listen(&link->rig->server, PORT, accept_link, link), 0);
    return link;
}

static inline void link_free(struct link *link)
{
    rig_free(link->rig);
    free(link->modem.bytes);
    free(link->far.bytes);
    free(link);
}

static inline int dial(struct link *link)
{
    return hlsim__tcp_connect(&link->tcp, &link->rig->iface[0], server, &callbacks, &link->modem);
}

static inline struct link *link_up(const struct hlsim_network_config *config)
{
    struct link *link = link_new(config);

    CU_ASSERT_EQUAL_FATAL(dial(link), 0);
    rig_run(link->rig, 2 * DELAY);
    CU_ASSERT_EQUAL_FATAL(link->modem.connected, 1);
    return link;
}

static inline void run_for(struct link *link, int64_t time)
{
    rig_run(link->rig, link->rig->sched.now + time);
}

static inline void say(struct link *link, const char *text)
{
    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, (const uint8_t *)text, strlen(text)),
                    (int)strlen(text));
}

static inline bool has(const struct side *side, const char *text)
{
    return side->size == strlen(text) && memcmp(side->bytes, text, side->size) == 0;
}

static inline bool has_package(const struct link *link)
{
    return link->modem.size == PACKAGE && memcmp(link->modem.bytes, link->package, PACKAGE) == 0;
}

static inline void send_package(struct link *link)
{
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send_borrowed(link->peer, link->package, PACKAGE), 0);
}

#endif
