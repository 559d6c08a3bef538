/*
 * AT+KFTPRCV: CONNECT when the server sends, the file as fast as the host takes it, the pattern,
 * OK. AT+KFTPLS and AT+KFTPDEL: an answer when the server has given its.
 */
#include "at/port.h"

#include <string.h>

/* The speed at which the figure ftp_freeze_after holds. */
#define FULL_SPEED 115200

static struct hlsim__at_ftp_data *data_of(const struct hlsim__at_port *port)
{
    return &port->ram->ftp_data;
}

/* --- AT+KFTPRCV ----------------------------------------------------------------------------- */

/* Bytes of the file after which nothing is shown any more, whatever happens. */
static uint64_t freeze_at(const struct hlsim__at_port *port)
{
    uint64_t after = (uint64_t)hlsim__at_figures(port)->ftp_freeze_after;
    uint64_t speed = port->link->speed;

    if (!hlsim__at_ram(port)->personality->quirks[HLSIM_QUIRK_ftp_reception_freezes]) {
        return UINT64_MAX;
    }
    return speed == 0 || speed >= FULL_SPEED ? after : after * speed / FULL_SPEED;
}

/* False when the link is full, the module is frozen, or power has failed. */
static bool show_bytes(struct hlsim__at_port *port)
{
    struct hlsim__at_ftp_data *data = data_of(port);
    const struct hlsim__socket_buffer *received = hlsim__ftp_received(data->session);
    uint64_t end = freeze_at(port);

    while (received->size > 0) {
        size_t size = received->size;
        size_t taken;

        size = size < end - data->shown ? size : (size_t)(end - data->shown);
        taken = hlsim__at_port_send_some(port, hlsim__socket_buffer_first(received), size);
        if (!port->modem->power.on) {
            return false;
        }
        data->shown += taken;
        hlsim__ftp_read(data->session, taken);
        if (taken < size || data->shown == end) {
            return false;
        }
    }
    return true;
}

static void go_on(struct hlsim__at_port *port)
{
    struct hlsim__at_ftp_data *data = data_of(port);

    data->moving = true;
    if (!show_bytes(port) || !data->ended ||
        (data->result == HLSIM__AT_OK && !hlsim__at_port_send_pattern(port, &data->pattern)) ||
        !port->modem->power.on) {
        return;
    }
    data->session = NULL;
    hlsim__at_port_end_shown(port, data->result);
}

static const struct hlsim__at_taker shower = {.begun = go_on, .writable = go_on};

static void ready(void *user)
{
    struct hlsim__at_port *port = user;

    data_of(port)->connected = true;
    hlsim__at_port_connect(port, &shower);
}

static void arrived(void *user)
{
    struct hlsim__at_port *port = user;

    if (data_of(port)->moving) {
        go_on(port);
    }
}

static void drained(void *user)
{
    (void)user;
}

/* Behind CONNECT only NO CARRIER can say that something went wrong. */
static void ended(void *user, int cme)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_ftp_data *data = data_of(port);

    data->ended = true;
    data->result = cme == 0 ? HLSIM__AT_OK : HLSIM__AT_NO_CARRIER;
    if (data->moving) {
        go_on(port);
    } else if (!data->connected) {
        data->session = NULL;
        hlsim__at_port_finish(port, cme);
    }
}

static const struct hlsim__ftp_watch watch = {
    .ready = ready, .arrived = arrived, .drained = drained, .ended = ended};

int hlsim__at_ftp_receive(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                          struct hlsim__ftp_ask *ask)
{
    ask->job = HLSIM__FTP_RECEIVE;
    ask->watch = &watch;
    ask->user = port;
    return hlsim__at_ftp_give(port, session, ask);
}

/* --- AT+KFTPLS, AT+KFTPDEL ------------------------------------------------------------------ */

/* Names of a list, one in a line; what does not fit the answer is left out. */
static void answer_names(struct hlsim__at_port *port)
{
    struct hlsim__ftp_session *session = data_of(port)->session;
    const struct hlsim__socket_buffer *received = hlsim__ftp_received(session);
    const char *text =
        received->size == 0 ? "" : (const char *)hlsim__socket_buffer_first(received);
    size_t left = received->size;

    while (left > 0) {
        const char *end = memchr(text, '\n', left);
        size_t size = end == NULL ? left : (size_t)(end - text);
        size_t name = size > 0 && text[size - 1] == '\r' ? size - 1 : size;

        if (name > 0) {
            hlsim__at_answer(port, "+KFTPLS: %.*s", (int)name, text);
        }
        size += end == NULL ? 0 : 1;
        text += size;
        left -= size;
    }
    hlsim__ftp_read(session, received->size);
}

static void plain_ended(void *user, int cme)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_ftp_data *data = data_of(port);

    if (cme == 0 && data->sized) {
        hlsim__at_answer(port, "+KFTPLS: %s %llu", data->path,
                         (unsigned long long)data->session->length);
    } else if (cme == 0) {
        answer_names(port);
    }
    data->session = NULL;
    hlsim__at_port_finish(port, cme);
}

/* No data, or none that is shown as it comes. */
static void plain_ready(void *user)
{
    (void)user;
}

static const struct hlsim__ftp_watch plain_watch = {
    .ready = plain_ready, .arrived = arrived, .drained = drained, .ended = plain_ended};

int hlsim__at_ftp_plain(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                        struct hlsim__ftp_ask *ask)
{
    bool sized = ask->job == HLSIM__FTP_SIZE;
    int result;

    ask->watch = &plain_watch;
    ask->user = port;
    result = hlsim__at_ftp_give(port, session, ask);
    data_of(port)->sized = sized;
    return result;
}
