/*
 * World, built-in host and judge in one process. The wall clock sets the pace when asked to and
 * changes nothing else.
 */
#include "runner_memory.h"

#include "judging.h"
#include "memory_bench.h"

#include <hlpty/clock.h>

#include <string.h>
#include <time.h>

/* Events between two looks at the wall clock, when it is not looked at anyway. */
#define LOOK_EVERY 1024

struct memory_run {
    const struct run_case *run;
    struct memory_bench bench;
    struct judging judging;
    int64_t wall; /* when it began */
    unsigned events;
    bool timed_out;
};

/* Waits until the wall clock has come to the event, or to the limit: a sink in front of all
 * others. */
static void keep_pace(void *user, const struct hlsim_event *event)
{
    const struct memory_run *memory = user;
    int64_t wait_for = event->at / memory->run->options->factor;
    int64_t timeout = memory->run->options->timeout;
    int64_t until = memory->wall + (timeout > 0 && timeout < wait_for ? timeout : wait_for);
    int64_t left = until - hlpty_clock_wall();

    while (left > 0) {
        const struct timespec wait = {.tv_sec = left / HLSIM_SECOND,
                                      .tv_nsec = left % HLSIM_SECOND};

        nanosleep(&wait, NULL);
        left = until - hlpty_clock_wall();
    }
}

static bool stop(void *user)
{
    struct memory_run *memory = user;
    int64_t timeout = memory->run->options->timeout;
    bool look = memory->run->options->factor > 0 || ++memory->events % LOOK_EVERY == 0;

    if (timeout > 0 && look) {
        memory->timed_out = hlpty_clock_wall() - memory->wall >= timeout;
    }
    return memory->timed_out || judging_done(&memory->judging);
}

static enum run_end end_of(const struct memory_run *memory, int result)
{
    switch (result) {
    case HLPAIR_STOPPED:
        return memory->timed_out ? RUN_TIMEOUT : RUN_DECIDED;
    case HLPAIR_LIMIT:
        return RUN_LIMIT;
    case HLPAIR_IDLE:
        return RUN_IDLE;
    default:
        return RUN_PROMISE;
    }
}

static int prepare(struct memory_run *memory)
{
    struct memory_bench *bench = &memory->bench;
    int error = 0;

    if (memory->run->options->factor > 0) {
        error = hlsim_stream_subscribe(hlsim_world_stream(bench->world), HLSIM_EVENT_ALL, keep_pace,
                                       memory);
    }
    if (error == 0) {
        error = judging_open(&memory->judging, memory->run, bench->world, bench->actors,
                             bench->actor_count);
    }
    return error;
}

/* Lets the opened bench run until its end. */
static int go(struct memory_run *memory, struct run_result *result)
{
    int error = prepare(memory);

    if (error == 0) {
        error = memory_bench_start(&memory->bench);
    }
    if (error == 0) {
        error = memory_bench_run(&memory->bench, memory->run->setup->scenario.limit, stop, memory);
        if (error >= 0 || error == HLSIM_E_PROMISE) {
            judging_close(&memory->judging, end_of(memory, error), result);
            error = 0;
        }
    }
    return error;
}

void run_in_memory(const struct run_case *run, struct run_result *ret_result)
{
    struct memory_run memory = {.run = run, .wall = hlpty_clock_wall()};
    const char *host = run->options->host;
    bool engine = host == NULL || strcmp(host, "engine") == 0;
    int error = memory_bench_open(&memory.bench, run->setup, &run->setup->world, engine);

    memset(ret_result, 0, sizeof *ret_result);
    if (error == 0) {
        error = go(&memory, ret_result);
        judging_free_judge(&memory.judging);
        memory_bench_free(&memory.bench);
        if (judging_free(&memory.judging) < 0) {
            run_result_problem(ret_result, "an output cannot be written");
        }
    }
    if (error < 0) {
        run_result_problem(ret_result, "the world cannot be built: %s", hlsim_error_text(error));
    }
    ret_result->wall = hlpty_clock_wall() - memory.wall;
}
