/*
 * Opens a pseudo terminal and watches its hosts. Reads and writes no byte of it.
 */
#include <hlpty/pty.h>

#include "internal.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int set_raw(int fd)
{
    struct termios settings;

    if (tcgetattr(fd, &settings) != 0) {
        return -1;
    }
    cfmakeraw(&settings);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    settings.c_cflag |= CREAD | CLOCAL;
    cfsetspeed(&settings, B115200);
    return tcsetattr(fd, TCSANOW, &settings);
}

/* Whether the path is a symbolic link to `target`. */
static bool links_to(const char *path, const char *target)
{
    char there[HLPTY_PATH_SIZE];
    ssize_t size = readlink(path, there, sizeof there);

    return size >= 0 && (size_t)size == strlen(target) && memcmp(there, target, (size_t)size) == 0;
}

static int make_link(const char *path, const char *target, struct hlpty_error *reterr)
{
    char fresh[HLPTY_PATH_SIZE + 32];
    struct stat status;

    if (strlen(path) >= HLPTY_PATH_SIZE) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: path is too long", path);
    }
    if (lstat(path, &status) == 0 && !S_ISLNK(status.st_mode)) {
        return hlpty__fail(reterr, HLSIM_E_EXISTS,
                           "%s: exists and is not a symbolic link; not replaced", path);
    }
    snprintf(fresh, sizeof fresh, "%s.%ld", path, (long)getpid());
    if (symlink(target, fresh) != 0) {
        return hlpty__fail_errno(reterr, path);
    }
    if (rename(fresh, path) != 0) {
        int code = hlpty__fail_errno(reterr, path);

        unlink(fresh);
        return code;
    }
    return 0;
}

static void came(struct hlpty_pty *pty)
{
    pty->came++;
    if (pty->host_came != NULL) {
        pty->host_came(pty->user);
    }
}

/* What nobody read is lost as on a wire, and the next host finds a raw line again. What the host
 * has sent is not touched: the modem still gets it. */
static void left(struct hlpty_pty *pty)
{
    pty->left++;
    tcflush(pty->slave, TCIFLUSH);
    set_raw(pty->slave);
    if (pty->host_left != NULL) {
        pty->host_left(pty->user);
    }
}

static void on_opened(void *user)
{
    struct hlpty_pty *pty = user;

    if (pty->own_opens > 0) {
        pty->own_opens--;
    } else if (pty->hosts++ == 0) {
        came(pty);
    }
}

static void on_closed(void *user)
{
    struct hlpty_pty *pty = user;

    if (pty->own_closes > 0) {
        pty->own_closes--;
    } else if (pty->hosts > 0 && --pty->hosts == 0) {
        left(pty);
    }
}

/* Finds out by letting go of the slave: the master hangs up when nobody else holds it. */
static bool somebody_else(struct hlpty_pty *pty)
{
    struct pollfd master = {.fd = pty->master, .events = 0};

    close(pty->slave);
    poll(&master, 1, 0);
    pty->slave = open(pty->slave_path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    HLPTY_ASSERT(pty->slave >= 0);
    pty->own_closes++;
    pty->own_opens++;
    return (master.revents & POLLHUP) == 0;
}

static void on_lost_count(void *user)
{
    struct hlpty_pty *pty = user;
    unsigned before = pty->hosts;
    bool present = somebody_else(pty);

    pty->hosts = present ? 1 : 0;
    if (before > 0 && !present) {
        left(pty);
    } else if (before == 0 && present) {
        came(pty);
    }
}

static int open_ends(struct hlpty_pty *pty, struct hlpty_error *reterr)
{
    pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (pty->master < 0) {
        return hlpty__fail_errno(reterr, "a pseudo terminal cannot be opened");
    }
    if (grantpt(pty->master) != 0 || unlockpt(pty->master) != 0 ||
        ptsname_r(pty->master, pty->slave_path, sizeof pty->slave_path) != 0) {
        return hlpty__fail_errno(reterr, "a pseudo terminal cannot be unlocked");
    }
    pty->slave = open(pty->slave_path, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (pty->slave < 0 || set_raw(pty->slave) != 0) {
        return hlpty__fail_errno(reterr, pty->slave_path);
    }
    return 0;
}

static void close_ends(struct hlpty_pty *pty)
{
    if (pty->slave >= 0) {
        close(pty->slave);
    }
    if (pty->master >= 0) {
        close(pty->master);
    }
    pty->slave = -1;
    pty->master = -1;
}

int hlpty_pty_open(struct hlpty_pty *pty, const struct hlpty_pty_config *config,
                   struct hlpty_error *reterr)
{
    int error;

    HLPTY_ASSERT(config->presence != NULL);
    memset(pty, 0, sizeof *pty);
    pty->master = -1;
    pty->slave = -1;
    pty->presence = config->presence;
    pty->user = config->user;
    pty->host_came = config->host_came;
    pty->host_left = config->host_left;
    pty->entry = (struct hlpty_presence_entry){
        .user = pty, .opened = on_opened, .closed = on_closed, .lost_count = on_lost_count};
    error = open_ends(pty, reterr);
    if (error == 0) {
        error = hlpty_presence_add(pty->presence, &pty->entry, pty->slave_path, reterr);
    }
    if (error < 0) {
        close_ends(pty);
        return error;
    }
    if (config->link_path != NULL) {
        error = make_link(config->link_path, pty->slave_path, reterr);
        if (error < 0) {
            hlpty_pty_close(pty);
            return error;
        }
        strcpy(pty->link_path, config->link_path);
    }
    return 0;
}

const char *hlpty_pty_path(const struct hlpty_pty *pty)
{
    return pty->link_path[0] != '\0' ? pty->link_path : pty->slave_path;
}

size_t hlpty_pty_unread(const struct hlpty_pty *pty)
{
    int count = 0;

    if (ioctl(pty->slave, FIONREAD, &count) != 0 || count < 0) {
        return 0;
    }
    return (size_t)count;
}

void hlpty_pty_close(struct hlpty_pty *pty)
{
    if (pty->master < 0) {
        return;
    }
    if (pty->link_path[0] != '\0' && links_to(pty->link_path, pty->slave_path)) {
        unlink(pty->link_path);
    }
    hlpty_presence_remove(pty->presence, &pty->entry);
    close_ends(pty);
}
