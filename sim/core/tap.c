/*
 * Tells commands, answers, results and unsolicited lines apart. Changes nothing on the wire.
 */
#include <hl78sim/tap.h>

#include "core/stream.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SOURCE_MAX 32
/* Lines that wait for a final result; more are settled as unsolicited, oldest first. */
#define HELD_MAX 32
/* The receiver's answers of XMODEM: one may come behind the end of the sender's data mode. */
#define ACK            0x06
#define NAK            0x15

#define FIRST_CAPACITY 64

/* Grows with the longest line that there was: most ports of a fleet never see one. */
struct line {
    size_t size;
    size_t capacity; /* a NUL behind the text included */
    char *text;      /* owned; NULL: nothing was ever put in */
};

struct held {
    bool could_answer; /* carries the pending command's own prefix */
    struct held *next;
    char text[];
};

struct hlsim_tap {
    struct hlsim_stream *stream;
    char source[SOURCE_MAX];
    struct line host;
    struct line modem;
    bool data[2];        /* by sender: what passes is no text */
    bool pending;        /* a command waits for its final result */
    bool echo_due;       /* its echo may still come */
    bool resumes;        /* data that CONNECT announced: its end is an answer */
    bool repeated;       /* it was called for by A/, which is what is echoed */
    uint8_t line_end;    /* what ends a command line, S3 of V.250 */
    struct line command; /* the pending one, or the last one */
    struct held *first_held;
    size_t held_count;
};

/* Prefixes of lines which the module also sends by itself. */
static const struct prefix {
    const char *text;
    size_t size;
} unsolicited[] = {
#define URC(prefix, sentence, evidence, source, lacks) {prefix, sizeof prefix - 1},
#include "core/urc.def"
#undef URC
};

struct result_word {
    const char *word;
    bool prefix; /* more may follow the word */
};

static const struct result_word results[] = {
    {"OK", false},         {"ERROR", false},     {"+CME ERROR:", true},
    {"+CMS ERROR:", true}, {"CONNECT", true},    {"NO CARRIER", false},
    {"BUSY", false},       {"NO ANSWER", false}, {"NO DIALTONE", false},
};

/* V.250 6.3.6: the words of the numeric results. */
static const char *const numeric[] = {"OK", "CONNECT",     NULL,   "NO CARRIER", "ERROR",
                                      NULL, "NO DIALTONE", "BUSY", "NO ANSWER"};

/* Adds what fits; less when there is no memory. */
static void add(struct line *line, const char *text, size_t size)
{
    size_t room = HLSIM_TAP_LINE_MAX - line->size;
    size_t added = size < room ? size : room;
    size_t needed = line->size + added + 1;

    if (needed > line->capacity) {
        size_t capacity = line->capacity == 0 ? FIRST_CAPACITY : 2 * line->capacity;
        char *more;

        capacity = capacity < needed ? needed : capacity;
        more = realloc(line->text, capacity);
        if (more == NULL) {
            return;
        }
        line->text = more;
        line->capacity = capacity;
    }
    memcpy(line->text + line->size, text, added);
    line->size += added;
    line->text[line->size] = '\0';
}

static const char *command_of(const struct hlsim_tap *tap)
{
    return tap->command.size == 0 ? "" : tap->command.text;
}

struct hlsim_tap *hlsim_tap_create(struct hlsim_stream *stream, const char *source)
{
    struct hlsim_tap *tap = calloc(1, sizeof *tap);

    if (tap != NULL) {
        tap->stream = stream;
        tap->line_end = '\r';
        strncpy(tap->source, source, SOURCE_MAX - 1);
    }
    return tap;
}

/* Where the first `size` characters of `part` are in `text`, or NULL. */
static const char *find_nocase(const char *text, const char *part, size_t size)
{
    for (; *text != '\0'; text++) {
        size_t i = 0;

        while (i < size && toupper((unsigned char)text[i]) == toupper((unsigned char)part[i])) {
            i++;
        }
        if (i == size) {
            return text;
        }
    }
    return NULL;
}

static void emit(struct hlsim_tap *tap, enum hlsim_event_kind kind, const char *text)
{
    if (kind == HLSIM_EVENT_RESPONSE || kind == HLSIM_EVENT_RESULT) {
        HLSIM__EMIT(tap->stream, tap->source, kind, HLSIM_TEXT("line", text),
                    HLSIM_TEXT("to", command_of(tap)));
    } else {
        HLSIM__EMIT(tap->stream, tap->source, kind, HLSIM_TEXT("line", text));
    }
}

/* Lets go of the held lines: the last `answers` of those that could answer do, the rest came by
 * themselves. */
static void settle(struct hlsim_tap *tap, size_t answers)
{
    size_t candidates = 0;

    for (struct held *held = tap->first_held; held != NULL; held = held->next) {
        candidates += held->could_answer;
    }
    while (tap->first_held != NULL) {
        struct held *held = tap->first_held;
        bool answer = held->could_answer && candidates-- <= answers;

        tap->first_held = held->next;
        emit(tap, answer ? HLSIM_EVENT_RESPONSE : HLSIM_EVENT_URC, held->text);
        free(held);
    }
    tap->held_count = 0;
}

static void hold(struct hlsim_tap *tap, const char *text, bool could_answer)
{
    struct held **last = &tap->first_held;
    struct held *held;

    if (tap->held_count == HELD_MAX) {
        settle(tap, 0);
    }
    held = malloc(sizeof *held + strlen(text) + 1);
    if (held == NULL) {
        emit(tap, HLSIM_EVENT_URC, text);
        return;
    }
    strcpy(held->text, text);
    held->could_answer = could_answer;
    held->next = NULL;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = held;
    tap->held_count++;
}

void hlsim_tap_free(struct hlsim_tap *tap)
{
    if (tap == NULL) {
        return;
    }
    while (tap->first_held != NULL) {
        struct held *held = tap->first_held;

        tap->first_held = held->next;
        free(held);
    }
    free(tap->host.text);
    free(tap->modem.text);
    free(tap->command.text);
    free(tap);
}

const char *hlsim_tap_source(const struct hlsim_tap *tap)
{
    return tap->source;
}

/* The words of a final result, or NULL when the line is none. */
static const char *final_result(const char *text)
{
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        const struct result_word *result = &results[i];
        size_t size = strlen(result->word);

        if (text[0] == result->word[0] && strncmp(text, result->word, size) == 0 &&
            (text[size] == '\0' || result->prefix)) {
            return text;
        }
    }
    if (text[0] >= '0' && text[0] <= '8' && text[1] == '\0') {
        return numeric[text[0] - '0'];
    }
    return NULL;
}

static bool is_unsolicited_prefix(const char *text)
{
    size_t size = strcspn(text, ":");

    if (text[size] == '\0') {
        return false;
    }
    for (size_t i = 0; i < sizeof unsolicited / sizeof *unsolicited; i++) {
        const struct prefix *prefix = &unsolicited[i];

        if (prefix->size == size && memcmp(prefix->text, text, size) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether the pending command may answer with lines of this prefix. */
static bool command_names(const struct hlsim_tap *tap, const char *text)
{
    return find_nocase(command_of(tap), text, strcspn(text, ":")) != NULL;
}

/* Whether that command only sets, of all the times it is on the line (AT+CREG=1;+CMEE?). */
static bool command_sets(const struct hlsim_tap *tap, const char *text)
{
    size_t size = strcspn(text, ":");
    const char *name = command_of(tap);

    while ((name = find_nocase(name, text, size)) != NULL) {
        name += size;
        if (name[0] != '=' || name[1] == '?') {
            return false;
        }
    }
    return true;
}

static void line_while_pending(struct hlsim_tap *tap, const char *text)
{
    bool names = command_names(tap, text);
    bool sets = names && command_sets(tap, text);

    if (text[0] != '+' && text[0] != '%' && text[0] != '!') {
        if (tap->first_held != NULL) {
            settle(tap, 0);
        }
        emit(tap, HLSIM_EVENT_RESPONSE, text);
    } else if (is_unsolicited_prefix(text) && names && !sets) {
        hold(tap, text, true);
    } else if (tap->first_held != NULL) {
        /* Keeps its place behind a line that is still undecided. */
        hold(tap, text, false);
    } else {
        emit(tap,
             names && !(is_unsolicited_prefix(text) && sets) ? HLSIM_EVENT_RESPONSE
                                                             : HLSIM_EVENT_URC,
             text);
    }
}

/* V.250 5.2.4: A/ carries out the line before once more. */
static bool is_repetition(const char *text)
{
    return toupper((unsigned char)text[0]) == 'A' && text[1] == '/' && text[2] == '\0';
}

static bool is_echo(const struct hlsim_tap *tap, const char *text)
{
    return tap->repeated ? is_repetition(text) : strcmp(text, command_of(tap)) == 0;
}

/* OK and the errors never come by themselves: of two commands that were sent at once they, and an
 * echo, belong to the later one. */
static void line_between_commands(struct hlsim_tap *tap, const char *text)
{
    bool late_result = strcmp(text, "OK") == 0 || strcmp(text, "ERROR") == 0 ||
                       strncmp(text, "+CME ERROR:", 11) == 0 ||
                       strncmp(text, "+CMS ERROR:", 11) == 0;

    if (!is_echo(tap, text)) {
        emit(tap, late_result ? HLSIM_EVENT_RESULT : HLSIM_EVENT_URC, text);
    }
}

static void modem_line(struct hlsim_tap *tap, const char *text)
{
    const char *result;

    if (!tap->pending) {
        line_between_commands(tap, text);
        return;
    }
    if (tap->echo_due && is_echo(tap, text)) {
        tap->echo_due = false;
        return;
    }
    result = final_result(text);
    if (result == NULL) {
        line_while_pending(tap, text);
        return;
    }
    settle(tap, strcmp(result, "OK") == 0 ? 1 : 0);
    emit(tap, HLSIM_EVENT_RESULT, result);
    tap->pending = false;
}

static void host_line(struct hlsim_tap *tap, const char *text)
{
    if (tap->pending) {
        settle(tap, 0);
    }
    /* What A/ repeats is the command that its answers belong to. */
    tap->repeated = is_repetition(text);
    if (!tap->repeated) {
        tap->command.size = 0;
        add(&tap->command, text, strlen(text));
    }
    tap->pending = true;
    tap->echo_due = true;
    emit(tap, HLSIM_EVENT_HOST, text);
}

static void complete(struct hlsim_tap *tap, struct line *line,
                     void (*take)(struct hlsim_tap *tap, const char *text))
{
    size_t size = line->size;

    line->size = 0;
    if (size > 0) {
        line->text[size] = '\0'; /* something may have been taken back */
        take(tap, line->text);
    }
}

/* Adds one byte; at a line end calls `take` with the text unless it is empty. A backspace takes
 * back what was typed, in the echo as well. */
static void add_byte(struct hlsim_tap *tap, struct line *line, uint8_t byte,
                     void (*take)(struct hlsim_tap *tap, const char *text))
{
    if (byte == '\r' || byte == '\n' || byte == tap->line_end) {
        complete(tap, line, take);
    } else if (byte == '\b') {
        line->size -= line->size > 0;
    } else if (byte != '\0') {
        char character = (char)byte;

        add(line, &character, 1);
    }
}

static void host_byte(struct hlsim_tap *tap, uint8_t byte)
{
    struct line *line = &tap->host;

    add_byte(tap, line, byte, host_line);
    /* A/ needs no line end. */
    if (byte == '/' && line->size == 2) {
        line->text[line->size] = '\0';
        if (is_repetition(line->text)) {
            complete(tap, line, host_line);
        }
    }
}

/* How many bytes mean nothing but themselves. */
static size_t plain(const struct hlsim_tap *tap, const uint8_t *bytes, size_t size)
{
    size_t count = 0;

    while (count < size && bytes[count] >= ' ' && bytes[count] != '/' &&
           bytes[count] != tap->line_end) {
        count++;
    }
    return count;
}

void hlsim_tap_bytes(struct hlsim_tap *tap, enum hlsim_side side, const uint8_t *bytes, size_t size)
{
    struct line *line = side == HLSIM_HOST ? &tap->host : &tap->modem;

    if (tap->data[side]) {
        HLSIM__EMIT(tap->stream, tap->source, HLSIM_EVENT_DATA,
                    HLSIM_TEXT("dir", side == HLSIM_HOST ? "to_modem" : "to_host"),
                    HLSIM_BYTES("payload", bytes, size));
        return;
    }
    for (size_t i = 0; i < size; i++) {
        size_t run = plain(tap, bytes + i, size - i);

        if (run > 0) {
            add(line, (const char *)bytes + i, run);
            i += run - 1;
        } else if (side == HLSIM_HOST) {
            host_byte(tap, bytes[i]);
        } else if (bytes[i] != ACK && bytes[i] != NAK) {
            add_byte(tap, line, bytes[i], modem_line);
        }
    }
}

void hlsim_tap_data(struct hlsim_tap *tap, enum hlsim_side side, bool data)
{
    if (tap->data[side] != data) {
        tap->data[side] = data;
        tap->host.size = side == HLSIM_HOST ? 0 : tap->host.size;
        tap->modem.size = side == HLSIM_MODEM ? 0 : tap->modem.size;
    } else {
        return;
    }
    /* Behind data that CONNECT announced the command has its final result. */
    if (side == HLSIM_MODEM) {
        tap->pending = tap->pending || (!data && tap->resumes);
        tap->resumes = data && !tap->pending;
    }
}

void hlsim_tap_line(struct hlsim_tap *tap, enum hlsim_line line, bool level)
{
    HLSIM__EMIT(tap->stream, tap->source, HLSIM_EVENT_LINE,
                HLSIM_TEXT("line", hlsim_line_name(line)), HLSIM_INT("level", level));
}

void hlsim_tap_speed(struct hlsim_tap *tap, unsigned speed)
{
    HLSIM__EMIT(tap->stream, tap->source, HLSIM_EVENT_SPEED, HLSIM_INT("speed", speed));
}

void hlsim_tap_set_line_end(struct hlsim_tap *tap, uint8_t line_end)
{
    tap->line_end = line_end;
}

void hlsim_tap_modem_lost(struct hlsim_tap *tap)
{
    settle(tap, 0);
    tap->data[HLSIM_HOST] = false;
    tap->data[HLSIM_MODEM] = false;
    tap->pending = false;
    tap->resumes = false;
    tap->host.size = 0;
    tap->modem.size = 0;
}
