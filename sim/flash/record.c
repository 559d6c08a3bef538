/*
 * Builds, reads and checks one record. Does not know where the log begins or ends.
 */
#include "flash/record.h"

#include "base/assert.h"
#include "base/checksum.h"
#include "base/le.h"

#include <string.h>

#define RECORD_MIN (HLSIM__RECORD_HEAD + 1 + HLSIM__RECORD_CRC)

bool hlsim__nvm_key_valid(const char *key, size_t size)
{
    if (size == 0 || size > HLSIM__NVM_KEY_MAX) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (key[i] <= ' ' || key[i] > '~') {
            return false;
        }
    }
    return true;
}

size_t hlsim__record_size(size_t key_size, size_t value_size)
{
    return HLSIM__RECORD_HEAD + key_size + value_size + HLSIM__RECORD_CRC;
}

const char *hlsim__record_key(const struct hlsim__record *record)
{
    return (const char *)record->bytes + HLSIM__RECORD_HEAD;
}

size_t hlsim__record_key_size(const struct hlsim__record *record)
{
    return record->bytes[0];
}

size_t hlsim__record_value_size(const struct hlsim__record *record)
{
    return hlsim__le_get16(record->bytes + 2);
}

enum hlsim__record_kind hlsim__record_kind(const struct hlsim__record *record)
{
    return record->bytes[1] == HLSIM__RECORD_VALUE ? HLSIM__RECORD_VALUE : HLSIM__RECORD_DELETION;
}

const uint8_t *hlsim__record_value(const struct hlsim__record *record)
{
    return record->bytes + HLSIM__RECORD_HEAD + hlsim__record_key_size(record);
}

void hlsim__record_write(struct hlsim__record *record, enum hlsim__record_kind kind,
                         const char *key, const void *bytes, size_t size)
{
    size_t key_size = strlen(key);
    uint8_t *to = record->bytes;

    HLSIM_ASSERT(hlsim__nvm_key_valid(key, key_size));
    HLSIM_ASSERT(size <= HLSIM__NVM_VALUE_MAX);
    record->size = hlsim__record_size(key_size, size);
    to[0] = (uint8_t)key_size;
    to[1] = (uint8_t)kind;
    hlsim__le_put16(to + 2, (uint16_t)size);
    memcpy(to + HLSIM__RECORD_HEAD, key, key_size);
    if (size > 0) {
        memcpy(to + HLSIM__RECORD_HEAD + key_size, bytes, size);
    }
    hlsim__le_put32(to + record->size - HLSIM__RECORD_CRC,
                    hlsim__crc32(0, to, record->size - HLSIM__RECORD_CRC));
}

int hlsim__record_read(struct hlsim__record *record, const struct hlsim__flash *flash,
                       uint32_t address, size_t room)
{
    uint8_t *bytes = record->bytes;
    int result;

    if (room < RECORD_MIN) {
        return HLSIM_E_CORRUPT;
    }
    result = hlsim__flash_read(flash, address, bytes, HLSIM__RECORD_HEAD);
    if (result < 0) {
        return result;
    }
    record->size =
        hlsim__record_size(hlsim__record_key_size(record), hlsim__record_value_size(record));
    if (hlsim__record_key_size(record) > HLSIM__NVM_KEY_MAX ||
        hlsim__record_value_size(record) > HLSIM__NVM_VALUE_MAX || record->size > room) {
        return HLSIM_E_CORRUPT;
    }
    result = hlsim__flash_read(flash, address + HLSIM__RECORD_HEAD, bytes + HLSIM__RECORD_HEAD,
                               record->size - HLSIM__RECORD_HEAD);
    if (result < 0) {
        return result;
    }
    if (!hlsim__nvm_key_valid(hlsim__record_key(record), hlsim__record_key_size(record)) ||
        (bytes[1] != HLSIM__RECORD_VALUE && bytes[1] != HLSIM__RECORD_DELETION) ||
        hlsim__le_get32(bytes + record->size - HLSIM__RECORD_CRC) !=
            hlsim__crc32(0, bytes, record->size - HLSIM__RECORD_CRC)) {
        return HLSIM_E_CORRUPT;
    }
    return 0;
}
