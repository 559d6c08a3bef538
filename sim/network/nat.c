/*
 * The NAT box: mappings of one interface to ports of the public address, with an idle time-out.
 * Does not know what the datagrams carry. Streams pass it without a mapping that could expire.
 */
#include "network/network.h"

#include "base/assert.h"

#include <string.h>

static int64_t now(const struct hlsim__iface *iface)
{
    return iface->net->group.sched->now;
}

static uint16_t block(const struct hlsim__iface *iface)
{
    return (uint16_t)(HLSIM__NAT_PORT_FIRST + iface->index * HLSIM__NAT_PORTS);
}

/* NAT_OPEN, or NAT_RELEASE when there is a `why`. */
static uint64_t emit(struct hlsim__iface *iface, const struct hlsim__nat_mapping *mapping,
                     const char *why)
{
    struct hlsim_network *net = iface->net;
    enum hlsim_event_kind kind = why == NULL ? HLSIM_EVENT_NAT_OPEN : HLSIM_EVENT_NAT_RELEASE;
    struct hlsim_address public = {.ip = net->config.public_ip, .port = mapping->port};
    char inside[HLSIM_ADDRESS_SIZE];
    char outside[HLSIM_ADDRESS_SIZE];
    struct hlsim_field fields[] = {HLSIM_TEXT("inside", inside), HLSIM_TEXT("outside", outside),
                                   HLSIM_TEXT("why", why)};

    if ((net->stream->wanted & HLSIM_EVENT_BIT(kind)) == 0) {
        return hlsim__emit(net->stream, HLSIM__NETWORK_SOURCE, kind, NULL, 0);
    }
    hlsim_address_format(mapping->inside, inside, sizeof inside);
    hlsim_address_format(public, outside, sizeof outside);
    return hlsim__emit(net->stream, HLSIM__NETWORK_SOURCE, kind, fields, why == NULL ? 2 : 3);
}

/* Sets the timer to the mapping that would expire first. */
static void rearm(struct hlsim__nat *nat)
{
    int64_t at = HLSIM_NEVER;

    for (size_t i = 0; i < nat->count; i++) {
        if (nat->mappings[i].expires_at < at) {
            at = nat->mappings[i].expires_at;
        }
    }
    if (at == HLSIM_NEVER) {
        hlsim__timer_cancel(&nat->timer);
    } else {
        hlsim__timer_set(&nat->timer, at);
    }
}

static void forget(struct hlsim__iface *iface, size_t index, const char *why)
{
    struct hlsim_network *net = iface->net;
    struct hlsim__nat *nat = &iface->nat;
    struct hlsim__nat_mapping mapping = nat->mappings[index];

    nat->mappings[index] = nat->mappings[--nat->count];
    net->nat_count--;
    emit(iface, &mapping, why);
    if (net->gateway != NULL && net->gateway->flow_closed != NULL) {
        net->gateway->flow_closed(net->gateway_user, mapping.port);
    }
}

/* A mapping is gone at the very time at which it expires, whatever else happens at that time. */
static void expire(struct hlsim__iface *iface)
{
    struct hlsim__nat *nat = &iface->nat;

    for (size_t i = nat->count; i-- > 0;) {
        if (nat->mappings[i].expires_at <= now(iface)) {
            uint64_t before = hlsim__stream_set_cause(iface->net->stream, nat->mappings[i].open_id);

            forget(iface, i, "timeout");
            hlsim__stream_set_cause(iface->net->stream, before);
        }
    }
}

/* Mappings that were used meanwhile only move the timer when it fires. */
static void timer_fires(void *owner)
{
    struct hlsim__iface *iface = owner;

    expire(iface);
    rearm(&iface->nat);
}

void hlsim__nat_init(struct hlsim__iface *iface)
{
    hlsim__timer_init(&iface->nat.timer, &iface->net->group, timer_fires, iface);
}

static void refresh(struct hlsim__iface *iface, struct hlsim__nat_mapping *mapping)
{
    int64_t timeout = iface->net->config.nat_timeout;

    mapping->expires_at = timeout > HLSIM_NEVER - now(iface) ? HLSIM_NEVER : now(iface) + timeout;
}

static bool port_is_used(const struct hlsim__nat *nat, uint16_t port)
{
    for (size_t i = 0; i < nat->count; i++) {
        if (nat->mappings[i].port == port) {
            return true;
        }
    }
    return false;
}

/* The ports of the block take turns, so that a new mapping never has the port of the last one. */
static uint16_t choose_port(struct hlsim__iface *iface)
{
    struct hlsim__nat *nat = &iface->nat;
    uint16_t port;

    _Static_assert(HLSIM__NAT_MAPPINGS_MAX < HLSIM__NAT_PORTS, "a port is always free");
    do {
        port = (uint16_t)(block(iface) + nat->next);
        nat->next = (uint16_t)((nat->next + 1) % HLSIM__NAT_PORTS);
    } while (port_is_used(nat, port));
    return port;
}

uint16_t hlsim__nat_outbound(struct hlsim__iface *iface, struct hlsim_address inside,
                             struct hlsim_address to)
{
    struct hlsim_network *net = iface->net;
    struct hlsim__nat *nat = &iface->nat;
    struct hlsim__nat_mapping *mapping;

    expire(iface);
    for (size_t i = 0; i < nat->count; i++) {
        mapping = &nat->mappings[i];
        if (hlsim_address_equal(mapping->inside, inside) &&
            (!net->config.nat_symmetric || hlsim_address_equal(mapping->to, to))) {
            refresh(iface, mapping);
            return mapping->port;
        }
    }
    if (nat->count == HLSIM__NAT_MAPPINGS_MAX) {
        return 0;
    }
    mapping = &nat->mappings[nat->count];
    *mapping = (struct hlsim__nat_mapping){.inside = inside, .to = to, .port = choose_port(iface)};
    nat->count++;
    net->nat_count++;
    refresh(iface, mapping);
    mapping->open_id = emit(iface, mapping, NULL);
    rearm(nat);
    return mapping->port;
}

struct hlsim__iface *hlsim__nat_inbound(struct hlsim_network *net, uint16_t port,
                                        struct hlsim_address from, struct hlsim_address *ret_inside)
{
    size_t index = (size_t)(port - HLSIM__NAT_PORT_FIRST) / HLSIM__NAT_PORTS;
    struct hlsim__iface *iface;

    if (port < HLSIM__NAT_PORT_FIRST || index >= net->iface_count) {
        return NULL;
    }
    iface = net->ifaces[index];
    expire(iface);
    for (size_t i = 0; i < iface->nat.count; i++) {
        struct hlsim__nat_mapping *mapping = &iface->nat.mappings[i];

        if (mapping->port == port &&
            (!net->config.nat_symmetric || hlsim_address_equal(mapping->to, from))) {
            if (net->config.nat_inbound_refresh) {
                refresh(iface, mapping);
            }
            *ret_inside = mapping->inside;
            return iface;
        }
    }
    return NULL;
}

size_t hlsim__nat_release(struct hlsim__iface *iface, uint32_t to)
{
    struct hlsim__nat *nat = &iface->nat;
    size_t count = 0;

    for (size_t i = nat->count; i-- > 0;) {
        if (to == 0 || nat->mappings[i].to.ip == to) {
            forget(iface, i, "released");
            count++;
        }
    }
    rearm(nat);
    return count;
}

size_t hlsim__nat_release_all(struct hlsim_network *net)
{
    size_t count = 0;

    for (size_t i = 0; i < net->iface_count; i++) {
        count += hlsim__nat_release(net->ifaces[i], 0);
    }
    return count;
}

size_t hlsim_network_nat_count(const struct hlsim_network *network)
{
    return network->nat_count;
}
