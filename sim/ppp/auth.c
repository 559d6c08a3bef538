/*
 * Who the host is: the module's side of PAP (RFC 1334) and of CHAP with MD5 (RFC 1994). Without a
 * name that is asked for, any name will do.
 */
#include "ppp/chap.h"
#include "ppp/phase.h"

#include <string.h>

#define REPEAT_AFTER    (3 * HLSIM_SECOND)
#define TRIES           10
#define CHALLENGER_NAME "module"

static bool is_text(const struct hlsim__ppp_text *given, const char *text)
{
    return given->size == strlen(text) && memcmp(given->bytes, text, given->size) == 0;
}

static bool anybody(const struct hlsim__ppp_link *link)
{
    return link->config.user[0] == '\0';
}

static void send_challenge(struct hlsim__ppp_link *link)
{
    uint8_t data[1 + HLSIM__CHAP_VALUE + sizeof CHALLENGER_NAME - 1];
    const struct hlsim__ppp_control packet = {
        .code = HLSIM__CHAP_CHALLENGE, .id = link->chap_id, .data = data, .size = sizeof data};

    data[0] = HLSIM__CHAP_VALUE;
    memcpy(data + 1, link->challenge, HLSIM__CHAP_VALUE);
    memcpy(data + 1 + HLSIM__CHAP_VALUE, CHALLENGER_NAME, sizeof CHALLENGER_NAME - 1);
    hlsim__ppp_send_control(link, HLSIM__PPP_CHAP, &packet);
}

void hlsim__ppp_auth_fires(void *owner)
{
    struct hlsim__ppp_link *link = owner;

    if (++link->auth_tries == TRIES) {
        hlsim__ppp_end(link, "authentication");
        return;
    }
    hlsim__timer_set_in(&link->auth_timer, REPEAT_AFTER);
    if (link->auth == HLSIM__PPP_AUTH_CHAP) {
        send_challenge(link);
    }
}

void hlsim__ppp_auth_begin(struct hlsim__ppp_link *link)
{
    if (link->auth == HLSIM__PPP_AUTH_NONE) {
        hlsim__ppp_network_begin(link);
        return;
    }
    link->phase = HLSIM__PPP_AUTHENTICATE;
    hlsim__ppp_say(link, "authenticate", link->auth == HLSIM__PPP_AUTH_PAP ? "pap" : "chap");
    link->auth_tries = 0;
    hlsim__timer_set_in(&link->auth_timer, REPEAT_AFTER);
    if (link->auth == HLSIM__PPP_AUTH_CHAP) {
        link->chap_id++;
        for (size_t i = 0; i < HLSIM__CHAP_VALUE; i++) {
            link->challenge[i] = (uint8_t)hlsim__rng_next(&link->config.rng);
        }
        send_challenge(link);
    }
}

/* The host has said who it is. A request that is repeated has the answer repeated (RFC 1334 2.2.1,
 * RFC 1994 4.1). */
static void decide(struct hlsim__ppp_link *link, uint16_t protocol, uint8_t id, bool good)
{
    bool pap = protocol == HLSIM__PPP_PAP;
    static const uint8_t no_message[] = {0};
    const struct hlsim__ppp_control answer = {
        .code = pap ? (good ? HLSIM__PAP_ACK : HLSIM__PAP_NAK)
                    : (good ? HLSIM__CHAP_SUCCESS : HLSIM__CHAP_FAILURE),
        .id = id,
        .data = pap ? no_message : NULL,
        .size = pap ? sizeof no_message : 0};

    hlsim__ppp_send_control(link, protocol, &answer);
    if (link->phase != HLSIM__PPP_AUTHENTICATE) {
        return;
    }
    hlsim__timer_cancel(&link->auth_timer);
    if (good) {
        hlsim__ppp_network_begin(link);
    } else {
        hlsim__ppp_end(link, "authentication");
    }
}

static bool receive_pap(struct hlsim__ppp_link *link, const struct hlsim__ppp_control *packet)
{
    struct hlsim__ppp_text name;
    struct hlsim__ppp_text password;

    if (packet->code != HLSIM__PAP_REQUEST ||
        hlsim__pap_request_parse(packet->data, packet->size, &name, &password) < 0) {
        return false;
    }
    decide(link, HLSIM__PPP_PAP, packet->id,
           anybody(link) ||
               (is_text(&name, link->config.user) && is_text(&password, link->config.password)));
    return true;
}

static bool receive_chap(struct hlsim__ppp_link *link, const struct hlsim__ppp_control *packet)
{
    uint8_t digest[HLSIM__CHAP_DIGEST];
    struct hlsim__ppp_text value;
    struct hlsim__ppp_text name;
    bool good;

    if (packet->code != HLSIM__CHAP_RESPONSE || packet->id != link->chap_id ||
        hlsim__chap_value_parse(packet->data, packet->size, &value, &name) < 0) {
        return false;
    }
    hlsim__chap_digest(packet->id, link->config.password, link->challenge, HLSIM__CHAP_VALUE,
                       digest);
    good = anybody(link) || (is_text(&name, link->config.user) && value.size == sizeof digest &&
                             memcmp(value.bytes, digest, sizeof digest) == 0);
    decide(link, HLSIM__PPP_CHAP, packet->id, good);
    return true;
}

bool hlsim__ppp_auth_receive(struct hlsim__ppp_link *link, uint16_t protocol,
                             const struct hlsim__ppp_control *packet)
{
    if (link->phase != HLSIM__PPP_AUTHENTICATE && link->phase != HLSIM__PPP_NETWORK) {
        return false;
    }
    if (protocol == HLSIM__PPP_PAP) {
        return link->auth == HLSIM__PPP_AUTH_PAP && receive_pap(link, packet);
    }
    return link->auth == HLSIM__PPP_AUTH_CHAP && receive_chap(link, packet);
}
