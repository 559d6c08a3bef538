/*
 * The key `host`: a goal or a script for the built-in engine.
 */
#include "load/parts.h"

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

static const struct hlsim__key step_keys[] = {
    HLSIM__KEY_ABOUT,
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
    {.name = "data"},
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
        if (cJSON_IsObject(element) &&
            cJSON_GetArraySize(element) ==
                (cJSON_GetObjectItemCaseSensitive(element, "about") != NULL)) {
            hlsim__reader_complain(reader, "expected \"send\", \"expect\" or \"timeout\"");
        }
        hlsim__reader_leave(reader);
        host->step_count++;
    }
}

static const struct hlsim__key goal_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "goal", .required = true, .read = read_goal},
    {.name = "script", .read = read_script},
    {.name = "version",
     .read = hlsim__read_version,
     .offset = offsetof(struct hlsim_scenario_host, version)},
    {.name = "agreements", .read = read_agreements},
    {.name = "policy", .read = read_policy},
};

static const struct hlsim__key script_keys[] = {
    HLSIM__KEY_ABOUT,
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
