/*
 * What one task of an upgrade needs next, from what its device said last: a decision without
 * memory of its own, then one request. Works the same for a device that stays connected and for one
 * that closes its session at every step, because it always goes on from where the device is
 * (AN5.0 6: the operation starts or goes on at the next connection).
 *
 * States and results of object 5: OMA LwM2M 1.0.2, E.6.
 */
#include "airvantage/inside.h"

#include <stdio.h>
#include <string.h>

/* Digits of a component that is a build's number or date and not of the version. */
#define BUILD_DIGITS 6

enum {
    STATE_IDLE = 0,
    STATE_DOWNLOADING = 1,
    STATE_DOWNLOADED = 2,
    STATE_UPDATING = 3,
};

enum {
    RESULT_INITIAL = 0,
    RESULT_SUCCESS = 1,
};

enum next {
    NEXT_WAIT,    /* the device acts, or something has to be read first */
    NEXT_CLEAR,   /* an empty address ends what somebody else began */
    NEXT_WRITE,   /* the package's address */
    NEXT_EXECUTE, /* the update */
    NEXT_SUCCEED,
    NEXT_FAIL,
    NEXT_REFUSE, /* no package was found for it */
};

static const char *const result_texts[] = {
    "",
    "",
    "no flash left",
    "no RAM left",
    "connection lost",
    "integrity check failed",
    "package not supported",
    "invalid address",
    "update failed",
    "protocol not supported",
};

/* Where the version begins: the first number behind a dot or a '_', or the text itself. */
static const char *without_model(const char *firmware)
{
    const char *at = firmware;

    if (*at >= '0' && *at <= '9') {
        return at;
    }
    while (*at != '\0' && (strchr("._", *at) == NULL || at[1] < '0' || at[1] > '9')) {
        at++;
    }
    return *at == '\0' ? "" : at + 1;
}

void hlsim__av_version_of(const char *firmware, char ret_version[HLSIM__AV_FIRMWARE_SIZE])
{
    const char *from = without_model(firmware);
    size_t size = 0;

    while (from[size] != '\0') {
        size_t next = size + (size > 0);
        size_t digits = strspn(from + next, "0123456789");

        /* What is no number, or a long one, is the build: its date, its name. */
        if (digits == 0 || digits >= BUILD_DIGITS || strchr(". ", from[next + digits]) == NULL) {
            break;
        }
        size = next + digits;
        if (from[size] == ' ') {
            break;
        }
    }
    snprintf(ret_version, HLSIM__AV_FIRMWARE_SIZE, "%.*s", (int)size, from);
}

bool hlsim__av_firmware_is(const char *firmware, const char *version)
{
    char plain[HLSIM__AV_FIRMWARE_SIZE];

    if (!hlsim_version_valid(version) || *without_model(firmware) == '\0') {
        return false;
    }
    hlsim__av_version_of(firmware, plain);
    return hlsim_version_compare(without_model(firmware), version) == 0 ||
           hlsim_version_compare(plain, version) == 0;
}

static bool runs_target(const struct hlsim__av_task *task)
{
    return hlsim__av_firmware_is(task->system->firmware, task->package->to);
}

/*
 * `moved`: since the address was written the result was seen as initial, or the device was seen at
 * work; before that the result is that of an older update. When the device registers idle and
 * without a result of its own, it has lost the address (power went before it was stored), and gets
 * it again; so it does when it is heard and has not answered.
 */
static enum next decide(const struct hlsim__av_task *task, const struct hlsim__av_device *device)
{
    if (device->state == HLSIM__AV_UNKNOWN || device->result == HLSIM__AV_UNKNOWN) {
        return NEXT_WAIT;
    }
    if (task->package == NULL) {
        return NEXT_REFUSE;
    }
    if (!task->sent) {
        if (device->state == STATE_DOWNLOADING || device->state == STATE_DOWNLOADED) {
            return NEXT_CLEAR;
        }
        return device->state == STATE_IDLE ? NEXT_WRITE : NEXT_WAIT;
    }
    if (task->moved && device->result > RESULT_SUCCESS) {
        return NEXT_FAIL;
    }
    if (task->moved && device->result == RESULT_SUCCESS && task->executed) {
        return NEXT_SUCCEED;
    }
    if (device->state == STATE_DOWNLOADED) {
        return device->executed ? NEXT_WAIT : NEXT_EXECUTE;
    }
    if (device->state == STATE_IDLE && runs_target(task) && !task->same) {
        return NEXT_SUCCEED;
    }
    if (device->state == STATE_IDLE && (device->fresh || !task->answered)) {
        return NEXT_WRITE;
    }
    return NEXT_WAIT;
}

/* Whether the present task is an upgrade of which the device may know. */
static bool is_mine(const struct hlsim__av_task *task)
{
    return task != NULL && task->sent && task->operation->kind == HLSIM_OPERATION_UPGRADE;
}

void hlsim__av_upgrade_learn(struct hlsim__av_system *system, enum hlsim__av_watch watch, int value)
{
    struct hlsim__av_task *task = hlsim__av_task_current(system);
    struct hlsim__av_device *device = &system->device;

    if (watch == HLSIM__AV_WATCH_STATE) {
        device->state = value;
    } else {
        device->result = value;
    }
    if (!is_mine(task)) {
        return;
    }
    if (watch == HLSIM__AV_WATCH_RESULT) {
        task->moved = task->moved || value == RESULT_INITIAL;
    } else if (value > STATE_IDLE && !task->moved) {
        /* The written address cleared the result, whose own notification may be late. */
        task->moved = true;
        device->result = device->result == HLSIM__AV_UNKNOWN ? HLSIM__AV_UNKNOWN : RESULT_INITIAL;
    }
    if (device->state > STATE_IDLE && task->state == HLSIM__AV_PENDING) {
        /* The answer to the writing was lost; the device has it all the same. */
        hlsim__av_task_set(task, HLSIM__AV_IN_PROGRESS, 0, "");
    }
}

/* False when it cannot be sent now: it is tried again at the next registration. */
static bool send_address(struct hlsim__av_system *system, const char *address,
                         void (*done)(struct hlsim__av_system *system, int error,
                                      const struct hlsim__coap_message *response))
{
    struct hlsim__av_call call = {.code = HLSIM__COAP_PUT,
                                  .path = "5/0/1",
                                  .format = HLSIM__COAP_FORMAT_TEXT,
                                  .payload = (const uint8_t *)address,
                                  .size = strlen(address),
                                  .done = done};

    return hlsim__av_call(system, HLSIM__AV_DM, &call, NULL) == 0;
}

/* --- What was abandoned ------------------------------------------------------------------- */

static void tidied(struct hlsim__av_system *system, int error,
                   const struct hlsim__coap_message *response)
{
    if (error != 0) {
        return; /* When the device is heard again. */
    }
    hlsim__av_heard(system);
    system->abandoned = false;
    if (hlsim__av_is_success(response)) {
        system->device.state = STATE_IDLE;
    }
    hlsim__av_dm_pump(system);
}

/*
 * An empty address ends a download, or throws away what was downloaded (OMA LwM2M 1.0.2, E.6); what
 * is being installed cannot be stopped. A device that is idle may not have told yet that it has
 * begun, unless it was asked since it registered.
 */
bool hlsim__av_upgrade_tidy(struct hlsim__av_system *system)
{
    const struct hlsim__av_device *device = &system->device;

    if (!system->abandoned || device->state == HLSIM__AV_UNKNOWN) {
        return false;
    }
    if (device->state == STATE_DOWNLOADING || device->state == STATE_DOWNLOADED) {
        return send_address(system, "", tidied);
    }
    if (device->state == STATE_UPDATING || device->fresh) {
        system->abandoned = false;
    }
    return false;
}

/* --- Requests ----------------------------------------------------------------------------- */

static void clear_done(struct hlsim__av_system *system, int error,
                       const struct hlsim__coap_message *response)
{
    struct hlsim__av_task *task = hlsim__av_task_current(system);

    if (error != 0) {
        return;
    }
    hlsim__av_heard(system);
    if (hlsim__av_is_success(response)) {
        system->device.state = STATE_IDLE;
        hlsim__av_dm_pump(system);
    } else if (task != NULL && task->operation->kind == HLSIM_OPERATION_UPGRADE && !task->sent &&
               hlsim__av_is_refusal(response)) {
        hlsim__av_task_set(task, HLSIM__AV_FAILURE, 0, "the device is busy with another update");
        hlsim__av_dm_pump(system);
    }
}

static void write_done(struct hlsim__av_system *system, int error,
                       const struct hlsim__coap_message *response)
{
    struct hlsim__av_task *task = hlsim__av_task_current(system);

    if (error != 0) {
        return;
    }
    hlsim__av_heard(system);
    if (!is_mine(task)) {
        /* It has ended meanwhile; the device goes to work, which its notification may tell later.
         */
        if (hlsim__av_is_success(response) && system->abandoned &&
            system->device.state == STATE_IDLE) {
            system->device.state = STATE_DOWNLOADING;
        }
        hlsim__av_dm_pump(system);
        return;
    }
    task->answered = true;
    if (hlsim__av_is_success(response)) {
        if (task->state == HLSIM__AV_PENDING) {
            hlsim__av_task_set(task, HLSIM__AV_IN_PROGRESS, 0, "");
        }
    } else if (hlsim__av_is_refusal(response)) {
        hlsim__av_task_set(task, HLSIM__AV_FAILURE, 0, "the device refused the address");
    }
    hlsim__av_dm_pump(system);
}

/* A refusal means that the device is elsewhere: its notifications or its next registration tell. */
static void execute_done(struct hlsim__av_system *system, int error,
                         const struct hlsim__coap_message *response)
{
    (void)response;
    if (error == 0) {
        hlsim__av_heard(system);
        system->device.executed = true;
        hlsim__av_dm_pump(system);
    }
}

static void write_address(struct hlsim__av_task *task)
{
    char url[sizeof task->system->av->packages_uri + sizeof "/" + sizeof task->package->id];

    _Static_assert(HLSIM__PACKAGES_PORT == 80, "the URL names no port");
    snprintf(url, sizeof url, "%s/%s", task->system->av->packages_uri, task->package->id);
    if (!task->sent) {
        task->same = runs_target(task);
    }
    task->sent = true;
    task->answered = false;
    task->system->abandoned = false;
    task->system->device.executed = false;
    task->moved = task->system->device.result == RESULT_INITIAL;
    (void)send_address(task->system, url, write_done);
}

static void execute(struct hlsim__av_task *task)
{
    struct hlsim__av_call call = {
        .code = HLSIM__COAP_POST, .path = "5/0/2", .format = -1, .done = execute_done};

    task->executed = true;
    (void)hlsim__av_call(task->system, HLSIM__AV_DM, &call, NULL);
}

bool hlsim__av_upgrade_go_on(struct hlsim__av_task *task)
{
    struct hlsim__av_system *system = task->system;
    struct hlsim__av_device *device = &system->device;
    enum next next;

    if (task->package == NULL && system->firmware[0] != '\0') {
        task->package = hlsim__av_package_latest(&system->av->store, system);
    }
    next = decide(task, device);
    device->fresh = false;
    switch (next) {
    case NEXT_CLEAR:
        (void)send_address(system, "", clear_done);
        return false;
    case NEXT_WRITE:
        write_address(task);
        return false;
    case NEXT_EXECUTE:
        execute(task);
        return false;
    case NEXT_SUCCEED:
        hlsim__av_task_set(task, HLSIM__AV_SUCCESS, device->result, "");
        return true;
    case NEXT_FAIL:
        hlsim__av_task_set(task, HLSIM__AV_FAILURE, device->result, result_texts[device->result]);
        return true;
    case NEXT_REFUSE:
        hlsim__av_task_set(task, HLSIM__AV_FAILURE, 0, HLSIM__AV_NOTHING_FITS);
        return true;
    case NEXT_WAIT:
        break;
    }
    return false;
}
