/*
 * Runs a list of scenarios. A child hands its result over in a file without a name, which has room
 * for any number of findings; the parent judges it, as it judges what it ran itself.
 */
#include "run_many.h"

#include "farm.h"
#include "report_junit.h"
#include "report_tap.h"
#include "run_one.h"
#include "terminal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Seconds after the wall-clock limit that a process has to say so itself. */
#define ALARM_GRACE 5

struct run_many {
    const struct run_many_config *config;
    size_t count;
    struct outcome *outcomes; /* of all scenarios; those without a path have not ended */
    FILE **results;           /* of children that are up, by scenario */
    size_t ended;
    size_t failed;
    size_t told; /* outcomes that were printed: the first so many */
    bool stopped;
    bool no_memory;
    struct progress progress;
    struct farm farm;
};

static struct run_job job_of(const struct run_many *many, size_t index)
{
    return (struct run_job){.program = many->config->program,
                            .options = many->config->options,
                            .place = many->config->place,
                            .entry = &many->config->list->entries[index],
                            .transcript = many->config->transcript};
}

/* ---- Outcomes ---- */

static bool has_ended(const struct run_many *many, size_t index)
{
    return many->outcomes[index].path != NULL;
}

/* A report of --out that is about one scenario. */
static bool write_report(const struct run_job *job, const char *ending,
                         bool (*report)(const char *path, const struct outcome *outcomes,
                                        size_t count),
                         const struct outcome *outcome)
{
    char *path = run_one_file(job, ending);
    bool good = path != NULL && report(path, outcome, 1);

    free(path);
    return good;
}

static void write_reports(const struct run_many *many, size_t index)
{
    const struct run_job job = job_of(many, index);
    struct outcome *outcome = &many->outcomes[index];

    if (job.options->out != NULL && (!write_report(&job, "junit.xml", report_junit, outcome) ||
                                     !write_report(&job, "tap", report_tap, outcome))) {
        outcome->code = EXIT_ENVIRONMENT;
    }
}

/* Prints what ended, as far as the order of the list allows. */
static void tell(struct run_many *many)
{
    progress_clear(&many->progress);
    while (many->told < many->count && has_ended(many, many->told)) {
        outcome_print(many->config->banner, &many->outcomes[many->told++]);
    }
    fflush(many->config->banner);
    if (many->count > 1) {
        progress_show(&many->progress, many->ended, many->failed);
    }
}

static void take_result(struct run_many *many, size_t index, struct run_result *result)
{
    const struct run_job job = job_of(many, index);
    const struct run_case run = run_one_case(&job);

    many->stopped = many->stopped || result->end == RUN_STOPPED;
    if (!outcome_make(&many->outcomes[index], &run, result)) {
        many->no_memory = true;
        return;
    }
    write_reports(many, index);
    many->ended++;
    many->failed += many->outcomes[index].code != EXIT_PASSED;
    tell(many);
}

/* ---- One after the other ---- */

static void run_in_turn(struct run_many *many)
{
    for (size_t i = 0; i < many->count && !many->stopped && !many->no_memory; i++) {
        const struct run_job job = job_of(many, i);
        struct run_result result;

        run_one(&job, &result);
        take_result(many, i, &result);
    }
}

/* ---- Side by side ---- */

/* A file in memory, which child and parent share. */
static FILE *result_file(void)
{
    int fd = memfd_create("result", MFD_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

    if (file == NULL && fd >= 0) {
        close(fd);
    }
    return file;
}

static void child_done(void *user, size_t index, const struct farm_word *word)
{
    struct run_many *many = user;
    struct run_result result = {0};
    FILE *file = many->results[index];

    many->results[index] = NULL;
    rewind(file);
    if (word->crashed && word->code == EXIT_LIVENESS) {
        result.end = RUN_TIMEOUT;
    } else if (word->crashed) {
        run_result_problem(&result, "%s", word->why);
    } else if (word->code != EXIT_PASSED || !run_result_read(file, &result)) {
        run_result_problem(&result, "the result of the run is lost");
    }
    fclose(file);
    take_result(many, index, &result);
}

/* Runners look at the limit themselves; this is for one that does not come to it any more. */
static void set_alarm(int64_t timeout)
{
    int64_t seconds = timeout / HLSIM_SECOND;

    if (timeout > 0 && seconds < UINT_MAX / 2) {
        alarm((unsigned)seconds + ALARM_GRACE);
    }
}

_Noreturn static void live_as_child(struct run_many *many, size_t index)
{
    const struct run_job job = job_of(many, index);
    struct farm_word word = {.code = EXIT_PASSED};
    struct run_result result;

    set_alarm(job.options->timeout);
    run_one(&job, &result);
    if (!run_result_write(many->results[index], &result)) {
        word.code = EXIT_ENVIRONMENT;
    }
    farm_end(&many->farm, &word);
}

static int fork_one(struct run_many *many, size_t index)
{
    int forked;

    many->results[index] = result_file();
    if (many->results[index] == NULL) {
        return -errno;
    }
    forked = farm_fork(&many->farm, index);
    if (forked > 0) {
        live_as_child(many, index);
    }
    if (forked < 0) {
        fclose(many->results[index]);
        many->results[index] = NULL;
    }
    return forked;
}

static void run_side_by_side(struct run_many *many)
{
    int error = 0;

    farm_init(&many->farm, farm_jobs(&many->config->options->jobs), child_done, many);
    /* Children inherit what is buffered: nothing may be. */
    fflush(NULL);
    for (size_t i = 0; i < many->count && error == 0 && !many->no_memory; i++) {
        error = fork_one(many, i);
    }
    farm_wait(&many->farm);
    farm_close(&many->farm);
    many->stopped = many->stopped || many->farm.stopped;
    if (error < 0 && !many->farm.stopped) {
        fprintf(stderr, "hl78sim run: fork: %s\n", strerror(-error));
    }
}

/* ---- The end ---- */

static void print_summary(const struct run_many *many)
{
    size_t passed = 0;
    size_t skipped = 0;
    size_t known = 0;

    for (size_t i = 0; i < many->told; i++) {
        const struct outcome *outcome = &many->outcomes[i];

        known += outcome->excused;
        skipped += outcome_is_skipped(outcome) && !outcome->excused;
        passed += outcome->code == EXIT_PASSED && !outcome_is_skipped(outcome);
    }
    fprintf(many->config->banner, "%zu passed, %zu failed, %zu skipped", passed,
            many->told - passed - skipped - known, skipped);
    if (known > 0) {
        fprintf(many->config->banner, ", %zu known to fail", known);
    }
    if (many->told < many->count) {
        fprintf(many->config->banner, ", %zu not run", many->count - many->told);
    }
    fprintf(many->config->banner, "\n");
}

/* What ended is moved to the front, so that reports have no gaps; how many there are. */
static size_t close_gaps(struct run_many *many)
{
    size_t count = 0;

    for (size_t i = 0; i < many->count; i++) {
        if (has_ended(many, i)) {
            struct outcome outcome = many->outcomes[i];

            many->outcomes[i] = (struct outcome){0};
            many->outcomes[count++] = outcome;
        }
    }
    while (many->told < count) {
        outcome_print(many->config->banner, &many->outcomes[many->told++]);
    }
    return count;
}

static enum exit_code verdict(struct run_many *many)
{
    const struct run_options *options = many->config->options;
    size_t count = close_gaps(many);
    enum exit_code code = count < many->count ? EXIT_ENVIRONMENT : EXIT_PASSED;

    for (size_t i = 0; i < count; i++) {
        code = exit_code_worse(code, many->outcomes[i].code);
    }
    if (many->count > 1) {
        print_summary(many);
    }
    if (many->stopped && count < many->count) {
        fprintf(stderr, "hl78sim run: a signal came before all scenarios were run\n");
    }
    if (options->junit != NULL && !report_junit(options->junit, many->outcomes, count)) {
        code = exit_code_worse(code, EXIT_ENVIRONMENT);
    }
    if (options->tap != NULL && !report_tap(options->tap, many->outcomes, count)) {
        code = exit_code_worse(code, EXIT_ENVIRONMENT);
    }
    return code;
}

enum exit_code run_many(const struct run_many_config *config)
{
    struct run_many *many = calloc(1, sizeof *many);
    enum exit_code code = EXIT_ENVIRONMENT;

    if (many != NULL) {
        many->config = config;
        many->count = config->list->count;
        many->outcomes = calloc(many->count, sizeof *many->outcomes);
        many->results = calloc(many->count, sizeof(FILE *));
        progress_begin(&many->progress, many->count, "scenarios", "failed");
    }
    if (many != NULL && many->outcomes != NULL && many->results != NULL) {
        if (config->options->jobs.given) {
            run_side_by_side(many);
        } else {
            run_in_turn(many);
        }
        progress_clear(&many->progress);
        code = verdict(many);
        for (size_t i = 0; i < many->count; i++) {
            outcome_free(&many->outcomes[i]);
        }
    } else {
        fprintf(stderr, "hl78sim run: %s\n", hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    if (many != NULL) {
        free(many->outcomes);
        free(many->results);
        free(many);
    }
    return code;
}
