/*
 * Looks before it writes.
 */
#include "base/sparse.h"

#include <stdbool.h>
#include <string.h>

#define PIECE 512

static bool is_zero(const uint8_t *bytes, size_t size)
{
    return size == 0 || (bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0);
}

void hlsim__fill_used(void *memory, size_t size, uint8_t byte)
{
    uint8_t *bytes = memory;

    while (size > 0) {
        size_t piece = size < PIECE ? size : PIECE;

        if (!is_zero(bytes, piece)) {
            memset(bytes, byte, piece);
        }
        bytes += piece;
        size -= piece;
    }
}

void hlsim__clear_sparse(void *memory, size_t size)
{
    hlsim__fill_used(memory, size, 0);
}
