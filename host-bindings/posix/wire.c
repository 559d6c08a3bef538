/*
 * Reads and writes the descriptor and tells the tap. Understands no byte.
 */
#include <hlposix/wire.h>

#include "internal.h"

#include <hl78sim/tap.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define CHUNK 4096

static void tell(struct hlposix_wire *wire, enum hlsim_side side, const uint8_t *bytes, size_t size)
{
    if (wire->config.tap != NULL) {
        hlsim_tap_bytes(wire->config.tap, side, bytes, size);
    }
}

static bool is_later(int number)
{
    return number == EAGAIN || number == EWOULDBLOCK || number == EINTR;
}

static void give_up(struct hlposix_wire *wire, int number)
{
    if (!wire->open) {
        return;
    }
    hlposix_wire_close(wire);
    if (wire->party.gone != NULL) {
        wire->party.gone(wire->party.user, number);
    }
}

static void on_readable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlposix_wire *wire = watcher->data;
    uint8_t bytes[CHUNK];
    ssize_t got;

    (void)loop;
    (void)events;
    hlposix_wire_present(wire);
    if (!wire->open) {
        return;
    }
    got = read(wire->config.fd, bytes, sizeof bytes);
    if (got < 0 && is_later(errno)) {
        return;
    }
    if (got <= 0) {
        give_up(wire, got < 0 ? errno : 0);
        return;
    }
    wire->received += (uint64_t)got;
    tell(wire, HLSIM_MODEM, bytes, (size_t)got);
    if (wire->party.receive != NULL) {
        wire->party.receive(wire->party.user, bytes, (size_t)got);
    }
}

static void on_writable(struct ev_loop *loop, ev_io *watcher, int events)
{
    struct hlposix_wire *wire = watcher->data;

    (void)events;
    ev_io_stop(loop, watcher);
    if (wire->party.writable != NULL) {
        wire->party.writable(wire->party.user);
    }
}

void hlposix_wire_present(struct hlposix_wire *wire)
{
    if (wire->config.before != NULL) {
        wire->config.before(wire->config.user);
    }
}

/* A line that died during a write is told from the loop, never from within the writer's call: the
 * descriptor then is readable and reading it fails too. */
size_t hlposix_wire_write(struct hlposix_wire *wire, const uint8_t *bytes, size_t size)
{
    ssize_t written;

    if (!wire->open || size == 0) {
        return size;
    }
    written = write(wire->config.fd, bytes, size);
    if (written < 0) {
        if (!is_later(errno)) {
            ev_feed_event(wire->config.loop, &wire->readable, EV_READ);
            return size;
        }
        written = 0;
    }
    if (written > 0) {
        wire->sent += (uint64_t)written;
        tell(wire, HLSIM_HOST, bytes, (size_t)written);
    }
    if ((size_t)written < size) {
        ev_io_start(wire->config.loop, &wire->writable);
    }
    return (size_t)written;
}

void hlposix_wire_attach(struct hlposix_wire *wire, const struct hlposix_wire_party *party)
{
    if (party != NULL) {
        wire->party = *party;
    } else {
        memset(&wire->party, 0, sizeof wire->party);
        ev_io_stop(wire->config.loop, &wire->writable);
    }
}

void hlposix_wire_open(struct hlposix_wire *wire, const struct hlposix_wire_config *config)
{
    HLPOSIX_ASSERT(config->loop != NULL && config->fd >= 0);
    memset(wire, 0, sizeof *wire);
    wire->config = *config;
    wire->open = true;
    ev_io_init(&wire->readable, on_readable, config->fd, EV_READ);
    ev_io_init(&wire->writable, on_writable, config->fd, EV_WRITE);
    wire->readable.data = wire;
    wire->writable.data = wire;
    ev_io_start(config->loop, &wire->readable);
}

void hlposix_wire_reopen(struct hlposix_wire *wire, int fd)
{
    HLPOSIX_ASSERT(!wire->open && fd >= 0);
    wire->config.fd = fd;
    wire->open = true;
    ev_io_set(&wire->readable, fd, EV_READ);
    ev_io_set(&wire->writable, fd, EV_WRITE);
    ev_io_start(wire->config.loop, &wire->readable);
}

void hlposix_wire_close(struct hlposix_wire *wire)
{
    if (wire->open) {
        wire->open = false;
        ev_io_stop(wire->config.loop, &wire->readable);
        ev_io_stop(wire->config.loop, &wire->writable);
    }
}
