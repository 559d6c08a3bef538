/*
 * AT+CMUX: what the module does with frames. The frames are made by the codec, which has tests of
 * its own; what is sent and expected is 27.010's.
 */
#include "lib/mux_host.h"
#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void channels_are_ports_of_their_own(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0,0,5,127\r");
    mux_open_channel(&host, 1);
    mux_open_channel(&host, 2);
    mux_type(&host, 1, "ATE0\r");
    MUX_SAYS(&host, 100, "1<ATE0\r> 1<\r\nOK\r\n> ");
    mux_type(&host, 1, "AT+CGMM\r");
    mux_type(&host, 2, "AT+GXX\r");
    MUX_SAYS(&host, 100, "2<AT+GXX\r> 1<\r\nHL7800\r\n\r\nOK\r\n> 2<\r\nERROR\r\n> ");
    mux_type(&host, 2, "AT+CREG=1\r");
    mux_said(&host, 100);
    mux_type(&host, 1, "AT+CREG?\r");
    MUX_SAYS(&host, 100, "1<\r\n+CREG: 0,1\r\n\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void what_comes_by_itself_goes_to_every_channel(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_open_channel(&host, 3);
    hlsim__modem_urc(host.rig.port->modem, "+WDSI: 4");
    MUX_SAYS(&host, 10, "1<\r\n+WDSI: 4\r\n> 3<\r\n+WDSI: 4\r\n> ");
    port_rig_close(&host.rig);
}

static void frames_to_the_host_are_no_longer_than_n1(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0,0,,10\r");
    mux_open_channel(&host, 1);
    mux_type(&host, 1, "ATI3\r");
    MUX_SAYS(&host, 100, "1<ATI3\r> 1<\r\nHL7800.4> 1<.6.8.0\r\n\r\n> 1<OK\r\n> ");
    mux_send_message(&host, HLSIM__MUX_PN, true, "\x01\x00\x07\x0a\x40\x00\x03\x00", 8);
    MUX_SAYS(&host, 10, "re-81:0100070a40000300 ");
    mux_type(&host, 1, "ATI3\r");
    MUX_SAYS(&host, 100, "1<ATI3\r> 1<\r\nHL7800.4.6.8.0\r\n\r\nOK\r\n> ");
    /* Not more than this end can, nor another way to frame data. */
    mux_send_message(&host, HLSIM__MUX_PN, true, "\x02\x22\x07\x0a\xff\xff\x03\x00", 8);
    MUX_SAYS(&host, 10, "re-81:0200070ae5050300 ");
    port_rig_close(&host.rig);
}

static void channels_that_are_not_there_are_refused(void)
{
    struct mux_host host;

    memset(&host, 0, sizeof host);
    port_rig_open(&host.rig, NULL);
    port_rig_type(&host.rig, "AT+CMUX=0\r");
    port_rig_read(&host.rig);
    /* Nothing before the control channel. */
    mux_send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    MUX_SAYS(&host, 10, "DM1 ");
    mux_send_frame(&host, 0, HLSIM__MUX_DISC, NULL, 0);
    MUX_SAYS(&host, 10, "DM0 ");
    mux_send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
    MUX_SAYS(&host, 10, "UA0 ");
    mux_send_frame(&host, 5, HLSIM__MUX_SABM, NULL, 0);
    MUX_SAYS(&host, 10, "DM5 ");
    mux_type(&host, 2, "AT\r");
    MUX_SAYS(&host, 10, "DM2 ");
    mux_send_frame(&host, 2, HLSIM__MUX_DISC, NULL, 0);
    MUX_SAYS(&host, 10, "DM2 ");
    mux_open_channel(&host, 4);
    port_rig_close(&host.rig);
}

static void the_control_channel_answers(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_send_message(&host, HLSIM__MUX_TEST, true, "\x01\x02\x03", 3);
    MUX_SAYS(&host, 10, "re-21:010203 ");
    mux_send_message(&host, HLSIM__MUX_MSC, true, "\x07\x0d", 2);
    MUX_SAYS(&host, 10, "re-e1:070d ");
    mux_send_message(&host, 0x41, true, NULL, 0); /* power saving */
    MUX_SAYS(&host, 10, "re-11:43 ");
    mux_send_message(&host, HLSIM__MUX_NSC, false, "\x43", 1);
    MUX_SAYS(&host, 10, "");
    port_rig_close(&host.rig);
}

static void signals_are_told_again_until_confirmed_or_given_up(void)
{
    struct mux_host host;
    size_t count = 0;

    mux_open(&host, "AT+CMUX=0,0,5,31,10,2,50\r");
    mux_send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    port_rig_run(&host.rig, 10000); /* the host hears late */
    for (const char *at = mux_said(&host, 0); (at = strstr(at, "e1:070d")) != NULL; at++) {
        count++;
    }
    CU_ASSERT_EQUAL(count, 3);
    port_rig_close(&host.rig);
}

static void a_host_that_stops_a_channel_gets_nothing_there(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_open_channel(&host, 2);
    mux_type(&host, 1, "ATE0\r");
    mux_said(&host, 100);
    mux_send_message(&host, HLSIM__MUX_MSC, true, "\x07\x0f", 2);
    MUX_SAYS(&host, 10, "re-e1:070f ");
    mux_type(&host, 1, "AT\r");
    mux_type(&host, 2, "AT\r");
    MUX_SAYS(&host, 100, "2<AT\r> 2<\r\nOK\r\n> ");
    mux_send_message(&host, HLSIM__MUX_MSC, true, "\x07\x0d", 2);
    MUX_SAYS(&host, 10, "re-e1:070d 1<\r\nOK\r\n> ");
    mux_send_message(&host, HLSIM__MUX_FCOFF, true, NULL, 0);
    mux_type(&host, 1, "AT\r");
    mux_type(&host, 2, "ATE0\r");
    MUX_SAYS(&host, 100, "re-61: ");
    mux_send_message(&host, HLSIM__MUX_FCON, true, NULL, 0);
    MUX_SAYS(&host, 10, "re-a1: 1<\r\nOK\r\n> 2<ATE0\r\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void the_link_is_the_ports_again_after_its_end(void)
{
    static const uint8_t ends[] = {HLSIM__MUX_UIH, HLSIM__MUX_DISC};

    for (size_t i = 0; i < 2; i++) {
        struct mux_host host;

        mux_open(&host, "AT+CMUX=0\r");
        mux_open_channel(&host, 1);
        if (ends[i] == HLSIM__MUX_UIH) {
            mux_send_message(&host, HLSIM__MUX_CLD, true, NULL, 0);
        } else {
            mux_send_frame(&host, 0, HLSIM__MUX_DISC, NULL, 0);
        }
        port_rig_send(&host.rig, "AT\r");
        MUX_SAYS(&host, 0, i == 0 ? "re-c1: " : "UA0 ");
        port_rig_run(&host.rig, 100);
        CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "\r\nOK\r\n");
        hlsim__modem_urc(host.rig.port->modem, "+WDSI: 4");
        port_rig_run(&host.rig, 10);
        CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "\r\n+WDSI: 4\r\n");
        /* And once more. */
        port_rig_type(&host.rig, "AT+CMUX=0\r");
        port_rig_read(&host.rig);
        memset(&host.reader, 0, sizeof host.reader);
        mux_send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
        MUX_SAYS(&host, 10, "UA0 ");
        mux_open_channel(&host, 1);
        mux_type(&host, 1, "AT\r");
        MUX_SAYS(&host, 100, "1<AT\r> 1<\r\nOK\r\n> ");
        port_rig_close(&host.rig);
    }
}

static void dtr_that_falls_ends_it_unless_d0(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, 0);
    port_rig_run(&host.rig, 10);
    port_rig_type(&host.rig, "AT\r");
    CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "\r\nOK\r\n");
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, HLSIM_LINE_DTR);
    port_rig_type(&host.rig, "AT&D0\r");
    port_rig_type(&host.rig, "AT+CMUX=0\r");
    port_rig_read(&host.rig);
    memset(&host.reader, 0, sizeof host.reader);
    mux_send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
    MUX_SAYS(&host, 10, "UA0 ");
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, 0);
    mux_open_channel(&host, 1);
    port_rig_close(&host.rig);
}

static void a_reset_and_a_power_cut_end_it(void)
{
    for (int cut = 0; cut < 2; cut++) {
        struct mux_host host;

        mux_open(&host, "AT+CMUX=0\r");
        mux_open_channel(&host, 1);
        mux_type(&host, 1, "AT+CFUN=1,1\r");
        mux_said(&host, 50);
        if (cut) {
            hlsim__modem_power_off(host.rig.port->modem, "test");
            hlsim__modem_power_on(host.rig.port->modem);
        }
        port_rig_run(&host.rig, 20000);
        CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_read(&host.rig), "\r\n+KSUP: 0\r\n"));
        port_rig_type(&host.rig, "AT\r");
        CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "AT\r\r\nOK\r\n");
        CU_ASSERT_PTR_NULL(host.rig.port->mux);
        port_rig_close(&host.rig);
    }
}

static void a_channel_cannot_carry_channels(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_type(&host, 1, "ATE0+CMEE=1;+CMUX=0\r");
    MUX_SAYS(&host, 100, "1<ATE0+CMEE=1;+CMUX=0\r> 1<\r\n+CME ERROR: 3\r\n> ");
    port_rig_close(&host.rig);
}

/* --- A connection in a channel -------------------------------------------------------------- */

struct peer {
    size_t got;
    unsigned hung_up;
};

static size_t peer_receive(void *user, const uint8_t *bytes, size_t size)
{
    (void)bytes;
    ((struct peer *)user)->got += size;
    return size;
}

static size_t peer_stalls(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    (void)size;
    return 0;
}

static void peer_hang_up(void *user)
{
    ((struct peer *)user)->hung_up++;
}

static struct hlsim__at_port *channel_port(struct mux_host *host)
{
    /* As the handler of a command that came there. */
    return hlsim__at_mux_port(host->rig.port, 1);
}

static void begin(struct mux_host *host, const struct hlsim__at_connection *connection,
                  struct peer *peer)
{
    struct hlsim__at_port *port = channel_port(host);

    port->ram->busy = true;
    port->ram->latency = 0;
    port->ram->answer_size = 0;
    CU_ASSERT_EQUAL(hlsim__at_online_begin(port, connection, peer), HLSIM__AT_DATA);
    /* DCD goes with it: 0x8d. */
    MUX_SAYS(host, 10, "1<\r\nCONNECT\r\n> e1:078d ");
}

static void a_connection_in_one_channel_leaves_the_other_its_commands(void)
{
    static const struct hlsim__at_connection connection = {.receive = peer_receive,
                                                           .hang_up = peer_hang_up};
    struct peer peer = {.got = 0};
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_open_channel(&host, 2);
    begin(&host, &connection, &peer);
    CU_ASSERT_EQUAL(hlsim__at_online_send(channel_port(&host), (const uint8_t *)"down", 4), 4);
    mux_type(&host, 1, "up");
    mux_type(&host, 2, "AT\r");
    MUX_SAYS(&host, 100, "1<down> 2<AT\r> 2<\r\nOK\r\n> ");
    CU_ASSERT_EQUAL(peer.got, 2);
    CU_ASSERT_TRUE(hlsim__at_port_waits_for_host(host.rig.port));
    /* DTR of the channel alone, by MSC: &D1 of a new module. */
    mux_send_message(&host, HLSIM__MUX_MSC, true, "\x07\x09", 2);
    MUX_SAYS(&host, 100, "re-e1:0709 1<\r\nOK\r\n> ");
    /* The channel's end is the connection's. */
    mux_send_frame(&host, 1, HLSIM__MUX_DISC, NULL, 0);
    MUX_SAYS(&host, 100, "UA1 ");
    CU_ASSERT_EQUAL(peer.hung_up, 1);
    port_rig_close(&host.rig);
}

static void a_channel_that_takes_nothing_stops_the_host_and_loses_nothing(void)
{
    static const struct hlsim__at_connection stalled = {.receive = peer_stalls,
                                                        .hang_up = peer_hang_up};
    static const struct hlsim__at_connection going = {.receive = peer_receive,
                                                      .hang_up = peer_hang_up};
    static uint8_t block[1000];
    struct peer peer = {.got = 0};
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    begin(&host, &stalled, &peer);
    for (int i = 0; i < 10; i++) {
        mux_send_frame(&host, 1, HLSIM__MUX_UIH, block, sizeof block);
        port_rig_run(&host.rig, 1);
    }
    /* CTS falls before the last resort, FC. */
    MUX_SAYS(&host, 10, "e1:0785 e1:0787 ");
    channel_port(&host)->ram->online.connection = &going;
    hlsim__at_online_resume(channel_port(&host));
    MUX_SAYS(&host, 10, "e1:078d ");
    MUX_SAYS(&host, 2000, "");
    CU_ASSERT_EQUAL(peer.got, 10 * sizeof block);
    port_rig_close(&host.rig);
}

static void garbage_between_frames_harms_nothing(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    port_rig_send(&host.rig, "AT\r\xf9\xf9\x07\xef\x09zzzz\xf9\x07\x3f\x01\x00\xf9\x02\x02");
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 100, "1<AT\r> 1<\r\nOK\r\n> ");
    /* Messages that lie about their length, or are none. */
    mux_send_frame(&host, 0, HLSIM__MUX_UIH, "\xe3\x09\x07", 3);
    mux_send_frame(&host, 0, HLSIM__MUX_UIH, "\xe3\x01", 2);
    mux_send_frame(&host, 0, HLSIM__MUX_UIH, "\x83\x05\x01\x02", 4);
    mux_send_frame(&host, 0, HLSIM__MUX_UIH, "\x02", 1);
    mux_send_frame(&host, 0, HLSIM__MUX_UIH, NULL, 0);
    MUX_SAYS(&host, 100, "re-e1: ");
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 100, "1<AT\r> 1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

int main(void)
{
    static const struct suite_test tests[] = {
        SUITE_TEST(channels_are_ports_of_their_own),
        SUITE_TEST(what_comes_by_itself_goes_to_every_channel),
        SUITE_TEST(frames_to_the_host_are_no_longer_than_n1),
        SUITE_TEST(channels_that_are_not_there_are_refused),
        SUITE_TEST(the_control_channel_answers),
        SUITE_TEST(signals_are_told_again_until_confirmed_or_given_up),
        SUITE_TEST(a_host_that_stops_a_channel_gets_nothing_there),
        SUITE_TEST(the_link_is_the_ports_again_after_its_end),
        SUITE_TEST(dtr_that_falls_ends_it_unless_d0),
        SUITE_TEST(a_reset_and_a_power_cut_end_it),
        SUITE_TEST(a_channel_cannot_carry_channels),
        SUITE_TEST(a_connection_in_one_channel_leaves_the_other_its_commands),
        SUITE_TEST(a_channel_that_takes_nothing_stops_the_host_and_loses_nothing),
        SUITE_TEST(garbage_between_frames_harms_nothing),
    };

    return suite_run("at_mux", tests, sizeof tests / sizeof *tests);
}
