/*
 * The table of actions and their keys (scenario-format.md, "Actions").
 */
#include "load/action.h"

#include "load/matcher.h"
#include "load/param.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct action {
    const char *name;
    const struct hlsim__param *params; /* NULL: none */
    size_t param_count;
    bool needs_one;     /* of its keys */
    bool undone;        /* takes `for` */
    int64_t undo_after; /* its default; HLSIM_NEVER: stays */
};

static const char *const flows[] = {"all", NULL};
static const char *const selves[] = {"self", NULL};
static const char *const systems[] = {"self", "all", NULL};
static const char *const jobs[] = {"upgrade", NULL};
static const char *const latest[] = {"latest", NULL};
static const char *const damages[] = {"bit_flip", "truncate", "wrong_key", "wrong_base", NULL};
static const char *const timeouts[] = {"none", NULL};
static const char *const methods[] = {"all", "head", "get", NULL};
static const char *const framings[] = {"length", "chunked", "close", NULL};
static const char *const heads[] = {"good", "none", "junk", "huge", "endless", NULL};

#define INT_DEFAULT(number)                                                                        \
    {                                                                                              \
        .type = HLSIM_VALUE_INT, .integer = (number)                                               \
    }
#define BOOL_DEFAULT(flag)                                                                         \
    {                                                                                              \
        .type = HLSIM_VALUE_BOOL, .integer = (flag)                                                \
    }
#define TEXT_DEFAULT(words)                                                                        \
    {                                                                                              \
        .type = HLSIM_VALUE_TEXT, .text = words                                                    \
    }

static const struct hlsim__param reset_params[] = {
    {.key = "hold", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(100 * HLSIM_MS)},
};
static const struct hlsim__range levels = {0, 1};
static const struct hlsim__param line_params[] = {
    {.key = "dtr", .type = HLSIM__PARAM_NUMBER, .range = &levels},
    {.key = "rts", .type = HLSIM__PARAM_NUMBER, .range = &levels},
};
static const struct hlsim__param key_params[] = {
    {.key = "hold", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(1500 * HLSIM_MS)},
};
static const struct hlsim__param wake_params[] = {
    {.key = "hold", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(10 * HLSIM_MS)},
};
static const struct hlsim__param card_params[] = {
    {.key = "iccid", .type = HLSIM__PARAM_ICCID},
    {.key = "imsi", .type = HLSIM__PARAM_IMSI},
};
static const struct hlsim__param latency_params[] = {
    {.key = "up", .required = true, .type = HLSIM__PARAM_DURATION},
    {.key = "down", .type = HLSIM__PARAM_DURATION, .same_as = "up"},
    {.key = "jitter", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(0)},
};
static const struct hlsim__param loss_params[] = {
    {.key = "up", .required = true, .type = HLSIM__PARAM_SHARE},
    {.key = "down", .type = HLSIM__PARAM_SHARE, .same_as = "up"},
};
static const struct hlsim__range contexts = {1, 4};
static const struct hlsim__range causes = {1, 255};
static const struct hlsim__param pdp_params[] = {
    {.key = "cid", .type = HLSIM__PARAM_NUMBER, .range = &contexts, .value = INT_DEFAULT(1)},
    {.key = "cause", .type = HLSIM__PARAM_NUMBER, .range = &causes, .value = INT_DEFAULT(33)},
};
static const struct hlsim__param nat_params[] = {
    {.key = "flow", .type = HLSIM__PARAM_CHOICE, .choices = flows, .value = TEXT_DEFAULT("all")},
};
static const struct hlsim__param system_params[] = {
    {.key = "system",
     .type = HLSIM__PARAM_CHOICE,
     .choices = selves,
     .value = TEXT_DEFAULT("self")},
    {.key = "imei", .type = HLSIM__PARAM_IMEI},
    {.key = "serial", .type = HLSIM__PARAM_SERIAL},
};
static const struct hlsim__param operation_params[] = {
    {.key = "id", .type = HLSIM__PARAM_OPERATION},
    {.key = "system",
     .type = HLSIM__PARAM_CHOICE,
     .choices = systems,
     .value = TEXT_DEFAULT("self")},
    {.key = "kind", .type = HLSIM__PARAM_CHOICE, .choices = jobs, .value = TEXT_DEFAULT("upgrade")},
    {.key = "upgrade",
     .type = HLSIM__PARAM_PACKAGE,
     .choices = latest,
     .value = TEXT_DEFAULT("latest")},
    {.key = "start", .type = HLSIM__PARAM_DURATION, .value = INT_DEFAULT(0)},
    {.key = "timeout", .type = HLSIM__PARAM_DURATION, .choices = timeouts},
    {.key = "force", .type = HLSIM__PARAM_BOOL, .value = BOOL_DEFAULT(false)},
};
static const struct hlsim__param corrupt_params[] = {
    {.key = "id", .type = HLSIM__PARAM_PACKAGE},
    {.key = "kind",
     .type = HLSIM__PARAM_CHOICE,
     .choices = damages,
     .value = TEXT_DEFAULT("bit_flip")},
    {.key = "offset", .type = HLSIM__PARAM_SIZE},
};
static const struct hlsim__range counts = {1, 1000000};
static const struct hlsim__range statuses = {100, 599};
static const struct hlsim__range rates = {1, 1000000000};
static const struct hlsim__param http_params[] = {
    {.key = "request",
     .type = HLSIM__PARAM_CHOICE,
     .choices = methods,
     .value = TEXT_DEFAULT("all")},
    {.key = "path", .type = HLSIM__PARAM_URI},
    {.key = "count", .type = HLSIM__PARAM_NUMBER, .range = &counts, .value = INT_DEFAULT(1)},
    {.key = "code", .type = HLSIM__PARAM_NUMBER, .range = &statuses},
    {.key = "location", .type = HLSIM__PARAM_URI},
    {.key = "close_after", .type = HLSIM__PARAM_SIZE},
    {.key = "delay", .type = HLSIM__PARAM_DURATION},
    {.key = "rate", .type = HLSIM__PARAM_NUMBER, .range = &rates},
    {.key = "length", .type = HLSIM__PARAM_SIZE},
    {.key = "offset", .type = HLSIM__PARAM_SIZE},
    {.key = "framing", .type = HLSIM__PARAM_CHOICE, .choices = framings},
    {.key = "head", .type = HLSIM__PARAM_CHOICE, .choices = heads},
};
static const struct hlsim__param firmware_params[] = {
    {.key = "to", .required = true, .type = HLSIM__PARAM_VERSION},
    {.key = "keep_nvm", .type = HLSIM__PARAM_BOOL, .value = BOOL_DEFAULT(true)},
};

static const struct hlsim__param quirk_params[] = {
    {.key = "name", .required = true, .type = HLSIM__PARAM_QUIRK},
};

#define PARAMS(table) .params = (table), .param_count = sizeof(table) / sizeof *(table)
#define STAYS         .undo_after = HLSIM_NEVER

static const struct action table[] = {
    {.name = "power_cut", .undone = true, .undo_after = HLSIM_SECOND},
    {.name = "host_power_cut", .undone = true, .undo_after = HLSIM_SECOND},
    {.name = "product_power_cut", .undone = true, .undo_after = HLSIM_SECOND},
    {.name = "reset", PARAMS(reset_params), STAYS},
    {.name = "line", PARAMS(line_params), .needs_one = true, STAYS},
    {.name = "power_key", PARAMS(key_params), STAYS},
    {.name = "wake", PARAMS(wake_params), STAYS},
    {.name = "network_lost", .undone = true, STAYS},
    {.name = "network_back", STAYS},
    {.name = "pdp_reject", PARAMS(pdp_params), .undone = true, STAYS},
    {.name = "latency", PARAMS(latency_params), .undone = true, STAYS},
    {.name = "loss", PARAMS(loss_params), .undone = true, STAYS},
    {.name = "nat_release", PARAMS(nat_params), STAYS},
    {.name = "sim_remove", .undone = true, STAYS},
    {.name = "sim_insert", PARAMS(card_params), .undone = true, STAYS},
    {.name = "system_delete", PARAMS(system_params), STAYS},
    {.name = "system_register", PARAMS(system_params), STAYS},
    {.name = "operation_create", PARAMS(operation_params), STAYS},
    {.name = "package_corrupt", PARAMS(corrupt_params), STAYS},
    {.name = "http_answer", PARAMS(http_params), STAYS},
    {.name = "firmware_set", PARAMS(firmware_params), STAYS},
    {.name = "flash_full", .undone = true, STAYS},
    {.name = "ram_fault", .undone = true, STAYS},
    {.name = "flash_fault", .undone = true, STAYS},
    {.name = "install_hang", .undone = true, STAYS},
    {.name = "quirk_on", PARAMS(quirk_params), STAYS},
    {.name = "quirk_off", PARAMS(quirk_params), STAYS},
};

/* In the language, and refused by name until somebody builds them. */
static const char *const later[] = {
    "boot_pin",
    "server_down",
    "server_up",
    "server_answer",
    "credentials_invalidate",
    "gateway_change",
    "gateway_restore",
    "operation_cancel",
    "uart_garble",
    "uart_drop",
    "uart_stall",
    "usb_reenumerate",
    "tcp_close",
    "say",
    "host_do",
};

static const struct action *find_action(const char *name)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

bool hlsim__action_at(size_t index, struct hlsim_catalogue_action *ret_action)
{
    if (index >= sizeof table / sizeof *table) {
        return false;
    }
    *ret_action = (struct hlsim_catalogue_action){.name = table[index].name,
                                                  .undone = table[index].undone,
                                                  .undo_after = table[index].undo_after,
                                                  .key_count = table[index].param_count};
    return true;
}

void hlsim__action_key_at(size_t action, size_t index, struct hlsim_catalogue_key *ret_key)
{
    const struct hlsim__param *param = &table[action].params[index];

    *ret_key = (struct hlsim_catalogue_key){
        .name = param->key,
        .required = param->required,
        .same_as = param->same_as,
        .kind = param->type == HLSIM__PARAM_DURATION ? HLSIM_KEY_DURATION
                : param->type == HLSIM__PARAM_SHARE  ? HLSIM_KEY_SHARE
                                                     : HLSIM_KEY_OTHER,
        .choices = param->choices,
        .value = &param->value};
}

static void complain_about_name(struct hlsim__reader *reader, const char *name)
{
    struct hlsim__nearest nearest;
    char hint[HLSIM__HINT_SIZE];

    hlsim__nearest_init(&nearest, name);
    for (size_t i = 0; i < sizeof later / sizeof *later; i++) {
        if (strcmp(later[i], name) == 0) {
            hlsim__reader_complain(reader, "action \"%s\" is not supported yet", name);
            return;
        }
    }
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        hlsim__nearest_offer(&nearest, table[i].name);
    }
    hlsim__reader_complain(reader, "unknown action \"%.60s\"%s", name,
                           hlsim__nearest_hint(&nearest, hint));
}

static void read_when(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_planned_action *plan = target;

    plan->has_when = true;
    hlsim__read_matcher(reader, value, &plan->when, about);
}

/* `do` was read before the others. */
static void read_nothing(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    (void)reader;
    (void)value;
    (void)target;
    (void)about;
}

/* The keys that every action has, unless it has one of its own of that name. `for` is taken by
 * those alone that can be undone. */
static const struct hlsim__key common[] = {
    HLSIM__KEY_ABOUT,
    {.name = "do", .read = read_nothing},
    {.name = "at",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_planned_action, at)},
    {.name = "when", .read = read_when},
    {.name = "after",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_planned_action, after)},
    {.name = "count",
     .read = hlsim__read_unsigned,
     .offset = offsetof(struct hlsim_planned_action, count),
     .about = &counts},
    {.name = "for",
     .read = hlsim__read_duration,
     .offset = offsetof(struct hlsim_planned_action, undo_after)},
};

/* The index of a key of this action, or `param_count`. */
static size_t find_param(const struct action *action, const char *name)
{
    size_t i = 0;

    while (i < action->param_count && strcmp(action->params[i].key, name) != 0) {
        i++;
    }
    return i;
}

static const struct hlsim__key *find_common(const struct action *action, const char *name)
{
    for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
        if (strcmp(common[i].name, name) == 0 && (action->undone || strcmp(name, "for") != 0) &&
            find_param(action, name) == action->param_count) {
            return &common[i];
        }
    }
    return NULL;
}

static void read_member(struct hlsim__reader *reader, const cJSON *member,
                        const struct action *action, struct hlsim_planned_action *plan)
{
    const struct hlsim__key *key = find_common(action, member->string);
    size_t param = find_param(action, member->string);
    struct hlsim__nearest nearest;

    if (key == NULL && param == action->param_count) {
        hlsim__nearest_init(&nearest, member->string);
        for (size_t i = 0; i < sizeof common / sizeof *common; i++) {
            hlsim__nearest_offer(&nearest, common[i].name);
        }
        for (size_t i = 0; i < action->param_count; i++) {
            hlsim__nearest_offer(&nearest, action->params[i].key);
        }
        hlsim__reader_unknown(reader, "key", member->string, &nearest);
        return;
    }
    hlsim__reader_enter(reader, member->string);
    if (key != NULL) {
        key->read(reader, member, (char *)plan + key->offset, key->about);
    } else {
        hlsim__read_param(reader, member, &action->params[param],
                          &plan->action.params[param].value);
    }
    hlsim__reader_leave(reader);
}

/* Every key of the action has a place from the beginning, with its default. */
static void fill_defaults(struct hlsim_planned_action *plan, const struct action *action)
{
    snprintf(plan->action.name, sizeof plan->action.name, "%s", action->name);
    plan->count = 1;
    plan->undo_after = action->undo_after;
    plan->action.param_count = action->param_count;
    for (size_t i = 0; i < action->param_count; i++) {
        snprintf(plan->action.params[i].key, sizeof plan->action.params[i].key, "%s",
                 action->params[i].key);
        plan->action.params[i].value = action->params[i].value;
    }
}

static void check_members(struct hlsim__reader *reader, const cJSON *object,
                          const struct action *action, struct hlsim_planned_action *plan)
{
    bool at = cJSON_GetObjectItemCaseSensitive(object, "at") != NULL;
    bool when = cJSON_GetObjectItemCaseSensitive(object, "when") != NULL;
    bool has_one = false;

    if (at == when) {
        hlsim__reader_complain(reader, "expected \"at\" or \"when\"%s", at ? ", not both" : "");
    }
    if (at && find_common(action, "count") != NULL &&
        cJSON_GetObjectItemCaseSensitive(object, "count") != NULL) {
        hlsim__reader_enter(reader, "count");
        hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY,
                        "\"count\" goes with \"when\" only");
        hlsim__reader_leave(reader);
    }
    for (size_t i = 0; i < action->param_count; i++) {
        const struct hlsim__param *param = &action->params[i];

        if (cJSON_GetObjectItemCaseSensitive(object, param->key) != NULL) {
            has_one = true;
            continue;
        }
        if (param->required) {
            hlsim__reader_complain(reader, "\"%s\" is missing", param->key);
        } else if (param->same_as != NULL) {
            plan->action.params[i].value =
                plan->action.params[find_param(action, param->same_as)].value;
        }
    }
    if (action->needs_one && !has_one) {
        hlsim__reader_complain(reader, "expected at least one of \"%s\" and \"%s\"",
                               action->params[0].key, action->params[1].key);
    }
}

static void read_action(struct hlsim__reader *reader, const cJSON *value,
                        struct hlsim_planned_action *plan)
{
    const cJSON *name;
    const cJSON *member;
    const struct action *action;

    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    name = cJSON_GetObjectItemCaseSensitive(value, "do");
    if (name == NULL) {
        hlsim__reader_complain(reader, "\"do\" is missing");
        return;
    }
    hlsim__reader_enter(reader, "do");
    action = NULL;
    if (hlsim__reader_wants_text(reader, name, "the name of an action") != NULL) {
        action = find_action(name->valuestring);
        if (action == NULL) {
            complain_about_name(reader, name->valuestring);
        }
    }
    hlsim__reader_leave(reader);
    if (action == NULL) {
        return;
    }
    fill_defaults(plan, action);
    cJSON_ArrayForEach(member, value)
    {
        read_member(reader, member, action, plan);
    }
    check_members(reader, value, action, plan);
}

void hlsim__read_actions(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    struct hlsim_scenario *scenario = &reader->setup->scenario;
    struct hlsim_planned_action *plan;
    const cJSON *element;

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 0, HLSIM_ACTIONS_MAX)) {
        return;
    }
    scenario->actions = calloc((size_t)cJSON_GetArraySize(value) + 1, sizeof *scenario->actions);
    if (scenario->actions == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter_index(reader, scenario->action_count);
        plan = &scenario->actions[scenario->action_count];
        snprintf(plan->pointer, sizeof plan->pointer, "/actions/%zu", scenario->action_count);
        read_action(reader, element, plan);
        hlsim__reader_leave(reader);
        scenario->action_count++;
    }
}

static void resolve_package(struct hlsim__reader *reader, const struct hlsim__param *param,
                            struct hlsim_value *value)
{
    const struct hlsim_setup *setup = reader->setup;
    struct hlsim__nearest nearest;
    char hint[HLSIM__HINT_SIZE];

    if (value->type == HLSIM_VALUE_NULL) {
        if (setup->package_count == 1) {
            value->type = HLSIM_VALUE_TEXT;
            snprintf(value->text, sizeof value->text, "%s", setup->packages[0].id);
        } else {
            hlsim__reader_complain(reader, "\"%s\" is missing, for there are %zu packages",
                                   param->key, setup->package_count);
        }
        return;
    }
    for (size_t i = 0; param->choices != NULL && param->choices[i] != NULL; i++) {
        if (strcmp(param->choices[i], value->text) == 0) {
            return;
        }
    }
    hlsim__nearest_init(&nearest, value->text);
    for (size_t i = 0; i < setup->package_count; i++) {
        if (strcmp(setup->packages[i].id, value->text) == 0) {
            return;
        }
        hlsim__nearest_offer(&nearest, setup->packages[i].id);
    }
    hlsim__reader_enter(reader, param->key);
    hlsim__reader_complain(reader, "no package has the id \"%.60s\"%s", value->text,
                           hlsim__nearest_hint(&nearest, hint));
    hlsim__reader_leave(reader);
}

void hlsim__resolve_actions(struct hlsim__reader *reader)
{
    struct hlsim_scenario *scenario = &reader->setup->scenario;

    hlsim__reader_enter(reader, "actions");
    for (size_t i = 0; i < scenario->action_count; i++) {
        const struct action *action = find_action(scenario->actions[i].action.name);

        hlsim__reader_enter_index(reader, i);
        for (size_t j = 0; action != NULL && j < action->param_count; j++) {
            if (action->params[j].type == HLSIM__PARAM_PACKAGE) {
                resolve_package(reader, &action->params[j],
                                &scenario->actions[i].action.params[j].value);
            }
        }
        hlsim__reader_leave(reader);
    }
    hlsim__reader_leave(reader);
}
