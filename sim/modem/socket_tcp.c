/*
 * TCP sessions: clients, servers and the children of servers. What the host sends and reads passes
 * here; how it does so is at/'s.
 */
#include "modem/cme.h"
#include "modem/modem.h"

#include <stdio.h>
#include <string.h>

static const struct hlsim__figures *figures_of(const struct hlsim__socket *socket)
{
    return &socket->sockets->modem->ram.personality->figures;
}

static bool power_is_on(const struct hlsim__socket *socket)
{
    return socket->sockets->modem->power.on;
}

/* A session that was up is so no more, or comes up; some firmwares remember it. */
static void remember(const struct hlsim__socket *socket, bool up)
{
    if (hlsim__sockets_quirk(socket->sockets, HLSIM_QUIRK_socket_urcs_left_over)) {
        (void)hlsim__socket_store(socket, up); /* a loss of power is noticed by whoever acts next */
    }
}

/* --- The end -------------------------------------------------------------------------------- */

/* Whether an end that the host did not ask for lets the connection go: AT+KIPOPT=3 (HL75 guide
 * 11.4), whose first number is taken for errors and the second for the far end's closing. */
static bool releases_cnx(const struct hlsim__socket *socket, enum hlsim__socket_notif notif)
{
    return hlsim__sockets_option(socket->sockets, "3", notif == HLSIM__NOTIF_CLOSED) != 0;
}

/* By anybody but the host of this session. */
static void end(struct hlsim__socket *socket, enum hlsim__socket_notif notif)
{
    const struct hlsim__socket_watch *watch = socket->watch;
    bool was_up = socket->state == HLSIM__SOCKET_UP;

    hlsim__socket_set_state(socket, HLSIM__SOCKET_CLOSED);
    if (watch != NULL && watch->ended != NULL) {
        watch->ended(socket->watch_user);
    }
    hlsim__socket_notify(socket, notif);
    if (was_up) {
        remember(socket, false);
    }
    if (releases_cnx(socket, notif) && power_is_on(socket)) {
        hlsim__socket_let_go_of_cnx(socket->sockets, socket->config.cnx);
    }
}

static void closed(void *user, int reason)
{
    struct hlsim__socket *socket = user;

    if (socket->state == HLSIM__SOCKET_CONNECTING) {
        end(socket, reason == HLSIM_E_UNREACHABLE
                        ? (enum hlsim__socket_notif)figures_of(socket)->tcp_timeout_notif
                        : HLSIM__NOTIF_CONNECT);
    } else {
        end(socket, reason == HLSIM_E_UNREACHABLE ? HLSIM__NOTIF_NETWORK : HLSIM__NOTIF_CLOSED);
    }
}

/* --- What comes ----------------------------------------------------------------------------- */

static void data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__socket *socket = user;

    if (hlsim__socket_keep(socket, bytes, size) < 0) {
        (void)hlsim__tcp_abort(&socket->tcp);
        end(socket, HLSIM__NOTIF_MEMORY);
        return;
    }
    if (!socket->held &&
        hlsim__socket_received(socket)->size >= (size_t)figures_of(socket)->socket_buffer) {
        socket->held = true;
        hlsim__tcp_hold(&socket->tcp, true);
    }
    if (socket->watch != NULL && socket->watch->arrived != NULL) {
        socket->watch->arrived(socket->watch_user);
    } else {
        hlsim__socket_tell_data(socket);
    }
}

static void drained(void *user)
{
    struct hlsim__socket *socket = user;

    if (socket->watch != NULL && socket->watch->drained != NULL) {
        socket->watch->drained(socket->watch_user);
    }
}

static void come_up(struct hlsim__socket *socket)
{
    hlsim__socket_set_state(socket, HLSIM__SOCKET_UP);
    remember(socket, true);
    if (power_is_on(socket) && socket->watch != NULL && socket->watch->connected != NULL) {
        socket->watch->connected(socket->watch_user);
    }
}

static void connected(void *user)
{
    struct hlsim__socket *socket = user;

    /* Whoever waits for it says CONNECT. */
    if (socket->watch == NULL || socket->watch->connected == NULL) {
        hlsim__socket_indicate(socket);
    }
    come_up(socket);
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = connected, .data = data, .drained = drained, .closed = closed};

/* --- Clients -------------------------------------------------------------------------------- */

/* A failure of the network's that is found when something is begun. */
static enum hlsim__socket_notif notif_of(int error)
{
    switch (error) {
    case HLSIM_E_UNREACHABLE:
        return HLSIM__NOTIF_NETWORK;
    case HLSIM_E_LIMIT:
        return HLSIM__NOTIF_SOCKETS;
    case HLSIM_E_NO_MEMORY:
        return HLSIM__NOTIF_MEMORY;
    default:
        return HLSIM__NOTIF_GENERIC;
    }
}

static void failed(struct hlsim__socket *socket, int error)
{
    if (error != HLSIM_E_POWER && power_is_on(socket)) {
        end(socket, notif_of(error));
    }
}

static void resolved(void *user, int error, uint32_t ip)
{
    struct hlsim__socket *socket = user;
    struct hlsim_address to = {.ip = ip, .port = socket->config.port};

    if (error < 0) {
        end(socket, HLSIM__NOTIF_DNS);
        return;
    }
    socket->peer = ip;
    error =
        hlsim__tcp_connect(&socket->tcp, &socket->sockets->modem->iface, to, &callbacks, socket);
    if (error < 0) {
        failed(socket, error);
    } else {
        hlsim__tcp_set_session(&socket->tcp, (unsigned)socket->id);
    }
}

/* --- Servers -------------------------------------------------------------------------------- */

static int incoming(void *user, struct hlsim_address from, struct hlsim__tcp_peer *peer)
{
    struct hlsim__socket *server = user;
    struct hlsim__socket_config config = {.kind = HLSIM__SOCKET_TCP,
                                          .mode = HLSIM__SOCKET_CHILD,
                                          .cnx = server->config.cnx,
                                          .port = from.port,
                                          .local_port = server->config.port,
                                          .data_mode = server->config.data_mode,
                                          .report_sent = server->config.report_sent};
    char text[HLSIM__SOCKET_URC_MAX];
    struct hlsim__socket *child;
    int error;

    hlsim_ip_format(from.ip, config.host, sizeof config.host);
    error = hlsim__socket_create(server->sockets, &config, figures_of(server)->tcp_sessions_max,
                                 &child);
    if (error != 0) {
        hlsim__socket_notify(server, HLSIM__NOTIF_ACCEPT);
        return HLSIM_E_LIMIT;
    }
    child->parent = server->id;
    child->peer = from.ip;
    hlsim__socket_set_state(child, HLSIM__SOCKET_UP);
    hlsim__tcp_take(&child->tcp, peer, &callbacks, child);
    hlsim__tcp_set_session(&child->tcp, (unsigned)child->id);
    snprintf(text, sizeof text, "+KTCP_SRVREQ: %d,%d,\"%s\",%u", server->id, child->id, config.host,
             (unsigned)from.port);
    hlsim__socket_urc(server, false, text);
    return 0;
}

static void listen(struct hlsim__socket *socket)
{
    int error = hlsim__tcp_listen(&socket->server, &socket->sockets->modem->iface,
                                  socket->config.port, incoming, socket);

    if (error < 0) {
        failed(socket, error);
        return;
    }
    hlsim__socket_indicate(socket);
    come_up(socket);
}

/* --- Between connection and session --------------------------------------------------------- */

static bool wants_tls(const struct hlsim__socket *socket)
{
    return socket->config.mode == HLSIM__SOCKET_TLS_CLIENT ||
           socket->config.mode == HLSIM__SOCKET_TLS_SERVER;
}

static void begin(struct hlsim__socket *socket)
{
    int error;

    if (wants_tls(socket)) {
        end(socket, HLSIM__NOTIF_TLS);
    } else if (socket->config.mode == HLSIM__SOCKET_SERVER) {
        listen(socket);
    } else {
        error = hlsim__lookup_start(&socket->lookup, &socket->sockets->modem->iface,
                                    socket->config.host, resolved, socket);
        if (error < 0) {
            failed(socket, error);
        }
    }
}

void hlsim__socket_cnx_up(struct hlsim__socket *socket)
{
    if (socket->state != HLSIM__SOCKET_CONNECTING) {
        return;
    }
    if (socket->config.kind == HLSIM__SOCKET_TCP) {
        begin(socket);
    } else {
        hlsim__socket_bind_udp(socket);
    }
}

/* Whatever moves its bytes is given up, without a word to its host. */
static void shut(struct hlsim__socket *socket, bool abort)
{
    hlsim__timer_cancel(&socket->timer);
    hlsim__lookup_cancel(&socket->lookup);
    hlsim__tcp_unlisten(&socket->server);
    hlsim__udp_close(&socket->udp);
    socket->held = false;
    /* A loss of power is noticed by whoever acts next. */
    (void)(abort ? hlsim__tcp_abort(&socket->tcp) : hlsim__tcp_close(&socket->tcp));
}

void hlsim__socket_cnx_down(struct hlsim__socket *socket)
{
    shut(socket, true);
    if (power_is_on(socket)) {
        end(socket, HLSIM__NOTIF_NETWORK);
    }
}

void hlsim__socket_forget(struct hlsim__socket *socket)
{
    hlsim__timer_cancel(&socket->timer);
    hlsim__lookup_cancel(&socket->lookup);
    hlsim__tcp_unlisten(&socket->server);
    hlsim__udp_close(&socket->udp);
    hlsim__tcp_let_go(&socket->tcp);
    hlsim__socket_buffer_free(hlsim__socket_received(socket));
    socket->held = false;
    socket->told = false;
    hlsim__socket_set_state(socket, HLSIM__SOCKET_CLOSED);
    if (socket->watch != NULL && socket->watch->ended != NULL) {
        socket->watch->ended(socket->watch_user);
    }
    if (socket->config.restored) {
        hlsim__socket_set_state(socket, HLSIM__SOCKET_DEFINED);
    } else {
        hlsim__socket_set_state(socket, HLSIM__SOCKET_UNDEFINED);
        memset(&socket->config, 0, sizeof socket->config);
    }
}

/* --- What the host asks --------------------------------------------------------------------- */

int hlsim__socket_connect(struct hlsim__socket *socket)
{
    struct hlsim__cnx *cnx = hlsim__sockets_cnx(socket->sockets, socket->config.cnx);

    if (socket->state == HLSIM__SOCKET_CONNECTING || socket->state == HLSIM__SOCKET_UP) {
        return HLSIM__CME_RUNNING;
    }
    if (socket->config.mode == HLSIM__SOCKET_CHILD) {
        return HLSIM__CME_SESSION_STATE;
    }
    if (hlsim__cnx_config(cnx) == NULL) {
        return HLSIM__CME_SESSION;
    }
    hlsim__socket_buffer_free(hlsim__socket_received(socket));
    hlsim__socket_set_state(socket, HLSIM__SOCKET_CONNECTING);
    socket->notif = HLSIM__NOTIF_NONE;
    socket->lost = false;
    socket->told = false;
    socket->held = false;
    socket->mistold = false;
    hlsim__cnx_need(cnx);
    if (hlsim__cnx_is_up(cnx)) {
        hlsim__timer_set_in(&socket->timer, 0);
    }
    return 0;
}

int hlsim__socket_send(struct hlsim__socket *socket, const uint8_t *bytes, size_t size)
{
    if (socket->state != HLSIM__SOCKET_UP || socket->config.mode == HLSIM__SOCKET_SERVER) {
        return HLSIM_E_STATE;
    }
    return hlsim__tcp_send(&socket->tcp, bytes, size);
}

void hlsim__socket_read(struct hlsim__socket *socket, size_t size)
{
    struct hlsim__socket_buffer *received = hlsim__socket_received(socket);

    hlsim__socket_buffer_drop(received, size);
    socket->told = false;
    if (socket->held && received->size < (size_t)figures_of(socket)->socket_buffer / 2) {
        socket->held = false;
        if (socket->tcp.peer != NULL) {
            hlsim__tcp_hold(&socket->tcp, false);
        }
    }
}

static void close_children(struct hlsim__socket *server)
{
    for (int i = 0; i < HLSIM__SOCKETS_MAX; i++) {
        struct hlsim__socket *child = &server->sockets->table[i];

        if (child->config.mode == HLSIM__SOCKET_CHILD && child->parent == server->id &&
            child->state == HLSIM__SOCKET_UP && power_is_on(server)) {
            shut(child, false);
            end(child, HLSIM__NOTIF_CLOSED);
        }
    }
}

int hlsim__socket_close(struct hlsim__socket *socket)
{
    bool was_open = socket->state == HLSIM__SOCKET_CONNECTING || socket->state == HLSIM__SOCKET_UP;
    bool was_up = socket->state == HLSIM__SOCKET_UP;

    shut(socket, false);
    if (!power_is_on(socket)) {
        return HLSIM_E_POWER;
    }
    socket->ghost = false;
    if (!was_open) {
        if (socket->state == HLSIM__SOCKET_CLOSED) {
            hlsim__socket_let_go_of_cnx(socket->sockets, socket->config.cnx);
        }
        return 0;
    }
    hlsim__socket_set_state(socket, HLSIM__SOCKET_CLOSED);
    socket->notif = HLSIM__NOTIF_NONE;
    if (socket->watch != NULL && socket->watch->ended != NULL) {
        socket->watch->ended(socket->watch_user);
    }
    close_children(socket);
    if (was_up && power_is_on(socket)) {
        remember(socket, false);
    }
    if (!power_is_on(socket)) {
        return HLSIM_E_POWER;
    }
    hlsim__socket_let_go_of_cnx(socket->sockets, socket->config.cnx);
    return 0;
}
