/*
 * A request of the control socket, read as an action of a scenario is.
 */
#ifndef HL78SIM_TOOLS_CONTROL_ACTION_H
#define HL78SIM_TOOLS_CONTROL_ACTION_H

#include <hl78sim/load.h>

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#define CONTROL_ERROR_SIZE 320

struct control_action {
    struct hlsim_action action;
    int64_t undo_after; /* virtual time; HLSIM_NEVER: it stays */
};

/*
 * Reads {"do": ACTION, KEY: VALUE, ..., "modem": N}; packages are those of `setup`. Takes members
 * out of the request. False, and `reterr` says what was expected.
 */
bool control_action_read(cJSON *request, const struct hlsim_setup *setup,
                         struct control_action *ret_action, char reterr[CONTROL_ERROR_SIZE]);

#endif
