/*
 * The expectations of a scenario.
 */
#ifndef HLSIM_LOAD_EXPECT_H
#define HLSIM_LOAD_EXPECT_H

#include "load/reader.h"

/* For a row: fills in expects and expect_count of the reader's setup. */
void hlsim__read_expects(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about);

/* Gives back what an expectation owns. */
void hlsim__expect_release(struct hlsim_expect *expect);

#endif
