/*
 * A world without modems is the judge's bench; the modem is at the other end of a wire with a tap.
 * What cannot be seen or done there is skipped by the judge.
 */
#include "runner_modem.h"

#include "control.h"
#include "judging.h"
#include "modem_restart.h"
#include "tty_host.h"

#include <hl78sim/tap.h>
#include <hl78sim/time.h>
#include <hlpty/clock.h>

#include <ev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Seconds after which a restarted modem is up, even when AT+KSREP is off and it says nothing. */
#define SILENCE 30.0

struct modem_run {
    const struct run_case *run;
    struct run_result *result;
    struct ev_loop *loop;
    struct hlsim_world *world;
    struct hlsim_tap *tap;
    struct hlpty_world_loop runner;
    struct control control;
    struct judging judging;
    struct tty_host host;
    struct hlposix_modem_actor *actor;
    ev_timer silence;
    bool host_failed; /* it could not be started, and the result says why */
    bool asking;      /* the run is over: queries only */
    bool timed_out;
    int64_t wall;
};

/* ---- What a scenario may do ---- */

/* True when `command` stands in the bytes, in whatever case. */
static bool holds(const uint8_t *bytes, size_t size, const char *command)
{
    size_t length = strlen(command);

    for (size_t i = 0; i + length <= size; i++) {
        if (strncasecmp((const char *)bytes + i, command, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool script_installs(const struct hlsim_scenario_host *host)
{
    static const char *const commands[] = {"AT+WDSR=4", "AT+WDSD="};

    for (size_t i = 0; i < host->step_count; i++) {
        for (size_t j = 0; j < sizeof commands / sizeof *commands; j++) {
            const struct hlsim_scenario_step *step = &host->steps[i];

            if (strncasecmp(step->send, commands[j], strlen(commands[j])) == 0 ||
                holds(step->data, step->data_size, commands[j])) {
                return true;
            }
        }
    }
    return false;
}

static bool actions_install(const struct hlsim_scenario *scenario)
{
    static const char *const actions[] = {"operation_create", "firmware_set"};

    for (size_t i = 0; i < scenario->action_count; i++) {
        for (size_t j = 0; j < sizeof actions / sizeof *actions; j++) {
            if (strcmp(scenario->actions[i].action.name, actions[j]) == 0) {
                return true;
            }
        }
    }
    return false;
}

bool scenario_may_install(const struct hlsim_setup *setup)
{
    return setup->world.airvantage.operation_count > 0 ||
           setup->scenario.host.kind == HLSIM_SCENARIO_HOST_GOAL ||
           script_installs(&setup->scenario.host) || actions_install(&setup->scenario);
}

/* ---- The end ---- */

static bool has_failed(const struct modem_run *modem)
{
    return modem->host_failed || modem->host.broken || modem->host.failure[0] != '\0';
}

static bool is_over(const struct modem_run *modem)
{
    return hlsim_world_now(modem->world) >= modem->run->setup->scenario.limit;
}

static bool done(void *user)
{
    struct modem_run *modem = user;
    int64_t timeout = modem->run->options->timeout;

    if (modem->asking) {
        return !modem->host.queries.running;
    }
    modem->timed_out = timeout > 0 && hlpty_clock_wall() - modem->wall >= timeout;
    return modem->timed_out || has_failed(modem) || is_over(modem) || judging_done(&modem->judging);
}

static enum run_end end_of(struct modem_run *modem, enum hlpty_stop stop)
{
    if (stop == HLPTY_STOP_ERROR || modem->host.broken) {
        return RUN_PROMISE;
    }
    if (stop == HLPTY_STOP_SIGNAL) {
        return RUN_STOPPED;
    }
    if (modem->timed_out) {
        return RUN_TIMEOUT;
    }
    return judging_done(&modem->judging) ? RUN_DECIDED : RUN_LIMIT;
}

static void want_finals(struct modem_run *modem)
{
    const struct hlsim_scenario *scenario = &modem->run->setup->scenario;

    for (size_t i = 0; i < scenario->expect_count; i++) {
        for (size_t j = 0; j < scenario->expects[i].final_count; j++) {
            /* What no query tells is told by the actor, or skipped. */
            (void)hlposix_queries_want(&modem->host.queries, scenario->expects[i].finals[j].path);
        }
    }
    (void)hlposix_queries_want(&modem->host.queries, "modem.firmware");
}

/* Asks the modem what can be known after the run; the host stays away from then on. */
static void ask_modem(struct modem_run *modem)
{
    const struct hlposix_queries_run queries = {.loop = modem->loop, .wire = &modem->host.wire};
    const struct hlsim_actor actor = hlposix_modem_actor(modem->actor);
    /* What is asked from here on is no part of the scenario. */
    const struct hlsim_field mark[] = {HLSIM_TEXT("name", "queries"),
                                       HLSIM_TEXT("outcome", "struck")};

    (void)hlposix_driver_power_cut(&modem->host.driver);
    if (modem->host.failure[0] != '\0') {
        return;
    }
    modem->asking = true;
    want_finals(modem);
    hlsim_world_emit(modem->world, "judge", HLSIM_EVENT_ACTION, mark, 2);
    hlposix_queries_start(&modem->host.queries, &queries);
    (void)hlpty_world_loop_run(&modem->runner);
    hlposix_queries_stop(&modem->host.queries);
    tty_host_check_report(&modem->host, &actor);
}

/* ---- The beginning ---- */

static void catch_up(void *user)
{
    struct modem_run *modem = user;

    hlpty_world_loop_catch_up(&modem->runner);
}

static void start_host(struct modem_run *modem)
{
    struct hlposix_error error;

    ev_timer_stop(modem->loop, &modem->silence);
    if (tty_host_start(&modem->host, &error) < 0) {
        run_result_problem(modem->result, "%s", error.text);
        modem->host_failed = true;
    }
}

/* The first sign of the module's new life: the host is there from now on, as it is when both get
 * power at once. */
static void on_first_bytes(void *user, const uint8_t *bytes, size_t size)
{
    struct modem_run *modem = user;
    const struct hlposix_wire_party *party = &modem->host.wire.party;

    hlposix_wire_attach(&modem->host.wire, NULL);
    start_host(modem);
    if (party->receive != NULL) {
        party->receive(party->user, bytes, size);
    }
}

static void on_gone(void *user, int number)
{
    struct modem_run *modem = user;

    hlsim_tap_line(modem->tap, HLSIM_LINE_LINK, false);
    snprintf(modem->host.failure, sizeof modem->host.failure, "the line to the modem is gone: %s",
             number != 0 ? strerror(number) : "hung up");
}

static void on_silence(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct modem_run *modem = watcher->data;

    (void)loop;
    (void)events;
    catch_up(modem);
    hlposix_wire_attach(&modem->host.wire, NULL);
    start_host(modem);
}

/* Restarts the module, and lets the host wait for it. */
static void begin(struct modem_run *modem)
{
    const struct hlposix_wire_party party = {
        .user = modem, .receive = on_first_bytes, .gone = on_gone};
    const struct hlposix_wire_config wire = modem->host.wire.config;
    bool restarted;

    hlposix_wire_close(&modem->host.wire);
    restarted = modem_restart(modem->loop, modem->host.serial.fd);
    hlposix_wire_open(&modem->host.wire, &wire);
    if (!restarted) {
        fprintf(stderr,
                "hl78sim: the modem does not restart by AT+CFUN=1,1: it is taken as it is\n");
        start_host(modem);
        return;
    }
    hlposix_wire_attach(&modem->host.wire, &party);
    ev_timer_init(&modem->silence, on_silence, SILENCE, 0.0);
    modem->silence.data = modem;
    ev_now_update(modem->loop);
    ev_timer_start(modem->loop, &modem->silence);
}

static int open_world(struct modem_run *modem)
{
    struct hlsim_world_config config = modem->run->setup->world;
    int error;

    config.modem_count = 0;
    error = hlsim_world_create(&config, &modem->world);
    if (error == 0) {
        modem->tap = hlsim_tap_create(hlsim_world_stream(modem->world), "modem:0/port:0");
        error = modem->tap == NULL ? HLSIM_E_NO_MEMORY : 0;
    }
    if (error < 0) {
        run_result_problem(modem->result, "the bench cannot be built: %s", hlsim_error_text(error));
    }
    return error;
}

static int open_host(struct modem_run *modem)
{
    const struct tty_host_config config = {.loop = modem->loop,
                                           .setup = modem->run->setup,
                                           .world = modem->world,
                                           .path = modem->run->options->modem,
                                           .tap = modem->tap,
                                           .user = modem,
                                           .before = catch_up};
    const char *host = modem->run->options->host;
    struct hlposix_error error;

    if (tty_host_open(&modem->host, &config, &error) < 0) {
        run_result_problem(modem->result, "%s", error.text);
        return HLSIM_E_IO;
    }
    if (host != NULL && strcmp(host, "none") == 0) {
        modem->host.has_engine = false;
    }
    modem->actor = &modem->host.modem_actor;
    hlposix_modem_actor_set_port(modem->actor, &modem->host.serial, modem->tap);
    return 0;
}

static int open_judge(struct modem_run *modem)
{
    struct control *control = &modem->control;
    const char *path = modem->run->options->control;
    const struct hlsim_actor actor = hlposix_modem_actor(modem->actor);
    const struct hlsim_actor world = hlsim_world_actor(modem->world);
    struct hlpty_error text;
    int error;

    control_add_actor(control, &actor);
    control_add_actor(control, &world);
    error = judging_open(&modem->judging, modem->run, modem->world, control->actors,
                         control->actor_count);
    if (error < 0) {
        run_result_problem(modem->result, "the judge: %s", hlsim_error_text(error));
        return error;
    }
    hlsim_judge_set_observable(modem->judging.judge, RUNNER_MODEM_OBSERVABLE);
    if (path != NULL && control_open(control, modem->loop, path, &text) < 0) {
        run_result_problem(modem->result, "%s", text.text);
        return HLSIM_E_IO;
    }
    return 0;
}

/* ---- All of it ---- */

static void prepare_loop(struct modem_run *modem)
{
    struct hlpty_world_loop_config config = {
        .loop = modem->loop, .factor = 1, .user = modem, .done = done, .signals = true};

    control_init(&modem->control, modem->world, modem->run->setup, &modem->runner);
    config.timeline = control_timeline(&modem->control);
    hlpty_world_loop_init(&modem->runner, &config);
}

static void go(struct modem_run *modem)
{
    enum hlpty_stop stop;
    enum run_end end;

    if (open_judge(modem) == 0) {
        begin(modem);
        hlsim_world_power_on(modem->world);
        stop = hlpty_world_loop_run(&modem->runner);
        end = end_of(modem, stop);
        ev_timer_stop(modem->loop, &modem->silence);
        if (modem->host.failure[0] != '\0') {
            run_result_problem(modem->result, "%s", modem->host.failure);
        }
        ask_modem(modem);
        judging_close(&modem->judging, modem->host.broken ? RUN_PROMISE : end, modem->result);
    }
    control_close(&modem->control);
}

static void run_it(struct modem_run *modem)
{
    modem->loop = ev_default_loop(0);
    if (modem->loop == NULL) {
        run_result_problem(modem->result, "the event loop cannot be started");
        return;
    }
    if (open_world(modem) == 0) {
        prepare_loop(modem);
        if (open_host(modem) == 0) {
            go(modem);
            tty_host_close(&modem->host);
        }
    }
    judging_free_judge(&modem->judging);
    hlsim_tap_free(modem->tap);
    hlsim_world_free(modem->world);
    if (judging_free(&modem->judging) < 0) {
        run_result_problem(modem->result, "an output cannot be written");
    }
}

void run_on_modem(const struct run_case *run, struct run_result *ret_result)
{
    struct modem_run *modem = calloc(1, sizeof *modem);
    int64_t wall = hlpty_clock_wall();

    memset(ret_result, 0, sizeof *ret_result);
    if (modem == NULL) {
        run_result_problem(ret_result, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    modem->run = run;
    modem->result = ret_result;
    modem->wall = wall;
    run_it(modem);
    free(modem);
    ret_result->wall = hlpty_clock_wall() - wall;
}
