/*
 * The life of a multiplexer and of its channels: a link and an AT port each. Frames are not known
 * here.
 */
#include "at/mux.h"

#include "at/mux_inside.h"
#include "at/port_inside.h"
#include "base/assert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct hlsim__modem *modem_of(const struct hlsim__at_mux *mux)
{
    return mux->port->modem;
}

/* --- A channel's host end ------------------------------------------------------------------- */

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct hlsim__at_channel *channel = user;
    struct hlsim__at_mux *mux = channel->mux;
    size_t taken = 0;

    if (!mux->active || !channel->open) {
        return size;
    }
    if (mux->port->ram->asleep) {
        hlsim__sleep_word_waits(&modem_of(mux)->ram.sleep);
        return 0;
    }
    while (taken < size && !channel->stopped && !mux->stopped && mux->port->ram->output_size == 0) {
        taken += hlsim__at_mux_send(channel, bytes + taken, size - taken);
        if (!modem_of(mux)->power.on) {
            return size;
        }
    }
    return taken;
}

static void lines(void *user, unsigned levels, unsigned changed)
{
    struct hlsim__at_channel *channel = user;

    (void)levels;
    (void)changed;
    if (channel->mux->active && channel->open) {
        hlsim__at_mux_signal(channel);
    }
}

/* The channel's link takes bytes again. */
static void writable(void *user)
{
    struct hlsim__at_channel *channel = user;
    int taken =
        hlsim_link_write(&channel->link, HLSIM_HOST, channel->backlog, channel->backlog_size);

    HLSIM_ASSERT(taken >= 0);
    channel->backlog_size -= (size_t)taken;
    memmove(channel->backlog, channel->backlog + taken, channel->backlog_size);
    if (channel->stopping && channel->backlog_size == 0) {
        channel->stopping = false;
        if (channel->mux->active && channel->open) {
            hlsim__at_mux_signal(channel);
        }
    }
}

void hlsim__at_mux_feed(struct hlsim__at_channel *channel, const uint8_t *bytes, size_t size)
{
    int taken = 0;

    if (channel->backlog_size == 0) {
        taken = hlsim_link_write(&channel->link, HLSIM_HOST, bytes, size);
        HLSIM_ASSERT(taken >= 0);
    }
    size -= (size_t)taken;
    if (size == 0) {
        return;
    }
    /* What a host sends that does not stop is lost. */
    if (size > HLSIM__AT_BACKLOG_MAX - channel->backlog_size) {
        size = HLSIM__AT_BACKLOG_MAX - channel->backlog_size;
    }
    memcpy(channel->backlog + channel->backlog_size, bytes + taken, size);
    channel->backlog_size += size;
    if (!channel->stopping) {
        channel->stopping = true;
        hlsim__at_mux_signal(channel);
    }
}

void hlsim__at_mux_resume(struct hlsim__at_channel *channel)
{
    hlsim_link_resume(&channel->link, HLSIM_HOST);
}

/* --- Channels ------------------------------------------------------------------------------- */

static void repeat(void *owner)
{
    hlsim__at_mux_signal_again(owner);
}

static struct hlsim__at_channel *create(struct hlsim__at_mux *mux, unsigned dlci)
{
    struct hlsim__at_channel *channel = calloc(1, sizeof *channel);
    struct hlsim__modem *modem = modem_of(mux);
    const struct hlsim_link_end end = {
        .user = channel, .receive = receive, .writable = writable, .lines = lines};
    char source[32];

    if (channel == NULL) {
        return NULL;
    }
    snprintf(source, sizeof source, "%.20s/dlci:%u", hlsim_tap_source(mux->port->link->tap), dlci);
    channel->tap = hlsim_tap_create(modem->stream, source);
    if (channel->tap == NULL) {
        free(channel);
        return NULL;
    }
    channel->mux = mux;
    channel->dlci = (uint8_t)dlci;
    /* The latch is asked when a frame leaves. */
    hlsim__link_init(&channel->link, modem->sched, NULL, &modem->scope, channel->tap);
    hlsim__timer_init(&channel->repeat, &modem->timers, repeat, channel);
    hlsim__at_port_init(&channel->at, modem, &channel->link, &channel->ram);
    channel->at.carried = true;
    channel->at.number = mux->port->number;
    hlsim_link_attach(&channel->link, HLSIM_HOST, &end);
    hlsim__at_port_start(&channel->at);
    return channel;
}

static void destroy(struct hlsim__at_channel *channel)
{
    hlsim__link_free(&channel->link);
    hlsim_tap_free(channel->tap);
    free(channel);
}

struct hlsim__at_channel *hlsim__at_mux_channel(struct hlsim__at_mux *mux, unsigned dlci)
{
    struct hlsim__at_channel *channel =
        dlci >= 1 && dlci <= HLSIM__AT_CHANNELS_MAX ? mux->channels[dlci - 1] : NULL;

    return channel != NULL && channel->open ? channel : NULL;
}

bool hlsim__at_mux_open(struct hlsim__at_mux *mux, unsigned dlci)
{
    struct hlsim__at_channel **channel;

    if (dlci < 1 || dlci > HLSIM__AT_CHANNELS_MAX) {
        return false;
    }
    channel = &mux->channels[dlci - 1];
    if (*channel == NULL) {
        *channel = create(mux, dlci);
    } else if (!(*channel)->open) {
        hlsim__at_port_renew(&(*channel)->at);
    }
    if (*channel == NULL) {
        return false;
    }
    (*channel)->open = true;
    (*channel)->stopped = false;
    (*channel)->told = 0;
    hlsim_link_set_lines(&(*channel)->link, HLSIM_HOST, HLSIM_LINES_OF_HOST, HLSIM_LINES_OF_HOST);
    return true;
}

void hlsim__at_mux_close(struct hlsim__at_channel *channel)
{
    channel->open = false;
    hlsim__timer_cancel(&channel->repeat);
    hlsim_link_set_lines(&channel->link, HLSIM_HOST, HLSIM_LINE_DTR | HLSIM_LINE_LINK, 0);
    hlsim__at_online_drop(&channel->at);
    hlsim__at_mux_resume(channel); /* what still waits for the host is lost */
}

/* --- The multiplexer ------------------------------------------------------------------------ */

static size_t take(struct hlsim__at_port *port, const uint8_t *bytes, size_t size)
{
    return hlsim__at_mux_take(port->mux, bytes, size);
}

static void port_writable(struct hlsim__at_port *port)
{
    for (size_t i = 0; i < HLSIM__AT_CHANNELS_MAX; i++) {
        if (port->mux->channels[i] != NULL) {
            hlsim__at_mux_resume(port->mux->channels[i]);
        }
    }
}

/* A host that lets DTR fall, or goes, wants its modem back, unless AT&D0 says otherwise. */
static void port_lines(struct hlsim__at_port *port, unsigned levels, unsigned changed)
{
    const unsigned both = HLSIM_LINE_DTR | HLSIM_LINE_LINK;

    if ((changed & both) != 0 && (levels & both) != both && port->ram->profile.circuit_108 != 0) {
        hlsim__at_mux_end(port->mux);
    }
}

static const struct hlsim__at_taker taker = {
    .receive = take, .writable = port_writable, .lines = port_lines};

bool hlsim__at_mux_prepare(struct hlsim__at_port *port,
                           const struct hlsim__at_mux_settings *settings)
{
    if (port->mux == NULL) {
        port->mux = calloc(1, sizeof *port->mux);
    }
    if (port->mux == NULL) {
        return false;
    }
    port->mux->port = port;
    port->mux->settings = *settings;
    return true;
}

static void drive_speed(const struct hlsim__at_mux *mux)
{
    /* By the parameter port_speed of AT+CMUX, 1 to 8 (27.007 5.7). */
    static const unsigned speeds[] = {0, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600};

    if (mux->settings.speed_given) {
        hlsim_link_set_speed(mux->port->link, speeds[mux->settings.values[HLSIM__AT_MUX_SPEED]]);
    }
}

void hlsim__at_mux_begin(struct hlsim__at_port *port)
{
    struct hlsim__at_mux *mux = port->mux;

    mux->active = true;
    mux->up = false;
    mux->stopped = false;
    memset(&mux->reader, 0, sizeof mux->reader);
    for (size_t i = 0; i <= HLSIM__AT_CHANNELS_MAX; i++) {
        mux->n1[i] = (unsigned)mux->settings.values[HLSIM__AT_MUX_N1];
    }
    drive_speed(mux);
    port->ram->busy = true;
    hlsim__at_port_begin_data(port, &taker);
}

void hlsim__at_mux_end(struct hlsim__at_mux *mux)
{
    mux->active = false;
    mux->up = false;
    for (size_t i = 0; i < HLSIM__AT_CHANNELS_MAX && modem_of(mux)->power.on; i++) {
        if (mux->channels[i] != NULL && mux->channels[i]->open) {
            hlsim__at_mux_close(mux->channels[i]);
        }
    }
    if (modem_of(mux)->power.on) {
        hlsim__at_port_leave_data(mux->port);
    }
}

bool hlsim__at_mux_active(const struct hlsim__at_port *port)
{
    return port->mux != NULL && port->mux->active;
}

struct hlsim__at_port *hlsim__at_mux_port(const struct hlsim__at_port *port, unsigned dlci)
{
    struct hlsim__at_channel *channel =
        hlsim__at_mux_active(port) ? hlsim__at_mux_channel(port->mux, dlci) : NULL;

    return channel != NULL ? &channel->at : NULL;
}

/* --- What concerns every channel ------------------------------------------------------------ */

static struct hlsim__at_port *next_port(const struct hlsim__at_port *port, size_t *index)
{
    while (hlsim__at_mux_active(port) && *index < HLSIM__AT_CHANNELS_MAX) {
        struct hlsim__at_channel *channel = port->mux->channels[(*index)++];

        if (channel != NULL && channel->open) {
            return &channel->at;
        }
    }
    return NULL;
}

struct hlsim__at_port *hlsim__at_mux_speaker(struct hlsim__at_port *port, size_t *index)
{
    if (hlsim__at_mux_active(port)) {
        return next_port(port, index);
    }
    return (*index)++ == 0 ? port : NULL;
}

void hlsim__at_mux_urc(struct hlsim__at_port *port, const char *text)
{
    struct hlsim__at_port *channel;

    for (size_t i = 0; (channel = next_port(port, &i)) != NULL;) {
        hlsim__at_port_urc(channel, text);
    }
}

bool hlsim__at_mux_owes(const struct hlsim__at_port *port)
{
    struct hlsim__at_port *channel;

    for (size_t i = 0; (channel = next_port(port, &i)) != NULL;) {
        if (hlsim__at_port_owes(channel)) {
            return true;
        }
    }
    return false;
}

bool hlsim__at_mux_waits_for_host(const struct hlsim__at_port *port)
{
    struct hlsim__at_port *channel;

    for (size_t i = 0; (channel = next_port(port, &i)) != NULL;) {
        if (hlsim__at_port_waits_for_host(channel)) {
            return true;
        }
    }
    return false;
}

bool hlsim__at_mux_busy(const struct hlsim__at_port *port)
{
    struct hlsim__at_port *channel;

    for (size_t i = 0; (channel = next_port(port, &i)) != NULL;) {
        if (hlsim__at_port_busy(channel) ||
            hlsim__timer_armed(&port->mux->channels[i - 1]->repeat)) {
            return true;
        }
    }
    return false;
}

void hlsim__at_mux_woke(struct hlsim__at_port *port)
{
    if (!hlsim__at_mux_active(port)) {
        return;
    }
    drive_speed(port->mux);
    for (size_t i = 0; next_port(port, &i) != NULL;) {
        struct hlsim__at_channel *channel = port->mux->channels[i - 1];

        hlsim__at_mux_signal(channel);
        hlsim__at_mux_resume(channel);
    }
}

void hlsim__at_mux_lost(struct hlsim__at_port *port)
{
    for (size_t i = 0; port->mux != NULL && i < HLSIM__AT_CHANNELS_MAX; i++) {
        if (port->mux->channels[i] != NULL) {
            hlsim__link_modem_lost(&port->mux->channels[i]->link);
            port->mux->channels[i]->open = false;
        }
    }
    if (port->mux != NULL) {
        port->mux->active = false;
    }
}

void hlsim__at_mux_free(struct hlsim__at_port *port)
{
    for (size_t i = 0; port->mux != NULL && i < HLSIM__AT_CHANNELS_MAX; i++) {
        if (port->mux->channels[i] != NULL) {
            destroy(port->mux->channels[i]);
        }
    }
    free(port->mux);
    port->mux = NULL;
}
