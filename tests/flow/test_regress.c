/*
 * Every bug of the emulated module that was ever found: each test failed before its mend.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

static const char scenario[] =
    "{\"name\": \"regress\", \"modem\": {\"profile\": \"HL7800-4.4.14.0\", \"credentials\": \"dm\","
    " \"settings\": {\"wdsi\": 4479}, \"set\": {\"install_time\": \"60s\"}},"
    " \"airvantage\": {\"system\": \"registered\", \"packages\": ["
    "{\"id\": \"a\", \"from\": \"4.4.14.0\", \"to\": \"4.6.8.0\", \"size\": 124648}]}}";

struct bench {
    struct flow flow;
    struct hlsim_actor actor;
    struct hlsim_link *link;
    enum hlsim_cut_kind cut_kind;
    uint64_t cut_at;
    enum hlsim_torn torn;
};

static size_t ignore(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    return size;
}

static void run(struct bench *bench, int64_t milliseconds)
{
    int64_t until = hlsim_world_now(bench->flow.world) + milliseconds * HLSIM_MS;

    CU_ASSERT_EQUAL_FATAL(hlsim_world_run_until(bench->flow.world, until), 0);
}

static void type(struct bench *bench, const char *line)
{
    char text[64];
    int size = snprintf(text, sizeof text, "%s\r", line);

    CU_ASSERT_EQUAL(hlsim_link_write(bench->link, HLSIM_HOST, (const uint8_t *)text, (size_t)size),
                    size);
    run(bench, 100);
}

static void put_text(struct hlsim_action *action, const char *key, const char *value)
{
    struct hlsim_param *param = &action->params[action->param_count++];

    snprintf(param->key, sizeof param->key, "%s", key);
    param->value.type = HLSIM_VALUE_TEXT;
    snprintf(param->value.text, sizeof param->value.text, "%s", value);
}

static void put_number(struct hlsim_action *action, const char *key, int64_t value)
{
    struct hlsim_param *param = &action->params[action->param_count++];

    snprintf(param->key, sizeof param->key, "%s", key);
    param->value.type = HLSIM_VALUE_INT;
    param->value.integer = value;
}

static void act(struct bench *bench, const struct hlsim_action *action)
{
    CU_ASSERT_EQUAL(bench->actor.act(bench->actor.user, action), HLSIM_ACTED);
}

static void act_by_name(struct bench *bench, const char *name)
{
    struct hlsim_action action = {.param_count = 0};

    snprintf(action.name, sizeof action.name, "%s", name);
    act(bench, &action);
}

static void set_loss(struct bench *bench, int64_t up)
{
    struct hlsim_action loss = {.name = "loss"};

    put_number(&loss, "up", up);
    put_number(&loss, "down", 0);
    act(bench, &loss);
}

static bool cut(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    struct bench *bench = user;

    if (point->kind != bench->cut_kind || point->occurrence != bench->cut_at) {
        return false;
    }
    *ret_torn = bench->torn;
    hlsim_world_power_back_in(bench->flow.world, 0, 5 * HLSIM_SECOND);
    return true;
}

/* A module that is up and registered, with an upgrade that waits for its session. */
static void open_bench(struct bench *bench)
{
    static const struct hlsim_link_end end = {.receive = ignore};
    struct hlsim_action create = {.name = "operation_create"};

    memset(bench, 0, sizeof *bench);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&bench->flow, scenario, NULL));
    bench->actor = hlsim_world_actor(bench->flow.world);
    bench->link = hlsim_world_port(bench->flow.world, 0, 0);
    hlsim_link_attach(bench->link, HLSIM_HOST, &end);
    hlsim_world_set_cut_hook(bench->flow.world, 0, cut, bench);
    flow_start(&bench->flow);
    run(bench, 12000);
    put_text(&create, "upgrade", "a");
    act(bench, &create);
}

static void expect(struct bench *bench, const char *path, const char *value)
{
    CU_ASSERT_STRING_EQUAL(flow_read(&bench->flow, path), value);
}

static void count(struct bench *bench, const char *line, size_t times)
{
    char framed[64];
    size_t found = 0;

    snprintf(framed, sizeof framed, "\n* %s\n", line);
    for (const char *at = bench->flow.wire; (at = strstr(at, framed)) != NULL; at++) {
        found++;
    }
    CU_ASSERT_EQUAL(found, times);
}

/* The same package comes with other bytes after a cut: the download begins again and goes on. */
static void a_download_that_starts_over_goes_on(void)
{
    struct hlsim_action corrupt = {.name = "package_corrupt"};
    struct bench bench;

    open_bench(&bench);
    bench.cut_kind = HLSIM_CUT_PROGRAM;
    bench.torn = HLSIM_TORN_COMPLETE;
    bench.cut_at = 20;
    type(&bench, "AT+WDSS=1,1");
    run(&bench, 3000);
    put_text(&corrupt, "id", "a");
    put_text(&corrupt, "kind", "bit_flip");
    put_number(&corrupt, "offset", 2100);
    act(&bench, &corrupt);
    run(&bench, 7200000);
    expect(&bench, "modem.boots", "2");
    expect(&bench, "modem.update", "idle");
    expect(&bench, "airvantage.operation", "failure");
    flow_close(&bench.flow);
}

static void what_is_switched_off_without_coverage_stays_off(void)
{
    struct bench bench;

    open_bench(&bench);
    type(&bench, "AT+WDSS=1,1");
    run(&bench, 2500);
    act_by_name(&bench, "network_lost");
    run(&bench, 5000);
    type(&bench, "AT+CFUN=0");
    run(&bench, 1000);
    expect(&bench, "modem.session", "closed");
    count(&bench, "+WDSI: 8", 1);
    act_by_name(&bench, "network_back");
    run(&bench, 60000);
    expect(&bench, "modem.registered", "false");
    expect(&bench, "modem.update", "downloading");
    flow_close(&bench.flow);
}

static void a_long_loss_of_the_network_does_not_end_the_update(void)
{
    struct bench bench;

    open_bench(&bench);
    type(&bench, "AT+WDSS=1,1");
    run(&bench, 2500);
    act_by_name(&bench, "network_lost");
    run(&bench, 3600000);
    expect(&bench, "modem.update", "downloading");
    act_by_name(&bench, "network_back");
    run(&bench, 3600000);
    count(&bench, "+WDSI: 11,1", 0);
    expect(&bench, "modem.firmware", "4.6.8.0");
    expect(&bench, "airvantage.operation", "success");
    flow_close(&bench.flow);
}

/* The answer to the server's question how it went is lost, and the goodbye too. */
static void an_outcome_that_may_not_have_arrived_is_reported_again(void)
{
    struct bench bench;
    int64_t limit;

    open_bench(&bench);
    type(&bench, "AT+WDSS=1,1");
    limit = hlsim_world_now(bench.flow.world) + 10 * HLSIM_MINUTE;
    while (strstr(bench.flow.wire, "+WDSI: 16") == NULL &&
           hlsim_world_now(bench.flow.world) < limit) {
        run(&bench, 100);
    }
    while (strstr(strstr(bench.flow.wire, "+WDSI: 16"), "+WDSI: 23,1") == NULL &&
           hlsim_world_now(bench.flow.world) < limit) {
        run(&bench, 10);
    }
    run(&bench, 700); /* amid the server's questions */
    set_loss(&bench, 1000000);
    run(&bench, 60000);
    expect(&bench, "modem.session", "closed");
    set_loss(&bench, 0);
    run(&bench, 7200000);
    expect(&bench, "airvantage.operation", "success");
    expect(&bench, "modem.session", "closed");
    flow_close(&bench.flow);
}

static void an_installer_that_was_ended_breaks_no_promise(void)
{
    struct hlsim_action flash = {.name = "firmware_set"};
    struct hlsim_action create = {.name = "operation_create"};
    struct bench bench;

    open_bench(&bench);
    type(&bench, "AT+WDSS=1,1");
    run(&bench, 20000);
    expect(&bench, "modem.registered", "null"); /* it installs */
    put_text(&flash, "to", "4.4.14.0");
    put_number(&flash, "keep_nvm", 0);
    act(&bench, &flash);
    run(&bench, 20000);
    put_text(&create, "upgrade", "a");
    act(&bench, &create);
    type(&bench, "AT+WDSS=1,1");
    run(&bench, 3600000);
    expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

static void an_agreement_counts_for_the_session_that_it_opened(void)
{
    struct bench bench;

    open_bench(&bench);
    type(&bench, "AT+WDSC=1,1");
    type(&bench, "AT+WDSS=1,1");
    run(&bench, 3000);
    type(&bench, "AT+WDSS=1,0");
    run(&bench, 3000);
    type(&bench, "AT+WDSR=3");
    type(&bench, "AT+WDSS=1,0");
    run(&bench, 10000);
    type(&bench, "AT+WDSS=1,1");
    run(&bench, 4000);
    expect(&bench, "modem.agreement", "download");
    count(&bench, "+WDSI: 2", 2);
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_download_that_starts_over_goes_on),
    SUITE_TEST(what_is_switched_off_without_coverage_stays_off),
    SUITE_TEST(a_long_loss_of_the_network_does_not_end_the_update),
    SUITE_TEST(an_outcome_that_may_not_have_arrived_is_reported_again),
    SUITE_TEST(an_installer_that_was_ended_breaks_no_promise),
    SUITE_TEST(an_agreement_counts_for_the_session_that_it_opened),
};

int main(void)
{
    return suite_run("regress", tests, sizeof tests / sizeof *tests);
}
