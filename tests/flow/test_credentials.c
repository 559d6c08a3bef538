/*
 * Keys that end, over months: when a module finds out, how long it waits, and what a module is
 * worth that uses another one's name.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

#define MOMENTS 64

/* When indications came that are watched for. */
struct moments {
    int64_t started[MOMENTS]; /* 4 */
    size_t started_count;
    int64_t failed[MOMENTS]; /* 5 */
    size_t failed_count;
};

static void on_line(void *user, const struct hlsim_event *event)
{
    struct moments *moments = user;
    const char *line = hlsim_event_field(event, "line")->data;

    if (strcmp(line, "+WDSI: 4") == 0 && moments->started_count < MOMENTS) {
        moments->started[moments->started_count++] = event->at;
    } else if (strcmp(line, "+WDSI: 5") == 0 && moments->failed_count < MOMENTS) {
        moments->failed[moments->failed_count++] = event->at;
    }
}

static size_t take(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    return size;
}

/* Runs a scenario, which has to pass; without a host there is somebody who reads. */
static void run(const char *scenario, const char *override, struct moments *ret_moments)
{
    static const struct hlsim_link_end reader = {.receive = take};
    const char *const overrides[] = {override, NULL};
    struct flow flow;

    memset(ret_moments, 0, sizeof *ret_moments);
    CU_ASSERT_TRUE_FATAL(flow_open(&flow, scenario, override == NULL ? NULL : overrides));
    CU_ASSERT_EQUAL_FATAL(hlsim_stream_subscribe(hlsim_world_stream(flow.world),
                                                 HLSIM_EVENT_BIT(HLSIM_EVENT_URC), on_line,
                                                 ret_moments),
                          0);
    if (flow.pair == NULL) {
        hlsim_link_attach(hlsim_world_port(flow.world, 0, 0), HLSIM_HOST, &reader);
    }
    CU_ASSERT_TRUE(flow_pass(&flow));
    flow_close(&flow);
}

/* AN5.0 4.4: between 30 and 45 days, and not the same day for everybody. */
static void keys_are_rotated_on_another_day_with_each_seed(void)
{
    static const char *const seeds[] = {"seed=1", "seed=2", "seed=3"};
    int64_t days[3];

    for (size_t i = 0; i < 3; i++) {
        struct moments moments;

        run("network/rotation-while-polling.json", seeds[i], &moments);
        CU_ASSERT_EQUAL_FATAL(moments.failed_count, 5);
        days[i] = moments.failed[0] / HLSIM_DAY;
        CU_ASSERT_TRUE(days[i] >= 30 && days[i] <= 46);
    }
    CU_ASSERT_NOT_EQUAL(days[0], days[1]);
    CU_ASSERT_NOT_EQUAL(days[1], days[2]);
    CU_ASSERT_NOT_EQUAL(days[0], days[2]);
}

/* AT+WDSC line 4, its default: 15, 60, 240, 480, 1440, 2880. */
static void a_bootstrap_server_that_is_down_is_tried_after_the_pauses_of_line_4(void)
{
    static const int64_t minutes[] = {15, 60, 240, 480, 1440};
    struct moments moments;

    run("network/bootstrap-down-for-a-day.json", NULL, &moments);
    CU_ASSERT_EQUAL_FATAL(moments.failed_count, 5);
    for (size_t i = 0; i < 5; i++) {
        int64_t late = moments.started[i + 1] - moments.failed[i] - minutes[i] * HLSIM_MINUTE;

        CU_ASSERT_TRUE(late >= 0 && late < HLSIM_SECOND);
    }
}

/* A handshake gives up by its own timers, and the next one follows at once. */
static void five_handshakes_follow_one_another(void)
{
    struct moments moments;

    run("faults/wrong-key-silence.json", NULL, &moments);
    CU_ASSERT_EQUAL_FATAL(moments.failed_count, 5);
    for (size_t i = 0; i < 5; i++) {
        int64_t took = moments.failed[i] - moments.started[i];

        CU_ASSERT_TRUE(took > 62 * HLSIM_SECOND && took < 63 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(moments.started[i + 1], moments.failed[i]);
    }
}

static void ten_years_in_a_drawer_take_a_few_steps(void)
{
    struct hlsim_action cut = {.name = "power_cut"};
    struct modem_bench bench;
    int64_t back;
    size_t steps = 0;

    modem_bench_open(&bench);
    modem_bench_act(&bench, &cut);
    back = hlsim_world_now(bench.flow.world) + 3650 * HLSIM_DAY;
    while (hlsim_world_next_at(bench.flow.world) <= back) {
        CU_ASSERT_FATAL(hlsim_world_step(bench.flow.world, back) >= 0);
        steps++;
    }
    CU_ASSERT_TRUE(steps < 50);
    flow_close(&bench.flow);
}

/* --- Another one's name --------------------------------------------------------------------- */

#define OWN   "350000000000001"
#define OTHER "350000000000002"

/* Of the DM server and of the bootstrap server. */
struct answers {
    char text[1024];
};

static void on_answer(void *user, const struct hlsim_event *event)
{
    struct answers *answers = user;
    const char *request = hlsim_event_field(event, "request")->data;
    size_t used = strlen(answers->text);

    if (strncmp(request, "POST", 4) == 0) {
        snprintf(answers->text + used, sizeof answers->text - used, "%s %.8s %s;",
                 (const char *)hlsim_event_field(event, "server")->data, request,
                 (const char *)hlsim_event_field(event, "code")->data);
    }
}

static void type(struct hlsim_world *world, size_t modem, const char *line, int64_t wait)
{
    struct hlsim_link *link = hlsim_world_port(world, modem, 0);

    hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)line, strlen(line));
    hlsim_link_write(link, HLSIM_HOST, (const uint8_t *)"\r", 1);
    CU_ASSERT_EQUAL_FATAL(hlsim_world_run_until(world, hlsim_world_now(world) + wait), 0);
}

static void expect_path(struct hlsim_world *world, const char *path, const char *expected)
{
    struct hlsim_actor actor = hlsim_world_actor(world);
    struct hlsim_value value;

    CU_ASSERT_EQUAL_FATAL(actor.read(actor.user, path, &value), 0);
    CU_ASSERT_STRING_EQUAL(value.text, expected);
}

/* Two modules, the second of which has credentials of its own and uses the name of the first. */
static void a_name_is_believed_of_who_proves_it(void)
{
    static const char text[] = "{\"name\":\"x\",\"airvantage\":{\"security\":\"psk\"},"
                               "\"modem\":{\"imei\":\"" OWN "\",\"credentials\":\"dm\"}}";
    static const char twin[] = "{\"name\":\"x\",\"modem\":{\"imei\":\"" OTHER
                               "\",\"credentials\":\"dm\",\"set\":{\"endpoint_name\":"
                               "\"urn:imei:" OWN "\",\"bootstrap_identity\":\"{imei}\"}}}";
    struct answers answers = {""};
    struct flow first;
    struct flow second;
    struct hlsim_modem_config modems[2];
    struct hlsim_world_config config;
    struct hlsim_world *world;

    CU_ASSERT_TRUE_FATAL(flow_open_text(&first, text, NULL));
    CU_ASSERT_TRUE_FATAL(flow_open_text(&second, twin, NULL));
    config = first.setup->world;
    modems[0] = first.setup->modem;
    modems[1] = second.setup->modem;
    config.modems = modems;
    config.modem_count = 2;
    CU_ASSERT_EQUAL_FATAL(hlsim_world_create(&config, &world), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim_stream_subscribe(hlsim_world_stream(world),
                                                 HLSIM_EVENT_BIT(HLSIM_EVENT_SERVER), on_answer,
                                                 &answers),
                          0);
    hlsim_world_power_on(world);
    CU_ASSERT_EQUAL_FATAL(hlsim_world_run_until(world, 20 * HLSIM_SECOND), 0);
    type(world, 0, "AT+WDSS=1,1", 5 * HLSIM_SECOND);
    expect_path(world, "modem.session", "dm");
    type(world, 1, "AT+WDSS=1,1", 5 * HLSIM_SECOND);
    expect_path(world, "modem:1.session", "closed");
    type(world, 0, "AT+WDSC=3,60", 5 * HLSIM_SECOND);
    expect_path(world, "modem.session", "dm");
    CU_ASSERT_STRING_EQUAL(answers.text, "dm POST /rd 2.01;dm POST /rd 4.03;dm POST /rd 2.04;");
    hlsim_world_free(world);
    flow_close(&second);
    flow_close(&first);
}

static const struct suite_test tests[] = {
    SUITE_TEST(keys_are_rotated_on_another_day_with_each_seed),
    SUITE_TEST(a_bootstrap_server_that_is_down_is_tried_after_the_pauses_of_line_4),
    SUITE_TEST(five_handshakes_follow_one_another),
    SUITE_TEST(ten_years_in_a_drawer_take_a_few_steps),
    SUITE_TEST(a_name_is_believed_of_who_proves_it),
};

int main(void)
{
    return suite_run("credentials", tests, sizeof tests / sizeof *tests);
}
