/*
 * One TCP socket for each stream between the simulated network and the outside. Bytes that one side
 * does not take are kept, and the other one waits. Knows no protocol above them.
 */
#include "gateway_inside.h"
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Bytes read from a socket at once. */
#define CHUNK 4096

/* Who came in and says nothing, or takes nothing of the last bytes, is reset after so many seconds.
 * A modem's own connection that is open is not: it may be one that is used once a day. */
#define IDLE_LIMIT 120.0

struct hlpty__pipe {
    struct hlpty_gateway *gateway;
    struct hlpty__pipe *previous;
    struct hlpty__pipe *next;
    struct hlsim_gateway_stream *stream; /* NULL: the simulated side has ended */
    int fd;
    ev_io readable;
    ev_io writable;
    ev_timer idle;
    bool connecting;
    bool
        broken; /* the socket failed within a call of the network: the stream is still to be told */
    bool finished; /* the socket has said all, and some of it is pending */
    bool busy;     /* a watcher is at work: the memory must stay */
    bool dead;
    size_t in_start; /* received, and not yet taken by the network */
    size_t in_count;
    size_t out_start; /* to be sent, and not yet taken by the socket */
    size_t out_count;
    uint8_t *out; /* HLSIM_GATEWAY_WINDOW bytes; NULL until it is needed */
    uint8_t in[CHUNK];
};

/* --- Life --------------------------------------------------------------------------------- */

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events);
static void on_writable(struct ev_loop *loop, ev_io *watcher, int events);
static void on_idle(struct ev_loop *loop, ev_timer *watcher, int events);

static struct ev_loop *loop_of(const struct hlpty__pipe *pipe)
{
    return pipe->gateway->config.loop;
}

static struct hlpty__pipe *make(struct hlpty_gateway *gateway, int fd)
{
    struct hlpty__pipe *pipe = calloc(1, sizeof *pipe);

    if (pipe == NULL) {
        return NULL;
    }
    pipe->gateway = gateway;
    pipe->fd = fd;
    pipe->next = gateway->first_pipe;
    if (pipe->next != NULL) {
        pipe->next->previous = pipe;
    }
    gateway->first_pipe = pipe;
    gateway->pipe_count++;
    ev_io_init(&pipe->readable, on_readable, fd, EV_READ);
    ev_io_init(&pipe->writable, on_writable, fd, EV_WRITE);
    ev_timer_init(&pipe->idle, on_idle, 0.0, 0.0);
    pipe->readable.data = pipe;
    pipe->writable.data = pipe;
    pipe->idle.data = pipe;
    return pipe;
}

static void release(struct hlpty__pipe *pipe)
{
    free(pipe->out);
    free(pipe);
}

/* The socket is closed; its stream has gone before. */
static void drop(struct hlpty__pipe *pipe, bool reset)
{
    struct hlpty_gateway *gateway = pipe->gateway;
    struct ev_loop *loop = loop_of(pipe);
    const struct linger at_once = {.l_onoff = 1};

    HLPTY_ASSERT(pipe->stream == NULL && !pipe->dead);
    ev_io_stop(loop, &pipe->readable);
    ev_io_stop(loop, &pipe->writable);
    ev_timer_stop(loop, &pipe->idle);
    if (reset) {
        (void)setsockopt(pipe->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    }
    close(pipe->fd);
    if (pipe->previous != NULL) {
        pipe->previous->next = pipe->next;
    } else {
        gateway->first_pipe = pipe->next;
    }
    if (pipe->next != NULL) {
        pipe->next->previous = pipe->previous;
    }
    gateway->pipe_count--;
    pipe->dead = true;
    if (!pipe->busy) {
        release(pipe);
    }
    hlpty__doors_go_on(gateway);
}

/* Both sides end at once. */
static void cut(struct hlpty__pipe *pipe)
{
    struct hlsim_gateway_stream *stream = pipe->stream;

    pipe->stream = NULL;
    if (stream != NULL) {
        hlsim_gateway_stream_abort(stream);
    }
    drop(pipe, true);
}

void hlpty__pipes_close(struct hlpty_gateway *gateway)
{
    struct hlpty__pipe *next;

    for (struct hlpty__pipe *pipe = gateway->first_pipe; pipe != NULL; pipe = next) {
        next = pipe->next;
        pipe->stream = NULL;
        drop(pipe, true);
    }
}

/* --- To the network ----------------------------------------------------------------------- */

/* Hands on what is pending; when that is all there will ever be, the stream ends. */
static void push(struct hlpty__pipe *pipe)
{
    struct hlsim_gateway_stream *stream = pipe->stream;
    size_t count;

    if (pipe->in_count > 0) {
        count = hlsim_gateway_stream_send(stream, pipe->in + pipe->in_start, pipe->in_count);
        pipe->in_start += count;
        pipe->in_count -= count;
    }
    if (pipe->in_count > 0) {
        ev_io_stop(loop_of(pipe), &pipe->readable);
    } else if (pipe->finished) {
        pipe->stream = NULL;
        hlsim_gateway_stream_close(stream);
        drop(pipe, false);
    } else {
        ev_io_start(loop_of(pipe), &pipe->readable);
    }
}

static void receive(struct hlpty__pipe *pipe)
{
    ssize_t size = recv(pipe->fd, pipe->in, sizeof pipe->in, 0);

    if (size < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            cut(pipe);
        }
        return;
    }
    ev_timer_again(loop_of(pipe), &pipe->idle);
    pipe->finished = size == 0;
    pipe->in_start = 0;
    pipe->in_count = (size_t)size;
    if (pipe->finished) {
        ev_io_stop(loop_of(pipe), &pipe->readable);
    }
    push(pipe);
}

/* --- To the socket ------------------------------------------------------------------------ */

/* How many bytes the socket takes; negative when it has failed. */
static ssize_t offer(const struct hlpty__pipe *pipe, const uint8_t *bytes, size_t size)
{
    ssize_t count = send(pipe->fd, bytes, size, MSG_NOSIGNAL);

    if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
        return 0;
    }
    return count;
}

static void flush(struct hlpty__pipe *pipe)
{
    ssize_t count = offer(pipe, pipe->out + pipe->out_start, pipe->out_count);

    if (count < 0) {
        cut(pipe);
        return;
    }
    if (count > 0) {
        ev_timer_again(loop_of(pipe), &pipe->idle);
    }
    pipe->out_start += (size_t)count;
    pipe->out_count -= (size_t)count;
    if (pipe->out_count > 0) {
        return;
    }
    pipe->out_start = 0;
    ev_io_stop(loop_of(pipe), &pipe->writable);
    if (pipe->stream == NULL) {
        drop(pipe, false);
    } else {
        hlsim_gateway_stream_hold(pipe->stream, false);
    }
}

/* Keeps what the socket did not take. False: there is no room, and there should be. */
static bool keep(struct hlpty__pipe *pipe, const uint8_t *bytes, size_t size)
{
    if (pipe->out == NULL) {
        pipe->out = malloc(HLSIM_GATEWAY_WINDOW);
    }
    if (pipe->out == NULL) {
        return false;
    }
    if (pipe->out_start > 0) {
        memmove(pipe->out, pipe->out + pipe->out_start, pipe->out_count);
        pipe->out_start = 0;
    }
    if (size > HLSIM_GATEWAY_WINDOW - pipe->out_count) {
        return false;
    }
    memcpy(pipe->out + pipe->out_count, bytes, size);
    pipe->out_count += size;
    return true;
}

void hlpty__pipe_data(void *user, struct hlsim_gateway_stream *stream, const uint8_t *bytes,
                      size_t size)
{
    struct hlpty__pipe *pipe = hlsim_gateway_stream_token(stream);
    ssize_t count = 0;

    (void)user;
    if (pipe->broken) {
        return;
    }
    if (pipe->out_count == 0 && !pipe->connecting) {
        count = offer(pipe, bytes, size);
        ev_timer_again(loop_of(pipe), &pipe->idle);
    }
    if (count >= 0 && (size_t)count == size) {
        return;
    }
    pipe->broken = count < 0 || !keep(pipe, bytes + count, size - (size_t)count);
    if (pipe->broken) {
        /* The stream cannot be ended from here. */
        ev_feed_event(loop_of(pipe), &pipe->writable, EV_WRITE);
        return;
    }
    hlsim_gateway_stream_hold(stream, true);
    ev_io_start(loop_of(pipe), &pipe->writable);
}

/* --- The socket's events ------------------------------------------------------------------ */

static void connected(struct hlpty__pipe *pipe)
{
    int error = 0;
    socklen_t size = sizeof error;

    if (getsockopt(pipe->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0) {
        cut(pipe);
        return;
    }
    pipe->connecting = false;
    ev_io_stop(loop_of(pipe), &pipe->writable);
    ev_io_start(loop_of(pipe), &pipe->readable);
    hlsim_gateway_stream_connected(pipe->stream);
}

/* Runs `act`, unless bringing the world to the present ends the pipe. */
static void handle(struct hlpty__pipe *pipe, void (*act)(struct hlpty__pipe *pipe))
{
    pipe->busy = true;
    hlpty__gateway_arrived(pipe->gateway);
    if (!pipe->dead) {
        act(pipe);
    }
    /* A busy pipe is never released by others. NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
    pipe->busy = false;
    if (pipe->dead) {
        release(pipe);
    }
}

static void take(struct hlpty__pipe *pipe)
{
    if (pipe->stream != NULL && pipe->in_count == 0 && !pipe->finished) {
        receive(pipe);
    } else {
        ev_io_stop(loop_of(pipe), &pipe->readable);
    }
}

static void give(struct hlpty__pipe *pipe)
{
    if (pipe->broken) {
        cut(pipe);
    } else if (pipe->connecting) {
        connected(pipe);
    } else if (pipe->out_count > 0) {
        flush(pipe);
    } else {
        ev_io_stop(loop_of(pipe), &pipe->writable);
    }
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    handle(watcher->data, take);
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
    (void)loop;
    (void)events;
    handle(watcher->data, give);
}

static void on_idle(struct ev_loop *loop, ev_timer *watcher, int events)
{
    (void)loop;
    (void)events;
    handle(watcher->data, cut);
}

/* --- The network's events ----------------------------------------------------------------- */

int hlpty__pipe_open(void *user, struct hlsim_gateway_stream *stream, struct hlsim_address to)
{
    struct hlpty_gateway *gateway = user;
    const struct sockaddr_in there = hlpty__kernel_address(to);
    struct hlpty__pipe *pipe = NULL;
    int fd;

    if (!hlpty__gateway_permits(gateway, to.ip)) {
        return HLSIM_E_UNREACHABLE;
    }
    if (gateway->pipe_count == HLPTY_STREAMS_MAX) {
        return HLSIM_E_LIMIT;
    }
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return HLSIM_E_LIMIT;
    }
    if (connect(fd, (const struct sockaddr *)&there, sizeof there) == 0 || errno == EINPROGRESS) {
        pipe = make(gateway, fd);
    }
    if (pipe == NULL) {
        close(fd);
        return HLSIM_E_UNREACHABLE;
    }
    pipe->connecting = true;
    pipe->stream = stream;
    hlsim_gateway_stream_set_token(stream, pipe);
    ev_io_start(loop_of(pipe), &pipe->writable);
    return 0;
}

bool hlpty__pipe_accept(struct hlpty_gateway *gateway, int fd, struct hlsim_address to)
{
    struct hlpty__pipe *pipe = make(gateway, fd);

    if (pipe == NULL) {
        close(fd);
        return false;
    }
    if (hlsim_network_connect_request(gateway->config.network, to, &pipe->stream) < 0) {
        pipe->stream = NULL;
        drop(pipe, true);
        return false;
    }
    hlsim_gateway_stream_set_token(pipe->stream, pipe);
    pipe->idle.repeat = IDLE_LIMIT;
    ev_timer_again(gateway->config.loop, &pipe->idle);
    return true;
}

void hlpty__pipe_drained(void *user, struct hlsim_gateway_stream *stream)
{
    (void)user;
    push(hlsim_gateway_stream_token(stream));
}

void hlpty__pipe_closed(void *user, struct hlsim_gateway_stream *stream, int reason)
{
    struct hlpty__pipe *pipe = hlsim_gateway_stream_token(stream);

    (void)user;
    pipe->stream = NULL;
    ev_io_stop(loop_of(pipe), &pipe->readable);
    if (reason != HLSIM_OK || pipe->out_count == 0) {
        drop(pipe, reason != HLSIM_OK);
        return;
    }
    pipe->idle.repeat = IDLE_LIMIT;
    ev_timer_again(loop_of(pipe), &pipe->idle);
}
