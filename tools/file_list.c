/*
 * Operands that are folders, as the files in them.
 */
#include "setup_file.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Folders in folders. */
#define DEPTH_MAX 16

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text);

    return size >= strlen(end) && strcmp(text + size - strlen(end), end) == 0;
}

struct listing {
    struct text_list *files;
    bool only_scenarios;
    bool full; /* no more files are taken; that was said */
    bool good; /* nothing was wrong so far */
};

static void add(struct listing *listing, const char *path)
{
    char *copy = listing->full ? NULL : strdup(path);

    if (copy != NULL && listing->files->count < OPTION_LIST_MAX) {
        listing->files->items[listing->files->count++] = copy;
        return;
    }
    if (!listing->full) {
        fprintf(stderr, "hl78sim: %s: no room for more than %d files\n", path, OPTION_LIST_MAX);
    }
    listing->full = true;
    listing->good = false;
    free(copy);
}

static void add_folder(struct listing *listing, const char *path, unsigned depth);

static void add_entry(struct listing *listing, const char *folder, const char *name, unsigned depth)
{
    struct stat status;
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path;

    if (name[0] == '.') {
        return;
    }
    path = malloc(size);
    if (path == NULL) {
        listing->good = false;
        return;
    }
    snprintf(path, size, "%s%s%s", folder, ends_with(folder, "/") ? "" : "/", name);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        if (!listing->only_scenarios || strcmp(name, "profiles") != 0) {
            add_folder(listing, path, depth + 1);
        }
    } else if (ends_with(name, ".json") && !ends_with(name, ".schema.json")) {
        add(listing, path);
    }
    free(path);
}

static void add_folder(struct listing *listing, const char *path, unsigned depth)
{
    struct dirent **entries;
    int count = depth < DEPTH_MAX ? scandir(path, &entries, NULL, alphasort) : -1;

    if (count < 0) {
        fprintf(stderr, "%s: %s\n", path,
                depth < DEPTH_MAX ? strerror(errno) : "too many folders in each other");
        listing->good = false;
        return;
    }
    for (int i = 0; i < count; i++) {
        add_entry(listing, path, entries[i]->d_name, depth);
        free(entries[i]);
    }
    free(entries);
}

/* A file, or a folder in which there must be some. */
static void add_operand(struct listing *listing, const char *path)
{
    struct stat status;
    size_t before = listing->files->count;
    bool good = listing->good;

    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
        add(listing, path);
        return;
    }
    listing->good = true;
    add_folder(listing, path, 0);
    if (listing->good && listing->files->count == before) {
        fprintf(stderr, "%s: no *.json in this folder\n", path);
        listing->good = false;
    }
    listing->good = listing->good && good;
}

bool file_list_expand(const char *command, const struct text_list *operands, bool only_scenarios,
                      struct text_list *ret_list)
{
    struct listing listing = {
        .files = ret_list, .only_scenarios = only_scenarios, .good = operands->count > 0};

    *ret_list = (struct text_list){.items = calloc(OPTION_LIST_MAX, sizeof *ret_list->items)};
    if (ret_list->items == NULL) {
        fprintf(stderr, "hl78sim: %s\n", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return false;
    }
    if (operands->count == 0) {
        fprintf(stderr, "hl78sim %s: expected a file or a folder\n", command);
    }
    for (size_t i = 0; i < operands->count; i++) {
        add_operand(&listing, operands->items[i]);
    }
    return listing.good;
}

void file_list_free(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free((void *)(uintptr_t)list->items[i]);
    }
    free(list->items);
    *list = (struct text_list){0};
}
