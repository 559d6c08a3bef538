/*
 * What the world does to a modem that no command and no datagram can do: hardware that fails, and
 * quirks that are switched by hand. What follows is found out by the parts that meet it.
 */
#include "modem/modem.h"

#include "modem/flash_map.h"

#include <stdlib.h>

/* --- Hardware ------------------------------------------------------------------------------- */

static bool change(bool *flag, bool value)
{
    bool news = *flag != value;

    *flag = value;
    return news;
}

bool hlsim__modem_set_package_room(struct hlsim__modem *modem, bool room)
{
    uint32_t size = room ? HLSIM__MAP_PACKAGE_SIZE : 0;
    bool news = modem->faults.room != size;

    modem->faults.room = size;
    return news;
}

bool hlsim__modem_set_ram_fault(struct hlsim__modem *modem, bool faulty)
{
    return change(&modem->faults.ram, faulty);
}

bool hlsim__modem_set_flash_fault(struct hlsim__modem *modem, bool faulty)
{
    const uint32_t end = HLSIM__MAP_PACKAGE + HLSIM__MAP_PACKAGE_SIZE;

    hlsim__flash_set_fault(&modem->flash, HLSIM__MAP_SLOT_A, faulty ? end - HLSIM__MAP_SLOT_A : 0);
    return change(&modem->faults.flash, faulty);
}

bool hlsim__modem_set_install_hang(struct hlsim__modem *modem, bool hangs)
{
    bool news = change(&modem->faults.install_hangs, hangs);

    if (news && !hangs && modem->installing && modem->power.on) {
        hlsim__install_released(&modem->ram.install);
    }
    return news;
}

/* --- Quirks --------------------------------------------------------------------------------- */

void hlsim__modem_choose_personality(struct hlsim__modem *modem)
{
    struct hlsim__modem_quirks *quirks = &modem->quirks;
    const struct hlsim_profile *profile =
        hlsim__profile_choose(modem->config.family, modem->ram.firmware, hlsim_version_compare);

    modem->ram.personality = profile;
    if (quirks->personality == NULL) {
        return;
    }
    *quirks->personality = *profile;
    for (int i = 0; i < HLSIM_QUIRKS; i++) {
        if (quirks->switched[i]) {
            quirks->personality->quirks[i] = quirks->on[i];
        }
    }
    modem->ram.personality = quirks->personality;
}

void hlsim__modem_spurious_nul(struct hlsim__modem *modem)
{
    if (modem->ram.personality->quirks[HLSIM_QUIRK_nul_before_first_line] && modem->cold &&
        !modem->ram.woken && modem->listener.noise != NULL) {
        modem->listener.noise(modem->listener.user, 1);
    }
}

bool hlsim__modem_has_quirk(const struct hlsim__modem *modem, const char *version,
                            enum hlsim_quirk quirk)
{
    return modem->quirks.switched[quirk]
               ? modem->quirks.on[quirk]
               : hlsim__profile_choose(modem->config.family, version, hlsim_version_compare)
                     ->quirks[quirk];
}

int hlsim__modem_set_quirk(struct hlsim__modem *modem, enum hlsim_quirk quirk, bool on)
{
    struct hlsim__modem_quirks *quirks = &modem->quirks;
    bool boots = modem->power.on && modem->ram.personality != NULL;
    bool news = boots ? modem->ram.personality->quirks[quirk] != on
                      : !quirks->switched[quirk] || quirks->on[quirk] != on;

    if (quirks->personality == NULL) {
        quirks->personality = calloc(1, sizeof *quirks->personality);
        if (quirks->personality == NULL) {
            return HLSIM_E_NO_MEMORY;
        }
    }
    quirks->switched[quirk] = true;
    quirks->on[quirk] = on;
    if (boots) {
        hlsim__modem_choose_personality(modem);
    }
    return news;
}
