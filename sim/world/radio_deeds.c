/*
 * What the radio network can do to a modem: coverage, registration, signal, contexts.
 */
#include "world/deed.h"

static enum hlsim_acted set_coverage(struct hlsim__world_modem *slot, bool covered)
{
    if (slot->modem.iface.covered == covered) {
        return HLSIM_ACT_NOTHING;
    }
    hlsim__iface_set_coverage(&slot->modem.iface, covered);
    if (slot->modem.power.on && slot->modem.listening) {
        hlsim__radio_coverage_changed(&slot->modem.ram.radio);
    }
    return HLSIM_ACTED;
}

static enum hlsim_acted lose_network(struct hlsim__world_modem *slot,
                                     const struct hlsim_action *action)
{
    (void)action;
    return set_coverage(slot, false);
}

static enum hlsim_acted find_network(struct hlsim__world_modem *slot,
                                     const struct hlsim_action *action)
{
    (void)action;
    return set_coverage(slot, true);
}

/* The radio follows what has changed of the network around it. */
static void tell_radio(struct hlsim__world_modem *slot)
{
    if (slot->modem.power.on && slot->modem.listening) {
        hlsim__radio_air_changed(&slot->modem.ram.radio);
    }
}

static enum hlsim_acted deny_registration(struct hlsim__world_modem *slot,
                                          const struct hlsim_action *action)
{
    struct hlsim__air *air = &slot->modem.air;

    air->denied = (unsigned char)hlsim__deed_number(action, "cause", 11);
    air->emergency = hlsim__deed_number(action, "emergency", 0) != 0;
    tell_radio(slot);
    return HLSIM_ACTED;
}

static enum hlsim_acted allow_registration(struct hlsim__world_modem *slot,
                                           const struct hlsim_action *action)
{
    (void)action;
    slot->modem.air.denied = 0;
    tell_radio(slot);
    return HLSIM_ACTED;
}

/* Keys that are absent keep their value: that of the profile while it was not changed. */
static enum hlsim_acted set_signal(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    struct hlsim__modem *modem = &slot->modem;
    struct hlsim__signal *signal = &modem->air.signal;

    if (!modem->power.on || !modem->running) {
        return HLSIM_ACT_NOTHING;
    }
    *signal = hlsim__radio_signal(&modem->ram.radio);
    signal->rsrp = (int)hlsim__deed_number(action, "rsrp", signal->rsrp);
    signal->rsrq = (int)hlsim__deed_number(action, "rsrq", signal->rsrq);
    signal->sinr = (int)hlsim__deed_number(action, "sinr", signal->sinr);
    modem->air.measured = true;
    return HLSIM_ACTED;
}

static enum hlsim_acted restore_signal(struct hlsim__world_modem *slot,
                                       const struct hlsim_action *action)
{
    (void)action;
    slot->modem.air.measured = false;
    return HLSIM_ACTED;
}

static enum hlsim_acted reject_context(struct hlsim__world_modem *slot,
                                       const struct hlsim_action *action)
{
    hlsim__iface_refuse(&slot->modem.iface, hlsim__deed_number(action, "cid", 1),
                        (unsigned char)hlsim__deed_number(action, "cause", 33));
    return HLSIM_ACTED;
}

static enum hlsim_acted grant_context(struct hlsim__world_modem *slot,
                                      const struct hlsim_action *action)
{
    hlsim__iface_refuse(&slot->modem.iface, hlsim__deed_number(action, "cid", 1), 0);
    return HLSIM_ACTED;
}

const struct hlsim__deed hlsim__radio_deeds[] = {
    {"network_lost", lose_network, find_network},
    {"network_back", find_network, NULL},
    {"registration_reject", deny_registration, allow_registration},
    {"signal", set_signal, restore_signal},
    {"pdp_reject", reject_context, grant_context},
};

const size_t hlsim__radio_deed_count = sizeof hlsim__radio_deeds / sizeof *hlsim__radio_deeds;
