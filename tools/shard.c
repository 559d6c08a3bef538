/*
 * Every N-th entry.
 */
#include "shard.h"

#include <stdlib.h>
#include <string.h>

static bool read_number(const char *text, size_t size, size_t *ret_number)
{
    *ret_number = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] < '0' || text[i] > '9' || *ret_number > SHARDS_MAX) {
            return false;
        }
        *ret_number = *ret_number * 10 + (size_t)(text[i] - '0');
    }
    return *ret_number > 0 && *ret_number <= SHARDS_MAX;
}

bool shard_read(const char *text, struct shard *ret_shard)
{
    const char *slash = text == NULL ? NULL : strchr(text, '/');
    size_t number = 1;
    size_t count = 1;

    if (text != NULL && (slash == NULL || !read_number(text, (size_t)(slash - text), &number) ||
                         !read_number(slash + 1, strlen(slash + 1), &count) || number > count)) {
        return false;
    }
    *ret_shard = (struct shard){.number = number - 1, .count = count};
    return true;
}

bool shard_has(const struct shard *shard, size_t index)
{
    return index % shard->count == shard->number;
}

size_t shard_pick(const struct shard *shard, void *entries, size_t count, size_t size)
{
    unsigned char *bytes = entries;
    size_t picked = 0;

    for (size_t i = 0; i < count; i++) {
        if (shard_has(shard, i)) {
            memmove(bytes + picked++ * size, bytes + i * size, size);
        }
    }
    return picked;
}
