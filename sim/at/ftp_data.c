/*
 * AT+KFTPSND: CONNECT when the server is ready, a file up to the pattern, OK when the server has
 * it. And what all orders of FTP have in common.
 */
#include "at/port.h"

#include <string.h>

static struct hlsim__at_ftp_data *data_of(const struct hlsim__at_port *port)
{
    return &port->ram->ftp_data;
}

int hlsim__at_ftp_give(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                       const struct hlsim__ftp_ask *ask)
{
    struct hlsim__at_ftp_data *data = data_of(port);
    int error;

    memset(data, 0, sizeof *data);
    hlsim__at_port_set_pattern(port, &data->pattern);
    memcpy(data->path, ask->path, strlen(ask->path) + 1);
    data->session = session;
    error = hlsim__ftp_give(session, ask);
    if (error != 0) {
        data->session = NULL;
        return error;
    }
    return HLSIM__AT_LATER;
}

/* --- AT+KFTPSND ----------------------------------------------------------------------------- */

static size_t take(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_ftp_data *data = data_of(port);
    size_t taken = 0;
    bool found = false;

    while (taken < size && !found && !data->full) {
        uint8_t kept[HLSIM__AT_SOCKET_CHUNK + HLSIM__EOF_PATTERN_MAX];
        size_t part = size - taken < HLSIM__AT_SOCKET_CHUNK ? size - taken : HLSIM__AT_SOCKET_CHUNK;
        size_t count;

        taken += hlsim__eof_pattern_take(&data->pattern, bytes + taken, part, kept, &count, &found);
        data->full = !hlsim__ftp_put(data->session, kept, count) && !found;
        if (!port->modem->power.on || data->session == NULL) {
            return taken;
        }
    }
    if (found) {
        hlsim__at_port_end_data_later(port);
        hlsim__ftp_put_end(data->session);
    }
    return taken;
}

static void begun(struct hlsim__at_port *port)
{
    data_of(port)->moving = true;
}

static const struct hlsim__at_taker uploader = {.receive = take, .begun = begun};

static void ready(void *user)
{
    struct hlsim__at_port *port = user;

    data_of(port)->connected = true;
    hlsim__at_port_connect(port, &uploader);
}

static void arrived(void *user)
{
    (void)user;
}

static void drained(void *user)
{
    struct hlsim__at_port *port = user;

    if (data_of(port)->full) {
        data_of(port)->full = false;
        hlsim__at_port_resume(port);
    }
}

/* Behind CONNECT only NO CARRIER can say that something went wrong. */
static void ended(void *user, int cme)
{
    struct hlsim__at_port *port = user;
    bool takes = data_of(port)->connected && port->ram->later == false;

    data_of(port)->session = NULL;
    if (takes) {
        hlsim__at_port_end_data(port, HLSIM__AT_NO_CARRIER);
    } else {
        hlsim__at_port_finish(port, cme == 0                   ? HLSIM__AT_OK
                                    : data_of(port)->connected ? HLSIM__AT_NO_CARRIER
                                                               : cme);
    }
}

static const struct hlsim__ftp_watch watch = {
    .ready = ready, .arrived = arrived, .drained = drained, .ended = ended};

int hlsim__at_ftp_send(struct hlsim__at_port *port, struct hlsim__ftp_session *session,
                       struct hlsim__ftp_ask *ask)
{
    ask->job = HLSIM__FTP_SEND;
    ask->watch = &watch;
    ask->user = port;
    return hlsim__at_ftp_give(port, session, ask);
}
