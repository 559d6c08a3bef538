/*
 * JUnit XML of a list of outcomes: one test case a scenario, one failure a broken expectation.
 */
#ifndef HL78SIM_TOOLS_REPORT_JUNIT_H
#define HL78SIM_TOOLS_REPORT_JUNIT_H

#include "outcome.h"

/* Writes to `path` ("-": standard output). False after a message. */
bool report_junit(const char *path, const struct outcome *outcomes, size_t count);

#endif
