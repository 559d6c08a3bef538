/*
 * A host's end of PPP for tests, written from the RFCs and from nothing of the simulator: as a
 * small stack in a microcontroller has it. It begins, takes what it is given, and says who it is.
 */
#ifndef HL78SIM_TESTS_PPP_HOST_H
#define HL78SIM_TESTS_PPP_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PPP_HOST_MAX 2048

struct ppp_host {
    /* Set by the caller. */
    void (*send)(void *user, const uint8_t *bytes, size_t size);   /* bytes for the line */
    void (*packet)(void *user, const uint8_t *bytes, size_t size); /* IPv4; may be NULL */
    void *user;
    const char *name; /* "": none */
    const char *password;
    bool asks_dns;
    bool asks_vj; /* compressed headers, which it must do without */
    uint16_t mru; /* 0: not asked for */
    /* What came about. */
    bool lcp_acked;   /* the module has granted this end's request */
    bool lcp_granted; /* this end has granted the module's */
    bool ipcp_acked;
    bool ipcp_granted;
    uint16_t auth; /* the protocol that the module asked for; 0: none */
    bool accepted; /* the module was content with the name */
    bool refused;
    bool terminated; /* a Terminate-Request has come */
    bool terminate_acked;
    uint32_t address;
    uint32_t peer;
    uint32_t dns[2];
    unsigned naks;
    unsigned rejects;
    unsigned frames;
    unsigned bad; /* frames with a wrong checksum */
    uint16_t rejected_protocol;
    uint8_t other_code; /* the last code of LCP that is none of the first seven */
    uint8_t other[64];  /* and its data, from the front */
    /* Inside. */
    uint8_t id;
    bool in_frame;
    bool escaped;
    size_t size;
    uint8_t frame[PPP_HOST_MAX];
};

/* The line is there. */
void ppp_host_start(struct ppp_host *host);

/* Bytes of the line. */
void ppp_host_receive(struct ppp_host *host, const uint8_t *bytes, size_t size);

/* One frame with that protocol, everything below 0x20 escaped. */
void ppp_host_send(struct ppp_host *host, uint16_t protocol, const uint8_t *bytes, size_t size);

/* A control packet. */
void ppp_host_control(struct ppp_host *host, uint16_t protocol, uint8_t code, uint8_t id,
                      const uint8_t *data, size_t size);

static inline bool ppp_host_up(const struct ppp_host *host)
{
    return host->ipcp_acked && host->ipcp_granted;
}

#endif
