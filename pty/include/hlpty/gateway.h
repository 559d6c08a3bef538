/*
 * The way out of the simulated network to real UDP sockets: what a modem sends to a destination
 * that no model owns leaves through a socket of its flow, and what that socket receives is put in
 * front of the NAT box.
 */
#ifndef HLPTY_GATEWAY_H
#define HLPTY_GATEWAY_H

#include <ev.h>
#include <stddef.h>

#include <hl78sim/network.h>
#include <hlpty/error.h>

/* Sockets at once. */
#define HLPTY_FLOWS_MAX 1024

enum hlpty_internet {
    HLPTY_INTERNET_LOOPBACK, /* only 127.0.0.0/8, from 127.0.0.1 */
    HLPTY_INTERNET_HOST,     /* wherever this machine can reach */
};

struct hlpty_gateway;

struct hlpty_gateway_config {
    struct ev_loop *loop;
    struct hlsim_network *network; /* outlives the gateway */
    enum hlpty_internet internet;
    void *user;
    void (*arrived)(void *user); /* before a datagram is injected; may be NULL */
};

/* Becomes the network's gateway. 0, or HLSIM_E_NO_MEMORY. */
int hlpty_gateway_open(const struct hlpty_gateway_config *config,
                       struct hlpty_gateway **ret_gateway, struct hlpty_error *reterr);

/* Leaves the network and closes all sockets. */
void hlpty_gateway_close(struct hlpty_gateway *gateway);

/* Sockets open at present. */
size_t hlpty_gateway_flow_count(const struct hlpty_gateway *gateway);

#endif
