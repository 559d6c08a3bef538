/*
 * PPP in frames on a byte line (RFC 1662): flags, escapes, the 16-bit checksum, address, control
 * and protocol fields, which may be compressed. Does not know what the packets mean.
 */
#ifndef HLSIM_CODEC_PPP_FRAME_H
#define HLSIM_CODEC_PPP_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest packet behind the protocol field (RFC 1661 2: the default of MRU). */
#define HLSIM__PPP_MRU 1500
/* Address, control, protocol and checksum around it. */
#define HLSIM__PPP_RAW_MAX (HLSIM__PPP_MRU + 6)
/* Everything escaped, and two flags. */
#define HLSIM__PPP_FRAME_MAX (2 * HLSIM__PPP_RAW_MAX + 2)

/* What was negotiated for what is sent. */
struct hlsim__ppp_framing {
    uint32_t accm;       /* control characters 0 to 31 that are escaped, a bit each */
    bool short_protocol; /* protocols up to 255 take one byte */
    bool no_address;     /* address and control are left out */
};

/* The default before anything was negotiated, and what LCP is always sent with. */
#define HLSIM__PPP_FRAMING_DEFAULT ((struct hlsim__ppp_framing){.accm = UINT32_MAX})

/*
 * Writes one frame with both flags and returns its size. `size` is at most HLSIM__PPP_MRU
 * (asserted), `frame` takes HLSIM__PPP_FRAME_MAX bytes.
 */
size_t hlsim__ppp_frame(const struct hlsim__ppp_framing *framing, uint16_t protocol,
                        const uint8_t *bytes, size_t size, uint8_t *frame);

/* Why a frame is no packet. */
enum hlsim__ppp_flaw {
    HLSIM__PPP_GOOD,
    HLSIM__PPP_SHORT, /* too short for protocol and checksum */
    HLSIM__PPP_LONG,  /* larger than the default MRU allows */
    HLSIM__PPP_CHECKSUM,
    HLSIM__PPP_ABORTED,  /* an escape before the flag (RFC 1662 4.3) */
    HLSIM__PPP_PROTOCOL, /* the protocol field is none (RFC 1661 2) */
};

/* "checksum", ... */
const char *hlsim__ppp_flaw_name(enum hlsim__ppp_flaw flaw);

/* A packet, in the receiver's memory until it takes the next byte. */
struct hlsim__ppp_packet {
    enum hlsim__ppp_flaw flaw; /* the other fields are set with HLSIM__PPP_GOOD only */
    uint16_t protocol;
    const uint8_t *bytes;
    size_t size;
};

/* All zero at first: what comes before the first flag is no frame. */
struct hlsim__ppp_receiver {
    uint32_t accm; /* control characters that the line may have put in: left out (RFC 1662 7.1) */
    bool in_frame;
    bool escaped;
    bool too_long;
    size_t size;
    uint8_t bytes[HLSIM__PPP_RAW_MAX];
};

/*
 * Takes bytes until a frame is complete, good or not; returns how many. `*ret_complete` says
 * whether one is in `*ret_packet`. Flags in a row are no frames.
 */
size_t hlsim__ppp_receive(struct hlsim__ppp_receiver *receiver, const uint8_t *bytes, size_t size,
                          struct hlsim__ppp_packet *ret_packet, bool *ret_complete);

#endif
