/*
 * Loads lists of scenarios and selects from them. Runs nothing.
 */
#include "scenario_list.h"

#include "shard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENDING ".json"

/* ---- Names of files ---- */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

static size_t size_without_ending(const char *name)
{
    size_t size = strlen(name);
    size_t ending = strlen(ENDING);

    return size > ending && strcmp(name + size - ending, ENDING) == 0 ? size - ending : size;
}

/* The whole path as one word: a/b/c.json is a-b-c. */
static void flatten(char *stem, const char *path)
{
    size_t size = size_without_ending(path);

    for (size_t i = 0; i < size; i++) {
        stem[i] = path[i] == '/' ? '-' : path[i];
    }
    stem[size] = '\0';
}

static bool shares_base_name(const struct scenario_list *list, size_t index)
{
    const char *name = base_name(list->entries[index].path);

    for (size_t i = 0; i < list->count; i++) {
        if (i != index && strcmp(base_name(list->entries[i].path), name) == 0) {
            return true;
        }
    }
    return false;
}

static size_t same_before(const struct scenario_list *list, size_t index)
{
    size_t count = 0;

    for (size_t i = 0; i < index; i++) {
        count += strcmp(list->entries[i].path, list->entries[index].path) == 0;
    }
    return count;
}

/* The file's own name; its whole path where several have that name, with a number where it stands
 * in the list more than once. */
static bool name_entry(struct scenario_list *list, size_t index)
{
    struct scenario_entry *entry = &list->entries[index];
    const char *name = base_name(entry->path);
    size_t before = same_before(list, index);

    entry->stem = malloc(strlen(entry->path) + 32);
    if (entry->stem == NULL) {
        return false;
    }
    if (shares_base_name(list, index)) {
        flatten(entry->stem, entry->path);
    } else {
        snprintf(entry->stem, strlen(name) + 1, "%.*s", (int)size_without_ending(name), name);
    }
    if (before > 0) {
        snprintf(entry->stem + strlen(entry->stem), 24, "-%zu", before + 1);
    }
    return true;
}

/* ---- Loading ---- */

bool scenario_list_load(struct scenario_list *list, const struct text_list *operands,
                        const struct setup_overrides *overrides)
{
    bool good;

    *list = (struct scenario_list){0};
    good = file_list_expand("run", operands, true, &list->files);
    if (list->files.count == 0) {
        return false;
    }
    list->entries = calloc(list->files.count, sizeof *list->entries);
    if (list->entries == NULL) {
        fprintf(stderr, "hl78sim: %s\n", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return false;
    }
    list->count = list->files.count;
    for (size_t i = 0; i < list->count; i++) {
        list->entries[i].path = list->files.items[i];
    }
    for (size_t i = 0; i < list->count; i++) {
        good = name_entry(list, i) && good;
        good = setup_file_load(list->entries[i].path, overrides, &list->entries[i].setup) && good;
    }
    return good;
}

static void free_entry(struct scenario_entry *entry)
{
    hlsim_setup_free(entry->setup);
    free(entry->stem);
}

void scenario_list_free(struct scenario_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free_entry(&list->entries[i]);
    }
    free(list->entries);
    file_list_free(&list->files);
    *list = (struct scenario_list){0};
}

/* ---- Selecting ---- */

/* Whether the text has the key in it, or, for a key with a '*', is what the key says. */
static bool fits_text(const char *key, const char *text)
{
    char pattern[HLSIM_PATTERN_MAX];
    const char *star = strchr(key, '*') != NULL ? "" : "*";
    int size = snprintf(pattern, sizeof pattern, "%s%s%s", star, key, star);

    return size > 0 && (size_t)size < sizeof pattern && hlsim_pattern_match(pattern, text);
}

static bool fits_tag(const char *key, const struct hlsim_scenario *scenario, bool whole)
{
    for (size_t i = 0; i < scenario->tag_count; i++) {
        if (whole ? hlsim_pattern_match(key, scenario->tags[i])
                  : fits_text(key, scenario->tags[i])) {
            return true;
        }
    }
    return false;
}

static bool fits(const char *key, const struct scenario_entry *entry)
{
    static const char by_tag[] = "tag:";
    const struct hlsim_scenario *scenario = &entry->setup->scenario;

    if (strncmp(key, by_tag, strlen(by_tag)) == 0) {
        return fits_tag(key + strlen(by_tag), scenario, true);
    }
    return fits_text(key, entry->path) || fits_text(key, entry->stem) ||
           fits_text(key, scenario->name) || fits_tag(key, scenario, false);
}

static bool is_wanted(const struct text_list *keys, const struct scenario_entry *entry)
{
    bool asked = false;
    bool found = false;

    for (size_t i = 0; i < keys->count; i++) {
        const char *key = keys->items[i];

        if (key[0] == '!') {
            if (fits(key + 1, entry)) {
                return false;
            }
        } else {
            asked = true;
            found = found || fits(key, entry);
        }
    }
    return found || !asked;
}

bool scenario_list_select(struct scenario_list *list, const struct text_list *keys,
                          const char *shard_text)
{
    struct shard shard;
    size_t wanted = 0;
    size_t kept = 0;

    if (!shard_read(shard_text, &shard)) {
        fprintf(stderr,
                "hl78sim run: --shard: expected K/N, the K-th of N shares, and not \"%s\"\n",
                shard_text);
        return false;
    }
    for (size_t i = 0; i < list->count; i++) {
        struct scenario_entry entry = list->entries[i];

        if (is_wanted(keys, &entry) && shard_has(&shard, wanted++)) {
            list->entries[kept++] = entry;
        } else {
            free_entry(&entry);
        }
    }
    if (wanted == 0) {
        fprintf(stderr, "hl78sim run: -k selects none of %zu scenarios\n", list->count);
    } else if (kept == 0) {
        fprintf(stderr, "hl78sim run: --shard %s has no part in %zu scenarios\n", shard_text,
                wanted);
    }
    list->count = kept;
    return kept > 0;
}
