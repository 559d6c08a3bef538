/*
 * Puts a scenario together as the program does, for tests in C.
 */
#include "lib/flow.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef HL78SIM_SCENARIOS
#error "HL78SIM_SCENARIOS names the folder of scenarios"
#endif

/* --- The wire ------------------------------------------------------------------------------- */

static void note(struct flow *flow, const char *mark, const char *text)
{
    size_t mark_size = strlen(mark);
    size_t text_size = strlen(text);
    size_t size = mark_size + text_size + 2;
    char *end;

    if (flow->wire_size + size > flow->wire_capacity) {
        flow->wire_capacity = 2 * (flow->wire_size + size);
        flow->wire = realloc(flow->wire, flow->wire_capacity);
        if (flow->wire == NULL) {
            abort();
        }
    }
    end = flow->wire + flow->wire_size;
    memcpy(end, mark, mark_size);
    memcpy(end + mark_size, text, text_size);
    memcpy(end + mark_size + text_size, "\n", 2);
    flow->wire_size += size - 1;
}

static void hear(void *user, const struct hlsim_event *event)
{
    const struct hlsim_field *line = hlsim_event_field(event, "line");
    const char *mark = event->kind == HLSIM_EVENT_HOST  ? "> "
                       : event->kind == HLSIM_EVENT_URC ? "* "
                                                        : "< ";

    note(user, mark, line->data);
}

/* --- Construction --------------------------------------------------------------------------- */

static char *read_file(const char *path, size_t *ret_size)
{
    FILE *file = fopen(path, "rb");
    char *text;

    if (file == NULL) {
        return NULL;
    }
    text = malloc(HLSIM_LOAD_SIZE_MAX);
    *ret_size = text == NULL ? 0 : fread(text, 1, HLSIM_LOAD_SIZE_MAX, file);
    fclose(file);
    return text;
}

static bool load(struct flow *flow, const char *name, const char *text, size_t size,
                 const char *const *overrides)
{
    struct hlsim_diagnostics *diagnostics = calloc(1, sizeof *diagnostics);
    struct hlsim_load_options options = {.file = name, .overrides = overrides};
    char message[640];
    int error;

    while (overrides != NULL && overrides[options.override_count] != NULL) {
        options.override_count++;
    }
    error = hlsim_load_scenario(text, size, &options, &flow->setup, diagnostics);
    for (size_t i = 0; i < diagnostics->count; i++) {
        hlsim_diagnostic_format(&diagnostics->entries[i], message, sizeof message);
        fprintf(stderr, "%s\n", message);
    }
    free(diagnostics);
    return error == 0 && hlsim_setup_build_packages(flow->setup) == 0;
}

static bool build(struct flow *flow)
{
    const struct hlsim_scenario *scenario = &flow->setup->scenario;
    struct hlpair_config config = {.ops = &hlpair_engine_ops, .host_config = &flow->engine.config};
    size_t count = 0;

    if (hlsim_world_create(&flow->setup->world, &flow->world) < 0) {
        return false;
    }
    hlsim_stream_subscribe(
        hlsim_world_stream(flow->world),
        HLSIM_EVENT_BIT(HLSIM_EVENT_HOST) | HLSIM_EVENT_BIT(HLSIM_EVENT_RESPONSE) |
            HLSIM_EVENT_BIT(HLSIM_EVENT_RESULT) | HLSIM_EVENT_BIT(HLSIM_EVENT_URC),
        hear, flow);
    if (scenario->host.kind != HLSIM_SCENARIO_HOST_NONE) {
        config.world = flow->world;
        config.terms = &scenario->host;
        config.wanted_version = flow->engine.config.version;
        if (hlpair_engine_setup(&scenario->host, &flow->engine) < 0 ||
            hlpair_create(&config, &flow->pair) < 0) {
            return false;
        }
    }
    flow->actors[1] = hlsim_world_actor(flow->world);
    if (flow->pair != NULL) {
        flow->actors[count++] = hlpair_actor(flow->pair, &flow->actors[1]);
    }
    flow->actors[count++] = flow->actors[1];
    flow->judge = hlsim_world_judge(flow->world, scenario, flow->actors, count);
    return flow->judge != NULL;
}

bool flow_open_text(struct flow *flow, const char *text, const char *const *overrides)
{
    memset(flow, 0, sizeof *flow);
    if (!load(flow, "scenario", text, strlen(text), overrides) || !build(flow)) {
        fprintf(stderr, "the scenario cannot be built\n");
        flow_close(flow);
        return false;
    }
    return true;
}

bool flow_open(struct flow *flow, const char *scenario, const char *const *overrides)
{
    char path[512];
    size_t size = 0;
    char *text;
    bool good;

    memset(flow, 0, sizeof *flow);
    snprintf(path, sizeof path, "%s/%s", HL78SIM_SCENARIOS, scenario);
    text = read_file(path, &size);
    good = text != NULL && load(flow, scenario, text, size, overrides) && build(flow);
    free(text);
    if (!good) {
        fprintf(stderr, "%s: the scenario cannot be built\n", path);
        flow_close(flow);
    }
    return good;
}

/* --- Running -------------------------------------------------------------------------------- */

void flow_start(struct flow *flow)
{
    hlsim_world_power_on(flow->world);
    if (flow->pair != NULL) {
        hlpair_power_on(flow->pair);
    }
}

static bool decided(void *user)
{
    struct flow *flow = user;

    return hlsim_judge_decided(flow->judge);
}

int flow_run(struct flow *flow, int64_t limit)
{
    return hlpair_run(flow->world, &flow->pair, flow->pair == NULL ? 0 : 1, limit, decided, flow);
}

bool flow_pass(struct flow *flow)
{
    int end;
    bool passed;

    flow_start(flow);
    end = flow_run(flow, flow->setup->scenario.limit);
    passed = end >= 0;
    hlsim_judge_close(flow->judge, end == HLPAIR_LIMIT ? "the limit was reached" : "the run ended");
    for (size_t i = 0; i < hlsim_judge_finding_count(flow->judge); i++) {
        const struct hlsim_finding *finding = hlsim_judge_finding(flow->judge, i);

        if (finding->outcome != HLSIM_OUTCOME_PASSED) {
            fprintf(stderr, "%s: %s: %s\n", finding->pointer, finding->what, finding->why);
            passed = false;
        }
    }
    if (!passed && flow->wire != NULL) {
        fprintf(stderr, "%s", flow->wire);
    }
    return passed;
}

const char *flow_read(struct flow *flow, const char *path)
{
    static const char *const words[] = {"false", "true"};
    static _Thread_local char text[HLSIM_VALUE_MAX];
    struct hlsim_value value;

    for (size_t i = 0; i < 2; i++) {
        const struct hlsim_actor *actor = &flow->actors[i];

        if (actor->read == NULL || actor->read(actor->user, path, &value) < 0) {
            continue;
        }
        switch (value.type) {
        case HLSIM_VALUE_BOOL:
            return words[value.integer != 0];
        case HLSIM_VALUE_INT:
            snprintf(text, sizeof text, "%lld", (long long)value.integer);
            return text;
        case HLSIM_VALUE_TEXT:
            snprintf(text, sizeof text, "%s", value.text);
            return text;
        default:
            return "null";
        }
    }
    return "?";
}

void flow_close(struct flow *flow)
{
    hlsim_judge_free(flow->judge);
    hlpair_free(flow->pair);
    hlsim_world_free(flow->world);
    if (flow->setup != NULL) {
        hlsim_setup_free(flow->setup);
    }
    free(flow->wire);
    memset(flow, 0, sizeof *flow);
}
