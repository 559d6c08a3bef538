/*
 * CoAP options and codes: adding options in order, and reading integers, blocks, paths and queries
 * out of a message. Works on the struct alone; bytes of datagrams are the job of coap.c.
 */
#include "codec/coap.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK_SIZE_MAX = 3, BLOCK_MORE = 0x08, BLOCK_EXPONENT = 0x07, BLOCK_EXPONENT_MAX = 6 };

bool hlsim__coap_is_request(uint8_t code)
{
    return code >> 5 == 0 && code != HLSIM__COAP_EMPTY;
}

bool hlsim__coap_is_response(uint8_t code)
{
    return code >> 5 >= 2 && code >> 5 <= 5;
}

const char *hlsim__coap_code_text(uint8_t code, char buffer[HLSIM__COAP_CODE_TEXT_SIZE])
{
    static const char *const methods[] = {"0.00", "GET", "POST", "PUT", "DELETE"};

    if (code < sizeof methods / sizeof *methods)
        (void)snprintf(buffer, HLSIM__COAP_CODE_TEXT_SIZE, "%s", methods[code]);
    else
        (void)snprintf(buffer, HLSIM__COAP_CODE_TEXT_SIZE, "%u.%02u", (unsigned)code >> 5 & 0x07,
                       (unsigned)code & 0x1F);
    return buffer;
}

int hlsim__coap_code_from_text(const char *text, uint8_t *ret_code)
{
    unsigned detail;

    if (strlen(text) != 4 || text[0] < '0' || text[0] > '7' || text[1] != '.' || text[2] < '0' ||
        text[2] > '3' || text[3] < '0' || text[3] > '9')
        return HLSIM_E_FORMAT;
    detail = (unsigned)(text[2] - '0') * 10 + (unsigned)(text[3] - '0');
    if (detail > 31)
        return HLSIM_E_FORMAT;
    *ret_code = HLSIM__COAP_CODE((unsigned)(text[0] - '0'), detail);
    return 0;
}

int hlsim__coap_option_add(struct hlsim__coap_message *message, uint16_t number,
                           const uint8_t *value, size_t size)
{
    size_t place = message->option_count;

    HLSIM_ASSERT(value != NULL || size == 0);
    if (size > HLSIM__COAP_OPTION_SIZE_MAX)
        return HLSIM_E_INVALID;
    if (message->option_count >= HLSIM__COAP_OPTION_COUNT_MAX)
        return HLSIM_E_LIMIT;
    while (place > 0 && message->options[place - 1].number > number) {
        message->options[place] = message->options[place - 1];
        place--;
    }
    message->options[place] =
        (struct hlsim__coap_option){.number = number, .size = size, .value = value};
    message->option_count++;
    return 0;
}

int hlsim__coap_option_add_text(struct hlsim__coap_message *message, uint16_t number,
                                const char *text)
{
    return hlsim__coap_option_add(message, number, (const uint8_t *)text, strlen(text));
}

int hlsim__coap_option_add_uint(struct hlsim__coap_message *message, uint16_t number,
                                uint32_t value)
{
    uint8_t *bytes = message->storage + message->storage_size;
    size_t size = 0;
    int rc;

    if (message->option_count >= HLSIM__COAP_OPTION_COUNT_MAX)
        return HLSIM_E_LIMIT;
    HLSIM_ASSERT(message->storage_size + HLSIM__COAP_UINT_SIZE_MAX <= sizeof message->storage);
    for (int shift = 24; shift >= 0; shift -= 8) {
        if (value >> shift != 0)
            bytes[size++] = (uint8_t)(value >> shift & 0xFF);
    }
    rc = hlsim__coap_option_add(message, number, bytes, size);
    if (rc == 0)
        message->storage_size += size;
    return rc;
}

/* Cuts the next segment off a path; false when there is none left. */
static bool next_segment(const char **path, const char **ret_segment, size_t *ret_size)
{
    if (*path == NULL)
        return false;
    *ret_segment = *path;
    *ret_size = strcspn(*path, "/");
    *path = (*path)[*ret_size] == '/' ? *path + *ret_size + 1 : NULL;
    return true;
}

int hlsim__coap_option_add_path(struct hlsim__coap_message *message, uint16_t number,
                                const char *path)
{
    const char *segment;
    const char *rest;
    size_t size;
    size_t count = 0;

    if (*path == '/')
        path++;
    if (*path == '\0')
        return 0;
    for (rest = path; next_segment(&rest, &segment, &size);) {
        if (size > HLSIM__COAP_OPTION_SIZE_MAX)
            return HLSIM_E_INVALID;
        count++;
    }
    if (count > HLSIM__COAP_OPTION_COUNT_MAX - message->option_count)
        return HLSIM_E_LIMIT;
    for (rest = path; next_segment(&rest, &segment, &size);) {
        int rc = hlsim__coap_option_add(message, number, (const uint8_t *)segment, size);

        HLSIM_ASSERT(rc == 0);
    }
    return 0;
}

int hlsim__coap_option_add_block(struct hlsim__coap_message *message, uint16_t number,
                                 const struct hlsim__coap_block *block)
{
    if (block->number > HLSIM__COAP_BLOCK_NUMBER_MAX || block->size_exponent > BLOCK_EXPONENT_MAX)
        return HLSIM_E_INVALID;
    return hlsim__coap_option_add_uint(
        message, number,
        block->number << 4 | (block->more ? (uint32_t)BLOCK_MORE : 0) | block->size_exponent);
}

const struct hlsim__coap_option *hlsim__coap_option_next(const struct hlsim__coap_message *message,
                                                         uint16_t number,
                                                         const struct hlsim__coap_option *previous)
{
    size_t index = previous == NULL ? 0 : (size_t)(previous - message->options) + 1;

    HLSIM_ASSERT(index <= message->option_count);
    for (; index < message->option_count; index++) {
        if (message->options[index].number == number)
            return &message->options[index];
    }
    return NULL;
}

const struct hlsim__coap_option *hlsim__coap_option_find(const struct hlsim__coap_message *message,
                                                         uint16_t number)
{
    return hlsim__coap_option_next(message, number, NULL);
}

int hlsim__coap_option_uint(const struct hlsim__coap_message *message, uint16_t number,
                            uint32_t *ret_value)
{
    const struct hlsim__coap_option *option = hlsim__coap_option_find(message, number);
    uint32_t value = 0;

    if (option == NULL)
        return HLSIM_E_NOT_FOUND;
    for (size_t i = 0; i < option->size; i++) {
        if (value > UINT32_MAX >> 8)
            return HLSIM_E_RANGE;
        value = value << 8 | option->value[i];
    }
    *ret_value = value;
    return 0;
}

int hlsim__coap_option_block(const struct hlsim__coap_message *message, uint16_t number,
                             struct hlsim__coap_block *ret_block)
{
    const struct hlsim__coap_option *option = hlsim__coap_option_find(message, number);
    uint32_t value;
    int rc;

    if (option == NULL)
        return HLSIM_E_NOT_FOUND;
    if (option->size > BLOCK_SIZE_MAX)
        return HLSIM_E_FORMAT;
    rc = hlsim__coap_option_uint(message, number, &value);
    HLSIM_ASSERT(rc == 0);
    if ((value & BLOCK_EXPONENT) > BLOCK_EXPONENT_MAX)
        return HLSIM_E_FORMAT;
    *ret_block = (struct hlsim__coap_block){.number = value >> 4,
                                            .more = (value & BLOCK_MORE) != 0,
                                            .size_exponent = (uint8_t)(value & BLOCK_EXPONENT)};
    return 0;
}

size_t hlsim__coap_block_size(uint8_t size_exponent)
{
    HLSIM_ASSERT(size_exponent <= BLOCK_EXPONENT_MAX);
    return (size_t)16 << size_exponent;
}

bool hlsim__coap_path_is(const struct hlsim__coap_message *message, uint16_t number,
                         const char *path)
{
    const struct hlsim__coap_option *option = hlsim__coap_option_find(message, number);
    const char *rest = *path == '\0' ? NULL : path;
    const char *segment;
    size_t size;

    while (next_segment(&rest, &segment, &size)) {
        if (option == NULL || option->size != size)
            return false;
        if (size > 0 && memcmp(option->value, segment, size) != 0)
            return false;
        option = hlsim__coap_option_next(message, number, option);
    }
    return option == NULL;
}

int hlsim__coap_path_text(const struct hlsim__coap_message *message, uint16_t number, char *buffer,
                          size_t capacity)
{
    const struct hlsim__coap_option *first = hlsim__coap_option_find(message, number);
    const struct hlsim__coap_option *option = first;
    size_t size = 0;

    for (; option != NULL; option = hlsim__coap_option_next(message, number, option)) {
        size_t slash = option == first ? 0 : 1;

        if (option->size > 0 && ((number != HLSIM__COAP_LOCATION_PATH &&
                                  memchr(option->value, '/', option->size) != NULL) ||
                                 memchr(option->value, '\0', option->size) != NULL))
            return HLSIM_E_FORMAT;
        /* The final zero takes one byte more, hence not less than but beyond. */
        if (size >= capacity || slash + option->size >= capacity - size)
            return HLSIM_E_FULL;
        if (slash > 0)
            buffer[size++] = '/';
        if (option->size > 0)
            memcpy(buffer + size, option->value, option->size);
        size += option->size;
    }
    if (size >= capacity || size > INT_MAX)
        return HLSIM_E_FULL;
    buffer[size] = '\0';
    return (int)size;
}

int hlsim__coap_query_get(const struct hlsim__coap_message *message, const char *name,
                          const char **ret_value, size_t *ret_size)
{
    const struct hlsim__coap_option *option =
        hlsim__coap_option_find(message, HLSIM__COAP_URI_QUERY);
    size_t name_size = strlen(name);

    for (; option != NULL;
         option = hlsim__coap_option_next(message, HLSIM__COAP_URI_QUERY, option)) {
        const char *text = (const char *)option->value;

        if (option->size < name_size || memcmp(text, name, name_size) != 0)
            continue;
        if (option->size > name_size && text[name_size] != '=')
            continue;
        *ret_value = option->size > name_size ? text + name_size + 1 : text + name_size;
        *ret_size = option->size > name_size ? option->size - name_size - 1 : 0;
        return 0;
    }
    return HLSIM_E_NOT_FOUND;
}

const struct hlsim__coap_option *
hlsim__coap_unknown_critical(const struct hlsim__coap_message *message, const uint16_t *known,
                             size_t known_count)
{
    for (size_t i = 0; i < message->option_count; i++) {
        uint16_t number = message->options[i].number;
        size_t place = 0;

        while (place < known_count && known[place] != number)
            place++;
        if (number % 2 == 1 && place == known_count)
            return &message->options[i];
    }
    return NULL;
}
