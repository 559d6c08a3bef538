/*
 * Compares events with matchers and values with conditions.
 */
#include "scenario/watch.h"

#include <hl78sim/error.h>
#include <hl78sim/link.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The indication that carries the percentage of a download (AN5.0 table 1). */
#define PROGRESS_URC "+WDSI: 18"

/* Stands for a NUL in a payload: no pattern of a scenario, which is UTF-8, holds it. */
#define NUL_SHOWN '\xff'

/* Room for a 64-bit number in decimal. */
#define NUMBER_SIZE 24

/* Bytes in pieces that are compared as texts; what is longer than that is cut. */
#define BYTES_MAX HLSIM_LINK_CAPACITY

/* A payload as text: a NUL in it fits nothing but a star. */
static bool bytes_fit(const struct hlsim_field_match *match, const struct hlsim_field *field)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *bytes = field->data;
    size_t size = field->size < BYTES_MAX ? field->size : BYTES_MAX;
    char text[3 * BYTES_MAX + 1];
    size_t used = 0;

    for (size_t i = 0; i < size; i++) {
        if (match->kind == HLSIM_MATCH_HEX) {
            text[used++] = digits[bytes[i] >> 4];
            text[used++] = digits[bytes[i] & 15];
            text[used++] = ' ';
        } else {
            text[used++] = bytes[i] == 0 ? NUL_SHOWN : (char)bytes[i];
        }
    }
    text[used] = '\0';
    return hlsim_pattern_match(match->pattern, text);
}

static bool field_fits(const struct hlsim_field_match *match, const struct hlsim_field *field)
{
    char number[NUMBER_SIZE];

    if (field == NULL) {
        return false;
    }
    if (field->type == HLSIM_FIELD_BYTES) {
        return (match->kind == HLSIM_MATCH_PATTERN || match->kind == HLSIM_MATCH_HEX) &&
               bytes_fit(match, field);
    }
    switch (match->kind) {
    case HLSIM_MATCH_EQUAL:
        return field->type == HLSIM_FIELD_INT && field->integer == match->number;
    case HLSIM_MATCH_AT_LEAST:
        return field->type == HLSIM_FIELD_INT && field->integer >= match->number;
    case HLSIM_MATCH_HEX:
        return false;
    case HLSIM_MATCH_PATTERN:
    default:
        break;
    }
    if (field->type == HLSIM_FIELD_TEXT) {
        return field->data != NULL && hlsim_pattern_match(match->pattern, field->data);
    }
    snprintf(number, sizeof number, "%lld", (long long)field->integer);
    return hlsim_pattern_match(match->pattern, number);
}

bool hlsim__matcher_fits(const struct hlsim_matcher *matcher, const struct hlsim_event *event)
{
    if (event->kind != matcher->kind) {
        return false;
    }
    for (size_t i = 0; i < matcher->field_count; i++) {
        if (!field_fits(&matcher->fields[i], hlsim_event_field(event, matcher->fields[i].key))) {
            return false;
        }
    }
    return true;
}

void hlsim__watch_init(struct hlsim__watch *watch, const struct hlsim_matcher *matcher)
{
    memset(watch, 0, sizeof *watch);
    watch->matcher = matcher;
}

/* The percentage of a progress line; 0 for the bare one of a beginning, -1 for any other line. */
static int64_t progress_of(const struct hlsim_event *event)
{
    const struct hlsim_field *line = hlsim_event_field(event, "line");
    const char *rest;
    char *end;
    long value;

    if (event->kind != HLSIM_EVENT_URC || line == NULL || line->type != HLSIM_FIELD_TEXT ||
        strncmp(line->data, PROGRESS_URC, strlen(PROGRESS_URC)) != 0) {
        return -1;
    }
    rest = (const char *)line->data + strlen(PROGRESS_URC);
    if (*rest == '\0') {
        return 0;
    }
    if (rest[0] != ',' || rest[1] < '0' || rest[1] > '9') {
        return -1;
    }
    value = strtol(rest + 1, &end, 10);
    return *end == '\0' && value <= INT32_MAX ? value : -1;
}

/*
 * A download crosses the number once. A resumed one goes on where it was; only the line without a
 * value, which comes at offset 0 alone, begins a new download (AN5.0 6.5).
 */
static void watch_progress(struct hlsim__watch *watch, const struct hlsim_event *event)
{
    const struct hlsim_matcher *matcher = watch->matcher;
    int64_t value = progress_of(event);

    if (value < 0) {
        return;
    }
    if (value == 0) {
        watch->crossed = false;
    }
    if (!watch->crossed &&
        (matcher->at_least ? value >= matcher->number : value == matcher->number)) {
        watch->crossed = true;
        watch->happened = true;
    }
}

void hlsim__watch_event(struct hlsim__watch *watch, const struct hlsim_event *event)
{
    watch->happened = false;
    switch (watch->matcher->type) {
    case HLSIM_MATCHER_EVENT:
        watch->happened = hlsim__matcher_fits(watch->matcher, event);
        break;
    case HLSIM_MATCHER_PROGRESS:
        watch_progress(watch, event);
        break;
    case HLSIM_MATCHER_STATE:
    default:
        break;
    }
}

void hlsim__watch_state(struct hlsim__watch *watch, const struct hlsim__bench *bench)
{
    struct hlsim_value value;
    enum hlsim__condition_state state;

    watch->happened = false;
    if (watch->matcher->type != HLSIM_MATCHER_STATE) {
        return;
    }
    state = hlsim__condition_check(&watch->matcher->state, bench, &value);
    watch->unseen = state == HLSIM__CONDITION_UNREADABLE;
    watch->happened = state == HLSIM__CONDITION_HOLDS && !watch->was_so;
    watch->was_so = state == HLSIM__CONDITION_HOLDS;
}

uint64_t hlsim__watch_kinds(const struct hlsim__watch *watch)
{
    switch (watch->matcher->type) {
    case HLSIM_MATCHER_EVENT:
        return HLSIM_EVENT_BIT(watch->matcher->kind);
    case HLSIM_MATCHER_PROGRESS:
        return HLSIM_EVENT_BIT(HLSIM_EVENT_URC);
    case HLSIM_MATCHER_STATE:
    default:
        return HLSIM_EVENT_ALL & ~HLSIM_EVENT_BIT(HLSIM_EVENT_VERDICT);
    }
}

static int ask(const struct hlsim__bench *bench, const char *path, struct hlsim_value *ret_value)
{
    int result = HLSIM_E_NOT_FOUND;

    for (size_t i = 0; result == HLSIM_E_NOT_FOUND && i < bench->actor_count; i++) {
        const struct hlsim_actor *actor = &bench->actors[i];

        if (actor->read != NULL) {
            result = actor->read(actor->user, path, ret_value);
        }
    }
    return result;
}

static bool holds(const struct hlsim_condition *condition, const struct hlsim_value *value)
{
    char number[NUMBER_SIZE];

    switch (condition->kind) {
    case HLSIM_CONDITION_RANGE:
        return value->type == HLSIM_VALUE_INT &&
               (!condition->has_min || value->integer >= condition->min) &&
               (!condition->has_max || value->integer <= condition->max);
    case HLSIM_CONDITION_LIKE:
        if (value->type == HLSIM_VALUE_TEXT) {
            return hlsim_pattern_match(condition->like, value->text);
        }
        snprintf(number, sizeof number, "%lld", (long long)value->integer);
        return value->type == HLSIM_VALUE_INT && hlsim_pattern_match(condition->like, number);
    case HLSIM_CONDITION_EQUAL:
    default:
        break;
    }
    if (value->type != condition->value.type) {
        return false;
    }
    switch (value->type) {
    case HLSIM_VALUE_NULL:
        return true;
    case HLSIM_VALUE_TEXT:
        return strcmp(value->text, condition->value.text) == 0;
    case HLSIM_VALUE_BOOL:
    case HLSIM_VALUE_INT:
    default:
        return value->integer == condition->value.integer;
    }
}

enum hlsim__condition_state hlsim__condition_check(const struct hlsim_condition *condition,
                                                   const struct hlsim__bench *bench,
                                                   struct hlsim_value *ret_value)
{
    memset(ret_value, 0, sizeof *ret_value);
    if (ask(bench, condition->path, ret_value) < 0) {
        return HLSIM__CONDITION_UNREADABLE;
    }
    return holds(condition, ret_value) ? HLSIM__CONDITION_HOLDS : HLSIM__CONDITION_FAILS;
}
