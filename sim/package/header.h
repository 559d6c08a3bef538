/*
 * Writing a package's header and its signature, for who builds packages.
 */
#ifndef HLSIM_PACKAGE_HEADER_H
#define HLSIM_PACKAGE_HEADER_H

#include <hl78sim/package.h>

/* Writes HLSIM_PACKAGE_HEADER_SIZE bytes from an info whose texts and sizes are valid. */
void hlsim__package_header_write(const struct hlsim_package_info *info, uint8_t *ret_bytes);

/* Signs all but the last bytes of a package, where the signature goes. HLSIM_E_NO_MEMORY. */
int hlsim__package_sign(uint8_t *bytes, size_t size, enum hlsim_package_key key);

#endif
