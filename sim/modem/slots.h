/*
 * The two firmware slots. Which one runs is one value in the boot record; what version runs is read
 * from the header of the image in that slot and stored nowhere else.
 */
#ifndef HLSIM_MODEM_SLOTS_H
#define HLSIM_MODEM_SLOTS_H

#include <hl78sim/package.h>

#include "flash/nvm.h"

#include <stdint.h>

enum hlsim__slot {
    HLSIM__SLOT_A,
    HLSIM__SLOT_B,
};

static inline enum hlsim__slot hlsim__slot_other(enum hlsim__slot slot)
{
    return slot == HLSIM__SLOT_A ? HLSIM__SLOT_B : HLSIM__SLOT_A;
}

/* The first byte of a slot. */
uint32_t hlsim__slot_address(enum hlsim__slot slot);

int hlsim__slots_mount(struct hlsim__nvm *boot, struct hlsim__flash *flash);

/* The slot that the boot record names; slot A when it names none (a new module). */
enum hlsim__slot hlsim__slots_running(const struct hlsim__nvm *boot);

/* Names the slot that starts next. Atomic: a cut leaves the old or the new name. */
int hlsim__slots_switch(struct hlsim__nvm *boot, enum hlsim__slot slot);

/* Reads the header of the image in a slot. HLSIM_E_FORMAT or HLSIM_E_CORRUPT when none is there. */
int hlsim__slot_image(struct hlsim__flash *flash, enum hlsim__slot slot,
                      struct hlsim_image_info *ret_image);

/* Model side: the header of the image that starts, with power or without, and without events.
 * Errors as hlsim__slot_image. */
int hlsim__slots_peek(const struct hlsim__flash *flash, struct hlsim_image_info *ret_image);

/* Model side: puts the image of that version into slot A, as the factory does, and makes it the one
 * that runs. */
int hlsim__slots_preset(struct hlsim__flash *flash, const char *model, const char *version);

#endif
