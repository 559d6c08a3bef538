/*
 * The far side of connections: what endpoints and the gateway do with theirs. Does not know what
 * happens when a segment arrives.
 */
#include "network/tcp_inside.h"

#include "base/assert.h"

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
    hlsim__tcp_send_now(&peer->down);
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
    hlsim__tcp_send_now(&peer->down);
    return 0;
}

void hlsim__tcp_peer_close(struct hlsim__tcp_peer *peer)
{
    HLSIM_ASSERT(peer->far_end != HLSIM__TCP_END_NEW);
    if (peer->far_end == HLSIM__TCP_END_OPEN) {
        peer->far_end = HLSIM__TCP_END_CLOSING;
        hlsim__tcp_queue_ending(&peer->down, HLSIM__TCP_CLOSE);
    }
}

void hlsim__tcp_peer_abort(struct hlsim__tcp_peer *peer)
{
    if (peer->far_end == HLSIM__TCP_END_OPEN || peer->far_end == HLSIM__TCP_END_CLOSING ||
        (peer->far_end == HLSIM__TCP_END_NEW && peer->inbound)) {
        peer->far_end = HLSIM__TCP_END_GONE;
        hlsim__tcp_reset(&peer->down);
    }
}

void hlsim__tcp_peer_hold(struct hlsim__tcp_peer *peer, bool held)
{
    hlsim__tcp_way_hold(&peer->up, held);
}

bool hlsim__tcp_peer_is_of(const struct hlsim__tcp_peer *peer, const struct hlsim__iface *iface,
                           unsigned session)
{
    return peer->iface == iface && (session == 0 || peer->session == session);
}

bool hlsim__tcp_peer_is_beside(const struct hlsim__tcp_peer *peer,
                               const struct hlsim__tcp_peer *other)
{
    return peer->iface == other->iface;
}

int hlsim__tcp_peer_connect(const struct hlsim__tcp_visit *visit, struct hlsim__tcp_peer **ret_peer)
{
    struct hlsim__tcp_peer *peer;

    HLSIM_ASSERT(visit->callbacks->connected != NULL);
    if (visit->iface->peer_count == HLSIM__TCP_MAX) {
        return HLSIM_E_LIMIT;
    }
    peer = hlsim__tcp_begin(visit->iface, visit->from, visit->port);
    if (peer == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    peer->endpoint = hlsim__endpoint_find(peer->net, visit->from.ip);
    hlsim__tcp_peer_set(peer, visit->callbacks, visit->user);
    *ret_peer = peer;
    peer->down.opening = true;
    (void)hlsim__tcp_send_now(&peer->down);
    return 0;
}
