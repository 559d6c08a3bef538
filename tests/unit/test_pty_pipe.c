/*
 * Tests of the streams between the simulated network and real TCP sockets: a modem on one side, a
 * socket of the test on the other.
 */
#include <hlpty/gateway.h>

#include "test_pty_bench.h"

#include "core/promise.h"
#include "network/network.h"
#include "network/tcp.h"

#include "lib/suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define MODEM_IP    0x0a000001u /* 10.0.0.1 */
#define LOOPBACK_IP 0x7f000001u

/* Far more than the sockets' and the network's buffers hold. */
#define MUCH (4u << 20)

struct fixture {
    struct bench bench;
    struct hlsim__promises promises;
    struct hlsim_network network;
    struct hlsim__power power;
    struct hlsim__iface iface;
    struct hlsim__tcp tcp;
    struct hlpty_gateway *gateway;
    int listener; /* the real server */
    int client;   /* its connection; -1: none yet */
    struct hlsim_address address;
    bool connected;
    bool closed;
    int reason;
    size_t want; /* bytes that the modem still sends */
    size_t sent;
    size_t received;
    size_t server_received;
    bool wrong; /* a byte was another than was sent */
};

static uint8_t byte_at(size_t index)
{
    return (uint8_t)(index * 31 + index / 256);
}

static void send_more(struct fixture *f)
{
    uint8_t bytes[1024];
    size_t size = f->want - f->sent < sizeof bytes ? f->want - f->sent : sizeof bytes;
    int count;

    for (size_t i = 0; i < size; i++) {
        bytes[i] = byte_at(f->sent + i);
    }
    count = size > 0 ? hlsim__tcp_send(&f->tcp, bytes, size) : 0;
    CU_ASSERT(count >= 0);
    f->sent += count > 0 ? (size_t)count : 0;
}

static void on_connected(void *user)
{
    struct fixture *f = user;

    f->connected = true;
    send_more(f);
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct fixture *f = user;

    for (size_t i = 0; i < size; i++) {
        f->wrong = f->wrong || bytes[i] != byte_at(f->received + i);
    }
    f->received += size;
}

static void on_drained(void *user)
{
    send_more(user);
}

static void on_closed(void *user, int reason)
{
    struct fixture *f = user;

    f->closed = true;
    f->reason = reason;
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = on_connected, .data = on_data, .drained = on_drained, .closed = on_closed};

static void open_server(struct fixture *f)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    f->client = -1;
    f->listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(bind(f->listener, (const struct sockaddr *)&address, sizeof address), 0);
    CU_ASSERT_EQUAL_FATAL(listen(f->listener, 4), 0);
    CU_ASSERT_EQUAL_FATAL(getsockname(f->listener, (struct sockaddr *)&address, &size), 0);
    f->address = (struct hlsim_address){.ip = LOOPBACK_IP, .port = ntohs(address.sin_port)};
}

static void setup(struct fixture *f)
{
    struct hlsim_network_config figures;
    struct hlsim__network_setup setup = {.seed = 1, .config = &figures};
    struct hlpty_gateway_config config = {.internet = HLPTY_INTERNET_LOOPBACK};

    memset(f, 0, sizeof *f);
    hlsim_network_config_default(&figures);
    figures.bitrate = UINT32_MAX;
    figures.delay_up = 0;
    figures.delay_down = 0;
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
    open_server(f);
    config.loop = f->bench.loop;
    config.network = &f->network;
    CU_ASSERT_EQUAL_FATAL(hlpty_gateway_open(&config, &f->gateway, NULL), 0);
}

static void teardown(struct fixture *f)
{
    hlpty_gateway_close(f->gateway);
    if (f->client >= 0) {
        close(f->client);
    }
    if (f->listener >= 0) {
        close(f->listener);
    }
    hlsim__network_free(&f->network);
    bench_free(&f->bench);
}

static void connect_modem(struct fixture *f)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__tcp_connect(&f->tcp, &f->iface, f->address, &callbacks, f), 0);
}

static bool is_connected(void *user)
{
    struct fixture *f = user;

    if (f->client < 0) {
        f->client = accept4(f->listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    }
    return f->connected && f->client >= 0;
}

static bool is_closed(void *user)
{
    (void)is_connected(user);
    return ((struct fixture *)user)->closed;
}

/* The server sends back what comes. */
static bool came_back(void *user)
{
    struct fixture *f = user;
    uint8_t bytes[4096];
    ssize_t size = recv(f->client, bytes, sizeof bytes, 0);

    if (size > 0) {
        f->server_received += (size_t)size;
        CU_ASSERT_EQUAL(send(f->client, bytes, (size_t)size, MSG_NOSIGNAL), size);
    }
    return f->received == f->want;
}

static void a_stream_goes_out_and_comes_back(void)
{
    struct fixture f;

    setup(&f);
    f.want = 50000;
    connect_modem(&f);
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, is_connected, &f));
    CU_ASSERT_EQUAL(hlpty_gateway_stream_count(f.gateway), 1);
    CU_ASSERT_TRUE(bench_run(&f.bench, came_back, &f));
    CU_ASSERT_FALSE(f.wrong);
    close(f.client);
    f.client = -1;
    close(f.listener);
    f.listener = -1;
    CU_ASSERT_TRUE(bench_run(&f.bench, is_closed, &f));
    CU_ASSERT_EQUAL(f.reason, HLSIM_OK);
    CU_ASSERT_EQUAL(hlpty_gateway_stream_count(f.gateway), 0);
    teardown(&f);
}

static void a_port_at_which_nobody_listens_is_a_reset(void)
{
    struct fixture f;

    setup(&f);
    close(f.listener);
    f.listener = -1;
    connect_modem(&f);
    CU_ASSERT_TRUE(bench_run(&f.bench, is_closed, &f));
    CU_ASSERT_FALSE(f.connected);
    CU_ASSERT_EQUAL(f.reason, HLSIM_E_GONE);
    CU_ASSERT_EQUAL(hlpty_gateway_stream_count(f.gateway), 0);
    teardown(&f);
}

static void no_stream_leaves_for_other_machines_unless_told(void)
{
    struct fixture f;

    setup(&f);
    f.address.ip = 0xc0000201u; /* 192.0.2.1, RFC 5737 */
    connect_modem(&f);
    CU_ASSERT_TRUE(bench_run(&f.bench, is_closed, &f));
    CU_ASSERT_EQUAL(f.reason, HLSIM_E_GONE);
    teardown(&f);
}

/* Nothing moves any more: what was sent last is the same since. */
static bool stands_still(void *user)
{
    static const size_t first = 8192;
    struct fixture *f = user;

    return f->sent > first && hlsim__sched_next_at(&f->bench.sched) == HLSIM_NEVER;
}

/* The server reads all. */
static bool server_has_all(void *user)
{
    struct fixture *f = user;
    uint8_t bytes[65536];
    ssize_t size = recv(f->client, bytes, sizeof bytes, 0);

    for (ssize_t i = 0; i < size; i++) {
        f->wrong = f->wrong || bytes[i] != byte_at(f->server_received + (size_t)i);
    }
    f->server_received += size > 0 ? (size_t)size : 0;
    return f->server_received == f->want;
}

static void a_server_that_does_not_read_makes_the_modem_wait(void)
{
    struct fixture f;

    setup(&f);
    f.want = MUCH;
    CU_ASSERT_EQUAL(setsockopt(f.listener, SOL_SOCKET, SO_RCVBUF, &(int){4096}, sizeof(int)), 0);
    connect_modem(&f);
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, is_connected, &f));
    CU_ASSERT_TRUE(bench_run(&f.bench, stands_still, &f));
    CU_ASSERT(f.sent < f.want);
    CU_ASSERT_TRUE(bench_run(&f.bench, server_has_all, &f));
    CU_ASSERT_FALSE(f.wrong);
    teardown(&f);
}

static void a_server_that_resets_is_a_reset(void)
{
    const struct linger at_once = {.l_onoff = 1};
    struct fixture f;

    setup(&f);
    connect_modem(&f);
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, is_connected, &f));
    CU_ASSERT_EQUAL(setsockopt(f.client, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once), 0);
    close(f.client);
    f.client = -1;
    close(f.listener);
    f.listener = -1;
    CU_ASSERT_TRUE(bench_run(&f.bench, is_closed, &f));
    CU_ASSERT_EQUAL(f.reason, HLSIM_E_GONE);
    teardown(&f);
}

static void a_gateway_that_goes_says_nothing(void)
{
    struct fixture f;

    setup(&f);
    connect_modem(&f);
    CU_ASSERT_TRUE_FATAL(bench_run(&f.bench, is_connected, &f));
    hlpty_gateway_close(f.gateway);
    f.gateway = NULL;
    CU_ASSERT_FALSE(f.closed);
    teardown(&f);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_stream_goes_out_and_comes_back),
    SUITE_TEST(a_port_at_which_nobody_listens_is_a_reset),
    SUITE_TEST(no_stream_leaves_for_other_machines_unless_told),
    SUITE_TEST(a_server_that_does_not_read_makes_the_modem_wait),
    SUITE_TEST(a_server_that_resets_is_a_reset),
    SUITE_TEST(a_gateway_that_goes_says_nothing),
};

int main(void)
{
    return suite_run("pty pipe", tests, sizeof tests / sizeof *tests);
}
