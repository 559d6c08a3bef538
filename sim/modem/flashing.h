/*
 * Firmware that the vendor's PC tool flashes, past the firmware that runs, and what this can leave
 * behind: a module that restarts for ever, or finds no network (quirks flashing_locks_up,
 * first_flashing_loses_network; RC7620). What is left lies in flash, and only another flashing
 * mends it.
 */
#ifndef HLSIM_MODEM_FLASHING_H
#define HLSIM_MODEM_FLASHING_H

#include <stdbool.h>
#include <stddef.h>

struct hlsim__modem;

/* What a flashing tool is told. */
struct hlsim__flashing {
    const char *version;
    bool keep_store;     /* else all but the firmware is that of a new module */
    const char *carrier; /* package of a carrier in the image; NULL: the one that is there */
};

/*
 * Model side: a new firmware in slot A; restarts the modem. HLSIM_E_INVALID for a text that is no
 * version, or a carrier package that this firmware has not; HLSIM_E_STATE for a module that
 * restarts for ever, which no tool reaches but in download mode.
 */
int hlsim__modem_flash_firmware(struct hlsim__modem *modem, const struct hlsim__flashing *flashing);

/* Model side: the boot pin is held at the next start, or is not. False when nothing changes: it is
 * so already, or the module has none (quirk boot_pin). */
bool hlsim__modem_set_boot_pin(struct hlsim__modem *modem, bool held);

/*
 * A start that comes to no firmware: the boot pin leads into download mode, where the module waits
 * for a flashing tool; or what was flashed restarts for ever. True when it is one.
 */
bool hlsim__flashing_takes_start(struct hlsim__modem *modem);

/* Whether what was flashed finds no network. */
bool hlsim__flashing_hides_network(const struct hlsim__modem *modem);

/* The carrier package in the image. */
void hlsim__flashing_carrier(const struct hlsim__modem *modem, char *ret_text, size_t size);

/* AT+CFUN=0 cannot be left any more (quirk functionality_stuck), until the next flashing. */
int hlsim__flashing_note_stuck(struct hlsim__modem *modem);
bool hlsim__flashing_is_stuck(const struct hlsim__modem *modem);

#endif
