/*
 * The installer: what runs instead of the firmware between +WDSI: 14 and the next start. It copies
 * the image out of the verified package into the slot that does not run, makes that slot the one
 * that starts, and notes the outcome. It can be cut anywhere and goes on at the next power-on.
 */
#ifndef HLSIM_MODEM_INSTALL_H
#define HLSIM_MODEM_INSTALL_H

#include "core/sched.h"
#include "modem/slots.h"

#include <stdint.h>

struct hlsim__modem;

struct hlsim__install {
    struct hlsim__modem *modem;
    struct hlsim__timer timer;
    enum hlsim__slot slot; /* which one is programmed */
    uint32_t image_at;     /* first byte of the image in flash */
    uint32_t image_size;
    uint32_t done; /* bytes programmed */
    int64_t pause; /* between two sectors */
};

/*
 * Starts or goes on; boot record and store are mounted. Ends with hlsim__modem_leave_install, also
 * when the package does not fit this module (then nothing was programmed).
 */
void hlsim__install_begin(struct hlsim__install *install, struct hlsim__modem *modem);

#endif
