/*
 * The little machines behind seen, never, order and final.
 */
#include "scenario/expectation.h"

#include "base/assert.h"

#include <stdlib.h>
#include <string.h>

#define VALUE_TEXT_SIZE (HLSIM_VALUE_MAX + 2)

static void add_watch(struct hlsim__expectation *expectation, const struct hlsim_matcher *matcher,
                      struct hlsim__watch **ret_watch)
{
    *ret_watch = &expectation->watches[expectation->watch_count++];
    hlsim__watch_init(*ret_watch, matcher);
}

static void add_watches(struct hlsim__expectation *expectation)
{
    const struct hlsim_expect *expect = expectation->expect;
    struct hlsim__watch *ignored;

    switch (expect->kind) {
    case HLSIM_EXPECT_SEEN:
    case HLSIM_EXPECT_NEVER:
        add_watch(expectation, &expect->what, &expectation->what);
        if (expect->has_from) {
            add_watch(expectation, &expect->from, &expectation->from);
        }
        if (expect->has_until) {
            add_watch(expectation, &expect->until, &expectation->until);
        }
        break;
    case HLSIM_EXPECT_ORDER:
        expectation->order = expectation->watches;
        for (size_t i = 0; i < expect->order_count; i++) {
            add_watch(expectation, &expect->order[i], &ignored);
        }
        break;
    case HLSIM_EXPECT_FINAL:
    default:
        break;
    }
}

static void describe(struct hlsim__expectation *expectation)
{
    const struct hlsim_expect *expect = expectation->expect;
    char *what = expectation->decision.finding.what;
    size_t size = sizeof expectation->decision.finding.what;

    switch (expect->kind) {
    case HLSIM_EXPECT_SEEN:
        hlsim__append(what, size, "seen %s", expect->what.text);
        if (expect->has_from) {
            hlsim__append(what, size, " from %s", expect->from.text);
        }
        break;
    case HLSIM_EXPECT_NEVER:
        hlsim__append(what, size, "never %s", expect->what.text);
        if (expect->has_from) {
            hlsim__append(what, size, " between %s and %s", expect->from.text,
                          expect->has_until ? expect->until.text : "the end");
        }
        break;
    case HLSIM_EXPECT_ORDER:
        hlsim__append(what, size, "order");
        for (size_t i = 0; i < expect->order_count; i++) {
            hlsim__append(what, size, "%s %s", i == 0 ? "" : ",", expect->order[i].text);
        }
        break;
    case HLSIM_EXPECT_FINAL:
    default:
        hlsim__append(what, size, "final");
        for (size_t i = 0; i < expect->final_count; i++) {
            hlsim__append(what, size, "%s %s", i == 0 ? "" : ",", expect->finals[i].path);
        }
        break;
    }
}

static void seen_check(struct hlsim__expectation *expectation)
{
    const struct hlsim_expect *expect = expectation->expect;

    if (expect->times_max != 0 && expectation->count > expect->times_max) {
        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED,
                      "came %u times, at most %u were expected", expectation->count,
                      expect->times_max);
    } else if (expect->times_max == 0 && expectation->count >= expect->times_min) {
        hlsim__decide_passed(&expectation->decision);
    }
}

/* The window of a `seen` has ended: what has come by now is all. */
static void seen_end(struct hlsim__expectation *expectation, const char *how)
{
    if (expectation->count >= expectation->expect->times_min) {
        hlsim__decide_passed(&expectation->decision);
    } else if (expectation->count == 0) {
        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED, "never came (%s)", how);
    } else {
        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED,
                      "came %u times, %u were expected (%s)", expectation->count,
                      expectation->expect->times_min, how);
    }
}

static void limit_reached(void *owner)
{
    struct hlsim__expectation *expectation = owner;

    if (!expectation->decision.decided) {
        seen_end(expectation, "its time is over");
        hlsim__bench_follow_up(expectation->bench);
    }
}

static void open_window(struct hlsim__expectation *expectation)
{
    const struct hlsim_expect *expect = expectation->expect;

    expectation->open = true;
    expectation->opened = true;
    if (expect->kind != HLSIM_EXPECT_SEEN) {
        return;
    }
    if (expect->within != HLSIM_NEVER) {
        /* One nanosecond later, so that what comes exactly then is in time. */
        hlsim__timer_set_in(&expectation->limit, expect->within + 1);
    }
    seen_check(expectation);
}

int hlsim__expectation_init(struct hlsim__expectation *expectation, struct hlsim__bench *bench,
                            const struct hlsim_expect *expect)
{
    size_t count = expect->kind == HLSIM_EXPECT_ORDER ? expect->order_count : 3;

    memset(expectation, 0, sizeof *expectation);
    expectation->bench = bench;
    expectation->expect = expect;
    expectation->watches = calloc(count, sizeof *expectation->watches);
    if (expectation->watches == NULL) {
        return HLSIM_E_NO_MEMORY;
    }
    hlsim__decision_init(&expectation->decision, bench, expect->pointer);
    hlsim__timer_init(&expectation->limit, &bench->timers, limit_reached, expectation);
    add_watches(expectation);
    describe(expectation);
    if ((expect->kind == HLSIM_EXPECT_SEEN || expect->kind == HLSIM_EXPECT_NEVER) &&
        !expect->has_from) {
        open_window(expectation);
    }
    return 0;
}

void hlsim__expectation_free(struct hlsim__expectation *expectation)
{
    free(expectation->watches);
}

static void seen_step(struct hlsim__expectation *expectation)
{
    if (!expectation->open) {
        if (hlsim__watch_happened(expectation->from)) {
            open_window(expectation);
        }
    } else if (hlsim__watch_happened(expectation->what)) {
        expectation->count++;
        seen_check(expectation);
    }
}

static void never_step(struct hlsim__expectation *expectation)
{
    if (expectation->open && expectation->until != NULL &&
        hlsim__watch_happened(expectation->until)) {
        expectation->open = false;
        expectation->closed = true;
    }
    if (expectation->open && hlsim__watch_happened(expectation->what)) {
        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED, "it came");
    } else if (!expectation->open && expectation->from != NULL &&
               hlsim__watch_happened(expectation->from)) {
        open_window(expectation);
    }
}

static void order_step(struct hlsim__expectation *expectation, const struct hlsim_event *event)
{
    const struct hlsim_expect *expect = expectation->expect;
    size_t before = expectation->step;

    while (expectation->step < expect->order_count &&
           hlsim__watch_happened(&expectation->order[expectation->step])) {
        expectation->step++;
        if (event != NULL) {
            break;
        }
    }
    if (expectation->step == expect->order_count) {
        hlsim__decide_passed(&expectation->decision);
    } else if (expect->strict && before > 0 && expectation->step == before && event != NULL &&
               event->kind == HLSIM_EVENT_URC) {
        const struct hlsim_field *line = hlsim_event_field(event, "line");

        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED,
                      "%.80s came between %.70s and %.70s",
                      line != NULL ? (const char *)line->data : "a URC",
                      expect->order[before - 1].text, expect->order[before].text);
    }
}

void hlsim__expectation_step(struct hlsim__expectation *expectation,
                             const struct hlsim_event *event)
{
    if (expectation->decision.decided) {
        return;
    }
    switch (expectation->expect->kind) {
    case HLSIM_EXPECT_SEEN:
        seen_step(expectation);
        break;
    case HLSIM_EXPECT_NEVER:
        never_step(expectation);
        break;
    case HLSIM_EXPECT_ORDER:
        order_step(expectation, event);
        break;
    case HLSIM_EXPECT_FINAL:
    default:
        break;
    }
}

bool hlsim__expectation_blocks(const struct hlsim__expectation *expectation)
{
    const struct hlsim_expect *expect = expectation->expect;

    if (expectation->decision.decided) {
        return false;
    }
    switch (expect->kind) {
    case HLSIM_EXPECT_SEEN:
        if (!expectation->open) {
            return expect->times_min > 0;
        }
        return expect->within != HLSIM_NEVER || expectation->count < expect->times_min;
    case HLSIM_EXPECT_NEVER:
        return !expectation->opened || (expect->has_until && !expectation->closed);
    case HLSIM_EXPECT_ORDER:
        return true;
    case HLSIM_EXPECT_FINAL:
    default:
        return false;
    }
}

bool hlsim__expectation_asks(const struct hlsim__expectation *expectation)
{
    switch (expectation->expect->kind) {
    case HLSIM_EXPECT_SEEN:
        return expectation->expect->times_min > 0;
    case HLSIM_EXPECT_NEVER:
        return false;
    case HLSIM_EXPECT_ORDER:
    case HLSIM_EXPECT_FINAL:
    default:
        return true;
    }
}

bool hlsim__expectation_final_holds(const struct hlsim__expectation *expectation)
{
    const struct hlsim_expect *expect = expectation->expect;
    struct hlsim_value value;

    HLSIM_ASSERT(expect->kind == HLSIM_EXPECT_FINAL);
    for (size_t i = 0; i < expect->final_count; i++) {
        if (hlsim__condition_check(&expect->finals[i], expectation->bench, &value) ==
            HLSIM__CONDITION_FAILS) {
            return false;
        }
    }
    return true;
}

static void value_text(const struct hlsim_value *value, char text[VALUE_TEXT_SIZE])
{
    text[0] = '\0';
    switch (value->type) {
    case HLSIM_VALUE_NULL:
        hlsim__append(text, VALUE_TEXT_SIZE, "null");
        break;
    case HLSIM_VALUE_BOOL:
        hlsim__append(text, VALUE_TEXT_SIZE, "%s", value->integer != 0 ? "true" : "false");
        break;
    case HLSIM_VALUE_INT:
        hlsim__append(text, VALUE_TEXT_SIZE, "%lld", (long long)value->integer);
        break;
    case HLSIM_VALUE_TEXT:
    default:
        hlsim__append(text, VALUE_TEXT_SIZE, "\"%s\"", value->text);
        break;
    }
}

static void condition_text(const struct hlsim_condition *condition, char *text, size_t size)
{
    char value[VALUE_TEXT_SIZE];

    switch (condition->kind) {
    case HLSIM_CONDITION_RANGE:
        if (condition->has_min) {
            hlsim__append(text, size, "at least %lld", (long long)condition->min);
        }
        if (condition->has_max) {
            hlsim__append(text, size, "%sat most %lld", condition->has_min ? " and " : "",
                          (long long)condition->max);
        }
        break;
    case HLSIM_CONDITION_LIKE:
        hlsim__append(text, size, "like \"%s\"", condition->like);
        break;
    case HLSIM_CONDITION_EQUAL:
    default:
        value_text(&condition->value, value);
        hlsim__append(text, size, "%s", value);
        break;
    }
}

static void final_close(struct hlsim__expectation *expectation)
{
    const struct hlsim_expect *expect = expectation->expect;
    size_t unread_count = 0;
    struct hlsim_value value;
    char failures[sizeof expectation->decision.finding.why] = "";
    char unread[sizeof expectation->decision.finding.why] = "";
    char found[VALUE_TEXT_SIZE];

    for (size_t i = 0; i < expect->final_count; i++) {
        switch (hlsim__condition_check(&expect->finals[i], expectation->bench, &value)) {
        case HLSIM__CONDITION_FAILS:
            value_text(&value, found);
            hlsim__append(failures, sizeof failures, "%s%s is %s, expected ",
                          failures[0] == '\0' ? "" : "; ", expect->finals[i].path, found);
            condition_text(&expect->finals[i], failures, sizeof failures);
            break;
        case HLSIM__CONDITION_UNREADABLE:
            hlsim__append(unread, sizeof unread, "%s%s", unread_count++ == 0 ? "" : ", ",
                          expect->finals[i].path);
            break;
        case HLSIM__CONDITION_HOLDS:
        default:
            break;
        }
    }
    if (unread_count > 0) {
        hlsim__append(unread, sizeof unread, " cannot be read here%s",
                      failures[0] != '\0' || unread_count == expect->final_count
                          ? ""
                          : "; the others are as expected");
    }
    if (failures[0] != '\0') {
        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED, "%s%s%s", failures,
                      unread_count > 0 ? "; " : "", unread);
    } else if (unread_count > 0) {
        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_SKIPPED, "%s", unread);
    } else {
        hlsim__decide_passed(&expectation->decision);
    }
}

void hlsim__expectation_close(struct hlsim__expectation *expectation, const char *why)
{
    const struct hlsim_expect *expect = expectation->expect;

    if (expectation->decision.decided) {
        return;
    }
    switch (expect->kind) {
    case HLSIM_EXPECT_SEEN:
        if (!expectation->open && expect->times_min > 0) {
            hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED,
                          "never reached: its beginning, %s, never came (%s)", expect->from.text,
                          why);
        } else {
            seen_end(expectation, why);
        }
        break;
    case HLSIM_EXPECT_NEVER:
        if (!expectation->opened) {
            hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED,
                          "never reached: its beginning, %s, never came (%s)", expect->from.text,
                          why);
        } else {
            hlsim__decide_passed(&expectation->decision);
        }
        break;
    case HLSIM_EXPECT_ORDER:
        hlsim__decide(&expectation->decision, HLSIM_OUTCOME_FAILED,
                      "step %zu of %zu, %s, never came in its place (%s)", expectation->step + 1,
                      expect->order_count, expect->order[expectation->step].text, why);
        break;
    case HLSIM_EXPECT_FINAL:
    default:
        final_close(expectation);
        break;
    }
}
