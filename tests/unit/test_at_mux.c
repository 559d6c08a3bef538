/*
 * AT+CMUX: what the module does with frames. The frames are made by the codec, which has tests of
 * its own; what is sent and expected is 27.010's.
 */
#include "lib/port_rig.h"
#include "lib/suite.h"

#include "codec/mux.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host {
    struct port_rig rig;
    struct hlsim__mux_reader reader;
    char said[16384]; /* "UA1 MSC1:8d data2:... |" since the last look */
};

static void send_frame(struct host *host, unsigned dlci, uint8_t type, const void *info,
                       size_t size)
{
    const struct hlsim__mux_frame frame = {.dlci = (uint8_t)dlci,
                                           .cr = true,
                                           .pf = type != HLSIM__MUX_UIH,
                                           .type = type,
                                           .info = info,
                                           .info_size = size};
    uint8_t bytes[HLSIM__MUX_FRAME_MAX];
    size_t written = hlsim__mux_write(&frame, bytes);

    CU_ASSERT_EQUAL(hlsim_link_write(host->rig.link, HLSIM_HOST, bytes, written), (int)written);
}

static void send_message(struct host *host, uint8_t type, bool command, const void *value,
                         size_t size)
{
    const struct hlsim__mux_message message = {
        .type = type, .command = command, .value = value, .size = size};
    uint8_t bytes[HLSIM__MUX_INFO_MAX];

    send_frame(host, 0, HLSIM__MUX_UIH, bytes, hlsim__mux_message_write(&message, bytes));
}

static void say(struct host *host, const char *text)
{
    CU_ASSERT_FATAL(strlen(host->said) + strlen(text) < sizeof host->said);
    strcat(host->said, text);
}

static void hear_message(struct host *host, const struct hlsim__mux_message *message)
{
    char text[64];

    snprintf(text, sizeof text, "%s%02x:", message->command ? "" : "re-", message->type);
    say(host, text);
    for (size_t i = 0; i < message->size && i < 8; i++) {
        snprintf(text, sizeof text, "%02x", message->value[i]);
        say(host, text);
    }
    say(host, " ");
    if (message->type == HLSIM__MUX_MSC && message->command) {
        send_message(host, HLSIM__MUX_MSC, false, message->value, message->size);
    }
}

static void hear(struct host *host, const struct hlsim__mux_frame *frame)
{
    struct hlsim__mux_message message;
    char text[2048];

    if (frame->type != HLSIM__MUX_UIH) {
        snprintf(text, sizeof text, "%s%u ",
                 frame->type == HLSIM__MUX_UA   ? "UA"
                 : frame->type == HLSIM__MUX_DM ? "DM"
                                                : "?",
                 frame->dlci);
        say(host, text);
    } else if (frame->dlci == 0) {
        CU_ASSERT_EQUAL(hlsim__mux_message_read(frame->info, frame->info_size, &message),
                        frame->info_size);
        hear_message(host, &message);
    } else {
        snprintf(text, sizeof text, "%u<%.*s> ", frame->dlci, (int)frame->info_size,
                 (const char *)frame->info);
        say(host, text);
    }
}

/* Lets time pass and hears what came; as text that holds until the next call. */
static const char *said(struct host *host, int64_t milliseconds)
{
    static char text[sizeof host->said];

    for (int round = 0; round < 2; round++) {
        const uint8_t *bytes;
        size_t size;
        bool complete = true;

        port_rig_run(&host->rig, round == 0 ? milliseconds : 1);
        size = host->rig.read_size;
        bytes = (const uint8_t *)port_rig_read(&host->rig);
        while (complete) {
            struct hlsim__mux_frame frame;
            size_t taken = hlsim__mux_read(&host->reader, bytes, size, &frame, &complete);

            bytes += taken;
            size -= taken;
            if (complete) {
                hear(host, &frame);
            }
        }
    }
    strcpy(text, host->said);
    host->said[0] = '\0';
    return text;
}

#define SAYS(host, milliseconds, text) CU_ASSERT_STRING_EQUAL(said((host), (milliseconds)), (text))

static void open_mux(struct host *host, const char *command)
{
    memset(host, 0, sizeof *host);
    port_rig_open(&host->rig, NULL);
    port_rig_type(&host->rig, command);
    CU_ASSERT_STRING_EQUAL(port_rig_read(&host->rig), "\r\nOK\r\n");
    send_frame(host, 0, HLSIM__MUX_SABM, NULL, 0);
    SAYS(host, 10, "UA0 ");
}

static void open_channel(struct host *host, unsigned dlci)
{
    char expected[32];

    send_frame(host, dlci, HLSIM__MUX_SABM, NULL, 0);
    snprintf(expected, sizeof expected, "UA%u e1:%02x0d ", dlci, dlci << 2 | 3);
    SAYS(host, 10, expected);
    SAYS(host, 2000, ""); /* what was confirmed is not told again */
}

static void type(struct host *host, unsigned dlci, const char *text)
{
    send_frame(host, dlci, HLSIM__MUX_UIH, text, strlen(text));
}

static void channels_are_ports_of_their_own(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0,0,5,127\r");
    open_channel(&host, 1);
    open_channel(&host, 2);
    type(&host, 1, "ATE0\r");
    SAYS(&host, 100, "1<ATE0\r> 1<\r\nOK\r\n> ");
    type(&host, 1, "AT+CGMM\r");
    type(&host, 2, "AT+GXX\r");
    SAYS(&host, 100, "2<AT+GXX\r> 1<\r\nHL7800\r\n\r\nOK\r\n> 2<\r\nERROR\r\n> ");
    type(&host, 2, "AT+CREG=1\r");
    said(&host, 100);
    type(&host, 1, "AT+CREG?\r");
    SAYS(&host, 100, "1<\r\n+CREG: 0,1\r\n\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void what_comes_by_itself_goes_to_every_channel(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    open_channel(&host, 3);
    hlsim__modem_urc(host.rig.port->modem, "+WDSI: 4");
    SAYS(&host, 10, "1<\r\n+WDSI: 4\r\n> 3<\r\n+WDSI: 4\r\n> ");
    port_rig_close(&host.rig);
}

static void frames_to_the_host_are_no_longer_than_n1(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0,0,,10\r");
    open_channel(&host, 1);
    type(&host, 1, "ATI3\r");
    SAYS(&host, 100, "1<ATI3\r> 1<\r\nHL7800.4> 1<.6.8.0\r\n\r\n> 1<OK\r\n> ");
    send_message(&host, HLSIM__MUX_PN, true, "\x01\x00\x07\x0a\x40\x00\x03\x00", 8);
    SAYS(&host, 10, "re-81:0100070a40000300 ");
    type(&host, 1, "ATI3\r");
    SAYS(&host, 100, "1<ATI3\r> 1<\r\nHL7800.4.6.8.0\r\n\r\nOK\r\n> ");
    /* Not more than this end can, nor another way to frame data. */
    send_message(&host, HLSIM__MUX_PN, true, "\x02\x22\x07\x0a\xff\xff\x03\x00", 8);
    SAYS(&host, 10, "re-81:0200070ae5050300 ");
    port_rig_close(&host.rig);
}

static void channels_that_are_not_there_are_refused(void)
{
    struct host host;

    memset(&host, 0, sizeof host);
    port_rig_open(&host.rig, NULL);
    port_rig_type(&host.rig, "AT+CMUX=0\r");
    port_rig_read(&host.rig);
    /* Nothing before the control channel. */
    send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    SAYS(&host, 10, "DM1 ");
    send_frame(&host, 0, HLSIM__MUX_DISC, NULL, 0);
    SAYS(&host, 10, "DM0 ");
    send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
    SAYS(&host, 10, "UA0 ");
    send_frame(&host, 5, HLSIM__MUX_SABM, NULL, 0);
    SAYS(&host, 10, "DM5 ");
    type(&host, 2, "AT\r");
    SAYS(&host, 10, "DM2 ");
    send_frame(&host, 2, HLSIM__MUX_DISC, NULL, 0);
    SAYS(&host, 10, "DM2 ");
    open_channel(&host, 4);
    port_rig_close(&host.rig);
}

static void the_control_channel_answers(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    send_message(&host, HLSIM__MUX_TEST, true, "\x01\x02\x03", 3);
    SAYS(&host, 10, "re-21:010203 ");
    send_message(&host, HLSIM__MUX_MSC, true, "\x07\x0d", 2);
    SAYS(&host, 10, "re-e1:070d ");
    send_message(&host, 0x41, true, NULL, 0); /* power saving */
    SAYS(&host, 10, "re-11:43 ");
    send_message(&host, HLSIM__MUX_NSC, false, "\x43", 1);
    SAYS(&host, 10, "");
    port_rig_close(&host.rig);
}

static void signals_are_told_again_until_confirmed_or_given_up(void)
{
    struct host host;
    size_t count = 0;

    open_mux(&host, "AT+CMUX=0,0,5,31,10,2,50\r");
    send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    port_rig_run(&host.rig, 10000); /* the host hears late */
    for (const char *at = said(&host, 0); (at = strstr(at, "e1:070d")) != NULL; at++) {
        count++;
    }
    CU_ASSERT_EQUAL(count, 3);
    port_rig_close(&host.rig);
}

static void a_host_that_stops_a_channel_gets_nothing_there(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    open_channel(&host, 2);
    type(&host, 1, "ATE0\r");
    said(&host, 100);
    send_message(&host, HLSIM__MUX_MSC, true, "\x07\x0f", 2);
    SAYS(&host, 10, "re-e1:070f ");
    type(&host, 1, "AT\r");
    type(&host, 2, "AT\r");
    SAYS(&host, 100, "2<AT\r> 2<\r\nOK\r\n> ");
    send_message(&host, HLSIM__MUX_MSC, true, "\x07\x0d", 2);
    SAYS(&host, 10, "re-e1:070d 1<\r\nOK\r\n> ");
    send_message(&host, HLSIM__MUX_FCOFF, true, NULL, 0);
    type(&host, 1, "AT\r");
    type(&host, 2, "ATE0\r");
    SAYS(&host, 100, "re-61: ");
    send_message(&host, HLSIM__MUX_FCON, true, NULL, 0);
    SAYS(&host, 10, "re-a1: 1<\r\nOK\r\n> 2<ATE0\r\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void a_channel_that_opens_again_has_no_message_begun(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    type(&host, 1, "ATE0;&D0;+CMGF=1\r");
    (void)said(&host, 1000);
    type(&host, 1, "AT+CMGW=\"123\"\r");
    CU_ASSERT_PTR_NOT_NULL(strstr(said(&host, 2000), "> "));
    send_frame(&host, 1, HLSIM__MUX_DISC, NULL, 0);
    SAYS(&host, 1000, "UA1 ");
    send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    (void)said(&host, 1000);
    type(&host, 1, "AT\r");
    SAYS(&host, 1000, "1<AT\r> 1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void open_again(struct host *host)
{
    send_frame(host, 1, HLSIM__MUX_DISC, NULL, 0);
    SAYS(host, 1000, "UA1 ");
    send_frame(host, 1, HLSIM__MUX_SABM, NULL, 0);
    (void)said(host, 1000);
}

static void a_channel_that_opens_again_knows_nothing_of_its_last_host(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    type(&host, 1, "ATE0\r");
    type(&host, 1, "AT+CG");
    (void)said(&host, 1000);
    open_again(&host);
    type(&host, 1, "AT\r");
    SAYS(&host, 1000, "1<AT\r> 1<\r\nOK\r\n> ");
    /* What was saved counts again. */
    type(&host, 1, "ATE0&W\r");
    type(&host, 1, "ATE1\r");
    (void)said(&host, 1000);
    open_again(&host);
    type(&host, 1, "AT\r");
    SAYS(&host, 1000, "1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

/* A command that waits for the air: its host is gone when the answer comes. */
static void a_channel_that_opens_again_does_not_hear_the_answer_of_before(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    type(&host, 1, "ATE0+COPS=?\r");
    SAYS(&host, 100, "1<ATE0+COPS=?\r> ");
    send_frame(&host, 1, HLSIM__MUX_DISC, NULL, 0);
    send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    (void)said(&host, 100);
    type(&host, 1, "AT\r");
    CU_ASSERT_PTR_NULL(strstr(said(&host, 200000), "+COPS"));
    type(&host, 1, "AT\r");
    SAYS(&host, 1000, "1<AT\r> 1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void the_link_is_the_ports_again_after_its_end(void)
{
    static const uint8_t ends[] = {HLSIM__MUX_UIH, HLSIM__MUX_DISC};

    for (size_t i = 0; i < 2; i++) {
        struct host host;

        open_mux(&host, "AT+CMUX=0\r");
        open_channel(&host, 1);
        if (ends[i] == HLSIM__MUX_UIH) {
            send_message(&host, HLSIM__MUX_CLD, true, NULL, 0);
        } else {
            send_frame(&host, 0, HLSIM__MUX_DISC, NULL, 0);
        }
        port_rig_send(&host.rig, "AT\r");
        SAYS(&host, 0, i == 0 ? "re-c1: " : "UA0 ");
        port_rig_run(&host.rig, 100);
        CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "\r\nOK\r\n");
        hlsim__modem_urc(host.rig.port->modem, "+WDSI: 4");
        port_rig_run(&host.rig, 10);
        CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "\r\n+WDSI: 4\r\n");
        /* And once more. */
        port_rig_type(&host.rig, "AT+CMUX=0\r");
        port_rig_read(&host.rig);
        memset(&host.reader, 0, sizeof host.reader);
        send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
        SAYS(&host, 10, "UA0 ");
        open_channel(&host, 1);
        type(&host, 1, "AT\r");
        SAYS(&host, 100, "1<AT\r> 1<\r\nOK\r\n> ");
        port_rig_close(&host.rig);
    }
}

static void dtr_that_falls_ends_it_unless_d0(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, 0);
    port_rig_run(&host.rig, 10);
    port_rig_type(&host.rig, "AT\r");
    CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "\r\nOK\r\n");
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, HLSIM_LINE_DTR);
    port_rig_type(&host.rig, "AT&D0\r");
    port_rig_type(&host.rig, "AT+CMUX=0\r");
    port_rig_read(&host.rig);
    memset(&host.reader, 0, sizeof host.reader);
    send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
    SAYS(&host, 10, "UA0 ");
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, 0);
    open_channel(&host, 1);
    port_rig_close(&host.rig);
}

static void a_reset_and_a_power_cut_end_it(void)
{
    for (int cut = 0; cut < 2; cut++) {
        struct host host;

        open_mux(&host, "AT+CMUX=0\r");
        open_channel(&host, 1);
        type(&host, 1, "AT+CFUN=1,1\r");
        said(&host, 50);
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

static void a_module_with_channels_sleeps_and_says_later_what_it_has_to_say(void)
{
    struct host host;
    struct hlsim__modem *modem;

    memset(&host, 0, sizeof host);
    port_rig_open(&host.rig, NULL);
    modem = host.rig.port->modem;
    port_rig_type(&host.rig, "AT+KSLEEP=1,0,20\r");
    port_rig_read(&host.rig);
    port_rig_type(&host.rig, "AT+CMUX=0\r");
    CU_ASSERT_STRING_EQUAL(port_rig_read(&host.rig), "\r\nOK\r\n");
    send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
    SAYS(&host, 10, "UA0 ");
    open_channel(&host, 1);
    open_channel(&host, 2);
    type(&host, 1, "ATE0\r");
    (void)said(&host, 100);
    CU_ASSERT_EQUAL(hlsim__sleep_depth(modem), HLSIM__AWAKE);
    SAYS(&host, 60000, "");
    CU_ASSERT_NOT_EQUAL(hlsim__sleep_depth(modem), HLSIM__AWAKE);
    /* What comes by itself wakes it. */
    hlsim__modem_urc(modem, "+WDSI: 4");
    SAYS(&host, 0, "");
    CU_ASSERT_PTR_NOT_NULL(strstr(said(&host, 5000), "1<\r\n+WDSI: 4\r\n>"));
    CU_ASSERT_EQUAL(hlsim__sleep_depth(modem), HLSIM__AWAKE);
    type(&host, 1, "AT\r");
    SAYS(&host, 1000, "1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void a_command_in_a_channel_keeps_the_module_awake(void)
{
    struct host host;

    memset(&host, 0, sizeof host);
    port_rig_open(&host.rig, NULL);
    port_rig_type(&host.rig, "AT+KSLEEP=1,0,20\r");
    port_rig_read(&host.rig);
    port_rig_type(&host.rig, "AT+CMUX=0\r");
    port_rig_read(&host.rig);
    send_frame(&host, 0, HLSIM__MUX_SABM, NULL, 0);
    SAYS(&host, 10, "UA0 ");
    open_channel(&host, 1);
    type(&host, 1, "ATE0+CMGF=1\r");
    type(&host, 1, "AT+CMGW=\"123\"\r");
    (void)said(&host, 60000);
    CU_ASSERT_EQUAL(hlsim__sleep_depth(host.rig.port->modem), HLSIM__AWAKE);
    port_rig_close(&host.rig);
}

static void a_channel_cannot_carry_channels(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    type(&host, 1, "ATE0+CMEE=1;+CMUX=0\r");
    SAYS(&host, 100, "1<ATE0+CMEE=1;+CMUX=0\r> 1<\r\n+CME ERROR: 3\r\n> ");
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

static struct hlsim__at_port *channel_port(struct host *host)
{
    /* As the handler of a command that came there. */
    return hlsim__at_mux_port(host->rig.port, 1);
}

static void begin(struct host *host, const struct hlsim__at_connection *connection,
                  struct peer *peer)
{
    struct hlsim__at_port *port = channel_port(host);

    port->ram->busy = true;
    port->ram->latency = 0;
    port->ram->answer_size = 0;
    CU_ASSERT_EQUAL(hlsim__at_online_begin(port, connection, peer), HLSIM__AT_DATA);
    /* DCD goes with it: 0x8d. */
    SAYS(host, 10, "1<\r\nCONNECT\r\n> e1:078d ");
}

static void a_connection_in_one_channel_leaves_the_other_its_commands(void)
{
    static const struct hlsim__at_connection connection = {.receive = peer_receive,
                                                           .hang_up = peer_hang_up};
    struct peer peer = {.got = 0};
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    open_channel(&host, 2);
    begin(&host, &connection, &peer);
    CU_ASSERT_EQUAL(hlsim__at_online_send(channel_port(&host), (const uint8_t *)"down", 4), 4);
    type(&host, 1, "up");
    type(&host, 2, "AT\r");
    SAYS(&host, 100, "1<down> 2<AT\r> 2<\r\nOK\r\n> ");
    CU_ASSERT_EQUAL(peer.got, 2);
    CU_ASSERT_TRUE(hlsim__at_port_waits_for_host(host.rig.port));
    /* DTR of the channel alone, by MSC: &D1 of a new module. */
    send_message(&host, HLSIM__MUX_MSC, true, "\x07\x09", 2);
    SAYS(&host, 100, "re-e1:0709 1<\r\nOK\r\n> ");
    /* The channel's end is the connection's. */
    send_frame(&host, 1, HLSIM__MUX_DISC, NULL, 0);
    SAYS(&host, 100, "UA1 ");
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
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    begin(&host, &stalled, &peer);
    for (int i = 0; i < 10; i++) {
        send_frame(&host, 1, HLSIM__MUX_UIH, block, sizeof block);
        port_rig_run(&host.rig, 1);
    }
    /* CTS falls before the last resort, FC. */
    SAYS(&host, 10, "e1:0785 e1:0787 ");
    channel_port(&host)->ram->online.connection = &going;
    hlsim__at_online_resume(channel_port(&host));
    SAYS(&host, 10, "e1:078d ");
    SAYS(&host, 2000, "");
    CU_ASSERT_EQUAL(peer.got, 10 * sizeof block);
    port_rig_close(&host.rig);
}

static void garbage_between_frames_harms_nothing(void)
{
    struct host host;

    open_mux(&host, "AT+CMUX=0\r");
    open_channel(&host, 1);
    port_rig_send(&host.rig, "AT\r\xf9\xf9\x07\xef\x09zzzz\xf9\x07\x3f\x01\x00\xf9\x02\x02");
    type(&host, 1, "AT\r");
    SAYS(&host, 100, "1<AT\r> 1<\r\nOK\r\n> ");
    /* Messages that lie about their length, or are none. */
    send_frame(&host, 0, HLSIM__MUX_UIH, "\xe3\x09\x07", 3);
    send_frame(&host, 0, HLSIM__MUX_UIH, "\xe3\x01", 2);
    send_frame(&host, 0, HLSIM__MUX_UIH, "\x83\x05\x01\x02", 4);
    send_frame(&host, 0, HLSIM__MUX_UIH, "\x02", 1);
    send_frame(&host, 0, HLSIM__MUX_UIH, NULL, 0);
    SAYS(&host, 100, "re-e1: ");
    type(&host, 1, "AT\r");
    SAYS(&host, 100, "1<AT\r> 1<\r\nOK\r\n> ");
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
        SUITE_TEST(a_channel_that_opens_again_has_no_message_begun),
        SUITE_TEST(a_channel_that_opens_again_knows_nothing_of_its_last_host),
        SUITE_TEST(a_channel_that_opens_again_does_not_hear_the_answer_of_before),
        SUITE_TEST(the_link_is_the_ports_again_after_its_end),
        SUITE_TEST(dtr_that_falls_ends_it_unless_d0),
        SUITE_TEST(a_reset_and_a_power_cut_end_it),
        SUITE_TEST(a_module_with_channels_sleeps_and_says_later_what_it_has_to_say),
        SUITE_TEST(a_command_in_a_channel_keeps_the_module_awake),
        SUITE_TEST(a_channel_cannot_carry_channels),
        SUITE_TEST(a_connection_in_one_channel_leaves_the_other_its_commands),
        SUITE_TEST(a_channel_that_takes_nothing_stops_the_host_and_loses_nothing),
        SUITE_TEST(garbage_between_frames_harms_nothing),
    };

    return suite_run("at_mux", tests, sizeof tests / sizeof *tests);
}
