/*
 * Numbers the events and hands them to the sinks that want them. Formats and stores nothing.
 */
#include "core/stream.h"

#include "base/assert.h"

#include <string.h>

static const char *const kind_names[HLSIM_EVENT_KINDS] = {
#define HLSIM_EVENT_NAME(kind, name) [kind] = name,
    HLSIM_EVENT_MAP(HLSIM_EVENT_NAME)
#undef HLSIM_EVENT_NAME
};

_Static_assert(HLSIM_EVENT_KINDS < 64, "a set of kinds fits 64 bits");

void hlsim__stream_init(struct hlsim_stream *stream, const struct hlsim__sched *sched)
{
    memset(stream, 0, sizeof *stream);
    stream->sched = sched;
}

int hlsim_stream_subscribe(struct hlsim_stream *stream, uint64_t kinds, hlsim_event_sink sink,
                           void *user)
{
    if (stream->sink_count == HLSIM_SINKS_MAX) {
        return HLSIM_E_LIMIT;
    }
    stream->sinks[stream->sink_count++] =
        (struct hlsim__subscription){.kinds = kinds, .sink = sink, .user = user};
    stream->wanted |= kinds;
    return 0;
}

uint64_t hlsim__emit(struct hlsim_stream *stream, const char *source, enum hlsim_event_kind kind,
                     const struct hlsim_field *fields, size_t field_count)
{
    uint64_t id = ++stream->last_id;
    struct hlsim_event event;

    if ((stream->wanted & HLSIM_EVENT_BIT(kind)) == 0) {
        return id;
    }
    event = (struct hlsim_event){.at = stream->sched->now,
                                 .id = id,
                                 .cause = stream->cause,
                                 .kind = kind,
                                 .source = source,
                                 .fields = fields,
                                 .field_count = field_count};
    for (size_t i = 0; i < stream->sink_count; i++) {
        if ((stream->sinks[i].kinds & HLSIM_EVENT_BIT(kind)) != 0) {
            stream->sinks[i].sink(stream->sinks[i].user, &event);
        }
    }
    return id;
}

uint64_t hlsim__stream_set_cause(struct hlsim_stream *stream, uint64_t cause)
{
    uint64_t before = stream->cause;

    stream->cause = cause;
    return before;
}

const char *hlsim_event_kind_name(enum hlsim_event_kind kind)
{
    HLSIM_ASSERT((size_t)kind < HLSIM_EVENT_KINDS);
    return kind_names[kind];
}

int hlsim_event_kind_find(const char *name)
{
    for (int kind = 0; kind < HLSIM_EVENT_KINDS; kind++) {
        if (strcmp(kind_names[kind], name) == 0) {
            return kind;
        }
    }
    return -1;
}

const struct hlsim_field *hlsim_event_field(const struct hlsim_event *event, const char *key)
{
    for (size_t i = 0; i < event->field_count; i++) {
        if (strcmp(event->fields[i].key, key) == 0) {
            return &event->fields[i];
        }
    }
    return NULL;
}
