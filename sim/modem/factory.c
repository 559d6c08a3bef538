/*
 * How a modem is made and unmade: its parts, what its flash holds when it leaves the factory, and
 * the promises that it keeps ever after. Knows nothing of starts.
 */
#include "modem/modem.h"

#include "base/sparse.h"
#include "modem/account.h"
#include "modem/flash_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- Promises ------------------------------------------------------------------------------- */

static bool unpowered_is_silent(const void *owner)
{
    const struct hlsim__modem *modem = owner;

    return modem->power.on || modem->power.tripped ||
           (!modem->listening && modem->timers.first == NULL);
}

/* Looked at while there is no supply: what a cut left behind must start again. */
static bool can_boot(const void *owner)
{
    const struct hlsim__modem *modem = owner;
    struct hlsim_image_info image;

    return modem->power.on || hlsim__slots_peek(&modem->flash, &image) == 0;
}

/* Asked after every step in which the modem had a part: a header that is as the start found it is
 * not parsed again. */
static bool boots_what_it_reports(const void *owner)
{
    const struct hlsim__modem *modem = owner;
    struct hlsim_image_info image;
    uint8_t header[HLSIM_IMAGE_HEADER_SIZE];

    if (!modem->power.on || !modem->running) {
        return true;
    }
    if (hlsim__flash_peek(&modem->flash, hlsim__slot_address(modem->ram.slot), header,
                          sizeof header) < 0) {
        return false;
    }
    if (memcmp(header, modem->ram.image_header, sizeof header) == 0) {
        return true;
    }
    return hlsim_image_header_parse(header, sizeof header, &image) == 0 &&
           strcmp(image.version, modem->ram.firmware) == 0;
}

static bool stored_is_a_prefix(const void *owner)
{
    const struct hlsim__modem *modem = owner;
    const struct hlsim__update *update = &modem->ram.services.update;

    if (!modem->power.on || !modem->running) {
        return true;
    }
    return update->record.stored <= update->record.size &&
           (update->record.stored == update->record.size ||
            update->record.stored % update->unit_size == 0);
}

static bool installs_only_what_is_verified(const void *owner)
{
    const struct hlsim__modem *modem = owner;

    return !modem->power.on || !modem->installing || modem->verified;
}

/* --- The factory ---------------------------------------------------------------------------- */

int hlsim__modem_preset_store(struct hlsim__modem *modem)
{
    struct hlsim__nvm_preset presets[HLSIM_SETTINGS_MAX];
    const struct hlsim_modem_config *config = &modem->config;

    for (size_t i = 0; i < config->setting_count; i++) {
        if (hlsim__setting_find(config->settings[i].key) < 0) {
            return HLSIM_E_NOT_FOUND;
        }
        presets[i] = (struct hlsim__nvm_preset){.key = config->settings[i].key,
                                                .bytes = config->settings[i].value,
                                                .size = strlen(config->settings[i].value)};
    }
    return hlsim__nvm_preset(&modem->flash, &hlsim__map_store, presets, config->setting_count);
}

int hlsim__modem_preset_account(struct hlsim__modem *modem,
                                const struct hlsim__lwm2m_account *account)
{
    uint8_t bytes[HLSIM__ACCOUNT_SIZE_MAX];
    int size = hlsim__account_encode(account, bytes, sizeof bytes);
    struct hlsim__nvm_preset preset = {.key = hlsim__account_key(HLSIM__LWM2M_DM), .bytes = bytes};

    if (size < 0) {
        return size;
    }
    preset.size = (size_t)size;
    return hlsim__nvm_preset(&modem->flash, &hlsim__map_store, &preset, 1);
}

static int init_parts(struct hlsim__modem *modem, const struct hlsim__modem_setup *setup)
{
    struct hlsim__flash_config flash = {.power = &modem->power,
                                        .stream = setup->stream,
                                        .source = modem->name,
                                        .pool = setup->pool};
    char name[HLSIM__MODEM_NAME_SIZE + 8];
    int error;

    hlsim__promise_scope_init(&modem->scope, setup->promises, modem->name);
    hlsim__timer_group_init(&modem->timers, setup->sched, &modem->scope);
    hlsim__power_init(&modem->power, setup->stream, modem->name);
    hlsim__power_register_ram(&modem->power, &modem->ram, sizeof modem->ram);
    hlsim__rng_init(&flash.rng, setup->seed, modem->name);
    snprintf(name, sizeof name, "%s/sleep", modem->name);
    hlsim__rng_init(&modem->sleep_rng, setup->seed, name);
    hlsim__rng_init(&modem->card_rng, setup->seed, "card");
    hlsim__flash_init(&modem->flash, &flash);
    error =
        hlsim__iface_init(&modem->iface, setup->network, &modem->power, &modem->scope, modem->name);
    if (error < 0) {
        return error;
    }
    hlsim__promise_add(&modem->scope, "a modem without supply does nothing", unpowered_is_silent,
                       modem);
    hlsim__promise_add(&modem->scope, "one bootable image exists", can_boot, modem);
    hlsim__promise_add(&modem->scope, "the version reported is the one that runs",
                       boots_what_it_reports, modem);
    hlsim__promise_add(&modem->scope, "what is stored is a prefix of the package",
                       stored_is_a_prefix, modem);
    hlsim__promise_add(&modem->scope, "a package is installed only after it was verified",
                       installs_only_what_is_verified, modem);
    return 0;
}

int hlsim__modem_init(struct hlsim__modem *modem, const struct hlsim__modem_setup *setup)
{
    int error;

    hlsim__clear_sparse(modem, sizeof *modem);
    snprintf(modem->name, sizeof modem->name, "modem:%zu", setup->index);
    modem->config = *setup->config;
    modem->epoch = setup->epoch;
    modem->host_ready = true;
    modem->seed = setup->seed;
    modem->sched = setup->sched;
    modem->stream = setup->stream;
    modem->network = setup->network;
    modem->faults.room = HLSIM__MAP_PACKAGE_SIZE;
    modem->known_count = setup->known_count;
    modem->known = setup->known;
    hlsim__sim_init(&modem->sim, &modem->config);
    modem->responses_given =
        calloc(modem->config.response_count + 1, sizeof *modem->responses_given);
    error = modem->responses_given == NULL ? HLSIM_E_NO_MEMORY : init_parts(modem, setup);
    if (error == 0) {
        error =
            hlsim__slots_preset(&modem->flash, modem->config.family->model, modem->config.firmware);
    }
    if (error == 0) {
        error = hlsim__modem_preset_store(modem);
    }
    if (error < 0) {
        hlsim__flash_free(&modem->flash);
        free(modem->responses_given);
    }
    return error;
}

void hlsim__modem_free(struct hlsim__modem *modem)
{
    hlsim__timer_group_drop(&modem->timers);
    hlsim__dtls_discard(&modem->dtls);
    hlsim__dialup_discard(modem);
    hlsim__sockets_discard(&modem->socket_memory);
    hlsim__web_discard(&modem->http_memory);
    hlsim__ftp_discard(&modem->ftp_memory);
    hlsim__flash_free(&modem->flash);
    hlsim__sim_free(&modem->sim);
    free(modem->quirks.personality);
    free(modem->responses_given);
}

void hlsim__modem_set_listener(struct hlsim__modem *modem,
                               const struct hlsim__modem_listener *listener)
{
    modem->listener = *listener;
}

void hlsim__modem_set_centre(struct hlsim__modem *modem, const struct hlsim__sms_centre *centre)
{
    modem->centre = *centre;
}
