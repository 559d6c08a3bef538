/*
 * A task that configures: writes the lifetime of the registration, which is the module's period of
 * polling (lwm2mCore: one setting with two names).
 */
#include "airvantage/inside.h"

#include <stdio.h>
#include <string.h>

static void written(struct hlsim__av_system *system, int error,
                    const struct hlsim__coap_message *response)
{
    struct hlsim__av_task *task = hlsim__av_task_current(system);

    /* Silence: written again when the device is heard. */
    if (error != 0) {
        return;
    }
    hlsim__av_heard(system);
    if (task != NULL && task->sent && task->operation->kind == HLSIM_OPERATION_SETTINGS) {
        if (hlsim__av_is_success(response)) {
            snprintf(system->data[hlsim__av_data_find("1/0/1")], HLSIM__AV_DATA_SIZE, "%lu",
                     (unsigned long)task->operation->lifetime);
            hlsim__av_task_set(task, HLSIM__AV_SUCCESS, 0, "");
        } else if (hlsim__av_is_refusal(response)) {
            hlsim__av_task_set(task, HLSIM__AV_FAILURE, 0, "the device refused the setting");
        } else {
            task->trouble_in = system->registration.renewals;
        }
    }
    hlsim__av_dm_pump(system);
}

bool hlsim__av_settings_go_on(struct hlsim__av_task *task)
{
    char text[16];
    struct hlsim__av_call call = {.code = HLSIM__COAP_PUT,
                                  .path = "1/0/1",
                                  .format = HLSIM__COAP_FORMAT_TEXT,
                                  .payload = (const uint8_t *)text,
                                  .done = written};

    if (task->trouble_in == task->system->registration.renewals) {
        return false; /* 5.xx: with the next registration or update. */
    }
    snprintf(text, sizeof text, "%lu", (unsigned long)task->operation->lifetime);
    call.size = strlen(text);
    task->sent = hlsim__av_call(task->system, HLSIM__AV_DM, &call, NULL) == 0;
    return false;
}
