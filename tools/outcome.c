/*
 * Findings to one verdict, and how it is told. Decides what no runner may decide for itself.
 */
#include "outcome.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum exit_code outcome_code(const struct run_result *result)
{
    bool failed = result->host_failed;

    if (result->end == RUN_ENVIRONMENT) {
        return EXIT_ENVIRONMENT;
    }
    if (result->end == RUN_PROMISE) {
        return EXIT_PROMISE;
    }
    if (result->not_deterministic) {
        return EXIT_NOT_DETERMINISTIC;
    }
    if (result->end == RUN_TIMEOUT) {
        return EXIT_LIVENESS;
    }
    for (size_t i = 0; i < result->finding_count; i++) {
        failed = failed || result->findings[i].outcome == HLSIM_OUTCOME_FAILED;
    }
    if (!failed) {
        return EXIT_PASSED;
    }
    /* What had failed while the run went on is wrong; what was still open when nothing could come
     * any more was never reached. */
    if (result->early_failures == 0 && !result->host_failed &&
        (result->end == RUN_IDLE || result->end == RUN_LIMIT)) {
        return EXIT_LIVENESS;
    }
    return EXIT_FAILED;
}

/* ---- The repro line ---- */

void outcome_quote(FILE *file, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_./:=+,@%-";

    if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
        fputs(word, file);
        return;
    }
    fputc('\'', file);
    for (; *word != '\0'; word++) {
        if (*word == '\'') {
            fputs("'\\''", file);
        } else {
            fputc(*word, file);
        }
    }
    fputc('\'', file);
}

static void print_option(FILE *file, const char *option, const char *value)
{
    if (value != NULL) {
        fprintf(file, " --%s ", option);
        outcome_quote(file, value);
    }
}

static void print_flag(FILE *file, const char *option, bool given)
{
    if (given) {
        fprintf(file, " --%s", option);
    }
}

static void print_repro(FILE *file, const struct run_case *run)
{
    const struct run_options *options = run->options;

    outcome_quote(file, run->program);
    fputs(" run ", file);
    outcome_quote(file, run->path);
    fprintf(file, " --seed %" PRIu64, run->setup->world.seed);
    print_option(file, "profile", options->overrides.profile);
    for (size_t i = 0; i < options->overrides.sets.count; i++) {
        print_option(file, "set", options->overrides.sets.items[i]);
    }
    print_option(file, "host", options->host);
    print_option(file, "modem", options->modem);
    print_option(file, "port", options->port);
    print_option(file, "control", options->control);
    print_option(file, "time", options->time);
    print_flag(file, "strict", options->strict);
    print_flag(file, "allow-install", options->allow_install);
    if (options->repeat.given) {
        fprintf(file, " --repeat %" PRIu64, options->repeat.value);
    }
    for (size_t i = 0; i < options->parsed.tail.count; i++) {
        fputs(i == 0 ? " -- " : " ", file);
        outcome_quote(file, options->parsed.tail.items[i]);
    }
}

static char *make_repro(const struct run_case *run)
{
    char *text = NULL;
    size_t size;
    FILE *file = open_memstream(&text, &size);

    if (file == NULL) {
        return NULL;
    }
    print_repro(file, run);
    fclose(file);
    return text;
}

/* ---- Outcomes ---- */

/* A known failure is a failed expectation; nothing else is excused (docs/exit-codes.md). */
static void judge_known(struct outcome *outcome, const char *known)
{
    snprintf(outcome->known, sizeof outcome->known, "%s", known);
    if (known[0] == '\0') {
        return;
    }
    if (outcome->code == EXIT_FAILED || outcome->code == EXIT_LIVENESS) {
        outcome->excused = true;
        outcome->code = EXIT_PASSED;
    } else if (outcome->code == EXIT_PASSED && outcome->skipped == 0) {
        outcome->code = EXIT_FAILED;
    }
}

static bool passed_unexpectedly(const struct outcome *outcome)
{
    return outcome->known[0] != '\0' && !outcome->excused && outcome->code == EXIT_FAILED;
}

bool outcome_make(struct outcome *outcome, const struct run_case *run, struct run_result *result)
{
    *outcome = (struct outcome){.path = strdup(run->path),
                                .name = strdup(run->setup->scenario.name),
                                .profile = strdup(run->setup->profile),
                                .repro = make_repro(run),
                                .seed = run->setup->world.seed,
                                .code = outcome_code(result),
                                .result = *result};
    for (size_t i = 0; i < result->finding_count; i++) {
        outcome->skipped += result->findings[i].outcome == HLSIM_OUTCOME_SKIPPED;
    }
    judge_known(outcome, run->setup->scenario.known_failure);
    if (outcome->path == NULL || outcome->name == NULL || outcome->profile == NULL ||
        outcome->repro == NULL) {
        outcome_free(outcome);
        return false;
    }
    return true;
}

void outcome_free(struct outcome *outcome)
{
    free(outcome->path);
    free(outcome->name);
    free(outcome->profile);
    free(outcome->repro);
    run_result_free(&outcome->result);
    memset(outcome, 0, sizeof *outcome);
}

bool outcome_is_skipped(const struct outcome *outcome)
{
    return outcome->code == EXIT_PASSED && (outcome->excused || outcome->skipped > 0);
}

const char *outcome_word(const struct outcome *outcome)
{
    switch (outcome->code) {
    case EXIT_PASSED:
        return outcome->excused ? "KNOWN" : outcome->skipped > 0 ? "SKIP" : "PASS";
    case EXIT_ENVIRONMENT:
        return "ERROR";
    case EXIT_FAILED:
    case EXIT_USAGE:
    case EXIT_PROMISE:
    case EXIT_LIVENESS:
    case EXIT_NOT_DETERMINISTIC:
    default:
        return "FAIL";
    }
}

const char *outcome_trouble(const struct outcome *outcome, char *text, size_t size)
{
    const struct run_result *result = &outcome->result;

    text[0] = '\0';
    if (result->end == RUN_PROMISE || result->end == RUN_ENVIRONMENT) {
        snprintf(text, size, "%s: %s", run_end_text(result->end), result->problem);
    } else if (result->not_deterministic) {
        snprintf(text, size, "not deterministic: the traces differ from line %" PRIu64 " on",
                 result->differing_line);
    } else if (result->end == RUN_TIMEOUT) {
        snprintf(text, size, "%s", run_end_text(result->end));
    } else if (result->host_failed) {
        snprintf(text, size, "the host program failed: %s", result->problem);
    } else if (passed_unexpectedly(outcome)) {
        snprintf(text, size, "it passed, though it is known to fail (known_failure): %s",
                 outcome->known);
    }
    return text;
}

static void print_findings(FILE *file, const struct outcome *outcome)
{
    for (size_t i = 0; i < outcome->result.finding_count; i++) {
        const struct run_finding *finding = &outcome->result.findings[i];

        if (finding->outcome != HLSIM_OUTCOME_PASSED) {
            fprintf(file, "  %s %s: %s: %s\n",
                    finding->outcome == HLSIM_OUTCOME_SKIPPED ? "skipped" : "failed",
                    finding->pointer, finding->what, finding->why);
        }
    }
}

void outcome_print(FILE *file, const struct outcome *outcome)
{
    char trouble[400];
    char at[32];

    hlsim_time_format(outcome->result.at, at, sizeof at);
    fprintf(file, "%-5s %s: %s\n", outcome_word(outcome), outcome->path, outcome->name);
    fprintf(file, "      seed %" PRIu64 ", %s, %s s, %s\n", outcome->seed, outcome->profile, at,
            run_end_text(outcome->result.end));
    if (outcome_trouble(outcome, trouble, sizeof trouble)[0] != '\0') {
        fprintf(file, "  %s\n", trouble);
    }
    if (outcome->excused) {
        fprintf(file, "  known to fail: %s\n", outcome->known);
    }
    print_findings(file, outcome);
    if (outcome->code != EXIT_PASSED) {
        if (outcome->result.tail_count > 0) {
            fprintf(file, "  the last lines of the dialogue:\n");
        }
        for (size_t i = 0; i < outcome->result.tail_count; i++) {
            fprintf(file, "  %s\n", outcome->result.tail[i]);
        }
        fprintf(file, "repro: %s\n", outcome->repro);
    }
}
