/*
 * One table of test functions, run by CUnit as one suite. A test program's main is one call.
 */
#ifndef HL78SIM_TESTS_SUITE_H
#define HL78SIM_TESTS_SUITE_H

#include <CUnit/CUnit.h>

#include <stddef.h>

struct suite_test {
    const char *name;
    void (*run)(void);
};

#define SUITE_TEST(function)                                                                       \
    {                                                                                              \
        .name = #function, .run = function                                                         \
    }

/* Runs all tests and prints CUnit's summary; the exit status for main: 0 when all passed. */
int suite_run(const char *name, const struct suite_test *tests, size_t count);

#endif
