/*
 * Paths and what they must be: `final` and `state`.
 */
#ifndef HLSIM_LOAD_CONDITION_H
#define HLSIM_LOAD_CONDITION_H

#include "load/reader.h"

/* Reads the member `value`, whose name is a path; the reader is at the object. */
void hlsim__read_condition(struct hlsim__reader *reader, const cJSON *value,
                           struct hlsim_condition *ret_condition);

#endif
