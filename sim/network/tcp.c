/*
 * Connections: who is told what when a segment arrives, and how a connection begins and ends.
 */
#include "network/tcp.h"

#include "base/assert.h"
#include "network/fact.h"
#include "network/outside.h"
#include "network/tcp_way.h"

#include <stdlib.h>
#include <string.h>

/* --- Memory ------------------------------------------------------------------------------- */

static struct hlsim__tcp_peer *take(struct hlsim_network *net)
{
    struct hlsim__tcp_peer *peer = net->free_peers;

    if (peer != NULL) {
        net->free_peers = peer->next_free;
        return peer;
    }
    peer = calloc(1, sizeof *peer);
    if (peer != NULL) {
        peer->next_allocated = net->peers;
        net->peers = peer;
    }
    return peer;
}

void hlsim__tcp_peers_free(struct hlsim_network *net)
{
    while (net->peers != NULL) {
        struct hlsim__tcp_peer *peer = net->peers;

        net->peers = peer->next_allocated;
        free(peer);
    }
}

static void enter(struct hlsim__tcp_peer *peer)
{
    peer->busy++;
}

/* Gives the memory back when the connection is over and nobody is inside of it. */
static void leave(struct hlsim__tcp_peer *peer)
{
    if (--peer->busy == 0 && peer->over) {
        peer->next_free = peer->net->free_peers;
        peer->net->free_peers = peer;
    }
}

static bool port_is_used(const struct hlsim__iface *iface, uint16_t inside, uint16_t outside)
{
    for (const struct hlsim__tcp_peer *peer = iface->first_peer; peer != NULL; peer = peer->next) {
        if (peer->inside.port == inside || peer->outside.port == outside) {
            return true;
        }
    }
    return false;
}

/* Streams have ports of their own: the same block of numbers, but no mapping that could expire. */
static void choose_ports(struct hlsim__tcp_peer *peer)
{
    struct hlsim__iface *iface = peer->iface;

    _Static_assert(HLSIM__TCP_MAX < HLSIM__NAT_PORTS, "a port is always free");
    do {
        peer->inside.port = hlsim__iface_draw_port(iface);
        peer->outside.port =
            (uint16_t)(HLSIM__NAT_PORT_FIRST + iface->index * HLSIM__NAT_PORTS + iface->peer_next);
        iface->peer_next = (uint16_t)((iface->peer_next + 1) % HLSIM__NAT_PORTS);
    } while (port_is_used(iface, peer->inside.port, peer->outside.port));
}

static void begin(struct hlsim__tcp_peer *peer, struct hlsim__iface *iface, struct hlsim_address to)
{
    struct hlsim_network *net = iface->net;

    peer->net = net;
    peer->number = ++net->stream_count;
    peer->iface = iface;
    peer->endpoint = NULL;
    peer->inside.ip = iface->ip;
    peer->outside.ip = net->config.public_ip;
    peer->to = to;
    choose_ports(peer);
    peer->modem = NULL;
    peer->modem_end = HLSIM__TCP_END_NEW;
    peer->far_end = HLSIM__TCP_END_NEW;
    peer->callbacks = NULL;
    peer->user = NULL;
    peer->busy = 0;
    peer->over = false;
    peer->previous = NULL;
    peer->next = iface->first_peer;
    if (peer->next != NULL) {
        peer->next->previous = peer;
    }
    iface->first_peer = peer;
    iface->peer_count++;
    hlsim__tcp_way_init(&peer->up, peer, true);
    hlsim__tcp_way_init(&peer->down, peer, false);
}

/* The connection is over; its memory stays until nobody is inside of it. */
static void end(struct hlsim__tcp_peer *peer)
{
    struct hlsim__iface *iface = peer->iface;

    HLSIM_ASSERT(!peer->over);
    HLSIM_ASSERT(peer->busy > 0);
    hlsim__tcp_way_discard(&peer->up, "no socket");
    hlsim__tcp_way_discard(&peer->down, "no socket");
    hlsim__timer_cancel(&peer->up.timer);
    hlsim__timer_cancel(&peer->down.timer);
    if (peer->previous != NULL) {
        peer->previous->next = peer->next;
    } else {
        iface->first_peer = peer->next;
    }
    if (peer->next != NULL) {
        peer->next->previous = peer->previous;
    }
    iface->peer_count--;
    peer->modem_end = HLSIM__TCP_END_GONE;
    peer->far_end = HLSIM__TCP_END_GONE;
    peer->over = true;
}

/* Ends the connection and tells whoever still knows of it. */
static void finish(struct hlsim__tcp_peer *peer, int reason)
{
    struct hlsim__iface *iface = peer->iface;
    struct hlsim__tcp *modem = peer->modem;
    bool far_knows =
        peer->far_end == HLSIM__TCP_END_OPEN || peer->far_end == HLSIM__TCP_END_CLOSING;

    peer->modem = NULL;
    end(peer);
    if (modem != NULL && iface->power->on) {
        modem->peer = NULL;
        modem->connected = false;
        hlsim__iface_touch(iface);
        modem->callbacks->closed(modem->user, reason);
    }
    if (far_knows) {
        peer->callbacks->closed(peer->user, reason);
    }
}

/* --- Queueing ----------------------------------------------------------------------------- */

static int send_now(struct hlsim__tcp_way *way)
{
    way->cause = way->peer->net->stream->cause;
    return hlsim__tcp_way_pump(way);
}

/* Queues the last segment of a direction, unless one is queued. */
static int queue_ending(struct hlsim__tcp_way *way, enum hlsim__tcp_what ending)
{
    if (way->ending == HLSIM__TCP_NONE) {
        way->ending = (uint8_t)ending;
    }
    return send_now(way);
}

/* Nothing but a reset is sent from now on. */
static int reset(struct hlsim__tcp_way *way)
{
    hlsim__tcp_way_discard(way, "reset");
    way->deadline = HLSIM_NEVER;
    return queue_ending(way, HLSIM__TCP_RESET);
}

/* --- Arrival ------------------------------------------------------------------------------ */

static bool is_heard(const struct hlsim__tcp_way *way, enum hlsim__tcp_what what)
{
    const struct hlsim__tcp_peer *peer = way->peer;
    enum hlsim__tcp_end end = way->up ? peer->far_end : peer->modem_end;

    if (what == HLSIM__TCP_OPEN) {
        return end == HLSIM__TCP_END_NEW;
    }
    if (what == HLSIM__TCP_DATA) {
        return end == HLSIM__TCP_END_OPEN;
    }
    /* An end that has closed already understands that the other one does, too. */
    return end == HLSIM__TCP_END_OPEN || (way->up && end == HLSIM__TCP_END_CLOSING) ||
           (!way->up && end == HLSIM__TCP_END_NEW);
}

/* A real socket is the far end, and will say when it is connected. */
static void accept_outside(struct hlsim__tcp_peer *peer)
{
    peer->far_end = HLSIM__TCP_END_OPEN;
    if (hlsim__outside_accept(peer, peer->to) < 0) {
        peer->far_end = HLSIM__TCP_END_GONE;
        reset(&peer->down);
    }
}

void hlsim__tcp_peer_connected(struct hlsim__tcp_peer *peer)
{
    HLSIM_ASSERT(peer->far_end == HLSIM__TCP_END_OPEN);
    peer->down.opening = true;
    send_now(&peer->down);
}

/* The far end sees the opening segment of a modem. */
static void accept_connection(struct hlsim__tcp_peer *peer, const struct hlsim__listener *listener)
{
    peer->far_end = HLSIM__TCP_END_OPEN;
    peer->down.opening = true;
    if (listener->accept(listener->user, peer) < 0) {
        peer->far_end = HLSIM__TCP_END_GONE;
        reset(&peer->down);
        return;
    }
    if (!peer->over && peer->far_end != HLSIM__TCP_END_GONE) {
        HLSIM_ASSERT(peer->callbacks != NULL);
        send_now(&peer->down);
    }
}

static void open_arrives(struct hlsim__tcp_way *way)
{
    struct hlsim__tcp_peer *peer = way->peer;

    if (way->up && peer->endpoint == NULL) {
        accept_outside(peer);
        return;
    }
    if (way->up) {
        accept_connection(peer, hlsim__endpoint_listener(peer->endpoint, peer->to.port));
        return;
    }
    peer->modem_end = HLSIM__TCP_END_OPEN;
    peer->modem->connected = true;
    peer->modem->callbacks->connected(peer->modem->user);
}

static void data_arrives(struct hlsim__tcp_way *way, const uint8_t *bytes, size_t size)
{
    struct hlsim__tcp_peer *peer = way->peer;

    way->delivering = true;
    if (way->up) {
        peer->callbacks->data(peer->user, bytes, size);
    } else {
        peer->modem->callbacks->data(peer->modem->user, bytes, size);
    }
    way->delivering = false;
    if (peer->over || hlsim__tcp_way_waiting(way) > 0) {
        return;
    }
    if (!way->up && peer->far_end == HLSIM__TCP_END_OPEN && peer->callbacks->drained != NULL) {
        peer->callbacks->drained(peer->user);
    }
    if (way->up && peer->modem != NULL && peer->iface->power->on &&
        peer->modem->callbacks->drained != NULL) {
        peer->modem->callbacks->drained(peer->modem->user);
    }
}

/* A segment for an end that does not listen (any more). */
static void unheard(struct hlsim__tcp_way *way, enum hlsim__tcp_what what)
{
    struct hlsim__tcp_peer *peer = way->peer;

    if (what == HLSIM__TCP_RESET) {
        finish(peer, HLSIM_E_GONE);
    } else if (!way->up && peer->modem_end == HLSIM__TCP_END_GONE) {
        queue_ending(&peer->up, HLSIM__TCP_RESET);
    } else if (what == HLSIM__TCP_CLOSE) {
        finish(peer, HLSIM_OK);
    } else if (way->up && peer->far_end == HLSIM__TCP_END_NEW) {
        peer->far_end = HLSIM__TCP_END_GONE;
        queue_ending(&peer->down, HLSIM__TCP_RESET);
    }
}

static void heard(struct hlsim__tcp_way *way, enum hlsim__tcp_what what, const uint8_t *bytes,
                  size_t size)
{
    if (!way->up) {
        hlsim__iface_touch(way->peer->iface);
        hlsim__iface_tell_traffic(way->peer->iface);
    }
    if (what == HLSIM__TCP_OPEN) {
        open_arrives(way);
    } else if (what == HLSIM__TCP_DATA) {
        data_arrives(way, bytes, size);
    } else {
        finish(way->peer, what == HLSIM__TCP_CLOSE ? HLSIM_OK : HLSIM_E_GONE);
    }
}

/* Why the first segment in flight cannot arrive; NULL when it can. */
static const char *obstacle_to_arrival(const struct hlsim__tcp_way *way)
{
    struct hlsim__tcp_peer *peer = way->peer;

    if (!way->up) {
        return hlsim__iface_obstacle(peer->iface, peer->inside.ip);
    }
    if (peer->endpoint == NULL) {
        peer->endpoint = hlsim__endpoint_find(peer->net, peer->to.ip);
    }
    if (peer->endpoint == NULL) {
        return hlsim__outside_exists(peer->net) ? NULL : "no route";
    }
    return peer->endpoint->reachable ? NULL : "endpoint down";
}

static void arrive(struct hlsim__tcp_way *way)
{
    struct hlsim__tcp_peer *peer = way->peer;
    struct hlsim_network *net = peer->net;
    const char *obstacle = obstacle_to_arrival(way);
    struct hlsim__tcp_segment segment;
    struct hlsim__net_fact fact;
    const uint8_t *bytes;
    uint64_t before;
    bool listened;

    if (obstacle != NULL) {
        /* Upward it is the endpoint that is missing, downward the modem behind its radio. */
        hlsim__tcp_way_lose(way, obstacle, way->up);
        return;
    }
    segment = hlsim__tcp_way_take(way, &bytes);
    fact = hlsim__tcp_way_fact(way, segment.what, segment.offset, false);
    fact.passed = true;
    fact.bytes = bytes;
    fact.size = segment.size;
    listened = is_heard(way, segment.what);
    if (segment.what == HLSIM__TCP_OPEN && way->up && peer->endpoint != NULL) {
        listened = listened && !peer->endpoint->refusing &&
                   hlsim__endpoint_listener(peer->endpoint, peer->to.port) != NULL;
    }
    before = hlsim__stream_set_cause(net->stream, segment.send_id);
    if (listened) {
        hlsim__stream_set_cause(net->stream, hlsim__net_emit(net, HLSIM_EVENT_NET_RECEIVE, &fact));
        heard(way, segment.what, bytes, segment.size);
    } else {
        hlsim__net_drop(net, &fact, "no socket", segment.send_id);
        unheard(way, segment.what);
    }
    hlsim__stream_set_cause(net->stream, before);
}

void hlsim__tcp_way_fires(void *owner)
{
    struct hlsim__tcp_way *way = owner;
    struct hlsim__tcp_peer *peer = way->peer;
    int64_t now = peer->net->group.sched->now;

    enter(peer);
    while (!peer->over && way->flight_count > 0 && !hlsim__tcp_way_sleeps(way) &&
           way->flight[way->flight_first].at <= now) {
        arrive(way);
    }
    if (!peer->over && way->deadline <= now) {
        finish(peer, HLSIM_E_UNREACHABLE);
    }
    if (!peer->over) {
        /* Power that fails here is noticed by the latch and everything that asks it next. */
        (void)hlsim__tcp_way_pump(way);
    }
    leave(peer);
}

/* --- The modem's side --------------------------------------------------------------------- */

/* The modem does not know of the connection any more. */
static void orphan(struct hlsim__tcp_peer *peer)
{
    peer->modem = NULL;
    peer->modem_end = HLSIM__TCP_END_GONE;
    hlsim__tcp_way_doom(&peer->up);
}

/* Power failed while the opening segment left; it may have left even so. */
static void give_up_connecting(struct hlsim__tcp_peer *peer)
{
    enter(peer);
    orphan(peer);
    hlsim__tcp_way_discard_unsent(&peer->up);
    if (peer->up.flight_count == 0) {
        end(peer);
    } else {
        hlsim__tcp_way_rearm(&peer->up);
    }
    leave(peer);
}

int hlsim__tcp_connect(struct hlsim__tcp *tcp, struct hlsim__iface *iface, struct hlsim_address to,
                       const struct hlsim__tcp_callbacks *callbacks, void *user)
{
    struct hlsim__tcp_peer *peer;
    int rc;

    memset(tcp, 0, sizeof *tcp);
    hlsim__iface_tell_traffic(iface);
    if (!iface->power->on) {
        return HLSIM_E_POWER;
    }
    if (!iface->attached) {
        return HLSIM_E_UNREACHABLE;
    }
    if (iface->peer_count == HLSIM__TCP_MAX) {
        return HLSIM_E_LIMIT;
    }
    peer = take(iface->net);
    if (peer == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    begin(peer, iface, to);
    peer->modem = tcp;
    tcp->iface = iface;
    tcp->peer = peer;
    tcp->callbacks = callbacks;
    tcp->user = user;
    peer->up.opening = true;
    rc = send_now(&peer->up);
    if (rc < 0) {
        tcp->peer = NULL;
        give_up_connecting(peer);
    }
    return rc;
}

int hlsim__tcp_send(struct hlsim__tcp *tcp, const uint8_t *bytes, size_t size)
{
    size_t count;
    int rc;

    if (tcp->peer == NULL || !tcp->connected) {
        return HLSIM_E_STATE;
    }
    hlsim__iface_tell_traffic(tcp->iface);
    if (!tcp->iface->power->on) {
        return HLSIM_E_POWER;
    }
    if (!tcp->iface->attached || tcp->iface->ip != tcp->peer->inside.ip) {
        return HLSIM_E_UNREACHABLE;
    }
    count = hlsim__tcp_way_copy(&tcp->peer->up, bytes, size);
    rc = send_now(&tcp->peer->up);
    return rc < 0 ? rc : (int)count;
}

int hlsim__tcp_close(struct hlsim__tcp *tcp)
{
    struct hlsim__tcp_peer *peer = tcp->peer;

    if (peer == NULL) {
        return 0;
    }
    if (!tcp->connected) {
        return hlsim__tcp_abort(tcp);
    }
    if (!tcp->iface->power->on) {
        return HLSIM_E_POWER;
    }
    tcp->peer = NULL;
    tcp->connected = false;
    peer->modem = NULL;
    peer->modem_end = HLSIM__TCP_END_CLOSING;
    return queue_ending(&peer->up, HLSIM__TCP_CLOSE) == HLSIM_E_POWER ? HLSIM_E_POWER : 0;
}

int hlsim__tcp_abort(struct hlsim__tcp *tcp)
{
    struct hlsim__tcp_peer *peer = tcp->peer;

    if (peer == NULL) {
        return 0;
    }
    if (!tcp->iface->power->on) {
        return HLSIM_E_POWER;
    }
    tcp->peer = NULL;
    tcp->connected = false;
    hlsim__tcp_way_discard(&peer->up, "reset");
    orphan(peer);
    return queue_ending(&peer->up, HLSIM__TCP_RESET) == HLSIM_E_POWER ? HLSIM_E_POWER : 0;
}

void hlsim__tcp_forget(struct hlsim__iface *iface)
{
    for (struct hlsim__tcp_peer *peer = iface->first_peer; peer != NULL; peer = peer->next) {
        orphan(peer);
        hlsim__tcp_way_discard_unsent(&peer->up);
        peer->up.halted = false;
        hlsim__tcp_way_rearm(&peer->up);
    }
}

void hlsim__tcp_go_on(struct hlsim__iface *iface)
{
    for (struct hlsim__tcp_peer *peer = iface->first_peer; peer != NULL; peer = peer->next) {
        hlsim__tcp_way_rearm(&peer->down);
    }
}

/* --- The endpoint's side ------------------------------------------------------------------ */

void hlsim__tcp_peer_set(struct hlsim__tcp_peer *peer, const struct hlsim__tcp_callbacks *callbacks,
                         void *user)
{
    HLSIM_ASSERT(callbacks->data != NULL);
    HLSIM_ASSERT(callbacks->closed != NULL);
    peer->callbacks = callbacks;
    peer->user = user;
}

struct hlsim_address hlsim__tcp_peer_address(const struct hlsim__tcp_peer *peer)
{
    return peer->outside;
}

int hlsim__tcp_peer_send(struct hlsim__tcp_peer *peer, const uint8_t *bytes, size_t size)
{
    size_t count;

    if (peer->far_end != HLSIM__TCP_END_OPEN) {
        return HLSIM_E_STATE;
    }
    count = hlsim__tcp_way_copy(&peer->down, bytes, size);
    send_now(&peer->down);
    return (int)count;
}

int hlsim__tcp_peer_send_borrowed(struct hlsim__tcp_peer *peer, const uint8_t *bytes, size_t size)
{
    if (peer->far_end != HLSIM__TCP_END_OPEN) {
        return HLSIM_E_STATE;
    }
    if (peer->down.borrowed_size > 0) {
        return HLSIM_E_FULL;
    }
    hlsim__tcp_way_borrow(&peer->down, bytes, size);
    send_now(&peer->down);
    return 0;
}

void hlsim__tcp_peer_close(struct hlsim__tcp_peer *peer)
{
    if (peer->far_end == HLSIM__TCP_END_OPEN) {
        peer->far_end = HLSIM__TCP_END_CLOSING;
        queue_ending(&peer->down, HLSIM__TCP_CLOSE);
    }
}

void hlsim__tcp_peer_abort(struct hlsim__tcp_peer *peer)
{
    if (peer->far_end == HLSIM__TCP_END_OPEN || peer->far_end == HLSIM__TCP_END_CLOSING) {
        peer->far_end = HLSIM__TCP_END_GONE;
        reset(&peer->down);
    }
}
