/*
 * Small text helpers in place of stdio and strtol, which a small firmware cannot afford.
 * They know nothing about AT commands.
 */
#ifndef HLHOST_TEXT_H
#define HLHOST_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* ASCII only, so that no locale can change what a pattern means. */
char hlhost__text_lower(char character);

/* True when `line` begins with `prefix`, in whatever case. */
bool hlhost__text_starts(const char *line, const char *prefix);

/* True when both are the same but for case. */
bool hlhost__text_same(const char *left, const char *right);

/* Appends what fits into `size` bytes and keeps the final NUL. `buffer` holds a text already. */
void hlhost__text_add(char *buffer, size_t size, const char *text);
void hlhost__text_add_number(char *buffer, size_t size, unsigned number);

/*
 * Reads an unsigned decimal number after blanks and moves `*cursor` behind it. False (and the
 * cursor unmoved) when there is none. Numbers above 999999 read as 999999.
 */
bool hlhost__text_number(const char **cursor, int *ret_number);

/* Moves `*cursor` behind blanks and a comma; false when there is no comma. */
bool hlhost__text_comma(const char **cursor);

#endif
