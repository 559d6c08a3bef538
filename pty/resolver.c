/*
 * Names for modems. The system's resolver blocks, so each question is asked by a process of its
 * own, which says the answer and ends. Which names may be asked at all is the gateway's reach.
 */
#include "gateway_inside.h"
#include "internal.h"

#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

/* How long a question may take, in seconds: longer than the resolver tries by itself. */
#define PATIENCE 30.0

struct hlpty__question {
    struct hlpty_gateway *gateway;
    struct hlpty__question *next;
    uint64_t id;
    pid_t pid; /* 0: nobody had to be asked */
    int fd;    /* its answer, four bytes; -1: none is awaited */
    ev_io readable;
    ev_timer over;
    uint32_t ip;
};

static void end(struct hlpty__question *question)
{
    struct hlpty_gateway *gateway = question->gateway;
    struct hlpty__question **place = &gateway->questions;

    while (*place != question) {
        place = &(*place)->next;
    }
    *place = question->next;
    gateway->question_count--;
    ev_timer_stop(gateway->config.loop, &question->over);
    if (question->fd >= 0) {
        ev_io_stop(gateway->config.loop, &question->readable);
        close(question->fd);
    }
    if (question->pid > 0) {
        /* Whoever waits for it first, we or the loop: both are well. */
        (void)kill(question->pid, SIGKILL);
        (void)waitpid(question->pid, NULL, 0);
    }
    free(question);
}

static void answer(struct hlpty__question *question)
{
    struct hlpty_gateway *gateway = question->gateway;
    uint64_t id = question->id;
    uint32_t ip = question->ip;

    end(question);
    hlpty__gateway_arrived(gateway);
    hlsim_network_resolved(gateway->config.network, id, ip);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty__question *question = watcher->data;
    uint32_t ip;

    (void)loop;
    (void)events;
    if (read(question->fd, &ip, sizeof ip) == (ssize_t)sizeof ip) {
        question->ip = ip;
    }
    answer(question);
}

static void on_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    answer(watcher->data);
}

/* In the process that asks: the first IPv4 address, or nothing. */
static void ask(const char *host, int fd)
{
    const struct addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found = NULL;
    struct sockaddr_in address;
    uint32_t ip;

    if (getaddrinfo(host, NULL, &hints, &found) == 0) {
        memcpy(&address, found->ai_addr, sizeof address);
        ip = ntohl(address.sin_addr.s_addr);
        _exit(write(fd, &ip, sizeof ip) == (ssize_t)sizeof ip ? 0 : 1);
    }
    _exit(1);
}

static bool start(struct hlpty__question *question, const char *host)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) {
        return false;
    }
    question->pid = fork();
    if (question->pid == 0) {
        (void)signal(SIGTERM, SIG_DFL);
        (void)signal(SIGINT, SIG_DFL);
        /* What the program closes meanwhile must not stay open here. */
        (void)close_range((unsigned)ends[1] + 1, ~0U, 0);
        (void)close_range(STDERR_FILENO + 1, (unsigned)ends[1] - 1, 0);
        ask(host, ends[1]);
    }
    close(ends[1]);
    if (question->pid < 0) {
        close(ends[0]);
        return false;
    }
    question->fd = ends[0];
    ev_io_init(&question->readable, on_readable, question->fd, EV_READ);
    question->readable.data = question;
    ev_io_start(question->gateway->config.loop, &question->readable);
    return true;
}

/* "localhost" and whatever ends in ".localhost" (RFC 6761 6.3). */
static bool is_localhost(const char *host)
{
    static const char name[] = "localhost";
    size_t length = strlen(host);
    size_t before = length - (sizeof name - 1);

    return length >= sizeof name - 1 && strcasecmp(host + before, name) == 0 &&
           (before == 0 || host[before - 1] == '.');
}

int hlpty__lookup(void *user, uint64_t id, const char *host)
{
    struct hlpty_gateway *gateway = user;
    bool local = is_localhost(host);
    struct hlpty__question *question;

    if ((!local && gateway->config.internet != HLPTY_INTERNET_HOST) ||
        gateway->question_count == HLPTY_LOOKUPS_MAX) {
        return HLSIM_E_NOT_FOUND;
    }
    question = calloc(1, sizeof *question);
    if (question == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    question->gateway = gateway;
    question->id = id;
    question->fd = -1;
    if (!local && !start(question, host)) {
        free(question);
        return HLSIM_E_LIMIT;
    }
    question->ip = local ? INADDR_LOOPBACK : 0;
    question->next = gateway->questions;
    gateway->questions = question;
    gateway->question_count++;
    ev_timer_init(&question->over, on_over, local ? 0.0 : PATIENCE, 0.0);
    question->over.data = question;
    ev_timer_start(gateway->config.loop, &question->over);
    return 0;
}

void hlpty__questions_close(struct hlpty_gateway *gateway)
{
    struct hlpty__question *next;

    for (struct hlpty__question *question = gateway->questions; question != NULL; question = next) {
        next = question->next;
        end(question);
    }
}
