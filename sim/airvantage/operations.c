/*
 * Operations and their tasks: creation, the queue of each system, counters and states as the portal
 * shows them. Asks nothing of devices; that is task.c.
 *
 * An operation without a later start is in progress from its creation, whether or not a device is
 * connected (AN1.1 8.7), and stays so until the last of its tasks has ended.
 */
#include "airvantage/inside.h"

#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const task_texts[HLSIM__AV_TASK_STATES] = {
    [HLSIM__AV_PENDING] = "in_progress", /* the portal's view: the operation is */
    [HLSIM__AV_IN_PROGRESS] = "in_progress", [HLSIM__AV_SUCCESS] = "success",
    [HLSIM__AV_FAILURE] = "failure",         [HLSIM__AV_CANCELLED] = "cancelled",
};

static bool is_finished(enum hlsim__av_task_state state)
{
    return state != HLSIM__AV_PENDING && state != HLSIM__AV_IN_PROGRESS;
}

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
    return operation->counts[HLSIM__AV_SUCCESS] > 0 ? "success" : "cancelled";
}

static const struct hlsim__av_task *find_task(const struct hlsim__av_operation *operation,
                                              const struct hlsim__av_system *system)
{
    for (size_t i = 0; i < operation->task_count; i++) {
        if (operation->tasks[i].system == system) {
            return &operation->tasks[i];
        }
    }
    return NULL;
}

const char *hlsim__av_operation_text(const struct hlsim__av_operation *operation,
                                     const struct hlsim__av_system *system)
{
    const struct hlsim__av_task *task = system != NULL ? find_task(operation, system) : NULL;

    if (task == NULL) {
        return overall(operation);
    }
    return !operation->started && !is_finished(task->state) ? "scheduled" : task_texts[task->state];
}

/* `task` NULL: the operation itself. */
static void emit(const struct hlsim__airvantage *av, const struct hlsim__av_operation *operation,
                 const struct hlsim__av_task *task)
{
    if (task == NULL) {
        HLSIM__EMIT(av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_OPERATION,
                    HLSIM_INT("operation", operation->number),
                    HLSIM_TEXT("state", overall(operation)));
        return;
    }
    HLSIM__EMIT(av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_OPERATION,
                HLSIM_INT("operation", operation->number),
                HLSIM_TEXT("state", task_texts[task->state]), HLSIM_INT("result", task->result),
                HLSIM_TEXT("reason", task->reason), HLSIM_TEXT("endpoint", task->system->endpoint));
}

/* --- Tasks -------------------------------------------------------------------------------- */

struct hlsim__av_task *hlsim__av_task_current(const struct hlsim__av_system *system)
{
    struct hlsim__av_task *task = system->first_task;

    while (task != NULL && !task->operation->started) {
        task = task->next;
    }
    return task;
}

static void append(struct hlsim__av_task *task)
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

static void count(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                  enum hlsim__av_task_state from, enum hlsim__av_task_state to)
{
    HLSIM_ASSERT(operation->counts[from] > 0 && av->task_counts[from] > 0);
    operation->counts[from]--;
    operation->counts[to]++;
    av->task_counts[from]--;
    av->task_counts[to]++;
}

void hlsim__av_task_set(struct hlsim__av_task *task, enum hlsim__av_task_state state, int result,
                        const char *reason)
{
    struct hlsim__airvantage *av = task->system->av;
    struct hlsim__av_operation *operation = task->operation;

    HLSIM_ASSERT(!is_finished(task->state));
    count(av, operation, task->state, state);
    task->state = state;
    task->result = result;
    task->reason = reason;
    emit(av, operation, task);
    if (!is_finished(state)) {
        return;
    }
    take_out(task);
    if (operation->counts[HLSIM__AV_PENDING] + operation->counts[HLSIM__AV_IN_PROGRESS] == 0) {
        operation->ended_at = hlsim__av_now(av);
        hlsim__timer_cancel(&operation->start_timer);
        emit(av, operation, NULL);
    }
}

void hlsim__av_tasks_cancel(struct hlsim__av_system *system, const char *reason)
{
    struct hlsim__airvantage *av = system->av;

    while (system->first_task != NULL) {
        hlsim__av_task_set(system->first_task, HLSIM__AV_CANCELLED, 0, reason);
    }
    for (size_t i = 0; i < av->operation_count; i++) {
        struct hlsim__av_operation *operation = av->operations[i];

        for (size_t k = 0; k < operation->task_count; k++) {
            if (operation->tasks[k].system == system) {
                operation->tasks[k].system = NULL;
            }
        }
    }
}

/* --- Operations --------------------------------------------------------------------------- */

const struct hlsim__av_operation *hlsim__av_operation_find(const struct hlsim__airvantage *av,
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
        if (find_task(av->operations[i], system) != NULL) {
            return av->operations[i];
        }
    }
    return av->operation_count == 0 ? NULL : av->operations[av->operation_count - 1];
}

static void start(struct hlsim__airvantage *av, struct hlsim__av_operation *operation)
{
    operation->started = true;
    emit(av, operation, NULL);
    for (size_t i = 0; i < operation->task_count; i++) {
        if (operation->tasks[i].system != NULL) {
            hlsim__av_dm_pump(operation->tasks[i].system);
        }
    }
}

static void start_fires(void *owner)
{
    struct hlsim__av_operation *operation = owner;

    start(operation->av, operation);
}

/* What the system gets; false when there is nothing for it. */
static bool choose(const struct hlsim__av_operation *operation,
                   const struct hlsim__av_system *system, bool force,
                   const struct hlsim__av_package **ret_package)
{
    *ret_package = operation->package;
    if (operation->package != NULL) {
        return force || hlsim__av_package_fits(operation->package, system);
    }
    if (system->firmware[0] == '\0') {
        return true;
    }
    *ret_package = hlsim__av_package_latest(&operation->av->store, system);
    return *ret_package != NULL;
}

static int add_task(struct hlsim__av_operation *operation, struct hlsim__av_system *system,
                    const struct hlsim__airvantage_upgrade *upgrade)
{
    const struct hlsim__av_package *package;
    bool good = choose(operation, system, upgrade->force, &package);

    if (!good && !upgrade->partly) {
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
                   const struct hlsim__airvantage_upgrade *upgrade)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < av->system_limit; i++) {
        if (av->systems[i] != NULL) {
            rc = add_task(operation, av->systems[i], upgrade);
        }
    }
    return rc;
}

static int add_named(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                     const struct hlsim__airvantage_upgrade *upgrade)
{
    int rc = 0;

    for (size_t i = 0; rc == 0 && i < upgrade->imei_count; i++) {
        struct hlsim__av_system *system = hlsim__av_by_imei(av, upgrade->imeis[i]);

        if (system == NULL) {
            rc = HLSIM_E_NOT_FOUND;
        } else if (find_task(operation, system) != NULL) {
            rc = HLSIM_E_INVALID;
        } else {
            rc = add_task(operation, system, upgrade);
        }
    }
    return rc;
}

static int fill(struct hlsim__airvantage *av, struct hlsim__av_operation *operation,
                const struct hlsim__airvantage_upgrade *upgrade)
{
    size_t limit = upgrade->imeis != NULL ? upgrade->imei_count : av->system_count;

    if (limit == 0) {
        return HLSIM_E_INVALID;
    }
    operation->tasks = calloc(limit, sizeof *operation->tasks);
    if (operation->tasks == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    return upgrade->imeis != NULL ? add_named(av, operation, upgrade)
                                  : add_all(av, operation, upgrade);
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
                   int64_t delay)
{
    int64_t now = hlsim__av_now(av);

    av->operations[av->operation_count++] = operation;
    operation->number = (int)av->operation_count;
    operation->created_at = now;
    operation->start_at = now + delay;
    operation->ended_at = HLSIM_NEVER;
    operation->counts[HLSIM__AV_PENDING] = operation->task_count;
    av->task_counts[HLSIM__AV_PENDING] += operation->task_count;
    av->task_total += operation->task_count;
    for (size_t i = 0; i < operation->task_count; i++) {
        append(&operation->tasks[i]);
    }
    hlsim__timer_init(&operation->start_timer, &av->timers, start_fires, operation);
    if (delay > 0) {
        emit(av, operation, NULL);
        hlsim__timer_set(&operation->start_timer, operation->start_at);
    }
    fail_refused(operation);
    if (delay == 0 && operation->ended_at == HLSIM_NEVER) {
        start(av, operation);
    }
}

/* What can be said before anything is created: 0, or an error. `ret_package` NULL: the latest. */
static int check(const struct hlsim__airvantage *av,
                 const struct hlsim__airvantage_upgrade *upgrade,
                 const struct hlsim__av_package **ret_package)
{
    *ret_package = hlsim__av_package_by_id(&av->store, upgrade->package, strlen(upgrade->package));
    if (*ret_package == NULL && (strcmp(upgrade->package, "latest") != 0 || av->store.count == 0)) {
        return HLSIM_E_NOT_FOUND;
    }
    if (upgrade->start < 0 || upgrade->start > HLSIM_NEVER - hlsim__av_now(av)) {
        return HLSIM_E_RANGE;
    }
    if (upgrade->id != NULL && upgrade->id[0] != '\0') {
        if (strlen(upgrade->id) >= sizeof((struct hlsim__av_operation *)0)->id) {
            return HLSIM_E_INVALID;
        }
        if (hlsim__av_operation_find(av, upgrade->id) != NULL) {
            return HLSIM_E_EXISTS;
        }
    }
    return av->operation_count == HLSIM__AIRVANTAGE_OPERATIONS_MAX ? HLSIM_E_LIMIT : 0;
}

static int create(struct hlsim__airvantage *av, const struct hlsim__airvantage_upgrade *upgrade)
{
    const struct hlsim__av_package *package;
    struct hlsim__av_operation *operation;
    int rc = check(av, upgrade, &package);

    if (rc < 0) {
        return rc;
    }
    operation = calloc(1, sizeof *operation);
    if (operation == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    operation->av = av;
    operation->package = package;
    snprintf(operation->id, sizeof operation->id, "%s", upgrade->id == NULL ? "" : upgrade->id);
    rc = fill(av, operation, upgrade);
    if (rc < 0) {
        discard(operation);
        return rc;
    }
    enlist(av, operation, upgrade->start);
    return operation->number;
}

int hlsim__airvantage_upgrade(struct hlsim__airvantage *av,
                              const struct hlsim__airvantage_upgrade *upgrade)
{
    int rc = create(av, upgrade);

    if (rc < 0) {
        HLSIM__EMIT(av->stream, HLSIM__AIRVANTAGE_SOURCE, HLSIM_EVENT_OPERATION,
                    HLSIM_TEXT("state", "refused"), HLSIM_TEXT("package", upgrade->package),
                    HLSIM_TEXT("reason", rc == HLSIM_E_UNSUPPORTED ? HLSIM__AV_NOTHING_FITS
                                                                   : hlsim_error_text(rc)));
    }
    return rc;
}

void hlsim__av_operations_free(struct hlsim__airvantage *av)
{
    for (size_t i = 0; i < av->operation_count; i++) {
        discard(av->operations[i]);
    }
}
