/*
 * Data modes of a port: CONNECT, prompts, the online state with its escape, DTR and DCD. The test
 * is the handler and the connection.
 */
#include "lib/port_rig.h"
#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

struct peer {
    struct port_rig rig;
    char got[8192]; /* bytes of the host */
    size_t got_size;
    size_t appetite; /* takes no more than that in one call */
    unsigned begun;
    unsigned hung_up;
    unsigned writable;
};

static void peer_begun(void *user)
{
    ((struct peer *)user)->begun++;
}

static size_t peer_receive(void *user, const uint8_t *bytes, size_t size)
{
    struct peer *peer = user;

    size = size < peer->appetite ? size : peer->appetite;
    CU_ASSERT_FATAL(peer->got_size + size < sizeof peer->got);
    memcpy(peer->got + peer->got_size, bytes, size);
    peer->got_size += size;
    return size;
}

static void peer_writable(void *user)
{
    ((struct peer *)user)->writable++;
}

static void peer_hang_up(void *user)
{
    ((struct peer *)user)->hung_up++;
}

static const struct hlsim__at_connection connection = {.begun = peer_begun,
                                                       .receive = peer_receive,
                                                       .writable = peer_writable,
                                                       .hang_up = peer_hang_up};

static const char *got(struct peer *peer)
{
    peer->got[peer->got_size] = '\0';
    peer->got_size = 0;
    return peer->got;
}

/* A module with settings typed before. */
static void open_peer(struct peer *peer, const char *settings)
{
    memset(peer, 0, sizeof *peer);
    peer->appetite = SIZE_MAX;
    port_rig_open(&peer->rig, NULL);
    if (settings != NULL) {
        port_rig_type(&peer->rig, settings);
        CU_ASSERT_STRING_EQUAL(port_rig_read(&peer->rig), "\r\nOK\r\n");
    }
}

static void begin(struct peer *peer, int64_t latency)
{
    port_rig_command(&peer->rig, latency);
    CU_ASSERT_EQUAL(hlsim__at_online_begin(peer->rig.port, &connection, peer), HLSIM__AT_DATA);
}

/* Online: CONNECT was read, and the pause behind it is over. */
static void open_online(struct peer *peer, const char *settings)
{
    open_peer(peer, settings);
    begin(peer, 14 * HLSIM_MS);
    port_rig_run(&peer->rig, 2000);
    CU_ASSERT_STRING_EQUAL(port_rig_read(&peer->rig), "\r\nCONNECT\r\n");
    port_rig_events(&peer->rig);
}

static bool dcd(const struct peer *peer)
{
    return (hlsim_link_lines(peer->rig.link) & HLSIM_LINE_DCD) != 0;
}

static void set_dtr(struct peer *peer, bool on)
{
    hlsim_link_set_lines(peer->rig.link, HLSIM_HOST, HLSIM_LINE_DTR, on ? HLSIM_LINE_DTR : 0);
    port_rig_run(&peer->rig, 100);
}

#define READS(peer, text) CU_ASSERT_STRING_EQUAL(port_rig_read(&(peer)->rig), (text))
#define GOT(peer, text)   CU_ASSERT_STRING_EQUAL(got(peer), (text))

static void connect_comes_after_the_latency_and_what_was_typed_before_it_is_data(void)
{
    struct peer peer;

    open_peer(&peer, NULL);
    begin(&peer, 500 * HLSIM_MS);
    port_rig_type(&peer.rig, "early ");
    READS(&peer, "");
    CU_ASSERT_EQUAL(peer.begun, 0);
    CU_ASSERT_FALSE(dcd(&peer));
    port_rig_run(&peer.rig, 500);
    READS(&peer, "\r\nCONNECT\r\n");
    CU_ASSERT_EQUAL(peer.begun, 1);
    CU_ASSERT_TRUE(dcd(&peer));
    port_rig_type(&peer.rig, "AT\r");
    GOT(&peer, "early AT\r");
    READS(&peer, "");
    port_rig_close(&peer.rig);
}

static void more_than_a_port_keeps_waits_for_connect_on_the_link(void)
{
    struct peer peer;
    char text[5001];

    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + i % 26);
    }
    text[sizeof text - 1] = '\0';
    open_peer(&peer, NULL);
    begin(&peer, 500 * HLSIM_MS);
    port_rig_type(&peer.rig, text);
    port_rig_run(&peer.rig, 500);
    GOT(&peer, text);
    port_rig_close(&peer.rig);
}

static void connect_is_framed_as_the_settings_say(void)
{
    static const struct {
        const char *settings;
        const char *rate;
        const char *expected;
    } cases[] = {{"ATX0\r", "115200", "\r\nCONNECT\r\n"},
                 {"ATX4\r", "115200", "\r\nCONNECT 115200\r\n"},
                 {"ATX4\r", NULL, "\r\nCONNECT\r\n"},
                 {"ATX4V0\r", "115200", "1\r"},
                 {"ATX4Q1\r", "115200", ""}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlsim__at_connection other = connection;
        struct peer peer;

        other.rate = cases[i].rate;
        open_peer(&peer, NULL);
        port_rig_type(&peer.rig, cases[i].settings);
        port_rig_read(&peer.rig);
        port_rig_command(&peer.rig, 1);
        hlsim__at_online_begin(peer.rig.port, &other, &peer);
        port_rig_run(&peer.rig, 100);
        READS(&peer, cases[i].expected);
        CU_ASSERT_EQUAL(peer.begun, 1);
        port_rig_close(&peer.rig);
    }
}

static void the_wire_shows_connect_data_and_the_result_at_the_end(void)
{
    struct peer peer;

    open_peer(&peer, NULL);
    port_rig_send(&peer.rig, "AT+NOSUCH\r");
    port_rig_run(&peer.rig, 1);
    port_rig_events(&peer.rig);
    port_rig_run(&peer.rig, 100);
    port_rig_read(&peer.rig);
    begin(&peer, 0);
    port_rig_run(&peer.rig, 2000);
    port_rig_type(&peer.rig, "hello\r");
    CU_ASSERT_EQUAL(hlsim__at_online_send(peer.rig.port, (const uint8_t *)"OK\r\n", 4), 4);
    port_rig_run(&peer.rig, 1);
    hlsim__at_online_end(peer.rig.port, HLSIM__AT_NO_CARRIER);
    port_rig_run(&peer.rig, 100);
    READS(&peer, "\r\nCONNECT\r\nOK\r\n\r\nNO CARRIER\r\n");
    CU_ASSERT_STRING_EQUAL(port_rig_events(&peer.rig),
                           "result:ERROR|urc:CONNECT|dcd=1|data to_modem|data to_host|dcd=0|"
                           "result:NO CARRIER|");
    port_rig_close(&peer.rig);
}

static void an_escape_between_pauses_leads_back_to_commands_and_ato_returns(void)
{
    struct peer peer;

    open_online(&peer, NULL);
    port_rig_type(&peer.rig, "data");
    port_rig_run(&peer.rig, 1000);
    port_rig_send(&peer.rig, "+++");
    port_rig_run(&peer.rig, 900);
    READS(&peer, "");
    port_rig_run(&peer.rig, 200);
    READS(&peer, "\r\nOK\r\n");
    GOT(&peer, "data");
    CU_ASSERT_TRUE(dcd(&peer));
    CU_ASSERT_EQUAL(hlsim__at_online_send(peer.rig.port, (const uint8_t *)"x", 1), 0);
    port_rig_type(&peer.rig, "AT+CGMM\r");
    READS(&peer, "\r\nHL7800\r\n\r\nOK\r\n");
    port_rig_type(&peer.rig, "ATO\r");
    READS(&peer, "\r\nCONNECT\r\n");
    CU_ASSERT_EQUAL(peer.begun, 2);
    port_rig_type(&peer.rig, "more");
    GOT(&peer, "more");
    CU_ASSERT_EQUAL(peer.hung_up, 0);
    port_rig_close(&peer.rig);
}

static void an_escape_may_come_one_character_at_a_time(void)
{
    struct peer peer;

    open_online(&peer, NULL);
    for (int i = 0; i < 3; i++) {
        port_rig_send(&peer.rig, "+");
        port_rig_run(&peer.rig, 300);
    }
    port_rig_run(&peer.rig, 1000);
    READS(&peer, "\r\nOK\r\n");
    GOT(&peer, "");
    port_rig_close(&peer.rig);
}

static void what_only_looks_like_an_escape_is_delivered(void)
{
    struct peer peer;

    open_online(&peer, NULL);
    /* No pause before. */
    port_rig_send(&peer.rig, "x");
    port_rig_run(&peer.rig, 100);
    port_rig_send(&peer.rig, "+++");
    port_rig_run(&peer.rig, 3000);
    GOT(&peer, "x+++");
    /* No pause behind. */
    port_rig_send(&peer.rig, "+++");
    port_rig_run(&peer.rig, 500);
    GOT(&peer, "");
    port_rig_send(&peer.rig, "y");
    port_rig_run(&peer.rig, 3000);
    GOT(&peer, "+++y");
    /* In one piece with more. */
    port_rig_send(&peer.rig, "+++++");
    port_rig_run(&peer.rig, 3000);
    port_rig_send(&peer.rig, "++z");
    port_rig_run(&peer.rig, 3000);
    GOT(&peer, "+++++++z");
    /* Too few, and too slow. */
    port_rig_send(&peer.rig, "++");
    port_rig_run(&peer.rig, 1500);
    GOT(&peer, "++");
    port_rig_send(&peer.rig, "+");
    port_rig_run(&peer.rig, 3000);
    GOT(&peer, "+");
    READS(&peer, "");
    port_rig_close(&peer.rig);
}

static void s2_and_s12_say_what_an_escape_is(void)
{
    struct peer peer;

    open_online(&peer, "ATS2=42S12=10\r");
    port_rig_send(&peer.rig, "+++");
    port_rig_run(&peer.rig, 300);
    GOT(&peer, "+++");
    port_rig_send(&peer.rig, "***");
    port_rig_run(&peer.rig, 300);
    READS(&peer, "\r\nOK\r\n");
    port_rig_type(&peer.rig, "ATS2?;S12?\r");
    READS(&peer, "\r\n042\r\n010\r\n\r\nOK\r\n");
    port_rig_type(&peer.rig, "ATS2=200\r");
    port_rig_type(&peer.rig, "ATO\r");
    READS(&peer, "\r\nOK\r\n\r\nCONNECT\r\n");
    port_rig_run(&peer.rig, 300);
    port_rig_send(&peer.rig, "\xc8\xc8\xc8");
    port_rig_run(&peer.rig, 300);
    GOT(&peer, "\xc8\xc8\xc8");
    port_rig_close(&peer.rig);
}

static void ath_hangs_up_and_atz_too(void)
{
    static const char *const commands[] = {"ATH\r", "ATH0\r", "ATZ\r"};

    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct peer peer;

        open_online(&peer, NULL);
        port_rig_send(&peer.rig, "+++");
        port_rig_run(&peer.rig, 1100);
        port_rig_read(&peer.rig);
        port_rig_type(&peer.rig, commands[i]);
        CU_ASSERT_EQUAL(peer.hung_up, 1);
        CU_ASSERT_FALSE(dcd(&peer));
        CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_read(&peer.rig), "\r\nOK\r\n"));
        port_rig_type(&peer.rig, "ATE0O\r");
        CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_read(&peer.rig), "\r\nNO CARRIER\r\n"));
        port_rig_close(&peer.rig);
    }
}

static void without_a_connection_there_is_none_to_go_to(void)
{
    struct peer peer;

    open_peer(&peer, NULL);
    port_rig_type(&peer.rig, "ATO\r");
    READS(&peer, "\r\nNO CARRIER\r\n");
    port_rig_type(&peer.rig, "ATA\r");
    READS(&peer, "\r\nNO CARRIER\r\n");
    port_rig_type(&peer.rig, "ATH\r");
    READS(&peer, "\r\nOK\r\n");
    port_rig_type(&peer.rig, "ATH1\r");
    READS(&peer, "\r\nERROR\r\n");
    port_rig_type(&peer.rig, "ATO1\r");
    READS(&peer, "\r\nNO CARRIER\r\n");
    port_rig_close(&peer.rig);
}

static void dtr_is_a_matter_of_d(void)
{
    struct peer peer;

    open_online(&peer, "AT&D0\r");
    set_dtr(&peer, false);
    READS(&peer, "");
    set_dtr(&peer, true);
    port_rig_type(&peer.rig, "on");
    GOT(&peer, "on");
    port_rig_close(&peer.rig);

    open_online(&peer, "AT&D1\r");
    set_dtr(&peer, false);
    READS(&peer, "\r\nOK\r\n");
    CU_ASSERT_TRUE(dcd(&peer));
    CU_ASSERT_EQUAL(peer.hung_up, 0);
    set_dtr(&peer, true);
    port_rig_type(&peer.rig, "ATO\r");
    READS(&peer, "\r\nCONNECT\r\n");
    port_rig_close(&peer.rig);

    open_online(&peer, "AT&D2\r");
    set_dtr(&peer, false);
    READS(&peer, "\r\nNO CARRIER\r\n");
    CU_ASSERT_FALSE(dcd(&peer));
    CU_ASSERT_EQUAL(peer.hung_up, 1);
    port_rig_type(&peer.rig, "AT\r");
    READS(&peer, "\r\nOK\r\n");
    port_rig_close(&peer.rig);
}

static void dtr_hangs_up_what_is_suspended_too(void)
{
    struct peer peer;

    open_online(&peer, "AT&D2\r");
    port_rig_send(&peer.rig, "+++");
    port_rig_run(&peer.rig, 1100);
    READS(&peer, "\r\nOK\r\n");
    set_dtr(&peer, false);
    CU_ASSERT_EQUAL(peer.hung_up, 1);
    READS(&peer, "\r\nNO CARRIER\r\n");
    port_rig_close(&peer.rig);
}

static void dcd_and_dsr_follow_the_connection_where_they_are_told_to(void)
{
    struct peer peer;

    open_online(&peer, "AT&C0&S1\r");
    CU_ASSERT_TRUE(dcd(&peer));
    CU_ASSERT_TRUE((hlsim_link_lines(peer.rig.link) & HLSIM_LINE_DSR) != 0);
    hlsim__at_online_end(peer.rig.port, HLSIM__AT_NO_CARRIER);
    port_rig_run(&peer.rig, 100);
    CU_ASSERT_TRUE(dcd(&peer));
    CU_ASSERT_FALSE((hlsim_link_lines(peer.rig.link) & HLSIM_LINE_DSR) != 0);
    port_rig_close(&peer.rig);
}

static void a_connection_that_ends_while_suspended_is_forgotten(void)
{
    struct peer peer;

    open_online(&peer, NULL);
    port_rig_send(&peer.rig, "+++");
    port_rig_run(&peer.rig, 1100);
    port_rig_read(&peer.rig);
    hlsim__at_online_end(peer.rig.port, HLSIM__AT_NO_CARRIER);
    port_rig_run(&peer.rig, 100);
    READS(&peer, "");
    CU_ASSERT_FALSE(dcd(&peer));
    port_rig_type(&peer.rig, "ATO\r");
    READS(&peer, "\r\nNO CARRIER\r\n");
    CU_ASSERT_EQUAL(peer.hung_up, 0);
    port_rig_close(&peer.rig);
}

static void a_connection_that_ends_before_connect_never_had_one(void)
{
    struct peer peer;

    open_peer(&peer, NULL);
    begin(&peer, HLSIM_SECOND);
    port_rig_type(&peer.rig, "AT\r");
    hlsim__at_online_end(peer.rig.port, HLSIM__AT_NO_CARRIER);
    port_rig_run(&peer.rig, 3000);
    READS(&peer, "\r\nNO CARRIER\r\n\r\nOK\r\n");
    CU_ASSERT_EQUAL(peer.begun, 0);
    port_rig_close(&peer.rig);
}

static void what_a_connection_does_not_take_waits_in_order(void)
{
    struct peer peer;
    char text[3001];
    char all[3001] = "";

    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)('a' + i % 26);
    }
    text[sizeof text - 1] = '\0';
    open_online(&peer, NULL);
    peer.appetite = 700;
    port_rig_type(&peer.rig, text);
    for (int i = 0; i < 5; i++) {
        strcat(all, got(&peer));
        hlsim__at_online_resume(peer.rig.port);
        port_rig_run(&peer.rig, 2000);
    }
    CU_ASSERT_STRING_EQUAL(all, text);
    READS(&peer, "");
    port_rig_close(&peer.rig);
}

static void what_waited_is_no_escape_whatever_the_pause_was(void)
{
    struct peer peer;

    open_online(&peer, NULL);
    peer.appetite = 2;
    port_rig_send(&peer.rig, "ab+++");
    port_rig_run(&peer.rig, 5000);
    peer.appetite = SIZE_MAX;
    hlsim__at_online_resume(peer.rig.port);
    port_rig_run(&peer.rig, 5000);
    GOT(&peer, "ab+++");
    READS(&peer, "");
    port_rig_close(&peer.rig);
}

static void a_host_that_reads_nothing_makes_the_connection_wait(void)
{
    static uint8_t block[20000];
    struct peer peer;
    size_t sent;

    memset(block, 'z', sizeof block);
    open_online(&peer, NULL);
    peer.rig.deaf = true;
    sent = hlsim__at_online_send(peer.rig.port, block, sizeof block);
    CU_ASSERT_TRUE(sent > 0 && sent < sizeof block);
    CU_ASSERT_EQUAL(hlsim__at_online_send(peer.rig.port, block, 1), 0);
    port_rig_run(&peer.rig, 100);
    CU_ASSERT_EQUAL(hlsim__at_online_send(peer.rig.port, block, 1), 0);
    peer.rig.deaf = false;
    peer.writable = 0;
    hlsim_link_resume(peer.rig.link, HLSIM_HOST);
    port_rig_run(&peer.rig, 0);
    CU_ASSERT_TRUE(peer.writable > 0);
    CU_ASSERT_EQUAL(peer.rig.read_size, sent);
    port_rig_close(&peer.rig);
}

static void lines_that_come_by_themselves_wait_for_command_state(void)
{
    struct peer peer;

    open_online(&peer, NULL);
    hlsim__at_port_urc(peer.rig.port, "+WDSI: 4");
    port_rig_run(&peer.rig, 2000);
    READS(&peer, "");
    port_rig_send(&peer.rig, "+++");
    port_rig_run(&peer.rig, 1100);
    READS(&peer, "\r\nOK\r\n\r\n+WDSI: 4\r\n");
    port_rig_close(&peer.rig);
}

static void a_reset_ends_a_connection_without_a_word(void)
{
    struct peer peer;

    open_online(&peer, NULL);
    port_rig_send(&peer.rig, "++");
    port_rig_run(&peer.rig, 100);
    hlsim__modem_reset(peer.rig.port->modem, "test");
    port_rig_run(&peer.rig, 20000);
    READS(&peer, "\r\n+KSUP: 0\r\n");
    GOT(&peer, "");
    port_rig_type(&peer.rig, "ATE0O\r");
    CU_ASSERT_PTR_NOT_NULL(strstr(port_rig_read(&peer.rig), "\r\nNO CARRIER\r\n"));
    port_rig_close(&peer.rig);
}

/* --- Other takers --------------------------------------------------------------------------- */

static char taken[64];

static size_t take_until_end(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    const uint8_t *end = memchr(bytes, '#', size);

    strncat(taken, (const char *)bytes, end != NULL ? (size_t)(end - bytes) : size);
    if (end == NULL) {
        return size;
    }
    hlsim__at_port_end_data(port, HLSIM__AT_OK);
    return (size_t)(end - bytes) + 1;
}

static void send_and_end(struct hlsim__at_port *port)
{
    hlsim__at_port_send_data(port, (const uint8_t *)"content--EOF--", 14);
    hlsim__at_port_end_data(port, HLSIM__AT_OK);
}

static const struct hlsim__at_taker reader = {.receive = take_until_end};
static const struct hlsim__at_taker writer = {.receive = take_until_end, .begun = send_and_end};

static void a_command_may_send_data_between_connect_and_ok(void)
{
    struct peer peer;

    open_peer(&peer, NULL);
    port_rig_command(&peer.rig, HLSIM_MS);
    hlsim__at_port_connect(peer.rig.port, &writer);
    port_rig_type(&peer.rig, "AT\r");
    READS(&peer, "\r\nCONNECT\r\ncontent--EOF--\r\nOK\r\n\r\nOK\r\n");
    port_rig_close(&peer.rig);
}

static void a_prompt_is_sent_as_it_is(void)
{
    struct peer peer;

    taken[0] = '\0';
    open_peer(&peer, NULL);
    port_rig_command(&peer.rig, HLSIM_MS);
    hlsim__at_port_prompt(peer.rig.port, "\r\n> ", &reader);
    port_rig_run(&peer.rig, 100);
    READS(&peer, "\r\n> ");
    CU_ASSERT_TRUE(hlsim__at_port_waits_for_host(peer.rig.port));
    port_rig_type(&peer.rig, "one#AT\r");
    CU_ASSERT_STRING_EQUAL(taken, "one");
    READS(&peer, "\r\nOK\r\n\r\nOK\r\n");
    CU_ASSERT_STRING_EQUAL(port_rig_events(&peer.rig),
                           "data to_host|data to_modem|result:OK|result:OK|");
    port_rig_close(&peer.rig);
}

/* The handler of a command that waits for its connection. */
static void await(struct peer *peer)
{
    port_rig_command(&peer->rig, 14 * HLSIM_MS);
    peer->rig.port->ram->later = true;
    hlsim__at_online_await(peer->rig.port, &connection, peer);
}

static void a_host_hangs_up_what_is_not_connected_yet(void)
{
    struct peer peer;

    open_peer(&peer, "AT&D2\r");
    await(&peer);
    set_dtr(&peer, false);
    CU_ASSERT_EQUAL(peer.hung_up, 1);
    READS(&peer, "\r\nNO CARRIER\r\n");
    set_dtr(&peer, true);
    port_rig_type(&peer.rig, "ATO\r");
    READS(&peer, "\r\nNO CARRIER\r\n");
    CU_ASSERT_FALSE(hlsim__at_online_held(peer.rig.port));
    port_rig_close(&peer.rig);
}

static void dtr_is_nothing_to_a_connection_in_the_making_unless_d2(void)
{
    for (int i = 0; i < 2; i++) {
        struct peer peer;

        open_peer(&peer, i == 0 ? "AT&D0\r" : "AT&D1\r");
        await(&peer);
        set_dtr(&peer, false);
        set_dtr(&peer, true);
        CU_ASSERT_EQUAL(peer.hung_up, 0);
        CU_ASSERT_FALSE(dcd(&peer));
        READS(&peer, "");
        CU_ASSERT_EQUAL(hlsim__at_online_begin(peer.rig.port, &connection, &peer), HLSIM__AT_DATA);
        port_rig_run(&peer.rig, 100);
        READS(&peer, "\r\nCONNECT\r\n");
        port_rig_close(&peer.rig);
    }
}

static void a_connection_that_is_never_made_answers_its_command(void)
{
    struct peer peer;

    open_peer(&peer, NULL);
    await(&peer);
    hlsim__at_online_end(peer.rig.port, HLSIM__AT_NO_CARRIER);
    port_rig_run(&peer.rig, 100);
    READS(&peer, "\r\nNO CARRIER\r\n");
    CU_ASSERT_EQUAL(peer.hung_up, 0);
    CU_ASSERT_FALSE(hlsim__at_online_held(peer.rig.port));
    port_rig_close(&peer.rig);
}

static void an_answer_may_come_later(void)
{
    struct peer peer;

    open_peer(&peer, NULL);
    port_rig_command(&peer.rig, HLSIM_SECOND);
    hlsim__at_port_connect(peer.rig.port, &reader);
    port_rig_run(&peer.rig, 1000);
    hlsim__at_port_end_data_later(peer.rig.port);
    port_rig_run(&peer.rig, 5000);
    CU_ASSERT_TRUE(hlsim__at_port_owes(peer.rig.port));
    READS(&peer, "\r\nCONNECT\r\n");
    hlsim__at_answer(peer.rig.port, "+X: 1");
    hlsim__at_port_finish(peer.rig.port, HLSIM__AT_OK);
    port_rig_run(&peer.rig, 0);
    READS(&peer, "\r\n+X: 1\r\n\r\nOK\r\n");
    port_rig_close(&peer.rig);
}

int main(void)
{
    static const struct suite_test tests[] = {
        SUITE_TEST(connect_comes_after_the_latency_and_what_was_typed_before_it_is_data),
        SUITE_TEST(more_than_a_port_keeps_waits_for_connect_on_the_link),
        SUITE_TEST(connect_is_framed_as_the_settings_say),
        SUITE_TEST(the_wire_shows_connect_data_and_the_result_at_the_end),
        SUITE_TEST(an_escape_between_pauses_leads_back_to_commands_and_ato_returns),
        SUITE_TEST(an_escape_may_come_one_character_at_a_time),
        SUITE_TEST(what_only_looks_like_an_escape_is_delivered),
        SUITE_TEST(s2_and_s12_say_what_an_escape_is),
        SUITE_TEST(ath_hangs_up_and_atz_too),
        SUITE_TEST(without_a_connection_there_is_none_to_go_to),
        SUITE_TEST(dtr_is_a_matter_of_d),
        SUITE_TEST(dtr_hangs_up_what_is_suspended_too),
        SUITE_TEST(dcd_and_dsr_follow_the_connection_where_they_are_told_to),
        SUITE_TEST(a_connection_that_ends_while_suspended_is_forgotten),
        SUITE_TEST(a_connection_that_ends_before_connect_never_had_one),
        SUITE_TEST(what_a_connection_does_not_take_waits_in_order),
        SUITE_TEST(what_waited_is_no_escape_whatever_the_pause_was),
        SUITE_TEST(a_host_that_reads_nothing_makes_the_connection_wait),
        SUITE_TEST(lines_that_come_by_themselves_wait_for_command_state),
        SUITE_TEST(a_reset_ends_a_connection_without_a_word),
        SUITE_TEST(a_command_may_send_data_between_connect_and_ok),
        SUITE_TEST(a_host_hangs_up_what_is_not_connected_yet),
        SUITE_TEST(dtr_is_nothing_to_a_connection_in_the_making_unless_d2),
        SUITE_TEST(a_connection_that_is_never_made_answers_its_command),
        SUITE_TEST(a_prompt_is_sent_as_it_is),
        SUITE_TEST(an_answer_may_come_later),
    };

    return suite_run("at_online", tests, sizeof tests / sizeof *tests);
}
