/*
 * A real address at which a server of the world can be reached: one UDP socket, or one that accepts
 * TCP connections. It is opened before there is a world, since its port may have to be written into
 * that; hlpty_gateway_admit then joins the two.
 */
#ifndef HLPTY_DOOR_H
#define HLPTY_DOOR_H

#include <ev.h>
#include <stdbool.h>

#include <hl78sim/network.h>
#include <hlpty/error.h>

/* Doors of one gateway. */
#define HLPTY_DOORS_MAX 8

struct hlpty_gateway;

struct hlpty_door {
    int fd; /* -1: closed */
    bool stream;
    struct hlsim_address at;       /* where it is, with the real port */
    struct hlsim_address to;       /* the server behind it */
    struct hlpty_gateway *gateway; /* NULL: nobody is let in */
    ev_io readable;
    ev_timer pause; /* after the process ran out of descriptors */
};

/* Opens a door; port 0 lets the kernel choose. 0, or an error with its text and nothing to close.
 */
int hlpty_door_open(struct hlpty_door *door, struct hlsim_address at, bool stream,
                    struct hlpty_error *reterr);

/* Nobody is let in any more; who is in stays. */
void hlpty_door_close(struct hlpty_door *door);

#endif
