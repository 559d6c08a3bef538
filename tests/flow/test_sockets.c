/*
 * Sockets of a module: several ports, losses of power at every point, the ways of sleep, options.
 * Data have a file of their own.
 */
#include "lib/console.h"
#include "lib/suite.h"

#include <hl78sim/power.h>

#include <stdio.h>
#include <string.h>

/* --- Ports ---------------------------------------------------------------------------------- */

static void two_ports_share_sessions_and_not_their_data_modes(void)
{
    struct console console;

    console_open(&console, "");
    if (console.links[1] == NULL) {
        CU_FAIL_FATAL("the module has one port");
    }
    console_type_at(&console, 1, "ATE0");
    console_type_at(&console, 1, "AT+CMEE=1");
    console_connect(&console);
    console_type(&console, "AT+KTCPSND=1,5");
    console_type_at(&console, 1, "AT+KTCPSND=1,5");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+CME ERROR: 924"));
    console_type_at(&console, 1, "AT+KTCPRCV=1,5");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+CME ERROR: 924"));
    console_type_at(&console, 1, "AT+KTCPSTAT=1");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+KTCPSTAT: 3,-1,0,0"));
    /* Closing it under the other's hands ends that data mode. */
    console_type_at(&console, 1, "AT+KTCPCLOSE=1");
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "OK"));
    CU_ASSERT_TRUE(console_says(&console, "NO CARRIER"));
    console_type(&console, "AT+KTCPCNX=1");
    CU_ASSERT_TRUE(console_says(&console, "+KTCP_IND: 1,1"));
    CU_ASSERT_PTR_NOT_NULL(strstr(console.second, "+KTCP_IND: 1,1"));
    console_close(&console);
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
        "AT+KTCPCFG=1,0,\"echo.example\",7,,1;+KTCPCNX=4",
        "AT+KTCPSND=4,3",
        abc,
        "AT+KUDPCFG=1,0,,1",
        "AT+KUDPSND=5,\"echo.example\",7,3",
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

    console_open(&console, "");
    hlsim_world_set_cut_hook(console.flow.world, 0, cuts, &cut);
    for (size_t i = 0; i < sizeof lines / sizeof *lines && !cut.struck; i++) {
        console_type(&console, lines[i]);
    }
    hlsim_world_set_cut_hook(console.flow.world, 0, NULL, NULL);
    if (cut.struck) {
        hlsim_world_power_back_in(console.flow.world, 0, HLSIM_SECOND);
        console_pass(&console, 30 * HLSIM_SECOND);
        console_type(&console, "AT+KTCPCFG?");
        CU_ASSERT_TRUE(console_says(&console, "OK"));
        console_type(&console, "AT+KUDPCFG?");
        CU_ASSERT_TRUE(console_says(&console, "OK"));
    }
    console_close(&console);
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

    console_open(&console, "");
    console_connect(&console);
    hlsim__sockets_woke_from_edrx(&console_modem(&console)->ram.sockets);
    console_type(&console, "AT+CGACT?");
    CU_ASSERT_TRUE(console_says(&console, "+CGACT: 1,1"));
    console_type(&console, "AT+KCNXCFG?");
    CU_ASSERT_FALSE(console_says(&console, "+KCNXCFG:"));
    console_type(&console, "AT+KUDPCFG=1,0");
    CU_ASSERT_TRUE(console_says(&console, "+CME ERROR: 910"));
    console_type(&console, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    console_type(&console, "AT+KUDPCFG=1,0");
    CU_ASSERT_TRUE(console_says(&console, "+KUDP_IND: 2,1"));
    console_close(&console);
    console_open(&console, ", \"set\": {\"edrx_forgets_cnx\": false}");
    hlsim__sockets_woke_from_edrx(&console_modem(&console)->ram.sockets);
    console_type(&console, "AT+KUDPCFG=1,0");
    CU_ASSERT_TRUE(console_says(&console, "+KUDP_IND: 1,1"));
    console_close(&console);
}

static void psm_loses_sockets_where_the_firmware_does(void)
{
    struct console console;

    console_open(&console, ", \"set\": {\"cnx_idle_told\": true}");
    console_type(&console, "AT+KCNXUP=1");
    console_connect(&console);
    console_type(&console, "AT+KTCPCFG=1,0,\"echo.example\",9,,,,,,1");
    console_forget(&console);
    hlsim__sockets_woke_from_psm(&console_modem(&console)->ram.sockets);
    console_pass(&console, 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(console.size, 0); /* no word of it */
    console_type(&console, "AT+KTCPSTAT=1");
    CU_ASSERT_TRUE(console_says(&console, "+CME ERROR: 910"));
    console_type(&console, "AT+KTCPSTAT=2");
    CU_ASSERT_TRUE(console_says(&console, "+KTCPSTAT: 1,-1,0,0"));
    console_type(&console, "AT+KTCPCNX=2");
    CU_ASSERT_TRUE(console_says(&console, "+CME ERROR: 910"));
    /* AT+KCNXUP is forgotten with the rest: sessions alone need the connection. */
    console_type(&console, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    console_connect(&console);
    console_type(&console, "AT+KTCPCLOSE=1");
    CU_ASSERT_TRUE(console_says(&console, "+KCNX_IND: 1,5,"));
    console_close(&console);
    console_open(&console, ", \"set\": {\"psm_loses_sockets\": false}");
    console_connect(&console);
    hlsim__sockets_woke_from_psm(&console_modem(&console)->ram.sockets);
    console_type(&console, "AT+KTCPSTAT=1");
    CU_ASSERT_TRUE(console_says(&console, "+KTCPSTAT: 3,-1,0,0"));
    console_close(&console);
}

static void a_hibernation_leaves_a_list_of_sessions_where_the_firmware_does(void)
{
    for (int on = 0; on < 2; on++) {
        struct console console;

        console_open(&console, on ? ", \"set\": {\"udp_listed_after_hibernate\": true}" : "");
        console_type(&console, "AT+KUDPCFG=1,0,4000,,,,,0");
        CU_ASSERT_TRUE(console_says(&console, "+KUDP_IND: 1,1"));
        hlsim__modem_reset(console_modem(&console), "hibernation");
        hlsim__sockets_hibernated(&console_modem(&console)->ram.sockets);
        console_pass(&console, 20 * HLSIM_SECOND);
        console_type(&console, "ATE0;+CMEE=1");
        console_type(&console, "AT+KUDPCFG?");
        CU_ASSERT_EQUAL(console_says(&console, "+KUDPCFG: 1,1,1,0,4000,"), on == 1);
        console_type(&console, "AT+KUDPSND=1,\"echo.example\",7,3");
        CU_ASSERT_TRUE(console_says(&console, "+CME ERROR: 910"));
        console_type(&console, "AT+KUDPCLOSE=1");
        console_type(&console, "AT+KUDPDEL=1");
        console_type(&console, "AT+KUDPCFG?");
        CU_ASSERT_FALSE(console_says(&console, "+KUDPCFG:"));
        console_close(&console);
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

        console_open(&console, "");
        console_connect(&console);
        console_type(&console, modes[i]);
        CU_ASSERT_TRUE(console_says(&console, "CONNECT"));
        console_forget(&console);
        console_send(&console, 1, (const uint8_t *)"AT+CPOF\r", 8);
        console_send(&console, 0, (const uint8_t *)"0123456789", 10);
        console_pass(&console, HLSIM_MINUTE);
        CU_ASSERT_TRUE(console_modem(&console)->asleep);
        console_close(&console);
    }
}

/* --- AT+KIPOPT ------------------------------------------------------------------------------ */

/* 50 of 20 ms, or 20 bytes. */
static void what_is_typed_gathers_for_a_while_where_the_host_wants_it(void)
{
    struct console console;

    console_open(&console, "");
    console_type(&console, "AT+KIPOPT=0,\"TCP\",50,20");
    console_connect(&console);
    console_type(&console, "AT+KTCPSTART=1");
    CU_ASSERT_TRUE(console_says(&console, "CONNECT"));
    console_forget(&console);
    console_send(&console, 0, (const uint8_t *)"01234", 5);
    console_send(&console, 0, (const uint8_t *)"56789", 5);
    console_pass(&console, 900 * HLSIM_MS);
    CU_ASSERT_EQUAL(console.size, 0);
    console_pass(&console, 200 * HLSIM_MS);
    CU_ASSERT_STRING_EQUAL(console.out, "0123456789");
    console_send(&console, 0, (const uint8_t *)"01234567890123456789", 20);
    console_pass(&console, 200 * HLSIM_MS);
    CU_ASSERT_EQUAL(console.size, 30);
    console_forget(&console);
    console_send(&console, 0, (const uint8_t *)"last" PATTERN, 4 + strlen(PATTERN));
    console_pass(&console, HLSIM_SECOND);
    CU_ASSERT_TRUE(console_says(&console, "\r\nOK\r\n"));
    console_type(&console, "AT+KTCPRCV=1,4");
    CU_ASSERT_TRUE(console_says(&console, "last" PATTERN));
    console_close(&console);
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

        console_open(&console, ", \"set\": {\"cnx_idle_told\": true}");
        console_type(&console, cases[i].options);
        console_connect(&console);
        console_forget(&console);
        actor = hlsim_world_actor(console.flow.world);
        CU_ASSERT_EQUAL(actor.act(actor.user, &close), HLSIM_ACTED);
        console_pass(&console, 2 * HLSIM_SECOND);
        CU_ASSERT_TRUE(console_says(&console, "+KTCP_NOTIF: 1,4"));
        CU_ASSERT_EQUAL(console_says(&console, "+KCNX_IND: 1,5,30"), cases[i].lets_go);
        console_type(&console, "AT+KTCPCLOSE=1");
        CU_ASSERT_EQUAL(console_says(&console, "+KCNX_IND: 1,5,30"), !cases[i].lets_go);
        console_close(&console);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(what_is_typed_gathers_for_a_while_where_the_host_wants_it),
    SUITE_TEST(an_ended_session_lets_its_connection_go_where_the_host_wants_it),
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
