/*
 * The option negotiation automaton of RFC 1661 4, for LCP and IPCP alike: states, the restart
 * timer, its counters, and the codes that are common to both. What the options mean is its owner's.
 */
#ifndef HLSIM_PPP_FSM_H
#define HLSIM_PPP_FSM_H

#include "codec/ppp.h"
#include "core/sched.h"

/* RFC 1661 4.6. */
#define HLSIM__PPP_RESTART       (3 * HLSIM_SECOND)
#define HLSIM__PPP_MAX_CONFIGURE 10
#define HLSIM__PPP_MAX_TERMINATE 2
#define HLSIM__PPP_MAX_FAILURE   5

/* How long the answer to a Terminate-Request has before the layer below is let go of; RFC 1661 4.4
 * asks for a restart period, but a module is back in command state as soon as the answer is out. */
#define HLSIM__PPP_LINGER (100 * HLSIM_MS)

/* In the order of RFC 1661 4.2. */
enum hlsim__ppp_state {
    HLSIM__PPP_INITIAL,
    HLSIM__PPP_STARTING,
    HLSIM__PPP_CLOSED,
    HLSIM__PPP_STOPPED,
    HLSIM__PPP_CLOSING,
    HLSIM__PPP_STOPPING,
    HLSIM__PPP_REQ_SENT,
    HLSIM__PPP_ACK_RCVD,
    HLSIM__PPP_ACK_SENT,
    HLSIM__PPP_OPENED,
};

struct hlsim__ppp_fsm_ops {
    /* The options of the next Configure-Request. */
    void (*request)(void *user, struct hlsim__ppp_options *ret_options);
    /*
     * Judges the options of the peer's request, which are well formed: HLSIM__PPP_CONF_ACK, and
     * what they say is noted; HLSIM__PPP_CONF_NAK or _REJ, with those that are not accepted in
     * `ret_options`. With `no_more_naks` what would be a NAK is a REJ.
     */
    int (*judge)(void *user, const struct hlsim__ppp_control *packet, bool no_more_naks,
                 struct hlsim__ppp_options *ret_options);
    /* The peer has answered with a NAK or a REJ: other options the next time. */
    void (*refused)(void *user, const struct hlsim__ppp_control *packet);
    /* A code that the automaton does not know; false: it is rejected. */
    bool (*other)(void *user, const struct hlsim__ppp_control *packet);
    void (*send)(void *user, const struct hlsim__ppp_control *packet);
    void (*up)(void *user); /* the layer can be used; no longer */
    void (*down)(void *user);
    void (*finished)(void *user); /* the layer below is not needed any more */
};

struct hlsim__ppp_fsm {
    enum hlsim__ppp_state state;
    const struct hlsim__ppp_fsm_ops *ops;
    void *user;
    struct hlsim__timer timer;
    unsigned restarts; /* that are left */
    unsigned naks;     /* sent in a row */
    uint8_t id;        /* of the last request */
    uint8_t reject_id;
    struct hlsim__ppp_options asked; /* in the last Configure-Request */
};

/* In the state Initial. `ops` and `user` are borrowed. */
void hlsim__ppp_fsm_init(struct hlsim__ppp_fsm *fsm, struct hlsim__timer_group *timers,
                         const struct hlsim__ppp_fsm_ops *ops, void *user);

/* The events of RFC 1661 4.3 that do not come in packets. */
void hlsim__ppp_fsm_lower_up(struct hlsim__ppp_fsm *fsm);
void hlsim__ppp_fsm_lower_down(struct hlsim__ppp_fsm *fsm);
void hlsim__ppp_fsm_open(struct hlsim__ppp_fsm *fsm);
void hlsim__ppp_fsm_close(struct hlsim__ppp_fsm *fsm);

/* The peer does not know this protocol, or a code without which it cannot be spoken (RXJ-). */
void hlsim__ppp_fsm_rejected(struct hlsim__ppp_fsm *fsm);

/* A packet of the protocol; false: it makes no sense and was left out. */
bool hlsim__ppp_fsm_receive(struct hlsim__ppp_fsm *fsm, const struct hlsim__ppp_control *packet);

#endif
