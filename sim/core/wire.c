/*
 * Speed, cuts, bit errors and losses of a serial line.
 */
#include "core/wire.h"

#include <hl78sim/time.h>

#include <stdio.h>
#include <string.h>

/* What a host reads from its UART at a time, at most, when the line is paced. */
#define PACED_MAX 64
/* Where cuts fall, and how long a line may hold bytes back so that several writes come as one. */
#define CUT_MAX   48
#define CUT_DELAY (30 * HLSIM_MS)

void hlsim__wire_init(struct hlsim__wire *wire, uint64_t seed, const char *name)
{
    static const char *const directions[] = {[HLSIM_HOST] = "to-modem", [HLSIM_MODEM] = "to-host"};
    char stream[64];

    memset(wire, 0, sizeof *wire);
    for (int side = HLSIM_HOST; side <= HLSIM_MODEM; side++) {
        snprintf(stream, sizeof stream, "wire/%s/%s", name, directions[side]);
        hlsim__rng_init(&wire->ways[side].rng, seed, stream);
    }
}

struct hlsim__wire_step hlsim__wire_next(struct hlsim__wire *wire, enum hlsim_side from,
                                         size_t count, unsigned speed)
{
    struct hlsim__rng *rng = &wire->ways[from].rng;
    struct hlsim__wire_step step = {.size = count, .delay = 0};

    if (wire->config.paced && step.size > PACED_MAX) {
        step.size = PACED_MAX;
    }
    if (wire->config.cut) {
        size_t piece = 1 + (size_t)hlsim__rng_below(rng, CUT_MAX);

        step.size = piece < step.size ? piece : step.size;
        step.delay = (int64_t)hlsim__rng_below(rng, (uint64_t)CUT_DELAY);
    }
    if (wire->config.paced) {
        step.delay += (int64_t)step.size * HLSIM__WIRE_BITS * HLSIM_SECOND / (int64_t)speed;
    }
    return step;
}

static unsigned host_speed(const struct hlsim__wire *wire, unsigned speed)
{
    return wire->config.host_speed == 0 ? speed : wire->config.host_speed;
}

bool hlsim__wire_is_clean(const struct hlsim__wire *wire, enum hlsim_side from, unsigned speed)
{
    const struct hlsim__wire_way *way = &wire->ways[from];

    return way->garbled == 0 && way->dropped == 0 && host_speed(wire, speed) == speed;
}

/* The receiver samples at another rate: it finds start bits where there are none. A faster sender
 * leaves it fewer bytes than were sent. */
static size_t misread(struct hlsim__rng *rng, unsigned sent_at, unsigned read_at, size_t size,
                      uint8_t *out)
{
    size_t count = size;

    if (sent_at > read_at) {
        count = (size_t)((uint64_t)size * read_at / sent_at);
        count = count == 0 ? 1 : count;
    }
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint8_t)hlsim__rng_next(rng);
    }
    return count;
}

size_t hlsim__wire_carry(struct hlsim__wire *wire, enum hlsim_side from, unsigned speed,
                         const uint8_t *bytes, size_t size, uint8_t *out)
{
    struct hlsim__wire_way *way = &wire->ways[from];
    unsigned host = host_speed(wire, speed);
    size_t lost = way->dropped < size ? (size_t)way->dropped : size;
    size_t count = size - lost;

    way->dropped -= lost;
    if (host != speed && count > 0) {
        return from == HLSIM_HOST ? misread(&way->rng, host, speed, count, out)
                                  : misread(&way->rng, speed, host, count, out);
    }
    memcpy(out, bytes + lost, count);
    for (size_t i = 0; i < count && way->garbled > 0; i++, way->garbled--) {
        out[i] ^= (uint8_t)(1u << hlsim__rng_below(&way->rng, 8));
    }
    return count;
}
