/*
 * Makes packages: full images, and deltas between the images that all modules have of two versions.
 */
#include <hl78sim/package.h>

#include "base/assert.h"
#include "base/checksum.h"
#include "base/rng.h"
#include "package/bytes.h"
#include "package/delta.h"
#include "package/header.h"
#include "package/verify.h"

#include <stdlib.h>
#include <string.h>

/* A delta always takes a part of the new image from its base, however large it may be. */
#define CARRIED_MAX (HLSIM_IMAGE_SIZE / 4 * 3)

/* What cannot be copied when the code alone is the same: the header. */
#define CARRIED_MIN HLSIM_IMAGE_HEADER_SIZE

/* One literal, two copies (the ring of code is cut once), one operation for what is left over. */
#define DELTA_OPERATIONS 4
#define DELTA_OVERHEAD   (HLSIM__DELTA_HEADER_SIZE + DELTA_OPERATIONS * HLSIM__DELTA_OPERATION_SIZE)

_Static_assert(HLSIM_PACKAGE_DELTA_SIZE_MIN >= HLSIM_PACKAGE_HEADER_SIZE + DELTA_OVERHEAD +
                                                   CARRIED_MIN + HLSIM_PACKAGE_SIGNATURE_SIZE,
               "the smallest delta has room for what cannot be copied");

static int check_spec(const struct hlsim_package_spec *spec, const char *from, size_t capacity)
{
    uint32_t least = spec->full ? HLSIM_PACKAGE_SIZE_MIN : HLSIM_PACKAGE_DELTA_SIZE_MIN;

    if ((size_t)spec->breakage >= HLSIM_PACKAGE_BREAKS) {
        return HLSIM_E_INVALID;
    }
    if ((from[0] != '\0' || !spec->full) && !hlsim_version_valid(from)) {
        return HLSIM_E_INVALID;
    }
    if (!hlsim_version_valid(spec->to) || !hlsim__package_model_valid(spec->model)) {
        return HLSIM_E_INVALID;
    }
    if (spec->size < least || spec->size > HLSIM_PACKAGE_SIZE_MAX) {
        return HLSIM_E_RANGE;
    }
    return capacity < spec->size ? HLSIM_E_LIMIT : 0;
}

/* Bytes that nobody uses are drawn all the same, so that their damage is seen by checksums. */
static void draw_unused(uint8_t *bytes, size_t size, const struct hlsim_package_spec *spec)
{
    struct hlsim__rng rng;

    hlsim__rng_init(&rng, spec->seed, "unused");
    while (size > 0) {
        uint64_t drawn = hlsim__rng_next(&rng);

        for (size_t i = 0; i < sizeof drawn && size > 0; i++, size--) {
            *bytes++ = (uint8_t)(drawn >> (8 * i));
        }
    }
}

/* --- Full --------------------------------------------------------------------------------- */

/* The official image; where there is no room for all of it, one that is cut short. */
static int write_full(const struct hlsim_package_spec *spec, uint8_t *payload, uint32_t size)
{
    const struct hlsim_image_spec image = {.version = spec->to,
                                           .model = spec->model,
                                           .size =
                                               size < HLSIM_IMAGE_SIZE ? size : HLSIM_IMAGE_SIZE};
    int result = hlsim_image_build(&image, payload, size);

    if (result == 0) {
        draw_unused(payload + image.size, size - image.size, spec);
    }
    return result;
}

/* --- Delta -------------------------------------------------------------------------------- */

struct images {
    uint8_t base[HLSIM_IMAGE_SIZE];
    uint8_t image[HLSIM_IMAGE_SIZE];
};

/* Where a delta is written to. */
struct writer {
    uint8_t *bytes;
    uint32_t at;
};

static void write_operation(struct writer *writer, struct hlsim__delta_operation operation)
{
    hlsim__delta_operation_write(&operation, writer->bytes + writer->at);
    writer->at += HLSIM__DELTA_OPERATION_SIZE;
}

/* How many bytes from `at` of the image on stand at `from` of the base. */
static uint32_t common(const struct images *images, uint32_t at, uint32_t from)
{
    uint32_t count = 0;

    while (at + count < HLSIM_IMAGE_SIZE && from + count < HLSIM_IMAGE_SIZE &&
           images->image[at + count] == images->base[from + count]) {
        count++;
    }
    return count;
}

/* The longest piece of the base that goes on with the image; short ones are not looked for. */
static struct hlsim__delta_operation longest_copy(const struct images *images, uint32_t at)
{
    struct hlsim__delta_operation best = {.kind = HLSIM__DELTA_COPY};

    for (uint32_t from = 0; from < HLSIM_IMAGE_SIZE; from++) {
        uint32_t size = images->base[from] == images->image[at] ? common(images, at, from) : 0;

        if (size > best.size) {
            best.size = size;
            best.from = from;
        }
    }
    return best;
}

static void write_operations(const struct images *images, const struct hlsim_package_spec *spec,
                             struct writer *writer, uint32_t size)
{
    uint32_t room = size - DELTA_OVERHEAD;
    uint32_t made = room < CARRIED_MAX ? room : CARRIED_MAX;
    uint32_t left;

    write_operation(writer,
                    (struct hlsim__delta_operation){.kind = HLSIM__DELTA_LITERAL, .size = made});
    memcpy(writer->bytes + writer->at, images->image, made);
    writer->at += made;
    while (made < HLSIM_IMAGE_SIZE) {
        struct hlsim__delta_operation copy = longest_copy(images, made);

        write_operation(writer, copy);
        made += copy.size;
    }
    left = size - writer->at - HLSIM__DELTA_OPERATION_SIZE;
    write_operation(writer,
                    (struct hlsim__delta_operation){.kind = HLSIM__DELTA_UNUSED, .size = left});
    draw_unused(writer->bytes + writer->at, left, spec);
    writer->at += left;
}

static int write_delta(const struct hlsim_package_spec *spec, uint8_t *payload, uint32_t size)
{
    const struct hlsim_image_spec base = {
        .version = spec->from, .model = spec->model, .size = HLSIM_IMAGE_SIZE};
    const struct hlsim_image_spec image = {
        .version = spec->to, .model = spec->model, .size = HLSIM_IMAGE_SIZE};
    struct hlsim_package_delta delta = {.base_size = HLSIM_IMAGE_SIZE,
                                        .image_size = HLSIM_IMAGE_SIZE};
    struct writer writer = {.bytes = payload, .at = HLSIM__DELTA_HEADER_SIZE};
    struct images *images = malloc(sizeof *images);
    struct hlsim_package_hash hash;
    int result;

    if (images == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    result = hlsim_image_build(&base, images->base, sizeof images->base);
    if (result == 0) {
        result = hlsim_image_build(&image, images->image, sizeof images->image);
    }
    HLSIM_ASSERT(result == 0);
    hlsim__hash_start(&hash);
    hlsim__hash_add(&hash, images->base, sizeof images->base);
    hlsim__hash_finish(&hash, delta.base_digest);
    hlsim__delta_header_write(&delta, payload);
    write_operations(images, spec, &writer, size);
    HLSIM_ASSERT(writer.at == size);
    free(images);
    return 0;
}

/* --- All of it ---------------------------------------------------------------------------- */

int hlsim__package_sign(uint8_t *bytes, size_t size, enum hlsim_package_key key)
{
    size_t signed_size = size - HLSIM_PACKAGE_SIGNATURE_SIZE;
    struct hlsim_package_hash hash;
    uint8_t digest[HLSIM__DIGEST_SIZE];

    hlsim__hash_start(&hash);
    hlsim__hash_add(&hash, bytes, signed_size);
    hlsim__hash_finish(&hash, digest);
    return hlsim__signature_make(key, digest, bytes + signed_size);
}

int hlsim_package_build(const struct hlsim_package_spec *spec, uint8_t *ret_bytes, size_t capacity,
                        size_t *ret_size)
{
    const char *from = spec->from == NULL ? "" : spec->from;
    struct hlsim_package_info info = {.kind = spec->full ? HLSIM_PACKAGE_FULL : HLSIM_PACKAGE_DELTA,
                                      .total_size = spec->size};
    uint8_t *payload = ret_bytes + HLSIM_PACKAGE_HEADER_SIZE;
    size_t size = spec->size;
    int result = check_spec(spec, from, capacity);

    if (result < 0) {
        return result;
    }
    info.payload_size = spec->size - HLSIM_PACKAGE_HEADER_SIZE - HLSIM_PACKAGE_SIGNATURE_SIZE;
    result = spec->full ? write_full(spec, payload, info.payload_size)
                        : write_delta(spec, payload, info.payload_size);
    if (result < 0) {
        return result;
    }
    info.payload_crc = hlsim__crc32(0, payload, info.payload_size);
    memcpy(info.from, from, strlen(from));
    memcpy(info.to, spec->to, strlen(spec->to));
    memcpy(info.model, spec->model, strlen(spec->model));
    hlsim__package_header_write(&info, ret_bytes);
    result = hlsim__package_sign(ret_bytes, size, HLSIM_PACKAGE_KEY_MODULE);
    if (result == 0 && spec->breakage != HLSIM_PACKAGE_BREAK_NONE) {
        result = hlsim_package_corrupt(ret_bytes, &size, spec->breakage,
                                       spec->breakage == HLSIM_PACKAGE_BREAK_TRUNCATE
                                           ? size - size / 4
                                           : HLSIM_PACKAGE_MIDDLE);
    }
    if (result == 0) {
        *ret_size = size;
    }
    return result;
}
