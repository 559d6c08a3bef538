/*
 * Damages packages on purpose, in place. What a module makes of it is not known here.
 */
#include <hl78sim/package.h>

#include "base/assert.h"
#include "base/checksum.h"
#include "package/delta.h"
#include "package/header.h"

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

/* The middle of the payload; of bytes that are too few for a package, their middle. */
static size_t middle(size_t size)
{
    size_t around = HLSIM_PACKAGE_HEADER_SIZE + HLSIM_PACKAGE_SIGNATURE_SIZE;

    return size > around ? HLSIM_PACKAGE_HEADER_SIZE + (size - around) / 2 : size / 2;
}

/* What is there must be a package: 0, or what is wrong with it. */
static int read_whole(const uint8_t *bytes, size_t size, struct hlsim_package_info *ret_info)
{
    int result = hlsim_package_parse(bytes, size, ret_info);

    if (result == 0 && ret_info->total_size != size) {
        result = HLSIM_E_FORMAT;
    }
    return result == HLSIM_E_INCOMPLETE ? HLSIM_E_FORMAT : result;
}

static int sign_by_other(uint8_t *bytes, size_t size)
{
    struct hlsim_package_info info;
    int result = read_whole(bytes, size, &info);

    return result < 0 ? result : hlsim__package_sign(bytes, size, HLSIM_PACKAGE_KEY_OTHER);
}

/* For a version that nobody runs, and, if it is a delta, for an image that nobody has. */
static int change_base(uint8_t *bytes, size_t size)
{
    uint8_t *payload = bytes + HLSIM_PACKAGE_HEADER_SIZE;
    struct hlsim_package_info info;
    int result = read_whole(bytes, size, &info);

    if (result < 0) {
        return result;
    }
    if (info.kind == HLSIM_PACKAGE_DELTA && info.payload_size >= HLSIM__DELTA_HEADER_SIZE) {
        hlsim__delta_change_base(payload);
    }
    memset(info.from, 0, sizeof info.from);
    memcpy(info.from, HLSIM_PACKAGE_NOBODY, sizeof HLSIM_PACKAGE_NOBODY);
    info.payload_crc = hlsim__crc32(0, payload, info.payload_size);
    hlsim__package_header_write(&info, bytes);
    return hlsim__package_sign(bytes, size, HLSIM_PACKAGE_KEY_MODULE);
}

int hlsim_package_corrupt(uint8_t *bytes, size_t *size, enum hlsim_package_break kind,
                          size_t offset)
{
    if (offset == HLSIM_PACKAGE_MIDDLE) {
        offset = kind == HLSIM_PACKAGE_BREAK_TRUNCATE ? *size / 2 : middle(*size);
    }
    if (offset >= *size) {
        return HLSIM_E_RANGE;
    }
    switch (kind) {
    case HLSIM_PACKAGE_BREAK_BIT_FLIP:
        bytes[offset] ^= 1;
        return 0;
    case HLSIM_PACKAGE_BREAK_TRUNCATE:
        *size = offset;
        return 0;
    case HLSIM_PACKAGE_BREAK_WRONG_KEY:
        return sign_by_other(bytes, *size);
    case HLSIM_PACKAGE_BREAK_WRONG_BASE:
        return change_base(bytes, *size);
    case HLSIM_PACKAGE_BREAK_NONE:
    case HLSIM_PACKAGE_BREAKS:
    default:
        return HLSIM_E_INVALID;
    }
}
