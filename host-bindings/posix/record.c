/*
 * Stores a few bytes durably: a new file, its contents synced, renamed, and the rename synced.
 * Knows nothing about what they mean.
 */
#include <hlposix/record.h>

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 1024

static int write_and_sync(const char *path, const uint8_t *bytes, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    int result = 0;

    if (fd < 0) {
        return -1;
    }
    while (size > 0 && result == 0) {
        ssize_t written = write(fd, bytes, size);

        if (written >= 0) {
            bytes += written;
            size -= (size_t)written;
        } else if (errno != EINTR) {
            result = -1;
        }
    }
    if (result == 0) {
        result = fsync(fd);
    }
    return close(fd) == 0 ? result : -1;
}

static int sync_directory(const char *path)
{
    char copy[PATH_SIZE];
    int result;
    int fd;

    strcpy(copy, path);
    fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        return -1;
    }
    result = fsync(fd);
    return close(fd) == 0 ? result : -1;
}

int hlposix_record_write(const char *path, const uint8_t *bytes, size_t size,
                         struct hlposix_error *reterr)
{
    char fresh[PATH_SIZE + 8];

    if (strlen(path) >= PATH_SIZE) {
        return hlposix__fail(reterr, HLSIM_E_LIMIT, "%s: path is too long", path);
    }
    snprintf(fresh, sizeof fresh, "%s.new", path);
    if (write_and_sync(fresh, bytes, size) != 0 || rename(fresh, path) != 0) {
        int error = hlposix__fail_errno(reterr, path);

        unlink(fresh);
        return error;
    }
    if (sync_directory(path) != 0) {
        return hlposix__fail_errno(reterr, path);
    }
    return 0;
}

int hlposix_record_read(const char *path, uint8_t *bytes, size_t capacity,
                        struct hlposix_error *reterr)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat status;
    size_t size = 0;
    int result = 0;

    if (fd < 0) {
        return errno == ENOENT ? 0 : hlposix__fail_errno(reterr, path);
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        result = hlposix__fail(reterr, HLSIM_E_IO, "%s: is not a file", path);
    } else if (capacity > INT_MAX || status.st_size > (off_t)capacity) {
        result = hlposix__fail(reterr, HLSIM_E_LIMIT, "%s: larger than a record can be (%zu bytes)",
                               path, capacity);
    }
    while (result == 0 && size < (size_t)status.st_size) {
        ssize_t got = read(fd, bytes + size, (size_t)status.st_size - size);

        if (got > 0) {
            size += (size_t)got;
        } else if (got == 0) {
            result = hlposix__fail(reterr, HLSIM_E_IO, "%s: ends too early", path);
        } else if (errno != EINTR) {
            result = hlposix__fail_errno(reterr, path);
        }
    }
    close(fd);
    return result < 0 ? result : (int)size;
}
