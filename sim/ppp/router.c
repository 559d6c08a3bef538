/*
 * Which of the host's packets is whose, ICMP, and beginning and end.
 */
#include "ppp/router.h"

#include "base/assert.h"

#include <string.h>

#define DNS_PORT        53
#define TTL             64
#define TTL_EXCEEDED    0
#define MULTICAST_FIRST UINT32_C(0xe0000000)
#define QUOTED          8 /* bytes of the payload in a complaint (RFC 792) */

static bool is_name_server(const struct hlsim__router *router, uint32_t ip)
{
    return ip != 0 && (ip == router->config.dns[0] || ip == router->config.dns[1]);
}

struct hlsim__ip_head hlsim__router_head(struct hlsim__router *router, struct hlsim__ip_end from,
                                         uint16_t host_port)
{
    return (struct hlsim__ip_head){.from = from,
                                   .to = {.ip = router->config.host_ip, .port = host_port},
                                   .id = router->packet_id++,
                                   .ttl = TTL};
}

/* --- ICMP ----------------------------------------------------------------------------------- */

void hlsim__router_complain(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                            uint8_t type, uint8_t code)
{
    const struct hlsim__ip_end us = {.ip = router->config.local_ip};
    const struct hlsim__ip_head head = hlsim__router_head(router, us, 0);
    const struct hlsim__icmp_head icmp = {.type = type, .code = code};
    size_t header = packet->whole - packet->size;
    size_t size = header + (packet->size < QUOTED ? packet->size : QUOTED);
    uint8_t bytes[HLSIM__IP_PACKET_MAX];

    (void)hlsim__ppp_link_send(router->config.link, bytes,
                               hlsim__ip_icmp(&head, &icmp, packet->bytes, size, bytes));
}

static void echo_returns(void *owner)
{
    struct hlsim__router_echo *echo = owner;

    (void)hlsim__ppp_link_send(echo->router->config.link, echo->packet, echo->size);
}

/* Who answers: at once, or after the way through the air and back. */
static bool is_there(const struct hlsim__router *router, uint32_t ip)
{
    const struct hlsim__iface *iface = router->config.iface;
    const struct hlsim__endpoint *endpoint = hlsim__endpoint_find(iface->net, ip);

    return hlsim__iface_obstacle(iface, router->config.host_ip) == NULL &&
           (is_name_server(router, ip) || (endpoint != NULL && endpoint->reachable));
}

static void echo(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                 const struct hlsim__icmp_message *message)
{
    const struct hlsim__ip_end them = {.ip = packet->to};
    const struct hlsim__ip_head head = hlsim__router_head(router, them, 0);
    const struct hlsim__icmp_head icmp = {.type = HLSIM__ICMP_ECHO_REPLY,
                                          .word = message->head.word};
    struct hlsim__iface *iface = router->config.iface;
    bool local = packet->to == router->config.local_ip;

    if (!local && (!is_there(router, packet->to) || hlsim__iface_draw_loss(iface, true) ||
                   hlsim__iface_draw_loss(iface, false))) {
        return;
    }
    for (size_t i = 0; i < HLSIM__ROUTER_ECHOES; i++) {
        struct hlsim__router_echo *echo = &router->echoes[i];

        if (!hlsim__timer_armed(&echo->timer)) {
            echo->size = hlsim__ip_icmp(&head, &icmp, message->bytes, message->size, echo->packet);
            hlsim__timer_set_in(&echo->timer, local ? 0
                                                    : hlsim__iface_draw_delay(iface, true) +
                                                          hlsim__iface_draw_delay(iface, false));
            return;
        }
    }
}

/* --- Packets of the host -------------------------------------------------------------------- */

static const char *take_udp(struct hlsim__router *router, const struct hlsim__ip_packet *packet)
{
    struct hlsim__ip_segment segment;
    const char *flaw = hlsim__udp_read(packet, &segment);

    if (flaw != NULL) {
        return flaw;
    }
    if (segment.to.port == DNS_PORT && is_name_server(router, segment.to.ip)) {
        hlsim__router_name(router, &segment);
    } else {
        hlsim__router_udp(router, packet, &segment);
    }
    return NULL;
}

static const char *take_tcp(struct hlsim__router *router, const struct hlsim__ip_packet *packet)
{
    struct hlsim__ip_segment segment;
    const char *flaw = hlsim__tcp_read(packet, &segment);

    if (flaw == NULL) {
        hlsim__router_tcp(router, packet, &segment);
    }
    return flaw;
}

static const char *take_icmp(struct hlsim__router *router, const struct hlsim__ip_packet *packet)
{
    struct hlsim__icmp_message message;
    const char *flaw = hlsim__icmp_read(packet, &message);

    if (flaw == NULL && message.head.type == HLSIM__ICMP_ECHO) {
        echo(router, packet, &message);
    }
    return flaw;
}

static const char *take(struct hlsim__router *router, const struct hlsim__ip_packet *packet)
{
    if (packet->from != router->config.host_ip) {
        return "source address";
    }
    if (packet->to >= MULTICAST_FIRST) {
        return "multicast";
    }
    if (packet->ttl <= 1 && packet->to != router->config.local_ip) {
        hlsim__router_complain(router, packet, HLSIM__ICMP_TIME_EXCEEDED, TTL_EXCEEDED);
        return NULL;
    }
    switch (packet->protocol) {
    case HLSIM__IP_UDP:
        return take_udp(router, packet);
    case HLSIM__IP_TCP:
        return take_tcp(router, packet);
    case HLSIM__IP_ICMP:
        return take_icmp(router, packet);
    default:
        return "ip protocol";
    }
}

void hlsim__router_packet(struct hlsim__router *router, const uint8_t *bytes, size_t size)
{
    struct hlsim__ip_packet packet;
    const char *flaw = hlsim__ip_read(bytes, size, &packet);

    if (flaw == NULL) {
        flaw = take(router, &packet);
    }
    if (flaw != NULL) {
        hlsim__ppp_link_flaw(router->config.link, flaw);
    }
}

void hlsim__router_writable(struct hlsim__router *router)
{
    hlsim__router_tcp_writable(router);
}

/* --- Beginning and end ---------------------------------------------------------------------- */

void hlsim__router_init(struct hlsim__router *router, const struct hlsim__router_config *config)
{
    memset(router, 0, sizeof *router);
    router->config = *config;
    for (size_t i = 0; i < HLSIM__ROUTER_DATAGRAMS; i++) {
        router->datagrams[i].router = router;
    }
    for (size_t i = 0; i < HLSIM__ROUTER_NAMES; i++) {
        router->names[i].router = router;
    }
    for (size_t i = 0; i < HLSIM__ROUTER_ECHOES; i++) {
        router->echoes[i].router = router;
        hlsim__timer_init(&router->echoes[i].timer, config->timers, echo_returns,
                          &router->echoes[i]);
    }
}

void hlsim__router_stop(struct hlsim__router *router, bool silently)
{
    hlsim__router_tcp_stop(router, silently);
    for (size_t i = 0; i < HLSIM__ROUTER_ECHOES; i++) {
        hlsim__timer_cancel(&router->echoes[i].timer);
    }
    for (size_t i = 0; i < HLSIM__ROUTER_NAMES && !silently; i++) {
        hlsim__lookup_cancel(&router->names[i].lookup);
        router->names[i].host.port = 0;
    }
    for (size_t i = 0; i < HLSIM__ROUTER_DATAGRAMS && !silently; i++) {
        hlsim__udp_close(&router->datagrams[i].socket);
    }
}
