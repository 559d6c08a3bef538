/*
 * hl78sim airvantage: the model of AirVantage for real LwM2M clients. Opens the sockets, puts a
 * world behind them in which no modem has power, and lets it run.
 */
#include "command.h"
#include "control.h"
#include "far_side.h"
#include "fleet.h"
#include "internet.h"
#include "pace.h"
#include "setup_file.h"

#include <hlpty/gateway.h>
#include <hlpty/ready_file.h>

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct airvantage_options {
    struct parsed parsed;
    struct setup_overrides overrides;
    const char *listen;
    const char *security;
    const char *scenario;
    const char *control;
    const char *time;
    const char *ready_file;
    struct option_number dm_port;
    struct option_number http_port;
    struct option_number count;
};

/* The servers, in the order of enum hlsim_server. */
#define SERVERS 3

static const char *const server_names[SERVERS] = {"bootstrap", "dm", "http"};

struct service {
    const struct airvantage_options *options;
    struct hlsim_setup *setup;
    struct hlsim_modem_config *modems; /* of --count */
    struct hlsim_address listen;
    int64_t factor;
    struct hlpty_door doors[SERVERS];
    size_t door_count;
    struct ev_loop *loop;
    struct hlsim_world *world;
    struct hlsim_judge *judge; /* of the scenario: for its actions; nobody asks for its verdict */
    struct hlpty_world_loop runner;
    struct hlpty_gateway *gateway;
    struct control control;
    struct hlpty_ready_file ready;
    bool announced;
    bool has_ready;
    char failure[HLPTY_ERROR_SIZE]; /* of the ready file; "": none */
};

static enum exit_code refuse(const char *what, const char *why)
{
    fprintf(stderr, "hl78sim airvantage: %s: %s\n", what, why);
    return EXIT_USAGE;
}

static enum exit_code fail(const char *why)
{
    fprintf(stderr, "hl78sim airvantage: %s\n", why);
    return EXIT_ENVIRONMENT;
}

/* ---- What is served ---- */

static bool load_text(const struct airvantage_options *options, struct hlsim_setup **ret_setup)
{
    static const char text[] =
        "{\"name\": \"served\", \"airvantage\": {\"system\": \"registered\"}}";

    return setup_text_load("a new system", text, sizeof text - 1, &options->overrides, ret_setup);
}

/* Between the real clients and the servers is a real network. */
static void clear_network(struct hlsim_network_config *network)
{
    network->delay_up = 0;
    network->delay_down = 0;
    network->jitter = 0;
    network->loss_ppm_up = 0;
    network->loss_ppm_down = 0;
    network->bitrate = UINT32_MAX;
}

static bool load(struct service *service)
{
    const struct airvantage_options *options = service->options;
    int error;

    if (options->scenario == NULL
            ? !load_text(options, &service->setup)
            : !setup_file_load(options->scenario, &options->overrides, &service->setup)) {
        return false;
    }
    error = hlsim_setup_build_packages(service->setup);
    if (error < 0) {
        fprintf(stderr, "hl78sim airvantage: a package cannot be built: %s\n",
                hlsim_error_text(error));
        hlsim_setup_free(service->setup);
        service->setup = NULL;
        return false;
    }
    if (options->security != NULL) {
        service->setup->world.airvantage.security =
            strcmp(options->security, "psk") == 0 ? HLSIM_SECURITY_PSK : HLSIM_SECURITY_NONE;
    }
    clear_network(&service->setup->world.network);
    return true;
}

/* As many systems as were asked for instead of the scenario's one. */
static bool multiply(struct service *service)
{
    const struct option_number *count = &service->options->count;

    if (!count->given || count->value == 1) {
        return true;
    }
    fleet_save_memory();
    service->modems = fleet_make(&service->setup->modem, (size_t)count->value);
    service->setup->world.modems = service->modems;
    service->setup->world.modem_count = (size_t)count->value;
    return service->modems != NULL;
}

/* ---- Opening ---- */

static int open_doors(struct service *service, struct hlpty_error *reterr)
{
    const uint16_t ports[SERVERS] = {service->listen.port,
                                     (uint16_t)service->options->dm_port.value,
                                     (uint16_t)service->options->http_port.value};
    int error = 0;

    for (size_t i = 0; error == 0 && i < SERVERS; i++) {
        const struct hlsim_address at = {.ip = service->listen.ip, .port = ports[i]};

        error = hlpty_door_open(&service->doors[i], at, i == HLSIM_SERVER_PACKAGES, reterr);
        service->door_count += error == 0;
    }
    return error;
}

/* What devices are told: the doors. */
static void name_servers(struct service *service)
{
    struct hlsim_airvantage_config *airvantage = &service->setup->world.airvantage;
    bool secure = airvantage->security == HLSIM_SECURITY_PSK;
    char address[HLSIM_ADDRESS_SIZE];

    hlsim_address_format(service->doors[HLSIM_SERVER_DM].at, address, sizeof address);
    snprintf(airvantage->dm_uri, sizeof airvantage->dm_uri, "%s://%s", secure ? "coaps" : "coap",
             address);
    hlsim_address_format(service->doors[HLSIM_SERVER_PACKAGES].at, address, sizeof address);
    snprintf(airvantage->packages_uri, sizeof airvantage->packages_uri, "http://%s", address);
}

static void catch_up(void *user)
{
    struct service *service = user;

    hlpty_world_loop_catch_up(&service->runner);
}

static int open_gateway(struct service *service, struct hlpty_error *reterr)
{
    const struct hlpty_gateway_config config = {.loop = service->loop,
                                                .network = hlsim_world_network(service->world),
                                                .internet = HLPTY_INTERNET_LOOPBACK,
                                                .user = service,
                                                .arrived = catch_up};
    int error = hlpty_gateway_open(&config, &service->gateway, reterr);

    for (size_t i = 0; error == 0 && i < SERVERS; i++) {
        error = hlpty_gateway_admit(service->gateway, &service->doors[i],
                                    hlsim_world_server(service->world, (enum hlsim_server)i));
    }
    return error;
}

/* ---- Ready ---- */

static char *make_ready_text(const struct service *service)
{
    cJSON *root = cJSON_CreateObject();
    char *text;

    for (size_t i = 0; i < SERVERS; i++) {
        char address[HLSIM_ADDRESS_SIZE];

        hlsim_address_format(service->doors[i].at, address, sizeof address);
        cJSON_AddStringToObject(root, server_names[i], address);
    }
    if (service->options->control != NULL) {
        cJSON_AddStringToObject(root, "control", service->options->control);
    } else {
        cJSON_AddNullToObject(root, "control");
    }
    cJSON_AddNumberToObject(root, "pid", (double)getpid());
    text = cJSON_Print(root);
    cJSON_Delete(root);
    return text;
}

static void write_ready_file(struct service *service)
{
    struct hlpty_error error = {"out of memory"};
    char *text = make_ready_text(service);

    service->has_ready =
        text != NULL &&
        hlpty_ready_file_write(&service->ready, service->options->ready_file, text, &error) == 0;
    if (!service->has_ready) {
        memcpy(service->failure, error.text, sizeof error.text);
    }
    cJSON_free(text);
}

static void print_servers(const struct service *service)
{
    bool secure = service->setup->world.airvantage.security == HLSIM_SECURITY_PSK;

    printf("AirVantage, seed %llu\n", (unsigned long long)service->setup->world.seed);
    for (size_t i = 0; i < SERVERS; i++) {
        const char *scheme = i == HLSIM_SERVER_PACKAGES ? "http" : secure ? "coaps" : "coap";
        char address[HLSIM_ADDRESS_SIZE];

        hlsim_address_format(service->doors[i].at, address, sizeof address);
        printf("%s: %s://%s\n", server_names[i], scheme, address);
    }
    fflush(stdout);
}

/* In the first turn of the loop: whoever reads it may send a signal at once. */
static bool announce(void *user)
{
    struct service *service = user;

    if (!service->announced) {
        service->announced = true;
        if (service->options->ready_file != NULL) {
            write_ready_file(service);
        }
        if (service->failure[0] == '\0') {
            print_servers(service);
        }
    }
    return service->failure[0] != '\0';
}

/* ---- Serving ---- */

static int say(struct hlpty_error *reterr, int error)
{
    snprintf(reterr->text, sizeof reterr->text, "the world cannot be built: %s",
             hlsim_error_text(error));
    return error;
}

/* World, judge and control socket. */
static int prepare(struct service *service, struct hlpty_error *reterr)
{
    struct hlpty_world_loop_config loop = {
        .factor = service->factor, .user = service, .done = announce, .signals = true};
    struct hlsim_actor actors[] = {far_side_alone(), {0}};
    int error = hlsim_world_create(&service->setup->world, &service->world);

    if (error < 0) {
        return say(reterr, error);
    }
    service->loop = ev_default_loop(0);
    if (service->loop == NULL) {
        return say(reterr, HLSIM_E_IO);
    }
    control_init(&service->control, service->world, service->setup, &service->runner);
    loop.loop = service->loop;
    loop.timeline = control_timeline(&service->control);
    hlpty_world_loop_init(&service->runner, &loop);
    actors[1] = hlsim_world_actor(service->world);
    control_add_actor(&service->control, &actors[0]);
    control_add_actor(&service->control, &actors[1]);
    service->judge = hlsim_world_judge(service->world, &service->setup->scenario, actors, 2);
    if (service->judge == NULL) {
        return say(reterr, HLSIM_E_NO_MEMORY);
    }
    error = open_gateway(service, reterr);
    if (error == 0 && service->options->control != NULL) {
        error = control_open(&service->control, service->loop, service->options->control, reterr);
    }
    return error;
}

static void close_all(struct service *service)
{
    if (service->has_ready) {
        hlpty_ready_file_remove(&service->ready);
    }
    for (size_t i = 0; i < service->door_count; i++) {
        hlpty_door_close(&service->doors[i]);
    }
    hlpty_gateway_close(service->gateway);
    if (service->world != NULL) {
        control_close(&service->control);
    }
    hlsim_judge_free(service->judge);
    hlsim_world_free(service->world);
}

static enum exit_code serve(struct service *service)
{
    enum exit_code code = EXIT_PASSED;
    struct hlpty_error error;

    if (open_doors(service, &error) < 0) {
        code = fail(error.text);
    } else {
        name_servers(service);
        if (prepare(service, &error) < 0) {
            code = fail(error.text);
        } else {
            hlsim_world_start_servers(service->world);
            if (hlpty_world_loop_run(&service->runner) == HLPTY_STOP_ERROR) {
                fprintf(stderr, "hl78sim airvantage: %s\n",
                        hlsim_error_text(service->runner.error));
                code = EXIT_PROMISE;
            } else if (service->failure[0] != '\0') {
                code = fail(service->failure);
            }
        }
    }
    close_all(service);
    return code;
}

/* ---- Options ---- */

static bool is_port(const struct option_number *number)
{
    return !number->given || number->value <= UINT16_MAX;
}

/* False after a message. */
static bool check_options(struct service *service)
{
    const struct airvantage_options *options = service->options;
    const char *security = options->security;

    if (options->parsed.operands.count > 0 || options->parsed.has_tail) {
        refuse(options->parsed.has_tail ? "--" : options->parsed.operands.items[0],
               "airvantage takes options only");
        return false;
    }
    if (options->listen == NULL) {
        refuse("--listen", "is missing: HOST:PORT of the bootstrap server");
        return false;
    }
    if (security != NULL && strcmp(security, "psk") != 0 && strcmp(security, "none") != 0) {
        refuse("--security", "expected psk or none");
        return false;
    }
    if (security != NULL && strcmp(security, "psk") == 0 && !hlsim_has_dtls()) {
        refuse("--security", "psk needs a build with DTLS: this one has HL78SIM_DTLS=OFF");
        return false;
    }
    if (!is_port(&options->dm_port) || !is_port(&options->http_port)) {
        refuse(is_port(&options->dm_port) ? "--http-port" : "--dm-port", "expected 0 to 65535");
        return false;
    }
    if (options->count.given && (options->count.value < 1 || options->count.value > FLEET_MAX)) {
        refuse("--count", "expected 1 to 1000");
        return false;
    }
    if (!pace_read("airvantage", options->time != NULL ? options->time : "real",
                   &service->factor)) {
        return false;
    }
    if (service->factor < 1) {
        refuse("--time", "real sockets need real or xN");
        return false;
    }
    if (!internet_read_address("airvantage", "--listen", options->listen, &service->listen)) {
        return false;
    }
    if (service->listen.ip == 0) {
        refuse("--listen", "expected the address by which clients reach this machine, since they "
                           "are told it");
        return false;
    }
    return true;
}

static enum exit_code run(const char *program, const void *values)
{
    struct service *service = calloc(1, sizeof *service);
    enum exit_code code = EXIT_USAGE;

    (void)program;
    if (service == NULL) {
        return fail(hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    service->options = values;
    if (check_options(service) && load(service)) {
        code = multiply(service) ? serve(service) : fail(hlsim_error_text(HLSIM_E_NO_MEMORY));
        hlsim_setup_free(service->setup);
        free(service->modems);
    }
    free(service);
    return code;
}

#define AT(field) offsetof(struct airvantage_options, field)

static const struct option_row rows[] = {
    {"listen", 0, OPTION_TEXT, AT(listen), NULL, "HOST:PORT",
     "where the bootstrap server is, and with another port the others; port 0: the system chooses"},
    {"security", 0, OPTION_TEXT, AT(security), NULL, "psk|none",
     "DTLS with a key for each client (coaps), or none (coap); else as the scenario says"},
    {"dm-port", 0, OPTION_NUMBER, AT(dm_port), NULL, "PORT",
     "of the device management server; else the system chooses"},
    {"http-port", 0, OPTION_NUMBER, AT(http_port), NULL, "PORT",
     "of the store of packages; else the system chooses"},
    {"scenario", 0, OPTION_TEXT, AT(scenario), NULL, "FILE",
     "take the system, packages, operations and actions from there"},
    {"count", 0, OPTION_NUMBER, AT(count), NULL, "N",
     "so many systems (up to 1000), with numbers counted up from the scenario's"},
    {"seed", 0, OPTION_NUMBER, AT(overrides.seed), NULL, "N", "instead of the scenario's"},
    {"set", 0, OPTION_TEXTS, AT(overrides.sets), NULL, "PATH=VALUE",
     "override: modem.imei=359999000000017; may be repeated"},
    {"control", 0, OPTION_TEXT, AT(control), NULL, "PATH", "a socket for hl78sim ctl"},
    {"time", 0, OPTION_TEXT, AT(time), NULL, "real|xN",
     "by the clock (default), or N times faster"},
    {"ready-file", 0, OPTION_TEXT, AT(ready_file), NULL, "FILE",
     "JSON (bootstrap, dm, http, control, pid), written once the servers answer"},
    {.name = NULL},
};

const struct command command_airvantage = {
    .name = "airvantage",
    .operands = "--listen HOST:PORT [OPTIONS]",
    .about = "Serve the model of AirVantage to real LwM2M clients",
    .details =
        "Three servers, each on a port of its own: bootstrap, device management, and the store of "
        "packages. A client is known as the end-point urn:imei:IMEI of the scenario's modem, which "
        "has no power here: the client is the device. Its key is modem.lwm2m.key: that of the "
        "bootstrap server, or with credentials dm that of the device management server, where the "
        "identity is the end-point's name.\n"
        "With --control the actions of AirVantage can be done; all others are refused.",
    .examples = "hl78sim airvantage --listen 127.0.0.1:5684 --control /tmp/control\n"
                "hl78sim airvantage --listen 127.0.0.1:5683 --security none --scenario fota.json",
    .options = rows,
    .size = sizeof(struct airvantage_options),
    .run = run,
};
