/*
 * Names of operations: their form, and that a path names one which the scenario creates.
 */
#include "load/parts.h"

#include <stdio.h>
#include <string.h>

#define HEAD "airvantage.operation."

bool hlsim__reader_wants_operation_id(struct hlsim__reader *reader, const cJSON *value, char *text)
{
    const char *given = cJSON_IsString(value) ? value->valuestring : "";
    size_t size = strlen(given);

    if (size == 0 || size >= (size_t)HLSIM__OPERATION_ID_SIZE ||
        strspn(given, HLSIM__OPERATION_ID_CHARACTERS) != size ||
        strspn(given, "0123456789") == size) {
        hlsim__reader_complain(reader,
                               "expected a name of 1 to %d letters, digits, '-', '_' and "
                               "'.', not a number",
                               HLSIM__OPERATION_ID_SIZE - 1);
        return false;
    }
    memcpy(text, given, size + 1);
    return true;
}

static void check_key(struct hlsim__reader *reader, const cJSON *object, const char *key, bool goes,
                      const char *kind)
{
    if (!goes && cJSON_GetObjectItemCaseSensitive(object, key) != NULL) {
        hlsim__reader_enter(reader, key);
        hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY,
                        "\"%s\" goes with \"kind\": \"%s\" only", key, kind);
        hlsim__reader_leave(reader);
    }
}

void hlsim__check_operation_keys(struct hlsim__reader *reader, const cJSON *object)
{
    const cJSON *kind = cJSON_GetObjectItemCaseSensitive(object, "kind");
    const char *name = cJSON_IsString(kind) ? kind->valuestring : "upgrade";
    bool upgrade = strcmp(name, "upgrade") == 0;
    bool settings = strcmp(name, "settings") == 0;

    check_key(reader, object, "upgrade", upgrade, "upgrade");
    check_key(reader, object, "force", upgrade, "upgrade");
    check_key(reader, object, "polling", settings, "settings");
    if (settings && cJSON_GetObjectItemCaseSensitive(object, "polling") == NULL) {
        hlsim__reader_complain(reader, "\"polling\" is missing, for \"kind\" is \"settings\"");
    }
}

/* Offers every name to `nearest`; true when one of them is `id`. */
static bool is_created(const struct hlsim_setup *setup, const char *id,
                       struct hlsim__nearest *nearest)
{
    const struct hlsim_airvantage_config *airvantage = &setup->world.airvantage;
    bool known = false;

    for (size_t i = 0; i < airvantage->operation_count; i++) {
        known = known || strcmp(airvantage->operations[i].id, id) == 0;
        hlsim__nearest_offer(nearest, airvantage->operations[i].id);
    }
    for (size_t i = 0; i < setup->scenario.action_count; i++) {
        const struct hlsim_action *action = &setup->scenario.actions[i].action;
        const struct hlsim_value *value =
            strcmp(action->name, "operation_create") == 0 ? hlsim_action_param(action, "id") : NULL;

        if (value != NULL && value->type == HLSIM_VALUE_TEXT) {
            known = known || strcmp(value->text, id) == 0;
            hlsim__nearest_offer(nearest, value->text);
        }
    }
    return known;
}

static void check_path(struct hlsim__reader *reader, const char *path, const char *pointer)
{
    const char *id = path + strlen(HEAD);
    struct hlsim__nearest nearest;
    char hint[HLSIM__HINT_SIZE];

    if (strncmp(path, HEAD, strlen(HEAD)) != 0 || strspn(id, "0123456789") == strlen(id)) {
        return;
    }
    hlsim__nearest_init(&nearest, id);
    if (!is_created(reader->setup, id, &nearest)) {
        hlsim__complain(reader->source, pointer, HLSIM__SPOT_VALUE,
                        "no operation has the id \"%s\"%s", id,
                        hlsim__nearest_hint(&nearest, hint));
    }
}

static void check_matcher(struct hlsim__reader *reader, const struct hlsim_matcher *matcher,
                          const char *pointer)
{
    if (matcher->type == HLSIM_MATCHER_STATE) {
        check_path(reader, matcher->state.path, pointer);
    }
}

void hlsim__resolve_operation_paths(struct hlsim__reader *reader)
{
    const struct hlsim_scenario *scenario = &reader->setup->scenario;

    for (size_t i = 0; i < scenario->action_count; i++) {
        check_matcher(reader, &scenario->actions[i].when, scenario->actions[i].pointer);
    }
    for (size_t i = 0; i < scenario->expect_count; i++) {
        const struct hlsim_expect *expect = &scenario->expects[i];

        check_matcher(reader, &expect->what, expect->pointer);
        check_matcher(reader, &expect->from, expect->pointer);
        check_matcher(reader, &expect->until, expect->pointer);
        for (size_t j = 0; j < expect->order_count; j++) {
            check_matcher(reader, &expect->order[j], expect->pointer);
        }
        for (size_t j = 0; j < expect->final_count; j++) {
            check_path(reader, expect->finals[j].path, expect->pointer);
        }
    }
}
