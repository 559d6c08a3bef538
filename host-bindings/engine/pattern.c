/*
 * The '*' matcher. Without recursion: the last star is the only one worth coming back to, because
 * the earlier ones have matched as little as they can.
 */
#include "pattern.h"

#include "text.h"

#include <stddef.h>

bool hlhost__pattern_matches(const char *pattern, const char *line)
{
    const char *star = NULL; /* behind the last star seen */
    const char *again = line;

    while (*line != '\0') {
        const char *literal = pattern;

        if (*pattern == '*') {
            star = ++pattern;
            again = line;
            continue;
        }
        if (*literal == '\\' && (literal[1] == '*' || literal[1] == '\\')) {
            literal++;
        }
        if (*literal != '\0' && hlhost__text_lower(*literal) == hlhost__text_lower(*line)) {
            pattern = literal + 1;
            line++;
            continue;
        }
        if (star == NULL) {
            return false;
        }
        pattern = star;
        line = ++again;
    }
    while (*pattern == '*') {
        pattern++;
    }
    return *pattern == '\0';
}
