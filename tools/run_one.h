/*
 * One scenario with its outputs: packages, trace, transcript, repetitions; one result.
 */
#ifndef HL78SIM_TOOLS_RUN_ONE_H
#define HL78SIM_TOOLS_RUN_ONE_H

#include "run_place.h"
#include "scenario_list.h"
#include "trace_file.h"

struct run_job {
    const char *program;
    const struct run_options *options;
    enum run_place place;
    const struct scenario_entry *entry;
    struct text_file *transcript; /* of all scenarios together; NULL: none */
};

/* What runners and reports are told of it. */
struct run_case run_one_case(const struct run_job *job);

void run_one(const struct run_job *job, struct run_result *ret_result);

/* The path of a file of --out, allocated: DIR/STEM.ENDING. NULL: no memory. */
char *run_one_file(const struct run_job *job, const char *ending);

#endif
