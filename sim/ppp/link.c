/*
 * Frames in, frames out, and who of the link's protocols gets a packet.
 */
#include "ppp/link.h"

#include "base/assert.h"
#include "ppp/phase.h"

#include <string.h>

void hlsim__ppp_say(const struct hlsim__ppp_link *link, const char *state, const char *why)
{
    HLSIM__EMIT(link->config.stream, link->config.source, HLSIM_EVENT_PPP,
                HLSIM_TEXT("state", state), HLSIM_TEXT("why", why), HLSIM_INT("count", 0));
}

void hlsim__ppp_link_flaw(struct hlsim__ppp_link *link, const char *why)
{
    link->flaws++;
    HLSIM__EMIT(link->config.stream, link->config.source, HLSIM_EVENT_PPP,
                HLSIM_TEXT("state", "dropped"), HLSIM_TEXT("why", why),
                HLSIM_INT("count", link->flaws));
}

/* --- The line ------------------------------------------------------------------------------- */

static size_t room(const struct hlsim__ppp_link *link)
{
    return sizeof link->queue - link->queued;
}

static void drain(struct hlsim__ppp_link *link)
{
    size_t taken;

    if (link->queued == 0) {
        return;
    }
    taken = link->config.owner->transmit(link->config.owner_user, link->queue, link->queued);
    HLSIM_ASSERT(taken <= link->queued);
    link->queued -= taken;
    memmove(link->queue, link->queue + taken, link->queued);
}

/* Queues one packet in a frame; false when there is no room. */
static bool put(struct hlsim__ppp_link *link, const struct hlsim__ppp_framing *framing,
                uint16_t protocol, const uint8_t *bytes, size_t size)
{
    if (room(link) < 2 * (size + HLSIM__PPP_RAW_MAX - HLSIM__PPP_MRU) + 2) {
        return false;
    }
    link->queued += hlsim__ppp_frame(framing, protocol, bytes, size, link->queue + link->queued);
    drain(link);
    return true;
}

/* What is lost for want of room comes again by a restart timer. */
void hlsim__ppp_send_control(struct hlsim__ppp_link *link, uint16_t protocol,
                             const struct hlsim__ppp_control *packet)
{
    const struct hlsim__ppp_framing lcp = HLSIM__PPP_FRAMING_DEFAULT;
    uint8_t bytes[HLSIM__PPP_MRU];
    size_t size = hlsim__ppp_control_write(packet, bytes);

    (void)put(link, protocol == HLSIM__PPP_LCP ? &lcp : &link->peer.framing, protocol, bytes, size);
}

void hlsim__ppp_link_writable(struct hlsim__ppp_link *link)
{
    drain(link);
    if (link->starved && room(link) >= HLSIM__PPP_FRAME_MAX) {
        link->starved = false;
        link->config.owner->writable(link->config.owner_user);
    }
}

/* --- Packets -------------------------------------------------------------------------------- */

static bool is_lcp_open(const struct hlsim__ppp_link *link)
{
    return link->lcp.state == HLSIM__PPP_OPENED;
}

/* RFC 1661 5.7: while LCP is open a protocol that is not known is rejected; before it is silently
 * left out. As much of the packet goes back as the host takes. */
static void reject_protocol(struct hlsim__ppp_link *link, const struct hlsim__ppp_packet *packet)
{
    uint8_t data[HLSIM__PPP_MRU - HLSIM__PPP_CONTROL_HEAD];
    size_t most = hlsim__ppp_link_mtu(link) - HLSIM__PPP_CONTROL_HEAD - 2;
    size_t size = packet->size < most ? packet->size : most;
    const struct hlsim__ppp_control reject = {.code = HLSIM__PPP_PROTO_REJ,
                                              .id = ++link->protocol_reject_id,
                                              .data = data,
                                              .size = 2 + size};

    data[0] = (uint8_t)(packet->protocol >> 8);
    data[1] = (uint8_t)packet->protocol;
    memcpy(data + 2, packet->bytes, size);
    hlsim__ppp_send_control(link, HLSIM__PPP_LCP, &reject);
}

static void receive_control(struct hlsim__ppp_link *link, const struct hlsim__ppp_packet *packet)
{
    struct hlsim__ppp_control control;
    bool good = hlsim__ppp_control_parse(packet->bytes, packet->size, &control) == 0;

    if (good && packet->protocol == HLSIM__PPP_LCP) {
        good = hlsim__ppp_fsm_receive(&link->lcp, &control);
    } else if (good && packet->protocol == HLSIM__PPP_IPCP) {
        good = hlsim__ppp_fsm_receive(&link->ipcp, &control);
    } else if (good) {
        good = hlsim__ppp_auth_receive(link, packet->protocol, &control);
    }
    if (!good) {
        hlsim__ppp_link_flaw(link, "control packet");
    }
}

static void receive_packet(struct hlsim__ppp_link *link, const struct hlsim__ppp_packet *packet)
{
    if (packet->flaw != HLSIM__PPP_GOOD) {
        hlsim__ppp_link_flaw(link, hlsim__ppp_flaw_name(packet->flaw));
        return;
    }
    switch (packet->protocol) {
    case HLSIM__PPP_LCP:
    case HLSIM__PPP_IPCP:
    case HLSIM__PPP_PAP:
    case HLSIM__PPP_CHAP:
        receive_control(link, packet);
        break;
    case HLSIM__PPP_IP:
        if (hlsim__ppp_link_up(link)) {
            link->config.owner->packet(link->config.owner_user, packet->bytes, packet->size);
        } else {
            hlsim__ppp_link_flaw(link, "early packet");
        }
        break;
    default:
        if (is_lcp_open(link)) {
            reject_protocol(link, packet);
        }
        break;
    }
}

void hlsim__ppp_link_receive(struct hlsim__ppp_link *link, const uint8_t *bytes, size_t size)
{
    while (size > 0 && link->phase != HLSIM__PPP_DEAD) {
        struct hlsim__ppp_packet packet;
        bool complete;
        size_t taken = hlsim__ppp_receive(&link->receiver, bytes, size, &packet, &complete);

        bytes += taken;
        size -= taken;
        if (complete) {
            receive_packet(link, &packet);
        }
    }
}

/* --- Beginning and end ---------------------------------------------------------------------- */

static void end(void *owner)
{
    struct hlsim__ppp_link *link = owner;

    const char *why = link->end_why;

    link->end_why = "";
    hlsim__ppp_link_drop(link);
    hlsim__ppp_say(link, "dead", why);
    link->config.owner->ended(link->config.owner_user, strcmp(why, "host") == 0);
}

void hlsim__ppp_link_init(struct hlsim__ppp_link *link, const struct hlsim__ppp_config *config)
{
    HLSIM_ASSERT(config->user != NULL && config->password != NULL);
    memset(link, 0, sizeof *link);
    link->config = *config;
    hlsim__ppp_fsm_init(&link->lcp, config->timers, &hlsim__ppp_lcp_ops, link);
    hlsim__ppp_fsm_init(&link->ipcp, config->timers, &hlsim__ppp_ipcp_ops, link);
    hlsim__timer_init(&link->end_timer, config->timers, end, link);
    hlsim__timer_init(&link->auth_timer, config->timers, hlsim__ppp_auth_fires, link);
}

void hlsim__ppp_link_start(struct hlsim__ppp_link *link)
{
    HLSIM_ASSERT(link->phase == HLSIM__PPP_DEAD);
    link->peer =
        (struct hlsim__ppp_peer){.framing = HLSIM__PPP_FRAMING_DEFAULT, .mru = HLSIM__PPP_MRU};
    link->magic = (uint32_t)hlsim__rng_next(&link->config.rng) | 1;
    link->auth = link->config.auth;
    link->asks_accm = true;
    link->asks_magic = true;
    link->asks_pfc = true;
    link->asks_acfc = true;
    link->asks_address = true;
    link->phase = HLSIM__PPP_ESTABLISH;
    link->end_why = "no answer";
    hlsim__ppp_say(link, "establish", "");
    hlsim__ppp_fsm_open(&link->lcp);
    hlsim__ppp_fsm_lower_up(&link->lcp);
}

void hlsim__ppp_network_begin(struct hlsim__ppp_link *link)
{
    link->phase = HLSIM__PPP_NETWORK;
    hlsim__ppp_say(link, "network", "");
    if (link->ipcp.state == HLSIM__PPP_INITIAL) {
        hlsim__ppp_fsm_open(&link->ipcp);
    }
    hlsim__ppp_fsm_lower_up(&link->ipcp);
}

void hlsim__ppp_link_close(struct hlsim__ppp_link *link)
{
    if (link->phase != HLSIM__PPP_DEAD) {
        hlsim__ppp_end(link, "module");
    }
}

void hlsim__ppp_end(struct hlsim__ppp_link *link, const char *why)
{
    link->end_why = why;
    hlsim__ppp_fsm_close(&link->lcp);
}

void hlsim__ppp_link_drop(struct hlsim__ppp_link *link)
{
    hlsim__timer_cancel(&link->lcp.timer);
    hlsim__timer_cancel(&link->ipcp.timer);
    hlsim__timer_cancel(&link->end_timer);
    hlsim__timer_cancel(&link->auth_timer);
    link->lcp.state = HLSIM__PPP_INITIAL;
    link->ipcp.state = HLSIM__PPP_INITIAL;
    link->queued = 0;
    link->starved = false;
    link->phase = HLSIM__PPP_DEAD;
}

/* --- Packets of IPv4 ------------------------------------------------------------------------ */

bool hlsim__ppp_link_up(const struct hlsim__ppp_link *link)
{
    return link->ipcp.state == HLSIM__PPP_OPENED;
}

size_t hlsim__ppp_link_mtu(const struct hlsim__ppp_link *link)
{
    return link->peer.mru < HLSIM__PPP_MRU ? link->peer.mru : HLSIM__PPP_MRU;
}

bool hlsim__ppp_link_has_room(struct hlsim__ppp_link *link)
{
    link->starved = room(link) < HLSIM__PPP_FRAME_MAX;
    return !link->starved;
}

bool hlsim__ppp_link_send(struct hlsim__ppp_link *link, const uint8_t *bytes, size_t size)
{
    return hlsim__ppp_link_up(link) && size <= hlsim__ppp_link_mtu(link) &&
           put(link, &link->peer.framing, HLSIM__PPP_IP, bytes, size);
}
