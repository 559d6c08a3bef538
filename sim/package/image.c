/*
 * The header of a firmware image, and images whose body is drawn from a seed. Does not know where
 * an image is stored.
 */
#include "package/bytes.h"

#include <hl78sim/package.h>

#include "base/checksum.h"
#include "base/le.h"
#include "base/rng.h"

#include <string.h>

#define MAGIC  "HL78IMG" /* with its NUL: 8 bytes */
#define FORMAT 1

enum image_offset {
    AT_MAGIC = 0,
    AT_FORMAT = 8,
    AT_SIZE = 12,
    AT_BODY_CRC = 16,
    AT_VERSION = 20,
    AT_MODEL = AT_VERSION + HLSIM_VERSION_TEXT,
    AT_HEADER_CRC = AT_MODEL + HLSIM_MODEL_TEXT,
};

_Static_assert(AT_HEADER_CRC + 4 == HLSIM_IMAGE_HEADER_SIZE, "the documented size");

static bool size_valid(uint32_t size)
{
    return size >= HLSIM_IMAGE_SIZE_MIN && size <= HLSIM_IMAGE_SIZE_MAX;
}

int hlsim_image_header_write(const struct hlsim_image_info *info, uint8_t *ret_bytes)
{
    if (!hlsim_version_valid(info->version) || !hlsim__package_model_valid(info->model)) {
        return HLSIM_E_INVALID;
    }
    if (!size_valid(info->size)) {
        return HLSIM_E_RANGE;
    }
    memcpy(ret_bytes + AT_MAGIC, MAGIC, sizeof MAGIC);
    hlsim__le_put32(ret_bytes + AT_FORMAT, FORMAT);
    hlsim__le_put32(ret_bytes + AT_SIZE, info->size);
    hlsim__le_put32(ret_bytes + AT_BODY_CRC, info->body_crc);
    hlsim__package_put_text(ret_bytes + AT_VERSION, HLSIM_VERSION_TEXT, info->version);
    hlsim__package_put_text(ret_bytes + AT_MODEL, HLSIM_MODEL_TEXT, info->model);
    hlsim__le_put32(ret_bytes + AT_HEADER_CRC, hlsim__crc32(0, ret_bytes, AT_HEADER_CRC));
    return 0;
}

int hlsim_image_header_parse(const uint8_t *bytes, size_t size, struct hlsim_image_info *ret_info)
{
    struct hlsim_image_info info;

    if (size < HLSIM_IMAGE_HEADER_SIZE) {
        return HLSIM_E_INCOMPLETE;
    }
    if (memcmp(bytes + AT_MAGIC, MAGIC, sizeof MAGIC) != 0 ||
        hlsim__le_get32(bytes + AT_FORMAT) != FORMAT) {
        return HLSIM_E_FORMAT;
    }
    if (hlsim__le_get32(bytes + AT_HEADER_CRC) != hlsim__crc32(0, bytes, AT_HEADER_CRC)) {
        return HLSIM_E_CORRUPT;
    }
    info.size = hlsim__le_get32(bytes + AT_SIZE);
    info.body_crc = hlsim__le_get32(bytes + AT_BODY_CRC);
    if (!size_valid(info.size) ||
        !hlsim__package_get_text(bytes + AT_VERSION, HLSIM_VERSION_TEXT, info.version) ||
        !hlsim__package_get_text(bytes + AT_MODEL, HLSIM_MODEL_TEXT, info.model) ||
        !hlsim_version_valid(info.version) || !hlsim__package_model_valid(info.model)) {
        return HLSIM_E_FORMAT;
    }
    *ret_info = info;
    return 0;
}

/*
 * The code of a model is drawn from the seed and lies in a ring; a version's image begins at its
 * own place of it. So two versions have all their code in common, and none of it at the same
 * address.
 */
static void draw_body(uint8_t *bytes, size_t size, const struct hlsim_image_spec *spec)
{
    size_t ring = HLSIM_IMAGE_SIZE - HLSIM_IMAGE_HEADER_SIZE;
    struct hlsim__rng rng;
    size_t at;

    if (size > ring) {
        ring = size;
    }
    hlsim__rng_init(&rng, spec->seed, spec->version);
    at = (size_t)hlsim__rng_below(&rng, ring);
    hlsim__rng_init(&rng, spec->seed, spec->model);
    for (size_t i = 0; i < ring; i += sizeof(uint64_t)) {
        uint64_t drawn = hlsim__rng_next(&rng);

        for (size_t k = i; k < i + sizeof drawn && k < ring; k++) {
            if (at < size) {
                bytes[at] = (uint8_t)drawn;
            }
            drawn >>= 8;
            at = at + 1 == ring ? 0 : at + 1;
        }
    }
}

int hlsim_image_build(const struct hlsim_image_spec *spec, uint8_t *ret_bytes, size_t capacity)
{
    struct hlsim_image_info info = {.size = spec->size};
    uint8_t *body = ret_bytes + HLSIM_IMAGE_HEADER_SIZE;
    size_t body_size;

    if (!hlsim_version_valid(spec->version) || !hlsim__package_model_valid(spec->model)) {
        return HLSIM_E_INVALID;
    }
    if (!size_valid(spec->size)) {
        return HLSIM_E_RANGE;
    }
    if (capacity < spec->size) {
        return HLSIM_E_LIMIT;
    }
    body_size = spec->size - HLSIM_IMAGE_HEADER_SIZE;
    draw_body(body, body_size, spec);
    info.body_crc = hlsim__crc32(0, body, body_size);
    memcpy(info.version, spec->version, strlen(spec->version));
    memcpy(info.model, spec->model, strlen(spec->model));
    return hlsim_image_header_write(&info, ret_bytes);
}
