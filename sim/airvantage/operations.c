/*
 * Operations: creation, start, time-out, cancellation, and how they stand as the portal shows it.
 * Their tasks are in tasks.c, what devices are asked in job_*.c.
 *
 * An operation without a later start is in progress from its creation, whether or not a device is
 * connected (AN1.1 8.7), and stays so until the last of its tasks has ended.
 */
#include "airvantage/inside.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How the whole of it stands: a failure is what counts, then a success. */
static const char *overall(const struct hlsim__av_operation *operation)
{
    if (!operation->started && operation->ended_at == HLSIM_NEVER) {
        return "scheduled";
    }
    if (operation->ended_at == HLSIM_NEVER) {
        return "in_progress";
    }
    if (operation->counts[HLSIM__AV_FAILURE] > 0) {
        return "failure";
    }
    if (operation->counts[HLSIM__AV_TIMEOUT] > 0) {
        return "timeout";
    }
    return operation->counts[HLSIM__AV_SUCCESS] > 0 ? "success" : "cancelled";
}

/* The portal's view: the operation is in progress, however little the device knows of it. */
static const char *task_text(const struct hlsim__av_task *task)
{
    return task->state == HLSIM__AV_PENDING ? "in_progress"
                                            : hlsim__av_task_state_name(task->state);
}

const char *hlsim__av_operation_text(const struct hlsim__av_operation *operation,
                                     const struct hlsim__av_system *system)
{
    const struct hlsim__av_task *task =
        system != NULL ? hlsim__av_task_of(operation, system) : NULL;

    if (task == NULL) {
        return overall(operation);
    }
    return !operation->started && !hlsim__av_is_finished(task->state) ? "scheduled"
                                                                      : task_text(task);
}

void hlsim__av_emit_operation(const struct hlsim__av_operation *operation,
                              const struct hlsim__av_task *task)
{
    const size_t *counts = operation->counts;

    if (task == NULL) {
        HLSIM__EMIT(operation->av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_OPERATION,
                    HLSIM_INT("operation", operation->number),
                    HLSIM_TEXT("state", overall(operation)),
                    HLSIM_TEXT("kind", hlsim_operation_kind_name(operation->kind)),
                    HLSIM_INT("pending", counts[HLSIM__AV_PENDING]),
                    HLSIM_INT("in_progress", counts[HLSIM__AV_IN_PROGRESS]),
                    HLSIM_INT("success", counts[HLSIM__AV_SUCCESS]),
                    HLSIM_INT("failure", counts[HLSIM__AV_FAILURE]),
                    HLSIM_INT("cancelled", counts[HLSIM__AV_CANCELLED]),
                    HLSIM_INT("timeout", counts[HLSIM__AV_TIMEOUT]));
        return;
    }
    HLSIM__EMIT(operation->av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_OPERATION,
                HLSIM_INT("operation", operation->number), HLSIM_TEXT("state", task_text(task)),
                HLSIM_INT("result", task->result), HLSIM_TEXT("reason", task->reason),
                HLSIM_TEXT("endpoint", task->system->endpoint));
}

/* --- Operations --------------------------------------------------------------------------- */

struct hlsim__av_operation *hlsim__av_operation_find(const struct hlsim__airvantage *av,
                                                     const char *id)
{
    for (size_t i = 0; i < av->operation_count; i++) {
        char number[16];

        snprintf(number, sizeof number, "%d", av->operations[i]->number);
        if (strcmp(number, id) == 0 || strcmp(av->operations[i]->id, id) == 0) {
            return av->operations[i];
        }
    }
    return NULL;
}

const struct hlsim__av_operation *hlsim__av_operation_last(const struct hlsim__airvantage *av,
                                                           const struct hlsim__av_system *system)
{
    for (size_t i = av->operation_count; system != NULL && i-- > 0;) {
        if (hlsim__av_task_of(av->operations[i], system) != NULL) {
            return av->operations[i];
        }
    }
    return av->operation_count == 0 ? NULL : av->operations[av->operation_count - 1];
}

static void start(struct hlsim__av_operation *operation)
{
    operation->started = true;
    hlsim__av_emit_operation(operation, NULL);
    for (size_t i = 0; i < operation->task_count; i++) {
        if (operation->tasks[i].system != NULL) {
            hlsim__av_dm_pump(operation->tasks[i].system);
        }
    }
}

static void start_fires(void *owner)
{
    struct hlsim__av_operation *operation = owner;

    start(operation);
}

static void timeout_fires(void *owner)
{
    struct hlsim__av_operation *operation = owner;

    hlsim__av_tasks_end(operation, HLSIM__AV_TIMEOUT, "the time is over");
}

/* What the system gets; false when there is nothing for it. */
static bool choose(const struct hlsim__av_operation *operation,
                   const struct hlsim__av_system *system,
                   const struct hlsim__av_package **ret_package)
{
    *ret_package = operation->package;
    if (operation->kind != HLSIM_OPERATION_UPGRADE) {
        return true;
    }
    if (operation->package != NULL) {
        return operation->force || hlsim__av_package_fits(operation->package, system);
    }
    if (system->firmware[0] == '\0') {
        return true;
    }
    *ret_package = hlsim__av_package_latest(&operation->av->store, system);
    return *ret_package != NULL;
}

static int add_task(struct hlsim__av_operation *operation, struct hlsim__av_system *system,
                    const struct hlsim__airvantage_job *job)
{
    const struct hlsim__av_package *package;
    bool good = choose(operation, system, &package);

    if (!good && !job->partly) {
        return HLSIM_E_UNSUPPORTED;
    }
    operation->tasks[operation->task_count++] = (struct hlsim__av_task){.operation = operation,
                                                                        .system = system,
                                                                        .package = package,
                                                                        .refused = !good,
                                                                        .reason = ""};
    return 0;
}

static int add_all(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                   const struct hlsim__airvantage_job *job)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < av->system_limit; i++) {
        if (av->systems[i] != NULL) {
            rc = add_task(operation, av->systems[i], job);
        }
    }
    return rc;
}

static int add_named(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                     const struct hlsim__airvantage_job *job)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < job->imei_count; i++) {
        struct hlsim__av_system *system = hlsim__av_by_imei(av, job->imeis[i]);

        if (system == NULL) {
            rc = HLSIM_E_NOT_FOUND;
        } else if (hlsim__av_task_of(operation, system) != NULL) {
            rc = HLSIM_E_INVALID;
        } else {
            rc = add_task(operation, system, job);
        }
    }
    return rc;
}

static int fill(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                const struct hlsim__airvantage_job *job)
{
    size_t limit = job->imeis != NULL ? job->imei_count : av->system_count;

    if (limit == 0) {
        return HLSIM_E_INVALID;
    }
    operation->tasks = calloc(limit, sizeof *operation->tasks);
    if (operation->tasks == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    return job->imeis != NULL ? add_named(av, operation, job) : add_all(av, operation, job);
}

static void discard(struct hlsim__av_operation *operation)
{
    free(operation->tasks);
    free(operation);
}

/* Tasks for which there was no package end before anything was sent. */
static void fail_refused(struct hlsim__av_operation *operation)
{
    for (size_t i = 0; i < operation->task_count; i++) {
        if (operation->tasks[i].refused) {
            hlsim__av_task_set(&operation->tasks[i], HLSIM__AV_FAILURE, 0, HLSIM__AV_NOTHING_FITS);
        }
    }
}

static void enlist(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                   const struct hlsim__airvantage_job *job)
{
    int64_t now = hlsim__av_now(av);

    av->operations[av->operation_count++] = operation;
    operation->number = (int)av->operation_count;
    operation->created_at = now;
    operation->start_at = now + job->start;
    operation->timeout_at = job->timeout > 0 ? operation->start_at + job->timeout : HLSIM_NEVER;
    operation->cancelled_at = HLSIM_NEVER;
    operation->ended_at = HLSIM_NEVER;
    operation->counts[HLSIM__AV_PENDING] = operation->task_count;
    av->task_counts[HLSIM__AV_PENDING] += operation->task_count;
    av->task_total += operation->task_count;
    for (size_t i = 0; i < operation->task_count; i++) {
        hlsim__av_task_append(&operation->tasks[i]);
    }
    hlsim__timer_init(&operation->start_timer, &av->timers, start_fires, operation);
    hlsim__timer_init(&operation->timeout_timer, &av->timers, timeout_fires, operation);
    if (job->start > 0) {
        hlsim__av_emit_operation(operation, NULL);
        hlsim__timer_set(&operation->start_timer, operation->start_at);
    }
    if (operation->timeout_at != HLSIM_NEVER) {
        hlsim__timer_set(&operation->timeout_timer, operation->timeout_at);
    }
    fail_refused(operation);
    if (job->start == 0 && operation->ended_at == HLSIM_NEVER) {
        start(operation);
    }
}

static int check_times(const struct hlsim__airvantage *av, const struct hlsim__airvantage_job *job)
{
    int64_t left = HLSIM_NEVER - 1 - hlsim__av_now(av);

    if (job->start < 0 || job->start > left || job->timeout < 0 ||
        job->timeout > left - job->start) {
        return HLSIM_E_RANGE;
    }
    if (job->polling < 0 || job->polling % HLSIM_SECOND != 0 ||
        job->polling / HLSIM_SECOND > HLSIM__AV_NO_POLLING) {
        return HLSIM_E_RANGE;
    }
    return 0;
}

/* What can be said before anything is created: 0, or an error. `ret_package` NULL: the latest. */
static int check(const struct hlsim__airvantage *av, const struct hlsim__airvantage_job *job,
                 const struct hlsim__av_package **ret_package)
{
    int rc = check_times(av, job);

    *ret_package = NULL;
    if (job->kind == HLSIM_OPERATION_UPGRADE) {
        *ret_package = hlsim__av_package_by_id(&av->store, job->package, strlen(job->package));
        if (*ret_package == NULL && (strcmp(job->package, "latest") != 0 || av->store.count == 0)) {
            return HLSIM_E_NOT_FOUND;
        }
    }
    if (rc < 0) {
        return rc;
    }
    if (job->id != NULL && job->id[0] != '\0') {
        if (strlen(job->id) >= sizeof((struct hlsim__av_operation *)0)->id) {
            return HLSIM_E_INVALID;
        }
        if (hlsim__av_operation_find(av, job->id) != NULL) {
            return HLSIM_E_EXISTS;
        }
    }
    return av->operation_count == HLSIM__AIRVANTAGE_OPERATIONS_MAX ? HLSIM_E_LIMIT : 0;
}

static int create(struct hlsim__airvantage *av, const struct hlsim__airvantage_job *job)
{
    const struct hlsim__av_package *package;
    struct hlsim__av_operation *operation;
    int rc = check(av, job, &package);

    if (rc < 0) {
        return rc;
    }
    operation = calloc(1, sizeof *operation);
    if (operation == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    operation->av = av;
    operation->kind = job->kind;
    operation->package = package;
    operation->force = job->force;
    operation->lifetime =
        job->polling > 0 ? (uint32_t)(job->polling / HLSIM_SECOND) : HLSIM__AV_NO_POLLING;
    snprintf(operation->id, sizeof operation->id, "%s", job->id == NULL ? "" : job->id);
    rc = fill(av, operation, job);
    if (rc < 0) {
        discard(operation);
        return rc;
    }
    enlist(av, operation, job);
    return operation->number;
}

int hlsim__airvantage_operate(struct hlsim__airvantage *av, const struct hlsim__airvantage_job *job)
{
    int rc = create(av, job);

    if (rc < 0) {
        const char *package = job->kind == HLSIM_OPERATION_UPGRADE ? job->package : "";

        HLSIM__EMIT(av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_OPERATION,
                    HLSIM_TEXT("state", "refused"), HLSIM_TEXT("package", package),
                    HLSIM_TEXT("reason", rc == HLSIM_E_UNSUPPORTED ? HLSIM__AV_NOTHING_FITS
                                                                   : hlsim_error_text(rc)));
    }
    return rc;
}

int hlsim__airvantage_cancel(struct hlsim__airvantage *av, const char *id)
{
    struct hlsim__av_operation *operation;

    if (strcmp(id, "last") == 0) {
        operation = av->operation_count > 0 ? av->operations[av->operation_count - 1] : NULL;
    } else {
        operation = hlsim__av_operation_find(av, id);
    }
    if (operation == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    if (operation->ended_at != HLSIM_NEVER) {
        return HLSIM_E_STATE;
    }
    operation->cancelled_at = hlsim__av_now(av);
    hlsim__av_tasks_end(operation, HLSIM__AV_CANCELLED, "cancelled");
    return 0;
}

void hlsim__av_tasks_forget(struct hlsim__av_system *system)
{
    struct hlsim__airvantage *av = system->av;

    for (size_t i = 0; i < av->operation_count; i++) {
        struct hlsim__av_operation *operation = av->operations[i];

        for (size_t k = 0; k < operation->task_count; k++) {
            if (operation->tasks[k].system == system) {
                operation->tasks[k].system = NULL;
            }
        }
    }
}

void hlsim__av_operations_free(struct hlsim__airvantage *av)
{
    for (size_t i = 0; i < av->operation_count; i++) {
        discard(av->operations[i]);
    }
}
