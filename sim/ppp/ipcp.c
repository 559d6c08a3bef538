/*
 * IPCP of the module's end (RFC 1332, 1877): the host gets the address of the context and the
 * network's name servers; compressed headers are refused.
 */
#include "ppp/phase.h"

static void request(void *user, struct hlsim__ppp_options *options)
{
    const struct hlsim__ppp_link *link = user;

    if (link->asks_address) {
        hlsim__ppp_option_add32(options, HLSIM__IPCP_ADDRESS, link->config.local_ip);
    }
}

/* What the value of an option must be; 0: the option is not known. */
static uint32_t wanted(const struct hlsim__ppp_link *link, uint8_t type)
{
    switch (type) {
    case HLSIM__IPCP_ADDRESS:
        return link->config.host_ip;
    case HLSIM__IPCP_DNS_1:
        return link->config.dns[0];
    case HLSIM__IPCP_DNS_2:
        return link->config.dns[1];
    default:
        return 0;
    }
}

static int judge(void *user, const struct hlsim__ppp_control *packet, bool no_more_naks,
                 struct hlsim__ppp_options *ret_options)
{
    const struct hlsim__ppp_link *link = user;
    struct hlsim__ppp_options naks = {.size = 0};
    struct hlsim__ppp_options rejects = {.size = 0};
    struct hlsim__ppp_option option;
    size_t offset = 0;

    while (hlsim__ppp_option_next(packet->data, packet->size, &offset, &option) > 0) {
        uint32_t value = wanted(link, option.type);
        bool differs = option.size != 4 || hlsim__ppp_option_get32(&option) != value;

        if (value == 0 || option.size != 4 || (differs && no_more_naks)) {
            hlsim__ppp_option_add(&rejects, option.type, option.data, option.size);
        } else if (differs) {
            hlsim__ppp_option_add32(&naks, option.type, value);
        }
    }
    if (rejects.size > 0) {
        *ret_options = rejects;
        return HLSIM__PPP_CONF_REJ;
    }
    *ret_options = naks;
    return naks.size > 0 ? HLSIM__PPP_CONF_NAK : HLSIM__PPP_CONF_ACK;
}

/* The host may want the module's end to have another address, or none. */
static void refused(void *user, const struct hlsim__ppp_control *packet)
{
    struct hlsim__ppp_link *link = user;
    struct hlsim__ppp_option option;
    size_t offset = 0;

    while (hlsim__ppp_option_next(packet->data, packet->size, &offset, &option) > 0) {
        uint32_t value = hlsim__ppp_option_get32(&option);

        if (option.type != HLSIM__IPCP_ADDRESS) {
            continue;
        }
        if (packet->code == HLSIM__PPP_CONF_NAK && value != 0 && value != link->config.host_ip) {
            link->config.local_ip = value;
        } else {
            link->asks_address = false;
        }
    }
}

static bool other(void *user, const struct hlsim__ppp_control *packet)
{
    (void)user;
    (void)packet;
    return false;
}

static void send(void *user, const struct hlsim__ppp_control *packet)
{
    hlsim__ppp_send_control(user, HLSIM__PPP_IPCP, packet);
}

static void up(void *user)
{
    struct hlsim__ppp_link *link = user;

    hlsim__ppp_say(link, "up", "");
    link->config.owner->up(link->config.owner_user);
}

static void down(void *user)
{
    struct hlsim__ppp_link *link = user;

    hlsim__ppp_say(link, "down", "");
    link->config.owner->down(link->config.owner_user);
}

/* There is no other network protocol: without this one the link is of no use. */
static void finished(void *user)
{
    struct hlsim__ppp_link *link = user;

    hlsim__ppp_end(link, "host");
}

const struct hlsim__ppp_fsm_ops hlsim__ppp_ipcp_ops = {
    .request = request,
    .judge = judge,
    .refused = refused,
    .other = other,
    .send = send,
    .up = up,
    .down = down,
    .finished = finished,
};
