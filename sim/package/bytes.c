/*
 * Fixed fields for texts, checked to the last byte.
 */
#include "package/bytes.h"

#include <hl78sim/package.h>

#include "base/assert.h"

#include <string.h>

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
