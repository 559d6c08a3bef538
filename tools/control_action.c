/*
 * JSON to an action or a matcher, by way of the loader. Carries nothing out.
 */
#include "control_action.h"

#include <hl78sim/catalogue.h>
#include <hl78sim/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says the first thing that is wrong, without the place in a scenario that the user never saw. */
static void explain(const struct hlsim_diagnostics *diagnostics, const char *place, char *error)
{
    const struct hlsim_diagnostic *first = &diagnostics->entries[0];
    const char *pointer = first->pointer;

    if (strncmp(pointer, place, strlen(place)) == 0) {
        pointer += strlen(place);
    }
    pointer += *pointer == '/';
    snprintf(error, CONTROL_ERROR_SIZE, "%s%s%s", pointer, *pointer != '\0' ? ": " : "",
             first->message);
}

bool control_take_modem(cJSON *request, const struct hlsim_setup *setup, size_t *ret_modem,
                        char reterr[CONTROL_ERROR_SIZE])
{
    cJSON *modem = cJSON_DetachItemFromObjectCaseSensitive(request, "modem");
    bool good = modem == NULL || (cJSON_IsNumber(modem) && modem->valuedouble >= 0 &&
                                  modem->valuedouble < (double)setup->world.modem_count &&
                                  modem->valuedouble == (double)modem->valueint);

    *ret_modem = good && modem != NULL ? (size_t)modem->valueint : 0;
    cJSON_Delete(modem);
    if (!good) {
        snprintf(reterr, CONTROL_ERROR_SIZE, "modem: expected the number of a modem, from 0 to %zu",
                 setup->world.modem_count > 0 ? setup->world.modem_count - 1 : 0);
    }
    return good;
}

/* Whether an action has a key of its own of that name, so that it means something else than in
 * plans. */
static bool has_key(const char *action, const char *key)
{
    struct hlsim_catalogue_action row;
    struct hlsim_catalogue_key found;

    for (size_t i = 0; action != NULL && hlsim_catalogue_action(i, &row); i++) {
        for (size_t j = 0; strcmp(row.name, action) == 0 && j < row.key_count; j++) {
            hlsim_catalogue_action_key(i, j, &found);
            if (strcmp(found.name, key) == 0) {
                return true;
            }
        }
    }
    return false;
}

/* An action now has no time of its own. */
static bool is_now(const cJSON *request, char *error)
{
    const char *action = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(request, "do"));

    static const char *const planned[] = {"at", "when", "after", "count"};

    for (size_t i = 0; i < sizeof planned / sizeof *planned; i++) {
        if (cJSON_GetObjectItemCaseSensitive(request, planned[i]) != NULL &&
            !has_key(action, planned[i])) {
            snprintf(error, CONTROL_ERROR_SIZE, "%s: only in scenarios; this action strikes now",
                     planned[i]);
            return false;
        }
    }
    return true;
}

/* The scenario that has this part and these packages and nothing else; NULL: no memory. */
static char *make_scenario(const char *key, cJSON *part, const struct hlsim_setup *setup)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *packages =
        cJSON_AddArrayToObject(cJSON_AddObjectToObject(root, "airvantage"), "packages");
    char *text;

    cJSON_AddStringToObject(root, "name", "control");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(root, key), part);
    for (size_t i = 0; i < setup->package_count; i++) {
        cJSON *package = cJSON_CreateObject();

        cJSON_AddStringToObject(package, "id", setup->packages[i].id);
        cJSON_AddStringToObject(package, "file", "in the store already");
        cJSON_AddItemToArray(packages, package);
    }
    text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
}

/* Where a part lies in its scenario, and where of it the user's text does. */
struct part {
    const char *key;   /* "actions" */
    const char *place; /* "/actions/0" */
};

/* Loads the part, which is consumed; NULL after an explanation. It may speak of operations that
 * exist in the world, or will. */
static struct hlsim_setup *load(const struct part *part, cJSON *value,
                                const struct hlsim_setup *setup, char *error)
{
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    const struct hlsim_load_options options = {.foreign_operations = true};
    struct hlsim_setup *loaded = NULL;
    char *text = make_scenario(part->key, value, setup);
    int result = diagnostics == NULL || text == NULL
                     ? HLSIM_E_NO_MEMORY
                     : hlsim_load_scenario(text, strlen(text), &options, &loaded, diagnostics);

    if (result == HLSIM_E_FORMAT) {
        explain(diagnostics, part->place, error);
    } else if (result < 0) {
        snprintf(error, CONTROL_ERROR_SIZE, "%s", hlsim_error_text(result));
    }
    cJSON_free(text);
    free(diagnostics);
    return loaded;
}

bool control_action_read(cJSON *request, const struct hlsim_setup *setup,
                         struct control_action *ret_action, char reterr[CONTROL_ERROR_SIZE])
{
    static const struct part part = {"actions", "/actions/0"};
    struct hlsim_setup *loaded;
    cJSON *action;
    size_t modem;

    if (!control_take_modem(request, setup, &modem, reterr) || !is_now(request, reterr)) {
        return false;
    }
    action = cJSON_Duplicate(request, true);
    cJSON_AddStringToObject(action, "at", "0s");
    loaded = load(&part, action, setup, reterr);
    if (loaded == NULL) {
        return false;
    }
    ret_action->action = loaded->scenario.actions[0].action;
    ret_action->action.modem = modem;
    ret_action->undo_after = loaded->scenario.actions[0].undo_after;
    hlsim_setup_free(loaded);
    return true;
}

bool control_matcher_read(const cJSON *matcher, const struct hlsim_setup *setup,
                          struct hlsim_matcher *ret_matcher, char reterr[CONTROL_ERROR_SIZE])
{
    static const struct part part = {"expect", "/expect/0/seen"};
    cJSON *expect = cJSON_CreateObject();
    struct hlsim_setup *loaded;

    cJSON_AddItemToObject(expect, "seen", cJSON_Duplicate(matcher, true));
    loaded = load(&part, expect, setup, reterr);
    if (loaded == NULL) {
        return false;
    }
    *ret_matcher = loaded->scenario.expects[0].what;
    hlsim_setup_free(loaded);
    return true;
}
