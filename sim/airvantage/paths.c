/*
 * The paths "airvantage.*": what the portal shows of one system and of its last operation. Changes
 * nothing.
 */
#include "airvantage/inside.h"

#include <stdio.h>
#include <string.h>

static void set_text(struct hlsim_value *value, const char *text)
{
    value->type = HLSIM_VALUE_TEXT;
    snprintf(value->text, sizeof value->text, "%s", text);
}

static void set_integer(struct hlsim_value *value, int64_t integer)
{
    value->type = HLSIM_VALUE_INT;
    value->integer = integer;
}

/* A date that may not be. */
static void set_date(struct hlsim_value *value, int64_t at)
{
    if (at != HLSIM_NEVER) {
        set_integer(value, at);
    }
}

/* --- Operations --------------------------------------------------------------------------- */

static void read_phase(const struct hlsim__av_operation *operation, struct hlsim_value *value)
{
    if (operation == NULL) {
        set_text(value, "none");
    } else if (operation->ended_at != HLSIM_NEVER) {
        set_text(value, "finished");
    } else {
        set_text(value, operation->started ? "in_progress" : "scheduled");
    }
}

static int read_count(const struct hlsim__av_operation *operation, const char *name,
                      struct hlsim_value *value)
{
    for (int state = 0; state < HLSIM__AV_TASK_STATES; state++) {
        if (strcmp(hlsim__av_task_state_name((enum hlsim__av_task_state)state), name) == 0) {
            set_integer(value, operation != NULL ? (int64_t)operation->counts[state] : 0);
            return 0;
        }
    }
    return HLSIM_E_NOT_FOUND;
}

static int read_date(const struct hlsim__av_operation *operation, const char *name,
                     struct hlsim_value *value)
{
    const struct {
        const char *name;
        int64_t at;
    } dates[] = {
        {"created", operation != NULL ? operation->created_at : HLSIM_NEVER},
        {"start", operation != NULL ? operation->start_at : HLSIM_NEVER},
        {"timeout", operation != NULL ? operation->timeout_at : HLSIM_NEVER},
        {"cancelled", operation != NULL ? operation->cancelled_at : HLSIM_NEVER},
        {"ended", operation != NULL ? operation->ended_at : HLSIM_NEVER},
    };

    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
        if (strcmp(dates[i].name, name) == 0) {
            set_date(value, dates[i].at);
            return 0;
        }
    }
    return HLSIM_E_NOT_FOUND;
}

/* The rest of a path behind `head`, or NULL. */
static const char *after(const char *name, const char *head)
{
    size_t size = strlen(head);

    return strncmp(name, head, size) == 0 && name[size] != '\0' ? name + size : NULL;
}

static int read_operation(const struct hlsim__airvantage *av, const struct hlsim__av_system *system,
                          const char *name, struct hlsim_value *value)
{
    const struct hlsim__av_operation *operation = hlsim__av_operation_last(av, system);
    const char *rest = after(name, "operation.");

    if (rest != NULL) {
        operation = hlsim__av_operation_find(av, rest);
    }
    if (rest != NULL || strcmp(name, "operation") == 0) {
        set_text(value, operation == NULL ? "none" : hlsim__av_operation_text(operation, system));
        return 0;
    }
    if (strcmp(name, "phase") == 0) {
        read_phase(operation, value);
        return 0;
    }
    rest = after(name, "tasks.");
    if (rest != NULL) {
        return read_count(operation, rest, value);
    }
    rest = after(name, "dates.");
    return rest != NULL ? read_date(operation, rest, value) : HLSIM_E_NOT_FOUND;
}

/* --- Systems ------------------------------------------------------------------------------ */

static const char *const synchronizations[] = {
    [HLSIM__AV_SYNC_UNDEFINED] = "undefined",
    [HLSIM__AV_SYNC_OK] = "ok",
    [HLSIM__AV_SYNC_ERROR] = "error",
};

static int64_t queued(const struct hlsim__av_system *system)
{
    int64_t count = 0;

    for (const struct hlsim__av_task *task = system->first_task; task != NULL; task = task->next) {
        count += task->state == HLSIM__AV_PENDING;
    }
    return count;
}

static const char *communication(const struct hlsim__av_system *system)
{
    if (!system->seen) {
        return "undefined";
    }
    return system->registration.expired ? "error" : "ok";
}

static int read_data(const struct hlsim__av_system *system, const char *path,
                     struct hlsim_value *value)
{
    int index = hlsim__av_data_find(path);

    if (index < 0) {
        return HLSIM_E_NOT_FOUND;
    }
    if (system->data[index][0] != '\0') {
        set_text(value, system->data[index]);
    }
    return 0;
}

static int read_known(const struct hlsim__av_system *system, const char *name,
                      struct hlsim_value *value)
{
    const char *rest = after(name, "data.");

    if (rest != NULL) {
        return read_data(system, rest, value);
    }
    if (strcmp(name, "lifecycle") == 0) {
        set_text(value, hlsim_lifecycle_name(system->lifecycle));
    } else if (strcmp(name, "gateway.imei") == 0) {
        set_text(value, hlsim__av_imei(system));
    } else if (strcmp(name, "gateway.serial") == 0) {
        set_text(value, system->serial);
    } else if (strcmp(name, "communication") == 0) {
        set_text(value, communication(system));
    } else if (strcmp(name, "synchronization") == 0) {
        set_text(value, synchronizations[system->synchronization]);
    } else if (strcmp(name, "firmware") == 0) {
        if (system->firmware[0] != '\0') {
            set_text(value, system->firmware);
        }
    } else if (strcmp(name, "last_seen") == 0) {
        set_date(value, system->seen ? system->last_seen : HLSIM_NEVER);
    } else if (strcmp(name, "timeline") == 0) {
        set_integer(value, (int64_t)system->timeline);
    } else if (strcmp(name, "timeline.latest") == 0) {
        if (system->latest != NULL) {
            set_text(value, system->latest);
        }
    } else if (strcmp(name, "lifetime") == 0) {
        set_date(value, hlsim__av_is_registered(system)
                            ? (int64_t)system->registration.lifetime * HLSIM_SECOND
                            : HLSIM_NEVER);
    } else if (strcmp(name, "queued") == 0) {
        set_integer(value, queued(system));
    } else {
        return HLSIM_E_NOT_FOUND;
    }
    return 0;
}

/* What there is to say of a system that is not in the inventory. */
static int read_unknown(const char *name, struct hlsim_value *value)
{
    static const struct hlsim__av_system nobody;
    int rc = read_known(&nobody, name, value);

    if (value->type == HLSIM_VALUE_TEXT) {
        *value = (struct hlsim_value){.type = HLSIM_VALUE_NULL};
    }
    return rc;
}

int hlsim__airvantage_read(const struct hlsim__airvantage *av, const char *imei, const char *path,
                           struct hlsim_value *ret_value)
{
    const struct hlsim__av_system *system = hlsim__av_by_imei(av, imei);
    struct hlsim_value value = {.type = HLSIM_VALUE_NULL};
    const char *name = after(path, "airvantage.");
    int rc = HLSIM_E_NOT_FOUND;

    if (name == NULL) {
        return HLSIM_E_NOT_FOUND;
    }
    if (strcmp(name, "system") == 0) {
        set_text(&value, system != NULL ? "registered" : "unknown");
        rc = 0;
    } else {
        rc = read_operation(av, system, name, &value);
    }
    if (rc == HLSIM_E_NOT_FOUND) {
        rc = system != NULL ? read_known(system, name, &value) : read_unknown(name, &value);
    }
    if (rc == 0) {
        *ret_value = value;
    }
    return rc;
}
