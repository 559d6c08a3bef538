/*
 * Numbers as bytes, the lowest first: the order of everything that lies in flash and in packages.
 * Explicit bytes instead of structs laid over memory, so that it is the same on every machine.
 */
#ifndef HLSIM_BASE_LE_H
#define HLSIM_BASE_LE_H

#include <stdint.h>

static inline void hlsim__le_put16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)value;
    bytes[1] = (uint8_t)(value >> 8);
}

static inline void hlsim__le_put32(uint8_t *bytes, uint32_t value)
{
    hlsim__le_put16(bytes, (uint16_t)value);
    hlsim__le_put16(bytes + 2, (uint16_t)(value >> 16));
}

static inline uint16_t hlsim__le_get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static inline uint32_t hlsim__le_get32(const uint8_t *bytes)
{
    return hlsim__le_get16(bytes) | (uint32_t)hlsim__le_get16(bytes + 2) << 16;
}

#endif
