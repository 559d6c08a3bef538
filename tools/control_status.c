/*
 * Tells what can be read of a world, in JSON. Changes nothing.
 */
#include "control_status.h"

#include <cjson/cJSON.h>

/* The paths that are told; what nobody can read is left out. */
static const char *const paths[] = {
    "modem.powered",
    "modem.boots",
    "modem.firmware",
    "modem.sim",
    "modem.registered",
    "modem.session",
    "modem.agreement",
    "modem.update",
    "modem.stored",
    "modem.credentials",
    "network.nat",
    "airvantage.system",
    "airvantage.operation",
    "airvantage.last_seen",
    "airvantage.queued",
    "host.result",
    "host.exit",
};

static int read_path(const struct control *control, const char *path, struct hlsim_value *ret_value)
{
    int result = HLSIM_E_NOT_FOUND;

    for (size_t i = 0; i < control->actor_count && result == HLSIM_E_NOT_FOUND; i++) {
        result = control->actors[i].read(control->actors[i].user, path, ret_value);
    }
    return result;
}

static cJSON *make_value(const struct hlsim_value *value)
{
    switch (value->type) {
    case HLSIM_VALUE_BOOL:
        return cJSON_CreateBool(value->integer != 0);
    case HLSIM_VALUE_INT:
        return cJSON_CreateNumber((double)value->integer);
    case HLSIM_VALUE_TEXT:
        return cJSON_CreateString(value->text);
    case HLSIM_VALUE_NULL:
    default:
        return cJSON_CreateNull();
    }
}

static void add_ports(const struct control *control, cJSON *root)
{
    cJSON *ports = cJSON_AddArrayToObject(root, "ports");

    for (unsigned i = 0; i < control->port_count; i++) {
        cJSON *port = cJSON_CreateObject();

        cJSON_AddStringToObject(port, "path", hlpty_pty_path(&control->ports[i].pty));
        cJSON_AddNumberToObject(port, "hosts", control->ports[i].pty.hosts);
        cJSON_AddItemToArray(ports, port);
    }
}

char *control_status(const struct control *control)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *state;
    char *text;

    cJSON_AddBoolToObject(root, "ok", true);
    cJSON_AddNumberToObject(root, "time",
                            (double)hlsim_world_now(control->world) / (double)HLSIM_SECOND);
    add_ports(control, root);
    state = cJSON_AddObjectToObject(root, "state");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct hlsim_value value = {.type = HLSIM_VALUE_NULL};

        if (read_path(control, paths[i], &value) == 0) {
            cJSON_AddItemToObject(state, paths[i], make_value(&value));
        }
    }
    text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
}
