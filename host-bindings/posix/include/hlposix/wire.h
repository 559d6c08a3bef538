/*
 * The line to a real modem: one file descriptor, and a tap which is told every byte of both
 * directions exactly as it passes, so that the judge sees what it would see in memory. One party at
 * a time sits at the host's end; without one the modem's bytes are tapped and lost.
 */
#ifndef HLPOSIX_WIRE_H
#define HLPOSIX_WIRE_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlsim_tap;

struct hlposix_wire_config {
    struct ev_loop *loop;
    int fd;                /* non-blocking; stays the caller's */
    struct hlsim_tap *tap; /* NULL: nobody listens in */
    void *user;
    /*
     * Something is about to happen at the host's end: the time of the tap's stream should be
     * brought to the present. Called from the loop only, never from within hlposix_wire_write. May
     * be NULL.
     */
    void (*before)(void *user);
};

/* Who has the host's end. */
struct hlposix_wire_party {
    void *user;
    void (*receive)(void *user, const uint8_t *bytes, size_t size);
    void (*writable)(void *user);         /* after a write that was cut short */
    void (*gone)(void *user, int number); /* the line is dead: errno, or 0 for its end */
};

struct hlposix_wire {
    struct hlposix_wire_config config;
    struct hlposix_wire_party party;
    ev_io readable;
    ev_io writable;
    bool open;
    uint64_t sent; /* bytes so far */
    uint64_t received;
};

void hlposix_wire_open(struct hlposix_wire *wire, const struct hlposix_wire_config *config);
void hlposix_wire_close(struct hlposix_wire *wire);

/* The line is there again, on another descriptor; the party stays. */
void hlposix_wire_reopen(struct hlposix_wire *wire, int fd);

/* Puts a party at the host's end (copied); NULL: nobody. */
void hlposix_wire_attach(struct hlposix_wire *wire, const struct hlposix_wire_party *party);

/* Calls `before`; for a party that acts by a timer of its own. */
void hlposix_wire_present(struct hlposix_wire *wire);

/* How many bytes were taken; when fewer than `size`, `writable` follows. On a dead line all are
 * taken and lost. */
size_t hlposix_wire_write(struct hlposix_wire *wire, const uint8_t *bytes, size_t size);

#endif
