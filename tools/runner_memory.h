/*
 * Runs a scenario in memory: in virtual time, or at the pace of the wall clock.
 */
#ifndef HL78SIM_TOOLS_RUNNER_MEMORY_H
#define HL78SIM_TOOLS_RUNNER_MEMORY_H

#include "run.h"

/* `ret_result` is to be freed by run_result_free. Whatever happens is told in it. */
void run_in_memory(const struct run_case *run, struct run_result *ret_result);

#endif
