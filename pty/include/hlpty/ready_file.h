/*
 * A file that appears, whole, once everything is up, and goes when it ends: what a CI job waits
 * for instead of sleeping.
 */
#ifndef HLPTY_READY_FILE_H
#define HLPTY_READY_FILE_H

#include <sys/types.h>

#include <hlpty/error.h>

#define HLPTY_READY_PATH_SIZE 256

struct hlpty_ready_file {
    char path[HLPTY_READY_PATH_SIZE];
    dev_t device; /* to remove none but our own */
    ino_t inode;
};

/* Writes `text` beside `path` and renames it to there, where there may be an older file and nothing
 * else. 0, or an error with its text. */
int hlpty_ready_file_write(struct hlpty_ready_file *file, const char *path, const char *text,
                           struct hlpty_error *reterr);

/* Removes the file, unless somebody else has replaced it by now. */
void hlpty_ready_file_remove(struct hlpty_ready_file *file);

#endif
