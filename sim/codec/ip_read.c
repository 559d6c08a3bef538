/*
 * Decodes headers of IPv4, UDP, TCP and ICMP; every length is looked at before what it measures.
 */
#include "codec/ip_read.h"

#include <stdbool.h>
#include <string.h>

#define IP_HEADER      20
#define UDP_HEADER     8
#define TCP_HEADER     20
#define ICMP_HEADER    8

#define MORE_FRAGMENTS 0x2000
#define FRAGMENT_PLACE 0x1fff

#define OPTION_END     0
#define OPTION_NOTHING 1
#define OPTION_MSS     2

static uint16_t get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static uint32_t get32(const uint8_t *bytes)
{
    return (uint32_t)get16(bytes) << 16 | get16(bytes + 2);
}

const char *hlsim__ip_read(const uint8_t *bytes, size_t size, struct hlsim__ip_packet *ret_packet)
{
    size_t header;
    size_t whole;

    memset(ret_packet, 0, sizeof *ret_packet);
    if (size < IP_HEADER || bytes[0] >> 4 != 4) {
        return "ip header";
    }
    header = (size_t)(bytes[0] & 15) * 4;
    whole = get16(bytes + 2);
    if (header < IP_HEADER || header > whole || whole > size) {
        return "ip length";
    }
    if (hlsim__ip_fold(hlsim__ip_sum(0, bytes, header)) != 0) {
        return "ip checksum";
    }
    if ((get16(bytes + 6) & (MORE_FRAGMENTS | FRAGMENT_PLACE)) != 0) {
        return "fragment";
    }
    ret_packet->id = get16(bytes + 4);
    ret_packet->ttl = bytes[8];
    ret_packet->protocol = bytes[9];
    ret_packet->from = get32(bytes + 12);
    ret_packet->to = get32(bytes + 16);
    ret_packet->bytes = bytes;
    ret_packet->whole = whole;
    ret_packet->payload = bytes + header;
    ret_packet->size = whole - header;
    return NULL;
}

/* Over the pseudo header and `size` bytes of the payload. */
static bool checksum_is_right(const struct hlsim__ip_packet *packet, size_t size)
{
    uint32_t sum = packet->protocol + (uint32_t)size;

    sum = hlsim__ip_sum(sum, packet->bytes + 12, 8);
    return hlsim__ip_fold(hlsim__ip_sum(sum, packet->payload, size)) == 0;
}

static void take_ports(const struct hlsim__ip_packet *packet, struct hlsim__ip_segment *segment)
{
    segment->from = (struct hlsim__ip_end){.ip = packet->from, .port = get16(packet->payload)};
    segment->to = (struct hlsim__ip_end){.ip = packet->to, .port = get16(packet->payload + 2)};
}

const char *hlsim__udp_read(const struct hlsim__ip_packet *packet,
                            struct hlsim__ip_segment *ret_segment)
{
    size_t length;

    memset(ret_segment, 0, sizeof *ret_segment);
    if (packet->size < UDP_HEADER) {
        return "udp length";
    }
    length = get16(packet->payload + 4);
    if (length < UDP_HEADER || length > packet->size) {
        return "udp length";
    }
    if (get16(packet->payload + 6) != 0 && !checksum_is_right(packet, length)) {
        return "udp checksum";
    }
    take_ports(packet, ret_segment);
    ret_segment->bytes = packet->payload + UDP_HEADER;
    ret_segment->size = length - UDP_HEADER;
    return NULL;
}

/* The largest segment that the other side takes; 0 when it does not say. Options that cannot be
 * read end them. */
static uint16_t find_mss(const uint8_t *options, size_t size)
{
    size_t at = 0;

    while (at < size && options[at] != OPTION_END) {
        if (options[at] == OPTION_NOTHING) {
            at++;
            continue;
        }
        if (size - at < 2 || options[at + 1] < 2 || options[at + 1] > size - at) {
            return 0;
        }
        if (options[at] == OPTION_MSS && options[at + 1] == 4) {
            return get16(options + at + 2);
        }
        at += options[at + 1];
    }
    return 0;
}

const char *hlsim__tcp_read(const struct hlsim__ip_packet *packet,
                            struct hlsim__ip_segment *ret_segment)
{
    const uint8_t *bytes = packet->payload;
    size_t header;

    memset(ret_segment, 0, sizeof *ret_segment);
    if (packet->size < TCP_HEADER) {
        return "tcp length";
    }
    header = (size_t)(bytes[12] >> 4) * 4;
    if (header < TCP_HEADER || header > packet->size) {
        return "tcp length";
    }
    if (!checksum_is_right(packet, packet->size)) {
        return "tcp checksum";
    }
    take_ports(packet, ret_segment);
    ret_segment->tcp.sequence = get32(bytes + 4);
    ret_segment->tcp.acknowledgement = get32(bytes + 8);
    ret_segment->tcp.flags = bytes[13];
    ret_segment->tcp.window = get16(bytes + 14);
    ret_segment->tcp.mss = find_mss(bytes + TCP_HEADER, header - TCP_HEADER);
    ret_segment->bytes = bytes + header;
    ret_segment->size = packet->size - header;
    return NULL;
}

const char *hlsim__icmp_read(const struct hlsim__ip_packet *packet,
                             struct hlsim__icmp_message *ret_message)
{
    const uint8_t *bytes = packet->payload;

    if (packet->size < ICMP_HEADER) {
        return "icmp length";
    }
    if (hlsim__ip_fold(hlsim__ip_sum(0, bytes, packet->size)) != 0) {
        return "icmp checksum";
    }
    ret_message->head = (struct hlsim__icmp_head){.type = bytes[0], .code = bytes[1]};
    ret_message->head.word = get32(bytes + 4);
    ret_message->bytes = bytes + ICMP_HEADER;
    ret_message->size = packet->size - ICMP_HEADER;
    return NULL;
}
