/*
 * Puts the parts together and lets time pass. Decides nothing.
 */
#include "world/inside.h"

#include "base/assert.h"
#include "scenario/judge.h"
#include "world/sms_centre.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Different pages of flash that all modems of a world have together. */
#define POOL_PAGES HLSIM__FLASH_POOL_PAGES

/* --- Construction --------------------------------------------------------------------------- */

static bool silent_while_asleep(const void *owner)
{
    return hlsim__link_kept_silent(owner);
}

static int init_port(struct hlsim__world_modem *slot, unsigned index)
{
    struct hlsim__world_port *port = &slot->ports[index];
    struct hlsim_world *world = slot->world;
    char source[32];

    snprintf(source, sizeof source, "%s/port:%u", slot->modem.name, index);
    port->tap = hlsim_tap_create(&world->stream, source);
    if (port->tap == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    hlsim__link_init(&port->link, &world->sched, &slot->modem.power, &slot->modem.scope, port->tap);
    hlsim__link_seed(&port->link, slot->modem.seed, source);
    /* The first port is the UART; what a wire does is done to it. */
    if (index == 0) {
        hlsim_link_set_wire(&port->link, &slot->modem.config.wire);
    }
    hlsim__power_register_ram(&slot->modem.power, &port->ram, sizeof port->ram);
    hlsim__at_port_init(&port->at, &slot->modem, &port->link, &port->ram);
    port->at.number = index;
    hlsim__promise_add(&slot->modem.scope, "no byte leaves a UART that is off or sleeps",
                       silent_while_asleep, &port->link);
    return 0;
}

/* "apn.1" stands for the context that AT+CGDCONT defines, "cmee" for what AT&W has saved of a port.
 */
static void translate_setting(struct hlsim_setting *setting)
{
    char value[sizeof setting->value];

    if (strncmp(setting->key, "apn.", 4) == 0) {
        snprintf(value, sizeof value, "IP,%.*s", (int)sizeof value - 4, setting->value);
        memcpy(setting->value, value, sizeof value);
        memcpy(setting->key, "pdp", 3);
    } else if (strcmp(setting->key, "cmee") == 0) {
        snprintf(value, sizeof value, "CMEE=%.8s", setting->value);
        memcpy(setting->value, value, sizeof value);
        strcpy(setting->key, "port");
    }
}

/* The modem's own, as its store knows them; most modems have none. */
static int take_settings(struct hlsim__world_modem *slot, struct hlsim_modem_config *config)
{
    if (config->setting_count == 0) {
        return 0;
    }
    if (config->setting_count > HLSIM_SETTINGS_MAX) {
        return HLSIM_E_LIMIT;
    }
    slot->settings = calloc(config->setting_count, sizeof *slot->settings);
    if (slot->settings == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    memcpy(slot->settings, config->settings, config->setting_count * sizeof *slot->settings);
    config->settings = slot->settings;
    for (size_t i = 0; i < config->setting_count; i++) {
        translate_setting(&slot->settings[i]);
    }
    return 0;
}

static void power_back(void *owner)
{
    struct hlsim__world_modem *slot = owner;

    hlsim__modem_power_on(&slot->modem);
}

static void let_go(void *owner)
{
    struct hlsim__world_modem *slot = owner;

    hlsim__modem_wake(&slot->modem);
}

/*
 * A key of its own for each module, and the server that it leads to: that of the profile, whose
 * URI is one of DTLS; without security its plain twin.
 */
static bool has_key(const struct hlsim_modem_config *modem)
{
    static const unsigned char none[sizeof modem->lwm2m_key];

    return memcmp(modem->lwm2m_key, none, sizeof none) != 0;
}

static void make_bootstrap_account(const struct hlsim_world_config *config,
                                   struct hlsim_modem_config *modem)
{
    static const unsigned char none[HLSIM_BOOTSTRAP_KEY_SIZE];
    const struct hlsim_profile *profile =
        hlsim__profile_choose(modem->family, modem->firmware, hlsim_version_compare);
    enum hlsim_security security = config->airvantage.security;
    char uri[HLSIM__SERVER_URI_SIZE];
    struct hlsim__rng rng;
    char name[40];

    hlsim__airvantage_uri(HLSIM_SECURITY_PSK, true, uri);
    if (security == HLSIM_SECURITY_NONE && modem->bootstrap_uri[0] == '\0' &&
        strcmp(profile->figures.bootstrap_uri, uri) == 0) {
        hlsim__airvantage_uri(security, true, uri);
        snprintf(modem->bootstrap_uri, sizeof modem->bootstrap_uri, "%s", uri);
    }
    if (has_key(modem) && !modem->credentials) {
        memcpy(modem->bootstrap_key, modem->lwm2m_key, sizeof modem->bootstrap_key);
    }
    if (memcmp(modem->bootstrap_key, none, sizeof none) == 0) {
        snprintf(name, sizeof name, "factory/%s", modem->imei);
        hlsim__rng_init(&rng, config->seed, name);
        for (size_t i = 0; i < sizeof modem->bootstrap_key; i++) {
            modem->bootstrap_key[i] = (unsigned char)hlsim__rng_next(&rng);
        }
    }
}

static int init_modem(struct hlsim_world *world, const struct hlsim_world_config *config,
                      size_t index)
{
    struct hlsim__world_modem *slot = &world->modems[index];
    struct hlsim_modem_config modem = config->modems[index];
    const struct hlsim__modem_setup setup = {.config = &modem,
                                             .index = index,
                                             .epoch = config->epoch,
                                             .seed = config->seed,
                                             .sched = &world->sched,
                                             .stream = &world->stream,
                                             .promises = &world->promises,
                                             .network = &world->network,
                                             .pool = world->pages,
                                             .known_count = config->known_count,
                                             .known = config->known};
    int error;

    if (modem.family == NULL) {
        return HLSIM_E_INVALID;
    }
    slot->world = world;
    hlsim__timer_init(&slot->power_timer, &world->timers, power_back, slot);
    hlsim__timer_init(&slot->press_timer, &world->timers, let_go, slot);
    hlsim__timer_init(&slot->usb_timer, &world->timers, hlsim__usb_timer_ran_out, slot);
    make_bootstrap_account(config, &modem);
    error = take_settings(slot, &modem);
    if (error == 0) {
        error = hlsim__modem_init(&slot->modem, &setup);
    }
    if (error < 0) {
        free(slot->settings);
        return error;
    }
    world->modem_count++;
    hlsim__world_listen(slot);
    hlsim__sms_centre_join(slot);
    for (unsigned port = 0; error == 0 && port < modem.ports; port++) {
        error = init_port(slot, port);
        slot->port_count++;
    }
    return error;
}

/* A device that has been connected before: its account and the server's agree, and the server knows
 * its firmware. */
static int give_credentials(struct hlsim_world *world, struct hlsim__modem *modem)
{
    struct hlsim__airvantage_credentials issued;
    struct hlsim__lwm2m_account account = {.short_id = 1};
    char uri[HLSIM__SERVER_URI_SIZE];
    const struct hlsim_profile *profile =
        hlsim__profile_choose(modem->config.family, modem->config.firmware, hlsim_version_compare);
    char firmware[HLSIM_PROFILE_TEXT_MAX];
    const char *imei = modem->config.imei;
    const char *named = modem->config.lwm2m_identity;
    int error = has_key(&modem->config)
                    ? hlsim__airvantage_issue_key(world->airvantage, imei, modem->config.lwm2m_key)
                    : hlsim__airvantage_issue(world->airvantage, imei);

    if (error == 0) {
        error = hlsim__airvantage_credentials(world->airvantage, imei, &issued);
    }
    if (error < 0) {
        return error;
    }
    hlsim__airvantage_uri(world->security, false, uri);
    snprintf(account.uri, sizeof account.uri, "%s",
             modem->config.dm_uri[0] != '\0' ? modem->config.dm_uri : uri);
    snprintf(account.identity, sizeof account.identity, "%s",
             named[0] != '\0' ? named : issued.identity);
    memcpy(account.key, issued.key, sizeof issued.key);
    account.key_size = sizeof issued.key;
    account.lifetime = (uint32_t)profile->figures.lifetime;
    hlsim__modem_expand(modem, profile->figures.lwm2m_firmware, firmware, sizeof firmware);
    error = hlsim__airvantage_set_firmware(world->airvantage, modem->config.imei, firmware);
    return error < 0 ? error : hlsim__modem_preset_account(modem, &account);
}

/* The account with which a module leaves the factory; the bootstrap server is told of it. */
static int make_product(struct hlsim_world *world, const struct hlsim__modem *modem)
{
    const struct hlsim_profile *profile =
        hlsim__profile_choose(modem->config.family, modem->config.firmware, hlsim_version_compare);
    char identity[HLSIM_PROFILE_TEXT_MAX];
    int error;

    hlsim__modem_bootstrap_identity(modem, &profile->figures, identity, sizeof identity);
    error = hlsim__airvantage_product_add(world->airvantage, modem->config.imei, identity,
                                          modem->config.bootstrap_key);
    /* Two modules of one IMEI are one to the servers: the first has the key. */
    return error == HLSIM_E_EXISTS ? 0 : error;
}

static int init_airvantage(struct hlsim_world *world, const struct hlsim_world_config *config)
{
    const struct hlsim__airvantage_setup setup = {.network = &world->network,
                                                  .sched = &world->sched,
                                                  .stream = &world->stream,
                                                  .promises = &world->promises,
                                                  .seed = config->seed,
                                                  .config = &config->airvantage};
    int error = hlsim__airvantage_create(&setup, &world->airvantage);

    for (size_t i = 0; error == 0 && i < world->modem_count; i++) {
        error = make_product(world, &world->modems[i].modem);
    }
    for (size_t i = 0; error == 0 && config->airvantage.registered && i < world->modem_count; i++) {
        const struct hlsim_modem_config *modem = &world->modems[i].modem.config;

        error = hlsim__airvantage_system_add(world->airvantage, modem->imei, modem->serial);
        if (error == 0 && modem->credentials) {
            error = give_credentials(world, &world->modems[i].modem);
        }
        if (error == 0 && config->airvantage.lifecycle != HLSIM_LIFECYCLE_ACTIVE) {
            error = hlsim__airvantage_set_lifecycle(world->airvantage, modem->imei,
                                                    config->airvantage.lifecycle);
        }
    }
    return error;
}

static int init_peers(struct hlsim_world *world, const struct hlsim_world_config *config)
{
    const struct hlsim__peers_setup setup = {.network = &world->network,
                                             .sched = &world->sched,
                                             .count = config->peer_count,
                                             .peers = config->peers};

    return hlsim__peers_create(&setup, &world->peers);
}

static int allocate_modems(struct hlsim_world *world, const struct hlsim_world_config *config)
{
    size_t ports = 0;

    for (size_t i = 0; i < config->modem_count; i++) {
        if (config->modems[i].ports < 1 || config->modems[i].ports > HLSIM_PORTS_MAX) {
            return HLSIM_E_INVALID;
        }
        ports += config->modems[i].ports;
    }
    world->modems = calloc(config->modem_count, sizeof *world->modems);
    world->ports = calloc(ports, sizeof *world->ports);
    if (world->modems == NULL || world->ports == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    for (size_t i = 0, port = 0; i < config->modem_count; port += config->modems[i].ports, i++) {
        world->modems[i].ports = &world->ports[port];
    }
    return 0;
}

static int init_parts(struct hlsim_world *world, const struct hlsim_world_config *config)
{
    const struct hlsim__network_setup network = {.sched = &world->sched,
                                                 .stream = &world->stream,
                                                 .promises = &world->promises,
                                                 .seed = config->seed,
                                                 .config = &config->network};
    int error = hlsim__network_init(&world->network, &network);

    if (error < 0 || config->modem_count == 0) {
        return error;
    }
    world->network_before = config->network;
    world->security = config->airvantage.security;
    error = allocate_modems(world, config);
    for (size_t i = 0; error == 0 && i < config->modem_count; i++) {
        error = init_modem(world, config, i);
    }
    if (error == 0) {
        error = init_airvantage(world, config);
    }
    return error < 0 ? error : init_peers(world, config);
}

int hlsim_world_create(const struct hlsim_world_config *config, struct hlsim_world **ret_world)
{
    struct hlsim_world *world = calloc(1, sizeof *world);
    int error;

    if (world == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    hlsim__sched_init(&world->sched);
    hlsim__stream_init(&world->stream, &world->sched);
    hlsim__promises_init(&world->promises);
    hlsim__timer_group_init(&world->timers, &world->sched, NULL);
    hlsim__flash_pool_init(&world->pool, POOL_PAGES);
    world->pages = config->sibling != NULL ? config->sibling->pages : &world->pool;
    error = init_parts(world, config);
    if (error < 0) {
        hlsim_world_free(world);
        return error;
    }
    *ret_world = world;
    return 0;
}

static void free_modem(struct hlsim__world_modem *slot)
{
    /* The links' ends and timers lie in the ports: these go last. */
    hlsim__modem_free(&slot->modem);
    free(slot->settings);
    for (unsigned i = 0; i < slot->port_count; i++) {
        hlsim__at_port_free(&slot->ports[i].at);
        hlsim__link_free(&slot->ports[i].link);
        hlsim_tap_free(slot->ports[i].tap);
    }
}

void hlsim_world_free(struct hlsim_world *world)
{
    if (world == NULL) {
        return;
    }
    hlsim__sms_centre_free(world);
    /* The network's timers lie in the modems' interfaces: it goes first. */
    hlsim__network_free(&world->network);
    if (world->airvantage != NULL) {
        hlsim__airvantage_free(world->airvantage);
    }
    if (world->peers != NULL) {
        hlsim__peers_free(world->peers);
    }
    for (size_t i = 0; i < world->modem_count; i++) {
        free_modem(&world->modems[i]);
    }
    free(world->modems);
    free(world->ports);
    hlsim__flash_pool_free(&world->pool);
    hlsim__sched_free(&world->sched);
    free(world);
}

/* --- Access --------------------------------------------------------------------------------- */

struct hlsim_stream *hlsim_world_stream(struct hlsim_world *world)
{
    return &world->stream;
}

void hlsim_world_emit(struct hlsim_world *world, const char *source, enum hlsim_event_kind kind,
                      const struct hlsim_field *fields, size_t field_count)
{
    hlsim__emit(&world->stream, source, kind, fields, field_count);
}

struct hlsim_network *hlsim_world_network(struct hlsim_world *world)
{
    return &world->network;
}

struct hlsim_link *hlsim_world_port(struct hlsim_world *world, size_t modem, unsigned port)
{
    HLSIM_ASSERT(modem < world->modem_count);
    HLSIM_ASSERT(port < world->modems[modem].port_count);
    return &world->modems[modem].ports[port].link;
}

struct hlsim_judge *hlsim_world_judge(struct hlsim_world *world,
                                      const struct hlsim_scenario *scenario,
                                      const struct hlsim_actor *actors, size_t actor_count)
{
    return hlsim__judge_create(&world->sched, &world->stream, scenario, actors, actor_count);
}

/* --- Power ---------------------------------------------------------------------------------- */

void hlsim_world_power_on(struct hlsim_world *world)
{
    for (size_t i = 0; i < world->modem_count; i++) {
        hlsim__modem_power_on(&world->modems[i].modem);
    }
    hlsim_world_start_servers(world);
}

void hlsim_world_start_servers(struct hlsim_world *world)
{
    if (world->airvantage != NULL) {
        hlsim__airvantage_start(world->airvantage);
    }
}

struct hlsim_address hlsim_world_server(const struct hlsim_world *world, enum hlsim_server server)
{
    bool secure = world->security == HLSIM_SECURITY_PSK;
    uint16_t port = secure ? HLSIM__SECURE_PORT : HLSIM__PLAIN_PORT;
    static const char *const hosts[] = {[HLSIM_SERVER_BOOTSTRAP] = HLSIM__BOOTSTRAP_HOST,
                                        [HLSIM_SERVER_DM] = HLSIM__DM_HOST,
                                        [HLSIM_SERVER_PACKAGES] = HLSIM__PACKAGES_HOST};
    struct hlsim_address address = {.port = server == HLSIM_SERVER_PACKAGES ? HLSIM__PACKAGES_PORT
                                                                            : port};

    HLSIM_ASSERT(world->airvantage != NULL);
    (void)hlsim_network_find_name(&world->network, hosts[server], &address.ip);
    return address;
}

static bool ask_hook(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    struct hlsim__world_modem *slot = user;

    if (!slot->hook(slot->hook_user, point, ret_torn)) {
        return false;
    }
    slot->world->tripped = slot;
    return true;
}

void hlsim_world_set_cut_hook(struct hlsim_world *world, size_t modem, hlsim_cut_hook hook,
                              void *user)
{
    struct hlsim__world_modem *slot = &world->modems[modem];

    HLSIM_ASSERT(modem < world->modem_count);
    slot->hook = hook;
    slot->hook_user = user;
    hlsim__power_set_hook(&slot->modem.power, hook == NULL ? NULL : ask_hook, slot);
}

void hlsim_world_power_back_in(struct hlsim_world *world, size_t modem, int64_t off_time)
{
    HLSIM_ASSERT(modem < world->modem_count);
    hlsim__timer_set_in(&world->modems[modem].power_timer, off_time);
}

/* --- Time ----------------------------------------------------------------------------------- */

int64_t hlsim_world_now(const struct hlsim_world *world)
{
    return world->sched.now;
}

int64_t hlsim_world_next_at(const struct hlsim_world *world)
{
    return world->broken ? HLSIM_NEVER : hlsim__sched_next_at(&world->sched);
}

/* After every step: a device whose supply failed is taken down, promises are checked. */
static int settle(struct hlsim_world *world)
{
    const struct hlsim__promise *broken;
    const char *source = "";

    if (world->tripped != NULL) {
        struct hlsim__world_modem *slot = world->tripped;

        world->tripped = NULL;
        hlsim__modem_power_off(&slot->modem, "cut point");
    }
    broken = hlsim__promises_check(&world->promises, &source);
    if (broken == NULL) {
        return 0;
    }
    world->broken = true;
    HLSIM__EMIT(&world->stream, source, HLSIM_EVENT_PROMISE, HLSIM_TEXT("name", broken->name));
    return HLSIM_E_PROMISE;
}

int hlsim_world_step(struct hlsim_world *world, int64_t at)
{
    int error;

    if (world->broken) {
        return HLSIM_E_PROMISE;
    }
    if (!hlsim__sched_fire_next(&world->sched, at)) {
        return 0;
    }
    error = settle(world);
    return error < 0 ? error : 1;
}

int hlsim_world_run_until(struct hlsim_world *world, int64_t at)
{
    int result;

    do {
        result = hlsim_world_step(world, at);
    } while (result > 0);
    if (result == 0) {
        hlsim__sched_advance(&world->sched, at);
    }
    return result;
}
