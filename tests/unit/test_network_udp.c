/*
 * Datagrams of the simulated network.
 */
#include "network_pair.h"

static void a_datagram_takes_exactly_the_delay_of_its_direction(void)
{
    struct hlsim_network_config config;
    struct pair pair;

    hlsim_network_config_default(&config);
    config.delay_up = 80000001;
    config.delay_down = 123456789;
    pair_open(&pair, &config, 1);
    rig_run(pair.rig, 5);
    CU_ASSERT_EQUAL(say(&pair, "ping"), 0);
    rig_run(pair.rig, 5 + 80000000);
    CU_ASSERT_EQUAL(pair.server.count, 0);
    rig_run(pair.rig, 5 + 80000001);
    CU_ASSERT_EQUAL(pair.server.count, 1);
    CU_ASSERT_EQUAL(pair.server.from.ip, RIG_PUBLIC_IP);
    CU_ASSERT_EQUAL(pair.server.size, 4);
    CU_ASSERT_NSTRING_EQUAL(pair.server.bytes, "ping", 4);
    CU_ASSERT_EQUAL(hlsim__endpoint_udp_send(&pair.rig->server, PORT, pair.server.from,
                                             (const uint8_t *)"pong!", 5),
                    0);
    rig_run(pair.rig, 5 + 80000001 + 123456789 - 1);
    CU_ASSERT_EQUAL(pair.modem.count, 0);
    rig_run(pair.rig, 5 + 80000001 + 123456789);
    CU_ASSERT_EQUAL(pair.modem.count, 1);
    CU_ASSERT_TRUE(hlsim_address_equal(pair.modem.from, server));
    CU_ASSERT_NSTRING_EQUAL(pair.modem.bytes, "pong!", 5);
    rig_free(pair.rig);
}

static void another_delay_holds_for_what_is_sent_afterwards(void)
{
    struct pair pair;

    pair_open(&pair, NULL, 1);
    say(&pair, "slow");
    CU_ASSERT_EQUAL(hlsim__network_set_delay(&pair.rig->net, HLSIM_MS, HLSIM_MS, 0), 0);
    CU_ASSERT_EQUAL(hlsim__network_set_delay(&pair.rig->net, -1, 0, 0), HLSIM_E_RANGE);
    say(&pair, "fast");
    rig_run(pair.rig, HLSIM_MS);
    CU_ASSERT_EQUAL(pair.server.count, 1);
    CU_ASSERT_NSTRING_EQUAL(pair.server.bytes, "fast", 4);
    rig_run(pair.rig, 80 * HLSIM_MS);
    CU_ASSERT_EQUAL(pair.server.count, 2);
    CU_ASSERT_NSTRING_EQUAL(pair.server.bytes, "slow", 4);
    rig_free(pair.rig);
}

/* Sends 200 datagrams one second apart; the delays of all go to `ret_delays`. */
static void measure_jitter(uint64_t seed, int64_t *ret_delays)
{
    struct hlsim_network_config config;
    struct pair pair;

    hlsim_network_config_default(&config);
    config.jitter = 10 * HLSIM_MS;
    pair_open(&pair, &config, seed);
    for (int i = 0; i < 200; i++) {
        int64_t sent = pair.rig->sched.now;

        say(&pair, "x");
        rig_run(pair.rig, sent + HLSIM_SECOND);
        ret_delays[i] = pair.server.at - sent;
    }
    rig_free(pair.rig);
}

static void jitter_keeps_its_bounds_and_follows_the_seed(void)
{
    int64_t first[200];
    int64_t again[200];
    int64_t other[200];
    int64_t least = INT64_MAX;
    int64_t most = 0;

    measure_jitter(7, first);
    measure_jitter(7, again);
    measure_jitter(8, other);
    for (int i = 0; i < 200; i++) {
        least = first[i] < least ? first[i] : least;
        most = first[i] > most ? first[i] : most;
    }
    CU_ASSERT_TRUE(least >= 80 * HLSIM_MS && most <= 90 * HLSIM_MS);
    /* 200 even draws stay out of the outer fifths with a chance of 1e-19 each. */
    CU_ASSERT_TRUE(least < 82 * HLSIM_MS && most > 88 * HLSIM_MS);
    CU_ASSERT_EQUAL(memcmp(first, again, sizeof first), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(first, other, sizeof first), 0);
}

/* How many of 1000 datagrams arrive. */
static size_t arrivals_at_loss(uint32_t ppm, bool up)
{
    struct pair pair;
    size_t count;

    pair_open(&pair, NULL, 11);
    say(&pair, "opens the mapping");
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(hlsim__network_set_loss(&pair.rig->net, up ? ppm : 0, up ? 0 : ppm), 0);
    for (int i = 0; i < 1000; i++) {
        if (up) {
            say(&pair, "x");
        } else {
            hlsim__endpoint_udp_send(&pair.rig->server, PORT, pair.server.from,
                                     (const uint8_t *)"y", 1);
        }
        rig_run(pair.rig, pair.rig->sched.now + 100 * HLSIM_MS);
    }
    count = up ? pair.server.count - 1 : pair.modem.count;
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "loss"), 1000 - count);
    rig_free(pair.rig);
    return count;
}

static void loss_takes_its_share(void)
{
    CU_ASSERT_EQUAL(arrivals_at_loss(0, true), 1000);
    CU_ASSERT_EQUAL(arrivals_at_loss(0, false), 1000);
    CU_ASSERT_EQUAL(arrivals_at_loss(1000000, true), 0);
    CU_ASSERT_EQUAL(arrivals_at_loss(1000000, false), 0);
    /* 700 expected; the standard deviation is 14.5, four of it are 58. */
    CU_ASSERT_TRUE(labs((long)arrivals_at_loss(300000, true) - 700) < 58);
    CU_ASSERT_TRUE(labs((long)arrivals_at_loss(300000, false) - 700) < 58);
}

static void nothing_is_heard_when_all_is_dropped(void)
{
    struct pair pair;

    pair_open(&pair, NULL, 1);
    hlsim__network_set_loss(&pair.rig->net, 1000000, 1000000);
    CU_ASSERT_EQUAL(say(&pair, "hello?"), 0);
    rig_run(pair.rig, HLSIM_DAY);
    CU_ASSERT_EQUAL(pair.server.count, 0);
    CU_ASSERT_EQUAL(rig_count(pair.rig, HLSIM_EVENT_NET_SEND), 1);
    CU_ASSERT_EQUAL(rig_count(pair.rig, HLSIM_EVENT_NET_DROP), 1);
    CU_ASSERT_EQUAL(pair.rig->event_count, 2);
    CU_ASSERT_EQUAL(hlsim_network_nat_count(&pair.rig->net), 0);
    rig_free(pair.rig);
}

static void events_name_their_causes(void)
{
    struct pair pair;
    const struct rig_event *sent;
    const struct rig_event *received;
    const struct rig_event *opened;
    uint64_t before;

    pair_open(&pair, NULL, 1);
    pair.server.answers = 1;
    before = hlsim__stream_set_cause(&pair.rig->stream, 77);
    say(&pair, "ping");
    hlsim__stream_set_cause(&pair.rig->stream, before);
    rig_run(pair.rig, HLSIM_SECOND);
    sent = rig_event(pair.rig, HLSIM_EVENT_NET_SEND, 0);
    received = rig_event(pair.rig, HLSIM_EVENT_NET_RECEIVE, 0);
    opened = rig_event(pair.rig, HLSIM_EVENT_NAT_OPEN, 0);
    CU_ASSERT_EQUAL(sent->cause, 77);
    CU_ASSERT_STRING_EQUAL(sent->from, "10.0.0.1:40000");
    CU_ASSERT_STRING_EQUAL(sent->to, "203.0.113.1:5684");
    CU_ASSERT_STRING_EQUAL(sent->protocol, "udp");
    CU_ASSERT_EQUAL(sent->size, 4);
    CU_ASSERT_EQUAL(opened->cause, sent->id);
    CU_ASSERT_EQUAL(received->cause, sent->id);
    CU_ASSERT_EQUAL(pair.server.cause, received->id);
    CU_ASSERT_STRING_EQUAL(received->from, opened->to);
    sent = rig_event(pair.rig, HLSIM_EVENT_NET_SEND, 1);
    CU_ASSERT_EQUAL(sent->cause, received->id);
    CU_ASSERT_STRING_EQUAL(sent->to, opened->to);
    received = rig_event(pair.rig, HLSIM_EVENT_NET_RECEIVE, 1);
    CU_ASSERT_STRING_EQUAL(received->to, "10.0.0.1:40000");
    CU_ASSERT_EQUAL(received->size, 5);
    CU_ASSERT_EQUAL(pair.modem.cause, received->id);
    rig_free(pair.rig);
}

static void listening_changes_no_event_number(void)
{
    uint64_t last[2];

    for (int listens = 0; listens < 2; listens++) {
        struct pair pair;

        pair_open(&pair, NULL, 1);
        pair.rig->stream.wanted = listens ? HLSIM_EVENT_ALL : 0;
        pair.server.answers = 3;
        pair.modem.answers = 2;
        say(&pair, "ping");
        hlsim__udp_send(&pair.socket, (struct hlsim_address){.ip = 1, .port = 1}, NULL, 0);
        rig_run(pair.rig, HLSIM_HOUR);
        CU_ASSERT_EQUAL(pair.modem.count, 3);
        last[listens] = pair.rig->stream.last_id;
        rig_free(pair.rig);
    }
    CU_ASSERT_EQUAL(last[0], last[1]);
}

static void callbacks_may_send_and_close(void)
{
    struct pair pair;

    pair_open(&pair, NULL, 1);
    pair.server.answers = 2;
    pair.modem.answers = 2;
    say(&pair, "");
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.server.count, 3);
    CU_ASSERT_EQUAL(pair.modem.count, 2);
    CU_ASSERT_EQUAL(pair.server.size, 4);
    pair.server.answers = 2;
    pair.modem.closes = &pair.socket;
    say(&pair, "a");
    say(&pair, "b");
    rig_run(pair.rig, 2 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.modem.count, 3);
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "no socket"), 1);
    CU_ASSERT_EQUAL(say(&pair, "c"), HLSIM_E_STATE);
    hlsim__udp_close(&pair.socket);
    rig_free(pair.rig);
}

static void what_has_no_receiver_is_dropped(void)
{
    static const struct hlsim_address elsewhere = {.ip = 0x08080808, .port = 53};
    struct hlsim_address deaf = server;
    struct pair pair;

    pair_open(&pair, NULL, 1);
    deaf.port = 1;
    CU_ASSERT_EQUAL(hlsim__udp_send(&pair.socket, elsewhere, NULL, 0), 0);
    CU_ASSERT_EQUAL(hlsim__udp_send(&pair.socket, deaf, NULL, 0), 0);
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(rig_event(pair.rig, HLSIM_EVENT_NET_DROP, 0)->why, "no route");
    CU_ASSERT_STRING_EQUAL(rig_event(pair.rig, HLSIM_EVENT_NET_DROP, 1)->why, "no socket");
    hlsim__endpoint_set_reachable(&pair.rig->server, false);
    say(&pair, "anybody?");
    rig_run(pair.rig, 2 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(rig_event(pair.rig, HLSIM_EVENT_NET_DROP, 2)->why, "endpoint down");
    for (size_t i = 0; i < 3; i++) {
        /* All of them had come as far as beyond the NAT box. */
        CU_ASSERT_EQUAL(rig_event(pair.rig, HLSIM_EVENT_NET_DROP, i)->passed, 1);
    }
    CU_ASSERT_EQUAL(pair.server.count, 0);
    hlsim__endpoint_set_reachable(&pair.rig->server, true);
    say(&pair, "again");
    rig_run(pair.rig, 3 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.server.count, 1);
    rig_free(pair.rig);
}

static void coverage_counts_when_sending_and_when_arriving(void)
{
    struct pair pair;

    pair_open(&pair, NULL, 1);
    pair.server.answers = 1;
    say(&pair, "one");
    rig_run(pair.rig, 100 * HLSIM_MS);
    hlsim__iface_set_coverage(&pair.rig->iface[0], false);
    rig_run(pair.rig, 200 * HLSIM_MS);
    CU_ASSERT_EQUAL(pair.modem.count, 0);
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "no coverage"), 1);
    CU_ASSERT_EQUAL(say(&pair, "two"), 0);
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "no coverage"), 2);
    CU_ASSERT_EQUAL(rig_event(pair.rig, HLSIM_EVENT_NET_DROP, 0)->passed, 0);
    CU_ASSERT_EQUAL(rig_event(pair.rig, HLSIM_EVENT_NET_DROP, 1)->passed, 0);
    hlsim__iface_set_coverage(&pair.rig->iface[0], true);
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.server.count, 1);
    say(&pair, "three");
    rig_run(pair.rig, 2 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.server.count, 2);
    rig_free(pair.rig);
}

static void a_detached_modem_neither_sends_nor_receives(void)
{
    struct rig_cut cut = {.at = 0};
    struct pair pair;

    pair_open(&pair, NULL, 1);
    pair.server.answers = 1;
    hlsim__power_set_hook(&pair.rig->power[0], rig_cuts, &cut);
    say(&pair, "one");
    hlsim__iface_detach(&pair.rig->iface[0]);
    CU_ASSERT_EQUAL(say(&pair, "two"), HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(cut.asked, 1);
    hlsim__iface_attach(&pair.rig->iface[0], 0x0a000063);
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.server.count, 1);
    CU_ASSERT_EQUAL(pair.modem.count, 0);
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "no route"), 1);
    rig_free(pair.rig);
}

/* Power fails at the second of three sends; returns how many datagrams reach the server. */
static size_t arrivals_after_cut(enum hlsim_torn torn)
{
    struct rig_cut cut = {.at = 2, .torn = torn};
    struct pair pair;
    size_t count;

    pair_open(&pair, NULL, 1);
    hlsim__power_set_hook(&pair.rig->power[0], rig_cuts, &cut);
    CU_ASSERT_EQUAL(say(&pair, "one"), 0);
    CU_ASSERT_EQUAL(say(&pair, "two"), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(say(&pair, "three"), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(cut.asked, 2);
    rig_power_off(pair.rig, 0);
    rig_run(pair.rig, HLSIM_SECOND);
    count = pair.server.count;
    rig_free(pair.rig);
    return count;
}

static void a_torn_send_leaves_only_when_complete(void)
{
    CU_ASSERT_EQUAL(arrivals_after_cut(HLSIM_TORN_NOTHING), 1);
    CU_ASSERT_EQUAL(arrivals_after_cut(HLSIM_TORN_PREFIX), 1);
    CU_ASSERT_EQUAL(arrivals_after_cut(HLSIM_TORN_COMPLETE), 2);
}

static void a_reset_forgets_sockets_without_touching_them(void)
{
    struct pair pair;

    pair_open(&pair, NULL, 1);
    pair.server.answers = 2;
    hlsim__power_register_ram(&pair.rig->power[0], &pair.socket, sizeof pair.socket);
    say(&pair, "one");
    say(&pair, "two");
    rig_run(pair.rig, 100 * HLSIM_MS);
    rig_power_off(pair.rig, 0);
    rig_run(pair.rig, 150 * HLSIM_MS);
    rig_run(pair.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(rig_count_why(pair.rig, "power"), 2);
    for (size_t i = 0; i < sizeof pair.socket; i++) {
        CU_ASSERT_EQUAL(((const uint8_t *)&pair.socket)[i], HLSIM__RAM_POISON);
    }
    CU_ASSERT_EQUAL(hlsim__udp_open(&pair.socket, &pair.rig->iface[0], 1, receive, &pair.modem),
                    HLSIM_E_POWER);
    hlsim__power_on(&pair.rig->power[0]);
    hlsim__iface_attach(&pair.rig->iface[0], 0x0a000001);
    CU_ASSERT_EQUAL(hlsim__udp_open(&pair.socket, &pair.rig->iface[0], 40000, receive, &pair.modem),
                    0);
    pair.server.answers = 1;
    say(&pair, "three");
    rig_run(pair.rig, 2 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(pair.modem.count, 1);
    rig_free(pair.rig);
}

static void ports_are_taken_once_and_limits_hold(void)
{
    static uint8_t large[HLSIM_DATAGRAM_MAX + 1];
    struct hlsim__udp_socket sockets[HLSIM__UDP_SOCKETS_MAX];
    struct receiver receiver = {0};
    struct rig *rig = rig_new(NULL, 1);

    receiver.rig = rig;
    CU_ASSERT_EQUAL(hlsim__udp_open(&sockets[0], &rig->iface[0], 7, receive, &receiver), 0);
    CU_ASSERT_EQUAL(hlsim__udp_open(&sockets[1], &rig->iface[0], 7, receive, &receiver),
                    HLSIM_E_EXISTS);
    for (size_t i = 1; i < HLSIM__UDP_SOCKETS_MAX; i++) {
        CU_ASSERT_EQUAL(hlsim__udp_open(&sockets[i], &rig->iface[0], 0, receive, &receiver), 0);
        CU_ASSERT_TRUE(sockets[i].port >= 49152);
        for (size_t j = 0; j < i; j++) {
            CU_ASSERT_NOT_EQUAL(sockets[i].port, sockets[j].port);
        }
    }
    {
        struct hlsim__udp_socket more;

        CU_ASSERT_EQUAL(hlsim__udp_open(&more, &rig->iface[0], 0, receive, &receiver),
                        HLSIM_E_LIMIT);
    }
    CU_ASSERT_EQUAL(hlsim__udp_send(&sockets[0], server, large, sizeof large), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(rig->event_count, 0);
    for (size_t i = 0; i < HLSIM__DATAGRAMS_MAX + 5; i++) {
        CU_ASSERT_EQUAL(hlsim__udp_send(&sockets[0], server, large, HLSIM_DATAGRAM_MAX), 0);
    }
    CU_ASSERT_EQUAL(rig_count_why(rig, "queue"), 5);
    rig_free(rig);
}

static void delivery_touches_the_modems_promises(void)
{
    struct pair pair;

    pair_open(&pair, NULL, 1);
    pair.server.answers = 1;
    say(&pair, "ping");
    CU_ASSERT_TRUE(hlsim__sched_fire_next(&pair.rig->sched, HLSIM_SECOND));
    CU_ASSERT_EQUAL(pair.server.count, 1);
    CU_ASSERT_FALSE(pair.rig->scope.touched);
    CU_ASSERT_TRUE(hlsim__sched_fire_next(&pair.rig->sched, HLSIM_SECOND));
    CU_ASSERT_EQUAL(pair.modem.count, 1);
    CU_ASSERT_TRUE(pair.rig->scope.touched);
    rig_free(pair.rig);
}

/* Two modems talk under jitter and loss; the first may lose its power. Notes the events of the
 * second. */
static size_t events_of_second_modem(bool cut, struct rig_event *ret_events)
{
    struct hlsim_network_config config;
    struct hlsim__udp_socket second;
    struct receiver receiver = {0};
    struct pair pair;
    size_t count = 0;

    hlsim_network_config_default(&config);
    config.jitter = 50 * HLSIM_MS;
    config.loss_ppm_up = 200000;
    config.loss_ppm_down = 200000;
    pair_open(&pair, &config, 3);
    receiver.rig = pair.rig;
    pair.server.answers = 1000;
    CU_ASSERT_EQUAL(hlsim__udp_open(&second, &pair.rig->iface[1], 0, receive, &receiver), 0);
    for (int i = 0; i < 100; i++) {
        if (cut && i == 50) {
            rig_power_off(pair.rig, 0);
        }
        if (!cut || i < 50) {
            say(&pair, "first");
        }
        hlsim__udp_send(&second, server, (const uint8_t *)"second", 6);
        rig_run(pair.rig, pair.rig->sched.now + 70 * HLSIM_MS);
    }
    for (size_t i = 0; i < pair.rig->event_count; i++) {
        const struct rig_event *event = &pair.rig->events[i];

        /* Its inside address, or the first port of its block on the public address. */
        if (strncmp(event->from, "10.0.0.2:", 9) == 0 || strncmp(event->to, "10.0.0.2:", 9) == 0 ||
            strcmp(event->from, "198.51.100.1:1088") == 0 ||
            strcmp(event->to, "198.51.100.1:1088") == 0) {
            ret_events[count] = *event;
            ret_events[count].id = 0;
            ret_events[count].cause = 0;
            count++;
        }
    }
    rig_free(pair.rig);
    return count;
}

static void cutting_one_modem_changes_nothing_for_the_other(void)
{
    struct rig_event *calm = calloc(RIG_EVENTS, sizeof *calm);
    struct rig_event *cut = calloc(RIG_EVENTS, sizeof *cut);
    size_t calm_count = events_of_second_modem(false, calm);
    size_t cut_count = events_of_second_modem(true, cut);

    CU_ASSERT_TRUE(calm_count > 200);
    CU_ASSERT_EQUAL(calm_count, cut_count);
    CU_ASSERT_EQUAL(memcmp(calm, cut, calm_count * sizeof *calm), 0);
    free(calm);
    free(cut);
}

static void count_traffic(void *user)
{
    (*(size_t *)user)++;
}

static void what_comes_down_waits_for_a_modem_that_sleeps(void)
{
    struct pair pair;
    size_t traffic = 0;

    pair_open(&pair, NULL, 1);
    say(&pair, "ping");
    rig_run(pair.rig, 80 * HLSIM_MS);
    hlsim__iface_watch(&pair.rig->iface[0], count_traffic, &traffic);
    hlsim__iface_set_asleep(&pair.rig->iface[0], true);
    for (int i = 0; i < 3; i++) {
        const uint8_t byte = (uint8_t)('a' + i);

        CU_ASSERT_EQUAL(
            hlsim__endpoint_udp_send(&pair.rig->server, PORT, pair.server.from, &byte, 1), 0);
    }
    rig_run(pair.rig, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(pair.modem.count, 0);
    CU_ASSERT_EQUAL(pair.rig->iface[0].datagrams, 3);
    CU_ASSERT_EQUAL(traffic, 0);
    hlsim__iface_set_asleep(&pair.rig->iface[0], false);
    rig_run(pair.rig, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(pair.modem.count, 3);
    CU_ASSERT_EQUAL(pair.modem.bytes[0], 'c');
    CU_ASSERT_EQUAL(pair.modem.at, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(pair.rig->iface[0].datagrams, 0);
    CU_ASSERT_EQUAL(traffic, 3);
    say(&pair, "more");
    CU_ASSERT_EQUAL(traffic, 4);
    rig_free(pair.rig);
}

static void a_modem_that_sleeps_has_no_endless_queue(void)
{
    struct pair pair;

    pair_open(&pair, NULL, 1);
    say(&pair, "ping");
    rig_run(pair.rig, 80 * HLSIM_MS);
    hlsim__iface_set_asleep(&pair.rig->iface[0], true);
    for (int i = 0; i < 2 * HLSIM__DATAGRAMS_MAX; i++) {
        CU_ASSERT_EQUAL(hlsim__endpoint_udp_send(&pair.rig->server, PORT, pair.server.from,
                                                 (const uint8_t *)"x", 1),
                        0);
    }
    rig_run(pair.rig, HLSIM_MINUTE);
    hlsim__iface_reset(&pair.rig->iface[0]);
    rig_run(pair.rig, 2 * HLSIM_MINUTE);
    /* Who has restarted has no socket: what waited is lost, and nothing is left. */
    CU_ASSERT_EQUAL(pair.modem.count, 0);
    CU_ASSERT_EQUAL(pair.rig->iface[0].datagrams, 0);
    CU_ASSERT_EQUAL(pair.rig->net.tally.in_flight, 0);
    rig_free(pair.rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_datagram_takes_exactly_the_delay_of_its_direction),
    SUITE_TEST(another_delay_holds_for_what_is_sent_afterwards),
    SUITE_TEST(jitter_keeps_its_bounds_and_follows_the_seed),
    SUITE_TEST(loss_takes_its_share),
    SUITE_TEST(nothing_is_heard_when_all_is_dropped),
    SUITE_TEST(events_name_their_causes),
    SUITE_TEST(listening_changes_no_event_number),
    SUITE_TEST(callbacks_may_send_and_close),
    SUITE_TEST(what_has_no_receiver_is_dropped),
    SUITE_TEST(coverage_counts_when_sending_and_when_arriving),
    SUITE_TEST(a_detached_modem_neither_sends_nor_receives),
    SUITE_TEST(a_torn_send_leaves_only_when_complete),
    SUITE_TEST(a_reset_forgets_sockets_without_touching_them),
    SUITE_TEST(ports_are_taken_once_and_limits_hold),
    SUITE_TEST(delivery_touches_the_modems_promises),
    SUITE_TEST(cutting_one_modem_changes_nothing_for_the_other),
    SUITE_TEST(what_comes_down_waits_for_a_modem_that_sleeps),
    SUITE_TEST(a_modem_that_sleeps_has_no_endless_queue),
};

int main(void)
{
    return suite_run("network_udp", tests, sizeof tests / sizeof *tests);
}
