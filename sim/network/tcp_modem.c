/*
 * The modem's side of connections: handles that lie in a modem's RAM, and the ports on which it
 * listens. Does not know what happens when a segment arrives.
 */
#include "network/tcp_inside.h"

#include "base/assert.h"

#include <string.h>

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
    hlsim__tcp_enter(peer);
    orphan(peer);
    hlsim__tcp_way_discard_unsent(&peer->up);
    if (peer->up.flight_count == 0) {
        hlsim__tcp_end(peer);
    } else {
        hlsim__tcp_way_rearm(&peer->up);
    }
    hlsim__tcp_leave(peer);
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
    peer = hlsim__tcp_begin(iface, to, 0);
    if (peer == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    peer->modem = tcp;
    tcp->iface = iface;
    tcp->peer = peer;
    tcp->callbacks = callbacks;
    tcp->user = user;
    peer->up.opening = true;
    rc = hlsim__tcp_send_now(&peer->up);
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
    rc = hlsim__tcp_send_now(&tcp->peer->up);
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
    hlsim__tcp_way_doom(&peer->up);
    return hlsim__tcp_queue_ending(&peer->up, HLSIM__TCP_CLOSE) == HLSIM_E_POWER ? HLSIM_E_POWER
                                                                                 : 0;
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
    return hlsim__tcp_queue_ending(&peer->up, HLSIM__TCP_RESET) == HLSIM_E_POWER ? HLSIM_E_POWER
                                                                                 : 0;
}

static void forget(struct hlsim__tcp_peer *peer)
{
    orphan(peer);
    hlsim__tcp_way_discard_unsent(&peer->up);
    peer->up.halted = false;
    hlsim__tcp_way_rearm(&peer->up);
}

void hlsim__tcp_let_go(struct hlsim__tcp *tcp)
{
    if (tcp->peer != NULL) {
        forget(tcp->peer);
    }
    tcp->peer = NULL;
    tcp->connected = false;
}

void hlsim__tcp_forget(struct hlsim__iface *iface)
{
    for (struct hlsim__tcp_peer *peer = iface->first_peer; peer != NULL; peer = peer->next) {
        forget(peer);
    }
}

void hlsim__tcp_set_session(struct hlsim__tcp *tcp, unsigned session)
{
    HLSIM_ASSERT(tcp->peer != NULL);
    tcp->peer->session = session;
}

void hlsim__tcp_hold(struct hlsim__tcp *tcp, bool held)
{
    HLSIM_ASSERT(tcp->peer != NULL);
    hlsim__tcp_way_hold(&tcp->peer->down, held);
}

size_t hlsim__tcp_unsent(const struct hlsim__tcp *tcp)
{
    return tcp->peer == NULL ? 0 : hlsim__tcp_way_waiting(&tcp->peer->up);
}

/* --- Listening ---------------------------------------------------------------------------- */

const struct hlsim__tcp_server *hlsim__tcp_server_find(const struct hlsim__iface *iface,
                                                       uint16_t port)
{
    for (size_t i = 0; i < HLSIM__TCP_SERVERS_MAX; i++) {
        if (iface->servers[i] != NULL && iface->servers[i]->port == port) {
            return iface->servers[i];
        }
    }
    return NULL;
}

int hlsim__tcp_listen(struct hlsim__tcp_server *server, struct hlsim__iface *iface, uint16_t port,
                      hlsim__tcp_incoming incoming, void *user)
{
    HLSIM_ASSERT(port != 0);
    memset(server, 0, sizeof *server);
    if (!iface->power->on) {
        return HLSIM_E_POWER;
    }
    if (hlsim__tcp_server_find(iface, port) != NULL) {
        return HLSIM_E_EXISTS;
    }
    for (size_t i = 0; i < HLSIM__TCP_SERVERS_MAX; i++) {
        if (iface->servers[i] == NULL) {
            *server = (struct hlsim__tcp_server){
                .iface = iface, .port = port, .incoming = incoming, .user = user};
            iface->servers[i] = server;
            return 0;
        }
    }
    return HLSIM_E_LIMIT;
}

void hlsim__tcp_unlisten(struct hlsim__tcp_server *server)
{
    struct hlsim__iface *iface = server->iface;

    for (size_t i = 0; iface != NULL && i < HLSIM__TCP_SERVERS_MAX; i++) {
        if (iface->servers[i] == server) {
            iface->servers[i] = NULL;
        }
    }
    server->iface = NULL;
}

void hlsim__tcp_take(struct hlsim__tcp *tcp, struct hlsim__tcp_peer *peer,
                     const struct hlsim__tcp_callbacks *callbacks, void *user)
{
    HLSIM_ASSERT(peer->inbound && peer->modem_end == HLSIM__TCP_END_NEW);
    *tcp = (struct hlsim__tcp){.iface = peer->iface,
                               .peer = peer,
                               .connected = true,
                               .callbacks = callbacks,
                               .user = user};
    peer->modem = tcp;
    peer->modem_end = HLSIM__TCP_END_OPEN;
}
