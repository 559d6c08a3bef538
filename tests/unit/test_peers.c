/*
 * Far ends: what each behaviour looks like to a modem.
 */
#include "network_rig.h"

#include "peers/inside.h"

#define DELAY (80 * HLSIM_MS)

struct scene {
    struct rig *rig;
    struct hlsim__peers *peers;
    struct hlsim__tcp tcp;
    struct hlsim__tcp_server server;
    struct hlsim__udp_socket udp;
    uint8_t bytes[300000];
    size_t size;
    size_t connected;
    size_t closed;
    int reason;
};

static void on_connected(void *user)
{
    ((struct scene *)user)->connected++;
}

static void on_data(void *user, const uint8_t *bytes, size_t size)
{
    struct scene *scene = user;

    CU_ASSERT_FATAL(size <= sizeof scene->bytes - scene->size);
    memcpy(scene->bytes + scene->size, bytes, size);
    scene->size += size;
}

static void on_closed(void *user, int reason)
{
    struct scene *scene = user;

    scene->closed++;
    scene->reason = reason;
}

static const struct hlsim__tcp_callbacks callbacks = {
    .connected = on_connected, .data = on_data, .closed = on_closed};

static void on_datagram(void *user, struct hlsim_address from, const uint8_t *bytes, size_t size)
{
    (void)from;
    on_data(user, bytes, size);
}

static struct scene *begin(const struct hlsim_peer_config *config, size_t count)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct hlsim__peers_setup setup;

    if (scene == NULL) {
        abort();
    }
    scene->rig = rig_new(NULL, 5);
    setup = (struct hlsim__peers_setup){
        .network = &scene->rig->net, .sched = &scene->rig->sched, .count = count, .peers = config};
    CU_ASSERT_EQUAL_FATAL(hlsim__peers_create(&setup, &scene->peers), 0);
    return scene;
}

static void end(struct scene *scene)
{
    rig_free(scene->rig);
    hlsim__peers_free(scene->peers);
    free(scene);
}

static void run_for(struct scene *scene, int64_t time)
{
    rig_run(scene->rig, scene->rig->sched.now + time);
}

static struct hlsim_address address_of(struct scene *scene, const char *name, uint16_t port)
{
    struct hlsim_address address = {.port = port};

    CU_ASSERT_EQUAL_FATAL(hlsim__network_resolve(&scene->rig->net, name, &address.ip), 0);
    return address;
}

static void dial(struct scene *scene, const char *name, uint16_t port)
{
    CU_ASSERT_EQUAL_FATAL(hlsim__tcp_connect(&scene->tcp, &scene->rig->iface[0],
                                             address_of(scene, name, port), &callbacks, scene),
                          0);
}

static void say(struct scene *scene, const char *text)
{
    CU_ASSERT_EQUAL(hlsim__tcp_send(&scene->tcp, (const uint8_t *)text, strlen(text)),
                    (int)strlen(text));
    run_for(scene, HLSIM_SECOND);
}

static bool has(const struct scene *scene, const char *text)
{
    return scene->size == strlen(text) && memcmp(scene->bytes, text, scene->size) == 0;
}

static int64_t number(const struct scene *scene, const char *name, const char *what)
{
    int64_t value = -1;

    CU_ASSERT_EQUAL(hlsim__peers_read(scene->peers, name, what, &value), 0);
    return value;
}

/* A step that waits for a text, in which '*' is any bytes. */
static struct hlsim_peer_step step(const char *on, const char *send, enum hlsim_peer_ending ending)
{
    struct hlsim_peer_step step = {.ending = ending};

    for (; *on != '\0'; on++) {
        step.on[step.on_size++] = (int16_t)(*on == '*' ? HLSIM_PEER_ANY : *on);
    }
    step.send_size = strlen(send);
    memcpy(step.send, send, step.send_size);
    return step;
}

static void the_usual_host_echoes_and_discards(void)
{
    size_t count;
    const struct hlsim_peer_config *usual = hlsim_peers_usual(&count);
    struct scene *scene = begin(usual, count);

    dial(scene, "echo.example", 7);
    run_for(scene, 2 * DELAY);
    CU_ASSERT_EQUAL(scene->connected, 1);
    say(scene, "hello");
    CU_ASSERT_TRUE(has(scene, "hello"));
    CU_ASSERT_EQUAL(hlsim__udp_open(&scene->udp, &scene->rig->iface[0], 0, on_datagram, scene), 0);
    CU_ASSERT_EQUAL(hlsim__udp_send(&scene->udp, address_of(scene, "echo.example", 7),
                                    (const uint8_t *)" you", 4),
                    0);
    CU_ASSERT_EQUAL(hlsim__udp_send(&scene->udp, address_of(scene, "echo.example", 9),
                                    (const uint8_t *)"nothing", 7),
                    0);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(scene, "hello you"));
    CU_ASSERT_EQUAL(number(scene, "echo.example", "received"), 16);
    CU_ASSERT_EQUAL(number(scene, "echo.example", "sent"), 9);
    CU_ASSERT_EQUAL(number(scene, "echo.example", "datagrams"), 2);
    CU_ASSERT_EQUAL(number(scene, "echo.example", "open"), 1);
    end(scene);
}

static void much_comes_back_whole(void)
{
    const struct hlsim_peer_config config = {.name = "echo.example", .port = 7};
    struct scene *scene = begin(&config, 1);
    static uint8_t much[200000];
    size_t sent = 0;

    for (size_t i = 0; i < sizeof much; i++) {
        much[i] = (uint8_t)(i * 7 + i / 251);
    }
    dial(scene, "echo.example", 7);
    run_for(scene, HLSIM_SECOND);
    while (sent < sizeof much) {
        int taken = hlsim__tcp_send(&scene->tcp, much + sent, sizeof much - sent);

        CU_ASSERT_FATAL(taken >= 0);
        sent += (size_t)taken;
        run_for(scene, HLSIM_SECOND);
    }
    CU_ASSERT_EQUAL(hlsim__tcp_close(&scene->tcp), 0);
    run_for(scene, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(scene->size, sizeof much);
    CU_ASSERT_EQUAL(memcmp(scene->bytes, much, sizeof much), 0);
    CU_ASSERT_EQUAL(number(scene, "echo.example", "open"), 0);
    CU_ASSERT_EQUAL(scene->rig->sched.count, 0);
    end(scene);
}

static void a_script_answers_step_by_step_and_closes(void)
{
    struct hlsim_peer_step steps[] = {
        step("", "220 ready\n", HLSIM_PEER_STAYS),
        step("HELO*", "250 hello\n", HLSIM_PEER_STAYS),
        step("QUIT", "221 bye\n", HLSIM_PEER_FIN),
    };
    const struct hlsim_peer_config config = {.name = "mail.example",
                                             .port = 25,
                                             .behaviour = HLSIM_PEER_SCRIPT,
                                             .step_count = 3,
                                             .steps = steps};
    struct scene *scene;

    steps[1].after = HLSIM_SECOND / 2;
    scene = begin(&config, 1);
    dial(scene, "mail.example", 25);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(scene, "220 ready\n"));
    say(scene, "HE");
    CU_ASSERT_EQUAL(number(scene, "mail.example", "steps"), 1);
    say(scene, "LO me");
    CU_ASSERT_TRUE(has(scene, "220 ready\n250 hello\n"));
    say(scene, "QUIT");
    CU_ASSERT_TRUE(has(scene, "220 ready\n250 hello\n221 bye\n"));
    CU_ASSERT_EQUAL(scene->closed, 1);
    CU_ASSERT_EQUAL(scene->reason, HLSIM_OK);
    CU_ASSERT_EQUAL(number(scene, "mail.example", "steps"), 3);
    end(scene);
}

static void what_ends_at_once_is_seen_to(void)
{
    const struct hlsim_peer_config config[] = {
        {.name = "short.example", .port = 1, .behaviour = HLSIM_PEER_CLOSE},
        {.name = "short.example", .port = 2, .behaviour = HLSIM_PEER_RESET},
        {.name = "short.example", .port = 3, .behaviour = HLSIM_PEER_REFUSE},
        {.name = "gone.example", .port = 4, .behaviour = HLSIM_PEER_SILENT},
    };
    struct scene *scene = begin(config, 4);

    dial(scene, "short.example", 1);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_EQUAL(scene->connected, 1);
    CU_ASSERT_EQUAL(scene->reason, HLSIM_OK);
    dial(scene, "short.example", 2);
    run_for(scene, 2 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(scene->connected, 2);
    CU_ASSERT_EQUAL(scene->reason, HLSIM_E_GONE);
    dial(scene, "short.example", 3);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_EQUAL(scene->connected, 2);
    CU_ASSERT_EQUAL(scene->closed, 3);
    dial(scene, "gone.example", 4);
    run_for(scene, 2 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(scene->connected, 2);
    CU_ASSERT_EQUAL(scene->reason, HLSIM_E_UNREACHABLE);
    end(scene);
}

static void one_that_stalls_takes_nothing(void)
{
    const struct hlsim_peer_config config = {
        .name = "slow.example", .port = 1, .behaviour = HLSIM_PEER_STALL};
    struct scene *scene = begin(&config, 1);

    dial(scene, "slow.example", 1);
    run_for(scene, HLSIM_SECOND);
    say(scene, "anybody?");
    run_for(scene, HLSIM_HOUR);
    CU_ASSERT_EQUAL(number(scene, "slow.example", "received"), 0);
    CU_ASSERT_EQUAL(scene->closed, 0);
    end(scene);
}

/* A modem that closes has nobody left who could wait: what is never taken is given up, and its
 * places are free again. */
static void one_that_stalls_holds_no_closed_connection_for_ever(void)
{
    const struct hlsim_peer_config config = {
        .name = "slow.example", .port = 1, .behaviour = HLSIM_PEER_STALL};
    struct scene *scene = begin(&config, 1);

    for (int i = 0; i < 2 * HLSIM__TCP_MAX; i++) {
        dial(scene, "slow.example", 1);
        run_for(scene, HLSIM_SECOND);
        say(scene, "anybody?");
        CU_ASSERT_EQUAL(hlsim__tcp_close(&scene->tcp), 0);
        run_for(scene, 2 * HLSIM_MINUTE);
    }
    CU_ASSERT_EQUAL(number(scene, "slow.example", "open"), 0);
    end(scene);
}

static void sessions_are_ended_by_their_numbers(void)
{
    const struct hlsim_peer_config config = {.name = "echo.example", .port = 7};
    struct scene *scene = begin(&config, 1);

    dial(scene, "echo.example", 7);
    hlsim__tcp_set_session(&scene->tcp, 3);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim__peers_end(scene->peers, &scene->rig->iface[0], 2, HLSIM_PEER_FIN), 0);
    CU_ASSERT_EQUAL(hlsim__peers_end(scene->peers, &scene->rig->iface[1], 0, HLSIM_PEER_FIN), 0);
    CU_ASSERT_EQUAL(hlsim__peers_end(scene->peers, &scene->rig->iface[0], 3, HLSIM_PEER_FIN), 1);
    CU_ASSERT_EQUAL(hlsim__peers_end(scene->peers, &scene->rig->iface[0], 3, HLSIM_PEER_FIN), 0);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_EQUAL(scene->reason, HLSIM_OK);
    dial(scene, "echo.example", 7);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim__peers_end(scene->peers, &scene->rig->iface[0], 0, HLSIM_PEER_RST), 1);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_EQUAL(scene->reason, HLSIM_E_GONE);
    end(scene);
}

static int let_in(void *user, struct hlsim_address from, struct hlsim__tcp_peer *peer)
{
    struct scene *scene = user;

    (void)from;
    hlsim__tcp_take(&scene->tcp, peer, &callbacks, scene);
    return 0;
}

static void a_far_end_visits_a_modem_and_plays_its_part(void)
{
    struct hlsim_peer_step steps[] = {step("", "knock", HLSIM_PEER_STAYS),
                                      step("come in", "thanks", HLSIM_PEER_FIN)};
    const struct hlsim_peer_config config[] = {
        {.name = "visitor.example", .port = 7},
        {.name = "visitor.example",
         .behaviour = HLSIM_PEER_SCRIPT,
         .step_count = 2,
         .steps = steps},
    };
    struct scene *scene = begin(config, 2);

    CU_ASSERT_EQUAL(hlsim__tcp_listen(&scene->server, &scene->rig->iface[0], 5000, let_in, scene),
                    0);
    CU_ASSERT_EQUAL(hlsim__peers_visit(scene->peers, "nobody.example", &scene->rig->iface[0], 5000),
                    HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(
        hlsim__peers_visit(scene->peers, "visitor.example", &scene->rig->iface[0], 5000), 0);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(scene, "knock"));
    say(scene, "come in");
    CU_ASSERT_TRUE(has(scene, "knockthanks"));
    CU_ASSERT_EQUAL(scene->closed, 1);
    CU_ASSERT_EQUAL(
        hlsim__peers_visit(scene->peers, "visitor.example", &scene->rig->iface[0], 5001), 0);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_EQUAL(number(scene, "visitor.example", "accepted"), 1);
    CU_ASSERT_EQUAL(number(scene, "visitor.example", "open"), 0);
    CU_ASSERT_EQUAL(scene->rig->sched.count, 0);
    end(scene);
}

static void each_datagram_of_a_script_is_answered_by_itself(void)
{
    struct hlsim_peer_step steps[] = {step("ping*", "pong", HLSIM_PEER_STAYS),
                                      step("late", "here", HLSIM_PEER_STAYS)};
    const struct hlsim_peer_config config = {.name = "ask.example",
                                             .port = 53,
                                             .datagrams = true,
                                             .behaviour = HLSIM_PEER_SCRIPT,
                                             .step_count = 2,
                                             .steps = steps};
    struct scene *scene;
    struct hlsim_address to;

    steps[1].after = HLSIM_MINUTE;
    scene = begin(&config, 1);
    to = address_of(scene, "ask.example", 53);
    CU_ASSERT_EQUAL(hlsim__udp_open(&scene->udp, &scene->rig->iface[0], 0, on_datagram, scene), 0);
    CU_ASSERT_EQUAL(hlsim__udp_send(&scene->udp, to, (const uint8_t *)"late", 4), 0);
    CU_ASSERT_EQUAL(hlsim__udp_send(&scene->udp, to, (const uint8_t *)"what", 4), 0);
    CU_ASSERT_EQUAL(hlsim__udp_send(&scene->udp, to, (const uint8_t *)"ping1", 5), 0);
    run_for(scene, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(scene, "pong"));
    run_for(scene, 2 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(has(scene, "ponghere"));
    end(scene);
}

static void addresses_are_dealt_out_around_those_that_are_taken(void)
{
    const struct hlsim_peer_config config[] = {
        {.name = "a.example", .port = 1},
        {.name = "b.example", .port = 1, .ip = 0xcb007164},
        {.name = "a.example", .port = 2},
        {.name = "c.example", .port = 1},
    };
    struct scene *scene = begin(config, 4);

    CU_ASSERT_EQUAL(address_of(scene, "a.example", 1).ip, 0xcb007165);
    CU_ASSERT_EQUAL(address_of(scene, "b.example", 1).ip, 0xcb007164);
    CU_ASSERT_EQUAL(address_of(scene, "c.example", 1).ip, 0xcb007166);
    end(scene);
}

static void patterns_match_whole(void)
{
    static const struct {
        const char *on;
        const char *bytes;
        bool matches;
    } cases[] = {
        {"a", "a", true},         {"a", "ab", false},  {"a*", "ab", true},
        {"*", "", true},          {"*b", "aab", true}, {"*b", "aba", false},
        {"a*c", "abc", true},     {"a*c", "ac", true}, {"*ab*", "aab", true},
        {"a*b*c", "abcbc", true}, {"a", "", false},    {"a*bc", "ab", false},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hlsim_peer_step pattern = step(cases[i].on, "", HLSIM_PEER_STAYS);

        CU_ASSERT_EQUAL(
            hlsim__step_matches(&pattern, (const uint8_t *)cases[i].bytes, strlen(cases[i].bytes)),
            cases[i].matches);
    }
}

/* --- FTP ------------------------------------------------------------------------------------- */

/* One modem's control and data connection, and the last that came on either. */
struct ftp_user {
    struct rig *rig;
    struct hlsim__iface *iface;
    struct hlsim__tcp streams[2];
    char heard[256];
};

static void on_heard(void *user, const uint8_t *bytes, size_t size)
{
    struct ftp_user *ftp = user;

    snprintf(ftp->heard, sizeof ftp->heard, "%.*s", (int)size, (const char *)bytes);
}

static void on_nothing(void *user)
{
    (void)user;
}

static void on_end(void *user, int reason)
{
    (void)user;
    (void)reason;
}

static const struct hlsim__tcp_callbacks ftp_callbacks = {
    .connected = on_nothing, .data = on_heard, .closed = on_end};

static void ftp_dial(struct ftp_user *ftp, int stream, struct hlsim_address to)
{
    CU_ASSERT_EQUAL(hlsim__tcp_connect(&ftp->streams[stream], ftp->iface, to, &ftp_callbacks, ftp),
                    0);
    rig_run(ftp->rig, ftp->rig->sched.now + HLSIM_SECOND);
}

static void ftp_say(struct ftp_user *ftp, const char *line)
{
    CU_ASSERT_EQUAL(hlsim__tcp_send(&ftp->streams[0], (const uint8_t *)line, strlen(line)),
                    (int)strlen(line));
    rig_run(ftp->rig, ftp->rig->sched.now + HLSIM_SECOND);
}

/* Both come from the one address of the NAT box. */
static void two_modems_of_an_ftp_server_have_data_connections_of_their_own(void)
{
    size_t count;
    const struct hlsim_peer_config *usual = hlsim_peers_usual(&count);
    struct scene *scene = begin(usual, count);
    struct hlsim_address at = address_of(scene, "echo.example", 21);
    struct ftp_user users[2];
    unsigned parts[6];

    memset(users, 0, sizeof users);
    for (int i = 0; i < 2; i++) {
        users[i].rig = scene->rig;
        users[i].iface = &scene->rig->iface[i];
        ftp_dial(&users[i], 0, at);
        ftp_say(&users[i], "USER a\r\nPASS b\r\nPASV\r\n");
    }
    CU_ASSERT_EQUAL_FATAL(sscanf(strchr(users[1].heard, '('), "(%u,%u,%u,%u,%u,%u)", &parts[0],
                                 &parts[1], &parts[2], &parts[3], &parts[4], &parts[5]),
                          6);
    at.port = (uint16_t)(parts[4] * 256 + parts[5]);
    ftp_dial(&users[1], 1, at);
    ftp_say(&users[1], "RETR /10k\r\n");
    CU_ASSERT_EQUAL(number(scene, "echo.example", "open"), 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(users[1].heard, "226"));
    end(scene);
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_usual_host_echoes_and_discards),
    SUITE_TEST(much_comes_back_whole),
    SUITE_TEST(a_script_answers_step_by_step_and_closes),
    SUITE_TEST(what_ends_at_once_is_seen_to),
    SUITE_TEST(one_that_stalls_takes_nothing),
    SUITE_TEST(one_that_stalls_holds_no_closed_connection_for_ever),
    SUITE_TEST(sessions_are_ended_by_their_numbers),
    SUITE_TEST(a_far_end_visits_a_modem_and_plays_its_part),
    SUITE_TEST(each_datagram_of_a_script_is_answered_by_itself),
    SUITE_TEST(addresses_are_dealt_out_around_those_that_are_taken),
    SUITE_TEST(patterns_match_whole),
    SUITE_TEST(two_modems_of_an_ftp_server_have_data_connections_of_their_own),
};

int main(void)
{
    return suite_run("peers", tests, sizeof tests / sizeof *tests);
}
