/*
 * Matchers: what an action waits for and an expectation is about.
 */
#ifndef HLSIM_LOAD_MATCHER_H
#define HLSIM_LOAD_MATCHER_H

#include "load/reader.h"

/* Reads a matcher where the reader is. For rows: the target is a struct hlsim_matcher. */
void hlsim__read_matcher(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about);

#endif
