/*
 * UDP sessions: datagrams one by one, each with its sender. What does not fit any more is lost, as
 * datagrams are.
 */
#include "modem/modem.h"

#include <string.h>

/* How a datagram lies in the buffer: its sender, what is left of it, and that. */
struct head {
    uint32_t ip;
    uint16_t port;
    uint16_t size;
};

static void receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct hlsim__socket *socket = user;
    const struct head head = {.ip = from.ip, .port = from.port, .size = (uint16_t)size};
    uint8_t datagram[sizeof head + HLSIM_DATAGRAM_MAX];
    size_t limit = (size_t)socket->sockets->modem->ram.personality->figures.socket_buffer;

    if (size == 0 || socket->deaf || hlsim__socket_received(socket)->size + size > limit) {
        return;
    }
    memcpy(datagram, &head, sizeof head);
    memcpy(datagram + sizeof head, bytes, size);
    if (hlsim__socket_keep(socket, datagram, sizeof head + size) == 0) {
        hlsim__socket_tell_data(socket);
    }
}

void hlsim__socket_bind_udp(struct hlsim__socket *socket)
{
    struct hlsim__modem *modem = socket->sockets->modem;
    int error =
        hlsim__udp_open(&socket->udp, &modem->iface, socket->config.local_port, receive, socket);

    if (error == HLSIM_E_POWER) {
        return;
    }
    if (error < 0) {
        hlsim__socket_set_state(socket, HLSIM__SOCKET_CLOSED);
        hlsim__socket_notify(socket,
                             error == HLSIM_E_EXISTS ? HLSIM__NOTIF_CONNECT : HLSIM__NOTIF_SOCKETS);
        return;
    }
    hlsim__udp_bind(&socket->udp, hlsim__pdp_ip(&modem->ram.pdp, socket->config.cnx));
    socket->deaf = !socket->sockets->udp_used &&
                   hlsim__sockets_quirk(socket->sockets, HLSIM_QUIRK_first_udp_session_deaf);
    socket->sockets->udp_used = true;
    hlsim__socket_set_state(socket, HLSIM__SOCKET_UP);
    hlsim__socket_indicate(socket);
}

void hlsim__socket_open_udp(struct hlsim__socket *socket)
{
    struct hlsim__cnx *cnx = hlsim__sockets_cnx(socket->sockets, socket->config.cnx);

    hlsim__socket_set_state(socket, HLSIM__SOCKET_CONNECTING);
    hlsim__cnx_need(cnx);
    if (hlsim__cnx_is_up(cnx)) {
        hlsim__timer_set_in(&socket->timer, 0);
    }
}

int hlsim__socket_send_to(struct hlsim__socket *socket, struct hlsim_address to,
                          const uint8_t *bytes, size_t size)
{
    if (socket->state != HLSIM__SOCKET_UP) {
        return HLSIM_E_STATE;
    }
    return hlsim__udp_send(&socket->udp, to, bytes, size);
}

/* --- Reading -------------------------------------------------------------------------------- */

static bool head_of(const struct hlsim__socket *socket, struct head *ret_head)
{
    const struct hlsim__socket_buffer *received = hlsim__socket_received(socket);

    if (received->size == 0) {
        return false;
    }
    memcpy(ret_head, hlsim__socket_buffer_first(received), sizeof *ret_head);
    return true;
}

bool hlsim__socket_next_datagram(const struct hlsim__socket *socket, struct hlsim_address *ret_from,
                                 size_t *ret_size)
{
    struct head head;

    if (!head_of(socket, &head)) {
        return false;
    }
    *ret_from = (struct hlsim_address){.ip = head.ip, .port = head.port};
    *ret_size = head.size;
    return true;
}

const uint8_t *hlsim__socket_datagram(const struct hlsim__socket *socket)
{
    return hlsim__socket_buffer_first(hlsim__socket_received(socket)) + sizeof(struct head);
}

void hlsim__socket_read_datagram(struct hlsim__socket *socket, size_t size)
{
    struct hlsim__socket_buffer *received = hlsim__socket_received(socket);
    struct head head;

    socket->told = false;
    if (!head_of(socket, &head)) {
        return;
    }
    if (size >= head.size) {
        hlsim__socket_buffer_drop(received, sizeof head + head.size);
        return;
    }
    /* The head moves up to what is left. */
    head.size = (uint16_t)(head.size - size);
    hlsim__socket_buffer_drop(received, size);
    memcpy(received->bytes + received->start, &head, sizeof head);
}
