/*
 * Names looked up by a modem: what it takes, and what can go wrong.
 */
#include "network_rig.h"

#include "network/lookup.h"

#define DELAY   (80 * HLSIM_MS)
#define NAME_IP 0xcb007105u

struct asker {
    struct rig *rig;
    struct hlsim__lookup lookup;
    size_t answers;
    int error;
    uint32_t ip;
    int64_t at;
};

static void resolved(void *user, int error, uint32_t ip)
{
    struct asker *asker = user;

    asker->answers++;
    asker->error = error;
    asker->ip = ip;
    asker->at = asker->rig->sched.now;
}

static void begin(struct asker *asker, const char *host)
{
    *asker = (struct asker){.rig = rig_new(NULL, 5)};
    CU_ASSERT_EQUAL_FATAL(hlsim__network_add_name(&asker->rig->net, "Echo.Example", NAME_IP), 0);
    CU_ASSERT_EQUAL(
        hlsim__lookup_start(&asker->lookup, &asker->rig->iface[0], host, resolved, asker), 0);
}

static void a_name_takes_one_round_trip(void)
{
    struct asker asker;

    begin(&asker, "echo.example");
    CU_ASSERT_EQUAL(hlsim__lookup_start(&asker.lookup, &asker.rig->iface[0], "x", resolved, &asker),
                    HLSIM_E_STATE);
    rig_run(asker.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(asker.answers, 1);
    CU_ASSERT_EQUAL(asker.error, 0);
    CU_ASSERT_EQUAL(asker.ip, NAME_IP);
    CU_ASSERT_EQUAL(asker.at, 2 * DELAY);
    CU_ASSERT_PTR_NULL(asker.lookup.query);
    rig_free(asker.rig);
}

static void an_address_needs_nobody(void)
{
    struct asker asker;

    begin(&asker, "10.1.2.3");
    CU_ASSERT_EQUAL(asker.answers, 0);
    rig_run(asker.rig, 0);
    CU_ASSERT_EQUAL(asker.answers, 1);
    CU_ASSERT_EQUAL(asker.ip, 0x0a010203);
    rig_free(asker.rig);
}

static void a_name_that_nobody_knows_is_said_not_to_exist(void)
{
    struct asker asker;

    begin(&asker, "nowhere.example");
    rig_run(asker.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(asker.error, HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(asker.at, 2 * DELAY);
    rig_free(asker.rig);
}

static void without_coverage_it_is_asked_twice_and_given_up(void)
{
    struct asker asker;

    begin(&asker, "echo.example");
    hlsim__iface_set_coverage(&asker.rig->iface[0], false);
    rig_run(asker.rig, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(asker.error, HLSIM_E_UNREACHABLE);
    CU_ASSERT_EQUAL(asker.at, 2 * DELAY + 2 * HLSIM__LOOKUP_TIMEOUT);
    rig_free(asker.rig);
}

static void coverage_that_returns_lets_the_second_question_through(void)
{
    struct asker asker;

    begin(&asker, "echo.example");
    hlsim__iface_set_coverage(&asker.rig->iface[0], false);
    rig_run(asker.rig, HLSIM_SECOND);
    hlsim__iface_set_coverage(&asker.rig->iface[0], true);
    rig_run(asker.rig, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(asker.error, 0);
    CU_ASSERT_EQUAL(asker.at, 4 * DELAY + HLSIM__LOOKUP_TIMEOUT);
    rig_free(asker.rig);
}

static void names_fail_for_a_time(void)
{
    struct asker asker;
    uint32_t ip;

    begin(&asker, "echo.example");
    CU_ASSERT_EQUAL(hlsim__network_fail_names(&asker.rig->net, "ECHO.example", false), 0);
    CU_ASSERT_EQUAL(hlsim__network_resolve(&asker.rig->net, "echo.example", &ip),
                    HLSIM_E_NOT_FOUND);
    CU_ASSERT_FALSE(hlsim__network_name_fails(&asker.rig->net, "other.example"));
    rig_run(asker.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(asker.error, HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__network_fail_names(&asker.rig->net, NULL, true), 0);
    CU_ASSERT_EQUAL(
        hlsim__lookup_start(&asker.lookup, &asker.rig->iface[0], "echo.example", resolved, &asker),
        0);
    rig_run(asker.rig, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(asker.answers, 2);
    CU_ASSERT_EQUAL(asker.error, HLSIM_E_UNREACHABLE);
    CU_ASSERT_TRUE(hlsim__network_mend_names(&asker.rig->net));
    CU_ASSERT_FALSE(hlsim__network_mend_names(&asker.rig->net));
    CU_ASSERT_EQUAL(hlsim__network_resolve(&asker.rig->net, "echo.example", &ip), 0);
    rig_free(asker.rig);
}

static void a_modem_that_restarts_hears_nothing(void)
{
    struct asker asker;

    begin(&asker, "echo.example");
    hlsim__iface_reset(&asker.rig->iface[0]);
    rig_run(asker.rig, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(asker.answers, 0);
    CU_ASSERT_EQUAL(asker.rig->sched.count, 0);
    rig_free(asker.rig);
}

static void what_is_cancelled_is_not_answered(void)
{
    struct asker asker;

    begin(&asker, "echo.example");
    hlsim__lookup_cancel(&asker.lookup);
    hlsim__lookup_cancel(&asker.lookup);
    rig_run(asker.rig, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(asker.answers, 0);
    rig_free(asker.rig);
}

struct resolver {
    uint64_t id;
    char host[HLSIM__HOST_SIZE];
    int result;
};

static int look_up(void *user, uint64_t id, const char *host)
{
    struct resolver *resolver = user;

    resolver->id = id;
    snprintf(resolver->host, sizeof resolver->host, "%s", host);
    return resolver->result;
}

static int send_nothing(void *user, uint16_t flow_port, struct hlsim_address to,
                        const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)flow_port;
    (void)to;
    (void)bytes;
    (void)size;
    return 0;
}

static void other_names_are_asked_of_the_gateway(void)
{
    static const struct hlsim_gateway_ops ops = {.udp_send = send_nothing, .lookup = look_up};
    struct resolver resolver = {0};
    struct asker asker;

    begin(&asker, "real.test");
    hlsim_network_set_gateway(&asker.rig->net, &ops, &resolver);
    rig_run(asker.rig, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(resolver.host, "real.test");
    CU_ASSERT_EQUAL(asker.answers, 0);
    hlsim_network_resolved(&asker.rig->net, resolver.id + 1, 7);
    CU_ASSERT_EQUAL(asker.answers, 0);
    hlsim_network_resolved(&asker.rig->net, resolver.id, 7);
    hlsim_network_resolved(&asker.rig->net, resolver.id, 7);
    CU_ASSERT_EQUAL(asker.answers, 1);
    CU_ASSERT_EQUAL(asker.ip, 7);
    resolver.result = HLSIM_E_NOT_FOUND;
    CU_ASSERT_EQUAL(
        hlsim__lookup_start(&asker.lookup, &asker.rig->iface[0], "real.test", resolved, &asker), 0);
    rig_run(asker.rig, 2 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(asker.error, HLSIM_E_NOT_FOUND);
    rig_free(asker.rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_name_takes_one_round_trip),
    SUITE_TEST(an_address_needs_nobody),
    SUITE_TEST(a_name_that_nobody_knows_is_said_not_to_exist),
    SUITE_TEST(without_coverage_it_is_asked_twice_and_given_up),
    SUITE_TEST(coverage_that_returns_lets_the_second_question_through),
    SUITE_TEST(names_fail_for_a_time),
    SUITE_TEST(a_modem_that_restarts_hears_nothing),
    SUITE_TEST(what_is_cancelled_is_not_answered),
    SUITE_TEST(other_names_are_asked_of_the_gateway),
};

int main(void)
{
    return suite_run("lookup", tests, sizeof tests / sizeof *tests);
}
