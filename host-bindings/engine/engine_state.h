/*
 * What an engine is, and what its goals may ask of it. Internal to this folder.
 */
#ifndef HLHOST_ENGINE_STATE_H
#define HLHOST_ENGINE_STATE_H

#include "at_client.h"
#include "fota.h"
#include "hlhost/engine.h"
#include "policy.h"
#include "record.h"
#include "script.h"

#include <stdbool.h>
#include <stdint.h>

struct hlhost_engine {
    struct hlhost_config config; /* the defaults are filled in */
    struct hlhost__facts facts;
    int64_t now_ms;
    bool started;
    bool link_up;
    struct hlhost__client client;
    char request[HLHOST_TX_SIZE]; /* "" when nobody asks */

    uint8_t record[HLHOST__RECORD_BYTES];
    bool record_dirty;   /* differs from what was offered last */
    bool record_waiting; /* offered, and PERSISTED has not come yet */

    struct hlhost_report report;
    bool report_new; /* decided in this step */
    union {
        struct hlhost__fota fota;
        struct hlhost__script script;
    } goal;
};

/* Sends a command of the goal; the client must be free. */
void hlhost__engine_send(struct hlhost_engine *engine, const char *command, int64_t wait_ms);

/* States a new intent; what is sent from now on waits until it is durable. False: not encodable. */
bool hlhost__engine_record(struct hlhost_engine *engine, const struct hlhost__record *record);

/* Decides the goal, once. */
void hlhost__engine_finish(struct hlhost_engine *engine, enum hlhost_result result,
                           enum hlhost_reason reason, int detail);

#endif
