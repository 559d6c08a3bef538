/*
 * AT+KTCPRCV and AT+KUDPRCV: CONNECT, what a session has received, the end-of-data pattern, OK. As
 * fast as the host takes it.
 */
#include "at/port.h"

#include <stdio.h>
#include <string.h>

static struct hlsim__at_socket_data *data_of(const struct hlsim__at_port *port)
{
    return &port->ram->socket_data;
}

static bool is_udp(const struct hlsim__socket *socket)
{
    return socket->config.kind == HLSIM__SOCKET_UDP;
}

/* What can be shown now; another port may have deleted the session. */
static const uint8_t *first(const struct hlsim__socket *socket, size_t *ret_size)
{
    struct hlsim_address from;

    *ret_size = 0;
    if (is_udp(socket)) {
        return hlsim__socket_next_datagram(socket, &from, ret_size) ? hlsim__socket_datagram(socket)
                                                                    : NULL;
    }
    if (socket->config.kind == HLSIM__SOCKET_TCP) {
        *ret_size = hlsim__socket_received(socket)->size;
    }
    return *ret_size > 0 ? hlsim__socket_buffer_first(hlsim__socket_received(socket)) : NULL;
}

/* False when the link is full, or power has failed. */
static bool show_bytes(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);

    while (data->left > 0) {
        size_t size;
        const uint8_t *bytes = first(data->socket, &size);
        size_t taken;

        if (size == 0) {
            data->left = 0;
            break;
        }
        size = size < data->left ? size : data->left;
        taken = hlsim__at_port_send_some(port, bytes, size);
        if (!port->modem->power.on) {
            return false;
        }
        if (is_udp(data->socket)) {
            hlsim__socket_read_datagram(data->socket, taken);
        } else {
            hlsim__socket_read(data->socket, taken);
        }
        data->left -= taken;
        if (taken < size) {
            return false;
        }
    }
    return true;
}

static void go_on(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);
    struct hlsim__socket *socket = data->socket;
    char text[HLSIM__SOCKET_URC_MAX];
    char ip[HLSIM_ADDRESS_SIZE];

    if (!show_bytes(port) || !hlsim__at_port_send_pattern(port, &data->pattern) ||
        !port->modem->power.on) {
        return;
    }
    hlsim__at_socket_release(port);
    socket->mistold = false;
    if (is_udp(socket) && data->from.port != 0) {
        hlsim_ip_format(data->from.ip, ip, sizeof ip);
        snprintf(text, sizeof text, "+KUDP_RCV: \"%s\",%u", ip, (unsigned)data->from.port);
        hlsim__socket_urc(socket, false, text);
    }
    hlsim__socket_tell_data(socket);
    hlsim__at_port_end_shown(port, HLSIM__AT_OK);
}

static const struct hlsim__at_taker taker = {.begun = go_on, .writable = go_on};

/* More bytes than were there are told of when these are shown. */
static void arrived(void *user)
{
    (void)user;
}

static const struct hlsim__socket_watch watch = {.arrived = arrived};

int hlsim__at_socket_receive(struct hlsim__at_port *port, struct hlsim__socket *socket,
                             int64_t size)
{
    struct hlsim__at_socket_data *data = data_of(port);
    size_t waiting;

    if (!hlsim__at_socket_engage(port, socket, NULL)) {
        return HLSIM__CME_SESSION_BUSY;
    }
    (void)first(socket, &waiting);
    data->left = (size_t)size < waiting ? (size_t)size : waiting;
    if (is_udp(socket) && data->left > 0) {
        (void)hlsim__socket_next_datagram(socket, &data->from, &waiting);
    }
    hlsim__socket_watch(socket, &watch, port);
    hlsim__at_port_connect(port, &taker);
    return HLSIM__AT_DATA;
}
