/*
 * The HTTP client: sessions, requests on their way out. Answers are taken apart in http_answers.c.
 */
#include "modem/http_client.h"

#include "codec/http.h"
#include "modem/cme.h"
#include "modem/http_inside.h"
#include "modem/modem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hlsim__socket_buffer *request_of(const struct hlsim__http_session *session)
{
    return &session->modem->http_memory.request[session->id - 1];
}

static struct hlsim__socket_buffer *headers_of(const struct hlsim__http_session *session)
{
    return &session->modem->http_memory.headers[session->id - 1];
}

struct hlsim__socket_buffer *hlsim__web_received(const struct hlsim__http_session *session)
{
    return &session->modem->http_memory.received[session->id - 1];
}

void hlsim__web_discard(struct hlsim__http_memory *memory)
{
    for (int i = 0; i < HLSIM__HTTP_SESSIONS_MAX; i++) {
        hlsim__socket_buffer_free(&memory->headers[i]);
        hlsim__socket_buffer_free(&memory->request[i]);
        hlsim__socket_buffer_free(&memory->received[i]);
        hlsim__socket_buffer_free(&memory->body[i]);
        free(memory->sessions[i]);
        memory->sessions[i] = NULL;
    }
}

/* --- Sessions ------------------------------------------------------------------------------- */

struct hlsim__http_session *hlsim__web_find(struct hlsim__modem *modem, int64_t id)
{
    struct hlsim__http_session *session;

    if (id < 1 || id > HLSIM__HTTP_SESSIONS_MAX) {
        return NULL;
    }
    session = modem->http_memory.sessions[id - 1];
    return session == NULL || session->state == HLSIM__HTTP_UNDEFINED ? NULL : session;
}

static void give_up(void *owner)
{
    hlsim__web_answer_broken(owner, HLSIM__CME_TIMEOUT);
}

int hlsim__web_create(struct hlsim__modem *modem, const struct hlsim__http_config *config,
                      struct hlsim__http_session **ret_session)
{
    for (int id = 1; id <= HLSIM__HTTP_SESSIONS_MAX; id++) {
        struct hlsim__http_session *session = modem->http_memory.sessions[id - 1];

        if (session == NULL) {
            session = calloc(1, sizeof *session);
            modem->http_memory.sessions[id - 1] = session;
        }
        if (session == NULL) {
            return HLSIM__CME_MEMORY;
        }
        if (session->state == HLSIM__HTTP_UNDEFINED) {
            *session = (struct hlsim__http_session){
                .modem = modem, .id = id, .state = HLSIM__HTTP_CLOSED, .config = *config};
            hlsim__timer_init(&session->timer, &modem->timers, give_up, session);
            *ret_session = session;
            return 0;
        }
    }
    return HLSIM__CME_SESSIONS;
}

/* Whoever asked is told that this is the end. */
static void end(struct hlsim__http_session *session, int cme)
{
    const struct hlsim__http_watch *watch = session->watch;

    session->watch = NULL;
    hlsim__timer_cancel(&session->timer);
    hlsim__socket_buffer_free(request_of(session));
    if (watch != NULL) {
        watch->ended(session->user, cme);
    }
}

void hlsim__web_answer_complete(struct hlsim__http_session *session)
{
    session->state = HLSIM__HTTP_OPEN;
    if (!session->keeps) {
        hlsim__remote_close(&session->remote);
        session->state = HLSIM__HTTP_CLOSED;
    }
    end(session, 0);
}

void hlsim__web_answer_broken(struct hlsim__http_session *session, int cme)
{
    hlsim__remote_close(&session->remote);
    session->state = HLSIM__HTTP_CLOSED;
    end(session, cme);
}

void hlsim__web_read(struct hlsim__http_session *session, size_t size)
{
    struct hlsim__socket_buffer *received = hlsim__web_received(session);

    hlsim__socket_buffer_drop(received, size);
    if (session->held && received->size < HLSIM__HTTP_RECEIVED_MAX / 2) {
        session->held = false;
        hlsim__web_wait(session);
        hlsim__remote_hold(&session->remote, false);
    }
}

void hlsim__web_wait(struct hlsim__http_session *session)
{
    hlsim__timer_set_in(&session->timer, session->modem->ram.personality->figures.http_answer_max);
}

/* --- What the stream tells ------------------------------------------------------------------ */

static void send(struct hlsim__http_session *session)
{
    struct hlsim__socket_buffer *request = request_of(session);
    int taken;

    if (request->size == 0) {
        return;
    }
    taken =
        hlsim__remote_send(&session->remote, hlsim__socket_buffer_first(request), request->size);
    if (taken > 0) {
        hlsim__socket_buffer_drop(request, (size_t)taken);
    }
}

static void on_connected(void *user)
{
    struct hlsim__http_session *session = user;
    char text[HLSIM__SOCKET_URC_MAX];

    session->state = session->watch != NULL ? HLSIM__HTTP_HEAD : HLSIM__HTTP_OPEN;
    if (hlsim__sockets_may_tell(session->modem, "HTTP", true)) {
        snprintf(text, sizeof text, "+KHTTP_IND: %d,1", session->id);
        hlsim__modem_urc(session->modem, text);
    }
    if (session->modem->power.on) {
        send(session);
    }
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__http_session *session = user;

    hlsim__web_take(session, bytes, size);
    if (!session->held && session->modem->power.on &&
        hlsim__web_received(session)->size >= HLSIM__HTTP_RECEIVED_MAX) {
        session->held = true;
        hlsim__timer_cancel(&session->timer); /* now it is the host who makes it wait */
        hlsim__remote_hold(&session->remote, true);
    }
}

static void on_drained(void *user)
{
    struct hlsim__http_session *session = user;

    if (session->watch != NULL) {
        hlsim__web_wait(session);
    }
    send(session);
}

static void on_ended(void *user, int cme)
{
    struct hlsim__http_session *session = user;
    bool complete = session->state == HLSIM__HTTP_BODY && !session->sized && !session->chunked;

    session->state = HLSIM__HTTP_CLOSED;
    session->held = false;
    end(session, cme != 0 ? cme : complete ? 0 : HLSIM__CME_DISCONNECTED);
}

static const struct hlsim__remote_watch watch = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .ended = on_ended};

/* --- What the host asks --------------------------------------------------------------------- */

static bool is_open(const struct hlsim__http_session *session)
{
    return session->state != HLSIM__HTTP_CLOSED;
}

int hlsim__web_connect(struct hlsim__http_session *session)
{
    const struct hlsim__remote_to to = {
        .cnx = session->config.cnx, .host = session->config.host, .port = session->config.port};
    int error;

    if (is_open(session)) {
        return HLSIM__CME_RUNNING;
    }
    error = hlsim__remote_open(&session->remote, session->modem, &to, &watch, session);
    if (error == 0) {
        session->state = HLSIM__HTTP_OPENING;
        session->held = false;
    }
    return error;
}

int hlsim__web_close(struct hlsim__http_session *session)
{
    if (!is_open(session)) {
        return HLSIM__CME_SESSION_STATE;
    }
    hlsim__remote_close(&session->remote);
    session->state = HLSIM__HTTP_CLOSED;
    end(session, HLSIM__CME_SESSION_STATE);
    return 0;
}

int hlsim__web_delete(struct hlsim__http_session *session)
{
    if (is_open(session)) {
        return HLSIM__CME_SESSION_STATE;
    }
    hlsim__socket_buffer_free(headers_of(session));
    hlsim__socket_buffer_free(hlsim__web_received(session));
    session->state = HLSIM__HTTP_UNDEFINED;
    return 0;
}

/* --- The request ---------------------------------------------------------------------------- */

/* The value of a line of AT+KHTTPHEADER; NULL when it has no such line. */
static const char *own_header(const struct hlsim__http_session *session, const char *name)
{
    const struct hlsim__socket_buffer *headers = headers_of(session);
    const char *line =
        headers->size == 0 ? NULL : (const char *)hlsim__socket_buffer_first(headers);
    const char *end_of_all = line == NULL ? NULL : line + headers->size;

    while (line != NULL && line < end_of_all) {
        struct hlsim__http_slice slice = {line, strcspn(line, ":\r")};

        if (hlsim__http_is_name(slice, name)) {
            return line + slice.size + 1;
        }
        line = strchr(line, '\n');
        line = line == NULL ? NULL : line + 1;
    }
    return NULL;
}

int64_t hlsim__web_announced(const struct hlsim__http_session *session)
{
    const char *value = own_header(session, "Content-Length");

    return value == NULL ? -1 : strtoll(value, NULL, 10);
}

/* "user:password" as RFC 7617 wants it. */
static void encode(const char *text, char *ret_text)
{
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t size = strlen(text);

    for (size_t i = 0; i < size; i += 3) {
        unsigned long bits = 0;

        for (size_t j = 0; j < 3; j++) {
            bits = bits << 8 | (i + j < size ? (unsigned char)text[i + j] : 0);
        }
        for (size_t j = 0; j < 4; j++) {
            *ret_text++ = i + j <= size ? letters[bits >> (18 - 6 * j) & 63] : '=';
        }
    }
    *ret_text = '\0';
}

/* Room for all lines but those of AT+KHTTPHEADER. */
#define HEAD_MAX 1024

static int write_head(const struct hlsim__http_session *session, const struct hlsim__http_ask *ask,
                      char *head)
{
    const struct hlsim__http_config *config = &session->config;
    char login[2 * HLSIM__HTTP_LOGIN_SIZE];
    char encoded[4 * HLSIM__HTTP_LOGIN_SIZE];
    char port[8] = "";
    int size;

    if (config->port != 80) {
        snprintf(port, sizeof port, ":%u", (unsigned)config->port);
    }
    size = snprintf(head, HEAD_MAX, "%s %s HTTP/1.%d\r\n", ask->method, ask->uri,
                    config->version == 0);
    if (own_header(session, "Host") == NULL) {
        size +=
            snprintf(head + size, (size_t)(HEAD_MAX - size), "Host: %s%s\r\n", config->host, port);
    }
    if (config->login[0] != '\0') {
        snprintf(login, sizeof login, "%s:%s", config->login, config->password);
        encode(login, encoded);
        size += snprintf(head + size, (size_t)(HEAD_MAX - size), "Authorization: Basic %s\r\n",
                         encoded);
    }
    if (ask->has_body && own_header(session, "Content-Length") == NULL) {
        size += snprintf(head + size, (size_t)(HEAD_MAX - size), "Content-Length: %zu\r\n",
                         ask->body_size);
    }
    return size;
}

/* Lines of AT+KHTTPHEADER stay for all requests of a session; the length is that of a body. */
static int put_own_headers(const struct hlsim__http_session *session, bool has_body,
                           struct hlsim__socket_buffer *request)
{
    const struct hlsim__socket_buffer *headers = headers_of(session);
    const char *line = headers->size == 0 ? "" : (const char *)hlsim__socket_buffer_first(headers);
    int error = 0;

    while (*line != '\0' && error == 0) {
        struct hlsim__http_slice name = {line, strcspn(line, ":\r")};
        size_t size = strcspn(line, "\n");

        size += line[size] == '\n';
        if (has_body || !hlsim__http_is_name(name, "Content-Length")) {
            error = hlsim__socket_buffer_put(request, (const uint8_t *)line, size);
        }
        line += size;
    }
    return error;
}

static int compose(const struct hlsim__http_session *session, const struct hlsim__http_ask *ask)
{
    struct hlsim__socket_buffer *request = request_of(session);
    char head[HEAD_MAX];
    int error = hlsim__socket_buffer_put(request, (const uint8_t *)head,
                                         (size_t)write_head(session, ask, head));

    if (error == 0) {
        error = put_own_headers(session, ask->has_body, request);
    }
    if (error == 0) {
        error = hlsim__socket_buffer_put(request, (const uint8_t *)"\r\n", 2);
    }
    if (error == 0 && ask->body_size > 0) {
        error = hlsim__socket_buffer_put(request, ask->body, ask->body_size);
    }
    return error;
}

int hlsim__web_ask(struct hlsim__http_session *session, const struct hlsim__http_ask *ask)
{
    int error = 0;

    if (session->watch != NULL) {
        return HLSIM__CME_SESSION_BUSY;
    }
    hlsim__socket_buffer_free(hlsim__web_received(session));
    hlsim__socket_buffer_free(request_of(session));
    if (compose(session, ask) < 0) {
        return HLSIM__CME_MEMORY;
    }
    if (!is_open(session)) {
        error = hlsim__web_connect(session);
    } else if (session->state == HLSIM__HTTP_OPEN) {
        session->state = HLSIM__HTTP_HEAD;
        send(session);
    }
    if (error != 0) {
        hlsim__socket_buffer_free(request_of(session));
        return error;
    }
    hlsim__web_wait(session);
    session->watch = ask->watch;
    session->user = ask->user;
    session->show_head = ask->show_head;
    session->headless = strcmp(ask->method, "HEAD") == 0;
    return 0;
}

/* Lines "name: value", each with its end; kept with a NUL behind them. */
static bool are_headers(const uint8_t *bytes, size_t size)
{
    size_t start = 0;

    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\0') {
            return false;
        }
        if (bytes[i] == '\n') {
            const uint8_t *colon = memchr(bytes + start, ':', i - start);

            if (i == start || bytes[i - 1] != '\r' || colon == NULL || colon == bytes + start) {
                return false;
            }
            start = i + 1;
        }
    }
    return start == size;
}

int hlsim__web_set_headers(struct hlsim__http_session *session, const uint8_t *bytes, size_t size)
{
    struct hlsim__socket_buffer *headers = headers_of(session);

    if (!are_headers(bytes, size)) {
        return HLSIM__CME_HTTP_HEADER;
    }
    hlsim__socket_buffer_free(headers);
    if (size == 0) {
        return 0;
    }
    return hlsim__socket_buffer_put(headers, bytes, size) < 0 ||
                   hlsim__socket_buffer_put(headers, (const uint8_t *)"", 1) < 0
               ? HLSIM__CME_MEMORY
               : 0;
}
