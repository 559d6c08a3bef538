/*
 * Tells actions and paths of AirVantage from all others, by name.
 */
#include "far_side.h"

#include <hl78sim/error.h>

#include <string.h>

static const char *const actions[] = {
    "server_down",      "server_up",        "server_answer",    "http_answer",
    "system_delete",    "system_register",  "gateway_change",   "gateway_restore",
    "package_corrupt",  "operation_cancel", "operation_create", "credentials_invalidate",
    "system_lifecycle",
};

static bool is_its_action(const struct hlsim_action *action)
{
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
        if (strcmp(action->name, actions[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_its_path(const char *path)
{
    return strncmp(path, "airvantage.", 11) == 0;
}

static enum hlsim_acted without(void *user, const struct hlsim_action *action)
{
    (void)user;
    return is_its_action(action) ? HLSIM_ACT_IMPOSSIBLE : HLSIM_ACT_NOT_MINE;
}

static int read_without(void *user, const char *path, struct hlsim_value *ret_value)
{
    (void)user;
    (void)ret_value;
    return is_its_path(path) ? HLSIM_E_UNSUPPORTED : HLSIM_E_NOT_FOUND;
}

static enum hlsim_acted only(void *user, const struct hlsim_action *action)
{
    (void)user;
    return is_its_action(action) ? HLSIM_ACT_NOT_MINE : HLSIM_ACT_IMPOSSIBLE;
}

static int read_only(void *user, const char *path, struct hlsim_value *ret_value)
{
    (void)user;
    (void)ret_value;
    return is_its_path(path) ? HLSIM_E_NOT_FOUND : HLSIM_E_UNSUPPORTED;
}

struct hlsim_actor far_side_absent(void)
{
    return (struct hlsim_actor){.act = without, .undo = without, .read = read_without};
}

struct hlsim_actor far_side_alone(void)
{
    return (struct hlsim_actor){.act = only, .undo = only, .read = read_only};
}
