/*
 * The built-in engine as the host at a terminal: of the emulator in this very process, or of a real
 * modem. What it stores and reports is told in the world's stream, as it is in memory.
 */
#ifndef HL78SIM_TOOLS_TTY_HOST_H
#define HL78SIM_TOOLS_TTY_HOST_H

#include <hl78pair/engine_host.h>
#include <hl78sim/load.h>
#include <hl78sim/world.h>
#include <hlposix/driver.h>
#include <hlposix/modem_actor.h>
#include <hlposix/queries.h>
#include <hlposix/serial.h>
#include <hlposix/wire.h>

#include <stdbool.h>

struct tty_host_config {
    struct ev_loop *loop;
    const struct hlsim_setup *setup; /* outlives the host */
    struct hlsim_world *world;       /* in whose stream it speaks; outlives the host */
    const char *path;                /* of the terminal */
    struct hlsim_tap *tap;           /* for a real modem; NULL: the world has its own */
    void *user;
    void (*before)(void *user); /* brings the world to the present */
};

struct tty_host {
    struct tty_host_config config;
    bool has_engine; /* the scenario has a host */
    struct hlpair_engine_setup engine;
    struct hlposix_serial serial;
    struct hlposix_wire wire;
    struct hlposix_driver driver;
    struct hlposix_queries queries;
    struct hlposix_modem_actor modem_actor;
    struct hlsim_actor world_actor;
    ev_timer return_timer; /* looks whether the terminal is there again */
    unsigned looks;        /* that are left */
    bool started;
    bool broken;       /* the host broke a promise: an event told which */
    char failure[160]; /* the line died: why; "": it did not */
};

/* Opens the terminal, for itself alone. 0, or an error with its text and nothing to close. The
 * structure must stay where it is. */
int tty_host_open(struct tty_host *host, const struct tty_host_config *config,
                  struct hlposix_error *reterr);

/* Gives the engine its power. 0, or an error with its text. */
int tty_host_start(struct tty_host *host, struct hlposix_error *reterr);

/* For the chain of a world with an emulated modem: only what concerns the host is known. */
struct hlsim_actor tty_host_actor(struct tty_host *host);

/* The engine reported success: says in the stream when `actor` knows of another version. */
void tty_host_check_report(struct tty_host *host, const struct hlsim_actor *actor);

/* True when the engine waits for nothing but bytes. */
bool tty_host_waits(const struct tty_host *host);

void tty_host_close(struct tty_host *host);

#endif
