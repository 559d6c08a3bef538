/*
 * Serial ports: permissions, and other programs that hold them. Speaks to no device.
 */
#include "doctor.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 4096

/* ---- Who holds it ---- */

/* The text of a small file of /proc, without its line end; "" when there is none. */
static void read_line(const char *path, char *text, size_t size)
{
    FILE *file = fopen(path, "r");

    text[0] = '\0';
    if (file != NULL) {
        if (fgets(text, (int)size, file) != NULL) {
            text[strcspn(text, "\n")] = '\0';
        }
        fclose(file);
    }
}

/* Whether a process has this device open. Other people's processes do not show it. */
static bool holds(const char *pid, dev_t device)
{
    char path[PATH_SIZE];
    const struct dirent *entry;
    bool found = false;
    DIR *folder;

    snprintf(path, sizeof path, "/proc/%s/fd", pid);
    folder = opendir(path);
    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        struct stat status;

        snprintf(path, sizeof path, "/proc/%s/fd/%s", pid, entry->d_name);
        found = entry->d_name[0] != '.' && stat(path, &status) == 0 && S_ISCHR(status.st_mode) &&
                status.st_rdev == device;
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

/* The first process that has the device open: "minicom (pid 1234)". */
static bool find_holder(dev_t device, char *text, size_t size)
{
    const struct dirent *entry;
    bool found = false;
    DIR *folder = opendir("/proc");

    while (folder != NULL && !found && (entry = readdir(folder)) != NULL) {
        const char *pid = entry->d_name;

        if (strspn(pid, "0123456789") == strlen(pid) && strtol(pid, NULL, 10) != getpid() &&
            holds(pid, device)) {
            char path[PATH_SIZE];
            char name[64];

            snprintf(path, sizeof path, "/proc/%s/comm", pid);
            read_line(path, name, sizeof name);
            snprintf(text, size, "%s (pid %s)", name, pid);
            found = true;
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    return found;
}

/* A lock file as serial programs make them: LCK..ttyUSB0 with the number of a process in it. */
static bool find_lock(const char *path, char *text, size_t size)
{
    const char *slash = strrchr(path, '/');
    char file[PATH_SIZE];
    char line[32];
    long pid;

    snprintf(file, sizeof file, "/run/lock/LCK..%s", slash == NULL ? path : slash + 1);
    read_line(file, line, sizeof line);
    pid = strtol(line, NULL, 10);
    if (pid <= 0) {
        return false;
    }
    snprintf(file, sizeof file, "/proc/%ld", pid);
    if (access(file, F_OK) != 0) {
        return false;
    }
    snprintf(text, size, "the process %ld, by its lock file", pid);
    return true;
}

/* ---- One port ---- */

static void say_permission(struct doctor *doctor, enum doctor_mark mark, const char *path,
                           const struct stat *status)
{
    const struct group *group = getgrgid(status->st_gid);
    char hint[200];

    if (group != NULL && (status->st_mode & (S_IRGRP | S_IWGRP)) == (S_IRGRP | S_IWGRP)) {
        snprintf(hint, sizeof hint, "sudo usermod -aG %s \"$USER\", then log in anew",
                 group->gr_name);
    } else {
        snprintf(hint, sizeof hint, "a udev rule can give its group the right to read and write");
    }
    doctor_say(doctor, mark, hint, "%s: you may not read and write it", path);
}

/* Whether it is a terminal that opens; only asked of the port that is meant to be used, for opening
 * moves the lines of a serial port. */
static bool opens(struct doctor *doctor, const char *path)
{
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    bool good;

    if (fd < 0) {
        doctor_say(doctor, DOCTOR_FAIL,
                   errno == EBUSY ? "another program holds it for itself alone: end it"
                                  : "is the device still there?",
                   "%s: cannot be opened: %s", path, strerror(errno));
        return false;
    }
    good = isatty(fd) != 0;
    if (!good) {
        doctor_say(doctor, DOCTOR_FAIL, "name a serial port such as /dev/ttyUSB0",
                   "%s: is no terminal", path);
    }
    close(fd);
    return good;
}

void doctor_check_port(struct doctor *doctor, const char *path, bool needed)
{
    enum doctor_mark mark = needed ? DOCTOR_FAIL : DOCTOR_WARN;
    struct stat status;
    char holder[128];

    if (stat(path, &status) != 0) {
        doctor_say(doctor, mark, "is the device plugged in? ls /dev/serial/by-id", "%s: %s", path,
                   strerror(errno));
    } else if (!S_ISCHR(status.st_mode)) {
        doctor_say(doctor, mark, "name a serial port such as /dev/ttyUSB0", "%s: is no device",
                   path);
    } else if (access(path, R_OK | W_OK) != 0) {
        say_permission(doctor, mark, path, &status);
    } else if (find_holder(status.st_rdev, holder, sizeof holder) ||
               find_lock(path, holder, sizeof holder)) {
        doctor_say(doctor, mark, "end it: two programs at one port take each other's bytes",
                   "%s: is held by %s", path, holder);
    } else if (!needed || opens(doctor, path)) {
        doctor_say(doctor, DOCTOR_PASS, NULL, "%s: may be used", path);
    }
}

/* ---- All ports ---- */

/* Most machines have names of ports without a port behind them: those have type 0. */
static bool is_there(const char *path)
{
    char file[PATH_SIZE];
    char type[16];

    snprintf(file, sizeof file, "/sys/class/tty/%s/type", strrchr(path, '/') + 1);
    read_line(file, type, sizeof type);
    return strcmp(type, "0") != 0;
}

void doctor_check_ports(struct doctor *doctor)
{
    static const char *const patterns[] = {"/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyS*",
                                           "/dev/ttyAMA*"};
    unsigned count = 0;

    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        glob_t found = {0};

        if (glob(patterns[i], 0, NULL, &found) == 0) {
            for (size_t j = 0; j < found.gl_pathc; j++) {
                if (is_there(found.gl_pathv[j])) {
                    doctor_check_port(doctor, found.gl_pathv[j], false);
                    count++;
                }
            }
        }
        globfree(&found);
    }
    if (count == 0) {
        doctor_say(doctor, DOCTOR_PASS, NULL,
                   "serial ports: there is none; only real modems and boards need one");
    }
}
