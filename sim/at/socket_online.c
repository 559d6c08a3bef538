/*
 * AT+KTCPSTART: a port and a TCP session joined, so that bytes pass both ways, until the pattern,
 * an escape or the far end ends it.
 */
#include "at/port.h"

#include <string.h>

/* The entry of AT+KIPOPT for what the host sends: how long it gathers, and how many bytes. */
#define SENDING "TCPC"

/* What may be the beginning of the pattern is data after all when nothing follows for so long. */
#define WITHHELD_AT_MOST (200 * HLSIM_MS)

static struct hlsim__at_socket_data *data_of(const struct hlsim__at_port *port)
{
    return &port->ram->socket_data;
}

static bool is_on(const struct hlsim__at_port *port)
{
    return port->modem->power.on && data_of(port)->socket != NULL;
}

/* --- The end -------------------------------------------------------------------------------- */

static struct hlsim__socket *release(struct hlsim__at_port *port)
{
    hlsim__timer_cancel(&data_of(port)->gathering);
    return hlsim__at_socket_release(port);
}

static void end(struct hlsim__at_port *port, int result)
{
    release(port);
    hlsim__at_online_end(port, result);
}

/* --- To the host ---------------------------------------------------------------------------- */

static void show(void *user)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_socket_data *data = data_of(port);
    struct hlsim__socket_buffer *received = hlsim__socket_received(data->socket);

    while (received->size > 0 && is_on(port)) {
        size_t size = received->size;
        size_t taken = hlsim__at_online_send(port, hlsim__socket_buffer_first(received), size);

        if (!is_on(port)) {
            return;
        }
        hlsim__socket_read(data->socket, taken);
        if (taken < size) {
            return;
        }
    }
    if (data->closing && is_on(port)) {
        end(port, HLSIM__AT_NO_CARRIER);
    }
}

static void ended(void *user)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_socket_data *data = data_of(port);

    if (hlsim__at_online_open(port) && hlsim__socket_received(data->socket)->size > 0) {
        data->closing = true;
    } else {
        end(port, HLSIM__AT_NO_CARRIER);
    }
}

/* --- To the session ------------------------------------------------------------------------- */

/* True when everything was taken. */
static bool flush(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);
    int taken;

    if (data->pending_size == 0) {
        return true;
    }
    taken =
        hlsim__socket_send(data->socket, data->pending + data->pending_start, data->pending_size);
    if (taken == HLSIM_E_STATE) {
        taken = (int)data->pending_size; /* nobody will ever take it */
    }
    if (taken > 0) {
        data->pending_start += (size_t)taken;
        data->pending_size -= (size_t)taken;
    }
    if (data->pending_size == 0) {
        data->pending_start = 0;
    }
    return data->pending_size == 0;
}

/* Bytes that are withheld for the pattern have their time from now on. */
static void watch_withheld(struct hlsim__at_port *port)
{
    if (data_of(port)->pattern.matched > 0) {
        hlsim__timer_set_in(&data_of(port)->timer, WITHHELD_AT_MOST);
    }
}

static void drained(void *user)
{
    struct hlsim__at_port *port = user;

    if (!flush(port) || !is_on(port)) {
        return;
    }
    if (data_of(port)->ended) {
        end(port, HLSIM__AT_OK);
    } else {
        watch_withheld(port);
        hlsim__at_online_resume(port);
    }
}

/* Less than a segment waits, and it has not begun to leave. */
static bool has_room(const struct hlsim__at_socket_data *data)
{
    return data->pending_start == 0 &&
           data->pending_size < (data->gathered_from > 0 ? data->gathered_from : 1);
}

/* Takes one chunk, behind what has not left yet; how much of it. */
static size_t take_chunk(struct hlsim__at_socket_data *data, const uint8_t *bytes, size_t size)
{
    size_t part = size < HLSIM__AT_SOCKET_CHUNK ? size : HLSIM__AT_SOCKET_CHUNK;
    size_t added;

    part = hlsim__eof_pattern_take(&data->pattern, bytes, part, data->pending + data->pending_size,
                                   &added, &data->ended);
    data->pending_size += added;
    return part;
}

/* Sends what is enough for a segment, or the last of it; what is less waits for more, for a while.
 */
static void send_gathered(struct hlsim__at_port *port)
{
    struct hlsim__at_socket_data *data = data_of(port);

    if (!data->ended && data->pending_size < data->gathered_from) {
        if (data->pending_size > 0 && !hlsim__timer_armed(&data->gathering)) {
            hlsim__timer_set_in(&data->gathering,
                                hlsim__sockets_option(data->socket->sockets, SENDING, 0) *
                                    hlsim__at_figures(port)->kipopt_wait_unit);
        }
        return;
    }
    hlsim__timer_cancel(&data->gathering);
    if (flush(port) && data->ended && is_on(port)) {
        end(port, HLSIM__AT_OK);
    }
}

static size_t take(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_socket_data *data = data_of(port);
    size_t taken = 0;

    hlsim__timer_cancel(&data->timer);
    while (taken < size && is_on(port) && !data->ended && has_room(data)) {
        taken += take_chunk(data, bytes + taken, size - taken);
        send_gathered(port);
    }
    if (is_on(port)) {
        watch_withheld(port);
    }
    return taken;
}

static void gathered_long_enough(void *owner)
{
    (void)flush(owner);
}

/* Where the session takes nothing now, their time begins anew when it does. */
static void withheld_too_long(void *owner)
{
    struct hlsim__at_port *port = owner;
    struct hlsim__at_socket_data *data = data_of(port);

    if (has_room(data)) {
        data->pending_size +=
            hlsim__eof_pattern_release(&data->pattern, data->pending + data->pending_size);
        send_gathered(port);
    }
}

/* --- Begin ---------------------------------------------------------------------------------- */

static void hang_up(void *user)
{
    struct hlsim__at_port *port = user;

    (void)hlsim__socket_close(release(port));
}

static const struct hlsim__at_connection connection = {
    .begun = show, .receive = take, .writable = show, .hang_up = hang_up, .lasting = true};

static void connected(void *user)
{
    struct hlsim__at_port *port = user;

    (void)hlsim__at_online_begin(port, &connection, port);
}

static const struct hlsim__socket_watch watch = {
    .connected = connected, .drained = drained, .arrived = show, .ended = ended};

int hlsim__at_socket_start(struct hlsim__at_port *port, struct hlsim__socket *socket)
{
    struct hlsim__at_socket_data *data = data_of(port);
    int result = HLSIM__AT_OK;

    if (hlsim__at_online_held(port) || !hlsim__at_socket_engage(port, socket, withheld_too_long)) {
        return HLSIM__CME_SESSION_BUSY;
    }
    hlsim__timer_init(&data->gathering, &port->modem->timers, gathered_long_enough, port);
    data->gathered_from = (size_t)hlsim__sockets_option(socket->sockets, SENDING, 1);
    if (data->gathered_from > HLSIM_DATAGRAM_MAX) {
        data->gathered_from = HLSIM_DATAGRAM_MAX;
    }
    hlsim__socket_watch(socket, &watch, port);
    if (socket->state == HLSIM__SOCKET_UP) {
        return hlsim__at_online_begin(port, &connection, port);
    }
    if (socket->state != HLSIM__SOCKET_CONNECTING) {
        result = hlsim__socket_connect(socket);
    }
    if (result != HLSIM__AT_OK) {
        release(port);
        return result;
    }
    hlsim__at_online_await(port, &connection, port);
    return HLSIM__AT_LATER;
}
