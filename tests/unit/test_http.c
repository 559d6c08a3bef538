/*
 * HTTP heads against examples of RFC 7230 and RFC 7233 and hostile variants, at every split point;
 * and the splitting of URLs.
 */
#include "codec/http.h"
#include "codec/url.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_SIZE_MAX = 4096 };

/* RFC 7230 2.1 and the ranges of RFC 7233 2.1, as a resumed download asks for them. */
#define HELLO                                                                                      \
    "GET /hello.txt HTTP/1.1\r\n"                                                                  \
    "User-Agent: curl/7.16.3 libcurl/7.16.3 OpenSSL/0.9.7l zlib/1.2.3\r\n"                         \
    "Host: www.example.com\r\n"                                                                    \
    "Accept-Language: en, mi\r\n"                                                                  \
    "\r\n"
#define RESUME                                                                                     \
    "GET /packages/4.6.8.bin?id=1 HTTP/1.1\r\n"                                                    \
    "host:  pkg.example:8080 \r\n"                                                                 \
    "RANGE: bytes=100352-\r\n"                                                                     \
    "Connection: close\r\n"                                                                        \
    "\r\n"
/* RFC 7230 2.1 and RFC 7233 4.1. */
#define HELLO_ANSWER                                                                               \
    "HTTP/1.1 200 OK\r\n"                                                                          \
    "Date: Mon, 27 Jul 2009 12:28:53 GMT\r\n"                                                      \
    "Server: Apache\r\n"                                                                           \
    "Last-Modified: Wed, 22 Jul 2009 19:15:56 GMT\r\n"                                             \
    "ETag: \"34aa387-d-1568eb00\"\r\n"                                                             \
    "Accept-Ranges: bytes\r\n"                                                                     \
    "Content-Length: 51\r\n"                                                                       \
    "Vary: Accept-Encoding\r\n"                                                                    \
    "Content-Type: text/plain\r\n"                                                                 \
    "\r\n"
#define PARTIAL_ANSWER                                                                             \
    "HTTP/1.1 206 Partial Content\r\n"                                                             \
    "Date: Wed, 15 Nov 1995 06:25:24 GMT\r\n"                                                      \
    "Last-Modified: Wed, 15 Nov 1995 04:58:08 GMT\r\n"                                             \
    "Content-Range: bytes 21010-47021/47022\r\n"                                                   \
    "Content-Length: 26012\r\n"                                                                    \
    "Content-Type: image/gif\r\n"                                                                  \
    "\r\n"
#define UNSATISFIED_ANSWER                                                                         \
    "HTTP/1.1 416 Range Not Satisfiable\r\n"                                                       \
    "Date: Fri, 20 Jan 2012 15:41:54 GMT\r\n"                                                      \
    "Content-Range: bytes */47022\r\n"                                                             \
    "\r\n"

static const char *const requests[] = {HELLO, RESUME};
static const char *const responses[] = {HELLO_ANSWER, PARTIAL_ANSWER, UNSATISFIED_ANSWER};

/* Both parse a copy that ends where its heap block ends, so that the sanitizer sees overreads. */
static int request_exact(const char *text, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    struct hlsim__http_request request;
    int rc;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, text, size);
    rc = hlsim__http_parse_request(copy, size, &request);
    free(copy);
    return rc;
}

static int response_exact(const char *text, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    struct hlsim__http_response response;
    int rc;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, text, size);
    rc = hlsim__http_parse_response(copy, size, &response);
    free(copy);
    return rc;
}

/* A request or a response of one further header line, or more when the text says so. */
static int request_with(const char *lines, struct hlsim__http_request *request, char *text)
{
    int size = snprintf(text, TEXT_SIZE_MAX, "GET / HTTP/1.1\r\nHost: a\r\n%s\r\n\r\n", lines);

    CU_ASSERT_FATAL(size > 0 && size < TEXT_SIZE_MAX);
    return hlsim__http_parse_request(text, (size_t)size, request);
}

static int response_with(const char *lines, struct hlsim__http_response *response, char *text)
{
    int size = snprintf(text, TEXT_SIZE_MAX, "HTTP/1.1 200 OK\r\n%s\r\n\r\n", lines);

    CU_ASSERT_FATAL(size > 0 && size < TEXT_SIZE_MAX);
    return hlsim__http_parse_response(text, (size_t)size, response);
}

static void reads_the_request_of_rfc_7230(void)
{
    struct hlsim__http_request request;
    const struct hlsim__http_header *header;

    CU_ASSERT_EQUAL_FATAL(hlsim__http_parse_request(HELLO "body", strlen(HELLO) + 4, &request),
                          (int)strlen(HELLO));
    CU_ASSERT(hlsim__http_is(request.method, "GET"));
    CU_ASSERT(hlsim__http_is(request.target, "/hello.txt"));
    CU_ASSERT(hlsim__http_is(request.host, "www.example.com"));
    CU_ASSERT(request.fields.keep_alive);
    CU_ASSERT_FALSE(request.has_range || request.fields.has_content_length);
    CU_ASSERT_EQUAL(request.fields.header_count, 3);
    header = hlsim__http_find(&request.fields, "accept-language");
    CU_ASSERT_PTR_NOT_NULL_FATAL(header);
    CU_ASSERT(hlsim__http_is(header->value, "en, mi"));
    CU_ASSERT_PTR_NULL(hlsim__http_find(&request.fields, "Accept"));
}

static void reads_a_resumed_download(void)
{
    struct hlsim__http_request request;

    CU_ASSERT_EQUAL_FATAL(hlsim__http_parse_request(RESUME, strlen(RESUME), &request),
                          (int)strlen(RESUME));
    CU_ASSERT(hlsim__http_is(request.target, "/packages/4.6.8.bin?id=1"));
    CU_ASSERT(hlsim__http_is(request.host, "pkg.example:8080"));
    CU_ASSERT(request.has_range && !request.range_has_last);
    CU_ASSERT_EQUAL(request.range_first, 100352);
    CU_ASSERT_FALSE(request.fields.keep_alive);
}

static void reads_the_responses_of_rfc_7233(void)
{
    struct hlsim__http_response response;

    CU_ASSERT_EQUAL_FATAL(hlsim__http_parse_response(HELLO_ANSWER, strlen(HELLO_ANSWER), &response),
                          (int)strlen(HELLO_ANSWER));
    CU_ASSERT_EQUAL(response.status, 200);
    CU_ASSERT(hlsim__http_is(response.reason, "OK"));
    CU_ASSERT(response.accepts_ranges && response.fields.has_content_length);
    CU_ASSERT_EQUAL(response.fields.content_length, 51);
    CU_ASSERT_FALSE(response.has_content_range);

    CU_ASSERT(hlsim__http_parse_response(PARTIAL_ANSWER, strlen(PARTIAL_ANSWER), &response) > 0);
    CU_ASSERT_EQUAL(response.status, 206);
    CU_ASSERT(response.has_content_range && response.content_range_has_bytes);
    CU_ASSERT_EQUAL(response.content_range_first, 21010);
    CU_ASSERT_EQUAL(response.content_range_last, 47021);
    CU_ASSERT(response.content_range_has_total && response.content_range_total == 47022);
    CU_ASSERT_EQUAL(response.fields.content_length, 26012);

    CU_ASSERT(
        hlsim__http_parse_response(UNSATISFIED_ANSWER, strlen(UNSATISFIED_ANSWER), &response) > 0);
    CU_ASSERT_EQUAL(response.status, 416);
    CU_ASSERT(response.has_content_range && !response.content_range_has_bytes);
    CU_ASSERT(response.content_range_has_total && response.content_range_total == 47022);
}

static void cut_everywhere(const char *text, int (*parse)(const char *, size_t))
{
    for (size_t cut = 0; cut < strlen(text); cut++)
        CU_ASSERT_EQUAL(parse(text, cut), HLSIM_E_INCOMPLETE);
    CU_ASSERT_EQUAL(parse(text, strlen(text)), (int)strlen(text));
}

static void says_incomplete_at_every_split_point(void)
{
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        cut_everywhere(requests[i], request_exact);
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++)
        cut_everywhere(responses[i], response_exact);
}

static void flip_every_bit(const char *original, int (*parse)(const char *, size_t))
{
    size_t size = strlen(original);
    char text[TEXT_SIZE_MAX];

    memcpy(text, original, size);
    for (size_t bit = 0; bit < 8 * size; bit++) {
        int rc;

        text[bit / 8] = (char)((unsigned char)original[bit / 8] ^ 1U << bit % 8);
        rc = parse(text, size);
        CU_ASSERT(rc == HLSIM_E_FORMAT || rc == HLSIM_E_INCOMPLETE ||
                  (rc > 0 && (size_t)rc <= size));
        text[bit / 8] = original[bit / 8];
    }
}

static void survives_every_flipped_bit(void)
{
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        flip_every_bit(requests[i], request_exact);
    for (size_t i = 0; i < sizeof responses / sizeof *responses; i++)
        flip_every_bit(responses[i], response_exact);
}

static void refuses_malformed_request_heads(void)
{
    static const char *const texts[] = {
        "\r\n",
        "GET\r\n",
        "GET /\r\n",
        " / HTTP/1.1\r\n",
        "GET  / HTTP/1.1\r\n",
        "GET / HTTP/1.1 \r\n",
        "GET / HTTP/2.0\r\n",
        "GET / HTTP/1.2\r\n",
        "GET / http/1.1\r\n",
        "G@T / HTTP/1.1\r\n",
        "GET /\x80 HTTP/1.1\r\n",
        "GET / HTTP/1.1\n",
        "GET / HTTP/1.1\rHost",
        "GET / HTTP/1.1\r\nHost : a\r\n",
        "GET / HTTP/1.1\r\nHost\r\n",
        "GET / HTTP/1.1\r\n: a\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\n\tfolded\r\n",
        "GET / HTTP/1.1\r\nHost: a\x01\r\n",
        "GET / HTTP/1.1\r\nHost: a\nX: b\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    };
    static const char old[] = "GET / HTTP/1.0\r\n\r\n";

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CU_ASSERT_EQUAL(request_exact(texts[i], strlen(texts[i])), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(request_exact("GET / HTTP/1.1\r\nHost: a\0\r\n\r\n", 28), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(request_exact(old, sizeof old - 1), (int)sizeof old - 1);
}

static void refuses_malformed_status_lines(void)
{
    static const char *const texts[] = {
        "HTTP/1.1\r\n",        "HTTP/1.1 \r\n",       "HTTP/1.1 20\r\n",     "HTTP/1.1 2000 OK\r\n",
        "HTTP/1.1 099 OK\r\n", "HTTP/1.1 600 OK\r\n", "HTTP/1.1 2x0 OK\r\n", "HTTP/1.1  200 OK\r\n",
        "HTTP/3 200 OK\r\n",   "ICY 200 OK\r\n",      "HTTP/1.1 -20 OK\r\n", "HTTP/1.1 200\tOK\r\n",
    };
    static const char *const good[] = {"HTTP/1.1 200\r\n\r\n", "HTTP/1.1 200 \r\n\r\n"};

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CU_ASSERT_EQUAL(response_exact(texts[i], strlen(texts[i])), HLSIM_E_FORMAT);
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        CU_ASSERT_EQUAL(response_exact(good[i], strlen(good[i])), (int)strlen(good[i]));
}

static void refuses_content_lengths_that_are_no_one_number(void)
{
    struct hlsim__http_response response;
    char text[TEXT_SIZE_MAX];

    CU_ASSERT(response_with("Content-Length: 18446744073709551615", &response, text) > 0);
    CU_ASSERT_EQUAL(response.fields.content_length, UINT64_MAX);
    CU_ASSERT(response_with("Content-Length: 7\r\ncontent-length: 7", &response, text) > 0);
    CU_ASSERT_EQUAL(response.fields.content_length, 7);
    CU_ASSERT_EQUAL(response_with("Content-Length: 7\r\nContent-Length: 8", &response, text),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(response_with("Content-Length: 18446744073709551616", &response, text),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(response_with("Content-Length: 99999999999999999999", &response, text),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(response_with("Content-Length:", &response, text), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(response_with("Content-Length: -1", &response, text), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(response_with("Content-Length: +1", &response, text), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(response_with("Content-Length: 0x10", &response, text), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(response_with("Content-Length: 7, 7", &response, text), HLSIM_E_FORMAT);
}

static void reads_ranges_and_ignores_those_it_does_not_serve(void)
{
    static const char *const ignored[] = {
        "Range: bytes=-500", "Range: bytes=0-1,5-6", "Range: lines=0-1",
        "Range: bytes=5-4",  "Range: bytes=",        "Range: bytes=a-",
        "Range: bytes 0-1",  "Range: bytes=1",       "Range: bytes=1-2x",
    };
    struct hlsim__http_request request;
    char text[TEXT_SIZE_MAX];

    CU_ASSERT(request_with("Range: bytes=0-499", &request, text) > 0);
    CU_ASSERT(request.has_range && request.range_has_last);
    CU_ASSERT_EQUAL(request.range_first, 0);
    CU_ASSERT_EQUAL(request.range_last, 499);
    CU_ASSERT(request_with("Range: Bytes=9500-", &request, text) > 0);
    CU_ASSERT(request.has_range && !request.range_has_last);
    CU_ASSERT_EQUAL(request.range_first, 9500);
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) {
        CU_ASSERT(request_with(ignored[i], &request, text) > 0);
        CU_ASSERT_FALSE(request.has_range);
    }
    CU_ASSERT_EQUAL(request_with("Range: bytes=18446744073709551616-", &request, text),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(request_with("Range: bytes=0-18446744073709551616", &request, text),
                    HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(request_with("Range: bytes=0-1\r\nRange: bytes=0-1", &request, text),
                    HLSIM_E_FORMAT);
}

static void refuses_content_ranges_that_make_no_sense(void)
{
    static const char *const bad[] = {
        "Content-Range: bytes 5-4/10",
        "Content-Range: bytes 0-10/10",
        "Content-Range: bytes 0-9",
        "Content-Range: bytes */*",
        "Content-Range: bytes=0-9/10",
        "Content-Range: bytes 0-9/10x",
        "Content-Range: lines 0-9/10",
        "Content-Range: bytes 0-18446744073709551616/*",
        "Content-Range: bytes 0-1/2\r\nContent-Range: bytes 0-1/2",
    };
    struct hlsim__http_response response;
    char text[TEXT_SIZE_MAX];

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT_EQUAL(response_with(bad[i], &response, text), HLSIM_E_FORMAT);
    CU_ASSERT(response_with("Content-Range: bytes 42-1233/*", &response, text) > 0);
    CU_ASSERT(response.content_range_has_bytes && !response.content_range_has_total);
    CU_ASSERT_EQUAL(response.content_range_last, 1233);
}

static void reads_where_to_go_and_whether_the_connection_stays(void)
{
    struct hlsim__http_response response;
    struct hlsim__http_request request;
    static const char old[] = "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n";
    char text[TEXT_SIZE_MAX];

    CU_ASSERT(response_with("Location: http://h/x", &response, text) > 0);
    CU_ASSERT(hlsim__http_is(response.location, "http://h/x"));
    CU_ASSERT(response_with("Connection: upgrade, CLOSE", &response, text) > 0);
    CU_ASSERT_FALSE(response.fields.keep_alive);
    CU_ASSERT(response_with("Connection: closed", &response, text) > 0);
    CU_ASSERT(response.fields.keep_alive);
    CU_ASSERT(response_with("Connection: keep-alive\r\nConnection: close", &response, text) > 0);
    CU_ASSERT_FALSE(response.fields.keep_alive);
    CU_ASSERT(response_with("Transfer-Encoding: chunked", &response, text) > 0);
    CU_ASSERT(response.fields.has_transfer_encoding);
    CU_ASSERT(hlsim__http_parse_request(old, sizeof old - 1, &request) > 0);
    CU_ASSERT(request.fields.keep_alive);
    CU_ASSERT(hlsim__http_parse_request("GET / HTTP/1.0\r\n\r\n", 18, &request) > 0);
    CU_ASSERT_FALSE(request.fields.keep_alive);
}

static void keeps_its_limits(void)
{
    struct hlsim__http_response response;
    char text[TEXT_SIZE_MAX];
    char again[TEXT_SIZE_MAX];
    size_t size = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nX: ");

    /* The largest head that is allowed, then one byte more, then a line that never ends. */
    memset(text + size, 'x', sizeof text - size);
    memcpy(text + HLSIM__HTTP_HEAD_SIZE_MAX - 4, "\r\n\r\n", 4);
    CU_ASSERT_EQUAL(response_exact(text, HLSIM__HTTP_HEAD_SIZE_MAX), HLSIM__HTTP_HEAD_SIZE_MAX);
    CU_ASSERT_EQUAL(response_exact(text, HLSIM__HTTP_HEAD_SIZE_MAX - 1), HLSIM_E_INCOMPLETE);
    memset(text + size, 'x', sizeof text - size);
    memcpy(text + HLSIM__HTTP_HEAD_SIZE_MAX - 3, "\r\n\r\n", 4);
    CU_ASSERT_EQUAL(response_exact(text, HLSIM__HTTP_HEAD_SIZE_MAX + 1), HLSIM_E_LIMIT);
    memset(text + size, 'x', sizeof text - size);
    CU_ASSERT_EQUAL(response_exact(text, sizeof text), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(response_exact(text, HLSIM__HTTP_HEAD_SIZE_MAX), HLSIM_E_LIMIT);

    size = (size_t)snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\n");
    for (int i = 0; i < HLSIM__HTTP_HEADER_COUNT_MAX; i++, size += 6)
        memcpy(text + size, "X: 1\r\n", 6);
    memcpy(text + size, "\r\n", 2);
    CU_ASSERT_EQUAL(response_exact(text, size + 2), (int)size + 2);
    CU_ASSERT(hlsim__http_parse_response(text, size + 2, &response) > 0);
    CU_ASSERT_EQUAL(hlsim__http_write_response(&response, again, sizeof again), (int)size + 2);
    response.fields.keep_alive = false;
    CU_ASSERT_EQUAL(hlsim__http_write_response(&response, again, sizeof again), HLSIM_E_LIMIT);
    memcpy(text + size, "X: 1\r\n\r\n", 8);
    CU_ASSERT_EQUAL(response_exact(text, size + 8), HLSIM_E_LIMIT);
}

static void writes_requests(void)
{
    static const char expected[] = "GET /p.bin HTTP/1.1\r\nHost: h:81\r\nRange: bytes=2048-4095\r\n"
                                   "Connection: close\r\nUser-Agent: x y\r\n\r\n";
    struct hlsim__http_request request = {.method = hlsim__http_slice("GET"),
                                          .target = hlsim__http_slice("/p.bin"),
                                          .host = hlsim__http_slice("h:81"),
                                          .has_range = true,
                                          .range_first = 2048,
                                          .range_has_last = true,
                                          .range_last = 4095};
    const int whole = (int)sizeof expected - 1;

    request.fields.headers[0].name = hlsim__http_slice("User-Agent");
    request.fields.headers[0].value = hlsim__http_slice("x y");
    request.fields.header_count = 1;
    for (int capacity = 0; capacity <= whole; capacity++) {
        char *buffer = malloc(capacity > 0 ? (size_t)capacity : 1);
        int rc;

        CU_ASSERT_PTR_NOT_NULL_FATAL(buffer);
        rc = hlsim__http_write_request(&request, buffer, (size_t)capacity);
        CU_ASSERT_EQUAL(rc, capacity < whole ? HLSIM_E_FULL : whole);
        CU_ASSERT(capacity < whole || memcmp(buffer, expected, (size_t)whole) == 0);
        free(buffer);
    }
}

static void writes_responses(void)
{
    static const char partial[] = "HTTP/1.1 206 Partial Content\r\n"
                                  "Content-Range: bytes 100-199/200\r\n"
                                  "Accept-Ranges: bytes\r\nContent-Length: 100\r\n\r\n";
    static const char moved[] = "HTTP/1.1 302 Found\r\nLocation: http://h/x\r\n"
                                "Content-Length: 0\r\nConnection: close\r\n\r\n";
    static const char beyond[] = "HTTP/1.1 416 Range Not Satisfiable\r\n"
                                 "Content-Range: bytes */200\r\n\r\n";
    struct hlsim__http_response response = {
        .status = 206,
        .has_content_range = true,
        .content_range_has_bytes = true,
        .content_range_first = 100,
        .content_range_last = 199,
        .content_range_has_total = true,
        .content_range_total = 200,
        .accepts_ranges = true,
        .fields = {.keep_alive = true, .has_content_length = true, .content_length = 100}};
    char text[TEXT_SIZE_MAX];
    int size;

    size = hlsim__http_write_response(&response, text, sizeof text);
    CU_ASSERT_EQUAL_FATAL(size, (int)sizeof partial - 1);
    CU_ASSERT_EQUAL(memcmp(text, partial, (size_t)size), 0);
    response = (struct hlsim__http_response){.status = 302,
                                             .location = hlsim__http_slice("http://h/x"),
                                             .fields = {.has_content_length = true}};
    size = hlsim__http_write_response(&response, text, sizeof text);
    CU_ASSERT_EQUAL_FATAL(size, (int)sizeof moved - 1);
    CU_ASSERT_EQUAL(memcmp(text, moved, (size_t)size), 0);
    response = (struct hlsim__http_response){.status = 416,
                                             .has_content_range = true,
                                             .content_range_has_total = true,
                                             .content_range_total = 200,
                                             .fields = {.keep_alive = true}};
    size = hlsim__http_write_response(&response, text, sizeof text);
    CU_ASSERT_EQUAL_FATAL(size, (int)sizeof beyond - 1);
    CU_ASSERT_EQUAL(memcmp(text, beyond, (size_t)size), 0);
}

static void writes_what_it_read_without_doubling_lines(void)
{
    static const char text[] = "HTTP/1.1 206 Partial\r\nContent-Range: bytes 0-1/*\r\n"
                               "Content-Length: 2\r\nETag: \"1\"\r\n\r\n";
    struct hlsim__http_response response;
    char again[TEXT_SIZE_MAX];

    CU_ASSERT(hlsim__http_parse_response(text, sizeof text - 1, &response) > 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__http_write_response(&response, again, sizeof again),
                          (int)sizeof text - 1);
    CU_ASSERT_EQUAL(memcmp(again, text, sizeof text - 1), 0);
}

static void lets_no_text_add_lines_of_its_own(void)
{
    struct hlsim__http_request request = {.method = hlsim__http_slice("GET"),
                                          .target = hlsim__http_slice("/ HTTP/1.1\r\nX: y"),
                                          .host = hlsim__http_slice("h")};
    struct hlsim__http_response response = {.status = 200,
                                            .reason = hlsim__http_slice("OK\r\nX: y")};
    char text[TEXT_SIZE_MAX];

    CU_ASSERT_EQUAL(hlsim__http_write_request(&request, text, sizeof text), HLSIM_E_INVALID);
    request.target = hlsim__http_slice("");
    CU_ASSERT_EQUAL(hlsim__http_write_request(&request, text, sizeof text), HLSIM_E_INVALID);
    request.target = hlsim__http_slice("/");
    request.host = hlsim__http_slice("h\r\nX: y");
    CU_ASSERT_EQUAL(hlsim__http_write_request(&request, text, sizeof text), HLSIM_E_INVALID);
    request.host = hlsim__http_slice("h");
    request.fields.headers[0].name = hlsim__http_slice("A: b");
    request.fields.header_count = 1;
    CU_ASSERT_EQUAL(hlsim__http_write_request(&request, text, sizeof text), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__http_write_response(&response, text, sizeof text), HLSIM_E_INVALID);
    response.reason = hlsim__http_slice("");
    CU_ASSERT(hlsim__http_write_response(&response, text, sizeof text) > 0);
    response.status = 99;
    CU_ASSERT_EQUAL(hlsim__http_write_response(&response, text, sizeof text), HLSIM_E_INVALID);
}

static int split(const char *text, struct hlsim__url *url)
{
    size_t size = strlen(text);
    char *copy = malloc(size > 0 ? size : 1);
    struct hlsim__url parts;
    int rc;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, text, size);
    rc = hlsim__url_split(copy, size, &parts);
    free(copy);
    CU_ASSERT_EQUAL(hlsim__url_split(text, size, url), rc);
    return rc;
}

static bool url_is(const struct hlsim__url *url, const char *host, unsigned port,
                   const char *target)
{
    return url->host_size == strlen(host) && memcmp(url->host, host, url->host_size) == 0 &&
           url->port == port && url->target_size == strlen(target) &&
           memcmp(url->target, target, url->target_size) == 0;
}

static void splits_urls(void)
{
    struct hlsim__url url;

    CU_ASSERT_EQUAL_FATAL(split("http://pkg.example/a/b.bin?x=1&y=%2F", &url), 0);
    CU_ASSERT_EQUAL(url.scheme, HLSIM__URL_HTTP);
    CU_ASSERT(url_is(&url, "pkg.example", 80, "/a/b.bin?x=1&y=%2F"));
    CU_ASSERT_EQUAL_FATAL(split("HTTPS://h", &url), 0);
    CU_ASSERT_EQUAL(url.scheme, HLSIM__URL_HTTPS);
    CU_ASSERT(url_is(&url, "h", 443, "/"));
    CU_ASSERT_EQUAL_FATAL(split("coap://10.0.0.1:65535", &url), 0);
    CU_ASSERT(url.scheme == HLSIM__URL_COAP && url_is(&url, "10.0.0.1", 65535, "/"));
    CU_ASSERT_EQUAL_FATAL(split("coap://h/", &url), 0);
    CU_ASSERT(url_is(&url, "h", 5683, "/"));
    CU_ASSERT_EQUAL_FATAL(split("coaps://[2001:db8::1]:5700/bs", &url), 0);
    CU_ASSERT(url.host_is_ipv6 && url_is(&url, "2001:db8::1", 5700, "/bs"));
    CU_ASSERT_EQUAL_FATAL(split("coaps://bs.example:", &url), 0);
    CU_ASSERT(!url.host_is_ipv6 && url_is(&url, "bs.example", 5684, "/"));
    CU_ASSERT_STRING_EQUAL(hlsim__url_scheme_name(HLSIM__URL_COAPS), "coaps");
    CU_ASSERT_EQUAL(hlsim__url_default_port(HLSIM__URL_HTTP), 80);
}

static void refuses_urls_that_it_cannot_split(void)
{
    static const char *const bad[] = {
        "",
        "http",
        "http:",
        "http:/",
        "http://",
        "://h",
        "http:///x",
        "http://:80",
        "http://h:0",
        "http://h:65536",
        "http://h:8x",
        "http://h:-1",
        "http://u@h/",
        "http://h/a b",
        "http://h/#f",
        "http://h/%",
        "http://h/%4",
        "http://h/%zz",
        "http://[::1",
        "http://[]/",
        "http://h\\x",
        "http://h/\x80",
        "ht tp://h/",
        "http://h:99999999999999999999/",
        "/packages/x",
        "http//h",
        "http://h/\r\n",
        "http://[::1]x/",
    };
    struct hlsim__url url;

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        CU_ASSERT_EQUAL(split(bad[i], &url), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(split("ftp://h/x", &url), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(split("coap+tcp://h/x", &url), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(split("httpx://h/x", &url), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(split("http://h?x=1", &url), HLSIM_E_UNSUPPORTED);
}

static const struct suite_test tests[] = {
    SUITE_TEST(reads_the_request_of_rfc_7230),
    SUITE_TEST(reads_a_resumed_download),
    SUITE_TEST(reads_the_responses_of_rfc_7233),
    SUITE_TEST(says_incomplete_at_every_split_point),
    SUITE_TEST(survives_every_flipped_bit),
    SUITE_TEST(refuses_malformed_request_heads),
    SUITE_TEST(refuses_malformed_status_lines),
    SUITE_TEST(refuses_content_lengths_that_are_no_one_number),
    SUITE_TEST(reads_ranges_and_ignores_those_it_does_not_serve),
    SUITE_TEST(refuses_content_ranges_that_make_no_sense),
    SUITE_TEST(reads_where_to_go_and_whether_the_connection_stays),
    SUITE_TEST(keeps_its_limits),
    SUITE_TEST(writes_requests),
    SUITE_TEST(writes_responses),
    SUITE_TEST(writes_what_it_read_without_doubling_lines),
    SUITE_TEST(lets_no_text_add_lines_of_its_own),
    SUITE_TEST(splits_urls),
    SUITE_TEST(refuses_urls_that_it_cannot_split),
};

int main(void)
{
    return suite_run("http", tests, sizeof tests / sizeof *tests);
}
