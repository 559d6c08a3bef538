/*
 * One byte after the other into a line of limited size.
 */
#include "at/collect.h"

#include <ctype.h>
#include <string.h>

#define FIRST_PRINTABLE 0x20

/* The part behind "AT", or NULL when the line has none: what comes before it is ignored (V.250
 * 5.2.1). */
static char *behind_prefix(char *line)
{
    for (; *line != '\0'; line++) {
        if (toupper((unsigned char)line[0]) == 'A' && toupper((unsigned char)line[1]) == 'T') {
            return line + 2;
        }
    }
    return NULL;
}

/* Whether the '/' that comes now makes the line an A/ (V.250 5.2.4): only where a prefix may be. */
static bool repeats(struct hlsim__at_collector *collector)
{
    size_t size = collector->size;

    if (size == 0 || collector->too_long ||
        toupper((unsigned char)collector->line[size - 1]) != 'A') {
        return false;
    }
    collector->line[size] = '\0';
    return behind_prefix(collector->line) == NULL;
}

static void add(struct hlsim__at_collector *collector, uint8_t byte)
{
    if (collector->size == HLSIM__AT_LINE_MAX) {
        collector->too_long = true;
    } else {
        collector->line[collector->size++] = (char)byte;
    }
}

size_t hlsim__at_collect(struct hlsim__at_collector *collector, const uint8_t *bytes, size_t size,
                         const struct hlsim__at_editing *editing,
                         enum hlsim__at_collected *ret_collected)
{
    *ret_collected = HLSIM__AT_COLLECTING;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = bytes[i];

        if (byte == editing->end) {
            *ret_collected = HLSIM__AT_LINE;
            return i + 1;
        }
        if (byte == editing->back) {
            collector->size -= collector->size > 0;
        } else if (byte == '/' && repeats(collector)) {
            *ret_collected = HLSIM__AT_REPEAT;
            return i + 1;
        } else if (byte >= FIRST_PRINTABLE) {
            add(collector, byte);
        }
    }
    return size;
}

char *hlsim__at_collected_body(struct hlsim__at_collector *collector,
                               enum hlsim__at_collected collected, bool *ret_too_long)
{
    char *body;

    *ret_too_long = collector->too_long;
    collector->line[collector->size] = '\0';
    collector->size = 0;
    collector->too_long = false;
    if (collected == HLSIM__AT_REPEAT) {
        return strcpy(collector->line, collector->last);
    }
    body = behind_prefix(collector->line);
    if (body != NULL && !*ret_too_long) {
        strcpy(collector->last, body);
    }
    return body;
}
