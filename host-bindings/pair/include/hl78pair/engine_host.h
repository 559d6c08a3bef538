/*
 * The built-in engine as a host: translates between hl78sim/host.h and hlhost/engine.h. The only
 * place that sees both.
 */
#ifndef HL78PAIR_ENGINE_HOST_H
#define HL78PAIR_ENGINE_HOST_H

#include <hl78sim/host.h>
#include <hl78sim/scenario.h>
#include <hlhost/engine.h>

/* Steps of a scripted host at most. */
#define HLPAIR_STEPS_MAX 256

/* What hlpair_engine_ops.create takes: a struct hlhost_config, borrowed. */
extern const struct hlsim_host_ops hlpair_engine_ops;

/* The engine's configuration for the `host` of a scenario, with the steps of its script. */
struct hlpair_engine_setup {
    struct hlhost_config config;
    struct hlhost_step steps[HLPAIR_STEPS_MAX];
};

/* Fills it in; texts are borrowed from the scenario, whose packages are built already.
 * HLSIM_E_UNSUPPORTED for a goal that the engine does not have, HLSIM_E_LIMIT for a script that is
 * too long. */
int hlpair_engine_setup(const struct hlsim_scenario_host *host,
                        struct hlpair_engine_setup *ret_setup);

#endif
