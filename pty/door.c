/*
 * Who comes from outside to a server of the world. Datagrams are handed on with the address that
 * they came from; connections become pipes. Knows no protocol.
 */
#include "gateway_inside.h"
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Datagrams taken from one socket before the others are looked after. */
#define BURST 16

/* Connections that wait to be accepted. */
#define BACKLOG 64

/* When the process had no descriptor left, and when it is tried again; seconds. */
#define PAUSE 0.5

/* --- Coming in ---------------------------------------------------------------------------- */

static void receive(struct hlpty_door *door)
{
    struct hlpty_gateway *gateway = door->gateway;
    uint8_t bytes[HLSIM_DATAGRAM_MAX + 1];

    hlpty__gateway_arrived(gateway);
    for (unsigned i = 0; i < BURST; i++) {
        struct sockaddr_in from = {0};
        socklen_t from_size = sizeof from;
        ssize_t size =
            recvfrom(door->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&from, &from_size);

        if (size < 0) {
            return;
        }
        /* What is too large for the air (HLSIM_E_LIMIT) is lost there. */
        (void)hlsim_network_inject_request(gateway->config.network, hlpty__sim_address(&from),
                                           door->to, bytes, (size_t)size);
    }
}

static void let_in(struct hlpty_door *door)
{
    struct hlpty_gateway *gateway = door->gateway;
    int fd;

    hlpty__gateway_arrived(gateway);
    if (gateway->pipe_count == HLPTY_STREAMS_MAX) {
        /* Whoever comes waits in the kernel's queue until there is room. */
        ev_io_stop(gateway->config.loop, &door->readable);
        return;
    }
    fd = accept4(door->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
        (void)hlpty__pipe_accept(gateway, fd, door->to);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        /* Else it would be readable for ever. */
        ev_io_stop(gateway->config.loop, &door->readable);
        ev_timer_set(&door->pause, PAUSE, 0.0);
        ev_timer_start(gateway->config.loop, &door->pause);
    }
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty_door *door = watcher->data;

    (void)loop;
    (void)events;
    if (door->stream) {
        let_in(door);
    } else {
        receive(door);
    }
}

static void on_pause_over(struct ev_loop *loop, ev_timer *watcher, int events)
{
    struct hlpty_door *door = watcher->data;

    (void)events;
    ev_io_start(loop, &door->readable);
}

void hlpty__doors_go_on(struct hlpty_gateway *gateway)
{
    for (size_t i = 0; i < gateway->door_count; i++) {
        ev_io_start(gateway->config.loop, &gateway->doors[i]->readable);
    }
}

/* --- Going out ---------------------------------------------------------------------------- */

int hlpty__door_answer(void *user, struct hlsim_address from, struct hlsim_address to,
                       const uint8_t *bytes, size_t size)
{
    const struct hlpty_gateway *gateway = user;
    const struct sockaddr_in there = hlpty__kernel_address(to);

    for (size_t i = 0; i < gateway->door_count; i++) {
        const struct hlpty_door *door = gateway->doors[i];

        if (!door->stream && hlsim_address_equal(door->to, from)) {
            return sendto(door->fd, bytes, size, 0, (const struct sockaddr *)&there, sizeof there) <
                           0
                       ? HLSIM_E_IO
                       : 0;
        }
    }
    return HLSIM_E_UNREACHABLE;
}

/* --- Life --------------------------------------------------------------------------------- */

static int bind_at(struct hlpty_door *door, struct hlsim_address at)
{
    struct sockaddr_in address = hlpty__kernel_address(at);
    socklen_t size = sizeof address;
    int one = 1;

    /* Of TCP alone: two servers of one UDP port would each get a part. */
    if (door->stream && setsockopt(door->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0) {
        return -1;
    }
    if (bind(door->fd, (const struct sockaddr *)&address, size) != 0 ||
        (door->stream && listen(door->fd, BACKLOG) != 0) ||
        getsockname(door->fd, (struct sockaddr *)&address, &size) != 0) {
        return -1;
    }
    door->at = hlpty__sim_address(&address);
    return 0;
}

int hlpty_door_open(struct hlpty_door *door, struct hlsim_address at, bool stream,
                    struct hlpty_error *reterr)
{
    int kind = stream ? SOCK_STREAM : SOCK_DGRAM;
    char text[HLSIM_ADDRESS_SIZE];
    int error;

    memset(door, 0, sizeof *door);
    hlsim_address_format(at, text, sizeof text);
    door->stream = stream;
    door->fd = socket(AF_INET, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (door->fd < 0) {
        return hlpty__fail_errno(reterr, text);
    }
    if (bind_at(door, at) < 0) {
        error = hlpty__fail_errno(reterr, text);
        close(door->fd);
        door->fd = -1;
        return error;
    }
    ev_io_init(&door->readable, on_readable, door->fd, EV_READ);
    ev_timer_init(&door->pause, on_pause_over, PAUSE, 0.0);
    door->readable.data = door;
    door->pause.data = door;
    return 0;
}

int hlpty_gateway_admit(struct hlpty_gateway *gateway, struct hlpty_door *door,
                        struct hlsim_address to)
{
    HLPTY_ASSERT(door->fd >= 0 && door->gateway == NULL);
    if (gateway->door_count == HLPTY_DOORS_MAX) {
        return HLSIM_E_LIMIT;
    }
    door->gateway = gateway;
    door->to = to;
    gateway->doors[gateway->door_count++] = door;
    ev_io_start(gateway->config.loop, &door->readable);
    return 0;
}

void hlpty_door_close(struct hlpty_door *door)
{
    struct hlpty_gateway *gateway = door->gateway;

    if (gateway != NULL) {
        ev_io_stop(gateway->config.loop, &door->readable);
        ev_timer_stop(gateway->config.loop, &door->pause);
        for (size_t i = 0; i < gateway->door_count; i++) {
            if (gateway->doors[i] == door) {
                gateway->doors[i] = gateway->doors[--gateway->door_count];
            }
        }
        door->gateway = NULL;
    }
    if (door->fd >= 0) {
        close(door->fd);
        door->fd = -1;
    }
}
