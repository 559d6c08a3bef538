/*
 * Line discipline. Bytes that come while a command is being carried out wait for its final result;
 * unsolicited lines too (docs/evidence.md), so that an answer is never torn.
 */
#include "at/port.h"

#include "at/dispatch.h"
#include "at/online.h"
#include "at/port_inside.h"
#include "base/assert.h"
#include "base/sparse.h"

#include <stdio.h>
#include <string.h>

/* AT&K3 */
#define FLOW_RTS_CTS 3

/* --- Output --------------------------------------------------------------------------------- */

static void drain(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;
    int taken;

    if (ram->output_size == 0) {
        return;
    }
    taken = hlsim_link_write(port->link, HLSIM_MODEM, ram->output, ram->output_size);
    if (taken > 0) {
        ram->output_size -= (size_t)taken;
        memmove(ram->output, ram->output + taken, ram->output_size);
    }
}

void hlsim__at_port_send(struct hlsim__at_port *port, const char *text, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;
    size_t taken = 0;

    if (!port->modem->listening) {
        return; /* while it switches off: the UART is off before what else goes on */
    }
    ram->feed_due = false;
    if (ram->output_size == 0) {
        int result = hlsim_link_write(port->link, HLSIM_MODEM, (const uint8_t *)text, size);

        if (result < 0) {
            return;
        }
        taken = (size_t)result;
    }
    if (size == taken || size - taken > HLSIM__AT_OUTPUT_MAX - ram->output_size) {
        return;
    }
    memcpy(ram->output + ram->output_size, text + taken, size - taken);
    ram->output_size += size - taken;
}

static void writable(void *user)
{
    struct hlsim__at_port *port = user;

    if (!port->modem->listening || port->ram->asleep) {
        return;
    }
    drain(port);
    if (port->modem->power.on && port->ram->output_size == 0 && port->ram->taker != NULL &&
        port->ram->taker->writable != NULL) {
        port->ram->taker->writable(port);
    }
    if (port->modem->power.on) {
        hlsim__sockets_show_rest(&hlsim__at_ram(port)->sockets);
    }
}

static void send_held(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;
    size_t size = ram->held_size;

    ram->held_size = 0;
    if (size > 0) {
        hlsim__at_port_send(port, ram->held, size);
    }
    if (port->modem->power.on) {
        hlsim__sockets_show_rest(&hlsim__at_ram(port)->sockets);
    }
}

static void follow_up(struct hlsim__at_port *port)
{
    enum hlsim__at_afterwards then = port->ram->then;

    port->ram->then = HLSIM__AT_GO_ON;
    if (then == HLSIM__AT_RESET) {
        hlsim__modem_reset_soon(port->modem);
    } else if (then == HLSIM__AT_MUX) {
        if (port->ram->result == HLSIM__AT_OK) {
            hlsim__at_mux_begin(port);
        }
    } else if (then != HLSIM__AT_GO_ON) {
        hlsim__modem_switch_off_soon(port->modem, then == HLSIM__AT_OFF_FAST);
    }
}

/* What the profile says of the wire: speed, flow control, and the lines of a modem that listens
 * (V.250 6.2.8, 6.2.9, 6.2.10: &C0 and &S0 are on always, otherwise DCD with a connection, DSR
 * while its bytes go through). */
void hlsim__at_port_drive_wire(struct hlsim__at_port *port)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    bool dsr = profile->circuit_107 == 0 || hlsim__at_online_open(port);
    bool dcd = profile->circuit_109 == 0 || hlsim__at_online_carrier(port);

    if (profile->speed != 0) { /* else the module follows its host */
        hlsim_link_set_speed(port->link, (unsigned)profile->speed);
    }
    hlsim_link_set_flow(port->link, profile->flow_control == FLOW_RTS_CTS);
    hlsim_link_set_lines(port->link, HLSIM_MODEM, HLSIM_LINES_OF_MODEM,
                         HLSIM_LINE_CTS | (dsr ? HLSIM_LINE_DSR : 0u) |
                             (dcd ? HLSIM_LINE_DCD : 0u));
}

static void answer(void *owner)
{
    struct hlsim__at_port *port = owner;
    struct hlsim__at_port_ram *ram = port->ram;

    if (!port->modem->listening) {
        return; /* it was switched off while this command was under way */
    }
    if (ram->coming != NULL) {
        hlsim__at_port_enter_data(port);
        return;
    }
    hlsim__at_answer_result(port, ram->result);
    ram->busy = false;
    if (!ram->orphaned) {
        hlsim__at_port_send(port, ram->answer, ram->answer_size);
    }
    ram->orphaned = false;
    /* The answer to AT+IPR still has the old speed. */
    hlsim__at_port_drive_wire(port);
    send_held(port);
    follow_up(port);
    hlsim__at_port_go_on(port);
}

/* --- Command lines -------------------------------------------------------------------------- */

/* Whoever listens on the wire must know what ends a line. */
static void tell_line_end(struct hlsim__at_port *port)
{
    hlsim_tap_set_line_end(port->link->tap, hlsim__at_profile_line_end(&port->ram->profile));
}

void hlsim__at_port_answer_soon(struct hlsim__at_port *port, int result)
{
    port->ram->result = result;
    hlsim__timer_set_in(&port->ram->answer_timer, port->ram->latency);
}

void hlsim__at_port_finish(struct hlsim__at_port *port, int result)
{
    HLSIM_ASSERT(port->ram->later);
    port->ram->later = false;
    port->ram->result = result;
    hlsim__timer_set(&port->ram->answer_timer, port->ram->answer_due);
}

static void carry_out(struct hlsim__at_port *port, enum hlsim__at_collected collected)
{
    struct hlsim__at_port_ram *ram = port->ram;
    bool too_long;
    char *command = hlsim__at_collected_body(&ram->collector, collected, &too_long);
    int result;

    if (command == NULL) {
        return;
    }
    if (ram->connect_held) {
        hlsim__at_port_release_connect(port);
        return;
    }
    if (ram->loses_line) {
        ram->loses_line = false;
        return;
    }
    ram->answer_size = 0;
    ram->answer_lines = 0;
    ram->answer_full = false;
    ram->latency = command[0] == '\0' ? hlsim__at_figures(port)->bare_latency
                                      : hlsim__at_figures(port)->answer_latency;
    ram->busy = true;
    ram->later = false;
    result = too_long ? HLSIM__AT_ERROR : hlsim__at_dispatch(port, command);
    if (result == HLSIM__AT_NO_WORD || !port->modem->power.on) {
        return;
    }
    tell_line_end(port);
    if (result == HLSIM__AT_SILENT) {
        ram->busy = false;
        send_held(port);
        return;
    }
    if (result == HLSIM__AT_LATER) {
        ram->later = true;
        ram->answer_due = port->modem->sched->now + ram->latency;
    } else if (result != HLSIM__AT_DATA) {
        hlsim__at_port_answer_soon(port, result);
    }
}

/* Takes bytes of command lines until one is complete; how many. */
static size_t take_command(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;
    const struct hlsim__at_editing editing = {.end = hlsim__at_profile_line_end(&ram->profile),
                                              .back = hlsim__at_profile_backspace(&ram->profile)};
    enum hlsim__at_collected collected;
    size_t part = hlsim__at_collect(&ram->collector, bytes, size, &editing, &collected);

    if (ram->profile.echo) {
        hlsim__at_port_send(port, (const char *)bytes, part);
    }
    if (collected != HLSIM__AT_COLLECTING && port->modem->power.on) {
        ram->feed_due = collected == HLSIM__AT_LINE && editing.end == '\r';
        carry_out(port, collected);
    }
    return part;
}

/* Hosts that end lines by CR LF [NF, XMU]: what comes before an answer is neither echoed nor the
 * first byte of a data mode. */
static bool ends_line_before(struct hlsim__at_port_ram *ram, uint8_t byte)
{
    bool due = ram->feed_due;

    ram->feed_due = false;
    return due && byte == '\n';
}

/* Keeps what comes while a command is being carried out. What is too much is lost, except before a
 * data mode: then it waits on the link. */
static size_t keep(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;
    size_t room = HLSIM__AT_INPUT_MAX - ram->input_size;
    size_t part = size < room ? size : room;

    memcpy(ram->input + ram->input_size, bytes, part);
    ram->input_size += part;
    return ram->coming != NULL ? part : size;
}

/* How many were taken; fewer than all only where a data mode does not take them now. */
static size_t take_bytes(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;
    size_t taken = 0;

    while (taken < size && port->modem->power.on) {
        const struct hlsim__at_taker *taker = ram->taker;

        if (ends_line_before(ram, bytes[taken])) {
            taken++;
        } else if (taker != NULL) {
            if (taker->receive != NULL && ram->input_size == 0) {
                taken += taker->receive(port, bytes + taken, size - taken);
            }
            if (port->modem->power.on && ram->taker == taker && taken < size) {
                return taken;
            }
        } else if (ram->busy && !ram->connect_held) {
            return taken + keep(port, bytes + taken, size - taken);
        } else {
            taken += take_command(port, bytes + taken, size - taken);
        }
    }
    return size;
}

void hlsim__at_port_go_on(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;
    uint8_t input[HLSIM__AT_INPUT_MAX];
    size_t size = ram->input_size;
    size_t taken;

    if (!port->modem->power.on) {
        return;
    }
    memcpy(input, ram->input, size);
    ram->input_size = 0;
    taken = take_bytes(port, input, size);
    if (!port->modem->power.on) {
        return;
    }
    if (taken < size) {
        memmove(ram->input, input + taken, size - taken);
        ram->input_size = size - taken;
    } else {
        hlsim_link_resume(port->link, HLSIM_MODEM);
    }
}

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port *port = user;

    if (!port->modem->listening) {
        return size;
    }
    hlsim__sleep_bytes(&port->modem->ram.sleep);
    return port->ram->asleep || port->modem->ram.deaf ? size : take_bytes(port, bytes, size);
}

bool hlsim__at_port_is_uart(const struct hlsim__at_port *port)
{
    return !port->carried && port->number == 0;
}

/* DTR matters to a module that sleeps by it (AT+KSLEEP=0), and that of the UART alone. */
static void lines(void *user, unsigned levels, unsigned changed)
{
    struct hlsim__at_port *port = user;

    if ((changed & HLSIM_LINE_DTR) != 0 && hlsim__at_port_is_uart(port)) {
        hlsim__sleep_host_ready(port->modem, (levels & HLSIM_LINE_DTR) != 0);
    }
    if (port->modem->listening) {
        hlsim__at_online_lines(port, levels, changed);
    }
    if (port->modem->listening && port->modem->power.on && port->ram->taker != NULL &&
        port->ram->taker->lines != NULL) {
        port->ram->taker->lines(port, levels, changed);
    }
}

void hlsim__at_port_sleep(struct hlsim__at_port *port, bool asleep)
{
    port->ram->asleep = asleep;
    hlsim__link_set_silent(port->link, asleep);
    if (!asleep) {
        hlsim__at_port_drive_wire(port);
        send_held(port);
        hlsim__at_mux_woke(port);
    }
}

bool hlsim__at_port_busy(const struct hlsim__at_port *port)
{
    const struct hlsim__at_port_ram *ram = port->ram;

    /* A port that carries others is in a data mode all the time. */
    return ram->output_size > 0 || (hlsim__at_mux_active(port) ? hlsim__at_mux_busy(port)
                                                               : ram->busy || ram->taker != NULL);
}

void hlsim__at_port_ring(struct hlsim__at_port *port, bool on)
{
    hlsim_link_set_lines(port->link, HLSIM_MODEM, HLSIM_LINE_RI, on ? HLSIM_LINE_RI : 0u);
}

/* --- Whose move it is ----------------------------------------------------------------------- */

/* The end-of-data pattern has come: the result of AT+KTCPSND is all that is missing. */
static bool owes_result_of_data(const struct hlsim__at_port *port)
{
    const struct hlsim__at_socket_data *data = &port->ram->socket_data;

    return port->ram->taker != NULL && data->socket != NULL && data->ended;
}

bool hlsim__at_port_owes(const struct hlsim__at_port *port)
{
    return port->modem->listening &&
           (port->ram->later || owes_result_of_data(port) ||
            hlsim__timer_armed(&port->ram->answer_timer) || hlsim__at_mux_owes(port));
}

bool hlsim__at_port_waits_for_host(const struct hlsim__at_port *port)
{
    if (!port->modem->listening || !port->modem->power.on) {
        return false;
    }
    return hlsim__at_mux_active(port) ? hlsim__at_mux_waits_for_host(port)
                                      : port->ram->taker != NULL && !owes_result_of_data(port);
}

bool hlsim__at_port_takes_data(const struct hlsim__at_port *port)
{
    enum hlsim__port_role roles[HLSIM__PORTS_MAX];

    return port->number >= hlsim__port_roles(hlsim__at_figures(port)->port_roles, roles) ||
           roles[port->number] != HLSIM__PORT_AT;
}

/* --- Starts --------------------------------------------------------------------------------- */

/* The context that AT&W saved. */
static void load_profile(struct hlsim__at_port *port)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);

    hlsim__at_profile_load(&port->ram->profile, &ram->settings, ram->personality, 0);
    tell_line_end(port);
}

void hlsim__at_port_start(struct hlsim__at_port *port)
{
    static const struct hlsim__at_mux_settings mux = {.values = HLSIM__AT_MUX_DEFAULTS};

    hlsim__at_mux_free(port);
    hlsim__clear_sparse(port->ram, sizeof *port->ram);
    hlsim__timer_init(&port->ram->answer_timer, &port->modem->timers, answer, port);
    load_profile(port);
    port->ram->mux = mux;
    hlsim__link_set_silent(port->link, false);
    hlsim__at_online_start(port);
    hlsim__at_port_drive_wire(port);
}

void hlsim__at_port_renew(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;

    load_profile(port);
    hlsim__clear_sparse(&ram->collector, sizeof ram->collector);
    ram->input_size = 0;
    ram->held_size = 0;
    ram->orphaned = ram->busy;
    ram->loses_line = false;
    hlsim__at_port_drive_wire(port);
}

void hlsim__at_port_lost(struct hlsim__at_port *port)
{
    hlsim__link_modem_lost(port->link);
    hlsim__at_mux_lost(port);
}

void hlsim__at_port_free(struct hlsim__at_port *port)
{
    hlsim__at_mux_free(port);
}

void hlsim__at_port_init(struct hlsim__at_port *port, struct hlsim__modem *modem,
                         struct hlsim_link *link, struct hlsim__at_port_ram *ram)
{
    const struct hlsim_link_end end = {
        .user = port, .receive = receive, .writable = writable, .lines = lines};

    port->modem = modem;
    port->link = link;
    port->ram = ram;
    port->mux = NULL;
    port->carried = false;
    port->number = 0;
    hlsim_link_attach(link, HLSIM_MODEM, &end);
}
