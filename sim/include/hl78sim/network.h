/*
 * The simulated network as seen from outside: addresses, its figures, and the gateway through which
 * datagrams leave for real sockets and come back.
 */
#ifndef HL78SIM_NETWORK_H
#define HL78SIM_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IPv4 address (in host order: 10.0.0.1 is 0x0a000001) and a port. */
struct hlsim_address {
    uint32_t ip;
    uint16_t port;
};

/* Room for "255.255.255.255:65535" and its NUL; enough for an address without a port too. */
#define HLSIM_ADDRESS_SIZE 22

/* The largest payload of a datagram: an MTU of 1500 without the headers of IP and UDP. */
#define HLSIM_DATAGRAM_MAX 1472

/* The largest segment of a stream: an MTU of 1500 without the headers of IP and TCP. */
#define HLSIM_MSS_MAX 1460

/* Writes "a.b.c.d:port" and "a.b.c.d"; `size` is at least HLSIM_ADDRESS_SIZE. Return the length. */
int hlsim_address_format(struct hlsim_address address, char *text, size_t size);
int hlsim_ip_format(uint32_t ip, char *text, size_t size);

/*
 * Read exactly those forms, decimal without leading zeros. HLSIM_E_FORMAT when the text is anything
 * else; the result is then untouched.
 */
int hlsim_address_parse(const char *text, struct hlsim_address *ret_address);
int hlsim_ip_parse(const char *text, uint32_t *ret_ip);

static inline bool hlsim_address_equal(struct hlsim_address a, struct hlsim_address b)
{
    return a.ip == b.ip && a.port == b.port;
}

/* The figures of the network; times in nanoseconds. */
struct hlsim_network_config {
    int64_t delay_up;         /* modem to NAT box, one way; 80 ms */
    int64_t delay_down;       /* NAT box to modem, one way; 80 ms */
    int64_t jitter;           /* up to so much more, evenly drawn for each datagram; 0 */
    uint32_t loss_ppm_up;     /* share of what is lost, out of a million; 0 */
    uint32_t loss_ppm_down;   /* 0 */
    int64_t nat_timeout;      /* idle time after which a mapping is gone; 120 s; HLSIM_NEVER */
    bool nat_inbound_refresh; /* what comes in keeps a mapping too; true */
    bool nat_symmetric;       /* one mapping a destination, closed to all others; false */
    uint32_t public_ip;       /* the address outside the NAT box; 198.51.100.1 (RFC 5737) */
    uint32_t bitrate;         /* of one stream in one direction, bit/s; 300,000 */
    uint16_t mss;             /* bytes in one segment at most; 1358 */
    int64_t retransmit_after; /* first repetition of a segment, then doubled; 1 s (RFC 6298 2.1) */
    int64_t give_up_after;    /* a stream ends when nothing came through for so long; 60 s */
    /* Power saving: whether the network knows PSM and eDRX, and what it grants instead of what is
     * asked for (24.008 10.5.7.3, 10.5.7.4a, 10.5.5.32); 0: what is asked for. */
    bool psm;            /* true */
    int64_t psm_active;  /* T3324 */
    int64_t psm_tau;     /* T3412 */
    bool edrx;           /* true */
    int64_t edrx_cycle;  /* the coded value below or at it */
    int64_t edrx_window; /* of paging; the same; 0: the smallest one */
};

/* Fills in the figures named above. */
void hlsim_network_config_default(struct hlsim_network_config *ret_config);

/* 0, or HLSIM_E_RANGE when a figure makes no sense. */
int hlsim_network_config_check(const struct hlsim_network_config *config);

struct hlsim_network;

/* Bytes of a stream that may still come after it was told to wait. */
#define HLSIM_GATEWAY_WINDOW (64 * HLSIM_MSS_MAX)

/* One stream between the simulated network and a real socket. */
struct hlsim_gateway_stream;

/*
 * The way out to real sockets, implemented outside of the simulation. A flow is known by its port
 * on the public address of the NAT box. The functions must not call back into the network, but
 * those of streams may call hlsim_gateway_stream_* for the same stream.
 */
struct hlsim_gateway_ops {
    /* Sends one datagram. 0, or negative when it could not leave (then it counts as dropped). */
    int (*udp_send)(void *user, uint16_t flow_port, struct hlsim_address to, const uint8_t *bytes,
                    size_t size);
    /* The flow's mapping is gone: its socket is not needed any more. May be NULL. */
    void (*flow_closed)(void *user, uint16_t flow_port);
    /* As udp_send, for a datagram of a server of the world to a real address. NULL: none leaves. */
    int (*udp_answer)(void *user, struct hlsim_address from, struct hlsim_address to,
                      const uint8_t *bytes, size_t size);
    /*
     * A modem connects to a destination that no endpoint owns. 0: it is being tried, and
     * hlsim_gateway_stream_connected or _abort follows, not from within; negative: refused, and the
     * stream is gone. NULL: no stream leaves.
     */
    int (*stream_open)(void *user, struct hlsim_gateway_stream *stream, struct hlsim_address to);
    /* Bytes for the real socket: all of them are taken. */
    void (*stream_data)(void *user, struct hlsim_gateway_stream *stream, const uint8_t *bytes,
                        size_t size);
    /* All that was sent by hlsim_gateway_stream_send was delivered, or now it can be sent at all.
     */
    void (*stream_drained)(void *user, struct hlsim_gateway_stream *stream);
    /* The stream is over, for the reason HLSIM_OK, HLSIM_E_GONE (reset) or HLSIM_E_UNREACHABLE
     * (given up), and gone when this returns. */
    void (*stream_closed)(void *user, struct hlsim_gateway_stream *stream, int reason);
    /*
     * A modem asks for a name that the simulated network does not know. 0: it is being looked up,
     * and hlsim_network_resolved follows, not from within; negative: there is no such name. NULL:
     * no name is.
     */
    int (*lookup)(void *user, uint64_t id, const char *host);
};

/*
 * Sends datagrams and streams to destinations that no endpoint owns through `ops` (borrowed; NULL:
 * no gateway, they are dropped with "no route"). Streams of a gateway that goes are cut off.
 */
void hlsim_network_set_gateway(struct hlsim_network *network, const struct hlsim_gateway_ops *ops,
                               void *user);

/*
 * Gives a name of the simulated network an address. HLSIM_E_EXISTS when it has one, HLSIM_E_LIMIT
 * when it is too long or there are too many.
 */
int hlsim_network_add_name(struct hlsim_network *network, const char *host, uint32_t ip);

/* The address of a name, or of an address as text. HLSIM_E_NOT_FOUND. */
int hlsim_network_find_name(const struct hlsim_network *network, const char *host,
                            uint32_t *ret_ip);

/*
 * Puts a datagram that a real socket received in front of the NAT box. 0 also when it is dropped
 * there, as on a real network; HLSIM_E_LIMIT, and an event air.ignored, when it is larger than
 * HLSIM_DATAGRAM_MAX.
 */
int hlsim_network_inject_udp(struct hlsim_network *network, struct hlsim_address from,
                             uint16_t to_public_port, const uint8_t *bytes, size_t size);

/*
 * Puts a datagram that a real socket received in front of a server of the world, whose answers
 * leave by `udp_answer`. Results as above.
 */
int hlsim_network_inject_request(struct hlsim_network *network, struct hlsim_address from,
                                 struct hlsim_address to, const uint8_t *bytes, size_t size);

/*
 * A real socket connects to a server of the world; `stream_drained` follows when it is connected,
 * or `stream_closed`. HLSIM_E_NOT_FOUND when no server has that address, HLSIM_E_LIMIT when there
 * are too many, HLSIM_E_NO_MEMORY.
 */
int hlsim_network_connect_request(struct hlsim_network *network, struct hlsim_address to,
                                  struct hlsim_gateway_stream **ret_stream);

/* The answer to `lookup` with that id; 0: there is no such name. An answer that nobody waits for
 * any more is ignored. */
void hlsim_network_resolved(struct hlsim_network *network, uint64_t id, uint32_t ip);

/* What the gateway knows a stream by; NULL at first. */
void hlsim_gateway_stream_set_token(struct hlsim_gateway_stream *stream, void *token);
void *hlsim_gateway_stream_token(const struct hlsim_gateway_stream *stream);

/* The real socket is connected: the modem may be told. */
void hlsim_gateway_stream_connected(struct hlsim_gateway_stream *stream);

/* Bytes that the real socket received; how many were taken. When not all were, `stream_drained`
 * follows, or `stream_closed`. */
size_t hlsim_gateway_stream_send(struct hlsim_gateway_stream *stream, const uint8_t *bytes,
                                 size_t size);

/* The real socket takes no more for now, or takes bytes again: at most HLSIM_GATEWAY_WINDOW bytes
 * come in between. */
void hlsim_gateway_stream_hold(struct hlsim_gateway_stream *stream, bool held);

/*
 * Ends the stream after what was sent, or at once, as a reset; it is gone when this returns, and
 * nothing follows. Not from within a function of the gateway.
 */
void hlsim_gateway_stream_close(struct hlsim_gateway_stream *stream);
void hlsim_gateway_stream_abort(struct hlsim_gateway_stream *stream);

/* How many mappings the NAT box holds at present (path "network.nat"). */
size_t hlsim_network_nat_count(const struct hlsim_network *network);

#endif
