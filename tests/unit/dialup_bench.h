/*
 * A host that dials and speaks PPP with the module, and the far side of the network that it talks
 * to then: an echo, and a giver, which says a lot.
 */
#ifndef HL78SIM_TESTS_DIALUP_BENCH_H
#define HL78SIM_TESTS_DIALUP_BENCH_H

#include "lib/port_rig.h"
#include "lib/ppp_host.h"
#include "lib/suite.h"
#include "lib/tcp_host.h"

#include "world/inside.h"

#include <string.h>

#define ECHO_IP    UINT32_C(0xc6336409) /* 198.51.100.9 */
#define NOBODY_IP  UINT32_C(0xc633640a)
#define ECHO_PORT  7
#define GIVER_PORT 19 /* says a lot and ends */
#define HOST_PORT  40000

struct bench {
    struct port_rig rig;
    struct ppp_host host;
    struct tcp_host tcp;
    struct hlsim__endpoint endpoint;
    struct hlsim__tcp_peer *peer;
    bool ends; /* the far side ends a connection once it is there */
    uint8_t given[30000];
    size_t heard; /* bytes at the far side */
    bool far_closed;
    int far_reason;
    uint8_t packet[2048]; /* the last one for the host that is not TCP */
    size_t packet_size;
    unsigned packets;
};

/* --- The far side --------------------------------------------------------------------------- */

static inline void echo_datagram(void *user, struct hlsim_address from, const uint8_t *bytes,
                                 size_t size)
{
    struct bench *bench = user;

    CU_ASSERT_EQUAL(hlsim__endpoint_udp_send(&bench->endpoint, ECHO_PORT, from, bytes, size), 0);
}

static inline void far_data(void *user, const uint8_t *bytes, size_t size)
{
    struct bench *bench = user;

    bench->heard += size;
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(bench->peer, bytes, size), (int)size);
}

static inline void far_closed(void *user, int reason)
{
    struct bench *bench = user;

    bench->far_closed = true;
    bench->far_reason = reason;
}

static const struct hlsim__tcp_callbacks far_callbacks = {.data = far_data, .closed = far_closed};

static inline int accept_echo(void *user, struct hlsim__tcp_peer *peer)
{
    struct bench *bench = user;

    bench->peer = peer;
    hlsim__tcp_peer_set(peer, &far_callbacks, bench);
    return 0;
}

static inline int accept_giver(void *user, struct hlsim__tcp_peer *peer)
{
    struct bench *bench = user;

    accept_echo(user, peer);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send_borrowed(peer, bench->given, sizeof bench->given), 0);
    if (bench->ends) {
        hlsim__tcp_peer_close(peer);
    }
    return 0;
}

/* --- The host ------------------------------------------------------------------------------- */

static inline void send_line(void *user, const uint8_t *bytes, size_t size)
{
    struct bench *bench = user;

    CU_ASSERT_EQUAL(hlsim_link_write(bench->rig.link, HLSIM_HOST, bytes, size), (int)size);
}

static inline void send_segment(void *user, const struct hlsim__tcp_head *head,
                                const uint8_t *bytes, size_t size)
{
    struct bench *bench = user;
    const struct hlsim__ip_head ip = {.from = {.ip = bench->host.address, .port = HOST_PORT},
                                      .to = {.ip = ECHO_IP, .port = ECHO_PORT},
                                      .ttl = 64};
    struct hlsim__ip_head to = ip;
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    if (bench->tcp.user != NULL && bench->ends) {
        to.to.port = GIVER_PORT;
    }
    ppp_host_send(&bench->host, 0x0021, packet, hlsim__ip_tcp(&to, head, bytes, size, packet));
}

static inline void take_packet(void *user, const uint8_t *bytes, size_t size)
{
    struct bench *bench = user;
    struct hlsim__ip_packet packet;
    struct hlsim__ip_segment segment;

    CU_ASSERT_PTR_NULL_FATAL(hlsim__ip_read(bytes, size, &packet));
    CU_ASSERT_EQUAL(packet.to, bench->host.address);
    if (packet.protocol == HLSIM__IP_TCP) {
        CU_ASSERT_PTR_NULL_FATAL(hlsim__tcp_read(&packet, &segment));
        tcp_host_segment(&bench->tcp, &segment);
        return;
    }
    memcpy(bench->packet, bytes, size);
    bench->packet_size = size;
    bench->packets++;
}

/* Lets a time pass in which the host reads and answers at once. */
static inline void run(struct bench *bench, int milliseconds)
{
    for (int i = 0; i < milliseconds; i += 10) {
        uint8_t bytes[sizeof bench->rig.read];
        size_t size = bench->rig.read_size;

        memcpy(bytes, bench->rig.read, size);
        bench->rig.read_size = 0;
        ppp_host_receive(&bench->host, bytes, size);
        port_rig_run(&bench->rig, 10);
    }
}

static inline void open_bench(struct bench *bench, const char *fields)
{
    struct hlsim_network *network;

    memset(bench, 0, sizeof *bench);
    port_rig_open(&bench->rig, fields);
    network = &bench->rig.flow.world->network;
    bench->host = (struct ppp_host){.send = send_line,
                                    .packet = take_packet,
                                    .user = bench,
                                    .name = "",
                                    .password = "",
                                    .asks_dns = true};
    bench->tcp.send = send_segment;
    bench->tcp.user = bench;
    bench->tcp.window = 8000;
    for (size_t i = 0; i < sizeof bench->given; i++) {
        bench->given[i] = (uint8_t)(i * 7 + i / 251);
    }
    CU_ASSERT_EQUAL(hlsim__endpoint_init(&bench->endpoint, network, ECHO_IP, "echo"), 0);
    CU_ASSERT_EQUAL(hlsim__endpoint_udp_bind(&bench->endpoint, ECHO_PORT, echo_datagram, bench), 0);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&bench->endpoint, ECHO_PORT, accept_echo, bench), 0);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&bench->endpoint, GIVER_PORT, accept_giver, bench), 0);
    CU_ASSERT_EQUAL(hlsim__network_add_name(network, "ping.example", ECHO_IP), 0);
}

static inline void close_bench(struct bench *bench)
{
    port_rig_close(&bench->rig);
}

/* Up to CONNECT; what follows is PPP. */
static inline void dial(struct bench *bench, const char *line)
{
    static const char connect[] = "\r\nCONNECT\r\n";

    port_rig_read(&bench->rig);
    port_rig_send(&bench->rig, line);
    port_rig_run(&bench->rig, 1500);
    CU_ASSERT_FATAL(bench->rig.read_size > sizeof connect - 1);
    CU_ASSERT_EQUAL(memcmp(bench->rig.read, connect, sizeof connect - 1), 0);
    bench->rig.read_size -= sizeof connect - 1;
    memmove(bench->rig.read, bench->rig.read + sizeof connect - 1, bench->rig.read_size);
    ppp_host_start(&bench->host);
}

static inline void go_up(struct bench *bench)
{
    dial(bench, "ATD*99***1#\r");
    run(bench, 500);
    CU_ASSERT_TRUE_FATAL(ppp_host_up(&bench->host));
}

#endif
