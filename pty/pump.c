/*
 * Moves bytes between a link and a file descriptor. Knows neither what the descriptor is nor what
 * the bytes mean.
 */
#include <hlpty/pump.h>

#include "internal.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>

/*
 * Whoever has just been answered often speaks again at once: it is listened to so many times before
 * the loop sleeps, and the processor is left to it each time. On one processor and between two
 * this is cheaper than to fall asleep and to be woken up; it takes some 50 us.
 */
#define LOOKS 32

/* What is read without a look at the rest of the world: other ports, signals, the clock. */
#define ROUNDS 32

/* Bytes handed over at once, as far as the link has room for them: a terminal has 4,095 in one
 * read. */
#define READ_MAX 8192

/* Who sends so many at once has more. */
#define BULK 512

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

/* Nobody is there yet. What does not fit any more is lost. */
static void keep_early(struct hlpty_pump *pump, const uint8_t *bytes, size_t size)
{
    size_t room = sizeof pump->pending - pump->pending_count;
    size_t kept = size < room ? size : room;

    if (pump->config.early) {
        memcpy(pump->pending + pump->pending_count, bytes, kept);
        pump->pending_count += kept;
    }
}

/* The link has bytes for the host. */
static size_t link_to_fd(void *user, const uint8_t *bytes, size_t size)
{
    struct hlpty_pump *pump = user;
    ssize_t written;

    if (pump->held) {
        return 0;
    }
    if (pump->config.fd < 0) {
        keep_early(pump, bytes, size);
        return size;
    }
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
    pump->host_last = false;
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

/* Hands what was read to the link; reads on only when the link took all of it. */
static void hand_over(struct hlpty_pump *pump)
{
    while (pump->pending_count > 0) {
        int taken = hlsim_link_write(pump->config.link, HLSIM_HOST,
                                     pump->pending + pump->pending_start, pump->pending_count);

        HLPTY_ASSERT(taken >= 0 && (size_t)taken <= pump->pending_count);
        pump->pending_start += (size_t)taken;
        pump->pending_count -= (size_t)taken;
        pump->to_modem += (uint64_t)taken;
        if (taken == 0) {
            ev_io_stop(pump->config.loop, &pump->readable);
            return;
        }
    }
    ev_io_start(pump->config.loop, &pump->readable);
}

/* The link has room again. */
static void link_has_room(void *user)
{
    struct hlpty_pump *pump = user;

    if (pump->config.fd >= 0) {
        hand_over(pump);
    }
}

static void on_lines(void *user, unsigned levels, unsigned changed)
{
    struct hlpty_pump *pump = user;

    if (pump->config.lines != NULL) {
        pump->config.lines(pump->config.user, levels, changed);
    }
}

static void on_speed(void *user, unsigned speed)
{
    struct hlpty_pump *pump = user;

    if (pump->config.speed != NULL) {
        pump->config.speed(pump->config.user, speed);
    }
}

/* What comes next: of bulk it may be there already, an answer takes a moment. */
static ssize_t look_again(const struct hlpty_pump *pump, bool bulk, uint8_t *bytes, size_t size)
{
    ssize_t got = -1;

    for (unsigned looks = bulk ? 0 : 1; looks <= LOOKS; looks++) {
        if (looks > 0) {
            sched_yield();
        }
        got = read(pump->config.fd, bytes, size);
        if (got >= 0 || !is_later(errno)) {
            break;
        }
    }
    return got;
}

/* Adds to `got` bytes, as read has returned them, what more is there already. */
static ssize_t read_on(const struct hlpty_pump *pump, uint8_t *bytes, ssize_t got, size_t size)
{
    ssize_t more = got;

    while (more >= BULK && (size_t)got < size) {
        more = read(pump->config.fd, bytes + got, size - (size_t)got);
        got += more > 0 ? more : 0;
    }
    return got;
}

/* What the link does not take of it can be kept. */
static size_t size_to_read(const struct hlpty_pump *pump)
{
    size_t room = hlsim_link_room(pump->config.link, HLSIM_HOST);

    room = room < READ_MAX ? room : READ_MAX;
    return room > sizeof pump->pending ? room : sizeof pump->pending;
}

/* What is left of it is pending; without memory for the link the rest of that is lost. */
static void hand_over_fresh(struct hlpty_pump *pump, const uint8_t *bytes, size_t size)
{
    int taken = hlsim_link_write(pump->config.link, HLSIM_HOST, bytes, size);
    size_t left = size - (size_t)taken;

    HLPTY_ASSERT(taken >= 0 && (size_t)taken <= size);
    pump->to_modem += (uint64_t)taken;
    pump->pending_start = 0;
    pump->pending_count = left < sizeof pump->pending ? left : sizeof pump->pending;
    memcpy(pump->pending, bytes + taken, pump->pending_count);
    hand_over(pump);
}

/* Says what was read, or with what errno nothing can be. True when the modem has answered at once,
 * or the host has more to say, and the pump is as free to read as it was. */
static bool take(struct hlpty_pump *pump, const uint8_t *bytes, ssize_t got, int number)
{
    int fd = pump->config.fd;
    uint64_t said;

    if (pump->config.arrived != NULL) {
        pump->config.arrived(pump->config.user);
        if (!pump->running || pump->config.fd != fd) {
            return false;
        }
    }
    if (got <= 0) {
        give_up(pump, got < 0 ? number : 0);
        return false;
    }
    said = pump->to_host;
    pump->host_last = true;
    hand_over_fresh(pump, bytes, (size_t)got);
    if (pump->config.taken != NULL) {
        pump->config.taken(pump->config.user);
    }
    return (pump->to_host != said || got >= BULK) && ev_is_active(&pump->readable) &&
           !ev_is_active(&pump->writable);
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlpty_pump *pump = watcher->data;
    uint8_t bytes[READ_MAX];
    size_t size = size_to_read(pump);
    ssize_t got;

    (void)loop;
    (void)events;
    HLPTY_ASSERT(pump->pending_count == 0);
    got = read(pump->config.fd, bytes, size);
    for (unsigned rounds = 1; got >= 0 || !is_later(errno); rounds++) {
        int number = errno;

        got = read_on(pump, bytes, got, size);
        if (!take(pump, bytes, got, number) || rounds == ROUNDS) {
            return;
        }
        size = size_to_read(pump);
        got = look_again(pump, got >= BULK, bytes, size);
    }
}

static void on_flow(void *user, bool rts_cts)
{
    struct hlpty_pump *pump = user;

    if (pump->config.flow != NULL) {
        pump->config.flow(pump->config.user, rts_cts);
    }
}

static void on_presence(void *user, bool present)
{
    struct hlpty_pump *pump = user;

    if (pump->config.presence != NULL) {
        pump->config.presence(pump->config.user, present);
    }
}

void hlpty_pump_start(struct hlpty_pump *pump, const struct hlpty_pump_config *config)
{
    struct hlsim_link_end end = {.user = pump,
                                 .receive = link_to_fd,
                                 .writable = link_has_room,
                                 .lines = on_lines,
                                 .speed = on_speed,
                                 .flow = on_flow,
                                 .presence = on_presence};

    HLPTY_ASSERT(config->loop != NULL && config->link != NULL && config->fd >= -1);
    pump->config = *config;
    pump->running = true;
    pump->listened = true;
    pump->held = false;
    pump->host_last = false;
    pump->pending_start = 0;
    pump->pending_count = 0;
    pump->to_host = 0;
    pump->to_modem = 0;
    ev_io_init(&pump->readable, on_readable, config->fd, EV_READ);
    ev_io_init(&pump->writable, on_writable, config->fd, EV_WRITE);
    pump->readable.data = pump;
    pump->writable.data = pump;
    hlsim_link_attach(config->link, HLSIM_HOST, &end);
    if (config->fd >= 0) {
        ev_io_start(config->loop, &pump->readable);
    }
}

void hlpty_pump_connect(struct hlpty_pump *pump, int fd)
{
    HLPTY_ASSERT(pump->running && pump->config.fd < 0 && fd >= 0);
    pump->config.fd = fd;
    ev_io_set(&pump->readable, fd, EV_READ);
    ev_io_set(&pump->writable, fd, EV_WRITE);
    if (pump->pending_count > 0) {
        ssize_t written = write(fd, pump->pending, pump->pending_count);

        /* A fresh connection takes it whole; one that failed already is found out by reading. */
        pump->to_host += written > 0 ? (uint64_t)written : 0;
        pump->pending_count = 0;
    }
    ev_io_start(pump->config.loop, &pump->readable);
}

void hlpty_pump_set_held(struct hlpty_pump *pump, bool held)
{
    pump->held = held;
    if (pump->running && !held) {
        hlsim_link_resume(pump->config.link, HLSIM_HOST);
    }
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
