/*
 * Packet data contexts: which of those that AT+CGDCONT has defined are up, and with which address.
 * Context 1 is that of the attachment (the default bearer of LTE) and comes up with it; the others
 * when somebody asks for them. Does not know what they are used for.
 */
#ifndef HLSIM_MODEM_PDP_H
#define HLSIM_MODEM_PDP_H

#include "modem/settings.h"

#include <stdbool.h>
#include <stdint.h>

struct hlsim__modem;

struct hlsim__pdp {
    struct hlsim__modem *modem;
    bool attached; /* to the packet domain; a loss of coverage alone does not end it */
    bool up[HLSIM__PDP_MAX + 1];
};

void hlsim__pdp_init(struct hlsim__pdp *pdp, struct hlsim__modem *modem);

/* The packet domain can be used; it is given up, and all contexts with it: `event` says by whom
 * (27.007 10.1.19: "ME DETACH", "NW DETACH"). */
void hlsim__pdp_attach(struct hlsim__pdp *pdp);
void hlsim__pdp_detach(struct hlsim__pdp *pdp, const char *event);

/* Whether AT+CGDCONT has defined that context; an empty APN is legal. */
bool hlsim__pdp_defined(const struct hlsim__pdp *pdp, int64_t cid);

/*
 * Asks the network for a context, also when it is up already. 0: it is up. HLSIM_E_NOT_FOUND when
 * it is not defined, HLSIM_E_UNREACHABLE without packet domain; positive: the cause by which the
 * network refused (24.301 9.9.4.4), which leaves what was up as it was.
 */
int hlsim__pdp_request(struct hlsim__pdp *pdp, int64_t cid);

/*
 * Whether the network refuses the access point that AT+WDSS=0 has named (quirk
 * session_apn_by_name): one that is no APN (23.003 9.1: labels of letters, digits and '-'). False
 * where the module gives such a one up for the context's (quirk session_apn_falls_back).
 */
bool hlsim__pdp_named_apn_refused(const struct hlsim__pdp *pdp);

/* Lets go of a context; harmless when it is down. */
void hlsim__pdp_release(struct hlsim__pdp *pdp, int64_t cid);

static inline bool hlsim__pdp_up(const struct hlsim__pdp *pdp, int64_t cid)
{
    return cid >= 1 && cid <= HLSIM__PDP_MAX && pdp->up[cid];
}

/* The address that the network gives this modem in that context. */
uint32_t hlsim__pdp_ip(const struct hlsim__pdp *pdp, int64_t cid);

/* The operator's side of that network, and the APN in use: the network gives one where AT+CGDCONT
 * has named none. */
uint32_t hlsim__pdp_gateway(const struct hlsim__pdp *pdp, int64_t cid);
uint32_t hlsim__pdp_mask(void);
const char *hlsim__pdp_apn(const struct hlsim__pdp *pdp, int64_t cid);

/* The CME code of a refusal. 27.007 9.2.2.2: 133 is cause 33, a service that is not subscribed;
 * AN5.0 9 calls it an invalid APN, so that cause 27, an unknown one, gives it too. */
int hlsim__pdp_cme(int cause);

#endif
