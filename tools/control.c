/*
 * Requests in, deeds out. The language of actions is the scenario's and is read by its loader: a
 * request is the one action of an otherwise empty scenario.
 */
#include "control.h"

#include "control_action.h"
#include "control_status.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- What is to be undone ---- */

/* The earliest, or NULL. */
static struct control_undo *first_undo(struct control *control)
{
    struct control_undo *first = NULL;

    for (size_t i = 0; i < control->undo_count; i++) {
        if (first == NULL || control->undos[i].at < first->at) {
            first = &control->undos[i];
        }
    }
    return first;
}

static void tell(struct control *control, const char *name, const char *outcome)
{
    const struct hlsim_field fields[] = {HLSIM_TEXT("name", name), HLSIM_TEXT("outcome", outcome)};

    hlsim_world_emit(control->world, "control", HLSIM_EVENT_ACTION, fields, 2);
}

static void fire_undo(struct control *control, struct control_undo *undo)
{
    struct control_undo due = *undo;

    *undo = control->undos[--control->undo_count];
    if (due.actor.undo(due.actor.user, &due.action) == HLSIM_ACTED) {
        tell(control, due.action.name, "undone");
    }
}

static int64_t timeline_now(void *user)
{
    const struct control *control = user;

    return hlsim_world_now(control->world);
}

static int64_t timeline_next_at(void *user)
{
    struct control *control = user;
    const struct control_undo *undo = first_undo(control);
    int64_t at = hlsim_world_next_at(control->world);

    return undo != NULL && undo->at < at ? undo->at : at;
}

/* What the world does at the same time comes first. */
static int timeline_step(void *user, int64_t at)
{
    struct control *control = user;
    struct control_undo *undo = first_undo(control);
    int result;

    if (undo == NULL || undo->at > at || hlsim_world_next_at(control->world) <= undo->at) {
        result = hlsim_world_step(control->world, at);
    } else {
        result = hlsim_world_run_until(control->world, undo->at);
        if (result == 0) {
            fire_undo(control, undo);
            result = 1;
        }
    }
    if (result > 0) {
        control_listeners_look(&control->listeners);
    }
    return result;
}

static int timeline_run_until(void *user, int64_t at)
{
    struct control *control = user;
    int result;

    do {
        result = timeline_step(control, at);
    } while (result > 0);
    if (result == 0) {
        result = hlsim_world_run_until(control->world, at);
    }
    /* A host outside of the world may have changed as well. */
    control_listeners_look(&control->listeners);
    return result;
}

struct hlpty_timeline control_timeline(struct control *control)
{
    return (struct hlpty_timeline){.user = control,
                                   .now = timeline_now,
                                   .next_at = timeline_next_at,
                                   .step = timeline_step,
                                   .run_until = timeline_run_until};
}

/* ---- Requests ---- */

static void reply(struct hlpty_control_client *client, const char *error)
{
    cJSON *object = cJSON_CreateObject();
    char *text;

    cJSON_AddBoolToObject(object, "ok", error == NULL);
    if (error != NULL) {
        cJSON_AddStringToObject(object, "error", error);
    }
    text = cJSON_PrintUnformatted(object);
    if (text != NULL) {
        hlpty_control_send(client, text);
    }
    cJSON_free(text);
    cJSON_Delete(object);
}

/* Lets the first actor of the chain that knows the action act; `ret_actor` is that one. */
static enum hlsim_acted act(struct control *control, const struct hlsim_action *action,
                            struct hlsim_actor *ret_actor)
{
    enum hlsim_acted acted = HLSIM_ACT_NOT_MINE;

    for (size_t i = 0; i < control->actor_count && acted == HLSIM_ACT_NOT_MINE; i++) {
        *ret_actor = control->actors[i];
        acted = ret_actor->act(ret_actor->user, action);
    }
    return acted;
}

/* NULL, or why it did not strike. */
static const char *strike(struct control *control, const struct control_action *wanted)
{
    struct hlsim_actor actor = {0};

    if (wanted->undo_after != HLSIM_NEVER && control->undo_count == CONTROL_UNDOS_MAX) {
        return "too many actions wait to be undone";
    }
    switch (act(control, &wanted->action, &actor)) {
    case HLSIM_ACTED:
        break;
    case HLSIM_ACT_NOTHING:
        return "nothing changed: it is so already, or there is nothing to act upon";
    case HLSIM_ACT_IMPOSSIBLE:
    case HLSIM_ACT_NOT_MINE:
    default:
        return "not possible here";
    }
    tell(control, wanted->action.name, "struck");
    if (wanted->undo_after != HLSIM_NEVER) {
        control->undos[control->undo_count++] =
            (struct control_undo){.at = hlsim_world_now(control->world) + wanted->undo_after,
                                  .action = wanted->action,
                                  .actor = actor};
    }
    return NULL;
}

/* NULL, or why there is no answer. */
static const char *send_status(struct control *control, struct hlpty_control_client *client,
                               cJSON *request, char *error)
{
    size_t modem;
    char *text;

    if (!control_take_modem(request, control->setup, &modem, error)) {
        return error;
    }
    if (cJSON_GetArraySize(request) != 1) {
        return "status takes no key but \"modem\"";
    }
    if (control->port_count > 0) {
        hlpty_presence_poll(control->ports[0].config.presence);
    }
    text = control_status(control, modem);
    if (text == NULL) {
        return hlsim_error_text(HLSIM_E_NO_MEMORY);
    }
    hlpty_control_send(client, text);
    cJSON_free(text);
    return NULL;
}

static void on_request(void *user, struct hlpty_control_client *client, const char *line)
{
    struct control *control = user;
    cJSON *request = cJSON_ParseWithOpts(line, NULL, true);
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(request, "do");
    const char *wanted = cJSON_IsString(name) ? name->valuestring : "";
    struct control_action action;
    char error[CONTROL_ERROR_SIZE];
    const char *why = NULL;

    hlpty_world_loop_catch_up(control->runner);
    if (!cJSON_IsObject(request)) {
        reply(client, "expected a JSON object on one line");
    } else if (control_listeners_has(&control->listeners, client)) {
        reply(client, "this connection waits or listens already: open another one");
    } else if (strcmp(wanted, "status") == 0) {
        why = send_status(control, client, request, error);
    } else if (strcmp(wanted, "events") == 0 || strcmp(wanted, "wait") == 0) {
        if (!control_listeners_request(&control->listeners, client, request, error)) {
            why = error;
        }
    } else if (!control_action_read(request, control->setup, &action, error)) {
        why = error;
    } else {
        reply(client, strike(control, &action));
    }
    if (why != NULL) {
        reply(client, why);
    }
    cJSON_Delete(request);
}

static void on_gone(void *user, struct hlpty_control_client *client)
{
    struct control *control = user;

    control_listeners_gone(&control->listeners, client);
}

/* ---- Life ---- */

void control_init(struct control *control, struct hlsim_world *world,
                  const struct hlsim_setup *setup, struct hlpty_world_loop *runner)
{
    memset(control, 0, sizeof *control);
    control->world = world;
    control->setup = setup;
    control->runner = runner;
}

void control_add_actor(struct control *control, const struct hlsim_actor *actor)
{
    if (control->actor_count < CONTROL_ACTORS_MAX) {
        control->actors[control->actor_count++] = *actor;
    }
}

int control_open(struct control *control, struct ev_loop *loop, const char *path,
                 struct hlpty_error *reterr)
{
    const struct hlpty_control_config config = {
        .loop = loop, .path = path, .user = control, .request = on_request, .gone = on_gone};
    int error;

    control->listeners.world = control->world;
    control->listeners.setup = control->setup;
    control->listeners.actors = control->actors;
    control->listeners.actor_count = control->actor_count;
    error = control_listeners_open(&control->listeners);
    if (error < 0) {
        snprintf(reterr->text, sizeof reterr->text, "%s", hlsim_error_text(error));
        return error;
    }
    return hlpty_control_open(&config, &control->socket, reterr);
}

void control_close(struct control *control)
{
    if (control->socket != NULL) {
        hlpty_control_close(control->socket);
        control->socket = NULL;
        control_listeners_close(&control->listeners);
    }
}
