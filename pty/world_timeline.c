/*
 * Lets a world be run by a loop that knows timelines only.
 */
#include <hlpty/world_loop.h>

#include <hl78sim/world.h>

static int64_t now(void *user)
{
    return hlsim_world_now(user);
}

static int64_t next_at(void *user)
{
    return hlsim_world_next_at(user);
}

static int step(void *user, int64_t at)
{
    return hlsim_world_step(user, at);
}

static int run_until(void *user, int64_t at)
{
    return hlsim_world_run_until(user, at);
}

struct hlpty_timeline hlpty_world_timeline(struct hlsim_world *world)
{
    return (struct hlpty_timeline){
        .user = world, .now = now, .next_at = next_at, .step = step, .run_until = run_until};
}
