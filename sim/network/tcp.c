/*
 * Connections: who is told what when a segment arrives, and how a connection begins and ends.
 */
#include "network/tcp_inside.h"

#include "base/assert.h"
#include "network/fact.h"
#include "network/outside.h"

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

void hlsim__tcp_enter(struct hlsim__tcp_peer *peer)
{
    peer->busy++;
}

/* Gives the memory back when the connection is over and nobody is inside of it. */
void hlsim__tcp_leave(struct hlsim__tcp_peer *peer)
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

/* Streams of a modem have ports of their own: the same block of numbers, but no mapping that could
 * expire. */
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

struct hlsim__tcp_peer *hlsim__tcp_begin(struct hlsim__iface *iface, struct hlsim_address far,
                                         uint16_t port)
{
    struct hlsim_network *net = iface->net;
    struct hlsim__tcp_peer *peer = take(net);

    if (peer == NULL) {
        return NULL;
    }
    peer->net = net;
    peer->number = ++net->stream_count;
    peer->iface = iface;
    peer->endpoint = NULL;
    peer->inside.ip = iface->ip;
    peer->outside.ip = net->config.public_ip;
    peer->to = far;
    peer->inbound = port != 0;
    peer->session = 0;
    peer->inside.port = port;
    peer->outside.port = port;
    if (!peer->inbound) {
        choose_ports(peer);
    }
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
    return peer;
}

/* The connection is over; its memory stays until nobody is inside of it. */
void hlsim__tcp_end(struct hlsim__tcp_peer *peer)
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
    bool far_knows = peer->far_end == HLSIM__TCP_END_OPEN ||
                     peer->far_end == HLSIM__TCP_END_CLOSING ||
                     (peer->far_end == HLSIM__TCP_END_NEW && peer->inbound);

    peer->modem = NULL;
    hlsim__tcp_end(peer);
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

int hlsim__tcp_send_now(struct hlsim__tcp_way *way)
{
    way->cause = way->peer->net->stream->cause;
    return hlsim__tcp_way_pump(way);
}

/* Queues the last segment of a direction, unless one is queued. */
int hlsim__tcp_queue_ending(struct hlsim__tcp_way *way, enum hlsim__tcp_what ending)
{
    if (way->ending == HLSIM__TCP_NONE) {
        way->ending = (uint8_t)ending;
    }
    return hlsim__tcp_send_now(way);
}

/* Nothing but a reset is sent from now on. */
int hlsim__tcp_reset(struct hlsim__tcp_way *way)
{
    hlsim__tcp_way_discard(way, "reset");
    way->deadline = HLSIM_NEVER;
    return hlsim__tcp_queue_ending(way, HLSIM__TCP_RESET);
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
    /* An end that has closed already understands that the other one does, too; and who connects,
     * that it is refused. */
    return end == HLSIM__TCP_END_OPEN || (way->up && end == HLSIM__TCP_END_CLOSING) ||
           (way->up == peer->inbound && end == HLSIM__TCP_END_NEW);
}

/* A real socket is the far end, and will say when it is connected. */
static void accept_outside(struct hlsim__tcp_peer *peer)
{
    peer->far_end = HLSIM__TCP_END_OPEN;
    if (hlsim__outside_accept(peer, peer->to) < 0) {
        peer->far_end = HLSIM__TCP_END_GONE;
        hlsim__tcp_reset(&peer->down);
    }
}

void hlsim__tcp_peer_connected(struct hlsim__tcp_peer *peer)
{
    HLSIM_ASSERT(peer->far_end == HLSIM__TCP_END_OPEN);
    peer->down.opening = true;
    hlsim__tcp_send_now(&peer->down);
}

/* The far end sees the opening segment of a modem. */
static void accept_connection(struct hlsim__tcp_peer *peer, const struct hlsim__listener *listener)
{
    peer->far_end = HLSIM__TCP_END_OPEN;
    peer->down.opening = true;
    if (listener->accept(listener->user, peer) < 0) {
        peer->far_end = HLSIM__TCP_END_GONE;
        hlsim__tcp_reset(&peer->down);
        return;
    }
    if (!peer->over && peer->far_end != HLSIM__TCP_END_GONE) {
        HLSIM_ASSERT(peer->callbacks != NULL);
        hlsim__tcp_send_now(&peer->down);
    }
}

/* The modem sees the opening segment of somebody who connects to it. */
static void modem_accepts(struct hlsim__tcp_peer *peer)
{
    const struct hlsim__tcp_server *server = hlsim__tcp_server_find(peer->iface, peer->inside.port);

    peer->up.opening = true;
    if (server->incoming(server->user, peer->to, peer) < 0) {
        HLSIM_ASSERT(peer->modem == NULL);
        peer->modem_end = HLSIM__TCP_END_GONE;
        hlsim__tcp_reset(&peer->up);
        return;
    }
    if (!peer->over && peer->modem_end != HLSIM__TCP_END_GONE) {
        HLSIM_ASSERT(peer->modem_end != HLSIM__TCP_END_NEW);
        (void)hlsim__tcp_send_now(&peer->up);
    }
}

static void open_arrives(struct hlsim__tcp_way *way)
{
    struct hlsim__tcp_peer *peer = way->peer;

    if (peer->inbound) {
        if (way->up) {
            peer->far_end = HLSIM__TCP_END_OPEN;
            peer->callbacks->connected(peer->user);
        } else {
            modem_accepts(peer);
        }
        return;
    }
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
        hlsim__tcp_queue_ending(&peer->up, HLSIM__TCP_RESET);
    } else if (what == HLSIM__TCP_CLOSE) {
        finish(peer, HLSIM_OK);
    } else if (way->up && peer->far_end == HLSIM__TCP_END_NEW) {
        peer->far_end = HLSIM__TCP_END_GONE;
        hlsim__tcp_queue_ending(&peer->down, HLSIM__TCP_RESET);
    } else if (!way->up && peer->modem_end == HLSIM__TCP_END_NEW) {
        peer->modem_end = HLSIM__TCP_END_GONE;
        hlsim__tcp_queue_ending(&peer->up, HLSIM__TCP_RESET);
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
        if (peer->inbound && peer->modem_end == HLSIM__TCP_END_NEW) {
            /* The NAT box forwards to the address that the modem has now. */
            peer->inside.ip = peer->iface->ip;
        }
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

/* Whether somebody listens where the connection leads; of a real socket nobody knows yet. */
static bool is_listened(const struct hlsim__tcp_peer *peer)
{
    if (peer->inbound) {
        return hlsim__tcp_server_find(peer->iface, peer->inside.port) != NULL;
    }
    return peer->endpoint == NULL ||
           (!peer->endpoint->refusing &&
            hlsim__endpoint_listener(peer->endpoint, peer->to.port) != NULL);
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
    listened = is_heard(way, segment.what) &&
               (segment.what != HLSIM__TCP_OPEN || way->up == peer->inbound || is_listened(peer));
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

    hlsim__tcp_enter(peer);
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
    hlsim__tcp_leave(peer);
}

void hlsim__tcp_go_on(struct hlsim__iface *iface)
{
    for (struct hlsim__tcp_peer *peer = iface->first_peer; peer != NULL; peer = peer->next) {
        hlsim__tcp_way_rearm(&peer->down);
    }
}
