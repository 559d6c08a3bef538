/*
 * Texts in the headers of packages and images: padded with zeros.
 */
#ifndef HLSIM_PACKAGE_BYTES_H
#define HLSIM_PACKAGE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Writes a text that is shorter than `size` and fills up with zeros. */
void hlsim__package_put_text(uint8_t *bytes, size_t size, const char *text);

/* Reads a text of `size` bytes; false when it does not end inside or is not followed by zeros. */
bool hlsim__package_get_text(const uint8_t *bytes, size_t size, char *ret_text);

/* Whether a text can be the model of an image: graphic ASCII, at least one character, with room for
 * its NUL. */
bool hlsim__package_model_valid(const char *model);

#endif
