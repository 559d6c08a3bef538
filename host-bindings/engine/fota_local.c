/*
 * The goal "local update" where it differs from an update by the server: AT+WDSD and the transfer
 * in place of a session and a download. From the request for the install on both are the same.
 */
#include "fota.h"

#include "engine_state.h"
#include "text.h"

#include <string.h>

bool hlhost__local_is_goal(const struct hlhost_engine *engine)
{
    return engine->config.goal == HLHOST_GOAL_LOCAL_UPDATE;
}

bool hlhost__local_is_sending(const struct hlhost_engine *engine)
{
    return hlhost__local_is_goal(engine) && hlhost__xmodem_is_active(&engine->goal.fota.xmodem);
}

bool hlhost__local_is_transfer(const struct hlhost_engine *engine)
{
    enum hlhost__sending state = engine->goal.fota.xmodem.state;

    return hlhost__local_is_goal(engine) && state > HLHOST__SENDING_BEGINS &&
           state < HLHOST__SENDING_END;
}

void hlhost__local_open(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    char command[24] = "AT+WDSD=";
    bool small = fota->small_blocks || engine->config.block_size == HLHOST__BLOCK_SMALL;

    hlhost__fota_phase(engine, HLHOST__PHASE_DOWNLOAD);
    if (hlhost__fota_is_decided(engine)) {
        return;
    }
    hlhost__text_add_number(command, sizeof command, engine->config.package_size);
    fota->command = HLHOST__COMMAND_OPEN;
    hlhost__engine_send(engine, command, HLHOST__GOAL_MS); /* its own times end the transfer */
    hlhost__xmodem_begin(&fota->xmodem, engine->config.package_size,
                         small ? HLHOST__BLOCK_SMALL : HLHOST__BLOCK_LARGE, engine->now_ms);
}

/* The transfer is over without success; `invited`: the module had begun to take it. */
static void transfer_failed(struct hlhost_engine *engine, bool invited, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (fota->no_package) {
        hlhost__fota_finish(engine, HLHOST_RESULT_FAILED, HLHOST_REASON_NO_PACKAGE, -1);
    } else if (invited) {
        fota->small_blocks = true; /* some firmware fails with large ones (EURY-4127) */
        hlhost__fota_attempt_failed(engine, HLHOST_REASON_TRANSFER_FAILED, code);
    } else if (fota->stored) {
        fota->stored = false;
        hlhost__reply_blindly(engine, HLHOST__ASKED_INSTALL, code);
    } else {
        hlhost__fota_attempt_failed(engine, HLHOST_REASON_COMMAND_REFUSED, code);
    }
}

void hlhost__local_final(struct hlhost_engine *engine, bool ok, int code)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    enum hlhost__sending state = fota->xmodem.state;

    fota->xmodem.state = HLHOST__SENDING_NOTHING;
    if (ok && (state == HLHOST__SENDING_END || state == HLHOST__SENDING_ENDED)) {
        fota->silences = 0;
        fota->from_record = false;
        fota->stored = true;
        hlhost__fota_wait(engine, HLHOST__STAGE_DOWNLOAD, engine->config.offer_wait_ms, 1);
    } else {
        transfer_failed(engine, state != HLHOST__SENDING_BEGINS, code);
    }
}

void hlhost__local_not_asked(struct hlhost_engine *engine)
{
    hlhost__reply_blindly(engine, HLHOST__ASKED_INSTALL, -1);
}

/* A piece that has left completely makes room for the next one. */
static void note_left(struct hlhost_engine *engine)
{
    struct hlhost__xmodem *xmodem = &engine->goal.fota.xmodem;

    if (xmodem->handed && hlhost__client_is_sent(&engine->client)) {
        xmodem->piece_size = 0;
        xmodem->handed = false;
    }
}

bool hlhost__local_take(struct hlhost_engine *engine, uint8_t byte)
{
    if (!hlhost__local_is_sending(engine)) {
        return false;
    }
    note_left(engine);
    return hlhost__xmodem_take(&engine->goal.fota.xmodem, byte, engine->now_ms);
}

void hlhost__local_run(struct hlhost_engine *engine)
{
    struct hlhost__xmodem *xmodem = &engine->goal.fota.xmodem;
    struct hlhost__client *client = &engine->client;

    if (!hlhost__local_is_sending(engine)) {
        return;
    }
    note_left(engine);
    if (xmodem->piece_size == 0 || engine->now_ms >= xmodem->by_ms) {
        hlhost__xmodem_run(xmodem, engine->now_ms);
    }
    if (xmodem->state == HLHOST__SENDING_FAILED) {
        hlhost__client_end(client);
        engine->goal.fota.command = HLHOST__COMMAND_NONE;
        transfer_failed(engine, true, -1);
    } else if (xmodem->piece_size > 0 && !xmodem->handed) {
        hlhost__client_more(client, xmodem->piece, xmodem->piece_size);
        xmodem->handed = true;
    }
}

int64_t hlhost__local_deadline(const struct hlhost_engine *engine)
{
    const struct hlhost__xmodem *xmodem = &engine->goal.fota.xmodem;

    /* No data is asked for that would bring the next step. */
    if (hlhost__client_is_sent(&engine->client) && hlhost__xmodem_pads(xmodem)) {
        return engine->now_ms;
    }
    return xmodem->by_ms;
}

bool hlhost__local_wants(const struct hlhost_engine *engine, uint32_t *ret_offset,
                         uint32_t *ret_size)
{
    return hlhost__local_is_sending(engine) && hlhost__client_is_sent(&engine->client) &&
           hlhost__xmodem_wants(&engine->goal.fota.xmodem, ret_offset, ret_size);
}

void hlhost__local_data(struct hlhost_engine *engine, const uint8_t *data, size_t size)
{
    struct hlhost__fota *fota = &engine->goal.fota;

    if (size == 0) {
        fota->no_package = true;
        hlhost__xmodem_cancel(&fota->xmodem, engine->now_ms);
    } else {
        hlhost__xmodem_data(&fota->xmodem, data, size, engine->now_ms);
    }
}

const char *hlhost__local_probe(struct hlhost_engine *engine)
{
    struct hlhost__fota *fota = &engine->goal.fota;
    bool abort = fota->abort_first && !fota->abort_said;

    fota->abort_said = abort;
    return abort ? "\x18\x18\x18\x18\x18" : "AT";
}
