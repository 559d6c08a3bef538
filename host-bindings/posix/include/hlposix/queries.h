/*
 * What can be learnt from a real modem after a run: AT queries, sent one after the other when the
 * host is done, and the values of the scenario's paths that follow from their answers. The queries
 * pass the tap like everything else.
 */
#ifndef HLPOSIX_QUERIES_H
#define HLPOSIX_QUERIES_H

#include <ev.h>
#include <stdbool.h>
#include <stddef.h>

#include <hl78sim/scenario.h>
#include <hlposix/wire.h>

#define HLPOSIX_QUERIES_MAX    16
#define HLPOSIX_QUERY_TEXT_MAX 512
#define HLPOSIX_QUERY_LINE_MAX 256
#define HLPOSIX_QUERY_WAIT     5.0 /* seconds for one answer */
#define HLPOSIX_QUERY_TRIES    3   /* of the first AT, which may get lost */

/* One command and the information lines of its answer, each ended by '\n'. */
struct hlposix_query {
    char command[32];
    bool ok;
    char lines[HLPOSIX_QUERY_TEXT_MAX];
};

struct hlposix_queries {
    struct ev_loop *loop;
    struct hlposix_wire *wire;
    void *user;
    void (*done)(void *user);
    ev_timer wait;
    bool running;
    size_t count;
    size_t current;
    unsigned tries; /* of the current one */
    size_t line_size;
    char line[HLPOSIX_QUERY_LINE_MAX];
    struct hlposix_query queries[HLPOSIX_QUERIES_MAX];
};

/* Only the AT that finds out whether the modem answers at all. */
void hlposix_queries_init(struct hlposix_queries *queries);

/* Adds the query that a path needs, once. False when no query tells it, or there is no room. */
bool hlposix_queries_want(struct hlposix_queries *queries, const char *path);

/* What a run of queries needs. */
struct hlposix_queries_run {
    struct ev_loop *loop;
    struct hlposix_wire *wire; /* open; its party is replaced, and gone at the end */
    void *user;
    void (*done)(void *user); /* all were answered or given up; may be NULL */
};

/* Starts asking; returns at once. */
void hlposix_queries_start(struct hlposix_queries *queries, const struct hlposix_queries_run *run);

/* Gives up what was not asked yet. */
void hlposix_queries_stop(struct hlposix_queries *queries);

/* The value of a path. HLSIM_E_NOT_FOUND when no query tells it, HLSIM_E_UNSUPPORTED when it was
 * not asked or not answered. */
int hlposix_queries_read(const struct hlposix_queries *queries, const char *path,
                         struct hlsim_value *ret_value);

#endif
