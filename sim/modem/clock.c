/*
 * The clock as an offset to the world's date.
 */
#include "modem/clock.h"

#include "modem/modem.h"

#define QUARTER INT64_C(900) /* seconds */

int64_t hlsim__clock_world(const struct hlsim__modem *modem)
{
    return modem->epoch + modem->sched->now / HLSIM_SECOND;
}

void hlsim__clock_started(struct hlsim__modem *modem)
{
    const struct hlsim_profile *personality = modem->ram.personality;

    if (modem->cold && !personality->quirks[HLSIM_QUIRK_clock_runs_without_supply]) {
        modem->clock.runs = false;
    }
    if (!modem->clock.runs) {
        modem->clock.runs = true;
        hlsim__clock_set(modem, personality->figures.clock_start, 0);
    }
}

int64_t hlsim__clock_now(const struct hlsim__modem *modem)
{
    return hlsim__clock_world(modem) + modem->clock.offset;
}

void hlsim__clock_set(struct hlsim__modem *modem, int64_t seconds, int zone)
{
    modem->clock.offset = seconds - hlsim__clock_world(modem);
    modem->clock.zone = zone;
}

void hlsim__clock_network_time(struct hlsim__modem *modem)
{
    int64_t zone = modem->ram.personality->figures.network_zone;

    if (hlsim__setting_number(&modem->ram.settings, HLSIM__SETTING_CTZU) == 1) {
        hlsim__clock_set(modem, hlsim__clock_world(modem) + zone * QUARTER, (int)zone);
    }
    if (modem->listener.network_time != NULL) {
        modem->listener.network_time(modem->listener.user);
    }
}
