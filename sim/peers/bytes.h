/*
 * A row of bytes that grows as it needs to, up to a limit, and forgets its beginning. Knows not
 * what they mean.
 */
#ifndef HLSIM_PEERS_BYTES_H
#define HLSIM_PEERS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* More than this is nobody's to keep. */
#define HLSIM__BYTES_MAX (4 * 1024 * 1024)

/* All zero: empty. */
struct hlsim__bytes {
    uint8_t *at;
    size_t size;
    size_t room;
};

/* False when there is no memory, or too much would be kept: nothing was added. */
bool hlsim__bytes_add(struct hlsim__bytes *bytes, const void *more, size_t size);

/* Forgets the first of them. */
void hlsim__bytes_drop(struct hlsim__bytes *bytes, size_t size);

void hlsim__bytes_free(struct hlsim__bytes *bytes);

#endif
