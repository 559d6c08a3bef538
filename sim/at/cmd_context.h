/*
 * What two commands for packet data contexts share.
 */
#ifndef HLSIM_AT_CMD_CONTEXT_H
#define HLSIM_AT_CMD_CONTEXT_H

#include "at/row.h"

/* +CGPADDR and +KCGPADDR: the addresses of the contexts that are up. */
int hlsim__at_handle_address(struct hlsim__at_port *port, const struct hlsim__at_request *request);

#endif
