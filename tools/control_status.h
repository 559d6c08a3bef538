/*
 * The answer to `status`.
 */
#ifndef HL78SIM_TOOLS_CONTROL_STATUS_H
#define HL78SIM_TOOLS_CONTROL_STATUS_H

#include "control.h"

/* One JSON object without line ends, for cJSON_free; NULL: no memory. */
char *control_status(const struct control *control);

#endif
