/*
 * AT+KHTTPGET and its like: CONNECT and the answer of the server, as fast as the host takes it; and
 * what the host gives before it asks.
 */
#include "at/port.h"

#include <stdio.h>
#include <string.h>

static struct hlsim__at_http_data *data_of(const struct hlsim__at_port *port)
{
    return &port->ram->http_data;
}

static bool quirk(const struct hlsim__at_port *port, enum hlsim_quirk quirk)
{
    return hlsim__at_ram(port)->personality->quirks[quirk];
}

static void engage(struct hlsim__at_port *port, struct hlsim__http_session *session)
{
    struct hlsim__at_http_data *data = data_of(port);

    memset(data, 0, sizeof *data);
    data->session = session;
    data->wanted = -1;
    hlsim__at_port_set_pattern(port, &data->pattern);
}

/* --- The answer ----------------------------------------------------------------------------- */

/* +KHTTP_IND: the end of an answer, behind the result. */
static void indicate(const struct hlsim__at_port *port, const struct hlsim__http_session *session)
{
    char text[HLSIM__SOCKET_URC_MAX];

    if (hlsim__sockets_may_tell(port->modem, "HTTP", true)) {
        snprintf(text, sizeof text, "+KHTTP_IND: %d,3,%llu,%u,\"%s\"", session->id,
                 (unsigned long long)session->length, session->status, session->reason);
        hlsim__modem_urc(port->modem, text);
    }
}

/* False when the link is full, or power has failed. */
static bool show_bytes(struct hlsim__at_port *port)
{
    struct hlsim__http_session *session = data_of(port)->session;
    struct hlsim__socket_buffer *received = hlsim__web_received(session);

    while (received->size > 0) {
        size_t size = received->size;
        size_t taken = hlsim__at_port_send_some(port, hlsim__socket_buffer_first(received), size);

        if (!port->modem->power.on) {
            return false;
        }
        hlsim__web_read(session, taken);
        if (taken < size) {
            return false;
        }
    }
    return true;
}

static bool show_pattern(struct hlsim__at_port *port)
{
    struct hlsim__at_http_data *data = data_of(port);

    return data->result != HLSIM__AT_OK || !quirk(port, HLSIM_QUIRK_http_answer_patterned) ||
           hlsim__at_port_send_pattern(port, &data->pattern);
}

static void go_on(struct hlsim__at_port *port)
{
    struct hlsim__at_http_data *data = data_of(port);
    struct hlsim__http_session *session = data->session;

    data->showing = true;
    if (!show_bytes(port) || !data->ended || !show_pattern(port) || !port->modem->power.on) {
        return;
    }
    data->session = NULL;
    if (data->result == HLSIM__AT_OK) {
        indicate(port, session);
    }
    hlsim__at_port_end_shown(port, data->result);
}

static const struct hlsim__at_taker shower = {.begun = go_on, .writable = go_on};

static void answered(void *user)
{
    struct hlsim__at_port *port = user;

    data_of(port)->answered = true;
    hlsim__at_port_connect(port, &shower);
}

static void arrived(void *user)
{
    struct hlsim__at_port *port = user;

    if (data_of(port)->showing) {
        go_on(port);
    }
}

/* Behind CONNECT only NO CARRIER can say that something went wrong. */
static void ended(void *user, int cme)
{
    struct hlsim__at_port *port = user;
    struct hlsim__at_http_data *data = data_of(port);

    data->ended = true;
    data->result = cme == 0 ? HLSIM__AT_OK : HLSIM__AT_NO_CARRIER;
    if (data->showing) {
        go_on(port);
    } else if (!data->answered) {
        data->session = NULL;
        hlsim__at_port_finish(port, cme);
    }
}

static const struct hlsim__http_watch watch = {
    .answered = answered, .arrived = arrived, .ended = ended};

int hlsim__at_http_ask(struct hlsim__at_port *port, struct hlsim__http_session *session,
                       const char *method, const char *uri, bool show_head)
{
    const struct hlsim__http_ask ask = {
        .method = method, .uri = uri, .show_head = show_head, .watch = &watch, .user = port};
    int error;

    if (data_of(port)->session != NULL) {
        return HLSIM__CME_SESSION_BUSY;
    }
    engage(port, session);
    error = hlsim__web_ask(session, &ask);
    if (error != 0) {
        data_of(port)->session = NULL;
        return error;
    }
    return HLSIM__AT_LATER;
}

/* --- What the host gives -------------------------------------------------------------------- */

static void body_answered(void *user)
{
    (void)user;
}

/* The answer itself is not shown. */
static void body_arrived(void *user)
{
    struct hlsim__http_session *session = data_of(user)->session;

    hlsim__web_read(session, hlsim__web_received(session)->size);
}

static void body_ended(void *user, int cme)
{
    struct hlsim__at_port *port = user;
    struct hlsim__http_session *session = data_of(port)->session;

    data_of(port)->session = NULL;
    if (cme == 0) {
        indicate(port, session);
    }
    hlsim__at_port_finish(port, cme == 0 ? HLSIM__AT_OK : cme);
}

static const struct hlsim__http_watch body_watch = {
    .answered = body_answered, .arrived = body_arrived, .ended = body_ended};

static void submit(struct hlsim__at_port *port)
{
    struct hlsim__at_http_data *data = data_of(port);
    struct hlsim__socket_buffer *body = data->body;
    const uint8_t *bytes = body->size > 0 ? hlsim__socket_buffer_first(body) : NULL;
    const struct hlsim__http_ask ask = {.method = data->method,
                                        .uri = data->uri,
                                        .has_body = true,
                                        .body = bytes,
                                        .body_size = body->size,
                                        .watch = &body_watch,
                                        .user = port};
    int result;

    if (data->refused) {
        result = HLSIM__CME_LENGTH;
    } else if (data->method == NULL) {
        result = hlsim__web_set_headers(data->session, bytes, body->size);
    } else {
        hlsim__at_port_end_data_later(port);
        result = hlsim__web_ask(data->session, &ask);
        hlsim__socket_buffer_free(body);
        if (result != 0) {
            data->session = NULL;
            hlsim__at_port_finish(port, result);
        }
        return;
    }
    hlsim__socket_buffer_free(body);
    data->session = NULL;
    hlsim__at_port_end_data(port, result);
}

static bool is_complete(const struct hlsim__at_http_data *data, bool found)
{
    return found || (data->wanted >= 0 && (int64_t)data->body->size >= data->wanted);
}

static size_t take_body(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_http_data *data = data_of(port);
    size_t taken = 0;
    bool found = false;

    while (taken < size && !is_complete(data, found)) {
        uint8_t kept[HLSIM__AT_SOCKET_CHUNK + HLSIM__EOF_PATTERN_MAX];
        size_t part = size - taken < HLSIM__AT_SOCKET_CHUNK ? size - taken : HLSIM__AT_SOCKET_CHUNK;
        size_t added = part;

        if (data->wanted >= 0) {
            if ((int64_t)(data->body->size + part) > data->wanted) {
                part = (size_t)data->wanted - data->body->size;
            }
            memcpy(kept, bytes + taken, part);
            added = part;
        } else {
            part =
                hlsim__eof_pattern_take(&data->pattern, bytes + taken, part, kept, &added, &found);
        }
        taken += part;
        data->refused = data->refused || data->body->size + added > HLSIM__HTTP_BODY_MAX ||
                        hlsim__socket_buffer_put(data->body, kept, added) < 0;
    }
    if (is_complete(data, found)) {
        submit(port);
    }
    return taken;
}

static void begin_upload(struct hlsim__at_port *port)
{
    if (data_of(port)->wanted == 0) {
        submit(port);
    }
}

static const struct hlsim__at_taker uploader = {.receive = take_body, .begun = begin_upload};

int hlsim__at_http_upload(struct hlsim__at_port *port, struct hlsim__http_session *session,
                          const char *method, const char *uri)
{
    struct hlsim__at_http_data *data = data_of(port);

    if (data->session != NULL || session->watch != NULL) {
        return HLSIM__CME_SESSION_BUSY;
    }
    engage(port, session);
    data->method = method;
    snprintf(data->uri, sizeof data->uri, "%s", uri);
    data->wanted = method == NULL ? -1 : hlsim__web_announced(session);
    if (data->wanted > HLSIM__HTTP_BODY_MAX) {
        data->session = NULL;
        return HLSIM__CME_LENGTH;
    }
    data->body = &port->modem->http_memory.body[session->id - 1];
    hlsim__socket_buffer_free(data->body);
    hlsim__at_port_connect(port, &uploader);
    return HLSIM__AT_DATA;
}
