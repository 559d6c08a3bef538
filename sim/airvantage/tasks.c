/*
 * The tasks of operations: the queue of each system, one task after the other, and the counters.
 * What a task needs next depends on its kind and is in job_*.c.
 */
#include "airvantage/inside.h"

#include "base/assert.h"

static const char *const state_names[HLSIM__AV_TASK_STATES] = {
    [HLSIM__AV_PENDING] = "pending",     [HLSIM__AV_IN_PROGRESS] = "in_progress",
    [HLSIM__AV_SUCCESS] = "success",     [HLSIM__AV_FAILURE] = "failure",
    [HLSIM__AV_CANCELLED] = "cancelled", [HLSIM__AV_TIMEOUT] = "timeout",
};

const char *hlsim__av_task_state_name(enum hlsim__av_task_state state)
{
    return state_names[state];
}

const struct hlsim__av_task *hlsim__av_task_of(const struct hlsim__av_operation *operation,
                                               const struct hlsim__av_system *system)
{
    for (size_t i = 0; i < operation->task_count; i++) {
        if (operation->tasks[i].system == system) {
            return &operation->tasks[i];
        }
    }
    return NULL;
}

/* --- The queue of a system ---------------------------------------------------------------- */

struct hlsim__av_task *hlsim__av_task_current(const struct hlsim__av_system *system)
{
    struct hlsim__av_task *task = system->first_task;

    while (task != NULL && !task->operation->started) {
        task = task->next;
    }
    return task;
}

void hlsim__av_task_append(struct hlsim__av_task *task)
{
    struct hlsim__av_task **link;

    HLSIM_ASSERT(task->system != NULL);
    link = &task->system->first_task;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = task;
}

static void take_out(struct hlsim__av_task *task)
{
    struct hlsim__av_task **link = &task->system->first_task;

    while (*link != task) {
        HLSIM_ASSERT(*link != NULL);
        link = &(*link)->next;
    }
    *link = task->next;
    task->next = NULL;
}

void hlsim__av_task_go_on(struct hlsim__av_system *system)
{
    static bool (*const kinds[HLSIM_OPERATION_KINDS])(struct hlsim__av_task * task) = {
        [HLSIM_OPERATION_UPGRADE] = hlsim__av_upgrade_go_on,
        [HLSIM_OPERATION_SYNC] = hlsim__av_sync_go_on,
        [HLSIM_OPERATION_REBOOT] = hlsim__av_reboot_go_on,
        [HLSIM_OPERATION_SETTINGS] = hlsim__av_settings_go_on,
    };
    struct hlsim__av_task *task;

    HLSIM_ASSERT(!hlsim__av_busy(system, HLSIM__AV_DM));
    if (hlsim__av_upgrade_tidy(system)) {
        return;
    }
    do {
        task = hlsim__av_task_current(system);
    } while (task != NULL && kinds[task->operation->kind](task));
}

/* --- States ------------------------------------------------------------------------------- */

static void count(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                  enum hlsim__av_task_state from, enum hlsim__av_task_state to)
{
    HLSIM_ASSERT(operation->counts[from] > 0 && av->task_counts[from] > 0);
    operation->counts[from]--;
    operation->counts[to]++;
    av->task_counts[from]--;
    av->task_counts[to]++;
}

static void end_operation(struct hlsim__av_operation *operation)
{
    operation->ended_at = hlsim__av_now(operation->av);
    hlsim__timer_cancel(&operation->start_timer);
    hlsim__timer_cancel(&operation->timeout_timer);
    hlsim__av_emit_operation(operation, NULL);
}

void hlsim__av_task_set(struct hlsim__av_task *task, enum hlsim__av_task_state state, int result,
                        const char *reason)
{
    struct hlsim__airvantage *av = task->system->av;
    struct hlsim__av_operation *operation = task->operation;

    HLSIM_ASSERT(!hlsim__av_is_finished(task->state));
    count(av, operation, task->state, state);
    task->state = state;
    task->result = result;
    task->reason = reason;
    hlsim__av_emit_operation(operation, task);
    if (!hlsim__av_is_finished(state)) {
        return;
    }
    take_out(task);
    if (task->sent && (state == HLSIM__AV_CANCELLED || state == HLSIM__AV_TIMEOUT) &&
        operation->kind == HLSIM_OPERATION_UPGRADE) {
        task->system->abandoned = true;
    }
    if (operation->counts[HLSIM__AV_PENDING] + operation->counts[HLSIM__AV_IN_PROGRESS] == 0) {
        end_operation(operation);
    }
}

void hlsim__av_tasks_end(struct hlsim__av_operation *operation, enum hlsim__av_task_state state,
                         const char *reason)
{
    for (size_t i = 0; i < operation->task_count; i++) {
        struct hlsim__av_task *task = &operation->tasks[i];

        if (hlsim__av_is_finished(task->state)) {
            continue;
        }
        hlsim__av_task_set(task, state, 0, reason);
        hlsim__av_dm_pump(task->system);
    }
}

void hlsim__av_tasks_cancel(struct hlsim__av_system *system, const char *reason)
{
    while (system->first_task != NULL) {
        hlsim__av_task_set(system->first_task, HLSIM__AV_CANCELLED, 0, reason);
    }
}
