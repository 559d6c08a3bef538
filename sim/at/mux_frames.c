/*
 * What the frames of a multiplexer do (27.010 5.3, 5.4): channels open and close, the control
 * channel's messages are answered. This end is the responder and opens nothing by itself.
 */
#include "at/mux_inside.h"
#include "at/port_inside.h"

#include <string.h>

/* T2 of AT+CMUX is in hundredths of a second. */
#define T2_UNIT (HLSIM_SECOND / 100)

/* 27.010 5.4.6.3.7: octets of an MSC. */
#define SIGNALS_EA   0x01
#define SIGNALS_FC   0x02
#define SIGNALS_RTC  0x04
#define SIGNALS_RTR  0x08
#define SIGNALS_IC   0x40
#define SIGNALS_DV   0x80
#define SIGNALS_SIZE 2

/* 27.010 5.4.6.3.1: octets of a PN. */
#define PN_SIZE  8
#define PN_LAYER 1
#define PN_N1    4

/* --- Sending -------------------------------------------------------------------------------- */

static void send_frame(struct hlsim__at_mux *mux, const struct hlsim__mux_frame *frame)
{
    uint8_t bytes[HLSIM__MUX_FRAME_MAX];
    size_t size = hlsim__mux_write(frame, bytes);

    if (mux->port->modem->power.on) {
        hlsim__at_port_send(mux->port, (const char *)bytes, size);
    }
}

/* UA and DM answer the host's commands, and have its C/R bit (27.010 5.2.1.2). */
static void respond(struct hlsim__at_mux *mux, const struct hlsim__mux_frame *to,
                    enum hlsim__mux_type type)
{
    const struct hlsim__mux_frame frame = {
        .dlci = to->dlci, .cr = true, .pf = to->pf, .type = (uint8_t)type};

    send_frame(mux, &frame);
}

size_t hlsim__at_mux_send(struct hlsim__at_channel *channel, const uint8_t *bytes, size_t size)
{
    unsigned n1 = channel->mux->n1[channel->dlci];
    const struct hlsim__mux_frame frame = {.dlci = channel->dlci,
                                           .type = HLSIM__MUX_UIH,
                                           .info = bytes,
                                           .info_size = size < n1 ? size : n1};

    send_frame(channel->mux, &frame);
    return frame.info_size;
}

static void send_message(struct hlsim__at_mux *mux, const struct hlsim__mux_message *message)
{
    uint8_t bytes[HLSIM__MUX_INFO_MAX];
    const struct hlsim__mux_frame frame = {.type = HLSIM__MUX_UIH,
                                           .info = bytes,
                                           .info_size = hlsim__mux_message_write(message, bytes)};

    send_frame(mux, &frame);
}

static void confirm(struct hlsim__at_mux *mux, const struct hlsim__mux_message *command)
{
    struct hlsim__mux_message message = *command;

    message.command = false;
    if (message.size > HLSIM__MUX_INFO_MAX - 3) {
        message.size = HLSIM__MUX_INFO_MAX - 3;
    }
    send_message(mux, &message);
}

/* --- Signals -------------------------------------------------------------------------------- */

static uint8_t signals_of(const struct hlsim__at_channel *channel)
{
    unsigned lines = hlsim_link_lines(&channel->link);

    return (uint8_t)(SIGNALS_EA | (channel->stopping ? SIGNALS_FC : 0) |
                     ((lines & HLSIM_LINE_DSR) != 0 ? SIGNALS_RTC : 0) |
                     ((lines & HLSIM_LINE_CTS) != 0 ? SIGNALS_RTR : 0) |
                     ((lines & HLSIM_LINE_RI) != 0 ? SIGNALS_IC : 0) |
                     ((lines & HLSIM_LINE_DCD) != 0 ? SIGNALS_DV : 0));
}

static void send_signals(struct hlsim__at_channel *channel)
{
    const uint8_t value[SIGNALS_SIZE] = {(uint8_t)(channel->dlci << 2 | 3), channel->told};
    const struct hlsim__mux_message message = {
        .type = HLSIM__MUX_MSC, .command = true, .value = value, .size = sizeof value};

    hlsim__timer_set_in(&channel->repeat,
                        channel->mux->settings.values[HLSIM__AT_MUX_T2] * T2_UNIT);
    send_message(channel->mux, &message);
}

void hlsim__at_mux_signal(struct hlsim__at_channel *channel)
{
    uint8_t signals = signals_of(channel);

    if (signals != channel->told && !channel->mux->port->ram->asleep) {
        channel->told = signals;
        channel->tries = (unsigned)channel->mux->settings.values[HLSIM__AT_MUX_N2];
        send_signals(channel);
    }
}

void hlsim__at_mux_signal_again(struct hlsim__at_channel *channel)
{
    if (channel->open && channel->tries > 0) {
        channel->tries--;
        send_signals(channel);
    }
}

static void take_signals(struct hlsim__at_mux *mux, const struct hlsim__mux_message *message)
{
    struct hlsim__at_channel *channel =
        message->size >= SIGNALS_SIZE ? hlsim__at_mux_channel(mux, message->value[0] >> 2) : NULL;
    uint8_t signals;

    if (message->command) {
        confirm(mux, message);
    } else if (channel != NULL) {
        hlsim__timer_cancel(&channel->repeat);
    }
    if (!message->command || channel == NULL) {
        return;
    }
    signals = message->value[1];
    hlsim_link_set_lines(&channel->link, HLSIM_HOST, HLSIM_LINE_DTR | HLSIM_LINE_RTS,
                         ((signals & SIGNALS_RTC) != 0 ? HLSIM_LINE_DTR : 0u) |
                             ((signals & SIGNALS_RTR) != 0 ? HLSIM_LINE_RTS : 0u));
    channel->stopped = (signals & SIGNALS_FC) != 0;
    if (!channel->stopped) {
        hlsim__at_mux_resume(channel);
    }
}

/* --- Messages of the control channel -------------------------------------------------------- */

/* What the host wants of a channel, as far as this end can: UIH frames, and N1. */
static void negotiate(struct hlsim__at_mux *mux, const struct hlsim__mux_message *message)
{
    uint8_t value[PN_SIZE];
    const struct hlsim__mux_message answer = {
        .type = HLSIM__MUX_PN, .value = value, .size = sizeof value};
    unsigned dlci;
    unsigned n1;

    if (message->size != PN_SIZE) {
        return;
    }
    memcpy(value, message->value, sizeof value);
    dlci = value[0] & HLSIM__MUX_DLCI_MAX;
    n1 = value[PN_N1] | (unsigned)value[PN_N1 + 1] << 8;
    n1 = n1 == 0 ? 1 : n1 > HLSIM__MUX_INFO_MAX ? HLSIM__MUX_INFO_MAX : n1;
    value[PN_LAYER] = 0;
    value[PN_N1] = (uint8_t)n1;
    value[PN_N1 + 1] = (uint8_t)(n1 >> 8);
    if (dlci <= HLSIM__AT_CHANNELS_MAX) {
        mux->n1[dlci] = n1;
    }
    send_message(mux, &answer);
}

static void refuse(struct hlsim__at_mux *mux, const struct hlsim__mux_message *message)
{
    const uint8_t type = (uint8_t)(message->type | 2);
    const struct hlsim__mux_message answer = {.type = HLSIM__MUX_NSC, .value = &type, .size = 1};

    send_message(mux, &answer);
}

static void stop(struct hlsim__at_mux *mux, const struct hlsim__mux_message *message)
{
    mux->stopped = message->type == HLSIM__MUX_FCOFF;
    confirm(mux, message);
    for (unsigned i = 1; i <= HLSIM__AT_CHANNELS_MAX && !mux->stopped; i++) {
        struct hlsim__at_channel *channel = hlsim__at_mux_channel(mux, i);

        if (channel != NULL) {
            hlsim__at_mux_resume(channel);
        }
    }
}

static void take_message(struct hlsim__at_mux *mux, const struct hlsim__mux_message *message)
{
    if (message->type == HLSIM__MUX_MSC) {
        take_signals(mux, message);
        return;
    }
    if (!message->command) {
        return; /* nothing else was asked */
    }
    switch (message->type) {
    case HLSIM__MUX_PN:
        negotiate(mux, message);
        break;
    case HLSIM__MUX_TEST:
        confirm(mux, message);
        break;
    case HLSIM__MUX_FCON:
    case HLSIM__MUX_FCOFF:
        stop(mux, message);
        break;
    case HLSIM__MUX_CLD:
        confirm(mux, message);
        hlsim__at_mux_end(mux);
        break;
    default:
        refuse(mux, message);
        break;
    }
}

static void take_messages(struct hlsim__at_mux *mux, const uint8_t *bytes, size_t size)
{
    struct hlsim__mux_message message;
    size_t taken = 1;

    while (mux->active && mux->port->modem->power.on && taken > 0) {
        taken = hlsim__mux_message_read(bytes, size, &message);
        if (taken > 0) {
            take_message(mux, &message);
        }
        bytes += taken;
        size -= taken;
    }
}

/* --- Frames --------------------------------------------------------------------------------- */

static void take_sabm(struct hlsim__at_mux *mux, const struct hlsim__mux_frame *frame)
{
    struct hlsim__at_channel *channel;

    if (frame->dlci == 0) {
        mux->up = true;
        respond(mux, frame, HLSIM__MUX_UA);
    } else if (!mux->up || !hlsim__at_mux_open(mux, frame->dlci)) {
        respond(mux, frame, HLSIM__MUX_DM);
    } else {
        respond(mux, frame, HLSIM__MUX_UA);
        channel = hlsim__at_mux_channel(mux, frame->dlci);
        hlsim__at_mux_signal(channel);
        hlsim__at_mux_resume(channel);
    }
}

static void take_disc(struct hlsim__at_mux *mux, const struct hlsim__mux_frame *frame)
{
    struct hlsim__at_channel *channel = hlsim__at_mux_channel(mux, frame->dlci);

    if (channel != NULL) {
        respond(mux, frame, HLSIM__MUX_UA);
        hlsim__at_mux_close(channel);
    } else if (frame->dlci == 0 && mux->up) {
        respond(mux, frame, HLSIM__MUX_UA);
        hlsim__at_mux_end(mux);
    } else {
        respond(mux, frame, HLSIM__MUX_DM);
    }
}

static void take_info(struct hlsim__at_mux *mux, const struct hlsim__mux_frame *frame)
{
    struct hlsim__at_channel *channel = hlsim__at_mux_channel(mux, frame->dlci);

    if (channel != NULL) {
        hlsim__at_mux_feed(channel, frame->info, frame->info_size);
    } else if (frame->dlci == 0 && mux->up) {
        take_messages(mux, frame->info, frame->info_size);
    } else {
        respond(mux, frame, HLSIM__MUX_DM);
    }
}

static void take_frame(struct hlsim__at_mux *mux, const struct hlsim__mux_frame *frame)
{
    switch (frame->type) {
    case HLSIM__MUX_SABM:
        take_sabm(mux, frame);
        break;
    case HLSIM__MUX_DISC:
        take_disc(mux, frame);
        break;
    case HLSIM__MUX_UIH:
    case HLSIM__MUX_UI:
        take_info(mux, frame);
        break;
    default:
        break; /* an answer to what was never asked, or no frame of the basic option */
    }
}

size_t hlsim__at_mux_take(struct hlsim__at_mux *mux, const uint8_t *bytes, size_t size)
{
    size_t taken = 0;
    bool complete = true;

    while (complete && mux->active && mux->port->modem->power.on) {
        struct hlsim__mux_frame frame;

        taken += hlsim__mux_read(&mux->reader, bytes + taken, size - taken, &frame, &complete);
        if (complete) {
            take_frame(mux, &frame);
        }
    }
    return taken;
}
