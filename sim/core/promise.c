/*
 * Keeps the list of touched scopes and walks their promises. Knows no part's state.
 */
#include "core/promise.h"

#include "base/assert.h"

#include <string.h>

void hlsim__promises_init(struct hlsim__promises *registry)
{
    registry->first_touched = NULL;
}

void hlsim__promise_scope_init(struct hlsim__promise_scope *scope, struct hlsim__promises *registry,
                               const char *source)
{
    memset(scope, 0, sizeof *scope);
    scope->registry = registry;
    scope->source = source;
}

void hlsim__promise_add(struct hlsim__promise_scope *scope, const char *name,
                        bool (*holds)(const void *owner), const void *owner)
{
    HLSIM_ASSERT(scope->count < HLSIM__PROMISES_MAX);
    scope->promises[scope->count++] =
        (struct hlsim__promise){.name = name, .holds = holds, .owner = owner};
}

void hlsim__promise_touch(struct hlsim__promise_scope *scope)
{
    if (!scope->touched) {
        scope->touched = true;
        scope->next_touched = scope->registry->first_touched;
        scope->registry->first_touched = scope;
    }
}

const struct hlsim__promise *hlsim__promises_check(struct hlsim__promises *registry,
                                                   const char **reterr_source)
{
    const struct hlsim__promise *broken = NULL;

    while (registry->first_touched != NULL) {
        struct hlsim__promise_scope *scope = registry->first_touched;

        registry->first_touched = scope->next_touched;
        scope->touched = false;
        for (size_t i = 0; broken == NULL && i < scope->count; i++) {
            if (!scope->promises[i].holds(scope->promises[i].owner)) {
                broken = &scope->promises[i];
                *reterr_source = scope->source;
            }
        }
    }
    return broken;
}
