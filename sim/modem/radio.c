/*
 * Searches, registers and attaches. Does not know what the data connection is used for.
 */
#include "modem/radio.h"

#include "modem/flashing.h"
#include "modem/modem.h"

#include <stdio.h>

static void set_status(struct hlsim__radio *radio, enum hlsim__registration status);

/* What the network says to a module that asks to be registered. */
static enum hlsim__registration answer_of_network(const struct hlsim__radio *radio)
{
    const struct hlsim__air *air = &radio->modem->air;

    if (air->denied != 0) {
        return air->emergency ? HLSIM__EMERGENCY_ONLY : HLSIM__REGISTRATION_DENIED;
    }
    return radio->modem->ram.personality->figures.roaming != 0 ? HLSIM__REGISTERED_ROAMING
                                                               : HLSIM__REGISTERED_HOME;
}

static void found(void *owner)
{
    struct hlsim__radio *radio = owner;

    enum hlsim__technology technology =
        hlsim__tuning_find(&radio->tuning, radio->modem->ram.personality);

    if (!radio->modem->iface.covered || technology == HLSIM__TECHNOLOGIES) {
        return;
    }
    radio->technology = technology;
    set_status(radio, answer_of_network(radio));
    if (hlsim__radio_registered(radio)) {
        hlsim__clock_network_time(radio->modem);
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
    hlsim__tuning_load(&radio->tuning, &modem->ram.settings, modem->ram.personality);
    radio->technology = radio->tuning.order[0];
    hlsim__timer_init(&radio->found_timer, &modem->timers, found, radio);
    hlsim__timer_init(&radio->lost_timer, &modem->timers, lost, radio);
}

/* Whether a registration is allowed at all. On LTE it is the attachment (24.301 5.5). */
static bool may_register(const struct hlsim__radio *radio)
{
    return radio->functionality == 1 && radio->selection != HLSIM__SELECT_NONE &&
           (radio->wants_data || !hlsim__technology_is_eps(radio->technology)) &&
           hlsim__sim_ready(&radio->modem->sim);
}

bool hlsim__radio_switched_off(const struct hlsim__radio *radio)
{
    return !may_register(radio) || !radio->wants_data;
}

bool hlsim__radio_hears(const struct hlsim__radio *radio)
{
    return radio->functionality == 1 && radio->modem->iface.covered &&
           hlsim__tuning_find(&radio->tuning, radio->modem->ram.personality) < HLSIM__TECHNOLOGIES;
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
        hlsim__pdp_detach(&modem->ram.pdp, "ME DETACH");
    }
    radio->connected(modem, now);
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

/* What a status looks like in one domain. */
static enum hlsim__registration view(const struct hlsim__radio *radio, enum hlsim__domain domain,
                                     enum hlsim__registration status)
{
    if (domain == HLSIM__DOMAIN_EPS) {
        return hlsim__technology_is_eps(radio->technology) ? status : HLSIM__NOT_REGISTERED;
    }
    /* That +CREG says it too is not known. */
    return status == HLSIM__UNREACHABLE && !radio->asleep ? HLSIM__SEARCHING : status;
}

/* Tells the ports what has changed. */
static void show(struct hlsim__radio *radio, enum hlsim__registration status)
{
    const struct hlsim__modem_listener *listener = &radio->modem->listener;

    for (int i = 0; i < (int)HLSIM__DOMAINS; i++) {
        enum hlsim__domain domain = (enum hlsim__domain)i;
        enum hlsim__registration now = view(radio, domain, status);

        if (radio->shown[domain] != now) {
            radio->shown[domain] = now;
            if (listener->registration != NULL) {
                listener->registration(listener->user, domain);
            }
        }
    }
}

/* Quirk: what was so before the start, or before AT+CFUN, is told once more. */
static void show_the_past(struct hlsim__radio *radio)
{
    struct hlsim__modem *modem = radio->modem;

    if (modem->ram.personality->quirks[HLSIM_QUIRK_past_registration_told] && modem->past != 0) {
        show(radio, modem->past);
    }
    modem->past = HLSIM__NOT_REGISTERED;
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
    if (hlsim__radio_registered(radio)) {
        modem->past = status;
    }
    show(radio, status);
    tell_search(radio);
    follow_attachment(radio, before);
    if (modem->power.on && hlsim__radio_registered(radio)) {
        hlsim__rest_registered(&modem->ram.rest, true);
        hlsim__sms_ready(modem);
    }
}

void hlsim__radio_search(struct hlsim__radio *radio)
{
    if (may_register(radio)) {
        radio->technology = radio->tuning.order[0];
        show_the_past(radio);
        set_status(radio, HLSIM__SEARCHING);
    }
}

void hlsim__radio_found_soon(struct hlsim__radio *radio)
{
    if (may_register(radio) && !hlsim__radio_registered(radio) &&
        !hlsim__flashing_hides_network(radio->modem)) {
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
    if (may_register(radio) && radio->modem->iface.covered &&
        !hlsim__flashing_hides_network(radio->modem)) {
        found(radio);
    } else {
        hlsim__radio_search(radio);
        hlsim__radio_found_soon(radio);
    }
}

void hlsim__radio_start_over(struct hlsim__radio *radio)
{
    if (may_register(radio)) {
        hlsim__pdp_detach(&radio->modem->ram.pdp, "ME DETACH");
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

static void want_data(struct hlsim__radio *radio, bool wanted)
{
    bool before = hlsim__radio_attached(radio);

    radio->wants_data = wanted;
    follow_attachment(radio, before);
}

void hlsim__radio_set_functionality(struct hlsim__radio *radio, int functionality)
{
    radio->functionality = functionality;
    if (functionality == 1) {
        want_data(radio, true);
    }
    follow_permission(radio);
}

void hlsim__radio_select(struct hlsim__radio *radio, enum hlsim__selection selection)
{
    radio->selection = selection;
    if (selection != HLSIM__SELECT_NONE && hlsim__technology_is_eps(radio->technology)) {
        want_data(radio, true);
    }
    follow_permission(radio);
}

void hlsim__radio_sim_changed(struct hlsim__radio *radio)
{
    follow_permission(radio);
}

void hlsim__radio_set_attach(struct hlsim__radio *radio, bool attach)
{
    bool detached = !radio->wants_data;

    want_data(radio, attach);
    if (!attach) {
        follow_permission(radio);
    } else if (detached && !hlsim__radio_registered(radio)) {
        hlsim__radio_resume(radio); /* the cell is known */
    }
}

void hlsim__radio_air_changed(struct hlsim__radio *radio)
{
    struct hlsim__modem *modem = radio->modem;
    bool denied = modem->air.denied != 0;
    bool registered = hlsim__radio_registered(radio);

    if (!may_register(radio) || !modem->iface.covered) {
        return;
    }
    if (denied && registered) {
        set_status(radio, answer_of_network(radio));
        hlsim__pdp_detach(&modem->ram.pdp, "NW DETACH");
    } else if (!denied && !registered && radio->status != HLSIM__SEARCHING) {
        hlsim__radio_search(radio);
        hlsim__radio_found_soon(radio);
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
    show(radio, asleep ? HLSIM__UNREACHABLE : radio->status);
}

struct hlsim__signal hlsim__radio_signal(const struct hlsim__radio *radio)
{
    const struct hlsim__figures *figures = &radio->modem->ram.personality->figures;

    if (radio->modem->air.measured) {
        return radio->modem->air.signal;
    }
    return (struct hlsim__signal){
        .rsrp = (int)figures->rsrp, .rsrq = (int)figures->rsrq, .sinr = (int)figures->sinr};
}
