/*
 * The transcript: the dialogue on the wire and what was done to its parties, a line each. Knows how
 * lines are read by people and judges nothing.
 */
#include <hl78sim/trace.h>

#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE_SIZE 32
#define TIME_WIDTH  10

/* SGR sequences. */
#define PLAIN  ""
#define BOLD   "\033[1m"
#define GREEN  "\033[32m"
#define CYAN   "\033[36m"
#define PURPLE "\033[35m"
#define NORMAL "\033[0m"

struct hlsim_transcript {
    struct hlsim_transcript_config config;
    int error;
    char main_source[SOURCE_SIZE]; /* the port that spoke first; others are named */
    uint64_t to_modem;             /* bytes in data mode that were not told yet */
    uint64_t to_host;
    int64_t data_at;
    size_t next; /* of the ring */
    size_t count;
    char tail[HLSIM_TRANSCRIPT_TAIL][HLSIM_TRANSCRIPT_LINE + 1];
};

struct line {
    size_t size; /* HLSIM_TRANSCRIPT_LINE: full */
    char text[HLSIM_TRANSCRIPT_LINE + 1];
};

/* Adds a text of which every byte can be shown; a line that grows too long ends in dots. */
static void add(struct line *line, const char *text)
{
    for (; *text != '\0' && line->size < HLSIM_TRANSCRIPT_LINE; text++) {
        unsigned char byte = (unsigned char)*text;
        char shown[5] = {(char)byte};
        size_t size = 1;

        if (byte < 0x20 || byte >= 0x7f) {
            size = (size_t)snprintf(shown, sizeof shown, "\\x%02x", byte);
        }
        if (line->size + size > HLSIM_TRANSCRIPT_LINE - 3) {
            memcpy(line->text + line->size, "...", 4);
            line->size = HLSIM_TRANSCRIPT_LINE;
            return;
        }
        memcpy(line->text + line->size, shown, size);
        line->size += size;
        line->text[line->size] = '\0';
    }
}

static const char *text_of(const struct hlsim_event *event, const char *key)
{
    const struct hlsim_field *field = hlsim_event_field(event, key);

    return field != NULL && field->type == HLSIM_FIELD_TEXT ? field->data : "";
}

static int64_t number_of(const struct hlsim_event *event, const char *key)
{
    const struct hlsim_field *field = hlsim_event_field(event, key);

    return field != NULL && field->type == HLSIM_FIELD_INT ? field->integer : 0;
}

static void add_number(struct line *line, int64_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%lld", (long long)number);
    add(line, text);
}

static void add_after(struct line *line, const char *between, const char *text)
{
    if (*text != '\0') {
        add(line, between);
        add(line, text);
    }
}

/* ---- What is said about events that are not on the wire ---- */

static void add_power(struct line *line, const struct hlsim_event *event)
{
    add(line, event->source);
    add(line, number_of(event, "on") != 0 ? " has power" : " has no power");
    add_after(line, ": ", text_of(event, "by"));
}

static void add_cut(struct line *line, const struct hlsim_event *event)
{
    add(line, event->source);
    add(line, ": power failed at ");
    add(line, text_of(event, "point"));
    add(line, ":");
    add_number(line, number_of(event, "occurrence"));
    add(line, ":");
    add(line, text_of(event, "torn"));
}

static void add_mark(struct line *line, const struct hlsim_event *event)
{
    switch (event->kind) {
    case HLSIM_EVENT_ACTION:
        add(line, text_of(event, "name"));
        add_after(line, " ", text_of(event, "outcome"));
        break;
    case HLSIM_EVENT_POWER:
        add_power(line, event);
        break;
    case HLSIM_EVENT_CUT:
        add_cut(line, event);
        break;
    case HLSIM_EVENT_HOST_REPORT:
        add(line, event->source);
        add(line, " reports ");
        add(line, text_of(event, "result"));
        add_after(line, ": ", text_of(event, "reason"));
        break;
    case HLSIM_EVENT_PROMISE:
        add(line, event->source);
        add(line, ": promise broken: ");
        add(line, text_of(event, "name"));
        break;
    case HLSIM_EVENT_VERDICT:
    default:
        add(line, text_of(event, "expectation"));
        add_after(line, " ", text_of(event, "outcome"));
        add_after(line, ": ", text_of(event, "why"));
        break;
    }
}

/* ---- Lines ---- */

static void begin_line(struct line *line, int64_t at, const char *mark)
{
    char time[32];

    hlsim_time_format(at, time, sizeof time);
    /* Milliseconds are enough for people. */
    time[strcspn(time, ".") + 4] = '\0';
    line->size = (size_t)snprintf(line->text, sizeof line->text, "%*s%s", TIME_WIDTH, time, mark);
}

static const char *begin(struct line *line, const struct hlsim_event *event)
{
    const char *mark = "  ! ";
    const char *colour = PURPLE;

    if (event->kind == HLSIM_EVENT_HOST) {
        mark = "  > ";
        colour = BOLD;
    } else if (event->kind == HLSIM_EVENT_RESPONSE || event->kind == HLSIM_EVENT_RESULT) {
        mark = "  < ";
        colour = event->kind == HLSIM_EVENT_RESULT ? GREEN : PLAIN;
    } else if (event->kind == HLSIM_EVENT_URC) {
        mark = "  * ";
        colour = CYAN;
    }
    begin_line(line, event->at, mark);
    return colour;
}

/* The port's name, unless it is the one that spoke first. */
static void add_source(struct hlsim_transcript *transcript, struct line *line,
                       const struct hlsim_event *event)
{
    if (transcript->main_source[0] == '\0') {
        snprintf(transcript->main_source, sizeof transcript->main_source, "%s", event->source);
    }
    if (strcmp(transcript->main_source, event->source) != 0) {
        add(line, "[");
        add(line, event->source);
        add(line, "] ");
    }
}

static void keep(struct hlsim_transcript *transcript, const struct line *line)
{
    strcpy(transcript->tail[transcript->next], line->text);
    transcript->next = (transcript->next + 1) % HLSIM_TRANSCRIPT_TAIL;
    transcript->count += transcript->count < HLSIM_TRANSCRIPT_TAIL;
}

static void hand_over(struct hlsim_transcript *transcript, const struct line *line,
                      const char *colour)
{
    char text[HLSIM_TRANSCRIPT_LINE + 16];
    bool coloured = transcript->config.colour && *colour != '\0';
    int size = snprintf(text, sizeof text, "%s%s%s\n", coloured ? colour : "", line->text,
                        coloured ? NORMAL : "");
    int result;

    if (transcript->error == 0 && transcript->config.write != NULL) {
        result = transcript->config.write(transcript->config.user, text, (size_t)size);
        transcript->error = result < 0 ? result : 0;
    }
}

/* A transfer is one line, whatever pieces it came in. */
static void tell_data(struct hlsim_transcript *transcript)
{
    struct line line;

    if (transcript->to_modem + transcript->to_host == 0) {
        return;
    }
    begin_line(&line, transcript->data_at, "  = ");
    add_number(&line, (int64_t)transcript->to_modem);
    add(&line, " bytes to the module, ");
    add_number(&line, (int64_t)transcript->to_host);
    add(&line, " from it");
    transcript->to_modem = 0;
    transcript->to_host = 0;
    keep(transcript, &line);
    hand_over(transcript, &line, PLAIN);
}

static void count_data(struct hlsim_transcript *transcript, const struct hlsim_event *event)
{
    const struct hlsim_field *payload = hlsim_event_field(event, "payload");
    bool to_modem = strcmp(text_of(event, "dir"), "to_modem") == 0;

    *(to_modem ? &transcript->to_modem : &transcript->to_host) += payload->size;
    transcript->data_at = event->at;
}

static void sink(void *user, const struct hlsim_event *event)
{
    struct hlsim_transcript *transcript = user;
    struct line line;
    const char *colour;

    if (event->kind == HLSIM_EVENT_DATA) {
        count_data(transcript, event);
        return;
    }
    tell_data(transcript);
    colour = begin(&line, event);
    switch (event->kind) {
    case HLSIM_EVENT_HOST:
    case HLSIM_EVENT_RESPONSE:
    case HLSIM_EVENT_RESULT:
    case HLSIM_EVENT_URC:
        add_source(transcript, &line, event);
        add(&line, text_of(event, "line"));
        break;
    default:
        add_mark(&line, event);
        break;
    }
    if (event->kind != HLSIM_EVENT_VERDICT) {
        keep(transcript, &line);
    }
    hand_over(transcript, &line, colour);
}

int hlsim_transcript_create(struct hlsim_stream *stream,
                            const struct hlsim_transcript_config *config,
                            struct hlsim_transcript **ret_transcript)
{
    const uint64_t kinds =
        HLSIM_EVENT_BIT(HLSIM_EVENT_HOST) | HLSIM_EVENT_BIT(HLSIM_EVENT_RESPONSE) |
        HLSIM_EVENT_BIT(HLSIM_EVENT_RESULT) | HLSIM_EVENT_BIT(HLSIM_EVENT_URC) |
        HLSIM_EVENT_BIT(HLSIM_EVENT_DATA) | HLSIM_EVENT_BIT(HLSIM_EVENT_ACTION) |
        HLSIM_EVENT_BIT(HLSIM_EVENT_POWER) | HLSIM_EVENT_BIT(HLSIM_EVENT_CUT) |
        HLSIM_EVENT_BIT(HLSIM_EVENT_HOST_REPORT) | HLSIM_EVENT_BIT(HLSIM_EVENT_PROMISE) |
        HLSIM_EVENT_BIT(HLSIM_EVENT_VERDICT);
    struct hlsim_transcript *transcript = calloc(1, sizeof *transcript);
    int error;

    if (transcript == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    transcript->config = *config;
    error = hlsim_stream_subscribe(stream, kinds, sink, transcript);
    if (error < 0) {
        free(transcript);
        return error;
    }
    *ret_transcript = transcript;
    return 0;
}

int hlsim_transcript_error(const struct hlsim_transcript *transcript)
{
    return transcript->error;
}

const char *hlsim_transcript_tail(const struct hlsim_transcript *transcript, size_t index)
{
    size_t first =
        (transcript->next + HLSIM_TRANSCRIPT_TAIL - transcript->count) % HLSIM_TRANSCRIPT_TAIL;

    return index < transcript->count ? transcript->tail[(first + index) % HLSIM_TRANSCRIPT_TAIL]
                                     : NULL;
}

void hlsim_transcript_free(struct hlsim_transcript *transcript)
{
    free(transcript);
}
