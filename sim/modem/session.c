/*
 * Between the LwM2M client and the services.
 */
#include "modem/session.h"

#include "base/assert.h"
#include "base/sparse.h"
#include "modem/account.h"
#include "modem/deadline.h"
#include "modem/indication.h"
#include "modem/modem.h"
#include "modem/polling.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const texts[] = {
#define SESSION_TEXT(name, text) [name] = text,
    HLSIM__SESSION_MAP(SESSION_TEXT)
#undef SESSION_TEXT
};

const char *hlsim__session_text(enum hlsim__session_state state)
{
    HLSIM_ASSERT((size_t)state < sizeof texts / sizeof *texts);
    return texts[state];
}

static const struct hlsim__figures *figures_of(const struct hlsim__session *session)
{
    return &session->modem->ram.personality->figures;
}

static void set_state(struct hlsim__session *session, enum hlsim__session_state state)
{
    struct hlsim__modem *modem = session->modem;

    if (session->state != state) {
        session->state = state;
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_SESSION,
                    HLSIM_TEXT("state", hlsim__session_text(state)));
    }
}

/* --- Pauses --------------------------------------------------------------------------------- */

/* Of the pause under way, in the store: when it is over, and its place in the list. */
#define PAUSE_KEY "retry"
#define INDEX_KEY "retry.index"

/* Pauses of AT+WDSC line 4 one after the other; those that are 0 are left out [LC]. 0: none. */
static int64_t next_pause(struct hlsim__session *session)
{
    const char *text = hlsim__setting_text(&session->modem->ram.settings, HLSIM__SETTING_WDSC_4);

    for (size_t index = 0; *text != '\0'; index++) {
        char *end;
        int64_t minutes = strtoll(text, &end, 10);

        if (index >= session->retry_index && minutes > 0) {
            session->retry_index = index + 1;
            return minutes * HLSIM_MINUTE;
        }
        text = end + (*end == ',');
    }
    return 0;
}

/* An attempt is made at once. Should a reset come before its end, the pause goes on. */
static void cut_pause(struct hlsim__session *session)
{
    session->resumed = false;
    hlsim__timer_cancel(&session->retry_timer);
}

static void end_pause(struct hlsim__session *session)
{
    cut_pause(session);
    hlsim__deadline_forget(session->modem, PAUSE_KEY);
}

/* The next attempt comes after the next pause. The index is stored first: without a pause it means
 * nothing. */
static void start_after_pause(struct hlsim__session *session)
{
    struct hlsim__modem *modem = session->modem;
    int64_t pause = next_pause(session);
    uint8_t index = (uint8_t)session->retry_index;
    int error;

    if (pause == 0) {
        end_pause(session);
        return;
    }
    error = hlsim__nvm_put(&modem->ram.store, INDEX_KEY, &index, sizeof index);
    if (error < 0) {
        hlsim__modem_flash_failed(modem, error);
    } else if (hlsim__deadline_put(modem, PAUSE_KEY, pause) == 0) {
        hlsim__timer_set_in(&session->retry_timer, pause);
    }
}

static void pause_over(void *owner)
{
    struct hlsim__session *session = owner;

    session->ops.retry(session->ops.user);
}

void hlsim__session_retry(struct hlsim__session *session)
{
    session->wanted = true;
    start_after_pause(session);
}

int64_t hlsim__session_resume(struct hlsim__session *session)
{
    struct hlsim__modem *modem = session->modem;
    int64_t left = hlsim__deadline_left(modem, PAUSE_KEY);
    uint8_t index;

    if (left < 0 || session->wanted) {
        return -1;
    }
    if (hlsim__nvm_get(&modem->ram.store, INDEX_KEY, &index, sizeof index) == sizeof index) {
        session->retry_index = index;
    }
    if (left > 0) {
        session->wanted = true;
        session->resumed = true;
        hlsim__timer_set_in(&session->retry_timer, left);
    }
    return left;
}

/* --- Opening -------------------------------------------------------------------------------- */

/* A connection, or an attempt at one; what is being closed can be opened again behind that. */
static bool is_under_way(const struct hlsim__session *session)
{
    enum hlsim__lwm2m_state state = hlsim__lwm2m_state(&session->client);

    return state != HLSIM__LWM2M_IDLE && state != HLSIM__LWM2M_CLOSING;
}

/* Some firmwares reach no server after an update until they have been without supply. */
static bool report_waits(const struct hlsim__session *session)
{
    const struct hlsim__modem *modem = session->modem;

    return modem->ram.personality->quirks[HLSIM_QUIRK_report_waits_for_cold_start] &&
           !modem->cold && session->ops.owes_result(session->ops.user);
}

static void start(void *owner)
{
    struct hlsim__session *session = owner;
    struct hlsim__modem_ram *ram = &session->modem->ram;
    int64_t cid = hlsim__setting_number(&ram->settings, HLSIM__SETTING_WDSS_2);

    if (!session->wanted || session->held || is_under_way(session) ||
        !hlsim__radio_attached(&ram->radio)) {
        return;
    }
    if (report_waits(session)) {
        hlsim__indicate(session->modem, HLSIM__LWM2M_AUTH_STARTED, HLSIM__NO_VALUE);
        hlsim__indicate(session->modem, HLSIM__LWM2M_DENIED, HLSIM__NO_VALUE);
        start_after_pause(session);
        return;
    }
    if (hlsim__pdp_named_apn_refused(&ram->pdp) || hlsim__pdp_request(&ram->pdp, cid) != 0) {
        start_after_pause(session);
        return;
    }
    session->cid = cid;
    hlsim__lwm2m_start(&session->client);
}

void hlsim__session_want(struct hlsim__session *session, bool host)
{
    session->wanted = true;
    session->held = false;
    if (host) {
        session->host_wants = true;
        session->retry_index = 0;
        hlsim__timer_cancel(&session->idle_timer);
    }
    if (session->state == HLSIM__SESSION_CLOSED) {
        cut_pause(session);
        hlsim__timer_set_in(&session->start_timer, figures_of(session)->session_start);
    }
}

void hlsim__session_hold(struct hlsim__session *session)
{
    session->held = true;
    hlsim__timer_cancel(&session->start_timer);
    end_pause(session);
}

bool hlsim__session_is_idle(const struct hlsim__session *session)
{
    return session->state == HLSIM__SESSION_CLOSED &&
           hlsim__lwm2m_state(&session->client) == HLSIM__LWM2M_IDLE &&
           !hlsim__timer_armed(&session->start_timer);
}

/* --- Closing -------------------------------------------------------------------------------- */

static void unwant(struct hlsim__session *session)
{
    session->host_wants = false;
    session->wanted = false;
    session->held = false;
    hlsim__timer_cancel(&session->start_timer);
    end_pause(session);
    hlsim__timer_cancel(&session->idle_timer);
}

void hlsim__session_end(struct hlsim__session *session)
{
    unwant(session);
    hlsim__lwm2m_stop(&session->client);
}

/* A session that the module opened by itself closes after a silence [AN5.0 4.4; LC]. */
static void idle(void *owner)
{
    struct hlsim__session *session = owner;
    int64_t silent_at =
        hlsim__lwm2m_last_traffic(&session->client) + figures_of(session)->idle_close;

    if (session->host_wants || session->state != HLSIM__SESSION_DM) {
        return;
    }
    if (session->ops.busy(session->ops.user)) {
        hlsim__timer_set_in(&session->idle_timer, figures_of(session)->idle_close);
    } else if (silent_at > session->modem->sched->now) {
        hlsim__timer_set(&session->idle_timer, silent_at);
    } else {
        session->went_silent = true;
        hlsim__session_end(session);
    }
}

/* --- The network ---------------------------------------------------------------------------- */

void hlsim__session_network_up(struct hlsim__session *session)
{
    if (session->wanted && !session->held && !session->resumed &&
        session->state == HLSIM__SESSION_CLOSED) {
        cut_pause(session);
        hlsim__timer_set_in(&session->start_timer, figures_of(session)->session_start);
    }
}

void hlsim__session_network_down(struct hlsim__session *session)
{
    session->resumed = false;
    hlsim__timer_cancel(&session->start_timer);
}

void hlsim__session_network_off(struct hlsim__session *session)
{
    unwant(session);
    hlsim__lwm2m_lost(&session->client);
}

void hlsim__session_lock(struct hlsim__session *session)
{
    hlsim__timer_cancel(&session->start_timer);
    hlsim__timer_cancel(&session->retry_timer);
    hlsim__timer_cancel(&session->idle_timer);
    hlsim__lwm2m_lock(&session->client);
}

/* --- The client's callbacks ----------------------------------------------------------------- */

static void started(struct hlsim__session *session, int role)
{
    hlsim__indicate(session->modem, HLSIM__LWM2M_STARTED, role);
    if (role != HLSIM__LWM2M_DM) {
        set_state(session, HLSIM__SESSION_BOOTSTRAP);
        return;
    }
    session->retry_index = 0;
    hlsim__timer_cancel(&session->start_timer);
    end_pause(session);
    set_state(session, HLSIM__SESSION_DM);
    if (!session->host_wants) {
        hlsim__timer_set_in(&session->idle_timer, figures_of(session)->idle_close);
    }
    session->ops.opened(session->ops.user);
}

static void client_status(void *user, enum hlsim__lwm2m_event event, int value)
{
    struct hlsim__session *session = user;

    switch (event) {
    case HLSIM__LWM2M_STARTED:
        started(session, value);
        break;
    case HLSIM__LWM2M_CLOSED:
        set_state(session, HLSIM__SESSION_CLOSED);
        hlsim__indicate(session->modem, (int)event, HLSIM__NO_VALUE);
        session->ops.closed(session->ops.user, session->went_silent, value != 0);
        session->went_silent = false;
        break;
    default:
        hlsim__indicate(session->modem, (int)event, HLSIM__NO_VALUE);
        break;
    }
}

/* A connection failed for good: the next one comes by itself, later and later. */
static void client_failed(void *user, enum hlsim__lwm2m_failure why)
{
    struct hlsim__session *session = user;

    (void)why;
    set_state(session, HLSIM__SESSION_CLOSED);
    if (session->wanted) {
        start_after_pause(session);
    }
}

static int client_load(void *user, enum hlsim__lwm2m_role role,
                       struct hlsim__lwm2m_account *ret_account)
{
    const struct hlsim__session *session = user;

    return hlsim__account_load(&session->modem->ram.store, role, ret_account);
}

static int client_store(void *user, enum hlsim__lwm2m_role role,
                        const struct hlsim__lwm2m_account *account)
{
    const struct hlsim__session *session = user;

    return hlsim__account_store(&session->modem->ram.store, role, account);
}

static int client_erase(void *user, enum hlsim__lwm2m_role role)
{
    const struct hlsim__session *session = user;

    return hlsim__account_erase(&session->modem->ram.store, role);
}

/* The polling timer and the registration lifetime are one setting [LC]. */
static void client_lifetime(void *user, uint32_t lifetime)
{
    const struct hlsim__session *session = user;
    int64_t minutes = ((int64_t)lifetime + 59) / 60;

    if (lifetime >= (uint32_t)figures_of(session)->lifetime) {
        minutes = 0;
    } else if (minutes > HLSIM__POLLING_MAX) {
        minutes = HLSIM__POLLING_MAX;
    }
    if (hlsim__setting_put_number(&session->modem->ram.settings, HLSIM__SETTING_WDSC_3, minutes) ==
        0) {
        session->ops.polling_changed(session->ops.user);
    }
}

static uint32_t client_address(void *user)
{
    const struct hlsim__session *session = user;

    return hlsim__pdp_ip(&session->modem->ram.pdp, session->cid);
}

static void client_connectivity(void *user, struct hlsim__lwm2m_connectivity *ret_connectivity)
{
    const struct hlsim__session *session = user;
    const struct hlsim__settings *settings = &session->modem->ram.settings;
    const char *apn = strchr(hlsim__setting_text(settings, hlsim__setting_pdp(session->cid)), ',');

    memset(ret_connectivity, 0, sizeof *ret_connectivity);
    ret_connectivity->bearer = hlsim__technology_bearer(session->modem->ram.radio.technology);
    ret_connectivity->rsrp = hlsim__radio_signal(&session->modem->ram.radio).rsrp;
    ret_connectivity->cell = (uint32_t)figures_of(session)->cell;
    ret_connectivity->ip = client_address(user);
    snprintf(ret_connectivity->apn, sizeof ret_connectivity->apn, "%s", apn != NULL ? apn + 1 : "");
}

static uint8_t client_reboot(void *user)
{
    const struct hlsim__session *session = user;

    return session->ops.reboot(session->ops.user);
}

static uint8_t client_uri(void *user, const char *uri)
{
    const struct hlsim__session *session = user;

    return session->ops.offered(session->ops.user, uri);
}

static uint8_t client_update(void *user)
{
    const struct hlsim__session *session = user;

    return session->ops.execute(session->ops.user);
}

static enum hlsim__lwm2m_firmware_state client_firmware_state(void *user)
{
    const struct hlsim__session *session = user;

    return session->ops.firmware_state(session->ops.user);
}

static int client_firmware_result(void *user)
{
    const struct hlsim__session *session = user;

    return session->ops.firmware_result(session->ops.user);
}

static bool client_wants_receipt(void *user)
{
    const struct hlsim__session *session = user;

    return session->ops.wants_receipt(session->ops.user);
}

static void client_result_received(void *user)
{
    const struct hlsim__session *session = user;

    session->ops.result_received(session->ops.user);
}

static bool client_owes_result(void *user)
{
    const struct hlsim__session *session = user;

    return session->ops.owes_result(session->ops.user);
}

static const struct hlsim__lwm2m_ops client_ops = {
    .status = client_status,
    .failed = client_failed,
    .load = client_load,
    .store = client_store,
    .erase = client_erase,
    .lifetime_written = client_lifetime,
    .connectivity = client_connectivity,
    .address = client_address,
    .reboot_requested = client_reboot,
    .uri_written = client_uri,
    .update_requested = client_update,
    .firmware_state = client_firmware_state,
    .firmware_result = client_firmware_result,
    .wants_receipt = client_wants_receipt,
    .result_received = client_result_received,
    .owes_result = client_owes_result,
};

/* --- Whose move it is ----------------------------------------------------------------------- */

bool hlsim__session_owes(const struct hlsim__session *session)
{
    enum hlsim__lwm2m_state state = hlsim__lwm2m_state(&session->client);

    return (state != HLSIM__LWM2M_IDLE && state != HLSIM__LWM2M_REGISTERED &&
            state != HLSIM__LWM2M_LOCKED) ||
           (hlsim__timer_armed(&session->start_timer) &&
            session->start_timer.at - session->modem->sched->now <=
                figures_of(session)->session_start);
}

/* --- Start ---------------------------------------------------------------------------------- */

static enum hlsim__lwm2m_failure_unit failure_unit(const char *text)
{
    if (strcmp(text, "flight") == 0) {
        return HLSIM__LWM2M_UNIT_FLIGHT;
    }
    return strcmp(text, "session") == 0 ? HLSIM__LWM2M_UNIT_SESSION : HLSIM__LWM2M_UNIT_HANDSHAKE;
}

/* The bootstrap account as it left the factory. */
static void factory_account(const struct hlsim__modem *modem,
                            struct hlsim__lwm2m_account *ret_account)
{
    const struct hlsim__figures *figures = &modem->ram.personality->figures;
    const char *uri = modem->config.bootstrap_uri;

    hlsim__modem_expand(modem, uri[0] != '\0' ? uri : figures->bootstrap_uri, ret_account->uri,
                        sizeof ret_account->uri);
    hlsim__modem_bootstrap_identity(modem, figures, ret_account->identity,
                                    sizeof ret_account->identity);
    memcpy(ret_account->key, modem->config.bootstrap_key, sizeof modem->config.bootstrap_key);
    ret_account->key_size = sizeof modem->config.bootstrap_key;
}

static void init_client(struct hlsim__session *session)
{
    struct hlsim__modem *modem = session->modem;
    const struct hlsim__figures *figures = figures_of(session);
    struct hlsim__lwm2m_config config = {
        .endpoint_name = session->endpoint_name,
        .maker = session->maker,
        .model = modem->config.family->model,
        .serial = modem->config.serial,
        .firmware = session->revision,
        .auth_failures_max = (unsigned)figures->auth_failures_max,
        .auth_failure_unit = failure_unit(figures->auth_failure_unit),
        .refused_register_max = (unsigned)figures->refused_register_max,
        .too_large_locks = modem->ram.personality->quirks[HLSIM_QUIRK_too_large_locks_client],
        .iface = &modem->iface,
        .stream = modem->stream,
        .source = modem->name,
        .timers = &modem->timers,
        .ack_timeout = figures->coap_ack_timeout,
        .max_retransmit = (unsigned)figures->coap_max_retransmit,
        .plain = {.ops = &hlsim__nosec_ops, .state = &session->plain},
        .secure = {.ops = &hlsim__dtls_ops, .state = &modem->dtls},
        .ops = &client_ops,
        .user = session,
    };

    hlsim__modem_expand(modem, figures->endpoint_name, session->endpoint_name,
                        sizeof session->endpoint_name);
    hlsim__modem_expand(modem, figures->cgmi, session->maker, sizeof session->maker);
    hlsim__modem_expand(modem, figures->lwm2m_firmware, session->revision,
                        sizeof session->revision);
    modem->dtls.timeout_min = figures->dtls_timeout_min;
    /* The first wait is one of them, too. */
    modem->dtls.timeout_max = figures->dtls_timeout_max > figures->dtls_timeout_min
                                  ? figures->dtls_timeout_max
                                  : figures->dtls_timeout_min;
    modem->dtls.resume_after = figures->nat_resume;
    factory_account(modem, &config.factory_bootstrap);
    hlsim__rng_init(&config.rng, modem->seed ^ (modem->starts - 1), modem->name);
    hlsim__lwm2m_init(&session->client, &config);
}

void hlsim__session_init(struct hlsim__session *session, struct hlsim__modem *modem,
                         const struct hlsim__session_ops *ops)
{
    hlsim__clear_sparse(session, sizeof *session);
    session->modem = modem;
    session->ops = *ops;
    hlsim__timer_init(&session->start_timer, &modem->timers, start, session);
    hlsim__timer_init(&session->retry_timer, &modem->timers, pause_over, session);
    hlsim__timer_init(&session->idle_timer, &modem->timers, idle, session);
    init_client(session);
}
