/*
 * The planned actions of a scenario.
 */
#ifndef HLSIM_LOAD_ACTION_H
#define HLSIM_LOAD_ACTION_H

#include "load/reader.h"

/* For a row: fills in actions and action_count of the reader's setup. */
void hlsim__read_actions(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about);

/* When the packages are known: completes and checks the parameters that name one. */
void hlsim__resolve_actions(struct hlsim__reader *reader);

#endif
