/*
 * Speed in memory: AT round trips, and complete updates of 524,648 bytes in a fresh world each,
 * hash and signature included. Prints medians of some turns and judges nothing. Time is that which
 * the process had a processor, so that other work on the machine counts less.
 *
 *     hl78sim_bench [NAME]
 */
#include "air.h"

#include "lib/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TURNS   9
#define SECONDS 0.4 /* of a turn */

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

struct answers {
    unsigned long lines;
};

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct answers *answers = user;

    answers->lines += size > 0 && memchr(bytes, 'K', size) != NULL;
    return size;
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return (difference > 0) - (difference < 0);
}

static double median(double *values)
{
    qsort(values, TURNS, sizeof *values, compare);
    return values[TURNS / 2];
}

/* A module that is up and registered, and a host that counts its answers. */
static struct hlsim_link *open_module(struct flow *flow, struct answers *answers)
{
    static const char scenario[] =
        "{\"name\": \"bench\", \"modem\": {\"profile\": \"HL7800-4.6.8.0\"}}";
    const struct hlsim_link_end end = {.user = answers, .receive = receive};
    struct hlsim_link *link;

    if (!flow_open_text(flow, scenario, NULL)) {
        return NULL;
    }
    link = hlsim_world_port(flow->world, 0, 0);
    hlsim_link_attach(link, HLSIM_HOST, &end);
    flow_start(flow);
    hlsim_world_run_until(flow->world, 20 * HLSIM_SECOND);
    hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)"ATE0\r", 5);
    hlsim_world_run_until(flow->world, 21 * HLSIM_SECOND);
    answers->lines = 0;
    return link;
}

static double turn_of_round_trips(struct flow *flow, struct hlsim_link *link, unsigned long *sent)
{
    double start = now();
    unsigned long count = 0;

    while (now() - start < SECONDS) {
        for (int i = 0; i < 1000; i++, count++) {
            hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)"AT\r", 3);
            hlsim_world_run_until(flow->world, hlsim_world_now(flow->world) + 20 * HLSIM_MS);
        }
    }
    *sent += count;
    return (double)count / (now() - start);
}

static void round_trips(void)
{
    struct answers answers = {0};
    struct hlsim_link *link;
    struct flow flow;
    double rates[TURNS];
    unsigned long sent = 0;

    link = open_module(&flow, &answers);
    if (link == NULL) {
        return;
    }
    for (int i = 0; i < TURNS; i++) {
        rates[i] = turn_of_round_trips(&flow, link, &sent);
    }
    printf("AT round trips in memory: %.0f a second (%lu sent, %lu answered)\n", median(rates),
           sent, answers.lines);
    flow_close(&flow);
}

/* What a driver says to a module before it uses it. */
static const char *const start_up[] = {
    "AT",          "ATE0",        "AT+CMEE=1",  "ATI",          "AT+CGMI",     "AT+CGMM",
    "AT+CGMR",     "AT+CGSN",     "AT+KGSN=3",  "AT+CIMI",      "AT+CCID?",    "AT+CPIN?",
    "AT+IPR?",     "AT&K3",       "AT&D0",      "AT&W",         "AT&V",        "AT+KSREP=1",
    "AT+KSREP?",   "AT+CFUN?",    "AT+KSRAT?",  "AT+KBNDCFG?",  "AT+KSELACQ?", "AT+CGDCONT?",
    "AT+CREG=2",   "AT+CEREG=4",  "AT+CEREG?",  "AT+COPS=3,0",  "AT+COPS?",    "AT+CSQ",
    "AT+CESQ",     "AT+CGATT?",   "AT+CGACT?",  "AT+CGCONTRDP", "AT+CCLK?",    "AT+KURCCFG?",
    "AT+KTCPCFG?", "AT+KUDPCFG?", "AT+KSLEEP?", "AT+WDSI=4479", "AT+WDSC?",    "AT+WDSS?",
};

#define START_UP_COUNT (sizeof start_up / sizeof *start_up)
#define DIALOGUES      100 /* of a turn */

static void dialogues(void)
{
    struct answers answers = {0};
    struct hlsim_link *link;
    struct flow flow;
    double times[TURNS];

    link = open_module(&flow, &answers);
    if (link == NULL) {
        return;
    }
    for (int turn = 0; turn < TURNS; turn++) {
        double start = now();

        for (size_t i = 0; i < DIALOGUES * START_UP_COUNT; i++) {
            const char *command = start_up[i % START_UP_COUNT];

            hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)command, strlen(command));
            hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)"\r", 1);
            hlsim_world_run_until(flow.world, hlsim_world_now(flow.world) + 2 * HLSIM_SECOND);
        }
        times[turn] = (now() - start) / DIALOGUES;
    }
    printf("a driver's start-up dialogue of %zu commands in memory: %.0f us (%lu of %zu good)\n",
           START_UP_COUNT, median(times) * 1e6, answers.lines, TURNS * DIALOGUES * START_UP_COUNT);
    flow_close(&flow);
}

static bool decided(void *user)
{
    struct flow *flow = user;

    return hlsim_judge_decided(flow->judge);
}

static bool one_update(const struct hlsim_setup *setup, const struct hlpair_engine_setup *engine)
{
    struct hlpair_config config = {.ops = &hlpair_engine_ops, .host_config = &engine->config};
    struct hlsim_actor actors[2];
    struct hlpair *pair;
    struct flow flow;
    bool updated;

    memset(&flow, 0, sizeof flow);
    if (hlsim_world_create(&setup->world, &flow.world) < 0) {
        return false;
    }
    config.world = flow.world;
    if (hlpair_create(&config, &pair) < 0) {
        return false;
    }
    actors[1] = hlsim_world_actor(flow.world);
    actors[0] = hlpair_actor(pair, &actors[1]);
    flow.judge = hlsim_world_judge(flow.world, &setup->scenario, actors, 2);
    hlsim_world_power_on(flow.world);
    hlpair_power_on(pair);
    updated =
        hlpair_run(flow.world, &pair, 1, setup->scenario.limit, decided, &flow) == HLPAIR_STOPPED &&
        strcmp(hlpair_report(pair)->result, "updated") == 0;
    hlsim_judge_free(flow.judge);
    hlpair_free(pair);
    hlsim_world_free(flow.world);
    return updated;
}

static void updates(const char *label, const char *const *overrides)
{
    struct flow flow;
    unsigned long count = 0;
    unsigned long good = 0;
    double rates[TURNS];

    if (!flow_open(&flow, "fota/update-without-agreements.json", overrides)) {
        return;
    }
    for (int i = 0; i < TURNS; i++) {
        double start = now();
        unsigned long begun = count;

        while (now() - start < SECONDS) {
            good += one_update(flow.setup, &flow.engine);
            count++;
        }
        rates[i] = (double)(count - begun) / (now() - start);
    }
    printf("updates of 524,648 bytes in memory, %s: %.1f a second (%lu of %lu updated)\n", label,
           median(rates), good, count);
    flow_close(&flow);
}

static void updates_without_dtls(void)
{
    static const char *const plain[] = {"airvantage.security=none", NULL};

    updates("without DTLS", plain);
}

static void updates_with_dtls(void)
{
    updates("with DTLS", NULL);
}

static const struct {
    const char *name;
    void (*run)(void);
    bool needs_dtls;
} benches[] = {
    {"fleet", bench_fleet, false},
    {"year", bench_year, true},
    {"round-trips", round_trips, false},
    {"dialogue", dialogues, false},
    {"updates", updates_without_dtls, false},
    {"updates-dtls", updates_with_dtls, true},
};

/* Without a name all of them run. */
int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof benches / sizeof *benches; i++) {
        bool wanted = argc < 2 || strcmp(argv[1], benches[i].name) == 0;

        if (wanted && (hlsim_has_dtls() || !benches[i].needs_dtls)) {
            benches[i].run();
        }
    }
    return 0;
}
