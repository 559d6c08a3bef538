/*
 * Sessions of the LwM2M client: bootstrap, registration, refusal, silence and their indications.
 */
#include "lwm2m_bench.h"

#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

static struct bench b;

/* --- Connecting --------------------------------------------------------------------------- */

static void first_connection_goes_through_the_bootstrap_server(void)
{
    static const char bootstrap[] = "\xb2"
                                    "bs"
                                    "\x4d\x0e"
                                    "ep=urn:imei:123456789012345";
    static const char registration[] = "\xb2"
                                       "rd"
                                       "\x11\x28"
                                       "\x3d\x0e"
                                       "ep=urn:imei:123456789012345"
                                       "\x07"
                                       "lt=3600"
                                       "\x09"
                                       "lwm2m=1.0"
                                       "\x04"
                                       "b=UQ"
                                       "\xff"
                                       "</1/0>,</3/0>,</4/0>,</5/0>";

    bench_setup(&b, 1);
    bench_begin_bootstrap(&b);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    CU_ASSERT_EQUAL(b.received_count, 1);
    CU_ASSERT_EQUAL(b.received[0].server, BENCH_BS);
    CU_ASSERT(bench_request_is(&b.received[0], 0x02, bootstrap, sizeof bootstrap - 1));
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(b.stores, 0);
    bench_forget(&b);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x44);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,1");
    CU_ASSERT_FATAL(b.received_count == 2);
    CU_ASSERT_EQUAL(b.received[1].server, BENCH_DM);
    CU_ASSERT(bench_request_is(&b.received[1], 0x02, registration, sizeof registration - 1));
    CU_ASSERT_EQUAL(b.stores, 2);
    CU_ASSERT_STRING_EQUAL(b.accounts[HLSIM__LWM2M_DM].uri, "coap://dm.example:5683");
    CU_ASSERT_EQUAL(b.accounts[HLSIM__LWM2M_DM].short_id, 123);
    CU_ASSERT_EQUAL(b.accounts[HLSIM__LWM2M_DM].lifetime, 3600);
    CU_ASSERT_STRING_EQUAL(b.accounts[HLSIM__LWM2M_BOOTSTRAP].uri, "coap://bs.example");
    CU_ASSERT_EQUAL(b.failed, 0);
    bench_teardown(&b);
}

static void a_known_device_registers_at_once(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    CU_ASSERT_EQUAL(b.received_count, 1);
    CU_ASSERT_EQUAL(b.received[0].server, BENCH_DM);
    CU_ASSERT_EQUAL(b.told_cause, b.last_receive);
    CU_ASSERT_EQUAL(hlsim__lwm2m_last_traffic(&b.client), b.told_at);
    hlsim__lwm2m_start(&b.client); /* is open already */
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "");
    CU_ASSERT_EQUAL(b.received_count, 1);
    bench_teardown(&b);
}

static void credentials_of_a_bootstrap_reach_the_store(void)
{
    /* /0/0, the bootstrap account itself, with a new key. */
    static const char own[] = "\xb1"
                              "0\x01"
                              "0\x12\x2d\x16\xff"
                              "\xc8\x00\x11"
                              "coap://bs.example"
                              "\xc1\x01\x01\xc1\x02\x00\xc4\x03"
                              "boot\xc2\x05\x11\x22";
    /* /0/1 with identity "dev1" and a key of four bytes. */
    static const char dm[] = "\xb1"
                             "0\x01"
                             "1\x12\x2d\x16\xff"
                             "\xc8\x00\x11"
                             "coap://dm.example"
                             "\xc1\x01\x00\xc1\x02\x00\xc4\x03"
                             "dev1\xc4\x05\x01\x02\x03\x04\xc1\x0a\x7b";

    bench_setup(&b, 1);
    bench_begin_bootstrap(&b);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, own, sizeof own - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, dm, sizeof dm - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x44);
    CU_ASSERT_STRING_EQUAL(b.accounts[HLSIM__LWM2M_BOOTSTRAP].identity, "boot");
    CU_ASSERT_EQUAL(b.accounts[HLSIM__LWM2M_BOOTSTRAP].key_size, 2);
    CU_ASSERT_STRING_EQUAL(b.accounts[HLSIM__LWM2M_DM].identity, "dev1");
    CU_ASSERT_EQUAL(b.accounts[HLSIM__LWM2M_DM].key_size, 4);
    CU_ASSERT_EQUAL(memcmp(b.accounts[HLSIM__LWM2M_DM].key, "\x01\x02\x03\x04", 4), 0);
    bench_teardown(&b);
}

static void a_lost_answer_to_the_bootstrap_request_does_not_matter_when_the_server_goes_on(void)
{
    bench_setup(&b, 1);
    b.bootstrap_code = 0;
    bench_begin_bootstrap(&b);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6");
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x44);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 4 6 23,1");
    bench_teardown(&b);
}

/* --- Refusals ----------------------------------------------------------------------------- */

static void a_refused_bootstrap_is_denied(void)
{
    bench_setup(&b, 1);
    b.bootstrap_code = 0x83;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_HOUR);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 7");
    CU_ASSERT_EQUAL(b.failed, 1);
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_REFUSED);
    CU_ASSERT_EQUAL(hlsim__lwm2m_state(&b.client), HLSIM__LWM2M_IDLE);
    bench_teardown(&b);
}

static void refused_registrations_in_a_row_erase_the_credentials(void)
{
    bench_setup(&b, 1);
    bench_give_account(&b);
    b.register_code = 0x83;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 7");
    CU_ASSERT_EQUAL(b.failed, 1);
    CU_ASSERT(b.has_account[HLSIM__LWM2M_DM]);
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 7 4 6 7");
    CU_ASSERT_EQUAL(b.failed, 2);
    CU_ASSERT_FALSE(b.has_account[HLSIM__LWM2M_DM]);
    bench_forget(&b);
    bench_begin_bootstrap(&b);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    bench_teardown(&b);
}

static void an_accepted_registration_ends_the_row_of_refusals(void)
{
    bench_setup(&b, 1);
    bench_give_account(&b);
    for (int i = 0; i < 4; i++) {
        b.register_code = i % 2 == 0 ? 0x80 : 0x41;
        hlsim__lwm2m_start(&b.client);
        bench_run(&b, HLSIM_SECOND);
        hlsim__lwm2m_stop(&b.client);
        bench_run(&b, HLSIM_SECOND);
    }
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 7 4 6 23,1 8 4 6 7 4 6 23,1 8");
    CU_ASSERT(b.has_account[HLSIM__LWM2M_DM]);
    bench_teardown(&b);
}

static void a_registration_without_a_location_is_of_no_use(void)
{
    bench_setup(&b, 1);
    bench_give_account(&b);
    b.register_code = 0;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_SECOND);
    {
        uint8_t bytes[12] = {0x68, 0x41};

        memcpy(bytes + 2, bench_last(&b)->bytes + 2, 10);
        bench_say(&b, BENCH_DM, bytes, sizeof bytes);
    }
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 7");
    CU_ASSERT_EQUAL(b.failed, 1);
    bench_teardown(&b);
}

/* --- Silence ------------------------------------------------------------------------------ */

static void a_silent_bootstrap_server_fails_the_authentication_only(void)
{
    bench_setup(&b, 1);
    b.answers_ping[BENCH_BS] = false;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, 61 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4");
    bench_run(&b, 33 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5");
    CU_ASSERT_EQUAL(b.pings, 5);
    CU_ASSERT_EQUAL(b.failed, 1);
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_AUTH);
    bench_run(&b, HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5");
    bench_teardown(&b);
}

static void five_failed_authentications_erase_the_credentials_and_lead_to_the_bootstrap(void)
{
    bench_setup(&b, 1);
    bench_give_account(&b);
    b.answers_ping[BENCH_DM] = false;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, 5 * 93 * HLSIM_SECOND + HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5 4 5 4 5 4 5 4 5 4 6 23,0");
    CU_ASSERT_EQUAL(b.pings, 26);
    CU_ASSERT_FALSE(b.has_account[HLSIM__LWM2M_DM]);
    CU_ASSERT_EQUAL(b.failed, 0);
    b.answers_ping[BENCH_DM] = true;
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x44);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5 4 5 4 5 4 5 4 5 4 6 23,0 4 6 23,1");
    bench_teardown(&b);
}

static void with_nobody_there_at_all_nothing_but_5_follows_4(void)
{
    bench_setup(&b, 1);
    bench_give_account(&b);
    CU_ASSERT_FATAL(hlsim__network_set_loss(&b.network, 1000000, 1000000) == 0);
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_DAY);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5 4 5 4 5 4 5 4 5 4 5");
    CU_ASSERT_EQUAL(b.failed, 1);
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_AUTH);
    bench_teardown(&b);
}

static void an_authentication_in_between_ends_the_row_of_failures(void)
{
    bench_setup(&b, 1);
    bench_give_account(&b);
    b.answers_ping[BENCH_DM] = false;
    hlsim__lwm2m_start(&b.client);
    bench_run_until_told(&b, "4 5 4 5 4 5 4 5 4");
    b.answers_ping[BENCH_DM] = true;
    bench_run(&b, 93 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5 4 5 4 5 4 5 4 6 23,1");
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_SECOND);
    b.answers_ping[BENCH_DM] = false;
    bench_forget(&b);
    hlsim__lwm2m_start(&b.client);
    bench_run_until_told(&b, "4 5 4 5 4 5 4 5 4");
    CU_ASSERT(b.has_account[HLSIM__LWM2M_DM]);
    bench_teardown(&b);
}

static void silence_after_the_authentication_is_a_failed_session(void)
{
    bench_setup(&b, 1);
    b.bootstrap_code = 0;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, 95 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 7");
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_SILENCE);
    CU_ASSERT_EQUAL(b.received_count, 5);
    bench_give_account(&b);
    bench_forget(&b);
    b.register_code = 0;
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, 95 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 7");
    CU_ASSERT_EQUAL(b.failed, 1);
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_SILENCE);
    CU_ASSERT(b.has_account[HLSIM__LWM2M_DM]);
    bench_teardown(&b);
}

static void a_bootstrap_without_an_end_fails_after_247_seconds(void)
{
    bench_setup(&b, 1);
    bench_begin_bootstrap(&b);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    bench_run(&b, 245 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    bench_run(&b, 2 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 7");
    CU_ASSERT_EQUAL(b.failed, 1);
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_SILENCE);
    CU_ASSERT_EQUAL(b.stores, 0);
    CU_ASSERT_FALSE(b.has_account[HLSIM__LWM2M_DM]);
    bench_teardown(&b);
}

/* --- Local reasons ------------------------------------------------------------------------ */

static void nothing_is_held_against_the_credentials_when_nobody_was_asked(void)
{
    bench_setup(&b, 1);
    bench_give_account(&b);
    hlsim__iface_detach(&b.iface);
    for (int i = 0; i < 6; i++) {
        hlsim__lwm2m_start(&b.client);
        bench_run(&b, HLSIM_MINUTE);
    }
    CU_ASSERT_STRING_EQUAL(b.told, "4 5 4 5 4 5 4 5 4 5 4 5");
    CU_ASSERT_EQUAL(b.failed, 6);
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_LOCAL);
    CU_ASSERT(b.has_account[HLSIM__LWM2M_DM]);
    hlsim__iface_attach(&b.iface, 0x0a000003);
    snprintf(b.accounts[HLSIM__LWM2M_DM].uri, sizeof b.accounts[HLSIM__LWM2M_DM].uri,
             "coap://nobody.example");
    bench_forget(&b);
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5");
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_LOCAL);
    bench_teardown(&b);
}

static const struct suite_test tests[] = {
    SUITE_TEST(first_connection_goes_through_the_bootstrap_server),
    SUITE_TEST(a_known_device_registers_at_once),
    SUITE_TEST(credentials_of_a_bootstrap_reach_the_store),
    SUITE_TEST(a_lost_answer_to_the_bootstrap_request_does_not_matter_when_the_server_goes_on),
    SUITE_TEST(a_refused_bootstrap_is_denied),
    SUITE_TEST(refused_registrations_in_a_row_erase_the_credentials),
    SUITE_TEST(an_accepted_registration_ends_the_row_of_refusals),
    SUITE_TEST(a_registration_without_a_location_is_of_no_use),
    SUITE_TEST(a_silent_bootstrap_server_fails_the_authentication_only),
    SUITE_TEST(five_failed_authentications_erase_the_credentials_and_lead_to_the_bootstrap),
    SUITE_TEST(with_nobody_there_at_all_nothing_but_5_follows_4),
    SUITE_TEST(an_authentication_in_between_ends_the_row_of_failures),
    SUITE_TEST(silence_after_the_authentication_is_a_failed_session),
    SUITE_TEST(a_bootstrap_without_an_end_fails_after_247_seconds),
    SUITE_TEST(nothing_is_held_against_the_credentials_when_nobody_was_asked),
};

int main(void)
{
    return suite_run("lwm2m client", tests, sizeof tests / sizeof *tests);
}
