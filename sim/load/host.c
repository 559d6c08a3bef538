/*
 * The key `host`: a goal or a script for the built-in engine.
 */
#include "load/parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 256

static void read_goal(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    static const char *const goals[] = {"update", NULL};
    struct hlsim_scenario_host *host = target;
    int goal = hlsim__reader_wants_choice(reader, value, goals);

    (void)about;
    host->kind = HLSIM_SCENARIO_HOST_GOAL;
    if (goal >= 0) {
        strcpy(host->goal, goals[goal]);
    }
}

static void read_agreements(struct hlsim__reader *reader, const cJSON *value, void *target,
                            const void *about)
{
    static const char *const agreements[] = {"download", "install", NULL};
    struct hlsim_scenario_host *host = target;
    const cJSON *element;
    size_t index = 0;

    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 0, 2)) {
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        int choice;

        hlsim__reader_enter_index(reader, index++);
        choice = hlsim__reader_wants_choice(reader, element, agreements);
        if ((choice == 0 && host->agree_download) || (choice == 1 && host->agree_install)) {
            hlsim__reader_complain(reader, "expected each agreement once");
        }
        host->agree_download = host->agree_download || choice == 0;
        host->agree_install = host->agree_install || choice == 1;
        hlsim__reader_leave(reader);
    }
}

static void read_window(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    static const char *const windows[] = {"always", NULL};

    (void)target;
    (void)about;
    hlsim__reader_wants_choice(reader, value, windows);
}

static const struct hlsim__key policy_keys[] = {
    {.name = "window", .read = read_window},
};

static void read_policy(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    (void)about;
    HLSIM__READ_OBJECT(reader, value, policy_keys, target);
}

static const struct hlsim__text_size send_size = {1, sizeof((struct hlsim_scenario_step *)0)->send};
static const struct hlsim__text_size expect_size = {
    1, sizeof((struct hlsim_scenario_step *)0)->expect};

static int digit(char character)
{
    static const char digits[] = "0123456789abcdef";
    const char *at = strchr(digits, tolower((unsigned char)character));

    return at == NULL || character == '\0' ? -1 : (int)(at - digits);
}

/* The bytes of a text, or of "hex:0d0a"; how many, or -1 when they make no sense or are too many.
 */
static int parse_bytes(const char *text, uint8_t *bytes)
{
    size_t size = 0;

    if (strncmp(text, "hex:", 4) != 0) {
        size = strlen(text);
        if (size > HLSIM_DATA_MAX) {
            return -1;
        }
        memcpy(bytes, text, size);
        return (int)size;
    }
    for (text += 4; *text != '\0'; text += 2) {
        if (size == HLSIM_DATA_MAX || digit(text[0]) < 0 || digit(text[1]) < 0) {
            return -1;
        }
        bytes[size++] = (uint8_t)(16 * digit(text[0]) + digit(text[1]));
    }
    return (int)size;
}

static void read_step_data(struct hlsim__reader *reader, const cJSON *value, void *target,
                           const void *about)
{
    struct hlsim_scenario_step *step = target;
    int size = cJSON_IsString(value) ? parse_bytes(value->valuestring, step->data) : -1;

    (void)about;
    if (size <= 0) {
        hlsim__reader_complain(reader, "expected a text or \"hex:...\" of 1 to %d bytes",
                               HLSIM_DATA_MAX);
        return;
    }
    step->data_size = (size_t)size;
}

static const struct hlsim__key step_keys[] = {
    {.name = "send",
     .read = hlsim__read_text,
     .offset = offsetof(struct hlsim_scenario_step, send),
     .about = &send_size},
    {.name = "expect",
     .read = hlsim__read_text,
     .offset = offsetof(struct hlsim_scenario_step, expect),
     .about = &expect_size},
    {.name = "timeout",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_scenario_step, timeout)},
    {.name = "data", .read = read_step_data},
};

static void read_script(struct hlsim__reader *reader, const cJSON *value, void *target,
                        const void *about)
{
    struct hlsim_scenario_host *host = target;
    const cJSON *element;

    (void)about;
    host->kind = HLSIM_SCENARIO_HOST_SCRIPT;
    if (!hlsim__reader_wants_array(reader, value, 1, STEPS_MAX)) {
        return;
    }
    host->steps = calloc((size_t)cJSON_GetArraySize(value), sizeof *host->steps);
    if (host->steps == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter_index(reader, host->step_count);
        HLSIM__READ_OBJECT(reader, element, step_keys, &host->steps[host->step_count]);
        if (cJSON_IsObject(element) && cJSON_GetArraySize(element) == 0) {
            hlsim__reader_complain(reader, "expected \"send\", \"data\", \"expect\" or "
                                           "\"timeout\"");
        }
        if (host->steps[host->step_count].send[0] != '\0' &&
            host->steps[host->step_count].data_size > 0) {
            hlsim__reader_complain(reader, "expected \"send\" or \"data\", not both");
        }
        hlsim__reader_leave(reader);
        host->step_count++;
    }
}

static const struct hlsim__key goal_keys[] = {
    {.name = "goal", .required = true, .read = read_goal},
    {.name = "script", .read = read_script},
    {.name = "version",
     .read = hlsim__read_version,
     .offset = offsetof(struct hlsim_scenario_host, version)},
    {.name = "agreements", .read = read_agreements},
    {.name = "policy", .read = read_policy},
};

static const struct hlsim__key script_keys[] = {
    {.name = "script", .required = true, .read = read_script},
};

void hlsim__read_host(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_scenario_host *host = &reader->setup->scenario.host;

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    if (cJSON_GetObjectItemCaseSensitive(value, "script") != NULL) {
        HLSIM__READ_OBJECT(reader, value, script_keys, host);
    } else if (cJSON_GetObjectItemCaseSensitive(value, "goal") != NULL) {
        HLSIM__READ_OBJECT(reader, value, goal_keys, host);
    } else {
        hlsim__reader_complain(reader, "expected \"goal\" or \"script\"");
    }
}
