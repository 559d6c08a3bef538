/*
 * A world whose AT ports can be reached from outside, run in real time: what `run` with a port and
 * `serve` start from.
 */
#ifndef HL78SIM_TOOLS_PORT_BENCH_H
#define HL78SIM_TOOLS_PORT_BENCH_H

#include "control.h"
#include "internet.h"

#include <hl78sim/load.h>
#include <hl78sim/world.h>
#include <hlpty/port.h>
#include <hlpty/presence.h>
#include <hlpty/world_loop.h>

#include <stdbool.h>

struct port_bench_config {
    const struct hlsim_setup *setup; /* complete; outlives the bench */
    /* Where the first ports are, one each; without any all of them are on ptys. */
    const struct hlpty_place *places;
    size_t place_count;
    /* Of ptys: port 0 is linked to at this path, port 1 at PATH.usb, further ones at PATH.usb2,
     * ...; of many modems, "%d" in it is a modem's number. NULL: no links, only the terminals
     * themselves. */
    const char *link_path;
    bool numbered;  /* there is a "%d" in `link_path` */
    unsigned ports; /* without places: how many of a modem's ports are there at most */
    int64_t factor; /* 1 real time, N times faster, or PACE_SKIP */
    const struct internet *internet; /* NULL: the world is all there is */
    void *user;
    bool (*done)(void *user); /* asked after every turn of the loop; may be NULL */
};

/* How far a first start is leapt over. */
enum port_bench_leap {
    PORT_BENCH_COLD,       /* not at all */
    PORT_BENCH_READY,      /* until the module says that it is ready */
    PORT_BENCH_REGISTERED, /* until it is in the network too */
};

struct port_bench {
    struct port_bench_config config;
    struct ev_loop *loop;
    struct hlsim_world *world;
    struct hlpty_world_loop runner;
    struct hlpty_presence *presence;
    struct hlpty_gateway *gateway; /* NULL: none */
    struct control control;
    size_t ready; /* modems of which that was seen at the first start */
    size_t registered;
    unsigned port_count;
    unsigned ports_each;            /* of one modem */
    struct hlpty_port *ports;       /* those of modem 0 first */
    char failure[HLPTY_ERROR_SIZE]; /* a terminal that failed later; "": none */
};

/*
 * Builds the world, without power, and opens its ports; nobody is in the chain of actors yet, but
 * who says what a real LwM2M server keeps from us. 0, or an error with its text and nothing to
 * close. The structure must stay where it is.
 */
int port_bench_open(struct port_bench *bench, const struct port_bench_config *config,
                    struct hlpty_error *reterr);

/* The modem's first port, to tell a user. */
const char *port_bench_path(const struct port_bench *bench);

/*
 * Reads the texts of --port, the first of which may be a pty with a link for all ports.
 * `places` has room for HLSIM_PORTS_MAX. How many there are, or -1 after a message that begins with
 * `command`.
 */
int port_bench_read_places(const char *command, const char *const *texts, size_t count,
                           struct hlpty_place *places);

/* Gives power to all modems and leaps. 0, or HLSIM_E_PROMISE. */
int port_bench_start(struct port_bench *bench, enum port_bench_leap leap);

/* Whether the LwM2M server is a real one. */
bool port_bench_is_client(const struct port_bench *bench);

/* As hlpty_world_loop_run; SIGINT and SIGTERM stop it. Then there is no way out any more. */
enum hlpty_stop port_bench_run(struct port_bench *bench);

/* Closes control socket and ports; then no time passes any more. */
void port_bench_close_ports(struct port_bench *bench);

/* Frees the world: its judge must be gone. */
void port_bench_free(struct port_bench *bench);

#endif
