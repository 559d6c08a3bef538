/*
 * Reads the payloads of deltas: once as they arrive, to refuse what cannot be applied, and once
 * more as they are applied, because flash is asked and not remembered.
 */
#include "package/delta.h"

#include "base/assert.h"
#include "base/le.h"
#include "package/verify.h"

#include <string.h>

enum delta_offset {
    AT_BASE_SIZE = 0,
    AT_BASE_DIGEST = 4,
    AT_IMAGE_SIZE = AT_BASE_DIGEST + HLSIM_PACKAGE_DIGEST_SIZE,
};

_Static_assert(AT_IMAGE_SIZE + 4 == HLSIM__DELTA_HEADER_SIZE, "the documented size");
_Static_assert(sizeof((struct hlsim_package_delta_check *)0)->head == HLSIM__DELTA_HEADER_SIZE,
               "a header fits where it is collected");

/* --- Bytes -------------------------------------------------------------------------------- */

void hlsim__delta_header_write(const struct hlsim_package_delta *delta, uint8_t *ret_bytes)
{
    hlsim__le_put32(ret_bytes + AT_BASE_SIZE, delta->base_size);
    memcpy(ret_bytes + AT_BASE_DIGEST, delta->base_digest, sizeof delta->base_digest);
    hlsim__le_put32(ret_bytes + AT_IMAGE_SIZE, delta->image_size);
}

void hlsim__delta_operation_write(const struct hlsim__delta_operation *operation,
                                  uint8_t *ret_bytes)
{
    hlsim__le_put32(ret_bytes, (uint32_t)operation->kind);
    hlsim__le_put32(ret_bytes + 4, operation->size);
    hlsim__le_put32(ret_bytes + 8, operation->from);
}

void hlsim__delta_change_base(uint8_t *header)
{
    for (size_t i = 0; i < HLSIM_PACKAGE_DIGEST_SIZE; i++) {
        header[AT_BASE_DIGEST + i] ^= 0xff;
    }
}

static bool image_size_valid(uint32_t size)
{
    return size >= HLSIM_IMAGE_SIZE_MIN && size <= HLSIM_IMAGE_SIZE_MAX;
}

static int read_header(const uint8_t *bytes, struct hlsim_package_delta *ret_delta)
{
    memset(ret_delta, 0, sizeof *ret_delta);
    ret_delta->base_size = hlsim__le_get32(bytes + AT_BASE_SIZE);
    memcpy(ret_delta->base_digest, bytes + AT_BASE_DIGEST, sizeof ret_delta->base_digest);
    ret_delta->image_size = hlsim__le_get32(bytes + AT_IMAGE_SIZE);
    return image_size_valid(ret_delta->base_size) && image_size_valid(ret_delta->image_size)
               ? 0
               : HLSIM_E_FORMAT;
}

/* What limits an operation. */
struct room {
    uint32_t base;    /* size of the base */
    uint32_t image;   /* bytes of the image that are still to be made */
    uint32_t payload; /* bytes behind the operation */
};

/* Differences are compared and never sums, so that nothing can overflow. */
static int read_operation(const uint8_t *bytes, const struct room *room,
                          struct hlsim__delta_operation *ret_operation)
{
    uint32_t kind = hlsim__le_get32(bytes);
    uint32_t size = hlsim__le_get32(bytes + 4);
    uint32_t from = hlsim__le_get32(bytes + 8);
    bool good = false;

    switch (kind) {
    case HLSIM__DELTA_COPY:
        good = size > 0 && size <= room->image && size <= room->base && from <= room->base - size;
        break;
    case HLSIM__DELTA_LITERAL:
        good = size > 0 && size <= room->image && size <= room->payload && from == 0;
        break;
    case HLSIM__DELTA_UNUSED:
        good = size <= room->payload && from == 0;
        break;
    default:
        break;
    }
    *ret_operation = (struct hlsim__delta_operation){
        .kind = (enum hlsim__delta_kind)kind, .size = size, .from = from};
    return good ? 0 : HLSIM_E_FORMAT;
}

/* --- As it arrives ------------------------------------------------------------------------ */

void hlsim__delta_check_init(struct hlsim_package_delta_check *check, uint32_t payload_size)
{
    memset(check, 0, sizeof *check);
    check->left = payload_size;
}

/* A whole header or operation was collected. */
static int take_head(struct hlsim_package_delta_check *check)
{
    struct hlsim_package_delta *delta = &check->delta;
    struct hlsim__delta_operation operation;
    const struct room room = {
        .base = delta->base_size, .image = delta->image_size - check->made, .payload = check->left};
    int error;

    if (delta->image_size == 0) {
        return read_header(check->head, delta);
    }
    error = read_operation(check->head, &room, &operation);
    if (error < 0) {
        return error;
    }
    delta->operations++;
    if (operation.kind == HLSIM__DELTA_COPY) {
        delta->copied += operation.size;
    } else if (operation.kind == HLSIM__DELTA_LITERAL) {
        delta->carried += operation.size;
    } else {
        delta->unused += operation.size;
    }
    check->made = delta->copied + delta->carried;
    check->skip = operation.kind == HLSIM__DELTA_COPY ? 0 : operation.size;
    return 0;
}

static uint32_t smaller(uint32_t left, size_t right)
{
    return left < right ? left : (uint32_t)right;
}

int hlsim__delta_check_take(struct hlsim_package_delta_check *check, const uint8_t *bytes,
                            size_t size)
{
    HLSIM_ASSERT(size <= check->left);
    while (size > 0) {
        uint32_t head =
            check->delta.image_size == 0 ? HLSIM__DELTA_HEADER_SIZE : HLSIM__DELTA_OPERATION_SIZE;
        uint32_t piece = smaller(check->skip > 0 ? check->skip : head - check->collected, size);
        int error = 0;

        check->left -= piece;
        if (check->skip > 0) {
            check->skip -= piece;
        } else {
            memcpy(check->head + check->collected, bytes, piece);
            check->collected += piece;
            if (check->collected == head) {
                check->collected = 0;
                error = take_head(check);
            }
        }
        if (error < 0) {
            return error;
        }
        bytes += piece;
        size -= piece;
    }
    return 0;
}

int hlsim__delta_check_finish(const struct hlsim_package_delta_check *check)
{
    return check->left == 0 && check->collected == 0 && check->skip == 0 &&
                   check->delta.image_size > 0 && check->made == check->delta.image_size
               ? 0
               : HLSIM_E_FORMAT;
}

/* --- As it is applied --------------------------------------------------------------------- */

int hlsim__delta_open(struct hlsim__delta *delta, const struct hlsim__delta_source *source,
                      uint32_t payload_size)
{
    uint8_t header[HLSIM__DELTA_HEADER_SIZE];
    int error;

    memset(delta, 0, sizeof *delta);
    delta->source = *source;
    delta->payload_size = payload_size;
    delta->at = HLSIM__DELTA_HEADER_SIZE;
    if (payload_size < sizeof header) {
        return HLSIM_E_FORMAT;
    }
    error = source->payload(source->user, 0, header, sizeof header);
    return error < 0 ? error : read_header(header, &delta->info);
}

int hlsim__delta_base_is_right(const struct hlsim__delta *delta)
{
    struct hlsim_package_hash hash;
    uint8_t digest[HLSIM__DIGEST_SIZE];
    uint8_t bytes[1024];

    hlsim__hash_start(&hash);
    for (uint32_t at = 0; at < delta->info.base_size; at += (uint32_t)sizeof bytes) {
        uint32_t part = smaller(delta->info.base_size - at, sizeof bytes);
        int error = delta->source.base(delta->source.user, at, bytes, part);

        if (error < 0) {
            return error;
        }
        hlsim__hash_add(&hash, bytes, part);
    }
    hlsim__hash_finish(&hash, digest);
    return memcmp(digest, delta->info.base_digest, sizeof digest) == 0;
}

/* Goes on to the next operation that makes bytes. */
static int next_operation(struct hlsim__delta *delta)
{
    while (delta->operation.size == 0) {
        uint8_t head[HLSIM__DELTA_OPERATION_SIZE];
        uint32_t left = delta->payload_size - delta->at;
        struct room room = {.base = delta->info.base_size,
                            .image = delta->info.image_size - delta->made};
        int error;

        if (left < sizeof head) {
            return HLSIM_E_FORMAT;
        }
        room.payload = left - (uint32_t)sizeof head;
        error = delta->source.payload(delta->source.user, delta->at, head, sizeof head);
        if (error == 0) {
            error = read_operation(head, &room, &delta->operation);
        }
        if (error < 0) {
            return error;
        }
        delta->at += (uint32_t)sizeof head;
        if (delta->operation.kind == HLSIM__DELTA_UNUSED) {
            delta->at += delta->operation.size;
            delta->operation.size = 0;
        }
    }
    return 0;
}

int hlsim__delta_read(struct hlsim__delta *delta, uint8_t *ret_bytes, size_t size)
{
    const struct hlsim__delta_source *source = &delta->source;
    struct hlsim__delta_operation *operation = &delta->operation;

    if (size > delta->info.image_size - delta->made) {
        return HLSIM_E_FORMAT;
    }
    while (size > 0) {
        int error = next_operation(delta);
        uint32_t part = smaller(operation->size, size);

        if (error < 0) {
            return error;
        }
        if (operation->kind == HLSIM__DELTA_COPY) {
            error = source->base(source->user, operation->from, ret_bytes, part);
            operation->from += part;
        } else {
            error = source->payload(source->user, delta->at, ret_bytes, part);
            delta->at += part;
        }
        if (error < 0) {
            return error;
        }
        operation->size -= part;
        delta->made += part;
        ret_bytes += part;
        size -= part;
    }
    return 0;
}
