/*
 * CRC-32 by eight bytes a step (Kounavis and Berry, 2005), and FNV-1a.
 */
#include "base/checksum.h"

#include "base/crc32_table.h"
#include "base/le.h"

uint32_t hlsim__crc32(uint32_t crc, const void *bytes, size_t size)
{
    const uint32_t(*table)[256] = hlsim__crc32_table;
    const uint8_t *byte = bytes;

    crc = ~crc;
    for (; size >= 8; size -= 8, byte += 8) {
        uint32_t low = hlsim__le_get32(byte) ^ crc;
        uint32_t high = hlsim__le_get32(byte + 4);

        crc = table[7][low & 255] ^ table[6][low >> 8 & 255] ^ table[5][low >> 16 & 255] ^
              table[4][low >> 24] ^ table[3][high & 255] ^ table[2][high >> 8 & 255] ^
              table[1][high >> 16 & 255] ^ table[0][high >> 24];
    }
    for (; size > 0; size--, byte++) {
        crc = crc >> 8 ^ table[0][(crc ^ *byte) & 255];
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
