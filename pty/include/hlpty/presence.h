/*
 * Who has a terminal open: sees hosts open and close the slaves of ptys, by inotify. One watcher
 * serves any number of ptys (a machine has few inotify instances, 128 for a user by default).
 */
#ifndef HLPTY_PRESENCE_H
#define HLPTY_PRESENCE_H

#include <ev.h>

#include <hlpty/error.h>

struct hlpty_presence;

/* One watched terminal, embedded in its owner. */
struct hlpty_presence_entry {
    void *user;
    void (*opened)(void *user);
    void (*closed)(void *user);
    /* The kernel had more to tell than it keeps: what was counted so far may be wrong. */
    void (*lost_count)(void *user);
    int watch;                         /* private */
    struct hlpty_presence_entry *next; /* private */
};

/* 0, or an error with its text. */
int hlpty_presence_create(struct ev_loop *loop, struct hlpty_presence **ret_presence,
                          struct hlpty_error *reterr);

/* All entries were removed before. */
void hlpty_presence_free(struct hlpty_presence *presence);

/* Watches the terminal at `path`; opens from now on are told. The callbacks must not remove
 * entries. */
int hlpty_presence_add(struct hlpty_presence *presence, struct hlpty_presence_entry *entry,
                       const char *path, struct hlpty_error *reterr);
void hlpty_presence_remove(struct hlpty_presence *presence, struct hlpty_presence_entry *entry);

/*
 * Tells what has happened up to now without waiting for the loop: what a terminal's bytes are to be
 * judged by must be known before they are read.
 */
void hlpty_presence_poll(struct hlpty_presence *presence);

#endif
