/*
 * What the actions of the language do to a modem's serial ports: bit errors, losses, stalls, and
 * the vanishing of a USB device.
 */
#include "world/deed.h"

#include <string.h>

/* Between two disappearances of one action, as between a device's attempts to start. */
#define PRESENT_FOR HLSIM_SECOND

typedef void (*spoil_bytes_of)(struct hlsim_link *link, enum hlsim_side from, uint64_t bytes);

/* Of the first port: that is the UART. */
static struct hlsim_link *uart_of(struct hlsim__world_modem *slot)
{
    return &slot->ports[0].link;
}

static bool concerns(const struct hlsim_action *action, enum hlsim_side from, const char *otherwise)
{
    const char *direction = hlsim__deed_text(action, "dir", otherwise);

    return strcmp(direction, "both") == 0 ||
           strcmp(direction, from == HLSIM_HOST ? "to_modem" : "to_host") == 0;
}

static enum hlsim_acted spoil_bytes(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action, spoil_bytes_of spoil)
{
    uint64_t bytes = (uint64_t)hlsim__deed_number(action, "bytes", 1);

    for (int side = HLSIM_HOST; side <= HLSIM_MODEM; side++) {
        if (concerns(action, (enum hlsim_side)side, "both")) {
            spoil(uart_of(slot), (enum hlsim_side)side, bytes);
        }
    }
    return HLSIM_ACTED;
}

static enum hlsim_acted garble(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    return spoil_bytes(slot, action, hlsim__link_garble);
}

static enum hlsim_acted lose(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    return spoil_bytes(slot, action, hlsim__link_lose);
}

static enum hlsim_acted set_stalled(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action, bool stalled)
{
    bool changed = false;

    for (int side = HLSIM_HOST; side <= HLSIM_MODEM; side++) {
        if (concerns(action, (enum hlsim_side)side, "to_host")) {
            changed = hlsim__link_stall(uart_of(slot), (enum hlsim_side)side, stalled) || changed;
        }
    }
    return changed ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted stall(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    return set_stalled(slot, action, true);
}

static enum hlsim_acted unstall(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    return set_stalled(slot, action, false);
}

/* All ports: the host has them over one USB cable, or over an adapter. */
static bool set_usb(struct hlsim__world_modem *slot, bool present)
{
    bool changed = false;

    for (unsigned i = 0; i < slot->port_count; i++) {
        changed = hlsim__link_set_present(&slot->ports[i].link, present) || changed;
    }
    return changed;
}

void hlsim__usb_timer_ran_out(void *owner)
{
    struct hlsim__world_modem *slot = owner;
    bool present = hlsim_link_present(&slot->ports[0].link);

    set_usb(slot, !present);
    slot->usb_times -= present;
    if (present) {
        hlsim__timer_set_in(&slot->usb_timer, slot->usb_away);
    } else if (slot->usb_times > 0) {
        hlsim__timer_set_in(&slot->usb_timer, PRESENT_FOR);
    }
}

static enum hlsim_acted vanish(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    if (!set_usb(slot, false)) {
        return HLSIM_ACT_NOTHING;
    }
    slot->usb_times = hlsim__deed_number(action, "times", 1) - 1;
    slot->usb_away = hlsim__deed_number(action, "for", 2 * HLSIM_SECOND);
    hlsim__timer_set_in(&slot->usb_timer, slot->usb_away);
    return HLSIM_ACTED;
}

const struct hlsim__deed hlsim__wire_deeds[] = {
    {"uart_garble", garble, NULL},
    {"uart_drop", lose, NULL},
    {"uart_stall", stall, unstall},
    {"usb_reenumerate", vanish, NULL},
};

const size_t hlsim__wire_deed_count = sizeof hlsim__wire_deeds / sizeof *hlsim__wire_deeds;
