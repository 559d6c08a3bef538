/*
 * Streams of the simulated network under loss, without coverage and with modems that lose power.
 */
#include "network_link.h"

static void losses_cost_time_and_no_bytes(void)
{
    struct hlsim_network_config config;
    struct link *link;

    hlsim_network_config_default(&config);
    config.jitter = 30 * HLSIM_MS;
    config.retransmit_after = 100 * HLSIM_MS;
    link = link_new(&config);
    hlsim__network_set_loss(&link->rig->net, 100000, 100000);
    CU_ASSERT_EQUAL(dial(link), 0);
    run_for(link, 20 * HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(link->modem.connected, 1);
    send_package(link);
    say(link, "meanwhile");
    run_for(link, 10 * HLSIM_MINUTE);
    CU_ASSERT_TRUE(has_package(link));
    CU_ASSERT_TRUE(has(&link->far, "meanwhile"));
    /* 43 losses expected among 430; the standard deviation is 6.2. */
    CU_ASSERT_TRUE(rig_count_why(link->rig, "loss") > 18 && rig_count_why(link->rig, "loss") < 70);
    CU_ASSERT_TRUE(link->modem.last_at > 14 * HLSIM_SECOND + 18 * 100 * HLSIM_MS);
    CU_ASSERT_EQUAL(link->modem.closed + link->far.closed, 0);
    link_free(link);
}

static void one_lost_segment_costs_one_pause(void)
{
    struct link *link = link_up(NULL);
    int64_t start = link->rig->sched.now;

    hlsim__network_set_loss(&link->rig->net, 1000000, 0);
    say(link, "again");
    hlsim__network_set_loss(&link->rig->net, 0, 0);
    run_for(link, 10 * HLSIM_SECOND);
    CU_ASSERT_TRUE(has(&link->far, "again"));
    CU_ASSERT_EQUAL(link->far.last_at, start + HLSIM_SECOND + 133333 + DELAY);
    link_free(link);
}

/* The segment of `what` that was sent as the number `index` of its kind, counted from 0. */
static const struct rig_event *sent(const struct rig *rig, const char *what, size_t index)
{
    for (size_t i = 0; i < rig->event_count; i++) {
        const struct rig_event *event = &rig->events[i];

        if (event->kind == HLSIM_EVENT_NET_SEND && strcmp(event->what, what) == 0 && index-- == 0) {
            return event;
        }
    }
    CU_FAIL_FATAL("there is no such segment");
    return NULL;
}

static void a_segment_tells_its_connection_and_its_place(void)
{
    struct link *link = link_up(NULL);

    say(link, "first");
    run_for(link, HLSIM_SECOND);
    hlsim__network_set_loss(&link->rig->net, 1000000, 0);
    say(link, "second");
    hlsim__network_set_loss(&link->rig->net, 0, 0);
    run_for(link, 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(sent(link->rig, "open", 0)->stream, 1);
    CU_ASSERT_EQUAL(sent(link->rig, "open", 1)->stream, 1);
    CU_ASSERT_EQUAL(sent(link->rig, "data", 0)->offset, 0);
    CU_ASSERT_EQUAL(sent(link->rig, "data", 1)->offset, 5);
    CU_ASSERT_EQUAL(sent(link->rig, "data", 2)->offset, 5);
    CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_DROP, 0)->offset, 5);
    CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_DROP, 0)->passed, 0);
    link_free(link);
}

static void connecting_through_a_dead_network_times_out(void)
{
    struct link *link = link_new(NULL);

    hlsim__network_set_loss(&link->rig->net, 1000000, 1000000);
    CU_ASSERT_EQUAL(dial(link), 0);
    rig_run(link->rig, 60 * HLSIM_SECOND - 1);
    CU_ASSERT_EQUAL(link->modem.closed, 0);
    rig_run(link->rig, HLSIM_HOUR);
    CU_ASSERT_EQUAL(link->modem.closed, 1);
    CU_ASSERT_EQUAL(link->modem.closed_at, 60 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->modem.reason, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(link->accepted, 0);
    /* Sent at 0, 1, 3, 7, 15 and 31 s. */
    CU_ASSERT_EQUAL(rig_count(link->rig, HLSIM_EVENT_NET_SEND), 6);
    CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_SEND, 5)->at, 31 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    link_free(link);
}

static void connecting_where_nobody_lives_times_out(void)
{
    static const struct hlsim_address nowhere = {.ip = 0x01010101, .port = 80};
    struct link *link = link_new(NULL);

    CU_ASSERT_EQUAL(
        hlsim__tcp_connect(&link->tcp, &link->rig->iface[0], nowhere, &callbacks, &link->modem), 0);
    rig_run(link->rig, HLSIM_HOUR);
    CU_ASSERT_EQUAL(link->modem.closed, 1);
    CU_ASSERT_EQUAL(link->modem.reason, HLSIM_E_UNREACHABLE);
    CU_ASSERT_TRUE(rig_count_why(link->rig, "no route") > 1);
    CU_ASSERT_EQUAL(rig_event(link->rig, HLSIM_EVENT_NET_DROP, 0)->passed, 1);
    link_free(link);
}

static void an_unreachable_endpoint_stalls_both_directions(void)
{
    struct link *link = link_up(NULL);

    send_package(link);
    say(link, "hello");
    run_for(link, HLSIM_SECOND);
    hlsim__endpoint_set_reachable(&link->rig->server, false);
    /* One segment is on the line (37 ms) and has its way before it. */
    run_for(link, 2 * DELAY);
    {
        size_t before = link->modem.size;

        run_for(link, 10 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(link->modem.size, before);
    }
    hlsim__endpoint_set_reachable(&link->rig->server, true);
    run_for(link, HLSIM_MINUTE);
    CU_ASSERT_TRUE(has_package(link));
    link_free(link);
}

static void a_stream_stalls_without_coverage_and_resumes(void)
{
    struct link *link = link_up(NULL);
    size_t before;

    send_package(link);
    run_for(link, 5 * HLSIM_SECOND);
    before = link->modem.size;
    CU_ASSERT_TRUE(before > 0 && before < PACKAGE);
    hlsim__iface_set_coverage(&link->rig->iface[0], false);
    run_for(link, 20 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->modem.size, before);
    CU_ASSERT_TRUE(rig_count_why(link->rig, "no coverage") > 0);
    hlsim__iface_set_coverage(&link->rig->iface[0], true);
    run_for(link, HLSIM_MINUTE);
    CU_ASSERT_TRUE(has_package(link));
    CU_ASSERT_EQUAL(link->modem.closed + link->far.closed, 0);
    CU_ASSERT_EQUAL(link->far.drained, 1);
    link_free(link);
}

static void a_stream_without_coverage_is_given_up_on_both_sides(void)
{
    struct link *link = link_up(NULL);
    int64_t lost_at;

    send_package(link);
    run_for(link, 5 * HLSIM_SECOND);
    hlsim__iface_set_coverage(&link->rig->iface[0], false);
    run_for(link, 10 * HLSIM_MINUTE);
    lost_at = rig_event(link->rig, HLSIM_EVENT_NET_DROP, 0)->at;
    CU_ASSERT_EQUAL(link->modem.closed, 1);
    CU_ASSERT_EQUAL(link->modem.reason, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(link->modem.closed_at, lost_at + 60 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(link->far.closed_at, lost_at + 60 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    link_free(link);
}

/* The RAM of the modem is poisoned as on a real cut: touching the handle would show. */
static void cut_mid_stream(struct link *link)
{
    hlsim__power_register_ram(&link->rig->power[0], &link->tcp, sizeof link->tcp);
    send_package(link);
    run_for(link, 5 * HLSIM_SECOND);
    rig_power_off(link->rig, 0);
}

static void a_modem_that_restarted_answers_the_next_segment_by_a_reset(void)
{
    struct link *link = link_up(NULL);
    size_t before;
    int64_t back_at;

    cut_mid_stream(link);
    before = link->modem.size;
    run_for(link, 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->far.closed, 0);
    CU_ASSERT_TRUE(rig_count_why(link->rig, "power") > 0);
    hlsim__power_on(&link->rig->power[0]);
    hlsim__iface_attach(&link->rig->iface[0], 0x0a000001);
    back_at = link->rig->sched.now;
    run_for(link, 30 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_E_GONE);
    CU_ASSERT_TRUE(link->far.closed_at > back_at + DELAY);
    CU_ASSERT_EQUAL(link->modem.size, before);
    CU_ASSERT_EQUAL(link->modem.closed, 0);
    for (size_t i = 0; i < sizeof link->tcp; i++) {
        CU_ASSERT_EQUAL(((const uint8_t *)&link->tcp)[i], HLSIM__RAM_POISON);
    }
    CU_ASSERT_EQUAL(dial(link), 0);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->modem.connected, 2);
    link_free(link);
}

static void a_modem_that_stays_dark_is_given_up(void)
{
    struct link *link = link_up(NULL);
    int64_t cut_at;

    cut_mid_stream(link);
    cut_at = link->rig->sched.now;
    run_for(link, HLSIM_HOUR);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_E_UNREACHABLE);
    CU_ASSERT_TRUE(link->far.closed_at <= cut_at + 61 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    link_free(link);
}

static void a_modem_without_power_is_never_called(void)
{
    struct link *link = link_up(NULL);

    hlsim__power_register_ram(&link->rig->power[0], &link->tcp, sizeof link->tcp);
    send_package(link);
    hlsim__power_off(&link->rig->power[0], "power_cut");
    run_for(link, HLSIM_HOUR);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->modem.size + link->modem.closed, 0);
    link_free(link);
}

static void an_idle_connection_of_a_dark_modem_ends_too(void)
{
    struct link *link = link_up(NULL);

    rig_power_off(link->rig, 0);
    run_for(link, HLSIM_HOUR);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(link->rig->iface[0].peer_count, 0);
    link_free(link);
}

/* The modem's sends are: open, data, data, close. Power fails at the n-th. */
static struct link *cut_at_send(uint64_t n, enum hlsim_torn torn, struct rig_cut *cut)
{
    struct link *link = link_new(NULL);
    uint64_t at = 0;
    int rc;

    *cut = (struct rig_cut){.at = n, .torn = torn};
    hlsim__power_set_hook(&link->rig->power[0], rig_cuts, cut);
    rc = dial(link);
    CU_ASSERT_EQUAL(rc, ++at == n ? HLSIM_E_POWER : 0);
    run_for(link, HLSIM_SECOND);
    for (int i = 0; rc == 0 && i < 2; i++) {
        rc = hlsim__tcp_send(&link->tcp, (const uint8_t *)"data", 4);
        CU_ASSERT_EQUAL(rc, ++at == n ? HLSIM_E_POWER : 4);
        rc = rc == 4 ? 0 : rc;
        run_for(link, HLSIM_SECOND);
    }
    if (rc == 0) {
        rc = hlsim__tcp_close(&link->tcp);
        CU_ASSERT_EQUAL(rc, ++at == n ? HLSIM_E_POWER : 0);
    }
    if (rc != 0) {
        rig_power_off(link->rig, 0);
    }
    run_for(link, HLSIM_HOUR);
    CU_ASSERT_EQUAL(link->rig->sched.count, 0);
    return link;
}

static void every_segment_of_the_modem_asks_the_latch(void)
{
    struct rig_cut cut;

    for (uint64_t n = 1; n <= 5; n++) {
        for (int torn = 0; torn < HLSIM_TORN_KINDS; torn++) {
            struct link *link = cut_at_send(n, (enum hlsim_torn)torn, &cut);
            /* What left: everything before the cut, and the cut one when it was complete. */
            uint64_t left = n - 1 + (torn == HLSIM_TORN_COMPLETE);

            left = n == 5 ? 4 : left;
            CU_ASSERT_EQUAL(cut.asked, n == 5 ? 4 : n);
            CU_ASSERT_EQUAL(link->accepted, left >= 1);
            CU_ASSERT_EQUAL(link->far.size, left >= 3 ? 8 : left == 2 ? 4 : 0);
            CU_ASSERT_EQUAL(link->far.closed, left >= 1);
            if (link->far.closed == 1) {
                CU_ASSERT_EQUAL(link->far.reason, left == 4 ? HLSIM_OK : HLSIM_E_UNREACHABLE);
            }
            CU_ASSERT_EQUAL(link->modem.closed, 0);
            link_free(link);
        }
    }
}

static void power_that_fails_at_a_later_segment_stops_the_rest(void)
{
    struct rig_cut cut = {.at = 3, .torn = HLSIM_TORN_NOTHING};
    struct link *link = link_up(NULL);

    /* The opening was asked for before the hook: occurrences 2, 3 and 4 are segments. */
    hlsim__power_set_hook(&link->rig->power[0], rig_cuts, &cut);
    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, link->package, 4000), 4000);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_FALSE(link->rig->power[0].on);
    CU_ASSERT_EQUAL(link->far.size, 1358);
    rig_power_off(link->rig, 0);
    hlsim__power_on(&link->rig->power[0]);
    hlsim__iface_attach(&link->rig->iface[0], 0x0a000001);
    CU_ASSERT_EQUAL(hlsim__tcp_peer_send(link->peer, (const uint8_t *)"there?", 6), 6);
    run_for(link, HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->far.size, 1358);
    CU_ASSERT_EQUAL(link->far.closed, 1);
    CU_ASSERT_EQUAL(link->far.reason, HLSIM_E_GONE);
    link_free(link);
}

static void detaching_fails_sends_and_stalls_the_rest(void)
{
    struct link *link = link_up(NULL);

    send_package(link);
    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, link->package, 4000), 4000);
    hlsim__iface_detach(&link->rig->iface[0]);
    CU_ASSERT_EQUAL(hlsim__tcp_send(&link->tcp, link->package, 1), HLSIM_E_UNREACHABLE);
    run_for(link, 5 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(link->modem.size, 0);
    hlsim__iface_attach(&link->rig->iface[0], 0x0a000001);
    run_for(link, HLSIM_MINUTE);
    CU_ASSERT_TRUE(has_package(link));
    CU_ASSERT_EQUAL(link->far.size, 4000);
    hlsim__iface_detach(&link->rig->iface[0]);
    {
        struct hlsim__tcp other;

        CU_ASSERT_EQUAL(
            hlsim__tcp_connect(&other, &link->rig->iface[0], server, &callbacks, &link->modem),
            HLSIM_E_UNREACHABLE);
    }
    link_free(link);
}

/* When the second modem's segments arrive, while the first one downloads too and may be cut. */
static void arrivals_of_second(bool cut, int64_t *ret_last_at, size_t *ret_size)
{
    struct hlsim_network_config config;
    struct link *link;
    struct link *second = calloc(1, sizeof *second);

    hlsim_network_config_default(&config);
    config.jitter = 100 * HLSIM_MS;
    config.loss_ppm_up = 50000;
    config.loss_ppm_down = 50000;
    link = link_new(&config);
    second->rig = link->rig;
    second->modem.link = second;
    second->far.link = second;
    memcpy(second->package, link->package, PACKAGE);
    CU_ASSERT_EQUAL(hlsim__endpoint_listen(&link->rig->server, PORT + 1, accept_link, second), 0);
    CU_ASSERT_EQUAL(dial(link), 0);
    CU_ASSERT_EQUAL(
        hlsim__tcp_connect(&second->tcp, &link->rig->iface[1],
                           (struct hlsim_address){.ip = RIG_SERVER_IP, .port = PORT + 1},
                           &callbacks, &second->modem),
        0);
    run_for(link, 30 * HLSIM_SECOND);
    send_package(link);
    send_package(second);
    run_for(link, 5 * HLSIM_SECOND);
    if (cut) {
        rig_power_off(link->rig, 0);
    }
    run_for(link, 2 * HLSIM_MINUTE);
    *ret_last_at = second->modem.last_at;
    *ret_size = second->modem.size;
    free(second->modem.bytes);
    free(second);
    link_free(link);
}

static void cutting_one_modem_changes_nothing_for_the_other(void)
{
    int64_t calm_at = 0;
    int64_t cut_at = 1;
    size_t calm_size = 0;
    size_t cut_size = 0;

    arrivals_of_second(false, &calm_at, &calm_size);
    arrivals_of_second(true, &cut_at, &cut_size);
    CU_ASSERT_EQUAL(calm_size, PACKAGE);
    CU_ASSERT_EQUAL(cut_size, PACKAGE);
    CU_ASSERT_EQUAL(calm_at, cut_at);
}

static void forget_peer(struct link *link)
{
    link->peer = NULL;
    link->refuses = false;
}

static void refuse_from_now_on(struct link *link)
{
    link->refuses = true;
}

/* One random thing is done by the modem or the endpoint. */
static void somebody_acts(struct link *link, uint64_t what, uint32_t amount)
{
    switch (what) {
    case 0:
    case 1:
        if (link->tcp.peer == NULL) {
            (void)dial(link);
        }
        break;
    case 2:
    case 3:
        (void)hlsim__tcp_send(&link->tcp, link->package, amount % 6000);
        break;
    case 4:
        (void)hlsim__tcp_close(&link->tcp);
        break;
    case 5:
        (void)hlsim__tcp_abort(&link->tcp);
        break;
    case 6:
    case 7:
        if (link->peer != NULL) {
            (void)hlsim__tcp_peer_send(link->peer, link->package, amount % 6000);
        }
        break;
    case 8:
    case 9:
        if (link->peer != NULL) {
            (void)hlsim__tcp_peer_send_borrowed(link->peer, link->package, amount % PACKAGE);
        }
        break;
    case 10:
        if (link->peer != NULL && amount % 4 == 0) {
            hlsim__tcp_peer_abort(link->peer);
            forget_peer(link);
        } else if (link->peer != NULL) {
            hlsim__tcp_peer_close(link->peer);
        }
        break;
    default:
        break;
    }
}

/* One random thing happens to the network or to the modem's power. */
static void something_happens(struct link *link, uint64_t what, uint32_t amount)
{
    struct rig *rig = link->rig;

    switch (what) {
    case 11:
        hlsim__iface_set_coverage(&rig->iface[0], amount % 3 != 0);
        break;
    case 12:
        hlsim__endpoint_set_reachable(&rig->server, amount % 3 != 0);
        break;
    case 13:
        hlsim__network_set_loss(&rig->net, amount % 2 * 300000, amount % 3 * 150000);
        break;
    case 14:
        hlsim__iface_detach(&rig->iface[0]);
        hlsim__iface_attach(&rig->iface[0], 0x0a000001u + amount % 2);
        break;
    case 15:
        if (rig->power[0].on) {
            rig_power_off(rig, 0);
            memset(&link->tcp, 0, sizeof link->tcp);
        } else {
            hlsim__power_on(&rig->power[0]);
            hlsim__iface_attach(&rig->iface[0], 0x0a000001u);
        }
        break;
    default:
        break;
    }
}

static void random_faults_break_no_promise_and_leave_nothing_behind(void)
{
    uint64_t delivered = 0;

    for (uint64_t seed = 1; seed <= 25; seed++) {
        struct link *link = link_new(NULL);
        struct rig *rig = link->rig;
        struct hlsim__rng rng;

        hlsim__rng_init(&rng, seed, "test");
        rig->stream.wanted = 0;
        link->on_accept = refuse_from_now_on;
        link->far.on_closed = forget_peer;
        for (int i = 0; i < 300; i++) {
            uint64_t what = hlsim__rng_below(&rng, 16);
            uint32_t amount = (uint32_t)hlsim__rng_next(&rng);

            somebody_acts(link, what, amount);
            something_happens(link, what, amount);
            run_for(link, (int64_t)hlsim__rng_below(&rng, 8 * HLSIM_SECOND));
        }
        /* With faults off everything that was opened can be ended. */
        hlsim__iface_set_coverage(&rig->iface[0], true);
        hlsim__endpoint_set_reachable(&rig->server, true);
        hlsim__network_set_loss(&rig->net, 0, 0);
        if (!rig->power[0].on) {
            hlsim__power_on(&rig->power[0]);
        }
        hlsim__iface_attach(&rig->iface[0], 0x0a000001u);
        (void)hlsim__tcp_abort(&link->tcp);
        run_for(link, HLSIM_HOUR);
        CU_ASSERT_PTR_NULL(link->peer);
        CU_ASSERT_EQUAL(rig->iface[0].peer_count, 0);
        CU_ASSERT_EQUAL(rig->net.tally.in_flight, 0);
        CU_ASSERT_EQUAL(rig->net.tally.bytes_waiting, 0);
        delivered += rig->net.tally.bytes_delivered;
        CU_ASSERT_EQUAL(rig->sched.count, 0);
        link_free(link);
    }
    /* The faults left room for something to happen. */
    CU_ASSERT_TRUE(delivered > 1000000);
}

static const struct suite_test tests[] = {
    SUITE_TEST(losses_cost_time_and_no_bytes),
    SUITE_TEST(one_lost_segment_costs_one_pause),
    SUITE_TEST(a_segment_tells_its_connection_and_its_place),
    SUITE_TEST(connecting_through_a_dead_network_times_out),
    SUITE_TEST(connecting_where_nobody_lives_times_out),
    SUITE_TEST(an_unreachable_endpoint_stalls_both_directions),
    SUITE_TEST(a_stream_stalls_without_coverage_and_resumes),
    SUITE_TEST(a_stream_without_coverage_is_given_up_on_both_sides),
    SUITE_TEST(a_modem_that_restarted_answers_the_next_segment_by_a_reset),
    SUITE_TEST(a_modem_that_stays_dark_is_given_up),
    SUITE_TEST(a_modem_without_power_is_never_called),
    SUITE_TEST(an_idle_connection_of_a_dark_modem_ends_too),
    SUITE_TEST(every_segment_of_the_modem_asks_the_latch),
    SUITE_TEST(power_that_fails_at_a_later_segment_stops_the_rest),
    SUITE_TEST(detaching_fails_sends_and_stalls_the_rest),
    SUITE_TEST(cutting_one_modem_changes_nothing_for_the_other),
    SUITE_TEST(random_faults_break_no_promise_and_leave_nothing_behind),
};

int main(void)
{
    return suite_run("tcp_faults", tests, sizeof tests / sizeof *tests);
}
