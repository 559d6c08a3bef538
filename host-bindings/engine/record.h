/*
 * The durable record: how far an update has come, which version ran before it, and what became of
 * the SIM's PIN. It states intent only; a record that is damaged, foreign or from a later layout
 * counts as none, because the modem is asked in any case.
 *
 * Layout, little endian: magic "HLhr", layout number, phase, tries of the PIN, put off or not, the
 * version before (HLHOST_VERSION_SIZE bytes, padded with NUL), the mark of the PIN (four bytes),
 * CRC-32 (IEEE 802.3) of all that.
 */
#ifndef HLHOST_RECORD_H
#define HLHOST_RECORD_H

#include "hlhost/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLHOST__RECORD_BYTES (8 + HLHOST_VERSION_SIZE + 4 + 4)

enum hlhost__phase {
    HLHOST__PHASE_IDLE,     /* no update is known */
    HLHOST__PHASE_DOWNLOAD, /* a package was offered or its download accepted */
    HLHOST__PHASE_INSTALL,  /* the install was accepted or has begun */
};

struct hlhost__record {
    enum hlhost__phase phase;
    char before[HLHOST_VERSION_SIZE]; /* "": not known */
    uint8_t pin_tries;                /* without an answer, or HLHOST__PIN_REFUSED */
    bool put_off;                     /* a request was: the modem may be slow to ask again */
    uint32_t pin_mark;                /* tells one PIN from another; 0 when there are no tries */
};

#define HLHOST__PIN_TRIES   2 /* of the SIM's three */
#define HLHOST__PIN_REFUSED 3

uint32_t hlhost__crc32(const uint8_t *data, size_t size);

/* memcmp() == 0 by another name: a compiler may turn that into bcmp(), which not every C library
 * has. */
bool hlhost__record_same(const uint8_t *left, const uint8_t *right, size_t size);

/* Writes HLHOST__RECORD_BYTES bytes. False when the result does not read back as `record`. */
bool hlhost__record_encode(const struct hlhost__record *record, uint8_t *ret_data);

/* False when the bytes are no valid record; then `*ret_record` is untouched. */
bool hlhost__record_decode(const uint8_t *data, size_t size, struct hlhost__record *ret_record);

#endif
