/*
 * Makes error texts. Knows none of the things that fail.
 */
#include "internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int hlposix__fail(struct hlposix_error *reterr, int code, const char *format, ...)
{
    va_list arguments;

    HLPOSIX_ASSERT(code < 0);
    if (reterr != NULL) {
        va_start(arguments, format);
        vsnprintf(reterr->text, sizeof reterr->text, format, arguments);
        va_end(arguments);
    }
    return code;
}

int hlposix__fail_errno(struct hlposix_error *reterr, const char *context)
{
    return hlposix__fail(reterr, HLSIM_E_IO, "%s: %s", context, strerror(errno));
}
