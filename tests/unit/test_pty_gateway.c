/*
 * Tests of the way out to real UDP sockets: the simulated network on one side, a socket of the test
 * on the other.
 */
#include <hlpty/gateway.h>

#include "test_pty_bench.h"

#include "core/promise.h"
#include "network/network.h"

#include "lib/suite.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MODEM_IP    0x0a000001u /* 10.0.0.1 */
#define LOOPBACK_IP 0x7f000001u

struct fixture {
    struct bench bench;
    struct hlsim__promises promises;
    struct hlsim_network network;
    struct hlsim__power power;
    struct hlsim__iface iface;
    struct hlsim__udp_socket socket;
    struct hlpty_gateway *gateway;
    int server; /* the real socket */
    struct hlsim_address server_address;
    struct sockaddr_in modem; /* where the server saw it */
    size_t server_count;
    size_t modem_count;
    size_t drops;
    char trace[512]; /* "net.send 10.0.0.1:5000 > ...", one event a line */
    struct hlsim_address from;
    size_t size;
    uint8_t bytes[2048];
};

static void modem_receive(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    struct fixture *f = user;

    f->modem_count++;
    f->from = from;
    f->size = size;
    memcpy(f->bytes, bytes, size);
}

static void on_drop(void *user, const struct hlsim_event *event)
{
    (void)event;
    ((struct fixture *)user)->drops++;
}

static void on_way(void *user, const struct hlsim_event *event)
{
    struct fixture *f = user;
    const struct hlsim_field *from = hlsim_event_field(event, "from");
    const struct hlsim_field *to = hlsim_event_field(event, "to");
    size_t size = strlen(f->trace);

    snprintf(f->trace + size, sizeof f->trace - size, "%s %s > %s\n",
             hlsim_event_kind_name(event->kind), (const char *)from->data, (const char *)to->data);
}

static void open_server(struct fixture *f)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    f->server = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(bind(f->server, (const struct sockaddr *)&address, sizeof address), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(f->server, (struct sockaddr *)&address, &size), 0);
    f->server_address = (struct hlsim_address){.ip = LOOPBACK_IP, .port = ntohs(address.sin_port)};
}

static void setup(struct fixture *f, enum hlpty_internet internet)
{
    struct hlsim__network_setup setup = {.seed = 1};
    struct hlpty_gateway_config config = {.internet = internet};

    memset(f, 0, sizeof *f);
    bench_init(&f->bench, 10);
    hlsim__promises_init(&f->promises);
    setup.sched = &f->bench.sched;
    setup.stream = &f->bench.stream;
    setup.promises = &f->promises;
    CU_ASSERT_EQUAL_FATAL(hlsim__network_init(&f->network, &setup), 0);
    hlsim__power_init(&f->power, &f->bench.stream, "modem:0");
    hlsim__power_on(&f->power);
    CU_ASSERT_EQUAL_FATAL(hlsim__iface_init(&f->iface, &f->network, &f->power, NULL, "modem:0"), 0);
    hlsim__iface_attach(&f->iface, MODEM_IP);
    CU_ASSERT_EQUAL_FATAL(hlsim__udp_open(&f->socket, &f->iface, 5000, modem_receive, f), 0);
    CU_ASSERT_EQUAL(
        hlsim_stream_subscribe(&f->bench.stream, HLSIM_EVENT_BIT(HLSIM_EVENT_NET_DROP), on_drop, f),
        0);
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&f->bench.stream,
                                           HLSIM_EVENT_BIT(HLSIM_EVENT_NET_SEND) |
                                               HLSIM_EVENT_BIT(HLSIM_EVENT_NET_RECEIVE),
                                           on_way, f),
                    0);
    open_server(f);
    config.loop = f->bench.loop;
    config.network = &f->network;
    CU_ASSERT_EQUAL_FATAL(hlpty_gateway_open(&config, &f->gateway, NULL), 0);
}

static void teardown(struct fixture *f)
{
    hlpty_gateway_close(f->gateway);
    close(f->server);
    hlsim__network_free(&f->network);
    bench_free(&f->bench);
}

/* The server sends back what comes, turned around. */
static void serve(struct fixture *f)
{
    uint8_t bytes[2048];
    uint8_t back[2048];
    socklen_t size = sizeof f->modem;
    ssize_t got = recvfrom(f->server, bytes, sizeof bytes, 0, (struct sockaddr *)&f->modem, &size);

    if (got > 0) {
        f->server_count++;
        for (ssize_t i = 0; i < got; i++) {
            back[i] = bytes[got - 1 - i];
        }
        CU_ASSERT_EQUAL(sendto(f->server, back, (size_t)got, 0, (const struct sockaddr *)&f->modem,
                               sizeof f->modem),
                        got);
    }
}

static bool modem_was_answered(void *user)
{
    struct fixture *f = user;

    serve(f);
    return f->modem_count > 0;
}

static void a_datagram_goes_out_and_its_answer_comes_in(void)
{
    struct fixture f;
    char outside[HLSIM_ADDRESS_SIZE];
    char there[HLSIM_ADDRESS_SIZE];
    char expected[512];

    setup(&f, HLPTY_INTERNET_LOOPBACK);
    CU_ASSERT_EQUAL(hlsim__udp_send(&f.socket, f.server_address, (const uint8_t *)"ping!", 5), 0);
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_was_answered, &f));
    CU_ASSERT_EQUAL(f.server_count, 1);
    CU_ASSERT_EQUAL(ntohl(f.modem.sin_addr.s_addr), LOOPBACK_IP);
    CU_ASSERT_EQUAL(f.size, 5);
    CU_ASSERT_EQUAL(memcmp(f.bytes, "!gnip", 5), 0);
    CU_ASSERT_TRUE(hlsim_address_equal(f.from, f.server_address));
    CU_ASSERT_EQUAL(hlpty_gateway_flow_count(f.gateway), 1);
    CU_ASSERT_EQUAL(f.drops, 0);
    /* Inside, the address of the modem; outside, that of the NAT box; both ways are in the trace.
     */
    hlsim_address_format(f.server_address, there, sizeof there);
    hlsim_address_format(
        (struct hlsim_address){f.network.config.public_ip, f.iface.nat.mappings[0].port}, outside,
        sizeof outside);
    snprintf(expected, sizeof expected,
             "net.send 10.0.0.1:5000 > %s\nnet.receive %s > %s\nnet.send %s > %s\n"
             "net.receive %s > 10.0.0.1:5000\n",
             there, outside, there, there, outside, there);
    CU_ASSERT_STRING_EQUAL(f.trace, expected);
    teardown(&f);
}

static void one_flow_keeps_one_socket(void)
{
    struct fixture f;
    in_port_t port;

    setup(&f, HLPTY_INTERNET_LOOPBACK);
    CU_ASSERT_EQUAL(hlsim__udp_send(&f.socket, f.server_address, (const uint8_t *)"1", 1), 0);
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_was_answered, &f));
    port = f.modem.sin_port;
    f.modem_count = 0;
    CU_ASSERT_EQUAL(hlsim__udp_send(&f.socket, f.server_address, (const uint8_t *)"2", 1), 0);
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_was_answered, &f));
    CU_ASSERT_EQUAL(f.modem.sin_port, port);
    CU_ASSERT_EQUAL(hlpty_gateway_flow_count(f.gateway), 1);
    /* The NAT forgets the flow: its socket is closed, and the next one has another port. */
    hlsim__nat_release_all(&f.network);
    CU_ASSERT_EQUAL(hlpty_gateway_flow_count(f.gateway), 0);
    f.modem_count = 0;
    CU_ASSERT_EQUAL(hlsim__udp_send(&f.socket, f.server_address, (const uint8_t *)"3", 1), 0);
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_was_answered, &f));
    CU_ASSERT_EQUAL(hlpty_gateway_flow_count(f.gateway), 1);
    teardown(&f);
}

static bool something_dropped(void *user)
{
    return ((struct fixture *)user)->drops > 0;
}

static void nothing_leaves_for_other_machines_unless_told(void)
{
    struct fixture f;
    struct hlsim_address outside = {.ip = 0xc0000201u, .port = 5683}; /* 192.0.2.1, RFC 5737 */

    setup(&f, HLPTY_INTERNET_LOOPBACK);
    CU_ASSERT_EQUAL(hlsim__udp_send(&f.socket, outside, (const uint8_t *)"x", 1), 0);
    CU_ASSERT_TRUE(bench_run(&f.bench, something_dropped, &f));
    CU_ASSERT_EQUAL(hlpty_gateway_flow_count(f.gateway), 0);
    teardown(&f);
}

static void with_the_hosts_network_loopback_is_reached_too(void)
{
    struct fixture f;

    setup(&f, HLPTY_INTERNET_HOST);
    CU_ASSERT_EQUAL(hlsim__udp_send(&f.socket, f.server_address, (const uint8_t *)"abc", 3), 0);
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_was_answered, &f));
    CU_ASSERT_EQUAL(memcmp(f.bytes, "cba", 3), 0);
    teardown(&f);
}

static bool something_came(void *user)
{
    struct fixture *f = user;

    return f->modem_count > 0;
}

static void what_is_too_large_for_the_air_is_lost(void)
{
    struct fixture f;
    uint8_t large[HLSIM_DATAGRAM_MAX + 1] = {0};

    setup(&f, HLPTY_INTERNET_LOOPBACK);
    CU_ASSERT_EQUAL(hlsim__udp_send(&f.socket, f.server_address, (const uint8_t *)"1", 1), 0);
    CU_ASSERT_TRUE(bench_run(&f.bench, modem_was_answered, &f));
    f.modem_count = 0;
    sendto(f.server, large, sizeof large, 0, (const struct sockaddr *)&f.modem, sizeof f.modem);
    sendto(f.server, large, HLSIM_DATAGRAM_MAX, 0, (const struct sockaddr *)&f.modem,
           sizeof f.modem);
    CU_ASSERT_TRUE(bench_run(&f.bench, something_came, &f));
    CU_ASSERT_EQUAL(f.modem_count, 1);
    CU_ASSERT_EQUAL(f.size, HLSIM_DATAGRAM_MAX);
    teardown(&f);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_datagram_goes_out_and_its_answer_comes_in),
    SUITE_TEST(one_flow_keeps_one_socket),
    SUITE_TEST(nothing_leaves_for_other_machines_unless_told),
    SUITE_TEST(with_the_hosts_network_loopback_is_reached_too),
    SUITE_TEST(what_is_too_large_for_the_air_is_lost),
};

int main(void)
{
    return suite_run("pty gateway", tests, sizeof tests / sizeof *tests);
}
