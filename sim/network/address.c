/*
 * The text form of addresses. Knows nothing about who has them.
 */
#include <hl78sim/error.h>
#include <hl78sim/network.h>

#include "base/assert.h"

#include <stdio.h>

int hlsim_ip_format(uint32_t ip, char *text, size_t size)
{
    HLSIM_ASSERT(size >= HLSIM_ADDRESS_SIZE);
    return snprintf(text, size, "%u.%u.%u.%u", (unsigned)(ip >> 24), (unsigned)(ip >> 16 & 255),
                    (unsigned)(ip >> 8 & 255), (unsigned)(ip & 255));
}

int hlsim_address_format(struct hlsim_address address, char *text, size_t size)
{
    int length = hlsim_ip_format(address.ip, text, size);

    return length + snprintf(text + length, size - (size_t)length, ":%u", (unsigned)address.port);
}

/* Reads a number without leading zeros and moves on; -1 when there is none up to `max`. */
static int32_t number(const char **text, int32_t max)
{
    const char *start = *text;
    int32_t value = 0;

    while (**text >= '0' && **text <= '9') {
        value = value * 10 + (**text - '0');
        if (value > max) {
            return -1;
        }
        (*text)++;
    }
    if (*text == start || (*start == '0' && *text - start > 1)) {
        return -1;
    }
    return value;
}

static int quad(const char **text, uint32_t *ret_ip)
{
    uint32_t ip = 0;

    for (int i = 0; i < 4; i++) {
        int32_t value;

        if (i > 0 && *(*text)++ != '.') {
            return HLSIM_E_FORMAT;
        }
        value = number(text, 255);
        if (value < 0) {
            return HLSIM_E_FORMAT;
        }
        ip = ip << 8 | (uint32_t)value;
    }
    *ret_ip = ip;
    return 0;
}

int hlsim_ip_parse(const char *text, uint32_t *ret_ip)
{
    uint32_t ip;

    if (quad(&text, &ip) < 0 || *text != '\0') {
        return HLSIM_E_FORMAT;
    }
    *ret_ip = ip;
    return 0;
}

int hlsim_address_parse(const char *text, struct hlsim_address *ret_address)
{
    uint32_t ip;
    int32_t port;

    if (quad(&text, &ip) < 0 || *text++ != ':') {
        return HLSIM_E_FORMAT;
    }
    port = number(&text, 65535);
    if (port < 0 || *text != '\0') {
        return HLSIM_E_FORMAT;
    }
    *ret_address = (struct hlsim_address){.ip = ip, .port = (uint16_t)port};
    return 0;
}
