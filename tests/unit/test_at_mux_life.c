/*
 * AT+CMUX: channels that are closed and opened again, and a module that sleeps meanwhile.
 */
#include "lib/mux_host.h"
#include "lib/suite.h"

#include <string.h>

static void a_channel_that_opens_again_has_no_message_begun(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_type(&host, 1, "ATE0;&D0;+CMGF=1\r");
    (void)mux_said(&host, 1000);
    mux_type(&host, 1, "AT+CMGW=\"123\"\r");
    CU_ASSERT_PTR_NOT_NULL(strstr(mux_said(&host, 2000), "> "));
    mux_send_frame(&host, 1, HLSIM__MUX_DISC, NULL, 0);
    MUX_SAYS(&host, 1000, "UA1 ");
    mux_send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    (void)mux_said(&host, 1000);
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 1000, "1<AT\r> 1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void open_again(struct mux_host *host)
{
    mux_send_frame(host, 1, HLSIM__MUX_DISC, NULL, 0);
    MUX_SAYS(host, 1000, "UA1 ");
    mux_send_frame(host, 1, HLSIM__MUX_SABM, NULL, 0);
    (void)mux_said(host, 1000);
}

static void a_channel_that_opens_again_knows_nothing_of_its_last_host(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_type(&host, 1, "ATE0\r");
    mux_type(&host, 1, "AT+CG");
    (void)mux_said(&host, 1000);
    open_again(&host);
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 1000, "1<AT\r> 1<\r\nOK\r\n> ");
    /* What was saved counts again. */
    mux_type(&host, 1, "ATE0&W\r");
    mux_type(&host, 1, "ATE1\r");
    (void)mux_said(&host, 1000);
    open_again(&host);
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 1000, "1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

/* A command that waits for the air: its host is gone when the answer comes. */
static void a_channel_that_opens_again_does_not_hear_the_answer_of_before(void)
{
    struct mux_host host;

    mux_open(&host, "AT+CMUX=0\r");
    mux_open_channel(&host, 1);
    mux_type(&host, 1, "ATE0+COPS=?\r");
    MUX_SAYS(&host, 100, "1<ATE0+COPS=?\r> ");
    mux_send_frame(&host, 1, HLSIM__MUX_DISC, NULL, 0);
    mux_send_frame(&host, 1, HLSIM__MUX_SABM, NULL, 0);
    (void)mux_said(&host, 100);
    mux_type(&host, 1, "AT\r");
    CU_ASSERT_PTR_NULL(strstr(mux_said(&host, 200000), "+COPS"));
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 1000, "1<AT\r> 1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

/* A module that may fall asleep, and channel 1. */
static void open_sleepy(struct mux_host *host, const char *settings, const char *command)
{
    memset(host, 0, sizeof *host);
    port_rig_open(&host->rig, NULL);
    port_rig_type(&host->rig, settings);
    port_rig_type(&host->rig, command);
    CU_ASSERT_STRING_EQUAL(port_rig_read(&host->rig), "\r\nOK\r\n\r\nOK\r\n");
    mux_send_frame(host, 0, HLSIM__MUX_SABM, NULL, 0);
    MUX_SAYS(host, 10, "UA0 ");
    mux_open_channel(host, 1);
    mux_type(host, 1, "ATE0\r");
    (void)mux_said(host, 100);
}

static enum hlsim__sleep_depth depth(const struct mux_host *host)
{
    return hlsim__sleep_depth(host->rig.port->modem);
}

static void a_module_with_channels_sleeps_and_says_later_what_it_has_to_say(void)
{
    struct mux_host host;

    open_sleepy(&host, "AT+KSLEEP=1,0,20\r", "AT+CMUX=0\r");
    mux_open_channel(&host, 2);
    CU_ASSERT_EQUAL(depth(&host), HLSIM__AWAKE);
    MUX_SAYS(&host, 60000, "");
    CU_ASSERT_EQUAL(depth(&host), HLSIM__ASLEEP);
    /* What comes by itself wakes it. */
    hlsim__modem_urc(host.rig.port->modem, "+WDSI: 4");
    MUX_SAYS(&host, 0, "");
    MUX_SAYS(&host, 5000, "1<\r\n+WDSI: 4\r\n> 2<\r\n+WDSI: 4\r\n> ");
    CU_ASSERT_EQUAL(depth(&host), HLSIM__AWAKE);
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 1000, "1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void channels_outlast_a_sleep_by_dtr(void)
{
    struct mux_host host;

    open_sleepy(&host, "AT&D0+KSLEEP=0,1,2\r", "AT+CMUX=0,0,3\r");
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, 0);
    MUX_SAYS(&host, 60000, "");
    CU_ASSERT_EQUAL(depth(&host), HLSIM__LITE_HIBERNATE);
    hlsim_link_set_lines(host.rig.link, HLSIM_HOST, HLSIM_LINE_DTR, HLSIM_LINE_DTR);
    (void)mux_said(&host, 5000);
    CU_ASSERT_EQUAL(depth(&host), HLSIM__AWAKE);
    CU_ASSERT_EQUAL(hlsim_link_speed(host.rig.link), 38400); /* of AT+CMUX, still */
    mux_type(&host, 1, "AT\r");
    MUX_SAYS(&host, 1000, "1<\r\nOK\r\n> ");
    port_rig_close(&host.rig);
}

static void a_command_in_a_channel_keeps_the_module_awake(void)
{
    struct mux_host host;

    open_sleepy(&host, "AT+KSLEEP=1,0,20\r", "AT+CMUX=0\r");
    mux_type(&host, 1, "AT+CMGF=1\r");
    mux_type(&host, 1, "AT+CMGW=\"123\"\r");
    (void)mux_said(&host, 60000);
    CU_ASSERT_EQUAL(depth(&host), HLSIM__AWAKE);
    port_rig_close(&host.rig);
}

int main(void)
{
    static const struct suite_test tests[] = {
        SUITE_TEST(a_channel_that_opens_again_has_no_message_begun),
        SUITE_TEST(a_channel_that_opens_again_knows_nothing_of_its_last_host),
        SUITE_TEST(a_channel_that_opens_again_does_not_hear_the_answer_of_before),
        SUITE_TEST(a_module_with_channels_sleeps_and_says_later_what_it_has_to_say),
        SUITE_TEST(channels_outlast_a_sleep_by_dtr),
        SUITE_TEST(a_command_in_a_channel_keeps_the_module_awake),
    };

    return suite_run("at_mux_life", tests, sizeof tests / sizeof *tests);
}
