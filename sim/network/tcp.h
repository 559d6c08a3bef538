/*
 * Streams between modems and endpoints, opened by either: bytes in order, cut into segments, paced
 * by the bit rate, each after the one-way delay. Without sequence numbers, windows and
 * acknowledgements on the air.
 *
 * A lost segment is repeated after a while that doubles (RFC 6298 5.5), and what was in flight
 * behind it is repeated with it; when nothing comes through for the time to give up, both sides are
 * told. Closing ends both directions: what was queued before is still delivered, what the other
 * side sends afterwards is not.
 *
 * A connection belongs to the network. The modem's side of it is embedded in the modem's RAM and
 * may vanish at any time (hlsim__iface_reset); the next segment that comes in there is then
 * answered by a reset, and in any case the connection ends after the time to give up.
 */
#ifndef HLSIM_NETWORK_TCP_H
#define HLSIM_NETWORK_TCP_H

#include "network/network.h"

/* Limits: connections of one interface, also those that are about to end; copied bytes waiting in
 * one direction; segments in flight in one direction. */
#define HLSIM__TCP_MAX    16
#define HLSIM__TCP_BUFFER 4096
#define HLSIM__TCP_WINDOW 64

/* Every function may send, close, abort and connect; `data`'s bytes are valid during the call. */
struct hlsim__tcp_callbacks {
    void (*connected)(void *user); /* of who connects, else NULL */
    void (*data)(void *user, const uint8_t *bytes, size_t size);
    void (*drained)(void *user); /* everything sent was delivered; may be NULL */
    /*
     * The end, called once. HLSIM_OK: closed in order; HLSIM_E_GONE: reset or refused;
     * HLSIM_E_UNREACHABLE: given up. The handle must not be used any more.
     */
    void (*closed)(void *user, int reason);
};

/* The modem's side, embedded in its owner. */
struct hlsim__tcp {
    struct hlsim__iface *iface;
    struct hlsim__tcp_peer *peer; /* NULL: not in use */
    bool connected;
    const struct hlsim__tcp_callbacks *callbacks;
    void *user;
};

/*
 * Begins to connect; `connected` or `closed` follows. `tcp` must not be in use; `callbacks` is
 * borrowed. HLSIM_E_POWER, HLSIM_E_UNREACHABLE (detached), HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY: then
 * nothing follows.
 */
int hlsim__tcp_connect(struct hlsim__tcp *tcp, struct hlsim__iface *iface, struct hlsim_address to,
                       const struct hlsim__tcp_callbacks *callbacks, void *user);

/*
 * Takes bytes to be sent and returns how many; fewer than `size` means full now, and `drained`
 * follows. HLSIM_E_STATE when not connected, HLSIM_E_UNREACHABLE when detached, HLSIM_E_POWER.
 */
int hlsim__tcp_send(struct hlsim__tcp *tcp, const uint8_t *bytes, size_t size);

/*
 * Ends the connection after what was sent (close) or at once (abort). `tcp` is out of use when they
 * return, no callback follows; a far end that takes nothing of it for the time to give up loses the
 * rest. 0 also when it was out of use before; HLSIM_E_POWER.
 */
int hlsim__tcp_close(struct hlsim__tcp *tcp);
int hlsim__tcp_abort(struct hlsim__tcp *tcp);

/* By what the modem knows this connection, which must be in use: a session's number, from 1. */
void hlsim__tcp_set_session(struct hlsim__tcp *tcp, unsigned session);

/* Forgets the connection without sending anything, as a modem that slept and lost its memory does;
 * harmless when not in use. */
void hlsim__tcp_let_go(struct hlsim__tcp *tcp);

/* The modem takes no bytes for now, which then wait with the far end, or takes them again: at most
 * HLSIM_GATEWAY_WINDOW bytes come in between. `tcp` must be in use. */
void hlsim__tcp_hold(struct hlsim__tcp *tcp, bool held);

/* Bytes that were sent and not yet delivered; 0 when not in use. */
size_t hlsim__tcp_unsent(const struct hlsim__tcp *tcp);

/* --- A modem that listens ----------------------------------------------------------------- */

/*
 * Somebody connects to the modem. 0 accepts: hlsim__tcp_take has been called, and sending may have
 * begun. Negative refuses: the peer must not be used any more, and a reset answers.
 */
typedef int (*hlsim__tcp_incoming)(void *user, struct hlsim_address from,
                                   struct hlsim__tcp_peer *peer);

/* A port of a modem on which it listens, embedded in its owner, usually in RAM. */
struct hlsim__tcp_server {
    struct hlsim__iface *iface; /* NULL: not in use */
    uint16_t port;
    hlsim__tcp_incoming incoming;
    void *user;
};

/*
 * Listens on `port` of the modem's first address, to which the NAT box forwards that port of the
 * public address. HLSIM_E_EXISTS when it listens there already, HLSIM_E_LIMIT after
 * HLSIM__TCP_SERVERS_MAX, HLSIM_E_POWER. Without an address nobody comes through.
 */
int hlsim__tcp_listen(struct hlsim__tcp_server *server, struct hlsim__iface *iface, uint16_t port,
                      hlsim__tcp_incoming incoming, void *user);

/* Listens no more; connections that stand stay. Harmless when it did not. */
void hlsim__tcp_unlisten(struct hlsim__tcp_server *server);

/* While accepting: the connection in that handle, which is not in use. It is connected. */
void hlsim__tcp_take(struct hlsim__tcp *tcp, struct hlsim__tcp_peer *peer,
                     const struct hlsim__tcp_callbacks *callbacks, void *user);

/* --- The endpoint's side ------------------------------------------------------------------ */

/* Who connects to a modem, from where, and to which of its ports. */
struct hlsim__tcp_visit {
    struct hlsim__iface *iface;
    struct hlsim_address from;
    uint16_t port;
    const struct hlsim__tcp_callbacks *callbacks; /* borrowed */
    void *user;
};

/*
 * Begins to connect to a modem; `connected` or `closed` follows, and only then bytes can be sent;
 * until then there is nothing but aborting. HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY: nothing follows.
 */
int hlsim__tcp_peer_connect(const struct hlsim__tcp_visit *visit,
                            struct hlsim__tcp_peer **ret_peer);

/* The far end takes no bytes for now (they wait with the modem), or takes them again. */
void hlsim__tcp_peer_hold(struct hlsim__tcp_peer *peer, bool held);

/* Whether the connection is one of that modem, and has that session's number (0: any). */
bool hlsim__tcp_peer_is_of(const struct hlsim__tcp_peer *peer, const struct hlsim__iface *iface,
                           unsigned session);

/* Whether both are of one modem; its address does not tell, the NAT box has one for all. */
bool hlsim__tcp_peer_is_beside(const struct hlsim__tcp_peer *peer,
                               const struct hlsim__tcp_peer *other);

/* To be called while accepting: who is told. `callbacks` is borrowed. */
void hlsim__tcp_peer_set(struct hlsim__tcp_peer *peer, const struct hlsim__tcp_callbacks *callbacks,
                         void *user);

/* From where the modem connects: its public address. */
struct hlsim_address hlsim__tcp_peer_address(const struct hlsim__tcp_peer *peer);

/* As hlsim__tcp_send. 0 as long as borrowed bytes wait. HLSIM_E_STATE after closing. */
int hlsim__tcp_peer_send(struct hlsim__tcp_peer *peer, const uint8_t *bytes, size_t size);

/*
 * Sends bytes without copying them, after those copied before; they stay valid and unchanged until
 * `drained` or `closed`, or until aborting returns. 0, HLSIM_E_FULL when borrowed bytes wait
 * already, HLSIM_E_STATE after closing.
 */
int hlsim__tcp_peer_send_borrowed(struct hlsim__tcp_peer *peer, const uint8_t *bytes, size_t size);

/*
 * Ends the connection after what was sent; the peer stays valid and `closed` follows when the modem
 * has been told. Abort ends it at once: the peer is out of use and no callback follows.
 */
void hlsim__tcp_peer_close(struct hlsim__tcp_peer *peer);
void hlsim__tcp_peer_abort(struct hlsim__tcp_peer *peer);

/* A real socket is connected, and the modem is told: to be called once, and before sending. */
void hlsim__tcp_peer_connected(struct hlsim__tcp_peer *peer);

/* --- For the network itself --------------------------------------------------------------- */

/* The modem of that interface does not know its connections any more. */
void hlsim__tcp_forget(struct hlsim__iface *iface);

/* The modem of that interface listens again: what waited for that arrives now. */
void hlsim__tcp_go_on(struct hlsim__iface *iface);

/* Gives back the memory of all connections. */
void hlsim__tcp_peers_free(struct hlsim_network *net);

#endif
