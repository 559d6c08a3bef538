/*
 * The module's end of one PPP link (RFC 1661 3): its phases, from the bytes of a line up to packets
 * of IPv4. Does not know what carries the bytes and where the packets go.
 *
 *     line bytes -- frames -- LCP | PAP, CHAP | IPCP | IPv4 packets
 *
 * Nothing is allocated. The owner is called back and must not destroy the link from within, but for
 * `ended`.
 */
#ifndef HLSIM_PPP_LINK_H
#define HLSIM_PPP_LINK_H

#include "base/rng.h"
#include "core/stream.h"
#include "ppp/fsm.h"

#define HLSIM__PPP_NAME_MAX 64                         /* of a user, of a password; with the NUL */
#define HLSIM__PPP_QUEUE    (3 * HLSIM__PPP_FRAME_MAX) /* frames that wait for the line */
#define HLSIM__CHAP_VALUE   16

/* Whether and how the module asks its host who it is. */
enum hlsim__ppp_auth {
    HLSIM__PPP_AUTH_NONE,
    HLSIM__PPP_AUTH_PAP,
    HLSIM__PPP_AUTH_CHAP,
};

enum hlsim__ppp_phase {
    HLSIM__PPP_DEAD,
    HLSIM__PPP_ESTABLISH,
    HLSIM__PPP_AUTHENTICATE,
    HLSIM__PPP_NETWORK,
};

struct hlsim__ppp_owner {
    /* Bytes for the line; how many it took, and when it takes more _writable is called. */
    size_t (*transmit)(void *user, const uint8_t *bytes, size_t size);
    /* A packet of the host, while IPCP is open; valid during the call. */
    void (*packet)(void *user, const uint8_t *bytes, size_t size);
    /* Frames can be queued again, after _send found no room. */
    void (*writable)(void *user);
    /* Packets can be sent; they cannot any more. */
    void (*up)(void *user);
    void (*down)(void *user);
    /* The link is dead, once and for all, `in_order`: the host wanted it so. Not from within a
     * function that the owner has called; the link may be destroyed. */
    void (*ended)(void *user, bool in_order);
};

struct hlsim__ppp_config {
    struct hlsim__timer_group *timers;
    struct hlsim_stream *stream;
    const char *source; /* of the events; borrowed */
    struct hlsim__rng rng;
    uint32_t local_ip; /* the module's end */
    uint32_t host_ip;  /* what the host gets */
    uint32_t dns[2];   /* 0: none */
    enum hlsim__ppp_auth auth;
    const char *user; /* whom it lets in; borrowed. "": anybody */
    const char *password;
    const struct hlsim__ppp_owner *owner; /* borrowed */
    void *owner_user;
};

/* What the host has asked for, by LCP. */
struct hlsim__ppp_peer {
    struct hlsim__ppp_framing framing;
    uint16_t mru;
    uint32_t magic;
};

struct hlsim__ppp_link {
    struct hlsim__ppp_config config;
    enum hlsim__ppp_phase phase;
    const char *end_why; /* what the end will be due to */
    struct hlsim__ppp_fsm lcp;
    struct hlsim__ppp_fsm ipcp;
    struct hlsim__timer end_timer;
    struct hlsim__timer auth_timer;
    struct hlsim__ppp_receiver receiver;
    struct hlsim__ppp_peer peer;
    /* What the module asks for; a bit is gone once the host has refused it. */
    uint32_t magic;
    bool asks_accm;
    bool asks_magic;
    bool asks_pfc;
    bool asks_acfc;
    bool asks_address;
    enum hlsim__ppp_auth auth; /* as negotiated */
    uint8_t protocol_reject_id;
    uint8_t chap_id;
    unsigned auth_tries;
    uint8_t challenge[HLSIM__CHAP_VALUE];
    uint64_t flaws; /* frames and packets of the host that made no sense */
    bool starved;   /* the owner found no room */
    size_t queued;
    uint8_t queue[HLSIM__PPP_QUEUE];
};

/* A dead link; `link` is cleared. */
void hlsim__ppp_link_init(struct hlsim__ppp_link *link, const struct hlsim__ppp_config *config);

/* The line is there: begins with LCP, by itself. */
void hlsim__ppp_link_start(struct hlsim__ppp_link *link);

/* The module ends the link: says so to the host, and `ended` follows. */
void hlsim__ppp_link_close(struct hlsim__ppp_link *link);

/* The line is gone: nothing is said and nothing follows. */
void hlsim__ppp_link_drop(struct hlsim__ppp_link *link);

/* Bytes of the line. */
void hlsim__ppp_link_receive(struct hlsim__ppp_link *link, const uint8_t *bytes, size_t size);

/* The line takes bytes again. */
void hlsim__ppp_link_writable(struct hlsim__ppp_link *link);

/* Whether packets go through now; the largest that the host takes. */
bool hlsim__ppp_link_up(const struct hlsim__ppp_link *link);
size_t hlsim__ppp_link_mtu(const struct hlsim__ppp_link *link);

/* Whether there is room for a packet of the largest size; if not, `writable` follows. */
bool hlsim__ppp_link_has_room(struct hlsim__ppp_link *link);

/* Sends one packet of IPv4. False: it was dropped, for the link is down, full, or it is too large.
 */
bool hlsim__ppp_link_send(struct hlsim__ppp_link *link, const uint8_t *bytes, size_t size);

/* Something of the host made no sense and was dropped: an event with the count. */
void hlsim__ppp_link_flaw(struct hlsim__ppp_link *link, const char *why);

#endif
