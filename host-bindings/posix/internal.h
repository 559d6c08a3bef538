/*
 * What the files of libhl78posix share: assertions about our own code and the making of error
 * texts.
 */
#ifndef HLPOSIX_INTERNAL_H
#define HLPOSIX_INTERNAL_H

#include <hlposix/error.h>

#define HLPOSIX_ASSERT(condition)                                                                  \
    ((condition) ? (void)0 : hlsim_assert_failed(__FILE__, __LINE__, #condition))

/* Fills in the text (`reterr` may be NULL) and returns `code`, so that a failure is one statement.
 */
int hlposix__fail(struct hlposix_error *reterr, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: "context: text of errno", HLSIM_E_IO. */
int hlposix__fail_errno(struct hlposix_error *reterr, const char *context);

#endif
