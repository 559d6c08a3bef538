/*
 * The calling side of the control socket: blocks, for one request. Knows no loop.
 */
#include <hlpty/control.h>

#include "control_address.h"
#include "internal.h"

#include <hlpty/clock.h>

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

int hlpty__control_address(const char *path, struct sockaddr_un *ret_address,
                           struct hlpty_error *reterr)
{
    if (strlen(path) >= sizeof ret_address->sun_path) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT,
                           "%s: longer than the path of a socket can be (%zu characters)", path,
                           sizeof ret_address->sun_path - 1);
    }
    memset(ret_address, 0, sizeof *ret_address);
    ret_address->sun_family = AF_UNIX;
    strcpy(ret_address->sun_path, path);
    return 0;
}

int hlpty__control_connect(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)address, sizeof *address) != 0) {
        int number = errno;

        close(fd);
        errno = number;
        return -1;
    }
    return fd;
}

static int send_line(int fd, const struct hlpty_control_call *call, struct hlpty_error *reterr)
{
    const char *parts[] = {call->line, "\n"};

    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *next = parts[i];
        size_t size = strlen(next);

        while (size > 0) {
            ssize_t sent = send(fd, next, size, MSG_NOSIGNAL);

            if (sent < 0 && errno != EINTR) {
                return hlpty__fail(reterr, HLSIM_E_GONE, "%s: closed by the other side",
                                   call->path);
            }
            if (sent > 0) {
                next += sent;
                size -= (size_t)sent;
            }
        }
    }
    return 0;
}

/* 0 when there is something to read, or an error. */
static int wait_for(int fd, int64_t end, const struct hlpty_control_call *call,
                    struct hlpty_error *reterr)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};

    for (;;) {
        int64_t left_ms = -1;
        int ready;

        if (call->timeout_ms >= 0) {
            left_ms = (end - hlpty_clock_wall() + HLSIM_MS - 1) / HLSIM_MS;
            left_ms = left_ms > 0 ? left_ms : 0;
        }
        ready = poll(&one, 1, (int)left_ms);
        if (ready > 0) {
            return 0;
        }
        if (ready == 0) {
            return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: no answer within %d ms", call->path,
                               call->timeout_ms);
        }
        if (errno != EINTR) {
            return hlpty__fail_errno(reterr, call->path);
        }
    }
}

/* Hands over the complete lines of `text`; returns how many bytes they took, -1 when enough. */
static ssize_t hand_lines(const struct hlpty_control_call *call, char *text, size_t size)
{
    size_t start = 0;
    char *end;

    while ((end = memchr(text + start, '\n', size - start)) != NULL) {
        *end = '\0';
        if (!call->reply(call->user, text + start)) {
            return -1;
        }
        start = (size_t)(end - text) + 1;
    }
    return (ssize_t)start;
}

static int read_replies(int fd, const struct hlpty_control_call *call, char *text,
                        struct hlpty_error *reterr)
{
    int64_t end = hlpty_clock_wall() + call->timeout_ms * HLSIM_MS;
    size_t size = 0;

    for (;;) {
        int error = wait_for(fd, end, call, reterr);
        ssize_t count;

        if (error < 0) {
            return error;
        }
        if (size == HLPTY_CONTROL_OUTPUT_MAX) {
            return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: the answer has no end", call->path);
        }
        count = recv(fd, text + size, HLPTY_CONTROL_OUTPUT_MAX - size, 0);
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            return hlpty__fail(reterr, HLSIM_E_GONE, "%s: closed by the other side", call->path);
        }
        size += (size_t)count;
        count = hand_lines(call, text, size);
        if (count < 0) {
            return 0;
        }
        memmove(text, text + count, size - (size_t)count);
        size -= (size_t)count;
    }
}

int hlpty_control_call(const struct hlpty_control_call *call, struct hlpty_error *reterr)
{
    struct sockaddr_un address;
    int error = hlpty__control_address(call->path, &address, reterr);
    char *text;
    int fd;

    if (error < 0) {
        return error;
    }
    if (strlen(call->line) > HLPTY_CONTROL_LINE_MAX) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: a request is %d bytes at most", call->path,
                           HLPTY_CONTROL_LINE_MAX);
    }
    fd = hlpty__control_connect(&address);
    if (fd < 0) {
        return hlpty__fail(reterr, errno == ENOENT ? HLSIM_E_NOT_FOUND : HLSIM_E_IO,
                           "%s: nobody listens (%s)", call->path, strerror(errno));
    }
    text = malloc(HLPTY_CONTROL_OUTPUT_MAX);
    if (text == NULL) {
        close(fd);
        return hlpty__fail(reterr, HLSIM_E_NO_MEMORY, "out of memory");
    }
    error = send_line(fd, call, reterr);
    if (error == 0) {
        error = read_replies(fd, call, text, reterr);
    }
    free(text);
    close(fd);
    return error;
}

struct copy {
    const struct hlpty_control_exchange *exchange;
    bool fits;
};

static bool copy_reply(void *user, const char *line)
{
    struct copy *copy = user;

    copy->fits = strlen(line) < copy->exchange->reply_size;
    if (copy->fits) {
        strcpy(copy->exchange->reply, line);
    }
    return false;
}

int hlpty_control_exchange(const struct hlpty_control_exchange *exchange,
                           struct hlpty_error *reterr)
{
    struct copy copy = {.exchange = exchange};
    struct hlpty_control_call call = {.path = exchange->path,
                                      .line = exchange->line,
                                      .timeout_ms = exchange->timeout_ms,
                                      .user = &copy,
                                      .reply = copy_reply};
    int error = hlpty_control_call(&call, reterr);

    if (error == 0 && !copy.fits) {
        return hlpty__fail(reterr, HLSIM_E_LIMIT, "%s: the answer is too long", exchange->path);
    }
    return error;
}
