/*
 * What an answer looks like: information lines and results, framed as V, Q, X, S3 and S4 of V.250
 * say, collected in the port. Sends nothing.
 */
#include "at/cme_text.h"
#include "at/port.h"
#include "at/port_inside.h"
#include "base/assert.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What no information line takes: a host waits for the result, whatever came before it. */
#define RESULT_TEXT 80
#define LINE_END    2
#define RESULT_ROOM (RESULT_TEXT + 2 * LINE_END)

static void add_text(struct hlsim__at_port *port, const char *text, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;

    HLSIM_ASSERT(size <= HLSIM__AT_ANSWER_MAX - ram->answer_size);
    memcpy(ram->answer + ram->answer_size, text, size);
    ram->answer_size += size;
}

/* What ends a line of an answer: the characters of S3 and S4 (V.250 6.2.1, 6.2.2). */
static void add_line_end(struct hlsim__at_port *port)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    const char text[LINE_END] = {(char)hlsim__at_profile_line_end(profile),
                                 (char)hlsim__at_profile_line_feed(profile)};

    add_text(port, text, sizeof text);
}

/* What does not fit ends the answer: whatever follows would be out of its place. */
static bool has_room(struct hlsim__at_port *port, size_t size)
{
    size_t room = HLSIM__AT_ANSWER_MAX - RESULT_ROOM - port->ram->answer_size;

    port->ram->answer_full = port->ram->answer_full || size > room;
    return !port->ram->answer_full;
}

static void add_line(struct hlsim__at_port *port, const char *text, size_t size)
{
    if (port->ram->answer_lines++ == 0 && port->ram->profile.verbose) {
        add_line_end(port);
    }
    add_text(port, text, size);
    add_line_end(port);
}

void hlsim__at_answer(struct hlsim__at_port *port, const char *format, ...)
{
    char text[512];
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (size >= 0 && (size_t)size < sizeof text && has_room(port, (size_t)size + 2 * LINE_END)) {
        add_line(port, text, (size_t)size);
    }
}

static size_t lines_of(const char *text)
{
    size_t count = 1;

    while ((text = strchr(text, '\n')) != NULL) {
        text++;
        count++;
    }
    return count;
}

/* They belong together: all of them, or none. */
void hlsim__at_answer_lines(struct hlsim__at_port *port, const char *text)
{
    bool fits = has_room(port, strlen(text) + (lines_of(text) + 1) * LINE_END);

    while (fits && *text != '\0') {
        size_t size = strcspn(text, "\n");

        add_line(port, text, size);
        text += size + (text[size] == '\n');
    }
}

/* --- Results -------------------------------------------------------------------------------- */

/* V.250 6.3.6: words and numbers of the results that have no code of their own. */
static const struct word {
    int result;
    const char *word;
    const char *number;
} words[] = {
    {HLSIM__AT_ERROR, "ERROR", "4"},
    {HLSIM__AT_OK, "OK", "0"},
    {HLSIM__AT_CONNECT, "CONNECT", "1"},
    {HLSIM__AT_NO_CARRIER, "NO CARRIER", "3"},
};

static const struct word *word_of(int result)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (words[i].result == result) {
            return &words[i];
        }
    }
    return &words[0];
}

/* V.250 6.2.6: a result code in words between line ends, or as a number and the character of S3. */
static void add_word(struct hlsim__at_port *port, const char *word)
{
    add_line_end(port);
    add_text(port, word, strlen(word));
    add_line_end(port);
}

void hlsim__at_answer_result(struct hlsim__at_port *port, int result)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    const char end = (char)hlsim__at_profile_line_end(profile);
    char text[RESULT_TEXT];

    if (profile->quiet) {
        return;
    }
    if (result > HLSIM__AT_CMS_BASE) {
        snprintf(text, sizeof text, "+CMS ERROR: %d", result - HLSIM__AT_CMS_BASE);
        add_word(port, text);
    } else if (result > 0 && profile->cmee > 0) {
        hlsim__at_cme_format(result, profile->cmee, text, sizeof text);
        add_word(port, text);
    } else if (profile->verbose) {
        add_word(port, word_of(result)->word);
    } else {
        add_text(port, word_of(result)->number, 1);
        add_text(port, &end, 1);
    }
}

void hlsim__at_answer_connect(struct hlsim__at_port *port, const char *more)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    char text[RESULT_TEXT];

    if (more == NULL || more[0] == '\0' || profile->result_codes == 0 || !profile->verbose ||
        profile->quiet) {
        hlsim__at_answer_result(port, HLSIM__AT_CONNECT);
    } else {
        snprintf(text, sizeof text, "CONNECT %s", more);
        add_word(port, text);
    }
}
