/*
 * CRC-32 by a nibble table (16 entries: small and constant) and FNV-1a.
 */
#include "base/checksum.h"

/* Remainders of the sixteen low nibbles for the reflected polynomial 0xEDB88320. */
static const uint32_t nibble_crc[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

uint32_t hlsim__crc32(uint32_t crc, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;

    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc = (crc >> 4) ^ nibble_crc[(crc ^ byte[i]) & 15];
        crc = (crc >> 4) ^ nibble_crc[(crc ^ (byte[i] >> 4)) & 15];
    }
    return ~crc;
}

uint64_t hlsim__digest(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
    }
    return hash;
}
