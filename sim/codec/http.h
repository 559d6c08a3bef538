/*
 * Heads of HTTP/1.1 messages (RFC 7230, 7231, 7233) as a package download needs them: bytes <->
 * structs. Knows nothing of connections, of bodies and their transfer codings, or of files.
 */
#ifndef HLSIM_CODEC_HTTP_H
#define HLSIM_CODEC_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLSIM__HTTP_HEAD_SIZE_MAX = 2048, /* With the empty line at its end. */
    HLSIM__HTTP_HEADER_COUNT_MAX = 32
};

/* Borrowed text without a final zero; NULL and 0 when absent. */
struct hlsim__http_slice {
    const char *text;
    size_t size;
};

struct hlsim__http_header {
    struct hlsim__http_slice name;
    struct hlsim__http_slice value; /* Without the white space around it. */
};

/*
 * What requests and responses have in common. When parsed, `headers` holds all header lines in
 * order. When written, the lines made from the other fields come first, and lines in `headers`
 * whose name belongs to such a field are left out, so that what was parsed can be written again.
 */
struct hlsim__http_fields {
    struct hlsim__http_header headers[HLSIM__HTTP_HEADER_COUNT_MAX];
    size_t header_count;
    uint8_t minor_version; /* HTTP/1.0 or HTTP/1.1; writing always says 1.1. */
    bool keep_alive;       /* From Connection, else by version (RFC 7230 6.3). */
    bool has_content_length;
    uint64_t content_length;    /* Bytes. */
    bool has_transfer_encoding; /* Then the body has no length that is known before. */
    bool is_chunked;            /* Chunks are its one transfer coding; see http_chunk.h. */
};

struct hlsim__http_request {
    struct hlsim__http_slice method; /* "GET", "HEAD" ...; case matters. */
    struct hlsim__http_slice target;
    struct hlsim__http_slice host; /* With the port, when it was given. */
    bool has_range;                /* bytes=first- or bytes=first-last */
    uint64_t range_first;
    bool range_has_last;
    uint64_t range_last; /* The last byte wanted, inclusive. */
    struct hlsim__http_fields fields;
};

struct hlsim__http_response {
    unsigned status;                 /* 100 to 599. */
    struct hlsim__http_slice reason; /* May be empty. */
    bool has_content_range; /* bytes first-last/total, or no bytes but the total with a 416. */
    bool content_range_has_bytes;
    uint64_t content_range_first;
    uint64_t content_range_last; /* Inclusive. */
    bool content_range_has_total;
    uint64_t content_range_total;
    bool accepts_ranges; /* Accept-Ranges: bytes */
    struct hlsim__http_slice location;
    struct hlsim__http_fields fields;
};

/*
 * Parse the head at the beginning of the bytes received so far. The size of the head including its
 * empty line (the body begins there), or
 *   HLSIM_E_INCOMPLETE  good so far, but the empty line is still to come: call again with more;
 *   HLSIM_E_FORMAT      malformed: lines that do not end in CRLF, folded lines, white space before
 *                       the colon, Content-Length that is not a number of 64 bits or has two
 *                       different values, more than one Host or (HTTP/1.1) none, and the like;
 *   HLSIM_E_LIMIT       larger than HLSIM__HTTP_HEAD_SIZE_MAX or more than
 *                       HLSIM__HTTP_HEADER_COUNT_MAX header lines.
 * A Range that is not of the two forms above is ignored, as RFC 7233 3.1 allows (a number that does
 * not fit 64 bits is malformed). The slices are borrowed from the bytes.
 */
int hlsim__http_parse_request(const char *bytes, size_t size,
                              struct hlsim__http_request *ret_request);
int hlsim__http_parse_response(const char *bytes, size_t size,
                               struct hlsim__http_response *ret_response);

/* The first header line of that name, in any case; NULL when there is none. */
const struct hlsim__http_header *hlsim__http_find(const struct hlsim__http_fields *fields,
                                                  const char *name);

/* Whether the slice is that text, to the letter. */
bool hlsim__http_is(struct hlsim__http_slice slice, const char *text);

/* The same without regard to case, as for names of headers. */
bool hlsim__http_is_name(struct hlsim__http_slice slice, const char *text);

/* A slice of all of a text that ends with zero, borrowed. */
struct hlsim__http_slice hlsim__http_slice(const char *text);

/*
 * Write a head with the empty line at its end and no final zero; the size, or HLSIM_E_FULL when the
 * capacity or HLSIM__HTTP_HEAD_SIZE_MAX is too small, HLSIM_E_LIMIT when there would be more
 * than HLSIM__HTTP_HEADER_COUNT_MAX header lines, or HLSIM_E_INVALID when a text in the struct has
 * characters that would break the line or the status is out of range. Connection is written
 * when it is "close". A response without a reason gets the usual one.
 */
int hlsim__http_write_request(const struct hlsim__http_request *request, char *buffer,
                              size_t capacity);
int hlsim__http_write_response(const struct hlsim__http_response *response, char *buffer,
                               size_t capacity);

#endif
