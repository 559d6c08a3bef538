/*
 * The non-volatile store under cuts of power: a workload is cut at every cut point in every torn
 * mode, and no value may be lost or mixed.
 */
#include "flash/nvm.h"
#include "lib/suite.h"
#include "unit/flash_bench.h"

#include <stdio.h>

#define REGION 0x20000
#define POOL   4096

static const struct hlsim__nvm_config two_sectors = {.address = REGION, .sectors = 2};
static const struct hlsim__nvm_config four_sectors = {.address = REGION, .sectors = 4};

#define SWEEP_KEYS   9
#define SWEEP_VALUE  400
#define SWEEP_REGION (4 * HLSIM__FLASH_SECTOR)

struct value {
    bool there;
    uint16_t size;
    uint8_t bytes[SWEEP_VALUE];
};

struct picture {
    struct value values[SWEEP_KEYS];
};

struct change {
    size_t key;
    struct value value; /* not there: a deletion */
};

struct sweep {
    struct bench bench;
    struct hlsim__nvm nvm;
    struct hlsim__rng rng;
    const struct hlsim__nvm_config *config;
    bool deep;       /* cut the recovery too */
    unsigned wrong;  /* what failed */
    unsigned places; /* cuts tried */
    unsigned second; /* cuts tried during a recovery */
    unsigned rewrites;
};

static const char *sweep_key(size_t index)
{
    static const char *const keys[SWEEP_KEYS] = {"a",       "bb",     "apn.1",
                                                 "wdsi",    "wdsc.0", "kcnx",
                                                 "dl.head", "dl.pos", "an.unusually.long.key.1"};
    return keys[index];
}

static void fail(struct sweep *sweep, const char *what, unsigned step, unsigned at,
                 enum hlsim_torn torn)
{
    if (sweep->wrong++ == 0) {
        fprintf(stderr, "repro: nvm, %u sectors, change %u, cut point %u, torn %s: %s\n",
                sweep->config->sectors, step, at, hlsim_torn_name(torn), what);
    }
}

static bool value_is(const struct hlsim__nvm *nvm, size_t key, const struct value *value)
{
    uint8_t bytes[HLSIM__NVM_VALUE_MAX];
    int size = hlsim__nvm_get(nvm, sweep_key(key), bytes, sizeof bytes);

    if (!value->there) {
        return size == HLSIM_E_NOT_FOUND;
    }
    return size == value->size && memcmp(bytes, value->bytes, value->size) == 0;
}

/* Every key as in `picture`; the changed one may have its new value as well. */
static bool holds(const struct hlsim__nvm *nvm, const struct picture *picture,
                  const struct change *change)
{
    for (size_t key = 0; key < SWEEP_KEYS; key++) {
        if (!value_is(nvm, key, &picture->values[key]) &&
            (change == NULL || key != change->key || !value_is(nvm, key, &change->value))) {
            return false;
        }
    }
    return true;
}

static void draw_change(struct sweep *sweep, const struct picture *picture, struct change *change)
{
    change->key = (size_t)hlsim__rng_below(&sweep->rng, SWEEP_KEYS);
    memset(&change->value, 0, sizeof change->value);
    if (picture->values[change->key].there && hlsim__rng_below(&sweep->rng, 6) == 0) {
        return;
    }
    change->value.there = true;
    change->value.size = (uint16_t)hlsim__rng_below(
        &sweep->rng, hlsim__rng_below(&sweep->rng, 4) == 0 ? SWEEP_VALUE : 40);
    for (size_t i = 0; i < change->value.size; i++) {
        /* Erased and cleared bytes are frequent: they are what a torn record ends with. */
        static const uint8_t frequent[4] = {0xff, 0xff, 0x00, 0x01};
        uint64_t drawn = hlsim__rng_next(&sweep->rng);

        change->value.bytes[i] = drawn % 3 == 0 ? frequent[drawn >> 62] : (uint8_t)(drawn >> 32);
    }
}

static int apply(struct hlsim__nvm *nvm, const struct change *change)
{
    if (change->value.there) {
        return hlsim__nvm_put(nvm, sweep_key(change->key), change->value.bytes, change->value.size);
    }
    return hlsim__nvm_delete(nvm, sweep_key(change->key));
}

static void save(struct sweep *sweep, uint8_t *region)
{
    CU_ASSERT_EQUAL(hlsim__flash_peek(&sweep->bench.flash, REGION, region, SWEEP_REGION), 0);
}

/* Puts the region back and gives the modem power, with its RAM lost. */
static void restore(struct sweep *sweep, const uint8_t *region)
{
    CU_ASSERT_EQUAL(hlsim__flash_preset(&sweep->bench.flash, REGION, region, SWEEP_REGION), 0);
    hlsim__power_off(&sweep->bench.power, "power_cut");
    hlsim__power_on(&sweep->bench.power);
    sweep->bench.cut_at = 0;
}

static void restart(struct sweep *sweep)
{
    hlsim__power_off(&sweep->bench.power, "power_cut");
    hlsim__power_on(&sweep->bench.power);
    sweep->bench.cut_at = 0;
}

/* After a cut: a change that is cut again at each of its places, each time with a third start. */
static void sweep_recovery(struct sweep *sweep, const struct picture *picture, unsigned step)
{
    static const struct change change = {
        .key = 1, .value = {.there = true, .size = 5, .bytes = {9, 8, 7, 6, 5}}};
    uint8_t region[SWEEP_REGION];
    unsigned points = sweep->bench.points;
    unsigned count;

    save(sweep, region);
    if (apply(&sweep->nvm, &change) != 0 || !value_is(&sweep->nvm, 1, &change.value)) {
        fail(sweep, "no change after a restart", step, 0, HLSIM_TORN_NOTHING);
    }
    count = sweep->bench.points - points;
    for (unsigned at = 1; at <= count; at++) {
        for (int torn = 0; torn < HLSIM_TORN_KINDS; torn++) {
            restore(sweep, region);
            sweep->second++;
            sweep->bench.torn = (enum hlsim_torn)torn;
            if (hlsim__nvm_mount(&sweep->nvm, &sweep->bench.flash, sweep->config) != 0) {
                fail(sweep, "mount", step, at, (enum hlsim_torn)torn);
            }
            sweep->bench.cut_at = sweep->bench.points + at;
            if (apply(&sweep->nvm, &change) != HLSIM_E_POWER) {
                fail(sweep, "second cut", step, at, (enum hlsim_torn)torn);
            }
            restart(sweep);
            if (hlsim__nvm_mount(&sweep->nvm, &sweep->bench.flash, sweep->config) != 0 ||
                !holds(&sweep->nvm, picture, &change)) {
                fail(sweep, "after a second cut", step, at, (enum hlsim_torn)torn);
            }
            if (apply(&sweep->nvm, &change) != 0 || !value_is(&sweep->nvm, 1, &change.value)) {
                fail(sweep, "no change after two cuts", step, at, (enum hlsim_torn)torn);
            }
        }
    }
}

/* One change, cut at `at`: the old or the new value, all others untouched, and life goes on. */
static void sweep_cut(struct sweep *sweep, const struct picture *before,
                      const struct change *change, unsigned step, unsigned at, enum hlsim_torn torn)
{
    struct picture after = *before;

    sweep->places++;
    sweep->bench.torn = torn;
    sweep->bench.cut_at = sweep->bench.points + at;
    if (apply(&sweep->nvm, change) != HLSIM_E_POWER) {
        fail(sweep, "the cut did not strike", step, at, torn);
    }
    restart(sweep);
    if (hlsim__nvm_mount(&sweep->nvm, &sweep->bench.flash, sweep->config) != 0 ||
        !holds(&sweep->nvm, before, change)) {
        fail(sweep, "after the cut", step, at, torn);
        return;
    }
    if (value_is(&sweep->nvm, change->key, &change->value)) {
        after.values[change->key] = change->value;
    }
    if (sweep->deep) {
        sweep_recovery(sweep, &after, step);
        return;
    }
    if (!value_is(&sweep->nvm, change->key, &change->value) && apply(&sweep->nvm, change) != 0) {
        fail(sweep, "no change after a restart", step, at, torn);
    }
    after.values[change->key] = change->value;
    if (!holds(&sweep->nvm, &after, NULL) ||
        hlsim__nvm_mount(&sweep->nvm, &sweep->bench.flash, sweep->config) != 0 ||
        !holds(&sweep->nvm, &after, NULL)) {
        fail(sweep, "after the repetition", step, at, torn);
    }
}

static void sweep_run(struct sweep *sweep, const struct hlsim__nvm_config *config, unsigned changes,
                      bool deep)
{
    static struct picture picture;
    uint8_t before[SWEEP_REGION];
    uint8_t after[SWEEP_REGION];

    memset(sweep, 0, sizeof *sweep);
    memset(&picture, 0, sizeof picture);
    sweep->config = config;
    sweep->deep = deep;
    bench_open(&sweep->bench, 1, POOL);
    hlsim__power_register_ram(&sweep->bench.power, &sweep->nvm, sizeof sweep->nvm);
    hlsim__rng_init(&sweep->rng, 1, "workload");
    CU_ASSERT_EQUAL(hlsim__nvm_mount(&sweep->nvm, &sweep->bench.flash, config), 0);
    for (unsigned step = 0; step < changes; step++) {
        struct hlsim__nvm whole = sweep->nvm;
        struct hlsim__nvm done;
        struct change change;
        unsigned points = sweep->bench.points;
        unsigned count;

        draw_change(sweep, &picture, &change);
        save(sweep, before);
        if (apply(&sweep->nvm, &change) != 0) {
            fail(sweep, "the change itself", step, 0, HLSIM_TORN_NOTHING);
        }
        count = sweep->bench.points - points;
        sweep->rewrites += sweep->nvm.generation != whole.generation;
        done = sweep->nvm;
        save(sweep, after);
        for (unsigned at = 1; at <= count; at++) {
            for (int torn = 0; torn < HLSIM_TORN_KINDS; torn++) {
                restore(sweep, before);
                sweep->nvm = whole;
                sweep_cut(sweep, &picture, &change, step, at, (enum hlsim_torn)torn);
            }
        }
        restore(sweep, after);
        sweep->nvm = done;
        picture.values[change.key] = change.value;
        if (!holds(&sweep->nvm, &picture, NULL)) {
            fail(sweep, "the picture", step, 0, HLSIM_TORN_NOTHING);
        }
    }
    CU_ASSERT_EQUAL(sweep->wrong, 0);
    bench_close(&sweep->bench);
}

static void every_cut_leaves_the_old_or_the_new_value(void)
{
    struct sweep sweep;

    sweep_run(&sweep, &two_sectors, 600, false);
    CU_ASSERT(sweep.rewrites >= 10);
    CU_ASSERT(sweep.places >= 600 * HLSIM_TORN_KINDS);
    sweep_run(&sweep, &four_sectors, 600, false);
    CU_ASSERT(sweep.rewrites >= 5);
    CU_ASSERT(sweep.places >= 600 * HLSIM_TORN_KINDS);
}

static void a_second_cut_during_the_recovery_does_no_harm(void)
{
    struct sweep sweep;

    sweep_run(&sweep, &two_sectors, 200, true);
    CU_ASSERT(sweep.rewrites >= 3);
    CU_ASSERT(sweep.second >= sweep.places * HLSIM_TORN_KINDS);
}

static const struct suite_test tests[] = {
    SUITE_TEST(every_cut_leaves_the_old_or_the_new_value),
    SUITE_TEST(a_second_cut_during_the_recovery_does_no_harm),
};

int main(void)
{
    return suite_run("nvm_cut", tests, sizeof tests / sizeof *tests);
}
