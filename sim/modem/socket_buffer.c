/*
 * A queue of bytes that lie together. Knows nothing of sessions and limits.
 */
#include "modem/socket_buffer.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

#define CAPACITY_FIRST 2048

static int grow(struct hlsim__socket_buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity == 0 ? CAPACITY_FIRST : buffer->capacity;
    uint8_t *bytes;

    while (capacity < needed) {
        capacity *= 2;
    }
    bytes = malloc(capacity);
    if (bytes == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    if (buffer->size > 0) {
        memcpy(bytes, buffer->bytes + buffer->start, buffer->size);
    }
    free(buffer->bytes);
    buffer->bytes = bytes;
    buffer->capacity = capacity;
    buffer->start = 0;
    return 0;
}

int hlsim__socket_buffer_put(struct hlsim__socket_buffer *buffer, const uint8_t *bytes, size_t size)
{
    size_t needed = buffer->size + size;

    if (size == 0) {
        return 0;
    }
    if (buffer->start + needed > buffer->capacity) {
        /* Moving is worth while only where it makes much room: else each byte would move often. */
        if (needed <= buffer->capacity / 2) {
            memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->size);
            buffer->start = 0;
        } else {
            int error = grow(buffer, 2 * needed);

            if (error < 0) {
                return error;
            }
        }
    }
    memcpy(buffer->bytes + buffer->start + buffer->size, bytes, size);
    buffer->size += size;
    return 0;
}

void hlsim__socket_buffer_drop(struct hlsim__socket_buffer *buffer, size_t size)
{
    HLSIM_ASSERT(size <= buffer->size);
    buffer->start += size;
    buffer->size -= size;
    if (buffer->size == 0) {
        buffer->start = 0;
    }
}

void hlsim__socket_buffer_free(struct hlsim__socket_buffer *buffer)
{
    free(buffer->bytes);
    memset(buffer, 0, sizeof *buffer);
}
