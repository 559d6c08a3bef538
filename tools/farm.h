/*
 * Processes side by side, one a place: of an exploration, of a run over many scenarios. Forks them,
 * at most so many at once, and gathers what they say. Knows places as numbers only.
 */
#ifndef HL78SIM_TOOLS_FARM_H
#define HL78SIM_TOOLS_FARM_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "exit_code.h"
#include "options.h"

/* Children side by side. */
#define FARM_JOBS_MAX 256

/* What a child says in its end. */
struct farm_word {
    enum exit_code code;
    bool crashed;  /* said for it: it ended without a word */
    char why[200]; /* "" when all is well */
};

struct farm_child {
    pid_t pid; /* 0: free */
    int pipe;
    size_t place;
};

struct farm {
    unsigned jobs;
    int mouth;        /* in a child: where it speaks; -1 in the parent */
    bool stopped;     /* SIGINT or SIGTERM came: the children were ended, no more are forked */
    sigset_t awaited; /* signals that the parent takes while it waits, and else holds back */
    sigset_t outside; /* which were held back before; children have it again */
    void *user;
    void (*done)(void *user, size_t place, const struct farm_word *word);
    struct farm_child children[FARM_JOBS_MAX];
};

/* How many children an option asks for: as many as there are processors when it was not given. */
unsigned farm_jobs(const struct option_number *jobs);

/*
 * `jobs` is 1 to FARM_JOBS_MAX; `done` is called in the parent for every child. SIGINT and SIGTERM
 * are held back until farm_close and end the children.
 */
void farm_init(struct farm *farm, unsigned jobs,
               void (*done)(void *user, size_t place, const struct farm_word *word), void *user);

/* Forks a child for a place, after waiting for a free job: 1 in the child, 0 in the parent, or
 * negative (-errno; -EINTR once the farm was stopped). */
int farm_fork(struct farm *farm, size_t place);

/* In a child: says its word and ends, without any of the parent's ends. */
_Noreturn void farm_end(const struct farm *farm, const struct farm_word *word);

/* In the parent: waits for all children. */
void farm_wait(struct farm *farm);

/* In the parent, after farm_wait: signals act as before. */
void farm_close(struct farm *farm);

#endif
