/*
 * What a bootstrap server may write, and what it is told when it may not.
 */
#include "lwm2m_bench.h"

#include <hl78sim/error.h>

#include "lib/suite.h"

static struct bench b;

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
    bench_begin_bootstrap(&b);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x86);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, other, sizeof other - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x86);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, keyless, sizeof keyless - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x86);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 4,
                                   "\xb1"
                                   "1",
                                   2),
                    0x42);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x86);
    CU_ASSERT_EQUAL(b.stores, 0);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x44);
    CU_ASSERT_EQUAL(b.stores, 2);
    bench_teardown(&b);
}

/* Requests and the codes that answer them. */
static const struct {
    uint8_t method;
    int expected;
    size_t size;
    const char *rest;
} wrong_requests[] = {
    {3, 0x84, 2,
     "\xb1"
     "3"}, /* no such object */
    {3, 0x84, 2,
     "\xb1"
     "x"}, /* no path at all */
    {3, 0x84, 4,
     "\xb1"
     "1\x01"
     "x"}, /* the same */
    {3, 0x85, 6,
     "\xb1"
     "1\x01"
     "0\x01"
     "1"}, /* a resource */
    {1, 0x85, 4,
     "\xb1"
     "1\x01"
     "0"}, /* reading */
    {3, 0x8f, 8,
     "\xb1"
     "1\x01"
     "0\xff\xc1\x00\x01"}, /* plain text */
    {3, 0x80, 11,
     "\xb1"
     "1\x01"
     "0\x12\x2d\x16\xff\xc5\x00\x01"}, /* TLV cut short */
    {3, 0x80, 11,
     "\xb1"
     "1\x01"
     "0\x12\x2d\x16\xff\xc1\x00\x00"}, /* short id 0 */
    {3, 0x80, 12,
     "\xb1"
     "0\x01"
     "1\x12\x2d\x16\xff\xc2\x01\x00\x01"}, /* bool of two bytes */
    {3, 0x80, 9,
     "\xb1"
     "0\x12\x2d\x16\xff\xc1\x01\x00"}, /* no instance */
    {3, 0x80, 7,
     "\xb1"
     "1\x01"
     "0\x12\x2d\x16"}, /* no payload */
    {4, 0x84, 4,
     "\xb1"
     "1\x01"
     "9"}, /* deletes what is not */
    {4, 0x85, 4,
     "\xb1"
     "0\x01"
     "0"},            /* its own account */
    {4, 0x42, 0, ""}, /* everything else */
    {2, 0x85, 4,
     "\xb1"
     "1\x01"
     "0"}, /* no such method */
};

static void a_bootstrap_server_is_told_what_is_wrong(void)
{
    bench_setup(&b, 1);
    bench_begin_bootstrap(&b);
    for (size_t i = 0; i < sizeof wrong_requests / sizeof *wrong_requests; i++) {
        int code = bench_ask_code(&b, BENCH_BS, wrong_requests[i].method, wrong_requests[i].rest,
                                  wrong_requests[i].size);

        CU_ASSERT_EQUAL(code, wrong_requests[i].expected);
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
    bench_begin_bootstrap(&b);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 4,
                                   "\xb1"
                                   "1",
                                   2),
                    0x42);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 3, servers, sizeof servers - 1), 0x44);
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0x44);
    bench_teardown(&b);
}

static void accounts_that_cannot_be_stored_are_not_acknowledged(void)
{
    bench_setup(&b, 1);
    bench_begin_bootstrap(&b);
    CU_ASSERT_FATAL(bench_write_accounts(&b));
    b.store_error = HLSIM_E_FULL;
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), 0xa0);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    b.store_error = HLSIM_E_POWER;
    CU_ASSERT_EQUAL(bench_ask_code(&b, BENCH_BS, 2, BENCH_FINISH, 3), -1);
    bench_run(&b, HLSIM_HOUR);
    CU_ASSERT_STRING_EQUAL(b.told, "4 6 23,0");
    CU_ASSERT_EQUAL(b.failed, 0);
    bench_teardown(&b);
}

static const struct suite_test tests[] = {
    SUITE_TEST(an_inconsistent_bootstrap_is_refused_and_can_be_mended),
    SUITE_TEST(a_bootstrap_server_is_told_what_is_wrong),
    SUITE_TEST(an_object_can_be_written_with_its_instances_inside),
    SUITE_TEST(accounts_that_cannot_be_stored_are_not_acknowledged),
};

int main(void)
{
    return suite_run("lwm2m bootstrap", tests, sizeof tests / sizeof *tests);
}
