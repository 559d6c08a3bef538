/*
 * Runs a scenario against a real modem on a serial port, with the built-in engine as its host.
 */
#ifndef HL78SIM_TOOLS_RUNNER_MODEM_H
#define HL78SIM_TOOLS_RUNNER_MODEM_H

#include "run.h"

/* What a tap, a host in this process and the judge say. */
#define RUNNER_MODEM_OBSERVABLE                                                                    \
    (HLSIM_EVENT_BIT(HLSIM_EVENT_HOST) | HLSIM_EVENT_BIT(HLSIM_EVENT_RESPONSE) |                   \
     HLSIM_EVENT_BIT(HLSIM_EVENT_RESULT) | HLSIM_EVENT_BIT(HLSIM_EVENT_URC) |                      \
     HLSIM_EVENT_BIT(HLSIM_EVENT_LINE) | HLSIM_EVENT_BIT(HLSIM_EVENT_ACTION) |                     \
     HLSIM_EVENT_BIT(HLSIM_EVENT_HOST_RECORD) | HLSIM_EVENT_BIT(HLSIM_EVENT_HOST_REPORT))

/* True when the scenario may replace the modem's firmware. */
bool scenario_may_install(const struct hlsim_setup *setup);

/* As run_in_memory; the port is the option `modem`. */
void run_on_modem(const struct run_case *run, struct run_result *ret_result);

#endif
