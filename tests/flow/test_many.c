/*
 * Many modems and many ports in one world: all update, none disturbs another.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MODEMS 100
#define CUT    42

/* FNV-1a over what passed on a modem's port, with times. */
struct wire {
    uint64_t digest;
    size_t lines;
};

struct fleet {
    struct hlsim_world *world;
    struct hlpair *pairs[MODEMS];
    struct wire wires[MODEMS];
    struct hlpair_engine_setup engine;
};

static void add(uint64_t *digest, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;

    for (size_t i = 0; i < size; i++) {
        *digest = (*digest ^ byte[i]) * UINT64_C(0x100000001b3);
    }
}

static void hear(void *user, const struct hlsim_event *event)
{
    struct fleet *fleet = user;
    const struct hlsim_field *line = hlsim_event_field(event, "line");
    int modem = -1;

    CU_ASSERT_EQUAL(sscanf(event->source, "modem:%d/", &modem), 1);
    CU_ASSERT_FATAL(modem >= 0 && modem < MODEMS);
    add(&fleet->wires[modem].digest, &event->at, sizeof event->at);
    add(&fleet->wires[modem].digest, line->data, strlen(line->data));
    fleet->wires[modem].lines++;
}

static bool never(void *user)
{
    (void)user;
    return false;
}

/* Runs a hundred updates; when `cut`, one modem loses its power in the middle of its download. */
static void run_fleet(struct fleet *fleet, bool cut)
{
    static struct hlsim_modem_config modems[MODEMS];
    const struct hlsim_action power_cut = {.name = "power_cut", .modem = CUT};
    struct hlsim_world_config config;
    struct hlsim_actor actor;
    struct flow base;

    memset(fleet, 0, sizeof *fleet);
    CU_ASSERT_TRUE_FATAL(flow_open(&base, "fota/update-without-agreements.json", NULL));
    config = base.setup->world;
    for (size_t i = 0; i < MODEMS; i++) {
        modems[i] = base.setup->modem;
        snprintf(modems[i].imei, sizeof modems[i].imei, "%015zu", 350000000000000u + i);
        snprintf(modems[i].serial, sizeof modems[i].serial, "T%013zu", i);
    }
    config.modems = modems;
    config.modem_count = MODEMS;
    CU_ASSERT_EQUAL_FATAL(hlsim_world_create(&config, &fleet->world), 0);
    hlsim_stream_subscribe(
        hlsim_world_stream(fleet->world),
        HLSIM_EVENT_BIT(HLSIM_EVENT_HOST) | HLSIM_EVENT_BIT(HLSIM_EVENT_RESPONSE) |
            HLSIM_EVENT_BIT(HLSIM_EVENT_RESULT) | HLSIM_EVENT_BIT(HLSIM_EVENT_URC),
        hear, fleet);
    CU_ASSERT_EQUAL_FATAL(hlpair_engine_setup(&base.setup->scenario.host, &fleet->engine), 0);
    hlsim_world_power_on(fleet->world);
    for (size_t i = 0; i < MODEMS; i++) {
        const struct hlpair_config pair = {.world = fleet->world,
                                           .modem = i,
                                           .ops = &hlpair_engine_ops,
                                           .host_config = &fleet->engine.config};

        CU_ASSERT_EQUAL_FATAL(hlpair_create(&pair, &fleet->pairs[i]), 0);
        CU_ASSERT_EQUAL_FATAL(hlpair_power_on(fleet->pairs[i]), 0);
    }
    CU_ASSERT_EQUAL(hlpair_run(fleet->world, fleet->pairs, MODEMS, 20 * HLSIM_SECOND, never, NULL),
                    HLPAIR_LIMIT);
    actor = hlsim_world_actor(fleet->world);
    if (cut) {
        CU_ASSERT_EQUAL(actor.act(actor.user, &power_cut), HLSIM_ACTED);
    }
    CU_ASSERT_EQUAL(hlpair_run(fleet->world, fleet->pairs, MODEMS, 25 * HLSIM_SECOND, never, NULL),
                    HLPAIR_LIMIT);
    if (cut) {
        CU_ASSERT_EQUAL(actor.undo(actor.user, &power_cut), HLSIM_ACTED);
    }
    CU_ASSERT_EQUAL(hlpair_run(fleet->world, fleet->pairs, MODEMS, HLSIM_HOUR, never, NULL),
                    HLPAIR_IDLE);
    flow_close(&base);
}

static void free_fleet(struct fleet *fleet)
{
    for (size_t i = 0; i < MODEMS; i++) {
        hlpair_free(fleet->pairs[i]);
    }
    hlsim_world_free(fleet->world);
}

static void a_hundred_modems_update_and_one_cut_disturbs_nobody(void)
{
    static struct fleet whole;
    static struct fleet cut;

    run_fleet(&whole, false);
    run_fleet(&cut, true);
    for (size_t i = 0; i < MODEMS; i++) {
        CU_ASSERT_PTR_NOT_NULL_FATAL(hlpair_report(whole.pairs[i]));
        CU_ASSERT_PTR_NOT_NULL_FATAL(hlpair_report(cut.pairs[i]));
        CU_ASSERT_STRING_EQUAL(hlpair_report(whole.pairs[i])->result, "updated");
        CU_ASSERT_STRING_EQUAL(hlpair_report(cut.pairs[i])->result, "updated");
        CU_ASSERT_TRUE(whole.wires[i].lines > 100);
        if (i == CUT) {
            CU_ASSERT_NOT_EQUAL(whole.wires[i].digest, cut.wires[i].digest);
        } else {
            CU_ASSERT_EQUAL(whole.wires[i].digest, cut.wires[i].digest);
        }
    }
    free_fleet(&whole);
    free_fleet(&cut);
}

/* --- Two ports ------------------------------------------------------------------------------ */

struct terminal {
    struct hlsim_link *link;
    char text[4096];
    size_t size;
};

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct terminal *terminal = user;

    CU_ASSERT_FATAL(terminal->size + size < sizeof terminal->text);
    memcpy(terminal->text + terminal->size, bytes, size);
    terminal->size += size;
    terminal->text[terminal->size] = '\0';
    return size;
}

/* Types a line and returns everything that came back within two seconds. */
static const char *type(struct flow *flow, struct terminal *terminal, const char *line)
{
    terminal->size = 0;
    terminal->text[0] = '\0';
    CU_ASSERT_EQUAL(
        hlsim_link_write(terminal->link, HLSIM_HOST, (const uint8_t *)line, strlen(line)),
        (int)strlen(line));
    hlsim_world_run_until(flow->world, hlsim_world_now(flow->world) + 2 * HLSIM_SECOND);
    return terminal->text;
}

static void attach(struct flow *flow, struct terminal *terminal, unsigned port)
{
    const struct hlsim_link_end end = {.user = terminal, .receive = receive};

    terminal->link = hlsim_world_port(flow->world, 0, port);
    hlsim_link_attach(terminal->link, HLSIM_HOST, &end);
}

static void as_many_ports_as_the_profile_says_and_packages_where_it_says(void)
{
    static const char scenario[] = "{\"name\": \"ports\", \"modem\": {\"profile\":"
                                   " \"HL7800-4.6.8.0\", \"set\": {\"port_roles\":"
                                   " \"uart,data,at,at\"}}}";
    struct terminal terminals[4];
    struct flow flow;

    CU_ASSERT_TRUE_FATAL(flow_open_text(&flow, scenario, NULL));
    memset(terminals, 0, sizeof terminals);
    for (unsigned i = 0; i < 4; i++) {
        attach(&flow, &terminals[i], i);
    }
    flow_start(&flow);
    hlsim_world_run_until(flow.world, 20 * HLSIM_SECOND);
    for (unsigned i = 0; i < 4; i++) {
        CU_ASSERT_STRING_EQUAL(terminals[i].text, "\r\n+KSUP: 0\r\n");
        type(&flow, &terminals[i], "ATE0+CMEE=1\r");
    }
    CU_ASSERT_STRING_EQUAL(type(&flow, &terminals[2], "AT+WDSD=5000\r"), "\r\n+CME ERROR: 3\r\n");
    CU_ASSERT_STRING_EQUAL(type(&flow, &terminals[1], "AT+WDSD=5000\r"), "\x15");
    CU_ASSERT_STRING_EQUAL(type(&flow, &terminals[3], "AT\r"), "\r\nOK\r\n");
    flow_close(&flow);
}

static void two_ports_have_their_own_echo_and_error_mode(void)
{
    static const char scenario[] =
        "{\"name\": \"ports\", \"modem\": {\"profile\": \"HL7800-4.6.8.0\"}}";
    struct terminal first;
    struct terminal second;
    struct flow flow;

    CU_ASSERT_TRUE_FATAL(flow_open_text(&flow, scenario, NULL));
    attach(&flow, &first, 0);
    attach(&flow, &second, 1);
    flow_start(&flow);
    first.size = 0;
    second.size = 0;
    hlsim_world_run_until(flow.world, 20 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(first.text, "\r\n+KSUP: 0\r\n");
    CU_ASSERT_STRING_EQUAL(second.text, "\r\n+KSUP: 0\r\n");
    CU_ASSERT_STRING_EQUAL(type(&flow, &first, "ATE0\r"), "ATE0\r\r\nOK\r\n");
    CU_ASSERT_STRING_EQUAL(type(&flow, &first, "AT+CMEE=1\r"), "\r\nOK\r\n");
    CU_ASSERT_STRING_EQUAL(type(&flow, &first, "AT+WDSR=3\r"), "\r\n+CME ERROR: 3\r\n");
    CU_ASSERT_STRING_EQUAL(type(&flow, &second, "AT+WDSR=3\r"), "AT+WDSR=3\r\r\nERROR\r\n");
    CU_ASSERT_STRING_EQUAL(type(&flow, &second, "ATV0\r"), "ATV0\r0\r");
    CU_ASSERT_STRING_EQUAL(type(&flow, &second, "AT+CGMM\r"), "AT+CGMM\rHL7800\r\n0\r");
    CU_ASSERT_STRING_EQUAL(type(&flow, &first, "AT+CGMM\r"), "\r\nHL7800\r\n\r\nOK\r\n");
    flow_close(&flow);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_hundred_modems_update_and_one_cut_disturbs_nobody),
    SUITE_TEST(as_many_ports_as_the_profile_says_and_packages_where_it_says),
    SUITE_TEST(two_ports_have_their_own_echo_and_error_mode),
};

int main(void)
{
    return suite_run("many", tests, sizeof tests / sizeof *tests);
}
