/*
 * Patterns of the scenario language. Knows no events.
 */
#include <hl78sim/scenario.h>

#include <ctype.h>

/* One literal of the pattern at `*pattern`, which moves behind it: "\*" and "\\" are one each. */
static int literal(const char **pattern)
{
    const char *at = *pattern;

    if (at[0] == '\\' && (at[1] == '*' || at[1] == '\\')) {
        at++;
    }
    *pattern = at + 1;
    return tolower((unsigned char)at[0]);
}

bool hlsim_pattern_match(const char *pattern, const char *text)
{
    const char *after_star = NULL; /* the pattern behind the last star */
    const char *star_took = NULL;  /* what the last star has swallowed ends here */

    for (;;) {
        const char *next = pattern;

        if (*pattern == '*') {
            after_star = ++pattern;
            star_took = text;
        } else if (*pattern == '\0' && *text == '\0') {
            return true;
        } else if (*pattern != '\0' && *text != '\0' &&
                   literal(&next) == tolower((unsigned char)*text)) {
            pattern = next;
            text++;
        } else if (after_star != NULL && *star_took != '\0') {
            /* Only the last star needs to grow: an earlier one took the shortest run that fits. */
            text = ++star_took;
            pattern = after_star;
        } else {
            return false;
        }
    }
}
