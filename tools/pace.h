/*
 * The option --time: how fast virtual time runs.
 */
#ifndef HL78SIM_TOOLS_PACE_H
#define HL78SIM_TOOLS_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Times that are no factor. */
#define PACE_VIRTUAL 0
#define PACE_SKIP    (-1)

/*
 * Reads "virtual", "skip", "real" (1) or "xN" (N). False after a message on standard error;
 * `command` is the name for it.
 */
bool pace_read(const char *command, const char *text, int64_t *ret_factor);

/* Beyond real sockets time passes as it does: false after a message when `factor` asks for more
 * than a multiple of it and `internet` (NULL: none) names some. */
bool pace_permits(const char *command, int64_t factor, const char *internet);

#endif
