/*
 * Whose move it is. Looks at what the parts wait for; changes nothing.
 */
#include "world/inside.h"

static enum hlsim_due due_of(const struct hlsim__world_modem *slot)
{
    bool owes = hlsim__modem_owes(&slot->modem);

    for (unsigned i = 0; i < slot->port_count && slot->modem.listening; i++) {
        if (hlsim__at_port_waits_for_host(&slot->ports[i].at)) {
            return HLSIM_DUE_HOST;
        }
        owes = owes || hlsim__at_port_owes(&slot->ports[i].at);
    }
    return owes ? HLSIM_DUE_MODEM : HLSIM_DUE_NOBODY;
}

enum hlsim_due hlsim_world_due(const struct hlsim_world *world)
{
    enum hlsim_due due = HLSIM_DUE_NOBODY;

    for (size_t i = 0; i < world->modem_count && due != HLSIM_DUE_HOST; i++) {
        enum hlsim_due other = due_of(&world->modems[i]);

        due = other > due ? other : due;
    }
    return due;
}
