/*
 * Characters into a text, with echo and the correction of the last one.
 */
#include "at/prompt.h"

#include "at/port.h"

#include <string.h>

#define CTRL_Z 0x1a
#define ESCAPE 0x1b

/* AT&D */
#define DTR_ENDS 2

static void show_sign(struct hlsim__at_port *port)
{
    const char *sign = port->ram->typing.kind->sign;

    hlsim__at_port_send_data(port, (const uint8_t *)sign, strlen(sign));
}

static void add(struct hlsim__at_port *port, uint8_t byte)
{
    struct hlsim__at_prompt *prompt = &port->ram->typing;

    if (byte == hlsim__at_profile_backspace(&port->ram->profile)) {
        prompt->size -= prompt->size > 0;
        return;
    }
    if (byte == '\r' && prompt->kind->text) {
        show_sign(port);
        byte = '\n';
    } else if (byte == '\r' || byte == '\n' || byte == '\0') {
        return;
    }
    if (prompt->size < sizeof prompt->text) {
        prompt->text[prompt->size] = (char)byte;
    }
    prompt->size++;
}

static void end(struct hlsim__at_port *port, uint8_t byte)
{
    struct hlsim__at_prompt *prompt = &port->ram->typing;
    int result = HLSIM__AT_OK;

    if (byte == CTRL_Z) {
        result = prompt->kind->done(port, prompt->text, prompt->size);
    }
    if (port->modem->power.on) {
        hlsim__at_port_end_data(port, result);
    }
}

static size_t receive(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size && port->modem->power.on; i++) {
        if (bytes[i] == CTRL_Z || bytes[i] == ESCAPE) {
            end(port, bytes[i]);
            return i + 1;
        }
        if (port->ram->profile.echo) {
            hlsim__at_port_send_data(port, &bytes[i], 1);
        }
        if (port->modem->power.on) {
            add(port, bytes[i]);
        }
    }
    return size;
}

/* A host that is gone, its cable or its channel of AT+CMUX, types no more: the next one finds a
 * port that takes commands. */
static void follow_lines(struct hlsim__at_port *port, unsigned levels, unsigned changed)
{
    unsigned fallen = changed & ~levels;

    if ((fallen & HLSIM_LINE_LINK) != 0 ||
        ((fallen & HLSIM_LINE_DTR) != 0 && port->ram->profile.circuit_108 == DTR_ENDS)) {
        end(port, ESCAPE);
    }
}

int hlsim__at_prompt_begin(struct hlsim__at_port *port, const struct hlsim__at_prompt_kind *kind)
{
    static const struct hlsim__at_taker taker = {.receive = receive, .lines = follow_lines};
    struct hlsim__at_prompt *prompt = &port->ram->typing;

    prompt->kind = kind;
    prompt->size = 0;
    prompt->number = 0;
    prompt->status = 0;
    memset(&prompt->address, 0, sizeof prompt->address);
    hlsim__at_port_prompt(port, kind->sign, &taker);
    return HLSIM__AT_DATA;
}
