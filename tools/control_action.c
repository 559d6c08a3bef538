/*
 * JSON to an action, by way of the loader. Carries nothing out.
 */
#include "control_action.h"

#include <hl78sim/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the loader finds the action. */
static const char place[] = "/actions/0";

/* Says the first thing that is wrong, without the place that the user never saw. */
static void explain(const struct hlsim_diagnostics *diagnostics, char *error)
{
    const struct hlsim_diagnostic *first = &diagnostics->entries[0];
    const char *pointer = first->pointer;

    if (strncmp(pointer, place, sizeof place - 1) == 0) {
        pointer += sizeof place - 1;
    }
    pointer += *pointer == '/';
    snprintf(error, CONTROL_ERROR_SIZE, "%s%s%s", pointer, *pointer != '\0' ? ": " : "",
             first->message);
}

/* Takes `modem` out of the request: scenarios have one modem only and no such key. */
static bool take_modem(cJSON *request, const struct hlsim_setup *setup, size_t *ret_modem,
                       char *error)
{
    cJSON *modem = cJSON_DetachItemFromObjectCaseSensitive(request, "modem");
    bool good = modem == NULL || (cJSON_IsNumber(modem) && modem->valuedouble >= 0 &&
                                  modem->valuedouble < (double)setup->world.modem_count &&
                                  modem->valuedouble == (double)modem->valueint);

    *ret_modem = good && modem != NULL ? (size_t)modem->valueint : 0;
    cJSON_Delete(modem);
    if (!good) {
        snprintf(error, CONTROL_ERROR_SIZE, "modem: expected the number of a modem, from 0 to %zu",
                 setup->world.modem_count > 0 ? setup->world.modem_count - 1 : 0);
    }
    return good;
}

/* An action now has no time of its own. */
static bool is_now(const cJSON *request, char *error)
{
    static const char *const planned[] = {"at", "when", "after", "count"};

    for (size_t i = 0; i < sizeof planned / sizeof *planned; i++) {
        if (cJSON_GetObjectItemCaseSensitive(request, planned[i]) != NULL) {
            snprintf(error, CONTROL_ERROR_SIZE, "%s: only in scenarios; this action strikes now",
                     planned[i]);
            return false;
        }
    }
    return true;
}

/* The scenario that has this action and these packages and nothing else; NULL: no memory. */
static char *make_scenario(const cJSON *request, const struct hlsim_setup *setup)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *packages =
        cJSON_AddArrayToObject(cJSON_AddObjectToObject(root, "airvantage"), "packages");
    cJSON *action = cJSON_Duplicate(request, true);
    char *text;

    cJSON_AddStringToObject(root, "name", "control");
    cJSON_AddStringToObject(action, "at", "0s");
    cJSON_AddItemToArray(cJSON_AddArrayToObject(root, "actions"), action);
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

static bool load(const char *text, struct control_action *ret_action, char *error)
{
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    struct hlsim_setup *setup = NULL;
    int result = diagnostics == NULL
                     ? HLSIM_E_NO_MEMORY
                     : hlsim_load_scenario(text, strlen(text), NULL, &setup, diagnostics);

    if (result == 0) {
        ret_action->action = setup->scenario.actions[0].action;
        ret_action->undo_after = setup->scenario.actions[0].undo_after;
    } else if (result == HLSIM_E_FORMAT) {
        explain(diagnostics, error);
    } else {
        snprintf(error, CONTROL_ERROR_SIZE, "%s", hlsim_error_text(result));
    }
    hlsim_setup_free(setup);
    free(diagnostics);
    return result == 0;
}

bool control_action_read(cJSON *request, const struct hlsim_setup *setup,
                         struct control_action *ret_action, char reterr[CONTROL_ERROR_SIZE])
{
    size_t modem;
    char *text;
    bool good;

    if (!take_modem(request, setup, &modem, reterr) || !is_now(request, reterr)) {
        return false;
    }
    text = make_scenario(request, setup);
    if (text == NULL) {
        snprintf(reterr, CONTROL_ERROR_SIZE, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return false;
    }
    good = load(text, ret_action, reterr);
    cJSON_free(text);
    if (good) {
        ret_action->action.modem = modem;
    }
    return good;
}
