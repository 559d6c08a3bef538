/*
 * Assertions about our own code: always on, never about bytes from outside.
 */
#ifndef HLSIM_BASE_ASSERT_H
#define HLSIM_BASE_ASSERT_H

#include <hl78sim/error.h>

#define HLSIM_ASSERT(condition)                                                                    \
    ((condition) ? (void)0 : hlsim_assert_failed(__FILE__, __LINE__, #condition))

#endif
