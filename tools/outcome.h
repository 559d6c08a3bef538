/*
 * One verdict from what a run left behind; exit code, banner, repro line and JUnit follow from it.
 */
#ifndef HL78SIM_TOOLS_OUTCOME_H
#define HL78SIM_TOOLS_OUTCOME_H

#include <stdio.h>

#include "exit_code.h"
#include "run.h"

/* How a scenario ended, with what is needed to tell of it. */
struct outcome {
    char *path;
    char *name;
    char *profile;
    char *repro; /* a line for a shell */
    uint64_t seed;
    enum exit_code code;
    size_t skipped; /* findings that could not be seen or done */
    /* Of a scenario that is known to fail: why; "" for all others. It `excused` a failure, whose
     * code is then that of a pass, or else made a failure of a pass. */
    char known[256];
    bool excused;
    struct run_result result;
};

/* docs/exit-codes.md */
enum exit_code outcome_code(const struct run_result *result);

/* Takes the result over. False: no memory, and the result is freed. */
bool outcome_make(struct outcome *outcome, const struct run_case *run, struct run_result *result);
void outcome_free(struct outcome *outcome);

/* Neither passed nor failed: something could not be seen here, or the failure was known. */
bool outcome_is_skipped(const struct outcome *outcome);

/* In a word: "PASS", "SKIP", "FAIL", ... */
const char *outcome_word(const struct outcome *outcome);

/* What the run as a whole suffered from, beside its findings; "" when nothing did. */
const char *outcome_trouble(const struct outcome *outcome, char *text, size_t size);

void outcome_print(FILE *file, const struct outcome *outcome);

/* Writes a word for a shell, quoted when needed. */
void outcome_quote(FILE *file, const char *word);

#endif
