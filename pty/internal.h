/*
 * What the files of libhl78pty share: assertions about our own code and the making of error texts.
 */
#ifndef HLPTY_INTERNAL_H
#define HLPTY_INTERNAL_H

#include <hlpty/error.h>

#include <stddef.h>

#define HLPTY_ASSERT(condition)                                                                    \
    ((condition) ? (void)0 : hlsim_assert_failed(__FILE__, __LINE__, #condition))

/* Fills in the text (`reterr` may be NULL) and returns `code`, so that a failure is one statement.
 */
int hlpty__fail(struct hlpty_error *reterr, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: "context: text of errno". */
int hlpty__fail_errno(struct hlpty_error *reterr, const char *context);

/* Writes all of `size` bytes to a file; 0, or -1 with errno set. */
int hlpty__write_all(int fd, const void *bytes, size_t size);

#endif
