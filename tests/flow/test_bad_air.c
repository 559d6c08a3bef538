/*
 * A man in the middle of a module and AirVantage with DTLS between them: what he makes of true
 * datagrams is one event each and believed by nobody; what he does to a handshake costs time only.
 */
#include "lib/air_bench.h"
#include "lib/suite.h"

#include <CUnit/CUnit.h>

#include <stdlib.h>
#include <string.h>

/* Types of records and the sizes of their headers (RFC 6347 4.1). */
#define RECORD_ALERT       21
#define RECORD_HANDSHAKE   22
#define RECORD_APPLICATION 23
#define CHANGE_SIZE        14 /* of a whole record that changes the cipher */

static const struct hlsim_address stranger = {.ip = 0xc633640aU, .port = 5684};

/* Whether it is protected by the keys of an association that is established. */
static bool is_protected(const struct middle_datagram *datagram)
{
    return datagram->bytes[0] == RECORD_APPLICATION ||
           (datagram->bytes[0] == RECORD_ALERT && datagram->bytes[4] > 0);
}

/* With a shorter handshake after every short silence, too. */
static const char *const resuming[] = {"modem.set.nat_resume=200ms", NULL};

/* The dialogue of an update that nobody disturbs; the caller frees it. */
static char *undisturbed(const char *const *overrides, size_t *ret_datagrams)
{
    struct air_bench air;
    char *wire;

    air_open(&air, overrides, air_pass);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    wire = air.flow.wire;
    air.flow.wire = NULL;
    *ret_datagrams = air.number;
    air_close(&air);
    return wire;
}

/* --- What is protected ------------------------------------------------------------------------ */

static void forge(struct air_bench *air, const struct middle_datagram *datagram)
{
    static uint8_t bytes[2 * HLSIM_DATAGRAM_MAX];
    uint64_t belief;
    int size;

    if (is_protected(datagram)) {
        belief = air_belief(air);
        for (size_t way = 0; (size = air_change(datagram, way, bytes)) >= 0; way++) {
            air_make_up(air, datagram->from, bytes, (size_t)size);
        }
        /* As large as a datagram can be, and larger. */
        memset(bytes, 0x17, sizeof bytes);
        air_make_up(air, datagram->from, bytes, HLSIM_DATAGRAM_MAX);
        air_make_up(air, datagram->from, bytes, HLSIM_DATAGRAM_MAX + 1);
        air_make_up(air, datagram->from, bytes, sizeof bytes);
        air_make_up(air, stranger, datagram->bytes, datagram->size);
        CU_ASSERT_EQUAL(air_belief(air), belief);
        air_expect_ignored(air);
    }
    air_pass(air, datagram);
}

static void nothing_but_the_true_datagrams_is_believed(void)
{
    struct air_bench air;
    size_t datagrams;
    char *wire = undisturbed(NULL, &datagrams);

    air_open(&air, NULL, forge);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    CU_ASSERT_STRING_EQUAL(air.flow.wire, wire);
    CU_ASSERT_EQUAL(air.number, datagrams);
    free(wire);
    air_close(&air);
}

static void repeat(struct air_bench *air, const struct middle_datagram *datagram)
{
    uint64_t belief;

    air_pass(air, datagram);
    if (datagram->bytes[0] == RECORD_APPLICATION) {
        belief = air_belief(air);
        for (int i = 0; i < 3; i++) {
            air_make_up(air, datagram->from, datagram->bytes, datagram->size);
        }
        CU_ASSERT_EQUAL(air_belief(air), belief);
    }
}

static void repeated_records_are_one_event_each(void)
{
    struct air_bench air;
    size_t datagrams;
    char *wire = undisturbed(NULL, &datagrams);

    air_open(&air, NULL, repeat);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    air_expect_ignored(&air);
    CU_ASSERT_STRING_EQUAL(air.flow.wire, wire);
    CU_ASSERT_EQUAL(air.number, datagrams);
    free(wire);
    air_close(&air);
}

static void datagrams_out_of_order_cost_time_only(void)
{
    for (size_t i = 0; i < AIR_DISORDERS; i++) {
        struct air_bench air;

        air_open(&air, NULL, air_swap);
        air.target = i;
        CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
        air_close(&air);
    }
}

/* --- Handshakes ------------------------------------------------------------------------------- */

/* The size of the first record of a datagram. */
static size_t first_record(const struct middle_datagram *datagram)
{
    return 13 + 256U * datagram->bytes[11] + datagram->bytes[12];
}

/* The last hello with another random number (RFC 5246 7.4.1.2), cut at many lengths: as if the
 * client began anew. */
static void say_half_hellos(struct air_bench *air, const struct middle_datagram *datagram)
{
    if (datagram->up && datagram->bytes[0] == RECORD_HANDSHAKE && datagram->bytes[13] == 1) {
        memcpy(air->held, datagram->bytes, datagram->size);
        air->held_size = datagram->size;
        air->held[30] ^= 1;
    }
    for (size_t size = 0; datagram->up && size < air->held_size; size += 5) {
        air_make_up(air, datagram->from, air->held, size);
        air_make_up(air, stranger, air->held, size);
    }
}

/* What a handshake cannot use, from the peer and from a stranger, before each of its datagrams: its
 * first record cut at every length, half a hello, and a record of traffic. */
static void hinder(struct air_bench *air, const struct middle_datagram *datagram)
{
    static const uint8_t traffic[] = {
        RECORD_APPLICATION, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 9, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9};

    if (!is_protected(datagram)) {
        uint64_t belief = air_belief(air);

        for (size_t size = 0; size < first_record(datagram); size++) {
            air_make_up(air, datagram->from, datagram->bytes, size);
            air_make_up(air, stranger, datagram->bytes, size);
        }
        air_make_up(air, datagram->from, traffic, sizeof traffic);
        air_make_up(air, stranger, traffic, sizeof traffic);
        say_half_hellos(air, datagram);
        CU_ASSERT_EQUAL(air_belief(air), belief);
        air_expect_ignored(air);
    }
    air_pass(air, datagram);
}

/* How many datagrams there were. */
static size_t hinder_all(const char *const *overrides)
{
    struct air_bench air;
    size_t datagrams;
    char *wire = undisturbed(overrides, &datagrams);

    air_open(&air, overrides, hinder);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    CU_ASSERT_STRING_EQUAL(air.flow.wire, wire);
    CU_ASSERT_EQUAL(air.number, datagrams);
    CU_ASSERT_EQUAL(air_handshakes(&air), 0);
    free(wire);
    air_close(&air);
    return datagrams;
}

static void a_handshake_goes_on_whatever_comes_that_it_cannot_use(void)
{
    CU_ASSERT(hinder_all(NULL) < hinder_all(resuming));
}

/* The client's way through a handshake, said once more when it is done: the first time as it was,
 * later without its end, so that the server waits for one. */
static void say_handshake_again(struct air_bench *air, const struct middle_datagram *datagram)
{
    bool hello = datagram->bytes[0] == RECORD_HANDSHAKE && datagram->bytes[13] == 1;

    if (datagram->up && hello) {
        memcpy(air->held, datagram->bytes, datagram->size);
        air->held_size = datagram->size;
        air->held_from = datagram->from;
    } else if (datagram->up && datagram->bytes[0] == RECORD_HANDSHAKE) {
        air->target = first_record(datagram) + CHANGE_SIZE;
        air->change = datagram->size;
        CU_ASSERT_FATAL(air->change <= sizeof air->kept);
        memcpy(air->kept, datagram->bytes, datagram->size);
    } else if (datagram->up && air->held_size > 0) {
        (void)middle_deliver(&air->middle, air->held_from, air->held, air->held_size);
        (void)middle_deliver(&air->middle, air->held_from, air->kept,
                             air->said++ == 0 ? air->change : air->target);
        air->held_size = 0;
    }
    air_pass(air, datagram);
}

static void a_repeated_handshake_costs_time_only(void)
{
    struct air_bench air;

    air_open(&air, NULL, say_handshake_again);
    CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
    CU_ASSERT(air.said >= 3);
    air_close(&air);
}

static void change_handshake(struct air_bench *air, const struct middle_datagram *datagram)
{
    if (is_protected(datagram)) {
        air_pass(air, datagram);
    } else {
        air_change_target(air, datagram);
    }
}

/* One way to change a datagram in `stride` of them. */
static void change_all(const char *const *overrides, size_t stride)
{
    size_t datagrams;
    size_t changed = 0;

    free(undisturbed(overrides, &datagrams));
    for (size_t target = 0; target < datagrams; target++) {
        size_t change = target % stride;
        bool said = true;

        for (; said; change += stride) {
            struct air_bench air;

            air_open(&air, overrides, change_handshake);
            air.target = target;
            air.change = change;
            CU_ASSERT_STRING_EQUAL(air_run(&air), "updated");
            said = air.said > 0;
            changed += said;
            air_close(&air);
        }
    }
    CU_ASSERT(changed > 50);
}

static void a_changed_datagram_of_a_handshake_costs_time_only(void)
{
    change_all(NULL, 37);
    change_all(resuming, 97);
}

static const struct suite_test tests[] = {
    SUITE_TEST(nothing_but_the_true_datagrams_is_believed),
    SUITE_TEST(repeated_records_are_one_event_each),
    SUITE_TEST(datagrams_out_of_order_cost_time_only),
    SUITE_TEST(a_handshake_goes_on_whatever_comes_that_it_cannot_use),
    SUITE_TEST(a_repeated_handshake_costs_time_only),
    SUITE_TEST(a_changed_datagram_of_a_handshake_costs_time_only),
};

int main(void)
{
    return suite_run("bad_air", tests, sizeof tests / sizeof *tests);
}
