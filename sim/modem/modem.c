/*
 * Supply, starts and what a start does; nothing about what the firmware is used for.
 */
#include "modem/modem.h"

#include "base/assert.h"
#include "base/sparse.h"
#include "modem/flash_map.h"
#include "modem/flashing.h"

#include <stdio.h>
#include <string.h>

/* --- The UART ------------------------------------------------------------------------------- */

static void listen(struct hlsim__modem *modem, bool listening)
{
    if (modem->listening != listening) {
        modem->listening = listening;
        if (modem->listener.uart != NULL) {
            modem->listener.uart(modem->listener.user, listening);
        }
    }
}

void hlsim__modem_urc(struct hlsim__modem *modem, const char *text)
{
    if (modem->listening && modem->power.on && modem->listener.urc != NULL) {
        modem->listener.urc(modem->listener.user, text);
    }
}

void hlsim__modem_urc_bytes(struct hlsim__modem *modem, const char *text, const uint8_t *bytes,
                            size_t size)
{
    if (modem->listening && modem->power.on && modem->listener.urc_bytes != NULL) {
        modem->listener.urc_bytes(modem->listener.user, text, bytes, size);
    }
}

size_t hlsim__modem_urc_room(struct hlsim__modem *modem)
{
    return modem->listening && modem->power.on && modem->listener.urc_room != NULL
               ? modem->listener.urc_room(modem->listener.user)
               : 0;
}

/* --- Starts --------------------------------------------------------------------------------- */

static void say_boot(struct hlsim__modem *modem, const char *step)
{
    HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_BOOT, HLSIM_TEXT("step", step),
                HLSIM_TEXT("firmware", modem->ram.firmware));
}

static void uart_ready(void *owner)
{
    listen(owner, true);
    hlsim__modem_spurious_nul(owner);
    hlsim__sms_ready(owner);
}

static void search_begins(void *owner)
{
    struct hlsim__modem *modem = owner;

    hlsim__radio_search(&modem->ram.radio);
}

static void ready(void *owner)
{
    struct hlsim__modem *modem = owner;
    struct hlsim__modem_ram *ram = &modem->ram;

    modem->boots += ram->woken ? 0 : 1;
    ram->ready_at = modem->sched->now;
    say_boot(modem, "ready");
    if (ram->personality->quirks[HLSIM_QUIRK_sim_told_at_start] && !ram->woken) {
        hlsim__modem_urc(modem, modem->sim.present ? "+SIM: 1" : "+SIM: 0");
    }
    if (ram->woken) {
        hlsim__sleep_over(&ram->sleep, modem->hibernation.radio);
    }
    hlsim__sleep_say_awake(&ram->sleep, ram->woken);
    ram->waits_for_sim = !hlsim__sim_ready(&modem->sim);
    hlsim__services_started(&ram->services);
    hlsim__sockets_started(&ram->sockets);
    if (ram->woken) {
        hlsim__sockets_hibernated(&ram->sockets);
    }
    if (ram->woken && modem->hibernation.kept) {
        hlsim__radio_resume(&ram->radio);
    } else {
        if (!ram->personality->quirks[HLSIM_QUIRK_cereg_before_ksup]) {
            hlsim__radio_search(&ram->radio);
        }
        hlsim__radio_found_soon(&ram->radio);
    }
    hlsim__sleep_consider(&ram->sleep);
}

static void connected(struct hlsim__modem *modem, bool up)
{
    hlsim__services_network(&modem->ram.services, up);
    hlsim__sockets_network(&modem->ram.sockets);
}

static void start_firmware(struct hlsim__modem *modem)
{
    struct hlsim__modem_ram *ram = &modem->ram;
    const struct hlsim__figures *figures = &ram->personality->figures;

    modem->running = true;
    hlsim__settings_load(&ram->settings, &ram->store, ram->personality);
    hlsim__clock_started(modem);
    hlsim__radio_init(&ram->radio, modem, connected);
    if (hlsim__flashing_is_stuck(modem)) {
        hlsim__radio_set_functionality(&ram->radio, 0);
    }
    hlsim__rest_init(&ram->rest, modem);
    hlsim__sleep_init(&ram->sleep, modem);
    hlsim__pdp_init(&ram->pdp, modem);
    hlsim__sms_init(&ram->sms, modem);
    hlsim__services_init(&ram->services, modem);
    hlsim__sockets_init(&ram->sockets, modem);
    if (ram->woken) {
        ram->deaf = ram->personality->quirks[HLSIM_QUIRK_deaf_after_hibernate];
        hlsim__timer_set_in(&ram->deaf_timer, figures->hibernate_wake_deaf);
        hlsim__timer_set_in(&ram->ready_timer, figures->hibernate_wake_ksup);
        if (!modem->hibernation.kept) {
            hlsim__timer_set_in(&ram->search_timer, figures->hibernate_wake_deaf);
        }
        return;
    }
    hlsim__timer_set_in(&ram->deaf_timer, figures->boot_deaf);
    if (ram->personality->quirks[HLSIM_QUIRK_cereg_before_ksup]) {
        hlsim__timer_set_in(&ram->search_timer, figures->boot_cereg);
    }
    hlsim__timer_set_in(&ram->ready_timer, figures->boot_ksup);
}

void hlsim__modem_sim_changed(struct hlsim__modem *modem)
{
    /* A start, and a modem that is switching off, look at the card by themselves. */
    if (!modem->power.on || !modem->listening) {
        return;
    }
    hlsim__radio_sim_changed(&modem->ram.radio);
    if (modem->ram.waits_for_sim && hlsim__sim_ready(&modem->sim)) {
        modem->ram.waits_for_sim = false;
        hlsim__services_sim_ready(&modem->ram.services);
    }
}

bool hlsim__modem_card_is_mute(struct hlsim__modem *modem)
{
    const struct hlsim_profile *personality = modem->ram.personality;

    return personality->quirks[HLSIM_QUIRK_ccid_unanswered_early] &&
           modem->sched->now < modem->ram.ready_at + personality->figures.ccid_early &&
           (int64_t)hlsim__rng_below(&modem->card_rng, 100) < personality->figures.ccid_unanswered;
}

void hlsim__modem_set_functionality(struct hlsim__modem *modem, int functionality)
{
    if (functionality == 0 &&
        modem->ram.personality->quirks[HLSIM_QUIRK_pin_asked_again_after_cfun_0]) {
        hlsim__sim_restart(&modem->sim);
    }
    hlsim__radio_set_functionality(&modem->ram.radio, functionality);
}

static void reset_now(void *owner)
{
    hlsim__modem_reset(owner, "command");
}

static void fall_silent(void *owner);

/* Everything a start knows comes from flash. */
static int read_flash(struct hlsim__modem *modem)
{
    struct hlsim__modem_ram *ram = &modem->ram;
    struct hlsim_image_info image;
    int error = hlsim__slots_mount(&ram->boot, &modem->flash);

    if (error == 0) {
        error = hlsim__nvm_mount(&ram->store, &modem->flash, &hlsim__map_store);
    }
    if (error == 0) {
        ram->slot = hlsim__slots_running(&ram->boot);
        error = hlsim__slot_image(&modem->flash, ram->slot, &image);
    }
    if (error < 0) {
        return error;
    }
    hlsim__flash_peek(&modem->flash, hlsim__slot_address(ram->slot), ram->image_header,
                      sizeof ram->image_header);
    memcpy(ram->firmware, image.version, sizeof image.version);
    hlsim__modem_choose_personality(modem);
    return 0;
}

int hlsim__modem_bootable_version(const struct hlsim__modem *modem, char *ret_text, size_t size)
{
    struct hlsim_image_info image;
    int error = hlsim__slots_peek(&modem->flash, &image);

    if (error == 0) {
        snprintf(ret_text, size, "%s", image.version);
    }
    return error;
}

static void start(struct hlsim__modem *modem)
{
    struct hlsim__modem_ram *ram = &modem->ram;
    struct hlsim__update_record record;
    int error;

    hlsim__clear_sparse(ram, sizeof *ram);
    hlsim__sim_restart(&modem->sim);
    modem->sim.unreadable = false;
    ram->woken = modem->hibernation.on;
    modem->hibernation.on = false;
    modem->starts++;
    /* An installer that a cut or another start ended does not run any more. */
    modem->installing = false;
    hlsim__timer_init(&ram->deaf_timer, &modem->timers, uart_ready, modem);
    hlsim__timer_init(&ram->search_timer, &modem->timers, search_begins, modem);
    hlsim__timer_init(&ram->ready_timer, &modem->timers, ready, modem);
    hlsim__timer_init(&ram->reset_timer, &modem->timers, reset_now, modem);
    hlsim__timer_init(&ram->off_timer, &modem->timers, fall_silent, modem);
    error = read_flash(modem);
    if (error < 0) {
        hlsim__modem_flash_failed(modem, error);
        return;
    }
    say_boot(modem, "start");
    if (hlsim__flashing_takes_start(modem)) {
        return;
    }
    hlsim__update_record_load(&ram->store, &record);
    if (record.state == HLSIM__UPDATE_INSTALLING) {
        say_boot(modem, "install");
        hlsim__install_begin(&ram->install, modem);
    } else {
        start_firmware(modem);
    }
}

/* Nothing of the firmware that ran acts any more. */
static void stop(struct hlsim__modem *modem)
{
    hlsim__timer_group_drop(&modem->timers);
    hlsim__iface_reset(&modem->iface);
    hlsim__dtls_discard(&modem->dtls);
    hlsim__dialup_discard(modem);
    hlsim__sockets_discard(&modem->socket_memory);
    hlsim__web_discard(&modem->http_memory);
    hlsim__ftp_discard(&modem->ftp_memory);
    listen(modem, false);
    modem->asleep = false;
    modem->hibernation.on = false;
    modem->running = false;
    modem->downloading = false;
}

/* --- Switching off -------------------------------------------------------------------------- */

static void fall_asleep(void *owner)
{
    struct hlsim__modem *modem = owner;

    if (!modem->ram.leaves_at_once) {
        hlsim__radio_set_functionality(&modem->ram.radio, 0);
    }
    say_boot(modem, "off");
    stop(modem);
    modem->asleep = true;
}

static void fall_silent(void *owner)
{
    struct hlsim__modem *modem = owner;
    struct hlsim__modem_ram *ram = &modem->ram;

    listen(modem, false);
    if (ram->leaves_at_once) {
        fall_asleep(modem);
        return;
    }
    hlsim__services_close(&ram->services);
    hlsim__timer_init(&ram->off_timer, &modem->timers, fall_asleep, modem);
    hlsim__timer_set_in(&ram->off_timer, ram->personality->figures.switch_off_time);
}

void hlsim__modem_switch_off_soon(struct hlsim__modem *modem, bool fast)
{
    struct hlsim__modem_ram *ram = &modem->ram;

    ram->leaves_at_once = fast;
    hlsim__timer_set_in(&ram->off_timer, ram->personality->figures.reset_after);
}

bool hlsim__modem_sleeps(const struct hlsim__modem *modem)
{
    return modem->power.on &&
           (modem->asleep || (modem->running && modem->ram.sleep.depth != HLSIM__AWAKE));
}

bool hlsim__modem_wake(struct hlsim__modem *modem)
{
    if (!hlsim__modem_sleeps(modem)) {
        return false;
    }
    hlsim__promise_touch(&modem->scope);
    if (!modem->asleep) {
        return hlsim__sleep_wake(&modem->ram.sleep);
    }
    hlsim__timer_group_drop(&modem->timers);
    modem->asleep = false;
    start(modem);
    return true;
}

static void alarm_rings(void *owner)
{
    hlsim__modem_wake(owner);
}

void hlsim__modem_hibernate(struct hlsim__modem *modem)
{
    say_boot(modem, "hibernate");
    stop(modem);
    modem->asleep = true;
    modem->hibernation.on = true;
    hlsim__timer_init(&modem->hibernation.alarm, &modem->timers, alarm_rings, modem);
}

void hlsim__modem_power_on(struct hlsim__modem *modem)
{
    if (!modem->power.on) {
        hlsim__promise_touch(&modem->scope);
        hlsim__power_on(&modem->power);
        modem->cold = true;
        start(modem);
    }
}

void hlsim__modem_power_off(struct hlsim__modem *modem, const char *by)
{
    if (modem->power.on || modem->power.tripped) {
        hlsim__promise_touch(&modem->scope);
        stop(modem);
        modem->monitor_high = false;
        hlsim__power_off(&modem->power, by);
    }
}

void hlsim__modem_reset(struct hlsim__modem *modem, const char *by)
{
    if (modem->power.on) {
        hlsim__promise_touch(&modem->scope);
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_BOOT, HLSIM_TEXT("step", "reset"),
                    HLSIM_TEXT("by", by));
        stop(modem);
        modem->cold = false;
        start(modem);
    }
}

void hlsim__modem_reset_soon(struct hlsim__modem *modem)
{
    hlsim__timer_set_in(&modem->ram.reset_timer, modem->ram.personality->figures.reset_after);
}

static void install_now(void *owner)
{
    struct hlsim__modem *modem = owner;

    stop(modem);
    modem->cold = false;
    say_boot(modem, "install");
    hlsim__install_begin(&modem->ram.install, modem);
}

void hlsim__modem_enter_install(struct hlsim__modem *modem)
{
    struct hlsim__modem_ram *ram = &modem->ram;

    hlsim__timer_init(&ram->install_timer, &modem->timers, install_now, modem);
    hlsim__timer_set_in(&ram->install_timer, ram->personality->figures.install_silent);
}

void hlsim__modem_leave_install(struct hlsim__modem *modem)
{
    stop(modem);
    start(modem);
}

void hlsim__modem_flash_failed(const struct hlsim__modem *modem, int error)
{
    /* A loss of power unwinds by itself. The pool of a world that is too small, or a store that is
     * laid out too small, is our own mistake. */
    HLSIM_ASSERT(error == HLSIM_E_POWER && !modem->power.on);
}

bool hlsim__modem_owes(const struct hlsim__modem *modem)
{
    const struct hlsim__modem_ram *ram = &modem->ram;

    /* What an installer that hangs owes never comes: its timer says whether it goes on. */
    return modem->power.on &&
           (hlsim__timer_armed(&ram->deaf_timer) || hlsim__timer_armed(&ram->ready_timer) ||
            hlsim__timer_armed(&ram->reset_timer) || hlsim__timer_armed(&ram->install_timer) ||
            hlsim__timer_armed(&ram->install.timer) ||
            hlsim__timer_armed(&ram->radio.found_timer) ||
            (modem->running &&
             (hlsim__services_owe(&ram->services) || hlsim__sleep_owes(&ram->sleep))));
}
