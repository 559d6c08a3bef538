/*
 * Messages of RFC 1035 4.1; names in questions are never compressed.
 */
#include "codec/dns.h"

#include <hl78sim/error.h>

#include <string.h>

#define HEADER           12
#define LABEL_MAX        63
#define TYPE_A           1
#define CLASS_IN         1
#define TIME_TO_LIVE     60

#define FLAG_ANSWER      0x8000
#define FLAG_RECURSION   0x0100 /* wanted */
#define FLAG_AVAILABLE   0x0080
#define OPCODE           0x7800

#define NAME_IN_QUESTION 0xc00c /* a pointer to the name behind the header */

static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint8_t *put16(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
    return bytes + 2;
}

/* Reads labels as text; the bytes they take, or 0. */
static size_t take_name(const uint8_t *bytes, size_t size, char *name)
{
    size_t at = 0;
    size_t length = 0;

    while (at < size && bytes[at] != 0) {
        size_t label = bytes[at];

        if (label > LABEL_MAX || label > size - at - 1 ||
            length + label + 1 > HLSIM__DNS_NAME_SIZE - 1 ||
            memchr(bytes + at + 1, '\0', label) != NULL) {
            return 0;
        }
        if (length > 0) {
            name[length++] = '.';
        }
        memcpy(name + length, bytes + at + 1, label);
        length += label;
        at += 1 + label;
    }
    name[length] = '\0';
    return at < size ? at + 1 : 0;
}

int hlsim__dns_question_parse(const uint8_t *bytes, size_t size,
                              struct hlsim__dns_question *ret_question)
{
    size_t name;
    uint16_t flags;

    if (size < HEADER) {
        return HLSIM_E_FORMAT;
    }
    flags = get16(bytes + 2);
    if ((flags & FLAG_ANSWER) != 0 || get16(bytes + 4) != 1) {
        return HLSIM_E_FORMAT;
    }
    name = take_name(bytes + HEADER, size - HEADER, ret_question->name);
    if (name == 0 || size - HEADER - name < 4) {
        return HLSIM_E_FORMAT;
    }
    ret_question->id = get16(bytes);
    ret_question->wants_recursion = (flags & FLAG_RECURSION) != 0;
    ret_question->standard = (flags & OPCODE) == 0 && get16(bytes + HEADER + name + 2) == CLASS_IN;
    ret_question->wants_ipv4 = get16(bytes + HEADER + name) == TYPE_A;
    ret_question->size = name + 4;
    memcpy(ret_question->bytes, bytes + HEADER, ret_question->size);
    return 0;
}

size_t hlsim__dns_answer_write(const struct hlsim__dns_question *question, unsigned code,
                               uint32_t ip, uint8_t *bytes)
{
    uint8_t *place = bytes;

    place = put16(place, question->id);
    place = put16(place, FLAG_ANSWER | FLAG_AVAILABLE | code |
                             (question->wants_recursion ? FLAG_RECURSION : 0u));
    place = put16(place, 1);
    place = put16(place, ip != 0);
    place = put16(place, 0);
    place = put16(place, 0);
    memcpy(place, question->bytes, question->size);
    place += question->size;
    if (ip != 0) {
        place = put16(place, NAME_IN_QUESTION);
        place = put16(place, TYPE_A);
        place = put16(place, CLASS_IN);
        place = put16(place, 0);
        place = put16(place, TIME_TO_LIVE);
        place = put16(place, 4);
        place = put16(place, ip >> 16);
        place = put16(place, ip);
    }
    return (size_t)(place - bytes);
}
