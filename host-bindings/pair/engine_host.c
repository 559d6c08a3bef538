/*
 * Nanoseconds to milliseconds and back, one struct into the other.
 */
#include <hl78pair/engine_host.h>
#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include <stdlib.h>
#include <string.h>

struct engine_host {
    struct hlhost_engine *engine;
    struct hlsim_host_report report;
    char memory[];
};

static void *create(const void *config)
{
    struct engine_host *host = calloc(1, sizeof *host + hlhost_engine_size());

    if (host != NULL && hlhost_engine_init(host->memory, config, &host->engine) < 0) {
        free(host);
        host = NULL;
    }
    return host;
}

static void destroy(void *user)
{
    free(user);
}

static int translate_event(const struct hlsim_host_event *event, struct hlhost_event *ret_event)
{
    memset(ret_event, 0, sizeof *ret_event);
    ret_event->now_ms = event->now / HLSIM_MS;
    switch (event->kind) {
    case HLSIM_HOST_START:
        ret_event->kind = HLHOST_EVENT_START;
        ret_event->start.record = event->bytes;
        ret_event->start.record_size = event->size;
        ret_event->start.clock_known = event->clock != HLSIM_NEVER;
        ret_event->start.off_known = event->off != HLSIM_NEVER;
        if (ret_event->start.clock_known) {
            ret_event->start.clock_ms = (uint32_t)(event->clock / HLSIM_MS);
        }
        if (ret_event->start.off_known) {
            ret_event->start.off_ms = event->off / HLSIM_MS;
        }
        return 0;
    case HLSIM_HOST_BYTES:
        ret_event->kind = HLHOST_EVENT_BYTES;
        ret_event->bytes.data = event->bytes;
        ret_event->bytes.size = event->size;
        return 0;
    case HLSIM_HOST_TIMEOUT:
        ret_event->kind = HLHOST_EVENT_TIMEOUT;
        return 0;
    case HLSIM_HOST_WRITABLE:
        ret_event->kind = HLHOST_EVENT_WRITABLE;
        return 0;
    case HLSIM_HOST_LINK:
        ret_event->kind = HLHOST_EVENT_LINK;
        ret_event->link.up = event->flag;
        return 0;
    case HLSIM_HOST_PERSISTED:
        ret_event->kind = HLHOST_EVENT_PERSISTED;
        ret_event->persisted.ok = event->flag;
        return 0;
    case HLSIM_HOST_REQUEST:
        ret_event->kind = HLHOST_EVENT_REQUEST;
        ret_event->request.line = event->line;
        return 0;
    case HLSIM_HOST_DATA:
        ret_event->kind = HLHOST_EVENT_DATA;
        ret_event->data.data = event->bytes;
        ret_event->data.size = event->size;
        return 0;
    default:
        return HLSIM_E_INVALID;
    }
}

static void translate_report(const struct hlhost_report *report, struct hlsim_host_report *ret)
{
    *ret = (struct hlsim_host_report){.result = hlhost_result_text(report->result),
                                      .reason = hlhost_reason_text(report->reason),
                                      .outage = report->outage_ms * HLSIM_MS,
                                      .detail = report->detail,
                                      .before = report->before,
                                      .after = report->after};
}

static int step(void *user, const struct hlsim_host_event *event,
                struct hlsim_host_update *ret_update)
{
    struct engine_host *host = user;
    struct hlhost_event translated;
    struct hlhost_update update;
    int error = translate_event(event, &translated);

    if (error < 0) {
        return error;
    }
    memset(&update, 0, sizeof update);
    if (hlhost_engine_step(host->engine, &translated, &update) < 0) {
        return HLSIM_E_STATE;
    }
    *ret_update = (struct hlsim_host_update){.record = update.record,
                                             .record_size = update.record_size,
                                             .bytes = update.bytes,
                                             .bytes_size = update.bytes_size,
                                             .data_offset = update.data_offset,
                                             .data_size = update.data_size,
                                             .deadline = update.deadline_ms > HLSIM_NEVER / HLSIM_MS
                                                             ? HLSIM_NEVER
                                                             : update.deadline_ms * HLSIM_MS,
                                             .power_off_allowed = update.power_off_allowed,
                                             .transfer = update.transfer};
    if (update.report != NULL) {
        translate_report(update.report, &host->report);
        ret_update->report = &host->report;
    }
    return 0;
}

static void sent(void *user, size_t taken)
{
    struct engine_host *host = user;

    hlhost_engine_sent(host->engine, taken);
}

const struct hlsim_host_ops hlpair_engine_ops = {
    .name = "engine",
    .create = create,
    .step = step,
    .sent = sent,
    .destroy = destroy,
};

static void set_steps(const struct hlsim_scenario_host *host, struct hlpair_engine_setup *setup)
{
    for (size_t i = 0; i < host->step_count; i++) {
        const struct hlsim_scenario_step *from = &host->steps[i];

        setup->steps[i].send = from->send[0] == '\0' ? NULL : from->send;
        setup->steps[i].data = from->data_size == 0 ? NULL : from->data;
        setup->steps[i].data_size = from->data_size;
        setup->steps[i].expect = from->expect[0] == '\0' ? NULL : from->expect;
        setup->steps[i].timeout_ms = from->timeout / HLSIM_MS;
    }
    setup->config.goal = HLHOST_GOAL_SCRIPT;
    setup->config.script = setup->steps;
    setup->config.script_count = host->step_count;
}

static void set_policy(const struct hlsim_scenario_policy *from, struct hlhost_policy *to)
{
    static const enum hlhost_window windows[] = {
        [HLSIM_WINDOW_ALWAYS] = HLHOST_WINDOW_ALWAYS,
        [HLSIM_WINDOW_DAY] = HLHOST_WINDOW_DAY,
        [HLSIM_WINDOW_BOOT] = HLHOST_WINDOW_BOOT,
    };

    to->window = windows[from->window];
    to->from_minute = (uint16_t)from->from_minute;
    to->to_minute = (uint16_t)from->to_minute;
    to->off_for_ms = from->off_for / HLSIM_MS;
    to->open_for_ms = from->open_for / HLSIM_MS;
    to->defer_minutes = (unsigned)(from->defer / HLSIM_MINUTE);
}

static int set_goal(const struct hlsim_scenario_host *host, struct hlhost_config *config)
{
    if (strcmp(host->goal, "update") == 0) {
        config->goal = HLHOST_GOAL_UPDATE;
    } else if (strcmp(host->goal, "local_update") == 0) {
        config->goal = HLHOST_GOAL_LOCAL_UPDATE;
        config->package_size = (uint32_t)host->package_size;
        config->block_size = (uint16_t)host->block;
    } else {
        return HLSIM_E_UNSUPPORTED;
    }
    config->version = host->version[0] == '\0' ? NULL : host->version;
    config->agreements = (host->agree_download ? HLHOST_AGREE_DOWNLOAD : 0u) |
                         (host->agree_install ? HLHOST_AGREE_INSTALL : 0u);
    config->pin = host->pin[0] == '\0' ? NULL : host->pin;
    config->cid = host->cid;
    config->apn = host->has_apn ? host->apn : NULL;
    set_policy(&host->policy, &config->policy);
    return 0;
}

int hlpair_engine_setup(const struct hlsim_scenario_host *host,
                        struct hlpair_engine_setup *ret_setup)
{
    memset(ret_setup, 0, sizeof *ret_setup);
    if (host->kind == HLSIM_SCENARIO_HOST_SCRIPT) {
        if (host->step_count > HLPAIR_STEPS_MAX) {
            return HLSIM_E_LIMIT;
        }
        set_steps(host, ret_setup);
        return 0;
    }
    if (host->kind != HLSIM_SCENARIO_HOST_GOAL) {
        return HLSIM_E_UNSUPPORTED;
    }
    return set_goal(host, &ret_setup->config);
}
