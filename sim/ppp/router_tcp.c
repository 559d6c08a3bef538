/*
 * The host's TCP connections, each joined with a stream of the network.
 */
#include "ppp/router.h"

#include <stdlib.h>

#define TCP_OVERHEAD 40
#define CODE_HOST    1 /* RFC 792: host unreachable */

/* Bytes that wait for the host: the far side is held above, and let go below. */
#define HOLD_ABOVE    8192
#define RELEASE_BELOW 4096

struct hlsim__router_stream {
    struct hlsim__router *router;
    size_t place;
    struct hlsim__ip_end host;
    struct hlsim__ip_end server;
    struct hlsim__tcp tcp; /* not in use once the far side has ended it */
    bool held;
    bool unwanted;                   /* the host goes on to a far side that is gone */
    struct hlsim__timer quiet_timer; /* from the host's end to that of the stream */
    struct hlsim__tcp_end end;
};

static bool far_is_there(const struct hlsim__router_stream *stream)
{
    return stream->tcp.peer != NULL;
}

static void destroy(struct hlsim__router_stream *stream)
{
    stream->router->streams[stream->place] = NULL;
    hlsim__timer_cancel(&stream->quiet_timer);
    hlsim__tcp_end_free(&stream->end);
    free(stream);
}

/* --- What the host's end tells -------------------------------------------------------------- */

static bool on_transmit(void *user, const struct hlsim__tcp_head *tcp, const uint8_t *bytes,
                        size_t size)
{
    struct hlsim__router_stream *stream = user;
    struct hlsim__router *router = stream->router;
    struct hlsim__ip_head head;
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    if (!hlsim__ppp_link_has_room(router->config.link)) {
        return false;
    }
    head = hlsim__router_head(router, stream->server, stream->host.port);
    (void)hlsim__ppp_link_send(router->config.link, packet,
                               hlsim__ip_tcp(&head, tcp, bytes, size, packet));
    return true;
}

static size_t on_take(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__router_stream *stream = user;
    int taken = hlsim__tcp_send(&stream->tcp, bytes, size);

    if (taken < 0) {
        stream->unwanted = !far_is_there(stream);
        return size;
    }
    return (size_t)taken;
}

static void on_finished(void *user)
{
    struct hlsim__router_stream *stream = user;

    if (far_is_there(stream)) {
        hlsim__timer_set_in(&stream->quiet_timer, HLSIM__ROUTER_QUIET);
    }
}

static void on_acknowledged(void *user)
{
    struct hlsim__router_stream *stream = user;

    if (stream->held && far_is_there(stream) &&
        hlsim__tcp_end_waiting(&stream->end) < RELEASE_BELOW) {
        stream->held = false;
        hlsim__tcp_hold(&stream->tcp, false);
    }
}

static void on_over(void *user, bool reset)
{
    struct hlsim__router_stream *stream = user;

    if (far_is_there(stream)) {
        (void)(reset ? hlsim__tcp_abort(&stream->tcp) : hlsim__tcp_close(&stream->tcp));
    }
    destroy(stream);
}

static const struct hlsim__tcp_end_ops end_ops = {
    .transmit = on_transmit,
    .take = on_take,
    .finished = on_finished,
    .acknowledged = on_acknowledged,
    .over = on_over,
};

/* --- What the stream tells ------------------------------------------------------------------ */

static void on_connected(void *user)
{
    struct hlsim__router_stream *stream = user;

    hlsim__tcp_end_accept(&stream->end);
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__router_stream *stream = user;

    if (hlsim__timer_armed(&stream->quiet_timer)) {
        hlsim__timer_set_in(&stream->quiet_timer, HLSIM__ROUTER_QUIET);
    }
    if (hlsim__tcp_end_send(&stream->end, bytes, size) < 0) {
        hlsim__tcp_end_abort(&stream->end);
        return;
    }
    if (!stream->held && far_is_there(stream) &&
        hlsim__tcp_end_waiting(&stream->end) > HOLD_ABOVE) {
        stream->held = true;
        hlsim__tcp_hold(&stream->tcp, true);
    }
}

static void on_drained(void *user)
{
    struct hlsim__router_stream *stream = user;

    hlsim__tcp_end_resume(&stream->end);
}

/* A far side that cannot be reached is said so; one that refuses or resets does the same here. */
static void on_closed(void *user, int reason)
{
    struct hlsim__router_stream *stream = user;

    if (reason == HLSIM_OK) {
        hlsim__tcp_end_finish(&stream->end);
        hlsim__tcp_end_resume(&stream->end);
    } else {
        hlsim__tcp_end_abort(&stream->end);
    }
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .closed = on_closed};

/* The host has finished, and the far side has said nothing more for a while. */
static void quiet(void *owner)
{
    struct hlsim__router_stream *stream = owner;

    if (!far_is_there(stream)) {
        return;
    }
    if (hlsim__tcp_unsent(&stream->tcp) > 0) {
        hlsim__timer_set_in(&stream->quiet_timer, HLSIM__ROUTER_QUIET);
        return;
    }
    if (stream->held) {
        hlsim__tcp_hold(&stream->tcp, false);
    }
    (void)hlsim__tcp_close(&stream->tcp);
    hlsim__tcp_end_finish(&stream->end);
}

/* --- Segments of the host ------------------------------------------------------------------- */

static bool is_same(const struct hlsim__ip_end *a, const struct hlsim__ip_end *b)
{
    return a->ip == b->ip && a->port == b->port;
}

static struct hlsim__router_stream *find(const struct hlsim__router *router,
                                         const struct hlsim__ip_segment *segment)
{
    for (size_t i = 0; i < HLSIM__ROUTER_STREAMS; i++) {
        struct hlsim__router_stream *stream = router->streams[i];

        if (stream != NULL && is_same(&stream->host, &segment->from) &&
            is_same(&stream->server, &segment->to)) {
            return stream;
        }
    }
    return NULL;
}

static void refuse(struct hlsim__router *router, const struct hlsim__ip_segment *segment)
{
    struct hlsim__tcp_head tcp;
    struct hlsim__ip_head head;
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    if (hlsim__tcp_end_refusal(segment, &tcp)) {
        head = hlsim__router_head(router, segment->to, segment->from.port);
        (void)hlsim__ppp_link_send(router->config.link, packet,
                                   hlsim__ip_tcp(&head, &tcp, NULL, 0, packet));
    }
}

static struct hlsim__router_stream *make(struct hlsim__router *router,
                                         const struct hlsim__ip_segment *segment)
{
    size_t mss_max = hlsim__ppp_link_mtu(router->config.link) - TCP_OVERHEAD;
    struct hlsim__router_stream *stream;
    size_t place = 0;

    while (place < HLSIM__ROUTER_STREAMS && router->streams[place] != NULL) {
        place++;
    }
    stream = place < HLSIM__ROUTER_STREAMS ? calloc(1, sizeof *stream) : NULL;
    if (stream == NULL) {
        return NULL;
    }
    router->streams[place] = stream;
    stream->router = router;
    stream->place = place;
    stream->host = segment->from;
    stream->server = segment->to;
    hlsim__timer_init(&stream->quiet_timer, router->config.timers, quiet, stream);
    hlsim__tcp_end_init(&stream->end, router->config.timers, &end_ops, stream);
    hlsim__tcp_end_asked(&stream->end, &segment->tcp, mss_max,
                         (uint32_t)hlsim__rng_next(&router->config.rng));
    return stream;
}

static void begin(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                  const struct hlsim__ip_segment *segment)
{
    const struct hlsim_address to = {.ip = segment->to.ip, .port = segment->to.port};
    struct hlsim__router_stream *stream = make(router, segment);
    int rc;

    if (stream == NULL) {
        /* The host asks again, and perhaps another connection has ended by then. */
        hlsim__ppp_link_flaw(router->config.link, "too many connections");
        return;
    }
    rc = hlsim__tcp_connect(&stream->tcp, router->config.iface, to, &callbacks, stream);
    if (rc == 0) {
        return;
    }
    destroy(stream);
    if (rc == HLSIM_E_UNREACHABLE) {
        hlsim__router_complain(router, packet, HLSIM__ICMP_UNREACHABLE, CODE_HOST);
    } else if (rc != HLSIM_E_POWER) {
        hlsim__ppp_link_flaw(router->config.link, "too many connections");
    }
}

void hlsim__router_tcp(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                       const struct hlsim__ip_segment *segment)
{
    const uint8_t opening = HLSIM__TCP_FLAG_SYN;
    const uint8_t looked_at = HLSIM__TCP_FLAG_SYN | HLSIM__TCP_FLAG_ACK | HLSIM__TCP_FLAG_RST;
    struct hlsim__router_stream *stream = find(router, segment);
    size_t place;

    if (stream == NULL && (segment->tcp.flags & looked_at) == opening && segment->from.port != 0 &&
        segment->to.port != 0) {
        begin(router, packet, segment);
        return;
    }
    if (stream == NULL) {
        refuse(router, segment);
        return;
    }
    place = stream->place;
    hlsim__tcp_end_segment(&stream->end, segment);
    if (router->streams[place] == stream && stream->unwanted) {
        hlsim__tcp_end_abort(&stream->end);
    }
}

void hlsim__router_tcp_writable(struct hlsim__router *router)
{
    for (size_t i = 0; i < HLSIM__ROUTER_STREAMS; i++) {
        if (router->streams[i] != NULL) {
            hlsim__tcp_end_writable(&router->streams[i]->end);
        }
    }
}

void hlsim__router_tcp_stop(struct hlsim__router *router, bool silently)
{
    for (size_t i = 0; i < HLSIM__ROUTER_STREAMS; i++) {
        struct hlsim__router_stream *stream = router->streams[i];

        if (stream == NULL) {
            continue;
        }
        if (!silently && far_is_there(stream)) {
            (void)hlsim__tcp_abort(&stream->tcp);
        }
        destroy(stream);
    }
}
