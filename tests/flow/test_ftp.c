/*
 * The FTP client of a module: files through a narrow link, a host that does not read, losses of
 * power at every point, a sleep that loses the streams (of HTTP, too), and how soon reception
 * freezes.
 */
#include "lib/flow.h"
#include "lib/suite.h"

#include "world/inside.h"

#include <hl78sim/power.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATTERN   "--EOF--Pattern--"
#define FILE_SIZE 100000
#define CAME_MAX  (2 * FILE_SIZE)

struct host {
    struct flow flow;
    struct hlsim_link *link;
    bool deaf;
    size_t size;
    char *came;
};

static size_t take(void *user, const uint8_t *bytes, size_t size)
{
    struct host *host = user;

    if (host->deaf) {
        return 0;
    }
    CU_ASSERT_TRUE_FATAL(host->size + size < CAME_MAX);
    memcpy(host->came + host->size, bytes, size);
    host->size += size;
    host->came[host->size] = '\0';
    return size;
}

static void wait(struct host *host, int64_t duration)
{
    int64_t until = hlsim_world_now(host->flow.world) + duration;

    CU_ASSERT_EQUAL_FATAL(hlsim_world_run_until(host->flow.world, until), 0);
}

static void give(struct host *host, const char *bytes, size_t size)
{
    while (size > 0) {
        int taken = hlsim_link_write(host->link, HLSIM_HOST, (const uint8_t *)bytes, size);

        CU_ASSERT_TRUE_FATAL(taken >= 0);
        bytes += taken;
        size -= (size_t)taken;
        wait(host, 10 * HLSIM_MS);
    }
}

static void say(struct host *host, const char *line)
{
    host->size = 0;
    host->came[0] = '\0';
    give(host, line, strlen(line));
    give(host, "\r", 1);
    wait(host, 5 * HLSIM_SECOND);
}

static bool hears(const struct host *host, const char *text)
{
    return strstr(host->came, text) != NULL;
}

/* Up, and logged in at a server that has a large file. */
static void open_host(struct host *host, const char *modem)
{
    const struct hlsim_link_end end = {.user = host, .receive = take};
    char text[512];

    memset(host, 0, sizeof *host);
    host->came = calloc(1, CAME_MAX);
    snprintf(text, sizeof text,
             "{\"name\": \"ftp\", \"modem\": {%s}, \"network\": {\"latency\": \"10ms\", "
             "\"peers\": [{\"name\": \"f.example\", \"port\": 21, \"behaviour\": \"ftp\", "
             "\"files\": {\"/large\": %d}}, {\"name\": \"w.example\", \"port\": 80, "
             "\"behaviour\": \"http\", \"files\": {\"/\": \"hello\", \"/large\": %d}}]}}",
             modem, FILE_SIZE, FILE_SIZE);
    CU_ASSERT_TRUE_FATAL(flow_open_text(&host->flow, text, NULL));
    host->link = hlsim_world_port(host->flow.world, 0, 0);
    hlsim_link_attach(host->link, HLSIM_HOST, &end);
    flow_start(&host->flow);
    wait(host, 20 * HLSIM_SECOND);
    say(host, "ATE0;+CMEE=1");
    say(host, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    say(host, "AT+KFTPCFG=1,\"f.example\"");
    CU_ASSERT_TRUE_FATAL(hears(host, "+KFTP_IND: 1,1"));
}

static void close_host(struct host *host)
{
    flow_close(&host->flow);
    free(host->came);
}

#define PLAIN "\"profile\": \"HL7800-4.7.1.0\""

/* Where the data begin behind CONNECT. */
static const char *shown(const struct host *host)
{
    const char *at = strstr(host->came, "CONNECT\r\n");

    return at == NULL ? "" : at + strlen("CONNECT\r\n");
}

static bool is_large(const char *bytes)
{
    for (size_t i = 0; i < FILE_SIZE; i++) {
        if (bytes[i] != (char)('a' + i % 26)) {
            return false;
        }
    }
    return true;
}

/* --- Files ---------------------------------------------------------------------------------- */

static void a_large_file_comes_and_goes_and_not_a_byte_is_lost(void)
{
    struct host host;
    char *file;

    open_host(&host, PLAIN);
    say(&host, "AT+KFTPRCV=1,,,\"large\"");
    wait(&host, 2 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(is_large(shown(&host)));
    CU_ASSERT_TRUE(hears(&host, PATTERN "\r\nOK\r\n\r\n+KFTP_IND: 1,2,100000\r\n"));
    file = malloc(FILE_SIZE);
    memcpy(file, shown(&host), FILE_SIZE);
    say(&host, "AT+KFTPSND=1,,,\"copy\"");
    CU_ASSERT_TRUE(hears(&host, "CONNECT"));
    give(&host, file, FILE_SIZE);
    give(&host, PATTERN, strlen(PATTERN));
    wait(&host, HLSIM_MINUTE);
    CU_ASSERT_TRUE(hears(&host, "\r\nOK\r\n\r\n+KFTP_IND: 1,2,100000\r\n"));
    say(&host, "AT+KFTPRCV=1,,,\"copy\"");
    wait(&host, 2 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(is_large(shown(&host)));
    free(file);
    close_host(&host);
}

static void a_host_that_does_not_read_stops_the_server(void)
{
    struct host host;
    int64_t sent = 0;

    open_host(&host, PLAIN);
    host.deaf = true;
    say(&host, "AT+KFTPRCV=1,,,\"large\"");
    wait(&host, 5 * HLSIM_MINUTE); /* longer than a server is waited for */
    CU_ASSERT_EQUAL(host.size, 0);
    CU_ASSERT_EQUAL(hlsim__peers_read(host.flow.world->peers, "f.example", "open", &sent), 0);
    CU_ASSERT_EQUAL(sent, 2);
    host.deaf = false;
    hlsim_link_resume(host.link, HLSIM_HOST);
    wait(&host, 2 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(is_large(shown(&host)));
    CU_ASSERT_TRUE(hears(&host, "+KFTP_IND: 1,2,100000"));
    close_host(&host);
}

static void a_reset_ends_a_file_that_is_being_sent(void)
{
    struct host host;

    open_host(&host, PLAIN);
    say(&host, "AT+KFTPSND=1,,,\"half\"");
    give(&host, "half of it", 10);
    CU_ASSERT_EQUAL(hlsim__peers_end(host.flow.world->peers,
                                     &host.flow.world->modems[0].modem.iface, 0, HLSIM_PEER_RST),
                    2);
    wait(&host, 5 * HLSIM_SECOND);
    CU_ASSERT_TRUE(hears(&host, "\r\nNO CARRIER\r\n\r\n+KFTP_ERROR: 1,1\r\n"));
    say(&host, "AT+KFTPLS=1,,\"half\"");
    CU_ASSERT_TRUE(hears(&host, "+KFTP_ERROR: 1,1,550"));
    close_host(&host);
}

static void a_host_that_does_not_read_stops_a_web_server(void)
{
    struct host host;

    open_host(&host, PLAIN);
    say(&host, "AT+KHTTPCFG=1,\"w.example\"");
    host.deaf = true;
    say(&host, "AT+KHTTPGET=1,\"/large\",0");
    wait(&host, 5 * HLSIM_MINUTE);
    host.deaf = false;
    hlsim_link_resume(host.link, HLSIM_HOST);
    wait(&host, 2 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(is_large(shown(&host)));
    CU_ASSERT_TRUE(hears(&host, "+KHTTP_IND: 1,3,100000,200,\"OK\""));
    close_host(&host);
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
    (void)ret_torn;
    if (!cut->struck && ++cut->asked == cut->at) {
        cut->struck = true;
        return true;
    }
    return false;
}

static bool moves_files_with_a_cut(uint64_t at)
{
    static const char bytes[] = "some bytes" PATTERN;
    static const char *const lines[] = {
        "AT+KFTPSND=1,,,\"a\"", bytes,
        "AT+KFTPRCV=1,,,\"a\"", "AT+KFTPLS=1",
        "AT+KFTPLS=1,,\"a\"",   "AT+KFTPDEL=1,,\"a\"",
        "AT+KFTPCLOSE=1",       "AT+KFTPCNX=1",
        "AT+KFTPCLOSE=1,0",
    };
    struct cut cut = {.at = at};
    struct host host;

    open_host(&host, PLAIN);
    hlsim_world_set_cut_hook(host.flow.world, 0, cuts, &cut);
    for (size_t i = 0; i < sizeof lines / sizeof *lines && !cut.struck; i++) {
        say(&host, lines[i]);
    }
    hlsim_world_set_cut_hook(host.flow.world, 0, NULL, NULL);
    if (cut.struck) {
        hlsim_world_power_back_in(host.flow.world, 0, HLSIM_SECOND);
        wait(&host, 30 * HLSIM_SECOND);
        say(&host, "AT+KFTPCFG?");
        CU_ASSERT_TRUE(hears(&host, "OK"));
        CU_ASSERT_FALSE(hears(&host, "+KFTPCFG:"));
    }
    close_host(&host);
    return cut.struck;
}

static void power_may_fail_at_any_point(void)
{
    uint64_t at = 1;

    while (moves_files_with_a_cut(at)) {
        at++;
    }
    CU_ASSERT_TRUE(at > 30);
}

/* --- Sleep ---------------------------------------------------------------------------------- */

static void a_sleep_that_loses_sockets_loses_those_of_http_and_ftp(void)
{
    struct host host;
    struct hlsim__modem *modem;

    open_host(&host, PLAIN);
    modem = &host.flow.world->modems[0].modem;
    say(&host, "AT+KHTTPCFG=1,\"w.example\"");
    CU_ASSERT_TRUE(hears(&host, "+KHTTP_IND: 1,1"));
    CU_ASSERT_PTR_NOT_NULL(modem->ram.sockets.remotes);
    host.size = 0;
    hlsim__sockets_woke_from_psm(&modem->ram.sockets);
    CU_ASSERT_PTR_NULL(modem->ram.sockets.remotes);
    wait(&host, 5 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(host.size, 0); /* no word of it */
    say(&host, "AT+KFTPCLOSE=1");
    CU_ASSERT_TRUE(hears(&host, "+CME ERROR: 922"));
    say(&host, "AT+KHTTPCLOSE=1");
    CU_ASSERT_TRUE(hears(&host, "+CME ERROR: 922"));
    say(&host, "AT+KCNXCFG=1,\"GPRS\",\"internet\"");
    say(&host, "AT+KFTPLS=1,,\"large\"");
    CU_ASSERT_TRUE(hears(&host, "+KFTPLS: large 100000"));
    say(&host, "AT+KHTTPGET=1,\"/\",0");
    CU_ASSERT_TRUE(hears(&host, "hello" PATTERN));
    close_host(&host);
}

/* --- The quirk ------------------------------------------------------------------------------ */

/* Bytes of the file that come before nothing comes any more. */
static size_t frozen_after(const char *speed)
{
    struct host host;
    size_t size;

    open_host(&host, "\"profile\": \"HL7800-4.4.14.0\"");
    say(&host, speed);
    say(&host, "AT+KFTPRCV=1,,,\"large\"");
    wait(&host, 10 * HLSIM_MINUTE);
    size = strlen(shown(&host));
    say(&host, "AT");
    CU_ASSERT_EQUAL(host.size, 0);
    close_host(&host);
    return size;
}

static void reception_freezes_sooner_at_a_low_speed(void)
{
    CU_ASSERT_EQUAL(frozen_after("AT+IPR=115200"), 20480);
    CU_ASSERT_EQUAL(frozen_after("AT+IPR=921600"), 20480);
    CU_ASSERT_EQUAL(frozen_after("AT+IPR=9600"), 1706);
}

/* --- A server that does not stop ------------------------------------------------------------- */

#define TALKER_IP   UINT32_C(0xcb007109) /* 203.0.113.9 */
#define TALKER_DATA 256
#define TALKER_MAX  (1 << 20)

/* Says yes to everything, and lists names for ever. */
struct talker {
    struct hlsim__endpoint endpoint;
    struct hlsim__tcp_peer *control;
    struct hlsim__tcp_peer *data;
    size_t said;
};

static void talk_answer(void *user, const uint8_t *bytes, size_t size)
{
    const char *answer = bytes[0] == 'P' && bytes[1] == 'A' && bytes[3] == 'V'
                             ? "227 (203,0,113,9,1,0)\r\n"
                         : bytes[0] == 'N' ? "150 so many\r\n"
                                           : "230 yes\r\n";

    (void)size;
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(user, (const uint8_t *)answer, strlen(answer)),
                    (int)strlen(answer));
}

static void talk_ended(void *user, int reason)
{
    (void)user;
    (void)reason;
}

static void talk_on(void *user)
{
    static const uint8_t names[] = "a-name-of-a-file\r\n";
    struct talker *talker = user;
    int taken = sizeof names - 1;

    while (talker->said < TALKER_MAX && taken == sizeof names - 1) {
        taken = hlsim__tcp_peer_send(talker->data, names, sizeof names - 1);
        talker->said += taken > 0 ? (size_t)taken : 0;
    }
    if (talker->said >= TALKER_MAX) {
        hlsim__tcp_peer_close(talker->data);
    }
}

static void talk_heard(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    (void)size;
}

static const struct hlsim__tcp_callbacks talk_control = {.data = talk_answer, .closed = talk_ended};
static const struct hlsim__tcp_callbacks talk_data = {
    .data = talk_heard, .drained = talk_on, .closed = talk_ended};

static int talk_greet(void *user, struct hlsim__tcp_peer *peer)
{
    struct talker *talker = user;

    talker->control = peer;
    hlsim__tcp_peer_set(peer, &talk_control, peer);
    return hlsim__tcp_peer_send(peer, (const uint8_t *)"220 yes\r\n", 9) < 0 ? -1 : 0;
}

static int talk_begin(void *user, struct hlsim__tcp_peer *peer)
{
    struct talker *talker = user;

    talker->data = peer;
    hlsim__tcp_peer_set(peer, &talk_data, talker);
    talk_on(talker);
    return 0;
}

static void a_list_without_end_takes_no_memory_without_end(void)
{
    struct talker talker = {.said = 0};
    const struct hlsim__ftp_session *session;
    struct host host;

    open_host(&host, PLAIN);
    CU_ASSERT_EQUAL(
        hlsim__endpoint_init(&talker.endpoint, &host.flow.world->network, TALKER_IP, "talker"), 0);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&talker.endpoint, 21, talk_greet, &talker), 0);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&talker.endpoint, TALKER_DATA, talk_begin, &talker), 0);
    say(&host, "AT+KFTPCFG=1,\"203.0.113.9\"");
    CU_ASSERT_TRUE_FATAL(hears(&host, "+KFTP_IND: 2,1"));
    say(&host, "AT+KFTPLS=2");
    wait(&host, HLSIM_MINUTE);
    session = host.flow.world->modems[0].modem.ftp_memory.sessions[1];
    CU_ASSERT_TRUE(talker.said >= TALKER_MAX);
    CU_ASSERT_TRUE(hlsim__ftp_received(session)->size > 0);
    CU_ASSERT_TRUE(hlsim__ftp_received(session)->size <= 65536);
    hlsim__tcp_peer_send(talker.control, (const uint8_t *)"226 at last\r\n", 13);
    wait(&host, 5 * HLSIM_SECOND);
    /* What fits an answer, in whole lines, and its result. */
    CU_ASSERT_TRUE(hears(&host, "\r\n+KFTPLS: a-name-of-a-file\r\n"));
    CU_ASSERT_TRUE(hears(&host, "a-name-of-a-file\r\n\r\nOK\r\n"));
    close_host(&host);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_large_file_comes_and_goes_and_not_a_byte_is_lost),
    SUITE_TEST(a_host_that_does_not_read_stops_the_server),
    SUITE_TEST(a_host_that_does_not_read_stops_a_web_server),
    SUITE_TEST(a_reset_ends_a_file_that_is_being_sent),
    SUITE_TEST(power_may_fail_at_any_point),
    SUITE_TEST(a_sleep_that_loses_sockets_loses_those_of_http_and_ftp),
    SUITE_TEST(a_list_without_end_takes_no_memory_without_end),
    SUITE_TEST(reception_freezes_sooner_at_a_low_speed),
};

int main(void)
{
    return suite_run("ftp", tests, sizeof tests / sizeof *tests);
}
