/*
 * The power latch of one device: whether it has a supply, what is lost without one, and where the
 * supply can fail.
 *
 * A failure at a cut point is an error (HLSIM_E_POWER) that unwinds, plus the latch itself, after
 * which nothing of that device acts. The world then takes the device down, after the step.
 */
#ifndef HLSIM_CORE_POWER_H
#define HLSIM_CORE_POWER_H

#include <hl78sim/power.h>

#include "core/stream.h"

#include <stddef.h>

/* Regions of RAM that one device can register. */
#define HLSIM__RAM_MAX 8

/* What RAM holds after a loss of power. */
#define HLSIM__RAM_POISON 0xa5

struct hlsim__power {
    struct hlsim_stream *stream;
    const char *source;
    bool on;
    bool tripped; /* a cut point struck and the device was not taken down yet */
    hlsim_cut_hook hook;
    void *hook_user;
    uint64_t occurrences[HLSIM_CUT_KINDS];
    struct {
        void *start;
        size_t size;
    } ram[HLSIM__RAM_MAX];
    size_t ram_count;
};

/* A latch without supply. `source` is borrowed. */
void hlsim__power_init(struct hlsim__power *power, struct hlsim_stream *stream, const char *source);

void hlsim__power_set_hook(struct hlsim__power *power, hlsim_cut_hook hook, void *user);

/* Registers memory that a loss of power destroys. */
void hlsim__power_register_ram(struct hlsim__power *power, void *start, size_t size);

/* Gives the supply; says so in the stream. */
void hlsim__power_on(struct hlsim__power *power);

/*
 * Takes the supply away and poisons the registered RAM, as far as it was ever used. `by` says why
 * ("power_cut", ...). The caller has dropped the device's timers before.
 */
void hlsim__power_off(struct hlsim__power *power, const char *by);

/*
 * Asks whether an operation may happen. 0: go on. HLSIM_E_POWER: the device has no supply (then
 * `*ret_torn` is HLSIM_TORN_NOTHING), or power fails here, and `*ret_torn` says how much of the
 * operation is still to be done before giving up.
 */
int hlsim__power_ask(struct hlsim__power *power, enum hlsim_cut_kind kind,
                     enum hlsim_torn *ret_torn);

#endif
