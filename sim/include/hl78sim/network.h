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
};

/* Fills in the figures named above. */
void hlsim_network_config_default(struct hlsim_network_config *ret_config);

/* 0, or HLSIM_E_RANGE when a figure makes no sense. */
int hlsim_network_config_check(const struct hlsim_network_config *config);

struct hlsim_network;

/*
 * The way out to real sockets, implemented outside of the simulation. A flow is known by its port
 * on the public address of the NAT box. The functions must not call back into the network.
 */
struct hlsim_gateway_ops {
    /* Sends one datagram. 0, or negative when it could not leave (then it counts as dropped). */
    int (*udp_send)(void *user, uint16_t flow_port, struct hlsim_address to, const uint8_t *bytes,
                    size_t size);
    /* The flow's mapping is gone: its socket is not needed any more. May be NULL. */
    void (*flow_closed)(void *user, uint16_t flow_port);
};

/*
 * Sends datagrams to destinations that no endpoint owns through `ops` (borrowed; NULL: no gateway,
 * such datagrams are dropped with "no route"). Streams do not pass a gateway.
 */
void hlsim_network_set_gateway(struct hlsim_network *network, const struct hlsim_gateway_ops *ops,
                               void *user);

/*
 * Puts a datagram that a real socket received in front of the NAT box. 0 also when it is dropped
 * there, as on a real network; HLSIM_E_LIMIT when it is larger than HLSIM_DATAGRAM_MAX.
 */
int hlsim_network_inject_udp(struct hlsim_network *network, struct hlsim_address from,
                             uint16_t to_public_port, const uint8_t *bytes, size_t size);

/* How many mappings the NAT box holds at present (path "network.nat"). */
size_t hlsim_network_nat_count(const struct hlsim_network *network);

#endif
