/*
 * hl78pair - any in-process host against the emulator, in memory and in virtual time.
 *
 * A pair is one host on one AT port. Its durable record lives in the pair, as on a disk: a loss of
 * the host's power destroys the host and keeps the record. Hosts run between the events of the
 * world, so one run of several pairs is deterministic: what is due in the world comes first, then
 * hosts in the order of the list.
 */
#ifndef HL78PAIR_PAIR_H
#define HL78PAIR_PAIR_H

#include <hl78sim/host.h>
#include <hl78sim/scenario.h>
#include <hl78sim/world.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest record of a host. */
#define HLPAIR_RECORD_MAX 4096

struct hlpair;

/* Places at which a host can lose its power. X(kind, name) */
#define HLPAIR_CUT_MAP(X)                                                                          \
    X(HLPAIR_CUT_RECORD, "record") /* before its record is stored, or right after */               \
    X(HLPAIR_CUT_SEND, "send")     /* before its bytes leave, amid them, or right after */

enum hlpair_cut_kind {
#define HLPAIR_CUT_ENUM(kind, name) kind,
    HLPAIR_CUT_MAP(HLPAIR_CUT_ENUM)
#undef HLPAIR_CUT_ENUM
        HLPAIR_CUT_KINDS
};

const char *hlpair_cut_kind_name(enum hlpair_cut_kind kind);
int hlpair_cut_kind_find(const char *name); /* or -1 */

/* As hlsim_cut_hook, for a host; `occurrence` counts from 1 in each kind. */
typedef bool (*hlpair_cut_hook)(void *user, enum hlpair_cut_kind kind, uint64_t occurrence,
                                enum hlsim_torn *ret_torn);

struct hlpair_config {
    struct hlsim_world *world;
    size_t modem;
    unsigned port;
    const struct hlsim_host_ops *ops; /* borrowed */
    const void *host_config;          /* what ops->create takes; borrowed */
    const char *wanted_version;       /* success without it is a broken promise; NULL: any */
    /* The host's package, its clock, and the policy outside which an agreement is a broken promise;
     * borrowed. NULL: neither of them. */
    const struct hlsim_scenario_host *terms;
};

/* A host without power at that port. HLSIM_E_NO_MEMORY. */
int hlpair_create(const struct hlpair_config *config, struct hlpair **ret_pair);
void hlpair_free(struct hlpair *pair);

/* Gives the host its supply. HLSIM_E_NO_MEMORY when it cannot be created. */
int hlpair_power_on(struct hlpair *pair);

/* Takes it away, and gives it back after `off_time`; HLSIM_NEVER: hlpair_power_on does. */
void hlpair_power_cut(struct hlpair *pair, int64_t off_time);

void hlpair_set_cut_hook(struct hlpair *pair, hlpair_cut_hook hook, void *user, int64_t off_time);

/* What the host has reported; NULL while it has not. Valid until the pair is freed. */
const struct hlsim_host_report *hlpair_report(const struct hlpair *pair);

/* The host as the judge's actor: host_power_cut, product_power_cut, host.result, .reason, .outage.
 * `next` is asked for the other half of a product_power_cut. */
struct hlsim_actor hlpair_actor(struct hlpair *pair, const struct hlsim_actor *next);

/* Why hlpair_run returned; negative: HLSIM_E_PROMISE. */
enum hlpair_end {
    HLPAIR_STOPPED, /* `stop` said so */
    HLPAIR_LIMIT,   /* it is `limit` */
    HLPAIR_IDLE,    /* nothing can happen any more */
};

/* Runs world and hosts until one of these; `stop` is asked after every event. */
int hlpair_run(struct hlsim_world *world, struct hlpair *const *pairs, size_t count, int64_t limit,
               bool (*stop)(void *user), void *user);

#endif
