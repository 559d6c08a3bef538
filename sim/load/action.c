/*
 * Reads planned actions: which keys go with which action is in action_table.c.
 */
#include "load/action.h"

#include "load/action_table.h"
#include "load/matcher.h"
#include "load/parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In the language, and refused by name until somebody builds them. */
static const char *const later[] = {
    "host_do",
};

bool hlsim__action_at(size_t index, struct hlsim_catalogue_action *ret_action)
{
    if (index >= hlsim__action_count) {
        return false;
    }
    *ret_action =
        (struct hlsim_catalogue_action){.name = hlsim__action_table[index].name,
                                        .undone = hlsim__action_table[index].undone,
                                        .undo_after = hlsim__action_table[index].undo_after,
                                        .key_count = hlsim__action_table[index].param_count};
    return true;
}

static bool is_text(enum hlsim__param_type type)
{
    return type == HLSIM__PARAM_VERSION || type == HLSIM__PARAM_IMEI ||
           type == HLSIM__PARAM_ICCID || type == HLSIM__PARAM_IMSI || type == HLSIM__PARAM_SERIAL ||
           type == HLSIM__PARAM_PACKAGE || type == HLSIM__PARAM_OPERATION ||
           type == HLSIM__PARAM_JOB || type == HLSIM__PARAM_SYSTEMS || type == HLSIM__PARAM_CODE ||
           type == HLSIM__PARAM_QUIRK || type == HLSIM__PARAM_URI ||
           type == HLSIM__PARAM_TELEPHONE || type == HLSIM__PARAM_TEXT ||
           type == HLSIM__PARAM_HOST || type == HLSIM__PARAM_PEER;
}

void hlsim__action_key_at(size_t action, size_t index, struct hlsim_catalogue_key *ret_key)
{
    const struct hlsim__param *param = &hlsim__action_table[action].params[index];

    *ret_key = (struct hlsim_catalogue_key){
        .name = param->key,
        .required = param->required,
        .same_as = param->same_as,
        .kind = param->type == HLSIM__PARAM_DURATION ? HLSIM_KEY_DURATION
                : param->type == HLSIM__PARAM_SHARE  ? HLSIM_KEY_SHARE
                : is_text(param->type)               ? HLSIM_KEY_TEXT
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
    for (size_t i = 0; i < hlsim__action_count; i++) {
        hlsim__nearest_offer(&nearest, hlsim__action_table[i].name);
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

static const struct hlsim__range counts = {1, 1000000};

/* The keys that every action has, unless it has one of its own of that name. `for` is taken by
 * those alone that can be undone. */
static const struct hlsim__key common[] = {
    HLSIM__KEY_ABOUT,
    {.name = "do", .read = hlsim__read_before},
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
static size_t find_param(const struct hlsim__action *action, const char *name)
{
    size_t i = 0;

    while (i < action->param_count && strcmp(action->params[i].key, name) != 0) {
        i++;
    }
    return i;
}

/* An action's own key hides a common one of the same name. */
static const struct hlsim__key *find_common(const struct hlsim__action *action, const char *name)
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
                        const struct hlsim__action *action, struct hlsim_planned_action *plan)
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
static void fill_defaults(struct hlsim_planned_action *plan, const struct hlsim__action *action)
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
                          const struct hlsim__action *action, struct hlsim_planned_action *plan)
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
    if (strcmp(action->name, "operation_create") == 0) {
        hlsim__check_operation_keys(reader, object);
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
    const struct hlsim__action *action;

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
        action = hlsim__action_find(name->valuestring);
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

static void resolve_peer(struct hlsim__reader *reader, const struct hlsim__param *param,
                         const struct hlsim_value *value)
{
    const struct hlsim_world_config *world = &reader->setup->world;
    struct hlsim__nearest nearest;
    char hint[HLSIM__HINT_SIZE];

    if (value->type != HLSIM_VALUE_TEXT || value->text[0] == '\0') {
        return; /* it was complained of before */
    }
    hlsim__nearest_init(&nearest, value->text);
    for (size_t i = 0; i < world->peer_count; i++) {
        if (world->peers[i].datagrams) {
            continue;
        }
        if (strcmp(world->peers[i].name, value->text) == 0) {
            return;
        }
        hlsim__nearest_offer(&nearest, world->peers[i].name);
    }
    hlsim__reader_enter(reader, param->key);
    hlsim__reader_complain(reader, "no peer with tcp has the name \"%.60s\"%s", value->text,
                           hlsim__nearest_hint(&nearest, hint));
    hlsim__reader_leave(reader);
}

void hlsim__resolve_actions(struct hlsim__reader *reader)
{
    struct hlsim_scenario *scenario = &reader->setup->scenario;

    hlsim__reader_enter(reader, "actions");
    for (size_t i = 0; i < scenario->action_count; i++) {
        const struct hlsim__action *action = hlsim__action_find(scenario->actions[i].action.name);

        hlsim__reader_enter_index(reader, i);
        for (size_t j = 0; action != NULL && j < action->param_count; j++) {
            if (action->params[j].type == HLSIM__PARAM_PACKAGE) {
                resolve_package(reader, &action->params[j],
                                &scenario->actions[i].action.params[j].value);
            } else if (action->params[j].type == HLSIM__PARAM_PEER) {
                resolve_peer(reader, &action->params[j],
                             &scenario->actions[i].action.params[j].value);
            }
        }
        hlsim__reader_leave(reader);
    }
    hlsim__reader_leave(reader);
}
