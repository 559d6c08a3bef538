/*
 * A reply on its way: after a delay, as fast as the network takes it or slowly, whole or in chunks.
 * Knows nothing of requests, and does not care whether a head tells the truth.
 */
#include "airvantage/http_inside.h"

#include "base/assert.h"

#include <stdio.h>
#include <string.h>

#define CHUNK 1024 /* bytes of a package in one chunk */

/* Bodies that are slow come so often, as far as their bytes can be divided. */
#define PIECES_PER_SECOND 10

static void send_text(struct hlsim__av_connection *connection, const char *text, size_t size)
{
    int rc = hlsim__tcp_peer_send(connection->peer, (const uint8_t *)text, size);

    HLSIM_ASSERT(rc == (int)size); /* Nothing else waits to be sent. */
}

static void end_stream(struct hlsim__av_connection *connection)
{
    connection->closing = true;
    hlsim__tcp_peer_close(connection->peer);
}

/* --- Heads that are no good --------------------------------------------------------------- */

/* Lines that say nothing; more of them than anybody would read. */
static void send_filler(struct hlsim__av_connection *connection)
{
    static const char line[] = "X-Filler: 0123456789abcdefghijklmnopqrstuvwxyz0123456789\r\n";
    char text[48 * (sizeof line - 1)];

    _Static_assert(sizeof text > HLSIM__HTTP_HEAD_SIZE_MAX, "more than a head may have");
    _Static_assert(sizeof text < HLSIM__TCP_BUFFER, "leaves room for a head");
    for (size_t i = 0; i < sizeof text; i += sizeof line - 1) {
        memcpy(text + i, line, sizeof line - 1);
    }
    send_text(connection, text, sizeof text);
}

/* How much of the head is its first line. */
static size_t first_line(const struct hlsim__av_sending *sending)
{
    const char *end = memchr(sending->head, '\n', sending->head_size);

    HLSIM_ASSERT(end != NULL);
    return (size_t)(end - sending->head) + 1;
}

static void send_head(struct hlsim__av_connection *connection)
{
    static const char greeting[] = "220 files.example service ready\r\n\x1b[0m\xff\xfd\x18\r\n";
    struct hlsim__av_sending *sending = &connection->sending;
    size_t line;

    switch (sending->head_kind) {
    case HLSIM__HTTP_HEAD_NONE:
        break;
    case HLSIM__HTTP_HEAD_JUNK:
        send_text(connection, greeting, sizeof greeting - 1);
        break;
    case HLSIM__HTTP_HEAD_HUGE:
    case HLSIM__HTTP_HEAD_ENDLESS:
        line = first_line(sending);
        send_text(connection, sending->head, line);
        send_filler(connection);
        if (sending->head_kind == HLSIM__HTTP_HEAD_HUGE) {
            send_text(connection, sending->head + line, sending->head_size - line);
        }
        break;
    case HLSIM__HTTP_HEAD_GOOD:
    default:
        send_text(connection, sending->head, sending->head_size);
        break;
    }
}

/* --- Bodies ------------------------------------------------------------------------------- */

static size_t next_piece(const struct hlsim__av_sending *sending)
{
    size_t size = sending->left;

    if (sending->chunked && size > CHUNK) {
        size = CHUNK;
    }
    if (sending->rate > 0 && size > (uint64_t)sending->rate / PIECES_PER_SECOND) {
        size = (size_t)(sending->rate / PIECES_PER_SECOND);
        size = size > 0 ? size : 1;
    }
    return size;
}

/* The line before a chunk, behind that which ends the one before; the last chunk has no bytes. */
static void send_chunk_line(struct hlsim__av_connection *connection, size_t size)
{
    struct hlsim__av_sending *sending = &connection->sending;
    char text[32];
    int written = snprintf(text, sizeof text, "%s%zx\r\n%s", sending->in_chunk ? "\r\n" : "", size,
                           size == 0 ? "\r\n" : "");

    HLSIM_ASSERT(written > 0 && (size_t)written < sizeof text);
    send_text(connection, text, (size_t)written);
    sending->in_chunk = size > 0;
}

static void send_piece(struct hlsim__av_connection *connection, size_t size)
{
    struct hlsim__av_sending *sending = &connection->sending;
    int rc;

    if (sending->chunked) {
        send_chunk_line(connection, size);
    }
    rc = hlsim__tcp_peer_send_borrowed(connection->peer, sending->body, size);
    HLSIM_ASSERT(rc == 0);
    sending->body += size;
    sending->left -= size;
    if (sending->rate > 0 && sending->left > 0) {
        hlsim__timer_set_in(&sending->timer, (int64_t)size * HLSIM_SECOND / sending->rate);
    }
}

/* Hands the network what is next; none of the body waits there. */
static void step(struct hlsim__av_connection *connection)
{
    struct hlsim__av_sending *sending = &connection->sending;
    size_t size = next_piece(sending);

    sending->in_flight = true;
    if (size > 0) {
        send_piece(connection, size);
    }
    if (sending->left > 0) {
        return;
    }
    if (sending->chunked && !sending->cut) {
        if (size > 0) {
            return; /* The last chunk goes behind what is borrowed now. */
        }
        send_chunk_line(connection, 0);
        sending->chunked = false;
    }
    if (sending->closes) {
        end_stream(connection);
    }
}

static void start(struct hlsim__av_connection *connection)
{
    send_head(connection);
    if (connection->sending.head_kind != HLSIM__HTTP_HEAD_ENDLESS) {
        step(connection);
    }
}

static void fires(void *owner)
{
    struct hlsim__av_connection *connection = owner;

    if (connection->sending.waits) {
        connection->sending.waits = false;
        start(connection);
    } else if (!connection->sending.in_flight) {
        step(connection);
    }
}

/* --- Replies ------------------------------------------------------------------------------ */

void hlsim__av_sending_begin(struct hlsim__av_connection *connection,
                             const struct hlsim__av_reply *reply)
{
    struct hlsim__av_sending *sending = &connection->sending;
    bool headless = reply->head == HLSIM__HTTP_HEAD_NONE || reply->head == HLSIM__HTTP_HEAD_JUNK;
    int size = hlsim__http_write_response(&reply->response, sending->head, sizeof sending->head);

    HLSIM_ASSERT(size > 0);
    sending->head_size = (size_t)size;
    sending->head_kind = reply->head;
    sending->rate = reply->rate;
    sending->body = reply->body;
    sending->left = headless ? 0 : reply->size;
    sending->closes = headless || reply->closes || !reply->response.fields.keep_alive;
    sending->cut = reply->closes;
    sending->chunked = !headless && reply->chunked;
    sending->in_chunk = false;
    connection->busy = true;
    sending->waits = reply->delay > 0;
    if (sending->waits) {
        hlsim__timer_set_in(&sending->timer, reply->delay);
    } else {
        start(connection);
    }
}

bool hlsim__av_sending_go_on(struct hlsim__av_connection *connection)
{
    struct hlsim__av_sending *sending = &connection->sending;

    sending->in_flight = false;
    if (sending->head_kind == HLSIM__HTTP_HEAD_ENDLESS) {
        send_filler(connection);
        return false;
    }
    if (sending->left == 0 && (!sending->chunked || sending->cut)) {
        return true;
    }
    if (!hlsim__timer_armed(&sending->timer)) {
        step(connection);
    }
    return false;
}

void hlsim__av_sending_init(struct hlsim__av_connection *connection)
{
    hlsim__timer_init(&connection->sending.timer, &connection->av->timers, fires, connection);
}

void hlsim__av_sending_stop(struct hlsim__av_connection *connection)
{
    hlsim__timer_cancel(&connection->sending.timer);
}
