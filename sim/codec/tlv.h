/*
 * The TLV format of OMA LwM2M 1.0 (6.4.3): bytes <-> entries. Knows the kinds of entries and the
 * encoding of their values; not which objects and resources exist, nor what type a resource has.
 */
#ifndef HLSIM_CODEC_TLV_H
#define HLSIM_CODEC_TLV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HLSIM__TLV_VALUE_SIZE_MAX = 0xFFFFFF, /* The length has 24 bits at most. */
    HLSIM__TLV_HEADER_SIZE_MAX = 6
};

/* The numbers are those of the type byte's upper two bits. */
enum hlsim__tlv_kind {
    HLSIM__TLV_OBJECT_INSTANCE = 0,
    HLSIM__TLV_RESOURCE_INSTANCE = 1,
    HLSIM__TLV_MULTIPLE_RESOURCE = 2,
    HLSIM__TLV_RESOURCE = 3
};

struct hlsim__tlv {
    enum hlsim__tlv_kind kind;
    uint16_t id;
    const uint8_t *value; /* Borrowed from the bytes that are read. */
    size_t size;
};

/* Goes through the entries of one level; the value of an object instance or of a multiple resource
 * is a level of its own for another reader. */
struct hlsim__tlv_reader {
    const uint8_t *bytes;
    size_t size;
    size_t offset;
};

/* The bytes are borrowed while the reader is in use. */
void hlsim__tlv_reader_init(struct hlsim__tlv_reader *reader, const uint8_t *bytes, size_t size);

/* 1 with the next entry, 0 at the end, HLSIM_E_FORMAT when an entry is cut short (and again then).
 */
int hlsim__tlv_read(struct hlsim__tlv_reader *reader, struct hlsim__tlv *ret_entry);

/* A signed integer of 1, 2, 4 or 8 bytes (also a time); HLSIM_E_FORMAT for any other size. */
int hlsim__tlv_int(const struct hlsim__tlv *entry, int64_t *ret_value);

/* One byte, 0 or 1; else HLSIM_E_FORMAT. */
int hlsim__tlv_bool(const struct hlsim__tlv *entry, bool *ret_value);

/* Four bytes, object and instance; else HLSIM_E_FORMAT. */
int hlsim__tlv_object_link(const struct hlsim__tlv *entry, uint16_t *ret_object,
                           uint16_t *ret_instance);

/*
 * Writes into a buffer of the caller's. The first failure sticks: every later call returns it and
 * writes nothing, so that it is enough to look at what hlsim__tlv_writer_finish returns.
 */
struct hlsim__tlv_writer {
    uint8_t *bytes;
    size_t capacity;
    size_t size;
    size_t depth; /* Entries begun and not ended. */
    int error;
};

/* An entry that was begun; its header is written in front of its contents when it ends. */
struct hlsim__tlv_mark {
    enum hlsim__tlv_kind kind;
    uint16_t id;
    size_t offset;
    size_t depth;
};

void hlsim__tlv_writer_init(struct hlsim__tlv_writer *writer, uint8_t *buffer, size_t capacity);

/*
 * The entries. 0, or HLSIM_E_FULL when the buffer is too small, HLSIM_E_LIMIT when the value is
 * longer than HLSIM__TLV_VALUE_SIZE_MAX. The kind is that of a resource or of a resource instance.
 */
int hlsim__tlv_write_opaque(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind,
                            uint16_t id, const uint8_t *value, size_t size);
int hlsim__tlv_write_text(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind, uint16_t id,
                          const char *text);
int hlsim__tlv_write_bool(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind, uint16_t id,
                          bool value);
int hlsim__tlv_write_object_link(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind,
                                 uint16_t id, uint16_t object, uint16_t instance);

/* An integer (or a time) in 1, 2, 4 or 8 bytes, the fewest that hold it. */
int hlsim__tlv_write_int(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind, uint16_t id,
                         int64_t value);

/*
 * Begins an object instance or a multiple resource; all entries written until the matching end are
 * its contents. Entries end in the opposite order, which is asserted.
 */
struct hlsim__tlv_mark hlsim__tlv_begin(struct hlsim__tlv_writer *writer, enum hlsim__tlv_kind kind,
                                        uint16_t id);
int hlsim__tlv_end(struct hlsim__tlv_writer *writer, const struct hlsim__tlv_mark *mark);

/* The size of all that was written, or the first failure. All entries must have ended. */
int hlsim__tlv_writer_finish(const struct hlsim__tlv_writer *writer);

#endif
