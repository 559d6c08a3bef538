/*
 * Fault plans: at which of the places where a fault can strike a scenario is run. A place is the
 * n-th operation of a kind and how much of it still happened; its text is "program:12:prefix".
 * Nothing here forks or runs: the caller counts places, selects some, and strikes.
 */
#ifndef HL78SIM_EXPLORE_H
#define HL78SIM_EXPLORE_H

#include <hl78sim/power.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Room for a place's text and its NUL. */
#define HLSIM_PLACE_TEXT 64

/* Places in one plan, and kinds of places in one catalogue. */
#define HLSIM_PLACES_MAX      (1u << 24)
#define HLSIM_PLACE_KINDS_MAX 16

#define HLSIM_TORN_BIT(torn)  (1u << (torn))

/* One kind of place of a fault. */
struct hlsim_place_kind {
    const char *name;
    unsigned torn; /* HLSIM_TORN_BIT of each degree that makes a difference */
};

/* The places of the fault power_cut: a kind's index is its enum hlsim_cut_kind. */
extern const struct hlsim_place_kind hlsim_cut_places[HLSIM_CUT_KINDS];

struct hlsim_place {
    unsigned kind; /* index in the catalogue */
    enum hlsim_torn torn;
    uint64_t occurrence; /* from 1 */
};

/* Writes the place's text; `size` is at least HLSIM_PLACE_TEXT. */
void hlsim_place_format(const struct hlsim_place *place, const struct hlsim_place_kind *kinds,
                        char *text, size_t size);

/* Reads a place. HLSIM_E_FORMAT, and `*reterr_what` says what was expected. */
int hlsim_place_parse(const char *text, const struct hlsim_place_kind *kinds, size_t kind_count,
                      struct hlsim_place *ret_place, const char **reterr_what);

/* ---- Which plan ---- */

enum hlsim_plan_kind {
    HLSIM_PLAN_LINEAR, /* every place, one a run */
    HLSIM_PLAN_RANDOM, /* some of them, chosen by the seed, spread evenly over the kinds */
    HLSIM_PLAN_LIST,   /* those that a text names */
};

struct hlsim_plan_spec {
    enum hlsim_plan_kind kind;
    uint64_t count;   /* random */
    const char *file; /* list; points into the text that was parsed */
};

/*
 * Reads "linear", "random:N" or "list:FILE". HLSIM_E_UNSUPPORTED for a plan that is known but not
 * built yet (none, log, exhaustive:D), HLSIM_E_FORMAT for anything else.
 */
int hlsim_plan_spec_parse(const char *text, struct hlsim_plan_spec *ret_spec);

/* ---- Places that were selected ---- */

struct hlsim_plan {
    size_t kind_count;
    const struct hlsim_place_kind *kinds; /* borrowed */
    size_t count;
    size_t capacity;
    struct hlsim_place *places; /* in order of kind, occurrence, torn; none twice */
};

/* An empty plan. */
void hlsim_plan_init(struct hlsim_plan *plan, const struct hlsim_place_kind *kinds,
                     size_t kind_count);
void hlsim_plan_free(struct hlsim_plan *plan);

/*
 * Selects by "linear" or "random" from `occurrences[kind]` operations of each kind. HLSIM_E_LIMIT
 * when the places are too many, HLSIM_E_NO_MEMORY.
 */
int hlsim_plan_select(struct hlsim_plan *plan, const struct hlsim_plan_spec *spec,
                      const uint64_t *occurrences, uint64_t seed);

/*
 * Adds the places of a text: one a line; empty lines and what follows a '#' do not count.
 * HLSIM_E_FORMAT, with the line (from 1) and what was expected; HLSIM_E_LIMIT, HLSIM_E_NO_MEMORY.
 */
int hlsim_plan_read(struct hlsim_plan *plan, const char *text, size_t size, size_t *reterr_line,
                    const char **reterr_what);

/*
 * The places that are planned for one operation: `ret_first` is the index of the first, and the
 * result how many there are, one after the other.
 */
size_t hlsim_plan_at(const struct hlsim_plan *plan, unsigned kind, uint64_t occurrence,
                     size_t *ret_first);

/* All places that these operations have. */
uint64_t hlsim_plan_places(const struct hlsim_place_kind *kinds, size_t kind_count,
                           const uint64_t *occurrences);

#endif
