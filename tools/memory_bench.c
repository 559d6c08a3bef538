/*
 * Joins world and pair. Judges nothing.
 */
#include "memory_bench.h"

#include <string.h>

static int add_host(struct memory_bench *bench, const struct hlsim_setup *setup)
{
    const struct hlsim_scenario_host *host = &setup->scenario.host;
    const struct hlsim_actor world = hlsim_world_actor(bench->world);
    int error = hlpair_engine_setup(host, &bench->engine);
    const struct hlpair_config config = {.world = bench->world,
                                         .ops = &hlpair_engine_ops,
                                         .host_config = &bench->engine.config,
                                         .terms = host,
                                         .wanted_version =
                                             host->version[0] == '\0' ? NULL : host->version};

    if (error == 0) {
        error = hlpair_create(&config, &bench->pair);
    }
    if (error == 0) {
        bench->actors[bench->actor_count++] = hlpair_actor(bench->pair, &world);
    }
    return error;
}

/* Nobody acts upon the bytes, but they are on the wire, where they can be seen. */
static size_t ignore(void *user, const uint8_t *bytes, size_t size)
{
    (void)user;
    (void)bytes;
    return size;
}

static void add_nobody(struct memory_bench *bench)
{
    const struct hlsim_link_end nobody = {.receive = ignore};

    hlsim_link_attach(hlsim_world_port(bench->world, 0, 0), HLSIM_HOST, &nobody);
}

int memory_bench_open(struct memory_bench *bench, const struct hlsim_setup *setup,
                      const struct hlsim_world_config *world, bool host)
{
    int error;

    memset(bench, 0, sizeof *bench);
    error = hlsim_world_create(world, &bench->world);
    if (error < 0) {
        return error;
    }
    if (host && setup->scenario.host.kind != HLSIM_SCENARIO_HOST_NONE) {
        error = add_host(bench, setup);
        if (error < 0) {
            memory_bench_free(bench);
            return error;
        }
    } else {
        add_nobody(bench);
    }
    bench->actors[bench->actor_count++] = hlsim_world_actor(bench->world);
    return 0;
}

int memory_bench_start(struct memory_bench *bench)
{
    hlsim_world_power_on(bench->world);
    return bench->pair == NULL ? 0 : hlpair_power_on(bench->pair);
}

int memory_bench_run(struct memory_bench *bench, int64_t limit, bool (*stop)(void *user),
                     void *user)
{
    return hlpair_run(bench->world, &bench->pair, bench->pair == NULL ? 0 : 1, limit, stop, user);
}

void memory_bench_free(struct memory_bench *bench)
{
    hlpair_free(bench->pair);
    hlsim_world_free(bench->world);
    bench->pair = NULL;
    bench->world = NULL;
}
