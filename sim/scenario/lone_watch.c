/*
 * A watch with its matcher and its actors, for whoever waits for something without judging.
 */
#include "base/assert.h"
#include "scenario/watch.h"

#include <hl78sim/error.h>

#include <stdlib.h>

struct hlsim_watch {
    struct hlsim_matcher matcher;
    struct hlsim__watch watch;
    struct hlsim__bench bench; /* its actors only */
};

struct hlsim_watch *hlsim_watch_create(const struct hlsim_matcher *matcher,
                                       const struct hlsim_actor *actors, size_t actor_count)
{
    struct hlsim_watch *watch = calloc(1, sizeof *watch);

    HLSIM_ASSERT(actor_count <= HLSIM__ACTORS_MAX);
    if (watch != NULL) {
        watch->matcher = *matcher;
        watch->bench.actor_count = actor_count;
        for (size_t i = 0; i < actor_count; i++) {
            watch->bench.actors[i] = actors[i];
        }
        hlsim__watch_init(&watch->watch, &watch->matcher);
    }
    return watch;
}

void hlsim_watch_free(struct hlsim_watch *watch)
{
    free(watch);
}

bool hlsim_watch_event(struct hlsim_watch *watch, const struct hlsim_event *event)
{
    hlsim__watch_event(&watch->watch, event);
    return hlsim__watch_happened(&watch->watch);
}

int hlsim_watch_state(const struct hlsim_watch *watch, struct hlsim_value *ret_value)
{
    struct hlsim_value value;

    if (watch->matcher.type != HLSIM_MATCHER_STATE) {
        return 0;
    }
    switch (hlsim__condition_check(&watch->matcher.state, &watch->bench,
                                   ret_value != NULL ? ret_value : &value)) {
    case HLSIM__CONDITION_HOLDS:
        return 1;
    case HLSIM__CONDITION_UNREADABLE:
        return HLSIM_E_UNSUPPORTED;
    case HLSIM__CONDITION_FAILS:
    default:
        return 0;
    }
}
