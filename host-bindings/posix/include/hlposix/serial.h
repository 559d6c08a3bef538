/*
 * A serial port, opened as a host opens it: for itself alone, 115200 8N1 with RTS/CTS, raw,
 * and left as it was found.
 */
#ifndef HLPOSIX_SERIAL_H
#define HLPOSIX_SERIAL_H

#include <stdbool.h>
#include <termios.h>

#include <hlposix/error.h>

struct hlposix_serial {
    int fd; /* non-blocking, close-on-exec */
    struct termios before;
    /* No RTS/CTS: the device is a pseudo terminal or refuses it. A note for the user. */
    bool without_flow_control;
};

/*
 * Opens `path`. HLSIM_E_NOT_FOUND, HLSIM_E_EXISTS (another program holds it) or HLSIM_E_IO, with a
 * text that says what to do about it.
 */
int hlposix_serial_open(struct hlposix_serial *serial, const char *path,
                        struct hlposix_error *reterr);

/*
 * Drives DTR and RTS (HLSIM_LINE_DTR, HLSIM_LINE_RTS in `mask` and `levels`). Returns the lines
 * that changed; HLSIM_E_UNSUPPORTED where the device has none, or RTS belongs to the flow control.
 */
int hlposix_serial_set_lines(const struct hlposix_serial *serial, unsigned mask, unsigned levels);

/* Puts the settings back and lets go of the port; what was not sent yet is dropped. */
void hlposix_serial_close(struct hlposix_serial *serial);

#endif
