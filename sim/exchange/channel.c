/*
 * The channel's socket and its two neighbours: the user above, the operations below. Does not know
 * what the operations do with the bytes.
 */
#include "exchange/channel.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <string.h>

void hlsim__channel_init(struct hlsim__channel *channel, const struct hlsim__channel_config *config)
{
    HLSIM_ASSERT(config->events != NULL);
    memset(channel, 0, sizeof *channel);
    channel->config = *config;
}

static void receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct hlsim__channel *channel = user;

    if (!hlsim_address_equal(from, channel->peer.address)) {
        HLSIM__EMIT(channel->config.stream, channel->config.source, HLSIM_EVENT_IGNORED,
                    HLSIM_TEXT("by", "channel"), HLSIM_TEXT("why", "not from the server"));
        return;
    }
    channel->peer.security->ops->receive(channel->peer.security->state, bytes, size);
}

int hlsim__channel_open(struct hlsim__channel *channel, const struct hlsim__channel_peer *peer)
{
    struct hlsim__iface *iface = channel->config.iface;
    int rc;

    HLSIM_ASSERT(!channel->active);
    HLSIM_ASSERT(peer->security != NULL && peer->security->ops != NULL);
    if (!hlsim__iface_holds(iface, peer->from_ip != 0 ? peer->from_ip : iface->ip)) {
        return HLSIM_E_UNREACHABLE;
    }
    rc = hlsim__udp_open(&channel->socket, iface, 0, receive, channel);
    if (rc < 0) {
        return rc;
    }
    hlsim__udp_bind(&channel->socket, peer->from_ip);
    channel->peer = *peer;
    channel->active = true;
    channel->flights = 0;
    rc = channel->peer.security->ops->open(channel->peer.security->state, channel);
    if (rc < 0) {
        hlsim__udp_close(&channel->socket);
        channel->active = false;
    }
    return rc;
}

int hlsim__channel_send(struct hlsim__channel *channel, const uint8_t *bytes, size_t size)
{
    if (!channel->active) {
        return HLSIM_E_STATE;
    }
    return channel->peer.security->ops->send(channel->peer.security->state, bytes, size);
}

void hlsim__channel_close(struct hlsim__channel *channel, bool farewell)
{
    const struct hlsim__channel_security *security = channel->peer.security;

    if (channel->active) {
        security->ops->close(security->state, farewell);
        hlsim__udp_close(&channel->socket);
        channel->active = false;
    }
}

bool hlsim__channel_is_waiting(const struct hlsim__channel *channel)
{
    const struct hlsim__channel_security *security = channel->peer.security;

    return channel->active && security->ops->is_waiting != NULL &&
           security->ops->is_waiting(security->state);
}

int hlsim__channel_transmit(struct hlsim__channel *channel, const uint8_t *bytes, size_t size)
{
    int rc = hlsim__udp_send(&channel->socket, channel->peer.address, bytes, size);

    /* An interface that lost its address may get it back: until then it is like bad coverage. */
    return rc == HLSIM_E_UNREACHABLE ? 0 : rc;
}

void hlsim__channel_opened(struct hlsim__channel *channel)
{
    HLSIM_ASSERT(channel->active);
    channel->config.events->opened(channel->config.user);
}

void hlsim__channel_resumed(struct hlsim__channel *channel)
{
    HLSIM_ASSERT(channel->active);
    if (channel->config.events->resumed != NULL) {
        channel->config.events->resumed(channel->config.user);
    }
}

void hlsim__channel_failed(struct hlsim__channel *channel, int why)
{
    HLSIM_ASSERT(channel->active);
    HLSIM_ASSERT(why < 0);
    hlsim__channel_close(channel, false);
    channel->config.events->failed(channel->config.user, why);
}

void hlsim__channel_deliver(struct hlsim__channel *channel, const uint8_t *bytes, size_t size)
{
    HLSIM_ASSERT(channel->active);
    channel->config.events->datagram(channel->config.user, bytes, size);
}
