/*
 * Checksums: CRC-32 for what lies in flash and in packages, a fast 64-bit digest for traces and
 * tables. Neither protects against an attacker.
 */
#ifndef HLSIM_BASE_CHECKSUM_H
#define HLSIM_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

/* CRC-32 (IEEE 802.3, reflected, as zlib). Start with 0; pass the result on to continue. */
uint32_t hlsim__crc32(uint32_t crc, const void *bytes, size_t size);

/* FNV-1a, 64 bits. */
uint64_t hlsim__digest(const void *bytes, size_t size);

#endif
