/*
 * The host's end of one byte link, bound to one file descriptor: the master of a pty or a serial
 * port that leads to a board. Neither direction ever blocks or loses a byte: when the descriptor is
 * full the link waits, and when the link is full the descriptor is not read.
 */
#ifndef HLPTY_PUMP_H
#define HLPTY_PUMP_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hl78sim/link.h>

/* Bytes read from the descriptor at once, at most. No more are read than the link can take, so that
 * a pump keeps none. */
#define HLPTY_PUMP_CHUNK 4096

struct hlpty_pump_config {
    struct ev_loop *loop;
    struct hlsim_link *link; /* its host's end is attached by the pump */
    int fd;                  /* non-blocking; stays the caller's */
    void *user;
    /* There is something to read; called before it is read, so that the world can be brought up
     * to the present. May be NULL. */
    void (*arrived)(void *user);
    /* The descriptor can be used no more (a hang-up, an error); the pump has stopped. `number` is
     * the errno, 0 for an end of file. May stop the pump, must not free it. */
    void (*gone)(void *user, int number);
};

struct hlpty_pump {
    struct hlpty_pump_config config;
    ev_io readable;
    ev_io writable;
    bool running;
    bool listened;    /* somebody reads what is written to the descriptor */
    uint64_t to_host; /* bytes so far */
    uint64_t to_modem;
};

/* Attaches to the link and starts. */
void hlpty_pump_start(struct hlpty_pump *pump, const struct hlpty_pump_config *config);

/*
 * Whether somebody is there to read. Without a reader bytes are lost as on a wire; a pump begins
 * with one.
 */
void hlpty_pump_set_listened(struct hlpty_pump *pump, bool listened);

/* Detaches from the link. Does nothing when stopped already. */
void hlpty_pump_stop(struct hlpty_pump *pump);

#endif
