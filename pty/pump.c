/*
 * Moves bytes between a link and a file descriptor. Knows neither what the descriptor is nor what
 * the bytes mean.
 */
#include <hlpty/pump.h>

#include "internal.h"

#include <errno.h>
#include <unistd.h>

static void give_up(struct hlpty_pump *pump, int number)
{
    hlpty_pump_stop(pump);
    if (pump->config.gone != NULL) {
        pump->config.gone(pump->config.user, number);
    }
}

static bool is_later(int number)
{
    return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

/* The link has bytes for the host. */
static size_t link_to_fd(void *user, const uint8_t *bytes, size_t size)
{
    struct hlpty_pump *pump = user;
    ssize_t written;

    if (!pump->listened) {
        return size;
    }
    written = write(pump->config.fd, bytes, size);
    if (written < 0) {
        if (!is_later(errno)) {
            give_up(pump, errno);
            return size;
        }
        written = 0;
    }
    pump->to_host += (uint64_t)written;
    if ((size_t)written < size) {
        ev_io_start(pump->config.loop, &pump->writable);
    }
    return (size_t)written;
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty_pump *pump = watcher->data;

    (void)events;
    ev_io_stop(loop, watcher);
    hlsim_link_resume(pump->config.link, HLSIM_HOST);
}

/* The link has room again. */
static void link_has_room(void *user)
{
    struct hlpty_pump *pump = user;

    ev_io_start(pump->config.loop, &pump->readable);
}

/* Reads what the link can take. */
static void take(struct hlpty_pump *pump, size_t room)
{
    uint8_t bytes[HLPTY_PUMP_CHUNK];
    ssize_t got = read(pump->config.fd, bytes, room < sizeof bytes ? room : sizeof bytes);
    int taken;

    if (got < 0 && is_later(errno)) {
        return;
    }
    if (got <= 0) {
        give_up(pump, got < 0 ? errno : 0);
        return;
    }
    taken = hlsim_link_write(pump->config.link, HLSIM_HOST, bytes, (size_t)got);
    if (taken != got) {
        give_up(pump, ENOMEM);
        return;
    }
    pump->to_modem += (uint64_t)got;
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty_pump *pump = watcher->data;
    size_t room;

    (void)events;
    if (pump->config.arrived != NULL) {
        pump->config.arrived(pump->config.user);
        if (!pump->running) {
            return;
        }
    }
    room = hlsim_link_room(pump->config.link, HLSIM_HOST);
    if (room == 0) {
        ev_io_stop(loop, watcher);
    } else {
        take(pump, room);
    }
}

void hlpty_pump_start(struct hlpty_pump *pump, const struct hlpty_pump_config *config)
{
    struct hlsim_link_end end = {.user = pump, .receive = link_to_fd, .writable = link_has_room};

    HLPTY_ASSERT(config->loop != NULL && config->link != NULL && config->fd >= 0);
    pump->config = *config;
    pump->running = true;
    pump->listened = true;
    pump->to_host = 0;
    pump->to_modem = 0;
    ev_io_init(&pump->readable, on_readable, config->fd, EV_READ);
    ev_io_init(&pump->writable, on_writable, config->fd, EV_WRITE);
    pump->readable.data = pump;
    pump->writable.data = pump;
    hlsim_link_attach(config->link, HLSIM_HOST, &end);
    ev_io_start(config->loop, &pump->readable);
}

void hlpty_pump_set_listened(struct hlpty_pump *pump, bool listened)
{
    pump->listened = listened;
    if (pump->running && !listened) {
        ev_io_stop(pump->config.loop, &pump->writable);
        hlsim_link_resume(pump->config.link, HLSIM_HOST);
    }
}

void hlpty_pump_stop(struct hlpty_pump *pump)
{
    if (!pump->running) {
        return;
    }
    pump->running = false;
    ev_io_stop(pump->config.loop, &pump->readable);
    ev_io_stop(pump->config.loop, &pump->writable);
    hlsim_link_attach(pump->config.link, HLSIM_HOST, NULL);
}
