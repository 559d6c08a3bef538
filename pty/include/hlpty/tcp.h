/*
 * A TCP port on which one client at a time is the host: QEMU, Renode, a container. Moves no bytes
 * itself (hlpty/pump.h does).
 */
#ifndef HLPTY_TCP_H
#define HLPTY_TCP_H

#include <ev.h>

#include <hlpty/place.h>

struct hlpty_tcp_config {
    struct ev_loop *loop;
    const struct hlpty_place *place; /* borrowed during the call */
    void *user;
    /* A client is there; the descriptor (non-blocking) is the port's until hlpty_tcp_drop. */
    void (*came)(void *user, int fd);
};

struct hlpty_tcp {
    struct hlpty_tcp_config config;
    ev_io acceptable;
    int listener;
    int client;                      /* -1: nobody */
    char text[HLPTY_HOST_SIZE + 16]; /* "127.0.0.1:4711", with the real port */
};

/* Listens. 0, or an error with its text and nothing to close. */
int hlpty_tcp_open(struct hlpty_tcp *tcp, const struct hlpty_tcp_config *config,
                   struct hlpty_error *reterr);

/* The client has gone, or has to: the next one is welcome. */
void hlpty_tcp_drop(struct hlpty_tcp *tcp);

void hlpty_tcp_close(struct hlpty_tcp *tcp);

#endif
