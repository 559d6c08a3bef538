/*
 * IPv4 packets from outside: what they say, when they are whole. Nothing of them is believed but
 * what checksums and lengths allow; what cannot be understood is named.
 */
#ifndef HLSIM_CODEC_IP_READ_H
#define HLSIM_CODEC_IP_READ_H

#include "codec/ip.h"

enum {
    HLSIM__IP_ICMP = 1,
    HLSIM__IP_TCP = 6,
    HLSIM__IP_UDP = 17,
};

/* The slices lie in the packet. */
struct hlsim__ip_packet {
    uint32_t from;
    uint32_t to;
    uint16_t id;
    uint8_t protocol;
    uint8_t ttl;
    const uint8_t *bytes; /* the packet, as long as its header says */
    size_t whole;
    const uint8_t *payload;
    size_t size;
};

/* What UDP and TCP say of their payload. */
struct hlsim__ip_segment {
    struct hlsim__ip_end from;
    struct hlsim__ip_end to;
    struct hlsim__tcp_head tcp; /* of TCP */
    const uint8_t *bytes;
    size_t size;
};

struct hlsim__icmp_message {
    struct hlsim__icmp_head head;
    const uint8_t *bytes; /* behind its two words */
    size_t size;
};

/*
 * NULL when the packet is good, else what is wrong with it ("ip checksum", "fragment", ...).
 * What stands behind the length of the header is left out.
 */
const char *hlsim__ip_read(const uint8_t *bytes, size_t size, struct hlsim__ip_packet *ret_packet);

/* The same of the payload of a good packet of that protocol. */
const char *hlsim__udp_read(const struct hlsim__ip_packet *packet,
                            struct hlsim__ip_segment *ret_segment);
const char *hlsim__tcp_read(const struct hlsim__ip_packet *packet,
                            struct hlsim__ip_segment *ret_segment);
const char *hlsim__icmp_read(const struct hlsim__ip_packet *packet,
                             struct hlsim__icmp_message *ret_message);

#endif
