/*
 * Filling of memory that is mostly zero, growth of a link's rings, and views of flash.
 */
#include "base/sparse.h"
#include "core/link.h"
#include "core/stream.h"
#include "lib/suite.h"
#include "unit/flash_bench.h"

#include <string.h>

static void what_holds_anything_is_filled_and_zeros_stay(void)
{
    uint8_t bytes[2000] = {0};

    hlsim__fill_used(bytes, sizeof bytes, 0xa5);
    CU_ASSERT_EQUAL(bytes[0], 0);
    CU_ASSERT_EQUAL(bytes[1999], 0);
    bytes[1999] = 1;
    hlsim__fill_used(bytes, sizeof bytes, 0xa5);
    CU_ASSERT_EQUAL(bytes[0], 0);
    CU_ASSERT_EQUAL(bytes[1998], 0xa5);
    CU_ASSERT_EQUAL(bytes[1999], 0xa5);
}

static void clearing_leaves_zeros_whatever_was_there(void)
{
    uint8_t bytes[1537];

    memset(bytes, 7, sizeof bytes);
    memset(bytes + 512, 0, 512);
    hlsim__clear_sparse(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++) {
        CU_ASSERT_EQUAL(bytes[i], 0);
    }
    hlsim__clear_sparse(bytes, 0);
}

struct reader {
    size_t takes; /* of the next offer, at most */
    size_t size;
    bool wrong;
};

static size_t read_some(void *user, const uint8_t *bytes, size_t size)
{
    struct reader *reader = user;
    size_t taken = size < reader->takes ? size : reader->takes;

    for (size_t i = 0; i < taken; i++) {
        reader->wrong = reader->wrong || bytes[i] != (uint8_t)(reader->size + i);
    }
    reader->size += taken;
    reader->takes -= taken;
    return taken;
}

/* Bytes lie around the end of a small ring when it grows. */
static void a_ring_grows_without_losing_or_turning_bytes(void)
{
    struct reader reader = {.takes = 200};
    const struct hlsim_link_end end = {.user = &reader, .receive = read_some};
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_link link;
    struct hlsim_tap *tap;
    uint8_t bytes[HLSIM_LINK_CAPACITY + 200];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)i;
    }
    hlsim__sched_init(&sched);
    hlsim__stream_init(&stream, &sched);
    tap = hlsim_tap_create(&stream, "bench");
    CU_ASSERT_PTR_NOT_NULL_FATAL(tap);
    hlsim__link_init(&link, &sched, NULL, NULL, tap);
    hlsim_link_attach(&link, HLSIM_HOST, &end);
    CU_ASSERT_EQUAL(hlsim_link_room(&link, HLSIM_MODEM), HLSIM_LINK_CAPACITY);
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_MODEM, bytes, 250), 250);
    while (hlsim__sched_fire_next(&sched, HLSIM_SECOND)) {
    }
    CU_ASSERT_EQUAL(reader.size, 200);
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_MODEM, bytes + 250, 100), 100);
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_MODEM, bytes + 350, sizeof bytes - 350),
                    HLSIM_LINK_CAPACITY - 150);
    CU_ASSERT_EQUAL(hlsim_link_room(&link, HLSIM_MODEM), 0);
    reader.takes = SIZE_MAX;
    hlsim_link_resume(&link, HLSIM_HOST);
    while (hlsim__sched_fire_next(&sched, HLSIM_SECOND)) {
    }
    CU_ASSERT_EQUAL(reader.size, sizeof bytes);
    CU_ASSERT_FALSE(reader.wrong);
    hlsim__link_free(&link);
    hlsim_tap_free(tap);
    hlsim__sched_free(&sched);
}

static void views_of_flash_show_what_reads_copy(void)
{
    struct bench bench;
    uint8_t bytes[1000];
    uint8_t read[1000];
    const uint8_t *view;

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + i / 256);
    }
    bench_open(&bench, 1, 64);
    CU_ASSERT_EQUAL(hlsim__flash_program(&bench.flash, 100, bytes, sizeof bytes), 0);
    for (uint32_t at = 0; at < 2000;) {
        int piece = hlsim__flash_view(&bench.flash, at, 300, &view);

        CU_ASSERT_FATAL(piece > 0 && piece <= 256);
        CU_ASSERT_EQUAL(hlsim__flash_read(&bench.flash, at, read, (size_t)piece), 0);
        CU_ASSERT_EQUAL(memcmp(view, read, (size_t)piece), 0);
        at += (uint32_t)piece;
    }
    CU_ASSERT_EQUAL(hlsim__flash_view(&bench.flash, HLSIM__FLASH_SIZE, 1, &view), HLSIM_E_RANGE);
    hlsim__power_off(&bench.power, "test");
    CU_ASSERT_EQUAL(hlsim__flash_view(&bench.flash, 0, 1, &view), HLSIM_E_POWER);
    bench_close(&bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(what_holds_anything_is_filled_and_zeros_stay),
    SUITE_TEST(clearing_leaves_zeros_whatever_was_there),
    SUITE_TEST(a_ring_grows_without_losing_or_turning_bytes),
    SUITE_TEST(views_of_flash_show_what_reads_copy),
};

int main(void)
{
    return suite_run("memory", tests, sizeof tests / sizeof *tests);
}
