/*
 * Short messages as they pass between module and service centre (23.040): SMS-SUBMIT, SMS-DELIVER
 * and SMS-STATUS-REPORT, octets to structs and back. A user data header is passed through. Knows no
 * storage and no AT command.
 */
#ifndef HLSIM_CODEC_SMS_H
#define HLSIM_CODEC_SMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__SMS_TPDU_MAX    164 /* octets, 23.040 9.2.3 */
#define HLSIM__SMS_UD_MAX      140 /* octets of user data */
#define HLSIM__SMS_SEPTETS_MAX 160
#define HLSIM__SMS_DIGITS_MAX  20
#define HLSIM__SMS_TEXT_MAX    HLSIM__SMS_SEPTETS_MAX

/* The lowest bits of the first octet, TP-MTI. */
enum hlsim__sms_kind {
    HLSIM__SMS_DELIVER = 0,
    HLSIM__SMS_SUBMIT = 1,
    HLSIM__SMS_STATUS_REPORT = 2,
};

/* Other bits of the first octet. */
#define HLSIM__SMS_MMS  0x04 /* no more messages */
#define HLSIM__SMS_VPF  0x18 /* of SUBMIT: form of the validity period */
#define HLSIM__SMS_SRR  0x20 /* of SUBMIT: a status report is wanted */
#define HLSIM__SMS_SRI  0x20 /* of DELIVER: one will be returned */
#define HLSIM__SMS_UDHI 0x40 /* the user data begins with a header */

/* Type of address: 24.011 8.2.5.1 */
#define HLSIM__SMS_UNKNOWN_NUMBER 129
#define HLSIM__SMS_INTERNATIONAL  145

struct hlsim__sms_address {
    uint8_t type;
    char digits[HLSIM__SMS_DIGITS_MAX + 1]; /* without '+'; of an alphanumeric one its characters */
};

/* Seven octets in swapped digits: year, month, day, hour, minute, second, zone (9.2.3.11). */
struct hlsim__sms_stamp {
    uint8_t octets[7];
};

struct hlsim__sms {
    uint8_t first;                     /* TP-MTI and the bits above */
    uint8_t reference;                 /* SUBMIT, STATUS_REPORT: TP-MR */
    struct hlsim__sms_address address; /* destination, originator, recipient */
    uint8_t protocol;                  /* TP-PID */
    uint8_t coding;                    /* TP-DCS */
    uint8_t validity[7];               /* SUBMIT: TP-VP as it stands */
    size_t validity_size;
    struct hlsim__sms_stamp stamp;      /* DELIVER, STATUS_REPORT: TP-SCTS */
    struct hlsim__sms_stamp discharged; /* STATUS_REPORT: TP-DT */
    uint8_t status;                     /* STATUS_REPORT: TP-ST */
    uint8_t length;                     /* TP-UDL: septets, else octets */
    size_t data_size;                   /* octets of user data */
    uint8_t data[HLSIM__SMS_UD_MAX];
};

/* How the user data is coded, as TP-DCS says (23.038 4). */
enum hlsim__sms_coding {
    HLSIM__SMS_7_BIT,
    HLSIM__SMS_8_BIT,
    HLSIM__SMS_UCS2,
};

static inline enum hlsim__sms_kind hlsim__sms_kind(const struct hlsim__sms *sms)
{
    return (enum hlsim__sms_kind)(sms->first & 3);
}

enum hlsim__sms_coding hlsim__sms_coding(uint8_t dcs);

/* The message class of TP-DCS, or -1. */
int hlsim__sms_class(uint8_t dcs);

/* HLSIM_E_FORMAT when the octets are no TPDU of these kinds, as a whole. */
int hlsim__sms_decode(const uint8_t *octets, size_t size, struct hlsim__sms *ret_sms);

/* How many octets the TPDU takes that `octets` begin with; HLSIM_E_FORMAT. */
int hlsim__sms_measure(const uint8_t *octets, size_t size);

/* How many octets; the struct holds a message that fits. */
size_t hlsim__sms_encode(const struct hlsim__sms *sms, uint8_t ret_octets[HLSIM__SMS_TPDU_MAX]);

/*
 * An address in octets: type and swapped digits, as it stands behind a length. Decoding takes
 * `octets` octets behind the length; HLSIM_E_FORMAT.
 */
size_t hlsim__sms_address_encode(const struct hlsim__sms_address *address, uint8_t *ret_octets);
int hlsim__sms_address_decode(const uint8_t *octets, size_t size, size_t digits,
                              struct hlsim__sms_address *ret_address);

/* "+491511234567" or "0151...": type and digits. HLSIM_E_FORMAT when it is no number. */
int hlsim__sms_address_read(const char *text, struct hlsim__sms_address *ret_address);

/* Whether the address has room in a message: as text its digits are more octets than as digits. */
bool hlsim__sms_address_fits(const struct hlsim__sms_address *address);

/* With the '+' of an international number. `ret_text` has room for HLSIM__SMS_DIGITS_MAX + 2. */
void hlsim__sms_address_write(const struct hlsim__sms_address *address, char *ret_text);

/* --- User data ------------------------------------------------------------------------------ */

/*
 * Puts a text into the user data as `coding` says; 8-bit data takes each unit as an octet.
 * HLSIM_E_RANGE when a character has no place in that coding, HLSIM_E_LIMIT when it is too long.
 */
int hlsim__sms_set_text(struct hlsim__sms *sms, const uint16_t *text, size_t count);

/* The text behind the header, octets of 8-bit data as units; how many, at most
 * HLSIM__SMS_TEXT_MAX. */
size_t hlsim__sms_text(const struct hlsim__sms *sms, uint16_t *ret_text);

/* --- Time stamps ---------------------------------------------------------------------------- */

/* Of seconds since 1970, UTC. */
struct hlsim__sms_stamp hlsim__sms_stamp(int64_t seconds);

/* "yy/MM/dd,hh:mm:ss+zz" with its NUL (27.005 3.1, <scts>). */
#define HLSIM__SMS_STAMP_TEXT 24
void hlsim__sms_stamp_write(const struct hlsim__sms_stamp *stamp,
                            char ret_text[HLSIM__SMS_STAMP_TEXT]);

#endif
