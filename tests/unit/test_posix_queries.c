/*
 * What is known of a real modem: by AT queries, and by what passes on the wire.
 */
#include "posix_bench.h"

#include "lib/suite.h"

#include <string.h>
#include <unistd.h>

static void on_queried(void *user)
{
    ((struct posix_bench *)user)->queried = true;
}

static bool was_queried(struct posix_bench *f)
{
    return f->queried;
}

static bool ask(struct posix_bench *f)
{
    struct hlposix_queries_run run = {
        .loop = f->loop, .wire = &f->wire, .user = f, .done = on_queried};

    hlposix_queries_start(&f->queries, &run);
    return posix_bench_run_until(f, was_queried);
}

static void check_text(struct hlsim_actor *actor, const char *path, const char *expected)
{
    struct hlsim_value value = {0};

    CU_ASSERT_EQUAL(actor->read(actor->user, path, &value), 0);
    CU_ASSERT_EQUAL(value.type, HLSIM_VALUE_TEXT);
    CU_ASSERT_STRING_EQUAL(value.text, expected);
}

static void check_number(struct hlsim_actor *actor, const char *path, int64_t expected)
{
    struct hlsim_value value = {.integer = -12345};

    CU_ASSERT_EQUAL(actor->read(actor->user, path, &value), 0);
    CU_ASSERT_EQUAL(value.integer, expected);
}

/* The answers as a module gives them; echo on, an indication in between. */
static const struct posix_exchange module[] = {
    {"AT", "AT\r\r\nOK\r\n"},
    {"AT+CGMR", "AT+CGMR\r\r\nHL7800.4.6.8.0\r\n\r\nOK\r\n"},
    {"AT+CEREG?", "AT+CEREG?\r\r\n+CEREG: 0,5\r\n\r\nOK\r\n"},
    {"AT+CPIN?", "AT+CPIN?\r\r\n+CPIN: SIM PIN\r\n\r\nOK\r\n"},
    {"AT+WDSI?", "AT+WDSI?\r\r\n+WDSI: 8\r\n\r\n+WDSI: 4479\r\n\r\nOK\r\n"},
    {"AT+WDSC?", "AT+WDSC?\r\r\n+WDSC: 0,0\r\n+WDSC: 1,1\r\n+WDSC: 2,1\r\n+WDSC: 3,0\r\n"
                 "+WDSC: 4,15,60,240,480,1440,2880\r\n+WDSC: 5,0\r\n+WDSC: 6,0\r\n\r\nOK\r\n"},
    {"AT+WDSS?", "AT+WDSS?\r\r\n+WDSS: 1,0\r\n+WDSS: 2,1\r\n\r\nOK\r\n"},
    {"AT+KTCPSTAT=1", "AT+KTCPSTAT=1\r\r\n+KTCPSTAT: 3,-1,0,34\r\n\r\nOK\r\n"},
    {"AT+KTCPSTAT=2", "AT+KTCPSTAT=2\r\r\n+CME ERROR: 910\r\n"},
    {NULL, NULL},
};

static void queries_tell_the_modems_paths(void)
{
    static const char *const paths[] = {"modem.firmware",
                                        "modem.cgmr",
                                        "modem.registered",
                                        "modem.session",
                                        "modem.settings.wdsi",
                                        "modem.settings.wdsc.1",
                                        "modem.settings.wdsc.4",
                                        "modem.settings.wdss.2",
                                        "modem.socket.1",
                                        "modem.socket.2",
                                        "modem.sim",
                                        "modem.powered"};
    struct posix_bench f;
    struct hlsim_actor actor;
    struct hlsim_value value;

    posix_bench_setup(&f);
    f.exchanges = module;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        CU_ASSERT_TRUE(hlposix_queries_want(&f.queries, paths[i]));
    }
    CU_ASSERT_FALSE(hlposix_queries_want(&f.queries, "modem.credentials"));
    actor = hlposix_modem_actor(&f.actor);
    CU_ASSERT_EQUAL(actor.read(actor.user, "modem.cgmr", &value), HLSIM_E_UNSUPPORTED);
    CU_ASSERT_TRUE(ask(&f));
    check_text(&actor, "modem.cgmr", "HL7800.4.6.8.0");
    check_text(&actor, "modem.firmware", "4.6.8.0");
    check_number(&actor, "modem.registered", 1);
    check_text(&actor, "modem.session", "closed");
    check_text(&actor, "modem.sim", "pin");
    check_number(&actor, "modem.settings.wdsi", 4479);
    check_number(&actor, "modem.settings.wdsc.1", 1);
    check_text(&actor, "modem.settings.wdsc.4", "15,60,240,480,1440,2880");
    check_number(&actor, "modem.settings.wdss.2", 1);
    check_number(&actor, "modem.socket.1", 3);
    check_number(&actor, "modem.powered", 1);
    CU_ASSERT_EQUAL(actor.read(actor.user, "modem.socket.2", &value), HLSIM_E_UNSUPPORTED);
    /* AT, CGMR, CEREG, CPIN, WDSS, WDSI, WDSC and two sockets: each asked once. */
    CU_ASSERT_EQUAL(f.queries.count, 9);
    posix_bench_teardown(&f);
}

/* A late OK of the host's last command must not shift all answers by one. */
static const struct posix_exchange late[] = {
    {"AT", "\r\nOK\r\n\r\nOK\r\n"},
    {"AT+CGMR", "\r\nBHL7800.1.6.3.0.20180803\r\n\r\nOK\r\n"},
    {"AT+WDSI?", "\r\n+WDSI: 0\r\n\r\nOK\r\n"},
    {NULL, NULL},
};

static void a_stray_result_does_not_shift_the_answers(void)
{
    struct posix_bench f;
    struct hlsim_actor actor;

    posix_bench_setup(&f);
    f.exchanges = late;
    CU_ASSERT_TRUE(hlposix_queries_want(&f.queries, "modem.firmware"));
    CU_ASSERT_TRUE(hlposix_queries_want(&f.queries, "modem.settings.wdsi"));
    CU_ASSERT_TRUE(ask(&f));
    actor = hlposix_modem_actor(&f.actor);
    check_text(&actor, "modem.firmware", "1.6.3");
    check_number(&actor, "modem.settings.wdsi", 0);
    posix_bench_teardown(&f);
}

static void what_cannot_be_observed_is_said_so(void)
{
    static const char *const hidden[] = {"modem.stored", "modem.credentials", "network.nat",
                                         "airvantage.operation", "modem.cgmr"};
    struct posix_bench f;
    struct hlsim_actor actor;
    struct hlsim_value value;

    posix_bench_setup(&f);
    actor = hlposix_modem_actor(&f.actor);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++) {
        CU_ASSERT_EQUAL(actor.read(actor.user, hidden[i], &value), HLSIM_E_UNSUPPORTED);
    }
    CU_ASSERT_EQUAL(actor.read(actor.user, "nobody.knows", &value), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(actor.read(actor.user, "host.exit", &value), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(actor.read(actor.user, "host.result", &value), 0);
    CU_ASSERT_EQUAL(value.type, HLSIM_VALUE_NULL);
    posix_bench_teardown(&f);
}

static void say(struct posix_bench *f, enum hlsim_side side, const char *text)
{
    hlsim_tap_bytes(f->tap, side, (const uint8_t *)text, strlen(text));
}

static void agreements_and_boots_are_seen_on_the_wire(void)
{
    struct posix_bench f;
    struct hlsim_actor actor;

    posix_bench_setup(&f);
    actor = hlposix_modem_actor(&f.actor);
    check_text(&actor, "modem.agreement", "none");
    check_number(&actor, "modem.boots", 0);
    say(&f, HLSIM_MODEM, "\r\n+KSUP: 0\r\n\r\n+WDSI: 2\r\n");
    check_text(&actor, "modem.agreement", "download");
    say(&f, HLSIM_HOST, "at+wdsr=3\r");
    say(&f, HLSIM_MODEM, "\r\nOK\r\n\r\n+WDSI: 18,1\r\n");
    check_text(&actor, "modem.agreement", "none");
    say(&f, HLSIM_MODEM, "\r\n+WDSI: 3\r\n");
    check_text(&actor, "modem.agreement", "install");
    say(&f, HLSIM_MODEM, "\r\n+KSUP: 0\r\n");
    check_text(&actor, "modem.agreement", "none");
    check_number(&actor, "modem.boots", 2);
    posix_bench_teardown(&f);
}

static const struct suite_test tests[] = {
    SUITE_TEST(queries_tell_the_modems_paths),
    SUITE_TEST(a_stray_result_does_not_shift_the_answers),
    SUITE_TEST(what_cannot_be_observed_is_said_so),
    SUITE_TEST(agreements_and_boots_are_seen_on_the_wire),
};

int main(void)
{
    return suite_run("posix_queries", tests, sizeof tests / sizeof *tests);
}
