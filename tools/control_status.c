/*
 * Tells what can be read of a world, in JSON. Changes nothing.
 */
#include "control_status.h"

#include <stdio.h>
#include <string.h>

/* The paths that are told; what nobody can read is left out. */
static const char *const paths[] = {
    "modem.powered",
    "modem.boots",
    "modem.firmware",
    "modem.cgmr",
    "modem.sim",
    "modem.registered",
    "modem.sleep",
    "modem.rest",
    "modem.session",
    "modem.agreement",
    "modem.update",
    "modem.stored",
    "modem.credentials",
    "network.nat",
    "airvantage.system",
    "airvantage.firmware",
    "airvantage.operation",
    "airvantage.last_seen",
    "airvantage.queued",
    "airvantage.phase",
    "airvantage.lifecycle",
    "airvantage.communication",
    "airvantage.synchronization",
    "airvantage.lifetime",
    "airvantage.timeline",
    "airvantage.timeline.latest",
    "airvantage.tasks.pending",
    "airvantage.tasks.in_progress",
    "airvantage.tasks.success",
    "airvantage.tasks.failure",
    "airvantage.tasks.cancelled",
    "airvantage.tasks.timeout",
    "host.result",
    "host.reason",
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

cJSON *control_status_value(const struct hlsim_value *value)
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

bool control_status_path(const char *path, size_t modem, char ret_path[HLSIM_PATH_MAX])
{
    static const char *const heads[] = {"modem", "airvantage"};
    int length = snprintf(ret_path, HLSIM_PATH_MAX, "%s", path);

    for (size_t i = 0; i < sizeof heads / sizeof *heads && modem > 0; i++) {
        size_t size = strlen(heads[i]);

        if (strncmp(path, heads[i], size) == 0 && path[size] == '.') {
            length = snprintf(ret_path, HLSIM_PATH_MAX, "%s:%zu%s", heads[i], modem, path + size);
        }
    }
    return length >= 0 && length < HLSIM_PATH_MAX;
}

static int read_of_modem(const struct control *control, const char *path, size_t modem,
                         struct hlsim_value *ret_value)
{
    char other[HLSIM_PATH_MAX];

    return control_status_path(path, modem, other) ? read_path(control, other, ret_value)
                                                   : HLSIM_E_NOT_FOUND;
}

static void add_lines(cJSON *port, const struct hlsim_link *link)
{
#define LINE_NAME(line, bit, text) {line, text},
    static const struct {
        unsigned line;
        const char *name;
    } lines[] = {HLSIM_LINE_MAP(LINE_NAME)};
#undef LINE_NAME
    unsigned levels = hlsim_link_lines(link);
    cJSON *object = cJSON_AddObjectToObject(port, "lines");

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        if (lines[i].line != HLSIM_LINE_LINK) {
            cJSON_AddNumberToObject(object, lines[i].name, (levels & lines[i].line) != 0);
        }
    }
}

/* Those of the modem asked about: a thousand modems' would fit no reply. */
static void add_ports(const struct control *control, size_t modem, cJSON *root)
{
    cJSON *ports = cJSON_AddArrayToObject(root, "ports");
    size_t each = control->port_count / control->setup->world.modem_count;

    for (size_t i = modem * each; i < (modem + 1) * each; i++) {
        const struct hlpty_port *from = &control->ports[i];
        cJSON *port = cJSON_CreateObject();

        cJSON_AddStringToObject(port, "path", hlpty_port_name(from));
        cJSON_AddNumberToObject(port, "hosts", hlpty_port_hosts(from));
        cJSON_AddNumberToObject(port, "speed", hlsim_link_speed(from->config.link));
        add_lines(port, from->config.link);
        cJSON_AddItemToArray(ports, port);
    }
}

char *control_status(const struct control *control, size_t modem)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *state;
    char *text;

    cJSON_AddBoolToObject(root, "ok", true);
    cJSON_AddNumberToObject(root, "time",
                            (double)hlsim_world_now(control->world) / (double)HLSIM_SECOND);
    cJSON_AddStringToObject(root, "scenario", control->setup->scenario.name);
    cJSON_AddStringToObject(root, "profile", control->setup->profile);
    cJSON_AddNumberToObject(root, "seed", (double)control->setup->world.seed);
    cJSON_AddNumberToObject(root, "modems", (double)control->setup->world.modem_count);
    cJSON_AddNumberToObject(root, "modem", (double)modem);
    add_ports(control, modem, root);
    state = cJSON_AddObjectToObject(root, "state");
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        struct hlsim_value value = {.type = HLSIM_VALUE_NULL};

        if (read_of_modem(control, paths[i], modem, &value) == 0) {
            cJSON_AddItemToObject(state, paths[i], control_status_value(&value));
        }
    }
    text = cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    return text;
}
