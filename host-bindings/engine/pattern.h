/*
 * The pattern of scenarios and script steps: '*' is any run of characters, also none; "\\*" is a
 * star, "\\\\" a backslash; everything else is literal; case does not matter (ASCII); the whole
 * line must match.
 */
#ifndef HLHOST_PATTERN_H
#define HLHOST_PATTERN_H

#include <stdbool.h>

bool hlhost__pattern_matches(const char *pattern, const char *line);

#endif
