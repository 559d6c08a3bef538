/*
 * One frame is collected at a time and judged when it is complete. A byte that cannot begin a frame
 * means that the two ends are out of step: everything is dropped until the line is silent, so that
 * no payload is taken for a frame.
 */
#include "at/xmodem.h"

#include "base/assert.h"

#include <string.h>

#define SOH         0x01
#define STX         0x02
#define EOT         0x04
#define ACK         0x06
#define NAK         0x15
#define CAN         0x18
#define PAD         0x1a

#define HEADER_SIZE 3 /* SOH or STX, number, its complement */
#define SHORT_BLOCK 128

void hlsim__xmodem_init(struct hlsim__xmodem *xmodem, uint32_t size)
{
    HLSIM_ASSERT(size > 0);
    memset(xmodem, 0, sizeof *xmodem);
    xmodem->size = size;
    xmodem->next = 1;
}

bool hlsim__xmodem_over(const struct hlsim__xmodem *xmodem)
{
    return xmodem->state == HLSIM__XMODEM_DONE || xmodem->state == HLSIM__XMODEM_CANCELLED ||
           xmodem->state == HLSIM__XMODEM_FAILED;
}

static void reply(struct hlsim__xmodem_step *step, uint8_t byte)
{
    step->reply[0] = byte;
    step->reply_size = 1;
}

void hlsim__xmodem_abandon(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *ret_step)
{
    memset(ret_step, 0, sizeof *ret_step);
    xmodem->state = HLSIM__XMODEM_FAILED;
    ret_step->reply[0] = CAN;
    ret_step->reply[1] = CAN;
    ret_step->reply_size = 2;
}

/* True when that was one error too many; then the transfer is given up. */
static bool one_error_more(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *step)
{
    if (++xmodem->errors < HLSIM__XMODEM_ERRORS_MAX) {
        return false;
    }
    hlsim__xmodem_abandon(xmodem, step);
    return true;
}

static void purge(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *step)
{
    if (!one_error_more(xmodem, step)) {
        xmodem->state = HLSIM__XMODEM_PURGES;
    }
}

/* --- Blocks --------------------------------------------------------------------------------- */

static size_t block_size(const struct hlsim__xmodem *xmodem)
{
    return xmodem->frame[0] == STX ? HLSIM__XMODEM_BLOCK_MAX : SHORT_BLOCK;
}

static bool is_padding(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != PAD) {
            return false;
        }
    }
    return true;
}

/* A good block with the number that was due. */
static void take_block(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *step)
{
    const uint8_t *bytes = xmodem->frame + HEADER_SIZE;
    size_t size = block_size(xmodem);
    uint32_t left = xmodem->size - xmodem->received;

    if (left == 0) {
        /* Some senders notice the end of their file only after one more block [Z]. */
        if (xmodem->padded || !is_padding(bytes, size)) {
            hlsim__xmodem_abandon(xmodem, step);
            return;
        }
        xmodem->padded = true;
    }
    step->payload = bytes;
    step->payload_size = size < left ? size : left;
    xmodem->received += (uint32_t)step->payload_size;
    xmodem->kilo = xmodem->kilo || size == HLSIM__XMODEM_BLOCK_MAX;
    xmodem->next++;
    xmodem->begun = true;
    reply(step, ACK);
}

static bool sum_is_good(const struct hlsim__xmodem *xmodem)
{
    size_t size = block_size(xmodem);
    uint8_t sum = 0;

    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + xmodem->frame[HEADER_SIZE + i]);
    }
    return sum == xmodem->frame[HEADER_SIZE + size];
}

static void judge_block(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *step)
{
    uint8_t number = xmodem->frame[1];

    xmodem->state = HLSIM__XMODEM_WAITS_BLOCK;
    if (!sum_is_good(xmodem)) {
        if (!one_error_more(xmodem, step)) {
            reply(step, NAK);
        }
        return;
    }
    if (number == xmodem->next) {
        take_block(xmodem, step);
    } else if (xmodem->begun && number == (uint8_t)(xmodem->next - 1)) {
        reply(step, ACK); /* our ACK was lost, or a NAK from before the start was late [Z] */
    } else {
        hlsim__xmodem_abandon(xmodem, step);
    }
    if (xmodem->state != HLSIM__XMODEM_FAILED) {
        xmodem->errors = 0;
        xmodem->end_early = false;
    }
}

/* --- Bytes ---------------------------------------------------------------------------------- */

static void take_end(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *step)
{
    if (xmodem->received == xmodem->size) {
        xmodem->state = HLSIM__XMODEM_DONE;
        reply(step, ACK);
    } else if (xmodem->end_early) {
        hlsim__xmodem_abandon(xmodem, step);
    } else {
        xmodem->end_early = true;
        purge(xmodem, step);
    }
}

/* A byte where a frame may begin. */
static void begin_frame(struct hlsim__xmodem *xmodem, uint8_t byte, struct hlsim__xmodem_step *step)
{
    bool second_can = byte == CAN && xmodem->can;

    xmodem->can = byte == CAN;
    if (byte == SOH || byte == STX) {
        xmodem->frame[0] = byte;
        xmodem->fill = 1;
        xmodem->state = HLSIM__XMODEM_IN_BLOCK;
    } else if (byte == EOT) {
        take_end(xmodem, step);
    } else if (second_can) {
        xmodem->state = HLSIM__XMODEM_CANCELLED;
    } else if (byte != CAN && xmodem->state != HLSIM__XMODEM_WAITS_START) {
        purge(xmodem, step);
    }
}

static size_t fill_frame(struct hlsim__xmodem *xmodem, const uint8_t *bytes, size_t size,
                         struct hlsim__xmodem_step *step)
{
    size_t end = xmodem->fill < HEADER_SIZE ? HEADER_SIZE : HEADER_SIZE + block_size(xmodem) + 1;
    size_t part = end - xmodem->fill < size ? end - xmodem->fill : size;

    memcpy(xmodem->frame + xmodem->fill, bytes, part);
    xmodem->fill += part;
    if (xmodem->fill == HEADER_SIZE && (xmodem->frame[1] ^ xmodem->frame[2]) != UINT8_MAX) {
        purge(xmodem, step);
    } else if (xmodem->fill == HEADER_SIZE + block_size(xmodem) + 1) {
        judge_block(xmodem, step);
    }
    return part;
}

size_t hlsim__xmodem_take(struct hlsim__xmodem *xmodem, const uint8_t *bytes, size_t size,
                          struct hlsim__xmodem_step *ret_step)
{
    size_t taken = 0;

    memset(ret_step, 0, sizeof *ret_step);
    while (taken < size && ret_step->reply_size == 0 && !hlsim__xmodem_over(xmodem)) {
        switch (xmodem->state) {
        case HLSIM__XMODEM_IN_BLOCK:
            taken += fill_frame(xmodem, bytes + taken, size - taken, ret_step);
            break;
        case HLSIM__XMODEM_PURGES:
            return size;
        default:
            begin_frame(xmodem, bytes[taken++], ret_step);
            break;
        }
    }
    return taken;
}

void hlsim__xmodem_silence(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *ret_step)
{
    HLSIM_ASSERT(!hlsim__xmodem_over(xmodem));
    memset(ret_step, 0, sizeof *ret_step);
    xmodem->can = false;
    if (xmodem->state == HLSIM__XMODEM_IN_BLOCK && one_error_more(xmodem, ret_step)) {
        return;
    }
    if (xmodem->state != HLSIM__XMODEM_WAITS_START) {
        xmodem->state = HLSIM__XMODEM_WAITS_BLOCK;
    }
    reply(ret_step, NAK);
}
