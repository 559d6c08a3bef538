/*
 * Where scenarios run: in memory, with the emulator on a port, or against a real modem.
 */
#ifndef HL78SIM_TOOLS_RUN_PLACE_H
#define HL78SIM_TOOLS_RUN_PLACE_H

#include "run.h"

enum run_place {
    RUN_PLACE_MEMORY,
    RUN_PLACE_PORT,
    RUN_PLACE_MODEM,
};

/*
 * Chooses the place that the options ask for and reads how fast time runs there. False after a
 * message when the options contradict each other, or ask for what is not built yet.
 */
bool run_place_choose(struct run_options *options, enum run_place *ret_place);

/* Whether the scenario may be run there; false after a message. */
bool run_place_permits(enum run_place place, const struct run_options *options, const char *path,
                       struct hlsim_setup *setup);

/* Runs there. `ret_result` is to be freed by run_result_free. */
void run_place_run(enum run_place place, const struct run_case *run, struct run_result *ret_result);

/* Says on standard error why a command line of `run` cannot be carried out; false. */
bool run_refuse(const char *what, const char *why);

#endif
