/*
 * Writes and removes the ready file. The text is the caller's business.
 */
#include <hlpty/ready_file.h>

#include "internal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int hlpty_ready_file_write(struct hlpty_ready_file *file, const char *path, const char *text,
                           struct hlpty_error *reterr)
{
    char fresh[HLPTY_READY_PATH_SIZE + 32];
    struct stat status = {0};
    int error = 0;
    int fd;

    if (strlen(path) >= sizeof file->path) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: path is too long", path);
    }
    /* Renaming would put a file in the place of a device. */
    if (lstat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return hlpty__fail(reterr, HLSIM_E_EXISTS, "%s: exists and is not a file; not replaced",
                           path);
    }
    snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
    fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0) {
        return hlpty__fail_errno(reterr, path);
    }
    if (hlpty__write_all(fd, text, strlen(text)) != 0 || fstat(fd, &status) != 0) {
        error = hlpty__fail_errno(reterr, path);
    }
    if (close(fd) != 0 && error == 0) {
        error = hlpty__fail_errno(reterr, path);
    }
    if (error == 0 && rename(fresh, path) != 0) {
        error = hlpty__fail_errno(reterr, path);
    }
    if (error < 0) {
        unlink(fresh);
        return error;
    }
    strcpy(file->path, path);
    file->device = status.st_dev;
    file->inode = status.st_ino;
    return 0;
}

void hlpty_ready_file_remove(struct hlpty_ready_file *file)
{
    struct stat status;

    if (lstat(file->path, &status) == 0 && status.st_dev == file->device &&
        status.st_ino == file->inode) {
        unlink(file->path);
    }
}
