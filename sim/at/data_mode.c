/*
 * Data mode of a port: CONNECT or a prompt, the taker, the result at the end. What the bytes mean
 * is the taker's.
 */
#include "at/port_inside.h"
#include "base/assert.h"

#include <string.h>

/* --- Begin ---------------------------------------------------------------------------------- */

void hlsim__at_port_begin_data(struct hlsim__at_port *port, const struct hlsim__at_taker *taker)
{
    HLSIM_ASSERT(port->ram->taker == NULL && port->ram->coming == NULL && port->ram->busy);
    port->ram->taker = taker;
    hlsim__link_data(port->link, true, port->ram->output_size);
}

static void come(struct hlsim__at_port *port, const struct hlsim__at_taker *taker)
{
    struct hlsim__at_port_ram *ram = port->ram;

    HLSIM_ASSERT(ram->taker == NULL && ram->coming == NULL && ram->busy);
    ram->coming = taker;
    ram->later = false; /* that is what was waited for */
    hlsim__link_data_of(port->link, HLSIM_HOST, true, 0);
    hlsim__timer_set_in(&ram->answer_timer, ram->latency);
}

void hlsim__at_port_connect(struct hlsim__at_port *port, const struct hlsim__at_taker *taker)
{
    port->ram->prompt = NULL;
    port->ram->rate = NULL;
    come(port, taker);
}

void hlsim__at_port_hold_connect(struct hlsim__at_port *port)
{
    HLSIM_ASSERT(port->ram->coming != NULL);
    port->ram->connect_held = true;
    hlsim__timer_cancel(&port->ram->answer_timer);
    hlsim__link_data_of(port->link, HLSIM_HOST, false, 0);
}

void hlsim__at_port_release_connect(struct hlsim__at_port *port)
{
    port->ram->connect_held = false;
    hlsim__link_data_of(port->link, HLSIM_HOST, true, 0);
    hlsim__timer_set_in(&port->ram->answer_timer, port->ram->latency);
}

void hlsim__at_port_prompt(struct hlsim__at_port *port, const char *prompt,
                           const struct hlsim__at_taker *taker)
{
    port->ram->prompt = prompt;
    come(port, taker);
}

/* The prompt is no line: whoever listens on the wire sees it as the first of the data. */
void hlsim__at_port_enter_data(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;
    const struct hlsim__at_taker *taker = ram->coming;

    if (ram->prompt == NULL) {
        hlsim__at_answer_connect(port, ram->rate);
    }
    hlsim__at_port_send(port, ram->answer, ram->answer_size);
    hlsim__link_data_of(port->link, HLSIM_MODEM, true, ram->output_size);
    if (ram->prompt != NULL && port->modem->power.on) {
        hlsim__at_port_send(port, ram->prompt, strlen(ram->prompt));
    }
    if (!port->modem->power.on) {
        return;
    }
    ram->answer_size = 0;
    ram->answer_lines = 0;
    ram->answer_full = false;
    ram->latency = hlsim__at_figures(port)->answer_latency;
    ram->coming = NULL;
    ram->taker = taker;
    if (taker->begun != NULL) {
        taker->begun(port);
    }
    hlsim__at_port_go_on(port);
}

/* --- Bytes ---------------------------------------------------------------------------------- */

void hlsim__at_port_send_data(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    HLSIM_ASSERT(port->ram->taker != NULL);
    hlsim__at_port_send(port, (const char *)bytes, size);
}

size_t hlsim__at_port_send_some(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    int taken;

    HLSIM_ASSERT(port->ram->taker != NULL);
    if (port->ram->output_size > 0 || !port->modem->power.on || !port->modem->listening) {
        return 0;
    }
    taken = hlsim_link_write(port->link, HLSIM_MODEM, bytes, size);
    return taken < 0 ? 0 : (size_t)taken;
}

void hlsim__at_port_set_pattern(const struct hlsim__at_port *port,
                                struct hlsim__eof_pattern *ret_pattern)
{
    hlsim__eof_pattern_init(ret_pattern, hlsim__setting_text(&hlsim__at_ram(port)->settings,
                                                             HLSIM__SETTING_SOCKET_PATTERN));
}

bool hlsim__at_port_send_pattern(struct hlsim__at_port *port, struct hlsim__eof_pattern *pattern)
{
    const uint8_t *bytes = (const uint8_t *)pattern->text;

    pattern->shown +=
        hlsim__at_port_send_some(port, bytes + pattern->shown, pattern->size - pattern->shown);
    return pattern->shown == pattern->size;
}

void hlsim__at_port_resume(struct hlsim__at_port *port)
{
    hlsim__at_port_go_on(port);
}

/* --- End ------------------------------------------------------------------------------------ */

static void leave(struct hlsim__at_port *port)
{
    HLSIM_ASSERT(port->ram->taker != NULL || port->ram->coming != NULL);
    port->ram->taker = NULL;
    port->ram->coming = NULL;
    port->ram->connect_held = false;
    hlsim__link_data(port->link, false, port->ram->output_size);
}

void hlsim__at_port_end_data(struct hlsim__at_port *port, int result)
{
    leave(port);
    hlsim__at_port_answer_soon(port, result);
}

void hlsim__at_port_end_shown(struct hlsim__at_port *port, int result)
{
    port->ram->latency = 0;
    hlsim__at_port_end_data(port, result);
}

void hlsim__at_port_leave_data(struct hlsim__at_port *port)
{
    leave(port);
    port->ram->busy = false;
    hlsim__at_port_drive_wire(port);
}

void hlsim__at_port_end_data_later(struct hlsim__at_port *port)
{
    struct hlsim__at_port_ram *ram = port->ram;

    leave(port);
    hlsim__timer_cancel(&ram->answer_timer);
    ram->later = true;
    ram->answer_due = port->modem->sched->now + ram->latency;
}
