/*
 * Where things lie in the modem's flash. The layout is the emulator's own: the real one is not
 * public (docs/evidence.md, "Flash layout").
 */
#ifndef HLSIM_MODEM_FLASH_MAP_H
#define HLSIM_MODEM_FLASH_MAP_H

#include <hl78sim/package.h>

#include "flash/nvm.h"

/* The boot record: which slot runs. A store of its own, so that settings cannot wear it out. */
static const struct hlsim__nvm_config hlsim__map_boot = {.address = 0x000000, .sectors = 2};

/* Settings, credentials, agreements, download record. */
static const struct hlsim__nvm_config hlsim__map_store = {.address = 0x010000, .sectors = 16};

/* Two firmware slots, and the package area, which has the rest. */
#define HLSIM__MAP_SLOT_SIZE    UINT32_C(0x400000)
#define HLSIM__MAP_SLOT_A       UINT32_C(0x100000)
#define HLSIM__MAP_SLOT_B       (HLSIM__MAP_SLOT_A + HLSIM__MAP_SLOT_SIZE)
#define HLSIM__MAP_PACKAGE      (HLSIM__MAP_SLOT_B + HLSIM__MAP_SLOT_SIZE)
#define HLSIM__MAP_PACKAGE_SIZE (HLSIM__FLASH_SIZE - HLSIM__MAP_PACKAGE)

_Static_assert(HLSIM_IMAGE_SIZE_MAX <= HLSIM__MAP_SLOT_SIZE, "an image fits a slot");
_Static_assert(HLSIM_PACKAGE_SIZE_MAX <= HLSIM__MAP_PACKAGE_SIZE, "a package fits its area");

#endif
