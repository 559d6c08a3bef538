/*
 * Downloads in whole flash units, each committed in the durable record before the next; so what is
 * stored is always a prefix of the package, and a package smaller than a unit starts over (AN5.0
 * table 12). Verifies what flash holds, not what came by the air.
 */
#include "modem/update.h"

#include <hl78sim/package.h>

#include "base/assert.h"
#include "base/sparse.h"
#include "modem/flash_map.h"
#include "modem/modem.h"

#include <string.h>

#define URI_KEY "update.uri"
#define TAG_KEY "update.tag"

/* --- The durable record --------------------------------------------------------------------- */

/* Makes a changed record durable, then uses it and says so. */
static int commit(struct hlsim__update *update, const struct hlsim__update_record *record)
{
    struct hlsim__modem *modem = update->modem;
    int error = hlsim__update_record_store(&modem->ram.store, record);
    bool news = record->state != update->record.state || record->result != update->record.result;

    if (error < 0) {
        hlsim__modem_flash_failed(modem, error);
        return error;
    }
    modem->commits = modem->ram.store.last_commit;
    update->record = *record;
    if (news) {
        HLSIM__EMIT(modem->stream, modem->name, HLSIM_EVENT_UPDATE,
                    HLSIM_TEXT("state", hlsim__update_state_text(record->state)),
                    HLSIM_INT("stored", record->stored), HLSIM_INT("size", record->size),
                    HLSIM_INT("result", record->result));
        update->ops.changed(update->ops.user);
    }
    return 0;
}

int hlsim__update_set_state(struct hlsim__update *update, enum hlsim__update_state state)
{
    struct hlsim__update_record record = update->record;

    record.state = state;
    return commit(update, &record);
}

int hlsim__update_begin_install(struct hlsim__update *update, uint8_t slot)
{
    struct hlsim__update_record record = update->record;

    record.state = HLSIM__UPDATE_INSTALLING;
    record.slot = slot;
    return commit(update, &record);
}

/* --- Failure -------------------------------------------------------------------------------- */

static const struct hlsim__figures *figures_of(const struct hlsim__update *update)
{
    return &update->modem->ram.personality->figures;
}

static bool quirk(const struct hlsim__update *update, enum hlsim_quirk which)
{
    return update->modem->ram.personality->quirks[which];
}

static bool is_known(const struct hlsim__update *update, enum hlsim__update_failure failure)
{
    return failure == HLSIM__FAILURE_NOT_CERTIFIED ||
           (int64_t)failure <= figures_of(update)->download_cause_max;
}

/* A firmware that knows fewer causes names the nearest one (AN1.1 table 2). */
static enum hlsim__update_failure told_as(const struct hlsim__update *update,
                                          enum hlsim__update_failure failure)
{
    if (is_known(update, failure)) {
        return failure;
    }
    return failure == HLSIM__FAILURE_CONNECTION ? HLSIM__FAILURE_HTTP : HLSIM__FAILURE_MEMORY;
}

/* The package is given up: object 5 goes back to idle with the reason (LwM2M 1.0, E.6). The server
 * is told, in a later session when this one breaks; of a package of the host's it knows nothing. */
static void give_up(struct hlsim__update *update, enum hlsim__update_failure failure,
                    enum hlsim__update_result result)
{
    const bool local = update->record.local;
    const struct hlsim__update_record record = {.state = local ? HLSIM__UPDATE_IDLE
                                                               : HLSIM__UPDATE_TO_REPORT,
                                                .result = local ? HLSIM__RESULT_INITIAL : result};

    hlsim__update_suspend(update);
    update->ops.failed(update->ops.user, told_as(update, failure));
    commit(update, &record);
}

/*
 * Something that the host can mend (AN5.0 table 1, causes 3 and 4): what is stored stays, and the
 * server is told nothing, until that has happened too often.
 */
static void give_up_for_now(struct hlsim__update *update, enum hlsim__update_failure failure,
                            enum hlsim__update_result result)
{
    struct hlsim__update_record record = update->record;

    record.failures++;
    if (!is_known(update, failure) ||
        record.failures >= figures_of(update)->download_failures_max) {
        give_up(update, failure, result);
        return;
    }
    hlsim__update_suspend(update);
    update->ops.failed(update->ops.user, failure);
    commit(update, &record);
}

/* --- Flash ---------------------------------------------------------------------------------- */

/* Programs what the unit holds; a sector is erased when its first byte comes. Bytes of a unit that
 * was cut are programmed once more: the same bits, so that NOR flash takes them. */
static int program_unit(struct hlsim__update *update)
{
    struct hlsim__flash *flash = &update->modem->flash;
    uint32_t at = update->record.stored;
    uint32_t end = at + update->unit_fill;
    uint32_t done = 0;

    while (at + done < end) {
        uint32_t in_sector = HLSIM__FLASH_SECTOR - (at + done) % HLSIM__FLASH_SECTOR;
        uint32_t part = update->unit_fill - done < in_sector ? update->unit_fill - done : in_sector;
        uint32_t address = HLSIM__MAP_PACKAGE + at + done;
        int error = 0;

        if (address % HLSIM__FLASH_SECTOR == 0) {
            error = hlsim__flash_erase(flash, address);
        }
        if (error == 0) {
            error = hlsim__flash_program(flash, address, update->unit + done, part);
        }
        if (error < 0) {
            return error;
        }
        done += part;
    }
    return hlsim__flash_sync(flash);
}

/* The bytes in flash are not those of the package that comes now: begin again. */
static int start_over(struct hlsim__update *update)
{
    struct hlsim__update_record record = update->record;
    int error;

    record.stored = 0;
    error = commit(update, &record);
    if (error == 0) {
        hlsim__update_suspend(update);
        hlsim__update_resume(update);
    }
    return error < 0 ? error : HLSIM_E_STATE;
}

static int commit_unit(struct hlsim__update *update)
{
    struct hlsim__update_record record = update->record;
    int error;

    if (record.stored + update->unit_fill > update->modem->faults.room) {
        give_up(update, HLSIM__FAILURE_MEMORY, HLSIM__RESULT_NO_FLASH);
        return HLSIM_E_FULL;
    }
    error = program_unit(update);
    if (error == HLSIM_E_STATE && record.stored > 0) {
        return start_over(update);
    }
    if (error < 0) {
        if (update->modem->power.on) {
            give_up(update, HLSIM__FAILURE_FLASH, HLSIM__RESULT_INTEGRITY);
        }
        return error;
    }
    record.stored += update->unit_fill;
    record.failures = 0;
    update->unit_fill = 0;
    return commit(update, &record);
}

/* --- Verification --------------------------------------------------------------------------- */

/* 0, or what is wrong with the package in flash. */
static int verify(struct hlsim__update *update)
{
    struct hlsim_package_verifier verifier;
    uint32_t size = update->record.size;
    uint32_t at = 0;
    int error = update->modem->faults.ram ? HLSIM_E_NO_MEMORY : 0;

    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    hlsim_package_verifier_recall(&verifier, update->modem->known, update->modem->known_count);
    while (error == 0 && at < size) {
        const uint8_t *bytes;
        int part =
            hlsim__flash_view(&update->modem->flash, HLSIM__MAP_PACKAGE + at, size - at, &bytes);

        if (part < 0) {
            return part;
        }
        error = hlsim_package_verifier_update(&verifier, bytes, (size_t)part);
        at += (uint32_t)part;
    }
    if (error == 0) {
        error = hlsim_package_verifier_finish(&verifier);
    }
    return error;
}

/* The verification has failed, or there was no memory for it. */
static void refuse(struct hlsim__update *update, int error)
{
    switch (error) {
    case HLSIM_E_NO_MEMORY:
        update->starved = true;
        give_up_for_now(update, HLSIM__FAILURE_RAM, HLSIM__RESULT_NO_RAM);
        break;
    case HLSIM_E_SIGNATURE:
        give_up(update, HLSIM__FAILURE_NOT_CERTIFIED, HLSIM__RESULT_INTEGRITY);
        break;
    case HLSIM_E_UNSUPPORTED:
        give_up(update, HLSIM__FAILURE_PACKAGE, HLSIM__RESULT_TYPE);
        break;
    default:
        give_up(update, HLSIM__FAILURE_PACKAGE, HLSIM__RESULT_INTEGRITY);
        break;
    }
}

int hlsim__update_verify(struct hlsim__update *update)
{
    int error = verify(update);

    if (error == HLSIM_E_POWER) {
        return error;
    }
    if (error < 0) {
        refuse(update, error);
        return error;
    }
    update->modem->verified = true;
    return 0;
}

static int note_downloaded(struct hlsim__update *update)
{
    struct hlsim__update_record record = update->record;

    record.state = HLSIM__UPDATE_DOWNLOADED;
    if (quirk(update, HLSIM_QUIRK_success_before_install)) {
        record.result = HLSIM__RESULT_SUCCESS;
    }
    return commit(update, &record);
}

static void finished(void *user)
{
    struct hlsim__update *update = user;

    if (update->unit_fill > 0 && commit_unit(update) < 0) {
        return;
    }
    HLSIM_ASSERT(update->record.stored == update->record.size);
    update->running = false;
    if (hlsim__update_verify(update) == 0 && note_downloaded(update) == 0) {
        update->ops.downloaded(update->ops.user);
    }
}

/* --- Transfer ------------------------------------------------------------------------------- */

static void raise_progress(struct hlsim__update *update)
{
    int percent = (int)((uint64_t)update->received * 100 / update->record.size);

    if (percent > update->percent) {
        update->percent = percent;
        update->ops.progress(update->ops.user, percent);
    }
}

/* Collects units and commits those that are full. */
static int take(struct hlsim__update *update, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        size_t room = update->unit_size - update->unit_fill;
        size_t part = size < room ? size : room;

        memcpy(update->unit + update->unit_fill, bytes, part);
        update->unit_fill += (uint32_t)part;
        update->received += (uint32_t)part;
        bytes += part;
        size -= part;
        if (update->unit_fill == update->unit_size) {
            int error = commit_unit(update);

            if (error < 0) {
                return error;
            }
        }
    }
    return 0;
}

static int data(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__update *update = user;
    int error = take(update, bytes, size);

    if (error == 0) {
        raise_progress(update);
    }
    return error;
}

/* Makes the package's tag durable; one that was kept for another package goes. */
static int keep_tag(struct hlsim__update *update, const char *tag)
{
    struct hlsim__modem *modem = update->modem;
    int error = 0;

    if (strcmp(update->tag, tag) != 0) {
        error = hlsim__nvm_put(&modem->ram.store, TAG_KEY, tag, strlen(tag));
    }
    if (error < 0) {
        hlsim__modem_flash_failed(modem, error);
        return error;
    }
    memmove(update->tag, tag, strlen(tag) + 1);
    return 0;
}

/* The server has another package at that address now: it is announced like a new one. */
static void changed(void *user)
{
    struct hlsim__update *update = user;
    const struct hlsim__update_record record = {.state = HLSIM__UPDATE_OFFERED};

    if (commit(update, &record) == 0) {
        hlsim__update_suspend(update);
        hlsim__update_resume(update);
    }
}

static void size_known(void *user, uint64_t size)
{
    struct hlsim__update *update = user;
    struct hlsim__update_record record = update->record;

    update->running = false;
    if (size > update->modem->faults.room) {
        give_up(update, HLSIM__FAILURE_MEMORY, HLSIM__RESULT_NO_FLASH);
        return;
    }
    if (keep_tag(update, update->download.tag) < 0) {
        return;
    }
    record.size = (uint32_t)size;
    record.stored = 0;
    if (commit(update, &record) == 0) {
        update->ops.available(update->ops.user);
    }
}

static void failed(void *user, int error)
{
    struct hlsim__update *update = user;
    bool wrong = error == HLSIM_E_NOT_FOUND || error == HLSIM_E_FORMAT;
    bool answered = wrong || error == HLSIM_E_STATE;

    if (!hlsim__radio_attached(&update->modem->ram.radio)) {
        /* Nothing is wrong with the package: it goes on when the network is back (AN5.0 8). */
        hlsim__update_suspend(update);
        return;
    }
    if (answered || update->record.stored == 0 ||
        !quirk(update, HLSIM_QUIRK_broken_stream_resumable)) {
        give_up(update, HLSIM__FAILURE_HTTP,
                wrong ? HLSIM__RESULT_URI : HLSIM__RESULT_CONNECTION_LOST);
    } else {
        give_up_for_now(update, HLSIM__FAILURE_CONNECTION, HLSIM__RESULT_CONNECTION_LOST);
    }
}

/* --- For the services ----------------------------------------------------------------------- */

/* There is a package, or the address of one. */
static bool is_under_way(const struct hlsim__update *update)
{
    return update->record.state != HLSIM__UPDATE_IDLE &&
           update->record.state != HLSIM__UPDATE_TO_REPORT;
}

int hlsim__update_offer(struct hlsim__update *update, const char *uri)
{
    const struct hlsim__update_record record = {.state = *uri == '\0' ? HLSIM__UPDATE_IDLE
                                                                      : HLSIM__UPDATE_OFFERED};
    struct hlsim__modem *modem = update->modem;
    int error;

    if (update->record.local || update->record.state == HLSIM__UPDATE_INSTALLING ||
        update->record.state == HLSIM__UPDATE_INSTALLED) {
        return HLSIM_E_STATE;
    }
    if (*uri == '\0' ? quirk(update, HLSIM_QUIRK_empty_address_refused)
                     : hlsim__download_check_uri(uri) < 0) {
        return HLSIM_E_FORMAT;
    }
    if (*uri == '\0' && is_under_way(update) && quirk(update, HLSIM_QUIRK_empty_address_fails)) {
        give_up(update, HLSIM__FAILURE_HTTP, HLSIM__RESULT_URI);
        return 0;
    }
    hlsim__update_suspend(update);
    modem->verified = false;
    error = hlsim__nvm_put(&modem->ram.store, URI_KEY, uri, strlen(uri));
    if (error < 0) {
        hlsim__modem_flash_failed(modem, error);
        return error;
    }
    strcpy(update->uri, uri);
    return commit(update, &record);
}

void hlsim__update_resume(struct hlsim__update *update)
{
    const struct hlsim__update_record *record = &update->record;

    if (update->running || update->starved) {
        return;
    }
    update->running = true;
    if (record->size == 0) {
        hlsim__download_size(&update->download, update->uri);
        return;
    }
    update->unit_fill = 0;
    update->received = record->stored;
    update->percent = (int)((uint64_t)record->stored * 100 / record->size);
    if (record->stored == 0) {
        update->ops.progress(update->ops.user, -1);
    }
    if (record->stored == record->size) {
        finished(update);
        return;
    }
    hlsim__download_get(&update->download, update->uri, record->stored, record->size, update->tag);
}

void hlsim__update_suspend(struct hlsim__update *update)
{
    hlsim__download_stop(&update->download);
    update->running = false;
    if (update->record.state != HLSIM__UPDATE_RECEIVING) {
        update->unit_fill = 0;
    }
}

/* --- A local package ------------------------------------------------------------------------ */

int hlsim__update_local_begin(struct hlsim__update *update, uint32_t size)
{
    const struct hlsim__update_record record = {
        .state = HLSIM__UPDATE_RECEIVING, .size = size, .local = true};

    HLSIM_ASSERT(size > 0 && size <= HLSIM__MAP_PACKAGE_SIZE);
    if (update->record.state != HLSIM__UPDATE_IDLE &&
        !(update->record.local && update->record.state == HLSIM__UPDATE_WAITS_INSTALL)) {
        return HLSIM_E_STATE;
    }
    update->unit_fill = 0;
    update->received = 0;
    update->modem->verified = false;
    return commit(update, &record);
}

int hlsim__update_local_data(struct hlsim__update *update, const uint8_t *bytes, size_t size)
{
    if (update->record.state != HLSIM__UPDATE_RECEIVING) {
        return HLSIM_E_STATE;
    }
    if (size > update->record.size - update->received) {
        return HLSIM_E_LIMIT;
    }
    return take(update, bytes, size);
}

int hlsim__update_local_finish(struct hlsim__update *update)
{
    int error = update->unit_fill > 0 ? commit_unit(update) : 0;

    if (error < 0) {
        return error;
    }
    HLSIM_ASSERT(update->record.stored == update->record.size);
    return hlsim__update_set_state(update, HLSIM__UPDATE_WAITS_INSTALL);
}

void hlsim__update_local_forget(struct hlsim__update *update)
{
    const struct hlsim__update_record record = {.state = HLSIM__UPDATE_IDLE};

    if (update->record.local) {
        commit(update, &record);
    }
}

uint32_t hlsim__update_remaining(const struct hlsim__update *update)
{
    return update->record.size - update->record.stored;
}

void hlsim__update_init(struct hlsim__update *update, struct hlsim__modem *modem,
                        const struct hlsim__update_ops *ops)
{
    const struct hlsim__download_ops download_ops = {.user = update,
                                                     .size = size_known,
                                                     .data = data,
                                                     .finished = finished,
                                                     .changed = changed,
                                                     .failed = failed};
    int size;

    hlsim__clear_sparse(update, sizeof *update);
    update->modem = modem;
    update->ops = *ops;
    update->unit_size = (uint32_t)modem->ram.personality->figures.flash_unit;
    HLSIM_ASSERT(update->unit_size > 0 && update->unit_size <= HLSIM__UNIT_MAX);
    hlsim__download_init(&update->download, modem, &download_ops);
    /* A new module has no record, and a damaged one is none. */
    hlsim__update_record_load(&modem->ram.store, &update->record);
    if (update->record.state == HLSIM__UPDATE_RECEIVING ||
        quirk(update, HLSIM_QUIRK_update_forgotten_by_start)) {
        /* Of a local package: the host that was sending it begins anew. */
        memset(&update->record, 0, sizeof update->record);
    }
    size = hlsim__nvm_get(&modem->ram.store, URI_KEY, update->uri, sizeof update->uri - 1);
    update->uri[size > 0 ? size : 0] = '\0';
    size = hlsim__nvm_get(&modem->ram.store, TAG_KEY, update->tag, sizeof update->tag - 1);
    update->tag[size > 0 ? size : 0] = '\0';
}
