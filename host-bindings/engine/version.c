/*
 * Compares the text of AT+CGMR with a wanted version, component by component.
 */
#include "version.h"

#include "text.h"

#include <stddef.h>
#include <string.h>

#define BUILD_DIGITS 6 /* 20180803 at the end of firmware 1.x, 180400 of an HL7692 */

static bool is_separator(char character)
{
    return character == '.' || character == '_' || character == ' ';
}

/* Characters of the component that starts at `text`. */
static size_t component_size(const char *text)
{
    size_t size = 0;

    while (text[size] != '\0' && !is_separator(text[size])) {
        size++;
    }
    return size;
}

static bool is_zero(const char *text, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        if (text[i] != '0') {
            return false;
        }
    }
    return size > 0;
}

static bool is_number(const char *text, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return false;
        }
    }
    return size > 0;
}

/* The length of `wanted` without trailing ".0"; the first component always stays. */
static size_t significant_size(const char *wanted)
{
    size_t size = strlen(wanted);

    for (;;) {
        size_t dot = size;

        while (dot > 0 && wanted[dot - 1] != '.') {
            dot--;
        }
        if (dot == 0 || !is_zero(wanted + dot, size - dot)) {
            return size;
        }
        size = dot - 1;
    }
}

/* What follows the wanted text may only be zeros, and then a build: from a long number on, or
 * behind a blank. */
static bool is_harmless_rest(const char *rest)
{
    while (*rest == '.') {
        size_t size = component_size(rest + 1);

        if (size >= BUILD_DIGITS && is_number(rest + 1, size)) {
            return true;
        }
        if (!is_zero(rest + 1, size)) {
            return false;
        }
        rest += 1 + size;
    }
    return *rest == '\0' || *rest == ' ';
}

bool hlhost__version_matches(const char *cgmr, const char *wanted)
{
    size_t size = significant_size(wanted);
    const char *at = cgmr;

    while (*at != '\0') {
        size_t component = component_size(at);

        if (strncmp(at, wanted, size) == 0 && is_harmless_rest(at + size)) {
            return true;
        }
        if (is_number(at, component) || at[component] == '\0') {
            return false;
        }
        at += component + 1;
    }
    return false;
}

bool hlhost__version_plausible(const char *line)
{
    const char *at;

    if (*line == '+' || hlhost__text_starts(line, "AT")) {
        return false;
    }
    for (at = line; *at != '\0'; at++) {
        if (*at < ' ' || *at > '~') {
            return false;
        }
    }
    return strchr(line, '.') != NULL;
}
