/*
 * Tests of the streams between the simulated network and real TCP sockets: a modem on one side, a
 * socket of the test on the other.
 */
#include <hlpty/gateway.h>

#include "test_pty_bench.h"

#include "core/promise.h"
#include "network/lookup.h"
#include "network/network.h"
#include "network/tcp.h"

#include "lib/suite.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
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

/* A port of this machine at which nobody listens now. */
static uint16_t free_port(void)
{
    struct fixture f;

    open_server(&f);
    close(f.listener);
    return f.address.port;
}

/* The test is the one who comes from outside; it is `client`. */
static void visit(struct fixture *f, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    f->client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CU_ASSERT_EQUAL_FATAL(connect(f->client, (const struct sockaddr *)&address, sizeof address), 0);
    CU_ASSERT_EQUAL(fcntl(f->client, F_SETFL, O_NONBLOCK), 0);
}

static int let_in(void *user, struct hlsim_address from, struct hlsim__tcp_peer *peer)
{
    struct fixture *f = user;

    (void)from;
    hlsim__tcp_take(&f->tcp, peer, &callbacks, f);
    f->connected = true;
    send_more(f);
    return 0;
}

static bool all_is_there(void *user)
{
    struct fixture *f = user;

    return server_has_all(f) && f->received == 3;
}

static void a_forwarded_port_leads_to_the_modem(void)
{
    struct hlsim_address to = {.port = 80};
    struct hlsim__tcp_server server;
    struct fixture f;
    uint16_t port = free_port();
    uint8_t bytes[3] = {byte_at(0), byte_at(1), byte_at(2)};

    setup(&f);
    to.ip = f.network.config.public_ip;
    CU_ASSERT_EQUAL_FATAL(hlpty_gateway_forward(f.gateway, port, to, NULL), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__tcp_listen(&server, &f.iface, 80, let_in, &f), 0);
    visit(&f, port);
    CU_ASSERT_EQUAL(send(f.client, bytes, sizeof bytes, MSG_NOSIGNAL), 3);
    f.want = 5000;
    CU_ASSERT_TRUE(bench_run(&f.bench, all_is_there, &f));
    CU_ASSERT_FALSE(f.wrong);
    CU_ASSERT_EQUAL(hlsim__tcp_close(&f.tcp), 0);
    close(f.client);
    f.client = -1;
    teardown(&f);
}

static bool is_reset(void *user)
{
    struct fixture *f = user;
    uint8_t byte;

    return recv(f->client, &byte, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET;
}

static void who_comes_to_a_modem_that_does_not_listen_is_reset(void)
{
    struct hlsim_address to = {.port = 80};
    struct fixture f;
    uint16_t port = free_port();

    setup(&f);
    to.ip = f.network.config.public_ip;
    CU_ASSERT_EQUAL_FATAL(hlpty_gateway_forward(f.gateway, port, to, NULL), 0);
    visit(&f, port);
    CU_ASSERT_TRUE(bench_run(&f.bench, is_reset, &f));
    CU_ASSERT_EQUAL(hlpty_gateway_stream_count(f.gateway), 0);
    teardown(&f);
}

static void a_gateway_that_goes_takes_its_forwards_with_it(void)
{
    struct hlsim_address to = {.port = 80};
    struct fixture f;
    uint16_t port = free_port();

    setup(&f);
    to.ip = f.network.config.public_ip;
    CU_ASSERT_EQUAL_FATAL(hlpty_gateway_forward(f.gateway, port, to, NULL), 0);
    CU_ASSERT_TRUE(hlpty_gateway_forward(f.gateway, port, to, NULL) < 0);
    visit(&f, port);
    teardown(&f);
    setup(&f);
    CU_ASSERT_EQUAL(hlpty_gateway_forward(f.gateway, port, to, NULL), 0);
    teardown(&f);
}

struct question {
    struct hlsim__lookup lookup;
    bool answered;
    int error;
    uint32_t ip;
};

static void resolved(void *user, int error, uint32_t ip)
{
    struct question *question = user;

    question->answered = true;
    question->error = error;
    question->ip = ip;
}

static bool is_answered(void *user)
{
    return ((struct question *)user)->answered;
}

static void look_up(struct fixture *f, const char *host, struct question *question)
{
    *question = (struct question){.error = 1};
    CU_ASSERT_EQUAL_FATAL(
        hlsim__lookup_start(&question->lookup, &f->iface, host, resolved, question), 0);
    CU_ASSERT_TRUE(bench_run(&f->bench, is_answered, question));
}

static void names_below_localhost_are_this_machine(void)
{
    struct question question;
    struct fixture f;

    setup(&f);
    look_up(&f, "broker.LocalHost", &question);
    CU_ASSERT_EQUAL(question.error, 0);
    CU_ASSERT_EQUAL(question.ip, LOOPBACK_IP);
    look_up(&f, "localhost", &question);
    CU_ASSERT_EQUAL(question.ip, LOOPBACK_IP);
    look_up(&f, "notlocalhost", &question);
    CU_ASSERT_EQUAL(question.error, HLSIM_E_NOT_FOUND);
    look_up(&f, "localhost.example", &question);
    CU_ASSERT_EQUAL(question.error, HLSIM_E_NOT_FOUND);
    teardown(&f);
}

/* "127.1" is no dotted quad, and every resolver reads it without asking anybody. */
static void other_names_are_asked_of_the_resolver(void)
{
    struct hlpty_gateway_config config = {.internet = HLPTY_INTERNET_HOST};
    struct question question;
    struct fixture f;

    setup(&f);
    hlpty_gateway_close(f.gateway);
    config.loop = f.bench.loop;
    config.network = &f.network;
    CU_ASSERT_EQUAL_FATAL(hlpty_gateway_open(&config, &f.gateway, NULL), 0);
    look_up(&f, "127.1", &question);
    CU_ASSERT_EQUAL(question.error, 0);
    CU_ASSERT_EQUAL(question.ip, LOOPBACK_IP);
    look_up(&f, "no blanks in names", &question);
    CU_ASSERT_EQUAL(question.error, HLSIM_E_NOT_FOUND);
    /* One that is asked while the gateway goes. */
    question = (struct question){0};
    CU_ASSERT_EQUAL(hlsim__lookup_start(&question.lookup, &f.iface, "127.2", resolved, &question),
                    0);
    (void)bench_run_until(&f.bench, f.bench.sched.now);
    teardown(&f);
    CU_ASSERT_FALSE(question.answered);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_stream_goes_out_and_comes_back),
    SUITE_TEST(a_port_at_which_nobody_listens_is_a_reset),
    SUITE_TEST(no_stream_leaves_for_other_machines_unless_told),
    SUITE_TEST(a_server_that_does_not_read_makes_the_modem_wait),
    SUITE_TEST(a_server_that_resets_is_a_reset),
    SUITE_TEST(a_gateway_that_goes_says_nothing),
    SUITE_TEST(a_forwarded_port_leads_to_the_modem),
    SUITE_TEST(who_comes_to_a_modem_that_does_not_listen_is_reset),
    SUITE_TEST(a_gateway_that_goes_takes_its_forwards_with_it),
    SUITE_TEST(names_below_localhost_are_this_machine),
    SUITE_TEST(other_names_are_asked_of_the_resolver),
};

int main(void)
{
    return suite_run("pty pipe", tests, sizeof tests / sizeof *tests);
}
