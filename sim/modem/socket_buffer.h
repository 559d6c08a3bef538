/*
 * What a session has received and its host has not read. The bytes are the model's, as those in the
 * network are: they lie outside of the modem's RAM and are given back when it restarts.
 */
#ifndef HLSIM_MODEM_SOCKET_BUFFER_H
#define HLSIM_MODEM_SOCKET_BUFFER_H

#include <stddef.h>
#include <stdint.h>

struct hlsim__socket_buffer {
    uint8_t *bytes;
    size_t start;
    size_t size;
    size_t capacity;
};

/* Adds bytes at the end. 0 or HLSIM_E_NO_MEMORY, which changes nothing. */
int hlsim__socket_buffer_put(struct hlsim__socket_buffer *buffer, const uint8_t *bytes,
                             size_t size);

/* The first byte; valid until the next change. There are `buffer->size`, all together. */
static inline const uint8_t *hlsim__socket_buffer_first(const struct hlsim__socket_buffer *buffer)
{
    return buffer->bytes + buffer->start;
}

/* Drops that many bytes from the beginning; there must be so many. */
void hlsim__socket_buffer_drop(struct hlsim__socket_buffer *buffer, size_t size);

/* Forgets everything and gives the memory back. */
void hlsim__socket_buffer_free(struct hlsim__socket_buffer *buffer);

#endif
