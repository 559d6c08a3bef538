/*
 * Policy: what follows from what. Everything durable is asked from the update's record, so that a
 * start goes on where flash says.
 */
#include "modem/services.h"

#include "base/sparse.h"
#include "modem/cme.h"
#include "modem/indication.h"
#include "modem/modem.h"

#include <string.h>

static const struct hlsim__figures *figures_of(const struct hlsim__services *services)
{
    return &services->modem->ram.personality->figures;
}

static bool quirk(const struct hlsim__services *services, enum hlsim_quirk quirk)
{
    return services->modem->ram.personality->quirks[quirk];
}

static bool agreement_enabled(const struct hlsim__services *services, enum hlsim__setting setting)
{
    return hlsim__setting_number(&services->modem->ram.settings, setting) == 1;
}

static enum hlsim__update_state state_of(const struct hlsim__services *services)
{
    return services->update.record.state;
}

static bool waits_for_host(const struct hlsim__services *services)
{
    return hlsim__agreement_due(&services->agreement) != HLSIM__AGREEMENT_NONE;
}

/* Whether there is something to do on the server that needs nobody's agreement. */
static bool has_business(const struct hlsim__services *services)
{
    switch (state_of(services)) {
    case HLSIM__UPDATE_OFFERED:
    case HLSIM__UPDATE_DOWNLOADING:
    case HLSIM__UPDATE_DOWNLOADED:
    case HLSIM__UPDATE_TO_REPORT:
        return !waits_for_host(services);
    default:
        return false;
    }
}

static void announce_package(struct hlsim__services *services)
{
    hlsim__indicate_commit(services->modem, 9, hlsim__update_remaining(&services->update));
}

/* --- Going on ------------------------------------------------------------------------------- */

/* A DM session is open: go on with what needs one. */
static void go_on(struct hlsim__services *services)
{
    enum hlsim__update_state state = state_of(services);

    if ((state == HLSIM__UPDATE_OFFERED || state == HLSIM__UPDATE_DOWNLOADING) &&
        !waits_for_host(services)) {
        hlsim__update_resume(&services->update);
    }
}

/*
 * After a start, or a session that was stopped: a download that needs an agreement needs it anew
 * (AN5.0 table 12), an agreement to install is asked for again, everything else that is pending
 * wants a session.
 */
static void take_up(void *owner)
{
    struct hlsim__services *services = owner;

    if (state_of(services) == HLSIM__UPDATE_DOWNLOADING &&
        agreement_enabled(services, HLSIM__SETTING_WDSC_1) &&
        hlsim__update_set_state(&services->update, HLSIM__UPDATE_WAITS_DOWNLOAD) < 0) {
        return;
    }
    switch (state_of(services)) {
    case HLSIM__UPDATE_WAITS_DOWNLOAD:
        announce_package(services);
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_DOWNLOAD);
        break;
    case HLSIM__UPDATE_WAITS_INSTALL:
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_INSTALL);
        break;
    default:
        if (has_business(services)) {
            hlsim__session_want(&services->session, false);
        }
        break;
    }
}

/* --- The update's side ---------------------------------------------------------------------- */

static void begin_install(struct hlsim__services *services)
{
    struct hlsim__modem *modem = services->modem;
    enum hlsim__slot slot = hlsim__slot_other(hlsim__slots_running(&modem->ram.boot));

    if (hlsim__update_begin_install(&services->update, (uint8_t)slot) < 0) {
        return;
    }
    hlsim__indicate(modem, 14, HLSIM__NO_VALUE);
    hlsim__modem_enter_install(modem);
}

static void update_available(void *user)
{
    struct hlsim__services *services = user;
    bool asks = agreement_enabled(services, HLSIM__SETTING_WDSC_1);

    if (hlsim__update_set_state(&services->update, asks ? HLSIM__UPDATE_WAITS_DOWNLOAD
                                                        : HLSIM__UPDATE_DOWNLOADING) < 0) {
        return;
    }
    announce_package(services);
    if (asks) {
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_DOWNLOAD);
    } else {
        hlsim__update_resume(&services->update);
    }
}

static void update_progress(void *user, int percent)
{
    struct hlsim__services *services = user;

    hlsim__indicate_commit(services->modem, 18, percent < 0 ? HLSIM__NO_VALUE : percent);
}

static void update_downloaded(void *user)
{
    struct hlsim__services *services = user;
    bool stored_first = quirk(services, HLSIM_QUIRK_stored_before_certified);

    hlsim__indicate(services->modem, stored_first ? 10 : 12, HLSIM__NO_VALUE);
    hlsim__indicate(services->modem, stored_first ? 12 : 10, HLSIM__NO_VALUE);
}

static void update_failed(void *user, enum hlsim__update_failure failure)
{
    struct hlsim__services *services = user;

    hlsim__agreement_clear(&services->agreement);
    if (failure == HLSIM__FAILURE_NOT_CERTIFIED) {
        hlsim__indicate(services->modem, 13, HLSIM__NO_VALUE);
    } else {
        hlsim__indicate(services->modem, 11, (int64_t)failure);
    }
}

static void update_changed(void *user)
{
    struct hlsim__services *services = user;

    hlsim__lwm2m_firmware_changed(&services->session.client);
}

/* --- The session's side --------------------------------------------------------------------- */

static void session_opened(void *user)
{
    struct hlsim__services *services = user;

    services->outcome_read = false;
    if (agreement_enabled(services, HLSIM__SETTING_WDSC_1) && !services->update.running &&
        state_of(services) == HLSIM__UPDATE_DOWNLOADING && !services->accepted) {
        take_up(services);
        return;
    }
    services->accepted = false;
    go_on(services);
}

static void session_closed(void *user, bool by_itself, bool answered)
{
    struct hlsim__services *services = user;

    /* A server that does not answer any more may not have got what it asked for. */
    if (services->outcome_read && answered && state_of(services) == HLSIM__UPDATE_TO_REPORT) {
        hlsim__update_set_state(&services->update, HLSIM__UPDATE_IDLE);
    }
    services->outcome_read = false;
    if (by_itself && has_business(services)) {
        /* The server fell silent before all was said: reporting is repeated (AN5.0 6). */
        hlsim__session_retry(&services->session);
    }
}

static bool session_busy(void *user)
{
    const struct hlsim__services *services = user;

    return services->update.running;
}

/* Object 5, resource 1. */
static uint8_t session_offered(void *user, const char *uri)
{
    struct hlsim__services *services = user;

    switch (hlsim__update_offer(&services->update, uri)) {
    case 0:
        break;
    case HLSIM_E_FORMAT:
        return HLSIM__COAP_CODE(4, 0);
    case HLSIM_E_STATE:
        return HLSIM__COAP_CODE(4, 5);
    default:
        return HLSIM__COAP_CODE(5, 0);
    }
    hlsim__agreement_clear(&services->agreement);
    go_on(services);
    return HLSIM__COAP_CODE(2, 4);
}

/* Object 5, resource 2; the client asks in the state "downloaded" only. */
static uint8_t session_execute(void *user)
{
    struct hlsim__services *services = user;

    if (!agreement_enabled(services, HLSIM__SETTING_WDSC_2)) {
        begin_install(services);
    } else if (hlsim__update_set_state(&services->update, HLSIM__UPDATE_WAITS_INSTALL) == 0) {
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_INSTALL);
    }
    return HLSIM__COAP_CODE(2, 4);
}

/* Object 5, resource 3: how the durable states look from the server. */
static enum hlsim__lwm2m_firmware_state session_firmware_state(void *user)
{
    const struct hlsim__services *services = user;

    switch (state_of(services)) {
    case HLSIM__UPDATE_OFFERED:
    case HLSIM__UPDATE_WAITS_DOWNLOAD:
    case HLSIM__UPDATE_DOWNLOADING:
        return HLSIM__LWM2M_FIRMWARE_DOWNLOADING;
    case HLSIM__UPDATE_DOWNLOADED:
        return HLSIM__LWM2M_FIRMWARE_DOWNLOADED;
    case HLSIM__UPDATE_WAITS_INSTALL:
    case HLSIM__UPDATE_INSTALLING:
        return HLSIM__LWM2M_FIRMWARE_UPDATING;
    default:
        return HLSIM__LWM2M_FIRMWARE_IDLE;
    }
}

static int session_firmware_result(void *user)
{
    struct hlsim__services *services = user;

    if (services->session.state == HLSIM__SESSION_DM &&
        state_of(services) == HLSIM__UPDATE_TO_REPORT) {
        services->outcome_read = true;
    }
    return (int)services->update.record.result;
}

/* --- AT ------------------------------------------------------------------------------------- */

/* Whether AT+WDSS=2 names a context that AT+CGDCONT has defined; an empty APN is legal
 * (docs/evidence.md, "CME 650"). */
static bool context_defined(const struct hlsim__services *services)
{
    const struct hlsim__settings *settings = &services->modem->ram.settings;
    int64_t cid = hlsim__setting_number(settings, HLSIM__SETTING_WDSS_2);

    return cid >= 1 && cid <= HLSIM__PDP_MAX &&
           hlsim__setting_text(settings, hlsim__setting_pdp(cid))[0] != '-';
}

int hlsim__services_open(struct hlsim__services *services)
{
    if (services->agreement.asked != HLSIM__AGREEMENT_NONE || !context_defined(services)) {
        return HLSIM__CME_AVMS;
    }
    if (!hlsim__radio_attached(&services->modem->ram.radio)) {
        return HLSIM__CME_ACTIVATION;
    }
    hlsim__session_want(&services->session, true);
    return 0;
}

void hlsim__services_close(struct hlsim__services *services)
{
    services->accepted = false;
    if (!hlsim__session_is_open(&services->session)) {
        return;
    }
    if (!quirk(services, HLSIM_QUIRK_session_stop_ignored_by_download)) {
        hlsim__update_suspend(&services->update);
    }
    hlsim__session_end(&services->session);
}

/* AN1.1 table 1: the SIM is unlocked and an APN is set. */
static void raise_event_0_for_apn(struct hlsim__services *services)
{
    if (quirk(services, HLSIM_QUIRK_apn_raises_event_0) && context_defined(services) &&
        hlsim__sim_ready(&services->modem->sim)) {
        hlsim__indicate(services->modem, 0, HLSIM__NO_VALUE);
    }
}

int hlsim__services_choose_context(struct hlsim__services *services, int64_t cid)
{
    struct hlsim__settings *settings = &services->modem->ram.settings;

    if (hlsim__setting_put_number(settings, HLSIM__SETTING_WDSS_2, cid) < 0) {
        return HLSIM__CME_AVMS;
    }
    raise_event_0_for_apn(services);
    return 0;
}

static void accept_download(struct hlsim__services *services)
{
    hlsim__agreement_clear(&services->agreement);
    if (hlsim__update_set_state(&services->update, HLSIM__UPDATE_DOWNLOADING) < 0) {
        return;
    }
    if (quirk(services, HLSIM_QUIRK_size_repeated_after_agreement)) {
        announce_package(services);
    }
    if (services->session.state == HLSIM__SESSION_DM) {
        go_on(services);
    } else {
        /* An accepted download opens a session itself [AVC]. */
        services->accepted = true;
        hlsim__session_want(&services->session, false);
    }
}

int hlsim__services_reply(struct hlsim__services *services, int64_t reply, int64_t minutes)
{
    enum hlsim__agreement_kind meant = HLSIM__AGREEMENT_NONE;

    if (reply == 2 || reply == 3) {
        meant = HLSIM__AGREEMENT_DOWNLOAD;
    } else if (reply == 4 || reply == 5) {
        meant = HLSIM__AGREEMENT_INSTALL;
    }
    if (meant == HLSIM__AGREEMENT_NONE || hlsim__agreement_due(&services->agreement) != meant) {
        return (int)figures_of(services)->wdsr_wrong_state_cme;
    }
    switch (reply) {
    case 3:
        accept_download(services);
        return 0;
    case 4:
        hlsim__agreement_clear(&services->agreement);
        begin_install(services);
        return 0;
    default:
        if (minutes == 0) {
            return HLSIM__CME_NOT_ALLOWED; /* a request cannot be refused [AN5.0 table 1; WP] */
        }
        hlsim__agreement_defer(&services->agreement, minutes);
        return 0;
    }
}

/* --- Starts and network --------------------------------------------------------------------- */

/* The firmware that an installer left behind says how it went (AN5.0 6.5). */
static void tell_outcome(void *owner)
{
    struct hlsim__services *services = owner;
    bool success = services->update.record.result == HLSIM__RESULT_SUCCESS;

    hlsim__indicate(services->modem, success ? 16 : 15, HLSIM__NO_VALUE);
    if (hlsim__update_set_state(&services->update, HLSIM__UPDATE_TO_REPORT) == 0) {
        hlsim__timer_set_in(&services->take_up_timer, figures_of(services)->report_after);
    }
}

void hlsim__services_started(struct hlsim__services *services)
{
    if (state_of(services) == HLSIM__UPDATE_INSTALLED) {
        hlsim__timer_set_in(&services->outcome_timer, figures_of(services)->outcome_after);
    } else if (hlsim__sim_ready(&services->modem->sim)) {
        hlsim__timer_set_in(&services->take_up_timer, figures_of(services)->resume_after);
    }
}

void hlsim__services_sim_ready(struct hlsim__services *services)
{
    if (state_of(services) != HLSIM__UPDATE_INSTALLED) {
        hlsim__timer_set_in(&services->take_up_timer, figures_of(services)->resume_after);
    }
    raise_event_0_for_apn(services);
}

static void network_gained(struct hlsim__services *services)
{
    if (!services->event_0_raised && quirk(services, HLSIM_QUIRK_credentials_raise_event_0)) {
        services->event_0_raised = true;
        hlsim__indicate(services->modem, 0, HLSIM__NO_VALUE);
    }
    hlsim__session_network_up(&services->session);
}

void hlsim__services_network(struct hlsim__services *services, bool up)
{
    if (up) {
        network_gained(services);
        if (services->session.state == HLSIM__SESSION_DM) {
            go_on(services);
        }
        if (services->network_was_off) {
            services->network_was_off = false;
            hlsim__timer_set_in(&services->take_up_timer, figures_of(services)->resume_after);
        }
    } else if (hlsim__radio_switched_off(&services->modem->ram.radio)) {
        /* Switched off, not lost: the session ends (AN5.0 8.2). */
        services->network_was_off = true;
        hlsim__update_suspend(&services->update);
        hlsim__session_network_off(&services->session);
    } else {
        hlsim__session_network_down(&services->session);
    }
}

void hlsim__services_init(struct hlsim__services *services, struct hlsim__modem *modem)
{
    const struct hlsim__update_ops update_ops = {.user = services,
                                                 .available = update_available,
                                                 .progress = update_progress,
                                                 .downloaded = update_downloaded,
                                                 .failed = update_failed,
                                                 .changed = update_changed};
    const struct hlsim__session_ops session_ops = {.user = services,
                                                   .opened = session_opened,
                                                   .closed = session_closed,
                                                   .busy = session_busy,
                                                   .offered = session_offered,
                                                   .execute = session_execute,
                                                   .firmware_state = session_firmware_state,
                                                   .firmware_result = session_firmware_result};

    hlsim__clear_sparse(services, sizeof *services);
    services->modem = modem;
    hlsim__timer_init(&services->take_up_timer, &modem->timers, take_up, services);
    hlsim__timer_init(&services->outcome_timer, &modem->timers, tell_outcome, services);
    hlsim__agreement_init(&services->agreement, modem);
    hlsim__update_init(&services->update, modem, &update_ops);
    hlsim__session_init(&services->session, modem, &session_ops);
}

bool hlsim__services_owe(const struct hlsim__services *services)
{
    return hlsim__session_owes(&services->session) || services->update.running ||
           hlsim__timer_armed(&services->take_up_timer) ||
           hlsim__timer_armed(&services->outcome_timer);
}
