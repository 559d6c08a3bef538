/*
 * The package store's HTTP/1.1 server (RFC 7230, 7231, 7233): HEAD and GET of the packages, whole
 * or from an offset. One response at a time on a connection: what a client asks before the last
 * byte has reached it waits. Knows nothing of what packages are.
 */
#include "airvantage/inside.h"

#include "base/assert.h"
#include "codec/http.h"
#include "codec/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Connections at the same time; further ones are refused. */
#define CONNECTIONS_MAX 4096

struct hlsim__av_connection {
    struct hlsim__airvantage *av;
    struct hlsim__tcp_peer *peer; /* NULL: free */
    struct hlsim__av_connection *next_allocated;
    struct hlsim__av_connection *next_free;
    bool sending; /* the last response is on its way */
    bool closing; /* nothing more is read */
    bool excess;  /* more came than a head may have */
    size_t size;
    char bytes[HLSIM__HTTP_HEAD_SIZE_MAX]; /* received and not handled yet */
};

/* --- Responses ---------------------------------------------------------------------------- */

/* What to answer: a head, and bytes of a package behind it. */
struct reply {
    struct hlsim__http_response response;
    const uint8_t *body;
    size_t size;
};

static struct reply reply_with(unsigned status)
{
    struct reply reply = {.response = {.status = status}};

    reply.response.fields.keep_alive = true;
    reply.response.fields.has_content_length = true;
    return reply;
}

static void send_reply(struct hlsim__av_connection *connection, const struct reply *reply)
{
    char head[HLSIM__HTTP_HEAD_SIZE_MAX];
    int size = hlsim__http_write_response(&reply->response, head, sizeof head);
    int rc;

    HLSIM_ASSERT(size > 0);
    rc = hlsim__tcp_peer_send(connection->peer, (const uint8_t *)head, (size_t)size);
    HLSIM_ASSERT(rc == size); /* Nothing else waits to be sent. */
    if (reply->size > 0) {
        rc = hlsim__tcp_peer_send_borrowed(connection->peer, reply->body, reply->size);
        HLSIM_ASSERT(rc == 0);
    }
    connection->sending = true;
    if (!reply->response.fields.keep_alive) {
        connection->closing = true;
        hlsim__tcp_peer_close(connection->peer);
    }
}

/* Answers bytes that are no request, after which nothing can be told apart any more. */
static void refuse(struct hlsim__av_connection *connection, const char *why)
{
    struct reply reply = reply_with(400);

    HLSIM__EMIT(connection->av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_IGNORED,
                HLSIM_TEXT("by", "http"), HLSIM_TEXT("why", why));
    reply.response.fields.keep_alive = false;
    send_reply(connection, &reply);
}

/* --- Requests ----------------------------------------------------------------------------- */

/* The package that a target names ("/id", or a whole URL as RFC 7230 5.3.2 has it), or NULL. */
static const struct hlsim__av_package *find(const struct hlsim__av_store *store,
                                            struct hlsim__http_slice target)
{
    struct hlsim__url url;

    if (target.size > 0 && target.text[0] != '/' &&
        hlsim__url_split(target.text, target.size, &url) == 0) {
        target = (struct hlsim__http_slice){.text = url.target, .size = url.target_size};
    }
    if (target.size < 2 || target.text[0] != '/') {
        return NULL;
    }
    return hlsim__av_package_by_id(store, target.text + 1, target.size - 1);
}

/* A range of a package, or all of it when the range makes no sense (RFC 7233 2.1, 3.1). */
static struct reply reply_range(const struct hlsim__http_request *request,
                                const struct hlsim__av_package *package)
{
    uint64_t first = request->range_first;
    uint64_t last = package->size - 1;
    struct reply reply;

    if (!request->has_range || (request->range_has_last && request->range_last < first)) {
        reply = reply_with(200);
        reply.body = package->bytes;
        reply.size = package->size;
    } else if (first >= package->size) {
        reply = reply_with(416);
        reply.response.has_content_range = true;
    } else {
        if (request->range_has_last && request->range_last < last) {
            last = request->range_last;
        }
        reply = reply_with(206);
        reply.response.has_content_range = true;
        reply.response.content_range_has_bytes = true;
        reply.response.content_range_first = first;
        reply.response.content_range_last = last;
        reply.body = package->bytes + first;
        reply.size = (size_t)(last - first + 1);
    }
    reply.response.content_range_has_total = reply.response.has_content_range;
    reply.response.content_range_total = package->size;
    reply.response.accepts_ranges = true;
    reply.response.fields.content_length = reply.size;
    return reply;
}

static struct reply reply_to(const struct hlsim__av_store *store,
                             const struct hlsim__http_request *request)
{
    bool head = hlsim__http_is(request->method, "HEAD");
    const struct hlsim__av_package *package;
    struct reply reply;

    if (!head && !hlsim__http_is(request->method, "GET")) {
        reply = reply_with(405);
        reply.response.fields.headers[0] = (struct hlsim__http_header){
            .name = hlsim__http_slice("Allow"), .value = hlsim__http_slice("GET, HEAD")};
        reply.response.fields.header_count = 1;
        return reply;
    }
    package = find(store, request->target);
    if (package == NULL) {
        return reply_with(404);
    }
    if (head) {
        reply = reply_with(200);
        reply.response.accepts_ranges = true;
        reply.response.fields.content_length = package->size;
        return reply;
    }
    return reply_range(request, package);
}

static void handle(struct hlsim__av_connection *connection,
                   const struct hlsim__http_request *request)
{
    struct reply reply = reply_to(&connection->av->store, request);
    const struct hlsim__http_fields *fields = &request->fields;
    char text[HLSIM__AV_REQUEST_SIZE];
    char code[8];
    size_t size;

    /* A request with a body is not read on: where it ends is not looked at here. */
    if (!fields->keep_alive || fields->has_transfer_encoding ||
        (fields->has_content_length && fields->content_length > 0)) {
        reply.response.fields.keep_alive = false;
    }
    hlsim__av_printable(text, sizeof text / 4, request->method.text, request->method.size);
    size = strlen(text);
    text[size++] = ' ';
    hlsim__av_printable(text + size, sizeof text - size, request->target.text,
                        request->target.size);
    snprintf(code, sizeof code, "%u", reply.response.status % 1000);
    hlsim__av_emit_server(connection->av, "http", text, code, NULL);
    send_reply(connection, &reply);
}

/* Handles what has come, as far as nothing is on its way. */
static void go_on(struct hlsim__av_connection *connection)
{
    struct hlsim__http_request request;
    int size;

    if (connection->sending || connection->closing) {
        return;
    }
    size = hlsim__http_parse_request(connection->bytes, connection->size, &request);
    if (size == HLSIM_E_INCOMPLETE && connection->size < sizeof connection->bytes &&
        !connection->excess) {
        return;
    }
    if (size < 0) {
        refuse(connection, hlsim_error_text(size == HLSIM_E_INCOMPLETE ? HLSIM_E_LIMIT : size));
        return;
    }
    handle(connection, &request);
    connection->size -= (size_t)size;
    memmove(connection->bytes, connection->bytes + size, connection->size);
}

/* --- Connections -------------------------------------------------------------------------- */

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__av_connection *connection = user;
    size_t room = sizeof connection->bytes - connection->size;

    if (connection->closing) {
        return;
    }
    if (size > room) {
        connection->excess = true; /* What does not fit is lost, and with it the connection. */
        size = room;
    }
    memcpy(connection->bytes + connection->size, bytes, size);
    connection->size += size;
    go_on(connection);
}

static void on_drained(void *user)
{
    struct hlsim__av_connection *connection = user;

    connection->sending = false;
    if (connection->size > 0 || connection->excess) {
        go_on(connection);
    }
}

static void give_back(struct hlsim__av_connection *connection)
{
    struct hlsim__av_store *store = &connection->av->store;

    connection->peer = NULL;
    connection->next_free = store->free_connections;
    store->free_connections = connection;
}

static void on_closed(void *user, int reason)
{
    (void)reason; /* A client that is cut off comes again and says from where. */
    give_back(user);
}

static const struct hlsim__tcp_callbacks callbacks = {
    .data = on_data, .drained = on_drained, .closed = on_closed};

static struct hlsim__av_connection *take(struct hlsim__av_store *store)
{
    struct hlsim__av_connection *connection = store->free_connections;

    if (connection != NULL) {
        store->free_connections = connection->next_free;
        return connection;
    }
    if (store->connection_count == CONNECTIONS_MAX) {
        return NULL;
    }
    connection = calloc(1, sizeof *connection);
    if (connection != NULL) {
        store->connection_count++;
        connection->next_allocated = store->connections;
        store->connections = connection;
    }
    return connection;
}

static int on_accept(void *user, struct hlsim__tcp_peer *peer)
{
    struct hlsim__airvantage *av = user;
    struct hlsim__av_connection *connection = take(&av->store);

    if (connection == NULL) {
        return HLSIM_E_LIMIT;
    }
    connection->av = av;
    connection->peer = peer;
    connection->sending = false;
    connection->closing = false;
    connection->excess = false;
    connection->size = 0;
    hlsim__tcp_peer_set(peer, &callbacks, connection);
    return 0;
}

int hlsim__av_http_listen(struct hlsim__airvantage *av)
{
    return hlsim__endpoint_listen(&av->store.endpoint, HLSIM__PACKAGES_PORT, on_accept, av);
}

void hlsim__av_http_abort(struct hlsim__av_store *store)
{
    for (struct hlsim__av_connection *connection = store->connections; connection != NULL;
         connection = connection->next_allocated) {
        if (connection->peer != NULL) {
            hlsim__tcp_peer_abort(connection->peer);
            give_back(connection);
        }
    }
}

void hlsim__av_http_free(struct hlsim__av_store *store)
{
    while (store->connections != NULL) {
        struct hlsim__av_connection *connection = store->connections;

        store->connections = connection->next_allocated;
        free(connection);
    }
}
