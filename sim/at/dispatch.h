/*
 * From a command line to a result: finds the rows, checks the arguments, calls the handlers.
 */
#ifndef HLSIM_AT_DISPATCH_H
#define HLSIM_AT_DISPATCH_H

#include "at/port.h"

/*
 * Carries out a line (behind "AT"; it is changed on the way). Information lines go into the port's
 * answer. Returns HLSIM__AT_OK, HLSIM__AT_ERROR, a CME code or HLSIM__AT_NO_WORD; the first command
 * that fails ends the line (V.250 5.2.4).
 */
int hlsim__at_dispatch(struct hlsim__at_port *port, char *line);

#endif
