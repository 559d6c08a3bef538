/*
 * The inside of a connection: two ways, each a queue of bytes and what is in flight of it.
 */
#ifndef HLSIM_NETWORK_TCP_WAY_H
#define HLSIM_NETWORK_TCP_WAY_H

#include "network/tcp.h"

enum hlsim__tcp_what {
    HLSIM__TCP_NONE,
    HLSIM__TCP_OPEN,
    HLSIM__TCP_DATA,
    HLSIM__TCP_CLOSE,
    HLSIM__TCP_RESET,
};

struct hlsim__tcp_segment {
    int64_t at; /* when it arrives */
    uint64_t send_id;
    uint64_t offset; /* bytes of the direction before it */
    uint16_t size;
    uint8_t what; /* enum hlsim__tcp_what */
};

/*
 * One direction. First an opening segment, then data, then an ending one. Each stays here until it
 * has been delivered, so that it can be repeated; `*_sent` tell what of it is in flight.
 */
struct hlsim__tcp_way {
    struct hlsim__timer timer; /* the next that happens: arrival, departure or giving up */
    struct hlsim__tcp_peer *peer;
    bool up;
    bool halted;     /* power failed while something left */
    bool held;       /* who receives takes no bytes for now */
    bool delivering; /* copied bytes are being handed over and must stay where they are */
    bool opening;
    bool opening_sent;
    bool ending_sent;
    uint8_t ending;       /* NONE, CLOSE or RESET */
    int64_t free_at;      /* when the next segment may leave */
    int64_t repeat_after; /* the next pause after a loss */
    int64_t deadline;     /* of giving up; HLSIM_NEVER while segments come through */
    uint64_t cause;       /* of what was queued last */
    uint64_t taken;       /* bytes that were delivered, ever */
    size_t bytes_sent;
    size_t copied_start;
    size_t copied_size;
    const uint8_t *borrowed;
    size_t borrowed_size;
    size_t flight_first;
    size_t flight_count;
    struct hlsim__tcp_segment flight[HLSIM__TCP_WINDOW];
    uint8_t copied[HLSIM__TCP_BUFFER];
};

/* How far one end of a connection is. */
enum hlsim__tcp_end {
    HLSIM__TCP_END_NEW,
    HLSIM__TCP_END_OPEN,
    HLSIM__TCP_END_CLOSING, /* has closed; what comes in is ignored */
    HLSIM__TCP_END_GONE,    /* knows nothing of the connection */
};

struct hlsim__tcp_peer {
    struct hlsim_network *net;
    uint64_t number; /* of the connection */
    struct hlsim__iface *iface;
    struct hlsim__endpoint *endpoint; /* NULL: nobody has answered yet, or a real socket */
    struct hlsim_address inside;
    struct hlsim_address outside;
    struct hlsim_address to;
    struct hlsim__tcp *modem; /* NULL: nobody there to be told */
    enum hlsim__tcp_end modem_end;
    enum hlsim__tcp_end far_end;
    const struct hlsim__tcp_callbacks *callbacks; /* of the far end */
    void *user;
    unsigned busy; /* one of its functions is running: the memory must stay */
    bool over;
    bool inbound;                     /* the far end connects to the modem */
    unsigned session;                 /* what the modem knows it by; 0: nothing was said */
    struct hlsim__tcp_peer *previous; /* of the same interface */
    struct hlsim__tcp_peer *next;
    struct hlsim__tcp_peer *next_allocated;
    struct hlsim__tcp_peer *next_free;
    struct hlsim__tcp_way up;
    struct hlsim__tcp_way down;
};

void hlsim__tcp_way_init(struct hlsim__tcp_way *way, struct hlsim__tcp_peer *peer, bool up);

/* Bytes queued or in flight. */
static inline size_t hlsim__tcp_way_waiting(const struct hlsim__tcp_way *way)
{
    return way->copied_size + way->borrowed_size;
}

/* What comes down waits in the network while the modem's radio sleeps. */
static inline bool hlsim__tcp_way_sleeps(const struct hlsim__tcp_way *way)
{
    return !way->up && way->peer->iface->asleep;
}

/* Queues copies of as many bytes as there is room for; returns how many. */
size_t hlsim__tcp_way_copy(struct hlsim__tcp_way *way, const uint8_t *bytes, size_t size);

/* Queues bytes that stay where they are; there must be none. */
void hlsim__tcp_way_borrow(struct hlsim__tcp_way *way, const uint8_t *bytes, size_t size);

/* Who receives takes bytes again, or none for now; what is in flight still comes. */
void hlsim__tcp_way_hold(struct hlsim__tcp_way *way, bool held);

/* Forgets what is not in flight. What is queued next may leave at once. */
void hlsim__tcp_way_discard_unsent(struct hlsim__tcp_way *way);

/* Forgets everything; what is in flight is dropped with `why`. */
void hlsim__tcp_way_discard(struct hlsim__tcp_way *way, const char *why);

/*
 * Lets leave what may leave now and sets the timer. To be called after queueing. HLSIM_E_POWER when
 * power failed at a segment of the modem; HLSIM_E_UNREACHABLE when the modem is detached.
 */
int hlsim__tcp_way_pump(struct hlsim__tcp_way *way);

/* Sets the timer after anything changed. */
void hlsim__tcp_way_rearm(struct hlsim__tcp_way *way);

/* Gives up the connection at the latest after the configured time. */
void hlsim__tcp_way_doom(struct hlsim__tcp_way *way);

/* The first segment in flight is due: what happens then is known by the connection (tcp.c). */
void hlsim__tcp_way_fires(void *owner);

/* Takes the first segment from what is in flight, and the delivered bytes from the queue. */
struct hlsim__tcp_segment hlsim__tcp_way_take(struct hlsim__tcp_way *way,
                                              const uint8_t **ret_bytes);

/*
 * The first segment in flight is lost for that reason, and what follows it; `passed`: the first one
 * at its end only.
 */
void hlsim__tcp_way_lose(struct hlsim__tcp_way *way, const char *why, bool passed);

/* What an event says of a segment with that offset when it is sent, or when it arrives. */
struct hlsim__net_fact hlsim__tcp_way_fact(const struct hlsim__tcp_way *way,
                                           enum hlsim__tcp_what what, uint64_t offset,
                                           bool sending);

#endif
