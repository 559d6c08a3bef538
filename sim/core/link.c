/*
 * Moves bytes from one end to the other, one chunk an event, and the levels of lines behind them.
 * Understands none of them.
 */
#include "core/link_inside.h"

#include "base/assert.h"
#include "core/promise.h"

#include <stdlib.h>
#include <string.h>

/* Most ways of most links carry a few short lines only. */
#define RING_FIRST 256
/* What the line may do to bytes is done to so many at a time. */
#define CARRY_MAX 256

static void deliver(void *owner);

struct hlsim__link_way *hlsim__link_way(struct hlsim_link *link, enum hlsim_side side)
{
    HLSIM_ASSERT(side == HLSIM_HOST || side == HLSIM_MODEM);
    return &link->ways[side];
}

void hlsim__link_init(struct hlsim_link *link, struct hlsim__sched *sched,
                      struct hlsim__power *power, struct hlsim__promise_scope *scope,
                      struct hlsim_tap *tap)
{
    HLSIM_ASSERT(tap != NULL);
    memset(link, 0, sizeof *link);
    hlsim__timer_group_init(&link->timers, sched, NULL);
    link->power = power;
    link->scope = scope;
    link->tap = tap;
    for (int side = HLSIM_HOST; side <= HLSIM_MODEM; side++) {
        struct hlsim__link_way *way = &link->ways[side];

        way->link = link;
        way->from = (enum hlsim_side)side;
        hlsim__timer_init(&way->delivery, &link->timers, deliver, way);
        hlsim__timer_init(&way->signal, &link->timers, hlsim__link_signal, way);
        way->lines_told = HLSIM_LINES_OF_HOST;
    }
    hlsim__wire_init(&link->wire, 0, "");
    link->driven = HLSIM_LINES_OF_HOST;
    link->lines = HLSIM_LINES_OF_HOST;
    link->speed = HLSIM_LINK_SPEED;
    link->speed_told = HLSIM_LINK_SPEED;
    link->flow = true;
    link->flow_told = true;
}

void hlsim__link_free(struct hlsim_link *link)
{
    hlsim__timer_group_drop(&link->timers);
    for (int side = HLSIM_HOST; side <= HLSIM_MODEM; side++) {
        free(link->ways[side].ring);
        link->ways[side].ring = NULL;
        link->ways[side].capacity = 0;
        link->ways[side].count = 0;
    }
}

void hlsim_link_attach(struct hlsim_link *link, enum hlsim_side side,
                       const struct hlsim_link_end *end)
{
    if (end != NULL) {
        link->ends[side] = *end;
        link->wired = link->wired || side == HLSIM_HOST;
    } else {
        memset(&link->ends[side], 0, sizeof link->ends[side]);
    }
    hlsim_link_resume(link, side);
}

/* RTS/CTS holds the modem's bytes back; a stalled line holds back what it holds back. */
static bool is_held(const struct hlsim__link_way *way)
{
    const struct hlsim_link *link = way->link;

    return link->wire.ways[way->from].stalled ||
           (way->from == HLSIM_MODEM && link->flow && (link->lines & HLSIM_LINE_RTS) == 0);
}

/* Lets the next piece of what waits arrive, unless one is under way. */
void hlsim__link_deliver_soon(struct hlsim__link_way *way)
{
    struct hlsim__wire_step step;

    if (way->count == 0 || way->reader_waits || is_held(way) ||
        hlsim__timer_armed(&way->delivery)) {
        return;
    }
    step = hlsim__wire_next(&way->link->wire, way->from, way->count, way->link->speed);
    way->piece = step.size;
    hlsim__timer_set_in(&way->delivery, step.delay);
}

static void drop(struct hlsim__link_way *way, size_t count)
{
    way->count -= count;
    way->start = way->count == 0 ? 0 : (way->start + count) % way->capacity;
    way->tapped -= count < way->tapped ? count : way->tapped;
}

static void tell_writer(struct hlsim__link_way *way)
{
    struct hlsim_link_end *writer = &way->link->ends[way->from];

    if (way->writer_waits) {
        way->writer_waits = false;
        if (writer->writable != NULL) {
            writer->writable(writer->user);
        }
    }
}

/* A wire carries bytes whether or not somebody reads them. */
static void tap(struct hlsim__link_way *way, const uint8_t *bytes, size_t size)
{
    while (size > 0) {
        size_t part = size;

        while (way->turn_count > 0 && way->turns[0] <= way->passed) {
            way->turn_count--;
            memmove(way->turns, way->turns + 1, way->turn_count * sizeof *way->turns);
            way->data = !way->data;
            hlsim_tap_data(way->link->tap, way->from, way->data);
        }
        if (way->turn_count > 0 && way->turns[0] - way->passed < part) {
            part = (size_t)(way->turns[0] - way->passed);
        }
        if (way->link->wired) {
            hlsim_tap_bytes(way->link->tap, way->from, bytes, part);
        }
        way->passed += part;
        bytes += part;
        size -= part;
    }
}

static void deliver(void *owner)
{
    struct hlsim__link_way *way = owner;
    struct hlsim_link_end *reader = &way->link->ends[way->from == HLSIM_HOST];
    size_t contiguous = way->capacity - way->start;
    size_t offered = way->count < contiguous ? way->count : contiguous;
    bool whole = !way->link->wire.config.paced && !way->link->wire.config.cut;
    bool to_modem = way->from == HLSIM_HOST;
    size_t taken;
    const uint8_t *bytes;

    /* What was written since the delivery was planned comes with it, unless the line has its pace.
     */
    offered = !whole && way->piece < offered ? way->piece : offered;
    if (way->reader_waits || offered == 0 || is_held(way)) {
        return;
    }
    taken = offered;
    bytes = way->ring + way->start;
    if (to_modem && way->link->scope != NULL) {
        hlsim__promise_touch(way->link->scope);
    }
    /* What was offered before and not taken passed already. */
    if (offered > way->tapped) {
        size_t before = way->tapped;

        way->tapped = offered;
        tap(way, bytes + before, offered - before);
    }
    way->reading = true;
    if (reader->receive != NULL) {
        taken = reader->receive(reader->user, bytes, offered);
        HLSIM_ASSERT(taken <= offered);
    }
    drop(way, taken);
    way->reading = false;
    way->reader_waits = taken < offered;
    hlsim__link_deliver_soon(way);
    hlsim__link_drive(way->link);
    tell_writer(way);
}

/* Makes room for `size` more bytes, as far as a link may have and memory allows. */
static void grow(struct hlsim__link_way *way, size_t size)
{
    size_t capacity = way->capacity == 0 ? RING_FIRST : way->capacity;
    uint8_t *ring;

    while (capacity < HLSIM_LINK_CAPACITY && capacity - way->count < size) {
        capacity *= 2;
    }
    ring = malloc(capacity);
    if (ring != NULL) {
        size_t first =
            way->capacity - way->start < way->count ? way->capacity - way->start : way->count;

        if (way->count > 0) {
            memcpy(ring, way->ring + way->start, first);
            memcpy(ring + first, way->ring, way->count - first);
        }
        free(way->ring);
        way->ring = ring;
        way->capacity = capacity;
        way->start = 0;
    }
}

static size_t store(struct hlsim__link_way *way, const uint8_t *bytes, size_t size)
{
    size_t taken;
    size_t end;
    size_t first;

    /* A reader holds on to the ring while it is called. */
    if (way->capacity < HLSIM_LINK_CAPACITY && way->capacity - way->count < size && !way->reading) {
        grow(way, size);
    }
    taken = size < way->capacity - way->count ? size : way->capacity - way->count;
    if (taken > 0) {
        end = (way->start + way->count) % way->capacity;
        first = way->capacity - end < taken ? way->capacity - end : taken;
        memcpy(way->ring + end, bytes, first);
        memcpy(way->ring, bytes + first, taken - first);
        way->count += taken;
    }
    if (taken < size) {
        way->writer_waits = true;
    }
    return taken;
}

/* Bytes that will never be tapped: what turns behind them turns so much earlier. */
static void forget(struct hlsim__link_way *way, uint64_t from, size_t lost)
{
    for (size_t i = 0; i < way->turn_count; i++) {
        if (way->turns[i] > from) {
            uint64_t behind = way->turns[i] - from;

            way->turns[i] -= lost < behind ? lost : behind;
        }
    }
}

static uint64_t end_of(const struct hlsim__link_way *way)
{
    return way->passed + (way->count - way->tapped);
}

/* The same through a line that spoils them. */
static size_t store_spoilt(struct hlsim__link_way *way, const uint8_t *bytes, size_t size)
{
    struct hlsim_link *link = way->link;
    uint8_t out[CARRY_MAX];
    size_t done = 0;

    while (done < size && way->count < HLSIM_LINK_CAPACITY) {
        size_t room = HLSIM_LINK_CAPACITY - way->count;
        size_t part = size - done < CARRY_MAX ? size - done : CARRY_MAX;
        size_t arrives;

        part = part < room ? part : room;
        arrives = hlsim__wire_carry(&link->wire, way->from, link->speed, bytes + done, part, out);
        forget(way, end_of(way), part - arrives);
        if (store(way, out, arrives) < arrives) {
            break; /* no memory: they are lost as on a line */
        }
        done += part;
    }
    way->writer_waits = way->writer_waits || done < size;
    return done;
}

static size_t push(struct hlsim__link_way *way, const uint8_t *bytes, size_t size)
{
    struct hlsim_link *link = way->link;
    size_t taken;

    if (link->absent) {
        forget(way, end_of(way), size);
        return size;
    }
    taken = hlsim__wire_is_clean(&link->wire, way->from, link->speed)
                ? store(way, bytes, size)
                : store_spoilt(way, bytes, size);
    hlsim__link_deliver_soon(way);
    hlsim__link_drive(link);
    return taken;
}

/* What still leaves when power fails in the middle of a write. */
static size_t torn_size(enum hlsim_torn torn, size_t size)
{
    switch (torn) {
    case HLSIM_TORN_PREFIX:
        return size / 2;
    case HLSIM_TORN_COMPLETE:
        return size;
    default:
        return 0;
    }
}

int hlsim_link_write(struct hlsim_link *link, enum hlsim_side side, const uint8_t *bytes,
                     size_t size)
{
    struct hlsim__link_way *way = hlsim__link_way(link, side);
    enum hlsim_torn torn;

    if (size > INT32_MAX) {
        return HLSIM_E_INVALID;
    }
    if (side == HLSIM_MODEM && link->silent && size > 0) {
        link->broke_silence = true;
    }
    if (side == HLSIM_MODEM && link->power != NULL && size > 0) {
        int error = hlsim__power_ask(link->power, HLSIM_CUT_LINK, &torn);

        if (error < 0) {
            push(way, bytes, torn_size(torn, size));
            return error;
        }
    }
    return (int)push(way, bytes, size);
}

void hlsim_link_resume(struct hlsim_link *link, enum hlsim_side side)
{
    struct hlsim__link_way *way =
        hlsim__link_way(link, side == HLSIM_HOST ? HLSIM_MODEM : HLSIM_HOST);

    way->reader_waits = false;
    hlsim__link_deliver_soon(way);
}

size_t hlsim_link_room(struct hlsim_link *link, enum hlsim_side side)
{
    struct hlsim__link_way *way = hlsim__link_way(link, side);

    way->writer_waits = way->writer_waits || way->count == HLSIM_LINK_CAPACITY;
    return HLSIM_LINK_CAPACITY - way->count;
}

int hlsim_link_busy(const struct hlsim_link *link)
{
    return link->ways[HLSIM_HOST].count > 0 || link->ways[HLSIM_MODEM].count > 0;
}

static bool data_after(const struct hlsim__link_way *way)
{
    return way->turn_count % 2 == 0 ? way->data : !way->data;
}

static void turn_at(struct hlsim__link_way *way, uint64_t at)
{
    if (way->turn_count == HLSIM__LINK_TURNS_MAX) {
        /* Nobody reads what the modem says: a data mode that began and ended unread was none. */
        way->turn_count--;
    } else {
        way->turns[way->turn_count++] = at;
    }
}

void hlsim__link_data_of(struct hlsim_link *link, enum hlsim_side side, bool data, size_t ahead)
{
    struct hlsim__link_way *way = hlsim__link_way(link, side);

    if (side == HLSIM_HOST) {
        way->data = data;
        hlsim_tap_data(link->tap, HLSIM_HOST, data);
    } else if (data_after(way) != data) {
        turn_at(way, end_of(way) + ahead);
    }
}

void hlsim__link_data(struct hlsim_link *link, bool data, size_t ahead)
{
    hlsim__link_data_of(link, HLSIM_HOST, data, ahead);
    hlsim__link_data_of(link, HLSIM_MODEM, data, ahead);
}

/* Every turn that lies beyond what has left the modem is none any more. */
static void end_data(struct hlsim__link_way *way)
{
    uint64_t end = end_of(way);

    while (way->turn_count > 0 && way->turns[way->turn_count - 1] >= end) {
        way->turn_count--;
    }
    if (data_after(way)) {
        turn_at(way, end);
    }
}

void hlsim__link_discard(struct hlsim__link_way *way)
{
    forget(way, way->passed, way->count - way->tapped);
    drop(way, way->count);
    tell_writer(way);
}

void hlsim__link_set_silent(struct hlsim_link *link, bool silent)
{
    link->silent = silent;
    if (silent) {
        hlsim_link_set_lines(link, HLSIM_MODEM, HLSIM_LINES_OF_MODEM, 0);
    }
}

void hlsim__link_modem_lost(struct hlsim_link *link)
{
    struct hlsim__link_way *modem = hlsim__link_way(link, HLSIM_MODEM);

    /* What has left the modem is on the wire already and arrives; what was under way to it is
     * received by nobody. */
    drop(hlsim__link_way(link, HLSIM_HOST), link->ways[HLSIM_HOST].count);
    link->ways[HLSIM_HOST].reader_waits = false;
    hlsim_tap_modem_lost(link->tap);
    link->ways[HLSIM_HOST].data = false;
    end_data(modem);
    hlsim_tap_data(link->tap, HLSIM_MODEM, modem->data);
    tell_writer(hlsim__link_way(link, HLSIM_HOST));
    hlsim__link_set_silent(link, true);
}
