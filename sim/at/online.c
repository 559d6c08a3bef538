/*
 * The connection of a port: who has the host's bytes, and how the host comes back from it.
 *
 * An escape is three characters S2 with nothing for the time S12 before them, between each two of
 * them less than that, and nothing for that time behind them. What begins like one and is none is
 * the connection's, late. That is found by when bytes come: of bytes that come at once only the
 * first can follow a pause.
 */
#include "at/online.h"

#include "at/port.h"
#include "base/assert.h"

#include <string.h>

#define ESCAPE_SIZE 3
/* V.250 knows nothing of S2 and S12; a Hayes modem counts S12 in fiftieths of a second and has no
 * escape with an S2 above 127. */
#define GUARD_UNIT (HLSIM_SECOND / 50)
#define ESCAPE_MAX 127

static size_t take(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);
static void begun(struct hlsim__at_port *port);
static void writable(struct hlsim__at_port *port);

static const struct hlsim__at_taker taker = {.receive = take, .begun = begun, .writable = writable};

static struct hlsim__at_online *online_of(const struct hlsim__at_port *port)
{
    return &port->ram->online;
}

static bool has_quirk(const struct hlsim__at_port *port, enum hlsim_quirk quirk)
{
    return hlsim__at_ram(port)->personality->quirks[quirk];
}

static int64_t guard_of(const struct hlsim__at_port *port)
{
    return hlsim__at_profile_guard(&port->ram->profile) * GUARD_UNIT;
}

bool hlsim__at_online_held(const struct hlsim__at_port *port)
{
    return online_of(port)->connection != NULL;
}

bool hlsim__at_online_open(const struct hlsim__at_port *port)
{
    return port->ram->taker == &taker;
}

bool hlsim__at_online_carrier(const struct hlsim__at_port *port)
{
    return online_of(port)->carrier;
}

/* --- Bytes ---------------------------------------------------------------------------------- */

static bool is_open(const struct hlsim__at_port *port)
{
    return port->modem->power.on && hlsim__at_online_open(port);
}

static size_t deliver(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_online *online = online_of(port);

    return online->connection->receive(online->user, bytes, size);
}

/* Delivers escape characters that were no escape. False when that is not done, or was the end. */
static bool release(struct hlsim__at_port *port)
{
    struct hlsim__at_online *online = online_of(port);
    uint8_t bytes[ESCAPE_SIZE];

    hlsim__timer_cancel(&online->guard);
    online->owed += online->held;
    online->held = 0;
    HLSIM_ASSERT(online->owed <= ESCAPE_SIZE);
    if (online->owed > 0) {
        size_t taken;

        memset(bytes, hlsim__at_profile_escape(&port->ram->profile), online->owed);
        taken = deliver(port, bytes, online->owed);
        if (!is_open(port)) {
            return false;
        }
        online->owed -= (unsigned)taken;
    }
    return online->owed == 0;
}

/* How many of the bytes, from the first, may belong to an escape. */
static size_t hold(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_online *online = online_of(port);
    int escape = hlsim__at_profile_escape(&port->ram->profile);
    size_t count = 0;

    if (escape > ESCAPE_MAX ||
        (online->held == 0 && port->modem->sched->now - online->quiet_since < guard_of(port))) {
        return 0;
    }
    while (count < size && online->held < ESCAPE_SIZE && bytes[count] == escape) {
        online->held++;
        count++;
    }
    return count;
}

static size_t take(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_online *online = online_of(port);
    size_t count = online->owed > 0 ? 0 : hold(port, bytes, size);

    if (count == size) {
        hlsim__timer_set_in(&online->guard, guard_of(port));
        return size;
    }
    if (!release(port)) {
        return count;
    }
    online->quiet_since = port->modem->sched->now;
    return count + deliver(port, bytes + count, size - count);
}

void hlsim__at_online_resume(struct hlsim__at_port *port)
{
    if (!is_open(port)) {
        return;
    }
    /* What has waited for this came without a pause. */
    online_of(port)->quiet_since = port->modem->sched->now;
    if (online_of(port)->owed == 0 || release(port)) {
        hlsim__at_port_resume(port);
    }
}

size_t hlsim__at_online_send(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    return is_open(port) ? hlsim__at_port_send_some(port, bytes, size) : 0;
}

static void writable(struct hlsim__at_port *port)
{
    struct hlsim__at_online *online = online_of(port);

    if (online->connection->writable != NULL) {
        online->connection->writable(online->user);
    }
}

/* --- Begin and end -------------------------------------------------------------------------- */

static void begun(struct hlsim__at_port *port)
{
    struct hlsim__at_online *online = online_of(port);

    online->carrier = true;
    online->quiet_since = port->modem->sched->now;
    hlsim__at_port_drive_wire(port);
    if (online->connection->begun != NULL) {
        online->connection->begun(online->user);
    }
}

static int go_online(struct hlsim__at_port *port)
{
    hlsim__at_port_connect(port, &taker);
    port->ram->rate = online_of(port)->connection->rate;
    return HLSIM__AT_DATA;
}

static void hold_connection(struct hlsim__at_port *port,
                            const struct hlsim__at_connection *connection, void *user, bool awaited)
{
    struct hlsim__at_online *online = online_of(port);

    HLSIM_ASSERT(connection->receive != NULL && connection->hang_up != NULL);
    online->connection = connection;
    online->lasting = connection->lasting;
    online->awaited = awaited;
    online->user = user;
}

void hlsim__at_online_await(struct hlsim__at_port *port,
                            const struct hlsim__at_connection *connection, void *user)
{
    HLSIM_ASSERT(online_of(port)->connection == NULL);
    hold_connection(port, connection, user, true);
}

int hlsim__at_online_begin(struct hlsim__at_port *port,
                           const struct hlsim__at_connection *connection, void *user)
{
    const struct hlsim__at_online *online = online_of(port);

    if (online->connection != NULL && !(online->awaited && online->connection == connection)) {
        return HLSIM__CME_NOT_ALLOWED;
    }
    hold_connection(port, connection, user, false);
    return go_online(port);
}

int hlsim__at_online_return(struct hlsim__at_port *port)
{
    return hlsim__at_online_held(port) ? go_online(port) : HLSIM__AT_NO_CARRIER;
}

/* Back to command state; the connection stays. */
static void suspend(struct hlsim__at_port *port, int result)
{
    struct hlsim__at_online *online = online_of(port);

    hlsim__timer_cancel(&online->guard);
    online->held = 0;
    online->owed = 0;
    if (port->ram->taker == &taker || port->ram->coming == &taker) {
        hlsim__at_port_end_data(port, result);
        port->ram->loses_line =
            online->lasting && has_quirk(port, HLSIM_QUIRK_first_command_lost_after_data);
    }
}

static void forget(struct hlsim__at_port *port)
{
    struct hlsim__at_online *online = online_of(port);

    online->connection = NULL;
    online->awaited = false;
    online->carrier = false;
    hlsim__at_port_drive_wire(port);
}

void hlsim__at_online_end(struct hlsim__at_port *port, int result)
{
    bool awaited = online_of(port)->awaited;

    if (!port->modem->power.on || !hlsim__at_online_held(port)) {
        return;
    }
    suspend(port, result);
    forget(port);
    if (awaited) {
        hlsim__at_port_finish(port, result);
    }
}

int hlsim__at_online_hang_up(struct hlsim__at_port *port)
{
    struct hlsim__at_online *online = online_of(port);

    if (online->connection != NULL) {
        online->connection->hang_up(online->user);
        if (!port->modem->power.on) {
            return HLSIM__AT_NO_WORD;
        }
        forget(port);
    }
    return HLSIM__AT_OK;
}

/* --- The host comes back -------------------------------------------------------------------- */

/* The pause behind escape characters is over. */
static void paused(void *owner)
{
    struct hlsim__at_port *port = owner;
    struct hlsim__at_online *online = online_of(port);

    if (online->held == ESCAPE_SIZE) {
        suspend(port, HLSIM__AT_OK);
    } else if (release(port)) {
        online->quiet_since = port->modem->sched->now;
    }
}

void hlsim__at_online_drop(struct hlsim__at_port *port)
{
    const char *text = hlsim__at_figures(port)->dtr_hang_up_result;
    bool no_carrier = strcmp(text, "OK") != 0;
    int result = no_carrier ? HLSIM__AT_NO_CARRIER : HLSIM__AT_OK;
    bool online = port->ram->taker == &taker || port->ram->coming == &taker;
    bool awaited = online_of(port)->awaited;

    if (!hlsim__at_online_held(port) || hlsim__at_online_hang_up(port) != HLSIM__AT_OK) {
        return;
    }
    suspend(port, result);
    if (awaited) {
        hlsim__at_port_finish(port, result);
    } else if (!online) {
        hlsim__at_port_urc(port, text);
    }
}

/* V.250 6.2.9. */
enum {
    DTR_SUSPENDS = 1,
    DTR_HANGS_UP = 2,
};

void hlsim__at_online_lines(struct hlsim__at_port *port, unsigned levels, unsigned changed)
{
    const unsigned both = HLSIM_LINE_DTR | HLSIM_LINE_LINK;
    bool was_on = ((levels ^ changed) & both) == both;
    bool is_on = (levels & both) == both;

    if (!was_on || is_on || !hlsim__at_online_held(port)) {
        return;
    }
    if (port->ram->profile.circuit_108 == DTR_SUSPENDS) {
        suspend(port, HLSIM__AT_OK);
    } else if (port->ram->profile.circuit_108 == DTR_HANGS_UP) {
        hlsim__at_online_drop(port);
    }
}

void hlsim__at_online_start(struct hlsim__at_port *port)
{
    struct hlsim__at_online *online = online_of(port);

    memset(online, 0, sizeof *online);
    hlsim__timer_init(&online->guard, &port->modem->timers, paused, port);
}
