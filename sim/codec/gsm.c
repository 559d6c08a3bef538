/*
 * Two tables and a shift.
 */
#include "codec/gsm.h"

#include <hl78sim/error.h>

#define ESCAPE 0x1b

/* 23.038 6.2.1, from 0x00; the place of the escape is a non-breaking space there too. */
static const uint16_t alphabet[128] = {
    '@',    0x00a3, '$',    0x00a5, 0x00e8, 0x00e9, 0x00f9, 0x00ec, 0x00f2, 0x00c7, '\n',   0x00d8,
    0x00f8, '\r',   0x00c5, 0x00e5, 0x0394, '_',    0x03a6, 0x0393, 0x039b, 0x03a9, 0x03a0, 0x03a8,
    0x03a3, 0x0398, 0x039e, 0x00a0, 0x00c6, 0x00e6, 0x00df, 0x00c9, ' ',    '!',    '"',    '#',
    0x00a4, '%',    '&',    '\'',   '(',    ')',    '*',    '+',    ',',    '-',    '.',    '/',
    '0',    '1',    '2',    '3',    '4',    '5',    '6',    '7',    '8',    '9',    ':',    ';',
    '<',    '=',    '>',    '?',    0x00a1, 'A',    'B',    'C',    'D',    'E',    'F',    'G',
    'H',    'I',    'J',    'K',    'L',    'M',    'N',    'O',    'P',    'Q',    'R',    'S',
    'T',    'U',    'V',    'W',    'X',    'Y',    'Z',    0x00c4, 0x00d6, 0x00d1, 0x00dc, 0x00a7,
    0x00bf, 'a',    'b',    'c',    'd',    'e',    'f',    'g',    'h',    'i',    'j',    'k',
    'l',    'm',    'n',    'o',    'p',    'q',    'r',    's',    't',    'u',    'v',    'w',
    'x',    'y',    'z',    0x00e4, 0x00f6, 0x00f1, 0x00fc, 0x00e0,
};

/* 23.038 6.2.1.1 */
static const struct {
    uint8_t septet;
    uint16_t unit;
} extension[] = {
    {0x0a, '\f'}, {0x14, '^'}, {0x28, '{'}, {0x29, '}'}, {0x2f, '\\'},
    {0x3c, '['},  {0x3d, '~'}, {0x3e, ']'}, {0x40, '|'}, {0x65, 0x20ac},
};

/* The septets of one character: 1, 2, or 0 when it is not in the alphabet. */
static size_t septets_of(uint16_t unit, uint8_t ret_septets[2])
{
    for (size_t i = 0; i < sizeof extension / sizeof *extension; i++) {
        if (extension[i].unit == unit) {
            ret_septets[0] = ESCAPE;
            ret_septets[1] = extension[i].septet;
            return 2;
        }
    }
    for (size_t i = 0; i < sizeof alphabet / sizeof *alphabet; i++) {
        if (i != ESCAPE && alphabet[i] == unit) {
            ret_septets[0] = (uint8_t)i;
            return 1;
        }
    }
    return 0;
}

int hlsim__gsm_from_text(const uint16_t *text, size_t count, uint8_t *ret_septets, size_t capacity)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        uint8_t septets[2];
        size_t added = septets_of(text[i], septets);

        if (added == 0) {
            return HLSIM_E_RANGE;
        }
        if (added > capacity - size) {
            return HLSIM_E_LIMIT;
        }
        for (size_t j = 0; j < added; j++) {
            ret_septets[size++] = septets[j];
        }
    }
    return (int)size;
}

static uint16_t extended(uint8_t septet)
{
    for (size_t i = 0; i < sizeof extension / sizeof *extension; i++) {
        if (extension[i].septet == septet) {
            return extension[i].unit;
        }
    }
    return ' ';
}

size_t hlsim__gsm_to_text(const uint8_t *septets, size_t count, uint16_t *ret_text)
{
    size_t size = 0;

    for (size_t i = 0; i < count; i++) {
        if (septets[i] == ESCAPE && i + 1 < count) {
            ret_text[size++] = extended(septets[++i] & 0x7f);
        } else {
            ret_text[size++] = alphabet[septets[i] & 0x7f];
        }
    }
    return size;
}

size_t hlsim__gsm_pack(const uint8_t *septets, size_t count, size_t skip, uint8_t *octets)
{
    size_t bit = hlsim__gsm_septets(skip) * 7;
    size_t end = (bit + count * 7 + 7) / 8;

    for (size_t i = skip; i < end; i++) {
        octets[i] = 0;
    }
    for (size_t i = 0; i < count; i++, bit += 7) {
        unsigned value = (unsigned)(septets[i] & 0x7f) << (bit % 8);

        octets[bit / 8] |= (uint8_t)value;
        if (bit % 8 > 1) {
            octets[bit / 8 + 1] |= (uint8_t)(value >> 8);
        }
    }
    return end;
}

void hlsim__gsm_unpack(const uint8_t *octets, size_t skip, size_t count, uint8_t *ret_septets)
{
    size_t bit = hlsim__gsm_septets(skip) * 7;

    for (size_t i = 0; i < count; i++, bit += 7) {
        unsigned value = octets[bit / 8];

        if (bit % 8 > 1) {
            value |= (unsigned)octets[bit / 8 + 1] << 8;
        }
        ret_septets[i] = (uint8_t)(value >> (bit % 8) & 0x7f);
    }
}
