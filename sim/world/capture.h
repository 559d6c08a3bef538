/*
 * The inside of a capture: packets that wait to be written, those on their way between the two
 * sides of the NAT box, and what is known of each connection.
 *
 * A packet is made once, when it is sent. What comes out at the other side is the same packet with
 * other addresses. The network acknowledges nothing on the air; acknowledgements are invented here,
 * so that a reader of TCP finds what it expects (capture_tcp.c).
 */
#ifndef HLSIM_WORLD_CAPTURE_H
#define HLSIM_WORLD_CAPTURE_H

#include <hl78sim/capture.h>

#include "codec/ip.h"

#include <stdbool.h>

/* Texts beside one packet, with their NULs. */
#define HLSIM__CAPTURE_COMMENTS 256

/* Connections of which is known what they have shown; the newest with a number takes the place. */
#define HLSIM__CAPTURE_STREAMS 4096

/* Lists of packets on their way, by the event that sent them. */
#define HLSIM__CAPTURE_FLIGHTS 256

/* Sessions of DTLS whose secrets are remembered, so that they are not written twice. */
#define HLSIM__CAPTURE_SECRETS 16

/* The interfaces of the file, in their order. */
enum hlsim__capture_side {
    HLSIM__CAPTURE_MODEM,
    HLSIM__CAPTURE_PUBLIC,
    HLSIM__CAPTURE_SIDES,
};

/* What a segment is; HLSIM__CAPTURE_UDP: it is a datagram. */
enum hlsim__capture_what {
    HLSIM__CAPTURE_UDP,
    HLSIM__CAPTURE_OPEN,
    HLSIM__CAPTURE_DATA,
    HLSIM__CAPTURE_CLOSE,
    HLSIM__CAPTURE_RESET,
};

/* An event of the network, read. */
struct hlsim__capture_fact {
    uint64_t id;
    bool up; /* from a modem; of sending only */
    enum hlsim__capture_what what;
    struct hlsim__ip_end from;
    struct hlsim__ip_end to;
    const uint8_t *bytes;
    size_t size;
    uint64_t stream;
    uint32_t offset;
};

struct hlsim__capture_packet {
    struct hlsim__capture_packet *next;
    int64_t at;
    uint64_t event; /* that shows it here; 0: invented */
    uint64_t sent;  /* the event that sent it; 0: invented */
    int64_t sent_at;
    enum hlsim__capture_side side;
    bool up;
    /* Of a segment. */
    enum hlsim__capture_what what;
    uint64_t stream;
    uint32_t offset;
    size_t payload;
    struct hlsim__tcp_head tcp;
    bool acknowledges_all; /* invented: whatever the other end has shown here */
    size_t comment_size;
    char comments[HLSIM__CAPTURE_COMMENTS];
    size_t size;
    uint8_t bytes[HLSIM__IP_PACKET_MAX];
};

/* The two ends of a connection: the one that opens it is the modem's. */
enum { HLSIM__CAPTURE_END_MODEM, HLSIM__CAPTURE_END_SERVER };

struct hlsim__capture_stream {
    uint64_t number; /* 0: none */
    struct hlsim__ip_end modem[HLSIM__CAPTURE_SIDES];
    struct hlsim__ip_end server;
    struct hlsim__capture_stream *next_owing;
    struct hlsim__capture_end {
        uint32_t first;    /* its first sequence number */
        uint32_t received; /* what it acknowledges */
        int64_t delay;     /* of what it sent last without payload, to the other side */
        bool opened;       /* it has sent its first number, */
        bool heard;        /* has received the other's, */
        bool closed;       /* and has sent its last one */
        bool owes;         /* an acknowledgement, unless something that it sends now carries it */
    } ends[2];
    struct {
        uint32_t next;         /* sequence number behind all that was shown */
        uint32_t acknowledged; /* the last that was shown */
        bool any;              /* of them, and of the other */
        bool any_acknowledged;
    } shown[HLSIM__CAPTURE_SIDES][2]; /* by sending end */
};

struct hlsim_capture {
    hlsim_capture_write write;
    void *user;
    int error;
    uint64_t epoch; /* nanoseconds since 1970 */
    uint64_t seed;
    uint32_t public_ip;
    uint16_t mss;
    int64_t now;
    struct hlsim__capture_packet *queue; /* by time, then in the order of coming */
    struct hlsim__capture_packet *free_packets;
    struct hlsim__capture_packet *flights[HLSIM__CAPTURE_FLIGHTS];
    struct hlsim__capture_stream *owing;
    struct hlsim__capture_stream *streams; /* HLSIM__CAPTURE_STREAMS */
    size_t secret_count;                   /* that were ever written */
    uint8_t secrets[HLSIM__CAPTURE_SECRETS][32];
};

/* A packet without contents, or NULL, which the capture's error then tells of. */
struct hlsim__capture_packet *hlsim__capture_take(struct hlsim_capture *capture);

/* Puts it where its time is: behind all others of that time. The capture has it from now on. */
void hlsim__capture_queue(struct hlsim_capture *capture, struct hlsim__capture_packet *packet);

/* ---- Connections (capture_tcp.c) ---- */

/* Fills in a segment that is being sent. */
void hlsim__capture_tcp_send(struct hlsim_capture *capture, const struct hlsim__capture_fact *fact,
                             struct hlsim__capture_packet *packet);

/* It came out at the other side with that address of the modem's; `taken`: somebody took it there.
 */
void hlsim__capture_tcp_arrive(struct hlsim_capture *capture,
                               const struct hlsim__capture_packet *packet,
                               struct hlsim__ip_end modem, bool taken);

/* Time moves on: queues the acknowledgements that nothing has carried. */
void hlsim__capture_tcp_settle(struct hlsim_capture *capture);

/* A segment is about to be written: makes it if it is invented. False: it would say nothing. */
bool hlsim__capture_tcp_show(struct hlsim_capture *capture, struct hlsim__capture_packet *packet);

#endif
