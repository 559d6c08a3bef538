/*
 * Sockets of a module: much data both ways through a narrow link, several ports, losses of power at
 * every point, and the ways of sleep.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include "world/inside.h"

#include <hl78sim/power.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATTERN "--EOF--Pattern--"
#define OUT_MAX (1 << 20)

struct console {
    struct flow flow;
    struct hlsim_link *links[2];
    bool reads; /* the host takes what comes */
    size_t size;
    char *out; /* what came at port 0, NUL-terminated */
    size_t second_size;
    char second[4096]; /* at port 1 */
};

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct console *console = user;

    if (!console->reads) {
        return 0;
    }
    CU_ASSERT_TRUE_FATAL(console->size + size < OUT_MAX);
    memcpy(console->out + console->size, bytes, size);
    console->size += size;
    console->out[console->size] = '\0';
    return size;
}

static size_t receive_second(void *user, const uint8_t *bytes, size_t size)
{
    struct console *console = user;

    if (console->second_size + size < sizeof console->second) {
        memcpy(console->second + console->second_size, bytes, size);
        console->second_size += size;
        console->second[console->second_size] = '\0';
    }
    return size;
}

static void pass(struct console *console, int64_t duration)
{
    CU_ASSERT_EQUAL_FATAL(
        hlsim_world_run_until(console->flow.world, hlsim_world_now(console->flow.world) + duration),
        0);
}

static void forget(struct console *console)
{
    console->size = 0;
    console->out[0] = '\0';
    console->second_size = 0;
    console->second[0] = '\0';
}

static void send_to(struct console *console, unsigned port, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        int taken = hlsim_link_write(console->links[port], HLSIM_HOST, bytes, size);

        CU_ASSERT_TRUE_FATAL(taken >= 0);
        bytes += taken;
        size -= (size_t)taken;
        pass(console, 10 * HLSIM_MS);
    }
}

static void type_at(struct console *console, unsigned port, const char *line)
{
    forget(console);
    send_to(console, port, (const uint8_t *)line, strlen(line));
    send_to(console, port, (const uint8_t *)"\r", 1);
    pass(console, 2 * HLSIM_SECOND);
}

static void type(struct console *console, const char *line)
{
    type_at(console, 0, line);
}

static bool says(const struct console *console, const char *text)
{
    return strstr(console->out, text) != NULL;
}

static struct hlsim__modem *modem_of(struct console *console)
{
    return &console->flow.world->modems[0].modem;
}

/* Up, registered, echo off, connection 1 configured. `rest` are members of the scenario's modem. */
static void open_console(struct console *console, const char *rest)
{
    const struct hlsim_link_end end = {.user = console, .receive = receive};
    const struct hlsim_link_end second = {.user = console, .receive = receive_second};
    char text[1024];

    memset(console, 0, sizeof *console);
    console->out = calloc(1, OUT_MAX);
    console->reads = true;
    snprintf(text, sizeof text,
             "{\"name\": \"sockets\", \"modem\": {\"profile\": \"HL7800-4.7.1.0\"%s}, \"network\": "
             "{\"latency\": \"10ms\"}}",
             rest);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&console->flow, text, NULL));
    for (unsigned port = 0; port < console->flow.world->modems[0].port_count && port < 2; port++) {
        console->links[port] = hlsim_world_port(console->flow.world, 0, port);
        hlsim_link_attach(console->links[port], HLSIM_HOST, port == 0 ? &end : &second);
    }
    flow_start(&console->flow);
    pass(console, 20 * HLSIM_SECOND);
    type(console, "ATE0");
    type(console, "AT+CMEE=1");
    type(console, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    CU_ASSERT_TRUE(says(console, "OK"));
}

static void close_console(struct console *console)
{
    flow_close(&console->flow);
    free(console->out);
}

static void connect(struct console *console)
{
    type(console, "AT+KTCPCFG=1,0,\"echo.example\",7,,,,,,0");
    CU_ASSERT_TRUE(says(console, "+KTCPCFG: 1"));
    type(console, "AT+KTCPCNX=1");
    CU_ASSERT_TRUE(says(console, "+KTCP_IND: 1,1"));
}

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

        type(console, "AT+KTCPRCV=1,6000");
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

    open_console(&console, "");
    connect(&console);
    fill(bytes, sizeof bytes);
    type(&console, "AT+KTCPSND=1,120000");
    send_to(&console, 0, bytes, 40000);
    pass(&console, HLSIM_MINUTE);
    socket = &modem_of(&console)->ram.sockets.table[0];
    CU_ASSERT_TRUE(socket->held);
    CU_ASSERT_TRUE(hlsim__socket_received(socket)->size >= 17520);
    CU_ASSERT_TRUE(hlsim__socket_received(socket)->size < 17520 + HLSIM_GATEWAY_WINDOW);
    /* The rest stays where it is: with the far end, in the module, on the link. */
    for (size_t sent = 40000; sent < sizeof bytes;) {
        int taken =
            hlsim_link_write(console.links[0], HLSIM_HOST, bytes + sent, sizeof bytes - sent);

        CU_ASSERT_TRUE_FATAL(taken >= 0);
        sent += (size_t)taken;
        pass(&console, HLSIM_SECOND);
        if (taken == 0) {
            /* Stuck, as both ends would be; another port reads in between. */
            CU_ASSERT_TRUE(sent > 40000);
            break;
        }
    }
    CU_ASSERT_TRUE(hlsim_link_busy(console.links[0]));
    CU_ASSERT_TRUE(hlsim__socket_received(socket)->size < 17520 + HLSIM_GATEWAY_WINDOW);
    close_console(&console);
}

static void much_data_goes_both_ways_and_not_a_byte_is_lost(void)
{
    static uint8_t bytes[16000];
    struct console console;

    open_console(&console, "");
    connect(&console);
    fill(bytes, sizeof bytes);
    for (int round = 0; round < 4; round++) {
        type(&console, "AT+KTCPSND=1,16000");
        CU_ASSERT_TRUE(says(&console, "CONNECT"));
        forget(&console);
        send_to(&console, 0, bytes, sizeof bytes);
        send_to(&console, 0, (const uint8_t *)PATTERN, strlen(PATTERN));
        pass(&console, 10 * HLSIM_SECOND);
        CU_ASSERT_TRUE(says(&console, "\r\nOK\r\n"));
        CU_ASSERT_TRUE(says(&console, "+KTCP_DATA: 1,"));
        CU_ASSERT_FALSE(says(&console, "+KTCP_NOTIF"));
        read_back(&console, bytes, sizeof bytes);
    }
    close_console(&console);
}

static void a_host_that_does_not_read_stops_what_it_is_shown(void)
{
    static uint8_t bytes[16000];
    struct console console;

    open_console(&console, "");
    connect(&console);
    fill(bytes, sizeof bytes);
    type(&console, "AT+KTCPSND=1,16000");
    send_to(&console, 0, bytes, sizeof bytes);
    send_to(&console, 0, (const uint8_t *)PATTERN, strlen(PATTERN));
    pass(&console, 10 * HLSIM_SECOND);
    console.reads = false;
    type(&console, "AT+KTCPRCV=1,16000");
    pass(&console, HLSIM_MINUTE);
    CU_ASSERT_TRUE(hlsim__socket_received(&modem_of(&console)->ram.sockets.table[0])->size > 0);
    console.reads = true;
    hlsim_link_resume(console.links[0], HLSIM_HOST);
    pass(&console, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(console.size, 11 + sizeof bytes + strlen(PATTERN) + 6);
    CU_ASSERT_EQUAL(memcmp(console.out + 11, bytes, sizeof bytes), 0);
    CU_ASSERT_EQUAL(memcmp(console.out + 11 + sizeof bytes, PATTERN "\r\nOK\r\n", 22), 0);
    close_console(&console);
}

/* --- Ports ---------------------------------------------------------------------------------- */

static void two_ports_share_sessions_and_not_their_data_modes(void)
{
    struct console console;

    open_console(&console, "");
    if (console.links[1] == NULL) {
        CU_FAIL_FATAL("the module has one port");
    }
    type_at(&console, 1, "ATE0");
    type_at(&console, 1, "AT+CMEE=1");
    connect(&console);
    type(&console, "AT+KTCPSND=1,5");
    type_at(&console, 1, "AT+KTCPSND=1,5");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+CME ERROR: 924"));
    type_at(&console, 1, "AT+KTCPRCV=1,5");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+CME ERROR: 924"));
    type_at(&console, 1, "AT+KTCPSTAT=1");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+KTCPSTAT: 3,-1,0,0"));
    /* Closing it under the other's hands ends that data mode. */
    type_at(&console, 1, "AT+KTCPCLOSE=1");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "OK"));
    CU_ASSERT_TRUE(says(&console, "NO CARRIER"));
    type(&console, "AT+KTCPCNX=1");
    CU_ASSERT_TRUE(says(&console, "+KTCP_IND: 1,1"));
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+KTCP_IND: 1,1"));
    close_console(&console);
}

/* --- Power ---------------------------------------------------------------------------------- */

struct cut {
    uint64_t at;
    uint64_t asked;
    bool struck;
};

static bool cuts(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    struct cut *cut = user;

    (void)point;
    if (cut->struck || ++cut->asked != cut->at) {
        return false;
    }
    cut->struck = true;
    *ret_torn = (enum hlsim_torn)(cut->at % 3);
    return true;
}

/* Server, clients and datagrams, with a loss of power at one point; the module comes back. */
static bool talks_with_a_cut(uint64_t at)
{
    static const char abc[] = "abc" PATTERN;
    static const char *const lines[] = {
        "AT+KTCPCFG=1,0,\"echo.example\",7",
        "AT+KTCPCNX=1",
        "AT+KTCPSND=1,3",
        abc,
        "AT+KTCPRCV=1,3",
        "AT+KTCPCFG=1,1,,5000",
        "AT+KTCPCNX=2",
        "AT+KUDPCFG=1,0",
        "AT+KUDPSND=3,\"echo.example\",7,3",
        abc,
        "AT+KUDPRCV=3,3",
        "AT+KTCPSTART=1",
        abc,
        "AT+KTCPCLOSE=2",
        "AT+KTCPDEL=2",
        "AT+KTCPCLOSE=1",
        "AT+KTCPDEL=1",
        "AT+KUDPCLOSE=3",
        "AT+KUDPDEL=3",
    };
    struct cut cut = {.at = at};
    struct console console;

    open_console(&console, "");
    hlsim_world_set_cut_hook(console.flow.world, 0, cuts, &cut);
    for (size_t i = 0; i < sizeof lines / sizeof *lines && !cut.struck; i++) {
        type(&console, lines[i]);
    }
    hlsim_world_set_cut_hook(console.flow.world, 0, NULL, NULL);
    if (cut.struck) {
        hlsim_world_power_back_in(console.flow.world, 0, HLSIM_SECOND);
        pass(&console, 30 * HLSIM_SECOND);
        type(&console, "AT+KTCPCFG?");
        CU_ASSERT_TRUE(says(&console, "OK"));
        type(&console, "AT+KUDPCFG?");
        CU_ASSERT_TRUE(says(&console, "OK"));
    }
    close_console(&console);
    return cut.struck;
}

static void power_may_fail_at_any_point(void)
{
    uint64_t at = 1;

    while (talks_with_a_cut(at)) {
        at++;
    }
    CU_ASSERT_TRUE(at > 60);
}

/* --- Sleep ---------------------------------------------------------------------------------- */

static void an_edrx_sleep_forgets_the_connection_where_the_firmware_does(void)
{
    struct console console;

    open_console(&console, "");
    connect(&console);
    hlsim__sockets_woke_from_edrx(&modem_of(&console)->ram.sockets);
    type(&console, "AT+CGACT?");
    CU_ASSERT_TRUE(says(&console, "+CGACT: 1,1"));
    type(&console, "AT+KCNXCFG?");
    CU_ASSERT_FALSE(says(&console, "+KCNXCFG:"));
    type(&console, "AT+KUDPCFG=1,0");
    CU_ASSERT_TRUE(says(&console, "+CME ERROR: 910"));
    type(&console, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    type(&console, "AT+KUDPCFG=1,0");
    CU_ASSERT_TRUE(says(&console, "+KUDP_IND: 2,1"));
    close_console(&console);
    open_console(&console, ", \"set\": {\"edrx_forgets_cnx\": false}");
    hlsim__sockets_woke_from_edrx(&modem_of(&console)->ram.sockets);
    type(&console, "AT+KUDPCFG=1,0");
    CU_ASSERT_TRUE(says(&console, "+KUDP_IND: 1,1"));
    close_console(&console);
}

static void psm_loses_sockets_where_the_firmware_does(void)
{
    struct console console;

    open_console(&console, ", \"set\": {\"cnx_idle_told\": true}");
    type(&console, "AT+KCNXUP=1");
    connect(&console);
    type(&console, "AT+KTCPCFG=1,0,\"echo.example\",9,,,,,,1");
    forget(&console);
    hlsim__sockets_woke_from_psm(&modem_of(&console)->ram.sockets);
    pass(&console, 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(console.size, 0); /* no word of it */
    type(&console, "AT+KTCPSTAT=1");
    CU_ASSERT_TRUE(says(&console, "+CME ERROR: 910"));
    type(&console, "AT+KTCPSTAT=2");
    CU_ASSERT_TRUE(says(&console, "+KTCPSTAT: 1,-1,0,0"));
    type(&console, "AT+KTCPCNX=2");
    CU_ASSERT_TRUE(says(&console, "+CME ERROR: 910"));
    /* AT+KCNXUP is forgotten with the rest: sessions alone need the connection. */
    type(&console, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    connect(&console);
    type(&console, "AT+KTCPCLOSE=1");
    CU_ASSERT_TRUE(says(&console, "+KCNX_IND: 1,5,"));
    close_console(&console);
    open_console(&console, ", \"set\": {\"psm_loses_sockets\": false}");
    connect(&console);
    hlsim__sockets_woke_from_psm(&modem_of(&console)->ram.sockets);
    type(&console, "AT+KTCPSTAT=1");
    CU_ASSERT_TRUE(says(&console, "+KTCPSTAT: 3,-1,0,0"));
    close_console(&console);
}

static void a_hibernation_leaves_a_list_of_sessions_where_the_firmware_does(void)
{
    for (int on = 0; on < 2; on++) {
        struct console console;

        open_console(&console, on ? ", \"set\": {\"udp_listed_after_hibernate\": true}" : "");
        type(&console, "AT+KUDPCFG=1,0,4000,,,,,0");
        CU_ASSERT_TRUE(says(&console, "+KUDP_IND: 1,1"));
        hlsim__modem_reset(modem_of(&console), "hibernation");
        hlsim__sockets_hibernated(&modem_of(&console)->ram.sockets);
        pass(&console, 20 * HLSIM_SECOND);
        type(&console, "ATE0;+CMEE=1");
        type(&console, "AT+KUDPCFG?");
        CU_ASSERT_EQUAL(says(&console, "+KUDPCFG: 1,1,1,0,4000,"), on == 1);
        type(&console, "AT+KUDPSND=1,\"echo.example\",7,3");
        CU_ASSERT_TRUE(says(&console, "+CME ERROR: 910"));
        type(&console, "AT+KUDPCLOSE=1");
        type(&console, "AT+KUDPDEL=1");
        type(&console, "AT+KUDPCFG?");
        CU_ASSERT_FALSE(says(&console, "+KUDPCFG:"));
        close_console(&console);
    }
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

        open_console(&console, "");
        type(&console, "AT+KTCPCFG=1,0,\"echo.example\",9,,,,,,0");
        type(&console, "AT+KTCPCNX=1");
        type(&console, "AT+KTCPSTART=1");
        CU_ASSERT_TRUE(says(&console, "CONNECT"));
        console.flow.world->network.config.bitrate = 20000;
        send_to(&console, 0, bytes + start, sizeof bytes - start);
        pass(&console, HLSIM_MINUTE);
        CU_ASSERT_EQUAL(peer_number(&console, "received"), (int64_t)(sizeof bytes - start));
        close_console(&console);
    }
}

/* --- Switching off -------------------------------------------------------------------------- */

/* What a connection still does then - PPP asks again, a session receives - stays in the module; the
 * world stops at a byte from a UART that is off. */
static void a_port_with_a_connection_is_silent_while_the_module_switches_off(void)
{
    static const char *const modes[] = {"ATD*99#", "AT+KTCPSTART=1"};

    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        struct console console;

        open_console(&console, "");
        connect(&console);
        type(&console, modes[i]);
        CU_ASSERT_TRUE(says(&console, "CONNECT"));
        forget(&console);
        send_to(&console, 1, (const uint8_t *)"AT+CPOF\r", 8);
        send_to(&console, 0, (const uint8_t *)"0123456789", 10);
        pass(&console, HLSIM_MINUTE);
        CU_ASSERT_TRUE(modem_of(&console)->asleep);
        close_console(&console);
    }
}

/* --- AT+KIPOPT ------------------------------------------------------------------------------ */

/* 50 of 20 ms, or 20 bytes. */
static void what_is_typed_gathers_for_a_while_where_the_host_wants_it(void)
{
    struct console console;

    open_console(&console, "");
    type(&console, "AT+KIPOPT=0,\"TCP\",50,20");
    connect(&console);
    type(&console, "AT+KTCPSTART=1");
    CU_ASSERT_TRUE(says(&console, "CONNECT"));
    forget(&console);
    send_to(&console, 0, (const uint8_t *)"01234", 5);
    send_to(&console, 0, (const uint8_t *)"56789", 5);
    pass(&console, 900 * HLSIM_MS);
    CU_ASSERT_EQUAL(console.size, 0);
    pass(&console, 200 * HLSIM_MS);
    CU_ASSERT_STRING_EQUAL(console.out, "0123456789");
    send_to(&console, 0, (const uint8_t *)"01234567890123456789", 20);
    pass(&console, 200 * HLSIM_MS);
    CU_ASSERT_EQUAL(console.size, 30);
    forget(&console);
    send_to(&console, 0, (const uint8_t *)"last" PATTERN, 4 + strlen(PATTERN));
    pass(&console, HLSIM_SECOND);
    CU_ASSERT_TRUE(says(&console, "\r\nOK\r\n"));
    type(&console, "AT+KTCPRCV=1,4");
    CU_ASSERT_TRUE(says(&console, "last" PATTERN));
    close_console(&console);
}

/* One number for errors, one for a far end that closes; without them the connection stays. */
static void an_ended_session_lets_its_connection_go_where_the_host_wants_it(void)
{
    static const struct {
        const char *options;
        bool lets_go;
    } cases[] = {{"AT+KIPOPT=3,0,0", false}, {"AT+KIPOPT=3,1,0", false}, {"AT+KIPOPT=3,0,1", true}};
    const struct hlsim_action close = {.name = "tcp_close"};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlsim_actor actor;
        struct console console;

        open_console(&console, ", \"set\": {\"cnx_idle_told\": true}");
        type(&console, cases[i].options);
        connect(&console);
        forget(&console);
        actor = hlsim_world_actor(console.flow.world);
        CU_ASSERT_EQUAL(actor.act(actor.user, &close), HLSIM_ACTED);
        pass(&console, 2 * HLSIM_SECOND);
        CU_ASSERT_TRUE(says(&console, "+KTCP_NOTIF: 1,4"));
        CU_ASSERT_EQUAL(says(&console, "+KCNX_IND: 1,5,30"), cases[i].lets_go);
        type(&console, "AT+KTCPCLOSE=1");
        CU_ASSERT_EQUAL(says(&console, "+KCNX_IND: 1,5,30"), !cases[i].lets_go);
        close_console(&console);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(what_is_typed_gathers_for_a_while_where_the_host_wants_it),
    SUITE_TEST(an_ended_session_lets_its_connection_go_where_the_host_wants_it),
    SUITE_TEST(what_the_host_does_not_read_waits_with_the_far_end),
    SUITE_TEST(much_data_goes_both_ways_and_not_a_byte_is_lost),
    SUITE_TEST(a_host_that_does_not_read_stops_what_it_is_shown),
    SUITE_TEST(the_beginning_of_a_pattern_arrives_behind_much_data),
    SUITE_TEST(two_ports_share_sessions_and_not_their_data_modes),
    SUITE_TEST(power_may_fail_at_any_point),
    SUITE_TEST(a_port_with_a_connection_is_silent_while_the_module_switches_off),
    SUITE_TEST(an_edrx_sleep_forgets_the_connection_where_the_firmware_does),
    SUITE_TEST(psm_loses_sockets_where_the_firmware_does),
    SUITE_TEST(a_hibernation_leaves_a_list_of_sessions_where_the_firmware_does),
};

int main(void)
{
    return suite_run("sockets", tests, sizeof tests / sizeof *tests);
}
