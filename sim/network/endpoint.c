/*
 * Endpoints beyond the NAT box: who lives at an address and what listens there. Sends nothing.
 */
#include "network/network.h"

#include "base/assert.h"

#include <string.h>

int hlsim__endpoint_init(struct hlsim__endpoint *endpoint, struct hlsim_network *net, uint32_t ip,
                         const char *name)
{
    if (ip == net->config.public_ip || hlsim__endpoint_find(net, ip) != NULL) {
        return HLSIM_E_EXISTS;
    }
    memset(endpoint, 0, sizeof *endpoint);
    endpoint->net = net;
    endpoint->ip = ip;
    endpoint->name = name;
    endpoint->reachable = true;
    endpoint->next = net->first_endpoint;
    net->first_endpoint = endpoint;
    return 0;
}

void hlsim__endpoint_set_reachable(struct hlsim__endpoint *endpoint, bool reachable)
{
    endpoint->reachable = reachable;
}

void hlsim__endpoint_set_refusing(struct hlsim__endpoint *endpoint, bool refusing)
{
    endpoint->refusing = refusing;
}

int hlsim__endpoint_udp_bind(struct hlsim__endpoint *endpoint, uint16_t port,
                             hlsim__udp_receive receive, void *user)
{
    size_t place = HLSIM__ENDPOINT_PORTS_MAX;

    HLSIM_ASSERT(port != 0);
    HLSIM_ASSERT(receive != NULL);
    for (size_t i = HLSIM__ENDPOINT_PORTS_MAX; i-- > 0;) {
        if (endpoint->udp[i].port == port) {
            return HLSIM_E_EXISTS;
        }
        if (endpoint->udp[i].port == 0) {
            place = i;
        }
    }
    if (place == HLSIM__ENDPOINT_PORTS_MAX) {
        return HLSIM_E_LIMIT;
    }
    endpoint->udp[place].port = port;
    endpoint->udp[place].receive = receive;
    endpoint->udp[place].user = user;
    return 0;
}

int hlsim__endpoint_listen(struct hlsim__endpoint *endpoint, uint16_t port,
                           hlsim__tcp_accept accept, void *user)
{
    struct hlsim__listener *place = NULL;
    struct hlsim__listener *known = NULL;

    HLSIM_ASSERT(port != 0);
    for (size_t i = HLSIM__ENDPOINT_PORTS_MAX; i-- > 0;) {
        if (endpoint->tcp[i].port == port) {
            known = &endpoint->tcp[i];
        } else if (endpoint->tcp[i].port == 0) {
            place = &endpoint->tcp[i];
        }
    }
    if (accept == NULL) {
        if (known == NULL) {
            return HLSIM_E_NOT_FOUND;
        }
        known->port = 0;
        return 0;
    }
    if (known != NULL) {
        return HLSIM_E_EXISTS;
    }
    if (place == NULL) {
        return HLSIM_E_LIMIT;
    }
    *place = (struct hlsim__listener){.port = port, .accept = accept, .user = user};
    return 0;
}

struct hlsim__endpoint *hlsim__endpoint_find(const struct hlsim_network *net, uint32_t ip)
{
    struct hlsim__endpoint *endpoint = net->first_endpoint;

    while (endpoint != NULL && endpoint->ip != ip) {
        endpoint = endpoint->next;
    }
    return endpoint;
}

const struct hlsim__listener *hlsim__endpoint_listener(const struct hlsim__endpoint *endpoint,
                                                       uint16_t port)
{
    for (size_t i = 0; i < HLSIM__ENDPOINT_PORTS_MAX; i++) {
        if (endpoint->tcp[i].port == port && port != 0) {
            return &endpoint->tcp[i];
        }
    }
    return NULL;
}
