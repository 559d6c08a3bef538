/*
 * Policy: what follows from what. Everything durable is asked from the update's record, so that a
 * start goes on where flash says.
 */
#include "modem/services.h"

#include "base/sparse.h"
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

/* Whether there is something to do on the server that needs no agreement but that to connect. */
static bool has_business(const struct hlsim__services *services)
{
    switch (state_of(services)) {
    case HLSIM__UPDATE_DOWNLOADING:
        return !services->update.starved;
    case HLSIM__UPDATE_OFFERED:
    case HLSIM__UPDATE_DOWNLOADED:
    case HLSIM__UPDATE_TO_REPORT:
        return true;
    default:
        return false;
    }
}

void hlsim__services_announce(struct hlsim__services *services)
{
    services->announced = true;
    hlsim__indicate_commit(services->modem, 9, hlsim__update_remaining(&services->update));
}

/* --- Going on ------------------------------------------------------------------------------- */

void hlsim__services_go_on(struct hlsim__services *services)
{
    enum hlsim__update_state state = state_of(services);

    if ((state == HLSIM__UPDATE_OFFERED || state == HLSIM__UPDATE_DOWNLOADING) &&
        hlsim__lwm2m_state(&services->session.client) != HLSIM__LWM2M_LOCKED) {
        hlsim__update_resume(&services->update);
    }
}

/* The module wants a session of its own accord: where the host wants to be asked, it is asked
 * first (AN5.0 6.2). A session that is open or being opened will do. */
static void connect_by_itself(struct hlsim__services *services)
{
    struct hlsim__agreement *agreement = &services->agreement;

    if (!hlsim__session_is_idle(&services->session) ||
        !agreement_enabled(services, HLSIM__SETTING_WDSC_0)) {
        hlsim__agreement_clear(agreement, HLSIM__AGREEMENT_CONNECT);
        hlsim__session_want(&services->session, false);
        return;
    }
    if (!hlsim__agreement_pending(agreement, HLSIM__AGREEMENT_CONNECT)) {
        hlsim__agreement_ask(agreement, HLSIM__AGREEMENT_CONNECT);
    }
    hlsim__session_hold(&services->session);
}

/* Asks anew, with the size (AN5.0 8), unless the request was put off. */
static void ask_for_download(struct hlsim__services *services)
{
    services->announced = false;
    if (!hlsim__agreement_resume(&services->agreement, HLSIM__AGREEMENT_DOWNLOAD)) {
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_DOWNLOAD);
    }
}

static void ask_for_install(struct hlsim__services *services)
{
    if (!hlsim__agreement_resume(&services->agreement, HLSIM__AGREEMENT_INSTALL)) {
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_INSTALL);
    }
}

/* A download that was stopped, where the host wants to be asked, and has not agreed since; not when
 * every byte is stored and only the verification is missing. */
static bool needs_agreement_anew(const struct hlsim__services *services)
{
    return state_of(services) == HLSIM__UPDATE_DOWNLOADING && !services->update.running &&
           hlsim__update_remaining(&services->update) > 0 && !services->accepted &&
           agreement_enabled(services, HLSIM__SETTING_WDSC_1);
}

/*
 * After a start, or a session that was stopped: a download that needs an agreement needs it anew
 * (AN5.0 table 12), an agreement to install is asked for again, everything else that is pending
 * wants a session. What was put off stays put off, with its time.
 */
static void take_up(void *owner)
{
    struct hlsim__services *services = owner;
    int64_t pause = -1;
    bool to_connect;

    if (needs_agreement_anew(services) &&
        hlsim__update_set_state(&services->update, HLSIM__UPDATE_WAITS_DOWNLOAD) < 0) {
        return;
    }
    if (state_of(services) == HLSIM__UPDATE_WAITS_DOWNLOAD) {
        ask_for_download(services);
    } else if (state_of(services) == HLSIM__UPDATE_WAITS_INSTALL) {
        ask_for_install(services);
    }
    to_connect = hlsim__agreement_resume(&services->agreement, HLSIM__AGREEMENT_CONNECT);
    if (!to_connect) {
        pause = hlsim__session_resume(&services->session);
    }
    if (to_connect || pause == 0 || (pause < 0 && has_business(services))) {
        connect_by_itself(services);
    }
}

/* The host is about to be asked for a download: it knows its size from this start on. */
static void asking(void *user, enum hlsim__agreement_kind kind)
{
    struct hlsim__services *services = user;

    if (kind == HLSIM__AGREEMENT_DOWNLOAD && !services->announced) {
        hlsim__services_announce(services);
    }
}

/* --- The update's side ---------------------------------------------------------------------- */

void hlsim__services_begin_install(struct hlsim__services *services)
{
    struct hlsim__modem *modem = services->modem;
    enum hlsim__slot slot = hlsim__slot_other(hlsim__slots_running(&modem->ram.boot));

    if (hlsim__update_begin_install(&services->update, (uint8_t)slot) < 0) {
        return;
    }
    hlsim__indicate(modem, 14, HLSIM__NO_VALUE);
    hlsim__modem_enter_install(modem);
}

/* The package of which the host was asked is no more. */
static void forget_package_requests(struct hlsim__services *services)
{
    hlsim__agreement_clear(&services->agreement, HLSIM__AGREEMENT_DOWNLOAD);
    hlsim__agreement_clear(&services->agreement, HLSIM__AGREEMENT_INSTALL);
}

static void update_available(void *user)
{
    struct hlsim__services *services = user;
    bool asks = agreement_enabled(services, HLSIM__SETTING_WDSC_1);

    if (hlsim__update_set_state(&services->update, asks ? HLSIM__UPDATE_WAITS_DOWNLOAD
                                                        : HLSIM__UPDATE_DOWNLOADING) < 0) {
        return;
    }
    hlsim__services_announce(services);
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
    if (services->update.record.result == HLSIM__RESULT_SUCCESS) {
        hlsim__indicate(services->modem, 16, HLSIM__NO_VALUE); /* quirk success_before_install */
    }
}

static void update_failed(void *user, enum hlsim__update_failure failure)
{
    struct hlsim__services *services = user;

    forget_package_requests(services);
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

/* Line 3 may have been set before there were credentials. */
static void keep_lifetime(struct hlsim__services *services)
{
    int64_t minutes = hlsim__setting_number(&services->modem->ram.settings, HLSIM__SETTING_WDSC_3);

    if (minutes > 0 && services->session.client.account.lifetime != minutes * 60) {
        hlsim__lwm2m_set_lifetime(&services->session.client, (uint32_t)(minutes * 60));
    }
}

static void session_opened(void *user)
{
    struct hlsim__services *services = user;

    services->outcome_read = false;
    hlsim__agreement_clear(&services->agreement, HLSIM__AGREEMENT_CONNECT);
    keep_lifetime(services);
    /* What a returned network is about to take up is taken up now, and once. */
    if (hlsim__timer_armed(&services->take_up_timer) || needs_agreement_anew(services)) {
        hlsim__timer_cancel(&services->take_up_timer);
        take_up(services);
    }
    services->accepted = false;
    hlsim__services_go_on(services);
}

/*
 * An answer may have been lost: the outcome counts as reported when the server has acknowledged a
 * notification of it or, where it does not observe it, has read it and answered the goodbye.
 */
static bool is_reported(const struct hlsim__services *services, bool answered)
{
    return services->outcome_read && !services->receipt_wanted && answered;
}

static void session_closed(void *user, bool by_itself, bool answered)
{
    struct hlsim__services *services = user;

    if (state_of(services) == HLSIM__UPDATE_TO_REPORT && is_reported(services, answered)) {
        hlsim__update_set_state(&services->update, HLSIM__UPDATE_IDLE);
    }
    services->outcome_read = false;
    services->receipt_wanted = false;
    if (services->reopen) {
        services->reopen = false;
        connect_by_itself(services);
    } else if (by_itself && has_business(services)) {
        /* The server fell silent before all was said: reporting is repeated (AN5.0 6). */
        hlsim__session_retry(&services->session);
    }
}

static bool session_busy(void *user)
{
    const struct hlsim__services *services = user;

    return services->update.running ||
           (services->receipt_wanted && services->modem->sched->now < services->receipt_by);
}

/* RFC 7252 4.8.2, MAX_TRANSMIT_WAIT: when a confirmable message is given up. */
static int64_t transmit_wait(const struct hlsim__figures *figures)
{
    return figures->coap_ack_timeout * 3 / 2 *
           ((INT64_C(1) << (figures->coap_max_retransmit + 1)) - 1);
}

static bool session_wants_receipt(void *user)
{
    struct hlsim__services *services = user;

    if (state_of(services) == HLSIM__UPDATE_TO_REPORT && !services->receipt_wanted) {
        services->receipt_wanted = true;
        services->receipt_by = services->modem->sched->now + transmit_wait(figures_of(services));
    }
    return services->receipt_wanted;
}

static bool session_owes_result(void *user)
{
    return state_of(user) == HLSIM__UPDATE_TO_REPORT;
}

static void session_result_received(void *user)
{
    struct hlsim__services *services = user;

    services->receipt_wanted = false;
    if (state_of(services) == HLSIM__UPDATE_TO_REPORT) {
        hlsim__update_set_state(&services->update, HLSIM__UPDATE_IDLE);
    }
}

static void session_retry(void *user)
{
    struct hlsim__services *services = user;

    connect_by_itself(services);
}

/* Object 3, resource 4. */
static uint8_t session_reboot(void *user)
{
    struct hlsim__services *services = user;

    if (quirk(services, HLSIM_QUIRK_reboot_agreement) &&
        agreement_enabled(services, HLSIM__SETTING_WDSC_5)) {
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_REBOOT);
    } else {
        hlsim__modem_reset_soon(services->modem);
    }
    return HLSIM__COAP_CODE(2, 4);
}

static void session_polling_changed(void *user)
{
    struct hlsim__services *services = user;

    hlsim__polling_changed(&services->polling);
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
    forget_package_requests(services);
    hlsim__services_go_on(services);
    return HLSIM__COAP_CODE(2, 4);
}

/* Object 5, resource 2; the client asks in the state "downloaded" only. */
static uint8_t session_execute(void *user)
{
    struct hlsim__services *services = user;

    if (!agreement_enabled(services, HLSIM__SETTING_WDSC_2)) {
        hlsim__services_begin_install(services);
    } else if (hlsim__update_set_state(&services->update, HLSIM__UPDATE_WAITS_INSTALL) == 0) {
        hlsim__agreement_ask(&services->agreement, HLSIM__AGREEMENT_INSTALL);
    }
    return HLSIM__COAP_CODE(2, 4);
}

/* Object 5, resource 3: how the durable states look from the server. */
static enum hlsim__lwm2m_firmware_state session_firmware_state(void *user)
{
    const struct hlsim__services *services = user;

    if (services->update.record.local) {
        return HLSIM__LWM2M_FIRMWARE_IDLE;
    }
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

/* --- Starts and network --------------------------------------------------------------------- */

/* The firmware that an installer left behind says how it went (AN5.0 6.5). */
static void tell_outcome(void *owner)
{
    struct hlsim__services *services = owner;
    bool success = services->update.record.result == HLSIM__RESULT_SUCCESS;

    hlsim__indicate(services->modem, success ? 16 : 15, HLSIM__NO_VALUE);
    if (services->update.record.local) {
        /* No server asked for it, so nobody waits for a report. */
        hlsim__update_local_forget(&services->update);
        return;
    }
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
    hlsim__polling_resume(&services->polling);
}

static void polling_due(void *user)
{
    struct hlsim__services *services = user;

    connect_by_itself(services);
}

/* The session is over, and with it the transfer; the next network takes up what is left. */
static void end_without_network(struct hlsim__services *services)
{
    services->session_was_lost = true;
    hlsim__update_suspend(&services->update);
    hlsim__session_network_off(&services->session);
}

/* AN5.0 8.3: a network that is lost for long ends the session; one attempt goes its own way. */
static void lost_for_long(void *owner)
{
    struct hlsim__services *services = owner;

    if (services->session.state != HLSIM__SESSION_CLOSED) {
        end_without_network(services);
    }
}

/* The outcome is reported whenever there is a network again (AN5.0 6), also when the host has
 * stopped an earlier attempt. */
static bool has_unasked_report(const struct hlsim__services *services)
{
    return state_of(services) == HLSIM__UPDATE_TO_REPORT && !services->session.wanted &&
           !hlsim__timer_armed(&services->take_up_timer) &&
           !hlsim__agreement_pending(&services->agreement, HLSIM__AGREEMENT_CONNECT);
}

void hlsim__services_sim_ready(struct hlsim__services *services)
{
    if (state_of(services) != HLSIM__UPDATE_INSTALLED) {
        hlsim__timer_set_in(&services->take_up_timer, figures_of(services)->resume_after);
    }
    hlsim__services_raise_event_0(services);
}

static void network_gained(struct hlsim__services *services)
{
    hlsim__timer_cancel(&services->lost_timer);
    if (services->update.running && quirk(services, HLSIM_QUIRK_return_locks_client)) {
        hlsim__update_suspend(&services->update);
        hlsim__session_lock(&services->session);
    }
    if (!services->event_0_raised && quirk(services, HLSIM_QUIRK_credentials_raise_event_0)) {
        services->event_0_raised = true;
        hlsim__indicate(services->modem, 0, HLSIM__NO_VALUE);
    }
    hlsim__session_network_up(&services->session);
    if (services->session.state == HLSIM__SESSION_DM) {
        hlsim__services_go_on(services);
    }
    if (services->session_was_lost || has_unasked_report(services)) {
        services->session_was_lost = false;
        hlsim__timer_set_in(&services->take_up_timer, figures_of(services)->resume_after);
    }
}

void hlsim__services_network(struct hlsim__services *services, bool up)
{
    if (up) {
        network_gained(services);
    } else if (hlsim__radio_switched_off(&services->modem->ram.radio)) {
        /* Switched off, not lost: the session ends at once (AN5.0 8.2). */
        end_without_network(services);
    } else {
        hlsim__session_network_down(&services->session);
        hlsim__timer_set_in(&services->lost_timer, figures_of(services)->network_lost_close);
    }
}

void hlsim__services_context_down(struct hlsim__services *services, int64_t cid)
{
    if (cid == services->session.cid && services->session.state != HLSIM__SESSION_CLOSED) {
        hlsim__update_suspend(&services->update);
        hlsim__session_network_off(&services->session);
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
                                                   .retry = session_retry,
                                                   .reboot = session_reboot,
                                                   .polling_changed = session_polling_changed,
                                                   .offered = session_offered,
                                                   .execute = session_execute,
                                                   .firmware_state = session_firmware_state,
                                                   .firmware_result = session_firmware_result,
                                                   .wants_receipt = session_wants_receipt,
                                                   .result_received = session_result_received,
                                                   .owes_result = session_owes_result};

    const struct hlsim__agreement_ops agreement_ops = {.user = services, .asking = asking};

    hlsim__clear_sparse(services, sizeof *services);
    services->modem = modem;
    hlsim__timer_init(&services->take_up_timer, &modem->timers, take_up, services);
    hlsim__timer_init(&services->outcome_timer, &modem->timers, tell_outcome, services);
    hlsim__timer_init(&services->lost_timer, &modem->timers, lost_for_long, services);
    hlsim__agreement_init(&services->agreement, modem, &agreement_ops);
    hlsim__polling_init(&services->polling, modem, polling_due, services);
    hlsim__update_init(&services->update, modem, &update_ops);
    hlsim__session_init(&services->session, modem, &session_ops);
}

bool hlsim__services_owe(const struct hlsim__services *services)
{
    return hlsim__session_owes(&services->session) || services->update.running ||
           hlsim__timer_armed(&services->take_up_timer) ||
           hlsim__timer_armed(&services->outcome_timer);
}

static int64_t earlier(int64_t at, const struct hlsim__timer *timer)
{
    return hlsim__timer_armed(timer) && timer->at < at ? timer->at : at;
}

int64_t hlsim__services_next_at(const struct hlsim__services *services)
{
    int64_t at = earlier(HLSIM_NEVER, &services->polling.timer);

    for (int kind = 0; kind < HLSIM__AGREEMENT_KINDS; kind++) {
        at = earlier(at, &services->agreement.requests[kind].timer);
    }
    return earlier(at, &services->session.retry_timer);
}
