/*
 * The policy of an update: the gate before anything is begun, putting off, and taking up again what
 * was put off. It asks policy.c for the window and knows no indication.
 */
#include "fota.h"

#include "engine_state.h"
#include "policy.h"
#include "text.h"

bool hlhost__fota_is_open(const struct hlhost_engine *engine)
{
    return hlhost__policy_is_open(&engine->config.policy, &engine->facts, engine->now_ms);
}

void hlhost__fota_defer(struct hlhost_engine *engine)
{
    engine->goal.fota.reopen_ms =
        hlhost__policy_opens_at(&engine->config.policy, &engine->facts, engine->now_ms);
    hlhost__access_finish(engine, HLHOST_RESULT_DEFERRED, HLHOST_REASON_POLICY, -1);
}

bool hlhost__fota_minds(const struct hlhost_engine *engine, unsigned agreement)
{
    const struct hlhost_config *config = &engine->config;

    if (engine->report.result == HLHOST_RESULT_DEFERRED) {
        return true;
    }
    return engine->report.result == HLHOST_RESULT_UPDATED && config->version != NULL &&
           (config->agreements & agreement) != 0;
}

void hlhost__fota_resume(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    engine->report.result = HLHOST_RESULT_PENDING;
    engine->report.reason = HLHOST_REASON_NONE;
    engine->report.detail = -1;
    fota->attempts = 0;
    fota->silences = 0;
    fota->restarts = 0;
    fota->goal_by_ms = hlhost__time_add(engine->now_ms, HLHOST__GOAL_MS);
    hlhost__fota_probe(engine, 0);
}

void hlhost__fota_reopen(struct hlhost_engine *engine)
{
    if (engine->report.result == HLHOST_RESULT_DEFERRED &&
        engine->now_ms >= engine->goal.fota.reopen_ms) {
        hlhost__fota_resume(engine);
    }
}

void hlhost__reply_defer(struct hlhost_engine *engine, bool install)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    char command[24] = "";

    fota->put_off = true;
    hlhost__fota_phase(engine, fota->phase);
    hlhost__text_add(command, sizeof command, install ? "AT+WDSR=5," : "AT+WDSR=2,");
    hlhost__text_add_number(
        command, sizeof command,
        hlhost__policy_minutes(&engine->config.policy, &engine->facts, engine->now_ms));
    fota->deferring = true;
    fota->command = HLHOST__COMMAND_REPLY;
    hlhost__engine_send(engine, command, engine->config.answer_wait_ms);
}

bool hlhost__reply_ahead(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (!fota->put_off) {
        return false;
    }
    fota->put_off = false;
    hlhost__reply_blindly(
        engine, hlhost__local_is_goal(engine) ? HLHOST__ASKED_INSTALL : HLHOST__ASKED_DOWNLOAD,
        HLHOST__BLIND_PUT_OFF);
    hlhost__reply_send(engine);
    return true;
}

void hlhost__reply_deferred(struct hlhost_engine *engine, enum hlhost__final final, unsigned bit)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->asked &= ~bit;
    if (hlhost__fota_is_decided(engine)) {
        return;
    }
    if (fota->blind && bit == HLHOST__ASKED_DOWNLOAD && final != HLHOST__FINAL_OK) {
        fota->asked |= HLHOST__ASKED_INSTALL; /* nobody knows which of them is asked for */
        return;
    }
    fota->blind = false;
    hlhost__fota_defer(engine);
}
