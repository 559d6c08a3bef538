/*
 * Runs a scenario with the emulator on a pseudo terminal: the host is the built-in engine at its
 * other end, a program of the user's, or whoever comes.
 */
#ifndef HL78SIM_TOOLS_RUNNER_PORT_H
#define HL78SIM_TOOLS_RUNNER_PORT_H

#include "run.h"

/* As run_in_memory. */
void run_on_port(const struct run_case *run, struct run_result *ret_result);

#endif
