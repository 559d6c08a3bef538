/*
 * The seeded generator. Every part has a sub-stream of its own, named by a text, so that drawing
 * in one part never shifts what another part draws.
 */
#ifndef HLSIM_BASE_RNG_H
#define HLSIM_BASE_RNG_H

#include <stdint.h>

struct hlsim__rng {
    uint64_t state;
};

/* The sub-stream `name` of the world's `seed`. */
void hlsim__rng_init(struct hlsim__rng *rng, uint64_t seed, const char *name);

/* 64 bits, evenly spread. */
uint64_t hlsim__rng_next(struct hlsim__rng *rng);

/* 0 <= result < limit, evenly spread; `limit` is at least 1. */
uint64_t hlsim__rng_below(struct hlsim__rng *rng, uint64_t limit);

/* 1 with a probability of `share` out of a million. */
int hlsim__rng_happens(struct hlsim__rng *rng, uint32_t share_ppm);

#endif
