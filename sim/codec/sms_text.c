/*
 * What a message says, and when.
 */
#include "codec/sms.h"

#include "codec/gsm.h"

#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include <stdio.h>
#include <string.h>

static int set_septets(struct hlsim__sms *sms, const uint16_t *text, size_t count)
{
    uint8_t septets[HLSIM__SMS_SEPTETS_MAX];
    int size = hlsim__gsm_from_text(text, count, septets, sizeof septets);

    if (size < 0) {
        return size;
    }
    sms->length = (uint8_t)size;
    sms->data_size = hlsim__gsm_pack(septets, (size_t)size, 0, sms->data);
    return 0;
}

int hlsim__sms_set_text(struct hlsim__sms *sms, const uint16_t *text, size_t count)
{
    enum hlsim__sms_coding coding = hlsim__sms_coding(sms->coding);
    size_t size = coding == HLSIM__SMS_UCS2 ? 2 * count : count;

    if (coding == HLSIM__SMS_7_BIT) {
        return set_septets(sms, text, count);
    }
    if (size > sizeof sms->data) {
        return HLSIM_E_LIMIT;
    }
    for (size_t i = 0; i < count; i++) {
        if (coding == HLSIM__SMS_UCS2) {
            sms->data[2 * i] = (uint8_t)(text[i] >> 8);
            sms->data[2 * i + 1] = (uint8_t)text[i];
        } else if (text[i] > UINT8_MAX) {
            return HLSIM_E_RANGE;
        } else {
            sms->data[i] = (uint8_t)text[i];
        }
    }
    sms->length = (uint8_t)size;
    sms->data_size = size;
    return 0;
}

/* Octets of the header, its length among them; decoding has seen that they are there. */
static size_t header_size(const struct hlsim__sms *sms)
{
    return (sms->first & HLSIM__SMS_UDHI) != 0 ? 1u + sms->data[0] : 0;
}

static size_t text_of_septets(const struct hlsim__sms *sms, size_t skip, uint16_t *ret_text)
{
    uint8_t septets[HLSIM__SMS_SEPTETS_MAX];
    size_t skipped = hlsim__gsm_septets(skip);
    size_t count = sms->length > skipped ? sms->length - skipped : 0;

    hlsim__gsm_unpack(sms->data, skip, count, septets);
    return hlsim__gsm_to_text(septets, count, ret_text);
}

size_t hlsim__sms_text(const struct hlsim__sms *sms, uint16_t *ret_text)
{
    size_t skip = header_size(sms);
    size_t count = 0;

    switch (hlsim__sms_coding(sms->coding)) {
    case HLSIM__SMS_7_BIT:
        return text_of_septets(sms, skip, ret_text);
    case HLSIM__SMS_UCS2:
        for (size_t i = skip; i + 1 < sms->data_size; i += 2) {
            ret_text[count++] = (uint16_t)(sms->data[i] << 8 | sms->data[i + 1]);
        }
        return count;
    default:
        for (size_t i = skip; i < sms->data_size; i++) {
            ret_text[count++] = sms->data[i];
        }
        return count;
    }
}

/* --- Time stamps ---------------------------------------------------------------------------- */

static uint8_t swapped(int value)
{
    return (uint8_t)(value % 10 << 4 | value / 10 % 10);
}

struct hlsim__sms_stamp hlsim__sms_stamp(int64_t seconds)
{
    struct hlsim_date date;

    hlsim_date_from_unix(seconds, &date);
    return (struct hlsim__sms_stamp){{swapped(date.year % 100), swapped(date.month),
                                      swapped(date.day), swapped(date.hour), swapped(date.minute),
                                      swapped(date.second), 0}};
}

static int straight(uint8_t octet)
{
    int value = (octet & 0xf) * 10 + (octet >> 4);

    return value > 99 ? 99 : value;
}

void hlsim__sms_stamp_write(const struct hlsim__sms_stamp *stamp,
                            char ret_text[HLSIM__SMS_STAMP_TEXT])
{
    const uint8_t *octets = stamp->octets;

    /* The bit 0x08 of the last octet is the sign of the zone (9.2.3.11). */
    snprintf(ret_text, HLSIM__SMS_STAMP_TEXT, "%02d/%02d/%02d,%02d:%02d:%02d%c%02d",
             straight(octets[0]), straight(octets[1]), straight(octets[2]), straight(octets[3]),
             straight(octets[4]), straight(octets[5]), (octets[6] & 0x08) != 0 ? '-' : '+',
             straight(octets[6] & 0xf7));
}
