/*
 * Units and steps. Knows nothing of who asks for what.
 */
#include "modem/saving_code.h"

#include <hl78sim/time.h>

#include <stddef.h>
#include <string.h>

#define HOUR       (60 * HLSIM_MINUTE)
#define STEPS      32 /* the five low bits */
#define UNITS      8  /* the three high bits */
#define EDRX_CODES 16

/* By the three high bits; 0: no unit, or deactivated. */
static const int64_t units[][UNITS] = {
    [HLSIM__SAVING_ACTIVE] = {2 * HLSIM_SECOND, HLSIM_MINUTE, 6 * HLSIM_MINUTE},
    [HLSIM__SAVING_TAU] = {10 * HLSIM_MINUTE, HOUR, 10 * HOUR, 2 * HLSIM_SECOND, 30 * HLSIM_SECOND,
                           HLSIM_MINUTE, 320 * HOUR},
};

int64_t hlsim__saving_time(enum hlsim__saving_timer timer, uint8_t code)
{
    int64_t unit = units[timer][code / STEPS];

    return unit == 0 ? -1 : unit * (code % STEPS);
}

uint8_t hlsim__saving_code(enum hlsim__saving_timer timer, int64_t time)
{
    size_t best = UNITS;
    int64_t steps;

    for (size_t i = 0; i < UNITS; i++) {
        int64_t unit = units[timer][i];

        /* The finest that is long enough, else the coarsest. */
        if (unit > 0 &&
            (best == UNITS || (units[timer][best] * (STEPS - 1) < time
                                   ? unit > units[timer][best]
                                   : unit < units[timer][best] && unit * (STEPS - 1) >= time))) {
            best = i;
        }
    }
    steps = time / units[timer][best];
    steps = steps < 1 ? 1 : steps;
    return (uint8_t)(best * STEPS + (size_t)(steps < STEPS ? steps : STEPS - 1));
}

bool hlsim__saving_parse(const char *text, unsigned bits, uint8_t *ret_code)
{
    unsigned code = 0;

    if (strlen(text) != bits || strspn(text, "01") != bits) {
        return false;
    }
    for (unsigned i = 0; i < bits; i++) {
        code = code << 1 | (text[i] == '1');
    }
    *ret_code = (uint8_t)code;
    return true;
}

void hlsim__saving_format(uint8_t code, unsigned bits, char text[HLSIM__SAVING_BITS_SIZE])
{
    for (unsigned i = 0; i < bits; i++) {
        text[i] = (code >> (bits - 1 - i) & 1) != 0 ? '1' : '0';
    }
    text[bits] = '\0';
}

/* In units of 5.12 s; what 24.008 does not define for a technology is taken as its shortest. */
static const int64_t cycles[][EDRX_CODES] = {
    {1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 64, 128, 256, 512, 1, 1},
    {4, 4, 4, 8, 4, 16, 4, 4, 4, 32, 64, 128, 256, 512, 1024, 2048},
};

int64_t hlsim__saving_cycle(bool narrow_band, uint8_t code)
{
    return cycles[narrow_band][code % EDRX_CODES] * 5120 * HLSIM_MS;
}

int64_t hlsim__saving_window(bool narrow_band, uint8_t code)
{
    return (code % EDRX_CODES + 1) * (narrow_band ? 2560 : 1280) * HLSIM_MS;
}

static uint8_t longest(int64_t (*length)(bool narrow_band, uint8_t code), bool narrow_band,
                       int64_t time)
{
    int best = -1;
    int shortest = 0;

    for (int code = 0; code < EDRX_CODES; code++) {
        int64_t here = length(narrow_band, (uint8_t)code);

        if (here <= time && (best < 0 || here > length(narrow_band, (uint8_t)best))) {
            best = code;
        }
        if (here < length(narrow_band, (uint8_t)shortest)) {
            shortest = code;
        }
    }
    return (uint8_t)(best < 0 ? shortest : best);
}

uint8_t hlsim__saving_cycle_code(bool narrow_band, int64_t time)
{
    return longest(hlsim__saving_cycle, narrow_band, time);
}

uint8_t hlsim__saving_window_code(bool narrow_band, int64_t time)
{
    return longest(hlsim__saving_window, narrow_band, time);
}
