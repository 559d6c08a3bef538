/*
 * What a host that has dialled sends as packets arrives in the network, and what it is answered
 * comes back.
 */
#include "dialup_bench.h"

static void send_datagram(struct bench *bench, uint32_t to, uint16_t port, const void *bytes,
                          size_t size)
{
    const struct hlsim__ip_head head = {.from = {.ip = bench->host.address, .port = HOST_PORT},
                                        .to = {.ip = to, .port = port},
                                        .ttl = 64};
    uint8_t packet[HLSIM__IP_PACKET_MAX];

    ppp_host_send(&bench->host, 0x0021, packet, hlsim__ip_udp(&head, bytes, size, packet));
}

static void datagrams_come_back(void)
{
    struct bench bench;
    struct hlsim__ip_packet packet;
    struct hlsim__ip_segment segment;

    open_bench(&bench, NULL);
    go_up(&bench);
    send_datagram(&bench, ECHO_IP, ECHO_PORT, "hello\x7e\x7d", 7);
    run(&bench, 500);
    CU_ASSERT_EQUAL_FATAL(bench.packets, 1);
    CU_ASSERT_PTR_NULL(hlsim__ip_read(bench.packet, bench.packet_size, &packet));
    CU_ASSERT_PTR_NULL_FATAL(hlsim__udp_read(&packet, &segment));
    CU_ASSERT_EQUAL(segment.from.ip, ECHO_IP);
    CU_ASSERT_EQUAL(segment.from.port, ECHO_PORT);
    CU_ASSERT_EQUAL(segment.to.port, HOST_PORT);
    CU_ASSERT_EQUAL(segment.size, 7);
    CU_ASSERT_EQUAL(memcmp(segment.bytes, "hello\x7e\x7d", 7), 0);
    close_bench(&bench);
}

static void names_are_answered_by_the_name_server(void)
{
    static const uint8_t question[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                      "\x04"
                                      "ping\x07"
                                      "example\x00\x00\x01\x00\x01";
    static const uint8_t no_such[] = "\x12\x35\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
                                     "\x05"
                                     "other\x07"
                                     "example\x00\x00\x01\x00\x01";
    struct bench bench;

    open_bench(&bench, NULL);
    go_up(&bench);
    send_datagram(&bench, bench.host.dns[0], 53, question, sizeof question - 1);
    run(&bench, 500);
    CU_ASSERT_EQUAL_FATAL(bench.packets, 1);
    CU_ASSERT_EQUAL(bench.packet[28], 0x12);
    CU_ASSERT_EQUAL(bench.packet[28 + 3] & 15, 0);
    CU_ASSERT_EQUAL(bench.packet[28 + 7], 1);
    CU_ASSERT_EQUAL(memcmp(bench.packet + bench.packet_size - 4, "\xc6\x33\x64\x09", 4), 0);
    send_datagram(&bench, bench.host.dns[0], 53, no_such, sizeof no_such - 1);
    run(&bench, 500);
    CU_ASSERT_EQUAL_FATAL(bench.packets, 2);
    CU_ASSERT_EQUAL(bench.packet[28 + 3] & 15, 3);
    send_datagram(&bench, bench.host.dns[0], 53, "nonsense", 8);
    run(&bench, 500);
    CU_ASSERT_EQUAL(bench.packets, 2);
    close_bench(&bench);
}

static void who_is_there_answers_pings(void)
{
    const struct {
        uint32_t to;
        unsigned answers;
    } cases[] = {{0, 1}, {ECHO_IP, 1}, {NOBODY_IP, 0}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct hlsim__icmp_head icmp = {.type = HLSIM__ICMP_ECHO, .word = 0x12340001};
        struct hlsim__ip_packet packet;
        struct hlsim__icmp_message message;
        struct hlsim__ip_head head = {.ttl = 64};
        uint8_t bytes[HLSIM__IP_PACKET_MAX];
        struct bench bench;

        open_bench(&bench, NULL);
        go_up(&bench);
        head.from.ip = bench.host.address;
        head.to.ip = cases[i].to != 0 ? cases[i].to : bench.host.peer;
        ppp_host_send(&bench.host, 0x0021, bytes,
                      hlsim__ip_icmp(&head, &icmp, (const uint8_t *)"ping", 4, bytes));
        run(&bench, 500);
        CU_ASSERT_EQUAL(bench.packets, cases[i].answers);
        if (bench.packets == 1) {
            CU_ASSERT_PTR_NULL(hlsim__ip_read(bench.packet, bench.packet_size, &packet));
            CU_ASSERT_PTR_NULL_FATAL(hlsim__icmp_read(&packet, &message));
            CU_ASSERT_EQUAL(message.head.type, HLSIM__ICMP_ECHO_REPLY);
            CU_ASSERT_EQUAL(message.head.word, 0x12340001);
            CU_ASSERT_EQUAL(packet.from, head.to.ip);
        }
        close_bench(&bench);
    }
}

static void a_stream_goes_both_ways_and_ends_in_order(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    go_up(&bench);
    bench.tcp.out = bench.given;
    bench.tcp.out_size = 3000;
    bench.tcp.closes = true;
    tcp_host_open(&bench.tcp);
    run(&bench, 10000);
    CU_ASSERT_TRUE(bench.tcp.established);
    CU_ASSERT_EQUAL(bench.heard, 3000);
    CU_ASSERT_EQUAL(bench.tcp.in_size, 3000);
    CU_ASSERT_EQUAL(memcmp(bench.tcp.in, bench.given, 3000), 0);
    CU_ASSERT_TRUE(bench.tcp.fin_acked);
    CU_ASSERT_TRUE(bench.far_closed);
    CU_ASSERT_EQUAL(bench.far_reason, HLSIM_OK);
    CU_ASSERT_TRUE(bench.tcp.finished);
    CU_ASSERT_FALSE(bench.tcp.reset);
    close_bench(&bench);
}

static void a_far_side_that_says_a_lot_is_heard_to_its_end(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    bench.ends = true;
    bench.host.mru = 576;
    bench.tcp.mss = 1460;
    go_up(&bench);
    tcp_host_open(&bench.tcp);
    run(&bench, 20000);
    CU_ASSERT_EQUAL(bench.tcp.in_size, sizeof bench.given);
    CU_ASSERT_EQUAL(memcmp(bench.tcp.in, bench.given, sizeof bench.given), 0);
    CU_ASSERT_EQUAL(bench.tcp.largest, 576 - 40);
    CU_ASSERT_TRUE(bench.tcp.finished);
    close_bench(&bench);
}

static void a_refused_connection_is_reset(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    go_up(&bench);
    hlsim__endpoint_set_refusing(&bench.endpoint, true);
    tcp_host_open(&bench.tcp);
    run(&bench, 1000);
    CU_ASSERT_FALSE(bench.tcp.established);
    CU_ASSERT_TRUE(bench.tcp.reset);
    close_bench(&bench);
}

static void a_reset_of_the_host_reaches_the_far_side(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    go_up(&bench);
    tcp_host_open(&bench.tcp);
    run(&bench, 1000);
    tcp_host_abort(&bench.tcp);
    run(&bench, 1000);
    CU_ASSERT_TRUE(bench.far_closed);
    CU_ASSERT_EQUAL(bench.far_reason, HLSIM_E_GONE);
    close_bench(&bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(datagrams_come_back),
    SUITE_TEST(names_are_answered_by_the_name_server),
    SUITE_TEST(who_is_there_answers_pings),
    SUITE_TEST(a_stream_goes_both_ways_and_ends_in_order),
    SUITE_TEST(a_far_side_that_says_a_lot_is_heard_to_its_end),
    SUITE_TEST(a_refused_connection_is_reset),
    SUITE_TEST(a_reset_of_the_host_reaches_the_far_side),
};

int main(void)
{
    return suite_run("dialup traffic", tests, sizeof tests / sizeof *tests);
}
