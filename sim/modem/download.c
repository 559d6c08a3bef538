/*
 * HTTP/1.1 over one stream at a time. After an error the next attempt opens a new one.
 */
#include "modem/download.h"

#include "base/sparse.h"
#include "modem/download_answer.h"
#include "modem/modem.h"

#include <stdio.h>
#include <string.h>

static void connect_to(struct hlsim__download *download);

/* --- Ends ----------------------------------------------------------------------------------- */

static void let_go(struct hlsim__download *download)
{
    hlsim__timer_cancel(&download->retry_timer);
    hlsim__timer_cancel(&download->silence_timer);
    if (download->connected) {
        download->connected = false;
        hlsim__tcp_abort(&download->tcp);
    }
}

void hlsim__download_stop(struct hlsim__download *download)
{
    if (download->active) {
        download->active = false;
        let_go(download);
    }
}

static const struct hlsim__figures *figures_of(const struct hlsim__download *download)
{
    return &download->modem->ram.personality->figures;
}

static bool quirk(const struct hlsim__download *download, enum hlsim_quirk which)
{
    return download->modem->ram.personality->quirks[which];
}

static void attempt_failed(struct hlsim__download *download, int error)
{
    const struct hlsim__figures *figures = figures_of(download);

    let_go(download);
    if (++download->attempt >= (unsigned)figures->http_retries) {
        download->active = false;
        download->ops.failed(download->ops.user, error);
        return;
    }
    hlsim__timer_set_in(&download->retry_timer, figures->http_retry_after);
}

static void fail_for_good(struct hlsim__download *download, int error)
{
    download->attempt = (unsigned)figures_of(download)->http_retries;
    attempt_failed(download, error);
}

static void silent(void *owner)
{
    attempt_failed(owner, HLSIM_E_UNREACHABLE);
}

/* --- Answers -------------------------------------------------------------------------------- */

static void say_ignored(const struct hlsim__download *download, const char *why)
{
    const struct hlsim__modem *modem = download->modem;

    HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_IGNORED, HLSIM_TEXT("by", "download"),
                HLSIM_TEXT("why", why));
}

static void finish(struct hlsim__download *download)
{
    let_go(download);
    download->active = false;
    if (download->asks_size) {
        download->ops.size(download->ops.user, download->expected);
    } else {
        download->ops.finished(download->ops.user);
    }
}

/* Hands bytes on, as far as they are wanted. False when this answer is done with. */
static bool take_bytes(struct hlsim__download *download, const uint8_t *bytes, size_t size)
{
    uint64_t missing = download->expected - download->offset;
    unsigned transfer = download->transfers;
    int error;

    if (download->skip > 0) {
        size_t skipped = size < download->skip ? size : (size_t)download->skip;

        download->skip -= skipped;
        bytes += skipped;
        size -= skipped;
    }
    if (size > missing) {
        size = (size_t)missing;
    }
    if (size > 0) {
        download->attempt = 0;
        download->offset += size;
        error = download->ops.data(download->ops.user, bytes, size);
        if (!download->active || download->transfers != transfer) {
            return false;
        }
        if (error < 0) {
            hlsim__download_stop(download);
            return false;
        }
    }
    if (download->offset == download->expected) {
        finish(download);
        return false;
    }
    return true;
}

static void take_chunks(struct hlsim__download *download, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        size_t data_size;
        int taken = hlsim__http_chunks_take(&download->chunks, bytes, size, &data_size);

        if (taken < 0 || download->chunks.state == HLSIM__HTTP_CHUNK_END) {
            say_ignored(download,
                        taken < 0 ? "a body that is not in chunks" : "a body that ends too early");
            attempt_failed(download, HLSIM_E_FORMAT);
            return;
        }
        if (data_size > 0 &&
            !take_bytes(download, bytes + ((size_t)taken - data_size), data_size)) {
            return;
        }
        bytes += taken;
        size -= (size_t)taken;
    }
}

/* Goes where the answer says; what is asked for stays the same (RFC 7231 6.4, HEAD and GET). */
static void follow(struct hlsim__download *download, struct hlsim__http_slice location)
{
    char to[HLSIM__URI_SIZE];

    if (download->hops >= (unsigned)figures_of(download)->http_redirects_max) {
        say_ignored(download, "one redirection too many");
        attempt_failed(download, HLSIM_E_FORMAT);
        return;
    }
    if (location.size == 0 ||
        hlsim__url_resolve(download->at, location.text, location.size, to, sizeof to) < 0 ||
        hlsim__download_check_uri(to) < 0) {
        say_ignored(download, "a redirection to what cannot be fetched");
        attempt_failed(download, HLSIM_E_FORMAT);
        return;
    }
    download->hops++;
    memcpy(download->at, to, sizeof to);
    let_go(download);
    connect_to(download);
}

static struct hlsim__http_slice tag_of(const struct hlsim__http_response *head)
{
    const struct hlsim__http_header *header = hlsim__http_find(&head->fields, "ETag");

    return header == NULL ? (struct hlsim__http_slice){.text = "", .size = 0} : header->value;
}

static void keep_tag(struct hlsim__download *download, struct hlsim__http_slice tag)
{
    /* A weak one does not tell bytes apart (RFC 7232 2.1). */
    bool good = tag.size < sizeof download->tag && tag.size > 0 && tag.text[0] == '"';

    snprintf(download->tag, sizeof download->tag, "%.*s", good ? (int)tag.size : 0, tag.text);
}

/* Whether these are not the bytes of which some are there already. */
static bool is_another(const struct hlsim__download *download,
                       const struct hlsim__http_response *head)
{
    struct hlsim__http_slice tag = tag_of(head);

    return !download->asks_size && (head->status == 200 || head->status == 206) &&
           download->tag[0] != '\0' && tag.size > 0 && !hlsim__http_is(tag, download->tag);
}

/* The head has come; a body may follow. */
static void act_on(struct hlsim__download *download, const struct hlsim__http_response *head)
{
    const struct hlsim__download_question question = {
        .asks_size = download->asks_size,
        .takes_unsized = quirk(download, HLSIM_QUIRK_unsized_package_taken),
        .offset = download->offset,
        .expected = download->expected,
    };
    const struct hlsim__download_answer answer = hlsim__download_understand(&question, head);

    switch (answer.meaning) {
    case HLSIM__ANSWER_SIZE:
        download->expected = answer.size;
        if (quirk(download, HLSIM_QUIRK_range_bound_to_package)) {
            keep_tag(download, tag_of(head));
        }
        finish(download);
        return;
    case HLSIM__ANSWER_BODY:
        download->in_body = true;
        download->skip = answer.skip;
        download->chunked = answer.chunked;
        return;
    case HLSIM__ANSWER_ELSEWHERE:
        follow(download, head->location);
        return;
    case HLSIM__ANSWER_ABSENT:
        say_ignored(download, answer.why);
        if (quirk(download, HLSIM_QUIRK_absent_package_retried)) {
            attempt_failed(download, HLSIM_E_NOT_FOUND);
        } else {
            fail_for_good(download, HLSIM_E_NOT_FOUND);
        }
        return;
    case HLSIM__ANSWER_TROUBLE:
    case HLSIM__ANSWER_REFUSED:
    case HLSIM__ANSWER_NONSENSE:
    default:
        say_ignored(download, answer.why);
        attempt_failed(download, answer.meaning == HLSIM__ANSWER_TROUBLE   ? HLSIM_E_STATE
                                 : answer.meaning == HLSIM__ANSWER_REFUSED ? HLSIM_E_NOT_FOUND
                                                                           : HLSIM_E_FORMAT);
        return;
    }
}

/* Collects the head; returns how many of the bytes belong to it. */
static size_t take_head(struct hlsim__download *download, const uint8_t *bytes, size_t size)
{
    struct hlsim__http_response head;
    size_t before = download->head_size;
    size_t room = sizeof download->head - before;
    size_t taken = size < room ? size : room;
    int result;

    memcpy(download->head + before, bytes, taken);
    download->head_size += taken;
    result = hlsim__http_parse_response(download->head, download->head_size, &head);
    if (result == HLSIM_E_INCOMPLETE && room > size) {
        return size;
    }
    if (result < 0) {
        say_ignored(download, result == HLSIM_E_FORMAT ? "not the head of an HTTP answer"
                                                       : "the head of an HTTP answer is too long");
        attempt_failed(download, HLSIM_E_FORMAT);
        return size;
    }
    if (is_another(download, &head)) {
        hlsim__download_stop(download);
        download->ops.changed(download->ops.user);
        return size;
    }
    act_on(download, &head);
    return (size_t)result - before;
}

static void data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__download *download = user;

    hlsim__timer_set_in(&download->silence_timer, figures_of(download)->http_silence);
    if (!download->in_body) {
        size_t taken = take_head(download, bytes, size);

        bytes += taken;
        size -= taken;
    }
    if (!download->active || !download->connected || !download->in_body) {
        return;
    }
    if (download->chunked) {
        take_chunks(download, bytes, size);
    } else {
        take_bytes(download, bytes, size);
    }
}

static void closed(void *user, int error)
{
    struct hlsim__download *download = user;

    download->connected = false;
    attempt_failed(download, error < 0 ? error : HLSIM_E_GONE);
}

/* --- Requests ------------------------------------------------------------------------------- */

static void connected(void *user)
{
    struct hlsim__download *download = user;
    struct hlsim__http_request request;
    char host[HLSIM__URI_SIZE];
    char text[2 * HLSIM__URI_SIZE + 256];
    int size;

    memset(&request, 0, sizeof request);
    size = snprintf(host, sizeof host, "%.*s", (int)download->url.host_size, download->url.host);
    if (download->url.port != hlsim__url_default_port(HLSIM__URL_HTTP)) {
        /* RFC 7230 5.4: the port belongs to the host unless it is the usual one. */
        snprintf(host + size, sizeof host - (size_t)size, ":%u", (unsigned)download->url.port);
    }
    request.method = hlsim__http_slice(download->asks_size ? "HEAD" : "GET");
    request.target = (struct hlsim__http_slice){download->url.target, download->url.target_size};
    request.host = hlsim__http_slice(host);
    request.has_range = !download->asks_size && download->offset > 0;
    request.range_first = download->offset;
    request.fields.minor_version = 1;
    if (request.has_range && download->tag[0] != '\0') {
        request.fields.headers[0] = (struct hlsim__http_header){
            .name = hlsim__http_slice("If-Range"), .value = hlsim__http_slice(download->tag)};
        request.fields.header_count = 1;
    }
    size = hlsim__http_write_request(&request, text, sizeof text);
    if (size < 0) {
        fail_for_good(download, size);
        return;
    }
    size = hlsim__tcp_send(&download->tcp, (const uint8_t *)text, (size_t)size);
    if (size < 0 && download->modem->power.on) {
        attempt_failed(download, size);
    }
}

static const struct hlsim__tcp_callbacks stream_callbacks = {
    .connected = connected,
    .data = data,
    .closed = closed,
};

static void connect_to(struct hlsim__download *download)
{
    struct hlsim__modem *modem = download->modem;
    struct hlsim_address to;
    char host[HLSIM__URI_SIZE];
    int error;

    hlsim__url_split(download->at, strlen(download->at), &download->url);
    to = (struct hlsim_address){.port = download->url.port};
    download->in_body = false;
    download->skip = 0;
    download->head_size = 0;
    memset(&download->chunks, 0, sizeof download->chunks);
    snprintf(host, sizeof host, "%.*s", (int)download->url.host_size, download->url.host);
    /* HL780x downloads on context 1 whatever AT+WDSS=2 says (AN5.0 4.1.1). */
    error = hlsim__pdp_request(&modem->ram.pdp, 1) == 0 ? 0 : HLSIM_E_UNREACHABLE;
    if (error == 0) {
        error = hlsim__network_resolve(modem->network, host, &to.ip);
    }
    if (error == 0) {
        error = hlsim__tcp_connect(&download->tcp, &modem->iface, to, &stream_callbacks, download);
    }
    if (!modem->power.on) {
        return;
    }
    if (error < 0) {
        attempt_failed(download, error);
        return;
    }
    download->connected = true;
    hlsim__timer_set_in(&download->silence_timer, figures_of(download)->http_silence);
}

/* Every attempt begins at the address that was given: a redirection holds for once. */
static void begin_attempt(void *owner)
{
    struct hlsim__download *download = owner;

    download->hops = 0;
    memcpy(download->at, download->uri, sizeof download->at);
    connect_to(download);
}

int hlsim__download_check_uri(const char *uri)
{
    struct hlsim__url url;

    if (strlen(uri) >= HLSIM__URI_SIZE || hlsim__url_split(uri, strlen(uri), &url) < 0 ||
        url.scheme != HLSIM__URL_HTTP || url.host_is_ipv6) {
        return HLSIM_E_FORMAT;
    }
    return 0;
}

static int begin(struct hlsim__download *download, const char *uri)
{
    int error = hlsim__download_check_uri(uri);

    if (error < 0) {
        return error;
    }
    hlsim__download_stop(download);
    snprintf(download->uri, sizeof download->uri, "%s", uri);
    download->active = true;
    download->transfers++;
    download->attempt = 0;
    begin_attempt(download);
    return 0;
}

int hlsim__download_size(struct hlsim__download *download, const char *uri)
{
    download->asks_size = true;
    download->tag[0] = '\0';
    download->offset = 0;
    download->expected = 0;
    return begin(download, uri);
}

int hlsim__download_get(struct hlsim__download *download, const char *uri, uint64_t offset,
                        uint64_t size, const char *tag)
{
    snprintf(download->tag, sizeof download->tag, "%s", tag);
    download->asks_size = false;
    download->offset = offset;
    download->expected = size;
    return begin(download, uri);
}

void hlsim__download_init(struct hlsim__download *download, struct hlsim__modem *modem,
                          const struct hlsim__download_ops *ops)
{
    hlsim__clear_sparse(download, sizeof *download);
    download->modem = modem;
    download->ops = *ops;
    hlsim__timer_init(&download->retry_timer, &modem->timers, begin_attempt, download);
    hlsim__timer_init(&download->silence_timer, &modem->timers, silent, download);
}
