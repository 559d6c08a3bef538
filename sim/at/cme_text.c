/*
 * The words of 27.007 9.2 for the codes that this module gives. Its own codes have none.
 */
#include "at/cme_text.h"

#include "modem/cme.h"

#include <stdio.h>

#define IN_WORDS 2

static const struct {
    int code;
    const char *words;
} known[] = {
    {HLSIM__CME_NOT_ALLOWED, "operation not allowed"},
    {HLSIM__CME_NOT_SUPPORTED, "operation not supported"},
    {HLSIM__CME_SIM_ABSENT, "SIM not inserted"},
    {HLSIM__CME_SIM_PIN, "SIM PIN required"},
    {HLSIM__CME_SIM_PUK, "SIM PUK required"},
    {HLSIM__CME_SIM_FAILURE, "SIM failure"},
    {HLSIM__CME_INCORRECT_PASSWORD, "incorrect password"},
    {HLSIM__CME_MEMORY_FULL, "memory full"},
    {HLSIM__CME_INVALID_INDEX, "invalid index"},
    {HLSIM__CME_NOT_FOUND, "not found"},
    {HLSIM__CME_MEMORY_FAILURE, "memory failure"},
    {HLSIM__CME_TEXT_TOO_LONG, "text string too long"},
    {HLSIM__CME_TEXT_CHARACTERS, "invalid characters in text string"},
    {HLSIM__CME_DIAL_CHARACTERS, "invalid characters in dial string"},
    {HLSIM__CME_NO_SERVICE, "no network service"},
    {HLSIM__CME_INCORRECT_PARAMETERS, "Incorrect parameters"},
};

void hlsim__at_cme_format(int code, int mode, char *ret_text, size_t size)
{
    for (size_t i = 0; mode == IN_WORDS && i < sizeof known / sizeof *known; i++) {
        if (known[i].code == code) {
            snprintf(ret_text, size, "+CME ERROR: %s", known[i].words);
            return;
        }
    }
    snprintf(ret_text, size, "+CME ERROR: %d", code);
}
