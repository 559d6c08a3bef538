/*
 * One direction of a connection: what waits, what leaves when, what is lost and repeated. Does not
 * know what a segment means to those who receive it.
 */
#include "network/tcp_way.h"

#include "base/assert.h"
#include "network/fact.h"

#include <string.h>

/* A pause before repeating does not grow beyond this (RFC 6298 5.5 allows it from 60 s on). */
#define REPEAT_AFTER_MAX (60 * HLSIM_SECOND)

static const char *const what_names[] = {
    [HLSIM__TCP_OPEN] = "open",
    [HLSIM__TCP_DATA] = "data",
    [HLSIM__TCP_CLOSE] = "close",
    [HLSIM__TCP_RESET] = "reset",
};

static int64_t now(const struct hlsim__tcp_way *way)
{
    return way->peer->net->group.sched->now;
}

void hlsim__tcp_way_init(struct hlsim__tcp_way *way, struct hlsim__tcp_peer *peer, bool up)
{
    /* Neither the bytes nor the segments behind the counts need to be cleared. */
    memset(way, 0, offsetof(struct hlsim__tcp_way, flight));
    way->peer = peer;
    way->up = up;
    way->repeat_after = peer->net->config.retransmit_after;
    way->deadline = HLSIM_NEVER;
    hlsim__timer_init(&way->timer, &peer->net->group, hlsim__tcp_way_fires, way);
}

struct hlsim__net_fact hlsim__tcp_way_fact(const struct hlsim__tcp_way *way,
                                           enum hlsim__tcp_what what, uint64_t offset, bool sending)
{
    const struct hlsim__tcp_peer *peer = way->peer;
    struct hlsim_address modem = way->up == sending ? peer->inside : peer->outside;

    return (struct hlsim__net_fact){.from = way->up ? modem : peer->to,
                                    .to = way->up ? peer->to : modem,
                                    .protocol = "tcp",
                                    .what = what_names[what],
                                    .stream = peer->number,
                                    .offset = offset};
}

/* --- The queue ---------------------------------------------------------------------------- */

size_t hlsim__tcp_way_copy(struct hlsim__tcp_way *way, const uint8_t *bytes, size_t size)
{
    struct hlsim__network_tally *tally = &way->peer->net->tally;
    size_t room;

    if (way->borrowed_size > 0 || size == 0) {
        return 0;
    }
    if (!way->delivering && way->copied_start > 0) {
        memmove(way->copied, way->copied + way->copied_start, way->copied_size);
        way->copied_start = 0;
    }
    room = HLSIM__TCP_BUFFER - way->copied_start - way->copied_size;
    if (size > room) {
        size = room;
    }
    memcpy(way->copied + way->copied_start + way->copied_size, bytes, size);
    way->copied_size += size;
    tally->bytes_accepted += size;
    tally->bytes_waiting += size;
    return size;
}

void hlsim__tcp_way_borrow(struct hlsim__tcp_way *way, const uint8_t *bytes, size_t size)
{
    struct hlsim__network_tally *tally = &way->peer->net->tally;

    HLSIM_ASSERT(way->borrowed_size == 0);
    way->borrowed = bytes;
    way->borrowed_size = size;
    tally->bytes_accepted += size;
    tally->bytes_waiting += size;
}

/* The first of the queue from `offset` on that lie together, at most `*size`. */
static const uint8_t *bytes_at(const struct hlsim__tcp_way *way, size_t offset, size_t *size)
{
    size_t together;
    const uint8_t *bytes;

    if (offset < way->copied_size) {
        together = way->copied_size - offset;
        bytes = way->copied + way->copied_start + offset;
    } else {
        together = hlsim__tcp_way_waiting(way) - offset;
        bytes = way->borrowed + (offset - way->copied_size);
    }
    if (*size > together) {
        *size = together;
    }
    return bytes;
}

/* Shortens the queue at its end to `size` bytes. */
static void truncate(struct hlsim__tcp_way *way, size_t size)
{
    struct hlsim__network_tally *tally = &way->peer->net->tally;
    size_t before = hlsim__tcp_way_waiting(way);

    if (size <= way->copied_size) {
        way->copied_size = size;
        way->borrowed_size = 0;
    } else {
        way->borrowed_size = size - way->copied_size;
    }
    tally->bytes_waiting -= before - size;
    tally->bytes_discarded += before - size;
}

void hlsim__tcp_way_discard_unsent(struct hlsim__tcp_way *way)
{
    truncate(way, way->bytes_sent);
    way->free_at = 0;
    if (!way->opening_sent) {
        way->opening = false;
    }
    if (!way->ending_sent) {
        way->ending = HLSIM__TCP_NONE;
    }
}

/* --- In flight ---------------------------------------------------------------------------- */

static struct hlsim__tcp_segment *first_in_flight(struct hlsim__tcp_way *way)
{
    return &way->flight[way->flight_first];
}

static struct hlsim__tcp_segment pop(struct hlsim__tcp_way *way)
{
    struct hlsim__tcp_segment segment = *first_in_flight(way);

    way->flight_first = (way->flight_first + 1) % HLSIM__TCP_WINDOW;
    way->flight_count--;
    way->peer->net->tally.in_flight--;
    return segment;
}

/* Segments arrive in the order in which they left: one that would overtake waits behind. */
static void push(struct hlsim__tcp_way *way, struct hlsim__tcp_segment segment)
{
    way->flight[(way->flight_first + way->flight_count) % HLSIM__TCP_WINDOW] = segment;
    way->flight_count++;
    way->peer->net->tally.in_flight++;
}

/*
 * Nothing is in flight any more, everything is still to be sent. `passed`: what the first one was
 * lost for lies at its end of the way.
 */
static void rewind(struct hlsim__tcp_way *way, const char *why, bool passed)
{
    while (way->flight_count > 0) {
        struct hlsim__tcp_segment segment = pop(way);
        struct hlsim__net_fact fact = hlsim__tcp_way_fact(way, segment.what, segment.offset, false);

        fact.passed = passed;
        passed = false;
        hlsim__net_drop(way->peer->net, &fact, why, segment.send_id);
    }
    way->opening_sent = false;
    way->ending_sent = false;
    way->bytes_sent = 0;
}

void hlsim__tcp_way_discard(struct hlsim__tcp_way *way, const char *why)
{
    rewind(way, why, false);
    hlsim__tcp_way_discard_unsent(way);
}

void hlsim__tcp_way_doom(struct hlsim__tcp_way *way)
{
    int64_t deadline = now(way) + way->peer->net->config.give_up_after;

    if (deadline < way->deadline) {
        way->deadline = deadline;
    }
}

/* A segment was lost: the next one leaves after a pause that doubles. */
static void back_off(struct hlsim__tcp_way *way)
{
    hlsim__tcp_way_doom(way);
    way->free_at = now(way) + way->repeat_after;
    way->repeat_after *= 2;
    if (way->repeat_after > REPEAT_AFTER_MAX) {
        way->repeat_after = REPEAT_AFTER_MAX;
    }
}

void hlsim__tcp_way_lose(struct hlsim__tcp_way *way, const char *why, bool passed)
{
    rewind(way, why, passed);
    if (way->up && way->peer->modem_end == HLSIM__TCP_END_GONE) {
        /* A modem that has forgotten the connection repeats nothing but its reset. */
        uint8_t ending = way->ending;

        hlsim__tcp_way_discard_unsent(way);
        way->ending = ending == HLSIM__TCP_RESET ? ending : HLSIM__TCP_NONE;
    }
    back_off(way);
}

struct hlsim__tcp_segment hlsim__tcp_way_take(struct hlsim__tcp_way *way, const uint8_t **ret_bytes)
{
    struct hlsim__network_tally *tally = &way->peer->net->tally;
    struct hlsim__tcp_segment segment = pop(way);
    size_t size = segment.size;

    *ret_bytes = NULL;
    if (segment.what == HLSIM__TCP_OPEN) {
        way->opening = false;
        way->opening_sent = false;
    } else if (segment.what == HLSIM__TCP_DATA) {
        *ret_bytes = bytes_at(way, 0, &size);
        HLSIM_ASSERT(size == segment.size);
        if (way->copied_size > 0) {
            way->copied_start += size;
            way->copied_size -= size;
        } else {
            way->borrowed += size;
            way->borrowed_size -= size;
        }
        way->bytes_sent -= size;
        way->taken += size;
        tally->bytes_waiting -= size;
        tally->bytes_delivered += size;
    } else {
        way->ending = HLSIM__TCP_NONE;
        way->ending_sent = false;
    }
    way->repeat_after = way->peer->net->config.retransmit_after;
    if (!way->up || way->peer->modem_end != HLSIM__TCP_END_GONE) {
        way->deadline = HLSIM_NEVER;
    }
    if (way->up && way->peer->modem_end == HLSIM__TCP_END_CLOSING) {
        hlsim__tcp_way_doom(way);
    }
    return segment;
}

/* --- Leaving ------------------------------------------------------------------------------ */

static enum hlsim__tcp_what next_what(const struct hlsim__tcp_way *way)
{
    if (way->halted || way->flight_count == HLSIM__TCP_WINDOW) {
        return HLSIM__TCP_NONE;
    }
    if (way->opening && !way->opening_sent) {
        return HLSIM__TCP_OPEN;
    }
    if (way->bytes_sent < hlsim__tcp_way_waiting(way)) {
        return way->held ? HLSIM__TCP_NONE : HLSIM__TCP_DATA;
    }
    return way->ending_sent ? HLSIM__TCP_NONE : (enum hlsim__tcp_what)way->ending;
}

/* How many bytes of the direction lie before the next segment. */
static uint64_t next_offset(const struct hlsim__tcp_way *way)
{
    return way->taken + way->bytes_sent;
}

/* Asks the modem's latch. Returns whether the segment leaves; `*ret_rc` may be an error even so. */
static bool leaves_modem(struct hlsim__tcp_way *way, int *ret_rc)
{
    struct hlsim__iface *iface = way->peer->iface;
    enum hlsim_torn torn;

    *ret_rc = hlsim__power_ask(iface->power, HLSIM_CUT_NET, &torn);
    if (*ret_rc < 0) {
        way->halted = true;
        return torn == HLSIM_TORN_COMPLETE;
    }
    return true;
}

/* What keeps a segment from arriving as soon as it leaves. */
static const char *obstacle_to_leaving(const struct hlsim__tcp_way *way)
{
    const struct hlsim__tcp_peer *peer = way->peer;

    if (way->up && !peer->iface->covered) {
        return "no coverage";
    }
    if (!way->up && peer->endpoint != NULL && !peer->endpoint->reachable) {
        return "endpoint down";
    }
    return hlsim__iface_draw_loss(peer->iface, way->up) ? "loss" : NULL;
}

static void put_in_flight(struct hlsim__tcp_way *way, enum hlsim__tcp_what what, size_t size,
                          uint64_t send_id)
{
    const struct hlsim_network_config *config = &way->peer->net->config;

    /* The line is busy until the last bit has left; that bit then takes the delay. */
    way->free_at = now(way) + (int64_t)size * 8 * HLSIM_SECOND / config->bitrate;
    push(way, (struct hlsim__tcp_segment){.at = way->free_at +
                                                hlsim__iface_draw_delay(way->peer->iface, way->up),
                                          .send_id = send_id,
                                          .offset = next_offset(way),
                                          .size = (uint16_t)size,
                                          .what = (uint8_t)what});
    if (what == HLSIM__TCP_OPEN) {
        way->opening_sent = true;
    } else if (what == HLSIM__TCP_DATA) {
        way->bytes_sent += size;
    } else {
        way->ending_sent = true;
    }
}

static int leave(struct hlsim__tcp_way *way, enum hlsim__tcp_what what)
{
    struct hlsim__tcp_peer *peer = way->peer;
    struct hlsim_network *net = peer->net;
    struct hlsim__net_fact fact = hlsim__tcp_way_fact(way, what, next_offset(way), true);
    size_t size = 0;
    const char *obstacle;
    uint64_t before;
    uint64_t id;
    int rc = 0;

    if (way->up) {
        hlsim__iface_tell_traffic(peer->iface);
    }
    if (way->up && peer->iface->power->on &&
        (!peer->iface->attached || peer->iface->ip != peer->inside.ip)) {
        back_off(way);
        return HLSIM_E_UNREACHABLE;
    }
    if (way->up && !leaves_modem(way, &rc)) {
        return rc;
    }
    if (what == HLSIM__TCP_DATA) {
        size = net->config.mss;
        fact.bytes = bytes_at(way, way->bytes_sent, &size);
        fact.size = size;
    }
    before = hlsim__stream_set_cause(net->stream, way->cause);
    id = hlsim__net_emit(net, HLSIM_EVENT_NET_SEND, &fact);
    hlsim__stream_set_cause(net->stream, before);
    obstacle = obstacle_to_leaving(way);
    if (obstacle != NULL) {
        hlsim__net_drop(net, &fact, obstacle, id);
        back_off(way);
    } else {
        put_in_flight(way, what, size, id);
    }
    return rc;
}

void hlsim__tcp_way_rearm(struct hlsim__tcp_way *way)
{
    int64_t at = way->deadline;

    if (way->flight_count > 0 && !hlsim__tcp_way_sleeps(way) && first_in_flight(way)->at < at) {
        at = first_in_flight(way)->at;
    }
    if (next_what(way) != HLSIM__TCP_NONE && way->free_at < at) {
        at = way->free_at;
    }
    if (at == HLSIM_NEVER) {
        hlsim__timer_cancel(&way->timer);
    } else if (!hlsim__timer_armed(&way->timer) || way->timer.at != at) {
        hlsim__timer_set(&way->timer, at);
    }
}

int hlsim__tcp_way_pump(struct hlsim__tcp_way *way)
{
    int rc = 0;

    while (rc == 0 && way->free_at <= now(way)) {
        enum hlsim__tcp_what what = next_what(way);

        if (what == HLSIM__TCP_NONE) {
            break;
        }
        rc = leave(way, what);
    }
    hlsim__tcp_way_rearm(way);
    return rc;
}

void hlsim__tcp_way_hold(struct hlsim__tcp_way *way, bool held)
{
    bool again = way->held && !held;

    way->held = held;
    if (again) {
        (void)hlsim__tcp_way_pump(way);
    }
}
