/* A port in data mode: two bytes say how much AT+WDSD announces, the rest comes in pieces, each led
 * by its length (0: nothing for five seconds). The module comes back by itself. */
#include "modem.h"

#include <stdio.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_modem modem;
    char line[32];

    if (size < 2) {
        return 0;
    }
    fuzz_modem_open(&modem);
    snprintf(line, sizeof line, "AT+WDSD=%d\r", 256 * bytes[0] + bytes[1]);
    fuzz_modem_send(&modem, (const uint8_t *)line, strlen(line));
    bytes += 2;
    size -= 2;
    while (size > 0) {
        size_t part = bytes[0] < size ? bytes[0] : size - 1;

        fuzz_modem_send(&modem, bytes + 1, part);
        if (part == 0) {
            fuzz_modem_run(&modem, 5 * HLSIM_SECOND);
        }
        bytes += part + 1;
        size -= part + 1;
    }
    fuzz_modem_expect_alive(&modem);
    FUZZ_EXPECT(hlsim_world_due(modem.world) != HLSIM_DUE_HOST);
    fuzz_modem_close(&modem);
    return 0;
}
