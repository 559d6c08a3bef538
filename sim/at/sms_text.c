/*
 * Header and data, in text mode or as a PDU.
 */
#include "at/sms_text.h"

#include "modem/cms.h"

#include <hl78sim/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct writer {
    char *at;
    size_t left;
};

static void put(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...)
{
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(writer->at, writer->left, format, values);
    va_end(values);
    if (size > 0 && (size_t)size < writer->left) {
        writer->at += size;
        writer->left -= (size_t)size;
    }
}

int hlsim__at_cms_of_error(int error)
{
    switch (error) {
    case HLSIM_E_FULL:
        return HLSIM__AT_CMS(HLSIM__CMS_MEMORY_FULL);
    case HLSIM_E_RANGE:
    case HLSIM_E_NOT_FOUND:
        return HLSIM__AT_CMS(HLSIM__CMS_INDEX);
    default:
        return error > 0 ? HLSIM__AT_CMS(error) : HLSIM__AT_CMS(HLSIM__CMS_MEMORY_FAILURE);
    }
}

/* --- Numbers -------------------------------------------------------------------------------- */

int hlsim__at_sms_number(const struct hlsim__at_port *port, const char *text, int64_t type,
                         struct hlsim__sms_address *ret_address)
{
    uint16_t units[HLSIM__SMS_DIGITS_MAX + 1];
    char digits[HLSIM__SMS_DIGITS_MAX + 2];
    int count = hlsim__charset_read(hlsim__at_ram(port)->sms.charset, text, strlen(text), units,
                                    HLSIM__SMS_DIGITS_MAX + 1);
    int error;

    if (count < 0) {
        return HLSIM_E_FORMAT;
    }
    hlsim__charset_write(HLSIM__CHARSET_IRA, units, (size_t)count, digits, sizeof digits);
    error = hlsim__sms_address_read(digits, ret_address);
    if (error == 0 && type != 0) {
        ret_address->type = (uint8_t)type;
        error = hlsim__sms_address_fits(ret_address) ? 0 : HLSIM_E_FORMAT;
    }
    return error;
}

void hlsim__at_sms_show_number(const struct hlsim__modem *modem,
                               const struct hlsim__sms_address *address, char *ret_text)
{
    char digits[HLSIM__SMS_DIGITS_MAX + 2];
    uint16_t units[HLSIM__SMS_DIGITS_MAX + 2];
    size_t count;

    hlsim__sms_address_write(address, digits);
    count = strlen(digits);
    for (size_t i = 0; i < count; i++) {
        units[i] = (uint8_t)digits[i];
    }
    hlsim__charset_write(modem->ram.sms.charset, units, count, ret_text, HLSIM__AT_SMS_NUMBER_MAX);
}

/* --- Text mode ------------------------------------------------------------------------------ */

/* 27.005 3.1, <data>: characters of the default alphabet in the host's set, else digits. */
static void put_data(struct writer *writer, const struct hlsim__modem *modem,
                     const struct hlsim__sms *sms)
{
    char text[4 * HLSIM__SMS_TEXT_MAX + 1];
    uint16_t units[HLSIM__SMS_TEXT_MAX];

    if (hlsim__sms_coding(sms->coding) == HLSIM__SMS_7_BIT && (sms->first & HLSIM__SMS_UDHI) == 0) {
        hlsim__charset_write(modem->ram.sms.charset, units, hlsim__sms_text(sms, units), text,
                             sizeof text);
    } else {
        hlsim__hex_write(sms->data, sms->data_size, text);
    }
    put(writer, "%s", text);
}

static void put_centre(struct writer *writer, const struct hlsim__modem *modem,
                       const struct hlsim__message *message)
{
    char number[HLSIM__AT_SMS_NUMBER_MAX] = "";
    struct hlsim__sms_address centre;
    size_t size = message->centre_size - 1; /* what the first octet says may be nonsense */

    if (size > 1 && hlsim__sms_address_decode(message->octets + 1, size,
                                              2 * (size - 1) - (message->octets[size] >> 4 == 0xf),
                                              &centre) == 0) {
        hlsim__at_sms_show_number(modem, &centre, number);
        put(writer, ",\"%s\",%d", number, centre.type);
    } else {
        put(writer, ",,");
    }
}

/* <fo>,<mr>,[<ra>],[<tora>],<scts>,<dt>,<st> */
static void put_report(struct writer *writer, const struct hlsim__modem *modem,
                       const struct hlsim__sms *sms)
{
    char number[HLSIM__AT_SMS_NUMBER_MAX];
    char stamp[HLSIM__SMS_STAMP_TEXT];
    char discharged[HLSIM__SMS_STAMP_TEXT];

    hlsim__at_sms_show_number(modem, &sms->address, number);
    hlsim__sms_stamp_write(&sms->stamp, stamp);
    hlsim__sms_stamp_write(&sms->discharged, discharged);
    put(writer, "%d,%d,\"%s\",%d,\"%s\",\"%s\",%d", sms->first, sms->reference, number,
        sms->address.type, stamp, discharged, sms->status);
}

/* "<oa>",[<alpha>],"<scts>" of what came in, "<da>",[<alpha>] of what goes out. */
static void put_parties(struct writer *writer, const struct hlsim__modem *modem,
                        const struct hlsim__sms *sms)
{
    char number[HLSIM__AT_SMS_NUMBER_MAX];
    char stamp[HLSIM__SMS_STAMP_TEXT];

    hlsim__at_sms_show_number(modem, &sms->address, number);
    put(writer, "\"%s\",", number);
    if (hlsim__sms_kind(sms) == HLSIM__SMS_DELIVER) {
        hlsim__sms_stamp_write(&sms->stamp, stamp);
        put(writer, ",\"%s\"", stamp);
    }
}

/* What AT+CSDH=1 adds. */
static void put_header(struct writer *writer, const struct hlsim__modem *modem,
                       const struct hlsim__message *message, const struct hlsim__sms *sms)
{
    put(writer, ",%d,%d,%d,%d", sms->address.type, sms->first, sms->protocol, sms->coding);
    if (hlsim__sms_kind(sms) == HLSIM__SMS_SUBMIT) {
        put(writer, sms->validity_size == 1 ? ",%d" : ",", sms->validity[0]);
    }
    put_centre(writer, modem, message);
    put(writer, ",%d", sms->length);
}

static const char *status_text(enum hlsim__message_status status)
{
    static const char *const texts[] = {
#define STATUS_TEXT(name, text) text,
        HLSIM__MESSAGE_STATUS_MAP(STATUS_TEXT)
#undef STATUS_TEXT
    };

    return texts[status];
}

static void show_text(struct writer *writer, const struct hlsim__modem *modem,
                      const struct hlsim__message *message, size_t index)
{
    struct hlsim__sms sms;

    if (index > 0) {
        put(writer, "%zu,", index);
    }
    put(writer, "\"%s\",", status_text(message->status));
    if (hlsim__sms_decode(message->octets + message->centre_size,
                          message->size - message->centre_size, &sms) < 0) {
        put(writer, "\"\",\n");
        return;
    }
    if (hlsim__sms_kind(&sms) == HLSIM__SMS_STATUS_REPORT) {
        put_report(writer, modem, &sms);
        return;
    }
    put_parties(writer, modem, &sms);
    if (modem->ram.sms.header && index > 0) {
        put(writer, hlsim__sms_kind(&sms) == HLSIM__SMS_DELIVER ? "" : ",");
        put(writer, ",%d,%d", sms.address.type, sms.length);
    } else if (modem->ram.sms.header) {
        put_header(writer, modem, message, &sms);
    }
    put(writer, "\n");
    put_data(writer, modem, &sms);
}

/* --- PDU mode ------------------------------------------------------------------------------- */

static void put_pdu(struct writer *writer, const struct hlsim__message *message)
{
    char digits[2 * HLSIM__MESSAGE_MAX + 1];

    hlsim__hex_write(message->octets, message->size, digits);
    put(writer, "%zu\n%s", message->size - message->centre_size, digits);
}

void hlsim__at_sms_show(const struct hlsim__modem *modem, const struct hlsim__message *message,
                        size_t index, char *ret_text)
{
    struct writer writer = {.at = ret_text, .left = HLSIM__AT_SMS_TEXT_MAX};

    if (modem->ram.sms.text) {
        show_text(&writer, modem, message, index);
        return;
    }
    if (index > 0) {
        put(&writer, "%zu,", index);
    }
    put(&writer, "%d,,", (int)message->status);
    put_pdu(&writer, message);
}

/* --- Indications ---------------------------------------------------------------------------- */

static void show_arrival(struct writer *writer, const struct hlsim__modem *modem,
                         const struct hlsim__sms_arrival *arrival)
{
    const struct hlsim__message *message = &arrival->message;
    struct hlsim__sms sms;

    put(writer, arrival->report ? "+CDS: " : "+CMT: ");
    if (!modem->ram.sms.text) {
        put(writer, arrival->report ? "" : ",");
        put_pdu(writer, message);
        return;
    }
    if (hlsim__sms_decode(message->octets + message->centre_size,
                          message->size - message->centre_size, &sms) < 0) {
        return;
    }
    if (arrival->report) {
        put_report(writer, modem, &sms);
        return;
    }
    put_parties(writer, modem, &sms);
    if (modem->ram.sms.header) {
        put_header(writer, modem, message, &sms);
    }
    put(writer, "\n");
    put_data(writer, modem, &sms);
}

void hlsim__at_sms_arrived(struct hlsim__at_port *port, const struct hlsim__sms_arrival *arrival)
{
    static const char *const stores[] = {
#define STORE_TEXT(name, text) text,
        HLSIM__STORE_MAP(STORE_TEXT)
#undef STORE_TEXT
    };
    char text[HLSIM__AT_SMS_TEXT_MAX];
    struct writer writer = {.at = text, .left = sizeof text};

    if (arrival->stored) {
        put(&writer, "%s: \"%s\",%zu", arrival->report ? "+CDSI" : "+CMTI", stores[arrival->store],
            arrival->index);
    } else {
        show_arrival(&writer, port->modem, arrival);
    }
    hlsim__at_port_urc(port, text);
}
