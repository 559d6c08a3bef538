/*
 * seen, never, order, final (scenario-format.md, "expect").
 */
#include "load/expect.h"

#include "load/condition.h"
#include "load/matcher.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIMES_MAX 1000000

static const struct hlsim__range times_range = {1, TIMES_MAX};
static const struct hlsim__range times_min_range = {0, TIMES_MAX};

static void read_from(struct hlsim__reader *reader, const cJSON *value, void *target,
                      const void *about)
{
    struct hlsim_expect *expect = target;

    expect->has_from = true;
    hlsim__read_matcher(reader, value, &expect->from, about);
}

static const struct hlsim__key times_keys[] = {
    {.name = "min",
     .read = hlsim__read_unsigned,
     .offset = offsetof(struct hlsim_expect, times_min),
     .about = &times_min_range},
    {.name = "max",
     .read = hlsim__read_unsigned,
     .offset = offsetof(struct hlsim_expect, times_max),
     .about = &times_range},
};

static void read_times(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_expect *expect = target;

    if (!cJSON_IsObject(value)) {
        hlsim__read_unsigned(reader, value, &expect->times_min, about);
        expect->times_max = expect->times_min;
        return;
    }
    if (cJSON_GetArraySize(value) == 0) {
        hlsim__reader_complain(reader, "expected \"min\", \"max\" or both");
        return;
    }
    HLSIM__READ_OBJECT(reader, value, times_keys, expect);
    if (expect->times_max != 0 && expect->times_min > expect->times_max) {
        hlsim__reader_complain(reader, "expected \"min\" (1 unless said) to be no more than "
                                       "\"max\"");
    }
}

static void read_between(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    struct hlsim_expect *expect = target;

    if (!hlsim__reader_wants_array(reader, value, 1, 2)) {
        return;
    }
    expect->has_from = true;
    hlsim__reader_enter_index(reader, 0);
    hlsim__read_matcher(reader, cJSON_GetArrayItem(value, 0), &expect->from, about);
    hlsim__reader_leave(reader);
    if (cJSON_GetArraySize(value) == 2) {
        expect->has_until = true;
        hlsim__reader_enter_index(reader, 1);
        hlsim__read_matcher(reader, cJSON_GetArrayItem(value, 1), &expect->until, about);
        hlsim__reader_leave(reader);
    }
}

static void read_order(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_expect *expect = target;
    const cJSON *element;

    if (!hlsim__reader_wants_array(reader, value, 1, HLSIM_ORDER_MAX)) {
        return;
    }
    expect->order = calloc((size_t)cJSON_GetArraySize(value), sizeof *expect->order);
    if (expect->order == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter_index(reader, expect->order_count);
        hlsim__read_matcher(reader, element, &expect->order[expect->order_count], about);
        hlsim__reader_leave(reader);
        expect->order_count++;
    }
}

static void read_final(struct hlsim__reader *reader, const cJSON *value, void *target,
                       const void *about)
{
    struct hlsim_expect *expect = target;
    const cJSON *member;
    int count;

    (void)about;
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    count = cJSON_GetArraySize(value);
    if (count < 1 || count > HLSIM_FINALS_MAX) {
        hlsim__reader_complain(reader, "expected 1 to %d paths, found %d", HLSIM_FINALS_MAX, count);
        return;
    }
    expect->finals = calloc((size_t)count, sizeof *expect->finals);
    if (expect->finals == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(member, value)
    {
        hlsim__read_condition(reader, member, &expect->finals[expect->final_count++]);
    }
}

#define ROW(key, must, function, field, more)                                                      \
    {                                                                                              \
        .name = (key), .required = (must), .read = (function),                                     \
        .offset = offsetof(struct hlsim_expect, field), .about = (more)                            \
    }

/* The target of rows that fill in several members is the whole expectation. */
static const struct hlsim__key seen_keys[] = {
    HLSIM__KEY_ABOUT,
    ROW("seen", true, hlsim__read_matcher, what, NULL),
    ROW("within", false, hlsim__read_duration, within, NULL),
    {.name = "from", .read = read_from},
    {.name = "times", .read = read_times, .about = &times_range},
};

static const struct hlsim__key never_keys[] = {
    HLSIM__KEY_ABOUT,
    ROW("never", true, hlsim__read_matcher, what, NULL),
    {.name = "between", .read = read_between},
};

static const struct hlsim__key order_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "order", .required = true, .read = read_order},
    ROW("strict", false, hlsim__read_bool, strict, NULL),
};

static const struct hlsim__key final_keys[] = {
    HLSIM__KEY_ABOUT,
    {.name = "final", .required = true, .read = read_final},
};

struct variant {
    const char *name;
    enum hlsim_expect_kind kind;
    const struct hlsim__key *keys;
    size_t key_count;
};

#define VARIANT(key, expect_kind, table)                                                           \
    {                                                                                              \
        .name = (key), .kind = (expect_kind), .keys = (table),                                     \
        .key_count = sizeof(table) / sizeof *(table)                                               \
    }

static const struct variant variants[] = {
    VARIANT("seen", HLSIM_EXPECT_SEEN, seen_keys),
    VARIANT("never", HLSIM_EXPECT_NEVER, never_keys),
    VARIANT("order", HLSIM_EXPECT_ORDER, order_keys),
    VARIANT("final", HLSIM_EXPECT_FINAL, final_keys),
};

static void read_expect(struct hlsim__reader *reader, const cJSON *value,
                        struct hlsim_expect *expect)
{
    expect->within = HLSIM_NEVER;
    expect->times_min = 1;
    if (!hlsim__reader_wants_object(reader, value)) {
        return;
    }
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        if (cJSON_GetObjectItemCaseSensitive(value, variants[i].name) != NULL) {
            expect->kind = variants[i].kind;
            hlsim__read_object(reader, value, variants[i].keys, variants[i].key_count, expect);
            return;
        }
    }
    hlsim__reader_complain(reader, "expected \"seen\", \"never\", \"order\" or \"final\"");
}

void hlsim__read_expects(struct hlsim__reader *reader, const cJSON *value, void *target,
                         const void *about)
{
    struct hlsim_scenario *scenario = &reader->setup->scenario;
    struct hlsim_expect *expect;
    const cJSON *element;

    (void)target;
    (void)about;
    if (!hlsim__reader_wants_array(reader, value, 0, HLSIM_EXPECTS_MAX)) {
        return;
    }
    scenario->expects = calloc((size_t)cJSON_GetArraySize(value) + 1, sizeof *scenario->expects);
    if (scenario->expects == NULL) {
        hlsim__reader_complain(reader, "%s", hlsim_error_text(HLSIM_E_NO_MEMORY));
        return;
    }
    cJSON_ArrayForEach(element, value)
    {
        hlsim__reader_enter_index(reader, scenario->expect_count);
        expect = &scenario->expects[scenario->expect_count];
        snprintf(expect->pointer, sizeof expect->pointer, "/expect/%zu", scenario->expect_count);
        read_expect(reader, element, expect);
        hlsim__reader_leave(reader);
        scenario->expect_count++;
    }
}

void hlsim__expect_release(struct hlsim_expect *expect)
{
    free(expect->order);
    free(expect->finals);
}
