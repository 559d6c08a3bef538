/*
 * A module and AirVantage with DTLS between them: what a host sees of keys that do not fit, of a
 * mapping that was released, of datagrams that nobody sent.
 */
#include "lib/modem_bench.h"
#include "lib/suite.h"

#include <CUnit/CUnit.h>

#include <hl78sim/network.h>

#include <stdio.h>
#include <string.h>

/* The key that the module holds is that of nobody any more. */
static void open_with_lost_key(struct modem_bench *bench, const char *const *overrides)
{
    modem_bench_open_with(bench, overrides);
    modem_bench_act_by_name(bench, "system_delete");
    modem_bench_act_by_name(bench, "system_register");
}

static size_t position(const struct modem_bench *bench, const char *line)
{
    const char *found = strstr(bench->flow.wire, line);

    return found == NULL ? 0 : (size_t)(found - bench->flow.wire);
}

static void a_wrong_key_meets_silence_five_times_and_then_the_bootstrap_server(void)
{
    struct modem_bench bench;

    open_with_lost_key(&bench, NULL);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 61000);
    modem_bench_count(&bench, "+WDSI: 5", 0);
    modem_bench_run(&bench, 3000);
    modem_bench_count(&bench, "+WDSI: 5", 1);
    modem_bench_run(&bench, 4 * 63000);
    modem_bench_count(&bench, "+WDSI: 4", 7);
    modem_bench_count(&bench, "+WDSI: 5", 5);
    modem_bench_count(&bench, "+WDSI: 23,0", 1);
    modem_bench_count(&bench, "+WDSI: 23,1", 1);
    modem_bench_expect(&bench, "modem.credentials", "dm");
    flow_close(&bench.flow);
}

static void an_alert_makes_it_quick(void)
{
    static const char *const overrides[] = {"airvantage.wrong_key=alert", NULL};
    struct modem_bench bench;

    open_with_lost_key(&bench, overrides);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 10000);
    modem_bench_count(&bench, "+WDSI: 5", 5);
    modem_bench_count(&bench, "+WDSI: 23,1", 1);
    flow_close(&bench.flow);
}

static void what_counts_as_a_failure_is_a_figure(void)
{
    static const char *const flights[] = {"modem.set.auth_failure_unit=flight", NULL};
    static const char *const sessions[] = {"modem.set.auth_failure_unit=session", NULL};
    struct modem_bench bench;

    open_with_lost_key(&bench, flights);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 66000);
    modem_bench_count(&bench, "+WDSI: 5", 1);
    modem_bench_count(&bench, "+WDSI: 23,1", 1);
    flow_close(&bench.flow);
    open_with_lost_key(&bench, sessions);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 300000);
    modem_bench_count(&bench, "+WDSI: 5", 1);
    /* 15, 60, 240 and 480 minutes later, one each; the fifth is the last. */
    modem_bench_run(&bench, (15 + 60 + 240 + 480 + 10) * 60000);
    modem_bench_count(&bench, "+WDSI: 5", 5);
    modem_bench_count(&bench, "+WDSI: 23,1", 1);
    flow_close(&bench.flow);
}

/* A session that stays open, with nothing to do in it. */
static void open_session(struct modem_bench *bench, const char *const *overrides)
{
    modem_bench_open_with(bench, overrides);
    modem_bench_type(bench, "AT+WDSC=1,1");
    modem_bench_type(bench, "AT+WDSS=1,1");
    modem_bench_run(bench, 10000);
    modem_bench_count(bench, "+WDSI: 23,1", 1);
}

static void traffic_of_the_module_heals_a_released_mapping_without_a_word(void)
{
    struct modem_bench bench;

    open_session(&bench, NULL);
    modem_bench_run(&bench, 60000);
    modem_bench_act_by_name(&bench, "nat_release");
    modem_bench_run(&bench, 60000);
    modem_bench_expect(&bench, "network.nat", "0");
    /* Another lifetime is told to the server: first the short handshake, from a new address. */
    modem_bench_type(&bench, "AT+WDSC=3,120");
    modem_bench_run(&bench, 10000);
    modem_bench_expect(&bench, "network.nat", "1");
    modem_bench_count(&bench, "+WDSI: 4", 1);
    modem_bench_count(&bench, "+WDSI: 6", 1);
    modem_bench_expect(&bench, "modem.session", "dm");
    flow_close(&bench.flow);
}

static void a_key_replaced_meanwhile_leads_to_the_bootstrap_server_without_event_5(void)
{
    struct modem_bench bench;

    open_session(&bench, NULL);
    modem_bench_act_by_name(&bench, "system_delete");
    modem_bench_act_by_name(&bench, "system_register");
    modem_bench_run(&bench, 60000);
    modem_bench_type(&bench, "AT+WDSC=3,120");
    modem_bench_run(&bench, 2 * 62000 - 2000);
    modem_bench_count(&bench, "+WDSI: 4", 1);
    modem_bench_run(&bench, 10000);
    modem_bench_count(&bench, "+WDSI: 5", 0);
    modem_bench_count(&bench, "+WDSI: 4", 3);
    modem_bench_count(&bench, "+WDSI: 23,0", 1);
    modem_bench_count(&bench, "+WDSI: 23,1", 2);
    CU_ASSERT(position(&bench, "+WDSI: 23,0") > position(&bench, "+WDSI: 23,1"));
    flow_close(&bench.flow);
}

/* --- What nobody sent ------------------------------------------------------------------------- */

struct watch {
    struct hlsim_address server;
    struct hlsim_address module; /* as the NAT box shows it */
    unsigned ignored;
    unsigned served; /* requests that were answered */
};

static void look(void *user, const struct hlsim_event *event)
{
    struct watch *watch = user;
    const struct hlsim_field *from = hlsim_event_field(event, "from");
    const struct hlsim_field *to = hlsim_event_field(event, "to");

    if (event->kind == HLSIM_EVENT_IGNORED) {
        watch->ignored++;
    } else if (event->kind == HLSIM_EVENT_SERVER) {
        watch->served++;
    } else if (watch->module.port == 0 && strncmp(to->data, "198.51.100.", 11) == 0) {
        CU_ASSERT_EQUAL(hlsim_address_parse(from->data, &watch->server), 0);
        CU_ASSERT_EQUAL(hlsim_address_parse(to->data, &watch->module), 0);
    }
}

static void datagrams_of_a_forger_are_one_event_each_and_nothing_more(void)
{
    static const uint8_t reboot[] = {0x40, 0x02, 0x7a, 0xbc, 0xb1, '3', 0x01, '0', 0x01, '4'};
    static const uint8_t record[] = {0x17, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 99, 0, 4, 1, 2, 3, 4};
    struct watch watch = {.ignored = 0};
    struct hlsim_network *network;
    struct modem_bench bench;

    modem_bench_open(&bench);
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(hlsim_world_stream(bench.flow.world),
                                           HLSIM_EVENT_BIT(HLSIM_EVENT_NET_SEND) |
                                               HLSIM_EVENT_BIT(HLSIM_EVENT_IGNORED) |
                                               HLSIM_EVENT_BIT(HLSIM_EVENT_SERVER),
                                           look, &watch),
                    0);
    modem_bench_type(&bench, "AT+WDSC=1,1");
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 10000);
    CU_ASSERT_NOT_EQUAL_FATAL(watch.module.port, 0);
    CU_ASSERT_EQUAL(watch.ignored, 0);
    watch.served = 0;
    network = hlsim_world_network(bench.flow.world);
    for (size_t size = 0; size <= sizeof record; size++) {
        CU_ASSERT_EQUAL(
            hlsim_network_inject_udp(network, watch.server, watch.module.port, record, size), 0);
    }
    CU_ASSERT_EQUAL(
        hlsim_network_inject_udp(network, watch.server, watch.module.port, reboot, sizeof reboot),
        0);
    modem_bench_run(&bench, 10000);
    CU_ASSERT_EQUAL(watch.ignored, sizeof record + 2);
    CU_ASSERT_EQUAL(watch.served, 0);
    modem_bench_expect(&bench, "modem.boots", "1");
    modem_bench_expect(&bench, "modem.session", "dm");
    flow_close(&bench.flow);
}

static void the_longest_wait_is_no_shorter_than_the_first(void)
{
    static const char *const overrides[] = {"modem.set.dtls_timeout_max=1s", NULL};
    struct modem_bench bench;

    modem_bench_open_with(&bench, overrides);
    modem_bench_type(&bench, "AT+WDSS=1,1");
    modem_bench_run(&bench, 10000);
    modem_bench_count(&bench, "+WDSI: 6", 1);
    flow_close(&bench.flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_wrong_key_meets_silence_five_times_and_then_the_bootstrap_server),
    SUITE_TEST(an_alert_makes_it_quick),
    SUITE_TEST(what_counts_as_a_failure_is_a_figure),
    SUITE_TEST(traffic_of_the_module_heals_a_released_mapping_without_a_word),
    SUITE_TEST(a_key_replaced_meanwhile_leads_to_the_bootstrap_server_without_event_5),
    SUITE_TEST(the_longest_wait_is_no_shorter_than_the_first),
    SUITE_TEST(datagrams_of_a_forger_are_one_event_each_and_nothing_more),
};

int main(void)
{
    return suite_run("dtls", tests, sizeof tests / sizeof *tests);
}
