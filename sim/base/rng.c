/*
 * SplitMix64 (Steele, Lea and Flood, 2014): one addition and three mixes a number, which is enough
 * for delays and losses. Not for keys.
 */
#include "base/rng.h"

#include "base/assert.h"
#include "base/checksum.h"

#include <string.h>

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void hlsim__rng_init(struct hlsim__rng *rng, uint64_t seed, const char *name)
{
    rng->state = mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ hlsim__digest(name, strlen(name));
}

uint64_t hlsim__rng_next(struct hlsim__rng *rng)
{
    rng->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(rng->state);
}

uint64_t hlsim__rng_below(struct hlsim__rng *rng, uint64_t limit)
{
    uint64_t value;
    uint64_t unfair;

    HLSIM_ASSERT(limit > 0);
    unfair = (UINT64_MAX % limit + 1) % limit;
    do {
        value = hlsim__rng_next(rng);
    } while (value > UINT64_MAX - unfair);
    return value % limit;
}

int hlsim__rng_happens(struct hlsim__rng *rng, uint32_t share_ppm)
{
    if (share_ppm == 0) {
        return 0;
    }
    return hlsim__rng_below(rng, 1000000) < share_ppm;
}
