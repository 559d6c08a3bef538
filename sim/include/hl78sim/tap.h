/*
 * The one wire tap: turns the bytes of both directions into the events `host`, `response`,
 * `result`, `urc` and `data`, and says which lines changed (`line`, `line.speed`). It is the same
 * over memory, a pty and a real serial port, so that one scenario is judged alike everywhere.
 *
 * A line that could be an answer or an unsolicited one (`+CEREG: 1` while AT+CEREG? is pending) is
 * settled at the final result: the last one that matches is the answer, those before came by
 * themselves. Echo and empty lines are dropped. V.250 numeric results are given their words.
 */
#ifndef HL78SIM_TAP_H
#define HL78SIM_TAP_H

#include <hl78sim/link.h>

#include <stdbool.h>

/* The longest line that is kept; what is longer is cut and the rest of it dropped. */
#define HLSIM_TAP_LINE_MAX 1024

struct hlsim_stream;
struct hlsim_tap;

/* A tap which speaks in `stream` as `source` (copied, at most 31 characters). NULL: no memory. */
struct hlsim_tap *hlsim_tap_create(struct hlsim_stream *stream, const char *source);
void hlsim_tap_free(struct hlsim_tap *tap);
const char *hlsim_tap_source(const struct hlsim_tap *tap);

/* Bytes that passed from `side` to the other. */
void hlsim_tap_bytes(struct hlsim_tap *tap, enum hlsim_side side, const uint8_t *bytes,
                     size_t size);

/* A line is at another level; the modem's UART at another speed, in bit/s. */
void hlsim_tap_line(struct hlsim_tap *tap, enum hlsim_line line, bool level);
void hlsim_tap_speed(struct hlsim_tap *tap, unsigned speed);

/* What ends a command line besides CR and LF from now on: the character of S3 (V.250 6.2.1). */
void hlsim_tap_set_line_end(struct hlsim_tap *tap, uint8_t line_end);

/*
 * What passes from `side` from now on is data (or command lines again): each piece is one event
 * `data`, with `dir` ("to_modem", "to_host") and the bytes. Who knows tells it: the emulated port,
 * or the host that drives a real modem. The command that led to it is still under way, also behind
 * a CONNECT: it has its final result after the data. Half a line is forgotten. That host knows the
 * end by what it sends itself, so that the modem's last ACK comes behind it: ACK and NAK are no
 * part of a modem's line.
 */
void hlsim_tap_data(struct hlsim_tap *tap, enum hlsim_side side, bool data);

/*
 * The modem was lost or restarted: there is no data mode any more, a command that is under way
 * gets no answer, and lines that waited for its end were unsolicited.
 */
void hlsim_tap_modem_lost(struct hlsim_tap *tap);

#endif
