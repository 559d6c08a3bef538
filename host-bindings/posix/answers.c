/*
 * Reads answers of AT queries into values of paths (scenario-format.md, "Paths"). Sends
 * nothing.
 */
#include "answers.h"

#include "internal.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 256

struct answer {
    const char *path; /* with '*' at its end: a number follows there */
    const char *command;
    const char *prefix; /* of the line, up to the value; "": a bare line */
    int (*read)(const char *text, struct hlsim_value *ret_value);
};

static int read_text(const char *text, struct hlsim_value *ret_value)
{
    *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_TEXT};
    snprintf(ret_value->text, sizeof ret_value->text, "%s", text);
    return 0;
}

/* One number is a number, several are a text ("15,60,240"). */
static int read_setting(const char *text, struct hlsim_value *ret_value)
{
    char *end;
    long long number = strtoll(text, &end, 10);

    if (end == text || *end != '\0') {
        return read_text(text, ret_value);
    }
    *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_INT, .integer = number};
    return 0;
}

static int read_number(const char *text, struct hlsim_value *ret_value)
{
    char *end;
    long long number = strtoll(text, &end, 10);

    if (end == text) {
        return HLSIM_E_UNSUPPORTED;
    }
    *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_INT, .integer = number};
    return 0;
}

static bool all_digits(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!isdigit((unsigned char)text[i])) {
            return false;
        }
    }
    return size > 0;
}

/*
 * "HL7800.4.6.8.0" is 4.6.8.0. Firmware 1.x has a date at its end and its version in front of a
 * build number: "BHL7800.1.6.3.0.20180803" is 1.6.3 (AN1.1).
 */
static int read_firmware(const char *text, struct hlsim_value *ret_value)
{
    const char *version = strchr(text, '.');
    const char *date = strrchr(text, '.');
    char *end;
    int parts = 0;

    if (version == NULL || !isdigit((unsigned char)version[1])) {
        return HLSIM_E_UNSUPPORTED;
    }
    read_text(version + 1, ret_value);
    if (!all_digits(date + 1, strlen(date + 1)) || strlen(date + 1) != 8) {
        return 0;
    }
    for (end = ret_value->text; *end != '\0'; end++) {
        if (*end == '.' && ++parts == 3) {
            *end = '\0';
            break;
        }
    }
    return 0;
}

/* "<n>,<stat>[,...]": 1 is home, 5 roaming (27.007 10.1.22). */
static int read_registered(const char *text, struct hlsim_value *ret_value)
{
    const char *status = strchr(text, ',');
    long number;

    if (status == NULL) {
        return HLSIM_E_UNSUPPORTED;
    }
    number = strtol(status + 1, NULL, 10);
    *ret_value =
        (struct hlsim_value){.type = HLSIM_VALUE_BOOL, .integer = number == 1 || number == 5};
    return 0;
}

/* The read form of +WDSS tells an open session from none, and not which server it is with. */
static int read_session(const char *text, struct hlsim_value *ret_value)
{
    return read_text(strtol(text, NULL, 10) == 1 ? "dm" : "closed", ret_value);
}

/* A card that is missing or blocked is an error, of which the code need not be shown. */
static int read_card(const char *text, struct hlsim_value *ret_value)
{
    static const struct {
        const char *answer;
        const char *state;
    } known[] = {{"READY", "ready"}, {"SIM PIN", "pin"}, {"SIM PUK", "puk"}};

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(text, known[i].answer) == 0) {
            return read_text(known[i].state, ret_value);
        }
    }
    return HLSIM_E_UNSUPPORTED;
}

static const struct answer answers[] = {
    {"modem.cgmr", "AT+CGMR", "", read_text},
    {"modem.firmware", "AT+CGMR", "", read_firmware},
    {"modem.registered", "AT+CEREG?", "+CEREG: ", read_registered},
    {"modem.sim", "AT+CPIN?", "+CPIN: ", read_card},
    {"modem.session", "AT+WDSS?", "+WDSS: 1,", read_session},
    {"modem.settings.wdsi", "AT+WDSI?", "+WDSI: ", read_number},
    {"modem.settings.wdsc.*", "AT+WDSC?", "+WDSC: *,", read_setting},
    {"modem.settings.wdss.*", "AT+WDSS?", "+WDSS: *,", read_setting},
    {"modem.socket.*", "AT+KTCPSTAT=*", "+KTCPSTAT: ", read_number},
};

/* The row of a path, and the number that stands where the row has its star. */
static const struct answer *find(const char *path, const char **ret_number)
{
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        const char *star = strchr(answers[i].path, '*');
        size_t size = star != NULL ? (size_t)(star - answers[i].path) : strlen(path);

        if (star == NULL && strcmp(path, answers[i].path) == 0) {
            *ret_number = "";
            return &answers[i];
        }
        if (star != NULL && strncmp(path, answers[i].path, size) == 0 &&
            all_digits(path + size, strlen(path + size)) && strlen(path + size) <= 2) {
            *ret_number = path + size;
            return &answers[i];
        }
    }
    return NULL;
}

/* Copies `text` with its star replaced by the number. */
static void fill(char *to, size_t size, const char *text, const char *number)
{
    size_t head = strcspn(text, "*");

    snprintf(to, size, "%.*s%s%s", (int)head, text, text[head] == '*' ? number : "",
             text[head] == '*' ? text + head + 1 : "");
}

int hlposix__command_for(const char *path, char *command, size_t size)
{
    const char *number;
    const struct answer *answer = find(path, &number);

    if (answer == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    fill(command, size, answer->command, number);
    return 0;
}

/* What follows the prefix, or NULL when the line has another one. */
static const char *after_prefix(const char *line, const char *prefix)
{
    size_t size = strlen(prefix);

    if (size == 0) {
        return isalnum((unsigned char)line[0]) ? line : NULL;
    }
    return strncmp(line, prefix, size) == 0 ? line + size : NULL;
}

int hlposix__read_answer(const char *path, const char *lines, struct hlsim_value *ret_value)
{
    const char *number;
    const struct answer *answer = find(path, &number);
    int result = HLSIM_E_UNSUPPORTED;
    char prefix[32];

    if (answer == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    fill(prefix, sizeof prefix, answer->prefix, number);
    while (*lines != '\0') {
        size_t size = strcspn(lines, "\n");
        char line[LINE_SIZE];
        const char *text;

        snprintf(line, sizeof line, "%.*s", (int)size, lines);
        text = after_prefix(line, prefix);
        if (text != NULL) {
            result = answer->read(text, ret_value);
        }
        lines += size + (lines[size] == '\n');
    }
    return result;
}
