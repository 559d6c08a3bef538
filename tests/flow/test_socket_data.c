/*
 * Data of sockets: much of it, both ways, through a narrow link, to hosts that do not read.
 */
#include "lib/console.h"
#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the usual host knows of its connections. */
static int64_t peer_number(struct console *console, const char *what)
{
    int64_t number = -1;

    CU_ASSERT_EQUAL(hlsim__peers_read(console->flow.world->peers, "echo.example", what, &number),
                    0);
    return number;
}

/* Bytes in which no pattern is. */
static void fill(uint8_t *bytes, size_t size)
{
    uint32_t state = 7;

    for (size_t i = 0; i < size; i++) {
        state = state * 1664525u + 1013904223u;
        bytes[i] = (uint8_t)((state >> 24) % 64 + ((state >> 16) & 0x80));
    }
}

/* --- Much data ------------------------------------------------------------------------------ */

/* Reads until `size` bytes have come, checking each. */
static void read_back(struct console *console, const uint8_t *expected, size_t size)
{
    size_t got = 0;

    for (int round = 0; round < 200 && got < size; round++) {
        char *data;
        size_t part;

        console_type(console, "AT+KTCPRCV=1,6000");
        CU_ASSERT_EQUAL_FATAL(strncmp(console->out, "\r\nCONNECT\r\n", 11), 0);
        data = console->out + 11;
        part = 0;
        while (data + part < console->out + console->size &&
               memcmp(data + part, PATTERN, strlen(PATTERN)) != 0) {
            part++;
        }
        CU_ASSERT_TRUE_FATAL(got + part <= size);
        CU_ASSERT_EQUAL_FATAL(memcmp(data, expected + got, part), 0);
        CU_ASSERT_EQUAL(strncmp(data + part + strlen(PATTERN), "\r\nOK\r\n", 6), 0);
        got += part;
    }
    CU_ASSERT_EQUAL(got, size);
}

static void what_the_host_does_not_read_waits_with_the_far_end(void)
{
    static uint8_t bytes[120000];
    struct console console;
    struct hlsim__socket *socket;

    console_open(&console, "");
    console_connect(&console);
    fill(bytes, sizeof bytes);
    console_type(&console, "AT+KTCPSND=1,120000");
    console_send(&console, 0, bytes, 40000);
    console_pass(&console, HLSIM_MINUTE);
    socket = &console_modem(&console)->ram.sockets.table[0];
    CU_ASSERT_TRUE(socket->held);
    CU_ASSERT_TRUE(hlsim__socket_received(socket)->size >= 17520);
    CU_ASSERT_TRUE(hlsim__socket_received(socket)->size < 17520 + HLSIM_GATEWAY_WINDOW);
    /* The rest stays where it is: with the far end, in the module, on the link. */
    for (size_t sent = 40000; sent < sizeof bytes;) {
        int taken =
            hlsim_link_write(console.links[0], HLSIM_HOST, bytes + sent, sizeof bytes - sent);

        CU_ASSERT_TRUE_FATAL(taken >= 0);
        sent += (size_t)taken;
        console_pass(&console, HLSIM_SECOND);
        if (taken == 0) {
            /* Stuck, as both ends would be; another port reads in between. */
            CU_ASSERT_TRUE(sent > 40000);
            break;
        }
    }
    CU_ASSERT_TRUE(hlsim_link_busy(console.links[0]));
    CU_ASSERT_TRUE(hlsim__socket_received(socket)->size < 17520 + HLSIM_GATEWAY_WINDOW);
    console_close(&console);
}

static void much_data_goes_both_ways_and_not_a_byte_is_lost(void)
{
    static uint8_t bytes[16000];
    struct console console;

    console_open(&console, "");
    console_connect(&console);
    fill(bytes, sizeof bytes);
    for (int round = 0; round < 4; round++) {
        console_type(&console, "AT+KTCPSND=1,16000");
        CU_ASSERT_TRUE(console_says(&console, "CONNECT"));
        console_forget(&console);
        console_send(&console, 0, bytes, sizeof bytes);
        console_send(&console, 0, (const uint8_t *)PATTERN, strlen(PATTERN));
        console_pass(&console, 10 * HLSIM_SECOND);
        CU_ASSERT_TRUE(console_says(&console, "\r\nOK\r\n"));
        CU_ASSERT_TRUE(console_says(&console, "+KTCP_DATA: 1,"));
        CU_ASSERT_FALSE(console_says(&console, "+KTCP_NOTIF"));
        read_back(&console, bytes, sizeof bytes);
    }
    console_close(&console);
}

static void a_host_that_does_not_read_stops_what_it_is_shown(void)
{
    static uint8_t bytes[16000];
    struct console console;

    console_open(&console, "");
    console_connect(&console);
    fill(bytes, sizeof bytes);
    console_type(&console, "AT+KTCPSND=1,16000");
    console_send(&console, 0, bytes, sizeof bytes);
    console_send(&console, 0, (const uint8_t *)PATTERN, strlen(PATTERN));
    console_pass(&console, 10 * HLSIM_SECOND);
    console.reads = false;
    console_type(&console, "AT+KTCPRCV=1,16000");
    console_pass(&console, HLSIM_MINUTE);
    CU_ASSERT_TRUE(hlsim__socket_received(&console_modem(&console)->ram.sockets.table[0])->size >
                   0);
    console.reads = true;
    hlsim_link_resume(console.links[0], HLSIM_HOST);
    console_pass(&console, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(console.size, 11 + sizeof bytes + strlen(PATTERN) + 6);
    CU_ASSERT_EQUAL(memcmp(console.out + 11, bytes, sizeof bytes), 0);
    CU_ASSERT_EQUAL(memcmp(console.out + 11 + sizeof bytes, PATTERN "\r\nOK\r\n", 22), 0);
    console_close(&console);
}

/* The bytes behind each "+KTCP_DATA: 1,n," in turn; how many. */
static size_t shown(const struct console *console, uint8_t *bytes)
{
    static const char head[] = "\r\n+KTCP_DATA: 1,";
    size_t total = 0;
    char *end;

    for (const char *at = console->out; at < console->out + console->size; at++) {
        if (strncmp(at, head, strlen(head)) == 0) {
            size_t part = (size_t)strtoul(at + strlen(head), &end, 10);

            CU_ASSERT_EQUAL_FATAL(*end, ',');
            memcpy(bytes + total, end + 1, part);
            total += part;
            at = end + part;
        }
    }
    return total;
}

static void what_shows_itself_waits_for_room_and_loses_nothing(void)
{
    static uint8_t bytes[30000], back[sizeof bytes];
    struct console console;

    console_open(&console, "");
    console_type(&console, "AT+KTCPCFG=1,0,\"echo.example\",7,,1,,,,0");
    console_type(&console, "AT+KTCPCNX=1");
    fill(bytes, sizeof bytes);
    console_type(&console, "AT+KTCPSND=1,30000");
    console_send(&console, 0, bytes, 16000); /* the port is busy: it holds four lines at most */
    CU_ASSERT_FALSE(console_says(&console, "+KTCP_DATA"));
    console_send(&console, 0, bytes + 16000, 14000);
    console.reads = false; /* and the host does not read, but for what is on its way */
    console_send(&console, 0, (const uint8_t *)PATTERN, strlen(PATTERN));
    console_pass(&console, HLSIM_MINUTE);
    console.reads = true;
    hlsim_link_resume(console.links[0], HLSIM_HOST);
    console_pass(&console, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(shown(&console, back), sizeof bytes);
    CU_ASSERT_EQUAL(memcmp(back, bytes, sizeof bytes), 0);
    console_close(&console);
}

/* What could begin the pattern is delivered when nothing follows, also when the way was blocked at
 * that time. */
static void the_beginning_of_a_pattern_arrives_behind_much_data(void)
{
    static uint8_t bytes[5000];

    fill(bytes, sizeof bytes);
    memcpy(bytes + sizeof bytes - 5, "--EOF", 5);
    for (size_t start = 0; start < 900; start += 100) {
        struct console console;

        console_open(&console, "");
        console_type(&console, "AT+KTCPCFG=1,0,\"echo.example\",9,,,,,,0");
        console_type(&console, "AT+KTCPCNX=1");
        console_type(&console, "AT+KTCPSTART=1");
        CU_ASSERT_TRUE(console_says(&console, "CONNECT"));
        console.flow.world->network.config.bitrate = 20000;
        console_send(&console, 0, bytes + start, sizeof bytes - start);
        console_pass(&console, HLSIM_MINUTE);
        CU_ASSERT_EQUAL(peer_number(&console, "received"), (int64_t)(sizeof bytes - start));
        console_close(&console);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(what_the_host_does_not_read_waits_with_the_far_end),
    SUITE_TEST(much_data_goes_both_ways_and_not_a_byte_is_lost),
    SUITE_TEST(a_host_that_does_not_read_stops_what_it_is_shown),
    SUITE_TEST(what_shows_itself_waits_for_room_and_loses_nothing),
    SUITE_TEST(the_beginning_of_a_pattern_arrives_behind_much_data),
};

int main(void)
{
    return suite_run("socket_data", tests, sizeof tests / sizeof *tests);
}
