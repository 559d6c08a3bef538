/*
 * Takes a real modem to where scenarios begin: a module that starts. It is asked to restart by
 * AT+CFUN=1,1 [27.007 8.2].
 */
#ifndef HL78SIM_TOOLS_MODEM_RESTART_H
#define HL78SIM_TOOLS_MODEM_RESTART_H

#include <ev.h>
#include <stdbool.h>

/* Blocks, for 10 seconds at most. `fd` is the open port. False when the modem does not answer or
 * refuses; it is where it was then. */
bool modem_restart(struct ev_loop *loop, int fd);

#endif
