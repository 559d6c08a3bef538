/*
 * Planned answers: whose turn it is, and how they change what the server would have said. Sends
 * nothing.
 */
#include "airvantage/http_inside.h"

#include "base/assert.h"

#include <string.h>

/* Whether a text can stand in a line of a head. */
static bool fits_line(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7F) {
            return false;
        }
    }
    return true;
}

int hlsim__airvantage_http_answer(struct hlsim__airvantage *av,
                                  const struct hlsim__http_answer *answer)
{
    struct hlsim__av_store *store = &av->store;

    if (answer->count == 0 || !fits_line(answer->location) ||
        (answer->status != 0 && (answer->status < 100 || answer->status > 599))) {
        return HLSIM_E_INVALID;
    }
    if (store->answer_count == HLSIM__HTTP_ANSWERS_MAX) {
        return HLSIM_E_LIMIT;
    }
    store->answers[store->answer_count++] = *answer;
    return 0;
}

static bool is_for(const struct hlsim__http_answer *answer,
                   const struct hlsim__http_request *request)
{
    return (answer->method == NULL || hlsim__http_is(request->method, answer->method)) &&
           (answer->path[0] == '\0' || hlsim__http_is(request->target, answer->path));
}

bool hlsim__av_answer_take(struct hlsim__av_store *store, const struct hlsim__http_request *request,
                           struct hlsim__http_answer *ret_answer)
{
    for (size_t i = 0; i < store->answer_count; i++) {
        struct hlsim__http_answer *answer = &store->answers[i];

        if (is_for(answer, request)) {
            *ret_answer = *answer;
            if (--answer->count == 0) {
                store->answer_count--;
                memmove(answer, answer + 1, (store->answer_count - i) * sizeof *answer);
            }
            return true;
        }
    }
    return false;
}

/* The status and what goes with it. */
static void set_status(const struct hlsim__http_answer *answer, bool head,
                       const struct hlsim__av_package *package, struct hlsim__av_reply *reply)
{
    bool keep_alive = reply->response.fields.keep_alive;

    if (answer->status == 0) {
        return;
    }
    if (package != NULL && answer->status == 200) {
        *reply = hlsim__av_reply_bytes(package, true, 0, 0);
    } else if (package != NULL && answer->status == 206 && package->size > 0) {
        if (reply->response.status != 206) {
            *reply = hlsim__av_reply_bytes(package, false, 0, package->size - 1);
        }
    } else if (answer->status != reply->response.status) {
        *reply = hlsim__av_reply_with(answer->status);
        if (package != NULL && answer->status == 416) {
            reply->response.has_content_range = true;
            reply->response.content_range_has_total = true;
            reply->response.content_range_total = package->size;
        }
    }
    if (head) {
        reply->size = 0;
    }
    reply->response.fields.keep_alive = keep_alive;
}

/* Another part than the one that was asked for, and the head says so. */
static void move_part(const struct hlsim__http_answer *answer,
                      const struct hlsim__av_package *package, struct hlsim__av_reply *reply)
{
    bool keep_alive = reply->response.fields.keep_alive;
    uint64_t first = (uint64_t)answer->offset;

    if (answer->offset < 0 || package == NULL || package->size == 0 ||
        reply->response.status != 206) {
        return;
    }
    if (first >= package->size) {
        first = package->size - 1;
    }
    *reply = hlsim__av_reply_bytes(package, false, first, package->size - 1);
    reply->response.fields.keep_alive = keep_alive;
}

static void set_framing(const struct hlsim__http_answer *answer, bool head,
                        struct hlsim__av_reply *reply)
{
    struct hlsim__http_fields *fields = &reply->response.fields;

    if (answer->framing == HLSIM__HTTP_FRAMED_BY_LENGTH) {
        if (answer->length >= 0) {
            fields->content_length = (uint64_t)answer->length;
        }
        return;
    }
    fields->has_content_length = false;
    if (answer->framing == HLSIM__HTTP_FRAMED_BY_CLOSE) {
        fields->keep_alive = false;
        return;
    }
    reply->chunked = !head; /* An answer to HEAD has a head alone (RFC 7230 3.3). */
    HLSIM_ASSERT(fields->header_count < HLSIM__HTTP_HEADER_COUNT_MAX);
    fields->headers[fields->header_count++] = (struct hlsim__http_header){
        .name = hlsim__http_slice("Transfer-Encoding"), .value = hlsim__http_slice("chunked")};
}

void hlsim__av_answer_apply(const struct hlsim__http_answer *answer,
                            const struct hlsim__http_request *request,
                            const struct hlsim__av_package *package, struct hlsim__av_reply *reply)
{
    bool head = hlsim__http_is(request->method, "HEAD");

    set_status(answer, head, package, reply);
    move_part(answer, package, reply);
    set_framing(answer, head, reply);
    reply->response.location = hlsim__http_slice(answer->location);
    reply->head = answer->head;
    reply->delay = answer->delay;
    reply->rate = answer->rate;
    if (answer->close_after >= 0) {
        reply->closes = true;
        if ((uint64_t)answer->close_after < reply->size) {
            reply->size = (size_t)answer->close_after;
        }
    }
}
