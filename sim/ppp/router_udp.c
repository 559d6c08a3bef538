/*
 * The host's datagrams: a socket of the modem's interface for each of its ports, and its questions
 * to the operator's name servers.
 */
#include "ppp/router.h"

#include <string.h>

#define UDP_OVERHEAD 28
#define CODE_NET     0 /* RFC 792: net unreachable */

/* --- Datagrams ------------------------------------------------------------------------------ */

static void receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct hlsim__router_datagrams *datagrams = user;
    struct hlsim__router *router = datagrams->router;
    const struct hlsim__ip_end them = {.ip = from.ip, .port = from.port};
    const struct hlsim__ip_head head = hlsim__router_head(router, them, datagrams->port);
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    datagrams->used = ++router->datagram_count;
    if (!hlsim__ppp_link_send(router->config.link, packet,
                              hlsim__ip_udp(&head, bytes, size, packet))) {
        hlsim__ppp_link_flaw(router->config.link,
                             size + UDP_OVERHEAD > hlsim__ppp_link_mtu(router->config.link)
                                 ? "larger than the host's mru"
                                 : "link full");
    }
}

/* The one of that port; else a free one; else the one that was quiet longest. */
static struct hlsim__router_datagrams *choose(struct hlsim__router *router, uint16_t port)
{
    struct hlsim__router_datagrams *best = &router->datagrams[0];

    for (size_t i = 0; i < HLSIM__ROUTER_DATAGRAMS; i++) {
        struct hlsim__router_datagrams *datagrams = &router->datagrams[i];

        if (datagrams->socket.iface != NULL && datagrams->port == port) {
            return datagrams;
        }
        if (best->socket.iface != NULL &&
            (datagrams->socket.iface == NULL || datagrams->used < best->used)) {
            best = datagrams;
        }
    }
    hlsim__udp_close(&best->socket);
    return best;
}

static int open_socket(struct hlsim__router_datagrams *datagrams, uint16_t port)
{
    struct hlsim__router *router = datagrams->router;
    int rc = hlsim__udp_open(&datagrams->socket, router->config.iface, port, receive, datagrams);

    if (rc == HLSIM_E_EXISTS) {
        rc = hlsim__udp_open(&datagrams->socket, router->config.iface, 0, receive, datagrams);
    }
    if (rc == 0) {
        datagrams->port = port;
        hlsim__udp_bind(&datagrams->socket, router->config.host_ip);
    }
    return rc;
}

void hlsim__router_udp(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                       const struct hlsim__ip_segment *segment)
{
    struct hlsim__router_datagrams *datagrams;
    const struct hlsim_address to = {.ip = segment->to.ip, .port = segment->to.port};
    int rc = 0;

    if (segment->from.port == 0 || segment->to.port == 0) {
        hlsim__ppp_link_flaw(router->config.link, "udp port");
        return;
    }
    datagrams = choose(router, segment->from.port);
    if (datagrams->socket.iface == NULL) {
        rc = open_socket(datagrams, segment->from.port);
    }
    if (rc == 0) {
        datagrams->used = ++router->datagram_count;
        rc = hlsim__udp_send(&datagrams->socket, to, segment->bytes, segment->size);
    }
    if (rc == HLSIM_E_UNREACHABLE) {
        hlsim__router_complain(router, packet, HLSIM__ICMP_UNREACHABLE, CODE_NET);
    } else if (rc < 0 && rc != HLSIM_E_POWER) {
        hlsim__ppp_link_flaw(router->config.link, "no socket");
    }
}

/* --- Names ---------------------------------------------------------------------------------- */

static void answer(struct hlsim__router_name *name, unsigned code, uint32_t ip)
{
    struct hlsim__router *router = name->router;
    const struct hlsim__ip_head head = hlsim__router_head(router, name->server, name->host.port);
    uint8_t message[HLSIM__DNS_MESSAGE_MAX];
    uint8_t packet[HLSIM__IP_PACKET_MAX];
    size_t size = hlsim__dns_answer_write(&name->question, code, ip, message);

    name->host.port = 0;
    (void)hlsim__ppp_link_send(router->config.link, packet,
                               hlsim__ip_udp(&head, message, size, packet));
}

/* Servers that are silent are silent to the host, too. */
static void resolved(void *user, int error, uint32_t ip)
{
    struct hlsim__router_name *name = user;

    if (error == 0) {
        answer(name, HLSIM__DNS_GOOD, name->question.wants_ipv4 ? ip : 0);
    } else if (error == HLSIM_E_NOT_FOUND) {
        answer(name, HLSIM__DNS_NO_NAME, 0);
    } else {
        name->host.port = 0;
    }
}

static bool is_asked(const struct hlsim__router *router, const struct hlsim__ip_segment *segment,
                     uint16_t id)
{
    for (size_t i = 0; i < HLSIM__ROUTER_NAMES; i++) {
        if (router->names[i].host.port == segment->from.port &&
            router->names[i].question.id == id) {
            return true;
        }
    }
    return false;
}

static void ask(struct hlsim__router_name *name, const struct hlsim__ip_segment *segment,
                const struct hlsim__dns_question *question)
{
    name->host = segment->from;
    name->server = segment->to;
    name->question = *question;
    if (!question->standard) {
        answer(name, HLSIM__DNS_NOT_IMPLEMENTED, 0);
    } else if (hlsim__lookup_start(&name->lookup, name->router->config.iface, question->name,
                                   resolved, name) < 0) {
        answer(name, HLSIM__DNS_FAILED, 0);
    }
}

void hlsim__router_name(struct hlsim__router *router, const struct hlsim__ip_segment *segment)
{
    struct hlsim__dns_question question;

    if (segment->from.port == 0 ||
        hlsim__dns_question_parse(segment->bytes, segment->size, &question) < 0) {
        hlsim__ppp_link_flaw(router->config.link, "dns question");
        return;
    }
    if (is_asked(router, segment, question.id)) {
        return;
    }
    for (size_t i = 0; i < HLSIM__ROUTER_NAMES; i++) {
        if (router->names[i].host.port == 0) {
            ask(&router->names[i], segment, &question);
            return;
        }
    }
    hlsim__ppp_link_flaw(router->config.link, "too many questions");
}
