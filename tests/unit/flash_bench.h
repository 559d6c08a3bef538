/*
 * A flash chip on a test bench: a supply that fails at a chosen cut point, a pool, a stream.
 */
#ifndef HL78SIM_TESTS_FLASH_BENCH_H
#define HL78SIM_TESTS_FLASH_BENCH_H

#include "flash/flash.h"

#include <CUnit/CUnit.h>

#include <string.h>

/* One chip with everything it needs; power fails at the `cut_at`-th cut point (0: never). */
struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim__power power;
    struct hlsim__flash_pool pool;
    struct hlsim__flash flash;
    unsigned points;
    unsigned cut_at;
    enum hlsim_torn torn;
    enum hlsim_cut_kind last_kind;
};

static inline bool bench_cut(void *user, const struct hlsim_cut_point *point,
                             enum hlsim_torn *ret_torn)
{
    struct bench *bench = user;

    bench->last_kind = point->kind;
    *ret_torn = bench->torn;
    return ++bench->points == bench->cut_at;
}

static inline void bench_open(struct bench *bench, uint64_t seed, size_t pages_max)
{
    struct hlsim__flash_config config;

    memset(bench, 0, sizeof *bench);
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
    hlsim__power_init(&bench->power, &bench->stream, "modem:0");
    hlsim__power_set_hook(&bench->power, bench_cut, bench);
    hlsim__flash_pool_init(&bench->pool, pages_max);
    config = (struct hlsim__flash_config){.power = &bench->power,
                                          .stream = &bench->stream,
                                          .source = "modem:0",
                                          .pool = &bench->pool};
    hlsim__rng_init(&config.rng, seed, "flash");
    hlsim__flash_init(&bench->flash, &config);
    hlsim__power_on(&bench->power);
}

static inline void bench_close(struct bench *bench)
{
    hlsim__flash_free(&bench->flash);
    CU_ASSERT_EQUAL(bench->pool.count, 0);
    hlsim__flash_pool_free(&bench->pool);
    hlsim__sched_free(&bench->sched);
}

#endif
