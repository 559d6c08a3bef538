/*
 * hl78sim serve: a modem that is there until it is stopped.
 */
#include "capture_file.h"
#include "command.h"
#include "fleet.h"
#include "pace.h"
#include "port_bench.h"
#include "setup_file.h"
#include "trace_file.h"

#include <hlpty/ready_file.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct serve_options {
    struct parsed parsed;
    struct setup_overrides overrides;
    const char *scenario;
    const char *pty;
    const char *control;
    const char *time;
    const char *ready_file;
    const char *pcap;
    struct option_number count;
    struct text_list ports;
    const char *state; /* not built yet */
    const char *lwm2m;
    const char *internet;
    struct text_list forwards;
    bool cold;
};

struct serving {
    const struct serve_options *options;
    struct internet internet;
    struct hlsim_setup *setup;
    struct hlsim_modem_config *modems; /* of --count */
    struct hlpty_place places[HLSIM_PORTS_MAX];
    size_t place_count;
    const char *link_path; /* of ptys; NULL: none */
    struct port_bench bench;
    struct hlsim_judge *judge; /* of the scenario: for its actions; nobody asks for its verdict */
    struct hlsim_capture *capture; /* NULL: none */
    struct text_file capture_file;
    struct hlpty_ready_file ready;
    bool announced;
    bool has_ready;
    char failure[HLPTY_ERROR_SIZE]; /* of the ready file; "": none */
};

static enum exit_code refuse(const char *what, const char *why)
{
    fprintf(stderr, "hl78sim serve: %s: %s\n", what, why);
    return EXIT_USAGE;
}

static enum exit_code fail(const char *why)
{
    fprintf(stderr, "hl78sim serve: %s\n", why);
    return EXIT_ENVIRONMENT;
}

/* ---- What is served ---- */

/* A new module that AirVantage knows. */
static bool load_factory_new(const struct serve_options *options, struct hlsim_setup **ret_setup)
{
    static const char text[] =
        "{\"name\": \"served\", \"airvantage\": {\"system\": \"registered\"}}";

    return setup_text_load("a new module", text, sizeof text - 1, &options->overrides, ret_setup);
}

static bool load(struct serving *serving)
{
    const struct serve_options *options = serving->options;
    struct hlsim_setup **setup = &serving->setup;
    int error = 0;
    bool good;

    if (options->scenario == NULL
            ? !load_factory_new(options, setup)
            : !setup_file_load(options->scenario, &options->overrides, setup)) {
        return false;
    }
    good =
        internet_prepare(&serving->internet,
                         options->scenario != NULL ? options->scenario : "hl78sim serve", *setup);
    if (good) {
        error = hlsim_setup_build_packages(*setup);
    }
    if (error < 0) {
        fprintf(stderr, "hl78sim serve: a package cannot be built: %s\n", hlsim_error_text(error));
    }
    if (error < 0 || !good) {
        hlsim_setup_free(*setup);
    }
    return error == 0 && good;
}

/* ---- Ready ---- */

static char *make_ready_text(const struct serving *serving)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *ports = cJSON_AddArrayToObject(root, "ports");
    char *text;

    for (unsigned i = 0; i < serving->bench.port_count; i++) {
        cJSON_AddItemToArray(ports, cJSON_CreateString(hlpty_port_name(&serving->bench.ports[i])));
    }
    if (serving->options->control != NULL) {
        cJSON_AddStringToObject(root, "control", serving->options->control);
    } else {
        cJSON_AddNullToObject(root, "control");
    }
    cJSON_AddNumberToObject(root, "pid", (double)getpid());
    text = cJSON_Print(root);
    cJSON_Delete(root);
    return text;
}

static void write_ready_file(struct serving *serving)
{
    struct hlpty_error error = {"out of memory"};
    char *text = make_ready_text(serving);

    serving->has_ready =
        text != NULL &&
        hlpty_ready_file_write(&serving->ready, serving->options->ready_file, text, &error) == 0;
    if (!serving->has_ready) {
        memcpy(serving->failure, error.text, sizeof error.text);
    }
    cJSON_free(text);
}

static void print_ports(const struct serving *serving)
{
    FILE *to = serving->capture_file.file == stdout ? stderr : stdout;

    fprintf(to, "%s, seed %llu\n", serving->setup->profile,
            (unsigned long long)serving->setup->world.seed);
    if (serving->setup->world.modem_count > 1 && serving->options->pty != NULL) {
        /* Thousands of lines would fill a pipe that nobody reads. */
        fprintf(to, "modems 0 to %zu: %s, %u ports each\n", serving->setup->world.modem_count - 1,
                serving->options->pty, serving->bench.ports_each);
        fflush(to);
        return;
    }
    for (unsigned i = 0; i < serving->bench.port_count; i++) {
        const struct hlpty_port *port = &serving->bench.ports[i];

        if (serving->setup->world.modem_count > 1) {
            fprintf(to, "modem %u ", i / serving->bench.ports_each);
        }
        fprintf(to, "port %u: %s", i % serving->bench.ports_each, hlpty_port_name(port));
        if (port->pty.link_path[0] != '\0') {
            fprintf(to, " -> %s", port->pty.slave_path);
        }
        fprintf(to, "\n");
    }
    fflush(to);
}

/* After every turn of the loop; says in the first one what there is: whoever reads it may send a
 * signal at once. */
static bool announce(void *user)
{
    struct serving *serving = user;

    if (serving->capture != NULL) {
        /* An error stays, and is told at the end. */
        (void)hlsim_capture_settle(serving->capture, hlsim_world_now(serving->bench.world));
    }
    if (!serving->announced) {
        serving->announced = true;
        if (serving->options->ready_file != NULL) {
            write_ready_file(serving);
        }
        if (serving->failure[0] == '\0') {
            print_ports(serving);
        }
    }
    return serving->failure[0] != '\0';
}

/* ---- Serving ---- */

static int prepare(struct serving *serving, struct hlpty_error *reterr)
{
    struct port_bench *bench = &serving->bench;
    const struct hlsim_actor world = hlsim_world_actor(bench->world);
    int error = 0;

    control_add_actor(&bench->control, &world);
    serving->judge = hlsim_world_judge(bench->world, &serving->setup->scenario, &world, 1);
    if (serving->judge == NULL) {
        snprintf(reterr->text, sizeof reterr->text, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return HLSIM_E_NO_MEMORY;
    }
    if (serving->capture_file.file != NULL) {
        error = capture_start(bench->world, serving->setup, capture_file_write,
                              &serving->capture_file, &serving->capture);
        if (error < 0) {
            snprintf(reterr->text, sizeof reterr->text, "%s", hlsim_error_text(error));
        }
    }
    if (error == 0 && serving->options->control != NULL) {
        error = control_open(&bench->control, bench->loop, serving->options->control, reterr);
    }
    if (error == 0) {
        error = port_bench_start(bench,
                                 serving->options->cold ? PORT_BENCH_COLD : PORT_BENCH_REGISTERED);
        if (error < 0) {
            snprintf(reterr->text, sizeof reterr->text, "%s", hlsim_error_text(error));
        }
    }
    return error;
}

static enum exit_code end_of(const struct serving *serving, enum hlpty_stop stop)
{
    if (stop == HLPTY_STOP_ERROR) {
        fprintf(stderr, "hl78sim serve: %s\n", hlsim_error_text(serving->bench.runner.error));
        return EXIT_PROMISE;
    }
    if (serving->failure[0] != '\0') {
        return fail(serving->failure);
    }
    return serving->bench.failure[0] != '\0' ? fail(serving->bench.failure) : EXIT_PASSED;
}

/* After the world's end. False after a message. */
static bool close_capture(struct serving *serving)
{
    bool good = true;

    if (serving->capture != NULL && hlsim_capture_end(serving->capture) < 0) {
        fail("the capture cannot be written");
        good = false;
    }
    hlsim_capture_free(serving->capture);
    return (serving->capture_file.file == NULL || text_file_close(&serving->capture_file)) && good;
}

static enum exit_code serve(struct serving *serving, int64_t factor)
{
    const struct port_bench_config config = {.setup = serving->setup,
                                             .places = serving->places,
                                             .place_count = serving->place_count,
                                             .link_path = serving->link_path,
                                             .numbered = serving->options->count.given,
                                             .ports = HLSIM_PORTS_MAX,
                                             .factor = factor,
                                             .internet = &serving->internet,
                                             .user = serving,
                                             .done = announce};
    struct hlpty_error error;
    enum exit_code code;
    int result;

    if (serving->options->pcap != NULL) {
        if (!text_file_open(&serving->capture_file, serving->options->pcap)) {
            return EXIT_ENVIRONMENT;
        }
        if (!capture_file_prepare(&serving->capture_file, true)) {
            (void)close_capture(serving);
            return EXIT_ENVIRONMENT;
        }
    }
    if (port_bench_open(&serving->bench, &config, &error) < 0) {
        (void)close_capture(serving);
        return fail(error.text);
    }
    result = prepare(serving, &error);
    if (result < 0) {
        fail(error.text);
        code = result == HLSIM_E_PROMISE ? EXIT_PROMISE : EXIT_ENVIRONMENT;
    } else {
        code = end_of(serving, port_bench_run(&serving->bench));
    }
    if (serving->has_ready) {
        hlpty_ready_file_remove(&serving->ready);
    }
    hlsim_judge_free(serving->judge);
    port_bench_close_ports(&serving->bench);
    port_bench_free(&serving->bench);
    return close_capture(serving) ? code : exit_code_worse(code, EXIT_ENVIRONMENT);
}

/* As many modems as were asked for instead of the scenario's one. */
static bool multiply(struct serving *serving)
{
    size_t count = serving->options->count.given ? (size_t)serving->options->count.value : 1;

    if (count == 1) {
        return true;
    }
    fleet_save_memory();
    serving->modems = fleet_make(&serving->setup->modem, count);
    serving->setup->world.modems = serving->modems;
    serving->setup->world.modem_count = count;
    return serving->modems != NULL;
}

/* NULL, or what is wrong with --count and the path that goes with it. */
static const char *check_count(const struct serve_options *options)
{
    const char *place = options->pty == NULL ? NULL : strstr(options->pty, "%d");

    if (!options->count.given) {
        return NULL;
    }
    if (options->ports.count > 0) {
        return "with --port: many modems are on ptys";
    }
    if (options->count.value < 1 || options->count.value > FLEET_MAX) {
        return "expected 1 to 1000";
    }
    if (options->pty != NULL && (place == NULL || strstr(place + 1, "%d") != NULL)) {
        return "the PATH of --pty needs one %d, for the modem's number";
    }
    return NULL;
}

/* A single "pty:PATH" is what --pty PATH says: links to all ports. */
static bool choose_places(struct serving *serving)
{
    const struct text_list *texts = &serving->options->ports;
    int count;

    if (texts->count == 0) {
        return true;
    }
    if (serving->options->pty != NULL) {
        refuse("--pty", "with --port: say it with --port pty:PATH");
        return false;
    }
    count = port_bench_read_places("serve", texts->items, texts->count, serving->places);
    serving->place_count = count > 0 ? (size_t)count : 0;
    if (count == 1 && serving->places[0].kind == HLPTY_PLACE_PTY) {
        serving->place_count = 0;
        serving->link_path = serving->places[0].path[0] != '\0' ? serving->places[0].path : NULL;
    }
    return count >= 0;
}

static bool choose_internet(struct serving *serving, int64_t factor)
{
    const struct serve_options *options = serving->options;
    const struct internet_options internet = {.lwm2m = options->lwm2m,
                                              .internet = options->internet,
                                              .forwards = &options->forwards,
                                              .factor = factor};

    return internet_read("serve", &internet, &serving->internet);
}

static enum exit_code run(const char *program, const void *values)
{
    const struct serve_options *options = values;
    struct serving *serving;
    enum exit_code code;
    int64_t factor;

    (void)program;
    if (check_count(options) != NULL) {
        return refuse("--count", check_count(options));
    }
    if (!pace_read("serve", options->time != NULL ? options->time : "real", &factor)) {
        return EXIT_USAGE;
    }
    if (options->state != NULL) {
        return refuse("--state", "not supported yet");
    }
    if (options->count.given && options->forwards.count > 0) {
        return refuse("--forward", "leads to one modem, and does not go with --count");
    }
    if (options->parsed.operands.count > 0 || options->parsed.has_tail) {
        return refuse(options->parsed.has_tail ? "--" : options->parsed.operands.items[0],
                      "serve takes options only");
    }
    if (factor == PACE_VIRTUAL) {
        return refuse("--time virtual", "a port needs real, xN or skip");
    }
    serving = calloc(1, sizeof *serving);
    if (serving == NULL) {
        return fail(hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    serving->options = options;
    serving->link_path = options->pty;
    code = EXIT_USAGE;
    if (choose_internet(serving, factor) && choose_places(serving) && load(serving)) {
        code =
            multiply(serving) ? serve(serving, factor) : fail(hlsim_error_text(HLSIM_E_NO_MEMORY));
        hlsim_setup_free(serving->setup);
        free(serving->modems);
    }
    free(serving);
    return code;
}

#define AT(field) offsetof(struct serve_options, field)

static const struct option_row rows[] = {
    SETUP_OVERRIDE_ROWS(AT(overrides)),
    {"scenario", 0, OPTION_TEXT, AT(scenario), NULL, "FILE",
     "take modem, network, AirVantage and actions from there"},
    {"pty", 0, OPTION_TEXT, AT(pty), NULL, "PATH",
     "a link to port 0; port 1 is at PATH.usb, further ones at PATH.usb2, ..."},
    {"count", 0, OPTION_NUMBER, AT(count), NULL, "N",
     "so many modems (up to 1000), with numbers of their own; PATH has a %d"},
    {"port", 0, OPTION_TEXTS, AT(ports), NULL, "PORT",
     "where port 0 is, and the next one when repeated: pty[:PATH], a serial port that leads to a "
     "board (/dev/ttyUSB0), or tcp:[HOST:]PORT"},
    {"control", 0, OPTION_TEXT, AT(control), NULL, "PATH", "a socket for hl78sim ctl"},
    {"time", 0, OPTION_TEXT, AT(time), NULL, "real|xN|skip",
     "by the clock (default), N times faster, or leaping over what a modem takes"},
    {"ready-file", 0, OPTION_TEXT, AT(ready_file), NULL, "FILE",
     "JSON (ports, control, pid), written once the port answers"},
    {"pcap", 0, OPTION_TEXT, AT(pcap), NULL, "FILE",
     "the simulated network for Wireshark, on both sides of the NAT box (-: standard output)"},
    {"cold", 0, OPTION_FLAG, AT(cold), NULL, NULL,
     "the first start takes its time, and the ready file does not wait for it"},
    {"state", 0, OPTION_TEXT, AT(state), NULL, "DIR", "not supported yet"},
    {"lwm2m", 0, OPTION_TEXT, AT(lwm2m), NULL, "URI",
     "the modem is a client of that real server (coap://HOST:PORT or coaps://HOST:PORT): its "
     "bootstrap server, or with credentials dm its DM server"},
    {"internet", 0, OPTION_TEXT, AT(internet), NULL, "none|loopback|host",
     "where the modem's sockets lead beyond the simulated network: nowhere (default), to this "
     "machine (default with --lwm2m and --forward), or wherever this machine can reach"},
    {"forward", 0, OPTION_TEXTS, AT(forwards), NULL, "PORT:PORT",
     "a port of 127.0.0.1 that leads to a port on which the modem listens; may be repeated"},
    {.name = NULL},
};

const struct command command_serve = {
    .name = "serve",
    .operands = "[OPTIONS]",
    .about = "Keep a modem up on a port until stopped",
    .details =
        "Without --port every AT port of the modem is on a pseudo terminal of its own. At a serial "
        "port the emulator is the modem of the board at the other end: the speed follows AT+IPR, "
        "RTS and CTS follow AT&K, the board's DTR and RTS are seen. On a TCP port one client at a "
        "time is the host, and the next one is welcome.\n"
        "A port that vanishes ends the program with status 6.",
    .examples = "hl78sim serve --pty /tmp/modem --control /tmp/control\n"
                "hl78sim serve --port /dev/ttyUSB0\n"
                "hl78sim serve --port tcp:127.0.0.1:4711 --time x60\n"
                "hl78sim serve --pty /tmp/modem --profile mine.json --internet host",
    .options = rows,
    .size = sizeof(struct serve_options),
    .run = run,
};
