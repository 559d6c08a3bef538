/* The XMODEM receiver: byte by byte it answers as it does for all at once, and it never hands on
 * more than was announced. The first two bytes are the size; pieces follow, each led by its length
 * in two bytes and followed by silence. */
#include "fuzz.h"

#include "at/xmodem.h"

struct tally {
    uint64_t digest; /* of replies and payload, in order */
    uint32_t payload;
    enum hlsim__xmodem_state state;
};

static void add(struct tally *tally, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        tally->digest = (tally->digest ^ bytes[i]) * UINT64_C(1099511628211);
    }
}

static void carry_out(struct tally *tally, const struct hlsim__xmodem_step *step)
{
    add(tally, step->payload, step->payload_size);
    add(tally, step->reply, step->reply_size);
    tally->payload += (uint32_t)step->payload_size;
}

static struct tally receive(const uint8_t *bytes, size_t size, uint32_t announced, size_t chunk)
{
    struct tally tally = {.digest = 14695981039346656037u};
    struct hlsim__xmodem_step step;
    struct hlsim__xmodem xmodem;

    hlsim__xmodem_init(&xmodem, announced);
    while (size >= 2) {
        size_t piece = 256u * bytes[0] + bytes[1];

        bytes += 2;
        size -= 2;
        piece = piece < size ? piece : size;
        for (size_t at = 0; at < piece && !hlsim__xmodem_over(&xmodem);) {
            size_t part = piece - at < chunk ? piece - at : chunk;

            at += hlsim__xmodem_take(&xmodem, bytes + at, part, &step);
            carry_out(&tally, &step);
        }
        if (!hlsim__xmodem_over(&xmodem)) {
            hlsim__xmodem_silence(&xmodem, &step);
            carry_out(&tally, &step);
        }
        bytes += piece;
        size -= piece;
    }
    tally.state = xmodem.state;
    FUZZ_EXPECT(tally.payload <= announced);
    FUZZ_EXPECT(xmodem.state != HLSIM__XMODEM_DONE || tally.payload == announced);
    return tally;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct tally whole;
    struct tally single;
    uint32_t announced;

    if (size < 2) {
        return 0;
    }
    announced = 1 + 256u * bytes[0] + bytes[1];
    whole = receive(bytes + 2, size - 2, announced, SIZE_MAX);
    single = receive(bytes + 2, size - 2, announced, 1);
    FUZZ_EXPECT(whole.digest == single.digest && whole.state == single.state);
    return 0;
}
