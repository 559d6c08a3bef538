/*
 * How long a year of daily polls takes, and how long and how much memory a day of a thousand modems
 * that poll one AirVantage.
 */
#include "air.h"

#include "lib/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MODEMS 1000
#define PERIOD (120 * HLSIM_MINUTE)

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

/* Somebody who reads and says nothing. */
static size_t swallow(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    return size;
}

void bench_year(void)
{
    const struct hlsim_link_end end = {.receive = swallow};
    struct flow flow;
    double start = now();
    bool passed;

    if (!flow_open(&flow, "network/year-of-daily-polling.json", NULL)) {
        return;
    }
    hlsim_link_attach(hlsim_world_port(flow.world, 0, 0), HLSIM_HOST, &end);
    passed = flow_pass(&flow);
    flow_close(&flow);
    printf("a year of daily polls with DTLS and rotations: %.2f s (%s)\n", now() - start,
           passed ? "passed" : "FAILED");
}

static void count_sessions(void *user, const struct hlsim_event *event)
{
    const struct hlsim_field *state = hlsim_event_field(event, "state");
    unsigned long *sessions = user;

    *sessions += state != NULL && state->data != NULL && strcmp(state->data, "dm") == 0;
}

static void make_modems(const struct hlsim_setup *setup, struct hlsim_modem_config *modems)
{
    for (size_t i = 0; i < MODEMS; i++) {
        modems[i] = setup->modem;
        snprintf(modems[i].imei, sizeof modems[i].imei, "%015zu", 350000000000000u + i);
        snprintf(modems[i].serial, sizeof modems[i].serial, "T%013zu", i);
    }
}

/* They begin one after the other, spread over a period, as a fleet's modems do. */
static void power_on(struct hlsim_world *world)
{
    const struct hlsim_actor actor = hlsim_world_actor(world);

    hlsim_world_power_on(world);
    for (size_t i = 0; i < MODEMS; i++) {
        const struct hlsim_action cut = {.name = "power_cut", .modem = i};

        actor.act(actor.user, &cut);
    }
    for (size_t i = 0; i < MODEMS; i++) {
        const struct hlsim_action cut = {.name = "power_cut", .modem = i};

        hlsim_world_run_until(world, (int64_t)i * (PERIOD / MODEMS));
        actor.undo(actor.user, &cut);
    }
}

/* In the child. */
static int run_fleet(void)
{
    static const char scenario[] = "{\"name\": \"bench\", \"modem\": {\"profile\": "
                                   "\"HL7800-4.6.8.0\", \"credentials\": \"dm\","
                                   "\"settings\": {\"wdsc.3\": 120}}}";
    struct hlsim_modem_config *modems = calloc(MODEMS, sizeof *modems);
    struct hlsim_world_config config;
    struct hlsim_world *world;
    unsigned long sessions = 0;
    double start = now();
    struct flow flow;

    if (modems == NULL || !flow_open_text(&flow, scenario, NULL)) {
        return EXIT_FAILURE;
    }
    config = flow.setup->world;
    make_modems(flow.setup, modems);
    config.modems = modems;
    config.modem_count = MODEMS;
    if (hlsim_world_create(&config, &world) < 0) {
        return EXIT_FAILURE;
    }
    hlsim_stream_subscribe(hlsim_world_stream(world), HLSIM_EVENT_BIT(HLSIM_EVENT_SESSION),
                           count_sessions, &sessions);
    power_on(world);
    hlsim_world_run_until(world, HLSIM_DAY);
    printf("%d modems that poll one AirVantage for a day: %.2f s, %lu sessions", MODEMS,
           now() - start, sessions);
    hlsim_world_free(world);
    flow_close(&flow);
    free(modems);
    return EXIT_SUCCESS;
}

void bench_fleet(void)
{
    struct rusage usage = {0};
    pid_t child;
    int status;

    fflush(stdout);
    child = fork();
    if (child == 0) {
        status = run_fleet();
        fflush(stdout);
        _exit(status);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) < 0 || status != 0) {
        printf("a fleet's day: FAILED\n");
        return;
    }
    printf(", %.1f MB at most\n", (double)usage.ru_maxrss / 1024);
}
