/*
 * Opens the outputs of a scenario, runs it as often as asked, closes them. Judges nothing.
 */
#include "run_one.h"

#include "capture_file.h"
#include "runner_memory.h"
#include "terminal.h"
#include "trace_file.h"

#include <stdlib.h>
#include <string.h>

char *run_one_file(const struct run_job *job, const char *ending)
{
    const char *folder = job->options->out;
    const char *stem = job->entry->stem;
    size_t size = strlen(folder) + strlen(stem) + strlen(ending) + 3;
    char *path = malloc(size);

    if (path != NULL) {
        snprintf(path, size, "%s/%s.%s", folder, stem, ending);
    }
    return path;
}

struct run_case run_one_case(const struct run_job *job)
{
    return (struct run_case){.program = job->program,
                             .options = job->options,
                             .path = job->entry->path,
                             .setup = job->entry->setup};
}

/* Opens the file that an option names, or that --out has for every scenario. */
static bool open_output(struct text_file *output, const struct run_job *job, const char *option,
                        const char *ending)
{
    char *path;

    if (option == NULL && job->options->out == NULL) {
        return true;
    }
    path = option != NULL ? strdup(option) : run_one_file(job, ending);
    if (path == NULL || !text_file_open(output, path)) {
        *output = (struct text_file){0};
        free(path);
        return false;
    }
    output->path = path; /* freed when it is closed */
    return true;
}

/* So for the capture, which there is where the network is simulated. */
static bool open_capture(struct text_file *output, const struct run_job *job)
{
    if (job->place == RUN_PLACE_MODEM) {
        return true;
    }
    return open_output(output, job, job->options->pcap, "pcapng") &&
           (output->file == NULL || capture_file_prepare(output, job->place != RUN_PLACE_MEMORY));
}

static bool close_output(struct text_file *output)
{
    bool good = output->file == NULL || text_file_close(output);

    free((void *)(uintptr_t)output->path);
    return good;
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

/* As often as asked, with the trace going to `trace` (NULL: nowhere). */
static void run_times(const struct run_job *job, const struct run_case *run,
                      struct text_file *trace, struct run_result *result)
{
    struct run_case first = *run;
    struct trace_memory memory = {.copy = trace};
    bool repeated = job->options->repeat.value > 1;

    if (trace != NULL) {
        first.outputs.trace = text_file_write;
        first.outputs.trace_user = trace;
    }
    if (repeated) {
        first.outputs.trace = trace_memory_keep;
        first.outputs.trace_user = &memory;
    }
    run_place_run(job->place, &first, result);
    if (repeated && result->end != RUN_ENVIRONMENT) {
        repeat(run, &memory, result);
    }
    trace_memory_free(&memory);
}

static void run_with_outputs(const struct run_job *job, struct run_result *result)
{
    struct run_case run = run_one_case(job);
    struct text_file trace = {0};
    struct text_file transcript = {0};
    struct text_file capture = {0};
    bool good;

    if (job->transcript != NULL) {
        run.outputs.transcript = text_file_show;
        run.outputs.transcript_user = job->transcript;
        run.outputs.colour = terminal_colours(job->transcript->file);
    }
    if (!open_output(&trace, job, job->options->trace, "trace.jsonl") ||
        (job->transcript == NULL && !open_output(&transcript, job, NULL, "transcript.txt")) ||
        !open_capture(&capture, job)) {
        run_result_problem(result, "an output cannot be written");
    } else {
        if (transcript.file != NULL) {
            run.outputs.transcript = text_file_write;
            run.outputs.transcript_user = &transcript;
        }
        if (capture.file != NULL) {
            run.outputs.capture = capture_file_write;
            run.outputs.capture_user = &capture;
        }
        run_times(job, &run, trace.file != NULL ? &trace : NULL, result);
    }
    good = close_output(&trace);
    good = close_output(&transcript) && good;
    good = close_output(&capture) && good;
    if (!good) {
        run_result_problem(result, "an output cannot be written");
    }
}

void run_one(const struct run_job *job, struct run_result *ret_result)
{
    int error = hlsim_setup_build_packages(job->entry->setup);

    *ret_result = (struct run_result){0};
    if (error < 0) {
        run_result_problem(ret_result, "a package cannot be built: %s", hlsim_error_text(error));
    } else {
        run_with_outputs(job, ret_result);
    }
}
