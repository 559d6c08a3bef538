/*
 * The stages of an update and what the modem's indications do to them. It knows nothing about the
 * commands of the setup, about lines that are being received or about where the record is kept.
 *
 * Sources: "AN5.0" and "AN1.1" are the vendor's FOTA guidelines; figures without a source are ours.
 */
#include "fota.h"

#include "engine_state.h"
#include <string.h>

#define INSTALL_PROBE_MS                                                                           \
    10000 /* between two probes while the modem installs: 15 and 16 get lost                       \
           */
#define SETTLE_MS       2000
#define PAUSE_FIRST_MS  15000 /* doubled with every attempt ... */
#define PAUSE_DOUBLINGS 4     /* ... up to four minutes */
#define SILENCES_MAX    10
#define STALLS_RESTART  3 /* attempts without a sign of life, then the modem is restarted */

/* Tells one PIN from another; it protects nothing, the host has the PIN itself. */
static uint32_t pin_mark(const char *pin)
{
    return pin == NULL ? 0 : hlhost__crc32((const uint8_t *)pin, strlen(pin));
}

bool hlhost__fota_is_decided(const struct hlhost_engine *engine)
{
    return engine->report.result != HLHOST_RESULT_PENDING;
}

void hlhost__fota_finish(struct hlhost_engine *engine, enum hlhost_result result,
                         enum hlhost_reason reason, int detail)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->kept_result != HLHOST_RESULT_PENDING) {
        result = fota->kept_result; /* only the SIM was to be unlocked */
        reason = fota->kept_reason;
        detail = fota->kept_detail;
        fota->kept_result = HLHOST_RESULT_PENDING;
    }
    hlhost__engine_finish(engine, result, reason, detail);
    fota->stage = HLHOST__STAGE_DECIDED;
    fota->command = HLHOST__COMMAND_NONE;
    fota->unsure = false;
    fota->asked &= HLHOST__ASKED_CONNECT;
    if (!fota->installing) {
        hlhost__fota_phase(engine, HLHOST__PHASE_IDLE);
    }
}

void hlhost__fota_phase(struct hlhost_engine *engine, enum hlhost__phase phase)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    struct hlhost__record record = {
        .phase = phase, .pin_tries = fota->pin_tries, .put_off = fota->put_off};

    fota->phase = phase;
    if (fota->pin_tries != 0) {
        record.pin_mark = pin_mark(engine->config.pin);
    }
    if (phase != HLHOST__PHASE_IDLE) {
        memcpy(record.before, engine->report.before, sizeof record.before);
    }
    if (!hlhost__engine_record(engine, &record) && !hlhost__fota_is_decided(engine)) {
        hlhost__fota_not_durable(engine);
    }
}

void hlhost__fota_wait(struct hlhost_engine *engine, enum hlhost__stage stage, int64_t wait_ms,
                       unsigned stretch)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->stage = stage;
    fota->by_ms = hlhost__time_add(engine->now_ms, wait_ms);
    fota->limit_ms = fota->by_ms;
    for (; stretch > 1; stretch--) {
        fota->limit_ms = hlhost__time_add(fota->limit_ms, wait_ms);
    }
}

void hlhost__fota_probe(struct hlhost_engine *engine, int64_t delay_ms)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    const struct hlhost_config *config = &engine->config;
    bool installs = fota->installing && fota->outcome == HLHOST__OUTCOME_UNKNOWN;
    int64_t patience_ms = fota->phase == HLHOST__PHASE_IDLE && !fota->unsure
                              ? config->boot_wait_ms
                              : config->install_wait_ms;

    fota->stage = HLHOST__STAGE_PROBE;
    fota->command = HLHOST__COMMAND_NONE;
    fota->probe_from_ms = engine->now_ms;
    fota->probe_every_ms = installs && delay_ms > 0 ? INSTALL_PROBE_MS : HLHOST__PROBE_MS;
    fota->next_ms = hlhost__time_add(engine->now_ms, delay_ms);
    fota->probe_refused = false;
    fota->version_seen = false;
    fota->sim_ready = false;
    fota->pin_entered = false;
    fota->xmodem.state = HLHOST__SENDING_NOTHING;
    fota->early = HLHOST__STAGE_SETUP;
    if (fota->outcome != HLHOST__OUTCOME_UNKNOWN) {
        patience_ms = config->boot_wait_ms;
    }
    fota->by_ms = hlhost__time_add(engine->now_ms, patience_ms);
    if (installs) {
        fota->by_ms = hlhost__time_max(fota->install_by_ms,
                                       hlhost__time_add(engine->now_ms, config->boot_wait_ms));
    }
}

void hlhost__fota_silent(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->silences++;
    if (fota->silences > SILENCES_MAX) {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_NO_ANSWER, -1);
        return;
    }
    fota->late = true;
    hlhost__fota_probe(engine, 0);
}

bool hlhost__fota_may_again(struct hlhost_engine *engine, enum hlhost_reason reason, int detail)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->unsure = false;
    if (fota->cause != 0 && reason == HLHOST_REASON_DOWNLOAD_STALLED) {
        reason = HLHOST_REASON_DOWNLOAD_FAILED; /* the modem has given up, and said why before */
        detail = fota->cause;
    }
    fota->attempts++;
    if (fota->attempts < engine->config.attempts) {
        if ((reason == HLHOST_REASON_DOWNLOAD_STALLED || reason == HLHOST_REASON_NO_SESSION) &&
            fota->attempts == STALLS_RESTART) {
            /* +WDSI: 11,3 may have been said to nobody, or the client of the modem is locked up. */
            fota->reboot_first = true;
        }
        return true;
    }
    hlhost__fota_finish(
        engine, reason == HLHOST_REASON_NOTHING_OFFERED ? HLHOST_RESULT_NONE : HLHOST_RESULT_FAILED,
        reason, detail);
    return false;
}

void hlhost__fota_attempt_failed(struct hlhost_engine *engine, enum hlhost_reason reason,
                                 int detail)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    unsigned doublings;

    if (!hlhost__fota_may_again(engine, reason, detail)) {
        return;
    }
    doublings = fota->attempts - 1;
    if (doublings > PAUSE_DOUBLINGS) {
        doublings = PAUSE_DOUBLINGS;
    }
    hlhost__fota_wait(engine, HLHOST__STAGE_PAUSE, PAUSE_FIRST_MS << doublings, 1);
}

void hlhost__fota_install_over(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->installing = false;
    fota->leaving = false;
    fota->outage_running = false;
}

void hlhost__fota_install_begins(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->installing = true;
    fota->asked &= ~HLHOST__ASKED_INSTALL;
    fota->outcome = HLHOST__OUTCOME_UNKNOWN;
    fota->confirmed = false;
    fota->outage_running = true;
    fota->outage_from_ms = engine->now_ms;
    fota->install_by_ms = hlhost__time_add(engine->now_ms, engine->config.install_wait_ms);
    hlhost__fota_probe(engine, INSTALL_PROBE_MS);
}

void hlhost__fota_download_lives(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->stage == HLHOST__STAGE_SETUP) {
        fota->early = HLHOST__STAGE_DOWNLOAD;
    } else if (fota->stage == HLHOST__STAGE_PAUSE || fota->stage == HLHOST__STAGE_SESSION ||
               fota->stage == HLHOST__STAGE_OFFER || fota->stage == HLHOST__STAGE_DOWNLOAD) {
        hlhost__fota_wait(engine, HLHOST__STAGE_DOWNLOAD, engine->config.stall_wait_ms, 1);
    }
}

/* An install that asks nobody may have begun before any record was stored. */
static bool installs_unasked(const struct hlhost_engine *engine)
{
    return (engine->config.agreements & HLHOST_AGREE_INSTALL) == 0 &&
           !hlhost__local_is_goal(engine);
}

void hlhost__fota_start(struct hlhost_engine *engine, const struct hlhost__record *record)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    memset(fota, 0, sizeof *fota);
    fota->phase = record->phase;
    memcpy(engine->report.before, record->before, sizeof record->before);
    fota->goal_by_ms = hlhost__time_add(engine->now_ms, HLHOST__GOAL_MS);
    fota->progress = -1;
    fota->held = -1;
    fota->registration = -1;
    fota->stored = record->phase != HLHOST__PHASE_IDLE;
    fota->unsure = fota->stored || installs_unasked(engine);
    fota->put_off = record->put_off;
    fota->abort_first = record->phase == HLHOST__PHASE_DOWNLOAD && hlhost__local_is_goal(engine);
    if (engine->config.pin != NULL && record->pin_mark == pin_mark(engine->config.pin)) {
        fota->pin_tries = record->pin_tries;
    }
    if (record->phase == HLHOST__PHASE_INSTALL) {
        fota->installing = true;
        fota->from_record = true;
        fota->install_by_ms = hlhost__time_add(engine->now_ms, engine->config.install_wait_ms);
        fota->outage_running = true;
        fota->outage_from_ms = engine->now_ms;
    }
    hlhost__fota_probe(engine, 0);
}

/* The modem answers a probe. */
static void on_usable(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->abort_first = false;
    if (fota->outage_running) {
        engine->report.outage_ms = engine->now_ms - fota->outage_from_ms;
        fota->outage_running = false;
    }
    if (fota->late) {
        hlhost__fota_wait(engine, HLHOST__STAGE_SETTLE, SETTLE_MS, 1);
    } else {
        hlhost__setup_begin(engine);
    }
}

void hlhost__fota_final(struct hlhost_engine *engine, enum hlhost__final final, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    enum hlhost__command command = fota->command;

    fota->command = HLHOST__COMMAND_NONE;
    if (fota->stage == HLHOST__STAGE_SETTLE) {
        return;
    }
    if (command == HLHOST__COMMAND_REPLY) {
        hlhost__reply_final(engine, final, code);
    } else if (command == HLHOST__COMMAND_PROBE && fota->stage == HLHOST__STAGE_PROBE) {
        if (final == HLHOST__FINAL_OK) {
            on_usable(engine);
        } else if (final == HLHOST__FINAL_TIMEOUT) {
            fota->late = true;
        } else {
            fota->probe_refused = true;
        }
    } else if (fota->stage == HLHOST__STAGE_SETUP && command == fota->step) {
        if (final == HLHOST__FINAL_TIMEOUT) {
            hlhost__fota_silent(engine);
        } else {
            hlhost__setup_final(engine, command, final, code);
        }
    } else if (final == HLHOST__FINAL_TIMEOUT) {
        fota->late = true;
    }
}

void hlhost__fota_link(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (hlhost__fota_is_decided(engine)) {
        return;
    }
    if (!engine->link_up) {
        fota->held = -1;
        hlhost__client_end(&engine->client);
    }
    fota->late = true;
    hlhost__fota_probe(engine, 0);
}

/* No answer to the probes for as long as one may wait. */
static void probe_over(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    enum hlhost_reason reason = HLHOST_REASON_NO_ANSWER;

    if (fota->outcome == HLHOST__OUTCOME_BAD) {
        hlhost__fota_install_over(engine);
        reason = HLHOST_REASON_INSTALL_FAILED;
    } else if (!engine->link_up || engine->client.tx_blocked) {
        reason = HLHOST_REASON_LINK_DOWN;
    } else if (fota->probe_refused) {
        reason = HLHOST_REASON_COMMAND_REFUSED;
    } else if (fota->installing && fota->outcome == HLHOST__OUTCOME_UNKNOWN) {
        reason = HLHOST_REASON_INSTALL_SILENT;
    }
    hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, reason, -1);
}

static void run_probe(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (engine->now_ms >= fota->by_ms) {
        probe_over(engine);
        return;
    }
    if (engine->now_ms < fota->next_ms) {
        return;
    }
    if (fota->phase != HLHOST__PHASE_IDLE && !fota->installing && engine->link_up &&
        engine->now_ms - fota->probe_from_ms >= engine->config.boot_wait_ms) {
        /* Longer than a boot and a package was there: it installs, and +WDSI: 14 was lost. */
        fota->installing = true;
        fota->install_by_ms = fota->by_ms;
        fota->outage_running = true;
        fota->outage_from_ms = fota->probe_from_ms;
        fota->probe_every_ms = INSTALL_PROBE_MS;
    }
    fota->next_ms = hlhost__time_add(engine->now_ms, fota->probe_every_ms);
    if (engine->link_up) {
        fota->command = HLHOST__COMMAND_PROBE;
        hlhost__engine_send(engine, hlhost__local_probe(engine), HLHOST__PROBE_MS);
    }
}

/* The stage's time is over. */
static void stage_over(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    switch (fota->stage) {
    case HLHOST__STAGE_SETTLE:
        fota->late = false;
        hlhost__setup_begin(engine);
        break;
    case HLHOST__STAGE_PAUSE:
        hlhost__setup_reopen(engine);
        break;
    case HLHOST__STAGE_SESSION:
        fota->stop_first = true;
        hlhost__fota_attempt_failed(
            engine, fota->auth_failed ? HLHOST_REASON_NOT_AUTHENTICATED : HLHOST_REASON_NO_SESSION,
            -1);
        break;
    case HLHOST__STAGE_OFFER:
        /* Nothing, or the server's request died on its way: a session of its own asks anew. */
        fota->stop_first = fota->phase == HLHOST__PHASE_IDLE || fota->attempts > 0;
        hlhost__fota_attempt_failed(engine,
                                    fota->phase == HLHOST__PHASE_IDLE
                                        ? HLHOST_REASON_NOTHING_OFFERED
                                        : HLHOST_REASON_DOWNLOAD_STALLED,
                                    -1);
        break;
    case HLHOST__STAGE_DOWNLOAD:
        if (hlhost__local_is_goal(engine)) {
            hlhost__local_not_asked(engine);
            break;
        }
        /* Not closed at first: AT+WDSS=1,1 is refused when a request was missed. */
        fota->stop_first = fota->attempts > 0;
        hlhost__fota_attempt_failed(engine, HLHOST_REASON_DOWNLOAD_STALLED, -1);
        break;
    case HLHOST__STAGE_VERIFY:
        hlhost__verdict_over(engine);
        break;
    case HLHOST__STAGE_PROBE:
    case HLHOST__STAGE_SETUP:
    case HLHOST__STAGE_DECIDED:
        break;
    }
}

/* A day has passed. */
static void goal_over(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    enum hlhost_reason reason = HLHOST_REASON_NO_SESSION;

    if (fota->installing) {
        reason = HLHOST_REASON_INSTALL_SILENT;
    } else if (fota->phase != HLHOST__PHASE_IDLE) {
        reason = HLHOST_REASON_DOWNLOAD_STALLED;
    }
    hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, reason, -1);
}

static bool is_stage_timed(const struct hlhost__fota *fota)
{
    return fota->stage != HLHOST__STAGE_SETUP && fota->stage != HLHOST__STAGE_DECIDED;
}

void hlhost__fota_run(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (!hlhost__fota_is_decided(engine) && engine->now_ms >= fota->goal_by_ms) {
        goal_over(engine);
    }
    hlhost__local_run(engine);
    if (engine->client.owner != HLHOST__OWNER_NONE) {
        return; /* every command has its own end */
    }
    if (fota->stage == HLHOST__STAGE_PROBE) {
        run_probe(engine);
        return;
    }
    if (hlhost__reply_is_due(engine)) {
        hlhost__reply_send(engine);
        return;
    }
    if (fota->stage == HLHOST__STAGE_DECIDED) {
        hlhost__fota_reopen(engine);
    }
    if (is_stage_timed(fota) && engine->now_ms >= fota->by_ms) {
        stage_over(engine);
    }
    if (fota->stage == HLHOST__STAGE_SETUP) {
        hlhost__setup_run(engine);
    }
}

int64_t hlhost__fota_deadline(const struct hlhost_engine *engine)
{
    const struct hlhost__fota *fota = &engine->goal.fota;
    int64_t at = fota->goal_by_ms;

    if (hlhost__fota_is_decided(engine)) {
        return engine->report.result == HLHOST_RESULT_DEFERRED ? fota->reopen_ms : INT64_MAX;
    }
    if (hlhost__local_is_sending(engine)) {
        return hlhost__time_min(at, hlhost__local_deadline(engine));
    }
    if (engine->client.owner != HLHOST__OWNER_NONE) {
        return at;
    }
    if (is_stage_timed(fota)) {
        at = hlhost__time_min(at, fota->by_ms);
    }
    if (fota->stage == HLHOST__STAGE_PROBE || fota->stage == HLHOST__STAGE_SETUP) {
        at = hlhost__time_min(at, fota->next_ms);
    }
    if (fota->asked != 0 && engine->now_ms < fota->reply_at_ms) {
        at = hlhost__time_min(at, fota->reply_at_ms);
    }
    return at;
}

bool hlhost__fota_power_off_allowed(const struct hlhost_engine *engine)
{
    const struct hlhost__fota *fota = &engine->goal.fota;
    bool silent = fota->stage == HLHOST__STAGE_PROBE && fota->phase != HLHOST__PHASE_IDLE;

    return !fota->installing && !fota->unsure && !silent;
}
