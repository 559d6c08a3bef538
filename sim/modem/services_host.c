/*
 * What the host asks of the device services: sessions, answers, the state. What follows by itself
 * is in services.c.
 */
#include "modem/cme.h"
#include "modem/indication.h"
#include "modem/local_update.h"
#include "modem/modem.h"
#include "modem/services.h"

static bool quirk(const struct hlsim__services *services, enum hlsim_quirk quirk)
{
    return services->modem->ram.personality->quirks[quirk];
}

/* --- Sessions ------------------------------------------------------------------------------- */

static int64_t chosen_context(const struct hlsim__services *services)
{
    return hlsim__setting_number(&services->modem->ram.settings, HLSIM__SETTING_WDSS_2);
}

/* To ask the host and to be asked to connect is no contradiction: that answers the question. */
static bool waits_for_answer(const struct hlsim__services *services)
{
    enum hlsim__agreement_kind asked = hlsim__agreement_asked(&services->agreement);

    return asked != HLSIM__AGREEMENT_NONE && asked != HLSIM__AGREEMENT_CONNECT;
}

int hlsim__services_open(struct hlsim__services *services)
{
    struct hlsim__modem_ram *ram = &services->modem->ram;
    int64_t cid = chosen_context(services);
    int refused;

    /* docs/evidence.md, "CME 650" */
    if (waits_for_answer(services) || !hlsim__pdp_defined(&ram->pdp, cid)) {
        return HLSIM__CME_AVMS;
    }
    if (services->session.state == HLSIM__SESSION_CLOSED) {
        if (hlsim__pdp_named_apn_refused(&ram->pdp)) {
            return HLSIM__CME_APN;
        }
        refused = hlsim__pdp_request(&ram->pdp, cid);
        if (refused != 0) {
            return refused > 0 ? hlsim__pdp_cme(refused) : HLSIM__CME_ACTIVATION;
        }
    }
    hlsim__agreement_clear(&services->agreement, HLSIM__AGREEMENT_CONNECT);
    hlsim__session_want(&services->session, true);
    return 0;
}

void hlsim__services_close(struct hlsim__services *services)
{
    services->accepted = false;
    if (!hlsim__session_is_open(&services->session)) {
        return;
    }
    services->reopen =
        quirk(services, HLSIM_QUIRK_session_stop_ignored_by_download) &&
        services->update.record.state == HLSIM__UPDATE_DOWNLOADING &&
        hlsim__setting_number(&services->modem->ram.settings, HLSIM__SETTING_WDSC_1) != 1;
    hlsim__update_suspend(&services->update);
    hlsim__session_end(&services->session);
}

void hlsim__services_raise_event_0(struct hlsim__services *services)
{
    struct hlsim__modem *modem = services->modem;

    if (quirk(services, HLSIM_QUIRK_apn_raises_event_0) &&
        hlsim__pdp_defined(&modem->ram.pdp, chosen_context(services)) &&
        hlsim__sim_ready(&modem->sim)) {
        hlsim__indicate(modem, 0, HLSIM__NO_VALUE);
    }
}

int hlsim__services_choose_context(struct hlsim__services *services, int64_t cid)
{
    struct hlsim__modem_ram *ram = &services->modem->ram;

    if (hlsim__setting_put_number(&ram->settings, HLSIM__SETTING_WDSS_2, cid) < 0) {
        return HLSIM__CME_AVMS;
    }
    hlsim__services_raise_event_0(services);
    return 0;
}

int hlsim__services_set_polling(struct hlsim__services *services, int64_t minutes)
{
    struct hlsim__modem_ram *ram = &services->modem->ram;
    int64_t lifetime = minutes > 0 ? minutes * 60 : ram->personality->figures.lifetime;
    int error = hlsim__setting_put_number(&ram->settings, HLSIM__SETTING_WDSC_3, minutes);

    if (error < 0) {
        return error;
    }
    hlsim__polling_changed(&services->polling);
    /* One setting with two names [LC]; without credentials there is no lifetime yet. */
    error = hlsim__lwm2m_set_lifetime(&services->session.client, (uint32_t)lifetime);
    return error == HLSIM_E_NOT_FOUND ? 0 : error;
}

/* --- Answers -------------------------------------------------------------------------------- */

static void accept_download(struct hlsim__services *services)
{
    if (hlsim__update_set_state(&services->update, HLSIM__UPDATE_DOWNLOADING) < 0) {
        return;
    }
    if (quirk(services, HLSIM_QUIRK_size_repeated_after_agreement)) {
        hlsim__services_announce(services);
    }
    if (services->session.state == HLSIM__SESSION_DM) {
        hlsim__services_go_on(services);
    } else {
        /* An accepted download opens a session itself [AVC]. */
        services->accepted = true;
        hlsim__session_want(&services->session, false);
    }
}

static void accept(struct hlsim__services *services, enum hlsim__agreement_kind kind)
{
    hlsim__agreement_clear(&services->agreement, kind);
    switch (kind) {
    case HLSIM__AGREEMENT_CONNECT:
        hlsim__session_want(&services->session, false);
        break;
    case HLSIM__AGREEMENT_DOWNLOAD:
        accept_download(services);
        break;
    case HLSIM__AGREEMENT_INSTALL:
        if (hlsim__local_update_certified(services)) {
            hlsim__services_begin_install(services);
        }
        break;
    default:
        hlsim__modem_reset_soon(services->modem);
        break;
    }
}

/* AT+WDSR's values [AN5.0 table 1; WP]; there is nothing that could be uninstalled (8, 9). */
static const struct reply {
    enum hlsim__agreement_kind kind;
    bool accepts;
} replies[] = {
    {HLSIM__AGREEMENT_CONNECT, false},  {HLSIM__AGREEMENT_CONNECT, true},
    {HLSIM__AGREEMENT_DOWNLOAD, false}, {HLSIM__AGREEMENT_DOWNLOAD, true},
    {HLSIM__AGREEMENT_INSTALL, true},   {HLSIM__AGREEMENT_INSTALL, false},
    {HLSIM__AGREEMENT_REBOOT, true},    {HLSIM__AGREEMENT_REBOOT, false},
};

int hlsim__services_reply(struct hlsim__services *services, int64_t value, int64_t minutes)
{
    const struct reply *reply =
        value < (int64_t)(sizeof replies / sizeof *replies) ? &replies[value] : NULL;

    if (reply == NULL || !hlsim__agreement_pending(&services->agreement, reply->kind)) {
        return (int)services->modem->ram.personality->figures.wdsr_wrong_state_cme;
    }
    if (reply->accepts) {
        accept(services, reply->kind);
        return 0;
    }
    if (minutes == 0) {
        return HLSIM__CME_NOT_ALLOWED; /* a request cannot be refused [AN5.0 table 1; WP] */
    }
    hlsim__agreement_defer(&services->agreement, reply->kind, minutes);
    return 0;
}

/* --- State ---------------------------------------------------------------------------------- */

enum hlsim__services_state hlsim__services_state(const struct hlsim__services *services)
{
    return hlsim__pdp_defined(&services->modem->ram.pdp, chosen_context(services))
               ? HLSIM__SERVICES_ACTIVATED
               : HLSIM__SERVICES_TO_BE_PROVISIONED;
}

enum hlsim__services_package hlsim__services_package(const struct hlsim__services *services)
{
    switch (services->update.record.state) {
    case HLSIM__UPDATE_OFFERED:
    case HLSIM__UPDATE_WAITS_DOWNLOAD:
    case HLSIM__UPDATE_DOWNLOADING:
        return HLSIM__PACKAGE_AVAILABLE;
    case HLSIM__UPDATE_DOWNLOADED:
    case HLSIM__UPDATE_WAITS_INSTALL:
    case HLSIM__UPDATE_INSTALLING:
        return HLSIM__PACKAGE_DOWNLOADED;
    default:
        return services->session.state != HLSIM__SESSION_CLOSED ? HLSIM__PACKAGE_SESSION
                                                                : HLSIM__PACKAGE_NONE;
    }
}
