/*
 * The commands by which the engine learns where the modem is, sets it up and opens a session: a
 * table of steps and what each answer means. Every step may be repeated after a restart of the
 * modem. It knows nothing about the indications.
 */
#include "fota.h"

#include "engine_state.h"
#include "text.h"
#include "version.h"

#include <string.h>

#define POLL_MS        2000
#define TRIES          3
#define REBOOT_WAIT_MS 5000       /* OK of AT+CFUN=1,1 comes before the reboot */
#define STOP_WAIT_MS   20000      /* +WDSI: 8 comes 3 to 20 s after AT+WDSS=1,0 */
#define MASK_NEEDED    (2u | 64u) /* events 1 to 3, events 14 to 16 */
#define MASK_SESSION   4096u      /* event 23 */
#define MASK_FALLBACK  4479u      /* what every HL78xx takes */

/* The text of each step, or its beginning (complete()). */
static const char *const step_texts[] = {
    [HLHOST__COMMAND_ECHO] = "ATE0",
    [HLHOST__COMMAND_CMEE] = "AT+CMEE=1",
    [HLHOST__COMMAND_VERSION] = "AT+CGMR",
    [HLHOST__COMMAND_MASK_READ] = "AT+WDSI?",
    [HLHOST__COMMAND_MASK_SET] = "AT+WDSI=",
    [HLHOST__COMMAND_AGREE_READ] = "AT+WDSC?",
    [HLHOST__COMMAND_AGREE_DOWNLOAD] = "AT+WDSC=1,",
    [HLHOST__COMMAND_AGREE_INSTALL] = "AT+WDSC=2,",
    [HLHOST__COMMAND_GATE] = "",
    [HLHOST__COMMAND_PACKAGE] = "AT+WDSG",
    [HLHOST__COMMAND_SIM] = "AT+CPIN?",
    [HLHOST__COMMAND_PIN] = "AT+CPIN=",
    [HLHOST__COMMAND_EPS] = "AT+CEREG?",
    [HLHOST__COMMAND_GSM] = "AT+CREG?",
    [HLHOST__COMMAND_REBOOT] = "AT+CFUN=1,1",
    [HLHOST__COMMAND_CONTEXT] = "AT+CGDCONT=",
    [HLHOST__COMMAND_CID] = "AT+WDSS=2,",
    [HLHOST__COMMAND_STOP] = "AT+WDSS=1,0",
    [HLHOST__COMMAND_OPEN] = "AT+WDSS=1,1",
};

void hlhost__setup_go_to(struct hlhost_engine *engine, enum hlhost__command step)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->stage = HLHOST__STAGE_SETUP;
    fota->step = step;
    fota->next_ms = engine->now_ms;
    fota->poll_by_ms = INT64_MAX;
    fota->tries = 0;
}

void hlhost__setup_advance(struct hlhost_engine *engine)
{
    hlhost__setup_go_to(engine, (enum hlhost__command)(engine->goal.fota.step + 1));
}

void hlhost__setup_begin(struct hlhost_engine *engine)
{
    engine->goal.fota.confirmed = false;
    hlhost__setup_go_to(engine, HLHOST__COMMAND_ECHO);
}

void hlhost__setup_reopen(struct hlhost_engine *engine)
{
    engine->goal.fota.early = HLHOST__STAGE_SETUP;
    if (hlhost__fota_is_open(engine)) {
        hlhost__setup_go_to(engine, HLHOST__COMMAND_EPS);
    } else {
        hlhost__fota_defer(engine);
    }
}

static unsigned wanted_mask(const struct hlhost_engine *engine)
{
    return engine->goal.fota.mask_fell_back ? MASK_FALLBACK : engine->config.indications;
}

/* The agreement which a step sets. */
static unsigned step_agreement(enum hlhost__command step)
{
    return step == HLHOST__COMMAND_AGREE_DOWNLOAD ? HLHOST_AGREE_DOWNLOAD : HLHOST_AGREE_INSTALL;
}

/* A package over the line needs neither SIM nor network, and is always asked for. */
static bool is_needless(const struct hlhost_engine *engine)
{
    enum hlhost__command step = engine->goal.fota.step;

    return hlhost__local_is_goal(engine) && step >= HLHOST__COMMAND_AGREE_READ &&
           step != HLHOST__COMMAND_GATE && step != HLHOST__COMMAND_REBOOT &&
           step != HLHOST__COMMAND_OPEN;
}

/* Nothing is written to the modem's memory that stands there already. */
static bool is_skipped(const struct hlhost_engine *engine)
{
    const struct hlhost__fota *fota = &engine->goal.fota;
    unsigned bit;

    switch (fota->step) {
    case HLHOST__COMMAND_MASK_SET:
        return fota->mask_known && fota->mask == wanted_mask(engine);
    case HLHOST__COMMAND_AGREE_DOWNLOAD:
    case HLHOST__COMMAND_AGREE_INSTALL:
        bit = step_agreement(fota->step);
        return (fota->agreements_known & bit) != 0 &&
               (fota->agreements & bit) == (engine->config.agreements & bit);
    case HLHOST__COMMAND_PIN:
        return fota->sim_ready;
    case HLHOST__COMMAND_REBOOT:
        return !fota->reboot_first;
    case HLHOST__COMMAND_CONTEXT:
        return !fota->context_first || engine->config.apn == NULL;
    case HLHOST__COMMAND_CID:
        return !fota->context_first || engine->config.cid == 0;
    case HLHOST__COMMAND_STOP:
        return !fota->stop_first;
    default:
        return false;
    }
}

/* The text of the step under way. */
static void complete(const struct hlhost_engine *engine, char *command, size_t size)
{
    const struct hlhost_config *config = &engine->config;
    enum hlhost__command step = engine->goal.fota.step;

    hlhost__text_add(command, size, step_texts[step]);
    switch (step) {
    case HLHOST__COMMAND_MASK_SET:
        hlhost__text_add_number(command, size, wanted_mask(engine));
        break;
    case HLHOST__COMMAND_AGREE_DOWNLOAD:
    case HLHOST__COMMAND_AGREE_INSTALL:
        hlhost__text_add(command, size,
                         (config->agreements & step_agreement(step)) != 0 ? "1" : "0");
        break;
    case HLHOST__COMMAND_PIN:
        hlhost__text_add(command, size, "\"");
        hlhost__text_add(command, size, config->pin);
        hlhost__text_add(command, size, "\"");
        break;
    case HLHOST__COMMAND_CONTEXT:
        hlhost__text_add_number(command, size, config->cid != 0 ? config->cid : 1);
        hlhost__text_add(command, size, ",\"IP\",\"");
        hlhost__text_add(command, size, config->apn);
        hlhost__text_add(command, size, "\"");
        break;
    case HLHOST__COMMAND_CID:
        hlhost__text_add_number(command, size, config->cid);
        break;
    default:
        break;
    }
}

/* What earlier answers said is forgotten where the step asks for it. */
static void forget(struct hlhost__fota *fota)
{
    fota->answered = false;
    fota->sim = HLHOST__SIM_SILENT;
    if (fota->step == HLHOST__COMMAND_AGREE_READ) {
        fota->agreements_known = 0;
    } else if (fota->step == HLHOST__COMMAND_EPS) {
        fota->registration = -1;
    }
}

/* Nothing is begun that is not wanted or not allowed now. */
static bool passes_gate(struct hlhost_engine *engine)
{
    if (engine->goal.fota.satisfied) {
        hlhost__verdict_installed(engine, true);
        return false;
    }
    if (!hlhost__fota_is_open(engine)) {
        hlhost__fota_defer(engine);
        return false;
    }
    return true;
}

void hlhost__setup_run(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    char command[HLHOST_TX_SIZE] = "";

    if (engine->now_ms < fota->next_ms) {
        return;
    }
    while (is_skipped(engine) || is_needless(engine) || fota->step == HLHOST__COMMAND_GATE) {
        if (fota->step == HLHOST__COMMAND_GATE && !passes_gate(engine)) {
            return;
        }
        hlhost__setup_advance(engine);
    }
    if (fota->step == HLHOST__COMMAND_OPEN && hlhost__reply_ahead(engine)) {
        return;
    }
    if (fota->step == HLHOST__COMMAND_OPEN && hlhost__local_is_goal(engine)) {
        hlhost__local_open(engine);
        return;
    }
    complete(engine, command, sizeof command);
    forget(fota);
    fota->command = fota->step;
    hlhost__engine_send(engine, command, engine->config.answer_wait_ms);
}

static void refused(struct hlhost_engine *engine, int code)
{
    hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_COMMAND_REFUSED, code);
}

/* The same step again in a while; false when it was tried often enough. */
static bool again(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->tries++;
    fota->next_ms = hlhost__time_add(engine->now_ms, POLL_MS);
    return fota->tries < TRIES;
}

/* The same step again, or `step`, for as long as `wait_ms`; false when that is over. */
bool hlhost__setup_poll(struct hlhost_engine *engine, enum hlhost__command step, int64_t wait_ms)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->poll_by_ms == INT64_MAX) {
        fota->poll_by_ms = hlhost__time_add(engine->now_ms, wait_ms);
    }
    fota->step = step;
    fota->next_ms = hlhost__time_add(engine->now_ms, POLL_MS);
    return engine->now_ms < fota->poll_by_ms;
}

static void on_mask_set(struct hlhost_engine *engine, bool ok, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (ok) {
        fota->mask = wanted_mask(engine);
        fota->mask_known = true;
        hlhost__setup_advance(engine);
    } else if (!fota->mask_fell_back && wanted_mask(engine) != MASK_FALLBACK) {
        fota->mask_fell_back = true;
    } else if (!again(engine)) {
        if (fota->mask_known && (fota->mask & MASK_NEEDED) == MASK_NEEDED) {
            hlhost__setup_advance(engine);
        } else {
            refused(engine, code);
        }
    }
}

static void on_agreement_set(struct hlhost_engine *engine, bool ok, int code)
{
    bool on = (engine->config.agreements & step_agreement(engine->goal.fota.step)) != 0;

    if (ok) {
        hlhost__setup_advance(engine);
    } else if (!again(engine)) {
        if (on) {
            refused(engine, code);
        } else {
            hlhost__setup_advance(engine); /* a modem that knows no agreements asks for none */
        }
    }
}

/* AT+WDSS=1,1 was accepted. What the indications have shown before its OK counts. */
static void on_opened(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    const struct hlhost_config *config = &engine->config;

    fota->silences = 0;
    fota->from_record = false;
    if (fota->early == HLHOST__STAGE_DOWNLOAD) {
        hlhost__fota_wait(engine, HLHOST__STAGE_DOWNLOAD, config->stall_wait_ms, 1);
    } else if (fota->early == HLHOST__STAGE_OFFER) {
        hlhost__fota_wait(engine, HLHOST__STAGE_OFFER, config->offer_wait_ms,
                          HLHOST__SESSION_STRETCH);
    } else if ((fota->mask & MASK_SESSION) == 0) {
        hlhost__fota_wait(engine, HLHOST__STAGE_OFFER,
                          hlhost__time_add(config->session_wait_ms, config->offer_wait_ms), 1);
    } else {
        hlhost__fota_wait(engine, HLHOST__STAGE_SESSION, config->session_wait_ms,
                          HLHOST__SESSION_STRETCH);
    }
}

static void on_open_refused(struct hlhost_engine *engine, int code)
{
    if (code == HLHOST__CME_GENERAL || code == -1) {
        hlhost__reply_blindly(engine, HLHOST__ASKED_DOWNLOAD, code);
    } else {
        hlhost__access_refused(engine, code);
    }
}

/* The steps that act upon the session. */
static void on_acting_step(struct hlhost_engine *engine, enum hlhost__command command, bool ok,
                           int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    switch (command) {
    case HLHOST__COMMAND_REBOOT:
        fota->reboot_first = false;
        hlhost__setup_advance(engine);
        if (ok) {
            hlhost__fota_probe(engine, REBOOT_WAIT_MS);
        }
        break;
    case HLHOST__COMMAND_STOP:
        fota->stop_first = false;
        hlhost__setup_advance(engine);
        if (ok && fota->early == HLHOST__STAGE_SETUP) {
            fota->next_ms = hlhost__time_add(engine->now_ms, STOP_WAIT_MS);
        }
        fota->early = HLHOST__STAGE_SETUP;
        break;
    case HLHOST__COMMAND_OPEN:
        if (hlhost__local_is_goal(engine)) {
            hlhost__local_final(engine, ok, code);
        } else if (ok) {
            on_opened(engine);
        } else {
            on_open_refused(engine, code);
        }
        break;
    default:
        hlhost__access_final(engine, command, ok, code);
        break;
    }
}

void hlhost__setup_final(struct hlhost_engine *engine, enum hlhost__command command,
                         enum hlhost__final final, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool ok = final == HLHOST__FINAL_OK;

    switch (command) {
    case HLHOST__COMMAND_ECHO:
    case HLHOST__COMMAND_CMEE:
    case HLHOST__COMMAND_AGREE_READ:
        hlhost__setup_advance(engine); /* without them the engine gets along */
        break;
    case HLHOST__COMMAND_VERSION:
        if (ok && fota->answered) {
            hlhost__verdict_version(engine);
        } else if (!again(engine)) {
            refused(engine, code);
        }
        break;
    case HLHOST__COMMAND_MASK_READ:
        fota->mask_known = ok && fota->answered;
        hlhost__setup_advance(engine);
        break;
    case HLHOST__COMMAND_MASK_SET:
        on_mask_set(engine, ok, code);
        break;
    case HLHOST__COMMAND_PACKAGE:
        fota->unsure = fota->unsure && fota->phase != HLHOST__PHASE_IDLE;
        hlhost__setup_advance(engine);
        break;
    case HLHOST__COMMAND_AGREE_DOWNLOAD:
    case HLHOST__COMMAND_AGREE_INSTALL:
        on_agreement_set(engine, ok, code);
        break;
    default:
        on_acting_step(engine, command, ok, code);
        break;
    }
}

static void take_version(struct hlhost_engine *engine, const char *line)
{
    if (hlhost__version_plausible(line)) {
        memset(engine->report.after, 0, sizeof engine->report.after);
        hlhost__text_add(engine->report.after, sizeof engine->report.after, line);
        engine->goal.fota.answered = true;
    }
}

/* `+WDSC: <mode>,<state>` */
static void take_agreement(struct hlhost__fota *fota, const char *cursor)
{
    int mode;
    int state;

    if (hlhost__text_number(&cursor, &mode) && hlhost__text_comma(&cursor) &&
        hlhost__text_number(&cursor, &state) && (mode == 1 || mode == 2)) {
        unsigned bit = mode == 1 ? HLHOST_AGREE_DOWNLOAD : HLHOST_AGREE_INSTALL;

        fota->agreements_known = (uint8_t)(fota->agreements_known | bit);
        fota->agreements = (uint8_t)(state == 1 ? fota->agreements | bit : fota->agreements & ~bit);
    }
}

/* `+WDSG: 1,<state>`: 2 while a package is offered and downloaded, 3 until it is installed, else 0
 * or 1. One that is gone before all of it has come was taken back by the server, unseen. */
static void take_package(struct hlhost_engine *engine, int state)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    int pair = state & ~1;

    if (fota->phase == HLHOST__PHASE_IDLE) {
        if (pair == '2') {
            fota->unsure = true;
            hlhost__fota_phase(engine, HLHOST__PHASE_DOWNLOAD);
        }
    } else if (pair == '0' && fota->phase == HLHOST__PHASE_DOWNLOAD && fota->cause == 0 &&
               fota->progress < 100) {
        hlhost__fota_phase(engine, HLHOST__PHASE_IDLE);
    }
}

void hlhost__setup_line(struct hlhost_engine *engine, const char *line)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->command == HLHOST__COMMAND_VERSION && *line != '+') {
        take_version(engine, line);
    } else if (fota->command == HLHOST__COMMAND_AGREE_READ && hlhost__text_starts(line, "+WDSC:")) {
        take_agreement(fota, line + strlen("+WDSC:"));
    } else if (fota->command == HLHOST__COMMAND_PACKAGE && hlhost__text_starts(line, "+WDSG: 1,")) {
        take_package(engine, line[strlen("+WDSG: 1,")]);
    } else {
        hlhost__access_line(engine, line);
    }
}
