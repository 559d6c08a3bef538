/*
 * The goal "update" against everything that can go wrong: whatever happens, it ends in success or
 * in a reported reason within a bounded time, and no promise is broken.
 */
#include "engine_peer.h"
#include "lib/suite.h"

#include <string.h>

#define HOUR_MS    INT64_C(3600000)
#define LIMIT_MS   (30 * HOUR_MS) /* the engine's own bound is a day for one life */
#define FUZZ_BYTES 100000

static void check_promises(const struct bench *bench)
{
    bench_check_promises(bench);
    if (bench->decided && bench->report.result == HLHOST_RESULT_UPDATED) {
        CU_ASSERT_STRING_EQUAL(bench->peer.version, bench->peer.version_after);
    }
}

static void run(struct bench *bench)
{
    CU_ASSERT_TRUE_FATAL(bench_start(bench));
    bench_run(bench, bench->now_ms + LIMIT_MS, 60000);
    CU_ASSERT_TRUE(bench->decided);
    check_promises(bench);
}

static void init(struct bench *bench, int agreements)
{
    bench_init(bench);
    bench->config.agreements = agreements ? HLHOST_AGREE_DOWNLOAD | HLHOST_AGREE_INSTALL : 0;
}

static void expect_reason(const struct bench *bench, enum hlhost_reason reason)
{
    CU_ASSERT_STRING_EQUAL(hlhost_result_text(bench->report.result), "failed");
    CU_ASSERT_STRING_EQUAL(hlhost_reason_text(bench->report.reason), hlhost_reason_text(reason));
}

static void expect_updated(const struct bench *bench)
{
    CU_ASSERT_STRING_EQUAL(hlhost_result_text(bench->report.result), "updated");
}

static void modem_that_refuses_everything_is_reported(void)
{
    struct bench bench;

    init(&bench, 1);
    bench.peer.refuses_all = true;
    run(&bench);
    expect_reason(&bench, HLHOST_REASON_COMMAND_REFUSED);
}

static void modem_that_is_silent_is_reported(void)
{
    struct bench bench;

    init(&bench, 1);
    bench.peer.silent = true;
    run(&bench);
    expect_reason(&bench, HLHOST_REASON_NO_ANSWER);
    CU_ASSERT_TRUE(bench.now_ms >= 60000 && bench.now_ms < 62000);
}

static void line_that_takes_nothing_is_reported(void)
{
    struct bench bench;
    struct hlhost_event event = {.kind = HLHOST_EVENT_LINK};

    init(&bench, 0);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    event.link.up = false;
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_OK);
    bench_run(&bench, LIMIT_MS, 0);
    CU_ASSERT_TRUE_FATAL(bench.decided);
    expect_reason(&bench, HLHOST_REASON_LINK_DOWN);
}

static void line_that_returns_is_used_again(void)
{
    struct bench bench;
    struct hlhost_event event = {.kind = HLHOST_EVENT_LINK};

    init(&bench, 1);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, 20000, 0);
    CU_ASSERT_EQUAL(bench.peer.stage, PEER_DOWNLOADING);
    event.link.up = false;
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_OK);
    bench_run(&bench, 30000, 0);
    event.link.up = true;
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_OK);
    bench_run(&bench, LIMIT_MS, 60000);
    check_promises(&bench);
    expect_updated(&bench);
}

static void bytes_may_come_in_pieces_of_any_size(void)
{
    size_t split;

    for (split = 1; split <= 40; split++) {
        struct bench bench;

        init(&bench, split % 2 == 0);
        bench.split = split;
        run(&bench);
        expect_updated(&bench);
    }
}

static void bytes_may_leave_in_pieces_of_any_size(void)
{
    size_t takes;

    for (takes = 1; takes <= 12; takes++) {
        struct bench bench;

        init(&bench, takes % 2 == 0);
        bench.takes = takes;
        run(&bench);
        expect_updated(&bench);
    }
}

static void indications_may_stand_between_all_lines_and_come_twice(void)
{
    int variant;

    for (variant = 0; variant < 4; variant++) {
        struct bench bench;

        init(&bench, variant % 2);
        bench.peer.urc_between = true;
        bench.peer.says_twice = variant / 2 == 1;
        run(&bench);
        expect_updated(&bench);
    }
}

/* Answers the engine's commands by hand until it sends AT+WDSI?. */
static void answer_up_to_the_mask(struct bench *bench)
{
    bench->peer.silent = true;
    CU_ASSERT_TRUE_FATAL(bench_start(bench));
    bench_bytes(bench, "\r\nOK\r\n\r\nOK\r\n", 12);
    bench_bytes(bench, "\r\nOK\r\n", 6);
    bench_bytes(bench, "\r\nOK\r\n", 6);
    bench_bytes(bench, "\r\nHL7800.4.4.14.0\r\n\r\nOK\r\n", 25);
    CU_ASSERT_STRING_EQUAL_FATAL(bench->peer.last_command, "AT+WDSI?");
}

static void indication_within_the_answer_to_wdsi_is_no_mask(void)
{
    static const char *const answers[] = {
        "\r\n+WDSI: 3\r\n\r\n+WDSI: 4479\r\n\r\nOK\r\n",
        "\r\n+WDSI: 4479\r\n\r\n+WDSI: 3\r\n\r\nOK\r\n",
    };
    size_t i;

    for (i = 0; i < sizeof answers / sizeof *answers; i++) {
        struct bench bench;

        init(&bench, 1);
        answer_up_to_the_mask(&bench);
        bench_bytes(&bench, answers[i], strlen(answers[i]));
        CU_ASSERT_STRING_EQUAL(bench.peer.last_command, "AT+WDSR=4");
    }
}

static void mask_that_looks_like_an_indication_is_the_mask(void)
{
    struct bench bench;

    init(&bench, 1);
    answer_up_to_the_mask(&bench);
    bench_bytes(&bench, "\r\n+WDSI: 3\r\n\r\nOK\r\n", 18);
    CU_ASSERT_STRING_EQUAL(bench.peer.last_command, "AT+WDSI=4479");
}

static void plain_errors_do_as_well(void)
{
    struct bench bench;

    init(&bench, 1);
    bench.peer.cmee_stuck = true;
    run(&bench);
    expect_updated(&bench);
}

static void modem_may_restart_at_every_command(void)
{
    int agreements;

    for (agreements = 0; agreements < 2; agreements++) {
        int at = 0;
        int commands;

        do {
            struct bench bench;

            at++;
            init(&bench, agreements);
            bench.peer.restart_at = at;
            run(&bench);
            expect_updated(&bench);
            commands = bench.peer.commands;
        } while (at < commands);
        CU_ASSERT_TRUE(at >= 12);
    }
}

static void stray_ksup_at_every_command_does_no_harm(void)
{
    int agreements;

    for (agreements = 0; agreements < 2; agreements++) {
        int at = 0;
        int commands;

        do {
            struct bench bench;

            at++;
            init(&bench, agreements);
            bench.peer.ksup_at = at;
            run(&bench);
            expect_updated(&bench);
            commands = bench.peer.commands;
        } while (at < commands);
        CU_ASSERT_TRUE(at >= 12);
    }
}

/* The modem loses power at every second of an update, install included. */
static void modem_may_lose_power_at_every_moment(void)
{
    int64_t at_ms;

    for (at_ms = 500; at_ms < 200000; at_ms += 1000) {
        struct bench bench;

        init(&bench, at_ms / 1000 % 2 == 1);
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, at_ms, 0);
        bench.now_ms = at_ms > bench.now_ms ? at_ms : bench.now_ms;
        bench.peer.now_ms = bench.now_ms;
        peer_restart(&bench.peer);
        bench_run(&bench, LIMIT_MS, 60000);
        CU_ASSERT_TRUE(bench.decided);
        check_promises(&bench);
        expect_updated(&bench);
    }
}

/* Neither AT+WDSS=1,0 nor 1,1 does anything: only a restart is left. */
static void client_that_locks_up_is_restarted(void)
{
    int amid;

    for (amid = 0; amid <= 1; amid++) {
        struct bench bench;

        init(&bench, 0);
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        if (amid == 1) {
            bench_run_to_percent(&bench, 35);
        }
        peer_lock(&bench.peer);
        bench_run(&bench, LIMIT_MS, 0);
        CU_ASSERT_TRUE(bench.decided);
        check_promises(&bench);
        expect_updated(&bench);
    }
}

static void modem_that_restarts_for_ever_is_reported(void)
{
    struct bench bench;

    init(&bench, 0);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    while (!bench.decided && bench.now_ms < LIMIT_MS) {
        bench_run(&bench, bench.now_ms + 4000, 0);
        bench.now_ms += 4000;
        bench.peer.now_ms = bench.now_ms;
        bench_bytes(&bench, "\r\n+KSUP: 0\r\n", 13);
    }
    CU_ASSERT_TRUE_FATAL(bench.decided);
    expect_reason(&bench, HLHOST_REASON_MODEM_RESTARTS);
}

static void host_may_lose_power_at_every_point(void)
{
    int agreements;

    for (agreements = 0; agreements < 2; agreements++) {
        int at = 0;
        int points;

        do {
            struct bench bench;

            at++;
            init(&bench, agreements);
            bench.kill_at = at;
            run(&bench);
            expect_updated(&bench);
            points = bench.points;
        } while (at < points);
        CU_ASSERT_TRUE(at > 40);
    }
}

/* As above, but in virtual time: also while nothing is sent. */
static void host_may_restart_at_every_moment(void)
{
    int64_t at_ms;

    for (at_ms = 250; at_ms < 200000; at_ms += 500) {
        struct bench bench;

        init(&bench, at_ms / 500 % 2 == 1);
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, at_ms, 0);
        bench.decided = false;
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        bench_run(&bench, LIMIT_MS, 60000);
        CU_ASSERT_TRUE(bench.decided);
        check_promises(&bench);
        expect_updated(&bench);
    }
}

static void host_that_returns_in_an_install_never_allows_a_cut(void)
{
    struct bench bench;

    init(&bench, 1);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, 60000, 0);
    CU_ASSERT_EQUAL(bench.peer.stage, PEER_INSTALLING);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    CU_ASSERT_FALSE(bench.power_off_allowed);
    bench_run(&bench, LIMIT_MS, 60000);
    expect_updated(&bench);
    CU_ASSERT_STRING_EQUAL(bench.report.before, "HL7800.4.4.14.0"); /* out of the record */
}

static void garbage_in_place_of_the_record_is_none(void)
{
    struct bench bench;

    init(&bench, 1);
    memset(bench.record, 0xA5, sizeof bench.record);
    bench.record_size = sizeof bench.record;
    run(&bench);
    expect_updated(&bench);
}

static void record_that_cannot_be_stored_gives_no_agreement(void)
{
    struct bench bench;

    init(&bench, 1);
    bench.store_fails = true;
    run(&bench);
    expect_reason(&bench, HLHOST_REASON_RECORD_NOT_DURABLE);
    CU_ASSERT_EQUAL(bench.peer.percent, 0);
    CU_ASSERT_TRUE(bench.power_off_allowed);
    CU_ASSERT_PTR_NULL(strstr(bench.peer.last_command, "WDSR"));
}

static void record_that_cannot_be_stored_stops_no_modem_that_needs_no_agreement(void)
{
    struct bench bench;

    init(&bench, 0);
    bench.store_fails = true;
    run(&bench);
    expect_updated(&bench);
}

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u; /* Numerical Recipes, 7.1 */
    return *state >> 16;
}

/* Pieces of what a modem says, out of order and broken, so that the noise reaches the deep states.
 */
static size_t noise(uint32_t *seed, bool rough, char *ret_text)
{
    static const char *const pieces[] = {
        "OK",          "ERROR",     "+CME ERROR: 650", "+CME ERROR: 3",
        "+KSUP: 0",    "+WDSI: 2",  "+WDSI: 3",        "+WDSI: 14",
        "+WDSI: 15",   "+WDSI: 16", "+WDSI: 9,1",      "+WDSI: 18,7",
        "+WDSI: 23,1", "+WDSI: 8",  "+WDSI: 7",        "+WDSI: 11,",
        "+WDSI: 11,4", "+WDSI: 5",  "HL7800.4.4.14",   "+CPIN: READY",
        "+CEREG: 1",   "CONNECT",   "NO CARRIER",      "+WDSI: 4479",
        "+WDSC: 1,1",  "+WDSI: 1",  "+WDSI:",          "+WDSI: 99999999",
        "AT",          "\r\n\r\n",
    };
    uint32_t choice = next_random(seed);

    if (choice % 4 == 0) {
        ret_text[0] = (char)(next_random(seed) & 0xff);
        return 1;
    }
    choice %= sizeof pieces / sizeof *pieces;
    strcpy(ret_text, pieces[choice]);
    if (!rough && (strchr(pieces[choice], 'K') != NULL || strstr(pieces[choice], ": 11") != NULL)) {
        strcpy(ret_text, "+WDSI: 4"); /* OK, +KSUP and failed downloads end a goal too soon */
    }
    if (next_random(seed) % 8 != 1) {
        strcat(ret_text, "\r\n");
    }
    return strlen(ret_text);
}

static void noise_never_hangs_or_breaks_a_promise(void)
{
    uint32_t seed;

    for (seed = 1; seed <= 60; seed++) {
        struct bench bench;
        uint32_t state = seed;
        size_t fed = 0;

        init(&bench, (int)(seed % 2));
        bench.peer.silent = seed % 4 == 0;
        CU_ASSERT_TRUE_FATAL(bench_start(&bench));
        while (fed < FUZZ_BYTES / 20) {
            char text[64];
            size_t size = noise(&state, seed % 3 == 0, text);
            int64_t step_ms = next_random(&state) % 2000;

            bench_bytes(&bench, text, size);
            fed += size;
            bench_run(&bench, bench.now_ms + step_ms, INT64_C(1) << 40);
            bench.now_ms += 1;
            bench.peer.now_ms = bench.now_ms;
        }
        bench_run(&bench, bench.now_ms + LIMIT_MS, 1000);
        CU_ASSERT_TRUE(bench.decided);
        CU_ASSERT_EQUAL(bench.bytes_before_record, 0);
        CU_ASSERT_EQUAL(bench.late_deadlines, 0);
    }
}

static void random_bytes_do_no_harm_before_an_update(void)
{
    struct bench bench;
    uint32_t state = 7;
    uint8_t bytes[250];
    int i;

    init(&bench, 1);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    for (i = 0; i < FUZZ_BYTES / 250; i++) {
        size_t at;

        for (at = 0; at < sizeof bytes; at++) {
            bytes[at] = (uint8_t)next_random(&state);
        }
        bench_bytes(&bench, bytes, sizeof bytes);
    }
    bench_bytes(&bench, "\r\n", 2);
    bench_run(&bench, LIMIT_MS, 60000);
    CU_ASSERT_TRUE(bench.decided);
    check_promises(&bench);
    expect_updated(&bench);
}

static void callers_mistakes_are_refused(void)
{
    struct bench bench;
    struct hlhost_engine *engine;
    struct hlhost_config config;
    struct hlhost_event event = {.kind = HLHOST_EVENT_START};

    init(&bench, 0);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_E_STATE);
    event.kind = HLHOST_EVENT_PERSISTED;
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_E_STATE);
    event.kind = HLHOST_EVENT_REQUEST;
    event.request.line = "AT\r";
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_E_INVALID);
    event.request.line = "";
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_E_INVALID);
    event.kind = HLHOST_EVENT_TIMEOUT;
    bench.now_ms = -1;
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_E_INVALID);
    config = bench.config;
    config.version = "a version text that is longer than any modem's own one";
    CU_ASSERT_EQUAL(hlhost_engine_init(bench.memory, &config, &engine), HLHOST_E_CONFIG);
    config = bench.config;
    config.boot_wait_ms = -1;
    CU_ASSERT_EQUAL(hlhost_engine_init(bench.memory, &config, &engine), HLHOST_E_CONFIG);
    config = bench.config;
    config.agreements = 1;
    CU_ASSERT_EQUAL(hlhost_engine_init(bench.memory, &config, &engine), HLHOST_E_CONFIG);
}

static void request_is_sent_when_the_line_is_free_and_disturbs_nothing(void)
{
    struct bench bench;
    struct hlhost_event event = {.kind = HLHOST_EVENT_REQUEST};

    init(&bench, 1);
    CU_ASSERT_TRUE_FATAL(bench_start(&bench));
    bench_run(&bench, 8000, 0);
    event.request.line = "AT+WDSI?";
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_OK);
    CU_ASSERT_STRING_EQUAL(bench.peer.last_command, "AT+WDSI?");
    bench_run(&bench, 12000, 0);
    event.request.line = "AT+WDSS=1,0"; /* somebody stops the download: it is resumed */
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_OK);
    bench_run(&bench, LIMIT_MS, 60000);
    check_promises(&bench);
    expect_updated(&bench);
    CU_ASSERT_EQUAL(bench.peer.opens, 2);
}

static void request_is_sent_after_the_outcome_too(void)
{
    struct bench bench;
    struct hlhost_event event = {.kind = HLHOST_EVENT_REQUEST};

    init(&bench, 0);
    run(&bench);
    event.request.line = "AT+CGMR";
    CU_ASSERT_EQUAL(bench_step(&bench, event), HLHOST_OK);
    CU_ASSERT_STRING_EQUAL(bench.peer.last_command, "AT+CGMR");
}

static const struct suite_test tests[] = {
    SUITE_TEST(modem_that_refuses_everything_is_reported),
    SUITE_TEST(modem_that_is_silent_is_reported),
    SUITE_TEST(line_that_takes_nothing_is_reported),
    SUITE_TEST(line_that_returns_is_used_again),
    SUITE_TEST(bytes_may_come_in_pieces_of_any_size),
    SUITE_TEST(bytes_may_leave_in_pieces_of_any_size),
    SUITE_TEST(indications_may_stand_between_all_lines_and_come_twice),
    SUITE_TEST(indication_within_the_answer_to_wdsi_is_no_mask),
    SUITE_TEST(mask_that_looks_like_an_indication_is_the_mask),
    SUITE_TEST(plain_errors_do_as_well),
    SUITE_TEST(modem_may_restart_at_every_command),
    SUITE_TEST(stray_ksup_at_every_command_does_no_harm),
    SUITE_TEST(modem_may_lose_power_at_every_moment),
    SUITE_TEST(client_that_locks_up_is_restarted),
    SUITE_TEST(modem_that_restarts_for_ever_is_reported),
    SUITE_TEST(host_may_lose_power_at_every_point),
    SUITE_TEST(host_may_restart_at_every_moment),
    SUITE_TEST(host_that_returns_in_an_install_never_allows_a_cut),
    SUITE_TEST(garbage_in_place_of_the_record_is_none),
    SUITE_TEST(record_that_cannot_be_stored_gives_no_agreement),
    SUITE_TEST(record_that_cannot_be_stored_stops_no_modem_that_needs_no_agreement),
    SUITE_TEST(noise_never_hangs_or_breaks_a_promise),
    SUITE_TEST(random_bytes_do_no_harm_before_an_update),
    SUITE_TEST(callers_mistakes_are_refused),
    SUITE_TEST(request_is_sent_when_the_line_is_free_and_disturbs_nothing),
    SUITE_TEST(request_is_sent_after_the_outcome_too),
};

int main(void)
{
    return suite_run("engine faults", tests, sizeof tests / sizeof *tests);
}
