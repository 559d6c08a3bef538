/*
 * A small HTTP server: files in memory. GET and HEAD read them, PUT and POST write them, DELETE
 * removes them; each answer has a Content-Length, and the connection stays unless it is asked not
 * to.
 */
#include "peers/inside.h"

#include "codec/http.h"

#include <string.h>

static void answer(struct hlsim__peer_talk *talk, unsigned status, const uint8_t *body, size_t size,
                   const struct hlsim__http_request *request)
{
    struct hlsim__http_response response = {.status = status};
    char head[HLSIM__HTTP_HEAD_SIZE_MAX];
    int head_size;

    response.fields.has_content_length = true;
    response.fields.content_length = size;
    response.fields.keep_alive = request != NULL && request->fields.keep_alive;
    head_size = hlsim__http_write_response(&response, head, sizeof head);
    hlsim__talk_send(talk, (const uint8_t *)head, head_size > 0 ? (size_t)head_size : 0);
    if (request == NULL || !hlsim__http_is(request->method, "HEAD")) {
        hlsim__talk_send(talk, body, size);
    }
    if (!response.fields.keep_alive) {
        hlsim__talk_end(talk, HLSIM_PEER_FIN);
    }
}

static void serve(struct hlsim__peer_talk *talk, const struct hlsim__http_request *request,
                  const uint8_t *body, size_t size)
{
    struct hlsim__peer *peer = talk->peer;
    struct hlsim__peer_file *file =
        hlsim__peer_file(peer, request->target.text, request->target.size);
    bool writes = hlsim__http_is(request->method, "PUT") || hlsim__http_is(request->method, "POST");

    peer->steps_done++;
    if (writes) {
        bool there = file != NULL;

        if (!there) {
            file = hlsim__peer_add_file(peer, request->target.text, request->target.size);
        }
        if (file == NULL) {
            answer(talk, 507, NULL, 0, request);
            return;
        }
        hlsim__bytes_drop(&file->bytes, file->bytes.size);
        (void)hlsim__bytes_add(&file->bytes, body, size);
        answer(talk, there ? 200 : 201, NULL, 0, request);
    } else if (file == NULL) {
        answer(talk, 404, NULL, 0, request);
    } else if (hlsim__http_is(request->method, "DELETE")) {
        hlsim__peer_remove_file(peer, file);
        answer(talk, 200, NULL, 0, request);
    } else if (hlsim__http_is(request->method, "GET") || hlsim__http_is(request->method, "HEAD")) {
        answer(talk, 200, file->bytes.at, file->bytes.size, request);
    } else {
        answer(talk, 501, NULL, 0, request);
    }
}

void hlsim__http_peer_go_on(struct hlsim__peer_talk *talk)
{
    while (talk->inbox.size > 0 && !talk->closing) {
        struct hlsim__http_request request;
        int head =
            hlsim__http_parse_request((const char *)talk->inbox.at, talk->inbox.size, &request);
        size_t body;

        if (head == HLSIM_E_INCOMPLETE) {
            return;
        }
        if (head < 0 || request.fields.has_transfer_encoding ||
            request.fields.content_length > HLSIM__BYTES_MAX) {
            answer(talk, 400, NULL, 0, NULL);
            return;
        }
        body = request.fields.has_content_length ? (size_t)request.fields.content_length : 0;
        if (talk->inbox.size - (size_t)head < body) {
            return;
        }
        serve(talk, &request, talk->inbox.at + head, body);
        hlsim__bytes_drop(&talk->inbox, (size_t)head + body);
    }
}
