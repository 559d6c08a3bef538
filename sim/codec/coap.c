/*
 * CoAP datagrams: parsing and encoding of the whole message. Reading and adding single options is
 * the job of coap_option.c; exchanges between endpoints are none of ours.
 */
#include "codec/coap.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <limits.h>
#include <string.h>

enum {
    VERSION = 1,
    PAYLOAD_MARKER = 0xFF,
    /* RFC 7252 3.1: nibbles that announce one or two more bytes, and what those start from. */
    EXTENDED_8 = 13,
    EXTENDED_16 = 14,
    RESERVED = 15,
    EXTENDED_8_BASE = 13,
    EXTENDED_16_BASE = 269,
    OPTION_NUMBER_MAX = 65535
};

struct cursor {
    const uint8_t *bytes;
    size_t size;
    size_t offset;
};

struct sink {
    uint8_t *bytes;
    size_t capacity;
    size_t size;
    bool full;
};

/* Turns an option's nibble into its number, with the bytes that it announces. */
static int read_extended(struct cursor *cursor, unsigned nibble, uint32_t *ret_value)
{
    size_t left = cursor->size - cursor->offset;
    const uint8_t *next = cursor->bytes + cursor->offset;

    switch (nibble) {
    case EXTENDED_8:
        if (left < 1)
            return HLSIM_E_FORMAT;
        *ret_value = (uint32_t)next[0] + EXTENDED_8_BASE;
        cursor->offset += 1;
        return 0;
    case EXTENDED_16:
        if (left < 2)
            return HLSIM_E_FORMAT;
        *ret_value = ((uint32_t)next[0] << 8 | next[1]) + EXTENDED_16_BASE;
        cursor->offset += 2;
        return 0;
    case RESERVED:
        return HLSIM_E_FORMAT;
    default:
        *ret_value = nibble;
        return 0;
    }
}

static int read_option(struct cursor *cursor, uint16_t previous, struct hlsim__coap_option *option)
{
    unsigned first = cursor->bytes[cursor->offset++];
    uint32_t delta;
    uint32_t size;
    int rc;

    rc = read_extended(cursor, first >> 4, &delta);
    if (rc < 0)
        return rc;
    rc = read_extended(cursor, first & 0x0F, &size);
    if (rc < 0)
        return rc;
    if (delta > (uint32_t)OPTION_NUMBER_MAX - previous)
        return HLSIM_E_FORMAT;
    if (size > cursor->size - cursor->offset)
        return HLSIM_E_FORMAT;
    option->number = (uint16_t)(previous + delta);
    option->size = size;
    option->value = cursor->bytes + cursor->offset;
    cursor->offset += size;
    return 0;
}

/*
 * Reads the options up to the payload marker or the end. Options beyond the limit are still
 * checked, because a malformed datagram is malformed however many options it has.
 */
static int read_options(struct cursor *cursor, struct hlsim__coap_message *message)
{
    size_t count = 0;
    uint16_t number = 0;

    while (cursor->offset < cursor->size && cursor->bytes[cursor->offset] != PAYLOAD_MARKER) {
        struct hlsim__coap_option option;
        int rc = read_option(cursor, number, &option);

        if (rc < 0)
            return rc;
        if (count < HLSIM__COAP_OPTION_COUNT_MAX)
            message->options[count] = option;
        count++;
        number = option.number;
    }
    if (cursor->offset + 1 == cursor->size)
        return HLSIM_E_FORMAT; /* A marker with no payload behind it. */
    if (count > HLSIM__COAP_OPTION_COUNT_MAX)
        return HLSIM_E_LIMIT;
    message->option_count = count;
    return 0;
}

int hlsim__coap_peek(const uint8_t *bytes, size_t size, enum hlsim__coap_type *ret_type,
                     uint16_t *ret_message_id)
{
    if (size < HLSIM__COAP_HEADER_SIZE || bytes[0] >> 6 != VERSION)
        return HLSIM_E_FORMAT;
    *ret_type = (enum hlsim__coap_type)(bytes[0] >> 4 & 0x03);
    *ret_message_id = (uint16_t)((unsigned)bytes[2] << 8 | bytes[3]);
    return 0;
}

int hlsim__coap_parse(const uint8_t *bytes, size_t size, struct hlsim__coap_message *ret_message)
{
    struct cursor cursor = {.bytes = bytes, .size = size, .offset = HLSIM__COAP_HEADER_SIZE};
    struct hlsim__coap_message message = {0};
    int rc;

    HLSIM_ASSERT(bytes != NULL || size == 0);
    rc = hlsim__coap_peek(bytes, size, &message.type, &message.message_id);
    if (rc < 0)
        return rc;
    message.code = bytes[1];
    message.token_size = bytes[0] & 0x0F;
    if (message.code == HLSIM__COAP_EMPTY && (message.token_size > 0 || size > cursor.offset))
        return HLSIM_E_FORMAT;
    if (message.token_size > HLSIM__COAP_TOKEN_SIZE_MAX ||
        message.token_size > size - cursor.offset)
        return HLSIM_E_FORMAT;
    memcpy(message.token, bytes + cursor.offset, message.token_size);
    cursor.offset += message.token_size;
    rc = read_options(&cursor, &message);
    if (rc < 0)
        return rc;
    if (cursor.offset < size) {
        message.payload = bytes + cursor.offset + 1;
        message.payload_size = size - cursor.offset - 1;
    }
    *ret_message = message;
    return 0;
}

static void put(struct sink *sink, const uint8_t *bytes, size_t size)
{
    if (sink->full || size > sink->capacity - sink->size) {
        sink->full = true;
        return;
    }
    if (size > 0)
        memcpy(sink->bytes + sink->size, bytes, size);
    sink->size += size;
}

static void put_byte(struct sink *sink, unsigned value)
{
    uint8_t byte = (uint8_t)value;

    put(sink, &byte, 1);
}

static unsigned extended_nibble(size_t value)
{
    if (value < EXTENDED_8_BASE)
        return (unsigned)value;
    return value < EXTENDED_16_BASE ? EXTENDED_8 : EXTENDED_16;
}

static void put_extended(struct sink *sink, size_t value)
{
    switch (extended_nibble(value)) {
    case EXTENDED_8:
        put_byte(sink, (unsigned)(value - EXTENDED_8_BASE));
        break;
    case EXTENDED_16:
        put_byte(sink, (unsigned)((value - EXTENDED_16_BASE) >> 8));
        put_byte(sink, (unsigned)((value - EXTENDED_16_BASE) & 0xFF));
        break;
    default:
        break;
    }
}

static bool may_be_encoded(const struct hlsim__coap_message *message)
{
    uint16_t number = 0;

    if (message->token_size > HLSIM__COAP_TOKEN_SIZE_MAX ||
        message->option_count > HLSIM__COAP_OPTION_COUNT_MAX)
        return false;
    if (message->code == HLSIM__COAP_EMPTY)
        return message->token_size == 0 && message->option_count == 0 && message->payload_size == 0;
    for (size_t i = 0; i < message->option_count; i++) {
        if (message->options[i].number < number ||
            message->options[i].size > HLSIM__COAP_OPTION_SIZE_MAX)
            return false;
        number = message->options[i].number;
    }
    return true;
}

int hlsim__coap_encode(const struct hlsim__coap_message *message, uint8_t *buffer, size_t capacity)
{
    struct sink sink = {.bytes = buffer, .capacity = capacity < INT_MAX ? capacity : INT_MAX};
    uint16_t number = 0;

    if (!may_be_encoded(message))
        return HLSIM_E_INVALID;
    put_byte(&sink, VERSION << 6 | (unsigned)message->type << 4 | (unsigned)message->token_size);
    put_byte(&sink, message->code);
    put_byte(&sink, message->message_id >> 8);
    put_byte(&sink, message->message_id & 0xFF);
    put(&sink, message->token, message->token_size);
    for (size_t i = 0; i < message->option_count; i++) {
        const struct hlsim__coap_option *option = &message->options[i];
        size_t delta = (size_t)(option->number - number);

        put_byte(&sink, extended_nibble(delta) << 4 | extended_nibble(option->size));
        put_extended(&sink, delta);
        put_extended(&sink, option->size);
        put(&sink, option->value, option->size);
        number = option->number;
    }
    if (message->payload_size > 0) {
        put_byte(&sink, PAYLOAD_MARKER);
        put(&sink, message->payload, message->payload_size);
    }
    return sink.full ? HLSIM_E_FULL : (int)sink.size;
}
