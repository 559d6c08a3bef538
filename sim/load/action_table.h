/*
 * What the loader knows of an action: a row each, with its keys.
 */
#ifndef HLSIM_LOAD_ACTION_TABLE_H
#define HLSIM_LOAD_ACTION_TABLE_H

#include "load/param.h"

struct hlsim__action {
    const char *name;
    const struct hlsim__param *params; /* NULL: none */
    size_t param_count;
    bool needs_one;     /* of its keys */
    bool undone;        /* takes `for` */
    int64_t undo_after; /* its default; HLSIM_NEVER: stays */
};

extern const struct hlsim__action hlsim__action_table[];
extern const size_t hlsim__action_count;

/* The row of that name, or NULL. */
const struct hlsim__action *hlsim__action_find(const char *name);

#endif
