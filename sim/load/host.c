/*
 * The key `host`: a goal or a script for the built-in engine. When a goal may be pursued is read in
 * policy.c.
 */
#include "load/parts.h"
#include "load/policy.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_MAX 256

static void read_goal(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    static const char *const goals[] = {"update", "local_update", NULL};
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

static void read_block(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_scenario_host *host = target;

    (void)about;
    if (!cJSON_IsNumber(value) || (value->valuedouble != 128 && value->valuedouble != 1024)) {
        hlsim__reader_complain(reader, "expected 128 or 1024");
        return;
    }
    host->block = (unsigned)value->valuedouble;
}

static void read_pin(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    struct hlsim_scenario_host *host = target;
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t size = strlen(text);

    (void)about;
    if (size < 4 || size > 8 || !hlsim__is_digits(text, size)) {
        hlsim__reader_complain(reader, "expected four to eight digits");
        return;
    }
    strcpy(host->pin, text);
}

static void read_apn(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    struct hlsim_scenario_host *host = target;

    (void)about;
    if (cJSON_IsString(value) && strpbrk(value->valuestring, "\"\r\n") != NULL) {
        hlsim__reader_complain(reader, "expected a name without quotes and line ends");
        return;
    }
    host->has_apn = hlsim__reader_wants_copy(reader, value, 0, host->apn, sizeof host->apn);
}

static const struct hlsim__text_size send_size = {1, sizeof((struct hlsim_scenario_step *)0)->send};
static const struct hlsim__text_size expect_size = {
    1, sizeof((struct hlsim_scenario_step *)0)->expect};

static void read_data(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_scenario_step *step = target;

    (void)about;
    step->data_size =
        hlsim__reader_wants_bytes(reader, value, "hex:060d", step->data, sizeof step->data);
}

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
    {.name = "data", .read = read_data},
};

/* What the keys of a step, each of them good, say together. */
static void check_step(struct hlsim__reader *reader, const cJSON *element,
                       const struct hlsim_scenario_step *step)
{
    if (cJSON_IsObject(element) && cJSON_GetArraySize(element) == (cJSON_GetObjectItemCaseSensitive(
                                                                       element, "about") != NULL)) {
        hlsim__reader_complain(reader, "expected \"send\", \"expect\", \"timeout\" or \"data\"");
    }
    if (step->send[0] == '\0' && step->expect[0] == '\0' && step->data_size == 0 &&
        cJSON_GetObjectItemCaseSensitive(element, "timeout") != NULL && step->timeout < HLSIM_MS) {
        hlsim__reader_complain(reader,
                               "expected a \"timeout\" of at least 1ms: the step is a pause");
    }
    if (step->send[0] != '\0' && step->data_size > 0) {
        hlsim__reader_complain(reader, "expected \"send\" or \"data\", not both");
    }
}

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
        check_step(reader, element, &host->steps[host->step_count]);
        hlsim__reader_leave(reader);
        host->step_count++;
    }
}

static const struct hlsim__range cids = {1, 20};
static const struct hlsim__text_size package_size = {
    1, sizeof((struct hlsim_scenario_host *)0)->package};

#define HOST(key, function, field, more)                                                           \
    {                                                                                              \
        .name = (key), .read = (function), .offset = offsetof(struct hlsim_scenario_host, field),  \
        .about = (more)                                                                            \
    }

static const struct hlsim__key update_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "goal", .required = true, .read = read_goal},
    HOST("version", hlsim__read_version, version, NULL),
    {.name = "agreements", .read = read_agreements},
    {.name = "pin", .read = read_pin},
    HOST("cid", hlsim__read_unsigned, cid, &cids),
    {.name = "apn", .read = read_apn},
    HOST("policy", hlsim__read_policy, policy, NULL),
    HOST("clock", hlsim__read_bool, has_clock, NULL),
};

static const struct hlsim__key local_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "goal", .required = true, .read = read_goal},
    {.name = "package",
     .required = true,
     .read = hlsim__read_text,
     .offset = offsetof(struct hlsim_scenario_host, package),
     .about = &package_size},
    HOST("version", hlsim__read_version, version, NULL),
    {.name = "block", .read = read_block},
    HOST("policy", hlsim__read_policy, policy, NULL),
    HOST("clock", hlsim__read_bool, has_clock, NULL),
};

static const struct hlsim__key script_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "script", .required = true, .read = read_script},
};

/* The module asks for the install of a server's package only if the host wants to be asked. */
static void check_agreements(struct hlsim__reader *reader, const struct hlsim_scenario_host *host)
{
    if (host->policy.window == HLSIM_WINDOW_ALWAYS || host->agree_install) {
        return;
    }
    hlsim__reader_enter(reader, "policy");
    hlsim__reader_enter(reader, "window");
    hlsim__reader_complain(
        reader, "this window can only be held with \"install\" among the \"agreements\"");
    hlsim__reader_leave(reader);
    hlsim__reader_leave(reader);
}

void hlsim__read_host(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_scenario_host *host = &reader->setup->scenario.host;
    const cJSON *goal = cJSON_GetObjectItemCaseSensitive(value, "goal");

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    if (cJSON_GetObjectItemCaseSensitive(value, "script") != NULL) {
        HLSIM__READ_OBJECT(reader, value, script_keys, host);
    } else if (cJSON_IsString(goal) && strcmp(goal->valuestring, "local_update") == 0) {
        HLSIM__READ_OBJECT(reader, value, local_keys, host);
    } else if (goal != NULL) {
        HLSIM__READ_OBJECT(reader, value, update_keys, host);
        check_agreements(reader, host);
    } else {
        hlsim__reader_complain(reader, "expected \"goal\" or \"script\"");
    }
}

void hlsim__resolve_host(struct hlsim__reader *reader)
{
    struct hlsim_setup *setup = reader->setup;
    struct hlsim_scenario_host *host = &setup->scenario.host;
    struct hlsim__nearest nearest;
    char hint[HLSIM__HINT_SIZE];

    host->clock = HLSIM_NEVER;
    if (host->has_clock) {
        host->clock = (setup->world.epoch % 86400 + 86400) % 86400 * HLSIM_SECOND;
    }
    hlsim__nearest_init(&nearest, host->package);
    for (size_t i = 0; i < setup->package_count; i++) {
        if (strcmp(setup->packages[i].id, host->package) == 0) {
            return;
        }
        hlsim__nearest_offer(&nearest, setup->packages[i].id);
    }
    if (host->package[0] != '\0') {
        hlsim__complain(reader->source, "/host/package", HLSIM__SPOT_VALUE,
                        "no package has the id \"%s\"%s", host->package,
                        hlsim__nearest_hint(&nearest, hint));
    }
}
