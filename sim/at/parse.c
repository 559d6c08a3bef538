/*
 * Basic commands are a letter (or '&' and a letter) and a number; extended ones begin with '+',
 * '%', '!', '*' or '$' and are parted by ';' (V.250 5.3 and 5.4).
 */
#include "at/parse.h"

#include <hl78sim/error.h>

#include "base/assert.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Spaces may stand anywhere but inside of a number and of a quoted text (V.250 5.2.1): those are
 * left, the others go. */
static void leave_spaces_out(char *text)
{
    bool quoted = false;
    char *to = text;

    for (const char *from = text; *from != '\0'; from++) {
        bool in_number = to > text && isdigit((unsigned char)to[-1]) &&
                         isdigit((unsigned char)from[strspn(from, " ")]);

        quoted = quoted != (*from == '"');
        if (*from != ' ' || quoted || in_number) {
            *to++ = *from;
        }
    }
    *to = '\0';
}

void hlsim__at_line_init(struct hlsim__at_line *line, char *text)
{
    leave_spaces_out(text);
    line->next = text;
}

static void skip_spaces(struct hlsim__at_line *line)
{
    while (*line->next == ' ') {
        line->next++;
    }
}

static bool is_number(const char *text, int64_t *ret_number)
{
    const char *digits = text + (*text == '-' || *text == '+');
    size_t size = strlen(digits);

    if (size == 0 || size > 18 || strspn(digits, "0123456789") != size) {
        return false;
    }
    *ret_number = strtoll(text, NULL, 10);
    return true;
}

/* Cuts the spaces at the end of a word. */
static void trim(char *text)
{
    size_t size = strlen(text);

    while (size > 0 && text[size - 1] == ' ') {
        text[--size] = '\0';
    }
}

/* This command alone takes a quotation mark too many at its end [T:KCNX]. */
static bool is_stray_quote(const char *text, const char *name)
{
    return text[0] == '"' && text[1] == '\0' && strcmp(name, "+KCNXCFG") == 0;
}

/* Takes one argument of the command `name`; `*ret_end` is the character behind it (',' , ';' or
 * NUL). */
static int take_arg(struct hlsim__at_line *line, const char *name, struct hlsim__at_arg *ret_arg,
                    char *ret_end)
{
    char *start;

    skip_spaces(line);
    start = line->next;
    if (*start == '"') {
        char *end = strchr(start + 1, '"');

        if (end == NULL) {
            return HLSIM_E_FORMAT;
        }
        *end = '\0';
        ret_arg->type = HLSIM__AT_ARG_STRING;
        ret_arg->text = start + 1;
        line->next = end + 1;
        skip_spaces(line);
        line->next += is_stray_quote(line->next, name);
        if (strchr(",;", *line->next) == NULL) {
            return HLSIM_E_FORMAT;
        }
    } else {
        line->next += strcspn(start, ",;");
        ret_arg->text = start;
        ret_arg->type = HLSIM__AT_ARG_WORD;
    }
    *ret_end = *line->next;
    if (*ret_end != '\0') {
        *line->next++ = '\0';
    }
    if (ret_arg->type == HLSIM__AT_ARG_WORD) {
        trim(start);
        if (*start == '\0') {
            ret_arg->type = HLSIM__AT_ARG_EMPTY;
        } else if (is_number(start, &ret_arg->number)) {
            ret_arg->type = HLSIM__AT_ARG_NUMBER;
        }
    }
    return 0;
}

static int take_args(struct hlsim__at_line *line, struct hlsim__at_request *request)
{
    char end = ',';

    while (end == ',') {
        int error;

        if (request->arg_count == HLSIM__AT_ARGS_MAX) {
            return HLSIM_E_FORMAT;
        }
        error = take_arg(line, request->name, &request->args[request->arg_count++], &end);
        if (error < 0) {
            return error;
        }
    }
    return 0;
}

/* Behind a read, test or execute form: the end, or a ';' and the next command. */
static int take_end(struct hlsim__at_line *line)
{
    skip_spaces(line);
    if (*line->next == '\0') {
        return 0;
    }
    if (*line->next != ';') {
        return HLSIM_E_FORMAT;
    }
    line->next++;
    return 0;
}

static int take_extended(struct hlsim__at_line *line, struct hlsim__at_request *request)
{
    size_t size = 1;

    while (isalnum((unsigned char)line->next[size]) || line->next[size] == '_') {
        size++;
    }
    if (size < 2 || size >= HLSIM__AT_NAME_MAX) {
        return HLSIM_E_FORMAT;
    }
    for (size_t i = 0; i < size; i++) {
        request->name[i] = (char)toupper((unsigned char)line->next[i]);
    }
    request->name[size] = '\0';
    line->next += size;
    skip_spaces(line);
    if (line->next[0] == '?') {
        line->next++;
        request->form = HLSIM__AT_READ;
        return take_end(line);
    }
    if (line->next[0] == '=' && line->next[1] == '?') {
        line->next += 2;
        request->form = HLSIM__AT_TEST;
        return take_end(line);
    }
    if (line->next[0] == '=') {
        line->next++;
        request->form = HLSIM__AT_SET;
        return take_args(line, request);
    }
    request->form = HLSIM__AT_EXECUTE;
    return take_end(line);
}

/* The digits at `line` as an argument; without any it is empty. At most nine. */
static int take_digits(struct hlsim__at_line *line, struct hlsim__at_arg *ret_arg)
{
    size_t size = strspn(line->next, "0123456789");

    memset(ret_arg, 0, sizeof *ret_arg);
    ret_arg->text = "";
    ret_arg->type = HLSIM__AT_ARG_EMPTY;
    if (size > 9) {
        return HLSIM_E_FORMAT;
    }
    if (size > 0) {
        ret_arg->type = HLSIM__AT_ARG_NUMBER;
        ret_arg->number = strtoll(line->next, NULL, 10);
        line->next += size;
    }
    return 0;
}

/* S3? and S3=13 (V.250 5.3.2). */
static int take_register(struct hlsim__at_line *line, struct hlsim__at_request *request)
{
    struct hlsim__at_arg number;

    line->next++;
    if (take_digits(line, &number) < 0) {
        return HLSIM_E_FORMAT;
    }
    snprintf(request->name, sizeof request->name, "S%d", (int)number.number);
    skip_spaces(line);
    if (*line->next == '?') {
        line->next++;
        request->form = HLSIM__AT_READ;
        return 0;
    }
    if (*line->next != '=') {
        return HLSIM_E_FORMAT;
    }
    line->next++;
    skip_spaces(line);
    request->form = HLSIM__AT_SET;
    request->arg_count = 1;
    return take_digits(line, &request->args[0]);
}

static int take_letter(struct hlsim__at_line *line, struct hlsim__at_request *request)
{
    size_t size = 0;

    if (*line->next == '&') {
        request->name[size++] = *line->next++;
    }
    if (!isalpha((unsigned char)*line->next)) {
        return HLSIM_E_FORMAT;
    }
    request->name[size++] = (char)toupper((unsigned char)*line->next++);
    request->name[size] = '\0';
    request->form = HLSIM__AT_EXECUTE;
    skip_spaces(line);
    if (take_digits(line, &request->args[0]) < 0) {
        return HLSIM_E_FORMAT;
    }
    if (request->args[0].type == HLSIM__AT_ARG_NUMBER) {
        request->form = HLSIM__AT_SET;
        request->arg_count = 1;
    }
    return 0;
}

/* D takes all that follows (V.250 6.3.1): a number, which its handler reads. */
static int take_number_to_dial(struct hlsim__at_line *line, struct hlsim__at_request *request)
{
    request->name[0] = 'D';
    request->name[1] = '\0';
    line->next++;
    request->form = HLSIM__AT_EXECUTE;
    if (*line->next != '\0') {
        request->form = HLSIM__AT_SET;
        request->arg_count = 1;
        request->args[0] = (struct hlsim__at_arg){.type = HLSIM__AT_ARG_WORD, .text = line->next};
        line->next += strlen(line->next);
    }
    return 0;
}

#define EXTENDED "+%!*$"

/* Whether a command may begin here. What cannot is an error of the one before, which then is not
 * carried out: ATS0=1,2 */
static bool may_follow(char next)
{
    return next == '\0' || isalpha((unsigned char)next) || strchr("&;" EXTENDED, next) != NULL;
}

/* What is abutted may follow, also behind a ';' that is not needed. */
static int take_basic(struct hlsim__at_line *line, struct hlsim__at_request *request)
{
    bool is_register =
        toupper((unsigned char)line->next[0]) == 'S' && isdigit((unsigned char)line->next[1]);
    int error;

    if (toupper((unsigned char)line->next[0]) == 'D') {
        return take_number_to_dial(line, request);
    }
    error = is_register ? take_register(line, request) : take_letter(line, request);
    if (error < 0) {
        return error;
    }
    if (!may_follow(*line->next)) {
        return HLSIM_E_FORMAT;
    }
    if (*line->next == ';') {
        line->next++;
    }
    return 0;
}

int hlsim__at_line_next(struct hlsim__at_line *line, struct hlsim__at_request *ret_request)
{
    int error;

    memset(ret_request, 0, sizeof *ret_request);
    skip_spaces(line);
    if (*line->next == '\0') {
        return 0;
    }
    if (strchr(EXTENDED, *line->next) != NULL) {
        error = take_extended(line, ret_request);
    } else {
        error = take_basic(line, ret_request);
    }
    return error < 0 ? error : 1;
}

bool hlsim__at_in_range(const char *range, int64_t value)
{
    while (*range != '\0') {
        char *end;
        long long low = strtoll(range, &end, 10);
        long long high = low;

        HLSIM_ASSERT(end > range);
        if (*end == '-') {
            high = strtoll(end + 1, &end, 10);
        }
        if (value >= low && value <= high) {
            return true;
        }
        range = end + (*end == ',');
    }
    return false;
}
