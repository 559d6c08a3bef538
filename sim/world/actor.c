/*
 * The world as the judge's actor: what can be done to modems and the network, and the paths that
 * can be read. What the radio network can do is in radio_deeds.c, what can be done at AirVantage in
 * airvantage_deeds.c, at far ends in peer_deeds.c.
 */
#include "world/deed.h"

#include "modem/account.h"
#include "modem/flashing.h"
#include "world/sms_centre.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Actions -------------------------------------------------------------------------------- */

static enum hlsim_acted cut_power(struct hlsim__world_modem *slot,
                                  const struct hlsim_action *action)
{
    if (!slot->modem.power.on) {
        return HLSIM_ACT_NOTHING;
    }
    hlsim__timer_cancel(&slot->power_timer);
    hlsim__modem_power_off(&slot->modem, action->name);
    return HLSIM_ACTED;
}

static enum hlsim_acted give_power(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    (void)action;
    hlsim__modem_power_on(&slot->modem);
    return HLSIM_ACTED;
}

static enum hlsim_acted reset(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    if (!slot->modem.power.on) {
        return HLSIM_ACT_NOTHING;
    }
    hlsim__modem_reset(&slot->modem, action->name);
    return HLSIM_ACTED;
}

/* Of the first port: that is the UART. A key that is absent leaves its line alone. */
static enum hlsim_acted set_lines(struct hlsim__world_modem *slot,
                                  const struct hlsim_action *action)
{
    struct hlsim_link *link = &slot->ports[0].link;
    unsigned before = hlsim_link_lines(link);
    int64_t dtr = hlsim__deed_number(action, "dtr", (before & HLSIM_LINE_DTR) != 0);
    int64_t rts = hlsim__deed_number(action, "rts", (before & HLSIM_LINE_RTS) != 0);

    hlsim_link_set_lines(link, HLSIM_HOST, HLSIM_LINE_DTR | HLSIM_LINE_RTS,
                         (dtr ? HLSIM_LINE_DTR : 0u) | (rts ? HLSIM_LINE_RTS : 0u));
    return hlsim_link_lines(link) == before ? HLSIM_ACT_NOTHING : HLSIM_ACTED;
}

/* A pulse of the power key or the wake pin; it works when it is let go. */
static enum hlsim_acted press(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    if (!hlsim__modem_sleeps(&slot->modem) || hlsim__timer_armed(&slot->press_timer)) {
        return HLSIM_ACT_NOTHING;
    }
    hlsim__timer_set_in(&slot->press_timer, hlsim__deed_number(action, "hold", 0));
    return HLSIM_ACTED;
}

static enum hlsim_acted remove_card(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action)
{
    (void)action;
    if (!slot->modem.sim.present) {
        return HLSIM_ACT_NOTHING;
    }
    slot->modem.sim.present = false;
    hlsim__sim_restart(&slot->modem.sim);
    hlsim__modem_sim_changed(&slot->modem);
    return HLSIM_ACTED;
}

/* The card that was in the slot, with its memory; with other numbers a new one. */
static enum hlsim_acted insert_card(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action)
{
    struct hlsim__sim *sim = &slot->modem.sim;
    const char *iccid = hlsim__deed_text(action, "iccid", sim->iccid);
    const char *imsi = hlsim__deed_text(action, "imsi", sim->imsi);

    if (sim->present || strlen(iccid) >= HLSIM_ICCID_SIZE || strlen(imsi) >= HLSIM_IMSI_SIZE) {
        return HLSIM_ACT_NOTHING;
    }
    if (strcmp(iccid, sim->iccid) != 0 || strcmp(imsi, sim->imsi) != 0) {
        hlsim__sim_exchange(sim, iccid, imsi);
    }
    sim->present = true;
    hlsim__modem_sim_changed(&slot->modem);
    return HLSIM_ACTED;
}

static enum hlsim_acted receive_message(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__sms_centre_send(slot, hlsim__deed_text(action, "from", ""),
                                                    hlsim__deed_text(action, "text", "")));
}

static enum hlsim_acted set_latency(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__network_set_delay(
        &slot->world->network, hlsim__deed_number(action, "up", 0),
        hlsim__deed_number(action, "down", 0), hlsim__deed_number(action, "jitter", 0)));
}

static enum hlsim_acted restore_latency(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    const struct hlsim_network_config *before = &slot->world->network_before;

    (void)action;
    return hlsim__deed_acted(hlsim__network_set_delay(&slot->world->network, before->delay_up,
                                                      before->delay_down, before->jitter));
}

static enum hlsim_acted set_loss(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    return hlsim__deed_acted(hlsim__network_set_loss(
        &slot->world->network, (uint32_t)hlsim__deed_number(action, "up", 0),
        (uint32_t)hlsim__deed_number(action, "down", 0)));
}

static enum hlsim_acted restore_loss(struct hlsim__world_modem *slot,
                                     const struct hlsim_action *action)
{
    const struct hlsim_network_config *before = &slot->world->network_before;

    (void)action;
    return hlsim__deed_acted(
        hlsim__network_set_loss(&slot->world->network, before->loss_ppm_up, before->loss_ppm_down));
}

static enum hlsim_acted release_nat(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action)
{
    const char *flow = hlsim__deed_text(action, "flow", "all");
    uint32_t to = 0;

    if (strcmp(flow, "all") != 0 &&
        hlsim_network_find_name(&slot->world->network,
                                strcmp(flow, "dm") == 0 ? HLSIM__DM_HOST : HLSIM__BOOTSTRAP_HOST,
                                &to) < 0) {
        return HLSIM_ACT_NOTHING;
    }
    return hlsim__nat_release(&slot->modem.iface, to) > 0 ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted set_firmware(struct hlsim__world_modem *slot,
                                     const struct hlsim_action *action)
{
    const struct hlsim__flashing flashing = {.version = hlsim__deed_text(action, "to", ""),
                                             .keep_store =
                                                 hlsim__deed_number(action, "keep_nvm", 1) != 0,
                                             .carrier = hlsim__deed_text(action, "carrier", NULL)};

    return hlsim__deed_acted(hlsim__modem_flash_firmware(&slot->modem, &flashing));
}

static enum hlsim_acted hold_boot_pin(struct hlsim__world_modem *slot,
                                      const struct hlsim_action *action)
{
    return hlsim__modem_set_boot_pin(&slot->modem, hlsim__deed_number(action, "on", 1) != 0)
               ? HLSIM_ACTED
               : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted release_boot_pin(struct hlsim__world_modem *slot,
                                         const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_boot_pin(&slot->modem, false) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

/* Trouble of one kind comes, or goes: nothing when it is so already. */
static enum hlsim_acted fill_flash(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_package_room(&slot->modem, false) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted clear_flash(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_package_room(&slot->modem, true) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted break_ram(struct hlsim__world_modem *slot,
                                  const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_ram_fault(&slot->modem, true) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted mend_ram(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_ram_fault(&slot->modem, false) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted break_flash(struct hlsim__world_modem *slot,
                                    const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_flash_fault(&slot->modem, true) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted mend_flash(struct hlsim__world_modem *slot,
                                   const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_flash_fault(&slot->modem, false) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted hang_install(struct hlsim__world_modem *slot,
                                     const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_install_hang(&slot->modem, true) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted release_install(struct hlsim__world_modem *slot,
                                        const struct hlsim_action *action)
{
    (void)action;
    return hlsim__modem_set_install_hang(&slot->modem, false) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted set_quirk(struct hlsim__world_modem *slot,
                                  const struct hlsim_action *action, bool on)
{
    int quirk = hlsim__quirk_find(hlsim__deed_text(action, "name", ""));

    return quirk >= 0 && hlsim__modem_set_quirk(&slot->modem, (enum hlsim_quirk)quirk, on) > 0
               ? HLSIM_ACTED
               : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted quirk_on(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    return set_quirk(slot, action, true);
}

static enum hlsim_acted quirk_off(struct hlsim__world_modem *slot,
                                  const struct hlsim_action *action)
{
    return set_quirk(slot, action, false);
}

/* Nobody hears it while the UART is off. */
static enum hlsim_acted say(struct hlsim__world_modem *slot, const struct hlsim_action *action)
{
    if (!slot->modem.power.on || !slot->modem.listening) {
        return HLSIM_ACT_NOTHING;
    }
    hlsim__modem_urc(&slot->modem, hlsim__deed_text(action, "urc", ""));
    return HLSIM_ACTED;
}

static const struct hlsim__deed deeds[] = {
    {"power_cut", cut_power, give_power},
    {"product_power_cut", cut_power, give_power},
    {"reset", reset, NULL},
    {"line", set_lines, NULL},
    {"power_key", press, NULL},
    {"wake", press, NULL},
    {"sim_remove", remove_card, insert_card},
    {"sim_insert", insert_card, remove_card},
    {"sms_receive", receive_message, NULL},
    {"latency", set_latency, restore_latency},
    {"loss", set_loss, restore_loss},
    {"nat_release", release_nat, NULL},
    {"firmware_set", set_firmware, NULL},
    {"boot_pin", hold_boot_pin, release_boot_pin},
    {"flash_full", fill_flash, clear_flash},
    {"ram_fault", break_ram, mend_ram},
    {"flash_fault", break_flash, mend_flash},
    {"install_hang", hang_install, release_install},
    {"quirk_on", quirk_on, NULL},
    {"quirk_off", quirk_off, NULL},
    {"say", say, NULL},
};

static const struct hlsim__deed *find(const struct hlsim__deed *table, size_t count,
                                      const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

static enum hlsim_acted carry_out(struct hlsim_world *world, const struct hlsim_action *action,
                                  bool undo)
{
    const struct hlsim__deed *deed = find(deeds, sizeof deeds / sizeof *deeds, action->name);

    if (deed == NULL) {
        deed = find(hlsim__radio_deeds, hlsim__radio_deed_count, action->name);
    }
    if (deed == NULL) {
        deed = find(hlsim__airvantage_deeds, hlsim__airvantage_deed_count, action->name);
    }
    if (deed == NULL) {
        deed = find(hlsim__peer_deeds, hlsim__peer_deed_count, action->name);
    }
    if (deed == NULL) {
        deed = find(hlsim__wire_deeds, hlsim__wire_deed_count, action->name);
    }
    if (deed == NULL) {
        return HLSIM_ACT_NOT_MINE;
    }
    if (action->modem >= world->modem_count || (undo && deed->undo == NULL)) {
        return HLSIM_ACT_NOTHING;
    }
    return (undo ? deed->undo : deed->act)(&world->modems[action->modem], action);
}

static enum hlsim_acted act(void *user, const struct hlsim_action *action)
{
    return carry_out(user, action, false);
}

static enum hlsim_acted undo(void *user, const struct hlsim_action *action)
{
    return carry_out(user, action, true);
}

/* --- Paths ---------------------------------------------------------------------------------- */

static void give_text(struct hlsim_value *ret_value, const char *text)
{
    ret_value->type = HLSIM_VALUE_TEXT;
    snprintf(ret_value->text, sizeof ret_value->text, "%s", text);
}

static void give_int(struct hlsim_value *ret_value, int64_t integer)
{
    ret_value->type = HLSIM_VALUE_INT;
    ret_value->integer = integer;
}

static void give_bool(struct hlsim_value *ret_value, bool value)
{
    ret_value->type = HLSIM_VALUE_BOOL;
    ret_value->integer = value;
}

/* A setting is a number when it looks like one. */
static int read_setting(const struct hlsim__modem *modem, const char *key,
                        struct hlsim_value *ret_value)
{
    int id = hlsim__setting_find(key);
    const char *text;

    if (id < 0) {
        return HLSIM_E_NOT_FOUND;
    }
    text = hlsim__setting_text(&modem->ram.settings, (enum hlsim__setting)id);
    if (*text != '\0' && strspn(text, "0123456789") == strlen(text)) {
        give_int(ret_value, strtoll(text, NULL, 10));
    } else {
        give_text(ret_value, text);
    }
    return 0;
}

/* "1" to "10" */
static int read_socket(const struct hlsim__modem *modem, const char *number,
                       struct hlsim_value *ret_value)
{
    char *end;
    unsigned long id = strtoul(number, &end, 10);

    if (end == number || *end != '\0' || id < 1 || id > HLSIM__SOCKETS_MAX) {
        return HLSIM_E_NOT_FOUND;
    }
    give_int(ret_value, (int64_t)modem->ram.sockets.table[id - 1].state);
    return 0;
}

/* What the firmware knows; nothing while none runs. */
static int read_running(const struct hlsim__modem *modem, const char *name,
                        struct hlsim_value *ret_value)
{
    const struct hlsim__services *services = &modem->ram.services;
    struct hlsim__lwm2m_account account;

    if (strcmp(name, "cgmr") == 0) {
        ret_value->type = HLSIM_VALUE_TEXT;
        hlsim__modem_expand(modem, modem->ram.personality->figures.cgmr, ret_value->text,
                            sizeof ret_value->text);
    } else if (strcmp(name, "registered") == 0) {
        give_bool(ret_value, hlsim__radio_registered(&modem->ram.radio));
    } else if (strcmp(name, "rest") == 0) {
        give_text(ret_value, hlsim__rest_text(modem->ram.rest.state));
    } else if (strcmp(name, "session") == 0) {
        give_text(ret_value, hlsim__session_text(services->session.state));
    } else if (strcmp(name, "agreement") == 0) {
        give_text(ret_value, hlsim__agreement_text(hlsim__agreement_asked(&services->agreement)));
    } else if (strcmp(name, "update") == 0) {
        give_text(ret_value, hlsim__update_path_text(services->update.record.state));
    } else if (strcmp(name, "stored") == 0) {
        give_int(ret_value, services->update.record.stored);
    } else if (strcmp(name, "credentials") == 0) {
        give_text(ret_value, hlsim__account_load(&modem->ram.store, HLSIM__LWM2M_DM, &account) == 0
                                 ? "dm"
                                 : "none");
    } else if (strncmp(name, "settings.", 9) == 0) {
        return read_setting(modem, name + 9, ret_value);
    } else if (strncmp(name, "socket.", 7) == 0) {
        return read_socket(modem, name + 7, ret_value);
    } else {
        return HLSIM_E_NOT_FOUND;
    }
    return 0;
}

static int read_modem(struct hlsim__modem *modem, const char *name, struct hlsim_value *ret_value)
{
    if (strcmp(name, "powered") == 0) {
        give_bool(ret_value, modem->power.on);
        return 0;
    }
    if (strcmp(name, "sim") == 0) {
        give_text(ret_value, hlsim__sim_text(hlsim__sim_state(&modem->sim)));
        return 0;
    }
    if (strcmp(name, "sleep") == 0) {
        if (modem->hibernation.on || (modem->power.on && modem->running)) {
            give_text(ret_value, hlsim__sleep_text(hlsim__sleep_depth(modem)));
        }
        return 0;
    }
    if (strcmp(name, "boots") == 0) {
        give_int(ret_value, (int64_t)modem->boots);
        return 0;
    }
    if (strcmp(name, "firmware") == 0) {
        if (hlsim__modem_bootable_version(modem, ret_value->text, sizeof ret_value->text) == 0) {
            ret_value->type = HLSIM_VALUE_TEXT;
        }
        return 0;
    }
    if (!modem->power.on || !modem->running) {
        /* Known, but there is nobody who could say. */
        ret_value->type = HLSIM_VALUE_NULL;
        return 0;
    }
    return read_running(modem, name, ret_value);
}

/* The modem that a path is about, when it begins with `head`: "HEAD.NAME" the first, "HEAD:N.NAME"
 * any. Moves `path` to NAME; NULL when it begins otherwise, or the modem is not there. */
static struct hlsim__modem *modem_of(struct hlsim_world *world, const char *head, const char **path)
{
    const char *rest = *path + strlen(head);
    unsigned long index = 0;

    if (strncmp(*path, head, strlen(head)) != 0) {
        return NULL;
    }
    if (*rest == ':') {
        char *end;

        index = strtoul(rest + 1, &end, 10);
        rest = end;
    }
    if (*rest != '.' || index >= world->modem_count) {
        return NULL;
    }
    *path = rest + 1;
    return &world->modems[index].modem;
}

/* What AirVantage knows of a modem. */
static int read_airvantage(const struct hlsim_world *world, const struct hlsim__modem *modem,
                           const char *name, struct hlsim_value *ret_value)
{
    char path[HLSIM_PATH_MAX];
    int length = snprintf(path, sizeof path, "airvantage.%s", name);

    if (length < 0 || (size_t)length >= sizeof path) {
        return HLSIM_E_NOT_FOUND;
    }
    return hlsim__airvantage_read(world->airvantage, modem->config.imei, path, ret_value);
}

static int read_path(void *user, const char *path, struct hlsim_value *ret_value)
{
    struct hlsim_world *world = user;
    struct hlsim__modem *modem;

    memset(ret_value, 0, sizeof *ret_value);
    if (strcmp(path, "network.nat") == 0) {
        give_int(ret_value, (int64_t)hlsim_network_nat_count(&world->network));
        return 0;
    }
    if (strncmp(path, "network.peer.", 13) == 0) {
        return hlsim__read_peer(world, path + 13, ret_value);
    }
    modem = modem_of(world, "modem", &path);
    if (modem != NULL) {
        return read_modem(modem, path, ret_value);
    }
    modem = modem_of(world, "airvantage", &path);
    return modem == NULL ? HLSIM_E_NOT_FOUND : read_airvantage(world, modem, path, ret_value);
}

struct hlsim_actor hlsim_world_actor(struct hlsim_world *world)
{
    return (struct hlsim_actor){.user = world, .act = act, .undo = undo, .read = read_path};
}
