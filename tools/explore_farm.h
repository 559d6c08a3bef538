/*
 * Children that each live one place of an exploration to its end: forks them, at most so many at
 * once, and gathers what they say. Knows places as numbers only.
 */
#ifndef HL78SIM_TOOLS_EXPLORE_FARM_H
#define HL78SIM_TOOLS_EXPLORE_FARM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "exit_code.h"

/* Children side by side. */
#define FARM_JOBS_MAX 256

/* What a child says in its end. */
struct farm_word {
    enum exit_code code;
    char why[200]; /* "" when all is well */
};

struct farm_child {
    pid_t pid; /* 0: free */
    int pipe;
    size_t place;
};

struct farm {
    unsigned jobs;
    int mouth; /* in a child: where it speaks; -1 in the parent */
    void *user;
    void (*done)(void *user, size_t place, const struct farm_word *word);
    struct farm_child children[FARM_JOBS_MAX];
};

/* `jobs` is 1 to FARM_JOBS_MAX; `done` is called in the parent for every child. */
void farm_init(struct farm *farm, unsigned jobs,
               void (*done)(void *user, size_t place, const struct farm_word *word), void *user);

/* Forks a child for a place, after waiting for a free job: 1 in the child, 0 in the parent, or
 * negative (-errno). */
int farm_fork(struct farm *farm, size_t place);

/* In a child: says its word and ends, without any of the parent's ends. */
_Noreturn void farm_end(const struct farm *farm, const struct farm_word *word);

/* In the parent: waits for all children. */
void farm_wait(struct farm *farm);

#endif
