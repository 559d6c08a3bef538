/*
 * The non-volatile store: its contract, its limits, its layout. What cuts of power do to it is in
 * test_nvm_cut.c.
 */
#include "base/checksum.h"
#include "flash/nvm.h"
#include "lib/suite.h"
#include "unit/flash_bench.h"

#include <stdio.h>

#define REGION 0x20000
#define POOL   4096

static const struct hlsim__nvm_config two_sectors = {.address = REGION, .sectors = 2};
static const struct hlsim__nvm_config four_sectors = {.address = REGION, .sectors = 4};

/* What was last seen in the stream. */
struct seen {
    unsigned commits;
    unsigned mounts;
    uint64_t id;
    char what[32];
    int64_t size;
    int64_t records;
    int64_t discarded;
};

static void see(void *user, const struct hlsim_event *event)
{
    struct seen *seen = user;

    if (event->kind == HLSIM_EVENT_COMMIT) {
        seen->commits++;
        seen->id = event->id;
        snprintf(seen->what, sizeof seen->what, "%s",
                 (const char *)hlsim_event_field(event, "what")->data);
        seen->size = hlsim_event_field(event, "size")->integer;
    } else {
        seen->mounts++;
        seen->records = hlsim_event_field(event, "records")->integer;
        seen->discarded = hlsim_event_field(event, "discarded")->integer;
    }
}

static void watch(struct bench *bench, struct seen *seen)
{
    memset(seen, 0, sizeof *seen);
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&bench->stream,
                                           HLSIM_EVENT_BIT(HLSIM_EVENT_COMMIT) |
                                               HLSIM_EVENT_BIT(HLSIM_EVENT_MOUNT),
                                           see, seen),
                    0);
}

static int put_text(struct hlsim__nvm *nvm, const char *key, const char *text)
{
    return hlsim__nvm_put(nvm, key, text, strlen(text));
}

static bool holds_text(const struct hlsim__nvm *nvm, const char *key, const char *text)
{
    char bytes[HLSIM__NVM_VALUE_MAX];
    int size = hlsim__nvm_get(nvm, key, bytes, sizeof bytes);

    return size == (int)strlen(text) && memcmp(bytes, text, strlen(text)) == 0;
}

static void a_new_flash_mounts_as_an_empty_store_and_is_not_written(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    struct seen seen;
    uint8_t byte;

    bench_open(&bench, 1, POOL);
    watch(&bench, &seen);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(seen.mounts, 1);
    CU_ASSERT_EQUAL(seen.records, 0);
    CU_ASSERT_EQUAL(seen.discarded, 0);
    CU_ASSERT_EQUAL(bench.points, 0);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "cmee", &byte, 1), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__nvm_delete(&nvm, "cmee"), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(bench.points, 0);
    bench_close(&bench);
}

static void values_survive_a_loss_of_power(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    struct seen seen;

    bench_open(&bench, 1, POOL);
    hlsim__power_register_ram(&bench.power, &nvm, sizeof nvm);
    watch(&bench, &seen);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "wdsi", "4479"), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "apn", "internet"), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "wdsi", "8191"), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "empty", ""), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "gone", "x"), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_delete(&nvm, "gone"), 0);
    hlsim__power_off(&bench.power, "power_cut");
    hlsim__power_on(&bench.power);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(seen.records, 3);
    CU_ASSERT_EQUAL(seen.discarded, 0);
    CU_ASSERT(holds_text(&nvm, "wdsi", "8191"));
    CU_ASSERT(holds_text(&nvm, "apn", "internet"));
    CU_ASSERT(holds_text(&nvm, "empty", ""));
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "gone", NULL, 0), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "wds", NULL, 0), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "wdsis", NULL, 0), HLSIM_E_NOT_FOUND);
    bench_close(&bench);
}

static void a_commit_is_told_once_it_is_durable(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    struct seen seen;
    unsigned points;

    bench_open(&bench, 1, POOL);
    watch(&bench, &seen);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(nvm.last_commit, 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "apn", "internet"), 0);
    CU_ASSERT_EQUAL(seen.commits, 1);
    CU_ASSERT_STRING_EQUAL(seen.what, "apn");
    CU_ASSERT_EQUAL(seen.size, 8);
    CU_ASSERT_EQUAL(nvm.last_commit, seen.id);
    CU_ASSERT_EQUAL(bench.last_kind, HLSIM_CUT_SYNC);

    points = bench.points;
    CU_ASSERT_EQUAL(put_text(&nvm, "apn", "internet"), 0);
    CU_ASSERT_EQUAL(bench.points, points);
    CU_ASSERT_EQUAL(seen.commits, 1);

    CU_ASSERT_EQUAL(hlsim__nvm_delete(&nvm, "apn"), 0);
    CU_ASSERT_EQUAL(seen.commits, 2);
    CU_ASSERT_EQUAL(seen.size, 0);
    CU_ASSERT_EQUAL(nvm.last_commit, seen.id);

    /* Cut at its sync, a change is not told. */
    bench.cut_at = bench.points + 2;
    CU_ASSERT_EQUAL(put_text(&nvm, "apn", "iot"), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(bench.last_kind, HLSIM_CUT_SYNC);
    CU_ASSERT_EQUAL(seen.commits, 2);
    bench_close(&bench);
}

static void limits_are_kept(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    uint8_t bytes[HLSIM__NVM_VALUE_MAX + 1] = {0};
    char key[16];

    bench_open(&bench, 1, POOL);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &four_sectors), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "", "x"), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(put_text(&nvm, "two words", "x"), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(put_text(&nvm, "abcdefghijklmnopqrstuvwx", "x"), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(put_text(&nvm, "abcdefghijklmnopqrstuvw", "x"), 0);
    CU_ASSERT(holds_text(&nvm, "abcdefghijklmnopqrstuvw", "x"));
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "abcdefghijklmnopqrstuvwx", bytes, 1), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "big", bytes, 1025), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "big", bytes, 1024), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "big", bytes, 1023), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "big", bytes, 1024), 1024);
    for (int i = 2; i < HLSIM__NVM_KEYS_MAX; i++) {
        snprintf(key, sizeof key, "key.%d", i);
        CU_ASSERT_EQUAL(put_text(&nvm, key, "1"), 0);
    }
    CU_ASSERT_EQUAL(put_text(&nvm, "one.more", "1"), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(put_text(&nvm, "key.63", "2"), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_delete(&nvm, "key.2"), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "one.more", "1"), 0);
    CU_ASSERT(holds_text(&nvm, "key.63", "2"));
    bench_close(&bench);
}

static void a_full_store_refuses_and_keeps_everything(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    uint8_t bytes[HLSIM__NVM_VALUE_MAX];
    uint8_t found[HLSIM__NVM_VALUE_MAX];
    unsigned points;

    bench_open(&bench, 1, POOL);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    /* A bank of 4096 bytes has room for 16 + 3 * (4 + 1 + 1024 + 4) and for 981 more. */
    memset(bytes, 1, sizeof bytes);
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "a", bytes, 1024), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "b", bytes, 1024), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "c", bytes, 1024), 0);
    points = bench.points;
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "d", bytes, 973), HLSIM_E_FULL);
    CU_ASSERT_EQUAL(bench.points, points);
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "d", bytes, 972), 0);
    /* Even a store without a free byte takes changes of what it holds. */
    memset(bytes, 2, sizeof bytes);
    CU_ASSERT_EQUAL(hlsim__nvm_put(&nvm, "b", bytes, 1024), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_delete(&nvm, "c"), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(nvm.entry_count, 3);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "b", found, sizeof found), 1024);
    CU_ASSERT_EQUAL(memcmp(found, bytes, sizeof found), 0);
    memset(bytes, 1, sizeof bytes);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "d", found, sizeof found), 972);
    CU_ASSERT_EQUAL(memcmp(found, bytes, 972), 0);
    bench_close(&bench);
}

static void regions_that_cannot_be_are_refused(void)
{
    static const struct hlsim__nvm_config bad[] = {
        {.address = 0, .sectors = 0},
        {.address = 0, .sectors = 1},
        {.address = 0, .sectors = 3},
        {.address = 256, .sectors = 2},
        {.address = HLSIM__FLASH_SIZE - HLSIM__FLASH_SECTOR, .sectors = 2},
        {.address = HLSIM__FLASH_SIZE, .sectors = 2},
        {.address = 0xfffff000, .sectors = 2},
        {.address = 0, .sectors = 0xfffffffe},
    };
    struct bench bench;
    struct hlsim__nvm nvm;

    bench_open(&bench, 1, POOL);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &bad[i]), HLSIM_E_INVALID);
    }
    hlsim__power_off(&bench.power, "power_cut");
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), HLSIM_E_POWER);
    bench_close(&bench);
}

static void presets_need_no_power_and_leave_no_trace(void)
{
    static const struct hlsim__nvm_preset first[] = {
        {.key = "serial", .bytes = "AB12", .size = 4},
        {.key = "imei", .bytes = "351234567890123", .size = 15},
    };
    static const struct hlsim__nvm_preset second[] = {{.key = "serial", .bytes = "ZZ", .size = 2}};
    static const struct hlsim__nvm_preset bad[] = {{.key = "", .bytes = "ZZ", .size = 2}};
    struct bench bench;
    struct hlsim__nvm nvm;
    struct seen seen;

    bench_open(&bench, 1, POOL);
    watch(&bench, &seen);
    hlsim__power_off(&bench.power, "power_cut");
    CU_ASSERT_EQUAL(hlsim__nvm_preset(&bench.flash, &two_sectors, first, 2), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_preset(&bench.flash, &two_sectors, second, 1), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_preset(&bench.flash, &two_sectors, bad, 1), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(seen.commits + seen.mounts, 0);
    CU_ASSERT_EQUAL(bench.points, 0);
    hlsim__power_on(&bench.power);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT(holds_text(&nvm, "serial", "ZZ"));
    CU_ASSERT(holds_text(&nvm, "imei", "351234567890123"));
    CU_ASSERT_EQUAL(put_text(&nvm, "serial", "Y"), 0);
    CU_ASSERT_EQUAL(seen.commits, 1);
    bench_close(&bench);
}

/* Writers of the documented layout that share nothing with the store. */
static size_t raw_header(uint8_t *bytes, uint8_t generation)
{
    uint32_t crc;

    memcpy(bytes, "NVM1", 4);
    memset(bytes + 4, 0, 4);
    bytes[4] = generation;
    crc = hlsim__crc32(0, bytes, 8);
    for (unsigned i = 0; i < 4; i++) {
        bytes[8 + i] = (uint8_t)(crc >> (8 * i));
    }
    memset(bytes + 12, 0xff, 4);
    return 16;
}

static size_t raw_record(uint8_t *bytes, uint8_t kind, const char *key, uint8_t value)
{
    uint8_t key_size = (uint8_t)strlen(key);
    size_t size = 4u + key_size;
    uint32_t crc;

    bytes[0] = key_size;
    bytes[1] = kind;
    bytes[2] = kind == 1 ? 1 : 0;
    bytes[3] = 0;
    memcpy(bytes + 4, key, key_size);
    if (kind == 1) {
        bytes[size++] = value;
    }
    crc = hlsim__crc32(0, bytes, size);
    for (unsigned i = 0; i < 4; i++) {
        bytes[size++] = (uint8_t)(crc >> (8 * i));
    }
    return size;
}

static void the_layout_is_the_documented_one(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    uint8_t bytes[128];
    size_t size;

    bench_open(&bench, 1, POOL);
    size = raw_header(bytes, 8);
    size += raw_record(bytes + size, 1, "old", 'o');
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, REGION, bytes, size), 0);
    size = raw_header(bytes, 9);
    size += raw_record(bytes + size, 1, "a", '1');
    size += raw_record(bytes + size, 1, "b", '2');
    size += raw_record(bytes + size, 2, "a", 0);
    size += raw_record(bytes + size, 1, "b", '3');
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, REGION + 4096, bytes, size), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(nvm.entry_count, 1);
    CU_ASSERT(holds_text(&nvm, "b", "3"));

    /* A header that was torn makes its bank worthless, the other one counts. */
    bytes[8] ^= 1;
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, REGION + 4096, bytes, 16), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(nvm.entry_count, 1);
    CU_ASSERT(holds_text(&nvm, "old", "o"));
    bench_close(&bench);
}

static void a_log_with_more_keys_than_the_store_can_hold_is_damage(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    uint8_t bytes[4096];
    char key[16];
    size_t size = raw_header(bytes, 1);

    bench_open(&bench, 1, POOL);
    for (int i = 0; i <= HLSIM__NVM_KEYS_MAX; i++) {
        snprintf(key, sizeof key, "key.%d", i);
        size += raw_record(bytes + size, 1, key, 'x');
    }
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, REGION, bytes, size), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), HLSIM_E_CORRUPT);
    bench_close(&bench);
}

static void any_bytes_in_the_region_mount_and_can_be_overwritten(void)
{
    struct bench bench;
    struct hlsim__rng rng;
    uint8_t bytes[8192];

    hlsim__rng_init(&rng, 1, "garbage");
    for (unsigned round = 0; round < 200; round++) {
        struct hlsim__nvm nvm;
        size_t size = 0;

        bench_open(&bench, 1, POOL);
        for (size_t i = 0; i < sizeof bytes; i++) {
            bytes[i] = (uint8_t)hlsim__rng_below(&rng, round % 2 == 0 ? 256 : 4);
        }
        if (round % 4 > 1) {
            size = raw_header(bytes, 1);
            size += raw_record(bytes + size, 1, "kept", 'k');
        }
        CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, REGION, bytes, sizeof bytes), 0);
        CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
        CU_ASSERT_EQUAL(nvm.entry_count, size > 0);
        CU_ASSERT_EQUAL(put_text(&nvm, "new", "value"), 0);
        CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
        CU_ASSERT(holds_text(&nvm, "new", "value"));
        CU_ASSERT_EQUAL(holds_text(&nvm, "kept", "k"), size > 0);
        bench_close(&bench);
    }
}

static void a_damaged_value_is_never_handed_out(void)
{
    struct bench bench;
    struct hlsim__nvm nvm;
    struct seen seen;
    uint8_t byte;

    bench_open(&bench, 1, POOL);
    watch(&bench, &seen);
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "first", "1"), 0);
    CU_ASSERT_EQUAL(put_text(&nvm, "second", "2"), 0);
    byte = 0x5a;
    CU_ASSERT_EQUAL(hlsim__flash_preset(&bench.flash, nvm.entries[1].address + 4 + 6, &byte, 1), 0);
    CU_ASSERT_EQUAL(hlsim__nvm_get(&nvm, "second", &byte, 1), HLSIM_E_CORRUPT);
    CU_ASSERT(holds_text(&nvm, "first", "1"));
    CU_ASSERT_EQUAL(put_text(&nvm, "second", "3"), 0);
    CU_ASSERT(holds_text(&nvm, "second", "3"));
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&nvm, &bench.flash, &two_sectors), 0);
    CU_ASSERT_EQUAL(seen.discarded, 1);
    CU_ASSERT(holds_text(&nvm, "first", "1"));
    bench_close(&bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_new_flash_mounts_as_an_empty_store_and_is_not_written),
    SUITE_TEST(values_survive_a_loss_of_power),
    SUITE_TEST(a_commit_is_told_once_it_is_durable),
    SUITE_TEST(limits_are_kept),
    SUITE_TEST(a_full_store_refuses_and_keeps_everything),
    SUITE_TEST(regions_that_cannot_be_are_refused),
    SUITE_TEST(presets_need_no_power_and_leave_no_trace),
    SUITE_TEST(the_layout_is_the_documented_one),
    SUITE_TEST(a_log_with_more_keys_than_the_store_can_hold_is_damage),
    SUITE_TEST(any_bytes_in_the_region_mount_and_can_be_overwritten),
    SUITE_TEST(a_damaged_value_is_never_handed_out),
};

int main(void)
{
    return suite_run("nvm", tests, sizeof tests / sizeof *tests);
}
