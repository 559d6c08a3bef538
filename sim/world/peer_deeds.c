/*
 * What can be done to far ends and to names, and what is known of the far ends.
 */
#include "world/deed.h"

#include "network/lookup.h"
#include "peers/peers.h"

#include <string.h>

static enum hlsim_acted end_streams(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action)
{
    static const char *const names[] = {"fin", "rst", "stall"};
    const char *how = hlsim__deed_text(action, "how", names[0]);
    enum hlsim_peer_ending ending = HLSIM_PEER_FIN;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(how, names[i]) == 0) {
            ending = (enum hlsim_peer_ending)(HLSIM_PEER_FIN + i);
        }
    }
    return hlsim__peers_end(slot->world->peers, &slot->modem.iface,
                            (unsigned)hlsim__deed_number(action, "session", 0), ending) > 0
               ? HLSIM_ACTED
               : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted visit(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    return hlsim__deed_acted(
        hlsim__peers_visit(slot->world->peers, hlsim__deed_text(action, "peer", ""),
                           &slot->modem.iface, (uint16_t)hlsim__deed_number(action, "port", 0)));
}

static enum hlsim_acted fail_names(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    const char *name = hlsim__deed_text(action, "name", "all");

    return hlsim__deed_acted(
        hlsim__network_fail_names(&slot->world->network, strcmp(name, "all") == 0 ? NULL : name,
                                  strcmp(hlsim__deed_text(action, "mode", "fail"), "silent") == 0));
}

static enum hlsim_acted mend_names(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    (void)action;
    return hlsim__network_mend_names(&slot->world->network) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

const struct hlsim__deed hlsim__peer_deeds[] = {
    {"tcp_close", end_streams, NULL},
    {"tcp_connect", visit, NULL},
    {"dns_down", fail_names, mend_names},
    {"dns_up", mend_names, NULL},
};

const size_t hlsim__peer_deed_count = sizeof hlsim__peer_deeds / sizeof *hlsim__peer_deeds;

int hlsim__read_peer(const struct hlsim_world *world, const char *path,
                     struct hlsim_value *ret_value)
{
    const char *dot = strrchr(path, '.');
    char name[HLSIM_PEER_NAME_SIZE];
    size_t size = dot == NULL ? 0 : (size_t)(dot - path);

    if (size == 0 || size >= sizeof name || world->peers == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    memcpy(name, path, size);
    name[size] = '\0';
    ret_value->type = HLSIM_VALUE_INT;
    return hlsim__peers_read(world->peers, name, dot + 1, &ret_value->integer);
}
