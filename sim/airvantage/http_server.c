/*
 * The package store's HTTP/1.1 server (RFC 7230, 7231, 7233): HEAD and GET of the packages, whole
 * or from an offset. One response at a time on a connection: what a client asks before the last
 * byte has reached it waits. Knows nothing of what packages are.
 */
#include "airvantage/http_inside.h"

#include "codec/url.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Connections at the same time; further ones are refused. */
#define CONNECTIONS_MAX 4096

/* --- Responses ---------------------------------------------------------------------------- */

struct hlsim__av_reply hlsim__av_reply_with(unsigned status)
{
    struct hlsim__av_reply reply = {.response = {.status = status}};

    reply.response.fields.keep_alive = true;
    reply.response.fields.has_content_length = true;
    return reply;
}

struct hlsim__av_reply hlsim__av_reply_bytes(const struct hlsim__av_package *package, bool whole,
                                             uint64_t first, uint64_t last)
{
    struct hlsim__av_reply reply = hlsim__av_reply_with(whole ? 200 : 206);

    if (whole) {
        first = 0;
        last = package->size - 1;
    }
    reply.response.has_content_range = !whole;
    reply.response.content_range_has_bytes = true;
    reply.response.content_range_first = first;
    reply.response.content_range_last = last;
    reply.response.content_range_has_total = true;
    reply.response.content_range_total = package->size;
    reply.response.accepts_ranges = true;
    reply.response.fields.headers[0] = (struct hlsim__http_header){
        .name = hlsim__http_slice("ETag"), .value = hlsim__http_slice(package->tag)};
    reply.response.fields.header_count = 1;
    reply.body = package->bytes + first;
    reply.size = (size_t)(last - first + 1);
    reply.response.fields.content_length = reply.size;
    return reply;
}

/* Answers bytes that are no request, after which nothing can be told apart any more. */
static void refuse(struct hlsim__av_connection *connection, const char *why)
{
    struct hlsim__av_reply reply = hlsim__av_reply_with(400);

    HLSIM__EMIT(connection->av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_IGNORED,
                HLSIM_TEXT("by", "http"), HLSIM_TEXT("why", why));
    reply.response.fields.keep_alive = false;
    hlsim__av_sending_begin(connection, &reply);
}

/* --- Requests ----------------------------------------------------------------------------- */

/* The package that a target names ("/id", or a whole URL as RFC 7230 5.3.2 has it; a query says
 * nothing), or NULL. */
static const struct hlsim__av_package *find(const struct hlsim__av_store *store,
                                            struct hlsim__http_slice target)
{
    struct hlsim__url url;
    const char *query;

    if (target.size > 0 && target.text[0] != '/' &&
        hlsim__url_split(target.text, target.size, &url) == 0) {
        target = (struct hlsim__http_slice){.text = url.target, .size = url.target_size};
    }
    if (target.size < 2 || target.text[0] != '/') {
        return NULL;
    }
    query = memchr(target.text, '?', target.size);
    if (query != NULL) {
        target.size = (size_t)(query - target.text);
    }
    return hlsim__av_package_by_id(store, target.text + 1, target.size - 1);
}

/* Whether the client wants a part of these bytes alone, and they are others (RFC 7233 3.2). */
static bool is_part_of_other(const struct hlsim__http_request *request,
                             const struct hlsim__av_package *package)
{
    const struct hlsim__http_header *header = hlsim__http_find(&request->fields, "If-Range");

    return header != NULL && !hlsim__http_is(header->value, package->tag);
}

/* A range of a package, or all of it when the range makes no sense (RFC 7233 2.1, 3.1). */
static struct hlsim__av_reply reply_range(const struct hlsim__http_request *request,
                                          const struct hlsim__av_package *package)
{
    uint64_t first = request->range_first;
    uint64_t last = package->size - 1;
    struct hlsim__av_reply reply;

    if (!request->has_range || (request->range_has_last && request->range_last < first) ||
        is_part_of_other(request, package)) {
        return hlsim__av_reply_bytes(package, true, 0, 0);
    }
    if (first >= package->size) {
        reply = hlsim__av_reply_with(416);
        reply.response.has_content_range = true;
        reply.response.content_range_has_total = true;
        reply.response.content_range_total = package->size;
        reply.response.accepts_ranges = true;
        return reply;
    }
    if (request->range_has_last && request->range_last < last) {
        last = request->range_last;
    }
    return hlsim__av_reply_bytes(package, false, first, last);
}

/* `package` NULL: nothing of that name. */
static struct hlsim__av_reply reply_to(const struct hlsim__http_request *request,
                                       const struct hlsim__av_package *package)
{
    bool head = hlsim__http_is(request->method, "HEAD");
    struct hlsim__av_reply reply;

    if (!head && !hlsim__http_is(request->method, "GET")) {
        reply = hlsim__av_reply_with(405);
        reply.response.fields.headers[0] = (struct hlsim__http_header){
            .name = hlsim__http_slice("Allow"), .value = hlsim__http_slice("GET, HEAD")};
        reply.response.fields.header_count = 1;
        return reply;
    }
    if (package == NULL) {
        return hlsim__av_reply_with(404);
    }
    if (head) {
        reply = hlsim__av_reply_bytes(package, true, 0, 0);
        reply.size = 0;
        return reply;
    }
    return reply_range(request, package);
}

static void handle(struct hlsim__av_connection *connection,
                   const struct hlsim__http_request *request)
{
    struct hlsim__av_store *store = &connection->av->store;
    const struct hlsim__av_package *package = find(store, request->target);
    struct hlsim__av_reply reply = reply_to(request, package);
    const struct hlsim__http_fields *fields = &request->fields;
    struct hlsim__http_answer answer;
    char text[HLSIM__AV_REQUEST_SIZE];
    char code[8];
    size_t size;

    /* A request with a body is not read on: where it ends is not looked at here. */
    if (!fields->keep_alive || fields->has_transfer_encoding ||
        (fields->has_content_length && fields->content_length > 0)) {
        reply.response.fields.keep_alive = false;
    }
    if (hlsim__av_answer_take(store, request, &answer)) {
        hlsim__av_answer_apply(&answer, request, package, &reply);
    }
    hlsim__av_printable(text, sizeof text / 4, request->method.text, request->method.size);
    size = strlen(text);
    text[size++] = ' ';
    hlsim__av_printable(text + size, sizeof text - size, request->target.text,
                        request->target.size);
    if (reply.head == HLSIM__HTTP_HEAD_NONE || reply.head == HLSIM__HTTP_HEAD_JUNK) {
        snprintf(code, sizeof code, "%s", reply.head == HLSIM__HTTP_HEAD_NONE ? "none" : "junk");
    } else {
        snprintf(code, sizeof code, "%u", reply.response.status % 1000);
    }
    hlsim__av_emit_server(connection->av, "http", text, code, NULL);
    hlsim__av_sending_begin(connection, &reply);
}

/* Handles what has come, as far as nothing is on its way. */
static void go_on(struct hlsim__av_connection *connection)
{
    struct hlsim__http_request request;
    int size;

    if (connection->busy || connection->closing) {
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

    if (!hlsim__av_sending_go_on(connection)) {
        return;
    }
    connection->busy = false;
    if (connection->size > 0 || connection->excess) {
        go_on(connection);
    }
}

static void give_back(struct hlsim__av_connection *connection)
{
    struct hlsim__av_store *store = &connection->av->store;

    hlsim__av_sending_stop(connection);
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
    connection->busy = false;
    connection->closing = false;
    connection->excess = false;
    connection->size = 0;
    hlsim__av_sending_init(connection);
    hlsim__tcp_peer_set(peer, &callbacks, connection);
    return 0;
}

int hlsim__av_http_listen(struct hlsim__airvantage *av)
{
    int rc = hlsim__endpoint_listen(&av->store.endpoint, HLSIM__PACKAGES_PORT, on_accept, av);

    return rc < 0 ? rc
                  : hlsim__endpoint_listen(&av->store.endpoint, HLSIM__MIRROR_PORT, on_accept, av);
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
