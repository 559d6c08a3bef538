/*
 * The control socket's requests (docs/control-protocol.md): each is an action that strikes now, or
 * a question. Keeps the timeline, since what an action undoes after its `for` is due in virtual
 * time.
 */
#ifndef HL78SIM_TOOLS_CONTROL_H
#define HL78SIM_TOOLS_CONTROL_H

#include <hl78sim/load.h>
#include <hl78sim/world.h>
#include <hlpty/control.h>
#include <hlpty/port.h>
#include <hlpty/world_loop.h>

#include "control_listen.h"

/* Actions that wait to be undone. */
#define CONTROL_UNDOS_MAX 32

/* Actors in the chain. */
#define CONTROL_ACTORS_MAX 4

struct control_undo {
    int64_t at; /* virtual time */
    struct hlsim_action action;
    struct hlsim_actor actor; /* who did it */
};

struct control {
    struct hlsim_world *world;
    const struct hlsim_setup *setup; /* whose packages can be named */
    struct hlpty_world_loop *runner; /* is brought to the present before an action */
    const struct hlpty_port *ports;  /* for `status`; NULL: none */
    unsigned port_count;
    size_t actor_count;
    struct hlsim_actor actors[CONTROL_ACTORS_MAX];
    size_t undo_count;
    struct control_undo undos[CONTROL_UNDOS_MAX];
    struct control_listeners listeners;
    struct hlpty_control *socket; /* NULL: nobody can ask */
};

/* All but the socket; everything is borrowed. */
void control_init(struct control *control, struct hlsim_world *world,
                  const struct hlsim_setup *setup, struct hlpty_world_loop *runner);

/* Puts an actor at the end of the chain. */
void control_add_actor(struct control *control, const struct hlsim_actor *actor);

/* Time of the world with what is to be undone in it; valid as long as the control is. */
struct hlpty_timeline control_timeline(struct control *control);

/* Listens at `path`. 0, or an error with its text. */
int control_open(struct control *control, struct ev_loop *loop, const char *path,
                 struct hlpty_error *reterr);

/* Closes the socket, when there is one. */
void control_close(struct control *control);

#endif
