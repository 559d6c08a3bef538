/*
 * Encodes and decodes the durable record. Checked before it is written and after it was read; knows
 * nothing about where it is kept.
 */
#include "record.h"

#include <string.h>

#define AT_LAYOUT 4
#define AT_PHASE  5
#define AT_BEFORE 8
#define AT_TRIES  6
#define AT_OFF    7
#define AT_MARK   (AT_BEFORE + HLHOST_VERSION_SIZE)
#define AT_CRC    (AT_MARK + 4)
#define LAYOUT    2

static const uint8_t magic[4] = {'H', 'L', 'h', 'r'};

uint32_t hlhost__crc32(const uint8_t *data, size_t size)
{
    uint32_t crc = UINT32_MAX;
    size_t i;

    for (i = 0; i < size; i++) {
        int bit;

        crc ^= data[i];
        for (bit = 0; bit < 8; bit++) {
            crc = crc & 1 ? crc >> 1 ^ UINT32_C(0xEDB88320) : crc >> 1;
        }
    }
    return ~crc;
}

bool hlhost__record_same(const uint8_t *left, const uint8_t *right, size_t size)
{
    uint8_t difference = 0;
    size_t i;

    for (i = 0; i < size; i++) {
        difference |= (uint8_t)(left[i] ^ right[i]);
    }
    return difference == 0;
}

static void put_number(uint8_t *data, uint32_t number)
{
    int i;

    for (i = 0; i < 4; i++) {
        data[i] = (uint8_t)(number >> 8 * i);
    }
}

static uint32_t get_number(const uint8_t *data)
{
    uint32_t number = 0;
    int i;

    for (i = 4; i > 0; i--) {
        number = number << 8 | data[i - 1];
    }
    return number;
}

bool hlhost__record_encode(const struct hlhost__record *record, uint8_t *ret_data)
{
    struct hlhost__record again;
    size_t i;

    memset(ret_data, 0, HLHOST__RECORD_BYTES);
    memcpy(ret_data, magic, sizeof magic);
    ret_data[AT_LAYOUT] = LAYOUT;
    ret_data[AT_PHASE] = (uint8_t)record->phase;
    for (i = 0; i < HLHOST_VERSION_SIZE - 1 && record->before[i] != '\0'; i++) {
        ret_data[AT_BEFORE + i] = (uint8_t)record->before[i];
    }
    ret_data[AT_TRIES] = record->pin_tries;
    ret_data[AT_OFF] = record->put_off ? 1 : 0;
    put_number(ret_data + AT_MARK, record->pin_mark);
    put_number(ret_data + AT_CRC, hlhost__crc32(ret_data, AT_CRC));
    return hlhost__record_decode(ret_data, HLHOST__RECORD_BYTES, &again) &&
           again.phase == record->phase && strcmp(again.before, record->before) == 0;
}

/* A text of printable characters, padded with NUL to the end. */
static bool is_padded_text(const uint8_t *text, size_t size)
{
    size_t i = 0;

    while (i < size && text[i] >= ' ' && text[i] <= '~') {
        i++;
    }
    if (i == size) {
        return false;
    }
    for (; i < size; i++) {
        if (text[i] != 0) {
            return false;
        }
    }
    return true;
}

bool hlhost__record_decode(const uint8_t *data, size_t size, struct hlhost__record *ret_record)
{
    if (data == NULL || size != HLHOST__RECORD_BYTES ||
        !hlhost__record_same(data, magic, sizeof magic)) {
        return false;
    }
    if (get_number(data + AT_CRC) != hlhost__crc32(data, AT_CRC)) {
        return false;
    }
    if (data[AT_LAYOUT] != LAYOUT || data[AT_PHASE] > HLHOST__PHASE_INSTALL ||
        data[AT_TRIES] > HLHOST__PIN_REFUSED || data[AT_OFF] > 1 ||
        !is_padded_text(data + AT_BEFORE, HLHOST_VERSION_SIZE)) {
        return false;
    }
    ret_record->phase = (enum hlhost__phase)data[AT_PHASE];
    memcpy(ret_record->before, data + AT_BEFORE, HLHOST_VERSION_SIZE);
    ret_record->pin_tries = data[AT_TRIES];
    ret_record->put_off = data[AT_OFF] != 0;
    ret_record->pin_mark = get_number(data + AT_MARK);
    return true;
}
