/*
 * The durable record of an update: its bytes in flash, and its states in words. Decides nothing.
 */
#include "modem/update.h"

#include <hl78sim/error.h>

#include "base/assert.h"
#include "base/le.h"

#include <string.h>

#define RECORD_KEY    "update"
#define RECORD_SIZE   14
#define RECORD_FORMAT 3

static const char *const state_texts[HLSIM__UPDATE_STATES] = {
#define STATE_TEXT(name, text) [name] = text,
    HLSIM__UPDATE_STATE_MAP(STATE_TEXT)
#undef STATE_TEXT
};

const char *hlsim__update_state_text(enum hlsim__update_state state)
{
    HLSIM_ASSERT((size_t)state < HLSIM__UPDATE_STATES);
    return state_texts[state];
}

const char *hlsim__update_path_text(enum hlsim__update_state state)
{
    switch (state) {
    case HLSIM__UPDATE_OFFERED:
    case HLSIM__UPDATE_WAITS_DOWNLOAD:
    case HLSIM__UPDATE_DOWNLOADING:
        return "downloading";
    case HLSIM__UPDATE_DOWNLOADED:
    case HLSIM__UPDATE_WAITS_INSTALL:
        return "downloaded";
    case HLSIM__UPDATE_INSTALLING:
        return "installing";
    default:
        return "idle";
    }
}

int hlsim__update_record_load(const struct hlsim__nvm *store,
                              struct hlsim__update_record *ret_record)
{
    uint8_t bytes[RECORD_SIZE];
    int size = hlsim__nvm_get(store, RECORD_KEY, bytes, sizeof bytes);

    memset(ret_record, 0, sizeof *ret_record);
    if (size < 0) {
        return size;
    }
    if (size != RECORD_SIZE || bytes[0] != RECORD_FORMAT || bytes[1] >= HLSIM__UPDATE_STATES) {
        return HLSIM_E_CORRUPT;
    }
    ret_record->state = (enum hlsim__update_state)bytes[1];
    ret_record->result = (enum hlsim__update_result)bytes[2];
    ret_record->size = hlsim__le_get32(bytes + 3);
    ret_record->stored = hlsim__le_get32(bytes + 7);
    ret_record->slot = bytes[11];
    ret_record->failures = bytes[12];
    ret_record->local = bytes[13] != 0;
    return 0;
}

int hlsim__update_record_store(struct hlsim__nvm *store, const struct hlsim__update_record *record)
{
    uint8_t bytes[RECORD_SIZE] = {RECORD_FORMAT, (uint8_t)record->state, (uint8_t)record->result};

    HLSIM_ASSERT(record->stored <= record->size);
    hlsim__le_put32(bytes + 3, record->size);
    hlsim__le_put32(bytes + 7, record->stored);
    bytes[11] = record->slot;
    bytes[12] = record->failures;
    bytes[13] = record->local;
    return hlsim__nvm_put(store, RECORD_KEY, bytes, sizeof bytes);
}
