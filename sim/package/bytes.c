/*
 * Explicit bytes instead of structs laid over memory: the same on every machine.
 */
#include "package/bytes.h"

#include <hl78sim/package.h>

#include "base/assert.h"

#include <string.h>

void hlsim__package_put_u16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

void hlsim__package_put_u32(uint8_t *bytes, uint32_t value)
{
    hlsim__package_put_u16(bytes, (uint16_t)value);
    hlsim__package_put_u16(bytes + 2, (uint16_t)(value >> 16));
}

uint16_t hlsim__package_get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

uint32_t hlsim__package_get_u32(const uint8_t *bytes)
{
    return hlsim__package_get_u16(bytes) | (uint32_t)hlsim__package_get_u16(bytes + 2) << 16;
}

void hlsim__package_put_text(uint8_t *bytes, size_t size, const char *text)
{
    size_t length = strlen(text);

    HLSIM_ASSERT(length < size);
    memcpy(bytes, text, length);
    memset(bytes + length, 0, size - length);
}

bool hlsim__package_get_text(const uint8_t *bytes, size_t size, char *ret_text)
{
    const uint8_t *end = memchr(bytes, 0, size);

    if (end == NULL) {
        return false;
    }
    for (const uint8_t *rest = end; rest < bytes + size; rest++) {
        if (*rest != 0) {
            return false;
        }
    }
    memcpy(ret_text, bytes, size);
    return true;
}

bool hlsim__package_model_valid(const char *model)
{
    size_t length = strlen(model);

    for (size_t i = 0; i < length; i++) {
        if (model[i] <= ' ' || model[i] > '~') {
            return false;
        }
    }
    return length > 0 && length < HLSIM_MODEL_TEXT;
}
