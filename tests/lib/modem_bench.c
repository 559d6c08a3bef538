/*
 * Types, strikes and reads by the public interface alone.
 */
#include "lib/modem_bench.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <string.h>

static const char scenario[] =
    "{\"name\": \"regress\", \"modem\": {\"profile\": \"HL7800-4.4.14.0\", \"credentials\": \"dm\","
    " \"settings\": {\"wdsi\": 4479}, \"set\": {\"install_time\": \"60s\"}},"
    " \"airvantage\": {\"system\": \"registered\", \"packages\": ["
    "{\"id\": \"a\", \"from\": \"4.4.14.0\", \"to\": \"4.6.8.0\", \"size\": 124648}]}}";

static size_t ignore(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    return size;
}

void modem_bench_run(struct modem_bench *bench, int64_t milliseconds)
{
    int64_t until = hlsim_world_now(bench->flow.world) + milliseconds * HLSIM_MS;

    CU_ASSERT_EQUAL_FATAL(hlsim_world_run_until(bench->flow.world, until), 0);
}

void modem_bench_type(struct modem_bench *bench, const char *line)
{
    char text[64];
    int size = snprintf(text, sizeof text, "%s\r", line);

    CU_ASSERT_EQUAL(hlsim_link_write(bench->link, HLSIM_HOST, (const uint8_t *)text, (size_t)size),
                    size);
    modem_bench_run(bench, 100);
}

void modem_bench_put_text(struct hlsim_action *action, const char *key, const char *value)
{
    struct hlsim_param *param = &action->params[action->param_count++];

    snprintf(param->key, sizeof param->key, "%s", key);
    param->value.type = HLSIM_VALUE_TEXT;
    snprintf(param->value.text, sizeof param->value.text, "%s", value);
}

void modem_bench_put_number(struct hlsim_action *action, const char *key, int64_t value)
{
    struct hlsim_param *param = &action->params[action->param_count++];

    snprintf(param->key, sizeof param->key, "%s", key);
    param->value.type = HLSIM_VALUE_INT;
    param->value.integer = value;
}

void modem_bench_act(struct modem_bench *bench, const struct hlsim_action *action)
{
    CU_ASSERT_EQUAL(bench->actor.act(bench->actor.user, action), HLSIM_ACTED);
}

void modem_bench_act_by_name(struct modem_bench *bench, const char *name)
{
    struct hlsim_action action = {.param_count = 0};

    snprintf(action.name, sizeof action.name, "%s", name);
    modem_bench_act(bench, &action);
}

void modem_bench_set_loss(struct modem_bench *bench, int64_t up)
{
    struct hlsim_action loss = {.name = "loss"};

    modem_bench_put_number(&loss, "up", up);
    modem_bench_put_number(&loss, "down", 0);
    modem_bench_act(bench, &loss);
}

static bool cut(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    struct modem_bench *bench = user;

    if (point->kind != bench->cut_kind || point->occurrence != bench->cut_at) {
        return false;
    }
    *ret_torn = bench->torn;
    bench->was_cut = true;
    hlsim_world_power_back_in(bench->flow.world, 0, 5 * HLSIM_SECOND);
    return true;
}

/* A module that is up and registered, with an upgrade that waits for its session. */
void modem_bench_open(struct modem_bench *bench)
{
    modem_bench_open_with(bench, NULL);
}

void modem_bench_open_with(struct modem_bench *bench, const char *const *overrides)
{
    static const struct hlsim_link_end end = {.receive = ignore};
    struct hlsim_action create = {.name = "operation_create"};

    memset(bench, 0, sizeof *bench);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&bench->flow, scenario, overrides));
    bench->actor = hlsim_world_actor(bench->flow.world);
    bench->link = hlsim_world_port(bench->flow.world, 0, 0);
    hlsim_link_attach(bench->link, HLSIM_HOST, &end);
    hlsim_world_set_cut_hook(bench->flow.world, 0, cut, bench);
    flow_start(&bench->flow);
    modem_bench_run(bench, 12000);
    modem_bench_put_text(&create, "upgrade", "a");
    modem_bench_act(bench, &create);
}

void modem_bench_expect(struct modem_bench *bench, const char *path, const char *value)
{
    CU_ASSERT_STRING_EQUAL(flow_read(&bench->flow, path), value);
}

void modem_bench_count(struct modem_bench *bench, const char *line, size_t times)
{
    char framed[64];
    size_t found = 0;

    snprintf(framed, sizeof framed, "\n* %s\n", line);
    for (const char *at = bench->flow.wire; (at = strstr(at, framed)) != NULL; at++) {
        found++;
    }
    CU_ASSERT_EQUAL(found, times);
}
