/*
 * What a serial line does to the bytes that it carries: how long they take, where they are cut,
 * which of them are lost or come out wrong. Pure reckoning with a seeded generator; holds no bytes
 * and no timers.
 */
#ifndef HLSIM_CORE_WIRE_H
#define HLSIM_CORE_WIRE_H

#include <hl78sim/link.h>

#include "base/rng.h"

#include <stdint.h>

/* Bits of a byte on the line: start, eight of data, stop (8N1). */
#define HLSIM__WIRE_BITS 10

struct hlsim__wire_way {
    struct hlsim__rng rng;
    uint64_t garbled; /* so many of the next bytes come out with a bit turned */
    uint64_t dropped; /* so many of the next bytes are lost */
    bool stalled;     /* nothing passes */
};

struct hlsim__wire {
    struct hlsim_wire_config config;
    struct hlsim__wire_way ways[2]; /* by sender */
};

void hlsim__wire_init(struct hlsim__wire *wire, uint64_t seed, const char *name);

/* What arrives next of `count` bytes (at least 1) which `from` has sent at that speed, and when. */
struct hlsim__wire_step {
    size_t size;
    int64_t delay;
};

struct hlsim__wire_step hlsim__wire_next(struct hlsim__wire *wire, enum hlsim_side from,
                                         size_t count, unsigned speed);

/*
 * Sends `size` bytes at `speed`, the modem's: what arrives of them is in `out`, which has room for
 * as many. Returns how many that are.
 */
size_t hlsim__wire_carry(struct hlsim__wire *wire, enum hlsim_side from, unsigned speed,
                         const uint8_t *bytes, size_t size, uint8_t *out);

/* Whether bytes pass as they are: hlsim__wire_carry would only copy them. */
bool hlsim__wire_is_clean(const struct hlsim__wire *wire, enum hlsim_side from, unsigned speed);

#endif
