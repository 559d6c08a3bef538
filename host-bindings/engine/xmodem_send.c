/*
 * Blocks and answers. Written from the protocol's public descriptions; the emulator's receiver
 * shares nothing with it.
 */
#include "xmodem_send.h"

#include <string.h>

#define SOH          0x01
#define STX          0x02
#define EOT          0x04
#define ACK          0x06
#define NAK          0x15
#define CAN          0x18
#define PAD          0x1A

#define CANCELS      5 /* CAN this often: two are needed, one may fall into a block */
#define ERRORS_MAX   10
#define BEGIN_MS     60000 /* the first NAK comes within seconds, some modules need longer */
#define ANSWER_MS    15000 /* for one block: a page of flash may have to be erased */
#define SETTLE_MS    500
#define CRC_MS       500    /* a 'C' that is followed by nothing for so long is no text */
#define ENDED_MS     120000 /* the module looks through the package before it says OK */
#define LAST_WORD_MS 10000

/* Appends bytes of the block to the piece and to the check. */
static void append(struct hlhost__xmodem *xmodem, uint8_t byte)
{
    xmodem->piece[xmodem->piece_size++] = byte;
    xmodem->filled++;
    if (xmodem->crc) {
        int bit;

        xmodem->check = (uint16_t)(xmodem->check ^ (unsigned)byte << 8);
        for (bit = 0; bit < 8; bit++) {
            unsigned shifted = (unsigned)xmodem->check << 1;

            xmodem->check =
                (uint16_t)((xmodem->check & 0x8000u) != 0 ? shifted ^ 0x1021u : shifted);
        }
    } else {
        xmodem->check = (uint8_t)(xmodem->check + byte);
    }
}

static void enter(struct hlhost__xmodem *xmodem, enum hlhost__sending state, int64_t now_ms,
                  int64_t wait_ms)
{
    xmodem->state = state;
    xmodem->by_ms = now_ms + wait_ms;
}

static void say(struct hlhost__xmodem *xmodem, uint8_t byte, uint8_t times)
{
    memset(xmodem->piece, byte, times);
    xmodem->piece_size = times;
    xmodem->handed = false;
}

static void begin_block(struct hlhost__xmodem *xmodem, int64_t now_ms)
{
    xmodem->filled = 0;
    xmodem->check = 0;
    enter(xmodem, HLHOST__SENDING_BLOCK, now_ms, ANSWER_MS);
}

static void say_end(struct hlhost__xmodem *xmodem, int64_t now_ms)
{
    say(xmodem, EOT, 1);
    enter(xmodem, HLHOST__SENDING_END, now_ms, ANSWER_MS);
}

/* The block after the one that was taken, or the end. */
static void next_block(struct hlhost__xmodem *xmodem, int64_t now_ms)
{
    xmodem->errors = 0;
    xmodem->repeated = false;
    xmodem->number++;
    if (xmodem->size - xmodem->offset <= xmodem->block_size) {
        say_end(xmodem, now_ms);
        return;
    }
    xmodem->offset += xmodem->block_size;
    begin_block(xmodem, now_ms);
}

/* The same once more, unless that was done too often. */
static void again(struct hlhost__xmodem *xmodem, int64_t now_ms)
{
    xmodem->errors++;
    if (xmodem->errors > ERRORS_MAX) {
        hlhost__xmodem_cancel(xmodem, now_ms);
    } else if (xmodem->state == HLHOST__SENDING_END) {
        say_end(xmodem, now_ms);
    } else {
        xmodem->repeated = true;
        begin_block(xmodem, now_ms);
    }
}

void hlhost__xmodem_begin(struct hlhost__xmodem *xmodem, uint32_t size, uint16_t block_size,
                          int64_t now_ms)
{
    memset(xmodem, 0, sizeof *xmodem);
    xmodem->size = size;
    xmodem->block_size = block_size;
    xmodem->number = 1;
    enter(xmodem, HLHOST__SENDING_BEGINS, now_ms, BEGIN_MS);
}

bool hlhost__xmodem_is_active(const struct hlhost__xmodem *xmodem)
{
    return xmodem->state != HLHOST__SENDING_NOTHING && xmodem->state != HLHOST__SENDING_FAILED;
}

void hlhost__xmodem_cancel(struct hlhost__xmodem *xmodem, int64_t now_ms)
{
    say(xmodem, CAN, CANCELS);
    enter(xmodem, HLHOST__SENDING_CANCELS, now_ms, LAST_WORD_MS);
}

/* Before the first block: echo and whole lines may precede the receiver's invitation. */
static bool take_invitation(struct hlhost__xmodem *xmodem, uint8_t byte, int64_t now_ms)
{
    if (byte == NAK) {
        xmodem->crc = false;
        begin_block(xmodem, now_ms);
        return true;
    }
    if (byte == 'C' && !xmodem->line_begun) {
        xmodem->crc_heard = true; /* "CONNECT" would go on */
        xmodem->by_ms = now_ms + CRC_MS;
        return false;
    }
    xmodem->line_begun = byte != '\r' && byte != '\n';
    if (xmodem->crc_heard) {
        xmodem->crc_heard = false;
        xmodem->by_ms = now_ms + BEGIN_MS;
    }
    return false;
}

/* ACK or NAK to the last piece of a block, or to EOT. */
static void take_answer(struct hlhost__xmodem *xmodem, uint8_t byte, int64_t now_ms)
{
    if (xmodem->state == HLHOST__SENDING_ANSWER && byte == ACK) {
        if (xmodem->repeated) {
            enter(xmodem, HLHOST__SENDING_SETTLES, now_ms, SETTLE_MS);
        } else {
            next_block(xmodem, now_ms);
        }
    } else if (xmodem->state == HLHOST__SENDING_END && byte == ACK) {
        enter(xmodem, HLHOST__SENDING_ENDED, now_ms, ENDED_MS);
    } else if (byte == NAK &&
               (xmodem->state == HLHOST__SENDING_ANSWER || xmodem->state == HLHOST__SENDING_END)) {
        again(xmodem, now_ms);
    }
}

bool hlhost__xmodem_take(struct hlhost__xmodem *xmodem, uint8_t byte, int64_t now_ms)
{
    if (xmodem->state == HLHOST__SENDING_BEGINS && byte != CAN) {
        return take_invitation(xmodem, byte, now_ms);
    }
    if (byte != ACK && byte != NAK && byte != CAN) {
        xmodem->cancel_heard = false;
        return false;
    }
    if (byte == CAN && xmodem->cancel_heard && xmodem->state < HLHOST__SENDING_ENDED) {
        xmodem->piece_size = 0;
        enter(xmodem, HLHOST__SENDING_CANCELED, now_ms, LAST_WORD_MS);
    } else if (xmodem->piece_size == 0) {
        take_answer(xmodem, byte, now_ms); /* what comes amid a block answers none */
    }
    xmodem->cancel_heard = byte == CAN;
    return true;
}

bool hlhost__xmodem_wants(const struct hlhost__xmodem *xmodem, uint32_t *ret_offset,
                          uint32_t *ret_size)
{
    uint32_t at = xmodem->offset + xmodem->filled;
    uint32_t room = (uint32_t)xmodem->block_size - xmodem->filled;
    uint32_t left;

    if (xmodem->state != HLHOST__SENDING_BLOCK || at >= xmodem->size) {
        return false;
    }
    left = xmodem->size - at;
    left = left < room ? left : room;
    *ret_offset = at;
    *ret_size = left < HLHOST__PIECE_DATA ? left : HLHOST__PIECE_DATA;
    return true;
}

bool hlhost__xmodem_pads(const struct hlhost__xmodem *xmodem)
{
    return xmodem->state == HLHOST__SENDING_BLOCK &&
           xmodem->offset + xmodem->filled >= xmodem->size;
}

void hlhost__xmodem_data(struct hlhost__xmodem *xmodem, const uint8_t *data, size_t size,
                         int64_t now_ms)
{
    unsigned payload = 0;

    xmodem->piece_size = 0;
    xmodem->handed = false;
    if (xmodem->filled == 0) {
        xmodem->piece[0] = xmodem->block_size == HLHOST__BLOCK_LARGE ? STX : SOH;
        xmodem->piece[1] = xmodem->number;
        xmodem->piece[2] = (uint8_t)(255 - xmodem->number);
        xmodem->piece_size = 3;
    }
    while (payload < HLHOST__PIECE_DATA && xmodem->filled < xmodem->block_size) {
        append(xmodem, payload < size ? data[payload] : PAD);
        payload++;
    }
    if (xmodem->filled == xmodem->block_size) {
        if (xmodem->crc) {
            xmodem->piece[xmodem->piece_size++] = (uint8_t)(xmodem->check >> 8);
        }
        xmodem->piece[xmodem->piece_size++] = (uint8_t)xmodem->check;
        enter(xmodem, HLHOST__SENDING_ANSWER, now_ms, ANSWER_MS);
    }
}

/* The state's time is over. */
static void patience_over(struct hlhost__xmodem *xmodem, int64_t now_ms)
{
    switch (xmodem->state) {
    case HLHOST__SENDING_BEGINS:
        if (xmodem->crc_heard) {
            xmodem->crc = true;
            begin_block(xmodem, now_ms);
            break;
        }
        hlhost__xmodem_cancel(xmodem, now_ms);
        break;
    case HLHOST__SENDING_BLOCK:
        hlhost__xmodem_cancel(xmodem, now_ms); /* neither data nor room on the line */
        break;
    case HLHOST__SENDING_ANSWER:
    case HLHOST__SENDING_END:
        again(xmodem, now_ms);
        break;
    case HLHOST__SENDING_SETTLES:
        next_block(xmodem, now_ms);
        break;
    case HLHOST__SENDING_ENDED:
    case HLHOST__SENDING_CANCELS:
    case HLHOST__SENDING_CANCELED:
        xmodem->state = HLHOST__SENDING_FAILED;
        break;
    case HLHOST__SENDING_NOTHING:
    case HLHOST__SENDING_FAILED:
        break;
    }
}

void hlhost__xmodem_run(struct hlhost__xmodem *xmodem, int64_t now_ms)
{
    if (now_ms >= xmodem->by_ms) {
        patience_over(xmodem, now_ms);
    }
    if (xmodem->state == HLHOST__SENDING_BLOCK && xmodem->offset + xmodem->filled >= xmodem->size) {
        hlhost__xmodem_data(xmodem, NULL, 0, now_ms); /* nothing but padding is left */
    }
}
