/*
 * The scenarios that a command line means: files and folders loaded, then some of them selected.
 */
#ifndef HL78SIM_TOOLS_SCENARIO_LIST_H
#define HL78SIM_TOOLS_SCENARIO_LIST_H

#include "setup_file.h"

struct scenario_entry {
    const char *path;          /* borrowed from the list's files */
    char *stem;                /* names its files in a folder; no other scenario has the same */
    struct hlsim_setup *setup; /* owned; NULL: given up */
};

struct scenario_list {
    struct text_list files;
    size_t count;
    struct scenario_entry *entries;
};

/* Loads all; says all that is wrong with them. False after a message. Free it in either case. */
bool scenario_list_load(struct scenario_list *list, const struct text_list *operands,
                        const struct setup_overrides *overrides);

/*
 * Keeps the scenarios that a key of `keys` fits (all when there is none without '!'), none that a
 * key with '!' before it fits, and of these the share "K/N" (NULL: all). A key fits by the path,
 * the name or a tag: in any part of it, or, with a '*', as a pattern for the whole; "tag:WORD" by
 * tags alone, whole. False after a message: the share is none, or nothing is left.
 */
bool scenario_list_select(struct scenario_list *list, const struct text_list *keys,
                          const char *shard);

void scenario_list_free(struct scenario_list *list);

#endif
