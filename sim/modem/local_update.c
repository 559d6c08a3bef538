/*
 * The host's package shares the area in flash, the record and the installer with those of the
 * server; so there is one of either at a time.
 */
#include "modem/local_update.h"

#include "modem/indication.h"
#include "modem/modem.h"

int hlsim__local_update_begin(struct hlsim__services *services, uint32_t size)
{
    int error = hlsim__update_local_begin(&services->update, size);

    if (error == HLSIM_E_STATE) {
        return (int)services->modem->ram.personality->figures.wdsd_busy_cme;
    }
    if (error == 0) {
        hlsim__agreement_clear(&services->agreement, HLSIM__AGREEMENT_INSTALL);
    }
    return 0;
}

int hlsim__local_update_data(struct hlsim__services *services, const uint8_t *bytes, size_t size)
{
    return hlsim__update_local_data(&services->update, bytes, size);
}

static bool certified_at_once(const struct hlsim__services *services)
{
    return services->modem->ram.personality->quirks[HLSIM_QUIRK_local_certified_at_once];
}

int hlsim__local_update_finish(struct hlsim__services *services)
{
    int error = hlsim__update_local_finish(&services->update);

    if (error < 0) {
        return error;
    }
    if (certified_at_once(services)) {
        error = hlsim__update_verify(&services->update);
        if (error < 0) {
            return error == HLSIM_E_POWER ? error : 0;
        }
        hlsim__indicate(services->modem, 12, HLSIM__NO_VALUE);
    }
    hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_INSTALL);
    return 0;
}

void hlsim__local_update_abort(struct hlsim__services *services)
{
    hlsim__update_local_forget(&services->update);
}

bool hlsim__local_update_certified(struct hlsim__services *services)
{
    if (!services->update.record.local) {
        return true;
    }
    if (hlsim__update_verify(&services->update) < 0) {
        return false;
    }
    if (!certified_at_once(services)) {
        hlsim__indicate(services->modem, 12, HLSIM__NO_VALUE);
    }
    return true;
}
