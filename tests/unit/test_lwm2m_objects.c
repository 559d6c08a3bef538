/*
 * What a DM server reads, writes and executes, byte by byte (OMA LwM2M 1.0.2 6.4.3 and
 * appendix E).
 */
#include "lwm2m_bench.h"

#include "lib/suite.h"

#include <stdio.h>
#include <string.h>

static struct bench b;

static int code_of(uint8_t method, const char *rest, size_t size)
{
    return bench_ask_code(&b, BENCH_DM, method, rest, size);
}

static void reads_the_device_object(void)
{
    static const char resources[] = "\xc6\x00"
                                    "Sierra"
                                    "\xc6\x01"
                                    "HL7800"
                                    "\xc8\x02\x0e"
                                    "FSN0123456789A"
                                    "\xc8\x03\x08"
                                    "4.4.14.0"
                                    "\x83\x0b\x41\x00\x00"
                                    "\xc2\x10"
                                    "UQ";
    /* 8 + 8 + 17 + 11 + 5 + 4 bytes inside the instance. */
    static const char object[] = "\x08\x00\x35"
                                 "\xc6\x00"
                                 "Sierra"
                                 "\xc6\x01"
                                 "HL7800"
                                 "\xc8\x02\x0e"
                                 "FSN0123456789A"
                                 "\xc8\x03\x08"
                                 "4.4.14.0"
                                 "\x83\x0b\x41\x00\x00"
                                 "\xc2\x10"
                                 "UQ";

    bench_setup(&b, 1);
    bench_connect(&b);
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "3\x01"
                                     "0"),
                          HLSIM__COAP_FORMAT_TLV, BENCH_REST(resources)));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "3"),
                          HLSIM__COAP_FORMAT_TLV, BENCH_REST(object)));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "3\x01"
                                     "0\x01"
                                     "0"),
                          HLSIM__COAP_FORMAT_TLV,
                          BENCH_REST("\xc6\x00"
                                     "Sierra")));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "3\x01"
                                     "0\x02"
                                     "11"),
                          HLSIM__COAP_FORMAT_TLV, BENCH_REST("\x83\x0b\x41\x00\x00")));
    bench_teardown(&b);
}

static void reads_the_server_object(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "1\x01"
                                     "0"),
                          HLSIM__COAP_FORMAT_TLV,
                          BENCH_REST("\xc1\x00\x7b\xc2\x01\x0e\x10\xc1\x06\x00\xc2\x07"
                                     "UQ")));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "1\x01"
                                     "0\x01"
                                     "1"),
                          HLSIM__COAP_FORMAT_TLV, BENCH_REST("\xc2\x01\x0e\x10")));
    bench_teardown(&b);
}

static void reads_the_connectivity_object(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    /* Bearer 7, the same as the only available one, -95 dBm, 10.0.0.2, "iot", cell 0x01020304. */
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "4\x01"
                                     "0"),
                          HLSIM__COAP_FORMAT_TLV,
                          BENCH_REST("\xc1\x00\x07\x83\x01\x41\x00\x07\xc1\x02\xa1"
                                     "\x88\x04\x0b\x48\x00\x08"
                                     "10.0.0.2"
                                     "\x85\x07\x43\x00"
                                     "iot"
                                     "\xc4\x08\x01\x02\x03\x04")));
    bench_teardown(&b);
}

static void reads_the_firmware_object(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    b.firmware_state = HLSIM__LWM2M_FIRMWARE_DOWNLOADED;
    b.firmware_result = 8;
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "5\x01"
                                     "0"),
                          HLSIM__COAP_FORMAT_TLV,
                          BENCH_REST("\xc1\x03\x02\xc1\x05\x08\x83\x08\x41\x00\x02\xc1\x09\x00")));
    bench_teardown(&b);
}

static void answers_in_the_format_that_is_accepted(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    /* Accept (17), six after Uri-Path: 11542, 1542, 0, then 40. */
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "3\x01"
                                     "0\x01"
                                     "0\x62\x2d\x16"),
                          HLSIM__COAP_FORMAT_TLV,
                          BENCH_REST("\xc6\x00"
                                     "Sierra")));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "3\x01"
                                     "0\x01"
                                     "0\x62\x06\x06"),
                          HLSIM__COAP_FORMAT_TLV_DRAFT,
                          BENCH_REST("\xc6\x00"
                                     "Sierra")));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "3\x01"
                                     "0\x01"
                                     "0\x60"),
                          0, BENCH_REST("Sierra")));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "1\x01"
                                     "0\x01"
                                     "1\x60"),
                          0, BENCH_REST("3600")));
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "4\x01"
                                     "0\x01"
                                     "2\x60"),
                          0, BENCH_REST("-95")));
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_GET, BENCH_REST("\xb1"
                                                        "3\x01"
                                                        "0\x01"
                                                        "0\x61\x28")),
                    0x86);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_GET, BENCH_REST("\xb1"
                                                        "3\x01"
                                                        "0\x60")),
                    0x86);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_GET, BENCH_REST("\xb1"
                                                        "3\x01"
                                                        "0\x02"
                                                        "11\x60")),
                    0x86);
    bench_teardown(&b);
}

/* Requests and the codes that answer them. */
static const struct {
    uint8_t method;
    int expected;
    const char *rest;
    size_t size;
} wrong_requests[] = {
    {HLSIM__COAP_GET, 0x81,
     BENCH_REST("\xb1"
                "0")}, /* security: not for a DM server */
    {HLSIM__COAP_GET, 0x81,
     BENCH_REST("\xb1"
                "0\x01"
                "0\x01"
                "5")},
    {HLSIM__COAP_PUT, 0x81,
     BENCH_REST("\xb1"
                "0\x01"
                "0\x01"
                "0\xff"
                "coap://x")},
    {HLSIM__COAP_DELETE, 0x81,
     BENCH_REST("\xb1"
                "0")},
    {HLSIM__COAP_GET, 0x84, BENCH_REST("")},
    {HLSIM__COAP_GET, 0x84,
     BENCH_REST("\xb1"
                "2")}, /* no such object */
    {HLSIM__COAP_GET, 0x84,
     BENCH_REST("\xb1"
                "3\x01"
                "1")}, /* instance */
    {HLSIM__COAP_GET, 0x84,
     BENCH_REST("\xb1"
                "3\x01"
                "0\x01"
                "9")}, /* resource */
    {HLSIM__COAP_GET, 0x84,
     BENCH_REST("\xb1"
                "3\x01"
                "0\x01"
                "0\x01"
                "0")}, /* too deep */
    {HLSIM__COAP_GET, 0x84,
     BENCH_REST("\xb2"
                "03")}, /* leading zero */
    {HLSIM__COAP_GET, 0x84,
     BENCH_REST("\xb5"
                "65535")},
    {HLSIM__COAP_GET, 0x84,
     BENCH_REST("\xb1"
                "x")},
    {HLSIM__COAP_GET, 0x85,
     BENCH_REST("\xb1"
                "5\x01"
                "0\x01"
                "0")}, /* cannot be read */
    {HLSIM__COAP_GET, 0x85,
     BENCH_REST("\xb1"
                "3\x01"
                "0\x01"
                "4")},
    {HLSIM__COAP_PUT, 0x85,
     BENCH_REST("\xb1"
                "3\x01"
                "0\x01"
                "0\xff"
                "x")}, /* cannot be written */
    {HLSIM__COAP_POST, 0x85,
     BENCH_REST("\xb1"
                "3\x01"
                "0\x01"
                "0")}, /* cannot be executed */
    {HLSIM__COAP_PUT, 0x85,
     BENCH_REST("\xb1"
                "3\x01"
                "0\x01"
                "4\xff"
                "x")},
    {HLSIM__COAP_PUT, 0x85,
     BENCH_REST("\xb1"
                "5\x12\x2d\x16\xff\xc0\x01")}, /* a whole object */
    {HLSIM__COAP_POST, 0x85,
     BENCH_REST("\xb1"
                "5\x12\x2d\x16\xff\xc0\x01")},
    {HLSIM__COAP_DELETE, 0x85,
     BENCH_REST("\xb1"
                "3\x01"
                "0")},
    {5, 0x85,
     BENCH_REST("\xb1"
                "3\x01"
                "0")}, /* FETCH */
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\xff"
                "12x")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\xff"
                "-")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\xff"
                "0")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\xff"
                "4294967296")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\xff"
                "99999999999999999999")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1")}, /* nothing */
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "5\x01"
                "0\x01"
                "1\xff"
                "a\0b")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\x12\x2d\x16\xff\xc3\x01\x00\x0e\x10")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\x12\x2d\x16\xff\xc2\x01\x0e")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\x12\x2d\x16\xff\xc1\x00\x7b")},
    {HLSIM__COAP_PUT, 0x80,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\x12\x2d\x16")},
    {HLSIM__COAP_PUT, 0x8f,
     BENCH_REST("\xb1"
                "1\x01"
                "0\x01"
                "1\x12\x2d\x17\xff{}")},
    {HLSIM__COAP_PUT, 0x8f,
     BENCH_REST("\xb1"
                "1\x01"
                "0\xff"
                "3600")},
};

static void tells_what_is_wrong_with_a_request(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    for (size_t i = 0; i < sizeof wrong_requests / sizeof *wrong_requests; i++) {
        CU_ASSERT_EQUAL(
            code_of(wrong_requests[i].method, wrong_requests[i].rest, wrong_requests[i].size),
            wrong_requests[i].expected);
    }
    CU_ASSERT_EQUAL(b.stores + b.uris + b.updates + b.reboots, 0);
    CU_ASSERT_STRING_EQUAL(b.told, "");
    bench_teardown(&b);
}

static void a_written_lifetime_is_stored_mirrored_and_told_by_an_update(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    b.received_count = 0;
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "1\x01"
                                                        "0\x01"
                                                        "1\xff"
                                                        "7200")),
                    0x44);
    CU_ASSERT_EQUAL(b.lifetime_written, 7200);
    CU_ASSERT_EQUAL(b.accounts[HLSIM__LWM2M_DM].lifetime, 7200);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count == 2);
    CU_ASSERT_EQUAL(b.received[1].size, 26);
    CU_ASSERT_EQUAL(memcmp(b.received[1].bytes + 12,
                           "\xb2rd\x02"
                           "7f\x47lt=7200",
                           14),
                    0);
    /* The same by HLSIM__COAP_FORMAT_TLV, at the level of the instance. */
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_POST, BENCH_REST("\xb1"
                                                         "1\x01"
                                                         "0\x12\x2d\x16\xff\xc2\x01\x0e\x10")),
                    0x44);
    CU_ASSERT_EQUAL(b.lifetime_written, 3600);
    b.store_error = -11;
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "1\x01"
                                                        "0\x01"
                                                        "1\xff"
                                                        "60")),
                    0xa0);
    CU_ASSERT_EQUAL(b.lifetime_written, 3600);
    CU_ASSERT(bench_reads(&b,
                          BENCH_REST("\xb1"
                                     "1\x01"
                                     "0\x01"
                                     "1\x60"),
                          0, BENCH_REST("3600")));
    bench_teardown(&b);
}

static void one_bad_entry_keeps_the_others_from_being_written(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    /* Lifetime, then the binding, which cannot be written. */
    CU_ASSERT_EQUAL(
        code_of(HLSIM__COAP_POST, BENCH_REST("\xb1"
                                             "1\x01"
                                             "0\x12\x2d\x16\xff\xc2\x01\x1c\x20\xc1\x07U")),
        0x85);
    CU_ASSERT_EQUAL(b.stores, 0);
    CU_ASSERT_EQUAL(
        code_of(HLSIM__COAP_POST, BENCH_REST("\xb1"
                                             "1\x01"
                                             "0\x12\x2d\x16\xff\xc2\x01\x1c\x20\xc1\x63U")),
        0x84);
    CU_ASSERT_EQUAL(b.stores, 0);
    bench_teardown(&b);
}

static void executes_update_trigger_and_reboot(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    b.received_count = 0;
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_POST, BENCH_REST("\xb1"
                                                         "1\x01"
                                                         "0\x01"
                                                         "8")),
                    0x44);
    bench_run(&b, HLSIM_SECOND);
    CU_ASSERT_FATAL(b.received_count == 2);
    CU_ASSERT_EQUAL(b.received[1].size, 18);
    CU_ASSERT_EQUAL(memcmp(b.received[1].bytes + 12,
                           "\xb2rd\x02"
                           "7f",
                           6),
                    0);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_POST, BENCH_REST("\xb1"
                                                         "3\x01"
                                                         "0\x01"
                                                         "4")),
                    0x44);
    CU_ASSERT_EQUAL(b.reboots, 1);
    bench_teardown(&b);
}

static void a_package_uri_goes_to_the_owner(void)
{
    char longest[6 + 256 + 8] = "\xb1"
                                "5\x01"
                                "0\x01"
                                "1\xff";

    bench_setup(&b, 1);
    bench_connect(&b);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "5\x01"
                                                        "0\x01"
                                                        "1\xff"
                                                        "http://p.example/1")),
                    0x44);
    CU_ASSERT_STRING_EQUAL(b.uri, "http://p.example/1");
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "5\x01"
                                                        "0\x01"
                                                        "1\x12\x2d\x16\xff\xc8\x01\x09"
                                                        "http://a/")),
                    0x44);
    CU_ASSERT_STRING_EQUAL(b.uri, "http://a/");
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "5\x01"
                                                        "0\x01"
                                                        "1")),
                    0x44); /* empty: a reset */
    CU_ASSERT_STRING_EQUAL(b.uri, "");
    CU_ASSERT_EQUAL(b.uris, 3);
    memset(longest + 7, 'u', 256);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, longest, 7 + 255), 0x44);
    CU_ASSERT_EQUAL(strlen(b.uri), 255);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, longest, 7 + 256), 0x80);
    b.owner_code = 0x80;
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "5\x01"
                                                        "0\x01"
                                                        "1\xff"
                                                        "ftp://x")),
                    0x80);
    CU_ASSERT_EQUAL(b.uris, 5);
    bench_teardown(&b);
}

static void a_pushed_package_is_not_taken_but_a_reset_is(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "5\x01"
                                                        "0\x01"
                                                        "0\x11\x2a\xff"
                                                        "package")),
                    0x85);
    CU_ASSERT_EQUAL(b.uris, 0);
    CU_ASSERT_EQUAL(code_of(HLSIM__COAP_PUT, BENCH_REST("\xb1"
                                                        "5\x01"
                                                        "0\x01"
                                                        "0\x11\x2a\xff\0")),
                    0x44);
    CU_ASSERT_EQUAL(b.uris, 1);
    CU_ASSERT_STRING_EQUAL(b.uri, "");
    bench_teardown(&b);
}

static void an_update_is_executed_only_when_downloaded(void)
{
    bench_setup(&b, 1);
    bench_connect(&b);
    for (int state = 0; state < 4; state++) {
        b.firmware_state = (enum hlsim__lwm2m_firmware_state)state;
        CU_ASSERT_EQUAL(code_of(HLSIM__COAP_POST, BENCH_REST("\xb1"
                                                             "5\x01"
                                                             "0\x01"
                                                             "2")),
                        state == 2 ? 0x44 : 0x85);
    }
    CU_ASSERT_EQUAL(b.updates, 1);
    bench_teardown(&b);
}

static const struct suite_test tests[] = {
    SUITE_TEST(reads_the_device_object),
    SUITE_TEST(reads_the_server_object),
    SUITE_TEST(reads_the_connectivity_object),
    SUITE_TEST(reads_the_firmware_object),
    SUITE_TEST(answers_in_the_format_that_is_accepted),
    SUITE_TEST(tells_what_is_wrong_with_a_request),
    SUITE_TEST(a_written_lifetime_is_stored_mirrored_and_told_by_an_update),
    SUITE_TEST(one_bad_entry_keeps_the_others_from_being_written),
    SUITE_TEST(executes_update_trigger_and_reboot),
    SUITE_TEST(a_package_uri_goes_to_the_owner),
    SUITE_TEST(a_pushed_package_is_not_taken_but_a_reset_is),
    SUITE_TEST(an_update_is_executed_only_when_downloaded),
};

int main(void)
{
    return suite_run("lwm2m objects", tests, sizeof tests / sizeof *tests);
}
