/*
 * A request of the control socket, read as the part of a scenario that it is: an action or a
 * matcher.
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

/* Takes `modem` out of the request: scenarios have one modem only and no such key. 0 unless said;
 * false, and `reterr` says what was expected. */
bool control_take_modem(cJSON *request, const struct hlsim_setup *setup, size_t *ret_modem,
                        char reterr[CONTROL_ERROR_SIZE]);

/* Reads a matcher. False, and `reterr` says what was expected. */
bool control_matcher_read(const cJSON *matcher, const struct hlsim_setup *setup,
                          struct hlsim_matcher *ret_matcher, char reterr[CONTROL_ERROR_SIZE]);

/*
 * Reads {"do": ACTION, KEY: VALUE, ..., "modem": N}; packages are those of `setup`. Takes members
 * out of the request. False, and `reterr` says what was expected.
 */
bool control_action_read(cJSON *request, const struct hlsim_setup *setup,
                         struct control_action *ret_action, char reterr[CONTROL_ERROR_SIZE]);

#endif
