/*
 * A world with its built-in host in memory: what `run` without a port and `explore` start from.
 */
#ifndef HL78SIM_TOOLS_MEMORY_BENCH_H
#define HL78SIM_TOOLS_MEMORY_BENCH_H

#include <hl78pair/engine_host.h>
#include <hl78pair/pair.h>
#include <hl78sim/load.h>
#include <hl78sim/world.h>

#include <stdbool.h>

struct memory_bench {
    struct hlsim_world *world;
    struct hlpair *pair; /* NULL: nobody is the host */
    struct hlpair_engine_setup engine;
    struct hlsim_actor actors[2];
    size_t actor_count;
};

/* Builds a world, mostly `setup->world`, without power; `host` says whether the scenario's host
 * takes part. 0, or an error and nothing to free. The structure must stay where it is. */
int memory_bench_open(struct memory_bench *bench, const struct hlsim_setup *setup,
                      const struct hlsim_world_config *world, bool host);

/* Gives power to the modem and its host. 0, or an error. */
int memory_bench_start(struct memory_bench *bench);

/* As hlpair_run. */
int memory_bench_run(struct memory_bench *bench, int64_t limit, bool (*stop)(void *user),
                     void *user);

/* The judge must be gone. */
void memory_bench_free(struct memory_bench *bench);

#endif
