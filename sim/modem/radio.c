/*
 * Searches, registers and attaches. Does not know what the data connection is used for.
 */
#include "modem/radio.h"

#include "modem/modem.h"

#include <stdio.h>

static void set_status(struct hlsim__radio *radio, enum hlsim__registration status);

static void found(void *owner)
{
    struct hlsim__radio *radio = owner;

    if (radio->modem->iface.covered) {
        set_status(radio, HLSIM__REGISTERED_HOME);
    }
}

/* [HL7800 field reports] */
static void lost(void *owner)
{
    struct hlsim__radio *radio = owner;

    if (radio->modem->ram.personality->quirks[HLSIM_QUIRK_lost_coverage_shown_as_unknown]) {
        set_status(radio, HLSIM__UNREACHABLE);
    }
}

void hlsim__radio_init(struct hlsim__radio *radio, struct hlsim__modem *modem,
                       void (*connected)(struct hlsim__modem *modem, bool up))
{
    radio->modem = modem;
    radio->connected = connected;
    radio->functionality = 1;
    radio->wants_data = true;
    radio->status = HLSIM__NOT_REGISTERED;
    hlsim__timer_init(&radio->found_timer, &modem->timers, found, radio);
    hlsim__timer_init(&radio->lost_timer, &modem->timers, lost, radio);
}

/* Whether a registration is allowed at all. */
static bool may_register(const struct hlsim__radio *radio)
{
    return radio->functionality == 1 && radio->selection != HLSIM__SELECT_NONE &&
           hlsim__sim_ready(&radio->modem->sim);
}

bool hlsim__radio_switched_off(const struct hlsim__radio *radio)
{
    return !may_register(radio) || !radio->wants_data;
}

bool hlsim__radio_hears(const struct hlsim__radio *radio)
{
    return radio->functionality == 1 && radio->modem->iface.covered;
}

bool hlsim__radio_attached(const struct hlsim__radio *radio)
{
    return hlsim__radio_registered(radio) && radio->wants_data;
}

/* Brings the contexts in step with whether there is a data connection, and says so. */
static void follow_attachment(struct hlsim__radio *radio, bool before)
{
    struct hlsim__modem *modem = radio->modem;
    bool now = hlsim__radio_attached(radio);
    bool off = hlsim__radio_switched_off(radio);

    /* What is switched off while there is no coverage is off too: the contexts end. */
    if (now == before && !(off && modem->ram.pdp.attached)) {
        return;
    }
    if (now) {
        hlsim__pdp_attach(&modem->ram.pdp);
    } else if (off) {
        hlsim__pdp_detach(&modem->ram.pdp);
    }
    radio->connected(modem, now);
}

int hlsim__radio_stat(const struct hlsim__radio *radio)
{
    return radio->asleep ? (int)HLSIM__UNREACHABLE : (int)radio->status;
}

static void tell(const struct hlsim__radio *radio)
{
    const struct hlsim__modem *modem = radio->modem;

    if (modem->listener.registration != NULL) {
        modem->listener.registration(modem->listener.user, hlsim__radio_stat(radio));
    }
}

void hlsim__radio_grant_psm(struct hlsim__radio *radio, const char *active, const char *tau)
{
    snprintf(radio->psm_active, sizeof radio->psm_active, "%s", active != NULL ? active : "");
    snprintf(radio->psm_tau, sizeof radio->psm_tau, "%s", tau != NULL ? tau : "");
}

void hlsim__radio_sleep(struct hlsim__radio *radio, bool asleep)
{
    radio->asleep = asleep;
    tell(radio);
}

/* +KSTATEV, on firmwares that have it: 0 a search begins, 2 a cell was found. */
static void tell_search(const struct hlsim__radio *radio)
{
    struct hlsim__modem *modem = radio->modem;
    char text[24];

    if (hlsim__setting_number(&modem->ram.settings, HLSIM__SETTING_KSTATEV) == 1 &&
        (radio->status == HLSIM__SEARCHING || hlsim__radio_registered(radio))) {
        snprintf(text, sizeof text, "+KSTATEV: %d", radio->status == HLSIM__SEARCHING ? 0 : 2);
        hlsim__modem_urc(modem, text);
    }
}

static void set_status(struct hlsim__radio *radio, enum hlsim__registration status)
{
    struct hlsim__modem *modem = radio->modem;
    bool before = hlsim__radio_attached(radio);

    if (radio->status == status) {
        return;
    }
    radio->status = status;
    if (status != HLSIM__SEARCHING) {
        hlsim__timer_cancel(&radio->lost_timer);
    }
    if (!hlsim__radio_registered(radio)) {
        /* A modem that is not registered any more is in no PSM. */
        radio->asleep = false;
        hlsim__rest_registered(&modem->ram.rest, false);
    }
    HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_NETWORK, HLSIM_INT("status", status));
    tell(radio);
    tell_search(radio);
    follow_attachment(radio, before);
    if (hlsim__radio_registered(radio)) {
        hlsim__rest_registered(&modem->ram.rest, true);
    }
}

void hlsim__radio_search(struct hlsim__radio *radio)
{
    if (may_register(radio)) {
        set_status(radio, HLSIM__SEARCHING);
    }
}

void hlsim__radio_found_soon(struct hlsim__radio *radio)
{
    if (may_register(radio) && !hlsim__radio_registered(radio)) {
        hlsim__timer_set_in(&radio->found_timer,
                            radio->modem->ram.personality->figures.register_after);
    }
}

void hlsim__radio_coverage_changed(struct hlsim__radio *radio)
{
    if (!may_register(radio) || radio->asleep) {
        return;
    }
    if (radio->modem->iface.covered) {
        hlsim__radio_found_soon(radio);
    } else {
        hlsim__timer_cancel(&radio->found_timer);
        set_status(radio, HLSIM__SEARCHING);
        hlsim__timer_set_in(&radio->lost_timer,
                            radio->modem->ram.personality->figures.lost_coverage_unknown);
    }
}

void hlsim__radio_resume(struct hlsim__radio *radio)
{
    if (may_register(radio) && radio->modem->iface.covered) {
        set_status(radio, HLSIM__REGISTERED_HOME);
    } else {
        hlsim__radio_search(radio);
        hlsim__radio_found_soon(radio);
    }
}

void hlsim__radio_start_over(struct hlsim__radio *radio)
{
    if (may_register(radio)) {
        hlsim__pdp_detach(&radio->modem->ram.pdp);
        set_status(radio, HLSIM__SEARCHING);
        hlsim__radio_found_soon(radio);
    }
}

/* Registers or not, as is allowed now. */
static void follow_permission(struct hlsim__radio *radio)
{
    if (!may_register(radio)) {
        hlsim__timer_cancel(&radio->found_timer);
        set_status(radio, HLSIM__NOT_REGISTERED);
    } else if (!hlsim__radio_registered(radio)) {
        hlsim__radio_search(radio);
        hlsim__radio_found_soon(radio);
    }
}

void hlsim__radio_set_functionality(struct hlsim__radio *radio, int functionality)
{
    radio->functionality = functionality;
    if (functionality == 1) {
        hlsim__radio_set_attach(radio, true);
    }
    follow_permission(radio);
}

void hlsim__radio_select(struct hlsim__radio *radio, enum hlsim__selection selection)
{
    radio->selection = selection;
    follow_permission(radio);
}

void hlsim__radio_sim_changed(struct hlsim__radio *radio)
{
    follow_permission(radio);
}

void hlsim__radio_set_attach(struct hlsim__radio *radio, bool attach)
{
    bool before = hlsim__radio_attached(radio);

    radio->wants_data = attach;
    follow_attachment(radio, before);
}
