/*
 * The agreements of an update: what the modem asks for is granted, in the order connection,
 * download, install, and never before the record says so durably. A refusal of AT+WDSS=1,1 may mean
 * that a request was missed: then both are granted blindly.
 */
#include "fota.h"

#include "engine_state.h"

#define REPLY_RETRY_MS  2000
#define REPLY_TRIES     3
#define CME_WRONG_STATE 3 /* nothing, or something else, is asked for */

/* An install was accepted: should +WDSI: 14 be lost, the silence speaks for it. */
static void on_reply_accepted(struct hlhost_engine *engine, unsigned bit)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    fota->asked &= ~bit;
    fota->blind = false;
    fota->put_off = false;
    if (bit == HLHOST__ASKED_INSTALL) {
        if (!fota->leaving) {
            hlhost__fota_install_begins(engine);
        }
    } else if (bit == HLHOST__ASKED_DOWNLOAD) {
        hlhost__fota_download_lives(engine);
    }
}

static void on_reply_refused(struct hlhost_engine *engine, unsigned bit, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (bit == HLHOST__ASKED_INSTALL && fota->leaving) {
        fota->asked &= ~bit; /* it has begun all the same */
        return;
    }
    if (bit == HLHOST__ASKED_INSTALL) {
        hlhost__fota_install_over(engine);
    }
    if (bit != HLHOST__ASKED_CONNECT && fota->phase != fota->reply_phase) {
        hlhost__fota_phase(engine, fota->reply_phase);
    }
    if (hlhost__fota_is_decided(engine)) {
        return;
    }
    fota->reply_tries++;
    if (!fota->blind && code != CME_WRONG_STATE && fota->reply_tries < REPLY_TRIES) {
        fota->reply_at_ms = hlhost__time_add(engine->now_ms, REPLY_RETRY_MS);
        return;
    }
    fota->asked &= ~bit;
    if (fota->blind && bit == HLHOST__ASKED_DOWNLOAD) {
        fota->asked |= HLHOST__ASKED_INSTALL;
    } else if (fota->blind && fota->blind_code == HLHOST__BLIND_PUT_OFF) {
        fota->blind = false;
        hlhost__setup_go_to(engine, HLHOST__COMMAND_OPEN);
    } else if (fota->blind) {
        fota->blind = false;
        hlhost__access_refused(engine, fota->blind_code);
    } else if (fota->stage == HLHOST__STAGE_DOWNLOAD) {
        fota->by_ms = hlhost__time_add(engine->now_ms, engine->config.offer_wait_ms);
    }
}

void hlhost__reply_final(struct hlhost_engine *engine, enum hlhost__final final, int code)
{
    unsigned bit = engine->goal.fota.answering;

    if (engine->goal.fota.deferring) {
        hlhost__reply_deferred(engine, final, bit);
    } else if (final == HLHOST__FINAL_OK ||
               (final == HLHOST__FINAL_TIMEOUT && bit == HLHOST__ASKED_INSTALL)) {
        on_reply_accepted(engine, bit);
    } else if (final == HLHOST__FINAL_TIMEOUT) {
        engine->goal.fota.asked &= ~bit;
        engine->goal.fota.blind = false;
        if (!hlhost__fota_is_decided(engine)) {
            hlhost__fota_silent(engine);
        }
    } else {
        on_reply_refused(engine, bit, code);
    }
}

void hlhost__fota_not_durable(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    bool depends = (fota->command == HLHOST__COMMAND_REPLY && !fota->deferring) ||
                   fota->command == HLHOST__COMMAND_PIN || hlhost__local_is_sending(engine);

    if (hlhost__fota_is_decided(engine) || !depends || engine->client.tx_taken > 0) {
        return; /* nothing that depends on the record waits to be sent: the modem goes on anyway */
    }
    hlhost__client_end(&engine->client);
    fota->xmodem.state = HLHOST__SENDING_NOTHING;
    if (fota->answering == HLHOST__ASKED_INSTALL && !fota->leaving) {
        hlhost__fota_install_over(engine);
    }
    hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_RECORD_NOT_DURABLE, -1);
}

bool hlhost__reply_is_due(const struct hlhost_engine *engine)
{
    const struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->asked == 0 || engine->now_ms < fota->reply_at_ms) {
        return false;
    }
    return fota->stage == HLHOST__STAGE_DECIDED ||
           (fota->version_seen && fota->stage != HLHOST__STAGE_PROBE &&
            fota->stage != HLHOST__STAGE_SETTLE);
}

/* Gives the agreement that is asked for, first the connection, then download and install, or puts
 * it off. */
void hlhost__reply_send(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    const char *command = "AT+WDSR=1";

    fota->deferring = false;
    fota->answering = HLHOST__ASKED_CONNECT;
    fota->reply_phase = fota->phase;
    if ((fota->asked & HLHOST__ASKED_CONNECT) == 0) {
        bool install = (fota->asked & HLHOST__ASKED_DOWNLOAD) == 0;

        fota->answering = install ? HLHOST__ASKED_INSTALL : HLHOST__ASKED_DOWNLOAD;
        if (hlhost__fota_is_decided(engine) || !hlhost__fota_is_open(engine)) {
            hlhost__reply_defer(engine, install);
            return;
        }
        command = install ? "AT+WDSR=4" : "AT+WDSR=3";
        hlhost__fota_phase(engine, install ? HLHOST__PHASE_INSTALL : HLHOST__PHASE_DOWNLOAD);
        if (hlhost__fota_is_decided(engine)) {
            return;
        }
        fota->installing = fota->installing || install;
    }
    fota->command = HLHOST__COMMAND_REPLY;
    hlhost__engine_send(engine, command, engine->config.answer_wait_ms);
    if (hlhost__fota_is_decided(engine)) {
        fota->asked = 0; /* said once; after the outcome the engine does not insist */
    }
}

void hlhost__reply_blindly(struct hlhost_engine *engine, unsigned bit, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    hlhost__fota_wait(engine, HLHOST__STAGE_OFFER, engine->config.offer_wait_ms, 1);
    fota->blind = true;
    fota->blind_code = code;
    fota->asked |= bit;
    fota->reply_tries = 0;
    fota->reply_at_ms = engine->now_ms;
}
