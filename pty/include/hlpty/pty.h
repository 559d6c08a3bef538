/*
 * One pseudo terminal on which a modem shows up: raw, with a path that stays the same, and with a
 * view of the hosts that come and go. Moves no bytes itself (hlpty/pump.h does).
 *
 * The slave is held open by ourselves, for two reasons: without any holder the master reports a
 * hang-up for ever, and an event loop spins on it; and "what has the host not read yet" can be
 * asked at the slave only.
 */
#ifndef HLPTY_PTY_H
#define HLPTY_PTY_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hlpty/error.h>
#include <hlpty/presence.h>

#define HLPTY_PATH_SIZE 256

struct hlpty_pty_config {
    struct hlpty_presence *presence; /* outlives the pty */
    /* A symbolic link to the slave that is made, or replaced when it is a symbolic link already;
     * NULL: none. Borrowed during the call. */
    const char *link_path;
    void *user;
    void (*host_came)(void *user); /* the first host opened it; may be NULL */
    void (*host_left)(void *user); /* the last one closed it and unread bytes are gone; NULL */
};

struct hlpty_pty {
    int master; /* non-blocking */
    int slave;
    char slave_path[HLPTY_PATH_SIZE];
    char link_path[HLPTY_PATH_SIZE]; /* "": none */
    struct hlpty_presence *presence;
    struct hlpty_presence_entry entry;
    unsigned hosts;     /* opens that are not closed yet, without our own */
    unsigned own_opens; /* of ourselves, that are still to be told */
    unsigned own_closes;
    uint64_t came; /* how often the first host came */
    uint64_t left; /* how often the last one left */
    void *user;
    void (*host_came)(void *user);
    void (*host_left)(void *user);
};

/* Opens a pty. 0, or an error with its text and nothing left behind. */
int hlpty_pty_open(struct hlpty_pty *pty, const struct hlpty_pty_config *config,
                   struct hlpty_error *reterr);

/* The path to tell a user: the link when there is one, else the slave. */
const char *hlpty_pty_path(const struct hlpty_pty *pty);

/* Bytes that were written for the host and that it has not read. */
size_t hlpty_pty_unread(const struct hlpty_pty *pty);

/* Closes both ends and removes the link, unless it points somewhere else by now. */
void hlpty_pty_close(struct hlpty_pty *pty);

#endif
