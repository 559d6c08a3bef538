/*
 * Encodes and decodes control packets; believes no length.
 */
#include "codec/ppp.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <string.h>

#define OPTION_HEAD 2

static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

int hlsim__ppp_control_parse(const uint8_t *bytes, size_t size,
                             struct hlsim__ppp_control *ret_control)
{
    size_t length;

    if (size < HLSIM__PPP_CONTROL_HEAD) {
        return HLSIM_E_FORMAT;
    }
    length = get16(bytes + 2);
    if (length < HLSIM__PPP_CONTROL_HEAD || length > size) {
        return HLSIM_E_FORMAT;
    }
    ret_control->code = bytes[0];
    ret_control->id = bytes[1];
    ret_control->data = bytes + HLSIM__PPP_CONTROL_HEAD;
    ret_control->size = length - HLSIM__PPP_CONTROL_HEAD;
    return 0;
}

size_t hlsim__ppp_control_write(const struct hlsim__ppp_control *control, uint8_t *bytes)
{
    size_t whole = HLSIM__PPP_CONTROL_HEAD + control->size;

    HLSIM_ASSERT(whole <= HLSIM__PPP_MRU);
    bytes[0] = control->code;
    bytes[1] = control->id;
    bytes[2] = (uint8_t)(whole >> 8);
    bytes[3] = (uint8_t)whole;
    if (control->size > 0) {
        memcpy(bytes + HLSIM__PPP_CONTROL_HEAD, control->data, control->size);
    }
    return whole;
}

int hlsim__ppp_option_next(const uint8_t *bytes, size_t size, size_t *offset,
                           struct hlsim__ppp_option *ret_option)
{
    const uint8_t *option = bytes + *offset;
    size_t left = size - *offset;

    if (left == 0) {
        return 0;
    }
    if (left < OPTION_HEAD || option[1] < OPTION_HEAD || option[1] > left) {
        return HLSIM_E_FORMAT;
    }
    ret_option->type = option[0];
    ret_option->bytes = option;
    ret_option->whole = option[1];
    ret_option->data = option + OPTION_HEAD;
    ret_option->size = ret_option->whole - OPTION_HEAD;
    *offset += ret_option->whole;
    return 1;
}

void hlsim__ppp_option_add(struct hlsim__ppp_options *options, uint8_t type, const uint8_t *data,
                           size_t size)
{
    uint8_t *place = options->bytes + options->size;

    HLSIM_ASSERT(size <= UINT8_MAX - OPTION_HEAD);
    if (OPTION_HEAD + size > sizeof options->bytes - options->size) {
        return;
    }
    place[0] = type;
    place[1] = (uint8_t)(OPTION_HEAD + size);
    if (size > 0) {
        memcpy(place + OPTION_HEAD, data, size);
    }
    options->size += OPTION_HEAD + size;
}

void hlsim__ppp_option_add16(struct hlsim__ppp_options *options, uint8_t type, uint16_t value)
{
    const uint8_t data[] = {(uint8_t)(value >> 8), (uint8_t)value};

    hlsim__ppp_option_add(options, type, data, sizeof data);
}

void hlsim__ppp_option_add32(struct hlsim__ppp_options *options, uint8_t type, uint32_t value)
{
    const uint8_t data[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                            (uint8_t)value};

    hlsim__ppp_option_add(options, type, data, sizeof data);
}

uint16_t hlsim__ppp_option_get16(const struct hlsim__ppp_option *option)
{
    return option->size == 2 ? get16(option->data) : 0;
}

uint32_t hlsim__ppp_option_get32(const struct hlsim__ppp_option *option)
{
    return option->size == 4 ? (uint32_t)get16(option->data) << 16 | get16(option->data + 2) : 0;
}

/* A length and as many bytes. */
static int take_text(const uint8_t **data, size_t *size, struct hlsim__ppp_text *ret_text)
{
    if (*size == 0 || **data > *size - 1) {
        return HLSIM_E_FORMAT;
    }
    ret_text->size = **data;
    ret_text->bytes = *data + 1;
    *data += 1 + ret_text->size;
    *size -= 1 + ret_text->size;
    return 0;
}

int hlsim__pap_request_parse(const uint8_t *data, size_t size, struct hlsim__ppp_text *ret_name,
                             struct hlsim__ppp_text *ret_password)
{
    int rc = take_text(&data, &size, ret_name);

    return rc < 0 ? rc : take_text(&data, &size, ret_password);
}

int hlsim__chap_value_parse(const uint8_t *data, size_t size, struct hlsim__ppp_text *ret_value,
                            struct hlsim__ppp_text *ret_name)
{
    int rc = take_text(&data, &size, ret_value);

    ret_name->bytes = data;
    ret_name->size = size;
    return rc < 0 || ret_value->size == 0 ? HLSIM_E_FORMAT : 0;
}
