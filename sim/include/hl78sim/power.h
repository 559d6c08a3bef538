/*
 * Power and its cut points: the places at which a supply can fail in the middle of something.
 */
#ifndef HL78SIM_POWER_H
#define HL78SIM_POWER_H

#include <stdbool.h>
#include <stdint.h>

/* X(kind, name). Each asks the latch before it acts. */
#define HLSIM_CUT_MAP(X)                                                                           \
    X(HLSIM_CUT_PROGRAM, "program") /* flash: one page program */                                  \
    X(HLSIM_CUT_ERASE, "erase")     /* flash: one sector erase */                                  \
    X(HLSIM_CUT_SYNC, "sync") /* flash: a barrier, after which what was written is durable */      \
    X(HLSIM_CUT_LINK, "link") /* bytes leave on a serial line */                                   \
    X(HLSIM_CUT_NET, "net")   /* a datagram or a segment leaves on the air */

enum hlsim_cut_kind {
#define HLSIM_CUT_ENUM(kind, name) kind,
    HLSIM_CUT_MAP(HLSIM_CUT_ENUM)
#undef HLSIM_CUT_ENUM
        HLSIM_CUT_KINDS
};

/* How much of the operation had happened when power failed. X(kind, name) */
#define HLSIM_TORN_MAP(X)                                                                          \
    X(HLSIM_TORN_NOTHING, "nothing")                                                               \
    X(HLSIM_TORN_PREFIX, "prefix")     /* a part, chosen by the seed */                            \
    X(HLSIM_TORN_COMPLETE, "complete") /* all of it, unacknowledged */

enum hlsim_torn {
#define HLSIM_TORN_ENUM(kind, name) kind,
    HLSIM_TORN_MAP(HLSIM_TORN_ENUM)
#undef HLSIM_TORN_ENUM
        HLSIM_TORN_KINDS
};

/* One place: the n-th operation of a kind since power-on of the world, counted from 1. */
struct hlsim_cut_point {
    enum hlsim_cut_kind kind;
    uint64_t occurrence;
};

/*
 * Asked at every cut point of one latch. Returns true to cut the power there, and then says how
 * much of the operation still happened. May fork; must not touch the world.
 */
typedef bool (*hlsim_cut_hook)(void *user, const struct hlsim_cut_point *point,
                               enum hlsim_torn *ret_torn);

const char *hlsim_cut_kind_name(enum hlsim_cut_kind kind);
const char *hlsim_torn_name(enum hlsim_torn torn);

/* The value of that name, or -1. */
int hlsim_cut_kind_find(const char *name);
int hlsim_torn_find(const char *name);

#endif
