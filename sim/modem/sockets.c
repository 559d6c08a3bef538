/*
 * The table of sessions: their numbers, what is told of them, and what ends them. What passes is in
 * socket_tcp.c and socket_udp.c.
 */
#include "modem/cme.h"
#include "modem/modem.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Starts and stops ----------------------------------------------------------------------- */

bool hlsim__sockets_quirk(const struct hlsim__sockets *sockets, enum hlsim_quirk quirk)
{
    return sockets->modem->ram.personality->quirks[quirk];
}

void hlsim__socket_set_state(struct hlsim__socket *socket, enum hlsim__socket_state state)
{
    struct hlsim__modem *modem = socket->sockets->modem;

    if (socket->state != state) {
        socket->state = state;
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_SOCKET,
                    HLSIM_INT("session", socket->id),
                    HLSIM_TEXT("kind", socket->config.kind == HLSIM__SOCKET_UDP ? "udp" : "tcp"),
                    HLSIM_INT("state", state));
    }
}

static void tell_later(void *owner);

static struct hlsim__socket *begin(struct hlsim__sockets *sockets, int id,
                                   const struct hlsim__socket_config *config)
{
    struct hlsim__socket *socket = &sockets->table[id - 1];

    memset(socket, 0, sizeof *socket);
    socket->sockets = sockets;
    socket->id = id;
    socket->config = *config;
    hlsim__socket_set_state(socket, HLSIM__SOCKET_DEFINED);
    socket->notif = HLSIM__NOTIF_NONE;
    hlsim__timer_init(&socket->timer, &sockets->modem->timers, tell_later, socket);
    return socket;
}

/* A session of before the restart. What only a hibernation would list is not one. */
static void restore(struct hlsim__sockets *sockets, int id)
{
    struct hlsim__socket_stored stored;

    if (hlsim__socket_load(sockets, id, &stored) < 0 || !stored.config.restored) {
        return;
    }
    begin(sockets, id, &stored.config);
    if (stored.up && hlsim__sockets_quirk(sockets, HLSIM_QUIRK_socket_urcs_left_over)) {
        sockets->stale |= 1U << id;
    }
}

void hlsim__sockets_init(struct hlsim__sockets *sockets, struct hlsim__modem *modem)
{
    sockets->modem = modem;
    for (int number = 1; number <= HLSIM__CNX_MAX; number++) {
        hlsim__cnx_init(&sockets->cnx[number - 1], modem, number);
    }
    for (int id = 1; id <= HLSIM__SOCKETS_MAX; id++) {
        restore(sockets, id);
    }
}

void hlsim__sockets_started(struct hlsim__sockets *sockets)
{
    for (int id = 1; id <= HLSIM__SOCKETS_MAX; id++) {
        if ((sockets->stale & 1U << id) != 0) {
            hlsim__socket_notify(&sockets->table[id - 1], HLSIM__NOTIF_CLOSED);
        }
    }
    sockets->stale = 0;
}

void hlsim__sockets_discard(struct hlsim__socket_memory *memory)
{
    for (int i = 0; i < HLSIM__SOCKETS_MAX; i++) {
        if (memory->received[i].bytes != NULL) {
            hlsim__socket_buffer_free(&memory->received[i]);
        }
    }
}

/* --- The table ------------------------------------------------------------------------------ */

struct hlsim__socket *hlsim__sockets_find(struct hlsim__sockets *sockets, int64_t id,
                                          enum hlsim__socket_kind kind)
{
    struct hlsim__socket *socket;

    if (id < 1 || id > HLSIM__SOCKETS_MAX) {
        return NULL;
    }
    socket = &sockets->table[id - 1];
    if (socket->config.kind == HLSIM__SOCKET_NONE) {
        return NULL;
    }
    return kind == HLSIM__SOCKET_NONE || socket->config.kind == kind ? socket : NULL;
}

struct hlsim__cnx *hlsim__sockets_cnx(struct hlsim__sockets *sockets, int64_t number)
{
    HLSIM_ASSERT(number >= 1 && number <= HLSIM__CNX_MAX);
    return &sockets->cnx[number - 1];
}

int hlsim__socket_create(struct hlsim__sockets *sockets, const struct hlsim__socket_config *config,
                         int64_t max, struct hlsim__socket **ret_socket)
{
    HLSIM_ASSERT(max <= HLSIM__SOCKETS_MAX);
    for (int id = 1; id <= max; id++) {
        if (sockets->table[id - 1].config.kind == HLSIM__SOCKET_NONE) {
            *ret_socket = begin(sockets, id, config);
            return hlsim__socket_store(*ret_socket, false);
        }
    }
    return HLSIM__CME_SESSIONS;
}

int hlsim__socket_delete(struct hlsim__socket *socket)
{
    struct hlsim__sockets *sockets = socket->sockets;
    int id = socket->id;
    int error = hlsim__socket_close(socket);

    if (error == HLSIM_E_POWER) {
        return error;
    }
    hlsim__timer_cancel(&socket->timer);
    hlsim__socket_buffer_free(hlsim__socket_received(socket));
    hlsim__socket_set_state(socket, HLSIM__SOCKET_UNDEFINED);
    memset(socket, 0, sizeof *socket);
    sockets->stale &= ~(1U << id);
    return hlsim__socket_unstore(sockets, id);
}

void hlsim__socket_watch(struct hlsim__socket *socket, const struct hlsim__socket_watch *watch,
                         void *user)
{
    socket->watch = watch;
    socket->watch_user = user;
}

struct hlsim__socket_buffer *hlsim__socket_received(const struct hlsim__socket *socket)
{
    return &socket->sockets->modem->socket_memory.received[socket->id - 1];
}

int hlsim__socket_keep(struct hlsim__socket *socket, const uint8_t *bytes, size_t size)
{
    return hlsim__socket_buffer_put(hlsim__socket_received(socket), bytes, size);
}

/* --- What is told --------------------------------------------------------------------------- */

static bool is_server(const struct hlsim__socket *socket)
{
    return socket->config.mode == HLSIM__SOCKET_SERVER ||
           socket->config.mode == HLSIM__SOCKET_CHILD ||
           socket->config.mode == HLSIM__SOCKET_TLS_SERVER;
}

static const char *protocol_of(const struct hlsim__socket *socket)
{
    if (socket->config.kind == HLSIM__SOCKET_TCP) {
        return is_server(socket) ? "TCPS" : "TCPC";
    }
    return is_server(socket) ? "UDPS" : "UDPC";
}

static const char *name_of(const struct hlsim__socket *socket)
{
    return socket->config.kind == HLSIM__SOCKET_TCP ? "KTCP" : "KUDP";
}

void hlsim__socket_urc(const struct hlsim__socket *socket, bool ind, const char *text)
{
    struct hlsim__modem *modem = socket->sockets->modem;

    if (hlsim__sockets_may_tell(modem, protocol_of(socket), ind)) {
        hlsim__modem_urc(modem, text);
    }
}

void hlsim__socket_indicate(struct hlsim__socket *socket)
{
    char text[HLSIM__SOCKET_URC_MAX];

    snprintf(text, sizeof text, "+%s_IND: %d,1", name_of(socket), socket->id);
    hlsim__socket_urc(socket, true, text);
}

void hlsim__socket_notify(struct hlsim__socket *socket, enum hlsim__socket_notif notif)
{
    char text[HLSIM__SOCKET_URC_MAX];

    socket->notif = notif;
    snprintf(text, sizeof text, "+%s_NOTIF: %d,%d", name_of(socket), socket->id, (int)notif);
    hlsim__socket_urc(socket, false, text);
}

static size_t waiting(const struct hlsim__socket *socket)
{
    struct hlsim_address from;
    size_t size = 0;

    if (socket->config.kind == HLSIM__SOCKET_TCP) {
        return hlsim__socket_received(socket)->size;
    }
    return hlsim__socket_next_datagram(socket, &from, &size) ? size : 0;
}

/* Bytes that are there, and are read by that. */
static void show(struct hlsim__socket *socket, size_t size)
{
    struct hlsim__modem *modem = socket->sockets->modem;
    char text[HLSIM__SOCKET_URC_MAX];
    char ip[HLSIM_ADDRESS_SIZE];
    struct hlsim_address from;
    size_t whole;

    if (socket->config.kind == HLSIM__SOCKET_TCP) {
        snprintf(text, sizeof text, "+KTCP_DATA: %d,%zu,", socket->id, size);
        hlsim__modem_urc_bytes(modem, text,
                               hlsim__socket_buffer_first(hlsim__socket_received(socket)), size);
        if (modem->power.on) {
            hlsim__socket_read(socket, size);
        }
    } else if (hlsim__socket_next_datagram(socket, &from, &whole)) {
        hlsim_ip_format(from.ip, ip, sizeof ip);
        snprintf(text, sizeof text, "+KUDP_DATA: %d,%zu,\"%s\",%u,", socket->id, size, ip,
                 (unsigned)from.port);
        hlsim__modem_urc_bytes(modem, text, hlsim__socket_datagram(socket), size);
        if (modem->power.on) {
            hlsim__socket_read_datagram(socket, size);
        }
    }
}

/* <data_mode> 1 (HL75 guide 11.11.7): up to 1500 bytes a line. What must not be told waits to be
 * read. */
static void show_data(struct hlsim__socket *socket)
{
    enum { SHOWN_MAX = 1500 };
    struct hlsim__modem *modem = socket->sockets->modem;
    size_t size;

    while (modem->power.on && (size = waiting(socket)) > 0 &&
           hlsim__sockets_may_tell(modem, protocol_of(socket), false)) {
        size = size < SHOWN_MAX ? size : SHOWN_MAX;
        if (hlsim__modem_urc_room(modem) < size + HLSIM__SOCKET_URC_MAX) {
            socket->sockets->unshown = true;
            return;
        }
        show(socket, size);
    }
}

void hlsim__sockets_show_rest(struct hlsim__sockets *sockets)
{
    const struct hlsim__modem *modem = sockets->modem;

    if (!sockets->unshown) {
        return;
    }
    sockets->unshown = false;
    for (int i = 0; i < HLSIM__SOCKETS_MAX && modem->power.on; i++) {
        struct hlsim__socket *socket = &sockets->table[i];

        if (socket->config.data_mode == 1 &&
            (socket->watch == NULL || socket->watch->arrived == NULL)) {
            show_data(socket);
        }
    }
}

void hlsim__socket_tell_data(struct hlsim__socket *socket)
{
    char text[HLSIM__SOCKET_URC_MAX];
    size_t size = waiting(socket);

    if (socket->config.data_mode == 1) {
        show_data(socket);
        return;
    }
    if (size == 0 || socket->told || socket->mistold) {
        return;
    }
    socket->told = true;
    snprintf(text, sizeof text, "+%s_DATA: %d,%zu", name_of(socket), socket->id, size);
    hlsim__socket_urc(socket, false, text);
}

/* --- Options -------------------------------------------------------------------------------- */

int64_t hlsim__sockets_option(const struct hlsim__sockets *sockets, const char *entry,
                              unsigned number)
{
    const char *text =
        hlsim__setting_text(&sockets->modem->ram.settings, HLSIM__SETTING_SOCKET_OPTIONS);
    size_t size = strlen(entry);

    while (*text != '\0' && (strncmp(text, entry, size) != 0 || text[size] != ',')) {
        text += strcspn(text, ";");
        text += *text == ';';
    }
    for (unsigned i = 0; i <= number && *text != '\0' && *text != ';'; i++) {
        text += 1 + strcspn(text + 1, ",;");
    }
    return *text == ',' ? strtoll(text + 1, NULL, 10) : 0;
}

/* --- Connections ---------------------------------------------------------------------------- */

static bool uses_cnx(const struct hlsim__socket *socket, int number)
{
    return socket->config.kind != HLSIM__SOCKET_NONE && socket->config.cnx == number &&
           (socket->state == HLSIM__SOCKET_CONNECTING || socket->state == HLSIM__SOCKET_UP ||
            socket->state == HLSIM__SOCKET_CLOSING);
}

bool hlsim__sockets_use(const struct hlsim__sockets *sockets, int number)
{
    for (int i = 0; i < HLSIM__SOCKETS_MAX; i++) {
        if (uses_cnx(&sockets->table[i], number)) {
            return true;
        }
    }
    return hlsim__remotes_use(sockets->remotes, number);
}

void hlsim__socket_let_go_of_cnx(struct hlsim__sockets *sockets, int number)
{
    if (!hlsim__sockets_use(sockets, number)) {
        hlsim__cnx_unused(hlsim__sockets_cnx(sockets, number));
    }
}

void hlsim__sockets_cnx_changed(struct hlsim__sockets *sockets, int number)
{
    bool up = hlsim__cnx_is_up(hlsim__sockets_cnx(sockets, number));

    for (int i = 0; i < HLSIM__SOCKETS_MAX; i++) {
        struct hlsim__socket *socket = &sockets->table[i];

        if (!sockets->modem->power.on || !uses_cnx(socket, number)) {
            continue;
        }
        if (!up) {
            hlsim__socket_cnx_down(socket);
        } else if (socket->state == HLSIM__SOCKET_CONNECTING) {
            hlsim__socket_cnx_up(socket);
        }
    }
    hlsim__remotes_cnx_changed(sockets->modem, number, up);
}

void hlsim__sockets_network(struct hlsim__sockets *sockets)
{
    for (int i = 0; i < HLSIM__CNX_MAX && sockets->modem->power.on; i++) {
        hlsim__cnx_network(&sockets->cnx[i]);
    }
}

/* What a connection that was up before came to: the session is told of it a little later. */
static void tell_later(void *owner)
{
    struct hlsim__socket *socket = owner;

    hlsim__socket_cnx_up(socket);
}

/* --- Sleep ---------------------------------------------------------------------------------- */

void hlsim__sockets_woke_from_edrx(struct hlsim__sockets *sockets)
{
    for (int i = 0; i < HLSIM__CNX_MAX; i++) {
        if (hlsim__sockets_quirk(sockets, HLSIM_QUIRK_edrx_forgets_cnx)) {
            hlsim__cnx_forget(&sockets->cnx[i]);
        }
    }
}

/* Nothing leaves: the far ends find out when they send. */
void hlsim__sockets_woke_from_psm(struct hlsim__sockets *sockets)
{
    struct hlsim__modem *modem = sockets->modem;

    if (!hlsim__sockets_quirk(sockets, HLSIM_QUIRK_psm_loses_sockets)) {
        return;
    }
    for (int i = 0; i < HLSIM__SOCKETS_MAX; i++) {
        struct hlsim__socket *socket = &sockets->table[i];

        if (socket->config.kind != HLSIM__SOCKET_NONE) {
            hlsim__socket_forget(socket);
        }
    }
    hlsim__remotes_forget(modem);
    for (int number = 1; number <= HLSIM__CNX_MAX; number++) {
        struct hlsim__cnx *cnx = &sockets->cnx[number - 1];

        hlsim__timer_cancel(&cnx->timer);
        hlsim__cnx_init(cnx, modem, number);
        hlsim__cnx_forget(cnx);
    }
}

void hlsim__sockets_hibernated(struct hlsim__sockets *sockets)
{
    for (int id = 1; id <= HLSIM__SOCKETS_MAX; id++) {
        struct hlsim__socket_stored stored;
        struct hlsim__socket *socket;

        if (!hlsim__sockets_quirk(sockets, HLSIM_QUIRK_udp_listed_after_hibernate) ||
            hlsim__socket_load(sockets, id, &stored) < 0 ||
            stored.config.kind != HLSIM__SOCKET_UDP) {
            continue;
        }
        socket = begin(sockets, id, &stored.config);
        socket->ghost = true;
    }
}
