/*
 * The steps of the setup that lead to the network: SIM and PIN, registration, the access point for
 * the session. What each answer means; the indications of a session are not known here.
 */
#include "fota.h"

#include "engine_state.h"
#include "text.h"

#include <string.h>

#define SIM_WAIT_MS         30000 /* a SIM that is busy after power-on becomes ready in this time */
#define CME_NOT_ALLOWED     3     /* to AT+CPIN: no PIN is wanted (any more) */
#define CME_SIM_BUSY        14
#define CME_BAD_APN         133 /* AN5.0, "+CME ERROR" of AT+WDSS */
#define CME_CONTEXT_REFUSED 148

static void fail(struct hlhost_engine *engine, enum hlhost_reason reason, int code)
{
    hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, reason, code);
}

static void keep(struct hlhost__fota *fota, enum hlhost_result result, enum hlhost_reason reason,
                 int detail)
{
    fota->kept_result = result;
    fota->kept_reason = reason;
    fota->kept_detail = detail;
}

void hlhost__access_finish(struct hlhost_engine *engine, enum hlhost_result result,
                           enum hlhost_reason reason, int detail)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (engine->config.pin == NULL || fota->sim_ready) {
        hlhost__fota_finish(engine, result, reason, detail);
        return;
    }
    keep(fota, result, reason, detail);
    hlhost__setup_go_to(engine, HLHOST__COMMAND_SIM);
}

void hlhost__access_again(struct hlhost_engine *engine)
{
    enum hlhost_result result = engine->report.result;
    enum hlhost_reason reason = engine->report.reason;
    int detail = engine->report.detail;

    hlhost__fota_resume(engine);
    keep(&engine->goal.fota, result, reason, detail);
}

static void keep_tries(struct hlhost_engine *engine, uint8_t tries)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->pin_tries = tries;
    hlhost__fota_phase(engine, fota->phase);
}

static void on_sim_ready(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->sim_ready = true;
    if (fota->pin_tries != 0 && fota->pin_tries != HLHOST__PIN_REFUSED) {
        keep_tries(engine, 0);
    }
    if (fota->kept_result != HLHOST_RESULT_PENDING) {
        hlhost__fota_finish(engine, fota->kept_result, fota->kept_reason, fota->kept_detail);
    } else if (!hlhost__fota_is_decided(engine)) {
        hlhost__setup_advance(engine);
    }
}

/* The try is on record before it is made. */
static void enter_pin(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->pin_tries >= HLHOST__PIN_TRIES) {
        fail(engine, HLHOST_REASON_PIN_REFUSED, -1);
        return;
    }
    keep_tries(engine, (uint8_t)(fota->pin_tries + 1));
    if (!hlhost__fota_is_decided(engine)) {
        hlhost__setup_go_to(engine, HLHOST__COMMAND_PIN);
    }
}

/* An update that has begun waits for its SIM and its network as long as it may last. */
static int64_t patience_ms(const struct hlhost_engine *engine, int64_t wait_ms)
{
    const struct hlhost__fota *fota = &engine->goal.fota;

    return fota->phase != HLHOST__PHASE_IDLE && fota->kept_result == HLHOST_RESULT_PENDING
               ? HLHOST__GOAL_MS
               : wait_ms;
}

static void on_sim(struct hlhost_engine *engine, bool ok, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    enum hlhost__sim sim = ok ? fota->sim : HLHOST__SIM_SILENT;

    if (sim == HLHOST__SIM_READY) {
        on_sim_ready(engine);
    } else if (sim == HLHOST__SIM_PUK) {
        fail(engine, HLHOST_REASON_PUK_WANTED, -1);
    } else if (sim == HLHOST__SIM_PIN && engine->config.pin != NULL && !fota->pin_entered) {
        enter_pin(engine);
    } else if (!hlhost__setup_poll(engine, HLHOST__COMMAND_SIM,
                                   sim == HLHOST__SIM_PIN ? SIM_WAIT_MS
                                                          : patience_ms(engine, SIM_WAIT_MS))) {
        fail(engine,
             sim == HLHOST__SIM_PIN ? HLHOST_REASON_PIN_WANTED : HLHOST_REASON_SIM_NOT_READY, code);
    }
}

static void on_pin(struct hlhost_engine *engine, bool ok, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (ok || code == CME_NOT_ALLOWED || code == CME_SIM_BUSY) {
        fota->pin_entered = ok;
        hlhost__setup_go_to(engine, HLHOST__COMMAND_SIM);
        return;
    }
    keep_tries(engine, HLHOST__PIN_REFUSED);
    if (!hlhost__fota_is_decided(engine)) {
        fail(engine, HLHOST_REASON_PIN_REFUSED, code);
    }
}

static bool is_registered(const struct hlhost__fota *fota)
{
    return fota->registration == 1 || fota->registration == 5;
}

static void on_registration(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (is_registered(fota)) {
        hlhost__setup_go_to(engine, HLHOST__COMMAND_REBOOT);
    } else if (fota->step == HLHOST__COMMAND_EPS) {
        fota->step = HLHOST__COMMAND_GSM; /* on 2G +CEREG says 0 for ever */
    } else if (!hlhost__setup_poll(engine, HLHOST__COMMAND_EPS,
                                   patience_ms(engine, engine->config.register_wait_ms))) {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_NOT_REGISTERED, -1);
    }
}

void hlhost__access_final(struct hlhost_engine *engine, enum hlhost__command command, bool ok,
                          int code)
{
    switch (command) {
    case HLHOST__COMMAND_SIM:
        on_sim(engine, ok, code);
        break;
    case HLHOST__COMMAND_PIN:
        on_pin(engine, ok, code);
        break;
    case HLHOST__COMMAND_EPS:
    case HLHOST__COMMAND_GSM:
        on_registration(engine);
        break;
    case HLHOST__COMMAND_CID:
        engine->goal.fota.context_first = false;
        hlhost__setup_advance(engine);
        break;
    default: /* CONTEXT: should it be refused, the session is refused again, with a better code */
        hlhost__setup_advance(engine);
        break;
    }
}

void hlhost__access_refused(struct hlhost_engine *engine, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    const struct hlhost_config *config = &engine->config;
    enum hlhost_reason reason = HLHOST_REASON_COMMAND_REFUSED;

    if (code == HLHOST__CME_GENERAL && config->goal == HLHOST_GOAL_UPDATE) {
        reason = HLHOST_REASON_NO_ACCESS_POINT;
    } else if (code == CME_BAD_APN || code == CME_CONTEXT_REFUSED) {
        reason = HLHOST_REASON_CONTEXT_REFUSED;
    }
    if ((code == HLHOST__CME_GENERAL || code == CME_BAD_APN) && !fota->context_set) {
        fota->context_set = true;
        fota->context_first = true;
    }
    hlhost__fota_attempt_failed(engine, reason, code);
}

/* The answer has `<n>,<stat>`; the indication begins with `<stat>`, and a text follows. */
static void take_registration(struct hlhost__fota *fota, const char *cursor)
{
    int first;
    int second;

    if (!hlhost__text_number(&cursor, &first)) {
        return;
    }
    fota->registration = first;
    if (hlhost__text_comma(&cursor) && hlhost__text_number(&cursor, &second)) {
        fota->registration = second;
    }
}

void hlhost__access_line(struct hlhost_engine *engine, const char *line)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (hlhost__text_starts(line, "+CEREG:") || hlhost__text_starts(line, "+CREG:")) {
        take_registration(fota, strchr(line, ':') + 1);
    } else if (fota->command != HLHOST__COMMAND_SIM) {
        return;
    } else if (hlhost__text_starts(line, "+CPIN: READY")) {
        fota->sim = HLHOST__SIM_READY;
    } else if (hlhost__text_same(line, "+CPIN: SIM PIN")) {
        fota->sim = HLHOST__SIM_PIN;
    } else if (hlhost__text_same(line, "+CPIN: SIM PUK")) {
        fota->sim = HLHOST__SIM_PUK;
    }
}
