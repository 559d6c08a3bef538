/*
 * A host dials and speaks PPP with the module: how a call begins and ends, and the commands beside
 * it.
 */
#include "dialup_bench.h"

#include "codec/mux.h"

/* --- The host ------------------------------------------------------------------------------- */

/* What the module says to a command line, within two seconds. */
static const char *say(struct bench *bench, const char *line)
{
    port_rig_read(&bench->rig);
    port_rig_send(&bench->rig, line);
    port_rig_run(&bench->rig, 2000);
    return port_rig_read(&bench->rig);
}

/* The host ends PPP and reads what the module says as text then. */
static const char *hang_up(struct bench *bench)
{
    ppp_host_control(&bench->host, 0xc021, 5, 99, NULL, 0);
    run(bench, 20);
    CU_ASSERT_TRUE(bench->host.terminate_acked);
    port_rig_read(&bench->rig);
    port_rig_run(&bench->rig, 500);
    return port_rig_read(&bench->rig);
}

/* --- PPP ------------------------------------------------------------------------------------ */

static void a_host_gets_the_address_of_the_context_and_name_servers(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    go_up(&bench);
    CU_ASSERT_EQUAL(bench.host.address, UINT32_C(0x0a000002));
    CU_ASSERT_NOT_EQUAL(bench.host.peer, 0);
    CU_ASSERT_NOT_EQUAL(bench.host.dns[0], 0);
    CU_ASSERT_EQUAL(bench.host.auth, 0);
    CU_ASSERT_EQUAL(bench.host.bad, 0);
    CU_ASSERT_STRING_EQUAL(hang_up(&bench), "\r\nNO CARRIER\r\n");
    CU_ASSERT_STRING_EQUAL(say(&bench, "AT\r"), "\r\nOK\r\n");
    close_bench(&bench);
}

static void all_ways_of_dialling_lead_to_their_context(void)
{
    static const struct {
        const char *line;
        uint32_t address;
        const char *end;
    } cases[] = {
        {"ATD*99#\r", 0x0a000002, "\r\nNO CARRIER\r\n"},
        {"ATDT*99#\r", 0x0a000002, "\r\nNO CARRIER\r\n"},
        {"atdt *99***1#\r", 0x0a000002, "\r\nNO CARRIER\r\n"},
        {"ATD*99**PPP*2#\r", 0x0a010002, "\r\nNO CARRIER\r\n"},
        {"ATD*98*2#\r", 0x0a010002, "\r\nNO CARRIER\r\n"},
        {"AT+CGDATA=\"PPP\",2\r", 0x0a010002, "\r\nOK\r\n"},
        {"AT+CGDATA\r", 0x0a000002, "\r\nOK\r\n"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench bench;

        open_bench(&bench, NULL);
        CU_ASSERT_STRING_EQUAL(say(&bench, "AT+CGDCONT=2,\"IP\",\"second\"\r"), "\r\nOK\r\n");
        dial(&bench, cases[i].line);
        run(&bench, 500);
        CU_ASSERT_TRUE(ppp_host_up(&bench.host));
        CU_ASSERT_EQUAL(bench.host.address, cases[i].address);
        CU_ASSERT_STRING_EQUAL(hang_up(&bench), cases[i].end);
        close_bench(&bench);
    }
}

static void what_cannot_be_dialled_is_refused(void)
{
    static const struct {
        const char *line;
        const char *expected;
    } cases[] = {
        {"ATD\r", "\r\nNO CARRIER\r\n"},
        {"ATD0123456;\r", "\r\nNO CARRIER\r\n"},
        {"ATD*99***3#\r", "\r\nNO CARRIER\r\n"}, /* not defined */
        {"ATD*99***9#\r", "\r\nERROR\r\n"},
        {"ATD*99***-1#\r", "\r\nERROR\r\n"},
        {"ATD*99***99999999999#\r", "\r\nERROR\r\n"},
        {"ATD*99***1\r", "\r\nERROR\r\n"},
        {"ATD*99**X25*1#\r", "\r\nERROR\r\n"},
        {"ATD\"someone\"\r", "\r\nERROR\r\n"},
        {"ATD1111111111111111111111111111111111111111111111111111111111111111111111111111\r",
         "\r\nERROR\r\n"},
        {"AT+CGDATA=?\r", "\r\n+CGDATA: (\"PPP\")\r\n\r\nOK\r\n"},
        {"AT+CGDATA=\"M-IP\",1\r", "\r\nERROR\r\n"},
        {"AT+CGDATA=\"PPP\",3\r", "\r\nERROR\r\n"},
        {"AT+CGDATA=\"PPP\",5\r", "\r\nERROR\r\n"},
        {"AT+CGDATA?\r", "\r\nERROR\r\n"},
    };
    struct bench bench;

    open_bench(&bench, NULL);
    CU_ASSERT_STRING_EQUAL(say(&bench, "AT+CMEE=0\r"), "\r\nOK\r\n");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_STRING_EQUAL(say(&bench, cases[i].line), cases[i].expected);
    }
    CU_ASSERT_STRING_EQUAL(say(&bench, "AT+CFUN=4\r"), "\r\nOK\r\n");
    CU_ASSERT_STRING_EQUAL(say(&bench, "ATD*99#\r"), "\r\nNO CARRIER\r\n");
    close_bench(&bench);
}

static void a_host_says_who_it_is_as_wppp_asks(void)
{
    static const struct {
        const char *wppp;
        const char *name;
        const char *password;
        unsigned auth;
        bool good;
    } cases[] = {
        {"AT+WPPP=1,1,\"user\",\"pwd\"\r", "user", "pwd", 0xc023, true},
        {"AT+WPPP=1,1,\"user\",\"pwd\"\r", "user", "bad", 0xc023, false},
        {"AT+WPPP=2,1,\"user\",\"pwd\"\r", "user", "pwd", 0xc223, true},
        {"AT+WPPP=2,1,\"user\",\"pwd\"\r", "user", "bad", 0xc223, false},
        {"AT+WPPP=2,1,\"user\",\"pwd\"\r", "nobody", "pwd", 0xc223, false},
        {"AT+WPPP=1,1,\"\",\"\"\r", "anybody", "anything", 0xc023, true},
        {"AT+WPPP=2,1,\"\",\"\"\r", "anybody", "anything", 0xc223, true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench bench;

        open_bench(&bench, NULL);
        CU_ASSERT_STRING_EQUAL(say(&bench, cases[i].wppp), "\r\nOK\r\n");
        bench.host.name = cases[i].name;
        bench.host.password = cases[i].password;
        dial(&bench, "ATD*99#\r");
        run(&bench, 500);
        CU_ASSERT_EQUAL(bench.host.auth, cases[i].auth);
        CU_ASSERT_EQUAL(ppp_host_up(&bench.host), cases[i].good);
        CU_ASSERT_EQUAL(bench.host.accepted, cases[i].good);
        CU_ASSERT_EQUAL(bench.host.refused, !cases[i].good);
        CU_ASSERT_EQUAL(bench.host.terminated, !cases[i].good);
        CU_ASSERT_EQUAL(hlsim__at_online_held(bench.rig.port), cases[i].good);
        close_bench(&bench);
    }
}

static void echoes_are_answered_and_unknown_protocols_rejected(void)
{
    static const uint8_t echo[] = {0x11, 0x22, 0x33, 0x44, 'h', 'e', 'y'};
    struct bench bench;

    open_bench(&bench, NULL);
    bench.host.asks_vj = true;
    go_up(&bench);
    CU_ASSERT_EQUAL(bench.host.rejects, 1);
    ppp_host_control(&bench.host, 0xc021, 9, 50, echo, sizeof echo);
    run(&bench, 20);
    CU_ASSERT_EQUAL(bench.host.other_code, 10);
    CU_ASSERT_EQUAL(memcmp(bench.host.other + 4, "hey", 3), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(bench.host.other, echo, 4), 0);
    ppp_host_control(&bench.host, 0x8057, 1, 1, NULL, 0); /* IPV6CP */
    run(&bench, 20);
    CU_ASSERT_EQUAL(bench.host.rejected_protocol, 0x8057);
    ppp_host_control(&bench.host, 0xc021, 77, 1, NULL, 0);
    run(&bench, 20);
    CU_ASSERT_EQUAL(bench.host.other_code, 7);
    CU_ASSERT_TRUE(ppp_host_up(&bench.host));
    close_bench(&bench);
}

static void a_host_that_says_nothing_is_hung_up(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    port_rig_send(&bench.rig, "ATD*99#\r");
    port_rig_run(&bench.rig, 28000);
    CU_ASSERT_TRUE(hlsim__at_online_open(bench.rig.port));
    port_rig_read(&bench.rig);
    port_rig_run(&bench.rig, 8000);
    CU_ASSERT_STRING_EQUAL(port_rig_read(&bench.rig), "\r\nNO CARRIER\r\n");
    close_bench(&bench);
}

static void a_second_host_begins_anew_on_the_same_line(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    go_up(&bench);
    bench.host.lcp_acked = bench.host.lcp_granted = false;
    bench.host.ipcp_acked = bench.host.ipcp_granted = false;
    ppp_host_start(&bench.host);
    run(&bench, 500);
    CU_ASSERT_TRUE(ppp_host_up(&bench.host));
    close_bench(&bench);
}

static void garbage_on_the_line_changes_nothing(void)
{
    struct bench bench;
    uint8_t garbage[600];

    open_bench(&bench, NULL);
    go_up(&bench);
    for (size_t i = 0; i < sizeof garbage; i++) {
        garbage[i] = (uint8_t)(i * 89 + i / 7);
    }
    for (int i = 0; i < 20; i++) {
        send_line(&bench, garbage + i, sizeof garbage - (size_t)i);
        run(&bench, 20);
    }
    bench.packets = 0;
    CU_ASSERT_TRUE(hlsim__at_online_open(bench.rig.port));
    CU_ASSERT_STRING_EQUAL(hang_up(&bench), "\r\nNO CARRIER\r\n");
    close_bench(&bench);
}

/* --- Commands beside it --------------------------------------------------------------------- */

static void an_escape_suspends_and_ath_hangs_up(void)
{
    struct bench bench;

    open_bench(&bench, NULL);
    go_up(&bench);
    port_rig_run(&bench.rig, 1500);
    port_rig_read(&bench.rig);
    port_rig_send(&bench.rig, "+++");
    port_rig_run(&bench.rig, 1500);
    CU_ASSERT_STRING_EQUAL(port_rig_read(&bench.rig), "\r\nOK\r\n");
    CU_ASSERT_STRING_EQUAL(say(&bench, "AT+CGPADDR=1\r"),
                           "\r\n+CGPADDR: 1,\"10.0.0.2\"\r\n\r\nOK\r\n");
    CU_ASSERT_STRING_EQUAL(say(&bench, "ATD*99#\r"), "\r\nNO CARRIER\r\n");
    CU_ASSERT_STRING_EQUAL(say(&bench, "ATO\r"), "\r\nCONNECT\r\n");
    CU_ASSERT_STRING_EQUAL(hang_up(&bench), "\r\nNO CARRIER\r\n");

    memset(&bench.host, 0, offsetof(struct ppp_host, id));
    bench.host.send = send_line;
    bench.host.user = &bench;
    bench.host.name = bench.host.password = "";
    go_up(&bench);
    port_rig_run(&bench.rig, 1500);
    port_rig_send(&bench.rig, "+++");
    port_rig_run(&bench.rig, 1500);
    CU_ASSERT_STRING_EQUAL(say(&bench, "ATH\r"), "\r\nOK\r\n");
    CU_ASSERT_STRING_EQUAL(say(&bench, "ATO\r"), "\r\nNO CARRIER\r\n");
    close_bench(&bench);
}

static void a_context_that_goes_down_ends_ppp(void)
{
    for (int off = 0; off < 2; off++) {
        struct bench bench;

        open_bench(&bench, NULL);
        go_up(&bench);
        if (off == 0) {
            hlsim__pdp_release(&bench.rig.flow.world->modems[0].modem.ram.pdp, 1);
        } else {
            hlsim__modem_set_functionality(&bench.rig.flow.world->modems[0].modem, 0);
        }
        run(&bench, 20);
        CU_ASSERT_TRUE(bench.host.terminated);
        port_rig_run(&bench.rig, 500);
        CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_read(&bench.rig), "\r\nNO CARRIER\r\n"));
        CU_ASSERT_FALSE(hlsim__at_online_held(bench.rig.port));
        close_bench(&bench);
    }
}

static void a_reset_and_a_loss_of_power_leave_nothing(void)
{
    for (int cut = 0; cut < 2; cut++) {
        struct bench bench;
        struct hlsim__modem *modem;

        open_bench(&bench, NULL);
        modem = &bench.rig.flow.world->modems[0].modem;
        go_up(&bench);
        tcp_host_open(&bench.tcp);
        run(&bench, 500);
        CU_ASSERT_TRUE(bench.tcp.established);
        CU_ASSERT_PTR_NOT_NULL(modem->dialups);
        if (cut == 0) {
            hlsim__modem_reset(modem, "test");
        } else {
            hlsim__modem_power_off(modem, "test");
            hlsim__modem_power_on(modem);
        }
        CU_ASSERT_PTR_NULL(modem->dialups);
        port_rig_run(&bench.rig, 30000);
        port_rig_read(&bench.rig);
        memset(&bench.host, 0, offsetof(struct ppp_host, id));
        bench.host.send = send_line;
        bench.host.user = &bench;
        bench.host.name = bench.host.password = "";
        CU_ASSERT_PTR_NOT_NULL(strstr(say(&bench, "ATE0\r"), "\r\nOK\r\n"));
        go_up(&bench);
        close_bench(&bench);
    }
}

/* --- Beside an AT channel ------------------------------------------------------------------- */

#define PPP_DLCI 1
#define AT_DLCI  2

struct channels {
    struct bench bench;
    struct hlsim__mux_reader reader;
    char said[256]; /* on the AT channel */
};

static void send_frame(struct channels *channels, uint8_t dlci, uint8_t type, const void *info,
                       size_t size)
{
    const struct hlsim__mux_frame frame = {.dlci = dlci,
                                           .cr = true,
                                           .pf = type != HLSIM__MUX_UIH,
                                           .type = type,
                                           .info = info,
                                           .info_size = size};
    uint8_t bytes[HLSIM__MUX_FRAME_MAX];

    send_line(&channels->bench, bytes, hlsim__mux_write(&frame, bytes));
}

/* The host's PPP in frames of at most 31 bytes, the default of N1. */
static void send_channel(void *user, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        size_t part = size < 31 ? size : 31;

        send_frame(user, PPP_DLCI, HLSIM__MUX_UIH, bytes, part);
        bytes += part;
        size -= part;
    }
}

static void run_channels(struct channels *channels, int milliseconds)
{
    for (int i = 0; i < milliseconds; i += 10) {
        uint8_t bytes[sizeof channels->bench.rig.read];
        size_t size = channels->bench.rig.read_size;
        const uint8_t *next = bytes;
        bool complete = true;

        memcpy(bytes, channels->bench.rig.read, size);
        channels->bench.rig.read_size = 0;
        while (complete) {
            struct hlsim__mux_frame frame;
            size_t taken = hlsim__mux_read(&channels->reader, next, size, &frame, &complete);

            next += taken;
            size -= taken;
            if (complete && frame.type == HLSIM__MUX_UIH && frame.dlci == PPP_DLCI) {
                ppp_host_receive(&channels->bench.host, frame.info, frame.info_size);
            } else if (complete && frame.type == HLSIM__MUX_UIH && frame.dlci == AT_DLCI) {
                strncat(channels->said, (const char *)frame.info, frame.info_size);
            }
        }
        port_rig_run(&channels->bench.rig, 10);
    }
}

static void ppp_runs_in_one_channel_and_commands_in_another(void)
{
    static const char line[] = "ATD*99#\r";
    static const char command[] = "ATE0;+CGPADDR=1\r";
    struct channels channels;

    memset(&channels, 0, sizeof channels);
    open_bench(&channels.bench, NULL);
    CU_ASSERT_STRING_EQUAL(say(&channels.bench, "AT+CMUX=0\r"), "\r\nOK\r\n");
    send_frame(&channels, 0, HLSIM__MUX_SABM, NULL, 0);
    send_frame(&channels, PPP_DLCI, HLSIM__MUX_SABM, NULL, 0);
    send_frame(&channels, AT_DLCI, HLSIM__MUX_SABM, NULL, 0);
    run_channels(&channels, 100);
    channels.bench.host.send = send_channel;
    channels.bench.host.user = &channels;
    channels.bench.host.packet = NULL;
    send_frame(&channels, PPP_DLCI, HLSIM__MUX_UIH, line, sizeof line - 1);
    run_channels(&channels, 1500);
    ppp_host_start(&channels.bench.host);
    run_channels(&channels, 1000);
    CU_ASSERT_TRUE(ppp_host_up(&channels.bench.host));
    CU_ASSERT_EQUAL(channels.bench.host.bad, 0);
    send_frame(&channels, AT_DLCI, HLSIM__MUX_UIH, command, sizeof command - 1);
    run_channels(&channels, 1000);
    CU_ASSERT_PTR_NOT_NULL(strstr(channels.said, "\r\n+CGPADDR: 1,\"10.0.0.2\"\r\n\r\nOK\r\n"));
    ppp_host_control(&channels.bench.host, 0xc021, 5, 99, NULL, 0);
    run_channels(&channels, 500);
    CU_ASSERT_TRUE(channels.bench.host.terminate_acked);
    CU_ASSERT_PTR_NULL(channels.bench.rig.flow.world->modems[0].modem.dialups);
    close_bench(&channels.bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_host_gets_the_address_of_the_context_and_name_servers),
    SUITE_TEST(all_ways_of_dialling_lead_to_their_context),
    SUITE_TEST(what_cannot_be_dialled_is_refused),
    SUITE_TEST(a_host_says_who_it_is_as_wppp_asks),
    SUITE_TEST(echoes_are_answered_and_unknown_protocols_rejected),
    SUITE_TEST(a_host_that_says_nothing_is_hung_up),
    SUITE_TEST(a_second_host_begins_anew_on_the_same_line),
    SUITE_TEST(garbage_on_the_line_changes_nothing),
    SUITE_TEST(an_escape_suspends_and_ath_hangs_up),
    SUITE_TEST(a_context_that_goes_down_ends_ppp),
    SUITE_TEST(a_reset_and_a_loss_of_power_leave_nothing),
    SUITE_TEST(ppp_runs_in_one_channel_and_commands_in_another),
};

int main(void)
{
    return suite_run("dialup", tests, sizeof tests / sizeof *tests);
}
