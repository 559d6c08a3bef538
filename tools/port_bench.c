/*
 * Joins world, loop, ports and control socket. Judges nothing and starts no host.
 */
#include "port_bench.h"

#include "far_side.h"
#include "fleet.h"
#include "pace.h"

#include <hl78sim/time.h>

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A start that takes longer than this is not leapt over to its end: no SIM, no coverage. */
#define LEAP_LIMIT (2 * HLSIM_MINUTE)

/* ---- The first start ---- */

static void watch_start(void *user, const struct hlsim_event *event)
{
    struct port_bench *bench = user;
    const struct hlsim_field *step = hlsim_event_field(event, "step");
    const struct hlsim_field *status = hlsim_event_field(event, "status");

    if (event->kind == HLSIM_EVENT_BOOT && step != NULL && strcmp(step->data, "ready") == 0) {
        bench->ready++;
    } else if (event->kind == HLSIM_EVENT_NETWORK && status != NULL) {
        /* 27.007 10.1.22: home, roaming. */
        bench->registered += status->integer == 1 || status->integer == 5;
    }
}

static bool leapt(const struct port_bench *bench, enum port_bench_leap leap)
{
    size_t modems = bench->config.setup->world.modem_count;

    switch (leap) {
    case PORT_BENCH_READY:
        return bench->ready >= modems;
    case PORT_BENCH_REGISTERED:
        return bench->ready >= modems && bench->registered >= modems;
    case PORT_BENCH_COLD:
    default:
        return true;
    }
}

int port_bench_start(struct port_bench *bench, enum port_bench_leap leap)
{
    int result = 1;

    hlsim_world_power_on(bench->world);
    while (result > 0 && !leapt(bench, leap)) {
        result = hlsim_world_step(bench->world, LEAP_LIMIT);
    }
    return result < 0 ? result : 0;
}

/* ---- Time ---- */

static bool any_unread(const struct port_bench *bench)
{
    for (unsigned i = 0; i < bench->port_count; i++) {
        if (hlpty_port_unread(&bench->ports[i])) {
            return true;
        }
    }
    return false;
}

/* Unread bytes are asked for last: it takes a system call. */
static int64_t pace(void *user)
{
    const struct port_bench *bench = user;
    enum hlsim_due due = hlsim_world_due(bench->world);
    bool leaps = bench->config.factor == PACE_SKIP;

    return hlpty_pace(leaps ? HLPTY_PACE_LEAP : bench->config.factor, due,
                      leaps && due == HLSIM_DUE_MODEM && any_unread(bench));
}

static bool done(void *user)
{
    const struct port_bench *bench = user;

    return bench->config.done != NULL && bench->config.done(bench->config.user);
}

/* ---- Ports ---- */

static void catch_up(void *user)
{
    struct port_bench *bench = user;

    hlpty_world_loop_catch_up(&bench->runner);
}

static void act(void *user)
{
    struct port_bench *bench = user;

    hlpty_world_loop_act(&bench->runner);
}

static void port_gone(void *user, const char *why)
{
    struct port_bench *bench = user;

    snprintf(bench->failure, sizeof bench->failure, "%s", why);
    hlpty_world_loop_stop(&bench->runner);
}

static void port_warns(void *user, const char *what)
{
    (void)user;
    fprintf(stderr, "hl78sim: %s\n", what);
}

/* The path of a port's link; false when it is too long. */
static bool link_path(const struct port_bench_config *config, size_t modem, unsigned port,
                      char *path, size_t size)
{
    const char *base = config->link_path;
    size_t head = config->numbered ? (size_t)(strstr(base, "%d") - base) : strlen(base);
    const char *tail = config->numbered ? base + head + 2 : "";
    char number[24] = "";
    char suffix[16] = "";
    int length;

    if (config->numbered) {
        snprintf(number, sizeof number, "%zu", modem);
    }
    if (port == 1) {
        snprintf(suffix, sizeof suffix, ".usb");
    } else if (port > 1) {
        snprintf(suffix, sizeof suffix, ".usb%u", port);
    }
    length = snprintf(path, size, "%.*s%s%s%s", (int)head, base, number, tail, suffix);
    return length >= 0 && (size_t)length < size;
}

/* The place of a port; NULL: a pty with the links of the bench. */
static const struct hlpty_place *place_of(const struct port_bench *bench, unsigned index)
{
    const struct port_bench_config *config = &bench->config;

    return index < config->place_count ? &config->places[index] : NULL;
}

static int open_port(struct port_bench *bench, unsigned index, struct hlpty_error *reterr)
{
    const struct hlpty_place *place = place_of(bench, index);
    const char *base = bench->config.link_path;
    size_t modem = index / bench->ports_each;
    unsigned port = index % bench->ports_each;
    char path[HLPTY_PATH_SIZE];
    struct hlpty_port_config config = {.loop = bench->loop,
                                       .presence = bench->presence,
                                       .link = hlsim_world_port(bench->world, modem, port),
                                       .place = place,
                                       .user = bench,
                                       .arrived = catch_up,
                                       .taken = act,
                                       .gone = port_gone,
                                       .warn = port_warns};
    int error;

    if (place != NULL) {
        config.link_path = place->path[0] != '\0' ? place->path : NULL;
    } else if (base != NULL) {
        if (!link_path(&bench->config, modem, port, path, sizeof path)) {
            snprintf(reterr->text, sizeof reterr->text, "%.200s: path is too long", base);
            return HLSIM_E_LIMIT;
        }
        config.link_path = path;
    }
    error = hlpty_port_open(&bench->ports[index], &config, reterr);
    if (error == 0) {
        bench->port_count++;
    }
    return error;
}

static int open_ports(struct port_bench *bench, struct hlpty_error *reterr)
{
    const struct port_bench_config *config = &bench->config;
    const struct hlsim_setup *setup = config->setup;
    unsigned wanted = config->place_count > 0 ? (unsigned)config->place_count : config->ports;
    unsigned each = setup->modem.ports < wanted ? setup->modem.ports : wanted;
    unsigned count = each * (unsigned)setup->world.modem_count;
    int error;

    if (config->place_count > setup->modem.ports) {
        snprintf(reterr->text, sizeof reterr->text, "this modem has %u ports and not %u",
                 setup->modem.ports, wanted);
        return HLSIM_E_LIMIT;
    }
    error = fleet_permit(count, reterr);
    if (error < 0) {
        return error;
    }
    bench->ports_each = each;
    bench->ports = calloc(count, sizeof *bench->ports);
    if (bench->ports == NULL) {
        snprintf(reterr->text, sizeof reterr->text, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return HLSIM_E_NO_MEMORY;
    }
    error = hlpty_presence_create(bench->loop, &bench->presence, reterr);
    for (unsigned i = 0; error == 0 && i < count; i++) {
        error = open_port(bench, i, reterr);
        if (error == 0) {
            /* The kernel keeps so many news only. */
            hlpty_presence_poll(bench->presence);
        }
    }
    return error;
}

int port_bench_read_places(const char *command, const char *const *texts, size_t count,
                           struct hlpty_place *places)
{
    struct hlpty_error error;

    if (count > HLSIM_PORTS_MAX) {
        fprintf(stderr, "hl78sim %s: --port: a modem has %d ports at most\n", command,
                HLSIM_PORTS_MAX);
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (hlpty_place_parse(texts[i], &places[i], &error) < 0) {
            fprintf(stderr, "hl78sim %s: --port: %s and not \"%s\"\n", command, error.text,
                    texts[i]);
            return -1;
        }
    }
    return (int)count;
}

/* ---- Life ---- */

static int open_world(struct port_bench *bench, struct hlpty_error *reterr)
{
    int error = hlsim_world_create(&bench->config.setup->world, &bench->world);

    if (error == 0) {
        error = hlsim_stream_subscribe(hlsim_world_stream(bench->world),
                                       HLSIM_EVENT_BIT(HLSIM_EVENT_BOOT) |
                                           HLSIM_EVENT_BIT(HLSIM_EVENT_NETWORK),
                                       watch_start, bench);
    }
    if (error < 0) {
        snprintf(reterr->text, sizeof reterr->text, "the world cannot be built: %s",
                 hlsim_error_text(error));
    }
    return error;
}

bool port_bench_is_client(const struct port_bench *bench)
{
    return bench->config.internet != NULL && bench->config.internet->lwm2m != NULL;
}

static int open_internet(struct port_bench *bench, struct hlpty_error *reterr)
{
    const struct internet_way way = {.loop = bench->loop,
                                     .world = bench->world,
                                     .setup = bench->config.setup,
                                     .user = bench,
                                     .arrived = catch_up};
    const struct hlsim_actor absent = far_side_absent();

    if (port_bench_is_client(bench)) {
        control_add_actor(&bench->control, &absent);
    }
    return bench->config.internet == NULL
               ? 0
               : internet_open(bench->config.internet, &way, &bench->gateway, reterr);
}

int port_bench_open(struct port_bench *bench, const struct port_bench_config *config,
                    struct hlpty_error *reterr)
{
    int error;

    memset(bench, 0, sizeof *bench);
    bench->config = *config;
    bench->loop = ev_default_loop(0);
    if (bench->loop == NULL) {
        snprintf(reterr->text, sizeof reterr->text, "the event loop cannot be started");
        return HLSIM_E_IO;
    }
    error = open_world(bench, reterr);
    if (error == 0) {
        struct hlpty_world_loop_config loop = {.loop = bench->loop,
                                               .factor = config->factor,
                                               .user = bench,
                                               .pace = config->factor != 1 ? pace : NULL,
                                               .done = done,
                                               .signals = true};

        control_init(&bench->control, bench->world, config->setup, &bench->runner);
        loop.timeline = control_timeline(&bench->control);
        hlpty_world_loop_init(&bench->runner, &loop);
        error = open_ports(bench, reterr);
    }
    if (error == 0) {
        error = open_internet(bench, reterr);
    }
    if (error < 0) {
        port_bench_close_ports(bench);
        port_bench_free(bench);
        return error;
    }
    bench->control.ports = bench->ports;
    bench->control.port_count = bench->port_count;
    return 0;
}

const char *port_bench_path(const struct port_bench *bench)
{
    return hlpty_port_name(&bench->ports[0]);
}

enum hlpty_stop port_bench_run(struct port_bench *bench)
{
    enum hlpty_stop stop = hlpty_world_loop_run(&bench->runner);

    hlpty_gateway_close(bench->gateway);
    bench->gateway = NULL;
    return stop;
}

void port_bench_close_ports(struct port_bench *bench)
{
    /* Of a bench that never ran. */
    hlpty_gateway_close(bench->gateway);
    bench->gateway = NULL;
    control_close(&bench->control);
    while (bench->port_count > 0) {
        hlpty_port_close(&bench->ports[--bench->port_count]);
    }
    if (bench->presence != NULL) {
        hlpty_presence_free(bench->presence);
        bench->presence = NULL;
    }
    free(bench->ports);
    bench->ports = NULL;
}

void port_bench_free(struct port_bench *bench)
{
    hlsim_world_free(bench->world);
    bench->world = NULL;
}
