/*
 * OMA LwM2M TLV: a reader of one level and a writer into a fixed buffer. What the entries mean is
 * for others to know.
 */
#include "codec/tlv.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <limits.h>
#include <string.h>

enum {
    KIND_SHIFT = 6,
    WIDE_ID = 0x20,
    LENGTH_SIZE_SHIFT = 3,
    LENGTH_SIZE_MASK = 0x03,
    SHORT_LENGTH_MASK = 0x07,
    INT_SIZE_MAX = 8
};

static uint64_t read_big_endian(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;

    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

static void write_big_endian(uint8_t *bytes, size_t size, uint64_t value)
{
    for (size_t i = size; i > 0; i--) {
        bytes[i - 1] = (uint8_t)(value & 0xFF);
        value >>= 8;
    }
}

void hlsim__tlv_reader_init(struct hlsim__tlv_reader *reader, const uint8_t *bytes, size_t size)
{
    HLSIM_ASSERT(bytes != NULL || size == 0);
    *reader = (struct hlsim__tlv_reader){.bytes = bytes, .size = size};
}

int hlsim__tlv_read(struct hlsim__tlv_reader *reader, struct hlsim__tlv *ret_entry)
{
    size_t left = reader->size - reader->offset;
    const uint8_t *next;
    unsigned type;
    size_t id_size;
    size_t length_size;
    size_t size;

    if (left == 0)
        return 0;
    next = reader->bytes + reader->offset;
    type = next[0];
    id_size = (type & WIDE_ID) != 0 ? 2 : 1;
    length_size = type >> LENGTH_SIZE_SHIFT & LENGTH_SIZE_MASK;
    if (left < 1 + id_size + length_size)
        return HLSIM_E_FORMAT;
    left -= 1 + id_size + length_size;
    /* With a length field of its own the short length has no meaning (6.4.3). */
    size = length_size == 0 ? (type & SHORT_LENGTH_MASK)
                            : (size_t)read_big_endian(next + 1 + id_size, length_size);
    if (size > left)
        return HLSIM_E_FORMAT;
    ret_entry->kind = (enum hlsim__tlv_kind)(type >> KIND_SHIFT);
    ret_entry->id = (uint16_t)read_big_endian(next + 1, id_size);
    ret_entry->value = next + 1 + id_size + length_size;
    ret_entry->size = size;
    reader->offset += 1 + id_size + length_size + size;
    return 1;
}

int hlsim__tlv_int(const struct hlsim__tlv *entry, int64_t *ret_value)
{
    uint64_t value;

    switch (entry->size) {
    case 1:
    case 2:
    case 4:
    case INT_SIZE_MAX:
        break;
    default:
        return HLSIM_E_FORMAT;
    }
    value = read_big_endian(entry->value, entry->size);
    if ((entry->value[0] & 0x80) != 0 && entry->size < INT_SIZE_MAX)
        value |= UINT64_MAX << (8 * entry->size);
    /* The two's complement is undone by hand, as the cast would be up to the compiler. */
    *ret_value = value <= INT64_MAX ? (int64_t)value : -(int64_t)(UINT64_MAX - value) - 1;
    return 0;
}

int hlsim__tlv_bool(const struct hlsim__tlv *entry, bool *ret_value)
{
    if (entry->size != 1 || entry->value[0] > 1)
        return HLSIM_E_FORMAT;
    *ret_value = entry->value[0] == 1;
    return 0;
}

int hlsim__tlv_object_link(const struct hlsim__tlv *entry, uint16_t *ret_object,
                           uint16_t *ret_instance)
{
    if (entry->size != 4)
        return HLSIM_E_FORMAT;
    *ret_object = (uint16_t)read_big_endian(entry->value, 2);
    *ret_instance = (uint16_t)read_big_endian(entry->value + 2, 2);
    return 0;
}

void hlsim__tlv_writer_init(struct hlsim__tlv_writer *writer, uint8_t *buffer, size_t capacity)
{
    HLSIM_ASSERT(buffer != NULL || capacity == 0);
    *writer = (struct hlsim__tlv_writer){.bytes = buffer,
                                         .capacity = capacity < INT_MAX ? capacity : INT_MAX};
}

static size_t encode_header(const struct hlsim__tlv_mark *entry, size_t value_size,
                            uint8_t header[HLSIM__TLV_HEADER_SIZE_MAX])
{
    size_t id_size = entry->id > UINT8_MAX ? 2 : 1;
    size_t length_size = 0;

    if (value_size > SHORT_LENGTH_MASK)
        length_size = value_size > UINT16_MAX ? 3 : value_size > UINT8_MAX ? 2 : 1;
    header[0] = (uint8_t)((unsigned)entry->kind << KIND_SHIFT | (id_size == 2 ? WIDE_ID : 0) |
                          (unsigned)length_size << LENGTH_SIZE_SHIFT |
                          (length_size == 0 ? (unsigned)value_size : 0));
    write_big_endian(header + 1, id_size, entry->id);
    write_big_endian(header + 1 + id_size, length_size, value_size);
    return 1 + id_size + length_size;
}

/* Puts an entry's header in front of the value that already stands at the mark. */
static int close_entry(struct hlsim__tlv_writer *writer, const struct hlsim__tlv_mark *mark)
{
    uint8_t header[HLSIM__TLV_HEADER_SIZE_MAX];
    size_t value_size = writer->size - mark->offset;
    size_t header_size;

    if (value_size > HLSIM__TLV_VALUE_SIZE_MAX)
        return writer->error = HLSIM_E_LIMIT;
    header_size = encode_header(mark, value_size, header);
    if (header_size > writer->capacity - writer->size)
        return writer->error = HLSIM_E_FULL;
    memmove(writer->bytes + mark->offset + header_size, writer->bytes + mark->offset, value_size);
    memcpy(writer->bytes + mark->offset, header, header_size);
    writer->size += header_size;
    return 0;
}

int hlsim__tlv_write_opaque(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind,
                            uint16_t id, const uint8_t *value, size_t size)
{
    struct hlsim__tlv_mark mark = {.kind = kind, .id = id, .offset = writer->size};

    HLSIM_ASSERT(value != NULL || size == 0);
    if (writer->error < 0)
        return writer->error;
    if (size > writer->capacity - writer->size)
        return writer->error = HLSIM_E_FULL;
    if (size > 0)
        memcpy(writer->bytes + writer->size, value, size);
    writer->size += size;
    return close_entry(writer, &mark);
}

int hlsim__tlv_write_text(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind, uint16_t id,
                          const char *text)
{
    return hlsim__tlv_write_opaque(writer, kind, id, (const uint8_t *)text, strlen(text));
}

int hlsim__tlv_write_bool(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind, uint16_t id,
                          bool value)
{
    uint8_t byte = value ? 1 : 0;

    return hlsim__tlv_write_opaque(writer, kind, id, &byte, 1);
}

int hlsim__tlv_write_object_link(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind,
                                 uint16_t id, uint16_t object, uint16_t instance)
{
    uint8_t bytes[4];

    write_big_endian(bytes, 2, object);
    write_big_endian(bytes + 2, 2, instance);
    return hlsim__tlv_write_opaque(writer, kind, id, bytes, sizeof bytes);
}

int hlsim__tlv_write_int(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind, uint16_t id,
                         int64_t value)
{
    uint8_t bytes[INT_SIZE_MAX];
    size_t size = INT_SIZE_MAX;

    if (value >= INT8_MIN && value <= INT8_MAX)
        size = 1;
    else if (value >= INT16_MIN && value <= INT16_MAX)
        size = 2;
    else if (value >= INT32_MIN && value <= INT32_MAX)
        size = 4;
    write_big_endian(bytes, size, (uint64_t)value);
    return hlsim__tlv_write_opaque(writer, kind, id, bytes, size);
}

struct hlsim__tlv_mark hlsim__tlv_begin(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind,
                                        uint16_t id)
{
    HLSIM_ASSERT(kind == HLSIM__TLV_OBJECT_INSTANCE || kind == HLSIM__TLV_MULTIPLE_RESOURCE);
    writer->depth++;
    return (struct hlsim__tlv_mark){
        .kind = kind, .id = id, .offset = writer->size, .depth = writer->depth};
}

int hlsim__tlv_end(struct hlsim__tlv_writer *writer, const struct hlsim__tlv_mark *mark)
{
    HLSIM_ASSERT(mark->depth == writer->depth);
    writer->depth--;
    if (writer->error < 0)
        return writer->error;
    return close_entry(writer, mark);
}

int hlsim__tlv_writer_finish(const struct hlsim__tlv_writer *writer)
{
    HLSIM_ASSERT(writer->depth == 0);
    return writer->error < 0 ? writer->error : (int)writer->size;
}
