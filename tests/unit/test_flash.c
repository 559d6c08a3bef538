/*
 * The NOR model: its rules, its torn operations, and that equal pages are stored once.
 */
#include "lib/suite.h"
#include "unit/flash_bench.h"

#include <string.h>

static void fill(uint8_t *bytes, size_t size, unsigned salt)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)((i * 7 + i / 256 * 13 + salt) & 0x7f);
    }
}

static size_t equal_prefix(const uint8_t *left, const uint8_t *right, size_t size)
{
    size_t i = 0;

    while (i < size && left[i] == right[i]) {
        i++;
    }
    return i;
}

static bool all_ff(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0xff) {
            return false;
        }
    }
    return true;
}

static void untouched_flash_reads_ff_and_stores_nothing(void)
{
    struct bench bench;
    uint8_t bytes[600];

    bench_open(&bench, 1, 16);
    memset(bytes, 0, sizeof bytes);
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 12345, bytes, sizeof bytes), 0);
    CU_ASSERT(all_ff(bytes, sizeof bytes));
    CU_ASSERT_EQUAL(hlsim__flash_is_erased(&bench.flash, 0, HLSIM__FLASH_SIZE), 1);
    CU_ASSERT_EQUAL(bench.pool.count, 0);
    CU_ASSERT(sizeof bench.flash.regions <= 1024);
    bench_close(&bench);
}

static void programming_twice_ands_and_never_sets_a_bit(void)
{
    struct bench bench;
    uint8_t byte = 0xf3;

    bench_open(&bench, 1, 16);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 1000, &byte, 1), 0);
    byte = 0x31;
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 1000, &byte, 1), 0);
    byte = 0x33;
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 1000, &byte, 1), HLSIM_E_STATE);
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 1000, &byte, 1), 0);
    CU_ASSERT_EQUAL(byte, 0x31);
    bench_close(&bench);
}

static void a_refused_program_changes_no_page_of_its_range(void)
{
    struct bench bench;
    uint8_t bytes[512];
    uint8_t zero = 0;
    unsigned points;

    bench_open(&bench, 1, 16);
    fill(bytes, sizeof bytes, 1);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 511, &zero, 1), 0);
    points = bench.points;
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 0, bytes, sizeof bytes), HLSIM_E_STATE);
    CU_ASSERT_EQUAL(bench.points, points);
    CU_ASSERT_EQUAL(hlsim__flash_is_erased(&bench.flash, 0, 511), 1);
    CU_ASSERT_EQUAL(hlsim__flash_is_erased(&bench.flash, 0, 512), 0);
    bench_close(&bench);
}

static void each_page_each_erase_and_each_sync_is_one_cut_point(void)
{
    struct bench bench;
    uint8_t bytes[1000];

    bench_open(&bench, 1, 16);
    fill(bytes, sizeof bytes, 1);
    /* 200 to 1199 touches the pages 0, 1, 2, 3 and 4. */
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 200, bytes, sizeof bytes), 0);
    CU_ASSERT_EQUAL(bench.points, 5);
    CU_ASSERT_EQUAL(bench.last_kind, HLSIM_CUT_PROGRAM);
    CU_ASSERT_EQUAL(hlsim__flash_sync(&bench.flash), 0);
    CU_ASSERT_EQUAL(bench.points, 6);
    CU_ASSERT_EQUAL(bench.last_kind, HLSIM_CUT_SYNC);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 0), 0);
    CU_ASSERT_EQUAL(bench.points, 7);
    CU_ASSERT_EQUAL(bench.last_kind, HLSIM_CUT_ERASE);
    CU_ASSERT_EQUAL(hlsim__flash_is_erased(&bench.flash, 0, 4096), 1);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 0, bytes, 0), 0);
    CU_ASSERT_EQUAL(bench.points, 7);
    bench_close(&bench);
}

static void addresses_beyond_the_chip_are_refused(void)
{
    struct bench bench;
    uint8_t bytes[2] = {0, 0};

    bench_open(&bench, 1, 16);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, HLSIM__FLASH_SIZE - 2, bytes, 2), 0);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, HLSIM__FLASH_SIZE - 1, bytes, 2),
                    HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, UINT32_MAX, bytes, 2), HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 4, bytes, SIZE_MAX), HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(hlsim__flash_is_erased(&bench.flash, 1, HLSIM__FLASH_SIZE), HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, HLSIM__FLASH_SIZE), HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 256), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, HLSIM__FLASH_SIZE, bytes, 1), HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(hlsim__flash_peek(&bench.flash, HLSIM__FLASH_SIZE, bytes, 1), HLSIM_E_RANGE);
    bench_close(&bench);
}

static void without_power_only_the_model_side_works(void)
{
    struct bench bench;
    uint8_t bytes[4] = {1, 2, 3, 4};

    bench_open(&bench, 1, 16);
    hlsim__power_off(&bench.power, "power_cut");
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 0, bytes, 4), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(hlsim__flash_is_erased(&bench.flash, 0, 4), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 0, bytes, 4), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 0), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(hlsim__flash_sync(&bench.flash), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(bench.points, 0);
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, 0, bytes, 4), 0);
    memset(bytes, 0, sizeof bytes);
    CU_ASSERT_EQUAL(hlsim__flash_peek(&bench.flash, 0, bytes, 4), 0);
    CU_ASSERT_EQUAL(bytes[3], 4);
    /* A preset is no program: it sets bits as it likes. */
    bytes[0] = 0xfe;
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, 0, bytes, 1), 0);
    CU_ASSERT_EQUAL(hlsim__flash_peek(&bench.flash, 0, bytes, 2), 0);
    CU_ASSERT_EQUAL(bytes[0], 0xfe);
    CU_ASSERT_EQUAL(bytes[1], 2);
    bench_close(&bench);
}

/* Cuts a program of three pages at its second page and says how much of that page was written. */
static size_t torn_program(enum hlsim_torn torn, uint64_t seed)
{
    struct bench bench;
    uint8_t bytes[768];
    uint8_t found[768];
    size_t done;

    bench_open(&bench, seed, 16);
    fill(bytes, sizeof bytes, 1);
    bench.torn = torn;
    bench.cut_at = 2;
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 4096, bytes, sizeof bytes), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 4096, found, sizeof found), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(hlsim__flash_peek(&bench.flash, 4096, found, sizeof found), 0);
    done = equal_prefix(found, bytes, sizeof bytes);
    CU_ASSERT(done >= 256);
    CU_ASSERT(all_ff(found + done, sizeof found - done));
    bench_close(&bench);
    return done - 256;
}

static void a_torn_program_leaves_nothing_a_prefix_or_the_page(void)
{
    bool varies = false;

    CU_ASSERT_EQUAL(torn_program(HLSIM_TORN_NOTHING, 1), 0);
    CU_ASSERT_EQUAL(torn_program(HLSIM_TORN_COMPLETE, 1), 256);
    for (uint64_t seed = 1; seed < 20; seed++) {
        size_t done = torn_program(HLSIM_TORN_PREFIX, seed);

        CU_ASSERT(done > 0);
        CU_ASSERT(done < 256);
        CU_ASSERT_EQUAL(done, torn_program(HLSIM_TORN_PREFIX, seed));
        varies = varies || done != torn_program(HLSIM_TORN_PREFIX, seed + 1);
    }
    CU_ASSERT(varies);
}

/* Cuts the erase of a full sector and says how many of its pages were erased. */
static size_t torn_erase(enum hlsim_torn torn, uint64_t seed)
{
    struct bench bench;
    uint8_t bytes[4096];
    uint8_t found[4096];
    size_t erased = 0;

    bench_open(&bench, seed, 64);
    fill(bytes, sizeof bytes, 1);
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, 8192, bytes, sizeof bytes), 0);
    bench.torn = torn;
    bench.cut_at = 1;
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 8192), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(hlsim__flash_peek(&bench.flash, 8192, found, sizeof found), 0);
    while (erased < sizeof found && all_ff(found + erased, 256)) {
        erased += 256;
    }
    CU_ASSERT_EQUAL(memcmp(found + erased, bytes + erased, sizeof bytes - erased), 0);
    bench_close(&bench);
    return erased / 256;
}

static void a_torn_erase_leaves_all_the_last_pages_or_none(void)
{
    CU_ASSERT_EQUAL(torn_erase(HLSIM_TORN_NOTHING, 1), 0);
    CU_ASSERT_EQUAL(torn_erase(HLSIM_TORN_COMPLETE, 1), 16);
    for (uint64_t seed = 1; seed < 20; seed++) {
        size_t erased = torn_erase(HLSIM_TORN_PREFIX, seed);

        CU_ASSERT(erased > 0);
        CU_ASSERT(erased < 16);
        CU_ASSERT_EQUAL(erased, torn_erase(HLSIM_TORN_PREFIX, seed));
    }
}

static void a_cut_sync_loses_nothing(void)
{
    struct bench bench;
    uint8_t byte = 1;

    bench_open(&bench, 1, 16);
    bench.cut_at = 2;
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 0, &byte, 1), 0);
    CU_ASSERT_EQUAL(hlsim__flash_sync(&bench.flash), HLSIM_E_POWER);
    CU_ASSERT(bench.power.tripped);
    byte = 0;
    CU_ASSERT_EQUAL(hlsim__flash_peek(&bench.flash, 0, &byte, 1), 0);
    CU_ASSERT_EQUAL(byte, 1);
    bench_close(&bench);
}

static void equal_pages_of_two_chips_are_stored_once(void)
{
    struct bench bench;
    struct hlsim__flash other;
    uint8_t bytes[4096];
    uint8_t found[4096];

    bench_open(&bench, 1, 64);
    hlsim__flash_init(&other, &bench.flash.config);
    fill(bytes, sizeof bytes, 1);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 0, bytes, sizeof bytes), 0);
    CU_ASSERT_EQUAL(bench.pool.count, 16);
    CU_ASSERT_EQUAL(hlsim__flash_program(&other, 65536, bytes, sizeof bytes), 0);
    CU_ASSERT_EQUAL(bench.pool.count, 16);
    /* One chip goes its own way; the other one keeps what it had. */
    memset(found, 0, 256);
    CU_ASSERT_EQUAL(hlsim__flash_program(&other, 65536, found, 256), 0);
    CU_ASSERT_EQUAL(bench.pool.count, 17);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&other, 65536), 0);
    CU_ASSERT_EQUAL(bench.pool.count, 16);
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 0, found, sizeof found), 0);
    CU_ASSERT_EQUAL(memcmp(found, bytes, sizeof bytes), 0);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 0), 0);
    CU_ASSERT_EQUAL(bench.pool.count, 0);
    hlsim__flash_free(&other);
    bench_close(&bench);
}

static void a_full_pool_is_an_error_and_changes_nothing(void)
{
    struct bench bench;
    uint8_t bytes[3 * 256];
    uint8_t first = 0;

    bench_open(&bench, 1, 2);
    fill(bytes, sizeof bytes, 1);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 0, bytes, sizeof bytes), HLSIM_E_FULL);
    CU_ASSERT_EQUAL(hlsim__flash_is_erased(&bench.flash, 512, 256), 1);
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 256, &first, 1), 0);
    CU_ASSERT_EQUAL(first, bytes[256]);
    /* A page that is stored already still goes in, and room that is given back can be used. */
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 4096, bytes, 256), 0);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 0), 0);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 0, bytes + 512, 256), 0);
    bench_close(&bench);
}

static void thousands_of_pages_keep_their_contents(void)
{
    struct bench bench;
    uint8_t bytes[256];
    uint8_t found[256];
    uint32_t wrong = 0;

    bench_open(&bench, 1, 5000);
    for (uint32_t page = 0; page < 5000; page++) {
        fill(bytes, sizeof bytes, 0);
        memcpy(bytes, &page, sizeof page);
        wrong += hlsim__flash_program(&bench.flash, page * 256 * 11, bytes, sizeof bytes) != 0;
    }
    CU_ASSERT_EQUAL(bench.pool.count, 5000);
    for (uint32_t page = 0; page < 5000; page++) {
        memcpy(bytes, &page, sizeof page);
        wrong += hlsim__flash_read(&bench.flash, page * 256 * 11, found, sizeof found) != 0;
        wrong += memcmp(found, bytes, sizeof found) != 0;
    }
    CU_ASSERT_EQUAL(wrong, 0);
    bench_close(&bench);
}

/* Reading goes on; nothing changes and no cut point is passed; the rest of the chip is well. */
static void a_faulty_range_is_neither_programmed_nor_erased(void)
{
    struct bench bench;
    uint8_t byte = 0x5a;

    bench_open(&bench, 1, 16);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 8192, &byte, 1), 0);
    hlsim__flash_set_fault(&bench.flash, 8192, 4096);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 8191, "ab", 2), HLSIM_E_IO);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 12287, "a", 1), HLSIM_E_IO);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 8192), HLSIM_E_IO);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 8191, "a", 1), 0);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 12288, "a", 1), 0);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 4096), 0);
    byte = 0;
    CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, 8192, &byte, 1), 0);
    CU_ASSERT_EQUAL(byte, 0x5a);
    hlsim__flash_set_fault(&bench.flash, 0, 0);
    CU_ASSERT_EQUAL(hlsim__flash_erase(&bench.flash, 8192), 0);
    bench_close(&bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(untouched_flash_reads_ff_and_stores_nothing),
    SUITE_TEST(programming_twice_ands_and_never_sets_a_bit),
    SUITE_TEST(a_refused_program_changes_no_page_of_its_range),
    SUITE_TEST(each_page_each_erase_and_each_sync_is_one_cut_point),
    SUITE_TEST(addresses_beyond_the_chip_are_refused),
    SUITE_TEST(without_power_only_the_model_side_works),
    SUITE_TEST(a_torn_program_leaves_nothing_a_prefix_or_the_page),
    SUITE_TEST(a_torn_erase_leaves_all_the_last_pages_or_none),
    SUITE_TEST(a_cut_sync_loses_nothing),
    SUITE_TEST(equal_pages_of_two_chips_are_stored_once),
    SUITE_TEST(a_full_pool_is_an_error_and_changes_nothing),
    SUITE_TEST(a_faulty_range_is_neither_programmed_nor_erased),
    SUITE_TEST(thousands_of_pages_keep_their_contents),
};

int main(void)
{
    return suite_run("flash", tests, sizeof tests / sizeof *tests);
}
