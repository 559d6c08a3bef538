/*
 * A served module without a host, for flow tests: lines are typed, actions are struck, paths are
 * read. Up and registered, with an upgrade that waits for its session.
 */
#ifndef HL78SIM_TESTS_MODEM_BENCH_H
#define HL78SIM_TESTS_MODEM_BENCH_H

#include "lib/flow.h"

#include <hl78sim/power.h>

struct modem_bench {
    struct flow flow;
    struct hlsim_actor actor;
    struct hlsim_link *link;
    /* Where the power fails for five seconds; occurrence 0: nowhere. */
    enum hlsim_cut_kind cut_kind;
    uint64_t cut_at;
    enum hlsim_torn torn;
    bool was_cut;
};

void modem_bench_open(struct modem_bench *bench);

/* The same with overrides of the scenario ("PATH=VALUE"), ended by NULL. */
void modem_bench_open_with(struct modem_bench *bench, const char *const *overrides);

void modem_bench_run(struct modem_bench *bench, int64_t milliseconds);

/* Types a line and waits for 100 ms. */
void modem_bench_type(struct modem_bench *bench, const char *line);

/* Parameters of an action, and the action; it must strike. */
void modem_bench_put_text(struct hlsim_action *action, const char *key, const char *value);
void modem_bench_put_number(struct hlsim_action *action, const char *key, int64_t value);
void modem_bench_act(struct modem_bench *bench, const struct hlsim_action *action);
void modem_bench_act_by_name(struct modem_bench *bench, const char *name);

/* Share of datagrams lost on the way up, out of a million. */
void modem_bench_set_loss(struct modem_bench *bench, int64_t up);

/* Asserts a path's value, and how often an unsolicited line came. */
void modem_bench_expect(struct modem_bench *bench, const char *path, const char *value);
void modem_bench_count(struct modem_bench *bench, const char *line, size_t times);

#endif
