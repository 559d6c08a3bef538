/*
 * The small change of results.
 */
#include "run.h"

#include <stdarg.h>
#include <stdio.h>
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

void run_result_problem(struct run_result *result, const char *format, ...)
{
    va_list arguments;

    result->end = RUN_ENVIRONMENT;
    va_start(arguments, format);
    vsnprintf(result->problem, sizeof result->problem, format, arguments);
    va_end(arguments);
}
