/*
 * A served module whose port a test sees from both sides: what the host reads, and the inside, so
 * that a test can be the handler of a command, a taker or a connection.
 */
#ifndef HL78SIM_TESTS_PORT_RIG_H
#define HL78SIM_TESTS_PORT_RIG_H

#include "lib/flow.h"

#include "at/port.h"

struct port_rig {
    struct flow flow;
    struct hlsim_link *link;
    struct hlsim__at_port *port;
    bool deaf;        /* the host reads nothing */
    char read[32768]; /* what the host has read since port_rig_read */
    size_t read_size;
    char events[4096]; /* of the wire, since port_rig_events, each behind a '|' */
};

/* A module that is up; echo is off. `fields`: JSON members of the scenario, NULL: the usual. */
void port_rig_open(struct port_rig *rig, const char *fields);
void port_rig_close(struct port_rig *rig);

/* Lets milliseconds pass. */
void port_rig_run(struct port_rig *rig, int64_t milliseconds);

/* The host sends these bytes; nothing passes. */
void port_rig_send(struct port_rig *rig, const char *bytes);

/* The host sends them, and 100 ms pass. */
void port_rig_type(struct port_rig *rig, const char *bytes);

/* What the host has read since the last call. */
const char *port_rig_read(struct port_rig *rig);

/* What passed on the wire since the last call: "host:AT|result:OK|data to_host|line:dcd=1|". */
const char *port_rig_events(struct port_rig *rig);

/* As if a command of that latency were being carried out, of which the test is the handler. */
void port_rig_command(struct port_rig *rig, int64_t latency);

#endif
