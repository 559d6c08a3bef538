/*
 * Outcomes as TAP, in the part that versions 13 and 14 share: one test point a scenario, with a
 * YAML block for each that failed.
 */
#ifndef HL78SIM_TOOLS_REPORT_TAP_H
#define HL78SIM_TOOLS_REPORT_TAP_H

#include "outcome.h"

/* Writes the file ("-": standard output); false after a message. */
bool report_tap(const char *path, const struct outcome *outcomes, size_t count);

#endif
