/*
 * The receiver of XMODEM and XMODEM-1K with an 8-bit checksum: bytes in, replies and payload out.
 * It keeps no time - its owner tells it of silence - and does not know what the payload is.
 *
 * What a module does [T:LD_WDSD; Z; XMU; SH]: it asks with NAK, never with 'C'; SOH with 128 bytes
 * and STX with 1024 bytes may be mixed; the sequence goes from 255 to 0; the file's size is known
 * before, and what the last block holds beyond it is padding.
 */
#ifndef HLSIM_AT_XMODEM_H
#define HLSIM_AT_XMODEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__XMODEM_BLOCK_MAX 1024

/* Errors in a row after which the transfer is given up (XMODEM, Christensen and Forsberg). */
#define HLSIM__XMODEM_ERRORS_MAX 10

enum hlsim__xmodem_state {
    HLSIM__XMODEM_WAITS_START, /* no block has begun yet: NAK is repeated */
    HLSIM__XMODEM_WAITS_BLOCK, /* between two blocks */
    HLSIM__XMODEM_IN_BLOCK,
    HLSIM__XMODEM_PURGES, /* something makes no sense: dropped until the line is silent */
    HLSIM__XMODEM_DONE,   /* all bytes came, and the end of the transfer */
    HLSIM__XMODEM_CANCELLED,
    HLSIM__XMODEM_FAILED,
};

struct hlsim__xmodem {
    enum hlsim__xmodem_state state;
    uint32_t size;     /* of the file */
    uint32_t received; /* of it */
    uint8_t next;      /* number of the block that comes next */
    unsigned errors;   /* in a row */
    bool begun;        /* the first block came */
    bool kilo;         /* blocks of 1024 bytes were among them */
    bool padded;       /* the one block behind the end was there */
    bool end_early;    /* an end came before all bytes: once may be noise */
    bool can;          /* one CAN came; two cancel */
    size_t fill;       /* bytes of the frame that came */
    uint8_t frame[3 + HLSIM__XMODEM_BLOCK_MAX + 1];
};

/* What is to be done now: first the payload is put away, then the reply is sent. */
struct hlsim__xmodem_step {
    const uint8_t *payload; /* borrowed until the next call */
    size_t payload_size;
    uint8_t reply[2];
    size_t reply_size;
};

/* A receiver of `size` bytes, which is not 0. */
void hlsim__xmodem_init(struct hlsim__xmodem *xmodem, uint32_t size);

/*
 * Takes bytes until there is something to do or they are used up; returns how many were taken. Once
 * the state is DONE, CANCELLED or FAILED nothing is taken any more.
 */
size_t hlsim__xmodem_take(struct hlsim__xmodem *xmodem, const uint8_t *bytes, size_t size,
                          struct hlsim__xmodem_step *ret_step);

/* Nothing has come for as long as the state allows; only before the end. */
void hlsim__xmodem_silence(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *ret_step);

/* The owner gives up: CAN CAN, and FAILED. */
void hlsim__xmodem_abandon(struct hlsim__xmodem *xmodem, struct hlsim__xmodem_step *ret_step);

/* Nothing more is to come. */
bool hlsim__xmodem_over(const struct hlsim__xmodem *xmodem);

#endif
