/*
 * The goal "script". A step ends when its line was seen and its command has ended; the first step
 * that does not decides the goal.
 */
#include "script.h"

#include "engine_state.h"
#include "pattern.h"

#include <string.h>

#define SEND_TIMEOUT_MS 10000
#define WAIT_TIMEOUT_MS 60000

static const struct hlhost_step *current(const struct hlhost_engine *engine)
{
    return &engine->config.script[engine->goal.script.step];
}

static bool sends(const struct hlhost_step *step)
{
    return step->send != NULL || step->data != NULL;
}

/* It does nothing but let time pass. */
static bool pauses(const struct hlhost_step *step)
{
    return !sends(step) && step->expect == NULL;
}

static const char *expected(const struct hlhost_step *step)
{
    return step->expect != NULL ? step->expect : "OK";
}

static void fail(struct hlhost_engine *engine)
{
    hlhost__engine_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_SCRIPT_STEP,
                          (int)engine->goal.script.step + 1);
}

int hlhost__script_check(const struct hlhost_config *config)
{
    size_t i;

    if (config->script == NULL || config->script_count == 0) {
        return HLHOST_E_CONFIG;
    }
    for (i = 0; i < config->script_count; i++) {
        const struct hlhost_step *step = &config->script[i];

        if (step->timeout_ms < 0 || (pauses(step) && step->timeout_ms == 0) ||
            (step->send != NULL && step->data != NULL) ||
            (step->data != NULL && step->data_size == 0)) {
            return HLHOST_E_CONFIG;
        }
        if (step->send != NULL &&
            (strlen(step->send) > HLHOST_TX_SIZE - 2 || strpbrk(step->send, "\r\n") != NULL)) {
            return HLHOST_E_CONFIG;
        }
    }
    return HLHOST_OK;
}

void hlhost__script_start(struct hlhost_engine *engine)
{
    memset(&engine->goal.script, 0, sizeof engine->goal.script);
}

static void begin_step(struct hlhost_engine *engine)
{
    struct hlhost__script *script = &engine->goal.script;
    const struct hlhost_step *step = current(engine);
    int64_t wait_ms = step->timeout_ms;

    if (wait_ms == 0) {
        wait_ms = sends(step) ? SEND_TIMEOUT_MS : WAIT_TIMEOUT_MS;
    }
    script->by_ms = hlhost__time_add(engine->now_ms, wait_ms);
    script->begun = true;
    script->seen = pauses(step);
    script->ended = !sends(step);
    if (step->send != NULL) {
        hlhost__engine_send(engine, step->send, wait_ms);
    } else if (step->data != NULL) {
        hlhost__client_begin_data(&engine->client, step->data, step->data_size, engine->now_ms,
                                  wait_ms);
    }
}

static void end_step_when_done(struct hlhost_engine *engine)
{
    struct hlhost__script *script = &engine->goal.script;

    if (!script->seen || !script->ended) {
        return;
    }
    script->begun = false;
    script->step++;
    if (script->step == engine->config.script_count) {
        hlhost__engine_finish(engine, HLHOST_RESULT_DONE, HLHOST_REASON_NONE, -1);
    } else if (!sends(current(engine))) {
        begin_step(engine); /* the awaited line may be the next one in the same bytes */
    }
}

void hlhost__script_line(struct hlhost_engine *engine, const char *line)
{
    struct hlhost__script *script = &engine->goal.script;

    if (engine->report.result == HLHOST_RESULT_PENDING && script->begun &&
        hlhost__pattern_matches(expected(current(engine)), line)) {
        script->seen = true;
        end_step_when_done(engine);
    }
}

void hlhost__script_final(struct hlhost_engine *engine, enum hlhost__final final, const char *line)
{
    struct hlhost__script *script = &engine->goal.script;
    const char *expect;
    int code;

    if (engine->report.result != HLHOST_RESULT_PENDING) {
        return;
    }
    expect = expected(current(engine));
    script->ended = true;
    if (final == HLHOST__FINAL_TIMEOUT) {
        fail(engine);
    } else if (hlhost__pattern_matches(expect, line)) {
        script->seen = true;
    } else if (final != HLHOST__FINAL_OK && final != HLHOST__FINAL_CONNECT) {
        fail(engine); /* refused, and no refusal was expected */
    } else if (!script->seen && hlhost__client_final(expect, &code) != HLHOST__FINAL_NONE) {
        fail(engine); /* another final result was expected */
    }
    if (engine->report.result == HLHOST_RESULT_PENDING) {
        end_step_when_done(engine);
    }
}

void hlhost__script_run(struct hlhost_engine *engine)
{
    struct hlhost__script *script = &engine->goal.script;

    if (engine->report.result == HLHOST_RESULT_PENDING && script->begun &&
        engine->now_ms >= script->by_ms && engine->client.owner != HLHOST__OWNER_GOAL) {
        if (script->seen) {
            end_step_when_done(engine); /* a pause is over */
        } else {
            fail(engine);
        }
    }
    if (engine->report.result == HLHOST_RESULT_PENDING && !script->begun &&
        (!sends(current(engine)) || engine->client.owner == HLHOST__OWNER_NONE)) {
        begin_step(engine);
    }
}

int64_t hlhost__script_deadline(const struct hlhost_engine *engine)
{
    const struct hlhost__script *script = &engine->goal.script;

    if (engine->report.result != HLHOST_RESULT_PENDING || !script->begun ||
        engine->client.owner == HLHOST__OWNER_GOAL) {
        return INT64_MAX;
    }
    return script->by_ms;
}
