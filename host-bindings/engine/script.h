/*
 * The goal "script": carries out a table of steps with the AT client. Knows no command.
 */
#ifndef HLHOST_SCRIPT_H
#define HLHOST_SCRIPT_H

#include "at_client.h"
#include "hlhost/engine.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hlhost__script {
    size_t step;   /* index of the step under way */
    bool begun;    /* its bytes were handed to the client, or its waiting has begun */
    bool seen;     /* the expected line was seen */
    bool ended;    /* the final result has come, or none is needed */
    int64_t by_ms; /* when the step fails */
};

/* 0, or HLHOST_E_CONFIG for a script that cannot be carried out. */
int hlhost__script_check(const struct hlhost_config *config);

void hlhost__script_start(struct hlhost_engine *engine);
void hlhost__script_line(struct hlhost_engine *engine, const char *line);
void hlhost__script_final(struct hlhost_engine *engine, enum hlhost__final final, const char *line);

/* Begins the next step when it is due, and fails the one whose time is over. */
void hlhost__script_run(struct hlhost_engine *engine);
int64_t hlhost__script_deadline(const struct hlhost_engine *engine);

#endif
