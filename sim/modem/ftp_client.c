/*
 * The FTP client: sessions and orders, and how they end.
 */
#include "modem/cme.h"
#include "modem/ftp_inside.h"
#include "modem/modem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hlsim__socket_buffer *hlsim__ftp_received(const struct hlsim__ftp_session *session)
{
    return &session->modem->ftp_memory.received[session->id - 1];
}

void hlsim__ftp_discard(struct hlsim__ftp_memory *memory)
{
    for (int i = 0; i < HLSIM__FTP_SESSIONS_MAX; i++) {
        hlsim__socket_buffer_free(&memory->received[i]);
        hlsim__socket_buffer_free(&memory->outgoing[i]);
        free(memory->sessions[i]);
        memory->sessions[i] = NULL;
    }
}

/* --- What is told --------------------------------------------------------------------------- */

static void urc(const struct hlsim__ftp_session *session, bool ind, const char *text)
{
    if (hlsim__sockets_may_tell(session->modem, "FTP", ind)) {
        hlsim__modem_urc(session->modem, text);
    }
}

static enum hlsim__ftp_cause cause_of(int cme)
{
    switch (cme) {
    case HLSIM__CME_DNS:
        return HLSIM__FTP_CAUSE_DNS;
    case HLSIM__CME_TIMEOUT:
        return HLSIM__FTP_CAUSE_TIMEOUT;
    case HLSIM__CME_FORMAT:
    case HLSIM__CME_MEMORY:
        return HLSIM__FTP_CAUSE_NETWORK;
    default:
        return HLSIM__FTP_CAUSE_CONNECTION;
    }
}

static void tell_error(const struct hlsim__ftp_session *session, unsigned code, int cme)
{
    char text[HLSIM__SOCKET_URC_MAX];
    int size = snprintf(text, sizeof text, "+KFTP_ERROR: %d,%d", session->id, (int)cause_of(cme));

    if (code != 0) {
        snprintf(text + size, sizeof text - (size_t)size, ",%u", code);
    }
    urc(session, false, text);
}

/* --- Ends ----------------------------------------------------------------------------------- */

/* Whoever gave an order is told that this is its end. */
static void end(struct hlsim__ftp_session *session, int cme)
{
    const struct hlsim__ftp_watch *watch = session->watch;

    session->watch = NULL;
    session->job = HLSIM__FTP_NOTHING;
    session->step = HLSIM__FTP_IDLE;
    hlsim__timer_cancel(&session->timer);
    hlsim__ftp_drop_data(session);
    if (watch != NULL) {
        watch->ended(session->user, cme);
    }
}

static bool has_power(const struct hlsim__ftp_session *session)
{
    return session->modem->power.on;
}

void hlsim__ftp_done(struct hlsim__ftp_session *session)
{
    bool moves = session->job == HLSIM__FTP_RECEIVE || session->job == HLSIM__FTP_SEND;
    struct hlsim__modem *modem = session->modem;
    char text[HLSIM__SOCKET_URC_MAX];

    snprintf(text, sizeof text, "+KFTP_IND: %d,2,%llu", session->id,
             (unsigned long long)(moves ? session->length : 0));
    end(session, 0);
    if (modem->power.on) {
        urc(session, true, text);
    }
}

void hlsim__ftp_refused(struct hlsim__ftp_session *session, unsigned code, int cme)
{
    struct hlsim__modem *modem = session->modem;

    end(session, cme);
    if (modem->power.on) {
        tell_error(session, code, cme);
    }
}

void hlsim__ftp_broken(struct hlsim__ftp_session *session, unsigned code, int cme)
{
    hlsim__remote_close(&session->control);
    if (has_power(session)) {
        session->state = HLSIM__FTP_CLOSED;
        hlsim__ftp_refused(session, code, cme);
    }
}

void hlsim__ftp_forgotten(struct hlsim__ftp_session *session)
{
    session->state = HLSIM__FTP_CLOSED;
    end(session, HLSIM__CME_CONNECTION);
}

static void give_up(void *owner)
{
    hlsim__ftp_broken(owner, 0, HLSIM__CME_TIMEOUT);
}

void hlsim__ftp_wait(struct hlsim__ftp_session *session)
{
    hlsim__timer_set_in(&session->timer, session->modem->ram.personality->figures.ftp_answer_max);
}

/* --- Sessions ------------------------------------------------------------------------------- */

struct hlsim__ftp_session *hlsim__ftp_find(struct hlsim__modem *modem, int64_t id)
{
    struct hlsim__ftp_session *session;

    if (id < 1 || id > HLSIM__FTP_SESSIONS_MAX) {
        return NULL;
    }
    session = modem->ftp_memory.sessions[id - 1];
    return session == NULL || session->state == HLSIM__FTP_UNDEFINED ? NULL : session;
}

int hlsim__ftp_create(struct hlsim__modem *modem, const struct hlsim__ftp_config *config,
                      struct hlsim__ftp_session **ret_session)
{
    for (int id = 1; id <= HLSIM__FTP_SESSIONS_MAX; id++) {
        struct hlsim__ftp_session **place = &modem->ftp_memory.sessions[id - 1];

        if (hlsim__ftp_find(modem, id) != NULL) {
            continue;
        }
        *place = *place == NULL ? malloc(sizeof **place) : *place;
        if (*place == NULL) {
            return HLSIM__CME_MEMORY;
        }
        **place = (struct hlsim__ftp_session){
            .modem = modem, .id = id, .state = HLSIM__FTP_CLOSED, .config = *config};
        hlsim__timer_init(&(*place)->timer, &modem->timers, give_up, *place);
        *ret_session = *place;
        return 0;
    }
    return HLSIM__CME_SESSIONS;
}

int hlsim__ftp_connect(struct hlsim__ftp_session *session)
{
    const struct hlsim__remote_to to = {
        .cnx = session->config.cnx, .host = session->config.host, .port = session->config.port};
    int error;

    if (session->state != HLSIM__FTP_CLOSED) {
        return HLSIM__CME_RUNNING;
    }
    error =
        hlsim__remote_open(&session->control, session->modem, &to, &hlsim__ftp_dialogue, session);
    if (error == 0) {
        session->state = HLSIM__FTP_OPENING;
        session->step = HLSIM__FTP_GREETING;
        session->type = '\0';
        memset(&session->reply, 0, sizeof session->reply);
    }
    return error;
}

void hlsim__ftp_welcome(struct hlsim__ftp_session *session)
{
    char text[HLSIM__SOCKET_URC_MAX];

    session->state = HLSIM__FTP_OPEN;
    session->step = HLSIM__FTP_IDLE;
    hlsim__timer_cancel(&session->timer);
    snprintf(text, sizeof text, "+KFTP_IND: %d,1", session->id);
    urc(session, true, text);
    if (has_power(session) && session->job != HLSIM__FTP_NOTHING) {
        hlsim__ftp_begin(session);
    }
}

int hlsim__ftp_close(struct hlsim__ftp_session *session)
{
    static const uint8_t quit[] = "QUIT\r\n";

    if (session->state == HLSIM__FTP_CLOSED) {
        return HLSIM__CME_SESSION_STATE;
    }
    if (hlsim__remote_is_up(&session->control)) {
        (void)hlsim__remote_send(&session->control, quit, sizeof quit - 1);
    }
    hlsim__remote_close(&session->control);
    session->state = HLSIM__FTP_CLOSED;
    end(session, HLSIM__CME_SESSION_STATE);
    return 0;
}

int hlsim__ftp_delete(struct hlsim__ftp_session *session)
{
    if (session->state != HLSIM__FTP_CLOSED) {
        return HLSIM__CME_SESSION_STATE;
    }
    hlsim__socket_buffer_free(hlsim__ftp_received(session));
    session->state = HLSIM__FTP_UNDEFINED;
    return 0;
}

/* --- Orders --------------------------------------------------------------------------------- */

int hlsim__ftp_give(struct hlsim__ftp_session *session, const struct hlsim__ftp_ask *ask)
{
    int error = 0;

    if (session->watch != NULL) {
        return HLSIM__CME_SESSION_BUSY;
    }
    if (session->state == HLSIM__FTP_CLOSED) {
        error = hlsim__ftp_connect(session);
    }
    if (error != 0) {
        return error;
    }
    hlsim__socket_buffer_free(hlsim__ftp_received(session));
    snprintf(session->path, sizeof session->path, "%s", ask->path);
    session->job = ask->job;
    session->ascii = ask->ascii;
    session->append = ask->append;
    session->offset = ask->offset;
    session->length = 0;
    session->moved = false;
    session->confirmed = false;
    session->given = false;
    session->held = false;
    session->watch = ask->watch;
    session->user = ask->user;
    if (session->state == HLSIM__FTP_OPEN) {
        hlsim__ftp_begin(session);
    }
    return 0;
}
