/*
 * The trace: one JSON object a line for every event. Knows the shape of events and nothing of what
 * they mean.
 */
#include <hl78sim/trace.h>

#include "base/assert.h"
#include "base/checksum.h"
#include "codec/json_writer.h"

#include <hl78sim/error.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Text that is collected before it is handed over. */
#define BUFFER_SIZE 65536

struct hlsim_trace {
    hlsim_text_write write;
    void *user;
    bool payload;
    int error;
    size_t size;
    size_t whole; /* of it, whole lines */
    char buffer[BUFFER_SIZE];
};

static int hand_over(struct hlsim_trace *trace, size_t size)
{
    if (trace->error == 0 && size > 0) {
        int result = trace->write(trace->user, trace->buffer, size);

        trace->error = result < 0 ? result : 0;
    }
    memmove(trace->buffer, trace->buffer + size, trace->size - size);
    trace->size -= size;
    trace->whole -= size < trace->whole ? size : trace->whole;
    return trace->error;
}

static int append(void *user, const char *text, size_t size)
{
    struct hlsim_trace *trace = user;

    while (size > 0 && trace->error == 0) {
        size_t room = BUFFER_SIZE - trace->size;
        size_t piece = size < room ? size : room;

        memcpy(trace->buffer + trace->size, text, piece);
        trace->size += piece;
        text += piece;
        size -= piece;
        if (trace->size == BUFFER_SIZE) {
            /* A line that is larger than the buffer has to leave in pieces. */
            hand_over(trace, trace->whole > 0 ? trace->whole : trace->size);
        }
    }
    return trace->error;
}

static void end_line(struct hlsim_trace *trace)
{
    append(trace, "\n", 1);
    trace->whole = trace->size;
}

/* A string of `size` bytes as hex. HLSIM_E_NO_MEMORY. */
static int write_hex(struct hlsim__json_writer *writer, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    char *text = malloc(2 * size + 1);

    if (text == NULL) {
        hlsim__json_null(writer);
        return HLSIM_E_NO_MEMORY;
    }
    for (size_t i = 0; i < size; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    hlsim__json_string(writer, text, 2 * size);
    free(text);
    return 0;
}

static int write_payload(struct hlsim__json_writer *writer, const struct hlsim_field *field,
                         bool whole)
{
    char digest[17];
    int error = 0;

    hlsim__json_begin_object(writer);
    hlsim__json_key(writer, "size");
    hlsim__json_uint64(writer, field->size);
    if (whole) {
        hlsim__json_key(writer, "hex");
        error = write_hex(writer, field->data, field->size);
    } else {
        snprintf(digest, sizeof digest, "%016llx",
                 (unsigned long long)hlsim__digest(field->data, field->size));
        hlsim__json_key(writer, "digest");
        hlsim__json_text(writer, digest);
    }
    hlsim__json_end_object(writer);
    return error;
}

static int write_field(struct hlsim__json_writer *writer, const struct hlsim_field *field,
                       bool payload)
{
    hlsim__json_key(writer, field->key);
    switch (field->type) {
    case HLSIM_FIELD_INT:
        hlsim__json_int64(writer, field->integer);
        return 0;
    case HLSIM_FIELD_TEXT:
        hlsim__json_text(writer, field->data);
        return 0;
    case HLSIM_FIELD_BYTES:
    default:
        return write_payload(writer, field, payload);
    }
}

int hlsim_event_format(const struct hlsim_event *event, bool payload, hlsim_text_write write,
                       void *user)
{
    struct hlsim__json_writer writer;
    int error = 0;

    hlsim__json_init(&writer, write, user);
    hlsim__json_begin_object(&writer);
    hlsim__json_key(&writer, "at");
    hlsim__json_int64(&writer, event->at);
    hlsim__json_key(&writer, "id");
    hlsim__json_uint64(&writer, event->id);
    if (event->cause != 0) {
        hlsim__json_key(&writer, "cause");
        hlsim__json_uint64(&writer, event->cause);
    }
    hlsim__json_key(&writer, "source");
    hlsim__json_text(&writer, event->source);
    hlsim__json_key(&writer, "event");
    hlsim__json_text(&writer, hlsim_event_kind_name(event->kind));
    for (size_t i = 0; i < event->field_count && error == 0; i++) {
        error = write_field(&writer, &event->fields[i], payload);
    }
    hlsim__json_end_object(&writer);
    return error;
}

static void sink(void *user, const struct hlsim_event *event)
{
    struct hlsim_trace *trace = user;
    int error = hlsim_event_format(event, trace->payload, append, trace);

    trace->error = trace->error == 0 ? error : trace->error;
    end_line(trace);
}

static void write_header(struct hlsim_trace *trace, const struct hlsim_trace_config *config)
{
    struct hlsim__json_writer writer;

    hlsim__json_init(&writer, append, trace);
    hlsim__json_begin_object(&writer);
    hlsim__json_key(&writer, "trace");
    hlsim__json_int64(&writer, HLSIM_TRACE_FORMAT);
    hlsim__json_key(&writer, "scenario");
    hlsim__json_text(&writer, config->scenario);
    hlsim__json_key(&writer, "profile");
    hlsim__json_text(&writer, config->profile);
    hlsim__json_key(&writer, "seed");
    hlsim__json_uint64(&writer, config->seed);
    hlsim__json_key(&writer, "epoch");
    hlsim__json_int64(&writer, config->epoch);
    hlsim__json_key(&writer, "versions");
    hlsim__json_begin_object(&writer);
    hlsim__json_key(&writer, "hl78sim");
    hlsim__json_text(&writer, config->version);
    hlsim__json_end_object(&writer);
    hlsim__json_end_object(&writer);
    end_line(trace);
}

int hlsim_trace_create(struct hlsim_stream *stream, const struct hlsim_trace_config *config,
                       struct hlsim_trace **ret_trace)
{
    struct hlsim_trace *trace = calloc(1, sizeof *trace);
    int error;

    HLSIM_ASSERT(config->write != NULL);
    if (trace == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    trace->write = config->write;
    trace->user = config->user;
    trace->payload = config->payload;
    error = hlsim_stream_subscribe(stream, HLSIM_EVENT_ALL, sink, trace);
    if (error < 0) {
        free(trace);
        return error;
    }
    write_header(trace, config);
    *ret_trace = trace;
    return 0;
}

int hlsim_trace_flush(struct hlsim_trace *trace)
{
    return hand_over(trace, trace->size);
}

void hlsim_trace_free(struct hlsim_trace *trace)
{
    free(trace);
}
