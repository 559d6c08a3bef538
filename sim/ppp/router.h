/*
 * Between a host behind the module and the simulated network: IPv4 packets on one side, datagrams,
 * streams, names and echoes on the other. Does not know how the host's packets come.
 *
 *     PPP link -- router -- UDP sockets, streams, lookups of the modem's interface
 *
 * A host's UDP port is kept where the interface has it free. A host's TCP connection ends here
 * (tcp_end.h) and goes on as a stream of the network. What asks the operator's name servers is
 * answered as the network answers its modems; an echo by who is there: the module's end of the
 * link, the name servers, a server of the world.
 *
 * The network knows no stream of which one half is closed: when the host has finished, and what it
 * said has been delivered, the far side is given HLSIM__ROUTER_QUIET after its last byte to answer.
 */
#ifndef HLSIM_PPP_ROUTER_H
#define HLSIM_PPP_ROUTER_H

#include "codec/dns.h"
#include "network/lookup.h"
#include "network/network.h"
#include "network/tcp.h"
#include "ppp/link.h"
#include "ppp/tcp_end.h"

/* Limits of one host. */
#define HLSIM__ROUTER_DATAGRAMS                                                                    \
    8                            /* UDP ports in use; the one that was quiet longest goes first    \
                                  */
#define HLSIM__ROUTER_STREAMS 12 /* TCP connections */
#define HLSIM__ROUTER_NAMES   8  /* questions to name servers that wait */
#define HLSIM__ROUTER_ECHOES  4  /* echoes on their way */

#define HLSIM__ROUTER_QUIET   (2 * HLSIM_SECOND)

struct hlsim__router;

/* One UDP port of the host. */
struct hlsim__router_datagrams {
    struct hlsim__router *router;
    struct hlsim__udp_socket socket; /* closed: free */
    uint16_t port;                   /* the host's */
    uint64_t used;                   /* when, in datagrams of the router */
};

struct hlsim__router_name {
    struct hlsim__router *router;
    struct hlsim__lookup lookup;
    struct hlsim__ip_end host; /* its port is 0: free */
    struct hlsim__ip_end server;
    struct hlsim__dns_question question;
};

struct hlsim__router_echo {
    struct hlsim__router *router;
    struct hlsim__timer timer;
    size_t size;
    uint8_t packet[HLSIM__IP_PACKET_MAX];
};

struct hlsim__router_stream;

struct hlsim__router_config {
    struct hlsim__ppp_link *link;
    struct hlsim__iface *iface;
    struct hlsim__timer_group *timers;
    struct hlsim__rng rng;
    uint32_t host_ip;
    uint32_t local_ip;
    uint32_t dns[2]; /* 0: none */
};

struct hlsim__router {
    struct hlsim__router_config config;
    uint16_t packet_id;
    uint64_t datagram_count;
    struct hlsim__router_datagrams datagrams[HLSIM__ROUTER_DATAGRAMS];
    struct hlsim__router_name names[HLSIM__ROUTER_NAMES];
    struct hlsim__router_stream *streams[HLSIM__ROUTER_STREAMS];
    struct hlsim__router_echo echoes[HLSIM__ROUTER_ECHOES];
};

void hlsim__router_init(struct hlsim__router *router, const struct hlsim__router_config *config);

/* A packet of the host; what makes no sense is dropped, with an event of the link. */
void hlsim__router_packet(struct hlsim__router *router, const uint8_t *bytes, size_t size);

/* The link takes packets again. */
void hlsim__router_writable(struct hlsim__router *router);

/*
 * The host is gone: closes sockets and resets streams. With `silently` the interface has forgotten
 * them already, and memory alone is given back.
 */
void hlsim__router_stop(struct hlsim__router *router, bool silently);

/* --- Between the files of the router -------------------------------------------------------- */

/* The head of a packet to the host. */
struct hlsim__ip_head hlsim__router_head(struct hlsim__router *router, struct hlsim__ip_end from,
                                         uint16_t host_port);

/* Tells the host by ICMP why its packet cannot go on. */
void hlsim__router_complain(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                            uint8_t type, uint8_t code);

void hlsim__router_udp(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                       const struct hlsim__ip_segment *segment);
void hlsim__router_name(struct hlsim__router *router, const struct hlsim__ip_segment *segment);
void hlsim__router_tcp(struct hlsim__router *router, const struct hlsim__ip_packet *packet,
                       const struct hlsim__ip_segment *segment);
void hlsim__router_tcp_writable(struct hlsim__router *router);
void hlsim__router_tcp_stop(struct hlsim__router *router, bool silently);

#endif
