/*
 * Operations, their tasks and what a task needs next: the part of inside.h, which includes it, that
 * operations.c, tasks.c and job_*.c are about.
 */
#ifndef HLSIM_AIRVANTAGE_JOBS_H
#define HLSIM_AIRVANTAGE_JOBS_H

enum hlsim__av_task_state {
    HLSIM__AV_PENDING,     /* the device knows nothing of it */
    HLSIM__AV_IN_PROGRESS, /* the device has the package's address */
    HLSIM__AV_SUCCESS,
    HLSIM__AV_FAILURE,
    HLSIM__AV_CANCELLED,
    HLSIM__AV_TIMEOUT,
    HLSIM__AV_TASK_STATES,
};

struct hlsim__av_task {
    struct hlsim__av_operation *operation;
    struct hlsim__av_system *system;         /* NULL: deleted since */
    struct hlsim__av_task *next;             /* of the same system */
    const struct hlsim__av_package *package; /* NULL: the latest, when the firmware is known */
    enum hlsim__av_task_state state;
    int result;          /* of object 5, when the device gave one */
    const char *reason;  /* of a failure, else "" */
    bool sent;           /* the address was sent at least once */
    bool answered;       /* and the device said something to it */
    bool moved;          /* /5/0/5 says something about this task, not about an older one */
    bool executed;       /* the device was told to update at least once */
    bool refused;        /* there was no package for the system when it was created */
    bool same;           /* the device ran the package's version before */
    size_t step;         /* sync: what is read next */
    size_t read;         /* sync: how many values came */
    uint64_t trouble_in; /* the renewal in which the device had trouble of the moment; 0: none */
    uint64_t sent_in;    /* reboot: the number of the registration in which it was sent */
};

struct hlsim__av_operation {
    struct hlsim__airvantage *av;
    int number;
    char id[32]; /* "": none */
    enum hlsim_operation_kind kind;
    const struct hlsim__av_package *package; /* upgrade; NULL: each system's latest */
    bool force;
    uint32_t lifetime; /* settings */
    int64_t created_at;
    int64_t start_at;
    int64_t timeout_at;   /* HLSIM_NEVER: none */
    int64_t cancelled_at; /* HLSIM_NEVER: not */
    int64_t ended_at;     /* HLSIM_NEVER: not yet */
    bool started;
    struct hlsim__timer start_timer;
    struct hlsim__timer timeout_timer;
    size_t counts[HLSIM__AV_TASK_STATES];
    size_t task_count;
    struct hlsim__av_task *tasks; /* owned */
};

void hlsim__av_operations_free(struct hlsim__airvantage *av);

/* The operation of that name or number, or NULL. */
struct hlsim__av_operation *hlsim__av_operation_find(const struct hlsim__airvantage *av,
                                                     const char *id);

/* The last one that has a task for the system, else the last of all, or NULL. */
const struct hlsim__av_operation *hlsim__av_operation_last(const struct hlsim__airvantage *av,
                                                           const struct hlsim__av_system *system);

/* How an operation stands for a system (NULL: for all of them), as in airvantage.operation. */
const char *hlsim__av_operation_text(const struct hlsim__av_operation *operation,
                                     const struct hlsim__av_system *system);

/* "pending", ... */
const char *hlsim__av_task_state_name(enum hlsim__av_task_state state);

static inline bool hlsim__av_is_finished(enum hlsim__av_task_state state)
{
    return state != HLSIM__AV_PENDING && state != HLSIM__AV_IN_PROGRESS;
}

/* Emits "airvantage.operation"; `task` NULL: of the operation itself. */
void hlsim__av_emit_operation(const struct hlsim__av_operation *operation,
                              const struct hlsim__av_task *task);

/* The operation's task for the system, or NULL. */
const struct hlsim__av_task *hlsim__av_task_of(const struct hlsim__av_operation *operation,
                                               const struct hlsim__av_system *system);

/* A new task joins its system's queue. */
void hlsim__av_task_append(struct hlsim__av_task *task);

/* Ends every task of an operation that is not finished. */
void hlsim__av_tasks_end(struct hlsim__av_operation *operation, enum hlsim__av_task_state state,
                         const char *reason);

/* The system's oldest task that has started, or NULL. */
struct hlsim__av_task *hlsim__av_task_current(const struct hlsim__av_system *system);

/* Moves a task on; `reason` is static text. A finished task leaves the system's queue. */
void hlsim__av_task_set(struct hlsim__av_task *task, enum hlsim__av_task_state state, int result,
                        const char *reason);

/* Cancels what the system has not finished. */
void hlsim__av_tasks_cancel(struct hlsim__av_system *system, const char *reason);

/* The system is about to be deleted: finished tasks stay, without it. */
void hlsim__av_tasks_forget(struct hlsim__av_system *system);

/* Why a task fails for which there is no package. */
#define HLSIM__AV_NOTHING_FITS "no package fits the system's firmware"

/* Does for the system's current task what can be done now. The DM server is not busy. */
void hlsim__av_task_go_on(struct hlsim__av_system *system);

/* The same for a task of one kind; true: it has ended. */
bool hlsim__av_upgrade_go_on(struct hlsim__av_task *task);
bool hlsim__av_sync_go_on(struct hlsim__av_task *task);
bool hlsim__av_reboot_go_on(struct hlsim__av_task *task);
bool hlsim__av_settings_go_on(struct hlsim__av_task *task);

/* Tells a device to give up an upgrade that was abandoned; true: a request is on its way. */
bool hlsim__av_upgrade_tidy(struct hlsim__av_system *system);

/* 4.xx: what was asked for is not possible; 5.xx is the device's trouble of the moment. */
static inline bool hlsim__av_is_refusal(const struct hlsim__coap_message *response)
{
    return response->code >> 5 == 4;
}

/* A value of /5/0/3 or /5/0/5 was learnt. */
void hlsim__av_upgrade_learn(struct hlsim__av_system *system, enum hlsim__av_watch watch,
                             int value);

/*
 * Whether a firmware's name is that of a version: model, dot or '_', version, and with some the
 * build ("BHL7800.1.6.3.0.20180803" is 1.6.3, "SWI9X07H_00.08.07.00 0ce4c1 jenkins" 00.08.07.00,
 * "RHL769x.2.26.180400.201802141030.x7120m_1" 2.26).
 */
bool hlsim__av_firmware_is(const char *firmware, const char *version);

/* The version in such a name. */
void hlsim__av_version_of(const char *firmware, char ret_version[HLSIM__AV_FIRMWARE_SIZE]);

#endif
