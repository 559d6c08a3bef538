/*
 * The answer to `status`.
 */
#ifndef HL78SIM_TOOLS_CONTROL_STATUS_H
#define HL78SIM_TOOLS_CONTROL_STATUS_H

#include "control.h"

#include <cjson/cJSON.h>

/* One JSON object without line ends, for cJSON_free; NULL: no memory. */
char *control_status(const struct control *control, size_t modem);

/* The value of a path. NULL: no memory. */
cJSON *control_status_value(const struct hlsim_value *value);

#endif
