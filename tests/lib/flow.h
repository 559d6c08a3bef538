/*
 * A scenario in memory for flow tests: world, host and judge, and what was said on the wire.
 */
#ifndef HL78SIM_TESTS_FLOW_H
#define HL78SIM_TESTS_FLOW_H

#include <hl78pair/engine_host.h>
#include <hl78pair/pair.h>
#include <hl78sim/load.h>
#include <hl78sim/world.h>

#include <stdbool.h>
#include <stddef.h>

struct flow {
    struct hlsim_setup *setup;
    struct hlsim_world *world;
    struct hlpair *pair; /* NULL: no host */
    struct hlsim_judge *judge;
    struct hlpair_engine_setup engine;
    struct hlsim_actor actors[2];
    char *wire; /* "> AT", "< OK", "* +KSUP: 0", one a line, without times */
    size_t wire_size;
    size_t wire_capacity;
};

/*
 * Reads a scenario of the repository ("fota/update-without-agreements.json") with overrides
 * ("seed=7", NULL ends the list; NULL: none) and builds everything, without power. False after a
 * message on standard error.
 */
bool flow_open(struct flow *flow, const char *scenario, const char *const *overrides);

/* The same with the text of a scenario. */
bool flow_open_text(struct flow *flow, const char *text, const char *const *overrides);

/* Gives power to modem and host. */
void flow_start(struct flow *flow);

/* Runs until the judge has decided, or virtual time `limit`; the result of hlpair_run. */
int flow_run(struct flow *flow, int64_t limit);

/* flow_start, flow_run with the scenario's limit, then closes the judge. True when every finding
 * passed; what did not is said on standard error, with the dialogue. */
bool flow_pass(struct flow *flow);

/* Reads a path as text: "4.6.8.0", "2", "true", "null". */
const char *flow_read(struct flow *flow, const char *path);

void flow_close(struct flow *flow);

#endif
