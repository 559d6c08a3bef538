/*
 * Frames of the multiplexer protocol (3GPP 27.010, basic option), and the messages of its control
 * channel: bytes <-> structs, nothing else. Who may send what, and when, is not known here.
 */
#ifndef HLSIM_CODEC_MUX_H
#define HLSIM_CODEC_MUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HLSIM__MUX_INFO_MAX  1509 /* bytes of one frame (27.007 5.7, N1 of this family) */
#define HLSIM__MUX_FRAME_MAX (HLSIM__MUX_INFO_MAX + 7)
#define HLSIM__MUX_DLCI_MAX  63

/* 27.010 5.2.1.3, without the P/F bit. */
enum hlsim__mux_type {
    HLSIM__MUX_SABM = 0x2f,
    HLSIM__MUX_UA = 0x63,
    HLSIM__MUX_DM = 0x0f,
    HLSIM__MUX_DISC = 0x43,
    HLSIM__MUX_UIH = 0xef,
    HLSIM__MUX_UI = 0x03,
};

struct hlsim__mux_frame {
    uint8_t dlci;
    bool cr;      /* the C/R bit as it is on the line */
    bool pf;      /* the P/F bit */
    uint8_t type; /* enum hlsim__mux_type, or a type that nobody knows */
    const uint8_t *info;
    size_t info_size;
};

/* Writes a frame with its flags; its size. `ret_bytes` has room for HLSIM__MUX_FRAME_MAX, `info` is
 * no longer than HLSIM__MUX_INFO_MAX. */
size_t hlsim__mux_write(const struct hlsim__mux_frame *frame, uint8_t *ret_bytes);

/* Frames out of a stream of bytes; zero is the beginning. */
struct hlsim__mux_reader {
    uint8_t bytes[HLSIM__MUX_FRAME_MAX];
    size_t size;
    size_t used;  /* by the frame that was read last */
    uint64_t bad; /* what began like a frame and was none: checksum, length, end */
};

/*
 * Takes bytes until a frame is complete; returns how many, up to `size`. After a complete one there
 * may be another without any more bytes. `ret_frame->info` points into the reader and holds until
 * the next call. What is no frame is passed over, up to the next
 * flag; a frame that was damaged costs none of those behind it.
 */
size_t hlsim__mux_read(struct hlsim__mux_reader *reader, const uint8_t *bytes, size_t size,
                       struct hlsim__mux_frame *ret_frame, bool *ret_complete);

/* 27.010 5.4.6.3, as on the line, without the C/R bit. */
enum hlsim__mux_message_type {
    HLSIM__MUX_PN = 0x81,
    HLSIM__MUX_CLD = 0xc1,
    HLSIM__MUX_TEST = 0x21,
    HLSIM__MUX_FCON = 0xa1,
    HLSIM__MUX_FCOFF = 0x61,
    HLSIM__MUX_MSC = 0xe1,
    HLSIM__MUX_NSC = 0x11,
};

struct hlsim__mux_message {
    uint8_t type;
    bool command;
    const uint8_t *value;
    size_t size;
};

/*
 * The message at the beginning of these bytes; how many it takes, 0 when there is none, or not all
 * of it. A type or length of more octets than this end knows is no message.
 */
size_t hlsim__mux_message_read(const uint8_t *bytes, size_t size,
                               struct hlsim__mux_message *ret_message);

/* Writes a message of at most HLSIM__MUX_INFO_MAX - 3 bytes of value; its size. */
size_t hlsim__mux_message_write(const struct hlsim__mux_message *message, uint8_t *ret_bytes);

#endif
