/*
 * Writing of HTTP/1.1 heads into a fixed buffer. Checks that no text from outside can add lines of
 * its own; what a request or a response should say is for others to decide.
 */
#include "codec/http.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { NUMBER_TEXT_SIZE = 24 };

struct sink {
    char *text;
    size_t capacity;
    size_t size;
    size_t header_count;
    int error;
};

static void put(struct sink *sink, const char *text, size_t size)
{
    if (sink->error < 0)
        return;
    if (size > sink->capacity - sink->size) {
        sink->error = HLSIM_E_FULL;
        return;
    }
    if (size > 0)
        memcpy(sink->text + sink->size, text, size);
    sink->size += size;
}

/* For our own texts; text from outside goes through put_slice. */
static void put_text(struct sink *sink, const char *text)
{
    put(sink, text, strlen(text));
}

static void put_number(struct sink *sink, uint64_t value)
{
    char text[NUMBER_TEXT_SIZE];
    int size = snprintf(text, sizeof text, "%" PRIu64, value);

    HLSIM_ASSERT(size > 0 && (size_t)size < sizeof text);
    put(sink, text, (size_t)size);
}

/* A word has no spaces in it; other text may have them, but no control characters. */
static void put_slice(struct sink *sink, struct hlsim__http_slice slice, bool word)
{
    for (size_t i = 0; i < slice.size && sink->error == 0; i++) {
        unsigned char c = (unsigned char)slice.text[i];

        if ((c < 0x20 && c != '\t') || c == 0x7F || (word && (c == ' ' || c == '\t')))
            sink->error = HLSIM_E_INVALID;
    }
    if (word && slice.size == 0 && sink->error == 0)
        sink->error = HLSIM_E_INVALID;
    put(sink, slice.text, slice.size);
}

/* Ends a header line, of which no more are written than could be read again. */
static void end_header(struct sink *sink)
{
    put_text(sink, "\r\n");
    if (++sink->header_count > HLSIM__HTTP_HEADER_COUNT_MAX && sink->error == 0)
        sink->error = HLSIM_E_LIMIT;
}

static void put_header(struct sink *sink, struct hlsim__http_slice name,
                       struct hlsim__http_slice value)
{
    if (name.size > 0 && memchr(name.text, ':', name.size) != NULL && sink->error == 0)
        sink->error = HLSIM_E_INVALID;
    put_slice(sink, name, true);
    put_text(sink, ": ");
    put_slice(sink, value, false);
    end_header(sink);
}

static bool is_among(struct hlsim__http_slice name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (hlsim__http_is_name(name, names[i]))
            return true;
    }
    return false;
}

/* The lines that both kinds of heads end with; `own` are the names written from other fields. */
static void put_fields(struct sink *sink, const struct hlsim__http_fields *fields,
                       const char *const *own, size_t own_count)
{
    HLSIM_ASSERT(fields->header_count <= HLSIM__HTTP_HEADER_COUNT_MAX);
    if (fields->has_content_length) {
        put_text(sink, "Content-Length: ");
        put_number(sink, fields->content_length);
        end_header(sink);
    }
    if (!fields->keep_alive)
        put_header(sink, hlsim__http_slice("Connection"), hlsim__http_slice("close"));
    for (size_t i = 0; i < fields->header_count; i++) {
        if (!is_among(fields->headers[i].name, own, own_count))
            put_header(sink, fields->headers[i].name, fields->headers[i].value);
    }
    put_text(sink, "\r\n");
}

static struct sink begin(char *buffer, size_t capacity)
{
    return (struct sink){.text = buffer,
                         .capacity = capacity < HLSIM__HTTP_HEAD_SIZE_MAX
                                         ? capacity
                                         : (size_t)HLSIM__HTTP_HEAD_SIZE_MAX};
}

int hlsim__http_write_request(const struct hlsim__http_request *request, char *buffer,
                              size_t capacity)
{
    static const char *const own[] = {"Host", "Range", "Content-Length", "Connection"};
    struct sink sink = begin(buffer, capacity);

    put_slice(&sink, request->method, true);
    put_text(&sink, " ");
    put_slice(&sink, request->target, true);
    put_text(&sink, " HTTP/1.1\r\n");
    put_header(&sink, hlsim__http_slice("Host"), request->host);
    if (request->has_range) {
        put_text(&sink, "Range: bytes=");
        put_number(&sink, request->range_first);
        put_text(&sink, "-");
        if (request->range_has_last)
            put_number(&sink, request->range_last);
        end_header(&sink);
    }
    put_fields(&sink, &request->fields, own, sizeof own / sizeof *own);
    return sink.error < 0 ? sink.error : (int)sink.size;
}

/* RFC 7231 6.1; a reason may be empty, so that any other status goes without. */
static const char *usual_reason(unsigned status)
{
    static const struct {
        unsigned status;
        const char *reason;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {307, "Temporary Redirect"},
        {308, "Permanent Redirect"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {416, "Range Not Satisfiable"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };

    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        if (reasons[i].status == status)
            return reasons[i].reason;
    }
    return "";
}

static void put_content_range(struct sink *sink, const struct hlsim__http_response *response)
{
    put_text(sink, "Content-Range: bytes ");
    if (response->content_range_has_bytes) {
        put_number(sink, response->content_range_first);
        put_text(sink, "-");
        put_number(sink, response->content_range_last);
    } else {
        put_text(sink, "*");
    }
    put_text(sink, "/");
    if (response->content_range_has_total)
        put_number(sink, response->content_range_total);
    else
        put_text(sink, "*");
    end_header(sink);
}

int hlsim__http_write_response(const struct hlsim__http_response *response, char *buffer,
                               size_t capacity)
{
    static const char *const own[] = {"Content-Range", "Accept-Ranges", "Location",
                                      "Content-Length", "Connection"};
    struct sink sink = begin(buffer, capacity);
    struct hlsim__http_slice reason = response->reason;

    if (response->status < 100 || response->status > 599)
        return HLSIM_E_INVALID;
    if (reason.size == 0)
        reason = hlsim__http_slice(usual_reason(response->status));
    put_text(&sink, "HTTP/1.1 ");
    put_number(&sink, response->status);
    put_text(&sink, " ");
    put_slice(&sink, reason, false);
    put_text(&sink, "\r\n");
    if (response->has_content_range)
        put_content_range(&sink, response);
    if (response->accepts_ranges)
        put_header(&sink, hlsim__http_slice("Accept-Ranges"), hlsim__http_slice("bytes"));
    if (response->location.size > 0)
        put_header(&sink, hlsim__http_slice("Location"), response->location);
    put_fields(&sink, &response->fields, own, sizeof own / sizeof *own);
    return sink.error < 0 ? sink.error : (int)sink.size;
}
