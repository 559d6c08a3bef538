/*
 * A modem's AT port on a pseudo terminal: a pty and the pump between it and the modem's byte link.
 *
 * Bytes that no host reads are lost as on a wire. What the modem says before the very first host
 * has come is kept for it, so that a terminal that is opened after the modem's start shows it.
 */
#ifndef HLPTY_PORT_H
#define HLPTY_PORT_H

#include <hlpty/pty.h>
#include <hlpty/pump.h>

struct hlpty_port_config {
    struct ev_loop *loop;
    struct hlpty_presence *presence;
    struct hlsim_link *link; /* outlives the port */
    const char *link_path;   /* of the symbolic link; NULL: none */
    void *user;
    void (*arrived)(void *user);          /* before bytes of the host are taken; may be NULL */
    void (*host_came)(void *user);        /* may be NULL */
    void (*host_left)(void *user);        /* may be NULL */
    void (*gone)(void *user, int number); /* the terminal failed (errno); may be NULL */
};

struct hlpty_port {
    struct hlpty_port_config config;
    struct hlpty_pty pty;
    struct hlpty_pump pump;
};

/* Opens the terminal and begins to move bytes. 0, or an error with its text. */
int hlpty_port_open(struct hlpty_port *port, const struct hlpty_port_config *config,
                    struct hlpty_error *reterr);

void hlpty_port_close(struct hlpty_port *port);

/* True when the modem has said something that the host has not read: time must not leap then. */
bool hlpty_port_unread(const struct hlpty_port *port);

#endif
