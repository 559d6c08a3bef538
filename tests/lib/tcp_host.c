/*
 * Go back and send again.
 */
#include "lib/tcp_host.h"

#include <string.h>

static void send_segment(struct tcp_host *host, uint8_t flags, uint32_t sequence,
                         const uint8_t *bytes, size_t size)
{
    const struct hlsim__tcp_head head = {
        .sequence = sequence,
        .acknowledgement = (flags & HLSIM__TCP_FLAG_ACK) != 0 ? host->expected : 0,
        .flags = flags,
        .window = host->window,
        .mss = (flags & HLSIM__TCP_FLAG_SYN) != 0 ? host->mss : 0};

    host->send(host->user, &head, bytes, size);
}

void tcp_host_open(struct tcp_host *host)
{
    host->first = 0xfffffff0; /* passes zero soon */
    host->una = host->first;
    host->next = host->first + 1;
    send_segment(host, HLSIM__TCP_FLAG_SYN, host->first, NULL, 0);
}

static void acknowledge(struct tcp_host *host)
{
    send_segment(host, HLSIM__TCP_FLAG_ACK, host->next, NULL, 0);
}

void tcp_host_go_on(struct tcp_host *host)
{
    size_t mss = host->granted_mss;

    while (host->established && !host->reset) {
        size_t sent = (uint32_t)(host->next - host->first - 1);
        size_t flight = (uint32_t)(host->next - host->una);
        size_t size;

        if (sent > host->out_size) {
            return; /* the FIN, too */
        }
        size = host->out_size - sent;
        size = size < mss ? size : mss;
        if (size == 0) {
            if (host->closes) {
                send_segment(host, HLSIM__TCP_FLAG_FIN | HLSIM__TCP_FLAG_ACK, host->next, NULL, 0);
                host->next++;
            }
            return;
        }
        if (flight + size > host->peer_window) {
            return;
        }
        send_segment(host, HLSIM__TCP_FLAG_ACK | HLSIM__TCP_FLAG_PSH, host->next, host->out + sent,
                     size);
        host->next += (uint32_t)size;
    }
}

void tcp_host_tick(struct tcp_host *host)
{
    if (host->reset) {
        return;
    }
    if (!host->established) {
        send_segment(host, HLSIM__TCP_FLAG_SYN, host->first, NULL, 0);
    } else {
        host->next = host->una;
        tcp_host_go_on(host);
        acknowledge(host);
    }
}

void tcp_host_abort(struct tcp_host *host)
{
    host->reset = true;
    send_segment(host, HLSIM__TCP_FLAG_RST | HLSIM__TCP_FLAG_ACK, host->next, NULL, 0);
}

static void take_bytes(struct tcp_host *host, const struct hlsim__ip_segment *segment)
{
    bool fin = (segment->tcp.flags & HLSIM__TCP_FLAG_FIN) != 0;

    if (segment->size > host->largest) {
        host->largest = segment->size;
    }
    if (segment->tcp.sequence == host->expected && !host->finished) {
        size_t room = sizeof host->in - host->in_size;
        size_t size = segment->size < room ? segment->size : room;

        size = size < host->window ? size : host->window;
        if (size > 0) {
            memcpy(host->in + host->in_size, segment->bytes, size);
        }
        host->in_size += size;
        host->expected += (uint32_t)size;
        if (fin && size == segment->size) {
            host->finished = true;
            host->expected++;
        }
    }
    if (segment->size > 0 || fin) {
        acknowledge(host);
    }
}

void tcp_host_segment(struct tcp_host *host, const struct hlsim__ip_segment *segment)
{
    uint32_t acknowledged = segment->tcp.acknowledgement;

    if ((segment->tcp.flags & HLSIM__TCP_FLAG_RST) != 0) {
        host->reset = true;
        return;
    }
    if (!host->established) {
        if ((segment->tcp.flags & HLSIM__TCP_FLAG_SYN) == 0 || acknowledged != host->first + 1) {
            return;
        }
        host->established = true;
        host->expected = segment->tcp.sequence + 1;
        host->granted_mss = segment->tcp.mss != 0 ? segment->tcp.mss : 536;
        host->una = acknowledged;
        host->peer_window = segment->tcp.window;
        acknowledge(host);
        tcp_host_go_on(host);
        return;
    }
    if ((int32_t)(acknowledged - host->una) > 0) {
        host->una = acknowledged;
        if ((int32_t)(host->next - host->una) < 0) {
            host->next = host->una;
        }
    }
    host->peer_window = segment->tcp.window;
    host->fin_acked = (uint32_t)(host->una - host->first - 1) > host->out_size;
    take_bytes(host, segment);
    tcp_host_go_on(host);
}
