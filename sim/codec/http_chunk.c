/*
 * The chunks of a body, byte by byte outside of data.
 */
#include "codec/http_chunk.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <limits.h>

static int hexadecimal(uint8_t byte)
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return -1;
}

static int take_size(struct hlsim__http_chunks *chunks, uint8_t byte)
{
    int digit = hexadecimal(byte);

    if (digit >= 0) {
        if (chunks->left > UINT64_MAX >> 4)
            return HLSIM_E_FORMAT;
        chunks->left = chunks->left << 4 | (uint64_t)digit;
        chunks->digits++;
        return 0;
    }
    if (chunks->digits == 0)
        return HLSIM_E_FORMAT;
    if (byte == '\r') {
        chunks->state = HLSIM__HTTP_CHUNK_SIZE_LF;
    } else if (byte == ';' || byte == ' ' || byte == '\t') {
        chunks->state = HLSIM__HTTP_CHUNK_EXTENSION;
    } else {
        return HLSIM_E_FORMAT;
    }
    return 0;
}

static void begin_line(struct hlsim__http_chunks *chunks, enum hlsim__http_chunk_state state)
{
    chunks->state = state;
    chunks->line_size = 0;
}

/* A byte of a text that ends with CR; what it says is of no interest. */
static int take_text(struct hlsim__http_chunks *chunks, uint8_t byte,
                     enum hlsim__http_chunk_state next)
{
    if (byte == '\r') {
        chunks->state = next;
    } else if ((byte < 0x20 && byte != '\t') || byte == 0x7F) {
        return HLSIM_E_FORMAT;
    }
    return 0;
}

/* The line feed of a line: what follows. */
static void end_line(struct hlsim__http_chunks *chunks)
{
    if (chunks->state == HLSIM__HTTP_CHUNK_SIZE_LF && chunks->left > 0) {
        chunks->state = HLSIM__HTTP_CHUNK_DATA;
    } else if (chunks->state == HLSIM__HTTP_CHUNK_DATA_LF) {
        chunks->digits = 0;
        begin_line(chunks, HLSIM__HTTP_CHUNK_SIZE);
    } else if (chunks->state == HLSIM__HTTP_CHUNK_TRAILER_LF && chunks->line_size == 2) {
        chunks->state = HLSIM__HTTP_CHUNK_END;
    } else {
        begin_line(chunks, HLSIM__HTTP_CHUNK_TRAILER);
    }
}

static int take_byte(struct hlsim__http_chunks *chunks, uint8_t byte)
{
    if (++chunks->line_size > HLSIM__HTTP_CHUNK_LINE_MAX)
        return HLSIM_E_LIMIT;
    switch (chunks->state) {
    case HLSIM__HTTP_CHUNK_SIZE:
        return take_size(chunks, byte);
    case HLSIM__HTTP_CHUNK_EXTENSION:
        return take_text(chunks, byte, HLSIM__HTTP_CHUNK_SIZE_LF);
    case HLSIM__HTTP_CHUNK_TRAILER:
        if (++chunks->trailer_size > HLSIM__HTTP_TRAILER_SIZE_MAX)
            return HLSIM_E_LIMIT;
        return take_text(chunks, byte, HLSIM__HTTP_CHUNK_TRAILER_LF);
    case HLSIM__HTTP_CHUNK_DATA_CR:
        chunks->state = HLSIM__HTTP_CHUNK_DATA_LF;
        return byte == '\r' ? 0 : HLSIM_E_FORMAT;
    case HLSIM__HTTP_CHUNK_SIZE_LF:
    case HLSIM__HTTP_CHUNK_DATA_LF:
    case HLSIM__HTTP_CHUNK_TRAILER_LF:
        if (byte != '\n')
            return HLSIM_E_FORMAT;
        end_line(chunks);
        return 0;
    case HLSIM__HTTP_CHUNK_DATA:
    case HLSIM__HTTP_CHUNK_END:
    default:
        HLSIM_ASSERT(false);
        return HLSIM_E_STATE;
    }
}

int hlsim__http_chunks_take(struct hlsim__http_chunks *chunks, const uint8_t *bytes, size_t size,
                            size_t *ret_size)
{
    size_t at = 0;

    HLSIM_ASSERT(size <= INT_MAX);
    *ret_size = 0;
    while (at < size && chunks->state != HLSIM__HTTP_CHUNK_END) {
        int rc;

        if (chunks->state == HLSIM__HTTP_CHUNK_DATA) {
            *ret_size = size - at < chunks->left ? size - at : (size_t)chunks->left;
            chunks->left -= *ret_size;
            if (chunks->left == 0)
                begin_line(chunks, HLSIM__HTTP_CHUNK_DATA_CR);
            return (int)(at + *ret_size);
        }
        rc = take_byte(chunks, bytes[at]);
        if (rc < 0)
            return rc;
        at++;
    }
    return (int)at;
}
