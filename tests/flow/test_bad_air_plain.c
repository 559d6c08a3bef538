/*
 * A man in the middle of a module and AirVantage without security. What he says is believed, as far
 * as it makes sense: but nothing crashes, no promise is broken, and the update ends in one of the
 * ways in which updates end.
 */
#include "lib/air_bench.h"
#include "lib/suite.h"

#include <CUnit/CUnit.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of the ways to change a datagram, one in so many is tried. */
#define STRIDE 31

static const char *const plain[] = {"airvantage.security=none", NULL};

static size_t count_datagrams(void)
{
    struct air_bench air;
    size_t count;

    air_open(&air, plain, air_pass);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    count = air.number;
    air_close(&air);
    return count;
}

/* The host was told of a success or of a failure, or the operation says that it has failed. */
static bool ended_well(struct air_bench *air, const char *result)
{
    return strcmp(result, "updated") == 0 || strcmp(result, "failed") == 0 ||
           strcmp(flow_read(&air->flow, "airvantage.operation"), "failure") == 0;
}

static void a_changed_datagram_ends_in_success_or_in_a_failure_that_is_told(void)
{
    size_t datagrams = count_datagrams();
    size_t changed = 0;

    for (size_t target = 0; target < datagrams; target++) {
        size_t change = target % STRIDE;
        bool said = true;

        for (; said; change += STRIDE) {
            struct air_bench air;

            air_open(&air, plain, air_change_target);
            air.target = target;
            air.change = change;
            if (!ended_well(&air, air_run(&air))) {
                CU_FAIL("an update without an end");
                fprintf(stderr, "datagram %zu, change %zu\n%s", target, change, air.flow.wire);
            }
            said = air.said > 0;
            changed += said;
            air_close(&air);
        }
    }
    CU_ASSERT(changed > 150);
}

/* Padded to the size that a datagram can have at most, as a payload or as more of it. */
static void pad_target(struct air_bench *air, const struct middle_datagram *datagram)
{
    uint8_t bytes[HLSIM_DATAGRAM_MAX];

    if (air->number == air->target) {
        memset(bytes, 'A', sizeof bytes);
        memcpy(bytes, datagram->bytes, datagram->size);
        bytes[datagram->size] = air->change == 0 ? 0xff : 'A';
        (void)middle_deliver(&air->middle, datagram->from, bytes, sizeof bytes);
    } else {
        air_pass(air, datagram);
    }
}

static void the_largest_datagram_ends_in_success_or_in_a_failure_that_is_told(void)
{
    size_t datagrams = count_datagrams();

    for (size_t i = 0; i < 2 * datagrams; i++) {
        struct air_bench air;

        air_open(&air, plain, pad_target);
        air.target = i / 2;
        air.change = i % 2;
        if (!ended_well(&air, air_run(&air))) {
            CU_FAIL("an update without an end");
            fprintf(stderr, "datagram %zu\n%s", i / 2, air.flow.wire);
        }
        air_close(&air);
    }
}

static void what_is_too_large_for_the_air_is_one_event(void)
{
    static const uint8_t bytes[HLSIM_DATAGRAM_MAX + 1] = {0x40};
    const struct hlsim_address server = {.ip = 0xcb007102U, .port = 5683};
    struct hlsim_network *network;
    struct air_bench air;

    air_open(&air, plain, air_pass);
    network = hlsim_world_network(air.flow.world);
    air.counting = true;
    CU_ASSERT_EQUAL(hlsim_network_inject_udp(network, server, 1024, bytes, sizeof bytes),
                    HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim_network_inject_request(network, server, server, bytes, sizeof bytes),
                    HLSIM_E_LIMIT);
    air.said = 2;
    air_expect_ignored(&air);
    air_close(&air);
}

/* --- What costs nothing or time only ---------------------------------------------------------- */

static void speak_as_stranger(struct air_bench *air, const struct middle_datagram *datagram)
{
    static const struct hlsim_address stranger = {.ip = 0xc633640aU, .port = 5683};
    uint8_t bytes[HLSIM_DATAGRAM_MAX];
    int size;

    if (!datagram->up) {
        uint64_t belief = air_belief(air);

        air_make_up(air, stranger, datagram->bytes, datagram->size);
        for (size_t way = 0; (size = air_change(datagram, way, bytes)) >= 0; way++) {
            air_make_up(air, stranger, bytes, (size_t)size);
        }
        CU_ASSERT_EQUAL(air_belief(air), belief);
        air_expect_ignored(air);
    }
    air_pass(air, datagram);
}

static void a_module_hears_nobody_but_its_server(void)
{
    struct air_bench air;

    air_open(&air, plain, speak_as_stranger);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    air_close(&air);
}

static void say_twice(struct air_bench *air, const struct middle_datagram *datagram)
{
    air_pass(air, datagram);
    air_pass(air, datagram);
}

static void repeated_datagrams_cost_nothing(void)
{
    struct air_bench air;
    char *wire;

    air_open(&air, plain, air_pass);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    wire = air.flow.wire;
    air.flow.wire = NULL;
    air_close(&air);
    air_open(&air, plain, say_twice);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    CU_ASSERT_STRING_EQUAL(air.flow.wire, wire);
    free(wire);
    air_close(&air);
}

static void datagrams_out_of_order_cost_time_only(void)
{
    for (size_t i = 0; i < AIR_DISORDERS; i++) {
        struct air_bench air;

        air_open(&air, plain, air_swap);
        air.target = i;
        CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
        air_close(&air);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_changed_datagram_ends_in_success_or_in_a_failure_that_is_told),
    SUITE_TEST(the_largest_datagram_ends_in_success_or_in_a_failure_that_is_told),
    SUITE_TEST(what_is_too_large_for_the_air_is_one_event),
    SUITE_TEST(a_module_hears_nobody_but_its_server),
    SUITE_TEST(repeated_datagrams_cost_nothing),
    SUITE_TEST(datagrams_out_of_order_cost_time_only),
};

int main(void)
{
    return suite_run("bad_air_plain", tests, sizeof tests / sizeof *tests);
}
