/*
 * Answers to the HTTP client: the head, then the body by its length, in chunks, or up to the end of
 * the connection. What is to be shown is kept for the host.
 */
#include "modem/http_inside.h"

#include "base/assert.h"
#include "codec/http.h"
#include "modem/cme.h"
#include "modem/modem.h"

#include <string.h>

static bool keep(struct hlsim__http_session *session, const uint8_t *bytes, size_t size)
{
    if (hlsim__socket_buffer_put(hlsim__web_received(session), bytes, size) < 0) {
        hlsim__web_answer_broken(session, HLSIM__CME_MEMORY);
        return false;
    }
    return true;
}

static bool has_body(const struct hlsim__http_session *session)
{
    return !session->headless && session->status != 204 && session->status != 304;
}

static void note(struct hlsim__http_session *session, const struct hlsim__http_response *response)
{
    size_t size = response->reason.size < sizeof session->reason ? response->reason.size
                                                                 : sizeof session->reason - 1;

    session->status = response->status;
    if (size > 0) {
        memcpy(session->reason, response->reason.text, size);
    }
    session->reason[size] = '\0';
    session->length = 0;
    session->chunked = has_body(session) && response->fields.is_chunked;
    session->sized =
        !has_body(session) || (!session->chunked && response->fields.has_content_length);
    session->left = has_body(session) && session->sized ? response->fields.content_length : 0;
    session->keeps = response->fields.keep_alive && (session->sized || session->chunked);
    memset(&session->chunks, 0, sizeof session->chunks);
}

/* --- The body ------------------------------------------------------------------------------- */

static bool take_chunks(struct hlsim__http_session *session, const uint8_t *bytes, size_t size)
{
    while (size > 0 && session->chunks.state != HLSIM__HTTP_CHUNK_END) {
        size_t data;
        int taken = hlsim__http_chunks_take(&session->chunks, bytes, size, &data);

        if (taken < 0) {
            hlsim__web_answer_broken(session, HLSIM__CME_FORMAT);
            return false;
        }
        if (data > 0 && !keep(session, bytes + ((size_t)taken - data), data)) {
            return false;
        }
        session->length += data;
        bytes += taken;
        size -= (size_t)taken;
    }
    return true;
}

static bool take_plain(struct hlsim__http_session *session, const uint8_t *bytes, size_t size)
{
    if (session->sized && size > session->left) {
        size = (size_t)session->left;
    }
    session->left -= session->sized ? size : 0;
    session->length += size;
    return size == 0 || keep(session, bytes, size);
}

static void take_body(struct hlsim__http_session *session, const uint8_t *bytes, size_t size)
{
    bool good =
        session->chunked ? take_chunks(session, bytes, size) : take_plain(session, bytes, size);

    if (!good || session->watch == NULL) {
        return;
    }
    if (size > 0) {
        session->watch->arrived(session->user);
    }
    if (session->modem->power.on && session->state == HLSIM__HTTP_BODY &&
        ((session->sized && session->left == 0) ||
         (session->chunked && session->chunks.state == HLSIM__HTTP_CHUNK_END))) {
        hlsim__web_answer_complete(session);
    }
}

/* --- The head ------------------------------------------------------------------------------- */

static void take_head(struct hlsim__http_session *session, const uint8_t *bytes, size_t size)
{
    struct hlsim__socket_buffer *received = hlsim__web_received(session);
    struct hlsim__http_response response;
    uint8_t rest[HLSIM_MSS_MAX];
    size_t rest_size;
    int head;

    if (!keep(session, bytes, size)) {
        return;
    }
    for (;;) {
        head = hlsim__http_parse_response((const char *)hlsim__socket_buffer_first(received),
                                          received->size, &response);
        if (head < 0 || response.status >= 200) {
            break;
        }
        hlsim__socket_buffer_drop(received, (size_t)head); /* RFC 7231 6.2: another one follows */
    }
    if (head == HLSIM_E_INCOMPLETE) {
        return;
    }
    if (head < 0) {
        hlsim__web_answer_broken(session, HLSIM__CME_FORMAT);
        return;
    }
    note(session, &response);
    /* What follows the head came with the last bytes. */
    rest_size = received->size - (size_t)head;
    HLSIM_ASSERT(rest_size <= size && size <= sizeof rest);
    memcpy(rest, hlsim__socket_buffer_first(received) + head, rest_size);
    received->size -= session->show_head ? rest_size : received->size;
    session->state = HLSIM__HTTP_BODY;
    session->watch->answered(session->user);
    if (session->modem->power.on && session->watch != NULL) {
        take_body(session, rest, rest_size);
    }
}

void hlsim__web_take(struct hlsim__http_session *session, const uint8_t *bytes, size_t size)
{
    if (session->watch == NULL) {
        return;
    }
    if (!session->held) {
        hlsim__web_wait(session);
    }
    if (session->state == HLSIM__HTTP_HEAD) {
        take_head(session, bytes, size);
    } else if (session->state == HLSIM__HTTP_BODY) {
        take_body(session, bytes, size);
    }
}
