/*
 * One end of a TCP connection (RFC 9293) that a host behind the module has opened: the end that
 * answers it in place of the far server. Segments in, segments out, bytes in order in between. Does
 * not know who the far side is.
 *
 * Left out, as a small stack may: what comes out of order is not kept (it is acknowledged as
 * missing), options other than the segment size, urgent data. Sending slows down as RFC 5681 asks
 * (without its threshold) and repeats as RFC 6298 says.
 */
#ifndef HLSIM_PPP_TCP_END_H
#define HLSIM_PPP_TCP_END_H

#include "codec/ip_read.h"
#include "core/sched.h"

/* Bytes of the host that wait for the far side: the window it is granted. */
#define HLSIM__TCP_END_INPUT 4096
/* Repetitions of one segment before the connection is given up. */
#define HLSIM__TCP_END_RETRIES 8

struct hlsim__tcp_end;

/* Every function gets `user` and may call back, but must not destroy the end, except `over`. */
struct hlsim__tcp_end_ops {
    /* Sends a segment to the host. False: the line is full, and _writable has to be called. */
    bool (*transmit)(void *user, const struct hlsim__tcp_head *head, const uint8_t *bytes,
                     size_t size);
    /* Bytes of the host, in order; how many were taken. The rest waits for _resume. */
    size_t (*take)(void *user, const uint8_t *bytes, size_t size);
    /* The host sends no more, and all it sent was taken. */
    void (*finished)(void *user);
    /* Room was made: bytes given to _send have been acknowledged. */
    void (*acknowledged)(void *user);
    /* The connection is over; `reset`: not in order. The end may be destroyed. */
    void (*over)(void *user, bool reset);
};

enum hlsim__tcp_end_state {
    HLSIM__TCP_END_ASKED, /* the host has asked, nobody has answered */
    HLSIM__TCP_END_ANSWERED,
    HLSIM__TCP_END_STANDS,  /* open, also after one or both sides have finished */
    HLSIM__TCP_END_LINGERS, /* both have; the host's last words may be repeated */
    HLSIM__TCP_END_OVER,
};

struct hlsim__tcp_end {
    const struct hlsim__tcp_end_ops *ops;
    void *user;
    struct hlsim__timer timer;
    enum hlsim__tcp_end_state state;
    /* Sequence numbers; `una`: not acknowledged, `max`: sent at the farthest. */
    uint32_t una;
    uint32_t next;
    uint32_t max;
    uint32_t expected; /* of the host */
    size_t window;     /* of the host */
    size_t mss;
    size_t congestion; /* bytes that may be in flight */
    bool finishing;    /* nothing is sent behind what was given */
    bool fin_acknowledged;
    bool host_finished;
    bool told_finished;
    bool was_reset;
    bool owes_ack;
    unsigned duplicates; /* acknowledgements in a row that say nothing new */
    unsigned retries;
    /* RFC 6298. */
    int64_t srtt; /* 0: not measured yet */
    int64_t rttvar;
    int64_t rto;
    bool timing;
    uint32_t timed;
    int64_t timed_at;
    uint8_t *output; /* from `una` on; allocated */
    size_t output_size;
    size_t output_capacity;
    size_t input_size;
    uint8_t input[HLSIM__TCP_END_INPUT];
};

/*
 * An end for a host's SYN; `mss_max` is what a packet to the host can carry, `initial` the first
 * sequence number. Nothing is sent yet.
 */
void hlsim__tcp_end_init(struct hlsim__tcp_end *end, struct hlsim__timer_group *timers,
                         const struct hlsim__tcp_end_ops *ops, void *user);
void hlsim__tcp_end_asked(struct hlsim__tcp_end *end, const struct hlsim__tcp_head *syn,
                          size_t mss_max, uint32_t initial);

/* Gives back what it has allocated, and its timer; says nothing. */
void hlsim__tcp_end_free(struct hlsim__tcp_end *end);

/* The far side has accepted; or it ends the connection at once: a reset, then `over`. */
void hlsim__tcp_end_accept(struct hlsim__tcp_end *end);
void hlsim__tcp_end_abort(struct hlsim__tcp_end *end);

/* A segment of the host. */
void hlsim__tcp_end_segment(struct hlsim__tcp_end *end, const struct hlsim__ip_segment *segment);

/* Bytes for the host; all are kept, the caller looks at _waiting. HLSIM_E_NO_MEMORY. */
int hlsim__tcp_end_send(struct hlsim__tcp_end *end, const uint8_t *bytes, size_t size);
static inline size_t hlsim__tcp_end_waiting(const struct hlsim__tcp_end *end)
{
    return end->output_size;
}

/* Nothing follows what was sent. */
void hlsim__tcp_end_finish(struct hlsim__tcp_end *end);

/* The far side takes bytes again; the line does. */
void hlsim__tcp_end_resume(struct hlsim__tcp_end *end);
void hlsim__tcp_end_writable(struct hlsim__tcp_end *end);

/* The reset that answers a segment of no connection (RFC 9293 3.10.7.1). False: none is due. */
bool hlsim__tcp_end_refusal(const struct hlsim__ip_segment *segment,
                            struct hlsim__tcp_head *ret_head);

#endif
