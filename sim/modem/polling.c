/*
 * One timer, and one date in the store for each period.
 */
#include "modem/polling.h"

#include "modem/deadline.h"
#include "modem/modem.h"

#define KEY "polling"

/* Nanoseconds; 0: polling is off. */
static int64_t period_of(const struct hlsim__polling *polling)
{
    int64_t minutes = hlsim__setting_number(&polling->modem->ram.settings, HLSIM__SETTING_WDSC_3);

    return minutes > 0 ? minutes * HLSIM_MINUTE : 0;
}

static int begin_period(struct hlsim__polling *polling)
{
    int error = hlsim__deadline_put(polling->modem, KEY, period_of(polling));

    if (error == 0) {
        hlsim__timer_set_in(&polling->timer, period_of(polling));
    }
    return error;
}

static void expired(void *owner)
{
    struct hlsim__polling *polling = owner;

    if (begin_period(polling) == 0) {
        polling->due(polling->user);
    }
}

void hlsim__polling_resume(struct hlsim__polling *polling)
{
    int64_t period = period_of(polling);
    int64_t left;

    if (period == 0) {
        return;
    }
    left = hlsim__deadline_left(polling->modem, KEY);
    if (left < 0 || left > period) {
        /* Never begun, or begun with another period: what lay between was cut. */
        begin_period(polling);
    } else {
        hlsim__timer_set_in(&polling->timer, left);
    }
}

void hlsim__polling_changed(struct hlsim__polling *polling)
{
    if (period_of(polling) > 0) {
        begin_period(polling);
    } else if (hlsim__deadline_forget(polling->modem, KEY) == 0) {
        hlsim__timer_cancel(&polling->timer);
    }
}

void hlsim__polling_init(struct hlsim__polling *polling, struct hlsim__modem *modem,
                         void (*due)(void *user), void *user)
{
    polling->modem = modem;
    polling->due = due;
    polling->user = user;
    hlsim__timer_init(&polling->timer, &modem->timers, expired, polling);
}
