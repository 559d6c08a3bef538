/*
 * A task that synchronises: reads the resources that are kept, one after the other. A device need
 * not have all of them.
 */
#include "airvantage/inside.h"

static void value_came(struct hlsim__av_system *system, int error,
                       const struct hlsim__coap_message *response)
{
    struct hlsim__av_task *task = hlsim__av_task_current(system);

    /* Silence: the same is asked for again when the device is heard. */
    if (error != 0) {
        return;
    }
    hlsim__av_heard(system);
    if (task != NULL && task->sent && task->operation->kind == HLSIM_OPERATION_SYNC) {
        if (hlsim__av_is_success(response)) {
            hlsim__av_data_learn(system, task->step, response);
            task->read++;
        }
        task->step++;
        if (task->state == HLSIM__AV_PENDING) {
            hlsim__av_task_set(task, HLSIM__AV_IN_PROGRESS, 0, "");
        }
    }
    hlsim__av_dm_pump(system);
}

bool hlsim__av_sync_go_on(struct hlsim__av_task *task)
{
    struct hlsim__av_system *system = task->system;

    if (task->step < HLSIM__AV_DATA) {
        struct hlsim__av_call call = {.code = HLSIM__COAP_GET,
                                      .path = hlsim__av_data_paths[task->step],
                                      .format = -1,
                                      .done = value_came};

        /* What cannot be sent now is tried again at the next message. */
        task->sent = hlsim__av_call(system, HLSIM__AV_DM, &call, NULL) == 0;
        return false;
    }
    if (task->read == 0) {
        system->synchronization = HLSIM__AV_SYNC_ERROR;
        hlsim__av_task_set(task, HLSIM__AV_FAILURE, 0, "the device lets nothing be read");
    } else {
        system->synchronization = HLSIM__AV_SYNC_OK;
        hlsim__av_communicated(system, "synchronised");
        hlsim__av_task_set(task, HLSIM__AV_SUCCESS, 0, "");
    }
    return true;
}
