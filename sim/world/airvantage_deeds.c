/*
 * What the actions of the language do at AirVantage: its portal, and the servers themselves.
 */
#include "world/deed.h"

#include <string.h>

static enum hlsim_acted delete_system(struct hlsim__world_modem *slot,
                                      const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__airvantage_system_delete(
        slot->world->airvantage, hlsim__deed_text(action, "imei", slot->modem.config.imei)));
}

static enum hlsim_acted register_system(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__airvantage_system_add(
        slot->world->airvantage, hlsim__deed_text(action, "imei", slot->modem.config.imei),
        hlsim__deed_text(action, "serial", slot->modem.config.serial)));
}

static enum hlsim_acted invalidate(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    bool bootstrap = strcmp(hlsim__deed_text(action, "which", "dm"), "bootstrap") == 0;

    return hlsim__deed_acted(
        hlsim__airvantage_invalidate(slot->world->airvantage, slot->modem.config.imei, bootstrap));
}

static enum hlsim_acted change_gateway(struct hlsim__world_modem *slot,
                                       const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__airvantage_gateway_change(
        slot->world->airvantage, slot->modem.config.imei, hlsim__deed_text(action, "imei", NULL),
        hlsim__deed_text(action, "serial", NULL)));
}

static enum hlsim_acted restore_gateway(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    (void)action;
    return hlsim__deed_acted(
        hlsim__airvantage_gateway_restore(slot->world->airvantage, slot->modem.config.imei));
}

static enum hlsim_acted create_operation(struct hlsim__world_modem *slot,
                                         const struct hlsim_action *action)
{
    const char *imei = slot->modem.config.imei;
    const bool all = strcmp(hlsim__deed_text(action, "system", "self"), "all") == 0;
    const struct hlsim__airvantage_upgrade upgrade = {
        .id = hlsim__deed_text(action, "id", NULL),
        .package = hlsim__deed_text(action, "upgrade", "latest"),
        .imeis = all ? NULL : &imei,
        .imei_count = all ? 0 : 1,
        .start = hlsim__deed_number(action, "start", 0),
        .force = hlsim__deed_number(action, "force", 0) != 0,
    };

    return hlsim__deed_acted(hlsim__airvantage_upgrade(slot->world->airvantage, &upgrade));
}

static enum hlsim_acted corrupt_package(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    int kind = hlsim_package_break_find(hlsim__deed_text(action, "kind", "bit_flip"));

    return hlsim__deed_acted(
        kind < 0 ? kind
                 : hlsim__airvantage_package_corrupt(
                       slot->world->airvantage, hlsim__deed_text(action, "id", NULL),
                       (enum hlsim_package_break)kind, hlsim__deed_number(action, "offset", -1)));
}

/* --- The servers ---------------------------------------------------------------------------- */

static enum hlsim__airvantage_server server_of(const struct hlsim_action *action)
{
    const char *which = hlsim__deed_text(action, "which", "all");

    if (strcmp(which, "bootstrap") == 0) {
        return HLSIM__AIRVANTAGE_BOOTSTRAP;
    }
    if (strcmp(which, "dm") == 0) {
        return HLSIM__AIRVANTAGE_DM;
    }
    return strcmp(which, "http") == 0 ? HLSIM__AIRVANTAGE_HTTP : HLSIM__AIRVANTAGE_SERVERS;
}

static enum hlsim_acted set_outage(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action,
                                   enum hlsim__airvantage_outage outage)
{
    return hlsim__airvantage_set_outage(slot->world->airvantage, server_of(action), outage) > 0
               ? HLSIM_ACTED
               : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted take_server_down(struct hlsim__world_modem *slot,
                                         const struct hlsim_action *action)
{
    bool refuses = strcmp(hlsim__deed_text(action, "mode", "silent"), "refuse") == 0;

    return set_outage(slot, action,
                      refuses ? HLSIM__AIRVANTAGE_REFUSING : HLSIM__AIRVANTAGE_SILENT);
}

static enum hlsim_acted bring_server_up(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    return set_outage(slot, action, HLSIM__AIRVANTAGE_UP);
}

const struct hlsim__deed hlsim__airvantage_deeds[] = {
    {"server_down", take_server_down, bring_server_up},
    {"server_up", bring_server_up, NULL},
    {"credentials_invalidate", invalidate, NULL},
    {"gateway_change", change_gateway, NULL},
    {"gateway_restore", restore_gateway, NULL},
    {"system_delete", delete_system, NULL},
    {"system_register", register_system, NULL},
    {"operation_create", create_operation, NULL},
    {"package_corrupt", corrupt_package, NULL},
};

const size_t hlsim__airvantage_deed_count =
    sizeof hlsim__airvantage_deeds / sizeof *hlsim__airvantage_deeds;
