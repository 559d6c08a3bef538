/*
 * The character sets of AT+CSCS (27.007 5.5): how a text stands on the wire between host and
 * module. Inside, texts are UTF-16 code units of the basic plane.
 */
#ifndef HLSIM_CODEC_CHARSET_H
#define HLSIM_CODEC_CHARSET_H

#include <stddef.h>
#include <stdint.h>

/* X(name, text of AT+CSCS) */
#define HLSIM__CHARSET_MAP(X)                                                                      \
    X(HLSIM__CHARSET_IRA, "IRA")   /* ASCII */                                                     \
    X(HLSIM__CHARSET_GSM, "GSM")   /* the default alphabet of 23.038, a byte a septet */           \
    X(HLSIM__CHARSET_UCS2, "UCS2") /* four hexadecimal digits a character */

enum hlsim__charset {
#define HLSIM__CHARSET_ENUM(name, text) name,
    HLSIM__CHARSET_MAP(HLSIM__CHARSET_ENUM)
#undef HLSIM__CHARSET_ENUM
        HLSIM__CHARSETS
};

/* The set of that name, or -1; the name of a set. */
int hlsim__charset_find(const char *name);
const char *hlsim__charset_name(enum hlsim__charset charset);

/*
 * The units of bytes as the host sends them: how many. HLSIM_E_FORMAT when they are none of this
 * set, HLSIM_E_LIMIT when they do not fit.
 */
int hlsim__charset_read(enum hlsim__charset charset, const char *bytes, size_t size,
                        uint16_t *ret_text, size_t capacity);

/*
 * The bytes of a text as the host gets them, with a NUL behind; what the set cannot say is '?',
 * what does not fit is left out. Returns how many.
 */
size_t hlsim__charset_write(enum hlsim__charset charset, const uint16_t *text, size_t count,
                            char *ret_bytes, size_t capacity);

/* The same of UTF-8, for those who are not hosts; what is beyond the basic plane is HLSIM_E_FORMAT.
 */
int hlsim__utf8_read(const char *bytes, uint16_t *ret_text, size_t capacity);
size_t hlsim__utf8_write(const uint16_t *text, size_t count, char *ret_bytes, size_t capacity);

/* --- Hexadecimal digits ---------------------------------------------------------------------- */

/* The octets of pairs of digits: how many; HLSIM_E_FORMAT, HLSIM_E_LIMIT. */
int hlsim__hex_read(const char *digits, size_t size, uint8_t *ret_octets, size_t capacity);

/* Digits with a NUL behind: `ret_digits` has room for 2 * size + 1. */
void hlsim__hex_write(const uint8_t *octets, size_t size, char *ret_digits);

#endif
