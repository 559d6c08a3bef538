/*
 * fork(2), one pipe a child, waitpid(2). Waits for signals, so that none is missed and none
 * interrupts.
 */
#include "farm.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

unsigned farm_jobs(const struct option_number *jobs)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t wanted = jobs->given ? jobs->value : online > 0 ? (uint64_t)online : 1;

    return wanted > FARM_JOBS_MAX ? FARM_JOBS_MAX : (unsigned)wanted;
}

void farm_init(struct farm *farm, unsigned jobs,
               void (*done)(void *user, size_t place, const struct farm_word *word), void *user)
{
    memset(farm, 0, sizeof *farm);
    farm->jobs = jobs;
    farm->mouth = -1;
    farm->done = done;
    farm->user = user;
    sigemptyset(&farm->awaited);
    sigaddset(&farm->awaited, SIGCHLD);
    sigaddset(&farm->awaited, SIGINT);
    sigaddset(&farm->awaited, SIGTERM);
    sigprocmask(SIG_BLOCK, &farm->awaited, &farm->outside);
}

void farm_close(struct farm *farm)
{
    sigprocmask(SIG_SETMASK, &farm->outside, NULL);
}

/* A child writes its word at once and then ends, so that all of it is in the pipe by now. */
static void gather(struct farm *farm, struct farm_child *child, int status)
{
    struct farm_word word;

    if (WIFSIGNALED(status) || read(child->pipe, &word, sizeof word) != (ssize_t)sizeof word) {
        word = (struct farm_word){.code = EXIT_PROMISE, .crashed = true};
        if (WIFSIGNALED(status)) {
            snprintf(word.why, sizeof word.why, "the run was ended by signal %d (%s)",
                     WTERMSIG(status), strsignal(WTERMSIG(status)));
        } else {
            snprintf(word.why, sizeof word.why, "the run ended without a word");
        }
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
            word.code = EXIT_LIVENESS;
            snprintf(word.why, sizeof word.why, "the wall-clock limit was reached");
        }
    }
    close(child->pipe);
    child->pid = 0;
    farm->done(farm->user, child->place, &word);
}

static void stop(struct farm *farm)
{
    farm->stopped = true;
    for (unsigned i = 0; i < farm->jobs; i++) {
        if (farm->children[i].pid > 0) {
            kill(farm->children[i].pid, SIGTERM);
        }
    }
}

/* Waits for one child; false when there is none. */
static bool wait_one(struct farm *farm)
{
    int status;
    pid_t pid;

    for (;;) {
        pid = waitpid(-1, &status, WNOHANG);
        if (pid != 0) {
            break;
        }
        switch (sigwaitinfo(&farm->awaited, NULL)) {
        case SIGINT:
        case SIGTERM:
            stop(farm);
            break;
        default:
            break;
        }
    }
    for (unsigned i = 0; pid > 0 && i < farm->jobs; i++) {
        if (farm->children[i].pid == pid) {
            gather(farm, &farm->children[i], status);
        }
    }
    return pid > 0;
}

static struct farm_child *free_child(struct farm *farm)
{
    for (;;) {
        for (unsigned i = 0; i < farm->jobs; i++) {
            if (farm->children[i].pid == 0) {
                return &farm->children[i];
            }
        }
        wait_one(farm);
    }
}

int farm_fork(struct farm *farm, size_t place)
{
    struct farm_child *child = free_child(farm);
    int ends[2];
    pid_t pid;

    if (farm->stopped) {
        return -EINTR;
    }
    if (pipe(ends) < 0) {
        return -errno;
    }
    pid = fork();
    if (pid < 0) {
        int number = errno;

        close(ends[0]);
        close(ends[1]);
        return -number;
    }
    if (pid == 0) {
        close(ends[0]);
        farm->mouth = ends[1];
        sigprocmask(SIG_SETMASK, &farm->outside, NULL);
        return 1;
    }
    close(ends[1]);
    *child = (struct farm_child){.pid = pid, .pipe = ends[0], .place = place};
    return 0;
}

_Noreturn void farm_end(const struct farm *farm, const struct farm_word *word)
{
    ssize_t written = write(farm->mouth, word, sizeof *word);

    _exit(written == (ssize_t)sizeof *word ? 0 : 1);
}

void farm_wait(struct farm *farm)
{
    while (wait_one(farm)) {
    }
}
