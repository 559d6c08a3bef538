/*
 * The answer to `status`.
 */
#ifndef HL78SIM_TOOLS_CONTROL_STATUS_H
#define HL78SIM_TOOLS_CONTROL_STATUS_H

#include "control.h"

#include <cjson/cJSON.h>

/* One JSON object without line ends, for cJSON_free; NULL: no memory. */
char *control_status(const struct control *control, size_t modem);

/* The path as it is for another modem than the first: "modem.firmware" is "modem:3.firmware" for
 * modem 3; paths that are not about a modem stay. False: it is too long then. */
bool control_status_path(const char *path, size_t modem, char ret_path[HLSIM_PATH_MAX]);

/* The value of a path. NULL: no memory. */
cJSON *control_status_value(const struct hlsim_value *value);

#endif
