/*
 * The end of a session, whose kind makes no difference any more.
 */
#include "at/session.h"

int hlsim__at_session_close(struct hlsim__socket *socket)
{
    return socket == NULL ? HLSIM__CME_SESSION
                          : hlsim__at_session_result(hlsim__socket_close(socket));
}

int hlsim__at_session_delete(struct hlsim__socket *socket)
{
    if (socket == NULL) {
        return HLSIM__CME_SESSION;
    }
    if (socket->watch != NULL) {
        return HLSIM__CME_SESSION_BUSY;
    }
    if (socket->state == HLSIM__SOCKET_CONNECTING || socket->state == HLSIM__SOCKET_UP) {
        return HLSIM__CME_SESSION_STATE;
    }
    return hlsim__at_session_result(hlsim__socket_delete(socket));
}
