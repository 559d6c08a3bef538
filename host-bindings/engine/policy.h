/*
 * When an update is allowed: a pure question about the policy, the facts of the start and the time.
 * An unknown fact opens no window. It knows nothing about what is done with the answer.
 */
#ifndef HLHOST_POLICY_H
#define HLHOST_POLICY_H

#include "hlhost/engine.h"

#include <stdbool.h>
#include <stdint.h>

/* What START said. */
struct hlhost__facts {
    int64_t start_ms;
    bool clock_known;
    int64_t midnight_ms; /* the last local one, on the engine's time */
    bool off_known;
    int64_t off_ms;
};

/* Fills in the defaults; false for a policy that contradicts itself. */
bool hlhost__policy_fill(struct hlhost_policy *policy);

bool hlhost__policy_is_open(const struct hlhost_policy *policy, const struct hlhost__facts *facts,
                            int64_t now_ms);

/* When a closed window opens by itself; INT64_MAX: not in this life of the host. */
int64_t hlhost__policy_opens_at(const struct hlhost_policy *policy,
                                const struct hlhost__facts *facts, int64_t now_ms);

/* The minutes for which a request is put off: no longer than until the window opens. */
unsigned hlhost__policy_minutes(const struct hlhost_policy *policy,
                                const struct hlhost__facts *facts, int64_t now_ms);

#endif
