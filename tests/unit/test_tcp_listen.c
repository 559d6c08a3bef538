/*
 * Streams that come in at a modem: who connects to one that listens, or does not.
 */
#include "network_link.h"

#define LISTENS 5000

static const struct hlsim_address visitor = {.ip = RIG_SERVER_IP, .port = 40000};

struct house {
    struct link *link;
    struct hlsim__tcp_server server;
    struct hlsim_address from;
    size_t incoming;
    bool refuses;
};

static int let_in(void *user, struct hlsim_address from, struct hlsim__tcp_peer *peer)
{
    struct house *house = user;

    house->incoming++;
    house->from = from;
    if (house->refuses) {
        return HLSIM_E_LIMIT;
    }
    hlsim__tcp_take(&house->link->tcp, peer, &callbacks, &house->link->modem);
    return 0;
}

static void open_house(struct house *house, bool listens)
{
    *house = (struct house){.link = link_new(NULL)};
    if (listens) {
        CU_ASSERT_EQUAL(
            hlsim__tcp_listen(&house->server, &house->link->rig->iface[0], LISTENS, let_in, house),
            0);
    }
}

static void visit(struct house *house)
{
    const struct hlsim__tcp_visit visit = {.iface = &house->link->rig->iface[0],
                                           .from = visitor,
                                           .port = LISTENS,
                                           .callbacks = &callbacks,
                                           .user = &house->link->far};

    CU_ASSERT_EQUAL_FATAL(hlsim__tcp_peer_connect(&visit, &house->link->peer), 0);
}

static void a_visitor_is_let_in_and_both_talk(void)
{
    struct house house;
    struct link *link;

    open_house(&house, true);
    link = house.link;
    visit(&house);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"x", 1), HLSIM_E_STATE);
    run_for(link, DELAY);
    CU_ASSERT_EQUAL(house.incoming, 1);
    CU_ASSERT_TRUE(hlsim_address_equal(house.from, visitor));
    CU_ASSERT_EQUAL(link->far.connected, 0);
    say(link, "welcome");
    run_for(link, DELAY);
    CU_ASSERT_EQUAL(link->far.connected, 1);
    CU_ASSERT_EQUAL(link->modem.connected, 0);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"hello", 5), 5);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->far, "welcome"));
    CU_ASSERT_TRUE(has(&link->modem, "hello"));
    CU_ASSERT_STRING_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_SEND, 0)->from,
                           "203.0.113.1:40000");
    CU_ASSERT_STRING_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_SEND, 0)->to, "198.51.100.1:5000");
    CU_ASSERT_STRING_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_RECEIVE, 0)->to, "10.0.0.1:5000");
    CU_ASSERT_EQUAL(hlsim__tcp_close(&link->tcp), 0);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_OK);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    link_free(link);
}

static void the_visitor_who_leaves_ends_it(void)
{
    struct house house;

    open_house(&house, true);
    visit(&house);
    run_for(house.link, HLSIM_SECOND);
    hlsim__tcp_peer_close(house.link->peer);
    run_for(house.link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(house.link->modem.closed, 1);
    CU_ASSERT_EQUAL(house.link->modem.reason, HLSIM_OK);
    CU_ASSERT_EQUAL(house.link->rig->sched.count, 0);
    link_free(house.link);
}

static void nobody_at_home_resets_after_one_round_trip(void)
{
    struct house house;

    open_house(&house, false);
    visit(&house);
    run_for(house.link, 2 * DELAY - 1);
    CU_ASSERT_EQUAL(house.link->far.closed, 0);
    run_for(house.link, 1);
    CU_ASSERT_EQUAL(house.link->far.closed, 1);
    CU_ASSERT_EQUAL(house.link->far.reason, HLSIM_E_GONE);
    CU_ASSERT_EQUAL(house.link->far.connected, 0);
    CU_ASSERT_EQUAL(house.link->rig->sched.count, 0);
    link_free(house.link);
}

static void who_is_not_wanted_is_reset(void)
{
    struct house house;

    open_house(&house, true);
    house.refuses = true;
    visit(&house);
    run_for(house.link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(house.incoming, 1);
    CU_ASSERT_EQUAL(house.link->far.reason, HLSIM_E_GONE);
    CU_ASSERT_EQUAL(house.link->modem.closed, 0);
    CU_ASSERT_EQUAL(house.link->rig->sched.count, 0);
    link_free(house.link);
}

static void a_modem_without_coverage_is_tried_until_it_is_given_up(void)
{
    struct house house;

    open_house(&house, true);
    hlsim__iface_set_coverage(&house.link->rig->iface[0], false);
    visit(&house);
    run_for(house.link, 2 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(house.incoming, 0);
    CU_ASSERT_EQUAL(house.link->far.reason, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(house.link->rig->sched.count, 0);
    link_free(house.link);
}

static void a_visitor_finds_the_address_that_the_modem_has_by_then(void)
{
    struct house house;

    open_house(&house, true);
    hlsim__iface_detach(&house.link->rig->iface[0]);
    visit(&house);
    run_for(house.link, 5 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(house.incoming, 0);
    hlsim__iface_attach(&house.link->rig->iface[0], 0x0a000063);
    run_for(house.link, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(house.incoming, 1);
    CU_ASSERT_EQUAL(house.link->far.connected, 1);
    link_free(house.link);
}

static void a_visitor_may_think_better_of_it(void)
{
    struct house house;

    open_house(&house, true);
    visit(&house);
    hlsim__tcp_peer_abort(house.link->peer);
    run_for(house.link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(house.incoming, 0);
    CU_ASSERT_EQUAL(house.link->far.closed, 0);
    CU_ASSERT_EQUAL(house.link->rig->sched.count, 0);
    link_free(house.link);
}

static void a_reset_of_the_modem_ends_listening_and_what_was_let_in(void)
{
    struct house house;
    struct hlsim__iface *iface;

    open_house(&house, true);
    iface = &house.link->rig->iface[0];
    visit(&house);
    run_for(house.link, HLSIM_SECOND);
    hlsim__iface_reset(iface);
    hlsim__iface_attach(iface, 0x0a000001);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(house.link->peer, (const uint8_t *)"?", 1), 1);
    run_for(house.link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(house.link->far.reason, HLSIM_E_GONE);
    visit(&house);
    run_for(house.link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(house.incoming, 1);
    CU_ASSERT_EQUAL(house.link->far.closed, 2);
    link_free(house.link);
}

static void a_port_is_listened_on_once(void)
{
    struct house house;
    struct hlsim__tcp_server more[HLSIM__TCP_SERVERS_MAX];
    struct hlsim__iface *iface;

    open_house(&house, true);
    iface = &house.link->rig->iface[0];
    CU_ASSERT_EQUAL(hlsim__tcp_listen(&more[0], iface, LISTENS, let_in, &house), HLSIM_E_EXISTS);
    hlsim__tcp_unlisten(&house.server);
    hlsim__tcp_unlisten(&house.server);
    for (size_t i = 0; i < HLSIM__TCP_SERVERS_MAX; i++) {
        CU_ASSERT_EQUAL(hlsim__tcp_listen(&more[i], iface, (uint16_t)(LISTENS + i), let_in, &house),
                        0);
    }
    CU_ASSERT_EQUAL(hlsim__tcp_listen(&house.server, iface, 1, let_in, &house), HLSIM_E_LIMIT);
    link_free(house.link);
}

static void the_far_end_that_takes_nothing_lets_bytes_wait(void)
{
    struct link *link = link_up(NULL);

    hlsim__tcp_peer_hold(link->peer, true);
    say(link, "is anybody there");
    run_for(link, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(link->far.size, 0);
    CU_ASSERT_EQUAL(link->modem.drained, 0);
    hlsim__tcp_peer_hold(link->peer, false);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->far, "is anybody there"));
    CU_ASSERT_EQUAL(link->modem.drained, 1);
    link_free(link);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_visitor_is_let_in_and_both_talk),
    SUITE_TEST(the_visitor_who_leaves_ends_it),
    SUITE_TEST(nobody_at_home_resets_after_one_round_trip),
    SUITE_TEST(who_is_not_wanted_is_reset),
    SUITE_TEST(a_modem_without_coverage_is_tried_until_it_is_given_up),
    SUITE_TEST(a_visitor_finds_the_address_that_the_modem_has_by_then),
    SUITE_TEST(a_visitor_may_think_better_of_it),
    SUITE_TEST(a_reset_of_the_modem_ends_listening_and_what_was_let_in),
    SUITE_TEST(a_port_is_listened_on_once),
    SUITE_TEST(the_far_end_that_takes_nothing_lets_bytes_wait),
};

int main(void)
{
    return suite_run("tcp_listen", tests, sizeof tests / sizeof *tests);
}
