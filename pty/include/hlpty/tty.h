/*
 * A real serial port that leads to a board: the emulator is the modem at its far end. The cable is
 * a null modem, so that the board's DTR and RTS arrive at our DSR and CTS, and our DTR and RTS are
 * the modem's DSR and CTS. DCD goes with DSR, and RI has no wire. Reads and writes no byte itself
 * (hlpty/pump.h does).
 */
#ifndef HLPTY_TTY_H
#define HLPTY_TTY_H

#include <ev.h>
#include <stdbool.h>
#include <termios.h>

#include <hlpty/error.h>

struct hlpty_tty_config {
    struct ev_loop *loop;
    const char *path; /* borrowed during the call */
    unsigned speed;   /* bit/s */
    void *user;
    /* The board's lines as the modem sees them: HLSIM_LINE_DTR, HLSIM_LINE_RTS. Once at the start
     * and whenever they change; never from a port without lines (a pty). */
    void (*lines)(void *user, unsigned levels);
    /* The speed that was asked for is set; false: the port refuses it and keeps the one before. */
    void (*speed_set)(void *user, bool good);
};

struct hlpty_tty {
    struct hlpty_tty_config config;
    int fd; /* non-blocking, raw; -1: closed */
    bool has_lines;
    bool flow;
    unsigned driven; /* the modem's lines */
    unsigned levels; /* that were told last */
    unsigned speed;
    unsigned next_speed; /* 0: none is asked for */
    unsigned looks;      /* at the output that has to leave before */
    ev_timer line_timer;
    ev_timer speed_timer;
    struct termios before;
};

/*
 * Opens and holds the port (flock, TIOCEXCL; a lock file of a living program is respected), raw 8N1
 * with RTS/CTS where it has these. 0, or an error with its text and nothing to close:
 * HLSIM_E_NOT_FOUND, HLSIM_E_EXISTS when another program holds it, HLSIM_E_IO.
 */
int hlpty_tty_open(struct hlpty_tty *tty, const struct hlpty_tty_config *config,
                   struct hlpty_error *reterr);

/* The modem's lines (HLSIM_LINE_CTS, HLSIM_LINE_DSR). */
void hlpty_tty_drive(struct hlpty_tty *tty, unsigned levels);

/* Whether the port obeys the board's RTS and stops it by CTS; a port without lines never does. */
void hlpty_tty_set_flow(struct hlpty_tty *tty, bool rts_cts);

/* Changes the speed when what was written before has left; `speed_set` says so. The caller writes
 * nothing meanwhile. */
void hlpty_tty_change_speed(struct hlpty_tty *tty, unsigned speed);

/* Puts back what was found and lets go. */
void hlpty_tty_close(struct hlpty_tty *tty);

#endif
