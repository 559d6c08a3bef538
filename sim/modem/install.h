/*
 * The installer: what runs instead of the firmware between +WDSI: 14 and the next start. It makes
 * the new image in the slot that does not run - copied out of a full package, or by a delta out of
 * the image that runs - makes that slot the one that starts, and notes the outcome. It can be cut
 * anywhere and goes on at the next power-on. It has the RAM of one sector: the package and both
 * images stay in flash.
 */
#ifndef HLSIM_MODEM_INSTALL_H
#define HLSIM_MODEM_INSTALL_H

#include <hl78sim/package.h>

#include "core/sched.h"
#include "modem/slots.h"
#include "package/delta.h"

#include <stdint.h>

struct hlsim__modem;

struct hlsim__install {
    struct hlsim__modem *modem;
    struct hlsim__timer timer;
    enum hlsim__slot slot; /* which one is programmed */
    struct hlsim_package_info package;
    struct hlsim__delta delta; /* of a delta: how far it was applied */
    uint32_t image_size;
    uint32_t done; /* bytes programmed */
    int64_t pause; /* between two sectors */
};

/*
 * Starts or goes on; boot record and store are mounted. Ends with hlsim__modem_leave_install, also
 * when the package does not fit this module (then nothing was programmed) and when the new image is
 * not what it should be (then the old one stays the one that starts).
 */
void hlsim__install_begin(struct hlsim__install *install, struct hlsim__modem *modem);

/* The module does not hang any more (struct hlsim__modem_faults). */
void hlsim__install_released(struct hlsim__install *install);

#endif
