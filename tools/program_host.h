/*
 * A program of the user's as the host: its start with the port and the control socket in its hands,
 * what its end means, and the path host.exit.
 */
#ifndef HL78SIM_TOOLS_PROGRAM_HOST_H
#define HL78SIM_TOOLS_PROGRAM_HOST_H

#include <hl78sim/scenario.h>
#include <hlpty/child.h>
#include <hlpty/port.h>

#include <stdbool.h>

#include "run.h"

#define PROGRAM_PATH_SIZE 108 /* of a socket (sun_path) */

/* Zero it before use; without a program it stands for a host that nothing is known about. */
struct program_host {
    bool given;
    bool started;
    struct hlpty_child child;
    char folder[PROGRAM_PATH_SIZE]; /* that we made for the socket; "": none */
    char control[PROGRAM_PATH_SIZE];
};

/*
 * The path of the control socket: the one that the options name, or one in a new private folder
 * when there is a host program; NULL: none. The folder goes with program_host_free.
 */
const char *program_host_control(struct program_host *host, const struct run_options *options);

/* Starts the program of the options. 0, or an error with its text. */
int program_host_start(struct program_host *host, struct ev_loop *loop,
                       const struct run_options *options, const struct hlpty_port *port,
                       struct hlpty_error *reterr);

/* The program ended by itself: tells in the result how. */
void program_host_judge(const struct program_host *host, struct run_result *result);

/* For the chain: answers for all that concerns the host. */
struct hlsim_actor program_host_actor(struct program_host *host);

void program_host_free(struct program_host *host);

#endif
