/*
 * One record of the non-volatile store, as it lies in flash: size of key (1), kind (1), size of
 * value (2), key, value, CRC-32 of all before (4); numbers are little endian.
 */
#ifndef HLSIM_FLASH_RECORD_H
#define HLSIM_FLASH_RECORD_H

#include "flash/flash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__NVM_KEY_MAX   23 /* characters of a key; graphic ASCII, at least one */
#define HLSIM__NVM_VALUE_MAX 1024

#define HLSIM__RECORD_HEAD   4
#define HLSIM__RECORD_CRC    4
#define HLSIM__RECORD_MAX                                                                          \
    (HLSIM__RECORD_HEAD + HLSIM__NVM_KEY_MAX + HLSIM__NVM_VALUE_MAX + HLSIM__RECORD_CRC)

enum hlsim__record_kind {
    HLSIM__RECORD_VALUE = 1,
    HLSIM__RECORD_DELETION = 2,
};

struct hlsim__record {
    uint8_t bytes[HLSIM__RECORD_MAX];
    size_t size;
};

bool hlsim__nvm_key_valid(const char *key, size_t size);

/* The bytes that a record of these sizes takes. */
size_t hlsim__record_size(size_t key_size, size_t value_size);

/* Builds a record; key and size are within their limits. */
void hlsim__record_write(struct hlsim__record *record, enum hlsim__record_kind kind,
                         const char *key, const void *bytes, size_t size);

/*
 * Reads the record at `address`, of which at most `room` bytes can belong to it. HLSIM_E_CORRUPT
 * when no whole and valid record lies there; errors of the flash are passed on.
 */
int hlsim__record_read(struct hlsim__record *record, const struct hlsim__flash *flash,
                       uint32_t address, size_t room);

/* The parts of a record that was written or read without an error; the key is not terminated. */
enum hlsim__record_kind hlsim__record_kind(const struct hlsim__record *record);
const char *hlsim__record_key(const struct hlsim__record *record);
size_t hlsim__record_key_size(const struct hlsim__record *record);
const uint8_t *hlsim__record_value(const struct hlsim__record *record);
size_t hlsim__record_value_size(const struct hlsim__record *record);

#endif
