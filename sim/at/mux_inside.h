/*
 * What the files of the multiplexer have of each other: its life and its channels (mux.c), frames
 * and messages (mux_frames.c). Nobody else includes this.
 */
#ifndef HLSIM_AT_MUX_INSIDE_H
#define HLSIM_AT_MUX_INSIDE_H

#include "at/mux.h"
#include "at/port.h"
#include "codec/mux.h"

/* Channels behind the control channel, at most. */
#define HLSIM__AT_CHANNELS_MAX 4

/* What a channel's port did not take yet, beyond what its link holds: a host that is told to stop
 * sends what it has begun. */
#define HLSIM__AT_BACKLOG_MAX 4096

struct hlsim__at_channel {
    struct hlsim__at_mux *mux;
    uint8_t dlci;
    bool open;
    bool stopped;  /* the host's FC: it takes nothing */
    bool stopping; /* our FC: the port takes nothing */
    uint8_t told;  /* what the host was told of the lines last; 0: nothing yet */
    unsigned tries;
    struct hlsim__timer repeat; /* of the signals that the host has not confirmed */
    struct hlsim_tap *tap;
    struct hlsim_link link;
    struct hlsim__at_port at;
    size_t backlog_size;
    uint8_t backlog[HLSIM__AT_BACKLOG_MAX];
    struct hlsim__at_port_ram ram;
};

struct hlsim__at_mux {
    struct hlsim__at_port *port;
    struct hlsim__at_mux_settings settings;
    bool active;                             /* the link carries frames */
    bool up;                                 /* the control channel is open */
    bool stopped;                            /* FCoff: the host takes nothing on any channel */
    unsigned n1[HLSIM__AT_CHANNELS_MAX + 1]; /* most bytes of a frame to the host, by DLCI */
    struct hlsim__mux_reader reader;
    struct hlsim__at_channel *channels[HLSIM__AT_CHANNELS_MAX]; /* NULL: never opened */
};

/* The channel of that DLCI while it is open, or NULL. */
struct hlsim__at_channel *hlsim__at_mux_channel(struct hlsim__at_mux *mux, unsigned dlci);

/* Opens a channel, or one again. False: there is none of that DLCI, or no memory. */
bool hlsim__at_mux_open(struct hlsim__at_mux *mux, unsigned dlci);

/* The host has let go of a channel: what is connected there hangs up. */
void hlsim__at_mux_close(struct hlsim__at_channel *channel);

/* Closes all channels; the port's bytes are command lines again. */
void hlsim__at_mux_end(struct hlsim__at_mux *mux);

/* The host takes bytes again. */
void hlsim__at_mux_resume(struct hlsim__at_channel *channel);

/* Bytes of the host for a channel. */
void hlsim__at_mux_feed(struct hlsim__at_channel *channel, const uint8_t *bytes, size_t size);

/* Bytes of the link: frames. How many were taken: all but those behind the end. */
size_t hlsim__at_mux_take(struct hlsim__at_mux *mux, const uint8_t *bytes, size_t size);

/* Sends a channel's data; as much as fits in one frame. */
size_t hlsim__at_mux_send(struct hlsim__at_channel *channel, const uint8_t *bytes, size_t size);

/* Tells the host the levels of a channel's lines and whether its port takes bytes, unless it was
 * told that before or the UART is off; and again, until it is confirmed. */
void hlsim__at_mux_signal(struct hlsim__at_channel *channel);

/* Time to tell them again. */
void hlsim__at_mux_signal_again(struct hlsim__at_channel *channel);

#endif
