/*
 * Serial port, wire, driver and engine as one host. Knows no judge.
 */
#include "tty_host.h"

#include <hl78sim/package.h>
#include <hl78sim/tap.h>
#include <hl78sim/time.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

/* A device on USB that starts anew is away for some seconds; one that was unplugged stays away. */
#define LOOK_EVERY 0.1 /* seconds */
#define LOOKS      300

static void emit(const struct tty_host *host, enum hlsim_event_kind kind,
                 const struct hlsim_field *fields, size_t count)
{
    hlsim_world_emit(host->config.world, "host", kind, fields, count);
}

static void break_promise(struct tty_host *host, const char *name)
{
    const struct hlsim_field fields[] = {HLSIM_TEXT("name", name)};

    host->broken = true;
    emit(host, HLSIM_EVENT_PROMISE, fields, 1);
}

void tty_host_check_report(struct tty_host *host, const struct hlsim_actor *actor)
{
    const char *wanted = host->config.setup->scenario.host.version;
    struct hlsim_value value;

    if (strcmp(hlposix_driver_report(&host->driver)->result, "updated") != 0 || wanted[0] == '\0' ||
        actor->read(actor->user, "modem.firmware", &value) < 0) {
        return;
    }
    if (value.type != HLSIM_VALUE_TEXT || hlsim_version_compare(value.text, wanted) != 0) {
        break_promise(host, "success is reported only when the wanted version runs");
    }
}

/* ---- What the driver tells ---- */

static void recorded(void *user, size_t size)
{
    const struct hlsim_field fields[] = {HLSIM_INT("size", size)};

    emit(user, HLSIM_EVENT_HOST_RECORD, fields, 1);
}

static void reported(void *user)
{
    struct tty_host *host = user;
    const struct hlposix_report *report = hlposix_driver_report(&host->driver);
    const struct hlsim_field fields[] = {
        HLSIM_TEXT("result", report->result), HLSIM_TEXT("reason", report->reason),
        HLSIM_INT("detail", report->detail),  HLSIM_TEXT("before", report->before),
        HLSIM_TEXT("after", report->after),   HLSIM_INT("outage", report->outage)};

    emit(host, HLSIM_EVENT_HOST_REPORT, fields, sizeof fields / sizeof *fields);
    if (host->config.tap == NULL) {
        tty_host_check_report(host, &host->world_actor);
    }
}

/* The host knows what passes on a real modem's line; an emulated port tells it by itself. */
static void transfer(void *user, bool on)
{
    struct tty_host *host = user;

    if (host->config.tap != NULL) {
        hlsim_tap_data(host->config.tap, HLSIM_HOST, on);
        hlsim_tap_data(host->config.tap, HLSIM_MODEM, on);
    }
}

static void failed(void *user, const char *why)
{
    struct tty_host *host = user;

    if (host->wire.open) {
        break_promise(host, "the host takes every event of its interface");
    } else {
        snprintf(host->failure, sizeof host->failure, "%s", why);
    }
}

static void tell_link(const struct tty_host *host, bool up)
{
    if (host->config.tap != NULL) {
        hlsim_tap_line(host->config.tap, HLSIM_LINE_LINK, up);
    }
}

static void look(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct tty_host *host = timer->data;

    (void)events;
    hlposix_wire_present(&host->wire);
    if (hlposix_serial_open(&host->serial, host->config.path, NULL) == 0) {
        ev_timer_stop(loop, timer);
        hlposix_wire_reopen(&host->wire, host->serial.fd);
        tell_link(host, true);
        hlposix_driver_line_back(&host->driver);
    } else if (--host->looks == 0) {
        ev_timer_stop(loop, timer);
        hlposix_driver_give_up(&host->driver, "the line to the modem is gone and does not return");
    }
}

static bool lost(void *user, const char *why)
{
    struct tty_host *host = user;

    (void)why;
    tell_link(host, false);
    hlposix_serial_close(&host->serial);
    host->looks = LOOKS;
    ev_timer_init(&host->return_timer, look, LOOK_EVERY, LOOK_EVERY);
    host->return_timer.data = host;
    ev_timer_start(host->config.loop, &host->return_timer);
    return true;
}

/* The calendar of the emulator's world, or the present machine's beside a real modem. */
static bool read_clock(void *user, int64_t *ret_now)
{
    const struct tty_host *host = user;
    time_t now = time(NULL);
    struct tm local;

    if (host->config.tap == NULL) {
        *ret_now =
            host->config.setup->world.epoch * HLSIM_SECOND + hlsim_world_now(host->config.world);
    } else {
        localtime_r(&now, &local);
        *ret_now = ((int64_t)now + local.tm_gmtoff) * HLSIM_SECOND;
    }
    return host->config.setup->scenario.host.has_clock;
}

/* ---- The judge's actor ---- */

static bool is_mine(const char *name)
{
    return strcmp(name, "host_power_cut") == 0 || strcmp(name, "product_power_cut") == 0 ||
           strcmp(name, "host_do") == 0;
}

static enum hlsim_acted act(void *user, const struct hlsim_action *action)
{
    struct tty_host *host = user;
    const struct hlsim_actor *world = &host->world_actor;

    if (!is_mine(action->name)) {
        return HLSIM_ACT_NOT_MINE;
    }
    if (strcmp(action->name, "product_power_cut") != 0) {
        const struct hlsim_actor actor = hlposix_modem_actor(&host->modem_actor);

        return actor.act(actor.user, action);
    }
    return hlposix_driver_power_cut(&host->driver) ? world->act(world->user, action)
                                                   : HLSIM_ACT_NOTHING;
}

static enum hlsim_acted undo(void *user, const struct hlsim_action *action)
{
    struct tty_host *host = user;
    const struct hlsim_actor *world = &host->world_actor;

    if (!is_mine(action->name)) {
        return HLSIM_ACT_NOT_MINE;
    }
    if (!hlposix_driver_power_back(&host->driver)) {
        return HLSIM_ACT_NOTHING;
    }
    return strcmp(action->name, "product_power_cut") == 0 ? world->undo(world->user, action)
                                                          : HLSIM_ACTED;
}

static int read_path(void *user, const char *path, struct hlsim_value *ret_value)
{
    struct tty_host *host = user;
    const struct hlsim_actor actor = hlposix_modem_actor(&host->modem_actor);

    return strncmp(path, "host.", 5) == 0 ? actor.read(actor.user, path, ret_value)
                                          : HLSIM_E_NOT_FOUND;
}

struct hlsim_actor tty_host_actor(struct tty_host *host)
{
    return (struct hlsim_actor){.user = host, .act = act, .undo = undo, .read = read_path};
}

/* ---- Life ---- */

static int set_up_engine(struct tty_host *host, struct hlposix_error *reterr)
{
    int error;

    if (!host->has_engine) {
        return 0;
    }
    error = hlpair_engine_setup(&host->config.setup->scenario.host, &host->engine);
    if (error < 0) {
        snprintf(reterr->text, sizeof reterr->text, "the built-in engine: %s",
                 hlsim_error_text(error));
    }
    return error;
}

int tty_host_open(struct tty_host *host, const struct tty_host_config *config,
                  struct hlposix_error *reterr)
{
    struct hlposix_wire_config wire = {
        .loop = config->loop, .tap = config->tap, .user = config->user, .before = config->before};
    int error;

    memset(host, 0, sizeof *host);
    host->config = *config;
    host->has_engine = config->setup->scenario.host.kind != HLSIM_SCENARIO_HOST_NONE;
    host->world_actor = hlsim_world_actor(config->world);
    hlposix_queries_init(&host->queries);
    error = set_up_engine(host, reterr);
    if (error == 0) {
        error =
            hlposix_modem_actor_init(&host->modem_actor, host->has_engine ? &host->driver : NULL,
                                     &host->queries, hlsim_world_stream(config->world));
        if (error < 0) {
            snprintf(reterr->text, sizeof reterr->text, "the stream has no room for the host");
        }
    }
    if (error == 0) {
        error = hlposix_serial_open(&host->serial, config->path, reterr);
    }
    if (error == 0) {
        wire.fd = host->serial.fd;
        hlposix_wire_open(&host->wire, &wire);
    }
    return error;
}

int tty_host_start(struct tty_host *host, struct hlposix_error *reterr)
{
    const struct hlsim_scenario_host *terms = &host->config.setup->scenario.host;
    const struct hlposix_driver_config config = {.loop = host->config.loop,
                                                 .wire = &host->wire,
                                                 .ops = &hlpair_engine_ops,
                                                 .host = &host->engine.config,
                                                 .package = terms->package_bytes,
                                                 .package_size = terms->package_size,
                                                 .clock = read_clock,
                                                 .user = host,
                                                 .recorded = recorded,
                                                 .reported = reported,
                                                 .transfer = transfer,
                                                 .lost = lost,
                                                 .failed = failed};
    int error;

    if (!host->has_engine) {
        return 0;
    }
    error = hlposix_driver_start(&host->driver, &config, reterr);
    host->started = error == 0;
    return error;
}

bool tty_host_waits(const struct tty_host *host)
{
    return host->started && host->driver.due == HLSIM_NEVER;
}

void tty_host_close(struct tty_host *host)
{
    if (host->looks > 0) {
        ev_timer_stop(host->config.loop, &host->return_timer);
    }
    if (host->started) {
        hlposix_driver_stop(&host->driver);
        host->started = false;
    }
    hlposix_queries_stop(&host->queries);
    hlposix_wire_close(&host->wire);
    hlposix_serial_close(&host->serial);
}
