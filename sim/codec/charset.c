/*
 * Bytes to characters and back.
 */
#include "codec/charset.h"

#include "codec/gsm.h"

#include <hl78sim/error.h>

#include <string.h>

static const char *const names[] = {
#define CHARSET_NAME(name, text) text,
    HLSIM__CHARSET_MAP(CHARSET_NAME)
#undef CHARSET_NAME
};

#define DIGITS_A_UNIT 4

int hlsim__charset_find(const char *name)
{
    for (int i = 0; i < HLSIM__CHARSETS; i++) {
        if (strcmp(names[i], name) == 0) {
            return i;
        }
    }
    return -1;
}

const char *hlsim__charset_name(enum hlsim__charset charset)
{
    return names[charset];
}

/* --- Hexadecimal digits ---------------------------------------------------------------------- */

static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int hlsim__hex_read(const char *digits, size_t size, uint8_t *ret_octets, size_t capacity)
{
    if (size % 2 != 0) {
        return HLSIM_E_FORMAT;
    }
    if (size / 2 > capacity) {
        return HLSIM_E_LIMIT;
    }
    for (size_t i = 0; i < size / 2; i++) {
        int high = digit(digits[2 * i]);
        int low = digit(digits[2 * i + 1]);

        if (high < 0 || low < 0) {
            return HLSIM_E_FORMAT;
        }
        ret_octets[i] = (uint8_t)(high << 4 | low);
    }
    return (int)(size / 2);
}

void hlsim__hex_write(const uint8_t *octets, size_t size, char *ret_digits)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < size; i++) {
        *ret_digits++ = digits[octets[i] >> 4];
        *ret_digits++ = digits[octets[i] & 0xf];
    }
    *ret_digits = '\0';
}

/* --- Texts ----------------------------------------------------------------------------------- */

static int read_ucs2(const char *bytes, size_t size, uint16_t *ret_text, size_t capacity)
{
    if (size % DIGITS_A_UNIT != 0) {
        return HLSIM_E_FORMAT;
    }
    if (size / DIGITS_A_UNIT > capacity) {
        return HLSIM_E_LIMIT;
    }
    for (size_t i = 0; i < size / DIGITS_A_UNIT; i++) {
        uint8_t unit[2];

        if (hlsim__hex_read(bytes + DIGITS_A_UNIT * i, DIGITS_A_UNIT, unit, sizeof unit) < 0) {
            return HLSIM_E_FORMAT;
        }
        ret_text[i] = (uint16_t)(unit[0] << 8 | unit[1]);
    }
    return (int)(size / DIGITS_A_UNIT);
}

int hlsim__charset_read(enum hlsim__charset charset, const char *bytes, size_t size,
                        uint16_t *ret_text, size_t capacity)
{
    if (charset == HLSIM__CHARSET_UCS2) {
        return read_ucs2(bytes, size, ret_text, capacity);
    }
    if (size > capacity) {
        return HLSIM_E_LIMIT;
    }
    for (size_t i = 0; i < size; i++) {
        if (((uint8_t)bytes[i] & 0x80) != 0) {
            return HLSIM_E_FORMAT;
        }
        ret_text[i] = (uint8_t)bytes[i];
    }
    return charset == HLSIM__CHARSET_IRA
               ? (int)size
               : (int)hlsim__gsm_to_text((const uint8_t *)bytes, size, ret_text);
}

static size_t write_unit(enum hlsim__charset charset, uint16_t unit, char ret_bytes[5])
{
    uint8_t octets[2] = {(uint8_t)(unit >> 8), (uint8_t)unit};
    int size;

    switch (charset) {
    case HLSIM__CHARSET_UCS2:
        hlsim__hex_write(octets, sizeof octets, ret_bytes);
        return DIGITS_A_UNIT;
    case HLSIM__CHARSET_GSM:
        size = hlsim__gsm_from_text(&unit, 1, (uint8_t *)ret_bytes, 2);
        break;
    default:
        ret_bytes[0] = (char)unit;
        size = unit < 0x80 ? 1 : HLSIM_E_RANGE;
        break;
    }
    if (size < 0) {
        ret_bytes[0] = '?';
        return 1;
    }
    return (size_t)size;
}

size_t hlsim__charset_write(enum hlsim__charset charset, const uint16_t *text, size_t count,
                            char *ret_bytes, size_t capacity)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        char bytes[DIGITS_A_UNIT + 1];
        size_t added = write_unit(charset, text[i], bytes);

        if (size + added >= capacity) {
            break;
        }
        memcpy(ret_bytes + size, bytes, added);
        size += added;
    }
    ret_bytes[size] = '\0';
    return size;
}

/* --- UTF-8 (RFC 3629) ------------------------------------------------------------------------ */

/* The bytes of the sequence that begins with `lead`, and its bits in `*ret_unit`; 0: none. */
static size_t sequence(uint8_t lead, uint16_t *ret_unit)
{
    if (lead < 0x80) {
        *ret_unit = lead;
        return 1;
    }
    if (lead >= 0xc2 && lead < 0xe0) {
        *ret_unit = lead & 0x1f;
        return 2;
    }
    *ret_unit = lead & 0x0f;
    return lead >= 0xe0 && lead < 0xf0 ? 3 : 0;
}

int hlsim__utf8_read(const char *bytes, uint16_t *ret_text, size_t capacity)
{
    size_t count = 0;

    while (*bytes != '\0') {
        uint16_t unit;
        size_t size = sequence((uint8_t)*bytes++, &unit);

        if (size == 0) {
            return HLSIM_E_FORMAT;
        }
        for (; size > 1; size--, bytes++) {
            if (((uint8_t)*bytes & 0xc0) != 0x80) {
                return HLSIM_E_FORMAT;
            }
            unit = (uint16_t)(unit << 6 | ((uint8_t)*bytes & 0x3f));
        }
        if (count == capacity) {
            return HLSIM_E_LIMIT;
        }
        ret_text[count++] = unit;
    }
    return (int)count;
}

size_t hlsim__utf8_write(const uint16_t *text, size_t count, char *ret_bytes, size_t capacity)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        uint16_t unit = text[i] >= 0xd800 && text[i] < 0xe000 ? '?' : text[i];
        size_t added = unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3;

        if (size + added >= capacity) {
            break;
        }
        if (added == 1) {
            ret_bytes[size++] = (char)unit;
            continue;
        }
        if (added == 3) {
            ret_bytes[size++] = (char)(0xe0 | unit >> 12);
        }
        ret_bytes[size++] = (char)(added == 2 ? 0xc0 | unit >> 6 : 0x80 | (unit >> 6 & 0x3f));
        ret_bytes[size++] = (char)(0x80 | (unit & 0x3f));
    }
    ret_bytes[size] = '\0';
    return size;
}
