/*
 * One sink for all listeners. What they wait for is read by the scenarios' loader and compared by
 * the judge's matchers.
 */
#include "control_listen.h"

#include "control_status.h"

#include <hl78sim/trace.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int write_text(void *user, const char *text, size_t size)
{
    FILE *out = user;

    return fwrite(text, 1, size, out) == size ? 0 : HLSIM_E_IO;
}

/* {"ok":true,"time":12.5,"event":{...}} or, without `before`, the event alone; NULL: no memory. */
static char *make_line(const struct hlsim_event *event, bool reply)
{
    char *line = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&line, &size);
    int error;

    if (out == NULL) {
        return NULL;
    }
    if (reply) {
        fprintf(out,
                "{\"ok\":true,\"time\":%.9g,\"event\":", (double)event->at / (double)HLSIM_SECOND);
    }
    error = hlsim_event_format(event, false, write_text, out);
    if (reply) {
        fputc('}', out);
    }
    if (fclose(out) != 0 || error < 0) {
        free(line);
        return NULL;
    }
    return line;
}

static void let_go(struct control_listeners *listeners, struct control_listener *listener)
{
    listeners->count--;
    listeners->state_count -= listener->path[0] != '\0';
    hlsim_watch_free(listener->watch);
    *listener = (struct control_listener){.client = NULL};
}

/* "modem:3" and "modem:3/port:0" concern modem 3. */
static bool concerns(const struct hlsim_event *event, size_t modem)
{
    char name[24];
    size_t size = (size_t)snprintf(name, sizeof name, "modem:%zu", modem);

    return strncmp(event->source, name, size) == 0 &&
           (event->source[size] == '\0' || event->source[size] == '/');
}

static bool wants(struct control_listener *listener, const struct hlsim_event *event)
{
    bool matches = listener->watch == NULL || hlsim_watch_event(listener->watch, event);

    return matches && listener->path[0] == '\0' &&
           (!listener->has_modem || concerns(event, listener->modem));
}

static void sink(void *user, const struct hlsim_event *event)
{
    struct control_listeners *listeners = user;

    for (size_t i = 0; listeners->count > 0 && i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        struct control_listener *listener = &listeners->entries[i];
        char *line;

        if (listener->client == NULL || !wants(listener, event)) {
            continue;
        }
        line = make_line(event, !listener->streams);
        if (line != NULL) {
            hlpty_control_send(listener->client, line);
        }
        free(line);
        if (!listener->streams) {
            let_go(listeners, listener);
        }
    }
}

/* ---- States ---- */

/* Answers a listener whose state holds. */
static void answer_state(struct control_listeners *listeners, struct control_listener *listener,
                         const struct hlsim_value *value)
{
    cJSON *root = cJSON_CreateObject();
    char *text;

    cJSON_AddBoolToObject(root, "ok", true);
    cJSON_AddNumberToObject(root, "time",
                            (double)hlsim_world_now(listeners->world) / (double)HLSIM_SECOND);
    cJSON_AddItemToObject(cJSON_AddObjectToObject(root, "state"), listener->path,
                          control_status_value(value));
    text = cJSON_PrintUnformatted(root);
    if (text != NULL) {
        hlpty_control_send(listener->client, text);
    }
    cJSON_free(text);
    cJSON_Delete(root);
    let_go(listeners, listener);
}

void control_listeners_look(struct control_listeners *listeners)
{
    for (size_t i = 0; listeners->state_count > 0 && i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        struct control_listener *listener = &listeners->entries[i];
        struct hlsim_value value;

        if (listener->client != NULL && listener->path[0] != '\0' &&
            hlsim_watch_state(listener->watch, &value) == 1) {
            answer_state(listeners, listener, &value);
        }
    }
}

/* ---- Requests ---- */

static bool check_keys(const cJSON *request, char *reterr)
{
    const cJSON *member;

    cJSON_ArrayForEach(member, request)
    {
        if (strcmp(member->string, "do") != 0 && strcmp(member->string, "matcher") != 0) {
            snprintf(reterr, CONTROL_ERROR_SIZE,
                     "unknown key \"%.60s\": expected \"matcher\" or \"modem\"", member->string);
            return false;
        }
    }
    return true;
}

/* Fills in what is listened for. */
static bool set_watch(const struct control_listeners *listeners, const cJSON *request,
                      struct control_listener *listener, char *reterr)
{
    const cJSON *wanted = cJSON_GetObjectItemCaseSensitive(request, "matcher");
    struct hlsim_matcher matcher;

    if (wanted == NULL && listener->streams) {
        return true;
    }
    if (wanted == NULL) {
        snprintf(reterr, CONTROL_ERROR_SIZE, "\"matcher\" is missing: {\"urc\": \"+KSUP*\"}");
        return false;
    }
    if (!control_matcher_read(wanted, listeners->setup, &matcher, reterr)) {
        return false;
    }
    if (matcher.type == HLSIM_MATCHER_STATE && listener->streams) {
        snprintf(reterr, CONTROL_ERROR_SIZE, "a state is no event: wait for it");
        return false;
    }
    if (matcher.type == HLSIM_MATCHER_STATE) {
        /* Answered with the path as it was asked for. */
        memcpy(listener->path, matcher.state.path, sizeof listener->path);
        if (!control_status_path(listener->path, listener->modem, matcher.state.path)) {
            snprintf(reterr, CONTROL_ERROR_SIZE, "%s: too long a path for modem %zu",
                     listener->path, listener->modem);
            return false;
        }
    }
    listener->watch = hlsim_watch_create(&matcher, listeners->actors, listeners->actor_count);
    if (listener->watch == NULL) {
        snprintf(reterr, CONTROL_ERROR_SIZE, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
    }
    return listener->watch != NULL;
}

static bool read_listener(const struct control_listeners *listeners, cJSON *request,
                          struct control_listener *listener, char *reterr)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(request, "do");

    listener->streams = strcmp(name->valuestring, "events") == 0;
    listener->has_modem = cJSON_GetObjectItemCaseSensitive(request, "modem") != NULL;
    return control_take_modem(request, listeners->setup, &listener->modem, reterr) &&
           check_keys(request, reterr) && set_watch(listeners, request, listener, reterr);
}

bool control_listeners_request(struct control_listeners *listeners,
                               struct hlpty_control_client *client, cJSON *request,
                               char reterr[CONTROL_ERROR_SIZE])
{
    struct control_listener fresh = {.client = client};
    struct hlsim_value value;
    size_t place = 0;

    if (!read_listener(listeners, request, &fresh, reterr)) {
        return false;
    }
    if (fresh.path[0] != '\0' && hlsim_watch_state(fresh.watch, &value) < 0) {
        snprintf(reterr, CONTROL_ERROR_SIZE, "%s cannot be read here", fresh.path);
        hlsim_watch_free(fresh.watch);
        return false;
    }
    /* There are as many places as clients, and each client has one at most. */
    while (listeners->entries[place].client != NULL) {
        place++;
    }
    listeners->entries[place] = fresh;
    listeners->count++;
    listeners->state_count += fresh.path[0] != '\0';
    if (fresh.streams) {
        hlpty_control_send(client, "{\"ok\":true}");
    }
    control_listeners_look(listeners);
    return true;
}

bool control_listeners_has(const struct control_listeners *listeners,
                           const struct hlpty_control_client *client)
{
    for (size_t i = 0; listeners->count > 0 && i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        if (listeners->entries[i].client == client) {
            return true;
        }
    }
    return false;
}

/* ---- Life ---- */

void control_listeners_gone(struct control_listeners *listeners,
                            const struct hlpty_control_client *client)
{
    for (size_t i = 0; i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        if (listeners->entries[i].client == client) {
            let_go(listeners, &listeners->entries[i]);
        }
    }
}

int control_listeners_open(struct control_listeners *listeners)
{
    return hlsim_stream_subscribe(hlsim_world_stream(listeners->world), HLSIM_EVENT_ALL, sink,
                                  listeners);
}

void control_listeners_close(struct control_listeners *listeners)
{
    for (size_t i = 0; i < HLPTY_CONTROL_CLIENTS_MAX; i++) {
        if (listeners->entries[i].client != NULL) {
            let_go(listeners, &listeners->entries[i]);
        }
    }
}
