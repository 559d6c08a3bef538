/*
 * Where a port of the modem shows up, as `--port` says it: a pseudo terminal, a serial port that
 * leads to a board, a TCP port.
 */
#ifndef HLPTY_PLACE_H
#define HLPTY_PLACE_H

#include <stdint.h>

#include <hlpty/error.h>
#include <hlpty/pty.h>

/* What messages say about the forms. */
#define HLPTY_PLACE_FORMS "pty[:PATH], the path of a serial port (/dev/ttyUSB0) or tcp:[HOST:]PORT"

#define HLPTY_HOST_SIZE   64 /* of a TCP host's name, with its NUL */

enum hlpty_place_kind {
    HLPTY_PLACE_PTY,
    HLPTY_PLACE_TTY,
    HLPTY_PLACE_TCP,
};

struct hlpty_place {
    enum hlpty_place_kind kind;
    char path[HLPTY_PATH_SIZE]; /* PTY: of the link, "": none; TTY: of the device */
    char host[HLPTY_HOST_SIZE]; /* TCP; 127.0.0.1 unless given */
    uint16_t port;              /* TCP; 0: any free one */
};

/*
 * Reads "pty", "pty:PATH", "/dev/ttyUSB0", "tcp:PORT", "tcp:HOST:PORT", "tcp:[::1]:PORT". A path
 * has a '/'. 0, or HLSIM_E_FORMAT with what was expected.
 */
int hlpty_place_parse(const char *text, struct hlpty_place *ret_place, struct hlpty_error *reterr);

#endif
