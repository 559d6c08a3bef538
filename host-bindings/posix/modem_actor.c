/*
 * Answers the judge's questions about a real modem. Sends nothing itself.
 */
#include <hlposix/modem_actor.h>

#include "internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const agreement_names[] = {"none", "connect", "download", "install"};

static int text_value(struct hlsim_value *ret_value, const char *text)
{
    *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_TEXT};
    snprintf(ret_value->text, sizeof ret_value->text, "%s", text);
    return 0;
}

static int int_value(struct hlsim_value *ret_value, int64_t number)
{
    *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_INT, .integer = number};
    return 0;
}

/* Events 1, 2 and 3 ask for an agreement (AN5.0 4.3); a start of the modem and the host's
 * AT+WDSR end the asking. */
static void on_urc(struct hlposix_modem_actor *actor, const char *line)
{
    static const char indication[] = "+WDSI: ";

    if (strncmp(line, "+KSUP:", 6) == 0) {
        actor->boots++;
        actor->agreement = HLPOSIX_AGREEMENT_NONE;
    } else if (strncmp(line, indication, strlen(indication)) == 0) {
        long number = strtol(line + strlen(indication), NULL, 10);

        if (number >= HLPOSIX_AGREEMENT_CONNECT && number <= HLPOSIX_AGREEMENT_INSTALL) {
            actor->agreement = (enum hlposix_agreement)number;
        }
    }
}

static void on_event(void *user, const struct hlsim_event *event)
{
    struct hlposix_modem_actor *actor = user;
    const struct hlsim_field *line = hlsim_event_field(event, "line");

    if (line == NULL || line->type != HLSIM_FIELD_TEXT) {
        return;
    }
    if (event->kind == HLSIM_EVENT_URC) {
        on_urc(actor, line->data);
    } else if (strncasecmp(line->data, "AT+WDSR=", 8) == 0) {
        actor->agreement = HLPOSIX_AGREEMENT_NONE;
    }
}

/* Adds a line to the mask when the action says its level. */
static void add_line(const struct hlsim_action *action, enum hlsim_line line, unsigned *mask,
                     unsigned *levels)
{
    const struct hlsim_value *value = hlsim_action_param(action, hlsim_line_name(line));

    if (value != NULL && value->type == HLSIM_VALUE_INT) {
        *mask |= line;
        *levels |= value->integer != 0 ? (unsigned)line : 0u;
    }
}

static enum hlsim_acted set_lines(const struct hlposix_modem_actor *actor,
                                  const struct hlsim_action *action)
{
    static const enum hlsim_line lines[] = {HLSIM_LINE_DTR, HLSIM_LINE_RTS};
    unsigned mask = 0;
    unsigned levels = 0;
    int changed;

    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        add_line(action, lines[i], &mask, &levels);
    }
    changed = actor->serial == NULL ? HLSIM_E_UNSUPPORTED
                                    : hlposix_serial_set_lines(actor->serial, mask, levels);
    for (size_t i = 0; changed > 0 && i < sizeof lines / sizeof *lines; i++) {
        if (((unsigned)changed & lines[i]) != 0) {
            hlsim_tap_line(actor->tap, lines[i], (levels & lines[i]) != 0);
        }
    }
    return changed < 0 ? HLSIM_ACT_IMPOSSIBLE : changed == 0 ? HLSIM_ACT_NOTHING : HLSIM_ACTED;
}

static enum hlsim_acted act(void *user, const struct hlsim_action *action)
{
    struct hlposix_modem_actor *actor = user;

    if (strcmp(action->name, "line") == 0) {
        return set_lines(actor, action);
    }
    if (actor->driver == NULL) {
        return HLSIM_ACT_IMPOSSIBLE;
    }
    if (strcmp(action->name, "host_power_cut") == 0) {
        return hlposix_driver_power_cut(actor->driver) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
    }
    if (strcmp(action->name, "host_do") == 0) {
        const struct hlsim_value *line = hlsim_action_param(action, "line");

        if (line == NULL || line->type != HLSIM_VALUE_TEXT) {
            return HLSIM_ACT_IMPOSSIBLE;
        }
        return hlposix_driver_request(actor->driver, line->text) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
    }
    return HLSIM_ACT_IMPOSSIBLE;
}

static enum hlsim_acted undo(void *user, const struct hlsim_action *action)
{
    struct hlposix_modem_actor *actor = user;

    if (actor->driver == NULL || strcmp(action->name, "host_power_cut") != 0) {
        return HLSIM_ACT_IMPOSSIBLE;
    }
    return hlposix_driver_power_back(actor->driver) ? HLSIM_ACTED : HLSIM_ACT_NOTHING;
}

static int read_host(const struct hlposix_modem_actor *actor, const char *path,
                     struct hlsim_value *ret_value)
{
    const struct hlposix_report *report;

    if (strcmp(path, "host.result") != 0 && strcmp(path, "host.reason") != 0 &&
        strcmp(path, "host.outage") != 0) {
        return HLSIM_E_NOT_FOUND;
    }
    if (actor->driver == NULL) {
        return HLSIM_E_UNSUPPORTED;
    }
    report = hlposix_driver_report(actor->driver);
    if (!report->decided) {
        *ret_value = (struct hlsim_value){.type = HLSIM_VALUE_NULL};
        return 0;
    }
    if (strcmp(path, "host.outage") == 0) {
        return int_value(ret_value, report->outage);
    }
    return text_value(ret_value,
                      strcmp(path, "host.result") == 0 ? report->result : report->reason);
}

static bool starts_with(const char *path, const char *head)
{
    return strncmp(path, head, strlen(head)) == 0;
}

static int read_path(void *user, const char *path, struct hlsim_value *ret_value)
{
    struct hlposix_modem_actor *actor = user;
    int result;

    if (starts_with(path, "host.")) {
        return read_host(actor, path, ret_value);
    }
    if (strcmp(path, "modem.boots") == 0) {
        return int_value(ret_value, actor->boots);
    }
    if (strcmp(path, "modem.agreement") == 0) {
        return text_value(ret_value, agreement_names[actor->agreement]);
    }
    result = hlposix_queries_read(actor->queries, path, ret_value);
    if (result == HLSIM_E_NOT_FOUND &&
        (starts_with(path, "modem.") || starts_with(path, "network.") ||
         starts_with(path, "airvantage."))) {
        return HLSIM_E_UNSUPPORTED;
    }
    return result;
}

int hlposix_modem_actor_init(struct hlposix_modem_actor *actor, struct hlposix_driver *driver,
                             const struct hlposix_queries *queries, struct hlsim_stream *stream)
{
    HLPOSIX_ASSERT(queries != NULL && stream != NULL);
    *actor = (struct hlposix_modem_actor){.driver = driver, .queries = queries};
    return hlsim_stream_subscribe(
        stream, HLSIM_EVENT_BIT(HLSIM_EVENT_URC) | HLSIM_EVENT_BIT(HLSIM_EVENT_HOST), on_event,
        actor);
}

void hlposix_modem_actor_set_port(struct hlposix_modem_actor *actor,
                                  const struct hlposix_serial *serial, struct hlsim_tap *tap)
{
    actor->serial = serial;
    actor->tap = tap;
}

struct hlsim_actor hlposix_modem_actor(struct hlposix_modem_actor *actor)
{
    return (struct hlsim_actor){.user = actor, .act = act, .undo = undo, .read = read_path};
}
