/*
 * Searches, registers and attaches. Does not know what the data connection is used for.
 */
#include "modem/radio.h"

#include "modem/flashing.h"
#include "modem/modem.h"

static void set_status(struct hlsim__radio *radio, enum hlsim__registration status);

static void found(void *owner)
{
    struct hlsim__radio *radio = owner;

    if (radio->modem->iface.covered) {
        set_status(radio, HLSIM__REGISTERED_HOME);
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

static void set_status(struct hlsim__radio *radio, enum hlsim__registration status)
{
    struct hlsim__modem *modem = radio->modem;
    bool before = hlsim__radio_attached(radio);

    if (radio->status == status) {
        return;
    }
    radio->status = status;
    HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_NETWORK, HLSIM_INT("status", status));
    if (modem->listener.registration != NULL) {
        modem->listener.registration(modem->listener.user, (int)status);
    }
    follow_attachment(radio, before);
}

void hlsim__radio_search(struct hlsim__radio *radio)
{
    if (may_register(radio)) {
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
    if (!may_register(radio)) {
        return;
    }
    if (radio->modem->iface.covered) {
        hlsim__radio_found_soon(radio);
    } else {
        hlsim__timer_cancel(&radio->found_timer);
        set_status(radio, HLSIM__SEARCHING);
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
