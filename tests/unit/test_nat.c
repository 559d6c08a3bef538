/*
 * The NAT box: mappings, their end, and what comes in from outside.
 */
#include "network_rig.h"

#define PORT 5684

static const struct hlsim_address server = {.ip = RIG_SERVER_IP, .port = PORT};
static const struct hlsim_address other_port = {.ip = RIG_SERVER_IP, .port = PORT + 1};

struct seen {
    size_t count;
    struct hlsim_address from;
};

static void note(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct seen *seen = user;

    (void)bytes;
    (void)size;
    seen->count++;
    seen->from = from;
}

struct nat_rig {
    struct rig *rig;
    struct hlsim__udp_socket socket;
    struct seen modem;
    struct seen server;
    struct seen other;
};

static void open_rig(struct nat_rig *nat, const struct hlsim_network_config *config)
{
    memset(nat, 0, sizeof *nat);
    nat->rig = rig_new(config, 1);
    CU_ASSERT_EQUAL_FATAL(
        hlsim__udp_open(&nat->socket, &nat->rig->iface[0], 40000, note, &nat->modem), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__endpoint_udp_bind(&nat->rig->server, PORT, note, &nat->server), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__endpoint_udp_bind(&nat->rig->server, PORT + 1, note, &nat->other),
                          0);
}

/* One datagram out; the port from which the server sees it come. */
static uint16_t out(struct nat_rig *nat)
{
    CU_ASSERT_EQUAL(hlsim__udp_send(&nat->socket, server, (const uint8_t *)"o", 1), 0);
    rig_run(nat->rig, nat->rig->sched.now + 80 * HLSIM_MS);
    return nat->server.from.port;
}

/* One datagram in; whether the modem gets it. */
static bool in(struct nat_rig *nat, uint16_t from_port, uint16_t to_port)
{
    struct hlsim_address to = {.ip = RIG_PUBLIC_IP, .port = to_port};
    size_t before = nat->modem.count;

    CU_ASSERT_EQUAL(
        hlsim__endpoint_udp_send(&nat->rig->server, from_port, to, (const uint8_t *)"i", 1), 0);
    rig_run(nat->rig, nat->rig->sched.now + 80 * HLSIM_MS);
    return nat->modem.count == before + 1;
}

static void a_mapping_expires_after_its_idle_time(void)
{
    struct nat_rig nat;
    const struct rig_event *opened;
    const struct rig_event *released;
    uint16_t first;
    uint16_t second;

    open_rig(&nat, NULL);
    first = out(&nat);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), 1);
    rig_run(nat.rig, 80 * HLSIM_MS + 120 * HLSIM_SECOND - 1);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), 1);
    rig_run(nat.rig, 80 * HLSIM_MS + 120 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), 0);
    opened = rig_event(nat.rig, HLSIM_EVENT_NAT_OPEN, 0);
    released = rig_event(nat.rig, HLSIM_EVENT_NAT_RELEASE, 0);
    CU_ASSERT_EQUAL(opened->at, 80 * HLSIM_MS);
    CU_ASSERT_STRING_EQUAL(opened->from, "10.0.0.1:40000");
    CU_ASSERT_EQUAL(released->at, 80 * HLSIM_MS + 120 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(released->cause, opened->id);
    CU_ASSERT_STRING_EQUAL(released->why, "timeout");
    CU_ASSERT_STRING_EQUAL(released->from, opened->from);
    CU_ASSERT_STRING_EQUAL(released->to, opened->to);
    CU_ASSERT_FALSE(in(&nat, PORT, first));
    CU_ASSERT_EQUAL(rig_count_why(nat.rig, "no mapping"), 1);
    second = out(&nat);
    CU_ASSERT_NOT_EQUAL(first, second);
    CU_ASSERT_FALSE(in(&nat, PORT, first));
    CU_ASSERT_TRUE(in(&nat, PORT, second));
    rig_free(nat.rig);
}

static void traffic_out_keeps_a_mapping(void)
{
    struct nat_rig nat;
    uint16_t port;

    open_rig(&nat, NULL);
    port = out(&nat);
    for (int i = 0; i < 10; i++) {
        rig_run(nat.rig, nat.rig->sched.now + 119 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(out(&nat), port);
    }
    CU_ASSERT_EQUAL(rig_count(nat.rig, HLSIM_EVENT_NAT_OPEN), 1);
    rig_free(nat.rig);
}

/* Sends in every 100 s; how many reach the modem. */
static int inbound_only(bool refresh)
{
    struct hlsim_network_config config;
    struct nat_rig nat;
    uint16_t port;
    int count = 0;

    hlsim_network_config_default(&config);
    config.nat_inbound_refresh = refresh;
    open_rig(&nat, &config);
    port = out(&nat);
    for (int i = 0; i < 5; i++) {
        rig_run(nat.rig, nat.rig->sched.now + 100 * HLSIM_SECOND);
        count += in(&nat, PORT, port);
    }
    rig_free(nat.rig);
    return count;
}

static void traffic_in_keeps_a_mapping_when_configured(void)
{
    CU_ASSERT_EQUAL(inbound_only(true), 5);
    CU_ASSERT_EQUAL(inbound_only(false), 1);
}

static void a_datagram_at_the_very_end_finds_the_mapping_gone(void)
{
    struct nat_rig nat;
    uint16_t first;

    open_rig(&nat, NULL);
    first = out(&nat);
    rig_run(nat.rig, 120 * HLSIM_SECOND);
    /* Arrives at the NAT box 120 s after the first one did. */
    CU_ASSERT_NOT_EQUAL(out(&nat), first);
    rig_free(nat.rig);
}

/* The same when the datagram's timer was set before that of the NAT box. */
static void a_slow_datagram_at_the_very_end_finds_the_mapping_gone(void)
{
    static const int64_t sent_at[] = {0, 50 * HLSIM_SECOND, 170 * HLSIM_SECOND};
    struct hlsim_network_config config;
    struct nat_rig nat;

    hlsim_network_config_default(&config);
    config.delay_up = 100 * HLSIM_SECOND;
    open_rig(&nat, &config);
    for (size_t i = 0; i < 3; i++) {
        rig_run(nat.rig, sent_at[i]);
        hlsim__udp_send(&nat.socket, server, NULL, 0);
    }
    /* They arrive at 100, 150 and 270 s; the mapping ends 120 s after the second one. */
    rig_run(nat.rig, 270 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(nat.server.count, 3);
    CU_ASSERT_EQUAL(rig_count(nat.rig, HLSIM_EVENT_NAT_OPEN), 2);
    CU_ASSERT_EQUAL(rig_event(nat.rig, HLSIM_EVENT_NAT_RELEASE, 0)->at, 270 * HLSIM_SECOND);
    rig_free(nat.rig);
}

static void a_mapping_without_time_out_stays(void)
{
    struct hlsim_network_config config;
    struct nat_rig nat;
    uint16_t port;

    hlsim_network_config_default(&config);
    config.nat_timeout = HLSIM_NEVER;
    open_rig(&nat, &config);
    port = out(&nat);
    rig_run(nat.rig, 365 * HLSIM_DAY);
    CU_ASSERT_TRUE(in(&nat, PORT, port));
    rig_free(nat.rig);
}

static void released_mappings_come_back_with_a_new_port(void)
{
    struct hlsim__udp_socket second;
    struct seen seen = {0};
    struct nat_rig nat;
    uint16_t first;
    uint16_t of_second;

    open_rig(&nat, NULL);
    CU_ASSERT_EQUAL(hlsim__udp_open(&second, &nat.rig->iface[1], 0, note, &seen), 0);
    hlsim__udp_send(&second, server, NULL, 0);
    rig_run(nat.rig, 80 * HLSIM_MS);
    of_second = nat.server.from.port;
    first = out(&nat);
    CU_ASSERT_NOT_EQUAL(first, of_second);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), 2);
    CU_ASSERT_EQUAL(hlsim__nat_release(&nat.rig->iface[0], 0), 1);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), 1);
    CU_ASSERT_STRING_EQUAL(rig_event(nat.rig, HLSIM_EVENT_NAT_RELEASE, 0)->why, "released");
    CU_ASSERT_FALSE(in(&nat, PORT, first));
    CU_ASSERT_NOT_EQUAL(out(&nat), first);
    hlsim__udp_send(&second, server, NULL, 0);
    rig_run(nat.rig, nat.rig->sched.now + 80 * HLSIM_MS);
    CU_ASSERT_EQUAL(nat.server.from.port, of_second);
    CU_ASSERT_EQUAL(hlsim__nat_release_all(&nat.rig->net), 2);
    CU_ASSERT_EQUAL(hlsim__nat_release_all(&nat.rig->net), 0);
    CU_ASSERT_EQUAL(nat.rig->sched.count, 0);
    rig_free(nat.rig);
}

static void one_mapping_serves_all_destinations_unless_symmetric(void)
{
    struct hlsim_network_config config;

    for (int symmetric = 0; symmetric < 2; symmetric++) {
        struct nat_rig nat;
        uint16_t port;

        hlsim_network_config_default(&config);
        config.nat_symmetric = symmetric != 0;
        open_rig(&nat, &config);
        port = out(&nat);
        hlsim__udp_send(&nat.socket, other_port, NULL, 0);
        rig_run(nat.rig, HLSIM_SECOND);
        CU_ASSERT_EQUAL(nat.other.count, 1);
        CU_ASSERT_EQUAL(nat.other.from.port == port, !symmetric);
        CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), symmetric ? 2 : 1);
        CU_ASSERT_TRUE(in(&nat, PORT, port));
        CU_ASSERT_EQUAL(in(&nat, PORT + 1, port), !symmetric);
        CU_ASSERT_TRUE(in(&nat, PORT + 1, nat.other.from.port));
        rig_free(nat.rig);
    }
}

static void another_inside_address_is_another_flow(void)
{
    struct nat_rig nat;
    uint16_t first;

    open_rig(&nat, NULL);
    first = out(&nat);
    hlsim__iface_detach(&nat.rig->iface[0]);
    hlsim__iface_attach(&nat.rig->iface[0], 0x0a000077);
    CU_ASSERT_NOT_EQUAL(out(&nat), first);
    CU_ASSERT_FALSE(in(&nat, PORT, first));
    CU_ASSERT_EQUAL(rig_count_why(nat.rig, "no route"), 1);
    rig_free(nat.rig);
}

static void mappings_survive_the_modems_loss_of_power(void)
{
    struct nat_rig nat;
    uint16_t port;

    open_rig(&nat, NULL);
    port = out(&nat);
    rig_power_off(nat.rig, 0);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), 1);
    CU_ASSERT_FALSE(in(&nat, PORT, port));
    CU_ASSERT_EQUAL(rig_count_why(nat.rig, "power"), 1);
    hlsim__power_on(&nat.rig->power[0]);
    hlsim__iface_attach(&nat.rig->iface[0], 0x0a000001);
    CU_ASSERT_FALSE(in(&nat, PORT, port));
    CU_ASSERT_EQUAL(rig_count_why(nat.rig, "no socket"), 1);
    CU_ASSERT_EQUAL(hlsim__udp_open(&nat.socket, &nat.rig->iface[0], 40000, note, &nat.modem), 0);
    CU_ASSERT_TRUE(in(&nat, PORT, port));
    rig_free(nat.rig);
}

static void one_interface_has_a_limited_number_of_mappings(void)
{
    struct nat_rig nat;
    struct hlsim_address to = {.ip = 0x01020304, .port = 1};
    struct hlsim_network_config config;
    char seen[65536] = {0};

    hlsim_network_config_default(&config);
    config.nat_symmetric = true;
    open_rig(&nat, &config);
    for (int i = 0; i < HLSIM__NAT_MAPPINGS_MAX + 3; i++) {
        to.port = (uint16_t)(i + 1);
        hlsim__udp_send(&nat.socket, to, NULL, 0);
        rig_run(nat.rig, nat.rig->sched.now + HLSIM_SECOND);
    }
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), HLSIM__NAT_MAPPINGS_MAX);
    CU_ASSERT_EQUAL(rig_count_why(nat.rig, "nat full"), 3);
    for (size_t i = 0; i < HLSIM__NAT_MAPPINGS_MAX; i++) {
        const struct rig_event *opened = rig_event(nat.rig, HLSIM_EVENT_NAT_OPEN, i);
        struct hlsim_address outside = {0};

        CU_ASSERT_EQUAL(hlsim_address_parse(opened->to, &outside), 0);
        CU_ASSERT_EQUAL(seen[outside.port], 0);
        seen[outside.port] = 1;
    }
    rig_run(nat.rig, nat.rig->sched.now + 120 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&nat.rig->net), 0);
    CU_ASSERT_EQUAL(rig_count(nat.rig, HLSIM_EVENT_NAT_RELEASE), HLSIM__NAT_MAPPINGS_MAX);
    rig_free(nat.rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_mapping_expires_after_its_idle_time),
    SUITE_TEST(traffic_out_keeps_a_mapping),
    SUITE_TEST(traffic_in_keeps_a_mapping_when_configured),
    SUITE_TEST(a_datagram_at_the_very_end_finds_the_mapping_gone),
    SUITE_TEST(a_slow_datagram_at_the_very_end_finds_the_mapping_gone),
    SUITE_TEST(a_mapping_without_time_out_stays),
    SUITE_TEST(released_mappings_come_back_with_a_new_port),
    SUITE_TEST(one_mapping_serves_all_destinations_unless_symmetric),
    SUITE_TEST(another_inside_address_is_another_flow),
    SUITE_TEST(mappings_survive_the_modems_loss_of_power),
    SUITE_TEST(one_interface_has_a_limited_number_of_mappings),
};

int main(void)
{
    return suite_run("nat", tests, sizeof tests / sizeof *tests);
}
