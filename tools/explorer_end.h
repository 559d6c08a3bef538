/*
 * How an update stands: what the modem runs, what the server knows of the operation, what the host
 * has said. Reads and compares; knows nothing of faults and places.
 */
#ifndef HL78SIM_TOOLS_EXPLORER_END_H
#define HL78SIM_TOOLS_EXPLORER_END_H

#include <hl78sim/load.h>

#include "memory_bench.h"

/* What an update is to come to. */
struct explorer_goal {
    char version[32];
    bool local;   /* the host has the package itself: the server knows of no operation */
    bool at_boot; /* the host updates at a start only: else it puts the update off to the next */
};

struct explorer_end {
    char firmware[32];
    char operation[16];
    char host[16]; /* the result of the last report; "silent" before the first */
    char reason[96];
};

/* The version of the scenario's host, or that of its package, or of the first operation's. 0, or
 * HLSIM_E_UNSUPPORTED when the scenario has no update by the built-in host. */
int explorer_goal_init(struct explorer_goal *goal, const struct hlsim_setup *setup);

/* Of the actors of a bench; false when nobody can read it. */
bool explorer_read(struct memory_bench *bench, const char *path, struct hlsim_value *ret_value);

void explorer_end_read(struct memory_bench *bench, struct explorer_end *ret_end);

/* The wanted version runs, the operation is a success and the host says updated. */
bool explorer_end_is_update(const struct explorer_end *end, const struct explorer_goal *goal);

/* Another version runs; the operation is a failure, and the host says failed, or after a restart
 * that no package is offered. */
bool explorer_end_is_failure(const struct explorer_end *end, const struct explorer_goal *goal);

/* Another version runs, the operation is still open, and the host waits for its next start. */
bool explorer_end_is_put_off(const struct explorer_end *end, const struct explorer_goal *goal);

/* The server's word on the operation is final, or it has none to say. */
bool explorer_end_is_final(const struct explorer_end *end, const struct explorer_goal *goal);

/* The host has decided otherwise: nothing will make it an update any more. What it has put off may
 * become one. */
bool explorer_end_is_given_up(const struct explorer_end *end);

/* The same version and operation, and the host says the same or has given up both times. */
bool explorer_end_is_like(const struct explorer_end *end, const struct explorer_end *other);

/* In words: "firmware 4.6.8.0, operation none, host failed: the installation failed". */
void explorer_end_format(const struct explorer_end *end, char *text, size_t size);

#endif
