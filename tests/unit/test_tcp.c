/*
 * Streams of the simulated network when all goes well.
 */
#include "network_link.h"

static void connecting_takes_one_round_trip(void)
{
    struct link *link = link_new(NULL);

    CU_ASSERT_EQUAL(dial(link), 0);
    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, (const uint8_t *)"x", 1), HLSIM_E_STATE);
    rig_run(link->rig, 2 * DELAY - 1);
    CU_ASSERT_EQUAL(link->accepted, 1);
    CU_ASSERT_EQUAL(link->modem.connected, 0);
    rig_run(link->rig, 2 * DELAY);
    CU_ASSERT_EQUAL(link->modem.connected, 1);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_address(link->peer).ip, RIG_PUBLIC_IP);
    link_free(link);
}

static void bytes_go_both_ways_and_closing_ends_both(void)
{
    struct link *link = link_up(NULL);
    const struct rig_event *sent;

    say(link, "GET /");
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->far, "GET /"));
    CU_ASSERT_EQUAL(link->modem.drained, 1);
    /* 40 bits at 300 kbit/s are 133,333 ns. */
    CU_ASSERT_EQUAL(link->far.last_at, 2 * DELAY + 133333 + DELAY);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"200", 3), 3);
    hlsim__tcp_peer_close(link->peer);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"x", 1), HLSIM_E_STATE);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->modem, "200"));
    CU_ASSERT_EQUAL(link->modem.closed, 1);
    CU_ASSERT_EQUAL(link->modem.reason, HLSIM_OK);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_OK);
    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, (const uint8_t *)"x", 1), HLSIM_E_STATE);
    CU_ASSERT_EQUAL(hlsim__tcp_close(&link->tcp), 0);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    sent = rig_event(link->rig, HLSIM_EVENT_NET_SEND, 0);
    CU_ASSERT_STRING_EQUAL(sent->protocol, "tcp");
    CU_ASSERT_STRING_EQUAL(sent->what, "open");
    CU_ASSERT_STRING_EQUAL(sent->to, "203.0.113.1:8080");
    CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_RECEIVE, 0)->cause, sent->id);
    CU_ASSERT_STRING_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_RECEIVE, 2)->what, "data");
    CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_RECEIVE, 2)->id, link->far.cause);
    CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_RECEIVE, 2)->size, 5);
    CU_ASSERT_STRING_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_RECEIVE, 4)->what, "close");
    link_free(link);
}

static void every_segment_names_what_made_it_leave(void)
{
    struct link *link = link_up(NULL);
    uint64_t before = hlsim__stream_set_cause(&link->rig->stream, 77);

    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, link->package, 4000), 4000);
    hlsim__stream_set_cause(&link->rig->stream, before);
    run_for(link, HLSIM_SECOND);
    for (size_t i = 2; i < 5; i++) {
        CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_SEND, i)->cause, 77);
    }
    CU_ASSERT_EQUAL(rig_count(link->rig, HLSIM_EVENT_NET_SEND), 5);
    link_free(link);
}

static void send_more(struct link *link)
{
    if (link->far.size < 2 * HLSIM__TCP_BUFFER) {
        static const uint8_t zeros[HLSIM__TCP_BUFFER];

        CU_ASSERT_TRUE(hlsim__tcp_send(&link->tcp, zeros, sizeof zeros) >= 0);
    }
}

static void bytes_stay_in_place_while_they_are_handed_over(void)
{
    struct link *link = link_up(NULL);

    link->far.before_data = send_more;
    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, link->package, 4000), 4000);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(link->far.size > 4000);
    CU_ASSERT_EQUAL(memcmp(link->far.bytes, link->package, 4000), 0);
    link_free(link);
}

static void segments_do_not_overtake_each_other(void)
{
    struct hlsim_network_config config;
    struct link *link;

    hlsim_network_config_default(&config);
    config.jitter = HLSIM_SECOND;
    link = link_new(&config);
    CU_ASSERT_EQUAL(dial(link), 0);
    run_for(link, 10 * HLSIM_SECOND);
    send_package(link);
    run_for(link, HLSIM_MINUTE);
    CU_ASSERT_TRUE(has_package(link));
    link_free(link);
}

static void closing_by_the_modem_delivers_what_was_sent_before(void)
{
    struct link *link = link_up(NULL);

    say(link, "last words");
    CU_ASSERT_EQUAL(hlsim__tcp_close(&link->tcp), 0);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"late", 4), 4);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->far, "last words"));
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_OK);
    CU_ASSERT_EQUAL(link->modem.size, 0);
    CU_ASSERT_EQUAL(link->modem.closed, 0);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    link_free(link);
}

static void a_package_arrives_whole_at_the_bit_rate(void)
{
    struct link *link = link_up(NULL);
    int64_t start = link->rig->sched.now;
    /* 524,648 bytes at 300 kbit/s. Each of the 387 segments may be rounded down by less than 1 ns.
     */
    int64_t expected = start + INT64_C(13990613333) + DELAY;

    send_package(link);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"x", 1), 0);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send_borrowed(link->peer, link->package, 1), HLSIM_E_FULL);
    run_for(link, 15 * HLSIM_SECOND);
    CU_ASSERT_TRUE(has_package(link));
    CU_ASSERT_EQUAL(link->modem.largest, 1358);
    CU_ASSERT_EQUAL(rig_count(link->rig, HLSIM_EVENT_NET_RECEIVE), 2 + 387);
    CU_ASSERT_TRUE(link->modem.last_at <= expected && link->modem.last_at > expected - 387);
    CU_ASSERT_EQUAL(link->far.drained, 1);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"x", 1), 1);
    link_free(link);
}

static void copied_bytes_come_before_borrowed_ones(void)
{
    struct link *link = link_up(NULL);

    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"head", 4), 4);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send_borrowed(link->peer, (const uint8_t *)"body", 4), 0);
    hlsim__tcp_peer_close(link->peer);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->modem, "headbody"));
    CU_ASSERT_EQUAL(link->modem.reason, HLSIM_OK);
    CU_ASSERT_EQUAL(link->modem.closed, 1);
    link_free(link);
}

static void a_full_buffer_takes_a_part_and_says_when_it_is_empty(void)
{
    struct link *link = link_up(NULL);
    size_t sent = 0;
    size_t rounds = 0;

    while (sent < 20000 && rounds < 100) {
        size_t drained = link->modem.drained;
        int count = hlsim__tcp_send(&link->tcp, link->package + sent, 20000 - sent);

        CU_ASSERT_TRUE(count > 0);
        sent += (size_t)count;
        CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, link->package, 1), sent < 20000 ? 0 : 1);
        while (link->modem.drained == drained && rig_step(link->rig, HLSIM_HOUR)) {
        }
        CU_ASSERT_EQUAL(link->modem.drained, drained + 1);
        rounds++;
    }
    CU_ASSERT_EQUAL(rounds, (20000 + HLSIM__TCP_BUFFER - 1) / HLSIM__TCP_BUFFER);
    CU_ASSERT_EQUAL(link->far.size, 20001);
    CU_ASSERT_EQUAL(memcmp(link->far.bytes, link->package, 20000), 0);
    link_free(link);
}

static void a_refused_connection_is_reset_after_one_round_trip(void)
{
    for (int refuses = 0; refuses < 2; refuses++) {
        struct link *link = link_new(NULL);

        link->refuses = refuses != 0;
        if (!refuses) {
            CU_ASSERT_EQUAL(hlsim__endpoint_listen(&link->rig->server, PORT, NULL, NULL), 0);
        }
        CU_ASSERT_EQUAL(dial(link), 0);
        rig_run(link->rig, HLSIM_MINUTE);
        CU_ASSERT_EQUAL(link->modem.connected, 0);
        CU_ASSERT_EQUAL(link->modem.closed, 1);
        CU_ASSERT_EQUAL(link->modem.closed_at, 2 * DELAY);
        CU_ASSERT_EQUAL(link->modem.reason, HLSIM_E_GONE);
        CU_ASSERT_EQUAL(link->far.closed, 0);
        CU_ASSERT_EQUAL(link->rig->sched.count, 0);
        link_free(link);
    }
}

static void aborting_resets_the_other_side(void)
{
    struct link *link = link_up(NULL);

    CU_ASSERT_EQUAL(hlsim__tcp_abort(&link->tcp), 0);
    run_for(link, DELAY);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_E_GONE);
    CU_ASSERT_EQUAL(link->modem.closed, 0);
    CU_ASSERT_EQUAL(dial(link), 0);
    run_for(link, HLSIM_SECOND);
    send_package(link);
    run_for(link, HLSIM_SECOND);
    hlsim__tcp_peer_abort(link->peer);
    memset(link->package, 0, PACKAGE);
    run_for(link, DELAY);
    CU_ASSERT_EQUAL(link->modem.closed, 1);
    CU_ASSERT_EQUAL(link->modem.reason, HLSIM_E_GONE);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    link_free(link);
}

static void abort_while_connecting_leaves_nothing_behind(void)
{
    struct link *link = link_new(NULL);

    CU_ASSERT_EQUAL(dial(link), 0);
    CU_ASSERT_EQUAL(hlsim__tcp_close(&link->tcp), 0);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->modem.connected + link->modem.closed + link->far.closed, 0);
    CU_ASSERT_EQUAL(link->rig->iface[0].peer_count, 0);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    link_free(link);
}

static void answer(struct link *link)
{
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"welcome", 7), 7);
}

static void answer_and_close(struct link *link)
{
    answer(link);
    hlsim__tcp_peer_close(link->peer);
}

static void close_modem(struct link *link)
{
    CU_ASSERT_EQUAL(hlsim__tcp_close(&link->tcp), 0);
}

static void abort_modem(struct link *link)
{
    CU_ASSERT_EQUAL(hlsim__tcp_abort(&link->tcp), 0);
}

static void abort_far(struct link *link)
{
    hlsim__tcp_peer_abort(link->peer);
}

static void reset_modem(struct link *link)
{
    hlsim__iface_reset(&link->rig->iface[0]);
}

static void dial_again(struct link *link)
{
    link->modem.on_closed = NULL;
    CU_ASSERT_EQUAL(dial(link), 0);
}

static void endpoints_may_speak_first(void)
{
    struct link *link = link_new(NULL);

    link->on_accept = answer_and_close;
    CU_ASSERT_EQUAL(dial(link), 0);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->modem.connected, 1);
    CU_ASSERT_TRUE(has(&link->modem, "welcome"));
    CU_ASSERT_EQUAL(link->modem.closed, 1);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    link_free(link);
}

static void callbacks_may_send_close_abort_and_connect(void)
{
    static void (*const by_modem[])(struct link *) = {close_modem, abort_modem, reset_modem};
    static void (*const by_far[])(struct link *) = {answer_and_close, abort_far};

    for (size_t i = 0; i < sizeof by_modem / sizeof *by_modem; i++) {
        struct link *link = link_up(NULL);

        link->modem.on_data = by_modem[i];
        send_package(link);
        run_for(link, HLSIM_HOUR);
        CU_ASSERT_EQUAL(link->modem.size, 1358);
        CU_ASSERT_EQUAL(link->modem.closed, 0);
        CU_ASSERT_EQUAL(link->far.closed, 1);
        CU_ASSERT_EQUAL(link->rig->iface[0].peer_count, 0);
        CU_ASSERT_EQUAL(link->rig->sched.count, 0);
        link_free(link);
    }
    for (size_t i = 0; i < sizeof by_far / sizeof *by_far; i++) {
        struct link *link = link_up(NULL);

        link->far.on_data = by_far[i];
        link->modem.on_closed = dial_again;
        say(link, "GET");
        run_for(link, HLSIM_MINUTE);
        CU_ASSERT_EQUAL(link->modem.closed, 1);
        CU_ASSERT_EQUAL(link->modem.connected, 2);
        CU_ASSERT_EQUAL(link->far.closed, by_far[i] == abort_far ? 0 : 1);
        CU_ASSERT_EQUAL(link->rig->iface[0].peer_count, 1);
        link_free(link);
    }
}

static void one_interface_has_a_limited_number_of_connections(void)
{
    struct hlsim__tcp more[HLSIM__TCP_MAX];
    struct link *link = link_up(NULL);

    for (size_t i = 0; i < HLSIM__TCP_MAX; i++) {
        CU_ASSERT_EQUAL(
            hlsim__tcp_connect(&more[i], &link->rig->iface[0], server, &callbacks, &link->modem),
            i + 1 < HLSIM__TCP_MAX ? 0 : HLSIM_E_LIMIT);
    }
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->modem.connected, HLSIM__TCP_MAX);
    for (size_t i = 0; i + 1 < HLSIM__TCP_MAX; i++) {
        CU_ASSERT_EQUAL(hlsim__tcp_close(&more[i]), 0);
    }
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->far.closed, HLSIM__TCP_MAX - 1);
    CU_ASSERT_EQUAL(link->rig->iface[0].peer_count, 1);
    CU_ASSERT_EQUAL(dial(link), 0);
    link_free(link);
}

static void a_long_way_holds_no_more_than_the_window(void)
{
    struct hlsim_network_config config;
    struct link *link;

    hlsim_network_config_default(&config);
    config.delay_down = 10 * HLSIM_SECOND;
    link = link_new(&config);
    CU_ASSERT_EQUAL(dial(link), 0);
    run_for(link, 11 * HLSIM_SECOND);
    send_package(link);
    run_for(link, 9 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(rig_count(link->rig, HLSIM_EVENT_NET_SEND), 2 + HLSIM__TCP_WINDOW);
    run_for(link, 2 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(has_package(link));
    link_free(link);
}

static void a_stream_waits_for_a_modem_that_sleeps_and_loses_nothing(void)
{
    struct link *link = link_up(NULL);
    int64_t woken;

    hlsim__iface_set_asleep(&link->rig->iface[0], true);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"one", 3), 3);
    run_for(link, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"two", 3), 3);
    run_for(link, 10 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(link->modem.size, 0);
    CU_ASSERT_EQUAL(link->modem.closed, 0);
    woken = link->rig->sched.now;
    hlsim__iface_set_asleep(&link->rig->iface[0], false);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->modem, "onetwo"));
    CU_ASSERT_EQUAL(link->modem.last_at, woken);
    CU_ASSERT_EQUAL(link->far.closed, 0);
    link_free(link);
}

static const struct suite_test tests[] = {
    SUITE_TEST(connecting_takes_one_round_trip),
    SUITE_TEST(bytes_go_both_ways_and_closing_ends_both),
    SUITE_TEST(every_segment_names_what_made_it_leave),
    SUITE_TEST(bytes_stay_in_place_while_they_are_handed_over),
    SUITE_TEST(segments_do_not_overtake_each_other),
    SUITE_TEST(closing_by_the_modem_delivers_what_was_sent_before),
    SUITE_TEST(a_package_arrives_whole_at_the_bit_rate),
    SUITE_TEST(copied_bytes_come_before_borrowed_ones),
    SUITE_TEST(a_full_buffer_takes_a_part_and_says_when_it_is_empty),
    SUITE_TEST(a_refused_connection_is_reset_after_one_round_trip),
    SUITE_TEST(aborting_resets_the_other_side),
    SUITE_TEST(abort_while_connecting_leaves_nothing_behind),
    SUITE_TEST(endpoints_may_speak_first),
    SUITE_TEST(callbacks_may_send_close_abort_and_connect),
    SUITE_TEST(one_interface_has_a_limited_number_of_connections),
    SUITE_TEST(a_long_way_holds_no_more_than_the_window),
    SUITE_TEST(a_stream_waits_for_a_modem_that_sleeps_and_loses_nothing),
};

int main(void)
{
    return suite_run("tcp", tests, sizeof tests / sizeof *tests);
}
