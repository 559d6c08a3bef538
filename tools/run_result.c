/*
 * The small change of results.
 */
#include "run.h"

#include <stdarg.h>
#include <stdlib.h>

const char *run_end_text(enum run_end end)
{
    static const char *const texts[] = {
#define RUN_END_TEXT(end, text) [end] = text,
        RUN_END_MAP(RUN_END_TEXT)
#undef RUN_END_TEXT
    };

    return texts[end];
}

void run_result_free(struct run_result *result)
{
    free(result->findings);
    result->findings = NULL;
    result->finding_count = 0;
}

bool run_result_write(FILE *file, const struct run_result *result)
{
    return fwrite(result, sizeof *result, 1, file) == 1 &&
           fwrite(result->findings, sizeof *result->findings, result->finding_count, file) ==
               result->finding_count &&
           fflush(file) == 0;
}

bool run_result_read(FILE *file, struct run_result *ret_result)
{
    struct run_result result;

    if (fread(&result, sizeof result, 1, file) != 1) {
        return false;
    }
    result.findings = calloc(result.finding_count + 1, sizeof *result.findings);
    if (result.findings == NULL || fread(result.findings, sizeof *result.findings,
                                         result.finding_count, file) != result.finding_count) {
        free(result.findings);
        return false;
    }
    *ret_result = result;
    return true;
}

void run_result_problem(struct run_result *result, const char *format, ...)
{
    va_list arguments;

    result->end = RUN_ENVIRONMENT;
    va_start(arguments, format);
    vsnprintf(result->problem, sizeof result->problem, format, arguments);
    va_end(arguments);
}
