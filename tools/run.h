/*
 * What `hl78sim run` knows about a run: the options, one scenario that is about to be run, and what
 * came of it. Runners (in memory; on a port) fill in results; outcome.c judges them.
 */
#ifndef HL78SIM_TOOLS_RUN_H
#define HL78SIM_TOOLS_RUN_H

#include <hl78sim/capture.h>
#include <hl78sim/load.h>
#include <hl78sim/trace.h>
#include <hlpty/place.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "internet.h"
#include "options.h"
#include "setup_file.h"

struct run_options {
    struct parsed parsed; /* scenarios, and the host command after "--" */
    struct setup_overrides overrides;
    const char *host;          /* "engine", "none"; NULL: engine, or the host command */
    const char *modem;         /* "emulator" or the path of a serial port */
    const char *port;          /* as written; NULL: in memory, or a pty for a host command */
    struct hlpty_place place;  /* of `port`; a pty without link unless given */
    const char *lwm2m;         /* as written; NULL: AirVantage's model */
    const char *reach;         /* of --internet, as written */
    struct text_list forwards; /* --forward */
    struct internet internet;  /* of both */
    const char *control;       /* path of the control socket; NULL: none */
    const char *time;          /* as written; NULL: virtual in memory, real with a port */
    const char *trace;         /* "-": standard output; NULL: none; so the next four */
    const char *transcript;
    const char *pcap;
    const char *junit;
    const char *tap;
    const char *out;       /* a folder for all of them; NULL: none */
    struct text_list keys; /* -k */
    const char *shard;     /* "K/N"; NULL: all */
    struct option_number jobs;
    bool trace_payload;
    bool strict;
    bool allow_install;
    struct option_number repeat;
    int64_t timeout; /* wall clock, nanoseconds; 0: none */
    int64_t factor;  /* of `time`: PACE_VIRTUAL, PACE_SKIP, 1 real, N times faster */
};

/* Where text and packets of one run go; a `write` that is NULL: nowhere. */
struct run_outputs {
    hlsim_text_write trace;
    void *trace_user;
    hlsim_text_write transcript;
    void *transcript_user;
    bool colour;
    hlsim_capture_write capture;
    void *capture_user;
};

/* One scenario that is about to be run. */
struct run_case {
    const char *program; /* as it was called */
    const struct run_options *options;
    const char *path;
    struct hlsim_setup *setup; /* complete, with its packages */
    struct run_outputs outputs;
};

/* X(end, text): why a run ended. */
#define RUN_END_MAP(X)                                                                             \
    X(RUN_DECIDED, "everything was decided")                                                       \
    X(RUN_ENDS, "its end came")                                                                    \
    X(RUN_IDLE, "nothing can happen any more")                                                     \
    X(RUN_LIMIT, "the limit was reached")                                                          \
    X(RUN_TIMEOUT, "the wall-clock limit was reached")                                             \
    X(RUN_HOST_ENDED, "the host program ended")                                                    \
    X(RUN_STOPPED, "a signal came")                                                                \
    X(RUN_PROMISE, "a promise was broken")                                                         \
    X(RUN_ENVIRONMENT, "the environment failed")

enum run_end {
#define RUN_END_ENUM(end, text) end,
    RUN_END_MAP(RUN_END_ENUM)
#undef RUN_END_ENUM
};

const char *run_end_text(enum run_end end);

struct run_finding {
    enum hlsim_outcome outcome;
    char pointer[64];
    char what[HLSIM_PATTERN_MAX];
    char why[256];
};

/* What the built-in host reported last. */
struct run_host {
    char result[16]; /* "": nothing */
    char reason[96];
    char before[48]; /* firmware texts, "" while unknown */
    char after[48];
    int64_t outage;
};

struct run_result {
    enum run_end end;
    char problem[256];       /* of RUN_PROMISE and RUN_ENVIRONMENT: which */
    bool host_failed;        /* the host program ended with a non-zero status */
    bool not_deterministic;  /* a repetition differed, */
    uint64_t differing_line; /* first in this line of the trace */
    unsigned early_failures; /* what had failed before the end */
    struct run_host host;
    size_t finding_count;
    struct run_finding *findings; /* owned: run_result_free */
    size_t tail_count;
    char tail[HLSIM_TRANSCRIPT_TAIL][HLSIM_TRANSCRIPT_LINE + 1];
    int64_t at;   /* virtual time at the end */
    int64_t wall; /* nanoseconds that it took */
};

void run_result_free(struct run_result *result);

/* Writes a result to a file, and reads it in another process of the same program. False: the file
 * failed, or there is no whole result in it. */
bool run_result_write(FILE *file, const struct run_result *result);
bool run_result_read(FILE *file, struct run_result *ret_result);

/* Says that the environment failed. */
__attribute__((format(printf, 2, 3))) void run_result_problem(struct run_result *result,
                                                              const char *format, ...);

#endif
