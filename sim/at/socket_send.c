/*
 * AT+KTCPSND and AT+KUDPSND: bytes of the host up to the end-of-data pattern, on their way to a
 * session; the result when the far end has them. The online state of the port lets the host escape
 * (HL75 guide 16.9).
 */
#include "at/port.h"

#include <stdio.h>
#include <string.h>

static struct hlsim__at_socket_data *data_of(const struct hlsim__at_port *port)
{
    return &port->ram->socket_data;
}

static bool quirk(const struct hlsim__at_port *port, enum hlsim_quirk quirk)
{
    return hlsim__at_ram(port)->personality->quirks[quirk];
}

bool hlsim__at_socket_engage(struct hlsim__at_port *port, struct hlsim__socket *socket,
                             void (*fire)(void *owner))
{
    struct hlsim__at_socket_data *data = data_of(port);

    if (data->socket != NULL || socket->watch != NULL) {
        return false;
    }
    memset(data, 0, offsetof(struct hlsim__at_socket_data, pending));
    data->socket = socket;
    hlsim__at_port_set_pattern(port, &data->pattern);
    hlsim__timer_init(&data->timer, &port->modem->timers, fire, port);
    return true;
}

int hlsim__at_socket_served(const struct hlsim__at_port *port)
{
    const struct hlsim__socket *socket = data_of(port)->socket;

    return socket != NULL ? socket->id : 0;
}

struct hlsim__socket *hlsim__at_socket_release(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);
    struct hlsim__socket *socket = data->socket;

    hlsim__timer_cancel(&data->timer);
    hlsim__lookup_cancel(&data->lookup);
    hlsim__socket_watch(socket, NULL, NULL);
    data->socket = NULL;
    return socket;
}

/* --- The result ----------------------------------------------------------------------------- */

static bool is_udp(const struct hlsim__at_socket_data *data)
{
    return data->socket->config.kind == HLSIM__SOCKET_UDP;
}

/* Firmwares that count wrongly find a mismatch where there is none. */
static bool counts_wrongly(const struct hlsim__at_port *port)
{
    return quirk(port, HLSIM_QUIRK_exact_send_mismatched) &&
           data_of(port)->announced >= hlsim__at_figures(port)->exact_send_mismatch_from;
}

static void end(struct hlsim__at_port *port, int result, bool sent)
{
    struct hlsim__at_socket_data *data = data_of(port);
    bool mismatch = data->ended && (data->came != data->announced || counts_wrongly(port));
    struct hlsim__socket *socket = hlsim__at_socket_release(port);
    char text[HLSIM__SOCKET_URC_MAX];

    if (socket->config.kind == HLSIM__SOCKET_TCP && socket->config.report_sent != 0) {
        snprintf(text, sizeof text, "+KTCP_ACK: %d,%d", socket->id, sent);
        hlsim__socket_urc(socket, false, text);
    }
    if (mismatch) {
        hlsim__socket_notify(socket, HLSIM__NOTIF_COUNT);
    }
    hlsim__at_online_end(port, result);
}

/* The far end has everything, and its acknowledgement has come; or that was waited for too long. */
static void acknowledged(void *owner)
{
    struct hlsim__at_port *port = owner;

    end(port, HLSIM__AT_OK, hlsim__tcp_unsent(&data_of(port)->socket->tcp) == 0);
}

static void wait_for_acknowledgement(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);
    const struct hlsim__figures *figures = hlsim__at_figures(port);

    if (hlsim__tcp_unsent(&data->socket->tcp) == 0) {
        data->arrived = true;
        hlsim__timer_set_in(&data->timer, figures->send_settle +
                                              hlsim__iface_draw_delay(&port->modem->iface, false));
    } else if (!hlsim__timer_armed(&data->timer)) {
        hlsim__timer_set_in(&data->timer, figures->send_ok_max);
    }
}

static void ended(void *user)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_socket_data *data = data_of(port);
    bool arrived = data->arrived;

    if (arrived && !quirk(port, HLSIM_QUIRK_no_carrier_on_last_send)) {
        end(port, HLSIM__AT_OK, true);
        return;
    }
    data->socket->lost = arrived;
    end(port, HLSIM__AT_NO_CARRIER, arrived);
}

/* --- To the session ------------------------------------------------------------------------- */

/* More than was announced is not sent. */
static void count(struct hlsim__at_socket_data *data, size_t added)
{
    int64_t room = data->announced - data->came;

    data->came += (int64_t)added;
    if ((int64_t)added > room) {
        data->pending_size -= (size_t)((int64_t)added - (room > 0 ? room : 0));
    }
}

static void drop_sent(struct hlsim__at_socket_data *data, size_t size)
{
    data->pending_start += size;
    data->pending_size -= size;
    if (data->pending_size == 0) {
        data->pending_start = 0;
    }
}

/* Datagrams leave when they are full, or at the end. */
static void flush_udp(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);

    while (data->to.ip != 0 && data->pending_size > 0 && port->modem->power.on &&
           (data->ended || data->pending_size >= HLSIM_DATAGRAM_MAX)) {
        size_t size =
            data->pending_size < HLSIM_DATAGRAM_MAX ? data->pending_size : HLSIM_DATAGRAM_MAX;

        if (hlsim__socket_send_to(data->socket, data->to, data->pending + data->pending_start,
                                  size) == HLSIM_E_UNREACHABLE) {
            hlsim__socket_notify(data->socket, HLSIM__NOTIF_NETWORK);
        }
        drop_sent(data, size);
    }
    if (data->unresolved) {
        drop_sent(data, data->pending_size);
    }
    memmove(data->pending, data->pending + data->pending_start, data->pending_size);
    data->pending_start = 0;
}

static void flush_tcp(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);
    int taken;

    if (data->pending_size == 0) {
        return;
    }
    taken =
        hlsim__socket_send(data->socket, data->pending + data->pending_start, data->pending_size);
    if (taken > 0) {
        drop_sent(data, (size_t)taken);
    }
}

/* Sends what can be sent, and ends what is complete. */
static void go_on(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);

    if (is_udp(data)) {
        flush_udp(port);
    } else {
        flush_tcp(port);
    }
    if (!port->modem->power.on || !data->ended || data->pending_size > 0) {
        return;
    }
    if (!is_udp(data)) {
        wait_for_acknowledgement(port);
    } else if (data->unresolved) {
        end(port, HLSIM__CME_DNS, false);
    } else if (data->to.ip != 0) {
        end(port, HLSIM__AT_OK, true);
    }
}

static void drained(void *user)
{
    struct hlsim__at_port *port = user;

    go_on(port);
    if (port->modem->power.on && data_of(port)->socket != NULL && !data_of(port)->ended) {
        hlsim__at_online_resume(port);
    }
}

static const struct hlsim__socket_watch watch = {.drained = drained, .ended = ended};

/* --- From the host -------------------------------------------------------------------------- */

/* Where the firmware looks for an escape it loses what follows a '+': one byte, then two. */
static size_t swallow(struct hlsim__at_port *port, const uint8_t *bytes, size_t size,
                      uint8_t *ret_bytes)
{
    struct hlsim__at_socket_data *data = data_of(port);
    size_t left = 0;

    if (!quirk(port, HLSIM_QUIRK_plus_loses_bytes)) {
        memcpy(ret_bytes, bytes, size);
        return size;
    }
    for (size_t i = 0; i < size; i++) {
        if (data->swallow > 0) {
            data->swallow--;
            continue;
        }
        ret_bytes[left++] = bytes[i];
        if (bytes[i] == '+') {
            data->swallow = 1 + data->pluses++ % 2;
        }
    }
    return left;
}

/* Takes one chunk, with all that may be withheld; how much of it. */
static size_t take_chunk(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_socket_data *data = data_of(port);
    uint8_t chunk[HLSIM__AT_SOCKET_CHUNK];
    size_t part = size < sizeof chunk ? size : sizeof chunk;
    size_t left = swallow(port, bytes, part, chunk);
    size_t added;
    size_t used;

    memmove(data->pending, data->pending + data->pending_start, data->pending_size);
    data->pending_start = 0;
    used = hlsim__eof_pattern_take(&data->pattern, chunk, left, data->pending + data->pending_size,
                                   &added, &data->ended);
    data->pending_size += added;
    count(data, added);
    return part - (left - used);
}

/* What comes at once leaves in segments as large as may be. */
static size_t take(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_socket_data *data = data_of(port);
    size_t taken = 0;

    while (taken < size && port->modem->power.on && data->socket != NULL && !data->ended &&
           data->pending_size < HLSIM_DATAGRAM_MAX) {
        taken += take_chunk(port, bytes + taken, size - taken);
        if (taken == size || data->ended || data->pending_size >= HLSIM_DATAGRAM_MAX) {
            go_on(port);
        }
    }
    return taken;
}

static void hang_up(void *user)
{
    struct hlsim__at_port *port = user;

    (void)hlsim__socket_close(hlsim__at_socket_release(port));
}

static const struct hlsim__at_connection connection = {.receive = take, .hang_up = hang_up};

/* --- Begin ---------------------------------------------------------------------------------- */

static int begin(struct hlsim__at_port *port, struct hlsim__socket *socket, int64_t size)
{
    if (hlsim__at_online_held(port) || !hlsim__at_socket_engage(port, socket, acknowledged)) {
        return HLSIM__CME_SESSION_BUSY;
    }
    data_of(port)->announced = size;
    socket->mistold = counts_wrongly(port);
    hlsim__socket_watch(socket, &watch, port);
    return hlsim__at_online_begin(port, &connection, port);
}

int hlsim__at_socket_send(struct hlsim__at_port *port, struct hlsim__socket *socket, int64_t size)
{
    return begin(port, socket, size);
}

static void resolved(void *user, int error, uint32_t ip)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_socket_data *data = data_of(port);

    data->to.ip = error < 0 ? 0 : ip;
    data->unresolved = data->to.ip == 0;
    if (data->unresolved) {
        hlsim__socket_notify(data->socket, HLSIM__NOTIF_DNS);
    }
    drained(port);
}

int hlsim__at_socket_send_to(struct hlsim__at_port *port, struct hlsim__socket *socket,
                             const char *host, uint16_t to_port, int64_t size)
{
    struct hlsim__at_socket_data *data = data_of(port);
    int result = begin(port, socket, size);
    int error;

    if (result != HLSIM__AT_DATA) {
        return result;
    }
    data->to.port = to_port;
    error = hlsim__lookup_start(&data->lookup, &port->modem->iface, host, resolved, port);
    data->unresolved = error < 0 && error != HLSIM_E_POWER;
    return error == HLSIM_E_POWER ? HLSIM__AT_NO_WORD : result;
}
