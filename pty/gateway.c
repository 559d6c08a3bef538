/*
 * The gateway, and one UDP socket for each flow of a modem. Knows addresses and datagrams, no
 * protocol above them.
 */
#include "gateway_inside.h"
#include "internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Datagrams taken from one socket before the others are looked after. */
#define BURST 16

struct hlpty__flow {
    struct hlpty_gateway *gateway;
    ev_io readable;
    int fd;
    uint16_t port;
};

/* --- What the files share ----------------------------------------------------------------- */

void hlpty__gateway_arrived(const struct hlpty_gateway *gateway)
{
    if (gateway->config.arrived != NULL) {
        gateway->config.arrived(gateway->config.user);
    }
}

struct sockaddr_in hlpty__kernel_address(struct hlsim_address address)
{
    struct sockaddr_in there = {.sin_family = AF_INET, .sin_port = htons(address.port)};

    there.sin_addr.s_addr = htonl(address.ip);
    return there;
}

struct hlsim_address hlpty__sim_address(const struct sockaddr_in *address)
{
    return (struct hlsim_address){.ip = ntohl(address->sin_addr.s_addr),
                                  .port = ntohs(address->sin_port)};
}

bool hlpty__gateway_permits(const struct hlpty_gateway *gateway, uint32_t ip)
{
    return gateway->config.internet == HLPTY_INTERNET_HOST || ip >> 24 == IN_LOOPBACKNET;
}

/* --- Flows -------------------------------------------------------------------------------- */

static void receive_one(struct hlpty__flow *flow, const uint8_t *bytes, size_t size,
                        const struct sockaddr_in *from)
{
    struct hlpty_gateway *gateway = flow->gateway;
    /* What is too large for the air (HLSIM_E_LIMIT) is lost there. */
    (void)hlsim_network_inject_udp(gateway->config.network, hlpty__sim_address(from), flow->port,
                                   bytes, size);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty__flow *flow = watcher->data;
    struct hlpty_gateway *gateway = flow->gateway;
    uint16_t port = flow->port;
    uint8_t bytes[HLSIM_DATAGRAM_MAX + 1];

    (void)loop;
    (void)events;
    hlpty__gateway_arrived(gateway);
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
    struct hlpty__flow *flow = gateway->flows[flow_port];

    if (flow != NULL) {
        ev_io_stop(gateway->config.loop, &flow->readable);
        close(flow->fd);
        free(flow);
        gateway->flows[flow_port] = NULL;
        gateway->flow_count--;
    }
}

static struct hlpty__flow *open_flow(struct hlpty_gateway *gateway, uint16_t port)
{
    bool loopback = gateway->config.internet == HLPTY_INTERNET_LOOPBACK;
    struct sockaddr_in local = {.sin_family = AF_INET};
    struct hlpty__flow *flow;

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
    struct hlpty__flow *flow = gateway->flows[flow_port];
    struct sockaddr_in there = hlpty__kernel_address(to);

    if (!hlpty__gateway_permits(gateway, to.ip)) {
        return HLSIM_E_UNREACHABLE;
    }
    if (flow == NULL) {
        flow = open_flow(gateway, flow_port);
    }
    if (flow == NULL) {
        return HLSIM_E_LIMIT;
    }
    if (sendto(flow->fd, bytes, size, 0, (const struct sockaddr *)&there, sizeof there) < 0) {
        return HLSIM_E_IO;
    }
    return 0;
}

/* --- The gateway -------------------------------------------------------------------------- */

static const struct hlsim_gateway_ops ops = {.udp_send = udp_send,
                                             .flow_closed = flow_closed,
                                             .udp_answer = hlpty__door_answer,
                                             .stream_open = hlpty__pipe_open,
                                             .stream_data = hlpty__pipe_data,
                                             .stream_drained = hlpty__pipe_drained,
                                             .stream_closed = hlpty__pipe_closed,
                                             .lookup = hlpty__lookup};

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
    while (gateway->forward_count > 0) {
        hlpty_door_close(&gateway->forwards[--gateway->forward_count]);
    }
    hlpty__questions_close(gateway);
    hlpty__pipes_close(gateway);
    for (size_t port = 0; port < HLPTY__FLOW_PORTS; port++) {
        flow_closed(gateway, (uint16_t)port);
    }
    free(gateway);
}

int hlpty_gateway_forward(struct hlpty_gateway *gateway, uint16_t local, struct hlsim_address to,
                          struct hlpty_error *reterr)
{
    const struct hlsim_address at = {.ip = INADDR_LOOPBACK, .port = local};
    struct hlpty_door *door = &gateway->forwards[gateway->forward_count];
    int error;

    if (gateway->forward_count == HLPTY_FORWARDS_MAX) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT, "too many ports are forwarded");
    }
    error = hlpty_door_open(door, at, true, reterr);
    if (error < 0) {
        return error;
    }
    gateway->forward_count++;
    error = hlpty_gateway_admit(gateway, door, to);
    return error < 0 ? hlpty__fail(reterr, error, "too many doors") : 0;
}

size_t hlpty_gateway_flow_count(const struct hlpty_gateway *gateway)
{
    return gateway->flow_count;
}

size_t hlpty_gateway_stream_count(const struct hlpty_gateway *gateway)
{
    return gateway->pipe_count;
}
