/*
 * Flags, address, control, length, checksum (27.010 5.2).
 */
#include "codec/mux.h"

#include "base/assert.h"

#include <string.h>

#define FLAG       0xf9
#define EXTENDED   0x01 /* EA: this octet is the last of its field */
#define CR         0x02
#define PF         0x10
#define FCS_START  0xff
#define FCS_GOOD   0xcf
#define SHORT_INFO 127 /* the largest length of one octet */

/* 27.010 5.2.1.6 and annex B: CRC-8, reversed. */
static uint8_t checksum(uint8_t fcs, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        fcs ^= bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            fcs = (uint8_t)((fcs >> 1) ^ ((fcs & 1) != 0 ? 0xe0 : 0));
        }
    }
    return fcs;
}

/* UIH protects its header only. */
static size_t protected_size(uint8_t type, size_t header_size, size_t info_size)
{
    return type == HLSIM__MUX_UIH ? header_size : header_size + info_size;
}

size_t hlsim__mux_write(const struct hlsim__mux_frame *frame, uint8_t *ret_bytes)
{
    size_t size = 0;
    size_t header_size;

    HLSIM_ASSERT(frame->info_size <= HLSIM__MUX_INFO_MAX);
    HLSIM_ASSERT(frame->dlci <= HLSIM__MUX_DLCI_MAX);
    ret_bytes[size++] = FLAG;
    ret_bytes[size++] = (uint8_t)((frame->dlci << 2) | (frame->cr ? CR : 0) | EXTENDED);
    ret_bytes[size++] = (uint8_t)(frame->type | (frame->pf ? PF : 0));
    if (frame->info_size <= SHORT_INFO) {
        ret_bytes[size++] = (uint8_t)((frame->info_size << 1) | EXTENDED);
    } else {
        ret_bytes[size++] = (uint8_t)(frame->info_size << 1);
        ret_bytes[size++] = (uint8_t)(frame->info_size >> 7);
    }
    header_size = size - 1;
    if (frame->info_size > 0) {
        memcpy(ret_bytes + size, frame->info, frame->info_size);
        size += frame->info_size;
    }
    ret_bytes[size] = (uint8_t)~checksum(
        FCS_START, ret_bytes + 1, protected_size(frame->type, header_size, frame->info_size));
    size++;
    ret_bytes[size++] = FLAG;
    return size;
}

enum verdict {
    INCOMPLETE,
    COMPLETE,
    BAD,
};

/* Looks at what follows a flag: a frame of `*ret_size` bytes with both its flags? */
static enum verdict look(const uint8_t *bytes, size_t size, struct hlsim__mux_frame *frame,
                         size_t *ret_size)
{
    size_t header_size = 3;
    uint8_t fcs;

    if (size >= 2 && (bytes[1] & EXTENDED) == 0) {
        return BAD;
    }
    if (size < 4) {
        return INCOMPLETE;
    }
    frame->dlci = bytes[1] >> 2;
    frame->cr = (bytes[1] & CR) != 0;
    frame->type = bytes[2] & (uint8_t)~PF;
    frame->pf = (bytes[2] & PF) != 0;
    frame->info_size = bytes[3] >> 1;
    if ((bytes[3] & EXTENDED) == 0) {
        if (size < 5) {
            return INCOMPLETE;
        }
        frame->info_size |= (size_t)bytes[4] << 7;
        header_size++;
    }
    if (frame->info_size > HLSIM__MUX_INFO_MAX) {
        return BAD;
    }
    *ret_size = 1 + header_size + frame->info_size + 2;
    if (size < *ret_size) {
        return INCOMPLETE;
    }
    frame->info = bytes + 1 + header_size;
    fcs =
        checksum(FCS_START, bytes + 1, protected_size(frame->type, header_size, frame->info_size));
    return checksum(fcs, bytes + *ret_size - 2, 1) == FCS_GOOD && bytes[*ret_size - 1] == FLAG
               ? COMPLETE
               : BAD;
}

/* Drops bytes, and then everything before the next flag; of flags in a row all but the last. */
static void drop(struct hlsim__mux_reader *reader, size_t count)
{
    while (count < reader->size &&
           (reader->bytes[count] != FLAG ||
            (count + 1 < reader->size && reader->bytes[count + 1] == FLAG))) {
        count++;
    }
    reader->size -= count;
    memmove(reader->bytes, reader->bytes + count, reader->size);
}

/* A frame in what was collected; its closing flag may be the next one's opening flag. Without one,
 * `*ret_missing` bytes at least are still to come. */
static bool find(struct hlsim__mux_reader *reader, struct hlsim__mux_frame *frame,
                 size_t *ret_missing)
{
    *ret_missing = 1;
    while (reader->size > 0) {
        size_t size = 0;

        switch (look(reader->bytes, reader->size, frame, &size)) {
        case COMPLETE:
            reader->used = size - 1;
            return true;
        case BAD:
            reader->bad++;
            drop(reader, 1);
            break;
        default:
            *ret_missing = size > reader->size ? size - reader->size : 1;
            return false;
        }
    }
    return false;
}

size_t hlsim__mux_read(struct hlsim__mux_reader *reader, const uint8_t *bytes, size_t size,
                       struct hlsim__mux_frame *ret_frame, bool *ret_complete)
{
    size_t taken = 0;
    size_t missing;

    if (reader->used > 0) {
        drop(reader, reader->used);
        reader->used = 0;
    }
    *ret_complete = find(reader, ret_frame, &missing);
    while (!*ret_complete && taken < size) {
        if (reader->size == 0 ? bytes[taken] != FLAG : reader->size == 1 && bytes[taken] == FLAG) {
            taken++;
            continue;
        }
        missing = missing < size - taken ? missing : size - taken;
        HLSIM_ASSERT(missing <= sizeof reader->bytes - reader->size);
        memcpy(reader->bytes + reader->size, bytes + taken, missing);
        reader->size += missing;
        taken += missing;
        *ret_complete = find(reader, ret_frame, &missing);
    }
    return taken;
}

/* --- Messages of the control channel (27.010 5.4.6) ----------------------------------------- */

size_t hlsim__mux_message_read(const uint8_t *bytes, size_t size,
                               struct hlsim__mux_message *ret_message)
{
    size_t header_size = 2;

    if (size < 2 || (bytes[0] & EXTENDED) == 0) {
        return 0;
    }
    ret_message->type = bytes[0] & (uint8_t)~CR;
    ret_message->command = (bytes[0] & CR) != 0;
    ret_message->size = bytes[1] >> 1;
    if ((bytes[1] & EXTENDED) == 0) {
        if (size < 3) {
            return 0;
        }
        ret_message->size |= (size_t)(bytes[2] >> 1) << 7;
        header_size++;
    }
    if (ret_message->size > size - header_size) {
        return 0;
    }
    ret_message->value = bytes + header_size;
    return header_size + ret_message->size;
}

size_t hlsim__mux_message_write(const struct hlsim__mux_message *message, uint8_t *ret_bytes)
{
    size_t size = 0;

    HLSIM_ASSERT(message->size <= HLSIM__MUX_INFO_MAX - 3);
    ret_bytes[size++] = (uint8_t)(message->type | (message->command ? CR : 0));
    if (message->size <= SHORT_INFO) {
        ret_bytes[size++] = (uint8_t)((message->size << 1) | EXTENDED);
    } else {
        ret_bytes[size++] = (uint8_t)(message->size << 1);
        ret_bytes[size++] = (uint8_t)(((message->size >> 7) << 1) | EXTENDED);
    }
    if (message->size > 0) {
        memcpy(ret_bytes + size, message->value, message->size);
    }
    return size + message->size;
}
