/*
 * Line discipline. Bytes that come while a command is being carried out wait for its final result;
 * unsolicited lines too (docs/evidence.md), so that an answer is never torn.
 */
#include "at/port.h"

#include "at/dispatch.h"
#include "base/sparse.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARRIAGE_RETURN 13 /* S3 */
#define BACKSPACE       8  /* S5 */

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

static void add_line(struct hlsim__at_port *port, const char *text, size_t size)
{
    if (port->ram->answer_lines++ == 0 && port->ram->profile.verbose) {
        add_text(port, "\r\n", 2);
    }
    add_text(port, text, size);
    add_text(port, "\r\n", 2);
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

/* V.250 6.2.5: a result code in words between CR LF, or as a number and CR. */
static void add_result(struct hlsim__at_port *port, int result)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    char text[40];
    int size;

    if (profile->quiet) {
        return;
    }
    if (result > 0 && profile->cmee > 0) {
        size = snprintf(text, sizeof text, "\r\n+CME ERROR: %d\r\n", result);
    } else if (profile->verbose) {
        size = snprintf(text, sizeof text, "\r\n%s\r\n", result == HLSIM__AT_OK ? "OK" : "ERROR");
    } else {
        size = snprintf(text, sizeof text, "%s\r", result == HLSIM__AT_OK ? "0" : "4");
    }
    add_text(port, text, (size_t)size);
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

static void answer(void *owner)
{
    struct hlsim__at_port *port = owner;
    struct hlsim__at_port_ram *ram = port->ram;
    uint8_t input[HLSIM__AT_INPUT_MAX];
    size_t input_size = ram->input_size;

    add_result(port, ram->result);
    ram->busy = false;
    send(port, ram->answer, ram->answer_size);
    send_held(port);
    if (ram->reset_after) {
        ram->reset_after = false;
        hlsim__modem_reset_soon(port->modem);
    }
    memcpy(input, ram->input, input_size);
    ram->input_size = 0;
    take_bytes(port, input, input_size);
}

/* --- Command lines -------------------------------------------------------------------------- */

/* The part behind "AT", or NULL when the line has none (V.250 5.2.1: it is ignored then). */
static char *behind_prefix(char *line)
{
    for (; *line != '\0'; line++) {
        if (toupper((unsigned char)line[0]) == 'A' && toupper((unsigned char)line[1]) == 'T') {
            return line + 2;
        }
    }
    return NULL;
}

static int64_t latency_of(const struct hlsim__figures *figures, enum hlsim__at_latency latency,
                          bool bare)
{
    if (latency == HLSIM__AT_RADIO) {
        return figures->radio_latency;
    }
    return bare ? figures->bare_latency : figures->answer_latency;
}

static void carry_out(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;
    bool too_long = ram->line_too_long;
    char *command;
    bool bare;
    int result;

    ram->line[ram->line_size] = '\0';
    ram->line_size = 0;
    ram->line_too_long = false;
    command = behind_prefix(ram->line);
    if (command == NULL) {
        return;
    }
    bare = command[0] == '\0';
    ram->answer_size = 0;
    ram->answer_lines = 0;
    ram->latency = HLSIM__AT_SHORT;
    ram->busy = true;
    result = too_long ? HLSIM__AT_ERROR : hlsim__at_dispatch(port, command);
    if (result == HLSIM__AT_NO_WORD || !port->modem->power.on) {
        return;
    }
    ram->result = result;
    hlsim__timer_set_in(&ram->answer_timer,
                        latency_of(hlsim__at_figures(port), ram->latency, bare));
}

static void take_byte(struct hlsim__at_port *port, uint8_t byte)
{
    struct hlsim__at_port_ram *ram = port->ram;

    if (byte == BACKSPACE) {
        ram->line_size -= ram->line_size > 0;
    } else if (byte == '\0' || byte == '\n') {
        /* Clients end lines by CR LF as well as by CR [NF, XMU]. */
        return;
    } else if (ram->line_size == HLSIM__AT_LINE_MAX) {
        ram->line_too_long = true;
    } else {
        ram->line[ram->line_size++] = (char)byte;
    }
}

static void take_bytes(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_port_ram *ram = port->ram;

    while (size > 0 && !ram->busy && port->modem->power.on) {
        const uint8_t *end = memchr(bytes, CARRIAGE_RETURN, size);
        size_t part = end == NULL ? size : (size_t)(end - bytes);

        if (ram->profile.echo) {
            send(port, (const char *)bytes, part + (end != NULL));
        }
        for (size_t i = 0; i < part; i++) {
            take_byte(port, bytes[i]);
        }
        if (end == NULL) {
            return;
        }
        bytes += part + 1;
        size -= part + 1;
        if (ram->line_size > 0) {
            carry_out(port);
        }
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

/* --- Unsolicited lines ---------------------------------------------------------------------- */

void hlsim__at_port_urc(struct hlsim__at_port *port, const char *text)
{
    struct hlsim__at_port_ram *ram = port->ram;
    char framed[HLSIM__AT_LINE_MAX];
    int size =
        snprintf(framed, sizeof framed, ram->profile.verbose ? "\r\n%s\r\n" : "%s\r\n", text);

    if (size < 0 || (size_t)size >= sizeof framed) {
        return;
    }
    if (!ram->busy) {
        send(port, framed, (size_t)size);
    } else if ((size_t)size <= HLSIM__AT_HELD_MAX - ram->held_size) {
        memcpy(ram->held + ram->held_size, framed, (size_t)size);
        ram->held_size += (size_t)size;
    }
}

void hlsim__at_port_registration(struct hlsim__at_port *port, int status)
{
    char text[24];

    if (port->ram->profile.creg > 0) {
        snprintf(text, sizeof text, "+CREG: %d", status);
        hlsim__at_port_urc(port, text);
    }
    if (port->ram->profile.cereg > 0) {
        snprintf(text, sizeof text, "+CEREG: %d", status);
        hlsim__at_port_urc(port, text);
    }
}

/* --- Whose move it is ----------------------------------------------------------------------- */

bool hlsim__at_port_owes(const struct hlsim__at_port *port)
{
    return port->modem->listening && hlsim__timer_armed(&port->ram->answer_timer);
}

bool hlsim__at_port_waits_for_host(const struct hlsim__at_port *port)
{
    return port->modem->listening && port->ram->waits_for_host;
}

/* --- The saved profile ---------------------------------------------------------------------- */

#define PROFILE_FORMAT "E%d,Q%d,V%d,CMEE%d,CREG%d,CEREG%d"

int hlsim__at_profile_save(struct hlsim__at_port *port)
{
    const struct hlsim__at_profile *profile = &port->ram->profile;
    char text[HLSIM__SETTING_SIZE];

    snprintf(text, sizeof text, PROFILE_FORMAT, profile->echo, profile->quiet, profile->verbose,
             profile->cmee, profile->creg, profile->cereg);
    if (hlsim__setting_put_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_PORT_PROFILE, text) <
        0) {
        return HLSIM__AT_ERROR;
    }
    return HLSIM__AT_OK;
}

void hlsim__at_profile_factory(struct hlsim__at_port *port)
{
    port->ram->profile = (struct hlsim__at_profile){
        .echo = 1, .verbose = 1, .cmee = (int)hlsim__at_figures(port)->cmee_default};
}

/* The number behind a name in the saved text, e.g. 1 behind "E" in "E1,Q0". */
static int saved_number(const char *text, const char *name)
{
    size_t size = strlen(name);

    while (*text != '\0') {
        size_t item = strcspn(text, ",");

        if (item > size && strncmp(text, name, size) == 0 && isdigit((unsigned char)text[size])) {
            return (int)strtol(text + size, NULL, 10);
        }
        text += item + (text[item] == ',');
    }
    return 0;
}

void hlsim__at_port_start(struct hlsim__at_port *port)
{
    const char *saved =
        hlsim__setting_text(&hlsim__at_ram(port)->settings, HLSIM__SETTING_PORT_PROFILE);

    hlsim__clear_sparse(port->ram, sizeof *port->ram);
    hlsim__timer_init(&port->ram->answer_timer, &port->modem->timers, answer, port);
    port->ram->profile = (struct hlsim__at_profile){.echo = saved_number(saved, "E"),
                                                    .quiet = saved_number(saved, "Q"),
                                                    .verbose = saved_number(saved, "V"),
                                                    .cmee = saved_number(saved, "CMEE"),
                                                    .creg = saved_number(saved, "CREG"),
                                                    .cereg = saved_number(saved, "CEREG")};
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
