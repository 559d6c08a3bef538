/*
 * The registry of promises: invariants that parts register about themselves, checked after every
 * step of the world for those scopes (one modem, the network, ...) that the step touched.
 */
#ifndef HLSIM_CORE_PROMISE_H
#define HLSIM_CORE_PROMISE_H

#include <stdbool.h>
#include <stddef.h>

/* How many promises one scope can hold. */
#define HLSIM__PROMISES_MAX 16

struct hlsim__promises;

struct hlsim__promise {
    const char *name;                 /* a sentence, e.g. "one bootable image exists"; borrowed */
    bool (*holds)(const void *owner); /* O(1), changes nothing */
    const void *owner;
};

struct hlsim__promise_scope {
    struct hlsim__promises *registry;
    const char *source; /* whose promises, e.g. "modem:0"; borrowed */
    struct hlsim__promise_scope *next_touched;
    bool touched;
    size_t count;
    struct hlsim__promise promises[HLSIM__PROMISES_MAX];
};

struct hlsim__promises {
    struct hlsim__promise_scope *first_touched;
};

void hlsim__promises_init(struct hlsim__promises *registry);

void hlsim__promise_scope_init(struct hlsim__promise_scope *scope, struct hlsim__promises *registry,
                               const char *source);

void hlsim__promise_add(struct hlsim__promise_scope *scope, const char *name,
                        bool (*holds)(const void *owner), const void *owner);

/* The scope's state may have changed in this step. */
void hlsim__promise_touch(struct hlsim__promise_scope *scope);

/*
 * Checks the touched scopes and forgets that they were touched. NULL when all promises hold, else
 * the first broken one, with its source in `*reterr_source`.
 */
const struct hlsim__promise *hlsim__promises_check(struct hlsim__promises *registry,
                                                   const char **reterr_source);

#endif
