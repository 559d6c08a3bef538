/*
 * Clients of the control socket that are told what happens: a `wait` until something matches, or
 * the stream of `events`. They only look.
 */
#ifndef HL78SIM_TOOLS_CONTROL_LISTEN_H
#define HL78SIM_TOOLS_CONTROL_LISTEN_H

#include <hl78sim/load.h>
#include <hl78sim/world.h>
#include <hlpty/control.h>

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "control_action.h"

struct control_listener {
    struct hlpty_control_client *client; /* NULL: this place is free */
    bool streams;                        /* `events`; else `wait` */
    bool has_modem;
    size_t modem;              /* only what concerns that one */
    struct hlsim_watch *watch; /* NULL: everything */
    char path[HLSIM_PATH_MAX]; /* of a state that is waited for; "": of none */
};

struct control_listeners {
    struct hlsim_world *world;
    const struct hlsim_setup *setup;
    size_t actor_count;
    const struct hlsim_actor *actors; /* borrowed, for states */
    size_t count;
    size_t state_count; /* of them that wait for a state */
    struct control_listener entries[HLPTY_CONTROL_CLIENTS_MAX];
};

/* Subscribes to the stream of the world; both must outlive it. HLSIM_E_LIMIT. */
int control_listeners_open(struct control_listeners *listeners);

/* Frees all that still listen. */
void control_listeners_close(struct control_listeners *listeners);

/* One request whose `do` is "wait" or "events". False: it was not understood, and `reterr` says
 * why; otherwise it was answered or will be. */
bool control_listeners_request(struct control_listeners *listeners,
                               struct hlpty_control_client *client, cJSON *request,
                               char reterr[CONTROL_ERROR_SIZE]);

/* True while the client has an answer due: it can ask nothing else. */
bool control_listeners_has(const struct control_listeners *listeners,
                           const struct hlpty_control_client *client);

/* The client is gone. */
void control_listeners_gone(struct control_listeners *listeners,
                            const struct hlpty_control_client *client);

/* Something has happened in the world: looks at the states that are waited for. */
void control_listeners_look(struct control_listeners *listeners);

#endif
