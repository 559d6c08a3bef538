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

#define POLL_MS     2000
#define TRIES       3
#define SIM_WAIT_MS 30000 /* a SIM that is busy after power-on becomes ready in this time */
#define REGISTER_WAIT_MS                                                                           \
    600000                        /* a network may be lost for a while in the middle of a download \
                                   */
#define REBOOT_WAIT_MS 5000       /* OK of AT+CFUN=1,1 comes before the reboot */
#define STOP_WAIT_MS   20000      /* +WDSI: 8 comes 3 to 20 s after AT+WDSS=1,0 */
#define VERIFY_NEW_MS  30000      /* 15 or 16 after the boot, when another version runs already */
#define VERIFY_OLD_MS  60000      /* the same, while the version before runs */
#define CME_GENERAL    650        /* also: an agreement is pending (AN5.0, "DM connection error") */
#define MASK_NEEDED    (2u | 64u) /* events 1 to 3, events 14 to 16 */
#define MASK_SESSION   4096u      /* event 23 */
#define MASK_FALLBACK  4479u      /* what every HL78xx takes */

/* The text of each step; MASK_SET is completed with the mask. */
static const char *const step_texts[] = {
    [HLHOST__COMMAND_ECHO] = "ATE0",
    [HLHOST__COMMAND_CMEE] = "AT+CMEE=1",
    [HLHOST__COMMAND_VERSION] = "AT+CGMR",
    [HLHOST__COMMAND_MASK_READ] = "AT+WDSI?",
    [HLHOST__COMMAND_MASK_SET] = "AT+WDSI=",
    [HLHOST__COMMAND_AGREE_READ] = "AT+WDSC?",
    [HLHOST__COMMAND_AGREE_DOWNLOAD] = "AT+WDSC=1,",
    [HLHOST__COMMAND_AGREE_INSTALL] = "AT+WDSC=2,",
    [HLHOST__COMMAND_SIM] = "AT+CPIN?",
    [HLHOST__COMMAND_EPS] = "AT+CEREG?",
    [HLHOST__COMMAND_GSM] = "AT+CREG?",
    [HLHOST__COMMAND_REBOOT] = "AT+CFUN=1,1",
    [HLHOST__COMMAND_STOP] = "AT+WDSS=1,0",
    [HLHOST__COMMAND_OPEN] = "AT+WDSS=1,1",
};

static void go_to(struct hlhost_engine *engine, enum hlhost__command step)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->stage = HLHOST__STAGE_SETUP;
    fota->step = step;
    fota->next_ms = engine->now_ms;
    fota->poll_by_ms = INT64_MAX;
    fota->tries = 0;
}

static void advance(struct hlhost_engine *engine)
{
    go_to(engine, (enum hlhost__command)(engine->goal.fota.step + 1));
}

void hlhost__setup_begin(struct hlhost_engine *engine)
{
    engine->goal.fota.confirmed = false;
    go_to(engine, HLHOST__COMMAND_ECHO);
}

void hlhost__setup_reopen(struct hlhost_engine *engine)
{
    engine->goal.fota.early = HLHOST__STAGE_SETUP;
    go_to(engine, HLHOST__COMMAND_EPS);
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

static bool is_registered(const struct hlhost__fota *fota)
{
    return fota->registration == 1 || fota->registration == 5;
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
    case HLHOST__COMMAND_REBOOT:
        return !fota->reboot_first;
    case HLHOST__COMMAND_STOP:
        return !fota->stop_first;
    default:
        return false;
    }
}

void hlhost__setup_run(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    char command[HLHOST_TX_SIZE] = "";

    if (engine->now_ms < fota->next_ms) {
        return;
    }
    while (is_skipped(engine)) {
        advance(engine);
    }
    hlhost__text_add(command, sizeof command, step_texts[fota->step]);
    if (fota->step == HLHOST__COMMAND_MASK_SET) {
        hlhost__text_add_number(command, sizeof command, wanted_mask(engine));
    } else if (fota->step == HLHOST__COMMAND_AGREE_DOWNLOAD ||
               fota->step == HLHOST__COMMAND_AGREE_INSTALL) {
        bool on = (engine->config.agreements & step_agreement(fota->step)) != 0;

        hlhost__text_add(command, sizeof command, on ? "1" : "0");
    } else if (fota->step == HLHOST__COMMAND_AGREE_READ) {
        fota->agreements_known = 0;
    } else if (fota->step == HLHOST__COMMAND_EPS) {
        fota->registration = -1;
    }
    fota->answered = false;
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
static bool poll(struct hlhost_engine *engine, enum hlhost__command step, int64_t wait_ms)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->poll_by_ms == INT64_MAX) {
        fota->poll_by_ms = hlhost__time_add(engine->now_ms, wait_ms);
    }
    fota->step = step;
    fota->next_ms = hlhost__time_add(engine->now_ms, POLL_MS);
    return engine->now_ms < fota->poll_by_ms;
}

static bool is_changed(const struct hlhost_engine *engine)
{
    return engine->report.before[0] != '\0' &&
           strcmp(engine->report.before, engine->report.after) != 0;
}

/* The version wanted runs; without a wish that is any other than before. */
static bool is_wanted(const struct hlhost_engine *engine)
{
    if (engine->config.version == NULL) {
        return is_changed(engine);
    }
    return hlhost__version_matches(engine->report.after, engine->config.version);
}

static void finish_installed(struct hlhost_engine *engine, bool good)
{
    hlhost__fota_install_over(engine);
    if (good) {
        hlhost__fota_finish(engine, HLHOST_RESULT_UPDATED, HLHOST_REASON_NONE, -1);
    } else {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_WRONG_VERSION, -1);
    }
}

/* +WDSI: 16 was seen. True when that decides; a 16 which nothing explains does not. */
static bool decide_good(struct hlhost_engine *engine, bool first_contact)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool explained = fota->installing || (fota->phase != HLHOST__PHASE_IDLE && is_changed(engine));
    bool good = is_wanted(engine) || (engine->config.version == NULL && first_contact);

    fota->outcome = HLHOST__OUTCOME_UNKNOWN;
    if (good || explained) {
        finish_installed(engine, good);
        return true;
    }
    return false;
}

/* AT+CGMR was answered: is this the end, is it to be waited for, or does the setup go on? */
static void on_version(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool first_contact = engine->report.before[0] == '\0';
    bool wanted = is_wanted(engine);

    fota->version_seen = true;
    if (!fota->confirmed && is_changed(engine) && (engine->config.version == NULL || !wanted)) {
        fota->confirmed = true; /* too much hangs on it: a garbled line must not decide */
        return;
    }
    if (first_contact) {
        memcpy(engine->report.before, engine->report.after, sizeof engine->report.before);
        if (fota->phase != HLHOST__PHASE_IDLE) {
            hlhost__fota_phase(engine, fota->phase);
        }
    }
    if (fota->outcome == HLHOST__OUTCOME_BAD) {
        hlhost__fota_install_over(engine);
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_FAILED, -1);
        return;
    }
    if (fota->outcome == HLHOST__OUTCOME_GOOD && decide_good(engine, first_contact)) {
        return;
    }
    if (fota->installing || (wanted && fota->phase != HLHOST__PHASE_IDLE)) {
        hlhost__fota_wait(engine, HLHOST__STAGE_VERIFY,
                          is_changed(engine) || wanted ? VERIFY_NEW_MS : VERIFY_OLD_MS, 1);
    } else if (wanted) {
        finish_installed(engine, true);
    } else {
        advance(engine);
    }
}

void hlhost__setup_verify_over(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool wanted = is_wanted(engine);

    if (wanted || is_changed(engine)) {
        finish_installed(engine, wanted);
        return;
    }
    /* Nothing was installed: the server may still have the operation. */
    hlhost__fota_install_over(engine);
    if (!fota->from_record) {
        fota->attempts++;
    }
    fota->from_record = false;
    if (fota->attempts >= engine->config.attempts) {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_INSTALL_FAILED, -1);
        return;
    }
    hlhost__fota_phase(engine, HLHOST__PHASE_DOWNLOAD);
    go_to(engine, HLHOST__COMMAND_MASK_READ);
}

static void on_mask_set(struct hlhost_engine *engine, bool ok, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (ok) {
        fota->mask = wanted_mask(engine);
        fota->mask_known = true;
        advance(engine);
    } else if (!fota->mask_fell_back && wanted_mask(engine) != MASK_FALLBACK) {
        fota->mask_fell_back = true;
    } else if (!again(engine)) {
        if (fota->mask_known && (fota->mask & MASK_NEEDED) == MASK_NEEDED) {
            advance(engine);
        } else {
            refused(engine, code);
        }
    }
}

static void on_agreement_set(struct hlhost_engine *engine, bool ok, int code)
{
    bool on = (engine->config.agreements & step_agreement(engine->goal.fota.step)) != 0;

    if (ok) {
        advance(engine);
    } else if (!again(engine)) {
        if (on) {
            refused(engine, code);
        } else {
            advance(engine); /* a modem that knows no agreements asks for none */
        }
    }
}

static void on_registration(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (is_registered(fota)) {
        go_to(engine, HLHOST__COMMAND_REBOOT);
    } else if (fota->step == HLHOST__COMMAND_EPS) {
        fota->step = HLHOST__COMMAND_GSM; /* on 2G +CEREG says 0 for ever */
    } else if (!poll(engine, HLHOST__COMMAND_EPS, REGISTER_WAIT_MS)) {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_NOT_REGISTERED, -1);
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
    if (code == CME_GENERAL || code == -1) {
        hlhost__reply_blindly(engine, code);
    } else {
        hlhost__fota_attempt_failed(engine, HLHOST_REASON_COMMAND_REFUSED, code);
    }
}

/* The steps that act: from the SIM to the session. */
static void on_acting_step(struct hlhost_engine *engine, enum hlhost__command command, bool ok,
                           int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    switch (command) {
    case HLHOST__COMMAND_SIM:
        if (ok && fota->answered) {
            advance(engine);
        } else if (!poll(engine, HLHOST__COMMAND_SIM, SIM_WAIT_MS)) {
            hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_SIM_NOT_READY, code);
        }
        break;
    case HLHOST__COMMAND_EPS:
    case HLHOST__COMMAND_GSM:
        on_registration(engine);
        break;
    case HLHOST__COMMAND_REBOOT:
        fota->reboot_first = false;
        advance(engine);
        if (ok) {
            hlhost__fota_probe(engine, REBOOT_WAIT_MS);
        }
        break;
    case HLHOST__COMMAND_STOP:
        fota->stop_first = false;
        advance(engine);
        if (ok && fota->early == HLHOST__STAGE_SETUP) {
            fota->next_ms = hlhost__time_add(engine->now_ms, STOP_WAIT_MS);
        }
        fota->early = HLHOST__STAGE_SETUP;
        break;
    case HLHOST__COMMAND_OPEN:
        if (ok) {
            on_opened(engine);
        } else {
            on_open_refused(engine, code);
        }
        break;
    default:
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
        advance(engine); /* without them the engine gets along */
        break;
    case HLHOST__COMMAND_VERSION:
        if (ok && fota->answered) {
            on_version(engine);
        } else if (!again(engine)) {
            refused(engine, code);
        }
        break;
    case HLHOST__COMMAND_MASK_READ:
        fota->mask_known = ok && fota->answered;
        advance(engine);
        break;
    case HLHOST__COMMAND_MASK_SET:
        on_mask_set(engine, ok, code);
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

void hlhost__setup_line(struct hlhost_engine *engine, const char *line)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (hlhost__text_starts(line, "+CEREG:") || hlhost__text_starts(line, "+CREG:")) {
        take_registration(fota, strchr(line, ':') + 1);
    } else if (fota->command == HLHOST__COMMAND_VERSION) {
        take_version(engine, line);
    } else if (fota->command == HLHOST__COMMAND_AGREE_READ && hlhost__text_starts(line, "+WDSC:")) {
        take_agreement(fota, line + strlen("+WDSC:"));
    } else if (fota->command == HLHOST__COMMAND_SIM && hlhost__text_starts(line, "+CPIN: READY")) {
        fota->answered = true;
    }
}
