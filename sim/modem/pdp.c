/*
 * Keeps the interface's addresses in step with the contexts that are up.
 */
#include "modem/pdp.h"

#include "base/assert.h"
#include "modem/cme.h"
#include "modem/modem.h"

#include <stdio.h>
#include <string.h>

/* The operator's private networks: 10.0.0.2 for the first modem in context 1, 10.1.0.2 in 2. */
#define FIRST_IP             UINT32_C(0x0a000002)
#define CONTEXT_STEP         UINT32_C(0x00010000)
#define MASK                 UINT32_C(0xffff0000)

#define CAUSE_UNKNOWN_APN    27
#define CAUSE_NOT_SUBSCRIBED 33

_Static_assert(HLSIM__PDP_MAX <= HLSIM__IFACE_CONTEXTS, "every context can be refused");
_Static_assert(HLSIM__PDP_MAX <= HLSIM__IFACE_ADDRESSES, "every context has an address");
_Static_assert(HLSIM__IFACES_MAX < CONTEXT_STEP, "no two modems have the same address");

void hlsim__pdp_init(struct hlsim__pdp *pdp, struct hlsim__modem *modem)
{
    pdp->modem = modem;
}

uint32_t hlsim__pdp_ip(const struct hlsim__pdp *pdp, int64_t cid)
{
    HLSIM_ASSERT(cid >= 1 && cid <= HLSIM__PDP_MAX);
    return FIRST_IP + (uint32_t)(cid - 1) * CONTEXT_STEP + (uint32_t)pdp->modem->iface.index;
}

uint32_t hlsim__pdp_mask(void)
{
    return MASK;
}

uint32_t hlsim__pdp_gateway(const struct hlsim__pdp *pdp, int64_t cid)
{
    return (hlsim__pdp_ip(pdp, cid) & MASK) + 1;
}

const char *hlsim__pdp_apn(const struct hlsim__pdp *pdp, int64_t cid)
{
    const char *text = hlsim__setting_text(&pdp->modem->ram.settings, hlsim__setting_pdp(cid));
    const char *apn = strchr(text, ',');

    return apn != NULL && apn[1] != '\0' ? apn + 1
                                         : pdp->modem->ram.personality->figures.network_apn;
}

bool hlsim__pdp_defined(const struct hlsim__pdp *pdp, int64_t cid)
{
    return cid >= 1 && cid <= HLSIM__PDP_MAX &&
           hlsim__setting_text(&pdp->modem->ram.settings, hlsim__setting_pdp(cid))[0] != '-';
}

int hlsim__pdp_cme(int cause)
{
    return cause == CAUSE_UNKNOWN_APN || cause == CAUSE_NOT_SUBSCRIBED ? HLSIM__CME_APN
                                                                       : HLSIM__CME_ACTIVATION;
}

static void say(const struct hlsim__pdp *pdp, int64_t cid, const char *state, int cause)
{
    struct hlsim__modem *modem = pdp->modem;

    HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_PDP, HLSIM_INT("cid", cid),
                HLSIM_TEXT("state", state), HLSIM_INT("cause", cause));
}

/* What ports that asked for it by +CGEREP are told. */
static void report(const struct hlsim__pdp *pdp, const char *event)
{
    const struct hlsim__modem_listener *listener = &pdp->modem->listener;

    if (listener->packet_event != NULL) {
        listener->packet_event(listener->user, event);
    }
}

/* Brings the interface in step with a context that has changed. True when it has. */
static bool set(struct hlsim__pdp *pdp, int64_t cid, bool up)
{
    struct hlsim__iface *iface = &pdp->modem->iface;
    uint32_t ip = hlsim__pdp_ip(pdp, cid);
    int error = 0;

    if (pdp->up[cid] == up) {
        return false;
    }
    pdp->up[cid] = up;
    if (cid == 1 && up) {
        hlsim__iface_attach(iface, ip);
    } else if (cid == 1) {
        hlsim__iface_detach(iface);
    } else if (up) {
        error = hlsim__iface_add(iface, ip);
    } else {
        hlsim__iface_remove(iface, ip);
    }
    HLSIM_ASSERT(error == 0);
    say(pdp, cid, up ? "up" : "down", 0);
    if (!up) {
        hlsim__dialup_context_down(pdp->modem, cid);
    }
    hlsim__sockets_network(&pdp->modem->ram.sockets);
    return true;
}

/* The module's own doing. */
static void set_by_module(struct hlsim__pdp *pdp, int64_t cid, bool up)
{
    char event[32];

    if (set(pdp, cid, up)) {
        snprintf(event, sizeof event, "ME PDN %s %d", up ? "ACT" : "DEACT", (int)cid);
        report(pdp, event);
    }
}

int hlsim__pdp_request(struct hlsim__pdp *pdp, int64_t cid)
{
    int cause;

    if (!hlsim__pdp_defined(pdp, cid)) {
        return HLSIM_E_NOT_FOUND;
    }
    if (!pdp->attached || !hlsim__radio_attached(&pdp->modem->ram.radio)) {
        return HLSIM_E_UNREACHABLE;
    }
    cause = pdp->modem->iface.refused[cid];
    if (cause != 0) {
        say(pdp, cid, "refused", cause);
        return cause;
    }
    set_by_module(pdp, cid, true);
    return 0;
}

bool hlsim__pdp_named_apn_refused(const struct hlsim__pdp *pdp)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-.";
    const struct hlsim__modem_ram *ram = &pdp->modem->ram;
    const char *apn = hlsim__setting_text(&ram->settings, HLSIM__SETTING_WDSS_0);

    return ram->personality->quirks[HLSIM_QUIRK_session_apn_by_name] &&
           !ram->personality->quirks[HLSIM_QUIRK_session_apn_falls_back] &&
           strspn(apn, allowed) != strlen(apn);
}

void hlsim__pdp_release(struct hlsim__pdp *pdp, int64_t cid)
{
    HLSIM_ASSERT(cid >= 1 && cid <= HLSIM__PDP_MAX);
    set_by_module(pdp, cid, false);
}

void hlsim__pdp_attach(struct hlsim__pdp *pdp)
{
    if (!pdp->attached) {
        pdp->attached = true;
        hlsim__pdp_request(pdp, 1);
    }
}

void hlsim__pdp_detach(struct hlsim__pdp *pdp, const char *event)
{
    if (pdp->attached) {
        report(pdp, event);
    }
    pdp->attached = false;
    for (int64_t cid = 1; cid <= HLSIM__PDP_MAX; cid++) {
        set(pdp, cid, false);
    }
}
