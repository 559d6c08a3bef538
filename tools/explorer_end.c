/*
 * How an update stands, read by the paths of the actors.
 */
#include "explorer_end.h"

#include <hl78sim/error.h>

#include <stdio.h>
#include <string.h>

int explorer_goal_init(struct explorer_goal *goal, const struct hlsim_setup *setup)
{
    const struct hlsim_scenario_host *host = &setup->scenario.host;
    const char *wanted = host->version;
    const char *id;

    memset(goal, 0, sizeof *goal);
    goal->local = host->package[0] != '\0';
    goal->at_boot = host->policy.window == HLSIM_WINDOW_BOOT;
    id = goal->local ? host->package : setup->world.airvantage.operations[0].package;
    for (size_t i = 0; wanted[0] == '\0' && i < setup->package_count; i++) {
        if (strcmp(setup->packages[i].id, id) == 0) {
            wanted = setup->packages[i].to;
        }
    }
    snprintf(goal->version, sizeof goal->version, "%s", wanted);
    return host->kind == HLSIM_SCENARIO_HOST_GOAL && goal->version[0] != '\0' ? 0
                                                                              : HLSIM_E_UNSUPPORTED;
}

bool explorer_read(struct memory_bench *bench, const char *path, struct hlsim_value *ret_value)
{
    for (size_t i = 0; i < bench->actor_count; i++) {
        const struct hlsim_actor *actor = &bench->actors[i];

        if (actor->read(actor->user, path, ret_value) == 0) {
            return true;
        }
    }
    memset(ret_value, 0, sizeof *ret_value);
    return false;
}

/* The value keeps its text; "none" when there is none. */
static const char *read_text(struct memory_bench *bench, const char *path,
                             struct hlsim_value *value)
{
    bool found = explorer_read(bench, path, value) && value->type == HLSIM_VALUE_TEXT;

    return found ? value->text : "none";
}

void explorer_end_read(struct memory_bench *bench, struct explorer_end *ret_end)
{
    const struct hlsim_host_report *report = hlpair_report(bench->pair);
    struct hlsim_value value;

    snprintf(ret_end->firmware, sizeof ret_end->firmware, "%.31s",
             read_text(bench, "modem.firmware", &value));
    snprintf(ret_end->operation, sizeof ret_end->operation, "%.15s",
             read_text(bench, "airvantage.operation", &value));
    snprintf(ret_end->host, sizeof ret_end->host, "%s", report == NULL ? "silent" : report->result);
    snprintf(ret_end->reason, sizeof ret_end->reason, "%s", report == NULL ? "" : report->reason);
}

static bool runs(const struct explorer_end *end, const struct explorer_goal *goal)
{
    return hlsim_version_compare(end->firmware, goal->version) == 0;
}

bool explorer_end_is_update(const struct explorer_end *end, const struct explorer_goal *goal)
{
    return strcmp(end->host, "updated") == 0 && runs(end, goal) &&
           (goal->local || strcmp(end->operation, "success") == 0);
}

bool explorer_end_is_final(const struct explorer_end *end, const struct explorer_goal *goal)
{
    return goal->local || strcmp(end->operation, "success") == 0 ||
           strcmp(end->operation, "failure") == 0;
}

bool explorer_end_is_given_up(const struct explorer_end *end)
{
    return strcmp(end->host, "failed") == 0 || strcmp(end->host, "none") == 0;
}

bool explorer_end_is_failure(const struct explorer_end *end, const struct explorer_goal *goal)
{
    return explorer_end_is_given_up(end) && !runs(end, goal) &&
           (goal->local || strcmp(end->operation, "failure") == 0);
}

bool explorer_end_is_put_off(const struct explorer_end *end, const struct explorer_goal *goal)
{
    return goal->at_boot && strcmp(end->host, "deferred") == 0 && !runs(end, goal) &&
           (goal->local || !explorer_end_is_final(end, goal));
}

bool explorer_end_is_like(const struct explorer_end *end, const struct explorer_end *other)
{
    return strcmp(end->firmware, other->firmware) == 0 &&
           strcmp(end->operation, other->operation) == 0 &&
           (strcmp(end->host, other->host) == 0 ||
            (explorer_end_is_given_up(end) && explorer_end_is_given_up(other)));
}

void explorer_end_format(const struct explorer_end *end, char *text, size_t size)
{
    snprintf(text, size, "firmware %s, operation %s, host %s%s%s", end->firmware, end->operation,
             end->host, end->reason[0] == '\0' ? "" : ": ", end->reason);
}
