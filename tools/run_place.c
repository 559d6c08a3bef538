/*
 * What goes with what among the options that say where and how fast. Runs nothing itself.
 */
#include "run_place.h"

#include "pace.h"
#include "port_bench.h"
#include "runner_memory.h"
#include "runner_modem.h"
#include "runner_port.h"

#include <stdio.h>
#include <string.h>

bool run_refuse(const char *what, const char *why)
{
    fprintf(stderr, "hl78sim run: %s: %s\n", what, why);
    return false;
}

static bool is_real_modem(const struct run_options *options)
{
    return options->modem != NULL && strcmp(options->modem, "emulator") != 0;
}

static bool check_modem(const struct run_options *options)
{
    if (options->port != NULL) {
        return run_refuse("--port", "is of the emulator and does not go with --modem TTY");
    }
    if (options->pcap != NULL) {
        return run_refuse("--pcap", "is of the simulated network, which a real modem is not in");
    }
    if (options->parsed.has_tail) {
        return run_refuse("-- HOST-COMMAND", "with --modem TTY: not supported yet");
    }
    if (options->time != NULL && strcmp(options->time, "real") != 0) {
        return run_refuse("--time", "a real modem needs real");
    }
    return true;
}

/* A host command that asks for another kind of port than there is would get nothing. */
static bool check_placeholders(const struct run_options *options)
{
    bool pty = options->place.kind == HLPTY_PLACE_PTY;
    const char *without = pty ? "{tcp}" : "{tty}";
    const struct text_list *tail = &options->parsed.tail;

    for (size_t i = 0; i < tail->count; i++) {
        if (strstr(tail->items[i], without) != NULL) {
            return run_refuse(without, pty ? "needs --port tcp:PORT"
                                           : "needs a pty; with --port tcp:PORT say {tcp}");
        }
        if (options->place.kind == HLPTY_PLACE_TTY && strstr(tail->items[i], "{tcp}") != NULL) {
            return run_refuse("{tcp}", "needs --port tcp:PORT");
        }
    }
    return true;
}

static bool check_port(struct run_options *options)
{
    if (options->port != NULL &&
        port_bench_read_places("run", &options->port, 1, &options->place) < 0) {
        return false;
    }
    if (options->parsed.has_tail && options->parsed.tail.count == 0) {
        return run_refuse("--", "a host command is missing");
    }
    if (options->parsed.has_tail && options->host != NULL) {
        return run_refuse("--host", "the host is the command after \"--\"");
    }
    if (options->place.kind != HLPTY_PLACE_PTY && options->host != NULL &&
        strcmp(options->host, "engine") == 0) {
        return run_refuse("--host engine", "at a serial or TCP port the host is whoever is there");
    }
    return check_placeholders(options);
}

/* Real sockets need real time, and a loop: the built-in host then has a pty too. */
static bool wants_sockets(const struct run_options *options)
{
    return options->lwm2m != NULL || options->forwards.count > 0 ||
           (options->reach != NULL && strcmp(options->reach, "none") != 0);
}

static bool check_time(struct run_options *options, enum run_place place)
{
    const char *time = options->time;

    if (time == NULL) {
        time = place == RUN_PLACE_MEMORY ? "virtual" : "real";
    }
    if (!pace_read("run", time, &options->factor)) {
        return false;
    }
    if (wants_sockets(options) && options->factor < 1) {
        return run_refuse("--time", "real sockets need real or xN");
    }
    if (options->factor == PACE_VIRTUAL && place != RUN_PLACE_MEMORY) {
        return run_refuse("--time virtual",
                          "needs a host in memory; a port needs real, xN or skip");
    }
    return true;
}

static bool check_internet(struct run_options *options, enum run_place place)
{
    const struct internet_options internet = {.lwm2m = options->lwm2m,
                                              .internet = options->reach,
                                              .forwards = &options->forwards,
                                              .factor = options->factor};

    if (place == RUN_PLACE_MODEM && wants_sockets(options)) {
        return run_refuse("--modem TTY", "a real modem has a network of its own, and does not go "
                                         "with --lwm2m, --internet and --forward");
    }
    return internet_read("run", &internet, &options->internet);
}

bool run_place_choose(struct run_options *options, enum run_place *ret_place)
{
    enum run_place place = RUN_PLACE_MEMORY;

    if (is_real_modem(options)) {
        place = RUN_PLACE_MODEM;
    } else if (options->port != NULL || options->parsed.has_tail || wants_sockets(options)) {
        place = RUN_PLACE_PORT;
    }
    if (place == RUN_PLACE_MODEM && !check_modem(options)) {
        return false;
    }
    if (place == RUN_PLACE_PORT && !check_port(options)) {
        return false;
    }
    if (place == RUN_PLACE_MEMORY && options->control != NULL) {
        return run_refuse("--control", "needs --port, --modem or a host command");
    }
    if (place != RUN_PLACE_MEMORY && options->repeat.given) {
        return run_refuse("--repeat", "compares runs in memory; on a port no two are alike");
    }
    *ret_place = place;
    return check_time(options, place) && check_internet(options, place);
}

bool run_place_permits(enum run_place place, const struct run_options *options, const char *path,
                       struct hlsim_setup *setup)
{
    if (place == RUN_PLACE_MODEM && !options->allow_install && scenario_may_install(setup)) {
        fprintf(stderr,
                "%s: may replace the firmware of the modem at %s: give --allow-install to permit "
                "it\n",
                path, options->modem);
        return false;
    }
    return internet_prepare(&options->internet, path, setup);
}

void run_place_run(enum run_place place, const struct run_case *run, struct run_result *ret_result)
{
    switch (place) {
    case RUN_PLACE_PORT:
        run_on_port(run, ret_result);
        break;
    case RUN_PLACE_MODEM:
        run_on_modem(run, ret_result);
        break;
    case RUN_PLACE_MEMORY:
    default:
        run_in_memory(run, ret_result);
        break;
    }
}
