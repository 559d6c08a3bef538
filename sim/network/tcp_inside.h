/*
 * What the files of connections share: how one begins and ends, whichever side is at work.
 */
#ifndef HLSIM_NETWORK_TCP_INSIDE_H
#define HLSIM_NETWORK_TCP_INSIDE_H

#include "network/tcp_way.h"

/*
 * A connection of `iface` with the far end `far`: one that the modem opens has drawn ports, one
 * that comes in (`port` not 0) those of the modem's listener. NULL: no memory.
 */
struct hlsim__tcp_peer *hlsim__tcp_begin(struct hlsim__iface *iface, struct hlsim_address far,
                                         uint16_t port);

/* The memory of a connection stays while somebody is inside of it. */
void hlsim__tcp_enter(struct hlsim__tcp_peer *peer);
void hlsim__tcp_leave(struct hlsim__tcp_peer *peer);

/* Ends it without a word to anybody; only from inside. */
void hlsim__tcp_end(struct hlsim__tcp_peer *peer);

/* What was queued leaves, as far as it may, with the present cause. As hlsim__tcp_way_pump. */
int hlsim__tcp_send_now(struct hlsim__tcp_way *way);

/* Queues the last segment of a direction, unless one is queued. */
int hlsim__tcp_queue_ending(struct hlsim__tcp_way *way, enum hlsim__tcp_what ending);

/* Nothing but a reset is sent from now on. */
int hlsim__tcp_reset(struct hlsim__tcp_way *way);

/* What listens at a port of that interface, or NULL. */
const struct hlsim__tcp_server *hlsim__tcp_server_find(const struct hlsim__iface *iface,
                                                       uint16_t port);

#endif
