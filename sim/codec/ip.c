/*
 * Encodes IPv4, UDP, TCP and ICMP headers. Does not read what comes from outside.
 */
#include "codec/ip.h"

#include "base/assert.h"

#include <stdbool.h>
#include <string.h>

#define PROTOCOL_ICMP  1
#define PROTOCOL_TCP   6
#define PROTOCOL_UDP   17

#define IP_HEADER      20
#define UDP_HEADER     8
#define TCP_HEADER     20
#define TCP_OPTION_MSS 4
#define TCP_OPTIONS    8 /* MSS, a filler, window scale */
#define ICMP_HEADER    8

/* Where fields lie: in the packet, then in what follows the IP header. */
#define AT_TTL          8
#define AT_PROTOCOL     9
#define AT_IP_CHECKSUM  10
#define AT_FROM         12
#define AT_TO           16
#define AT_UDP_LENGTH   4
#define AT_UDP_CHECKSUM 6
#define AT_TCP_CHECKSUM 16

static void put16(uint8_t *bytes, uint32_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}

static void put32(uint8_t *bytes, uint32_t value)
{
    put16(bytes, value >> 16);
    put16(bytes + 2, value);
}

uint32_t hlsim__ip_sum(uint32_t sum, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i + 1 < size; i += 2) {
        sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
    }
    if (size % 2 != 0) {
        sum += (uint32_t)bytes[size - 1] << 8;
    }
    return sum;
}

uint16_t hlsim__ip_fold(uint32_t sum)
{
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

/* Both checksums of a packet whose other fields are right. */
static void put_checksums(uint8_t *packet, size_t size)
{
    uint8_t *inner = packet + IP_HEADER;
    size_t inner_size = size - IP_HEADER;
    bool udp = packet[AT_PROTOCOL] == PROTOCOL_UDP;
    uint8_t *place = inner + (udp ? AT_UDP_CHECKSUM : AT_TCP_CHECKSUM);
    uint32_t sum = packet[AT_PROTOCOL] + (uint32_t)inner_size;
    uint16_t checksum;

    put16(packet + AT_IP_CHECKSUM, 0);
    put16(packet + AT_IP_CHECKSUM, hlsim__ip_fold(hlsim__ip_sum(0, packet, IP_HEADER)));
    put16(place, 0);
    sum = hlsim__ip_sum(sum, packet + AT_FROM, 8);
    checksum = hlsim__ip_fold(hlsim__ip_sum(sum, inner, inner_size));
    /* Nothing at all stands for "no checksum" in UDP. */
    put16(place, udp && checksum == 0 ? 0xffff : checksum);
}

static void put_addresses(uint8_t *packet, struct hlsim__ip_end from, struct hlsim__ip_end to)
{
    put32(packet + AT_FROM, from.ip);
    put32(packet + AT_TO, to.ip);
    put16(packet + IP_HEADER, from.port);
    put16(packet + IP_HEADER + 2, to.port);
}

static void put_head(uint8_t *packet, const struct hlsim__ip_head *head, uint8_t protocol,
                     size_t size)
{
    HLSIM_ASSERT(size <= HLSIM__IP_PACKET_MAX);
    packet[0] = 0x45;
    packet[1] = 0;
    put16(packet + 2, (uint32_t)size);
    put16(packet + 4, head->id);
    put16(packet + 6, 0x4000);
    packet[AT_TTL] = head->ttl;
    packet[AT_PROTOCOL] = protocol;
    put_addresses(packet, head->from, head->to);
}

static void put_payload(uint8_t *place, const uint8_t *bytes, size_t size)
{
    if (size > 0) {
        memcpy(place, bytes, size);
    }
}

size_t hlsim__ip_udp(const struct hlsim__ip_head *head, const uint8_t *bytes, size_t size,
                     uint8_t *packet)
{
    size_t whole = IP_HEADER + UDP_HEADER + size;

    put_head(packet, head, PROTOCOL_UDP, whole);
    put16(packet + IP_HEADER + AT_UDP_LENGTH, (uint32_t)(UDP_HEADER + size));
    put_payload(packet + IP_HEADER + UDP_HEADER, bytes, size);
    put_checksums(packet, whole);
    return whole;
}

static void put_options(uint8_t *options, const struct hlsim__tcp_head *tcp)
{
    options[0] = 2;
    options[1] = 4;
    put16(options + 2, tcp->mss);
    if (tcp->window_shift != 0) {
        options[4] = 1;
        options[5] = 3;
        options[6] = 3;
        options[7] = tcp->window_shift;
    }
}

size_t hlsim__ip_tcp(const struct hlsim__ip_head *head, const struct hlsim__tcp_head *tcp,
                     const uint8_t *bytes, size_t size, uint8_t *packet)
{
    size_t options = tcp->window_shift != 0 ? TCP_OPTIONS : TCP_OPTION_MSS;
    size_t header = TCP_HEADER + (tcp->mss != 0 ? options : 0);
    size_t whole = IP_HEADER + header + size;
    uint8_t *inner = packet + IP_HEADER;

    put_head(packet, head, PROTOCOL_TCP, whole);
    put32(inner + 4, tcp->sequence);
    put32(inner + 8, tcp->acknowledgement);
    inner[12] = (uint8_t)(header / 4 << 4);
    inner[13] = tcp->flags;
    put16(inner + 14, tcp->window);
    put32(inner + AT_TCP_CHECKSUM, 0);
    if (tcp->mss != 0) {
        put_options(inner + TCP_HEADER, tcp);
    }
    put_payload(inner + header, bytes, size);
    put_checksums(packet, whole);
    return whole;
}

size_t hlsim__ip_icmp(const struct hlsim__ip_head *head, const struct hlsim__icmp_head *icmp,
                      const uint8_t *bytes, size_t size, uint8_t *packet)
{
    size_t whole = IP_HEADER + ICMP_HEADER + size;
    uint8_t *inner = packet + IP_HEADER;

    put_head(packet, head, PROTOCOL_ICMP, whole);
    inner[0] = icmp->type;
    inner[1] = icmp->code;
    put16(inner + 2, 0);
    put32(inner + 4, icmp->word);
    put_payload(inner + ICMP_HEADER, bytes, size);
    put16(inner + 2, hlsim__ip_fold(hlsim__ip_sum(0, inner, ICMP_HEADER + size)));
    put16(packet + AT_IP_CHECKSUM, 0);
    put16(packet + AT_IP_CHECKSUM, hlsim__ip_fold(hlsim__ip_sum(0, packet, IP_HEADER)));
    return whole;
}

void hlsim__ip_translate(uint8_t *packet, size_t size, struct hlsim__ip_end from,
                         struct hlsim__ip_end to)
{
    HLSIM_ASSERT(packet[AT_TTL] > 1);
    packet[AT_TTL]--;
    put_addresses(packet, from, to);
    put_checksums(packet, size);
}
