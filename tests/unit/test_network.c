/*
 * Addresses, names, figures, limits and the gateway of the simulated network.
 */
#include "network_pair.h"

static void texts_of_addresses_are_read_and_written(void)
{
    static const char *const wrong[] = {"",
                                        "1.2.3",
                                        "1.2.3.4",
                                        "1.2.3.4:",
                                        "1.2.3.4:65536",
                                        "256.2.3.4:1",
                                        "1.2.3.04:1",
                                        "1.2.3.4:1 ",
                                        " 1.2.3.4:1",
                                        "1..3.4:1",
                                        "1.2.3.4.5:1",
                                        "1.2.3.-4:1",
                                        "99999999999999999999.2.3.4:1"};
    struct hlsim_address address = {0};
    char text[HLSIM_ADDRESS_SIZE];
    uint32_t ip = 0;

    CU_ASSERT_EQUAL(hlsim_address_parse("192.0.2.235:5684", &address), 0);
    CU_ASSERT_EQUAL(address.ip, 0xc00002ebu);
    CU_ASSERT_EQUAL(address.port, 5684);
    CU_ASSERT_EQUAL(hlsim_address_format(address, text, sizeof text), 16);
    CU_ASSERT_STRING_EQUAL(text, "192.0.2.235:5684");
    address = (struct hlsim_address){.ip = UINT32_MAX, .port = UINT16_MAX};
    CU_ASSERT_EQUAL(hlsim_address_format(address, text, sizeof text), HLSIM_ADDRESS_SIZE - 1);
    CU_ASSERT_STRING_EQUAL(text, "255.255.255.255:65535");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CU_ASSERT_EQUAL(hlsim_address_parse(wrong[i], &address), HLSIM_E_FORMAT);
    }
    CU_ASSERT_EQUAL(address.ip, UINT32_MAX);
    CU_ASSERT_EQUAL(hlsim_ip_parse("0.0.0.0", &ip), 0);
    CU_ASSERT_EQUAL(hlsim_ip_parse("10.0.0.1:80", &ip), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(ip, 0);
}

static void names_lead_to_addresses(void)
{
    struct rig *rig = rig_new(NULL, 1);
    uint32_t ip = 0;

    CU_ASSERT_EQUAL(hlsim__network_add_name(&rig->net, "na.airvantage.net", RIG_SERVER_IP), 0);
    CU_ASSERT_EQUAL(hlsim__network_add_name(&rig->net, "NA.airvantage.net", 1), HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(hlsim__network_resolve(&rig->net, "na.AirVantage.net", &ip), 0);
    CU_ASSERT_EQUAL(ip, RIG_SERVER_IP);
    CU_ASSERT_EQUAL(hlsim__network_resolve(&rig->net, "10.1.2.3", &ip), 0);
    CU_ASSERT_EQUAL(ip, 0x0a010203u);
    CU_ASSERT_EQUAL(hlsim__network_resolve(&rig->net, "na.airvantage.ne", &ip), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__network_resolve(&rig->net, "", &ip), HLSIM_E_NOT_FOUND);
    rig_free(rig);
}

static void figures_without_sense_are_refused(void)
{
    struct hlsim_network_config config;

    hlsim_network_config_default(&config);
    CU_ASSERT_EQUAL(hlsim_network_config_check(&config), 0);
    CU_ASSERT_EQUAL(config.delay_up, INT64_C(80000000));
    CU_ASSERT_EQUAL(config.nat_timeout, INT64_C(120000000000));
    config.delay_down = -1;
    CU_ASSERT_EQUAL(hlsim_network_config_check(&config), HLSIM_E_RANGE);
    hlsim_network_config_default(&config);
    config.loss_ppm_up = 1000001;
    CU_ASSERT_EQUAL(hlsim_network_config_check(&config), HLSIM_E_RANGE);
    hlsim_network_config_default(&config);
    config.bitrate = 0;
    CU_ASSERT_EQUAL(hlsim_network_config_check(&config), HLSIM_E_RANGE);
    hlsim_network_config_default(&config);
    config.mss = HLSIM_MSS_MAX + 1;
    CU_ASSERT_EQUAL(hlsim_network_config_check(&config), HLSIM_E_RANGE);
}

struct fake_gateway {
    size_t count;
    uint16_t flow_port;
    struct hlsim_address to;
    uint8_t bytes[64];
    size_t size;
    int result;
    size_t closed;
    uint16_t closed_port;
};

static int fake_send(void *user, uint16_t flow_port, struct hlsim_address to, const uint8_t *bytes,
                     size_t size)
{
    struct fake_gateway *gateway = user;

    gateway->count++;
    gateway->flow_port = flow_port;
    gateway->to = to;
    gateway->size = size;
    memcpy(gateway->bytes, bytes, size);
    return gateway->result;
}

static void fake_closed(void *user, uint16_t flow_port)
{
    struct fake_gateway *gateway = user;

    gateway->closed++;
    gateway->closed_port = flow_port;
}

static void real_sockets_are_reached_through_the_gateway(void)
{
    static const struct hlsim_gateway_ops ops = {.udp_send = fake_send, .flow_closed = fake_closed};
    static const struct hlsim_address outside = {.ip = 0x7f000001, .port = 5000};
    struct fake_gateway gateway = {0};
    struct pair pair;

    pair_open(&pair, NULL, 1);
    hlsim_network_set_gateway(&pair.rig->net, &ops, &gateway);
    hlsim__udp_send(&pair.socket, outside, (const uint8_t *)"out", 3);
    say(&pair, "to the endpoint");
    rig_run(pair.rig, 80 * HLSIM_MS);
    CU_ASSERT_EQUAL(gateway.count, 1);
    CU_ASSERT_EQUAL(pair.server.count, 1);
    CU_ASSERT_EQUAL(gateway.flow_port, pair.server.from.port);
    CU_ASSERT_TRUE(hlsim_address_equal(gateway.to, outside));
    CU_ASSERT_NSTRING_EQUAL(gateway.bytes, "out", 3);
    CU_ASSERT_EQUAL(hlsim_network_inject_udp(&pair.rig->net, outside, gateway.flow_port,
                                             (const uint8_t *)"back", 4),
                    0);
    rig_run(pair.rig, 160 * HLSIM_MS);
    CU_ASSERT_EQUAL(pair.modem.count, 1);
    CU_ASSERT_EQUAL(pair.modem.size, 4);
    CU_ASSERT_TRUE(hlsim_address_equal(pair.modem.from, outside));
    CU_ASSERT_EQUAL(hlsim_network_inject_udp(&pair.rig->net, outside, 60000, NULL, 0), 0);
    CU_ASSERT_EQUAL(hlsim_network_inject_udp(&pair.rig->net, outside, 80, NULL, 0), 0);
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "no mapping"), 2);
    gateway.result = HLSIM_E_IO;
    hlsim__udp_send(&pair.socket, outside, (const uint8_t *)"out", 3);
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "gateway"), 1);
    CU_ASSERT_EQUAL(gateway.closed, 0);
    rig_run(pair.rig, 10 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(gateway.closed, 1);
    CU_ASSERT_EQUAL(gateway.closed_port, gateway.flow_port);
    rig_free(pair.rig);
}

static int refuse_all(void *user, struct hlsim__tcp_peer *peer)
{
    (void)user;
    (void)peer;
    return HLSIM_E_LIMIT;
}

static void addresses_and_ports_are_taken_once_and_limits_hold(void)
{
    struct hlsim__endpoint other;
    struct pair pair;

    pair_open(&pair, NULL, 1);
    CU_ASSERT_EQUAL(hlsim__endpoint_init(&other, &pair.rig->net, RIG_SERVER_IP, "other"),
                    HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(hlsim__endpoint_init(&other, &pair.rig->net, RIG_PUBLIC_IP, "other"),
                    HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(hlsim__endpoint_init(&other, &pair.rig->net, RIG_SERVER_IP + 1, "other"), 0);
    CU_ASSERT_EQUAL(hlsim__endpoint_udp_bind(&pair.rig->server, PORT, receive, NULL),
                    HLSIM_E_EXISTS);
    for (uint16_t port = 1; port <= HLSIM__ENDPOINT_PORTS_MAX; port++) {
        CU_ASSERT_EQUAL(hlsim__endpoint_udp_bind(&other, port, receive, NULL), 0);
        CU_ASSERT_EQUAL(hlsim__endpoint_listen(&other, port, refuse_all, NULL), 0);
    }
    CU_ASSERT_EQUAL(hlsim__endpoint_udp_bind(&other, 99, receive, NULL), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&other, 99, refuse_all, NULL), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&other, 1, refuse_all, NULL), HLSIM_E_EXISTS);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&other, 99, NULL, NULL), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&other, 1, NULL, NULL), 0);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&other, 99, refuse_all, NULL), 0);
    rig_free(pair.rig);
}

static void every_interface_has_ports_of_its_own(void)
{
    struct hlsim__iface *ifaces = calloc(HLSIM__IFACES_MAX, sizeof *ifaces);
    struct hlsim__udp_socket socket;
    struct pair pair;

    pair_open(&pair, NULL, 1);
    for (size_t i = 2; i < HLSIM__IFACES_MAX; i++) {
        CU_ASSERT_EQUAL_FATAL(
            hlsim__iface_init(&ifaces[i], &pair.rig->net, &pair.rig->power[0], NULL, "modem:n"), 0);
    }
    CU_ASSERT_EQUAL(
        hlsim__iface_init(&ifaces[0], &pair.rig->net, &pair.rig->power[0], NULL, "modem:n"),
        HLSIM_E_LIMIT);
    /* The last one still has a port that exists. */
    hlsim__iface_attach(&ifaces[HLSIM__IFACES_MAX - 1], 1);
    CU_ASSERT_EQUAL(
        hlsim__udp_open(&socket, &ifaces[HLSIM__IFACES_MAX - 1], 0, receive, &pair.modem), 0);
    CU_ASSERT_EQUAL(hlsim__udp_send(&socket, server, NULL, 0), 0);
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.server.count, 1);
    CU_ASSERT_TRUE(pair.server.from.port >= 65536 - 2 * HLSIM__NAT_PORTS);
    CU_ASSERT_EQUAL(
        hlsim__endpoint_udp_send(&pair.rig->server, PORT, pair.server.from, (const uint8_t *)"", 0),
        0);
    rig_run(pair.rig, 2 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.modem.count, 1);
    rig_free(pair.rig);
    free(ifaces);
}

static const struct suite_test tests[] = {
    SUITE_TEST(texts_of_addresses_are_read_and_written),
    SUITE_TEST(names_lead_to_addresses),
    SUITE_TEST(figures_without_sense_are_refused),
    SUITE_TEST(real_sockets_are_reached_through_the_gateway),
    SUITE_TEST(addresses_and_ports_are_taken_once_and_limits_hold),
    SUITE_TEST(every_interface_has_ports_of_its_own),
};

int main(void)
{
    return suite_run("network", tests, sizeof tests / sizeof *tests);
}
