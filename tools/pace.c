/*
 * Reads the text of --time. What goes with what is the commands' business.
 */
#include "pace.h"

#include <hlpty/clock.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool pace_read(const char *command, const char *text, int64_t *ret_factor)
{
    size_t digits = text[0] == 'x' ? strspn(text + 1, "0123456789") : 0;
    int64_t factor = -1;

    if (strcmp(text, "skip") == 0 || strcmp(text, "virtual") == 0) {
        *ret_factor = text[0] == 's' ? PACE_SKIP : PACE_VIRTUAL;
        return true;
    }
    if (strcmp(text, "real") == 0) {
        factor = 1;
    } else if (digits > 0 && digits < 8 && text[1 + digits] == '\0') {
        factor = strtoll(text + 1, NULL, 10);
    }
    if (factor < 1 || factor > HLPTY_CLOCK_FACTOR_MAX) {
        fprintf(stderr, "hl78sim %s: --time: expected virtual, real, skip or xN, such as x20\n",
                command);
        return false;
    }
    *ret_factor = factor;
    return true;
}

bool pace_permits(const char *command, int64_t factor, const char *internet)
{
    if (factor > 0 || internet == NULL || strcmp(internet, "none") == 0) {
        return true;
    }
    fprintf(stderr, "hl78sim %s: --time %s: does not go with real sockets (--internet %s)\n",
            command, factor == PACE_SKIP ? "skip" : "virtual", internet);
    return false;
}
