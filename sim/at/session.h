/*
 * What the commands of TCP, UDP and their connections share: where the sockets are, how a session
 * ends, and the result of what is done to one.
 */
#ifndef HLSIM_AT_SESSION_H
#define HLSIM_AT_SESSION_H

#include "at/port.h"

static inline struct hlsim__sockets *hlsim__at_sockets(const struct hlsim__at_port *port)
{
    return &hlsim__at_ram(port)->sockets;
}

/* A handler's result: 0 and CME codes as they are; a power cut unwinds without an answer. */
static inline int hlsim__at_session_result(int error)
{
    return error == HLSIM_E_POWER ? HLSIM__AT_NO_WORD : error < 0 ? HLSIM__AT_ERROR : error;
}

/* AT+K...CLOSE and AT+K...DEL of a session, or of NULL: what the handler is to return. */
int hlsim__at_session_close(struct hlsim__socket *socket);
int hlsim__at_session_delete(struct hlsim__socket *socket);

#endif
