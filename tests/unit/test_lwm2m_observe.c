/*
 * What a DM server observes (RFC 7641), and requests that come twice or to the wrong client.
 */
#include "lwm2m_bench.h"

#include "lib/suite.h"

#include <string.h>

static struct bench b;

static int code_of(uint8_t method, const char *rest, size_t size)
{
    return bench_ask_code(&b, BENCH_DM, method, rest, size);
}

/* --- Observing ---------------------------------------------------------------------------- */

/* Observe (6) 0 is an empty value; then Uri-Path /5/0/3, /5/0/5. */
#define OBSERVE_STATE                                                                              \
    "\x60\x51"                                                                                     \
    "5\x01"                                                                                        \
    "0\x01"                                                                                        \
    "3"
#define OBSERVE_RESULT                                                                             \
    "\x60\x51"                                                                                     \
    "5\x01"                                                                                        \
    "0\x01"                                                                                        \
    "5"
#define CANCEL_STATE                                                                               \
    "\x61\x01\x51"                                                                                 \
    "5\x01"                                                                                        \
    "0\x01"                                                                                        \
    "3"

/* A notification: CON 2.05 with the token of the bench's requests, observe, TLV of one byte. */
static bool notifies(const struct bench_datagram *datagram, uint8_t resource, uint8_t value)
{
    const uint8_t rest[] = {0x62, 0x2d, 0x16, 0xff, 0xc1, resource, value};

    return datagram->size == 15 && datagram->bytes[0] == 0x42 && datagram->bytes[1] == 0x45 &&
           datagram->bytes[4] == 0xc0 && datagram->bytes[5] == 0xde && datagram->bytes[6] == 0x61 &&
           memcmp(datagram->bytes + 8, rest, sizeof rest) == 0;
}

static void acknowledge(unsigned type)
{
    const struct bench_datagram *last = bench_last(&b);
    const uint8_t bytes[] = {(uint8_t)(0x40 | type << 4), 0, last->bytes[2], last->bytes[3]};

    bench_say(&b, BENCH_DM, bytes, sizeof bytes);
    bench_run(&b, 200 * HLSIM_MS);
}

static void change_state(enum hlsim__lwm2m_firmware_state state)
{
    b.firmware_state = state;
    hlsim__lwm2m_firmware_changed(&b.client);
    bench_run(&b, 200 * HLSIM_MS);
}

static void observe_both(void)
{
    const struct bench_datagram *answer =
        bench_ask(&b, BENCH_DM, HLSIM__COAP_GET, BENCH_REST(OBSERVE_STATE));

    CU_ASSERT_FATAL(answer != NULL);
    CU_ASSERT_EQUAL(answer->bytes[1], 0x45);
    CU_ASSERT_EQUAL(answer->bytes[6], 0x61); /* observe is there */
    CU_ASSERT_EQUAL(memcmp(answer->bytes + 8, "\x62\x2d\x16\xff\xc1\x03\x00", 7), 0);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_GET, BENCH_REST(OBSERVE_RESULT)), 0x45);
    b.received_count = 0;
}

static void changes_are_notified_with_rising_numbers(void)
{
    uint8_t number;

    bench_setup(&b, 1);
    bench_connect(&b);
    observe_both();
    hlsim__lwm2m_firmware_changed(&b.client); /* which it did not */
    bench_run(&b, 200 * HLSIM_MS);
    CU_ASSERT_EQUAL(b.received_count, 0);
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADING);
    CU_ASSERT_FATAL(b.received_count == 1);
    CU_ASSERT(notifies(bench_last(&b), 3, 1));
    number = bench_last(&b)->bytes[7];
    acknowledge(2);
    b.firmware_result = 5;
    change_state(HLSIM__LWM2M_FIRMWARE_IDLE);
    CU_ASSERT_FATAL(b.received_count == 3);
    CU_ASSERT(notifies(&b.received[1], 3, 0));
    CU_ASSERT(notifies(&b.received[2], 5, 5));
    CU_ASSERT(b.received[1].bytes[7] > number);
    bench_teardown(&b);
}

static void the_latest_value_follows_the_acknowledgement(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    observe_both();
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADING);
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADED);
    change_state(HLSIM__LWM2M_FIRMWARE_UPDATING);
    CU_ASSERT_EQUAL(b.received_count, 1); /* one outstanding */
    acknowledge(2);
    CU_ASSERT_FATAL(b.received_count == 2);
    CU_ASSERT(notifies(bench_last(&b), 3, 3));
    acknowledge(2);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(b.received_count, 2);
    bench_teardown(&b);
}

static void an_observation_ends_by_cancelling_and_reset(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    observe_both();
    CU_ASSERT(bench_reads(&b, BENCH_REST(CANCEL_STATE), HLSIM__COAP_FORMAT_TLV,
                          BENCH_REST("\xc1\x03\x00")));
    b.received_count = 0;
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADING);
    CU_ASSERT_EQUAL(b.received_count, 0);

    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_GET, BENCH_REST(OBSERVE_STATE)), 0x45);
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADED);
    acknowledge(3);
    b.received_count = 0;
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADING);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(b.received_count, 0);
    bench_teardown(&b);
}

/* What nobody acknowledged is told again after an update of the registration, which was heard. */
static void silence_is_followed_by_an_update_and_the_latest_value(void)
{
    size_t count;

    bench_setup(&b, 1);
    bench_connect(&b);
    observe_both();
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADED);
    bench_run(&b, 40 * HLSIM_SECOND);
    change_state(HLSIM__LWM2M_FIRMWARE_UPDATING);
    bench_run(&b, 60 * HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count >= 7);
    CU_ASSERT(notifies(&b.received[4], 3, 2));
    CU_ASSERT_EQUAL(b.received[5].bytes[1], 0x02); /* POST */
    CU_ASSERT(notifies(&b.received[6], 3, 3));
    acknowledge(2);
    count = b.received_count;
    bench_run(&b, 10 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(b.received_count, count);
    CU_ASSERT_EQUAL(hlsim__lwm2m_state(&b.client), HLSIM__LWM2M_REGISTERED);
    bench_teardown(&b);
}

/* An answer can be lost unnoticed; a notification that was acknowledged cannot. */
static void a_result_that_matters_is_notified_until_it_is_acknowledged(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    b.wants_receipt = true;
    b.firmware_result = 1;
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_GET, BENCH_REST(OBSERVE_RESULT)), 0x45);
    CU_ASSERT(notifies(bench_last(&b), 5, 1));
    CU_ASSERT_EQUAL(b.receipts, 0);
    acknowledge(2);
    CU_ASSERT_EQUAL(b.receipts, 1);
    b.received_count = 0;
    bench_run(&b, 10 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(b.received_count, 0);
    bench_teardown(&b);
}

/* The request to observe it never came: what is left is to make the server ask once more. */
static void a_result_that_is_owed_and_not_observed_is_announced_by_updates(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    b.received_count = 0;
    b.firmware_result = 4;
    hlsim__lwm2m_firmware_changed(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(b.received_count, 0); /* It is not owed. */
    b.owes_result = true;
    hlsim__lwm2m_firmware_changed(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_EQUAL(b.received_count, 1);
    bench_run(&b, HLSIM__EXCHANGE_LIFETIME);
    CU_ASSERT_EQUAL(b.received_count, 2);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_GET, BENCH_REST(OBSERVE_RESULT)), 0x45);
    b.received_count = 0;
    bench_run(&b, 10 * HLSIM_MINUTE);
    CU_ASSERT_EQUAL(b.received_count, 0);
    bench_teardown(&b);
}

static void observations_end_with_the_session(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    observe_both();
    b.firmware_state = HLSIM__LWM2M_FIRMWARE_DOWNLOADING;
    hlsim__lwm2m_firmware_changed(&b.client);
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "8");
    CU_ASSERT_EQUAL(b.received_count, 1); /* the goodbye */
    change_state(HLSIM__LWM2M_FIRMWARE_DOWNLOADED);
    b.told[0] = '\0';
    bench_connect(&b);
    b.received_count = 0;
    change_state(HLSIM__LWM2M_FIRMWARE_IDLE);
    CU_ASSERT_EQUAL(b.received_count, 0);
    bench_teardown(&b);
}

static void what_cannot_be_observed_is_read(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\x60\x51"
                                     "3\x01"
                                     "0\x01"
                                     "0"),
                          HLSIM__COAP_FORMAT_TLV,
                          BENCH_REST("\xc6\x00"
                                     "Sierra")));
    bench_teardown(&b);
}

/* --- Repetition and states ---------------------------------------------------------------- */

static void a_repeated_request_is_carried_out_once(void)
{
    static const char execute[] = "\x41\x02\x30\x01\x07\xb1"
                                  "5\x01"
                                  "0\x01"
                                  "2";

    bench_setup(&b, 1);
    bench_connect(&b);
    b.firmware_state = HLSIM__LWM2M_FIRMWARE_DOWNLOADED;
    b.received_count = 0;
    for (int i = 0; i < 3; i++) {
        bench_say(&b, BENCH_DM, BENCH_REST(execute));
        bench_run(&b, HLSIM_SECOND);
        b.firmware_state = HLSIM__LWM2M_FIRMWARE_UPDATING;
    }
    CU_ASSERT_EQUAL(b.updates, 1);
    CU_ASSERT_FATAL(b.received_count == 3);
    for (size_t i = 0; i < 3; i++) {
        CU_ASSERT_EQUAL(b.received[i].size, 5);
        CU_ASSERT_EQUAL(memcmp(b.received[i].bytes, "\x61\x44\x30\x01\x07", 5), 0);
    }
    bench_teardown(&b);
}

static void a_bootstrap_server_sees_no_objects_and_a_dm_server_no_bootstrap(void)
{
    bench_setup(&b, 1);
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, HLSIM__COAP_GET,
                                   BENCH_REST("\xb1"
                                              "3\x01"
                                              "0")),
                    0x84);
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_SECOND);
    b.told[0] = '\0';
    bench_connect(&b);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_POST, BENCH_REST("\xb2"
                                                         "bs")),
                    0x84);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_DELETE, BENCH_REST("\xb1"
                                                           "1")),
                    0x85);
    bench_teardown(&b);
}

static const struct suite_test tests[] = {
    SUITE_TEST(changes_are_notified_with_rising_numbers),
    SUITE_TEST(the_latest_value_follows_the_acknowledgement),
    SUITE_TEST(an_observation_ends_by_cancelling_and_reset),
    SUITE_TEST(silence_is_followed_by_an_update_and_the_latest_value),
    SUITE_TEST(a_result_that_matters_is_notified_until_it_is_acknowledged),
    SUITE_TEST(a_result_that_is_owed_and_not_observed_is_announced_by_updates),
    SUITE_TEST(observations_end_with_the_session),
    SUITE_TEST(what_cannot_be_observed_is_read),
    SUITE_TEST(a_repeated_request_is_carried_out_once),
    SUITE_TEST(a_bootstrap_server_sees_no_objects_and_a_dm_server_no_bootstrap),
};

int main(void)
{
    return suite_run("lwm2m observe", tests, sizeof tests / sizeof *tests);
}
