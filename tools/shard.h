/*
 * One of N equal shares of a list, so that machines can divide work among them without a word.
 */
#ifndef HL78SIM_TOOLS_SHARD_H
#define HL78SIM_TOOLS_SHARD_H

#include <stdbool.h>
#include <stddef.h>

/* Shares of one list. */
#define SHARDS_MAX 10000

struct shard {
    size_t number; /* from 0 */
    size_t count;
};

/* Reads "K/N", K from 1 to N; NULL is the one share that is everything. False: it is no such. */
bool shard_read(const char *text, struct shard *ret_shard);

/* Whether the entry of that index belongs to the share: every N-th does, which keeps shares equal
 * where neighbours are alike. */
bool shard_has(const struct shard *shard, size_t index);

/* Moves the share's entries, each of `size` bytes, to the front; how many there are. */
size_t shard_pick(const struct shard *shard, void *entries, size_t count, size_t size);

#endif
