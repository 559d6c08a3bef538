/*
 * Makes packages, good ones and ones that are broken on purpose.
 */
#include <hl78sim/package.h>

#include "base/assert.h"
#include "base/checksum.h"
#include "package/bytes.h"
#include "package/header.h"
#include "package/verify.h"

#include <string.h>

static const char *const break_names[HLSIM_PACKAGE_BREAKS] = {
#define HLSIM_PACKAGE_BREAK_NAME(value, name) [value] = name,
    HLSIM_PACKAGE_BREAK_MAP(HLSIM_PACKAGE_BREAK_NAME)
#undef HLSIM_PACKAGE_BREAK_NAME
};

const char *hlsim_package_break_name(enum hlsim_package_break breakage)
{
    HLSIM_ASSERT((size_t)breakage < HLSIM_PACKAGE_BREAKS);
    return break_names[breakage];
}

int hlsim_package_break_find(const char *name)
{
    for (int i = 0; i < HLSIM_PACKAGE_BREAKS; i++) {
        if (strcmp(break_names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

static int check_spec(const struct hlsim_package_spec *spec, const char *from, size_t capacity)
{
    if ((size_t)spec->breakage >= HLSIM_PACKAGE_BREAKS) {
        return HLSIM_E_INVALID;
    }
    if ((from[0] != '\0' && !hlsim_version_valid(from)) || !hlsim_version_valid(spec->to) ||
        !hlsim__package_model_valid(spec->model)) {
        return HLSIM_E_INVALID;
    }
    if (spec->size < HLSIM_PACKAGE_SIZE_MIN || spec->size > HLSIM_PACKAGE_SIZE_MAX) {
        return HLSIM_E_RANGE;
    }
    return capacity < spec->size ? HLSIM_E_LIMIT : 0;
}

/* Signs all but the last bytes of a package, where the signature goes. */
static int sign(uint8_t *bytes, size_t size, enum hlsim_package_key key)
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
    bool wrong_key = spec->breakage == HLSIM_PACKAGE_BREAK_WRONG_KEY;
    const char *from = spec->from == NULL ? "" : spec->from;
    struct hlsim_package_info info = {.kind = HLSIM_PACKAGE_FULL, .total_size = spec->size};
    struct hlsim_image_spec image = {.version = spec->to, .model = spec->model, .seed = spec->seed};
    uint8_t *payload = ret_bytes + HLSIM_PACKAGE_HEADER_SIZE;
    int result = check_spec(spec, from, capacity);

    if (result < 0) {
        return result;
    }
    if (spec->breakage == HLSIM_PACKAGE_BREAK_WRONG_BASE) {
        from = HLSIM_PACKAGE_NOBODY;
    }
    info.payload_size = spec->size - HLSIM_PACKAGE_HEADER_SIZE - HLSIM_PACKAGE_SIGNATURE_SIZE;
    image.size = info.payload_size;
    result = hlsim_image_build(&image, payload, info.payload_size);
    if (result < 0) {
        return result;
    }
    info.payload_crc = hlsim__crc32(0, payload, info.payload_size);
    memcpy(info.from, from, strlen(from));
    memcpy(info.to, spec->to, strlen(spec->to));
    memcpy(info.model, spec->model, strlen(spec->model));
    hlsim__package_header_write(&info, ret_bytes);
    result =
        sign(ret_bytes, spec->size, wrong_key ? HLSIM_PACKAGE_KEY_OTHER : HLSIM_PACKAGE_KEY_MODULE);
    if (result < 0) {
        return result;
    }
    *ret_size = spec->size;
    if (spec->breakage == HLSIM_PACKAGE_BREAK_TRUNCATE) {
        *ret_size -= spec->size / 4;
    }
    if (spec->breakage == HLSIM_PACKAGE_BREAK_BIT_FLIP) {
        return hlsim_package_corrupt(ret_bytes, spec->size, HLSIM_PACKAGE_BREAK_BIT_FLIP,
                                     HLSIM_PACKAGE_MIDDLE);
    }
    return 0;
}

/* The middle of the payload; of bytes that are too few for a package, their middle. */
static size_t middle(size_t size)
{
    size_t around = HLSIM_PACKAGE_HEADER_SIZE + HLSIM_PACKAGE_SIGNATURE_SIZE;

    return size > around ? HLSIM_PACKAGE_HEADER_SIZE + (size - around) / 2 : size / 2;
}

int hlsim_package_corrupt(uint8_t *bytes, size_t size, enum hlsim_package_break kind, size_t offset)
{
    if (kind != HLSIM_PACKAGE_BREAK_BIT_FLIP) {
        return HLSIM_E_UNSUPPORTED;
    }
    if (offset == HLSIM_PACKAGE_MIDDLE) {
        offset = middle(size);
    }
    if (offset >= size) {
        return HLSIM_E_RANGE;
    }
    bytes[offset] ^= 1;
    return 0;
}
