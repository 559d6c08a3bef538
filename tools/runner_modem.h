/*
 * Runs a scenario against a real modem on a serial port, with the built-in engine as its host.
 */
#ifndef HL78SIM_TOOLS_RUNNER_MODEM_H
#define HL78SIM_TOOLS_RUNNER_MODEM_H

#include "run.h"

/* True when the scenario may replace the modem's firmware. */
bool scenario_may_install(const struct hlsim_setup *setup);

/* As run_in_memory; the port is the option `modem`. */
void run_on_modem(const struct run_case *run, struct run_result *ret_result);

#endif
