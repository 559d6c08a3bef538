/*
 * The sending side of XMODEM and XMODEM-1K: makes blocks of a package and understands the
 * receiver's answers. It sends nothing by itself, reads no clock, and holds no whole block: a block
 * leaves in pieces of at most HLHOST__PIECE_DATA bytes of the package, so that a repetition asks
 * for the same bytes once more. It knows no AT command.
 *
 * The receiver chooses the check: NAK the sum of eight bits, 'C' the CRC-16. The last block is
 * filled up with 0x1A; no block holds nothing else (the module cuts by the size it was told).
 */
#ifndef HLHOST_XMODEM_SEND_H
#define HLHOST_XMODEM_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLHOST__PIECE_DATA  128
#define HLHOST__BLOCK_SMALL 128
#define HLHOST__BLOCK_LARGE 1024

enum hlhost__sending {
    HLHOST__SENDING_NOTHING,
    HLHOST__SENDING_BEGINS,  /* the receiver's first NAK or 'C' is waited for */
    HLHOST__SENDING_BLOCK,   /* a block leaves, piece by piece */
    HLHOST__SENDING_ANSWER,  /* the whole block has left */
    HLHOST__SENDING_SETTLES, /* a repeated block was taken: late answers are let pass */
    HLHOST__SENDING_END,     /* EOT has left */
    HLHOST__SENDING_ENDED,   /* EOT was taken: the package is with the receiver */
    HLHOST__SENDING_CANCELS, /* given up here: CAN leaves, the receiver's last word is waited for */
    HLHOST__SENDING_CANCELED, /* given up by the receiver, whose last word is waited for */
    HLHOST__SENDING_FAILED,   /* given up, and no last word came */
};

struct hlhost__xmodem {
    enum hlhost__sending state;
    uint32_t size;       /* of the package */
    uint32_t offset;     /* of the block under way */
    uint16_t block_size; /* HLHOST__BLOCK_SMALL or _LARGE */
    uint16_t filled;     /* bytes of the block that were put into pieces */
    uint16_t check;      /* over them */
    uint8_t number;      /* of the block, from 1, modulo 256 */
    bool crc;            /* CRC-16 in place of the sum */
    bool repeated;       /* this block has left more than once */
    uint8_t errors;      /* since the last block that was taken */
    bool cancel_heard;   /* the last byte was CAN: two of them end the transfer */
    bool crc_heard;      /* a 'C' at the start of a line: more text may follow */
    bool line_begun;     /* text stands in the present line */
    int64_t by_ms;       /* end of patience in this state */
    uint8_t piece_size;  /* bytes of a piece that has not left yet; 0: none */
    bool handed;         /* the piece is with the line: whoever sent it clears `piece_size` */
    uint8_t piece[3 + HLHOST__PIECE_DATA + 2];
};

void hlhost__xmodem_begin(struct hlhost__xmodem *xmodem, uint32_t size, uint16_t block_size,
                          int64_t now_ms);

/* True from the beginning until its last word was heard or is waited for no more. */
bool hlhost__xmodem_is_active(const struct hlhost__xmodem *xmodem);

/* Takes a byte from the receiver; false when it is none of XMODEM's and belongs to a line. */
bool hlhost__xmodem_take(struct hlhost__xmodem *xmodem, uint8_t byte, int64_t now_ms);

/* The bytes of the package that are needed next, to be asked when no piece waits. */
bool hlhost__xmodem_wants(const struct hlhost__xmodem *xmodem, uint32_t *ret_offset,
                          uint32_t *ret_size);

/* Nothing but padding is left of the block under way: hlhost__xmodem_run makes it. */
bool hlhost__xmodem_pads(const struct hlhost__xmodem *xmodem);

/* Gives them: exactly as many as were wanted. */
void hlhost__xmodem_data(struct hlhost__xmodem *xmodem, const uint8_t *data, size_t size,
                         int64_t now_ms);

/* The times that are over; a state that needs no data makes its next piece. To be called when no
 * piece waits and the one before has left. */
void hlhost__xmodem_run(struct hlhost__xmodem *xmodem, int64_t now_ms);

/* Gives the transfer up. */
void hlhost__xmodem_cancel(struct hlhost__xmodem *xmodem, int64_t now_ms);

#endif
