/*
 * The data stream of an FTP session: what comes is kept for the host, what the host gives waits
 * until the network takes it.
 */
#include "modem/cme.h"
#include "modem/ftp_inside.h"
#include "modem/modem.h"

static struct hlsim__socket_buffer *outgoing_of(const struct hlsim__ftp_session *session)
{
    return &session->modem->ftp_memory.outgoing[session->id - 1];
}

void hlsim__ftp_drop_data(struct hlsim__ftp_session *session)
{
    hlsim__remote_close(&session->data);
    hlsim__socket_buffer_free(outgoing_of(session));
    session->held = false;
}

void hlsim__ftp_check_moved(struct hlsim__ftp_session *session)
{
    if (session->moved && session->confirmed) {
        hlsim__ftp_done(session);
    } else if (!session->held) {
        hlsim__ftp_wait(session);
    }
}

/* --- From the host -------------------------------------------------------------------------- */

/* The file ends where the stream does. */
static void close_when_sent(struct hlsim__ftp_session *session)
{
    if (session->given && !session->moved && outgoing_of(session)->size == 0) {
        hlsim__remote_close(&session->data);
        session->moved = true;
        if (session->modem->power.on) {
            hlsim__ftp_check_moved(session);
        }
    }
}

static void push(struct hlsim__ftp_session *session)
{
    struct hlsim__socket_buffer *outgoing = outgoing_of(session);
    int taken = outgoing->size == 0
                    ? 0
                    : hlsim__remote_send(&session->data, hlsim__socket_buffer_first(outgoing),
                                         outgoing->size);

    if (taken > 0) {
        hlsim__socket_buffer_drop(outgoing, (size_t)taken);
        session->length += (uint64_t)taken;
    }
    if (session->modem->power.on && outgoing->size > 0) {
        hlsim__ftp_wait(session);
    }
}

bool hlsim__ftp_put(struct hlsim__ftp_session *session, const uint8_t *bytes, size_t size)
{
    struct hlsim__socket_buffer *outgoing = outgoing_of(session);

    if (session->job != HLSIM__FTP_SEND || size == 0) {
        return true;
    }
    if (hlsim__socket_buffer_put(outgoing, bytes, size) < 0) {
        hlsim__ftp_broken(session, 0, HLSIM__CME_MEMORY);
        return true;
    }
    push(session);
    return outgoing->size < HLSIM__FTP_WAITING_MAX;
}

void hlsim__ftp_put_end(struct hlsim__ftp_session *session)
{
    session->given = true;
    close_when_sent(session);
}

/* --- From the server ------------------------------------------------------------------------ */

void hlsim__ftp_read(struct hlsim__ftp_session *session, size_t size)
{
    struct hlsim__socket_buffer *received = hlsim__ftp_received(session);

    hlsim__socket_buffer_drop(received, size);
    if (session->held && received->size < HLSIM__FTP_WAITING_MAX / 2) {
        session->held = false;
        hlsim__ftp_wait(session);
        hlsim__remote_hold(&session->data, false);
    }
}

/* How much of what has come there is room for. */
static size_t fitting(const struct hlsim__ftp_session *session, size_t size)
{
    size_t room = HLSIM__FTP_LIST_MAX - hlsim__ftp_received(session)->size;

    return session->job != HLSIM__FTP_LIST || size < room ? size : room;
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__ftp_session *session = user;

    if (session->job == HLSIM__FTP_SEND) {
        return;
    }
    if (hlsim__socket_buffer_put(hlsim__ftp_received(session), bytes, fitting(session, size)) < 0) {
        hlsim__ftp_broken(session, 0, HLSIM__CME_MEMORY);
        return;
    }
    session->length += size;
    if (!session->held) {
        hlsim__ftp_wait(session);
    }
    if (session->job == HLSIM__FTP_RECEIVE) {
        session->watch->arrived(session->user);
    }
    if (!session->held && session->modem->power.on && session->job == HLSIM__FTP_RECEIVE &&
        hlsim__ftp_received(session)->size >= HLSIM__FTP_WAITING_MAX) {
        session->held = true;
        hlsim__timer_cancel(&session->timer); /* now it is the host who makes it wait */
        hlsim__remote_hold(&session->data, true);
    }
}

static void on_connected(void *user)
{
    hlsim__ftp_order(user);
}

static void on_drained(void *user)
{
    struct hlsim__ftp_session *session = user;

    if (session->step != HLSIM__FTP_MOVING) {
        return;
    }
    hlsim__timer_cancel(&session->timer);
    push(session);
    if (!session->modem->power.on) {
        return;
    }
    close_when_sent(session);
    if (session->watch != NULL && !session->given && session->modem->power.on) {
        session->watch->drained(session->user);
    }
}

static void on_ended(void *user, int cme)
{
    struct hlsim__ftp_session *session = user;

    if (cme == HLSIM__REMOTE_FORGOTTEN) {
        hlsim__ftp_forgotten(session);
    } else if (cme != 0) {
        hlsim__ftp_broken(session, 0, cme);
    } else {
        /* Of a file that is being sent: what the server thinks of it, it says by its reply. */
        session->moved = session->job != HLSIM__FTP_SEND;
        session->held = false;
        hlsim__ftp_check_moved(session);
    }
}

static const struct hlsim__remote_watch watch = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .ended = on_ended};

void hlsim__ftp_open_data(struct hlsim__ftp_session *session, uint16_t port)
{
    struct hlsim__remote_to to = {
        .cnx = session->config.cnx, .host = session->data_host, .port = port};
    int error;

    hlsim_ip_format(session->control.ip, session->data_host, sizeof session->data_host);
    error = hlsim__remote_open(&session->data, session->modem, &to, &watch, session);
    if (error != 0) {
        hlsim__ftp_broken(session, 0, error);
        return;
    }
    hlsim__ftp_wait(session);
}
