/*
 * World on a port, host and judge. The host program's end is an end of the run.
 */
#include "runner_port.h"

#include "far_side.h"
#include "judging.h"
#include "port_bench.h"
#include "program_host.h"
#include "tty_host.h"

#include <hlpty/clock.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct port_run {
    const struct run_case *run;
    struct run_result *result;
    struct port_bench bench;
    struct judging judging;
    bool has_engine;
    bool has_program; /* and it was started */
    bool timed_out;
    int64_t wall;
    struct tty_host engine;
    struct program_host program;
};

/* ---- The end ---- */

/* What the host has sent is on its way no more. */
static bool modem_has_all(const struct port_run *port)
{
    return hlpty_port_taken(&port->bench.ports[0]) &&
           !hlsim_link_busy(hlsim_world_port(port->bench.world, 0, 0));
}

/* Engine and world wait for each other, and nothing is under way between them. */
static bool is_idle(const struct port_run *port)
{
    return port->has_engine && tty_host_waits(&port->engine) &&
           hlsim_world_next_at(port->bench.world) == HLSIM_NEVER && modem_has_all(port) &&
           port->bench.ports[0].pump.to_host == port->engine.wire.received;
}

static bool program_ended(const struct port_run *port)
{
    return port->has_program && !port->program.child.running;
}

static bool has_failed(const struct port_run *port)
{
    return port->bench.failure[0] != '\0' ||
           (port->has_engine && (port->engine.broken || port->engine.failure[0] != '\0'));
}

static bool is_over(const struct port_run *port)
{
    return hlsim_world_now(port->bench.world) >= port->run->setup->scenario.limit;
}

static bool done(void *user)
{
    struct port_run *port = user;
    int64_t timeout = port->run->options->timeout;

    judging_settle(&port->judging);
    port->timed_out = timeout > 0 && hlpty_clock_wall() - port->wall >= timeout;
    return port->timed_out || has_failed(port) || is_over(port) ||
           (program_ended(port) && modem_has_all(port)) || judging_done(&port->judging) ||
           is_idle(port);
}

static enum run_end end_of(struct port_run *port, enum hlpty_stop stop)
{
    if (stop == HLPTY_STOP_ERROR || (port->has_engine && port->engine.broken)) {
        return RUN_PROMISE;
    }
    if (stop == HLPTY_STOP_SIGNAL) {
        return RUN_STOPPED;
    }
    if (port->timed_out) {
        return RUN_TIMEOUT;
    }
    if (program_ended(port)) {
        return RUN_HOST_ENDED;
    }
    if (judging_done(&port->judging)) {
        return RUN_DECIDED;
    }
    return is_over(port) ? RUN_LIMIT : RUN_IDLE;
}

static void tell_failures(struct port_run *port)
{
    if (port->bench.failure[0] != '\0') {
        run_result_problem(port->result, "%s", port->bench.failure);
    } else if (port->has_engine && port->engine.failure[0] != '\0') {
        run_result_problem(port->result, "%s", port->engine.failure);
    } else if (program_ended(port)) {
        program_host_judge(&port->program, port->result);
    }
}

/* ---- The beginning ---- */

static void catch_up(void *user)
{
    struct port_run *port = user;

    hlpty_world_loop_catch_up(&port->bench.runner);
}

static int open_host(struct port_run *port)
{
    struct control *control = &port->bench.control;
    const struct tty_host_config config = {.loop = port->bench.loop,
                                           .setup = port->run->setup,
                                           .world = port->bench.world,
                                           .path = port->bench.ports[0].pty.slave_path,
                                           .user = port,
                                           .before = catch_up};
    struct hlsim_actor host;
    struct hlsim_actor world = hlsim_world_actor(port->bench.world);

    if (port->has_engine) {
        struct hlposix_error error;

        if (tty_host_open(&port->engine, &config, &error) < 0) {
            run_result_problem(port->result, "%s", error.text);
            port->has_engine = false;
            return HLSIM_E_IO;
        }
        host = tty_host_actor(&port->engine);
    } else {
        host = program_host_actor(&port->program);
    }
    control_add_actor(control, &host);
    control_add_actor(control, &world);
    return 0;
}

static int start_program(struct port_run *port)
{
    struct hlpty_error error;
    int result = program_host_start(&port->program, port->bench.loop, port->run->options,
                                    &port->bench.ports[0], &error);

    if (result < 0) {
        run_result_problem(port->result, "%s", error.text);
    }
    port->has_program = result == 0;
    return result;
}

static int start_host(struct port_run *port)
{
    struct hlposix_error error;

    if (port->run->options->parsed.tail.count > 0) {
        return start_program(port);
    }
    if (!port->has_engine) {
        fprintf(stderr, "hl78sim: the modem is at %s\n", port_bench_path(&port->bench));
        return 0;
    }
    if (tty_host_start(&port->engine, &error) < 0) {
        run_result_problem(port->result, "%s", error.text);
        return HLSIM_E_IO;
    }
    return 0;
}

static int open_control(struct port_run *port)
{
    const char *path = program_host_control(&port->program, port->run->options);
    struct hlpty_error error;

    if (path == NULL) {
        return 0;
    }
    if (control_open(&port->bench.control, port->bench.loop, path, &error) < 0) {
        run_result_problem(port->result, "%s", error.text);
        return HLSIM_E_IO;
    }
    return 0;
}

/* Judge, power and host; an error was told in the result, or is a broken promise. */
static int start(struct port_run *port)
{
    const struct control *control = &port->bench.control;
    int error = judging_open(&port->judging, port->run, port->bench.world, control->actors,
                             control->actor_count);

    if (error < 0) {
        run_result_problem(port->result, "the judge: %s", hlsim_error_text(error));
        return error;
    }
    if (port_bench_is_client(&port->bench)) {
        hlsim_judge_set_observable(port->judging.judge, HLSIM_EVENT_ALL & ~FAR_SIDE_EVENTS);
    }
    error = open_control(port);
    if (error == 0) {
        error = port_bench_start(&port->bench, PORT_BENCH_READY);
    }
    return error < 0 ? error : start_host(port);
}

/* ---- All of it ---- */

/* The world stands still meanwhile. */
static void end_program(struct port_run *port)
{
    if (port->has_program) {
        hlpty_child_ask_to_end(&port->program.child);
    }
    while (port->has_program && port->program.child.running) {
        ev_run(port->bench.loop, EVRUN_ONCE);
    }
}

static void go(struct port_run *port)
{
    int error = open_host(port);

    if (error == 0) {
        error = start(port);
        if (error == 0) {
            enum hlpty_stop stop = port_bench_run(&port->bench);

            tell_failures(port);
            judging_close(&port->judging, end_of(port, stop), port->result);
            end_program(port);
        } else if (error == HLSIM_E_PROMISE) {
            judging_close(&port->judging, RUN_PROMISE, port->result);
        }
    }
    if (port->has_engine) {
        tty_host_close(&port->engine);
    }
}

static void run_it(struct port_run *port)
{
    const struct run_options *options = port->run->options;
    const struct port_bench_config config = {.setup = port->run->setup,
                                             /* As in memory, the host has one port, and what others
                                              * would say is not judged. */
                                             .places = &options->place,
                                             .place_count = 1,
                                             .factor = options->factor,
                                             .internet = &options->internet,
                                             .user = port,
                                             .done = done};
    bool engine = options->host == NULL || strcmp(options->host, "engine") == 0;
    struct hlpty_error error;

    port->program.given = options->parsed.tail.count > 0;
    port->has_engine = engine && options->parsed.tail.count == 0 &&
                       options->place.kind == HLPTY_PLACE_PTY &&
                       port->run->setup->scenario.host.kind != HLSIM_SCENARIO_HOST_NONE;
    if (port_bench_open(&port->bench, &config, &error) < 0) {
        run_result_problem(port->result, "%s", error.text);
        return;
    }
    go(port);
    judging_free_judge(&port->judging);
    port_bench_close_ports(&port->bench);
    program_host_free(&port->program);
    port_bench_free(&port->bench);
    if (judging_free(&port->judging) < 0) {
        run_result_problem(port->result, "an output cannot be written");
    }
}

void run_on_port(const struct run_case *run, struct run_result *ret_result)
{
    struct port_run *port = calloc(1, sizeof *port);
    int64_t wall = hlpty_clock_wall();

    memset(ret_result, 0, sizeof *ret_result);
    if (port == NULL) {
        run_result_problem(ret_result, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    port->run = run;
    port->result = ret_result;
    port->wall = wall;
    run_it(port);
    free(port);
    ret_result->wall = hlpty_clock_wall() - wall;
}
