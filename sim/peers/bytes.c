/*
 * A row of bytes.
 */
#include "peers/bytes.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 256

bool hlsim__bytes_add(struct hlsim__bytes *bytes, const void *more, size_t size)
{
    size_t room = bytes->room == 0 ? ROOM_FIRST : bytes->room;

    if (size > HLSIM__BYTES_MAX - bytes->size) {
        return false;
    }
    while (room < bytes->size + size) {
        room *= 2;
    }
    if (room != bytes->room) {
        uint8_t *at = realloc(bytes->at, room);

        if (at == NULL) {
            return false;
        }
        bytes->at = at;
        bytes->room = room;
    }
    if (size > 0) {
        memcpy(bytes->at + bytes->size, more, size);
        bytes->size += size;
    }
    return true;
}

void hlsim__bytes_drop(struct hlsim__bytes *bytes, size_t size)
{
    HLSIM_ASSERT(size <= bytes->size);
    bytes->size -= size;
    if (bytes->size > 0) {
        memmove(bytes->at, bytes->at + size, bytes->size);
    }
}

void hlsim__bytes_free(struct hlsim__bytes *bytes)
{
    free(bytes->at);
    *bytes = (struct hlsim__bytes){0};
}
