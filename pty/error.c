/*
 * Makes error texts. Knows none of the things that fail.
 */
#include "internal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int hlpty__fail(struct hlpty_error *reterr, int code, const char *format, ...)
{
    va_list arguments;

    HLPTY_ASSERT(code < 0);
    if (reterr != NULL) {
        va_start(arguments, format);
        vsnprintf(reterr->text, sizeof reterr->text, format, arguments);
        va_end(arguments);
    }
    return code;
}

int hlpty__fail_errno(struct hlpty_error *reterr, const char *context)
{
    int number = errno;
    int code = number == ENOMEM   ? HLSIM_E_NO_MEMORY
               : number == ENOENT ? HLSIM_E_NOT_FOUND
                                  : HLSIM_E_IO;

    return hlpty__fail(reterr, code, "%s: %s", context, strerror(number));
}

int hlpty__write_all(int fd, const void *bytes, size_t size)
{
    const uint8_t *next = bytes;

    while (size > 0) {
        ssize_t written = write(fd, next, size);

        if (written < 0 && errno != EINTR) {
            return -1;
        }
        if (written > 0) {
            next += written;
            size -= (size_t)written;
        }
    }
    return 0;
}
