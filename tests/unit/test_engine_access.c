/*
 * SIM, PIN and access point: what the engine enters, how often, and what it reports.
 */
#include "engine_peer.h"
#include "lib/suite.h"

#include <string.h>

#define HOUR_MS  INT64_C(3600000)
#define LIMIT_MS (48 * HOUR_MS)

static void init(struct bench *bench, const char *pin)
{
    bench_init(bench);
    bench->peer.pin = "1234";
    bench->config.pin = pin;
}

static void run(struct bench *bench)
{
    bench_live(bench, LIMIT_MS, 60000);
}

static void expect_failed(const struct bench *bench, enum hlhost_reason reason, int detail)
{
    CU_ASSERT_EQUAL(bench->report.result, HLHOST_RESULT_FAILED);
    CU_ASSERT_STRING_EQUAL(hlhost_reason_text(bench->report.reason), hlhost_reason_text(reason));
    CU_ASSERT_EQUAL(bench->report.detail, detail);
}

static void pin_is_entered_before_and_after_the_update(void)
{
    struct bench bench;

    init(&bench, "1234");
    run(&bench);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_EQUAL(bench.peer.pins, 2);
    CU_ASSERT_TRUE(bench.peer.unlocked);
}

static void pin_is_entered_after_a_failed_install_too(void)
{
    struct bench bench;

    init(&bench, "1234");
    bench.peer.end = PEER_INSTALL_FAILS;
    run(&bench);
    expect_failed(&bench, HLHOST_REASON_INSTALL_FAILED, -1);
    CU_ASSERT_TRUE(bench.peer.unlocked);
}

static void pin_is_entered_again_after_the_verdict(void)
{
    struct bench bench;

    init(&bench, "1234");
    run(&bench);
    peer_restart(&bench.peer);
    CU_ASSERT_FALSE(bench.peer.unlocked);
    bench_run(&bench, bench.now_ms + 60000, 60000);
    CU_ASSERT_TRUE(bench.peer.unlocked);
    CU_ASSERT_EQUAL(bench.peer.pins, 3);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

static void busy_sim_is_asked_again(void)
{
    struct bench bench;

    init(&bench, "1234");
    bench.peer.pin_busy = true;
    run(&bench);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

static void refused_pin_is_never_tried_again(void)
{
    struct bench bench;
    int life;

    init(&bench, "9999");
    for (life = 0; life < 4; life++) {
        bench.decided = false;
        run(&bench);
        expect_failed(&bench, HLHOST_REASON_PIN_REFUSED, life == 0 ? 16 : -1);
        CU_ASSERT_EQUAL(bench.peer.pins, 1);
        peer_restart(&bench.peer);
        bench_run(&bench, bench.now_ms + 60000, 60000);
    }
    bench.config.pin = "1234"; /* another PIN is another matter */
    bench.decided = false;
    run(&bench);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
}

static void missing_pin_and_wanted_puk_are_reported(void)
{
    struct bench bench;

    init(&bench, NULL);
    run(&bench);
    expect_failed(&bench, HLHOST_REASON_PIN_WANTED, -1);
    CU_ASSERT_EQUAL(bench.peer.pins, 0);
    init(&bench, "1234");
    bench.peer.pin_left = 0;
    run(&bench);
    expect_failed(&bench, HLHOST_REASON_PUK_WANTED, -1);
    CU_ASSERT_EQUAL(bench.peer.pins, 0);
}

/* Power is lost at every point of a life with a wrong PIN: two of three tries are the most. */
static void wrong_pin_never_blocks_the_sim_wherever_power_fails(void)
{
    int point;
    bool reached = true;

    for (point = 1; reached; point++) {
        struct bench bench;
        int life;

        init(&bench, "9999");
        bench.kill_at = point;
        run(&bench);
        reached = bench.kill_at == 0;
        for (life = 0; life < 3; life++) {
            bench.decided = false;
            run(&bench);
            expect_failed(&bench, HLHOST_REASON_PIN_REFUSED, -1);
        }
        CU_ASSERT_TRUE(bench.peer.pins <= 2 && bench.peer.pin_left > 0);
    }
    CU_ASSERT_TRUE(point > 5);
}

/* And with the right one the update comes to its end. */
static void right_pin_survives_a_loss_of_power_anywhere(void)
{
    int point;
    bool reached = true;

    for (point = 1; reached; point++) {
        struct bench bench;

        init(&bench, "1234");
        bench.kill_at = point;
        run(&bench);
        reached = bench.kill_at == 0;
        CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
        CU_ASSERT_EQUAL(bench.peer.pin_left, 3);
    }
}

static void missing_cid_is_set(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.no_cid = true;
    bench.config.cid = 2;
    bench.config.apn = "fota.example";
    run(&bench);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_EQUAL(bench.peer.cid, 2);
    CU_ASSERT_STRING_EQUAL(bench.peer.apn, "fota.example");
}

static void wrong_apn_is_set_right(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.good_apn = "fota.example";
    bench.config.apn = "fota.example";
    run(&bench);
    CU_ASSERT_EQUAL(bench.report.result, HLHOST_RESULT_UPDATED);
    CU_ASSERT_EQUAL(bench.peer.cid, 0); /* none was named */
}

static void nothing_is_set_that_nobody_named(void)
{
    struct bench bench;

    bench_init(&bench);
    bench.peer.good_apn = "fota.example";
    run(&bench);
    expect_failed(&bench, HLHOST_REASON_CONTEXT_REFUSED, 133);
    CU_ASSERT_STRING_EQUAL(bench.peer.apn, "");
    CU_ASSERT_EQUAL(bench.peer.opens, 5);
}

static void unusable_names_are_refused(void)
{
    static const char *const pins[] = {"123", "123456789", "12a4", ""};
    struct bench bench;
    size_t i;

    for (i = 0; i < sizeof pins / sizeof *pins; i++) {
        init(&bench, pins[i]);
        CU_ASSERT_FALSE(bench_start(&bench));
    }
    bench_init(&bench);
    bench.config.apn = "a\"b";
    CU_ASSERT_FALSE(bench_start(&bench));
    bench_init(&bench);
    bench.config.cid = 21;
    CU_ASSERT_FALSE(bench_start(&bench));
}

static const struct suite_test tests[] = {
    SUITE_TEST(pin_is_entered_before_and_after_the_update),
    SUITE_TEST(pin_is_entered_after_a_failed_install_too),
    SUITE_TEST(pin_is_entered_again_after_the_verdict),
    SUITE_TEST(busy_sim_is_asked_again),
    SUITE_TEST(refused_pin_is_never_tried_again),
    SUITE_TEST(missing_pin_and_wanted_puk_are_reported),
    SUITE_TEST(wrong_pin_never_blocks_the_sim_wherever_power_fails),
    SUITE_TEST(right_pin_survives_a_loss_of_power_anywhere),
    SUITE_TEST(missing_cid_is_set),
    SUITE_TEST(wrong_apn_is_set_right),
    SUITE_TEST(nothing_is_set_that_nobody_named),
    SUITE_TEST(unusable_names_are_refused),
};

int main(void)
{
    return suite_run("engine access", tests, sizeof tests / sizeof *tests);
}
