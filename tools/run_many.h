/*
 * All scenarios of a command line, one after the other or in processes side by side; results are
 * told in the order of the list, and the one verdict is made from them.
 */
#ifndef HL78SIM_TOOLS_RUN_MANY_H
#define HL78SIM_TOOLS_RUN_MANY_H

#include "outcome.h"
#include "run_place.h"
#include "scenario_list.h"
#include "trace_file.h"

struct run_many_config {
    const char *program;
    const struct run_options *options;
    enum run_place place;
    const struct scenario_list *list; /* at least one */
    FILE *banner;                     /* where results are told */
    struct text_file *transcript;     /* NULL: none */
};

enum exit_code run_many(const struct run_many_config *config);

#endif
