/* Whatever is typed, the module answers AT afterwards; no promise breaks on the way. A byte 0xff
 * lets a second pass. */
#include "modem.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_modem modem;

    fuzz_modem_open(&modem);
    while (size > 0) {
        const uint8_t *pause = memchr(bytes, 0xff, size);
        size_t part = pause == NULL ? size : (size_t)(pause - bytes);

        fuzz_modem_send(&modem, bytes, part);
        if (pause != NULL) {
            fuzz_modem_run(&modem, HLSIM_SECOND);
            part++;
        }
        bytes += part;
        size -= part;
    }
    fuzz_modem_expect_alive(&modem);
    fuzz_modem_close(&modem);
    return 0;
}
