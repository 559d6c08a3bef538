/*
 * What a link carries besides bytes: the levels of its lines, the modem's speed and flow control,
 * the faults of the line and whether the port is there at all; and who is told of them.
 */
#include "core/link_inside.h"

#include "base/assert.h"
#include "core/promise.h"

#include <string.h>

/* The modem's UART is crowded when so much waits in it, until so little does. */
#define CROWDED_AT (HLSIM_LINK_CAPACITY / 4 * 3)
#define CROWDED_TO (HLSIM_LINK_CAPACITY / 4)

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

static void tell_presence(struct hlsim_link *link)
{
    const struct hlsim_link_end *host = &link->ends[HLSIM_HOST];

    if (link->absent != link->absent_told) {
        link->absent_told = link->absent;
        if (host->presence != NULL) {
            host->presence(host->user, !link->absent);
        }
    }
}

/* What one side did to its lines becomes known at the other. */
void hlsim__link_signal(void *owner)
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
        tell_presence(link);
    }
}

static void signal_soon(struct hlsim__link_way *way)
{
    if (!hlsim__timer_armed(&way->signal)) {
        hlsim__timer_set_in(&way->signal, 0);
    }
}

/* The levels that come of what both ends want, of how crowded the modem is and of the port itself.
 */
void hlsim__link_drive(struct hlsim_link *link)
{
    const struct hlsim__link_way *host = &link->ways[HLSIM_HOST];
    unsigned before = link->lines;

    link->crowded = host->count > (link->crowded ? CROWDED_TO : CROWDED_AT);
    link->lines = link->driven;
    if (link->wire.ways[HLSIM_HOST].stalled || (link->flow && link->crowded)) {
        link->lines &= ~(unsigned)HLSIM_LINE_CTS;
    }
    if (link->absent) {
        link->lines = 0;
    }
    if (((link->lines ^ before) & HLSIM_LINES_OF_HOST) != 0) {
        signal_soon(hlsim__link_way(link, HLSIM_HOST));
    }
    if (((link->lines ^ before) & HLSIM_LINES_OF_MODEM) != 0) {
        signal_soon(hlsim__link_way(link, HLSIM_MODEM));
    }
    hlsim__link_deliver_soon(hlsim__link_way(link, HLSIM_MODEM));
}

void hlsim_link_set_lines(struct hlsim_link *link, enum hlsim_side side, unsigned mask,
                          unsigned levels)
{
    HLSIM_ASSERT((mask & ~lines_of(side)) == 0);
    link->driven = (link->driven & ~mask) | (levels & mask);
    hlsim__link_drive(link);
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
        signal_soon(hlsim__link_way(link, HLSIM_MODEM));
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
        signal_soon(hlsim__link_way(link, HLSIM_MODEM));
        hlsim__link_drive(link);
    }
}

bool hlsim_link_flow(const struct hlsim_link *link)
{
    return link->flow;
}

/* ---- The line itself ---- */

void hlsim__link_seed(struct hlsim_link *link, uint64_t seed, const char *name)
{
    struct hlsim_wire_config config = link->wire.config;

    hlsim__wire_init(&link->wire, seed, name);
    link->wire.config = config;
}

void hlsim_link_set_wire(struct hlsim_link *link, const struct hlsim_wire_config *config)
{
    link->wire.config = *config;
}

const struct hlsim_wire_config *hlsim_link_wire(const struct hlsim_link *link)
{
    return &link->wire.config;
}

void hlsim_link_set_host_speed(struct hlsim_link *link, unsigned speed)
{
    link->wire.config.host_speed = speed;
}

void hlsim__link_garble(struct hlsim_link *link, enum hlsim_side from, uint64_t bytes)
{
    link->wire.ways[from].garbled += bytes;
}

void hlsim__link_lose(struct hlsim_link *link, enum hlsim_side from, uint64_t bytes)
{
    link->wire.ways[from].dropped += bytes;
}

bool hlsim__link_stall(struct hlsim_link *link, enum hlsim_side from, bool stalled)
{
    struct hlsim__wire_way *way = &link->wire.ways[from];

    if (way->stalled == stalled) {
        return false;
    }
    way->stalled = stalled;
    hlsim__link_deliver_soon(hlsim__link_way(link, from));
    hlsim__link_drive(link);
    return true;
}

bool hlsim_link_present(const struct hlsim_link *link)
{
    return !link->absent;
}

bool hlsim__link_set_present(struct hlsim_link *link, bool present)
{
    if (link->absent == !present) {
        return false;
    }
    link->absent = !present;
    for (int side = HLSIM_HOST; side <= HLSIM_MODEM; side++) {
        hlsim__link_discard(&link->ways[side]);
    }
    hlsim__link_drive(link);
    signal_soon(hlsim__link_way(link, HLSIM_MODEM));
    return true;
}
