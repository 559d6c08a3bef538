/*
 * Agreements and what is done to a module from outside, by lines that are typed and actions.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <hl78sim/network.h>

#include <string.h>

/* A module that asks for the agreement to download. */
static void open_asking(struct modem_bench *bench)
{
    modem_bench_open(bench);
    modem_bench_type(bench, "AT+CMEE=1");
    modem_bench_type(bench, "AT+WDSC=1,1");
    modem_bench_type(bench, "AT+WDSC=2,1");
    modem_bench_type(bench, "AT+WDSS=1,1");
    modem_bench_run(bench, 3000);
    modem_bench_count(bench, "+WDSI: 2", 1);
    modem_bench_expect(bench, "modem.agreement", "download");
}

static void an_unanswered_request_comes_again_after_half_an_hour(void)
{
    struct modem_bench bench;

    open_asking(&bench);
    modem_bench_run(&bench, 29 * 60000);
    modem_bench_count(&bench, "+WDSI: 2", 1);
    modem_bench_run(&bench, 60000);
    modem_bench_count(&bench, "+WDSI: 2", 2);
    modem_bench_run(&bench, 30 * 60000);
    modem_bench_count(&bench, "+WDSI: 2", 3);
    modem_bench_count(&bench, "+WDSI: 9,124648", 1);
    flow_close(&bench.flow);
}

static void a_deferred_request_comes_again_when_its_time_is_over(void)
{
    struct modem_bench bench;

    open_asking(&bench);
    modem_bench_type(&bench, "AT+WDSR=2,0");
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.flow.wire, "> AT+WDSR=2,0\n< +CME ERROR: 3"));
    modem_bench_expect(&bench, "modem.agreement", "download");
    modem_bench_type(&bench, "AT+WDSR=2,5");
    modem_bench_expect(&bench, "modem.agreement", "none");
    modem_bench_run(&bench, 4 * 60000 + 59000);
    modem_bench_count(&bench, "+WDSI: 2", 1);
    modem_bench_run(&bench, 2000);
    modem_bench_count(&bench, "+WDSI: 2", 2);
    /* Without a time it is half an hour. */
    modem_bench_type(&bench, "AT+WDSR=2");
    modem_bench_run(&bench, 31 * 60000);
    modem_bench_count(&bench, "+WDSI: 2", 3);
    /* What was put off can be accepted before its time. */
    modem_bench_type(&bench, "AT+WDSR=2,60");
    modem_bench_type(&bench, "AT+WDSR=3");
    modem_bench_run(&bench, 60000);
    modem_bench_count(&bench, "+WDSI: 18,100", 1);
    modem_bench_count(&bench, "+WDSI: 3", 1);
    modem_bench_type(&bench, "AT+WDSR=5,10");
    modem_bench_run(&bench, 10 * 60000);
    modem_bench_count(&bench, "+WDSI: 3", 2);
    modem_bench_type(&bench, "AT+WDSR=4");
    modem_bench_run(&bench, 10 * 60000);
    modem_bench_count(&bench, "+WDSI: 16", 1);
    modem_bench_expect(&bench, "modem.firmware", "4.6.8.0");
    flow_close(&bench.flow);
}

static void a_reset_asks_for_the_pending_agreement_again(void)
{
    struct modem_bench bench;

    open_asking(&bench);
    modem_bench_act_by_name(&bench, "reset");
    modem_bench_run(&bench, 30000);
    modem_bench_count(&bench, "+WDSI: 9,124648", 2);
    modem_bench_count(&bench, "+WDSI: 2", 2);
    modem_bench_expect(&bench, "modem.boots", "2");
    modem_bench_expect(&bench, "modem.session", "closed");
    flow_close(&bench.flow);
}

/* Servers that answer who proves nothing, and that take what an outsider sends for theirs. */
static const char *const plain[] = {"airvantage.security=none", NULL};

static void a_deleted_system_is_refused_and_a_new_one_bootstraps(void)
{
    struct modem_bench bench;

    modem_bench_open_with(&bench, plain);
    modem_bench_act_by_name(&bench, "system_delete");
    modem_bench_expect(&bench, "airvantage.system", "unknown");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 10000);
    modem_bench_count(&bench, "+WDSI: 7", 1);
    modem_bench_count(&bench, "+WDSI: 23,1", 0);
    modem_bench_act_by_name(&bench, "system_register");
    modem_bench_expect(&bench, "airvantage.system", "registered");
    /* The retries of AT+WDSC line 4 go on; five refusals erase the credentials. */
    modem_bench_run(&bench, 7 * 24 * 3600 * INT64_C(1000));
    modem_bench_count(&bench, "+WDSI: 23,0", 1);
    modem_bench_count(&bench, "+WDSI: 23,1", 1);
    modem_bench_expect(&bench, "modem.credentials", "dm");
    flow_close(&bench.flow);
}

static void a_released_mapping_is_made_anew_by_the_next_session(void)
{
    struct modem_bench bench;

    modem_bench_open(&bench);
    modem_bench_expect(&bench, "network.nat", "0");
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 3000);
    modem_bench_expect(&bench, "network.nat", "1");
    modem_bench_act_by_name(&bench, "nat_release");
    modem_bench_expect(&bench, "network.nat", "0");
    modem_bench_type(&bench, "AT+WDSS=1,0");
    modem_bench_run(&bench, 6000);
    modem_bench_count(&bench, "+WDSI: 8", 1);
    modem_bench_expect(&bench, "modem.registered", "true");
    modem_bench_expect(&bench, "modem.powered", "true");
    modem_bench_expect(&bench, "modem.settings.wdsc.1", "1");
    modem_bench_expect(&bench, "modem.settings.wdsc.4", "15,60,240,480,1440,2880,0,0");
    flow_close(&bench.flow);
}

static void latency_can_be_changed_while_the_module_runs(void)
{
    struct hlsim_action latency = {.name = "latency"};
    struct modem_bench bench;

    modem_bench_open_with(&bench, plain);
    modem_bench_put_number(&latency, "up", 2 * HLSIM_SECOND);
    modem_bench_put_number(&latency, "down", HLSIM_SECOND);
    modem_bench_act(&bench, &latency);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 2500);
    modem_bench_count(&bench, "+WDSI: 6", 0);
    modem_bench_run(&bench, 1000);
    modem_bench_count(&bench, "+WDSI: 6", 1);
    CU_ASSERT_EQUAL(bench.actor.undo(bench.actor.user, &latency), HLSIM_ACTED);
    modem_bench_run(&bench, 60000);
    modem_bench_count(&bench, "+WDSI: 18,100", 1);
    flow_close(&bench.flow);
}

/* --- Reboot (object 3, resource 4) ------------------------------------------------------------ */

struct way {
    struct hlsim_address server;
    struct hlsim_address module; /* as the NAT box shows it */
};

/* The way from the DM server to the module, learned from the server's first answer. */
static void learn_way(void *user, const struct hlsim_event *event)
{
    struct way *way = user;
    const struct hlsim_field *from = hlsim_event_field(event, "from");
    const struct hlsim_field *to = hlsim_event_field(event, "to");
    const struct hlsim_field *protocol = hlsim_event_field(event, "protocol");

    if (way->module.port == 0 && strcmp(protocol->data, "udp") == 0 &&
        strncmp(to->data, "198.51.100.", 11) == 0) {
        CU_ASSERT_EQUAL(hlsim_address_parse(from->data, &way->server), 0);
        CU_ASSERT_EQUAL(hlsim_address_parse(to->data, &way->module), 0);
    }
}

/* A session on which the server executes the reboot of the device. */
static void open_rebooting(struct modem_bench *bench, const char *const *overrides)
{
    static const uint8_t reboot[] = {0x40, 0x02, 0x7a, 0xbc, 0xb1, '3', 0x01, '0', 0x01, '4'};
    struct way way = {{0}, {0}};

    modem_bench_open_with(bench, overrides);
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(hlsim_world_stream(bench->flow.world),
                                           HLSIM_EVENT_BIT(HLSIM_EVENT_NET_SEND), learn_way, &way),
                    0);
    modem_bench_type(bench, "AT+WDSC=1,1");
    modem_bench_type(bench, "AT+WDSS=1,1");
    modem_bench_run(bench, 3000);
    modem_bench_type(bench, "AT+WDSR=2,1440");
    CU_ASSERT_NOT_EQUAL_FATAL(way.module.port, 0);
    CU_ASSERT_EQUAL(hlsim_network_inject_udp(hlsim_world_network(bench->flow.world), way.server,
                                             way.module.port, reboot, sizeof reboot),
                    0);
}

static void a_reboot_that_the_server_wants_needs_no_agreement_by_default(void)
{
    struct modem_bench bench;

    open_rebooting(&bench, plain);
    modem_bench_run(&bench, 20000);
    modem_bench_count(&bench, "+WDSI: 24", 0);
    modem_bench_expect(&bench, "modem.boots", "2");
    flow_close(&bench.flow);
}

static void a_reboot_waits_for_the_agreement_of_line_5(void)
{
    static const char *const overrides[] = {"modem.settings.wdsc.5=1", "airvantage.security=none",
                                            NULL};
    struct modem_bench bench;

    open_rebooting(&bench, overrides);
    modem_bench_run(&bench, 60000);
    modem_bench_count(&bench, "+WDSI: 24", 1);
    modem_bench_expect(&bench, "modem.agreement", "reboot");
    modem_bench_expect(&bench, "modem.boots", "1");
    modem_bench_type(&bench, "AT+WDSR=7,10");
    modem_bench_expect(&bench, "modem.agreement", "none");
    modem_bench_run(&bench, 10 * 60000);
    modem_bench_count(&bench, "+WDSI: 24", 2);
    modem_bench_type(&bench, "AT+WDSR=6");
    modem_bench_run(&bench, 20000);
    modem_bench_expect(&bench, "modem.boots", "2");
    /* Done is done, whoever did it. */
    modem_bench_run(&bench, 3600000);
    modem_bench_count(&bench, "+WDSI: 24", 2);
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(an_unanswered_request_comes_again_after_half_an_hour),
    SUITE_TEST(a_deferred_request_comes_again_when_its_time_is_over),
    SUITE_TEST(a_reset_asks_for_the_pending_agreement_again),
    SUITE_TEST(a_deleted_system_is_refused_and_a_new_one_bootstraps),
    SUITE_TEST(a_released_mapping_is_made_anew_by_the_next_session),
    SUITE_TEST(latency_can_be_changed_while_the_module_runs),
    SUITE_TEST(a_reboot_that_the_server_wants_needs_no_agreement_by_default),
    SUITE_TEST(a_reboot_waits_for_the_agreement_of_line_5),
};

int main(void)
{
    return suite_run("agreements", tests, sizeof tests / sizeof *tests);
}
