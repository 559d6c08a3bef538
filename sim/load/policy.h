/*
 * The key `policy` of a host's goal.
 */
#ifndef HLSIM_LOAD_POLICY_H
#define HLSIM_LOAD_POLICY_H

#include "load/reader.h"

void hlsim__read_policy(struct hlsim__reader *, const cJSON *, void *,
                        const void *); /* struct hlsim_scenario_policy */

#endif
