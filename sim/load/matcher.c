/*
 * The table of matchers (scenario-format.md, "Matchers").
 */
#include "load/matcher.h"

#include "base/assert.h"
#include "load/condition.h"

#include <hl78sim/link.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_KEY_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_"

struct row;

/* Fills in the matcher from one member; the reader is at the member. */
typedef void (*read_member)(struct hlsim__reader *reader, const cJSON *value,
                            struct hlsim_matcher *matcher, const struct row *row);

struct row {
    const char *name;
    const char *field; /* of the event; NULL: see `read` */
    enum hlsim_event_kind kind;
    bool leads;       /* says what kind of matcher this is; the others go with one that leads */
    read_member read; /* NULL: not supported yet */
};

static void read_pattern(struct hlsim__reader *reader, const cJSON *value,
                         struct hlsim_matcher *matcher, const struct row *row);
static void read_result(struct hlsim__reader *reader, const cJSON *value,
                        struct hlsim_matcher *matcher, const struct row *row);
static void read_progress(struct hlsim__reader *reader, const cJSON *value,
                          struct hlsim_matcher *matcher, const struct row *row);
static void read_action(struct hlsim__reader *reader, const cJSON *value,
                        struct hlsim_matcher *matcher, const struct row *row);
static void read_state(struct hlsim__reader *reader, const cJSON *value,
                       struct hlsim_matcher *matcher, const struct row *row);
static void read_event(struct hlsim__reader *reader, const cJSON *value,
                       struct hlsim_matcher *matcher, const struct row *row);
static void read_line(struct hlsim__reader *reader, const cJSON *value,
                      struct hlsim_matcher *matcher, const struct row *row);

static const struct row rows[] = {
    {"host", "line", HLSIM_EVENT_HOST, true, read_pattern},
    {"urc", "line", HLSIM_EVENT_URC, true, read_pattern},
    {"response", "line", HLSIM_EVENT_RESPONSE, true, read_pattern},
    {"result", "line", HLSIM_EVENT_RESULT, true, read_result},
    {"progress", NULL, HLSIM_EVENT_URC, true, read_progress},
    {"action", "name", HLSIM_EVENT_ACTION, true, read_action},
    {"state", NULL, HLSIM_EVENT_KINDS, true, read_state},
    {"server", "server", HLSIM_EVENT_SERVER, true, read_pattern},
    {"request", "request", HLSIM_EVENT_SERVER, true, read_pattern},
    {"code", "code", HLSIM_EVENT_SERVER, true, read_pattern},
    {"event", NULL, HLSIM_EVENT_KINDS, true, read_event},
    {"to", "to", HLSIM_EVENT_RESPONSE, false, read_pattern},
    {"data", NULL, HLSIM_EVENT_KINDS, true, NULL},
    {"dir", NULL, HLSIM_EVENT_KINDS, false, NULL},
    {"line", "line", HLSIM_EVENT_LINE, true, read_line},
};

static const struct row *find_row(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}

static struct hlsim_field_match *add_field(struct hlsim__reader *reader,
                                           struct hlsim_matcher *matcher, const char *key)
{
    struct hlsim_field_match *added;

    if (matcher->field_count == HLSIM_FIELDS_MAX) {
        hlsim__reader_complain(reader, "expected %d fields at most", HLSIM_FIELDS_MAX);
        return NULL;
    }
    added = &matcher->fields[matcher->field_count++];
    snprintf(added->key, sizeof added->key, "%s", key);
    return added;
}

static void add_pattern(struct hlsim__reader *reader, struct hlsim_matcher *matcher,
                        const char *key, const char *pattern)
{
    struct hlsim_field_match *added = add_field(reader, matcher, key);

    if (added != NULL) {
        snprintf(added->pattern, sizeof added->pattern, "%s", pattern);
    }
}

static void read_pattern(struct hlsim__reader *reader, const cJSON *value,
                         struct hlsim_matcher *matcher, const struct row *row)
{
    char pattern[HLSIM_PATTERN_MAX];

    if (hlsim__reader_wants_copy(reader, value, 1, pattern, sizeof pattern)) {
        add_pattern(reader, matcher, row->field, pattern);
    }
}

/* "CME 650" is "+CME ERROR: 650" on the wire; CONNECT may be followed by a speed. */
static void read_result(struct hlsim__reader *reader, const cJSON *value,
                        struct hlsim_matcher *matcher, const struct row *row)
{
    static const char *const words[] = {"OK", "ERROR", "NO CARRIER", "BUSY", "NO ANSWER", NULL};
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    char pattern[HLSIM_PATTERN_MAX];
    size_t digits = strlen(text) > 4 ? strspn(text + 4, "0123456789") : 0;

    if ((strncmp(text, "CME ", 4) == 0 || strncmp(text, "CMS ", 4) == 0) && digits >= 1 &&
        digits <= 3 && text[4 + digits] == '\0') {
        snprintf(pattern, sizeof pattern, "+%.3s ERROR: %s", text, text + 4);
        add_pattern(reader, matcher, row->field, pattern);
        return;
    }
    if (strcmp(text, "CONNECT") == 0) {
        add_pattern(reader, matcher, row->field, "CONNECT*");
        return;
    }
    for (size_t i = 0; words[i] != NULL; i++) {
        if (strcmp(text, words[i]) == 0) {
            add_pattern(reader, matcher, row->field, words[i]);
            return;
        }
    }
    hlsim__reader_complain(reader, "expected \"OK\", \"ERROR\", \"CME 650\", \"CONNECT\" or "
                                   "\"NO CARRIER\"");
}

/* True for ">=37" and its like. */
static bool parse_at_least(const char *text, int64_t *ret_number)
{
    size_t digits = strlen(text) > 2 ? strspn(text + 2, "0123456789") : 0;

    if (strncmp(text, ">=", 2) != 0 || digits == 0 || digits > 15 || text[2 + digits] != '\0') {
        return false;
    }
    *ret_number = strtoll(text + 2, NULL, 10);
    return true;
}

static void read_progress(struct hlsim__reader *reader, const cJSON *value,
                          struct hlsim_matcher *matcher, const struct row *row)
{
    const int64_t percent_max = 100;

    (void)row;
    matcher->type = HLSIM_MATCHER_PROGRESS;
    if (cJSON_IsString(value)) {
        matcher->at_least = parse_at_least(value->valuestring, &matcher->number);
        if (!matcher->at_least || matcher->number > percent_max) {
            hlsim__reader_complain(reader, "expected a percentage such as 37 or \">=37\"");
        }
        return;
    }
    hlsim__reader_wants_integer(reader, value, 0, percent_max, &matcher->number);
}

static void read_action(struct hlsim__reader *reader, const cJSON *value,
                        struct hlsim_matcher *matcher, const struct row *row)
{
    read_pattern(reader, value, matcher, row);
    add_pattern(reader, matcher, "outcome", "struck");
}

/* "dtr=0"; the levels of `link` have names too. */
static void read_line(struct hlsim__reader *reader, const cJSON *value,
                      struct hlsim_matcher *matcher, const struct row *row)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";
    size_t size = strcspn(text, "=");
    const char *level = text + size + (text[size] == '=');
    bool high = strcmp(level, "1") == 0 || strcmp(level, "up") == 0;
    bool low = strcmp(level, "0") == 0 || strcmp(level, "down") == 0;
    struct hlsim_field_match *added;
    char name[8];

    if (size < sizeof name) {
        memcpy(name, text, size);
        name[size] = '\0';
    }
    if (size >= sizeof name || hlsim_line_find(name) == 0 || !(high || low)) {
        hlsim__reader_complain(reader, "expected a line and its level: \"dtr=0\", \"rts=1\", "
                                       "\"link=down\" (dtr, rts, link, cts, dsr, dcd, ri)");
        return;
    }
    add_pattern(reader, matcher, row->field, name);
    added = add_field(reader, matcher, "level");
    if (added != NULL) {
        added->kind = HLSIM_MATCH_EQUAL;
        added->number = high;
    }
}

static void read_state(struct hlsim__reader *reader, const cJSON *value,
                       struct hlsim_matcher *matcher, const struct row *row)
{
    (void)row;
    matcher->type = HLSIM_MATCHER_STATE;
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    if (cJSON_GetArraySize(value) != 1) {
        hlsim__reader_complain(reader, "expected exactly one path");
        return;
    }
    hlsim__read_condition(reader, value->child, &matcher->state);
}

static void read_event(struct hlsim__reader *reader, const cJSON *value,
                       struct hlsim_matcher *matcher, const struct row *row)
{
    const char *name = hlsim__reader_wants_text(reader, value, "the kind of an event");
    int kind = name == NULL ? -1 : hlsim_event_kind_find(name);
    struct hlsim__nearest nearest;
    char hint[HLSIM__HINT_SIZE];

    (void)row;
    if (kind >= 0) {
        matcher->kind = (enum hlsim_event_kind)kind;
    } else if (name != NULL) {
        hlsim__nearest_init(&nearest, name);
        for (int i = 0; i < HLSIM_EVENT_KINDS; i++) {
            hlsim__nearest_offer(&nearest, hlsim_event_kind_name((enum hlsim_event_kind)i));
        }
        hlsim__reader_complain(reader, "unknown kind of event \"%.60s\"%s", name,
                               hlsim__nearest_hint(&nearest, hint));
    }
}

/* Any other member of an `event`: one of its fields. */
static void read_field(struct hlsim__reader *reader, const cJSON *value,
                       struct hlsim_matcher *matcher)
{
    struct hlsim_field_match *added;
    size_t size = strlen(value->string);

    if (size == 0 || size >= sizeof added->key ||
        strspn(value->string, FIELD_KEY_CHARACTERS) != size) {
        hlsim__reader_complain(reader, "expected the name of a field (a-z, 0-9, _)");
        return;
    }
    added = add_field(reader, matcher, value->string);
    if (added == NULL) {
        return;
    }
    if (cJSON_IsBool(value)) {
        added->kind = HLSIM_MATCH_EQUAL;
        added->number = cJSON_IsTrue(value);
    } else if (cJSON_IsNumber(value)) {
        added->kind = HLSIM_MATCH_EQUAL;
        hlsim__reader_wants_integer(reader, value, -9007199254740991, 9007199254740991,
                                    &added->number);
    } else if (cJSON_IsString(value) && parse_at_least(value->valuestring, &added->number)) {
        added->kind = HLSIM_MATCH_AT_LEAST;
    } else {
        hlsim__reader_wants_copy(reader, value, 1, added->pattern, sizeof added->pattern);
    }
}

/* Appends one member to the words of a matcher, as in: response "+CGMR*" to "AT+CGMR". */
static void append_words(struct hlsim_matcher *matcher, const cJSON *member)
{
    size_t used = strlen(matcher->text);
    char *rest = matcher->text + used;
    size_t room = sizeof matcher->text - used;
    const char *gap = used == 0 ? "" : " ";

    if (cJSON_IsString(member)) {
        snprintf(rest, room, "%s%s \"%s\"", gap, member->string, member->valuestring);
    } else if (cJSON_IsNumber(member)) {
        snprintf(rest, room, "%s%s %.15g", gap, member->string, member->valuedouble);
    } else if (cJSON_IsObject(member) && member->child != NULL) {
        snprintf(rest, room, "%s%s %s", gap, member->string, member->child->string);
    } else {
        snprintf(rest, room, "%s%s", gap, member->string);
    }
}

/* Whether `row` may stand in a matcher that `lead` leads. */
static bool goes_with(const struct row *lead, const struct row *row)
{
    if (lead->kind == HLSIM_EVENT_SERVER) {
        return row->kind == HLSIM_EVENT_SERVER;
    }
    return row == lead || (strcmp(row->name, "to") == 0 && (lead->kind == HLSIM_EVENT_RESPONSE ||
                                                            lead->kind == HLSIM_EVENT_RESULT));
}

static const struct row *find_lead(struct hlsim__reader *reader, const cJSON *matcher)
{
    const struct row *lead = NULL;
    const cJSON *member;

    if (cJSON_GetObjectItemCaseSensitive(matcher, "event") != NULL) {
        return find_row("event");
    }
    cJSON_ArrayForEach(member, matcher)
    {
        const struct row *row = find_row(member->string);

        if (lead == NULL && row != NULL && row->leads) {
            lead = row;
        }
    }
    if (lead == NULL && matcher->child != NULL && find_row(matcher->child->string) == NULL) {
        struct hlsim__nearest nearest;

        hlsim__nearest_init(&nearest, matcher->child->string);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            if (rows[i].read != NULL) {
                hlsim__nearest_offer(&nearest, rows[i].name);
            }
        }
        hlsim__reader_unknown(reader, "matcher", matcher->child->string, &nearest);
    } else if (lead == NULL) {
        hlsim__reader_complain(reader, "expected a matcher: host, urc, response, result, progress, "
                                       "line, action, state, server, request, code or event");
    }
    return lead;
}

static void read_one(struct hlsim__reader *reader, const cJSON *member,
                     struct hlsim_matcher *matcher, const struct row *lead)
{
    const struct row *row = find_row(member->string);
    bool is_event = strcmp(lead->name, "event") == 0;
    struct hlsim__nearest nearest;

    if (row != NULL && row->read == NULL && !is_event) {
        hlsim__reader_later(reader, member->string);
    } else if (is_event && row != lead) {
        hlsim__reader_enter(reader, member->string);
        read_field(reader, member, matcher);
        hlsim__reader_leave(reader);
    } else if (row != NULL && goes_with(lead, row)) {
        hlsim__reader_enter(reader, member->string);
        HLSIM_ASSERT(row->read != NULL);
        row->read(reader, member, matcher, row);
        hlsim__reader_leave(reader);
    } else if (row != NULL) {
        hlsim__reader_enter(reader, member->string);
        hlsim__complain(reader->source, reader->pointer, HLSIM__SPOT_KEY,
                        "\"%s\" does not go with \"%s\"", member->string, lead->name);
        hlsim__reader_leave(reader);
    } else {
        hlsim__nearest_init(&nearest, member->string);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            if (rows[i].read != NULL && goes_with(lead, &rows[i])) {
                hlsim__nearest_offer(&nearest, rows[i].name);
            }
        }
        hlsim__reader_unknown(reader, "key", member->string, &nearest);
    }
}

void hlsim__read_matcher(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    struct hlsim_matcher *matcher = target;
    const struct row *lead;
    const cJSON *member;

    (void)about;
    memset(matcher, 0, sizeof *matcher);
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    lead = find_lead(reader, value);
    if (lead == NULL) {
        return;
    }
    matcher->type = HLSIM_MATCHER_EVENT;
    matcher->kind = lead->kind;
    cJSON_ArrayForEach(member, value)
    {
        append_words(matcher, member);
        read_one(reader, member, matcher, lead);
    }
}
