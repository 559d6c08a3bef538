/*
 * What one event of the network says, and its emission: texts are made only when somebody listens.
 */
#ifndef HLSIM_NETWORK_FACT_H
#define HLSIM_NETWORK_FACT_H

#include "network/network.h"

struct hlsim__net_fact {
    struct hlsim_address from;
    struct hlsim_address to;
    const char *protocol; /* "udp", "tcp" */
    const char *what;     /* of a segment: "open", "data", "close", "reset"; else NULL */
    const char *why;      /* of NET_DROP; else NULL */
    bool passed;          /* of NET_DROP: it had come through radio and NAT box */
    const void *bytes;    /* the payload, not told by NET_DROP */
    size_t size;
    uint64_t stream; /* of a segment: the connection, from 1 */
    uint64_t offset; /* of a segment: bytes of its direction before it */
};

/* Emits NET_SEND, NET_RECEIVE or NET_DROP with the stream's cause, and counts it. */
uint64_t hlsim__net_emit(struct hlsim_network *net, enum hlsim_event_kind kind,
                         const struct hlsim__net_fact *fact);

/* NET_DROP with the cause `send_id`. */
void hlsim__net_drop(struct hlsim_network *net, const struct hlsim__net_fact *fact, const char *why,
                     uint64_t send_id);

#endif
