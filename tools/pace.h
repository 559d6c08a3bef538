/*
 * The option --time: how fast virtual time runs.
 */
#ifndef HL78SIM_TOOLS_PACE_H
#define HL78SIM_TOOLS_PACE_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Reads "virtual" (0), "real" (1) or "xN" (N). False after a message on standard error; `command`
 * is the name for it.
 */
bool pace_read(const char *command, const char *text, int64_t *ret_factor);

#endif
