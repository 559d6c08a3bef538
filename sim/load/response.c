/*
 * The key `responses`: answers that are said instead of the module's own.
 */
#include "load/parts.h"

#include <hl78sim/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 32
/* Characters of one line; of all, with what parts them. */
#define LINE_SIZE 256
#define TEXT_SIZE 2048

static void add_line(struct hlsim__reader *reader, const cJSON *value, char text[TEXT_SIZE],
                     bool first)
{
    char line[LINE_SIZE];
    size_t used = strlen(text);

    if (!hlsim__reader_wants_copy(reader, value, 1, line, sizeof line)) {
        return;
    }
    if (strpbrk(line, "\r\n") != NULL) {
        hlsim__reader_complain(reader, "expected a line, not several");
    } else if (used + strlen(line) + 2 > TEXT_SIZE) {
        hlsim__reader_complain(reader, "expected %d characters in all lines at most",
                               TEXT_SIZE - 1);
    } else {
        snprintf(text + used, TEXT_SIZE - used, "%s%s", first ? "" : "\n", line);
    }
}

static char *copy_of(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    return copy == NULL ? NULL : memcpy(copy, text, size);
}

static void read_lines(struct hlsim__reader *reader, const cJSON *array, void *target,
                       const void *about)
{
    struct hlsim_response *response = target;
    char text[TEXT_SIZE] = "";
    const cJSON *element;
    size_t index = 0;

    (void)about;
    if (!hlsim__reader_wants_array(reader, array, 1, LINES_MAX)) {
        return;
    }
    cJSON_ArrayForEach(element, array)
    {
        hlsim__reader_enter_index(reader, index);
        add_line(reader, element, text, index == 0);
        hlsim__reader_leave(reader);
        index++;
    }
    free(response->lines);
    response->lines = copy_of(text);
}

static void read_result(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    static const char *const words[] = {"OK", "ERROR", "NO CARRIER", NULL};
    struct hlsim_response *response = target;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t digits = strncmp(text, "CME ", 4) == 0 ? strspn(text + 4, "0123456789") : 0;
    long code = digits > 0 ? strtol(text + 4, NULL, 10) : 0;

    (void)about;
    if (digits >= 1 && digits <= 3 && text[4 + digits] == '\0' && code > 0) {
        response->result = HLSIM_RESPONSE_CME;
        response->code = (int)code;
        return;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0) {
            response->result = i == 0   ? HLSIM_RESPONSE_OK
                               : i == 1 ? HLSIM_RESPONSE_ERROR
                                        : HLSIM_RESPONSE_NO_CARRIER;
            return;
        }
    }
    hlsim__reader_complain(reader, "expected \"OK\", \"ERROR\", \"NO CARRIER\" or \"CME 650\"");
}

static const struct hlsim__range counts = {1, 1000000};

static void read_count(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    int64_t count = 0;

    (void)about;
    if (hlsim__reader_wants_integer(reader, value, counts.min, counts.max, &count)) {
        *(uint32_t *)target = (uint32_t)count;
    }
}

static const struct hlsim__key response_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "lines", .read = read_lines},
    {.name = "result", .read = read_result},
    {.name = "delay",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_response, delay)},
    {.name = "count", .read = read_count, .offset = offsetof(struct hlsim_response, count)},
};

static void read_response(struct hlsim__reader *reader, const cJSON *member)
{
    struct hlsim_setup *setup = reader->setup;
    struct hlsim_response *response = &setup->responses[setup->modem.response_count];
    size_t size = strlen(member->string);

    if (size == 0 || size >= sizeof response->command) {
        hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY,
                        "expected a pattern of 1 to %zu characters", sizeof response->command - 1);
        return;
    }
    memcpy(response->command, member->string, size + 1);
    setup->modem.response_count++;
    HLSIM__READ_OBJECT(reader, member, response_keys, response);
}

void hlsim__read_responses(struct hlsim__reader *reader, const cJSON *object, void *target,
                           const void *about)
{
    const cJSON *member;

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_object(reader, object)) {
        return;
    }
    if (cJSON_GetArraySize(object) > HLSIM_RESPONSES_MAX) {
        hlsim__reader_complain(reader, "expected %d of them at most", HLSIM_RESPONSES_MAX);
        return;
    }
    cJSON_ArrayForEach(member, object)
    {
        hlsim__reader_enter(reader, member->string);
        read_response(reader, member);
        hlsim__reader_leave(reader);
    }
    reader->setup->modem.responses = reader->setup->responses;
}
