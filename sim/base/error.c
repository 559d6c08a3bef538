/*
 * Names and texts of the error codes, and the assertion handler that is used when a program brings
 * none of its own.
 */
#include <hl78sim/error.h>

#include <stdlib.h>

const char *hlsim_error_name(int code)
{
    switch (code) {
#define HLSIM_ERROR_NAME(name, number, text)                                                       \
    case name:                                                                                     \
        return #name;
        HLSIM_ERROR_MAP(HLSIM_ERROR_NAME)
#undef HLSIM_ERROR_NAME
    default:
        return code >= 0 ? "HLSIM_OK" : "HLSIM_E_?";
    }
}

const char *hlsim_error_text(int code)
{
    switch (code) {
#define HLSIM_ERROR_TEXT(name, number, text)                                                       \
    case name:                                                                                     \
        return text;
        HLSIM_ERROR_MAP(HLSIM_ERROR_TEXT)
#undef HLSIM_ERROR_TEXT
    default:
        return code >= 0 ? "no error" : "unknown error";
    }
}

__attribute__((weak)) _Noreturn void hlsim_assert_failed(const char *file, int line,
                                                         const char *expression)
{
    (void)file;
    (void)line;
    (void)expression;
    abort();
}
