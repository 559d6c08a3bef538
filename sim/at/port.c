/*
 * Line discipline. Bytes that come while a command is being carried out wait for its final result;
 * unsolicited lines too (docs/evidence.md), so that an answer is never torn.
 */
#include "at/port.h"

#include "at/cme_text.h"
#include "at/dispatch.h"
#include "base/assert.h"
#include "base/sparse.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* AT&K3 */
#define FLOW_RTS_CTS 3

static void take_bytes(struct hlsim__at_port *port, const uint8_t *bytes, size_t size);

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

/* Sends, or queues behind what the link did not take yet; what fits nowhere is lost, as on a UART
 * whose other end has stalled. */
static void send(struct hlsim__at_port *port, const char *text, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;
    size_t taken = 0;

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

    if (port->modem->listening) {
        drain(port);
    }
}

/* --- Answers -------------------------------------------------------------------------------- */

static void add_text(struct hlsim__at_port *port, const char *text, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;

    if (size <= HLSIM__AT_ANSWER_MAX - ram->answer_size) {
        memcpy(ram->answer + ram->answer_size, text, size);
        ram->answer_size += size;
    }
}

/* What ends a line of an answer: the characters of S3 and S4 (V.250 6.2.1, 6.2.2). */
static void add_line_end(struct hlsim__at_port *port)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    const char text[] = {(char)hlsim__at_profile_line_end(profile),
                         (char)hlsim__at_profile_line_feed(profile)};

    add_text(port, text, sizeof text);
}

static void add_line(struct hlsim__at_port *port, const char *text, size_t size)
{
    if (port->ram->answer_lines++ == 0 && port->ram->profile.verbose) {
        add_line_end(port);
    }
    add_text(port, text, size);
    add_line_end(port);
}

void hlsim__at_answer(struct hlsim__at_port *port, const char *format, ...)
{
    char text[512];
    va_list values;
    int size;

    va_start(values, format);
    size = vsnprintf(text, sizeof text, format, values);
    va_end(values);
    if (size >= 0 && (size_t)size < sizeof text) {
        add_line(port, text, (size_t)size);
    }
}

void hlsim__at_answer_lines(struct hlsim__at_port *port, const char *text)
{
    while (*text != '\0') {
        size_t size = strcspn(text, "\n");

        add_line(port, text, size);
        text += size + (text[size] == '\n');
    }
}

/* V.250 6.2.6: a result code in words between line ends, or as a number and the character of S3. */
static void add_result(struct hlsim__at_port *port, int result)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    const char end = (char)hlsim__at_profile_line_end(profile);
    const char *word = result == HLSIM__AT_OK           ? "OK"
                       : result == HLSIM__AT_NO_CARRIER ? "NO CARRIER"
                                                        : "ERROR";
    char text[80];

    if (profile->quiet) {
        return;
    }
    if (result > 0 && profile->cmee > 0) {
        hlsim__at_cme_format(result, profile->cmee, text, sizeof text);
    } else if (profile->verbose) {
        strcpy(text, word);
    } else {
        add_text(port,
                 result == HLSIM__AT_OK           ? "0"
                 : result == HLSIM__AT_NO_CARRIER ? "3"
                                                  : "4",
                 1);
        add_text(port, &end, 1);
        return;
    }
    add_line_end(port);
    add_text(port, text, strlen(text));
    add_line_end(port);
}

static void send_held(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;
    size_t size = ram->held_size;

    ram->held_size = 0;
    if (size > 0) {
        send(port, ram->held, size);
    }
}

static void follow_up(struct hlsim__at_port *port)
{
    enum hlsim__at_afterwards then = port->ram->then;

    port->ram->then = HLSIM__AT_GO_ON;
    if (then == HLSIM__AT_RESET) {
        hlsim__modem_reset_soon(port->modem);
    } else if (then != HLSIM__AT_GO_ON) {
        hlsim__modem_switch_off_soon(port->modem, then == HLSIM__AT_OFF_FAST);
    }
}

/* What the profile says of the wire: speed, flow control, and the lines of a modem that listens and
 * is not in data mode (V.250 6.2.8, 6.2.9, 6.2.10: &C0 and &S0 are on always, otherwise in data
 * mode only). */
static void drive_wire(struct hlsim__at_port *port)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;

    hlsim_link_set_speed(port->link, (unsigned)profile->speed);
    hlsim_link_set_flow(port->link, profile->flow_control == FLOW_RTS_CTS);
    hlsim_link_set_lines(port->link, HLSIM_MODEM, HLSIM_LINES_OF_MODEM,
                         HLSIM_LINE_CTS | (profile->circuit_107 == 0 ? HLSIM_LINE_DSR : 0u) |
                             (profile->circuit_109 == 0 ? HLSIM_LINE_DCD : 0u));
}

static void answer(void *owner)
{
    struct hlsim__at_port *port = owner;
    struct hlsim__at_port_ram *ram = port->ram;
    uint8_t input[HLSIM__AT_INPUT_MAX];
    size_t input_size = ram->input_size;

    if (!port->modem->listening) {
        return; /* it was switched off while this command was under way */
    }
    add_result(port, ram->result);
    ram->busy = false;
    send(port, ram->answer, ram->answer_size);
    /* The answer to AT+IPR still has the old speed. */
    drive_wire(port);
    send_held(port);
    follow_up(port);
    memcpy(input, ram->input, input_size);
    ram->input_size = 0;
    take_bytes(port, input, input_size);
}

/* --- Command lines -------------------------------------------------------------------------- */

/* Whoever listens on the wire must know what ends a line. */
static void tell_line_end(struct hlsim__at_port *port)
{
    hlsim_tap_set_line_end(port->link->tap, hlsim__at_profile_line_end(&port->ram->profile));
}

static void answer_soon(struct hlsim__at_port *port, int result)
{
    port->ram->result = result;
    hlsim__timer_set_in(&port->ram->answer_timer, port->ram->latency);
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
    ram->answer_size = 0;
    ram->answer_lines = 0;
    ram->latency = command[0] == '\0' ? hlsim__at_figures(port)->bare_latency
                                      : hlsim__at_figures(port)->answer_latency;
    ram->busy = true;
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
    if (result != HLSIM__AT_DATA) {
        answer_soon(port, result);
    }
}

static void take_bytes(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;

    while (size > 0 && !ram->busy && port->modem->power.on) {
        const struct hlsim__at_editing editing = {.end = hlsim__at_profile_line_end(&ram->profile),
                                                  .back =
                                                      hlsim__at_profile_backspace(&ram->profile)};
        enum hlsim__at_collected collected;
        size_t taken = hlsim__at_collect(&ram->collector, bytes, size, &editing, &collected);

        if (ram->profile.echo) {
            send(port, (const char *)bytes, taken);
        }
        bytes += taken;
        size -= taken;
        if (collected != HLSIM__AT_COLLECTING) {
            carry_out(port, collected);
        }
    }
    if (port->modem->power.on && ram->taker != NULL) {
        size_t taken = ram->taker->receive(port, bytes, size);

        bytes += taken;
        size -= taken;
    }
    if (!port->modem->power.on) {
        return;
    }
    if (size > HLSIM__AT_INPUT_MAX - ram->input_size) {
        size = HLSIM__AT_INPUT_MAX - ram->input_size;
    }
    memcpy(ram->input + ram->input_size, bytes, size);
    ram->input_size += size;
}

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port *port = user;

    if (port->modem->listening) {
        take_bytes(port, bytes, size);
    }
    return size;
}

/* --- Data mode ------------------------------------------------------------------------------ */

void hlsim__at_port_begin_data(struct hlsim__at_port *port, const struct hlsim__at_taker *taker)
{
    HLSIM_ASSERT(port->ram->taker == NULL && port->ram->busy);
    port->ram->taker = taker;
    hlsim__link_data(port->link, true, port->ram->output_size);
}

void hlsim__at_port_send_data(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    HLSIM_ASSERT(port->ram->taker != NULL);
    send(port, (const char *)bytes, size);
}

void hlsim__at_port_end_data(struct hlsim__at_port *port, int result)
{
    HLSIM_ASSERT(port->ram->taker != NULL);
    port->ram->taker = NULL;
    hlsim__link_data(port->link, false, port->ram->output_size);
    answer_soon(port, result);
}

bool hlsim__at_port_waits_for_host(const struct hlsim__at_port *port)
{
    return port->modem->listening && port->modem->power.on && port->ram->taker != NULL;
}

/* --- Unsolicited lines ---------------------------------------------------------------------- */

void hlsim__at_port_urc(struct hlsim__at_port *port, const char *text)
{
    struct hlsim__at_port_ram *ram = port->ram;
    const char end[] = {(char)hlsim__at_profile_line_end(&ram->profile),
                        (char)hlsim__at_profile_line_feed(&ram->profile)};
    char framed[HLSIM__AT_LINE_MAX];
    size_t head = ram->profile.verbose ? sizeof end : 0;
    size_t size = strlen(text);

    if (size > sizeof framed - 2 * sizeof end) {
        return;
    }
    memcpy(framed, end, head);
    memcpy(framed + head, text, size);
    memcpy(framed + head + size, end, sizeof end);
    size += head + sizeof end;
    if (!ram->busy) {
        send(port, framed, size);
    } else if (size <= HLSIM__AT_HELD_MAX - ram->held_size) {
        memcpy(ram->held + ram->held_size, framed, size);
        ram->held_size += size;
    }
}

/* --- Whose move it is ----------------------------------------------------------------------- */

bool hlsim__at_port_owes(const struct hlsim__at_port *port)
{
    return port->modem->listening && hlsim__timer_armed(&port->ram->answer_timer);
}

/* --- Starts --------------------------------------------------------------------------------- */

void hlsim__at_port_start(struct hlsim__at_port *port)
{
    const struct hlsim__modem_ram *ram = hlsim__at_ram(port);

    hlsim__clear_sparse(port->ram, sizeof *port->ram);
    hlsim__timer_init(&port->ram->answer_timer, &port->modem->timers, answer, port);
    hlsim__at_profile_load(&port->ram->profile, &ram->settings, ram->personality, 0);
    tell_line_end(port);
    drive_wire(port);
}

void hlsim__at_port_init(struct hlsim__at_port *port, struct hlsim__modem *modem,
                         struct hlsim_link *link, struct hlsim__at_port_ram *ram)
{
    const struct hlsim_link_end end = {.user = port, .receive = receive, .writable = writable};

    port->modem = modem;
    port->link = link;
    port->ram = ram;
    hlsim__power_register_ram(&modem->power, ram, sizeof *ram);
    hlsim_link_attach(link, HLSIM_MODEM, &end);
}
