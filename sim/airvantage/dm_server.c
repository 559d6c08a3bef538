/*
 * The asking half of the DM server: what a device is asked after each registration, and what it
 * notifies. The registrations are in registrations.c; what is asked for an operation is decided in
 * job_*.c.
 *
 * The server sends only while a client in queue mode is awake. A request that is not answered dies
 * with its repetitions: what was wanted stays wanted, and the next message of the client starts it
 * again. Nobody is told (AN5.0 9).
 */
#include "airvantage/inside.h"

#include <string.h>

static bool is_awake(const struct hlsim__av_system *system)
{
    const struct hlsim__av_registration *registration = &system->registration;

    return !registration->queue ||
           hlsim__av_now(system->av) - registration->heard_at <= system->av->policy.awake;
}

/* --- Values that are read ----------------------------------------------------------------- */

static const uint16_t watched_resources[HLSIM__AV_WATCHES] = {
    [HLSIM__AV_WATCH_STATE] = 3,
    [HLSIM__AV_WATCH_RESULT] = 5,
};

/* The highest values of /5/0/3 and /5/0/5 (OMA LwM2M 1.0.2, E.6). */
static const int watched_limits[HLSIM__AV_WATCHES] = {
    [HLSIM__AV_WATCH_STATE] = 3,
    [HLSIM__AV_WATCH_RESULT] = 9,
};

/* A value of /5/0/3 or /5/0/5 came; one that cannot be is not believed. */
static void learn(struct hlsim__av_system *system, enum hlsim__av_watch watch,
                  const struct hlsim__coap_message *message)
{
    char text[4];

    if (hlsim__av_value_read(message, watched_resources[watch], true, text, sizeof text) < 0 ||
        strlen(text) != 1 || text[0] < '0' || text[0] > '0' + watched_limits[watch]) {
        HLSIM__EMIT(system->av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_IGNORED,
                    HLSIM_TEXT("by", "dm"), HLSIM_TEXT("why", "a value that cannot be"));
        return;
    }
    hlsim__av_upgrade_learn(system, watch, text[0] - '0');
}

/* --- What a device is asked after it registered ------------------------------------------- */

static void read_done(struct hlsim__av_system *system, int error,
                      const struct hlsim__coap_message *response);
static void firmware_done(struct hlsim__av_system *system, int error,
                          const struct hlsim__coap_message *response);
static void state_done(struct hlsim__av_system *system, int error,
                       const struct hlsim__coap_message *response);
static void result_done(struct hlsim__av_system *system, int error,
                        const struct hlsim__coap_message *response);

static const struct step {
    const char *path;
    void (*done)(struct hlsim__av_system *system, int error,
                 const struct hlsim__coap_message *response);
    int watch; /* negative: read only */
} steps[] = {
    /* The first ones are the first of those whose values are kept, hlsim__av_data_paths. */
    {"3/0/0", read_done, -1},
    {"3/0/1", read_done, -1},
    {"3/0/2", read_done, -1},
    {"3/0/3", firmware_done, -1},
    {"5/0/3", state_done, HLSIM__AV_WATCH_STATE},
    {"5/0/5", result_done, HLSIM__AV_WATCH_RESULT},
};

#define STEPS (sizeof steps / sizeof *steps)

/* The step is over, whatever was answered: a device need not have everything. */
static void next_step(struct hlsim__av_system *system)
{
    hlsim__av_heard(system);
    system->device.step++;
    system->device.fresh = system->device.step == STEPS;
    hlsim__av_dm_pump(system);
}

static void read_done(struct hlsim__av_system *system, int error,
                      const struct hlsim__coap_message *response)
{
    if (error != 0) {
        return;
    }
    if (hlsim__av_is_success(response)) {
        hlsim__av_data_learn(system, system->device.step, response);
    }
    next_step(system);
}

static void firmware_done(struct hlsim__av_system *system, int error,
                          const struct hlsim__coap_message *response)
{
    char text[HLSIM__AV_FIRMWARE_SIZE];

    if (error == 0 && hlsim__av_is_success(response) &&
        hlsim__av_value_read(response, 3, false, text, sizeof text) == 0 &&
        strcmp(text, system->firmware) != 0) {
        strcpy(system->firmware, text);
        hlsim__av_emit_system(system, "registered", "firmware");
    }
    read_done(system, error, response);
}

static void watch_done(struct hlsim__av_system *system, enum hlsim__av_watch watch, int error,
                       const struct hlsim__coap_message *response)
{
    if (error != 0) {
        return;
    }
    if (hlsim__av_is_success(response)) {
        struct hlsim__av_observation *observation = &system->device.observations[watch];

        observation->numbered =
            hlsim__coap_option_uint(response, HLSIM__COAP_OBSERVE, &observation->number) == 0;
        observation->heard_at = hlsim__av_now(system->av);
        learn(system, watch, response);
    }
    next_step(system);
}

static void state_done(struct hlsim__av_system *system, int error,
                       const struct hlsim__coap_message *response)
{
    watch_done(system, HLSIM__AV_WATCH_STATE, error, response);
}

static void result_done(struct hlsim__av_system *system, int error,
                        const struct hlsim__coap_message *response)
{
    watch_done(system, HLSIM__AV_WATCH_RESULT, error, response);
}

void hlsim__av_dm_pump(struct hlsim__av_system *system)
{
    struct hlsim__av_device *device = &system->device;
    const struct step *step;
    struct hlsim__av_call call;

    if (!hlsim__av_is_registered(system) || !system->contacts[HLSIM__AV_DM].bound ||
        hlsim__av_busy(system, HLSIM__AV_DM) || !is_awake(system)) {
        return;
    }
    if (device->step == STEPS) {
        hlsim__av_task_go_on(system);
        return;
    }
    step = &steps[device->step];
    call = (struct hlsim__av_call){.code = HLSIM__COAP_GET,
                                   .path = step->path,
                                   .observe = step->watch >= 0,
                                   .format = -1,
                                   .done = step->done};
    /* What cannot be sent now is tried again at the next message. */
    (void)hlsim__av_call(system, HLSIM__AV_DM, &call,
                         step->watch >= 0 ? &device->observations[step->watch] : NULL);
}

/* --- Notifications ------------------------------------------------------------------------ */

/* RFC 7641 3.4: whether a notification is newer than the last one. */
static bool is_newer(const struct hlsim__av_observation *observation, uint32_t number, int64_t now)
{
    uint32_t before = observation->number;

    return !observation->numbered || (before < number && number - before < (1U << 23)) ||
           (before > number && before - number > (1U << 23)) ||
           now > observation->heard_at + 128 * HLSIM_SECOND;
}

bool hlsim__av_dm_notification(struct hlsim__av_system *system,
                               const struct hlsim__coap_message *message)
{
    int64_t now = hlsim__av_now(system->av);
    uint32_t number;

    for (int watch = 0; watch < HLSIM__AV_WATCHES; watch++) {
        struct hlsim__av_observation *observation = &system->device.observations[watch];
        char code[HLSIM__COAP_CODE_TEXT_SIZE];

        if (!hlsim__av_is_registered(system) || observation->token_size != message->token_size ||
            message->token_size == 0 ||
            memcmp(observation->token, message->token, message->token_size) != 0 ||
            hlsim__coap_option_uint(message, HLSIM__COAP_OBSERVE, &number) < 0) {
            continue;
        }
        hlsim__av_seen(system);
        hlsim__av_heard(system);
        hlsim__av_emit_server(system->av, "dm",
                              watch == HLSIM__AV_WATCH_STATE ? "NOTIFY /5/0/3" : "NOTIFY /5/0/5",
                              hlsim__coap_code_text(message->code, code), system->endpoint);
        if (is_newer(observation, number, now) && hlsim__av_is_success(message)) {
            observation->numbered = true;
            observation->number = number;
            observation->heard_at = now;
            learn(system, (enum hlsim__av_watch)watch, message);
        }
        return true;
    }
    return false;
}
