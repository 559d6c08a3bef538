/*
 * What the parts of one PPP link have in common: between link.c, lcp.c, ipcp.c and auth.c only.
 */
#ifndef HLSIM_PPP_PHASE_H
#define HLSIM_PPP_PHASE_H

#include "ppp/link.h"

extern const struct hlsim__ppp_fsm_ops hlsim__ppp_lcp_ops;
extern const struct hlsim__ppp_fsm_ops hlsim__ppp_ipcp_ops;

/* An event: "establish", ... and why. */
void hlsim__ppp_say(const struct hlsim__ppp_link *link, const char *state, const char *why);

/* Ends the link in order, with that reason. */
void hlsim__ppp_end(struct hlsim__ppp_link *link, const char *why);

/* Queues one control packet. */
void hlsim__ppp_send_control(struct hlsim__ppp_link *link, uint16_t protocol,
                             const struct hlsim__ppp_control *packet);

/* LCP is open: who the host is, or the network protocol at once. */
void hlsim__ppp_auth_begin(struct hlsim__ppp_link *link);
void hlsim__ppp_auth_fires(void *owner);
/* False: the packet makes no sense. */
bool hlsim__ppp_auth_receive(struct hlsim__ppp_link *link, uint16_t protocol,
                             const struct hlsim__ppp_control *packet);
/* The host is who it ought to be. */
void hlsim__ppp_network_begin(struct hlsim__ppp_link *link);

#endif
