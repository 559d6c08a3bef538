/*
 * LCP of the module's end: what it asks for, what it grants, echoes and rejected protocols
 * (RFC 1661 5.7, 5.8, 6; RFC 1662 7.1).
 */
#include "ppp/phase.h"

#include <string.h>

#define CHAP_MD5   5
#define MRU_LEAST  128
#define MAGIC_SIZE 4

static void request(void *user, struct hlsim__ppp_options *options)
{
    static const uint8_t chap[] = {HLSIM__PPP_CHAP >> 8, HLSIM__PPP_CHAP & 0xff, CHAP_MD5};
    struct hlsim__ppp_link *link = user;

    if (link->asks_accm) {
        hlsim__ppp_option_add32(options, HLSIM__LCP_ACCM, 0);
    }
    if (link->auth == HLSIM__PPP_AUTH_PAP) {
        hlsim__ppp_option_add16(options, HLSIM__LCP_AUTH, HLSIM__PPP_PAP);
    } else if (link->auth == HLSIM__PPP_AUTH_CHAP) {
        hlsim__ppp_option_add(options, HLSIM__LCP_AUTH, chap, sizeof chap);
    }
    if (link->asks_magic) {
        hlsim__ppp_option_add32(options, HLSIM__LCP_MAGIC, link->magic);
    }
    if (link->asks_pfc) {
        hlsim__ppp_option_add(options, HLSIM__LCP_PFC, NULL, 0);
    }
    if (link->asks_acfc) {
        hlsim__ppp_option_add(options, HLSIM__LCP_ACFC, NULL, 0);
    }
}

/* --- The host's request --------------------------------------------------------------------- */

static uint32_t draw_magic(struct hlsim__ppp_link *link)
{
    return (uint32_t)hlsim__rng_next(&link->config.rng) | 1;
}

/* Notes an option that is granted; the verdict otherwise, with what would be in `naks`. */
static int judge_option(struct hlsim__ppp_link *link, const struct hlsim__ppp_option *option,
                        struct hlsim__ppp_peer *peer, struct hlsim__ppp_options *naks)
{
    switch (option->type) {
    case HLSIM__LCP_MRU:
        if (option->size != 2) {
            return HLSIM__PPP_CONF_REJ;
        }
        if (hlsim__ppp_option_get16(option) < MRU_LEAST) {
            hlsim__ppp_option_add16(naks, option->type, MRU_LEAST);
            return HLSIM__PPP_CONF_NAK;
        }
        peer->mru = hlsim__ppp_option_get16(option);
        return HLSIM__PPP_CONF_ACK;
    case HLSIM__LCP_ACCM:
        peer->framing.accm = hlsim__ppp_option_get32(option);
        return option->size == 4 ? HLSIM__PPP_CONF_ACK : HLSIM__PPP_CONF_REJ;
    case HLSIM__LCP_MAGIC:
        peer->magic = hlsim__ppp_option_get32(option);
        if (option->size != 4) {
            return HLSIM__PPP_CONF_REJ;
        }
        /* Nobody, or the module itself on a line that loops back (RFC 1661 6.4). */
        if (peer->magic == 0 || (link->asks_magic && peer->magic == link->magic)) {
            hlsim__ppp_option_add32(naks, option->type, draw_magic(link));
            return HLSIM__PPP_CONF_NAK;
        }
        return HLSIM__PPP_CONF_ACK;
    case HLSIM__LCP_PFC:
        peer->framing.short_protocol = true;
        return option->size == 0 ? HLSIM__PPP_CONF_ACK : HLSIM__PPP_CONF_REJ;
    case HLSIM__LCP_ACFC:
        peer->framing.no_address = true;
        return option->size == 0 ? HLSIM__PPP_CONF_ACK : HLSIM__PPP_CONF_REJ;
    default:
        /* Also authentication: the module does not say who it is. */
        return HLSIM__PPP_CONF_REJ;
    }
}

static int judge(void *user, const struct hlsim__ppp_control *packet, bool no_more_naks,
                 struct hlsim__ppp_options *ret_options)
{
    struct hlsim__ppp_link *link = user;
    struct hlsim__ppp_peer peer = {.framing = HLSIM__PPP_FRAMING_DEFAULT, .mru = HLSIM__PPP_MRU};
    struct hlsim__ppp_options naks = {.size = 0};
    struct hlsim__ppp_options rejects = {.size = 0};
    struct hlsim__ppp_option option;
    size_t offset = 0;

    while (hlsim__ppp_option_next(packet->data, packet->size, &offset, &option) > 0) {
        int verdict = judge_option(link, &option, &peer, &naks);

        if (verdict == HLSIM__PPP_CONF_REJ || (verdict == HLSIM__PPP_CONF_NAK && no_more_naks)) {
            hlsim__ppp_option_add(&rejects, option.type, option.data, option.size);
        }
    }
    if (rejects.size > 0) {
        *ret_options = rejects;
        return HLSIM__PPP_CONF_REJ;
    }
    if (naks.size > 0) {
        *ret_options = naks;
        return HLSIM__PPP_CONF_NAK;
    }
    link->peer = peer;
    return HLSIM__PPP_CONF_ACK;
}

/* --- The host's answers --------------------------------------------------------------------- */

/* A host may want to say who it is in another way, and then says which. */
static void refuse_auth(struct hlsim__ppp_link *link, uint8_t code,
                        const struct hlsim__ppp_option *option)
{
    bool wants_pap = option->size >= 2 && option->data[0] == HLSIM__PPP_PAP >> 8 &&
                     option->data[1] == (HLSIM__PPP_PAP & 0xff);

    if (code == HLSIM__PPP_CONF_NAK && wants_pap) {
        link->auth = HLSIM__PPP_AUTH_PAP;
    } else if (code == HLSIM__PPP_CONF_NAK) {
        link->auth = HLSIM__PPP_AUTH_CHAP;
    } else if (link->config.user[0] == '\0') {
        /* Anybody may come in, nameless too. */
        link->auth = HLSIM__PPP_AUTH_NONE;
    }
}

static void refused(void *user, const struct hlsim__ppp_control *packet)
{
    struct hlsim__ppp_link *link = user;
    struct hlsim__ppp_option option;
    size_t offset = 0;

    while (hlsim__ppp_option_next(packet->data, packet->size, &offset, &option) > 0) {
        switch (option.type) {
        case HLSIM__LCP_ACCM:
            link->asks_accm = false;
            break;
        case HLSIM__LCP_AUTH:
            refuse_auth(link, packet->code, &option);
            break;
        case HLSIM__LCP_MAGIC:
            link->asks_magic = packet->code == HLSIM__PPP_CONF_NAK;
            link->magic = draw_magic(link);
            break;
        case HLSIM__LCP_PFC:
            link->asks_pfc = false;
            break;
        case HLSIM__LCP_ACFC:
            link->asks_acfc = false;
            break;
        default:
            break;
        }
    }
}

/* --- Other packets -------------------------------------------------------------------------- */

static void send(void *user, const struct hlsim__ppp_control *packet)
{
    hlsim__ppp_send_control(user, HLSIM__PPP_LCP, packet);
}

/* The same data, with the module's magic number in front. */
static void answer_echo(struct hlsim__ppp_link *link, const struct hlsim__ppp_control *packet)
{
    uint8_t bytes[HLSIM__PPP_MRU];
    uint32_t magic = link->asks_magic ? link->magic : 0;
    struct hlsim__ppp_control reply = {
        .code = HLSIM__PPP_ECHO_REPLY, .id = packet->id, .data = bytes, .size = packet->size};

    if (packet->size < MAGIC_SIZE) {
        hlsim__ppp_link_flaw(link, "lcp");
        return;
    }
    memcpy(bytes, packet->data, packet->size);
    for (size_t i = 0; i < MAGIC_SIZE; i++) {
        bytes[i] = (uint8_t)(magic >> (24 - 8 * i));
    }
    send(link, &reply);
}

static void protocol_rejected(struct hlsim__ppp_link *link, const struct hlsim__ppp_control *packet)
{
    int protocol;

    if (packet->size < 2) {
        return;
    }
    protocol = packet->data[0] << 8 | packet->data[1];
    if (protocol == HLSIM__PPP_LCP) {
        hlsim__ppp_fsm_rejected(&link->lcp);
    } else if (protocol == HLSIM__PPP_IPCP || protocol == HLSIM__PPP_IP) {
        hlsim__ppp_fsm_rejected(&link->ipcp);
    } else if (protocol == HLSIM__PPP_CHAP || protocol == HLSIM__PPP_PAP) {
        hlsim__ppp_end(link, "authentication");
    }
}

static bool other(void *user, const struct hlsim__ppp_control *packet)
{
    struct hlsim__ppp_link *link = user;
    bool open = link->lcp.state == HLSIM__PPP_OPENED;

    switch (packet->code) {
    case HLSIM__PPP_ECHO_REQ:
        if (open) {
            answer_echo(link, packet);
        }
        return true;
    case HLSIM__PPP_PROTO_REJ:
        if (open) {
            protocol_rejected(link, packet);
        }
        return true;
    case HLSIM__PPP_ECHO_REPLY:
    case HLSIM__PPP_DISCARD_REQ:
        return true;
    default:
        return false;
    }
}

/* --- Layers --------------------------------------------------------------------------------- */

static void up(void *user)
{
    struct hlsim__ppp_link *link = user;

    link->end_why = "host";
    hlsim__ppp_auth_begin(link);
}

static void down(void *user)
{
    struct hlsim__ppp_link *link = user;

    hlsim__timer_cancel(&link->auth_timer);
    hlsim__ppp_fsm_lower_down(&link->ipcp);
    link->peer =
        (struct hlsim__ppp_peer){.framing = HLSIM__PPP_FRAMING_DEFAULT, .mru = HLSIM__PPP_MRU};
    link->phase = HLSIM__PPP_ESTABLISH;
}

static void finished(void *user)
{
    struct hlsim__ppp_link *link = user;

    hlsim__timer_set_in(&link->end_timer, 0);
}

const struct hlsim__ppp_fsm_ops hlsim__ppp_lcp_ops = {
    .request = request,
    .judge = judge,
    .refused = refused,
    .other = other,
    .send = send,
    .up = up,
    .down = down,
    .finished = finished,
};
