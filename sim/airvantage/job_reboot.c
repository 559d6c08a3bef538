/*
 * A task that reboots a device: executes /3/0/4 once (OMA LwM2M 1.0.2, E.4), and again
 * with its next registration or update when the device says 5.xx. A device that asks its
 * host first answers all the same, so that a success by the answer says nothing about the reboot.
 */
#include "airvantage/inside.h"

static bool is_mine(const struct hlsim__av_task *task)
{
    return task != NULL && task->sent && task->operation->kind == HLSIM_OPERATION_REBOOT;
}

static void executed(struct hlsim__av_system *system, int error,
                     const struct hlsim__coap_message *response)
{
    struct hlsim__av_task *task = hlsim__av_task_current(system);

    /* Silence: it may have rebooted before it could answer; its next registration tells. */
    if (error != 0) {
        return;
    }
    hlsim__av_heard(system);
    if (is_mine(task) && hlsim__av_is_success(response)) {
        task->answered = true;
        if (task->state == HLSIM__AV_PENDING) {
            hlsim__av_task_set(task, HLSIM__AV_IN_PROGRESS, 0, "");
        }
    } else if (is_mine(task) && hlsim__av_is_refusal(response)) {
        hlsim__av_task_set(task, HLSIM__AV_FAILURE, 0, "the device refused to reboot");
    } else if (is_mine(task)) {
        task->sent = false;
        task->trouble_in = system->registration.renewals;
    }
    hlsim__av_dm_pump(system);
}

bool hlsim__av_reboot_go_on(struct hlsim__av_task *task)
{
    struct hlsim__av_system *system = task->system;
    struct hlsim__av_call call = {
        .code = HLSIM__COAP_POST, .path = "3/0/4", .format = -1, .done = executed};
    bool again = task->sent && system->registration.number != task->sent_in;

    if (again || (task->answered && !system->av->policy.reboot_awaits_registration)) {
        hlsim__av_task_set(task, HLSIM__AV_SUCCESS, 0, "");
        return true;
    }
    if (!task->sent && task->trouble_in != system->registration.renewals) {
        task->sent = hlsim__av_call(system, HLSIM__AV_DM, &call, NULL) == 0;
        task->sent_in = system->registration.number;
    }
    return false;
}
