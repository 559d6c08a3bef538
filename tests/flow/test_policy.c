/*
 * The pair's own watch over the policy, whatever the host believes, and what it tells a host of the
 * time.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include <string.h>

static const char scenario[] =
    "{ \"name\": \"policy\","
    "  \"epoch\": \"2024-10-01T23:59:30Z\","
    "  \"modem\": { \"profile\": \"HL7800-4.4.14.0\", \"credentials\": \"dm\" },"
    "  \"airvantage\": {"
    "    \"packages\": [ { \"id\": \"new\", \"from\": \"4.4.14.0\", \"to\": \"4.6.8.0\", \"size\": "
    "2000 } ],"
    "    \"operations\": [ { \"at\": \"0s\", \"upgrade\": \"new\" } ] },"
    "  \"host\": { \"goal\": \"update\", \"agreements\": [\"download\", \"install\"],"
    "    \"policy\": { \"window\": \"boot\" } },"
    "  \"expect\": [ { \"final\": { \"host.result\": \"updated\" } } ] }";

struct promises {
    unsigned count;
    char last[128];
};

static void note(void *user, const struct hlsim_event *event)
{
    struct promises *promises = user;

    promises->count++;
    strncpy(promises->last, (const char *)hlsim_event_field(event, "name")->data,
            sizeof promises->last - 1);
}

/* Runs with an engine that knows another policy than the scenario; counts broken promises. */
static int run_with(enum hlhost_window window, const char *const *overrides,
                    struct promises *promises)
{
    struct flow flow;
    int result;

    memset(promises, 0, sizeof *promises);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&flow, scenario, overrides));
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(hlsim_world_stream(flow.world),
                                           HLSIM_EVENT_BIT(HLSIM_EVENT_PROMISE), note, promises),
                    0);
    flow.engine.config.policy.window = window;
    flow_start(&flow);
    result = flow_run(&flow, HLSIM_HOUR);
    flow_close(&flow);
    return result;
}

static void agreement_outside_the_window_is_a_broken_promise(void)
{
    struct promises promises;

    CU_ASSERT_EQUAL(run_with(HLHOST_WINDOW_ALWAYS, NULL, &promises), HLSIM_E_PROMISE);
    CU_ASSERT_TRUE(promises.count > 0);
    CU_ASSERT_STRING_EQUAL(promises.last, "no agreement is given outside the policy's window");
}

static void engine_that_keeps_the_policy_breaks_none(void)
{
    struct promises promises;

    CU_ASSERT_TRUE(run_with(HLHOST_WINDOW_BOOT, NULL, &promises) >= 0);
    CU_ASSERT_EQUAL(promises.count, 0);
}

static void window_of_the_day_is_watched_over_midnight(void)
{
    static const char *const open[] = {"host.policy.window=23:00-00:05", NULL};
    static const char *const closed[] = {"host.policy.window=00:05-23:00", NULL};
    static const char *const clockless[] = {"host.policy.window=23:00-00:05", "host.clock=false",
                                            NULL};
    struct promises promises;

    CU_ASSERT_EQUAL(run_with(HLHOST_WINDOW_ALWAYS, open, &promises), HLPAIR_STOPPED);
    CU_ASSERT_EQUAL(promises.count, 0);
    CU_ASSERT_EQUAL(run_with(HLHOST_WINDOW_ALWAYS, closed, &promises), HLSIM_E_PROMISE);
    CU_ASSERT_EQUAL(run_with(HLHOST_WINDOW_ALWAYS, clockless, &promises), HLSIM_E_PROMISE);
}

static const struct suite_test tests[] = {
    SUITE_TEST(agreement_outside_the_window_is_a_broken_promise),
    SUITE_TEST(engine_that_keeps_the_policy_breaks_none),
    SUITE_TEST(window_of_the_day_is_watched_over_midnight),
};

int main(void)
{
    return suite_run("policy", tests, sizeof tests / sizeof *tests);
}
