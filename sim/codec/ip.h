/*
 * IPv4 packets with UDP, TCP or ICMP in them (RFC 791, 768, 9293, 792): structs in, bytes out,
 * checksums right. Fragments nothing and knows no connections. Reading them is in ip_read.h.
 */
#ifndef HLSIM_CODEC_IP_H
#define HLSIM_CODEC_IP_H

#include <stddef.h>
#include <stdint.h>

/* An MTU of 1500; no packet is larger. */
#define HLSIM__IP_PACKET_MAX 1500

/* An address in host order (10.0.0.1 is 0x0a000001) and a port. */
struct hlsim__ip_end {
    uint32_t ip;
    uint16_t port;
};

struct hlsim__ip_head {
    struct hlsim__ip_end from;
    struct hlsim__ip_end to;
    uint16_t id;
    uint8_t ttl;
};

enum {
    HLSIM__TCP_FLAG_FIN = 0x01,
    HLSIM__TCP_FLAG_SYN = 0x02,
    HLSIM__TCP_FLAG_RST = 0x04,
    HLSIM__TCP_FLAG_PSH = 0x08,
    HLSIM__TCP_FLAG_ACK = 0x10,
};

struct hlsim__tcp_head {
    uint32_t sequence;
    uint32_t acknowledgement; /* 0 without HLSIM__TCP_FLAG_ACK */
    uint8_t flags;
    uint8_t window_shift; /* option of RFC 7323, with `mss` only; 0: none */
    uint16_t window;
    uint16_t mss; /* option; 0: none */
};

/*
 * Write a packet of at most HLSIM__IP_PACKET_MAX bytes, headers included (asserted), and return its
 * size. "Do not fragment" is set.
 */
size_t hlsim__ip_udp(const struct hlsim__ip_head *head, const uint8_t *bytes, size_t size,
                     uint8_t *packet);
size_t hlsim__ip_tcp(const struct hlsim__ip_head *head, const struct hlsim__tcp_head *tcp,
                     const uint8_t *bytes, size_t size, uint8_t *packet);

/* The same of a message of ICMP: its second word (RFC 792), and what stands behind. */
struct hlsim__icmp_head {
    uint8_t type;
    uint8_t code;
    uint32_t word;
};

enum {
    HLSIM__ICMP_ECHO_REPLY = 0,
    HLSIM__ICMP_UNREACHABLE = 3,
    HLSIM__ICMP_ECHO = 8,
    HLSIM__ICMP_TIME_EXCEEDED = 11,
};

size_t hlsim__ip_icmp(const struct hlsim__ip_head *head, const struct hlsim__icmp_head *icmp,
                      const uint8_t *bytes, size_t size, uint8_t *packet);

/* The sum of RFC 1071 over more bytes (an even number before them), and its complement, folded. */
uint32_t hlsim__ip_sum(uint32_t sum, const uint8_t *bytes, size_t size);
uint16_t hlsim__ip_fold(uint32_t sum);

/*
 * What a NAT box makes of a packet of those functions: other addresses and ports, the time to live
 * less by one (it is at least 2, asserted).
 */
void hlsim__ip_translate(uint8_t *packet, size_t size, struct hlsim__ip_end from,
                         struct hlsim__ip_end to);

#endif
