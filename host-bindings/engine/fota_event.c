/*
 * What the modem's indications do to an update: +WDSI, +KSUP. It sends nothing and knows no command
 * but the one whose answer looks like an indication (AT+WDSI?).
 */
#include "fota.h"

#include "engine_state.h"
#include "text.h"

#include <string.h>

#define RESTARTS_MAX    20
#define CAUSE_RAM       3 /* +WDSI: 11,3: only a restart frees the memory */
#define CAUSE_RESUMABLE 4
#define EVENT_MAX       26 /* the highest +WDSI of any sibling; a larger number is a mask */
#define HELD_NONE       (-1)
#define HELD_ANSWERED   (-2) /* the mask was told already: what follows is an indication */

static void on_install_starts(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (hlhost__fota_is_decided(engine)) {
        fota->installing = true;
        return;
    }
    if (fota->leaving) {
        return; /* said twice */
    }
    hlhost__fota_phase(engine, HLHOST__PHASE_INSTALL);
    if (!hlhost__fota_is_decided(engine)) {
        hlhost__fota_install_begins(engine);
        fota->leaving = true;
    }
}

/* The goal has failed, and an install lives that was reported as silent or has begun since; or a
 * modem speaks that never answered. */
static bool is_given_up(const struct hlhost_engine *engine)
{
    return engine->report.result == HLHOST_RESULT_FAILED &&
           (engine->goal.fota.installing ||
            (engine->report.reason == HLHOST_REASON_NO_ANSWER && engine->report.before[0] == '\0'));
}

static void on_install_ends(struct hlhost_engine *engine, enum hlhost__outcome outcome)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (hlhost__fota_is_decided(engine) && !is_given_up(engine)) {
        hlhost__fota_install_over(engine);
        return;
    }
    fota->outcome = outcome;
    if (is_given_up(engine)) {
        hlhost__fota_resume(engine);
    } else if (fota->stage == HLHOST__STAGE_PROBE) {
        fota->probe_every_ms = HLHOST__PROBE_MS;
        fota->next_ms = engine->now_ms;
        fota->by_ms = hlhost__time_add(engine->now_ms, engine->config.boot_wait_ms);
    } else if (fota->stage != HLHOST__STAGE_SETTLE &&
               (fota->stage != HLHOST__STAGE_SETUP || fota->step > HLHOST__COMMAND_VERSION)) {
        hlhost__fota_probe(engine, 0);
    }
}

static void on_restart(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (is_given_up(engine)) {
        fota->leaving = false;
        hlhost__fota_resume(engine);
    } else if (hlhost__fota_is_decided(engine) && engine->config.pin != NULL &&
               engine->report.result != HLHOST_RESULT_DEFERRED) {
        hlhost__access_again(engine); /* the module may owe its report, and wants the PIN anew */
    }
    if (hlhost__fota_is_decided(engine)) {
        return;
    }
    fota->restarts++;
    if (fota->restarts > RESTARTS_MAX) {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_MODEM_RESTARTS, -1);
        return;
    }
    if (engine->client.owner != HLHOST__OWNER_NONE) {
        fota->late = true; /* should the line have been a stray one, the answer still comes */
        fota->held = HELD_NONE;
        hlhost__client_end(&engine->client);
    }
    fota->leaving = false; /* an install that goes on says +WDSI: 14 once more */
    fota->blind = false;
    fota->reboot_first = false;
    fota->stop_first = false; /* what is open now is new */
    fota->outage_running = fota->installing;
    hlhost__fota_probe(engine, 0);
}

/* A sign of life of the session: the wait for it begins anew, within its limit. */
static void session_lives(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    int64_t wait_ms;

    if (fota->stage == HLHOST__STAGE_SESSION) {
        wait_ms = engine->config.session_wait_ms;
    } else if (fota->stage == HLHOST__STAGE_OFFER) {
        wait_ms = engine->config.offer_wait_ms;
    } else {
        return;
    }
    fota->by_ms = hlhost__time_min(
        fota->limit_ms, hlhost__time_max(fota->by_ms, hlhost__time_add(engine->now_ms, wait_ms)));
}

/* 23: the session with the bootstrap server (0) or the DM server (1) is open. */
static void on_session(struct hlhost_engine *engine, int value)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (value != 1) {
        session_lives(engine);
    } else if (fota->stage == HLHOST__STAGE_SESSION || fota->stage == HLHOST__STAGE_PAUSE) {
        hlhost__fota_wait(engine, HLHOST__STAGE_OFFER, engine->config.offer_wait_ms,
                          HLHOST__SESSION_STRETCH);
    } else if (fota->stage == HLHOST__STAGE_SETUP && fota->early == HLHOST__STAGE_SETUP) {
        fota->early = HLHOST__STAGE_OFFER;
    } else {
        session_lives(engine);
    }
}

/* 7 (denied) and 8 (closed): the session asked for will not do any more. */
static void on_session_over(struct hlhost_engine *engine, bool denied)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    switch (fota->stage) {
    case HLHOST__STAGE_SETUP:
        fota->early = HLHOST__STAGE_SETUP;
        if (fota->step == HLHOST__COMMAND_OPEN && fota->command == HLHOST__COMMAND_NONE) {
            fota->next_ms = engine->now_ms; /* our own AT+WDSS=1,0 is done */
        }
        break;
    case HLHOST__STAGE_SESSION:
        hlhost__fota_attempt_failed(
            engine, denied ? HLHOST_REASON_SESSION_DENIED : HLHOST_REASON_NO_SESSION, -1);
        break;
    case HLHOST__STAGE_OFFER:
        hlhost__fota_attempt_failed(
            engine, denied ? HLHOST_REASON_SESSION_DENIED : HLHOST_REASON_NOTHING_OFFERED, -1);
        break;
    case HLHOST__STAGE_DOWNLOAD:
        if (fota->asked == 0 && fota->command == HLHOST__COMMAND_NONE) {
            hlhost__fota_attempt_failed(
                engine, denied ? HLHOST_REASON_SESSION_DENIED : HLHOST_REASON_DOWNLOAD_STALLED, -1);
        }
        break;
    case HLHOST__STAGE_PROBE:
    case HLHOST__STAGE_SETTLE:
    case HLHOST__STAGE_PAUSE:
    case HLHOST__STAGE_VERIFY:
    case HLHOST__STAGE_DECIDED:
        break;
    }
}

static void on_package(struct hlhost_engine *engine, int event, int value)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->phase == HLHOST__PHASE_IDLE) {
        hlhost__fota_phase(engine, HLHOST__PHASE_DOWNLOAD);
    }
    if (hlhost__fota_is_decided(engine)) {
        return;
    }
    if (event == 18 && value > fota->progress && value <= 100) {
        fota->progress = value;
        fota->attempts = 0;
        fota->cause = 0;
    }
    hlhost__fota_download_lives(engine);
}

static void on_asked(struct hlhost_engine *engine, unsigned bit)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (hlhost__fota_is_decided(engine) && bit != HLHOST__ASKED_CONNECT) {
        if (!hlhost__fota_minds(engine, bit >> 1)) {
            return;
        }
        if (engine->report.result == HLHOST_RESULT_DEFERRED && hlhost__fota_is_open(engine)) {
            hlhost__fota_resume(engine);
        }
    }
    fota->asked |= bit;
    fota->blind = false;
    fota->reply_tries = 0;
    fota->reply_at_ms = engine->now_ms;
    if (bit == HLHOST__ASKED_CONNECT) {
        session_lives(engine);
    } else if (!hlhost__fota_is_decided(engine)) {
        hlhost__fota_download_lives(engine);
    }
}

/* What can be resumed is, as often as other attempts are made. */
static void resume_download(struct hlhost_engine *engine, int cause, bool was_installing)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->cause = (uint8_t)cause;
    fota->reboot_first = cause == CAUSE_RAM;
    fota->stop_first = cause == CAUSE_RESUMABLE;
    if (fota->stage > HLHOST__STAGE_PAUSE && !was_installing) {
        hlhost__fota_attempt_failed(engine, HLHOST_REASON_DOWNLOAD_FAILED, cause);
    } else if (hlhost__fota_may_again(engine, HLHOST_REASON_DOWNLOAD_FAILED, cause)) {
        if (was_installing) {
            hlhost__fota_probe(engine, 0); /* the version has to be read again */
        } else if (fota->stage == HLHOST__STAGE_SETUP && fota->step > HLHOST__COMMAND_REBOOT) {
            hlhost__setup_reopen(engine); /* too late on the way to the restart or the session */
        }
    }
}

/* 11 (the cause says whether the download can be resumed) and 13: no install can have begun, even
 * when it was agreed to already. */
static void on_package_problem(struct hlhost_engine *engine, enum hlhost_reason reason, int cause)
{
    bool was_installing = engine->goal.fota.installing;

    if (engine->goal.fota.leaving) {
        return;
    }
    hlhost__fota_install_over(engine);
    if (cause == CAUSE_RAM || cause == CAUSE_RESUMABLE) {
        resume_download(engine, cause, was_installing);
    } else {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, reason, cause);
    }
}

static void on_progress(struct hlhost_engine *engine, int event, int value)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (hlhost__local_is_goal(engine) && event != 10 && event != 11 && event != 12 && event != 13) {
        return; /* a session that somebody else opened */
    }
    switch (event) {
    case 4:
        session_lives(engine);
        break;
    case 5:
    case 6:
        fota->auth_failed = event == 5;
        session_lives(engine);
        break;
    case 7:
    case 8:
        on_session_over(engine, event == 7);
        break;
    case 9:
    case 10:
    case 12:
    case 18:
        on_package(engine, event, value);
        break;
    case 11:
        on_package_problem(engine, HLHOST_REASON_DOWNLOAD_FAILED, value);
        break;
    case 13:
        on_package_problem(engine, HLHOST_REASON_NOT_CERTIFIED, -1);
        break;
    case 23:
        on_session(engine, value);
        break;
    default:
        break; /* 0 and what later firmware may add */
    }
}

/* `+WDSI: <event>[,<value>]`; `value` is -1 when there is none. */
static void on_event(struct hlhost_engine *engine, int event, int value)
{
    if (event != 8 && event != 14) {
        engine->goal.fota.unsure = false; /* a module that leaves for an install says no more */
    }
    switch (event) {
    case 1:
    case 2:
    case 3:
        on_asked(engine, 1u << event);
        break;
    case 14:
        on_install_starts(engine);
        break;
    case 15:
        on_install_ends(engine, HLHOST__OUTCOME_BAD);
        break;
    case 16:
        on_install_ends(engine, HLHOST__OUTCOME_GOOD);
        break;
    default:
        if (!hlhost__fota_is_decided(engine)) {
            on_progress(engine, event, value);
        }
        break;
    }
}

/*
 * While AT+WDSI? is under way `+WDSI: 3` can be the mask or an indication. A number above all
 * events is the mask at once; of the others the last one is, which only the final result can tell.
 */
static bool is_held(struct hlhost_engine *engine, int value)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    int before = fota->held;

    if (engine->client.owner == HLHOST__OWNER_NONE || before == HELD_ANSWERED ||
        !hlhost__text_same(engine->client.command, "AT+WDSI?\r")) {
        return false;
    }
    fota->held = value;
    if (value > EVENT_MAX) {
        fota->held = HELD_ANSWERED;
        fota->answered = true;
        fota->mask = (unsigned)value;
    }
    if (before != HELD_NONE) {
        on_event(engine, before, -1);
    }
    return true;
}

void hlhost__fota_settle(struct hlhost_engine *engine, enum hlhost__final final)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    int held = fota->held;

    fota->held = HELD_NONE;
    if (held == HELD_NONE || held == HELD_ANSWERED) {
        return;
    }
    if (final == HLHOST__FINAL_OK) {
        fota->answered = true;
        fota->mask = (unsigned)held;
    } else if (final == HLHOST__FINAL_ERROR) {
        on_event(engine, held, -1);
    }
}

void hlhost__fota_line(struct hlhost_engine *engine, const char *line)
{
    const char *cursor = line + strlen("+WDSI:");
    int event;
    int value = -1;

    if (hlhost__text_starts(line, "+KSUP:")) {
        on_restart(engine);
        return;
    }
    if (!hlhost__text_starts(line, "+WDSI:")) {
        hlhost__setup_line(engine, line);
        return;
    }
    if (!hlhost__text_number(&cursor, &event)) {
        return;
    }
    if (hlhost__text_comma(&cursor)) {
        (void)hlhost__text_number(&cursor, &value); /* without a number it stays -1 */
    } else if (*cursor == '\0' && is_held(engine, event)) {
        return;
    }
    on_event(engine, event, value);
}
