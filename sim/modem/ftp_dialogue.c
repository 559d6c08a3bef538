/*
 * What is said on the control stream of an FTP session, and what its replies lead to: greeting,
 * USER, PASS, and for each order TYPE, PASV, REST and the order itself.
 */
#include "modem/cme.h"
#include "modem/ftp_inside.h"
#include "modem/modem.h"

#include <stdio.h>

/* --- What is said --------------------------------------------------------------------------- */

void hlsim__ftp_say(struct hlsim__ftp_session *session, enum hlsim__ftp_step step,
                    const char *command, const char *argument)
{
    char line[HLSIM__FTP_PATH_SIZE + 16];
    int size = snprintf(line, sizeof line, "%s%s%s\r\n", command, argument == NULL ? "" : " ",
                        argument == NULL ? "" : argument);
    int taken = hlsim__remote_send(&session->control, (const uint8_t *)line, (size_t)size);

    if (taken == HLSIM_E_POWER) {
        return;
    }
    if (taken != size) {
        hlsim__ftp_broken(session, 0, HLSIM__CME_CONNECTION);
        return;
    }
    session->step = step;
    hlsim__ftp_wait(session);
}

static bool needs_data(const struct hlsim__ftp_session *session)
{
    return session->job == HLSIM__FTP_RECEIVE || session->job == HLSIM__FTP_SEND ||
           session->job == HLSIM__FTP_LIST;
}

/* TYPE is behind us. */
static void prepare(struct hlsim__ftp_session *session)
{
    if (needs_data(session)) {
        hlsim__ftp_say(session, HLSIM__FTP_PASSIVE, "PASV", NULL);
    } else {
        hlsim__ftp_say(session, HLSIM__FTP_PLAIN,
                       session->job == HLSIM__FTP_DELETE ? "DELE" : "SIZE", session->path);
    }
}

void hlsim__ftp_begin(struct hlsim__ftp_session *session)
{
    char type[] = {session->ascii || session->job == HLSIM__FTP_LIST ? 'A' : 'I', '\0'};

    if (session->job == HLSIM__FTP_DELETE || session->type == type[0]) {
        prepare(session);
        return;
    }
    session->type = type[0];
    hlsim__ftp_say(session, HLSIM__FTP_TYPE, "TYPE", type);
}

void hlsim__ftp_order(struct hlsim__ftp_session *session)
{
    char offset[24];

    if (session->job == HLSIM__FTP_LIST) {
        hlsim__ftp_say(session, HLSIM__FTP_ORDER, "NLST",
                       session->path[0] == '\0' ? NULL : session->path);
    } else if (session->job == HLSIM__FTP_SEND) {
        hlsim__ftp_say(session, HLSIM__FTP_ORDER, session->append ? "APPE" : "STOR", session->path);
    } else if (session->offset > 0 && session->step == HLSIM__FTP_PASSIVE) {
        snprintf(offset, sizeof offset, "%lld", (long long)session->offset);
        hlsim__ftp_say(session, HLSIM__FTP_REST, "REST", offset);
    } else {
        hlsim__ftp_say(session, HLSIM__FTP_ORDER, "RETR", session->path);
    }
}

/* --- What the server says ------------------------------------------------------------------- */

static void on_login(struct hlsim__ftp_session *session, unsigned code)
{
    const struct hlsim__ftp_config *config = &session->config;

    if (session->step == HLSIM__FTP_GREETING && code / 100 == 2) {
        hlsim__ftp_say(session, HLSIM__FTP_USER, "USER",
                       config->login[0] == '\0' ? "anonymous" : config->login);
    } else if (session->step == HLSIM__FTP_USER && code == 331) {
        hlsim__ftp_say(session, HLSIM__FTP_PASS, "PASS",
                       config->login[0] == '\0' ? "anonymous@" : config->password);
    } else if (session->step != HLSIM__FTP_GREETING && code / 100 == 2) {
        hlsim__ftp_welcome(session);
    } else {
        hlsim__ftp_broken(session, code, HLSIM__CME_CONNECTION);
    }
}

static void on_passive(struct hlsim__ftp_session *session, unsigned code)
{
    uint32_t ip;
    uint16_t port;

    if (code != 227) {
        hlsim__ftp_refused(session, code, HLSIM__CME_UNEXPECTED);
    } else if (hlsim__ftp_parse_passive(session->reply.text, &ip, &port) < 0) {
        hlsim__ftp_broken(session, code, HLSIM__CME_FORMAT);
    } else {
        /* Only the port is believed: what a server behind a NAT box says of its address is wrong.
         */
        hlsim__ftp_open_data(session, port);
    }
}

/* The end of a transfer, as the server sees it. */
static void on_moved(struct hlsim__ftp_session *session, unsigned code)
{
    if (code / 100 != 2) {
        hlsim__ftp_refused(session, code, HLSIM__CME_UNEXPECTED);
    } else if (session->job == HLSIM__FTP_SEND && !session->given) {
        hlsim__ftp_refused(session, code, HLSIM__CME_DISCONNECTED);
    } else {
        session->confirmed = true;
        hlsim__ftp_check_moved(session);
    }
}

static void on_order(struct hlsim__ftp_session *session, unsigned code)
{
    if (code / 100 == 1) {
        session->step = HLSIM__FTP_MOVING;
        hlsim__timer_cancel(&session->timer);
        if (session->job != HLSIM__FTP_SEND) {
            hlsim__ftp_wait(session);
        }
        if (session->job != HLSIM__FTP_LIST) {
            session->watch->ready(session->user);
        }
    } else {
        hlsim__ftp_refused(session, code, HLSIM__CME_UNEXPECTED);
    }
}

static void on_plain(struct hlsim__ftp_session *session, unsigned code)
{
    if (code / 100 != 2) {
        hlsim__ftp_refused(session, code, HLSIM__CME_UNEXPECTED);
    } else if (session->job == HLSIM__FTP_SIZE &&
               (code != 213 || hlsim__ftp_parse_size(session->reply.text, &session->length) < 0)) {
        hlsim__ftp_broken(session, code, HLSIM__CME_FORMAT);
    } else {
        hlsim__ftp_done(session);
    }
}

static void on_preparation(struct hlsim__ftp_session *session, unsigned code)
{
    if (session->step == HLSIM__FTP_TYPE && code / 100 == 2) {
        prepare(session);
    } else if (session->step == HLSIM__FTP_REST && code == 350) {
        hlsim__ftp_order(session);
    } else {
        session->type = '\0';
        hlsim__ftp_refused(session, code, HLSIM__CME_UNEXPECTED);
    }
}

static void on_reply(struct hlsim__ftp_session *session)
{
    unsigned code = session->reply.code;

    /* "In a while", and what comes unasked: 421 is followed by the end of the stream. */
    if ((code / 100 == 1 && session->step != HLSIM__FTP_ORDER) ||
        session->step == HLSIM__FTP_IDLE) {
        return;
    }
    if (code == 421) {
        hlsim__ftp_broken(session, code, HLSIM__CME_DISCONNECTED);
        return;
    }
    switch (session->step) {
    case HLSIM__FTP_GREETING:
    case HLSIM__FTP_USER:
    case HLSIM__FTP_PASS:
        on_login(session, code);
        break;
    case HLSIM__FTP_PASSIVE:
        on_passive(session, code);
        break;
    case HLSIM__FTP_ORDER:
        on_order(session, code);
        break;
    case HLSIM__FTP_MOVING:
        on_moved(session, code);
        break;
    case HLSIM__FTP_PLAIN:
        on_plain(session, code);
        break;
    default:
        on_preparation(session, code);
        break;
    }
}

/* --- The stream ----------------------------------------------------------------------------- */

static void on_connected(void *user)
{
    hlsim__ftp_wait(user);
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__ftp_session *session = user;

    while (size > 0 && session->modem->power.on && session->state >= HLSIM__FTP_OPENING) {
        bool complete;
        int taken = hlsim__ftp_reply_take(&session->reply, bytes, size, &complete);

        if (taken < 0) {
            hlsim__ftp_broken(session, 0, HLSIM__CME_FORMAT);
            return;
        }
        bytes += taken;
        size -= (size_t)taken;
        if (complete) {
            on_reply(session);
        }
    }
}

static void on_drained(void *user)
{
    (void)user;
}

static void on_ended(void *user, int cme)
{
    struct hlsim__ftp_session *session = user;

    session->state = HLSIM__FTP_CLOSED;
    if (cme == HLSIM__REMOTE_FORGOTTEN) {
        hlsim__ftp_forgotten(session);
    } else {
        hlsim__ftp_broken(session, 0, cme != 0 ? cme : HLSIM__CME_DISCONNECTED);
    }
}

const struct hlsim__remote_watch hlsim__ftp_dialogue = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .ended = on_ended};
