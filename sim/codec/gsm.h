/*
 * The default alphabet of 23.038 6.2.1 (7 bits a character) and its packing into octets. Texts are
 * UTF-16 code units of the basic plane; a character of the extension table takes two septets.
 */
#ifndef HLSIM_CODEC_GSM_H
#define HLSIM_CODEC_GSM_H

#include <stddef.h>
#include <stdint.h>

/*
 * The septets of a text: how many. HLSIM_E_RANGE when a character is not in the alphabet,
 * HLSIM_E_LIMIT when they do not fit.
 */
int hlsim__gsm_from_text(const uint16_t *text, size_t count, uint8_t *ret_septets, size_t capacity);

/* The text of septets, at most one unit each; an unknown extension is a space. How many units. */
size_t hlsim__gsm_to_text(const uint8_t *septets, size_t count, uint16_t *ret_text);

/*
 * Packs septets behind `skip` octets of something else, so that the first begins at a septet's
 * boundary (23.040 9.2.3.24, fill bits). `octets` is written from `skip` on. Returns how many
 * octets there are then, those that were skipped among them.
 */
size_t hlsim__gsm_pack(const uint8_t *septets, size_t count, size_t skip, uint8_t *octets);

/* The reverse: `count` septets behind `skip` octets. The caller has (count * 7 + 7) / 8 octets and
 * those that fill bits take. */
void hlsim__gsm_unpack(const uint8_t *octets, size_t skip, size_t count, uint8_t *ret_septets);

/* Septets that `skip` octets take, with their fill bits. */
static inline size_t hlsim__gsm_septets(size_t skip)
{
    return (skip * 8 + 6) / 7;
}

#endif
