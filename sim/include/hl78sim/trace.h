/*
 * The event stream as text, for files and terminals: the trace (JSON Lines, docs/trace-format.md)
 * and the transcript (the dialogue as a person reads it). Both are sinks that hand text to a
 * function of the caller's; nothing here opens a file. What is written depends on the events and
 * the configuration alone, so that the same run gives the same text, byte for byte.
 */
#ifndef HL78SIM_TRACE_H
#define HL78SIM_TRACE_H

#include <hl78sim/event.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The format that is written; a reader refuses a higher one. */
#define HLSIM_TRACE_FORMAT 1

/* Takes all of the text or fails with a negative HLSIM_E_*; the text is borrowed for the call. */
typedef int (*hlsim_text_write)(void *user, const char *text, size_t size);

/* ---- Trace ---- */

struct hlsim_trace;

struct hlsim_trace_config {
    hlsim_text_write write;
    void *user;
    bool payload; /* write payloads as they are and not only their digests */
    /* For the header; texts are borrowed during creation. */
    const char *scenario;
    const char *profile;
    const char *version; /* of the program, "0.1.0" */
    uint64_t seed;
    int64_t epoch; /* seconds since 1970 at the time 0 */
};

/* Writes the header and subscribes to every kind of event. HLSIM_E_NO_MEMORY, HLSIM_E_LIMIT when
 * the stream has no room. Text is buffered: whole lines leave when enough have come together. */
int hlsim_trace_create(struct hlsim_stream *stream, const struct hlsim_trace_config *config,
                       struct hlsim_trace **ret_trace);

/* Hands over what is buffered. 0, or the first error of `write`, after which nothing was written
 * any more. */
int hlsim_trace_flush(struct hlsim_trace *trace);

/* The stream keeps the subscription: nothing may be emitted afterwards. Does not flush. NULL:
 * nothing. */
void hlsim_trace_free(struct hlsim_trace *trace);

/*
 * One event as the trace writes it, an object without line end, in pieces; `payload` as in the
 * configuration. HLSIM_E_NO_MEMORY.
 */
int hlsim_event_format(const struct hlsim_event *event, bool payload, hlsim_text_write write,
                       void *user);

/* ---- Transcript ---- */

/* How many of the last lines are kept for a message about a failure. */
#define HLSIM_TRANSCRIPT_TAIL 10

/* The longest line; what is longer ends in "...". */
#define HLSIM_TRANSCRIPT_LINE 240

struct hlsim_transcript;

struct hlsim_transcript_config {
    hlsim_text_write write; /* NULL: only the last lines are kept */
    void *user;
    bool colour; /* ANSI colours, in what is written only */
};

/* As hlsim_trace_create. Every line is handed over at once. */
int hlsim_transcript_create(struct hlsim_stream *stream,
                            const struct hlsim_transcript_config *config,
                            struct hlsim_transcript **ret_transcript);

/* The first error of `write`, or 0. */
int hlsim_transcript_error(const struct hlsim_transcript *transcript);

/* The last lines, oldest first, without line ends; verdicts are not among them. NULL from the
 * number of kept lines on. */
const char *hlsim_transcript_tail(const struct hlsim_transcript *transcript, size_t index);

/* As hlsim_trace_free. */
void hlsim_transcript_free(struct hlsim_transcript *transcript);

#endif
