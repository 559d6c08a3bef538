/*
 * Reads the keys of an action. Knows no action by name.
 */
#include <hl78sim/scenario.h>

#include <string.h>

const struct hlsim_value *hlsim_action_param(const struct hlsim_action *action, const char *key)
{
    for (size_t i = 0; i < action->param_count; i++) {
        if (strcmp(action->params[i].key, key) == 0) {
            return &action->params[i].value;
        }
    }
    return NULL;
}
