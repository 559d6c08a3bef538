/*
 * Field by field, with a cursor that cannot leave the octets.
 */
#include "codec/sms.h"

#include "codec/gsm.h"

#include <hl78sim/error.h>

#include <string.h>

#define TYPE_ALPHANUMERIC 0x50 /* type of number in the bits 0x70 */
#define TYPE_MASK         0x70
#define FILLER            0xf

/* The semi-octets of digits (24.008 10.5.4.7). */
static const char semi_octets[] = "0123456789*#abc";

struct cursor {
    const uint8_t *at;
    size_t left;
};

static int take(struct cursor *cursor, void *ret_octets, size_t size)
{
    if (cursor->left < size) {
        return HLSIM_E_FORMAT;
    }
    memcpy(ret_octets, cursor->at, size);
    cursor->at += size;
    cursor->left -= size;
    return 0;
}

/* --- Addresses ------------------------------------------------------------------------------ */

static bool is_alphanumeric(uint8_t type)
{
    return (type & TYPE_MASK) == TYPE_ALPHANUMERIC;
}

/* Characters of the default alphabet that are ASCII; others are '?'. */
static void alphanumeric(const uint8_t *octets, size_t digits,
                         struct hlsim__sms_address *ret_address)
{
    size_t count = digits * 4 / 7;
    uint8_t septets[HLSIM__SMS_DIGITS_MAX];
    uint16_t text[HLSIM__SMS_DIGITS_MAX];

    hlsim__gsm_unpack(octets, 0, count, septets);
    count = hlsim__gsm_to_text(septets, count, text);
    for (size_t i = 0; i < count; i++) {
        ret_address->digits[i] = text[i] >= ' ' && text[i] < 0x7f ? (char)text[i] : '?';
    }
}

int hlsim__sms_address_decode(const uint8_t *octets, size_t size, size_t digits,
                              struct hlsim__sms_address *ret_address)
{
    memset(ret_address, 0, sizeof *ret_address);
    if (size != 1 + (digits + 1) / 2 || digits > HLSIM__SMS_DIGITS_MAX) {
        return HLSIM_E_FORMAT;
    }
    ret_address->type = octets[0];
    if (is_alphanumeric(octets[0])) {
        alphanumeric(octets + 1, digits, ret_address);
        return 0;
    }
    for (size_t i = 0; i < digits; i++) {
        unsigned semi = octets[1 + i / 2] >> (i % 2 * 4) & 0xf;

        if (semi == FILLER) {
            return HLSIM_E_FORMAT;
        }
        ret_address->digits[i] = semi_octets[semi];
    }
    return 0;
}

size_t hlsim__sms_address_encode(const struct hlsim__sms_address *address, uint8_t *ret_octets)
{
    size_t digits = strlen(address->digits);

    ret_octets[0] = address->type;
    for (size_t i = 0; i < digits; i++) {
        const char *semi = strchr(semi_octets, address->digits[i]);
        unsigned value = semi == NULL ? 0 : (unsigned)(semi - semi_octets);

        if (i % 2 == 0) {
            ret_octets[1 + i / 2] = (uint8_t)(FILLER << 4 | value);
        } else {
            ret_octets[1 + i / 2] = (uint8_t)((ret_octets[1 + i / 2] & 0xf) | value << 4);
        }
    }
    return 1 + (digits + 1) / 2;
}

int hlsim__sms_address_read(const char *text, struct hlsim__sms_address *ret_address)
{
    bool international = text[0] == '+';
    size_t size;

    text += international;
    size = strlen(text);
    memset(ret_address, 0, sizeof *ret_address);
    if (size == 0 || size > HLSIM__SMS_DIGITS_MAX || strspn(text, "0123456789*#") != size) {
        return HLSIM_E_FORMAT;
    }
    ret_address->type = international ? HLSIM__SMS_INTERNATIONAL : HLSIM__SMS_UNKNOWN_NUMBER;
    memcpy(ret_address->digits, text, size + 1);
    return 0;
}

/* Semi-octets that so many septets are. */
static size_t semi_octets_of(size_t septets)
{
    return (septets * 7 + 3) / 4;
}

bool hlsim__sms_address_fits(const struct hlsim__sms_address *address)
{
    return !is_alphanumeric(address->type) ||
           semi_octets_of(strlen(address->digits)) <= HLSIM__SMS_DIGITS_MAX;
}

void hlsim__sms_address_write(const struct hlsim__sms_address *address, char *ret_text)
{
    if (address->type == HLSIM__SMS_INTERNATIONAL) {
        *ret_text++ = '+';
    }
    strcpy(ret_text, address->digits);
}

/* Number of digits, type, digits. */
static int take_address(struct cursor *cursor, struct hlsim__sms_address *ret_address)
{
    uint8_t digits;
    size_t size;
    int error = take(cursor, &digits, 1);

    if (error < 0) {
        return error;
    }
    size = 1 + (digits + 1u) / 2;
    if (cursor->left < size) {
        return HLSIM_E_FORMAT;
    }
    error = hlsim__sms_address_decode(cursor->at, size, digits, ret_address);
    cursor->at += size;
    cursor->left -= size;
    return error;
}

/* The length of an address in a TPDU counts semi-octets (9.1.2.5). */
static size_t put_address(const struct hlsim__sms_address *address, uint8_t *octets)
{
    size_t size;

    if (is_alphanumeric(address->type)) {
        uint8_t septets[HLSIM__SMS_DIGITS_MAX];
        uint16_t text[HLSIM__SMS_DIGITS_MAX];
        size_t count = strlen(address->digits);
        int used;

        for (size_t i = 0; i < count; i++) {
            text[i] = (uint8_t)address->digits[i];
        }
        used = hlsim__gsm_from_text(text, count, septets, sizeof septets);
        count = used < 0 ? 0 : (size_t)used;
        octets[1] = address->type;
        size = hlsim__gsm_pack(septets, count, 0, octets + 2);
        octets[0] = (uint8_t)semi_octets_of(count);
        return 2 + size;
    }
    octets[0] = (uint8_t)strlen(address->digits);
    return 1 + hlsim__sms_address_encode(address, octets + 1);
}

/* --- Messages ------------------------------------------------------------------------------- */

enum hlsim__sms_coding hlsim__sms_coding(uint8_t dcs)
{
    unsigned group = dcs >> 4;

    if (group < 4 || (group >= 4 && group < 8)) {
        return (dcs & 0x0c) == 0x04   ? HLSIM__SMS_8_BIT
               : (dcs & 0x0c) == 0x08 ? HLSIM__SMS_UCS2
                                      : HLSIM__SMS_7_BIT;
    }
    if (group == 0xf) {
        return (dcs & 0x04) != 0 ? HLSIM__SMS_8_BIT : HLSIM__SMS_7_BIT;
    }
    return group == 0xe ? HLSIM__SMS_UCS2 : HLSIM__SMS_7_BIT;
}

int hlsim__sms_class(uint8_t dcs)
{
    unsigned group = dcs >> 4;

    if (group == 0xf || (group < 8 && (dcs & 0x10) != 0)) {
        return dcs & 3;
    }
    return -1;
}

/* Octets that TP-UDL means. */
static size_t data_size(const struct hlsim__sms *sms)
{
    return hlsim__sms_coding(sms->coding) == HLSIM__SMS_7_BIT ? (sms->length * 7u + 7) / 8
                                                              : sms->length;
}

static int take_data(struct cursor *cursor, struct hlsim__sms *sms)
{
    int error = take(cursor, &sms->length, 1);

    if (error < 0) {
        return error;
    }
    sms->data_size = data_size(sms);
    if (sms->data_size > cursor->left || sms->data_size > sizeof sms->data) {
        return HLSIM_E_FORMAT;
    }
    error = take(cursor, sms->data, sms->data_size);
    if (error == 0 && (sms->first & HLSIM__SMS_UDHI) != 0 &&
        (sms->data_size == 0 || sms->data[0] >= sms->data_size)) {
        return HLSIM_E_FORMAT;
    }
    return error;
}

static int take_deliver(struct cursor *cursor, struct hlsim__sms *sms)
{
    if (take_address(cursor, &sms->address) < 0 || take(cursor, &sms->protocol, 1) < 0 ||
        take(cursor, &sms->coding, 1) < 0 || take(cursor, &sms->stamp, sizeof sms->stamp) < 0) {
        return HLSIM_E_FORMAT;
    }
    return take_data(cursor, sms);
}

static int take_submit(struct cursor *cursor, struct hlsim__sms *sms)
{
    unsigned form = sms->first & HLSIM__SMS_VPF;

    sms->validity_size = form == 0 ? 0 : form == 0x10 ? 1 : sizeof sms->validity;
    if (take(cursor, &sms->reference, 1) < 0 || take_address(cursor, &sms->address) < 0 ||
        take(cursor, &sms->protocol, 1) < 0 || take(cursor, &sms->coding, 1) < 0 ||
        take(cursor, sms->validity, sms->validity_size) < 0) {
        return HLSIM_E_FORMAT;
    }
    return take_data(cursor, sms);
}

/* What may follow behind TP-ST is not looked at. */
static int take_report(struct cursor *cursor, struct hlsim__sms *sms)
{
    if (take(cursor, &sms->reference, 1) < 0 || take_address(cursor, &sms->address) < 0 ||
        take(cursor, &sms->stamp, sizeof sms->stamp) < 0 ||
        take(cursor, &sms->discharged, sizeof sms->discharged) < 0) {
        return HLSIM_E_FORMAT;
    }
    return take(cursor, &sms->status, 1);
}

static int take_sms(struct cursor *cursor, struct hlsim__sms *ret_sms)
{
    memset(ret_sms, 0, sizeof *ret_sms);
    if (take(cursor, &ret_sms->first, 1) < 0) {
        return HLSIM_E_FORMAT;
    }
    switch (hlsim__sms_kind(ret_sms)) {
    case HLSIM__SMS_DELIVER:
        return take_deliver(cursor, ret_sms);
    case HLSIM__SMS_SUBMIT:
        return take_submit(cursor, ret_sms);
    case HLSIM__SMS_STATUS_REPORT:
        return take_report(cursor, ret_sms);
    default:
        return HLSIM_E_FORMAT;
    }
}

int hlsim__sms_measure(const uint8_t *octets, size_t size)
{
    struct cursor cursor = {.at = octets, .left = size};
    struct hlsim__sms sms;
    int error = take_sms(&cursor, &sms);

    return error < 0 ? error : (int)(size - cursor.left);
}

int hlsim__sms_decode(const uint8_t *octets, size_t size, struct hlsim__sms *ret_sms)
{
    struct cursor cursor = {.at = octets, .left = size};

    if (size > HLSIM__SMS_TPDU_MAX || take_sms(&cursor, ret_sms) < 0 || cursor.left > 0) {
        return HLSIM_E_FORMAT;
    }
    return 0;
}

static size_t put(uint8_t *octets, const void *bytes, size_t size)
{
    memcpy(octets, bytes, size);
    return size;
}

static size_t put_data(const struct hlsim__sms *sms, uint8_t *octets)
{
    octets[0] = sms->length;
    return 1 + put(octets + 1, sms->data, sms->data_size);
}

size_t hlsim__sms_encode(const struct hlsim__sms *sms, uint8_t ret_octets[HLSIM__SMS_TPDU_MAX])
{
    enum hlsim__sms_kind kind = hlsim__sms_kind(sms);
    size_t size = 0;

    ret_octets[size++] = sms->first;
    if (kind != HLSIM__SMS_DELIVER) {
        ret_octets[size++] = sms->reference;
    }
    size += put_address(&sms->address, ret_octets + size);
    if (kind == HLSIM__SMS_STATUS_REPORT) {
        size += put(ret_octets + size, &sms->stamp, sizeof sms->stamp);
        size += put(ret_octets + size, &sms->discharged, sizeof sms->discharged);
        ret_octets[size++] = sms->status;
        return size;
    }
    ret_octets[size++] = sms->protocol;
    ret_octets[size++] = sms->coding;
    if (kind == HLSIM__SMS_SUBMIT) {
        size += put(ret_octets + size, sms->validity, sms->validity_size);
    } else {
        size += put(ret_octets + size, &sms->stamp, sizeof sms->stamp);
    }
    return size + put_data(sms, ret_octets + size);
}
