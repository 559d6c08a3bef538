/*
 * Joins link, router and context; and what AT+WPPP says of who may come in.
 */
#include "modem/dialup.h"

#include <hl78sim/error.h>

#include "base/assert.h"
#include "modem/modem.h"
#include "ppp/router.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct hlsim__dialup {
    struct hlsim__modem *modem;
    struct hlsim__dialup *next;
    struct hlsim__dialup_call call;
    bool started;
    char user[HLSIM__PPP_NAME_MAX];
    char password[HLSIM__PPP_NAME_MAX];
    struct hlsim__router router;
    struct hlsim__ppp_link link;
};

/* --- What the link tells -------------------------------------------------------------------- */

static size_t on_transmit(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__dialup *dialup = user;

    return dialup->call.line->transmit(dialup->call.user, bytes, size);
}

static void on_packet(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__dialup *dialup = user;

    hlsim__router_packet(&dialup->router, bytes, size);
}

static void on_writable(void *user)
{
    struct hlsim__dialup *dialup = user;

    hlsim__router_writable(&dialup->router);
}

static void on_up(void *user)
{
    (void)user;
}

/* A host that comes again has forgotten its connections. */
static void on_down(void *user)
{
    struct hlsim__dialup *dialup = user;

    hlsim__router_stop(&dialup->router, false);
}

static void on_ended(void *user, bool in_order)
{
    struct hlsim__dialup *dialup = user;

    dialup->call.line->ended(dialup->call.user, in_order);
}

static const struct hlsim__ppp_owner owner = {
    .transmit = on_transmit,
    .packet = on_packet,
    .writable = on_writable,
    .up = on_up,
    .down = on_down,
    .ended = on_ended,
};

/* --- Beginning ------------------------------------------------------------------------------ */

static bool is_taken(const struct hlsim__modem *modem, int64_t cid)
{
    for (const struct hlsim__dialup *dialup = modem->dialups; dialup != NULL;
         dialup = dialup->next) {
        if (dialup->call.cid == cid) {
            return true;
        }
    }
    return false;
}

static uint32_t address_of(const char *text)
{
    uint32_t ip;

    return hlsim_ip_parse(text, &ip) == 0 ? ip : 0;
}

/* A piece of a text up to a comma, or to its end; what stands behind. */
static const char *take_word(const char *text, char *word, size_t size)
{
    size_t length = strcspn(text, ",");

    snprintf(word, size, "%.*s", (int)length, text);
    return text + length + (text[length] == ',');
}

/* What the host is asked for: what AT+WPPP has set for the context, "auth,user,password". */
static enum hlsim__ppp_auth choose_auth(struct hlsim__dialup *dialup)
{
    const struct hlsim__modem_ram *ram = &dialup->modem->ram;
    const char *text = hlsim__setting_text(&ram->settings, hlsim__setting_wppp(dialup->call.cid));
    int64_t auth = ram->personality->figures.ppp_auth;

    if (*text != '\0') {
        auth = *text - '0';
        text = take_word(text, dialup->user, sizeof dialup->user);
        text = take_word(text, dialup->user, sizeof dialup->user);
        snprintf(dialup->password, sizeof dialup->password, "%s", text);
    }
    return auth == HLSIM__PPP_AUTH_PAP || auth == HLSIM__PPP_AUTH_CHAP ? (enum hlsim__ppp_auth)auth
                                                                       : HLSIM__PPP_AUTH_NONE;
}

static void set_up(struct hlsim__dialup *dialup)
{
    struct hlsim__modem *modem = dialup->modem;
    const struct hlsim__figures *figures = &modem->ram.personality->figures;
    struct hlsim__ppp_config link = {
        .timers = &modem->timers,
        .stream = modem->stream,
        .source = modem->name,
        .local_ip = hlsim__pdp_gateway(&modem->ram.pdp, dialup->call.cid),
        .host_ip = hlsim__pdp_ip(&modem->ram.pdp, dialup->call.cid),
        .dns = {address_of(figures->dns_1), address_of(figures->dns_2)},
        .auth = choose_auth(dialup),
        .user = dialup->user,
        .password = dialup->password,
        .owner = &owner,
        .owner_user = dialup,
    };
    struct hlsim__router_config router = {
        .link = &dialup->link,
        .iface = &modem->iface,
        .timers = &modem->timers,
        .host_ip = link.host_ip,
        .local_ip = link.local_ip,
        .dns = {link.dns[0], link.dns[1]},
    };

    hlsim__rng_init(&link.rng, modem->seed ^ ++modem->dialup_count, modem->name);
    hlsim__rng_init(&router.rng, hlsim__rng_next(&link.rng), "router");
    hlsim__ppp_link_init(&dialup->link, &link);
    hlsim__router_init(&dialup->router, &router);
}

int hlsim__dialup_open(struct hlsim__modem *modem, const struct hlsim__dialup_call *call,
                       struct hlsim__dialup **ret_dialup)
{
    struct hlsim__dialup *dialup;
    int rc;

    if (is_taken(modem, call->cid)) {
        return HLSIM_E_EXISTS;
    }
    rc = hlsim__pdp_request(&modem->ram.pdp, call->cid);
    if (rc != 0) {
        return rc;
    }
    dialup = calloc(1, sizeof *dialup);
    if (dialup == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    dialup->modem = modem;
    dialup->call = *call;
    dialup->next = modem->dialups;
    modem->dialups = dialup;
    set_up(dialup);
    *ret_dialup = dialup;
    return 0;
}

/* --- The line ------------------------------------------------------------------------------- */

void hlsim__dialup_begun(struct hlsim__dialup *dialup)
{
    if (dialup->started) {
        hlsim__ppp_link_writable(&dialup->link);
    } else {
        dialup->started = true;
        hlsim__ppp_link_start(&dialup->link);
    }
}

void hlsim__dialup_receive(struct hlsim__dialup *dialup, const uint8_t *bytes, size_t size)
{
    hlsim__ppp_link_receive(&dialup->link, bytes, size);
}

void hlsim__dialup_writable(struct hlsim__dialup *dialup)
{
    hlsim__ppp_link_writable(&dialup->link);
}

/* --- The end -------------------------------------------------------------------------------- */

static void release(struct hlsim__dialup *dialup, bool silently)
{
    hlsim__router_stop(&dialup->router, silently);
    hlsim__ppp_link_drop(&dialup->link);
    free(dialup);
}

void hlsim__dialup_close(struct hlsim__dialup *dialup)
{
    struct hlsim__dialup **place = &dialup->modem->dialups;

    while (*place != dialup) {
        HLSIM_ASSERT(*place != NULL);
        place = &(*place)->next;
    }
    *place = dialup->next;
    release(dialup, false);
}

void hlsim__dialup_context_down(struct hlsim__modem *modem, int64_t cid)
{
    for (struct hlsim__dialup *dialup = modem->dialups; dialup != NULL; dialup = dialup->next) {
        if (dialup->call.cid == cid) {
            hlsim__ppp_link_close(&dialup->link);
        }
    }
}

void hlsim__dialup_discard(struct hlsim__modem *modem)
{
    while (modem->dialups != NULL) {
        struct hlsim__dialup *dialup = modem->dialups;

        modem->dialups = dialup->next;
        release(dialup, true);
    }
}
