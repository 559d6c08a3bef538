/*
 * The life of a registration: updates, other lifetimes, goodbyes in every state.
 */
#include "lwm2m_bench.h"

#include <hl78sim/error.h>

#include "lib/suite.h"

#include <string.h>

static struct bench b;

/* --- Update of the registration ----------------------------------------------------------- */

static void the_registration_is_updated_at_nine_tenths_of_its_lifetime(void)
{
    static const char update[] = "\xb2"
                                 "rd"
                                 "\x02"
                                 "7f";

    bench_setup(&b, 1);
    bench_connect(&b);
    bench_forget(&b);
    bench_run(&b, 3239 * HLSIM_SECOND - HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.received_count, 0);
    bench_run(&b, 2 * HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count == 1);
    CU_ASSERT(bench_request_is(&b.received[0], 0x02, update, sizeof update - 1));
    bench_run(&b, 3240 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.received_count, 2);
    CU_ASSERT_STRING_EQUAL(b.told, "");
    bench_teardown(&b);
}

static void a_forgotten_client_registers_again(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    bench_forget(&b);
    b.update_code = 0x84;
    bench_run(&b, 3241 * HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count == 2);
    CU_ASSERT_EQUAL(memcmp(b.received[1].bytes + 12, "\xb2rd\x11\x28", 5), 0);
    CU_ASSERT_EQUAL(hlsim__lwm2m_state(&b.client), HLSIM__LWM2M_REGISTERED);
    CU_ASSERT_STRING_EQUAL(b.told, "");
    bench_teardown(&b);
}

static void an_unanswered_update_leads_to_a_new_authentication(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    bench_forget(&b);
    b.update_code = 0;
    bench_run(&b, (3240 + 95) * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,1");
    CU_ASSERT_EQUAL(b.received_count, 6);
    bench_teardown(&b);
}

static void another_lifetime_is_stored_and_told(void)
{
    static const char update[] = "\xb2"
                                 "rd"
                                 "\x02"
                                 "7f"
                                 "\x48"
                                 "lt=86400";

    bench_setup(&b, 1);
    CU_ASSERT_EQUAL(hlsim__lwm2m_set_lifetime(&b.client, 86400), HLSIM_E_NOT_FOUND);
    bench_connect(&b);
    bench_forget(&b);
    CU_ASSERT_EQUAL(hlsim__lwm2m_set_lifetime(&b.client, 0), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__lwm2m_set_lifetime(&b.client, 86400), 0);
    CU_ASSERT_EQUAL(b.accounts[HLSIM__LWM2M_DM].lifetime, 86400);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count == 1);
    CU_ASSERT(bench_request_is(&b.received[0], 0x02, update, sizeof update - 1));
    bench_run(&b, 77759 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.received_count, 1);
    bench_run(&b, 2 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.received_count, 2);
    CU_ASSERT_EQUAL(b.received[1].size, 18); /* without "lt" */
    bench_teardown(&b);
}

/* --- Closing ------------------------------------------------------------------------------ */

static void stop_deregisters_and_closes_once(void)
{
    static const char goodbye[] = "\xb2"
                                  "rd"
                                  "\x02"
                                  "7f";

    bench_setup(&b, 1);
    bench_connect(&b);
    bench_forget(&b);
    hlsim__lwm2m_stop(&b.client);
    hlsim__lwm2m_stop(&b.client);
    CU_ASSERT_STRING_EQUAL(b.told, "");
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "8");
    CU_ASSERT_EQUAL(b.told_cause, b.last_receive);
    CU_ASSERT_FATAL(b.received_count == 1);
    CU_ASSERT(bench_request_is(&b.received[0], 0x04, goodbye, sizeof goodbye - 1));
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(b.told, "8");
    CU_ASSERT_EQUAL(b.received_count, 1);
    bench_teardown(&b);
}

static void stop_waits_four_seconds_for_a_silent_server(void)
{
    int64_t stopped_at;

    bench_setup(&b, 1);
    bench_connect(&b);
    b.delete_code = 0;
    stopped_at = b.sched.now;
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(b.told, "8");
    CU_ASSERT_EQUAL(b.told_at - stopped_at, 4 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.failed, 0);
    bench_teardown(&b);
}

static void a_start_while_closing_opens_again_afterwards(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    hlsim__lwm2m_stop(&b.client);
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, 2 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "8 4 6 23,1");
    hlsim__lwm2m_stop(&b.client);
    hlsim__lwm2m_start(&b.client);
    hlsim__lwm2m_stop(&b.client); /* the last word counts */
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "8 4 6 23,1 8");
    bench_teardown(&b);
}

static void stop_in_any_state_closes_once_and_then_is_silent(void)
{
    unsigned states = 0;

    for (int64_t moment = 0; moment < 1600 * HLSIM_MS; moment += 10 * HLSIM_MS) {
        bool written = false;
        size_t told;

        bench_setup(&b, 1);
        hlsim__lwm2m_start(&b.client);
        bench_run_first_connection(&b, moment, &written);
        states |= 1u << hlsim__lwm2m_state(&b.client);
        hlsim__lwm2m_stop(&b.client);
        bench_run(&b, 4 * HLSIM_SECOND);
        told = strlen(b.told);
        CU_ASSERT(told >= 1 && b.told[told - 1] == '8' && strchr(b.told, '8') == b.told + told - 1);
        CU_ASSERT_EQUAL(hlsim__lwm2m_state(&b.client), HLSIM__LWM2M_IDLE);
        CU_ASSERT_EQUAL(b.failed, 0);
        b.received_count = 0;
        bench_run(&b, HLSIM_DAY);
        CU_ASSERT_EQUAL(strlen(b.told), told);
        CU_ASSERT_EQUAL(b.received_count, 0);
        CU_ASSERT_EQUAL(hlsim__sched_next_at(&b.sched), HLSIM_NEVER);
        bench_teardown(&b);
    }
    /* All states but "idle" and "closing" were met. */
    CU_ASSERT_EQUAL(states, 0x7eu);
}

static void a_lost_network_closes_without_a_datagram(void)
{
    for (int64_t moment = 0; moment < 1600 * HLSIM_MS; moment += 50 * HLSIM_MS) {
        bool written = false;
        size_t told;

        bench_setup(&b, 1);
        hlsim__lwm2m_start(&b.client);
        bench_run_first_connection(&b, moment, &written);
        told = strlen(b.told);
        hlsim__iface_detach(&b.iface);
        hlsim__lwm2m_lost(&b.client);
        CU_ASSERT_STRING_EQUAL(b.told + told, told == 0 ? "8" : " 8");
        bench_run(&b, HLSIM_SECOND);
        b.received_count = 0;
        bench_run(&b, HLSIM_DAY);
        CU_ASSERT_STRING_EQUAL(b.told + told, told == 0 ? "8" : " 8");
        CU_ASSERT_EQUAL(b.received_count, 0);
        CU_ASSERT_EQUAL(b.failed, 0);
        hlsim__lwm2m_lost(&b.client);
        CU_ASSERT_STRING_EQUAL(b.told + told, told == 0 ? "8" : " 8");
        bench_teardown(&b);
    }
}

static void a_locked_client_is_silent_whatever_is_asked_of_it(void)
{
    for (int64_t moment = 0; moment < 1600 * HLSIM_MS; moment += 50 * HLSIM_MS) {
        bool written = false;
        char told[BENCH_TOLD_SIZE];

        bench_setup(&b, 1);
        hlsim__lwm2m_start(&b.client);
        bench_run_first_connection(&b, moment, &written);
        memcpy(told, b.told, sizeof told);
        hlsim__lwm2m_lock(&b.client);
        bench_run(&b, HLSIM_SECOND);
        b.received_count = 0;
        hlsim__lwm2m_start(&b.client);
        hlsim__lwm2m_firmware_changed(&b.client);
        (void)hlsim__lwm2m_set_lifetime(&b.client, 60);
        hlsim__lwm2m_stop(&b.client);
        bench_run(&b, HLSIM_HOUR);
        hlsim__lwm2m_lost(&b.client);
        bench_run(&b, HLSIM_HOUR);
        CU_ASSERT_STRING_EQUAL(b.told, told);
        CU_ASSERT_EQUAL(b.received_count, 0);
        CU_ASSERT_EQUAL(b.failed, 0);
        CU_ASSERT_EQUAL(hlsim__lwm2m_state(&b.client), HLSIM__LWM2M_LOCKED);
        bench_teardown(&b);
    }
}

/* 4.13 is a refusal like any other, or locks the client up where its configuration says so. */
static void a_registration_that_is_too_large_is_refused_or_locks(void)
{
    for (int locks = 0; locks <= 1; locks++) {
        bench_setup(&b, 1);
        bench_give_account(&b);
        b.client.config.too_large_locks = locks == 1;
        b.register_code = HLSIM__COAP_CODE(4, 13);
        hlsim__lwm2m_start(&b.client);
        bench_run(&b, HLSIM_MINUTE);
        CU_ASSERT_STRING_EQUAL(b.told, locks == 1 ? "4 6" : "4 6 7");
        CU_ASSERT_EQUAL(b.failed, locks == 1 ? 0 : 1);
        bench_teardown(&b);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(the_registration_is_updated_at_nine_tenths_of_its_lifetime),
    SUITE_TEST(a_forgotten_client_registers_again),
    SUITE_TEST(an_unanswered_update_leads_to_a_new_authentication),
    SUITE_TEST(another_lifetime_is_stored_and_told),
    SUITE_TEST(stop_deregisters_and_closes_once),
    SUITE_TEST(stop_waits_four_seconds_for_a_silent_server),
    SUITE_TEST(a_start_while_closing_opens_again_afterwards),
    SUITE_TEST(stop_in_any_state_closes_once_and_then_is_silent),
    SUITE_TEST(a_lost_network_closes_without_a_datagram),
    SUITE_TEST(a_locked_client_is_silent_whatever_is_asked_of_it),
    SUITE_TEST(a_registration_that_is_too_large_is_refused_or_locks),
};

int main(void)
{
    return suite_run("lwm2m registration", tests, sizeof tests / sizeof *tests);
}
