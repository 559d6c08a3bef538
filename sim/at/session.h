/*
 * What the commands of TCP, UDP and their connections share: where the sockets are, how a session
 * ends, and the result of what is done to one.
 */
#ifndef HLSIM_AT_SESSION_H
#define HLSIM_AT_SESSION_H

#include "at/args.h"
#include "at/port.h"

#include <stdlib.h>

static inline struct hlsim__sockets *hlsim__at_sockets(const struct hlsim__at_port *port)
{
    return &hlsim__at_ram(port)->sockets;
}

/* The connection of an argument, or, when that is left out, the one of AT+KCNXPROFILE. */
static inline int hlsim__at_session_cnx(const struct hlsim__at_port *port,
                                        const struct hlsim__at_request *request, size_t index)
{
    const char *profile =
        hlsim__setting_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_CNX_PROFILE);

    return (int)hlsim__at_number(request, index, strtoll(profile, NULL, 10));
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
