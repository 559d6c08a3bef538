/*
 * Looks for data files from the program's own place on, so that an installation can be moved.
 */
#include "share_folder.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PATH_SIZE 4096

static bool is_ours(const char *folder)
{
    char mark[PATH_SIZE + 64];

    snprintf(mark, sizeof mark, "%s/schema/scenario.schema.json", folder);
    return access(mark, R_OK) == 0;
}

/* Cuts the last part of a path off; false when only the root is left. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash == NULL || slash == path) {
        return false;
    }
    *slash = '\0';
    return true;
}

bool share_folder_scenarios(char *path, size_t size)
{
    char folder[PATH_SIZE];
    ssize_t length = readlink("/proc/self/exe", folder, sizeof folder - 1);

    if (length <= 0) {
        return false;
    }
    folder[length] = '\0';
    if (!go_up(folder)) {
        return false;
    }
    snprintf(path, size, "%s/../share/hl78sim/scenarios", folder);
    while (!is_ours(path)) {
        if (!go_up(folder)) {
            return false;
        }
        snprintf(path, size, "%s/scenarios", folder);
    }
    return true;
}
