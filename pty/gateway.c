/*
 * One UDP socket for each flow. Knows addresses and datagrams, no protocol above them.
 */
#include <hlpty/gateway.h>

#include "internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* A flow is known by a 16-bit port. */
#define PORTS 65536

/* Datagrams taken from one socket before the others are looked after. */
#define BURST 16

struct flow {
    struct hlpty_gateway *gateway;
    ev_io readable;
    int fd;
    uint16_t port;
};

struct hlpty_gateway {
    struct hlpty_gateway_config config;
    size_t flow_count;
    struct flow *flows[PORTS];
};

static void receive_one(struct flow *flow, const uint8_t *bytes, size_t size,
                        const struct sockaddr_in *from)
{
    struct hlpty_gateway *gateway = flow->gateway;
    struct hlsim_address address = {.ip = ntohl(from->sin_addr.s_addr),
                                    .port = ntohs(from->sin_port)};

    /* What is too large for the air (HLSIM_E_LIMIT) is lost there. */
    (void)hlsim_network_inject_udp(gateway->config.network, address, flow->port, bytes, size);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct flow *flow = watcher->data;
    struct hlpty_gateway *gateway = flow->gateway;
    uint16_t port = flow->port;
    uint8_t bytes[HLSIM_DATAGRAM_MAX + 1];

    (void)loop;
    (void)events;
    if (gateway->config.arrived != NULL) {
        gateway->config.arrived(gateway->config.user);
    }
    /* Bringing the world up to the present may have closed the flow. */
    for (unsigned i = 0; i < BURST && gateway->flows[port] == flow; i++) {
        struct sockaddr_in from = {0};
        socklen_t from_size = sizeof from;
        ssize_t size =
            recvfrom(flow->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);

        if (size < 0) {
            return;
        }
        receive_one(flow, bytes, (size_t)size, &from);
    }
}

static void flow_closed(void *user, uint16_t flow_port)
{
    struct hlpty_gateway *gateway = user;
    struct flow *flow = gateway->flows[flow_port];

    if (flow != NULL) {
        ev_io_stop(gateway->config.loop, &flow->readable);
        close(flow->fd);
        free(flow);
        gateway->flows[flow_port] = NULL;
        gateway->flow_count--;
    }
}

static struct flow *open_flow(struct hlpty_gateway *gateway, uint16_t port)
{
    bool loopback = gateway->config.internet == HLPTY_INTERNET_LOOPBACK;
    struct sockaddr_in local = {.sin_family = AF_INET};
    struct flow *flow;

    if (gateway->flow_count == HLPTY_FLOWS_MAX) {
        return NULL;
    }
    flow = calloc(1, sizeof *flow);
    if (flow == NULL) {
        return NULL;
    }
    local.sin_addr.s_addr = htonl(loopback ? INADDR_LOOPBACK : INADDR_ANY);
    flow->gateway = gateway;
    flow->port = port;
    flow->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (flow->fd < 0 || bind(flow->fd, (const struct sockaddr *)&local, sizeof local) != 0) {
        if (flow->fd >= 0) {
            close(flow->fd);
        }
        free(flow);
        return NULL;
    }
    ev_io_init(&flow->readable, on_readable, flow->fd, EV_READ);
    flow->readable.data = flow;
    ev_io_start(gateway->config.loop, &flow->readable);
    gateway->flows[port] = flow;
    gateway->flow_count++;
    return flow;
}

static int udp_send(void *user, uint16_t flow_port, struct hlsim_address to, const uint8_t *bytes,
                    size_t size)
{
    struct hlpty_gateway *gateway = user;
    struct flow *flow = gateway->flows[flow_port];
    struct sockaddr_in there = {.sin_family = AF_INET};

    if (gateway->config.internet == HLPTY_INTERNET_LOOPBACK && to.ip >> 24 != IN_LOOPBACKNET) {
        return HLSIM_E_UNREACHABLE;
    }
    if (flow == NULL) {
        flow = open_flow(gateway, flow_port);
    }
    if (flow == NULL) {
        return HLSIM_E_LIMIT;
    }
    there.sin_addr.s_addr = htonl(to.ip);
    there.sin_port = htons(to.port);
    if (sendto(flow->fd, bytes, size, 0, (const struct sockaddr *)&there, sizeof there) < 0) {
        return HLSIM_E_IO;
    }
    return 0;
}

static const struct hlsim_gateway_ops ops = {.udp_send = udp_send, .flow_closed = flow_closed};

int hlpty_gateway_open(const struct hlpty_gateway_config *config,
                       struct hlpty_gateway **ret_gateway, struct hlpty_error *reterr)
{
    struct hlpty_gateway *gateway = calloc(1, sizeof *gateway);

    HLPTY_ASSERT(config->loop != NULL && config->network != NULL);
    if (gateway == NULL) {
        return hlpty__fail(reterr, HLSIM_E_NO_MEMORY, "out of memory");
    }
    gateway->config = *config;
    hlsim_network_set_gateway(config->network, &ops, gateway);
    *ret_gateway = gateway;
    return 0;
}

void hlpty_gateway_close(struct hlpty_gateway *gateway)
{
    if (gateway == NULL) {
        return;
    }
    hlsim_network_set_gateway(gateway->config.network, NULL, NULL);
    for (size_t port = 0; port < PORTS; port++) {
        flow_closed(gateway, (uint16_t)port);
    }
    free(gateway);
}

size_t hlpty_gateway_flow_count(const struct hlpty_gateway *gateway)
{
    return gateway->flow_count;
}
