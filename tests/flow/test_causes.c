/*
 * Indications are never canned: each names the datagram or the commit that it follows from, and
 * silence on the air leads to nothing but event 5.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVENTS_MAX 200000

struct log {
    uint8_t kinds[EVENTS_MAX]; /* by id */
    size_t indications;        /* that had to name a cause */
    size_t uncaused;
    int shown[4096]; /* the numbers of all indications, in order */
    size_t shown_count;
};

static bool must_name_a_cause(int64_t number)
{
    return number == 5 || number == 6 || number == 7 || number == 9 || number == 18 || number == 23;
}

static void hear(void *user, const struct hlsim_event *event)
{
    struct log *log = user;
    enum hlsim_event_kind cause;
    int64_t number;

    CU_ASSERT_TRUE_FATAL(event->id < EVENTS_MAX);
    log->kinds[event->id] = (uint8_t)event->kind;
    if (event->kind != HLSIM_EVENT_INDICATION) {
        return;
    }
    number = hlsim_event_field(event, "number")->integer;
    if (log->shown_count < sizeof log->shown / sizeof *log->shown) {
        log->shown[log->shown_count++] = (int)number;
    }
    if (!must_name_a_cause(number)) {
        return;
    }
    log->indications++;
    cause = (enum hlsim_event_kind)log->kinds[event->cause];
    if (event->cause == 0 || event->cause >= event->id ||
        (cause != HLSIM_EVENT_NET_RECEIVE && cause != HLSIM_EVENT_NET_SEND &&
         cause != HLSIM_EVENT_COMMIT)) {
        fprintf(stderr, "indication %lld names event %llu, a %s\n", (long long)number,
                (unsigned long long)event->cause,
                event->cause == 0 ? "nothing" : hlsim_event_kind_name(cause));
        log->uncaused++;
    }
}

/* Runs a scenario and checks all its indications; `at_least` must have been raised. */
static void check(const char *scenario, const char *const *overrides, size_t at_least)
{
    struct flow flow;
    struct log *log = calloc(1, sizeof *log);

    CU_ASSERT_PTR_NOT_NULL_FATAL(log);
    CU_ASSERT_TRUE_FATAL(flow_open(&flow, scenario, overrides));
    hlsim_stream_subscribe(hlsim_world_stream(flow.world), HLSIM_EVENT_ALL, hear, log);
    CU_ASSERT_TRUE(flow_pass(&flow));
    CU_ASSERT_EQUAL(log->uncaused, 0);
    CU_ASSERT_TRUE(log->indications >= at_least);
    flow_close(&flow);
    free(log);
}

static void names_causes_of_the_first_connection(void)
{
    check("basic/first-connection.json", NULL, 4);
}

static void names_causes_of_a_denial(void)
{
    check("basic/not-registered.json", NULL, 2);
}

static void names_causes_of_an_update(void)
{
    check("fota/update-with-agreements.json", NULL, 104);
}

static void names_causes_after_a_power_cut(void)
{
    check("fota/power-cut-with-agreements.json", NULL, 104);
    check("fota/power-cut-mid-download.json", NULL, 104);
}

static void names_causes_on_a_lossy_network(void)
{
    static const char *const lossy[] = {"network.loss=0.2", "seed=5", NULL};

    check("fota/update-small-package.json", lossy, 6);
}

static void raises_nothing_but_5_after_4_in_silence(void)
{
    static const char *const dead[] = {"network.loss=1", NULL};
    struct flow flow;
    struct log *log = calloc(1, sizeof *log);
    size_t failures = 0;

    CU_ASSERT_PTR_NOT_NULL_FATAL(log);
    CU_ASSERT_TRUE_FATAL(flow_open(&flow, "basic/known-device.json", dead));
    hlsim_stream_subscribe(hlsim_world_stream(flow.world), HLSIM_EVENT_ALL, hear, log);
    flow_start(&flow);
    CU_ASSERT_EQUAL(flow_run(&flow, 2 * HLSIM_HOUR), HLPAIR_LIMIT);
    for (size_t i = 0; i < log->shown_count; i++) {
        if (log->shown[i] == 4 && i + 1 < log->shown_count) {
            CU_ASSERT_EQUAL(log->shown[i + 1], 5);
        }
        CU_ASSERT_TRUE(log->shown[i] == 0 || log->shown[i] == 4 || log->shown[i] == 5);
        failures += log->shown[i] == 5;
    }
    /* Five in a row erase the DM credentials, then the bootstrap server is tried. */
    CU_ASSERT_TRUE(failures >= 6);
    CU_ASSERT_EQUAL(log->uncaused, 0);
    CU_ASSERT_STRING_EQUAL(flow_read(&flow, "modem.credentials"), "none");
    flow_close(&flow);
    free(log);
}

static const struct suite_test tests[] = {
    SUITE_TEST(names_causes_of_the_first_connection),
    SUITE_TEST(names_causes_of_a_denial),
    SUITE_TEST(names_causes_of_an_update),
    SUITE_TEST(names_causes_after_a_power_cut),
    SUITE_TEST(names_causes_on_a_lossy_network),
    SUITE_TEST(raises_nothing_but_5_after_4_in_silence),
};

int main(void)
{
    return suite_run("causes", tests, sizeof tests / sizeof *tests);
}
