/*
 * The inside of the event stream: what parts call to say that something happened.
 */
#ifndef HLSIM_CORE_STREAM_H
#define HLSIM_CORE_STREAM_H

#include <hl78sim/event.h>

#include "core/sched.h"

struct hlsim__subscription {
    uint64_t kinds;
    hlsim_event_sink sink;
    void *user;
};

struct hlsim_stream {
    const struct hlsim__sched *sched;
    uint64_t wanted; /* the union of all subscriptions */
    uint64_t last_id;
    uint64_t cause; /* what is being handled just now; 0: nothing */
    size_t sink_count;
    struct hlsim__subscription sinks[HLSIM_SINKS_MAX];
};

void hlsim__stream_init(struct hlsim_stream *stream, const struct hlsim__sched *sched);

/*
 * Emits one event with the stream's present cause. Returns its id. The id counts on whether or not
 * anybody listens, so that listening changes nothing.
 */
uint64_t hlsim__emit(struct hlsim_stream *stream, const char *source, enum hlsim_event_kind kind,
                     const struct hlsim_field *fields, size_t field_count);

/*
 * Names the event that is being handled, so that what follows from it says so; returns the cause
 * before, to be put back. A part that acts on a time-out names what it had been waiting for.
 */
uint64_t hlsim__stream_set_cause(struct hlsim_stream *stream, uint64_t cause);

/* hlsim__emit with its fields written in place. */
#define HLSIM__EMIT(stream, source, kind, ...)                                                     \
    hlsim__emit((stream), (source), (kind), (const struct hlsim_field[]){__VA_ARGS__},             \
                sizeof((const struct hlsim_field[]){__VA_ARGS__}) / sizeof(struct hlsim_field))

#endif
