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

static bool add(struct text_list *list, const char *path)
{
    char *copy = strdup(path);

    if (copy == NULL || list->count == OPTION_LIST_MAX) {
        fprintf(stderr, "hl78sim: more than %d files\n", OPTION_LIST_MAX);
        free(copy);
        return false;
    }
    list->items[list->count++] = copy;
    return true;
}

static bool add_folder(struct text_list *list, const char *path, bool only_scenarios,
                       unsigned depth);

static bool add_entry(struct text_list *list, const char *folder, const char *name,
                      bool only_scenarios, unsigned depth)
{
    struct stat status;
    size_t size = strlen(folder) + strlen(name) + 2;
    char *path;
    bool good = true;

    if (name[0] == '.') {
        return true;
    }
    path = malloc(size);
    if (path == NULL) {
        return false;
    }
    snprintf(path, size, "%s%s%s", folder, ends_with(folder, "/") ? "" : "/", name);
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        if (!only_scenarios || strcmp(name, "profiles") != 0) {
            good = add_folder(list, path, only_scenarios, depth + 1);
        }
    } else if (ends_with(name, ".json") && !ends_with(name, ".schema.json")) {
        good = add(list, path);
    }
    free(path);
    return good;
}

static bool add_folder(struct text_list *list, const char *path, bool only_scenarios,
                       unsigned depth)
{
    struct dirent **entries;
    int count = depth < DEPTH_MAX ? scandir(path, &entries, NULL, alphasort) : -1;
    bool good = true;

    if (count < 0) {
        fprintf(stderr, "%s: %s\n", path,
                depth < DEPTH_MAX ? strerror(errno) : "too many folders in each other");
        return false;
    }
    for (int i = 0; i < count; i++) {
        good = good && add_entry(list, path, entries[i]->d_name, only_scenarios, depth);
        free(entries[i]);
    }
    free(entries);
    return good;
}

bool file_list_expand(const char *command, const struct text_list *operands, bool only_scenarios,
                      struct text_list *ret_list)
{
    struct text_list list = {.items = calloc(OPTION_LIST_MAX, sizeof *list.items)};
    bool good = list.items != NULL;

    if (operands->count == 0) {
        fprintf(stderr, "hl78sim %s: expected a file or a folder\n", command);
        good = false;
    }
    for (size_t i = 0; good && i < operands->count; i++) {
        struct stat status;
        size_t before = list.count;

        if (stat(operands->items[i], &status) != 0 || !S_ISDIR(status.st_mode)) {
            good = add(&list, operands->items[i]);
            continue;
        }
        good = add_folder(&list, operands->items[i], only_scenarios, 0);
        if (good && list.count == before) {
            fprintf(stderr, "%s: no *.json in this folder\n", operands->items[i]);
            good = false;
        }
    }
    if (!good) {
        file_list_free(&list);
        return false;
    }
    *ret_list = list;
    return true;
}

void file_list_free(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free((void *)(uintptr_t)list->items[i]);
    }
    free(list->items);
    *list = (struct text_list){0};
}
