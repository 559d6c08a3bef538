/*
 * A search that is given one piece after the other. Does not know what the data is.
 */
#include "at/eof_pattern.h"

#include "base/assert.h"

#include <string.h>

void hlsim__eof_pattern_init(struct hlsim__eof_pattern *pattern, const char *text)
{
    size_t size = strlen(text);

    HLSIM_ASSERT(size > 0 && size <= HLSIM__EOF_PATTERN_MAX);
    memcpy(pattern->text, text, size + 1);
    pattern->size = size;
    pattern->matched = 0;
    pattern->shown = 0;
}

/* The longest beginning of the pattern, shorter than `matched`, in which `matched` bytes of it end
 * and behind which `byte` fits; -1: there is none. */
static int fall_back(const struct hlsim__eof_pattern *pattern, uint8_t byte)
{
    for (size_t size = pattern->matched; size-- > 0;) {
        if (memcmp(pattern->text, pattern->text + pattern->matched - size, size) == 0 &&
            (uint8_t)pattern->text[size] == byte) {
            return (int)size;
        }
    }
    return -1;
}

/* How many bytes come before the first one with which the pattern could begin. */
static size_t before(const struct hlsim__eof_pattern *pattern, const uint8_t *bytes, size_t size)
{
    const uint8_t *first = memchr(bytes, pattern->text[0], size);

    return first == NULL ? size : (size_t)(first - bytes);
}

size_t hlsim__eof_pattern_take(struct hlsim__eof_pattern *pattern, const uint8_t *bytes,
                               size_t size, uint8_t *ret_data, size_t *ret_data_size,
                               bool *ret_found)
{
    size_t count = 0;

    *ret_found = false;
    for (size_t i = 0; i < size; i++) {
        size_t plain = pattern->matched > 0 ? 0 : before(pattern, bytes + i, size - i);
        int matched;
        size_t decided;

        memcpy(ret_data + count, bytes + i, plain);
        count += plain;
        i += plain;
        if (i == size) {
            break;
        }
        matched = (uint8_t)pattern->text[pattern->matched] == bytes[i]
                      ? (int)pattern->matched
                      : fall_back(pattern, bytes[i]);
        decided = pattern->matched - (matched < 0 ? 0 : (size_t)matched);

        memcpy(ret_data + count, pattern->text, decided);
        count += decided;
        if (matched < 0) {
            ret_data[count++] = bytes[i];
            pattern->matched = 0;
            continue;
        }
        pattern->matched = (size_t)matched + 1;
        if (pattern->matched == pattern->size) {
            pattern->matched = 0;
            *ret_found = true;
            *ret_data_size = count;
            return i + 1;
        }
    }
    *ret_data_size = count;
    return size;
}

size_t hlsim__eof_pattern_release(struct hlsim__eof_pattern *pattern, uint8_t *ret_data)
{
    size_t size = pattern->matched;

    memcpy(ret_data, pattern->text, size);
    pattern->matched = 0;
    return size;
}
