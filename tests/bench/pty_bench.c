/*
 * Pseudo terminals, a served modem and a process that answers, for benchmarks in turns.
 */
#include "pty_bench.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define WORDS_MAX 32

double pty_bench_now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void pty_bench_fail(const char *what)
{
    perror(what);
    exit(1);
}

static int open_raw(const char *path)
{
    int fd = open(path, O_RDWR | O_NOCTTY);
    struct termios settings;

    if (fd < 0 || tcgetattr(fd, &settings) < 0) {
        pty_bench_fail(path);
    }
    cfmakeraw(&settings);
    if (tcsetattr(fd, TCSANOW, &settings) < 0) {
        pty_bench_fail(path);
    }
    return fd;
}

pid_t pty_bench_start_responder(void (*respond)(int master), int *ret_fd)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    pid_t pid;

    if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
        pty_bench_fail("posix_openpt");
    }
    *ret_fd = open_raw(ptsname(master));
    pid = fork();
    if (pid == 0) {
        respond(master);
        _exit(0);
    }
    close(master);
    return pid;
}

pid_t pty_bench_start_modem(const char *program, const char *path, const char *const *overrides,
                            int *ret_fd)
{
    const char *const first[] = {program, "serve", "--time", "skip", "--pty", path};
    char *words[WORDS_MAX] = {NULL};
    size_t count = 0;

    int output[2];
    char byte = 0;
    unsigned lines = 0;
    pid_t pid;

    while (count < sizeof first / sizeof *first) {
        words[count] = strdup(first[count]);
        count++;
    }
    for (; overrides != NULL && *overrides != NULL && count + 3 < WORDS_MAX; overrides++) {
        words[count++] = strdup("--set");
        words[count++] = strdup(*overrides);
    }
    if (pipe(output) < 0) {
        pty_bench_fail("pipe");
    }
    pid = fork();
    if (pid == 0) {
        dup2(output[1], STDOUT_FILENO);
        close(output[0]);
        execv(program, words);
        _exit(127);
    }
    while (count > 0) {
        free(words[--count]);
    }
    close(output[1]);
    /* Said when the port is there: a line for the modem, one for each of its two ports. */
    while (lines < 3 && read(output[0], &byte, 1) == 1) {
        lines += byte == '\n';
    }
    close(output[0]);
    *ret_fd = open_raw(path);
    return pid;
}

void pty_bench_put(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t put = write(fd, bytes, size);

        if (put < 0) {
            pty_bench_fail("write");
        }
        bytes += put;
        size -= (size_t)put;
    }
}

void pty_bench_await(int fd, const char *mark)
{
    static char bytes[65536];
    size_t size = 0;

    do {
        ssize_t got = read(fd, bytes + size, sizeof bytes - 1 - size);

        if (got <= 0) {
            pty_bench_fail("read");
        }
        size += (size_t)got;
        bytes[size] = '\0';
        if (strstr(bytes, "ERROR") != NULL || strstr(bytes, "NO CARRIER") != NULL ||
            size + 1 == sizeof bytes) {
            fprintf(stderr, "instead of %s: %.200s\n", mark, bytes);
            exit(1);
        }
    } while (strstr(bytes, mark) == NULL);
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;

    return (difference > 0) - (difference < 0);
}

double pty_bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

void pty_bench_pin(const pid_t *pids, size_t count)
{
    cpu_set_t processors;
    size_t first = 0;

    if (sched_getaffinity(0, sizeof processors, &processors) < 0) {
        pty_bench_fail("sched_getaffinity");
    }
    while (!CPU_ISSET(first, &processors)) {
        first++;
    }
    CPU_ZERO(&processors);
    CPU_SET(first, &processors);
    for (size_t i = 0; i <= count; i++) {
        if (sched_setaffinity(i < count ? pids[i] : 0, sizeof processors, &processors) < 0) {
            pty_bench_fail("sched_setaffinity");
        }
    }
}

void pty_bench_end(pid_t pid)
{
    kill(pid, SIGTERM);
    waitpid(pid, NULL, 0);
}
