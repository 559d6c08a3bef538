/*
 * The table of paths (scenario-format.md, "Paths") and the conditions on them.
 */
#include "load/condition.h"

#include <stdio.h>
#include <string.h>

enum path_type {
    PATH_BOOL,
    PATH_INTEGER,
    PATH_DURATION, /* an INT in nanoseconds */
    PATH_TEXT,
    PATH_CHOICE, /* one of a few texts */
};

struct path {
    const char *name; /* ends with '.' when more of it follows, see `rest` */
    const char *rest; /* characters of which the rest may consist; NULL: there is none */
    enum path_type type;
    const char *const *choices;
};

static const char *const sessions[] = {"closed", "bootstrap", "dm", NULL};
static const char *const agreements[] = {"none", "connect", "download", "install", "reboot", NULL};
static const char *const updates[] = {"idle", "downloading", "downloaded", "installing", NULL};
static const char *const cards[] = {"ready", "pin", "puk", "blocked", "absent", NULL};
static const char *const depths[] = {"awake", "sleep", "lite_hibernate", "hibernate", NULL};
static const char *const rests[] = {"off", "connected", "idle", "edrx", "psm", NULL};
static const char *const credentials[] = {"none", "dm", NULL};
static const char *const operations[] = {"none",    "scheduled", "in_progress", "success",
                                         "failure", "cancelled", "timeout",     NULL};
static const char *const phases[] = {"none", "scheduled", "in_progress", "finished", NULL};
static const char *const statuses[] = {"undefined", "ok", "error", NULL};
static const char *const lifecycles[] = {
#define LIFECYCLE_CHOICE(name, text) text,
    HLSIM_LIFECYCLE_MAP(LIFECYCLE_CHOICE)
#undef LIFECYCLE_CHOICE
        NULL};
static const char *const systems[] = {"registered", "unknown", NULL};
static const char *const results[] = {"updated", "deferred", "failed", "none", "done", NULL};

#define ID_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

static const struct path paths[] = {
    {"modem.firmware", NULL, PATH_TEXT, NULL},
    {"modem.cgmr", NULL, PATH_TEXT, NULL},
    {"modem.powered", NULL, PATH_BOOL, NULL},
    {"modem.registered", NULL, PATH_BOOL, NULL},
    {"modem.boots", NULL, PATH_INTEGER, NULL},
    {"modem.sim", NULL, PATH_CHOICE, cards},
    {"modem.sleep", NULL, PATH_CHOICE, depths},
    {"modem.rest", NULL, PATH_CHOICE, rests},
    {"modem.session", NULL, PATH_CHOICE, sessions},
    {"modem.agreement", NULL, PATH_CHOICE, agreements},
    {"modem.settings.wdsi", NULL, PATH_INTEGER, NULL},
    {"modem.settings.wdsc.0", NULL, PATH_INTEGER, NULL},
    {"modem.settings.wdsc.1", NULL, PATH_INTEGER, NULL},
    {"modem.settings.wdsc.2", NULL, PATH_INTEGER, NULL},
    {"modem.settings.wdsc.3", NULL, PATH_INTEGER, NULL},
    {"modem.settings.wdsc.4", NULL, PATH_TEXT, NULL},
    {"modem.settings.wdsc.5", NULL, PATH_INTEGER, NULL},
    {"modem.settings.wdsc.6", NULL, PATH_INTEGER, NULL},
    {"modem.settings.wdss.2", NULL, PATH_INTEGER, NULL},
    {"modem.settings.ksrat", NULL, PATH_INTEGER, NULL},
    {"modem.settings.ctzu", NULL, PATH_INTEGER, NULL},
    {"modem.update", NULL, PATH_CHOICE, updates},
    {"modem.stored", NULL, PATH_INTEGER, NULL},
    {"modem.credentials", NULL, PATH_CHOICE, credentials},
    {"network.nat", NULL, PATH_INTEGER, NULL},
    {"airvantage.operation", NULL, PATH_CHOICE, operations},
    {"airvantage.operation.", ID_CHARACTERS, PATH_CHOICE, operations},
    {"airvantage.phase", NULL, PATH_CHOICE, phases},
    {"airvantage.tasks.pending", NULL, PATH_INTEGER, NULL},
    {"airvantage.tasks.in_progress", NULL, PATH_INTEGER, NULL},
    {"airvantage.tasks.success", NULL, PATH_INTEGER, NULL},
    {"airvantage.tasks.failure", NULL, PATH_INTEGER, NULL},
    {"airvantage.tasks.cancelled", NULL, PATH_INTEGER, NULL},
    {"airvantage.tasks.timeout", NULL, PATH_INTEGER, NULL},
    {"airvantage.dates.created", NULL, PATH_DURATION, NULL},
    {"airvantage.dates.start", NULL, PATH_DURATION, NULL},
    {"airvantage.dates.timeout", NULL, PATH_DURATION, NULL},
    {"airvantage.dates.cancelled", NULL, PATH_DURATION, NULL},
    {"airvantage.dates.ended", NULL, PATH_DURATION, NULL},
    {"airvantage.system", NULL, PATH_CHOICE, systems},
    {"airvantage.lifecycle", NULL, PATH_CHOICE, lifecycles},
    {"airvantage.gateway.imei", NULL, PATH_TEXT, NULL},
    {"airvantage.gateway.serial", NULL, PATH_TEXT, NULL},
    {"airvantage.communication", NULL, PATH_CHOICE, statuses},
    {"airvantage.synchronization", NULL, PATH_CHOICE, statuses},
    {"airvantage.lifetime", NULL, PATH_DURATION, NULL},
    {"airvantage.timeline.latest", NULL, PATH_TEXT, NULL},
    {"airvantage.data.", "0123456789.", PATH_TEXT, NULL},
    {"airvantage.firmware", NULL, PATH_TEXT, NULL},
    {"airvantage.last_seen", NULL, PATH_DURATION, NULL},
    {"airvantage.timeline", NULL, PATH_INTEGER, NULL},
    {"airvantage.queued", NULL, PATH_INTEGER, NULL},
    {"host.result", NULL, PATH_CHOICE, results},
    {"host.reason", NULL, PATH_TEXT, NULL},
    {"host.outage", NULL, PATH_DURATION, NULL},
    {"host.exit", NULL, PATH_INTEGER, NULL},
};

static const struct hlsim__range any_integer = {-9007199254740991, 9007199254740991};

static const struct path *find_path(const char *name)
{
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        const struct path *path = &paths[i];
        size_t size = strlen(path->name);

        if (path->rest == NULL ? strcmp(path->name, name) == 0
                               : strncmp(path->name, name, size) == 0 && name[size] != '\0' &&
                                     name[size + strspn(name + size, path->rest)] == '\0') {
            return strlen(name) < HLSIM_PATH_MAX ? path : NULL;
        }
    }
    return NULL;
}

static bool read_number(struct hlsim__reader *reader, const cJSON *value, const struct path *path,
                        int64_t *ret_number)
{
    return path->type == PATH_DURATION ? hlsim__reader_wants_duration(reader, value, ret_number)
                                       : hlsim__reader_wants_integer(reader, value, any_integer.min,
                                                                     any_integer.max, ret_number);
}

struct bounds {
    struct hlsim_condition *condition;
    const struct path *path;
};

static void read_min(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    struct bounds *bounds = target;

    (void)about;
    bounds->condition->has_min = read_number(reader, value, bounds->path, &bounds->condition->min);
}

static void read_max(struct hlsim__reader *reader, const cJSON *value, void *target,
                     const void *about)
{
    struct bounds *bounds = target;

    (void)about;
    bounds->condition->has_max = read_number(reader, value, bounds->path, &bounds->condition->max);
}

static void read_like(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct bounds *bounds = target;

    (void)about;
    hlsim__reader_wants_copy(reader, value, 1, bounds->condition->like,
                             sizeof bounds->condition->like);
}

static const struct hlsim__key bound_keys[] = {
    {.name = "min", .read = read_min},
    {.name = "max", .read = read_max},
};

static const struct hlsim__key like_keys[] = {
    {.name = "like", .required = true, .read = read_like},
};

static void read_bounds(struct hlsim__reader *reader, const cJSON *value, const struct path *path,
                        struct hlsim_condition *condition)
{
    struct bounds bounds = {.condition = condition, .path = path};
    bool numeric = path->type == PATH_INTEGER || path->type == PATH_DURATION;

    if (cJSON_GetObjectItemCaseSensitive(value, "like") != NULL || !numeric) {
        condition->kind = HLSIM_CONDITION_LIKE;
        HLSIM__READ_OBJECT(reader, value, like_keys, &bounds);
        return;
    }
    condition->kind = HLSIM_CONDITION_RANGE;
    if (cJSON_GetArraySize(value) == 0) {
        hlsim__reader_complain(reader, "expected \"min\", \"max\" or both, or \"like\"");
        return;
    }
    HLSIM__READ_OBJECT(reader, value, bound_keys, &bounds);
    if (condition->has_min && condition->has_max && condition->min > condition->max) {
        hlsim__reader_complain(reader, "expected \"min\" to be no more than \"max\"");
    }
}

static void read_value(struct hlsim__reader *reader, const cJSON *value, const struct path *path,
                       struct hlsim_value *result)
{
    bool flag = false;
    int choice;

    switch (path->type) {
    case PATH_BOOL:
        result->type = HLSIM_VALUE_BOOL;
        hlsim__read_bool(reader, value, &flag, NULL);
        result->integer = flag;
        break;
    case PATH_INTEGER:
    case PATH_DURATION:
        result->type = HLSIM_VALUE_INT;
        read_number(reader, value, path, &result->integer);
        break;
    case PATH_CHOICE:
        result->type = HLSIM_VALUE_TEXT;
        choice = hlsim__reader_wants_choice(reader, value, path->choices);
        if (choice >= 0) {
            snprintf(result->text, sizeof result->text, "%s", path->choices[choice]);
        }
        break;
    case PATH_TEXT:
    default:
        result->type = HLSIM_VALUE_TEXT;
        hlsim__reader_wants_copy(reader, value, 0, result->text, sizeof result->text);
        break;
    }
}

void hlsim__read_condition(struct hlsim__reader *reader, const cJSON *value,
                           struct hlsim_condition *ret_condition)
{
    const struct path *path = find_path(value->string);
    struct hlsim__nearest nearest;

    memset(ret_condition, 0, sizeof *ret_condition);
    if (path == NULL && strncmp(value->string, "modem.socket.", 13) == 0) {
        hlsim__reader_later(reader, value->string);
        return;
    }
    if (path == NULL) {
        hlsim__nearest_init(&nearest, value->string);
        for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
            hlsim__nearest_offer(&nearest, paths[i].name);
        }
        hlsim__reader_unknown(reader, "path", value->string, &nearest);
        return;
    }
    snprintf(ret_condition->path, sizeof ret_condition->path, "%s", value->string);
    hlsim__reader_enter(reader, value->string);
    if (cJSON_IsObject(value) && path->type != PATH_BOOL) {
        read_bounds(reader, value, path, ret_condition);
    } else if (!cJSON_IsNull(value)) {
        read_value(reader, value, path, &ret_condition->value);
    }
    hlsim__reader_leave(reader);
}
