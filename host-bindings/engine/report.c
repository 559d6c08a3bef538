/*
 * The texts of errors, results and reasons, out of the same lists as their names.
 */
#include "hlhost/engine.h"

const char *hlhost_error_text(int code)
{
    switch (code) {
    case HLHOST_OK:
        return "success";
#define ERROR_CASE(name, number, text)                                                             \
    case name:                                                                                     \
        return text;
        HLHOST_ERROR_MAP(ERROR_CASE)
#undef ERROR_CASE
    default:
        return "unknown error";
    }
}

const char *hlhost_result_text(enum hlhost_result result)
{
    static const char *const texts[] = {
#define RESULT_TEXT(name, text) [name] = text,
        HLHOST_RESULT_MAP(RESULT_TEXT)
#undef RESULT_TEXT
    };

    return (size_t)result < sizeof texts / sizeof *texts ? texts[result] : "";
}

const char *hlhost_reason_text(enum hlhost_reason reason)
{
    static const char *const texts[] = {
#define REASON_TEXT(name, text) [name] = text,
        HLHOST_REASON_MAP(REASON_TEXT)
#undef REASON_TEXT
    };

    return (size_t)reason < sizeof texts / sizeof *texts ? texts[reason] : "";
}
