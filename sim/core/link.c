/*
 * Moves bytes from one end to the other, one chunk an event, and the levels of lines behind them.
 * Understands none of them.
 */
#include "core/link.h"

#include "base/assert.h"
#include "core/promise.h"

#include <stdlib.h>
#include <string.h>

/* Most ways of most links carry a few short lines only. */
#define RING_FIRST 256

static void deliver(void *owner);
static void signal_changes(void *owner);

static struct hlsim__link_way *way_from(struct hlsim_link *link, enum hlsim_side side)
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
        hlsim__timer_init(&way->signal, &link->timers, signal_changes, way);
        way->lines_told = HLSIM_LINES_OF_HOST;
    }
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
    bool to_modem = way->from == HLSIM_HOST;
    size_t taken = offered;
    const uint8_t *bytes;

    if (way->reader_waits || offered == 0) {
        return;
    }
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
    if (way->count > 0 && !way->reader_waits) {
        hlsim__timer_set_in(&way->delivery, 0);
    }
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

static size_t push(struct hlsim__link_way *way, const uint8_t *bytes, size_t size)
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
    if (taken > 0 && !way->reader_waits && !hlsim__timer_armed(&way->delivery)) {
        hlsim__timer_set_in(&way->delivery, 0);
    }
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
    struct hlsim__link_way *way = way_from(link, side);
    enum hlsim_torn torn;

    if (size > INT32_MAX) {
        return HLSIM_E_INVALID;
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
    struct hlsim__link_way *way = way_from(link, side == HLSIM_HOST ? HLSIM_MODEM : HLSIM_HOST);

    way->reader_waits = false;
    if (way->count > 0 && !hlsim__timer_armed(&way->delivery)) {
        hlsim__timer_set_in(&way->delivery, 0);
    }
}

size_t hlsim_link_room(struct hlsim_link *link, enum hlsim_side side)
{
    struct hlsim__link_way *way = way_from(link, side);

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
    struct hlsim__link_way *way = way_from(link, side);

    if (side == HLSIM_HOST) {
        way->data = data;
        hlsim_tap_data(link->tap, HLSIM_HOST, data);
    } else if (data_after(way) != data) {
        turn_at(way, way->passed + (way->count - way->tapped) + ahead);
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
    uint64_t end = way->passed + (way->count - way->tapped);

    while (way->turn_count > 0 && way->turns[way->turn_count - 1] >= end) {
        way->turn_count--;
    }
    if (data_after(way)) {
        turn_at(way, end);
    }
}

/* ---- Lines ---- */

static const struct {
    enum hlsim_line line;
    const char *name;
} lines[] = {
#define LINE_ROW(line, bit, text) {line, text},
    HLSIM_LINE_MAP(LINE_ROW)
#undef LINE_ROW
};

#define LINE_COUNT (sizeof lines / sizeof *lines)

const char *hlsim_line_name(enum hlsim_line line)
{
    size_t i = 0;

    while (i < LINE_COUNT && lines[i].line != line) {
        i++;
    }
    HLSIM_ASSERT(i < LINE_COUNT);
    return lines[i].name;
}

unsigned hlsim_line_find(const char *name)
{
    for (size_t i = 0; i < LINE_COUNT; i++) {
        if (strcmp(lines[i].name, name) == 0) {
            return lines[i].line;
        }
    }
    return 0;
}

static unsigned lines_of(enum hlsim_side side)
{
    return side == HLSIM_HOST ? HLSIM_LINES_OF_HOST : HLSIM_LINES_OF_MODEM;
}

/* Without a wire nobody can see a line, but its level is what it is. */
static void tap_lines(struct hlsim_link *link, unsigned changed)
{
    for (size_t i = 0; link->wired && i < LINE_COUNT; i++) {
        if ((changed & lines[i].line) != 0) {
            hlsim_tap_line(link->tap, lines[i].line, (link->lines & lines[i].line) != 0);
        }
    }
}

static void tell_speed(struct hlsim_link *link)
{
    const struct hlsim_link_end *host = &link->ends[HLSIM_HOST];

    if (link->speed == link->speed_told) {
        return;
    }
    link->speed_told = link->speed;
    if (link->wired) {
        hlsim_tap_speed(link->tap, link->speed);
    }
    if (host->speed != NULL) {
        host->speed(host->user, link->speed);
    }
}

static void tell_flow(struct hlsim_link *link)
{
    const struct hlsim_link_end *host = &link->ends[HLSIM_HOST];

    if (link->flow != link->flow_told) {
        link->flow_told = link->flow;
        if (host->flow != NULL) {
            host->flow(host->user, link->flow);
        }
    }
}

/* What one side did to its lines becomes known at the other. */
static void signal_changes(void *owner)
{
    struct hlsim__link_way *way = owner;
    struct hlsim_link *link = way->link;
    const struct hlsim_link_end *reader = &link->ends[way->from == HLSIM_HOST];
    unsigned changed = (link->lines ^ way->lines_told) & lines_of(way->from);

    if (way->from == HLSIM_HOST && link->scope != NULL) {
        hlsim__promise_touch(link->scope);
    }
    way->lines_told = link->lines;
    tap_lines(link, changed);
    if (changed != 0 && reader->lines != NULL) {
        reader->lines(reader->user, link->lines & lines_of(way->from), changed);
    }
    if (way->from == HLSIM_MODEM) {
        tell_speed(link);
        tell_flow(link);
    }
}

static void signal_soon(struct hlsim__link_way *way)
{
    if (!hlsim__timer_armed(&way->signal)) {
        hlsim__timer_set_in(&way->signal, 0);
    }
}

void hlsim_link_set_lines(struct hlsim_link *link, enum hlsim_side side, unsigned mask,
                          unsigned levels)
{
    unsigned before = link->lines;

    HLSIM_ASSERT((mask & ~lines_of(side)) == 0);
    link->lines = (link->lines & ~mask) | (levels & mask);
    if (link->lines != before) {
        signal_soon(way_from(link, side));
    }
}

unsigned hlsim_link_lines(const struct hlsim_link *link)
{
    return link->lines;
}

void hlsim_link_set_speed(struct hlsim_link *link, unsigned speed)
{
    HLSIM_ASSERT(speed > 0);
    if (link->speed != speed) {
        link->speed = speed;
        signal_soon(way_from(link, HLSIM_MODEM));
    }
}

unsigned hlsim_link_speed(const struct hlsim_link *link)
{
    return link->speed;
}

void hlsim_link_set_flow(struct hlsim_link *link, bool rts_cts)
{
    if (link->flow != rts_cts) {
        link->flow = rts_cts;
        signal_soon(way_from(link, HLSIM_MODEM));
    }
}

bool hlsim_link_flow(const struct hlsim_link *link)
{
    return link->flow;
}

void hlsim__link_modem_lost(struct hlsim_link *link)
{
    struct hlsim__link_way *modem = way_from(link, HLSIM_MODEM);

    /* What has left the modem is on the wire already and arrives; what was under way to it is
     * received by nobody. */
    drop(way_from(link, HLSIM_HOST), link->ways[HLSIM_HOST].count);
    link->ways[HLSIM_HOST].reader_waits = false;
    hlsim_tap_modem_lost(link->tap);
    link->ways[HLSIM_HOST].data = false;
    end_data(modem);
    hlsim_tap_data(link->tap, HLSIM_MODEM, modem->data);
    tell_writer(way_from(link, HLSIM_HOST));
    hlsim_link_set_lines(link, HLSIM_MODEM, HLSIM_LINES_OF_MODEM, 0);
}
