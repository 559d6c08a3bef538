/*
 * Bodies of HTTP/1.1 in chunks (RFC 7230 4.1): takes them apart as they come, in pieces of any
 * size. Knows nothing of heads and of what the bytes are.
 */
#ifndef HLSIM_CODEC_HTTP_CHUNK_H
#define HLSIM_CODEC_HTTP_CHUNK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLSIM__HTTP_CHUNK_LINE_MAX = 256,   /* A chunk's size with its extensions, or a trailer line. */
    HLSIM__HTTP_TRAILER_SIZE_MAX = 2048 /* All trailer lines together. */
};

enum hlsim__http_chunk_state {
    HLSIM__HTTP_CHUNK_SIZE,
    HLSIM__HTTP_CHUNK_EXTENSION,
    HLSIM__HTTP_CHUNK_SIZE_LF,
    HLSIM__HTTP_CHUNK_DATA,
    HLSIM__HTTP_CHUNK_DATA_CR,
    HLSIM__HTTP_CHUNK_DATA_LF,
    HLSIM__HTTP_CHUNK_TRAILER,
    HLSIM__HTTP_CHUNK_TRAILER_LF,
    HLSIM__HTTP_CHUNK_END,
};

/* To begin with all zeros. */
struct hlsim__http_chunks {
    enum hlsim__http_chunk_state state;
    uint64_t left;    /* of the present chunk */
    unsigned digits;  /* of its size */
    size_t line_size; /* of the present line */
    size_t trailer_size;
};

/*
 * Takes the next bytes up to and including one run of data. How many bytes belong to it, of which
 * the last `*ret_size` are data (0: none yet), or HLSIM_E_FORMAT (no number of 64 bits, lines that
 * do not end in CRLF) or HLSIM_E_LIMIT; nothing is taken after an error. After the last chunk and
 * its trailer 0 is returned and `state` is HLSIM__HTTP_CHUNK_END.
 */
int hlsim__http_chunks_take(struct hlsim__http_chunks *chunks, const uint8_t *bytes, size_t size,
                            size_t *ret_size);

#endif
