/*
 * Sessions of the LwM2M client: bootstrap, registration, refusal, silence and their indications.
 */
#include "lwm2m_bench.h"

#include <hl78sim/error.h>

#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

static struct bench b;

/* The finish of a bootstrap: POST /bs. */
static const char finish[] = "\xb2"
                             "bs";

/* Whether the client's request, without its id and token, is these bytes. */
static bool request_is(const struct bench_datagram *datagram, uint8_t code, const void *rest,
                       size_t size)
{
    return datagram->size == 12 + size && datagram->bytes[0] == 0x48 &&
           datagram->bytes[1] == code && memcmp(datagram->bytes + 12, rest, size) == 0;
}

/* Forgets what was told and received. */
static void forget(void)
{
    b.told[0] = '\0';
    b.received_count = 0;
    b.failed = 0;
}

/* Up to the point at which the bootstrap server has granted the request. */
static void begin_bootstrap(void)
{
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_FATAL(hlsim__lwm2m_state(&b.client) == HLSIM__LWM2M_BOOTSTRAPPING);
}

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
    begin_bootstrap();
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    CU_ASSERT_EQUAL(b.received_count, 1);
    CU_ASSERT_EQUAL(b.received[0].server, BENCH_BS);
    CU_ASSERT(request_is(&b.received[0], 0x02, bootstrap, sizeof bootstrap - 1));
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(b.stores, 0);
    forget();
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x44);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,1");
    CU_ASSERT_FATAL(b.received_count == 2);
    CU_ASSERT_EQUAL(b.received[1].server, BENCH_DM);
    CU_ASSERT(request_is(&b.received[1], 0x02, registration, sizeof registration - 1));
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
    begin_bootstrap();
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, own, sizeof own - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, dm, sizeof dm - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x44);
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
    begin_bootstrap();
    CU_ASSERT_STRING_EQUAL(b.told, "4 6");
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x44);
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
    forget();
    begin_bootstrap();
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
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x44);
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
    while (strcmp(b.told, "4 5 4 5 4 5 4 5 4") != 0) {
        bench_run(&b, HLSIM_SECOND);
    }
    b.answers_ping[BENCH_DM] = true;
    bench_run(&b, 93 * HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5 4 5 4 5 4 5 4 6 23,1");
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_SECOND);
    b.answers_ping[BENCH_DM] = false;
    forget();
    hlsim__lwm2m_start(&b.client);
    while (strcmp(b.told, "4 5 4 5 4 5 4 5") != 0) {
        bench_run(&b, HLSIM_SECOND);
    }
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
    forget();
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
    begin_bootstrap();
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
    forget();
    hlsim__lwm2m_start(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 5");
    CU_ASSERT_EQUAL(b.why, HLSIM__LWM2M_FAILED_LOCAL);
    bench_teardown(&b);
}

/* --- What a bootstrap server may write ---------------------------------------------------- */

static void an_inconsistent_bootstrap_is_refused_and_can_be_mended(void)
{
    /* /0/1 in mode 0 without a key. */
    static const char keyless[] = "\xb1"
                                  "0\x01"
                                  "1\x12\x2d\x16\xff"
                                  "\xc8\x00\x11"
                                  "coap://dm.example"
                                  "\xc1\x01\x00\xc1\x02\x00\xc1\x0a\x7b";
    /* /1/0 of another short id. */
    static const char other[] = "\xb1"
                                "1\x01"
                                "0\x12\x2d\x16\xff"
                                "\xc1\x00\x7c\xc2\x01\x0e\x10";

    bench_setup(&b, 1);
    begin_bootstrap();
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x86);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, other, sizeof other - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x86);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, keyless, sizeof keyless - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x86);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 4, "\xb1" "1", 2), 0x42);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x86);
    CU_ASSERT_EQUAL(b.stores, 0);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x44);
    CU_ASSERT_EQUAL(b.stores, 2);
    bench_teardown(&b);
}

static void a_bootstrap_server_is_told_what_is_wrong(void)
{
    static const struct {
        uint8_t method;
        int expected;
        size_t size;
        const char *rest;
    } cases[] = {
        {3, 0x84, 2, "\xb1" "3"},                                        /* no such object */
        {3, 0x84, 2, "\xb1" "x"},                                        /* no path at all */
        {3, 0x84, 4, "\xb1" "1\x01" "x"},                                /* the same */
        {3, 0x85, 6, "\xb1" "1\x01" "0\x01" "1"},                        /* a resource */
        {1, 0x85, 4, "\xb1" "1\x01" "0"},                                /* reading */
        {3, 0x8f, 8, "\xb1" "1\x01" "0\xff\xc1\x00\x01"},                /* plain text */
        {3, 0x80, 11, "\xb1" "1\x01" "0\x12\x2d\x16\xff\xc5\x00\x01"},   /* TLV cut short */
        {3, 0x80, 11, "\xb1" "1\x01" "0\x12\x2d\x16\xff\xc1\x00\x00"},   /* short id 0 */
        {3, 0x80, 12, "\xb1" "0\x01" "1\x12\x2d\x16\xff\xc2\x01\x00\x01"}, /* bool of two bytes */
        {3, 0x80, 9, "\xb1" "0\x12\x2d\x16\xff\xc1\x01\x00"},            /* no instance */
        {3, 0x80, 7, "\xb1" "1\x01" "0\x12\x2d\x16"},                    /* no payload */
        {4, 0x84, 4, "\xb1" "1\x01" "9"},                                /* deletes what is not */
        {4, 0x85, 4, "\xb1" "0\x01" "0"},                                /* its own account */
        {4, 0x42, 0, ""},                                                /* everything else */
        {2, 0x85, 4, "\xb1" "1\x01" "0"},                                /* no such method */
    };

    bench_setup(&b, 1);
    begin_bootstrap();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int code = bench_ask_code(&b, BENCH_BS, cases[i].method, cases[i].rest, cases[i].size);

        CU_ASSERT_EQUAL(code, cases[i].expected);
    }
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    bench_teardown(&b);
}

static void an_object_can_be_written_with_its_instances_inside(void)
{
    /* PUT /1: instance 5 (4 + 3 bytes) of short id 123 and lifetime 3600. */
    static const char servers[] = "\xb1"
                                  "1\x12\x2d\x16\xff"
                                  "\x07\x05\xc1\x00\x7b\xc2\x01\x0e\x10";

    bench_setup(&b, 1);
    begin_bootstrap();
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 4, "\xb1" "1", 2), 0x42);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, servers, sizeof servers - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x44);
    bench_teardown(&b);
}

static void accounts_that_cannot_be_stored_are_not_acknowledged(void)
{
    bench_setup(&b, 1);
    begin_bootstrap();
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    b.store_error = HLSIM_E_FULL;
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0xa0);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    b.store_error = HLSIM_E_POWER;
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), -1);
    bench_run(&b, HLSIM_HOUR);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    CU_ASSERT_EQUAL(b.failed, 0);
    bench_teardown(&b);
}

/* --- Update of the registration ----------------------------------------------------------- */

static void the_registration_is_updated_at_nine_tenths_of_its_lifetime(void)
{
    static const char update[] = "\xb2"
                                 "rd"
                                 "\x02"
                                 "7f";

    bench_setup(&b, 1);
    bench_connect(&b);
    forget();
    bench_run(&b, 3239 * HLSIM_SECOND - HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.received_count, 0);
    bench_run(&b, 2 * HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count == 1);
    CU_ASSERT(request_is(&b.received[0], 0x02, update, sizeof update - 1));
    bench_run(&b, 3240 * HLSIM_SECOND);
    CU_ASSERT_EQUAL(b.received_count, 2);
    CU_ASSERT_STRING_EQUAL(b.told, "");
    bench_teardown(&b);
}

static void a_forgotten_client_registers_again(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    forget();
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
    forget();
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
    forget();
    CU_ASSERT_EQUAL(hlsim__lwm2m_set_lifetime(&b.client, 0), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__lwm2m_set_lifetime(&b.client, 86400), 0);
    CU_ASSERT_EQUAL(b.accounts[HLSIM__LWM2M_DM].lifetime, 86400);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count == 1);
    CU_ASSERT(request_is(&b.received[0], 0x02, update, sizeof update - 1));
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
    forget();
    hlsim__lwm2m_stop(&b.client);
    hlsim__lwm2m_stop(&b.client);
    CU_ASSERT_STRING_EQUAL(b.told, "");
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "8");
    CU_ASSERT_EQUAL(b.told_cause, b.last_receive);
    CU_ASSERT_FATAL(b.received_count == 1);
    CU_ASSERT(request_is(&b.received[0], 0x04, goodbye, sizeof goodbye - 1));
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

/* Every millisecond of a first connection is a moment at which the session may end. */
static void run_first_connection_until(int64_t moment)
{
    bool written = false;

    hlsim__lwm2m_start(&b.client);
    while (b.sched.now < moment) {
        if (!written && hlsim__lwm2m_state(&b.client) == HLSIM__LWM2M_BOOTSTRAPPING &&
            strcmp(b.told, "4 6 23,0") == 0) {
            written = true;
            CU_ASSERT_FATAL(bench_write_accounts(&b));
            bench_say(&b, BENCH_BS, "\x41\x02\x7f\x01\x01\xb2" "bs", 8);
        }
        bench_run(&b, HLSIM_MS);
    }
}

static void stop_in_any_state_closes_once_and_then_is_silent(void)
{
    unsigned states = 0;

    for (int64_t moment = 0; moment < 1600 * HLSIM_MS; moment += 10 * HLSIM_MS) {
        size_t told;

        bench_setup(&b, 1);
        run_first_connection_until(moment);
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
        size_t told;

        bench_setup(&b, 1);
        run_first_connection_until(moment);
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

/* --- A bad way ---------------------------------------------------------------------------- */

static void datagrams_that_come_twice_change_nothing(void)
{
    bench_setup(&b, 1);
    b.says_twice = true;
    begin_bootstrap();
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, finish, 3), 0x44);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 4 6 23,1");
    CU_ASSERT_EQUAL(b.stores, 2);
    hlsim__lwm2m_stop(&b.client);
    bench_run(&b, HLSIM_MINUTE);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 4 6 23,1 8");
    bench_teardown(&b);
}

/* 4 is followed by 5 or 6, 6 by 7 or 23, and the rest by 4. */
static bool told_in_order(const char *told)
{
    const char *expected = "4";

    for (const char *at = told; *at != '\0';) {
        char number[8];
        int length;

        if (sscanf(at, "%7s%n", number, &length) != 1 || strstr(expected, number) == NULL) {
            return false;
        }
        at += length + (at[length] == ' ');
        expected = strcmp(number, "4") == 0 ? "5 6" : strcmp(number, "6") == 0 ? "7 23,1" : "4";
    }
    return true;
}

static void with_losses_delays_and_disorder_the_client_registers_in_the_end(void)
{
    unsigned clean = 0;

    for (uint64_t seed = 1; seed <= 100; seed++) {
        bench_setup(&b, seed);
        bench_give_account(&b);
        b.config.auth_failures_max = 1000;
        hlsim__lwm2m_init(&b.client, &b.config);
        b.says_twice = seed % 2 == 0;
        CU_ASSERT_FATAL(hlsim__network_set_loss(&b.network, 400000, 400000) == 0);
        CU_ASSERT_FATAL(
            hlsim__network_set_delay(&b.network, 100 * HLSIM_MS, 100 * HLSIM_MS,
                                     3 * HLSIM_SECOND) == 0);
        while (hlsim__lwm2m_state(&b.client) != HLSIM__LWM2M_REGISTERED &&
               b.sched.now < HLSIM_HOUR) {
            hlsim__lwm2m_start(&b.client);
            bench_run(&b, 10 * HLSIM_SECOND);
        }
        CU_ASSERT_EQUAL(hlsim__lwm2m_state(&b.client), HLSIM__LWM2M_REGISTERED);
        CU_ASSERT(told_in_order(b.told));
        clean += strcmp(b.told, "4 6 23,1") == 0;
        bench_teardown(&b);
    }
    CU_ASSERT(clean > 50);
}

static void malformed_datagrams_are_ignored_in_every_state(void)
{
    static const uint8_t rubbish[] = {0x4f, 0x01, 0x02, 0x03, 0x04};

    for (int64_t moment = 100 * HLSIM_MS; moment < 1600 * HLSIM_MS; moment += 50 * HLSIM_MS) {
        bench_setup(&b, 1);
        hlsim__lwm2m_start(&b.client);
        run_first_connection_until(moment);
        bench_say(&b, BENCH_BS, rubbish, sizeof rubbish);
        if (b.client_at[BENCH_DM].port != 0) {
            bench_say(&b, BENCH_DM, rubbish, sizeof rubbish);
        }
        run_first_connection_until(b.sched.now + 2 * HLSIM_SECOND);
        CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0 4 6 23,1");
        /* At the server in use, one event; at the other, nobody listens any more. */
        CU_ASSERT(b.ignored <= 1);
        bench_teardown(&b);
    }
}

static void no_bytes_of_a_server_can_confuse_the_client(void)
{
    static const char *const valid[] = {
        "\x42\x03\x00\x00\xc0\xde\xb1" "5\x01" "0\x01" "1\xff" "coap://x",
        "\x42\x01\x00\x00\xc0\xde\x60\x51" "5\x01" "0\x01" "3",
        "\x42\x03\x01\x02\xc0\xde\xb1" "1\x01" "0\x12\x2d\x16\xff\xc2\x01\x0e\x10",
        "\x42\x02\x01\x02\xc0\xde\xb1" "1\x01" "0\x01" "8",
    };
    static const size_t sizes[] = {22, 13, 18, 12};
    struct hlsim__rng rng;

    hlsim__rng_init(&rng, 1, "mutations");
    bench_setup(&b, 1);
    bench_connect(&b);
    for (unsigned i = 0; i < 20000; i++) {
        uint8_t bytes[24];
        size_t which = (size_t)hlsim__rng_below(&rng, 4);
        size_t size = sizes[which];

        memcpy(bytes, valid[which], size);
        bytes[2] = (uint8_t)(i >> 8);
        bytes[3] = (uint8_t)i;
        for (uint64_t k = hlsim__rng_below(&rng, 4); k > 0; k--) {
            bytes[hlsim__rng_below(&rng, size)] = (uint8_t)hlsim__rng_next(&rng);
        }
        bench_say(&b, BENCH_DM, bytes, size - (size_t)hlsim__rng_below(&rng, 4));
        b.received_count = 0;
        bench_run(&b, 200 * HLSIM_MS);
        CU_ASSERT_FATAL(hlsim__lwm2m_state(&b.client) == HLSIM__LWM2M_REGISTERED);
    }
    CU_ASSERT_STRING_EQUAL(b.told, "");
    CU_ASSERT(b.ignored > 100);
    bench_teardown(&b);
}

/* --- Power -------------------------------------------------------------------------------- */

static bool cut_at(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    const uint64_t *occurrence = user;

    *ret_torn = HLSIM_TORN_NOTHING;
    return point->kind == HLSIM_CUT_NET && point->occurrence == *occurrence;
}

static void power_that_fails_while_sending_is_not_told_as_an_indication(void)
{
    for (uint64_t occurrence = 1; occurrence <= 7; occurrence++) {
        size_t told;

        bench_setup(&b, 1);
        bench_give_account(&b);
        hlsim__power_set_hook(&b.power, cut_at, &occurrence);
        hlsim__lwm2m_start(&b.client);
        bench_run(&b, HLSIM_SECOND);
        if (b.power.on) {
            b.firmware_state = HLSIM__LWM2M_FIRMWARE_DOWNLOADING;
            hlsim__lwm2m_stop(&b.client);
        }
        told = strlen(b.told);
        bench_run(&b, HLSIM_HOUR);
        CU_ASSERT(strchr(b.told, '5') == NULL);
        CU_ASSERT(strchr(b.told, '7') == NULL);
        CU_ASSERT_EQUAL(b.failed, 0);
        CU_ASSERT(strlen(b.told) - told <= 2);
        CU_ASSERT(b.has_account[HLSIM__LWM2M_DM]);
        bench_teardown(&b);
    }
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
    SUITE_TEST(an_inconsistent_bootstrap_is_refused_and_can_be_mended),
    SUITE_TEST(a_bootstrap_server_is_told_what_is_wrong),
    SUITE_TEST(an_object_can_be_written_with_its_instances_inside),
    SUITE_TEST(accounts_that_cannot_be_stored_are_not_acknowledged),
    SUITE_TEST(the_registration_is_updated_at_nine_tenths_of_its_lifetime),
    SUITE_TEST(a_forgotten_client_registers_again),
    SUITE_TEST(an_unanswered_update_leads_to_a_new_authentication),
    SUITE_TEST(another_lifetime_is_stored_and_told),
    SUITE_TEST(stop_deregisters_and_closes_once),
    SUITE_TEST(stop_waits_four_seconds_for_a_silent_server),
    SUITE_TEST(a_start_while_closing_opens_again_afterwards),
    SUITE_TEST(stop_in_any_state_closes_once_and_then_is_silent),
    SUITE_TEST(a_lost_network_closes_without_a_datagram),
    SUITE_TEST(datagrams_that_come_twice_change_nothing),
    SUITE_TEST(with_losses_delays_and_disorder_the_client_registers_in_the_end),
    SUITE_TEST(malformed_datagrams_are_ignored_in_every_state),
    SUITE_TEST(no_bytes_of_a_server_can_confuse_the_client),
    SUITE_TEST(power_that_fails_while_sending_is_not_told_as_an_indication),
};

int main(void)
{
    return suite_run("lwm2m client", tests, sizeof tests / sizeof *tests);
}
