/*
 * Data modes of sockets: what passes between a port and a session after AT+KTCPSND, AT+KTCPRCV,
 * AT+KTCPSTART and their UDP likes. The commands judge their arguments, sessions know the network.
 */
#ifndef HLSIM_AT_SOCKET_DATA_H
#define HLSIM_AT_SOCKET_DATA_H

#include "at/eof_pattern.h"
#include "modem/sockets.h"

struct hlsim__at_port;

/* Bytes taken from the host at once. */
#define HLSIM__AT_SOCKET_CHUNK 512

/* What a port knows of the session that it serves; one at a time. */
struct hlsim__at_socket_data {
    struct hlsim__socket *socket; /* NULL: none */
    struct hlsim__eof_pattern pattern;
    struct hlsim__timer timer;
    /* Sending. */
    int64_t announced; /* bytes */
    int64_t came;
    bool ended;      /* the pattern has come */
    bool arrived;    /* and the far end has everything */
    unsigned pluses; /* quirk plus_loses_bytes: how many there were */
    unsigned swallow;
    struct hlsim__lookup lookup; /* the remote name of AT+KUDPSND */
    struct hlsim_address to;     /* ip 0: not resolved yet */
    bool unresolved;             /* and it will not be */
    /* Receiving. */
    size_t left; /* bytes still to be shown */
    struct hlsim_address from;
    /* Transparent. */
    struct hlsim__timer gathering; /* what has gathered leaves, however little it is */
    size_t gathered_from;          /* bytes that make a segment; 0: what comes leaves at once */
    bool closing;                  /* the far end has closed; what it had sent is still shown */
    /* What the session has not taken yet. */
    size_t pending_start;
    size_t pending_size;
    uint8_t pending[HLSIM_DATAGRAM_MAX + HLSIM__AT_SOCKET_CHUNK + HLSIM__EOF_PATTERN_MAX];
};

/*
 * Each begins a data mode and returns what the handler is to return. The session is known and in a
 * state for it. HLSIM__CME_SESSION_BUSY when another port has its data mode, or this one another.
 */
int hlsim__at_socket_send(struct hlsim__at_port *port, struct hlsim__socket *socket, int64_t size);
int hlsim__at_socket_send_to(struct hlsim__at_port *port, struct hlsim__socket *socket,
                             const char *host, uint16_t to_port, int64_t size);
int hlsim__at_socket_receive(struct hlsim__at_port *port, struct hlsim__socket *socket,
                             int64_t size);
int hlsim__at_socket_start(struct hlsim__at_port *port, struct hlsim__socket *socket);

/* The session that the port serves, online or not; 0: none. */
int hlsim__at_socket_served(const struct hlsim__at_port *port);

/* --- Between socket_send.c, socket_receive.c and socket_online.c ---------------------------- */

/* The port serves that session from now on. False when it, or the session, is engaged. */
bool hlsim__at_socket_engage(struct hlsim__at_port *port, struct hlsim__socket *socket,
                             void (*fire)(void *owner));

/* It serves none any more; its session. */
struct hlsim__socket *hlsim__at_socket_release(struct hlsim__at_port *port);

#endif
