/*
 * One of a modem's AT ports where the outside can reach it: on a pseudo terminal, on a serial port
 * that leads to a board, or on a TCP port; and the pump between that and the modem's byte link.
 *
 * Bytes that no host reads are lost as on a wire. What the modem says before the very first host
 * has come is kept for it, so that a terminal that is opened after the modem's start shows it.
 */
#ifndef HLPTY_PORT_H
#define HLPTY_PORT_H

#include <hlpty/place.h>
#include <hlpty/pty.h>
#include <hlpty/pump.h>
#include <hlpty/tcp.h>
#include <hlpty/tty.h>

/* The text of hlpty_port_name. */
#define HLPTY_PORT_NAME_SIZE (HLPTY_PATH_SIZE + 8)

struct hlpty_port_config {
    struct ev_loop *loop;
    struct hlpty_presence *presence;
    struct hlsim_link *link;         /* outlives the port */
    const struct hlpty_place *place; /* NULL: a pty; borrowed during the call */
    const char *link_path;           /* of a pty's symbolic link; NULL: none */
    void *user;
    void (*arrived)(void *user);   /* before bytes of the host are handed on; may be NULL */
    void (*taken)(void *user);     /* after it; the world may act on them; may be NULL */
    void (*host_came)(void *user); /* may be NULL */
    void (*host_left)(void *user); /* may be NULL */
    /* The port can be used no more: which, and why. May be NULL. */
    void (*gone)(void *user, const char *why);
    /* Something that a real line would not carry, or that cannot be done here. May be NULL. */
    void (*warn)(void *user, const char *what);
};

struct hlpty_port {
    struct hlpty_port_config config;
    enum hlpty_place_kind kind;
    char name[HLPTY_PORT_NAME_SIZE];
    char link_path[HLPTY_PATH_SIZE]; /* of a pty, for when it returns; "": none */
    bool heard;                      /* bytes came since the host came or the speed changed */
    bool absent;                     /* it has vanished, as a USB device does */
    struct hlpty_pty pty;
    struct hlpty_tty tty;
    struct hlpty_tcp tcp;
    struct hlpty_pump pump;
};

/* Opens the port and begins to move bytes. 0, or an error with its text. */
int hlpty_port_open(struct hlpty_port *port, const struct hlpty_port_config *config,
                    struct hlpty_error *reterr);

void hlpty_port_close(struct hlpty_port *port);

/* What to tell a user: a path, or "tcp:127.0.0.1:4711". */
const char *hlpty_port_name(const struct hlpty_port *port);

/* How many hosts are there; of a board's serial port one, always. */
unsigned hlpty_port_hosts(const struct hlpty_port *port);

/* True when the modem has said something that the host has not read: time must not leap then. A
 * host that has said something since is taken to have read. */
bool hlpty_port_unread(const struct hlpty_port *port);

/* True when all that the host has sent is with the link. */
bool hlpty_port_taken(const struct hlpty_port *port);

#endif
