/*
 * Operations other than upgrades, and the ends that none of them comes to by itself: cancelled, or
 * out of time. Counters and dates; a thousand systems.
 */
#include "airvantage_rig.h"

#define PACKAGE_SIZE 1024
#define URL          "http://packages.airvantage.example/p"
#define OLD          "HL7800.4.4.14.0"
#define NEW          "HL7800.4.6.8.0"

struct bench {
    struct rig *rig;
    struct rig_peer *peer;
    uint8_t bytes[PACKAGE_SIZE];
    struct hlsim_airvantage_config config;
};

static struct rig_peer *add_device(struct rig *rig, const char *imei)
{
    struct rig_peer *peer = rig_peer_new(rig, imei);

    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(rig->av, imei, ""), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_issue(rig->av, imei), 0);
    peer->automatic = true;
    snprintf(peer->device.firmware, sizeof peer->device.firmware, "%s", OLD);
    return peer;
}

static void setup(struct bench *bench, bool reboot_awaits_registration)
{
    struct hlsim_stored_package *stored = &bench->config.packages[0];

    memset(bench, 0, sizeof *bench);
    CU_ASSERT_EQUAL_FATAL(hlsim_package_build(&(struct hlsim_package_spec){.from = "4.4.14.0",
                                                                           .to = "4.6.8.0",
                                                                           .model = "HL7800",
                                                                           .size = PACKAGE_SIZE,
                                                                           .seed = 1},
                                              bench->bytes, PACKAGE_SIZE, &stored->size),
                          0);
    strcpy(stored->id, "p");
    stored->bytes = bench->bytes;
    bench->config.package_count = 1;
    bench->config.reboot_awaits_registration = reboot_awaits_registration;
    bench->rig = rig_new((struct rig_options){.seed = 1, .config = &bench->config});
    bench->peer = add_device(bench->rig, RIG_IMEI);
}

static int operate(struct bench *bench, struct hlsim__airvantage_job job)
{
    return hlsim__airvantage_operate(bench->rig->av, &job);
}

static bool stands(const struct bench *bench, const char *state)
{
    return rig_reads(bench->rig, RIG_IMEI, "airvantage.operation", state);
}

static bool is_null(const struct bench *bench, const char *path)
{
    return rig_value(bench->rig, RIG_IMEI, path).type == HLSIM_VALUE_NULL;
}

/* --- Synchronisation ---------------------------------------------------------------------- */

static void synchronises_what_the_device_has(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_TRUE(is_null(&bench, "airvantage.data.1.0.1"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.synchronization", "undefined"));
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.kind = HLSIM_OPERATION_SYNC}),
                    1);
    CU_ASSERT_TRUE(stands(&bench, "in_progress"));
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    CU_ASSERT_TRUE(stands(&bench, "success"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.synchronization", "ok"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.data.1.0.1", "3600"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.data.3.0.3", OLD));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.data.4.0.0", "6"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.data.4.0.4", "1.2.3.4"));
    CU_ASSERT_TRUE(is_null(&bench, "airvantage.data.4.0.8")); /* 4.04 */
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.timeline.latest", "synchronised"));
    rig_free(bench.rig);
}

static void goes_on_synchronising_where_silence_began(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    bench.peer->deaf = true;
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.kind = HLSIM_OPERATION_SYNC}),
                    1);
    rig_run_for(bench.rig, 200 * HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "in_progress"));
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.queued"), 1);
    bench.peer->deaf = false;
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    CU_ASSERT_TRUE(stands(&bench, "success"));
    rig_free(bench.rig);
}

/* --- Reboot and settings ------------------------------------------------------------------ */

static void reboots_once_and_believes_the_answer(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.kind = HLSIM_OPERATION_REBOOT}),
                    1);
    rig_run_for(bench.rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "success"));
    CU_ASSERT_TRUE(rig_register(bench.peer));
    CU_ASSERT_EQUAL(bench.peer->device.reboots, 1);
    rig_free(bench.rig);
}

static void a_reboot_can_wait_for_the_registration(void)
{
    struct bench bench;

    setup(&bench, true);
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.kind = HLSIM_OPERATION_REBOOT}),
                    1);
    rig_run_for(bench.rig, 100 * HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "in_progress"));
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.tasks.in_progress"), 1);
    CU_ASSERT_TRUE(rig_register(bench.peer));
    CU_ASSERT_TRUE(stands(&bench, "success"));
    CU_ASSERT_EQUAL(bench.peer->device.reboots, 1);
    rig_free(bench.rig);
}

/* It may have restarted before it could answer: no second reboot. */
static void a_device_that_is_back_has_rebooted(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    bench.peer->deaf = true;
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.kind = HLSIM_OPERATION_REBOOT}),
                    1);
    rig_run_for(bench.rig, 100 * HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "in_progress"));
    bench.peer->deaf = false;
    CU_ASSERT_TRUE(rig_register(bench.peer));
    CU_ASSERT_TRUE(stands(&bench, "success"));
    CU_ASSERT_EQUAL(bench.peer->device.reboots, 0);
    rig_free(bench.rig);
}

static void refusals_are_failures_and_trouble_is_not(void)
{
    static const enum hlsim_operation_kind kinds[] = {HLSIM_OPERATION_REBOOT,
                                                      HLSIM_OPERATION_SETTINGS};

    for (size_t i = 0; i < 2; i++) {
        struct bench bench;

        setup(&bench, false);
        bench.peer->device.refusal = 0xa0; /* 5.00 */
        CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
        CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.kind = kinds[i],
                                                                       .polling = HLSIM_HOUR}),
                        1);
        rig_run_for(bench.rig, 100 * HLSIM_SECOND);
        CU_ASSERT_TRUE(stands(&bench, "in_progress"));
        bench.peer->device.refusal = 0x85; /* 4.05 */
        rig_notify(bench.peer, 0, '0', 9);
        CU_ASSERT_TRUE(stands(&bench, "in_progress"));
        CU_ASSERT_TRUE(rig_register(bench.peer));
        CU_ASSERT_EQUAL(bench.peer->device.reboots, i == 0 ? 2 : 0);
        CU_ASSERT_TRUE(stands(&bench, "failure"));
        CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.tasks.failure"), 1);
        rig_free(bench.rig);
    }
}

static void writes_the_lifetime(void)
{
    static const struct {
        int64_t polling;
        const char *lifetime;
    } cases[] = {{120 * HLSIM_MINUTE, "7200"}, {0, "630720000"}, {HLSIM_SECOND, "1"}};

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench bench;
        const struct hlsim__airvantage_job job = {.kind = HLSIM_OPERATION_SETTINGS,
                                                  .polling = cases[i].polling};

        setup(&bench, false);
        CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
        CU_ASSERT_EQUAL(operate(&bench, job), 1);
        rig_run_for(bench.rig, HLSIM_SECOND);
        CU_ASSERT_STRING_EQUAL(bench.peer->device.lifetime, cases[i].lifetime);
        CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.data.1.0.1", cases[i].lifetime));
        CU_ASSERT_TRUE(stands(&bench, "success"));
        rig_free(bench.rig);
    }
}

static void times_that_make_no_sense_are_refused(void)
{
    static const struct hlsim__airvantage_job jobs[] = {
        {.kind = HLSIM_OPERATION_SYNC, .start = -1},
        {.kind = HLSIM_OPERATION_SYNC, .timeout = -1},
        {.kind = HLSIM_OPERATION_SYNC, .start = HLSIM_NEVER - 10, .timeout = 10},
        {.kind = HLSIM_OPERATION_SETTINGS, .polling = HLSIM_SECOND + 1},
        {.kind = HLSIM_OPERATION_SETTINGS, .polling = 630720001 * HLSIM_SECOND},
    };
    struct bench bench;

    setup(&bench, false);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        CU_ASSERT_EQUAL(operate(&bench, jobs[i]), HLSIM_E_RANGE);
    }
    CU_ASSERT_TRUE(stands(&bench, "none"));
    rig_free(bench.rig);
}

/* --- Cancelled, out of time --------------------------------------------------------------- */

static void a_scheduled_operation_is_cancelled_before_it_starts(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "last"), HLSIM_E_NOT_FOUND);
    rig_run_for(bench.rig, 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.package = "p",
                                                                   .id = "later",
                                                                   .start = 60 * HLSIM_SECOND}),
                    1);
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.phase", "scheduled"));
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.dates.created"), 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.dates.start"), 70 * HLSIM_SECOND);
    CU_ASSERT_TRUE(is_null(&bench, "airvantage.dates.timeout"));
    CU_ASSERT_TRUE(is_null(&bench, "airvantage.dates.ended"));
    CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "2"), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "later"), 0);
    CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "1"), HLSIM_E_STATE);
    CU_ASSERT_TRUE(rig_register(bench.peer));
    rig_run_for(bench.rig, 100 * HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "cancelled"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.phase", "finished"));
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.dates.cancelled"),
                    10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.dates.ended"), 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(bench.peer->device.writes, 0);
    rig_free(bench.rig);
}

/* A device that downloads, or has done so, is told to give it up by an empty address, and the next
 * operation begins after that. */
static void what_a_device_has_begun_is_given_up(void)
{
    for (int state = '1'; state <= '2'; state++) {
        struct bench bench;

        setup(&bench, false);
        CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
        CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.package = "p"}), 1);
        rig_run_for(bench.rig, HLSIM_SECOND);
        CU_ASSERT_STRING_EQUAL(bench.peer->device.uri, URL);
        rig_notify(bench.peer, 0, '1', 3);
        bench.peer->device.state = (char)state;
        CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.package = "p"}), 2);
        rig_forget(bench.rig);
        CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "1"), 0);
        rig_run_for(bench.rig, HLSIM_SECOND);
        CU_ASSERT_TRUE(rig_logged(bench.rig,
                                  "op1 cancelled cancelled;op1 cancelled;dm PUT /5/0/1 2.04;"
                                  "dm PUT /5/0/1 2.04;op2 in_progress;"));
        CU_ASSERT_STRING_EQUAL(bench.peer->device.uri, URL);
        CU_ASSERT_EQUAL(bench.peer->device.writes, 3);
        rig_free(bench.rig);
    }
}

/* Nobody knows whether the address arrived; the device says so when it registers. */
static void an_unanswered_address_is_taken_back_later(void)
{
    for (int arrived = 0; arrived < 2; arrived++) {
        struct bench bench;

        setup(&bench, false);
        CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
        bench.peer->deaf = true;
        CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.package = "p"}), 1);
        rig_run_for(bench.rig, 10 * HLSIM_SECOND);
        CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "last"), 0);
        rig_run_for(bench.rig, 100 * HLSIM_SECOND);
        bench.peer->deaf = false;
        bench.peer->device.state = arrived ? '1' : '0';
        strcpy(bench.peer->device.uri, "old");
        CU_ASSERT_TRUE(rig_register(bench.peer));
        CU_ASSERT_STRING_EQUAL(bench.peer->device.uri, arrived ? "" : "old");
        CU_ASSERT_TRUE(rig_register(bench.peer));
        CU_ASSERT_EQUAL(bench.peer->device.writes, arrived ? 1 : 0);
        rig_free(bench.rig);
    }
}

/* The answer to the address comes after the cancellation. */
static void an_address_that_is_answered_late_is_taken_back(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    bench.peer->automatic = false;
    bench.peer->count = 0;
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.package = "p"}), 1);
    rig_run_for(bench.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL_FATAL(bench.peer->count, 1);
    CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "last"), 0);
    bench.peer->automatic = true;
    rig_reply(bench.peer, rig_dm, 0x44, "", "");
    rig_run_for(bench.rig, HLSIM_SECOND);
    CU_ASSERT_EQUAL(bench.peer->device.writes, 1);
    CU_ASSERT_STRING_EQUAL(bench.peer->device.uri, "");
    rig_free(bench.rig);
}

static void what_is_being_installed_is_left_alone(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.package = "p"}), 1);
    rig_run_for(bench.rig, HLSIM_SECOND);
    rig_notify(bench.peer, 0, '2', 3);
    CU_ASSERT_EQUAL(bench.peer->device.executes, 1);
    rig_notify(bench.peer, 0, '3', 4);
    CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "last"), 0);
    rig_run_for(bench.rig, 10 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(bench.peer->device.writes, 1);
    snprintf(bench.peer->device.firmware, sizeof bench.peer->device.firmware, "%s", NEW);
    bench.peer->device.state = '0';
    bench.peer->device.result = '1';
    CU_ASSERT_TRUE(rig_register(bench.peer));
    CU_ASSERT_EQUAL(bench.peer->device.writes, 1);
    CU_ASSERT_TRUE(stands(&bench, "cancelled"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, RIG_IMEI, "airvantage.firmware", NEW));
    rig_free(bench.rig);
}

static void a_time_out_counts_from_the_start(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.package = "p",
                                                                   .start = 60 * HLSIM_SECOND,
                                                                   .timeout = 40 * HLSIM_SECOND}),
                    1);
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.dates.timeout"),
                    100 * HLSIM_SECOND);
    rig_run_for(bench.rig, 99 * HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "in_progress"));
    rig_run_for(bench.rig, HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "timeout"));
    CU_ASSERT_EQUAL(rig_number(bench.rig, RIG_IMEI, "airvantage.tasks.timeout"), 1);
    CU_ASSERT_TRUE(is_null(&bench, "airvantage.dates.cancelled"));
    CU_ASSERT_TRUE(rig_register(bench.peer));
    CU_ASSERT_EQUAL(bench.peer->device.writes, 0);
    rig_free(bench.rig);
}

static void a_finished_operation_does_not_time_out(void)
{
    struct bench bench;

    setup(&bench, false);
    CU_ASSERT_TRUE_FATAL(rig_register(bench.peer));
    CU_ASSERT_EQUAL(operate(&bench, (struct hlsim__airvantage_job){.kind = HLSIM_OPERATION_SYNC,
                                                                   .timeout = 10 * HLSIM_SECOND}),
                    1);
    rig_run_for(bench.rig, 100 * HLSIM_SECOND);
    CU_ASSERT_TRUE(stands(&bench, "success"));
    CU_ASSERT_EQUAL(hlsim__airvantage_cancel(bench.rig->av, "last"), HLSIM_E_STATE);
    rig_free(bench.rig);
}

/* --- A thousand systems ------------------------------------------------------------------- */

#define CROWD   1000
#define DEVICES 500 /* of which so many connect */

static void imei_of(unsigned index, char imei[16])
{
    snprintf(imei, 16, "35%013u", index % 10000);
}

static void a_thousand_systems_in_one_operation(void)
{
    struct bench bench;
    char imei[16];

    setup(&bench, false);
    CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_delete(bench.rig->av, RIG_IMEI), 0);
    for (unsigned i = 0; i < CROWD; i++) {
        imei_of(i, imei);
        if (i < DEVICES) {
            add_device(bench.rig, imei);
        } else {
            CU_ASSERT_EQUAL_FATAL(hlsim__airvantage_system_add(bench.rig->av, imei, ""), 0);
        }
    }
    CU_ASSERT_EQUAL(
        operate(&bench, (struct hlsim__airvantage_job){.package = "p", .timeout = HLSIM_HOUR}), 1);
    for (unsigned i = 1; i <= DEVICES; i++) {
        struct rig_bytes request = rig_register_request(bench.rig->peers[i]);

        rig_send(bench.rig->peers[i], rig_dm, &request);
    }
    rig_run_for(bench.rig, 5 * HLSIM_SECOND);
    imei_of(0, imei);
    CU_ASSERT_EQUAL(rig_number(bench.rig, imei, "airvantage.tasks.in_progress"), DEVICES);
    CU_ASSERT_EQUAL(rig_number(bench.rig, imei, "airvantage.tasks.pending"), CROWD - DEVICES);
    for (unsigned i = 1; i <= DEVICES; i++) {
        struct rig_peer *peer = bench.rig->peers[i];
        struct rig_bytes bytes;

        CU_ASSERT_STRING_EQUAL(peer->device.uri, URL);
        peer->device.state = '0';
        bytes = rig_notification(peer, i % 2, i % 2 ? '5' : '1', 3);
        rig_send(peer, rig_dm, &bytes);
    }
    rig_run_for(bench.rig, 5 * HLSIM_SECOND);
    rig_run_for(bench.rig, HLSIM_HOUR);
    CU_ASSERT_EQUAL(rig_number(bench.rig, imei, "airvantage.tasks.failure"), DEVICES / 2);
    CU_ASSERT_EQUAL(rig_number(bench.rig, imei, "airvantage.tasks.timeout"), CROWD - DEVICES / 2);
    CU_ASSERT_TRUE(rig_reads(bench.rig, "359999999999999", "airvantage.operation", "failure"));
    CU_ASSERT_TRUE(rig_reads(bench.rig, imei, "airvantage.phase", "finished"));
    rig_free(bench.rig);
}

static const struct suite_test tests[] = {
    SUITE_TEST(synchronises_what_the_device_has),
    SUITE_TEST(goes_on_synchronising_where_silence_began),
    SUITE_TEST(reboots_once_and_believes_the_answer),
    SUITE_TEST(a_reboot_can_wait_for_the_registration),
    SUITE_TEST(a_device_that_is_back_has_rebooted),
    SUITE_TEST(refusals_are_failures_and_trouble_is_not),
    SUITE_TEST(writes_the_lifetime),
    SUITE_TEST(times_that_make_no_sense_are_refused),
    SUITE_TEST(a_scheduled_operation_is_cancelled_before_it_starts),
    SUITE_TEST(what_a_device_has_begun_is_given_up),
    SUITE_TEST(an_unanswered_address_is_taken_back_later),
    SUITE_TEST(an_address_that_is_answered_late_is_taken_back),
    SUITE_TEST(what_is_being_installed_is_left_alone),
    SUITE_TEST(a_time_out_counts_from_the_start),
    SUITE_TEST(a_finished_operation_does_not_time_out),
    SUITE_TEST(a_thousand_systems_in_one_operation),
};

int main(void)
{
    return suite_run("airvantage jobs", tests, sizeof tests / sizeof *tests);
}
