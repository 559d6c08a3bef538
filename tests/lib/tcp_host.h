/*
 * A host's end of TCP for tests: opens one connection, sends all it has, keeps what comes in order.
 * It knows no clock: whoever has it ticks when it is to repeat what is not acknowledged.
 */
#ifndef HL78SIM_TESTS_TCP_HOST_H
#define HL78SIM_TESTS_TCP_HOST_H

#include "codec/ip_read.h"

#include <stdbool.h>

#define TCP_HOST_MAX 65536

struct tcp_host {
    void (*send)(void *user, const struct hlsim__tcp_head *head, const uint8_t *bytes, size_t size);
    void *user;
    uint16_t window; /* that it grants */
    uint16_t mss;    /* that it asks for; 0: 1460, without saying so */
    const uint8_t *out;
    size_t out_size;
    bool closes; /* its FIN follows what it has */
    /* What came about. */
    bool established;
    bool reset;
    bool finished; /* the other side's FIN has come, in order */
    bool fin_acked;
    uint16_t granted_mss;
    size_t largest; /* segment that came */
    size_t in_size;
    uint8_t in[TCP_HOST_MAX];
    /* Inside. */
    uint32_t first;
    uint32_t una;
    uint32_t next;
    uint32_t expected;
    uint32_t peer_window;
};

/* Sends the SYN. */
void tcp_host_open(struct tcp_host *host);

/* Sends what it may; again what is not acknowledged. */
void tcp_host_go_on(struct tcp_host *host);
void tcp_host_tick(struct tcp_host *host);

void tcp_host_segment(struct tcp_host *host, const struct hlsim__ip_segment *segment);

/* Resets the connection. */
void tcp_host_abort(struct tcp_host *host);

#endif
