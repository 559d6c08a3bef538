/*
 * The host's end of one byte link, bound to one file descriptor: the master of a pty, a serial port
 * that leads to a board, a TCP connection. Neither direction ever blocks or loses a byte: when the
 * descriptor is full the link waits, and when the link is full the descriptor is not read.
 */
#ifndef HLPTY_PUMP_H
#define HLPTY_PUMP_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <hl78sim/link.h>

/* Bytes read from the descriptor at once; every port of a thousand modems has room for them. */
#define HLPTY_PUMP_CHUNK 512

struct hlpty_pump_config {
    struct ev_loop *loop;
    struct hlsim_link *link; /* its host's end is attached by the pump */
    int fd;                  /* non-blocking; stays the caller's; -1: none yet */
    bool early;              /* without fd: keep what the modem says, as long as it fits */
    void *user;
    /* Something was read and is about to be handed to the link, or nothing can be read any more:
     * now the world can be brought up to the present. May be NULL. */
    void (*arrived)(void *user);
    /* What was read is with the link, and the world may act on it at once; when that makes it
     * answer, the pump soon reads again. May be NULL. */
    void (*taken)(void *user);
    /* The descriptor can be used no more (a hang-up, an error); the pump has stopped. `number` is
     * the errno, 0 for an end of file. May stop the pump, must not free it. */
    void (*gone)(void *user, int number);
    void (*lines)(void *user, unsigned levels, unsigned changed); /* as struct hlsim_link_end */
    void (*speed)(void *user, unsigned speed);
    void (*presence)(void *user, bool present); /* the port vanishes, or returns; may be NULL */
    void (*flow)(void *user, bool rts_cts);
};

struct hlpty_pump {
    struct hlpty_pump_config config;
    ev_io readable;
    ev_io writable;
    bool running;
    bool listened;  /* somebody reads what is written to the descriptor */
    bool held;      /* what the modem says waits */
    bool host_last; /* the last bytes came from the descriptor and not from the link */
    size_t pending_start;
    size_t pending_count; /* read, and not yet taken by the link; without fd: kept for later */
    uint64_t to_host;     /* bytes so far */
    uint64_t to_modem;
    uint8_t pending[HLPTY_PUMP_CHUNK];
};

/* Attaches to the link and starts. */
void hlpty_pump_start(struct hlpty_pump *pump, const struct hlpty_pump_config *config);

/*
 * Whether somebody is there to read. Without a reader bytes are lost as on a wire; a pump begins
 * with one.
 */
void hlpty_pump_set_listened(struct hlpty_pump *pump, bool listened);

/* A pump without descriptor gets one, and what was kept is written to it. */
void hlpty_pump_connect(struct hlpty_pump *pump, int fd);

/* What the modem says waits in the link, until it is no longer held. */
void hlpty_pump_set_held(struct hlpty_pump *pump, bool held);

/* Detaches from the link. Does nothing when stopped already. */
void hlpty_pump_stop(struct hlpty_pump *pump);

#endif
