/*
 * One scenario with a fault that can strike at any of its places: counts the places in one run, and
 * lives through chosen ones in children of a second run.
 */
#ifndef HL78SIM_TOOLS_EXPLORER_H
#define HL78SIM_TOOLS_EXPLORER_H

#include <hl78sim/explore.h>
#include <hl78sim/load.h>

#include "explorer_end.h"
#include "farm.h"
#include "memory_bench.h"

enum explorer_fault {
    EXPLORER_POWER_CUT,      /* of the modem */
    EXPLORER_HOST_POWER_CUT, /* of the host */
};

struct explorer {
    const struct hlsim_setup *setup; /* complete, with its packages */
    enum explorer_fault fault;
    int64_t off_time; /* how long the power stays away */
    int64_t timeout;  /* wall clock of one run, nanoseconds; 0: none */
    size_t kind_count;
    struct hlsim_place_kind kinds[HLSIM_PLACE_KINDS_MAX];
    struct explorer_goal goal;
    bool gives_up;                /* the host does so in the scenario, whatever comes then */
    bool planned;                 /* the scenario expects another end than an update: */
    struct explorer_end plan_end; /* this one, */
    int64_t plan_at;              /* not before this time of the world */
    uint64_t occurrences[HLSIM_PLACE_KINDS_MAX]; /* of each kind, in the last run */
    struct memory_bench counted; /* of the first run; its flash pages serve the second */
    struct hlsim_package_known known[HLSIM_PACKAGES_MAX];
    /* Of the run that goes on. */
    const struct hlsim_plan *plan; /* NULL: only count */
    struct farm *farm;
    struct memory_bench *bench;
    struct hlsim_judge *judge;
    bool struck;       /* this process is a child */
    bool settled;      /* it has seen to the power's return */
    bool reported;     /* the host has reported since the strike */
    int64_t boots;     /* of the modem, at the strike */
    int fork_error;    /* errno; 0: none */
    char promise[160]; /* "" while none is broken */
};

/* 0, or HLSIM_E_UNSUPPORTED when the scenario has no update by the built-in host. */
int explorer_init(struct explorer *explorer, const struct hlsim_setup *setup,
                  enum explorer_fault fault);

/* Runs without a fault and counts the places. The word says whether the scenario recovers by
 * itself; when it does, but not by an update, `planned` is set. */
void explorer_count(struct explorer *explorer, struct farm_word *ret_word);

/* Frees what the first run left. */
void explorer_free(struct explorer *explorer);

/* Runs once more, with a child for every place of the plan. 0, or a negative errno. */
int explorer_strike(struct explorer *explorer, const struct hlsim_plan *plan, struct farm *farm);

#endif
