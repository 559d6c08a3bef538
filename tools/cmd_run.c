/*
 * hl78sim run: scenarios one after the other, each with one verdict.
 */
#include "command.h"
#include "outcome.h"
#include "report_junit.h"
#include "run.h"
#include "run_place.h"
#include "runner_memory.h"
#include "trace_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Runs of one scenario that are compared at most. */
#define REPEAT_MAX 1000

struct session {
    const char *program;
    struct run_options options;
    enum run_place place;
    struct text_list files;
    struct hlsim_setup **setups; /* NULL from the moment on when one was run */
    struct outcome *outcomes;
    size_t outcome_count;
    FILE *banner; /* where results are told */
    FILE *transcript;
};

/* ---- Options ---- */

static bool is_stdout(const char *path)
{
    return path != NULL && strcmp(path, "-") == 0;
}

static bool check_options(struct run_options *options, enum run_place *ret_place)
{
    const char *host = options->host;

    if (host != NULL && strcmp(host, "engine") != 0 && strcmp(host, "none") != 0) {
        return strstr(host, ".so") != NULL ? run_refuse("--host FILE.so", "not supported yet")
                                           : run_refuse("--host", "expected engine or none");
    }
    if (is_stdout(options->trace) + is_stdout(options->junit) + is_stdout(options->transcript) >
        1) {
        return run_refuse("-", "only one output can be the standard output");
    }
    if (options->trace_payload && options->trace == NULL) {
        return run_refuse("--trace-payload", "needs --trace FILE");
    }
    if (options->repeat.given &&
        (options->repeat.value < 1 || options->repeat.value > REPEAT_MAX)) {
        return run_refuse("--repeat", "expected 1 to 1000");
    }
    return run_place_choose(options, ret_place);
}

/* ---- One scenario ---- */

static bool colours(FILE *file)
{
    const char *no_color = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return (no_color == NULL || no_color[0] == '\0') && isatty(fileno(file)) &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

/* Runs again and compares; the first run's trace is in `memory`. */
static void repeat(const struct run_case *first, struct trace_memory *memory,
                   struct run_result *result)
{
    struct run_case again = *first;
    uint64_t times = first->options->repeat.value;

    again.outputs = (struct run_outputs){.trace = trace_memory_compare, .trace_user = memory};
    for (uint64_t i = 1; i < times && !result->not_deterministic; i++) {
        struct run_result other;

        trace_memory_begin(memory);
        run_in_memory(&again, &other);
        if (other.end == RUN_ENVIRONMENT) {
            run_result_problem(result, "%s", other.problem);
        }
        run_result_free(&other);
        result->not_deterministic = trace_memory_end(memory);
        result->differing_line = memory->line;
    }
}

static void run_case(const struct session *session, const struct run_case *run,
                     struct run_result *result)
{
    struct trace_memory memory = {0};
    struct run_case first = *run;
    FILE *trace = NULL;

    if (session->options.trace != NULL) {
        trace = text_file_open(session->options.trace);
        if (trace == NULL) {
            *result = (struct run_result){0};
            run_result_problem(result, "the trace cannot be written");
            return;
        }
        first.outputs.trace = text_file_write;
        first.outputs.trace_user = trace;
    }
    if (session->options.repeat.value > 1) {
        memory.copy = trace;
        first.outputs.trace = trace_memory_keep;
        first.outputs.trace_user = &memory;
    }
    run_place_run(session->place, &first, result);
    if (session->options.repeat.value > 1 && result->end != RUN_ENVIRONMENT) {
        repeat(run, &memory, result);
    }
    if (trace != NULL && !text_file_close(trace, session->options.trace)) {
        run_result_problem(result, "the trace cannot be written");
    }
    trace_memory_free(&memory);
}

static bool run_scenario(struct session *session, size_t index)
{
    struct run_case run = {.program = session->program,
                           .options = &session->options,
                           .path = session->files.items[index],
                           .setup = session->setups[index]};
    struct run_result result = {0};
    int error = hlsim_setup_build_packages(run.setup);

    if (session->transcript != NULL) {
        run.outputs.transcript = text_file_show;
        run.outputs.transcript_user = session->transcript;
        run.outputs.colour = colours(session->transcript);
    }
    if (error < 0) {
        run_result_problem(&result, "a package cannot be built: %s", hlsim_error_text(error));
    } else {
        run_case(session, &run, &result);
    }
    if (!outcome_make(&session->outcomes[session->outcome_count], &run, &result)) {
        return run_refuse(run.path, hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    outcome_print(session->banner, &session->outcomes[session->outcome_count++]);
    fflush(session->banner);
    hlsim_setup_free(run.setup);
    session->setups[index] = NULL;
    return true;
}

/* ---- All scenarios ---- */

static bool load_all(struct session *session)
{
    bool good = true;

    session->setups = calloc(session->files.count, sizeof *session->setups);
    session->outcomes = calloc(session->files.count, sizeof *session->outcomes);
    if (session->setups == NULL || session->outcomes == NULL) {
        return run_refuse("all scenarios", hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    for (size_t i = 0; i < session->files.count; i++) {
        good = setup_file_load(session->files.items[i], &session->options.overrides,
                               &session->setups[i]) &&
               good;
    }
    if (good && session->options.trace != NULL && session->files.count > 1) {
        return run_refuse("--trace", "is of one scenario");
    }
    for (size_t i = 0; good && i < session->files.count; i++) {
        good = run_place_permits(session->place, &session->options, session->files.items[i],
                                 session->setups[i]);
    }
    return good;
}

static void print_summary(const struct session *session)
{
    size_t passed = 0;
    size_t skipped = 0;

    for (size_t i = 0; i < session->outcome_count; i++) {
        bool good = session->outcomes[i].code == EXIT_PASSED;

        passed += good && session->outcomes[i].skipped == 0;
        skipped += good && session->outcomes[i].skipped > 0;
    }
    fprintf(session->banner, "%zu passed, %zu failed, %zu skipped\n", passed,
            session->outcome_count - passed - skipped, skipped);
}

static enum exit_code run_all(struct session *session)
{
    enum exit_code code = EXIT_PASSED;

    for (size_t i = 0; i < session->files.count; i++) {
        if (!run_scenario(session, i)) {
            return EXIT_ENVIRONMENT;
        }
        code = exit_code_worse(code, session->outcomes[i].code);
        if (session->outcomes[i].result.end == RUN_STOPPED) {
            break;
        }
    }
    if (session->files.count > 1) {
        print_summary(session);
    }
    if (session->options.junit != NULL &&
        !report_junit(session->options.junit, session->outcomes, session->outcome_count)) {
        code = exit_code_worse(code, EXIT_ENVIRONMENT);
    }
    return code;
}

static enum exit_code run_with_outputs(struct session *session)
{
    const char *transcript = session->options.transcript;
    bool taken = is_stdout(session->options.trace) || is_stdout(session->options.junit);
    enum exit_code code;

    session->banner = taken ? stderr : stdout;
    if (transcript != NULL) {
        session->transcript = text_file_open(transcript);
        if (session->transcript == NULL) {
            return EXIT_ENVIRONMENT;
        }
    }
    code = run_all(session);
    if (session->transcript != NULL && !text_file_close(session->transcript, transcript)) {
        code = exit_code_worse(code, EXIT_ENVIRONMENT);
    }
    return code;
}

static void free_session(struct session *session)
{
    for (size_t i = 0; session->setups != NULL && i < session->files.count; i++) {
        hlsim_setup_free(session->setups[i]);
    }
    for (size_t i = 0; i < session->outcome_count; i++) {
        outcome_free(&session->outcomes[i]);
    }
    free(session->setups);
    free(session->outcomes);
    file_list_free(&session->files);
}

static enum exit_code run(const char *program, const void *values)
{
    struct session session = {.program = program, .options = *(const struct run_options *)values};
    enum exit_code code = EXIT_USAGE;

    if (check_options(&session.options, &session.place) &&
        file_list_expand("run", &session.options.parsed.operands, true, &session.files)) {
        if (load_all(&session)) {
            code = run_with_outputs(&session);
        }
        free_session(&session);
    }
    return code;
}

#define AT(field) offsetof(struct run_options, field)

static const struct option_row rows[] = {
    {"profile", 0, OPTION_TEXT, AT(overrides.profile), NULL, "NAME",
     "instead of the scenario's: HL7800-4.6.8.0, or a file"},
    {"seed", 0, OPTION_NUMBER, AT(overrides.seed), NULL, "N", "instead of the scenario's"},
    {"set", 0, OPTION_TEXTS, AT(overrides.sets), NULL, "PATH=VALUE",
     "override the scenario: modem.set.install_time=2s; may be repeated"},
    {"host", 0, OPTION_TEXT, AT(host), NULL, "engine|none",
     "the built-in engine (default), or nobody: others act"},
    {"modem", 0, OPTION_TEXT, AT(modem), NULL, "emulator|TTY",
     "the emulator (default) or a real modem on a serial port"},
    {"port", 0, OPTION_TEXT, AT(port), NULL, "PORT", "where the emulator shows up: pty[:PATH]"},
    {"control", 0, OPTION_TEXT, AT(control), NULL, "PATH", "a socket for hl78sim ctl"},
    {"time", 0, OPTION_TEXT, AT(time), NULL, "virtual|real|xN|skip",
     "as fast as can be (in memory), by the clock (on a port), N times faster, or leaping over "
     "what the modem takes"},
    {"trace", 0, OPTION_TEXT, AT(trace), NULL, "FILE",
     "every event as JSON Lines (-: standard output)"},
    {"trace-payload", 0, OPTION_FLAG, AT(trace_payload), NULL, NULL,
     "payloads as they are in the trace, and not their digests"},
    {"transcript", 0, OPTION_TEXT, AT(transcript), NULL, "FILE",
     "the dialogue for people (-: standard output)"},
    {"junit", 0, OPTION_TEXT, AT(junit), NULL, "FILE", "JUnit XML (-: standard output)"},
    {"strict", 0, OPTION_FLAG, AT(strict), NULL, NULL,
     "what cannot be seen or done here fails instead of being skipped"},
    {"repeat", 0, OPTION_NUMBER, AT(repeat), NULL, "K", "run K times and compare the traces"},
    {"timeout", 0, OPTION_DURATION, AT(timeout), NULL, "DURATION",
     "wall-clock limit of each scenario"},
    {"allow-install", 0, OPTION_FLAG, AT(allow_install), NULL, NULL,
     "with a real modem: permit to replace its firmware"},
    {.name = NULL},
};

const struct command command_run = {
    .name = "run",
    .operands = "SCENARIO|DIR... [OPTIONS] [-- HOST-COMMAND ARG...]",
    .about = "Run scenarios and judge them",
    .options = rows,
    .size = sizeof(struct run_options),
    .run = run,
};
