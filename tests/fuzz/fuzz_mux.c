/* A multiplexed port: pieces, each led by its length and by what it is - raw bytes, or the contents
 * of a good frame (address and control first) -, 0: nothing for a second. The frames in what was
 * sent raw are written again as they were read. */
#include "modem.h"

#include "codec/mux.h"

#include <stdlib.h>
#include <string.h>

static void write_again(struct hlsim__mux_reader *reader, const uint8_t *bytes, size_t size)
{
    bool complete = true;

    while (complete) {
        struct hlsim__mux_frame frame;
        uint8_t again[HLSIM__MUX_FRAME_MAX];
        size_t taken = hlsim__mux_read(reader, bytes, size, &frame, &complete);

        FUZZ_EXPECT(taken <= size && (complete || taken == size));
        bytes += taken;
        size -= taken;
        if (complete) {
            FUZZ_EXPECT(frame.info_size <= HLSIM__MUX_INFO_MAX);
            /* Lengths up to 127 may be written in two octets. */
            FUZZ_EXPECT(hlsim__mux_write(&frame, again) <= reader->used + 1);
        }
    }
}

static void send_frame(struct fuzz_modem *modem, const uint8_t *bytes, size_t size)
{
    const struct hlsim__mux_frame frame = {.dlci = bytes[0] & 7,
                                           .cr = (bytes[0] & 8) != 0,
                                           .pf = (bytes[0] & 16) != 0,
                                           .type = bytes[1],
                                           .info = bytes + 2,
                                           .info_size = size - 2};
    uint8_t written[HLSIM__MUX_FRAME_MAX];

    fuzz_modem_send(modem, written, hlsim__mux_write(&frame, written));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char start[] = "AT+CMUX=0\r";
    struct hlsim__mux_reader *reader = calloc(1, sizeof *reader);
    struct fuzz_modem modem;

    FUZZ_EXPECT(reader != NULL);
    fuzz_modem_open(&modem);
    fuzz_modem_send(&modem, (const uint8_t *)start, strlen(start));
    fuzz_modem_run(&modem, HLSIM_SECOND);
    while (size > 1) {
        size_t part = bytes[0] < size - 1 ? bytes[0] : size - 2;
        bool framed = (bytes[1] & 1) != 0 && part >= 2;

        if (framed) {
            send_frame(&modem, bytes + 2, part);
        } else {
            write_again(reader, bytes + 2, part);
            fuzz_modem_send(&modem, bytes + 2, part);
        }
        if (part == 0) {
            fuzz_modem_run(&modem, HLSIM_SECOND);
        }
        bytes += part + 2;
        size -= part + 2;
    }
    fuzz_modem_expect_alive(&modem);
    fuzz_modem_close(&modem);
    free(reader);
    return 0;
}
