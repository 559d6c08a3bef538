/*
 * A small XMODEM receiver of the hand-made modem: checks every byte against the test's package and
 * misbehaves as it is told. It shares nothing with the engine's sender nor with the simulator.
 */
#ifndef ENGINE_RECEIVER_H
#define ENGINE_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RECEIVER_OUT 32

struct receiver {
    /* How it behaves; block numbers count from 1, 0: never. */
    bool wants_crc;
    uint32_t nak_at;    /* answers this block with NAK, once */
    uint32_t mute_at;   /* does not answer this block, once */
    uint32_t cancel_at; /* CAN CAN in place of an answer */
    int eot_naks;       /* so many EOT are answered with NAK */

    /* What it is doing. */
    bool active;
    uint32_t size; /* announced */
    bool ended;    /* EOT was taken */
    bool canceled; /* by either side */

    /* What it has seen. */
    uint32_t got;    /* bytes of whole blocks */
    uint32_t blocks; /* taken */
    uint32_t large, small;
    uint32_t repeats;
    uint32_t wrong; /* bytes that are not the package's, bad padding, bad checks */

    size_t have;
    uint8_t block[1029];
    bool can_heard;
    uint8_t out[RECEIVER_OUT]; /* its answer to the bytes given last */
    size_t out_size;
};

/* The byte of the test's package at that place. */
uint8_t receiver_byte(uint32_t offset);

/* Begins to receive so many bytes; how it behaves stays. */
void receiver_begin(struct receiver *receiver, uint32_t size);

/* Its invitation, to be repeated until the first byte comes. */
uint8_t receiver_invitation(const struct receiver *receiver);

/* Takes a byte from the sender; what is to be answered stands in `out`. */
void receiver_take(struct receiver *receiver, uint8_t byte);

#endif
