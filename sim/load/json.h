/*
 * What cJSON lacks: a strict check of a text (RFC 8259) that knows positions, and the place of a
 * JSON pointer in a text. Knows no messages and no scenarios.
 *
 * Stricter than the RFC where it leaves room: names in one object are unique, no U+0000, nothing
 * but UTF-8, a limit of depth and of the length of names.
 */
#ifndef HLSIM_LOAD_JSON_H
#define HLSIM_LOAD_JSON_H

#include <stdbool.h>
#include <stddef.h>

/* The longest name of a member, in bytes as written. */
#define HLSIM__JSON_NAME_MAX 120
/* Members of one object. */
#define HLSIM__JSON_MEMBERS_MAX 512

/* 0, or HLSIM_E_FORMAT with the offset of the first fault and what was expected there. */
int hlsim__json_check(const char *text, size_t size, size_t *reterr_offset,
                      const char **reterr_expected);

/*
 * The offset of what lies at a pointer in a checked text: of its value, or of its name when `name`.
 * False when the pointer leads nowhere, with the place of the deepest part that exists.
 */
bool hlsim__json_locate(const char *text, size_t size, const char *pointer, bool name,
                        size_t *ret_offset);

#endif
