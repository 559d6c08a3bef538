/*
 * The scheduler, the stream, the latch, promises, links, the generator, checksums and the calendar.
 */
#include "lib/suite.h"

#include <hl78sim/error.h>
#include <hl78sim/time.h>

#include "base/checksum.h"
#include "base/rng.h"
#include "core/link.h"
#include "core/power.h"
#include "core/promise.h"
#include "core/sched.h"
#include "core/stream.h"

#include <stdio.h>
#include <string.h>

/* --- Base ----------------------------------------------------------------------------------- */

static void checksums_give_the_published_check_values(void)
{
    /* The check values of the catalogues of CRCs and of the FNV authors. */
    CU_ASSERT_EQUAL(hlsim__crc32(0, "123456789", 9), 0xcbf43926u);
    CU_ASSERT_EQUAL(hlsim__crc32(hlsim__crc32(0, "1234", 4), "56789", 5), 0xcbf43926u);
    CU_ASSERT_EQUAL(hlsim__digest("", 0), UINT64_C(0xcbf29ce484222325));
    CU_ASSERT_EQUAL(hlsim__digest("a", 1), UINT64_C(0xaf63dc4c8601ec8c));
    CU_ASSERT_EQUAL(hlsim__digest("foobar", 6), UINT64_C(0x85944171f73967e8));
}

static void every_error_has_a_name_and_a_text_of_its_own(void)
{
    CU_ASSERT_STRING_EQUAL(hlsim_error_name(HLSIM_E_SIGNATURE), "HLSIM_E_SIGNATURE");
    CU_ASSERT_STRING_EQUAL(hlsim_error_name(0), "HLSIM_OK");
    CU_ASSERT_STRING_EQUAL(hlsim_error_name(7), "HLSIM_OK");
    CU_ASSERT_STRING_EQUAL(hlsim_error_text(7), "no error");
    for (int code = HLSIM_E_IO; code < 0; code++) {
        CU_ASSERT_STRING_NOT_EQUAL(hlsim_error_name(code), "HLSIM_E_?");
        for (int other = HLSIM_E_IO - 1; other < code; other++) {
            CU_ASSERT_STRING_NOT_EQUAL(hlsim_error_name(code), hlsim_error_name(other));
            CU_ASSERT_STRING_NOT_EQUAL(hlsim_error_text(code), hlsim_error_text(other));
        }
    }
    CU_ASSERT_STRING_EQUAL(hlsim_error_name(HLSIM_E_IO - 1), "HLSIM_E_?");
    CU_ASSERT_STRING_EQUAL(hlsim_error_text(HLSIM_E_IO - 1), "unknown error");
}

static void sub_streams_differ_and_repeat(void)
{
    struct hlsim__rng a;
    struct hlsim__rng b;
    struct hlsim__rng c;
    unsigned small = 0;

    hlsim__rng_init(&a, 1, "modem:0");
    hlsim__rng_init(&b, 1, "modem:0");
    hlsim__rng_init(&c, 1, "modem:1");
    CU_ASSERT_EQUAL(hlsim__rng_next(&a), hlsim__rng_next(&b));
    CU_ASSERT_NOT_EQUAL(hlsim__rng_next(&a), hlsim__rng_next(&c));
    for (int i = 0; i < 10000; i++) {
        uint64_t value = hlsim__rng_below(&a, 10);

        CU_ASSERT_TRUE(value < 10);
        small += value < 3;
    }
    CU_ASSERT_TRUE(small > 2800 && small < 3200);
    CU_ASSERT_FALSE(hlsim__rng_happens(&a, 0));
    CU_ASSERT_TRUE(hlsim__rng_happens(&a, 1000000));
}

static void dates_are_those_of_the_calendar(void)
{
    struct hlsim_date date;
    int64_t seconds;
    char text[32];

    CU_ASSERT_EQUAL(hlsim_date_parse("1970-01-01T00:00:00Z", &seconds), 0);
    CU_ASSERT_EQUAL(seconds, 0);
    CU_ASSERT_EQUAL(hlsim_date_parse("2000-02-29T12:00:01Z", &seconds), 0);
    CU_ASSERT_EQUAL(seconds, 951825601);
    CU_ASSERT_EQUAL(hlsim_date_parse("2038-01-19T03:14:08Z", &seconds), 0);
    CU_ASSERT_EQUAL(seconds, INT64_C(2147483648));
    hlsim_date_from_unix(-1, &date);
    CU_ASSERT_TRUE(date.year == 1969 && date.month == 12 && date.day == 31 && date.second == 59);
    CU_ASSERT_EQUAL(hlsim_date_parse("2023-02-29T00:00:00Z", &seconds), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim_date_parse("2023-13-01T00:00:00Z", &seconds), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim_date_parse("2023-01-01 00:00:00Z", &seconds), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim_date_parse("2023-01-01T24:00:00Z", &seconds), HLSIM_E_FORMAT);
    hlsim_time_format(12 * HLSIM_SECOND + 345 * HLSIM_MS, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "12.345");
    hlsim_time_format(1, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "0.000000001");
    hlsim_time_format(0, text, sizeof text);
    CU_ASSERT_STRING_EQUAL(text, "0.000");
}

/* --- Scheduler ------------------------------------------------------------------------------ */

#define TIMERS 200

struct bench {
    struct hlsim__sched sched;
    struct hlsim__promises promises;
    struct hlsim__promise_scope scope;
    struct hlsim__timer_group group;
    struct hlsim__timer timers[TIMERS];
    int fired[TIMERS];
    int order[TIMERS];
    int count;
};

struct owned {
    struct bench *bench;
    int number;
};

static struct owned owned[TIMERS];

static void fire(void *owner)
{
    struct owned *self = owner;

    self->bench->fired[self->number]++;
    self->bench->order[self->bench->count++] = self->number;
}

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    hlsim__sched_init(&bench->sched);
    hlsim__promises_init(&bench->promises);
    hlsim__promise_scope_init(&bench->scope, &bench->promises, "bench");
    hlsim__timer_group_init(&bench->group, &bench->sched, &bench->scope);
    for (int i = 0; i < TIMERS; i++) {
        owned[i] = (struct owned){.bench = bench, .number = i};
        hlsim__timer_init(&bench->timers[i], &bench->group, fire, &owned[i]);
    }
}

static void timers_fire_by_time_and_then_by_the_order_of_setting(void)
{
    struct bench bench;

    open_bench(&bench);
    hlsim__timer_set(&bench.timers[0], 20);
    hlsim__timer_set(&bench.timers[1], 10);
    hlsim__timer_set(&bench.timers[2], 10);
    hlsim__timer_set(&bench.timers[3], 5);
    hlsim__timer_set(&bench.timers[1], 10); /* set again: now behind timer 2 */
    CU_ASSERT_EQUAL(hlsim__sched_next_at(&bench.sched), 5);
    while (hlsim__sched_fire_next(&bench.sched, 15)) {
    }
    CU_ASSERT_EQUAL(bench.count, 3);
    CU_ASSERT_TRUE(bench.order[0] == 3 && bench.order[1] == 2 && bench.order[2] == 1);
    CU_ASSERT_EQUAL(bench.sched.now, 10);
    hlsim__sched_advance(&bench.sched, 15);
    CU_ASSERT_EQUAL(bench.sched.now, 15);
    CU_ASSERT_TRUE(hlsim__sched_fire_next(&bench.sched, 20));
    CU_ASSERT_EQUAL(hlsim__sched_next_at(&bench.sched), HLSIM_NEVER);
    hlsim__sched_free(&bench.sched);
}

static void a_heap_of_many_timers_stays_in_order_through_cancellations(void)
{
    struct bench bench;
    struct hlsim__rng rng;
    int64_t before = 0;
    int armed = 0;

    open_bench(&bench);
    hlsim__rng_init(&rng, 7, "heap");
    for (int i = 0; i < 5000; i++) {
        struct hlsim__timer *timer = &bench.timers[hlsim__rng_below(&rng, TIMERS)];

        if (hlsim__rng_below(&rng, 3) == 0) {
            hlsim__timer_cancel(timer);
        } else {
            hlsim__timer_set(timer, (int64_t)hlsim__rng_below(&rng, 1000));
        }
    }
    for (int i = 0; i < TIMERS; i++) {
        armed += hlsim__timer_armed(&bench.timers[i]);
    }
    while (hlsim__sched_fire_next(&bench.sched, HLSIM_NEVER)) {
        CU_ASSERT_TRUE(bench.sched.now >= before);
        before = bench.sched.now;
    }
    CU_ASSERT_EQUAL(bench.count, armed);
    hlsim__sched_free(&bench.sched);
}

static void dropping_a_group_keeps_the_others(void)
{
    struct bench bench;
    struct hlsim__timer_group other;
    struct hlsim__timer timer;

    open_bench(&bench);
    hlsim__timer_group_init(&other, &bench.sched, NULL);
    hlsim__timer_init(&timer, &other, fire, &owned[199]);
    for (int i = 0; i < 100; i++) {
        hlsim__timer_set(&bench.timers[i], 100 - i);
    }
    hlsim__timer_set(&timer, 50);
    hlsim__timer_group_drop(&bench.group);
    CU_ASSERT_TRUE(hlsim__sched_fire_next(&bench.sched, HLSIM_NEVER));
    CU_ASSERT_FALSE(hlsim__sched_fire_next(&bench.sched, HLSIM_NEVER));
    CU_ASSERT_EQUAL(bench.fired[199], 1);
    hlsim__sched_free(&bench.sched);
}

/* --- Promises ------------------------------------------------------------------------------- */

static bool is_positive(const void *owner)
{
    return *(const int *)owner > 0;
}

static void promises_are_checked_where_something_happened(void)
{
    struct bench bench;
    const char *source = NULL;
    int value = 1;

    open_bench(&bench);
    hlsim__promise_add(&bench.scope, "the value is positive", is_positive, &value);
    value = -1;
    CU_ASSERT_PTR_NULL(hlsim__promises_check(&bench.promises, &source));
    hlsim__timer_set(&bench.timers[0], 1);
    hlsim__sched_fire_next(&bench.sched, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(hlsim__promises_check(&bench.promises, &source));
    CU_ASSERT_STRING_EQUAL(source, "bench");
    CU_ASSERT_PTR_NULL(hlsim__promises_check(&bench.promises, &source));
    hlsim__sched_free(&bench.sched);
}

/* --- Stream --------------------------------------------------------------------------------- */

struct heard {
    int count;
    uint64_t last_id;
    uint64_t last_cause;
    int64_t last_at;
};

static void hear(void *user, const struct hlsim_event *event)
{
    struct heard *heard = user;

    heard->count++;
    heard->last_id = event->id;
    heard->last_cause = event->cause;
    heard->last_at = event->at;
}

static void events_are_numbered_whether_or_not_somebody_listens(void)
{
    struct bench bench;
    struct hlsim_stream stream;
    struct heard heard = {0};

    open_bench(&bench);
    hlsim__stream_init(&stream, &bench.sched);
    CU_ASSERT_EQUAL(HLSIM__EMIT(&stream, "x", HLSIM_EVENT_URC, HLSIM_TEXT("line", "a")), 1);
    CU_ASSERT_EQUAL(hlsim_stream_subscribe(&stream, HLSIM_EVENT_BIT(HLSIM_EVENT_URC), hear, &heard),
                    0);
    CU_ASSERT_EQUAL(HLSIM__EMIT(&stream, "x", HLSIM_EVENT_POWER, HLSIM_INT("on", 1)), 2);
    CU_ASSERT_EQUAL(heard.count, 0);
    hlsim__sched_advance(&bench.sched, 77);
    CU_ASSERT_EQUAL(hlsim__stream_set_cause(&stream, 2), 0);
    HLSIM__EMIT(&stream, "x", HLSIM_EVENT_URC, HLSIM_TEXT("line", "b"));
    CU_ASSERT_TRUE(heard.count == 1 && heard.last_id == 3 && heard.last_cause == 2);
    CU_ASSERT_EQUAL(heard.last_at, 77);
    CU_ASSERT_EQUAL(hlsim_event_kind_find("net.send"), HLSIM_EVENT_NET_SEND);
    CU_ASSERT_EQUAL(hlsim_event_kind_find("no such"), -1);
    hlsim__sched_free(&bench.sched);
}

/* --- Power ---------------------------------------------------------------------------------- */

static bool cut_third(void *user, const struct hlsim_cut_point *point, enum hlsim_torn *ret_torn)
{
    (void)user;
    *ret_torn = HLSIM_TORN_PREFIX;
    return point->kind == HLSIM_CUT_ERASE && point->occurrence == 3;
}

static void a_cut_point_trips_the_latch_and_nothing_acts_afterwards(void)
{
    struct bench bench;
    struct hlsim_stream stream;
    struct hlsim__power power;
    enum hlsim_torn torn;
    uint8_t ram[16] = {[7] = 1};

    open_bench(&bench);
    hlsim__stream_init(&stream, &bench.sched);
    hlsim__power_init(&power, &stream, "x");
    CU_ASSERT_EQUAL(hlsim__power_ask(&power, HLSIM_CUT_ERASE, &torn), HLSIM_E_POWER);
    hlsim__power_register_ram(&power, ram, sizeof ram);
    hlsim__power_set_hook(&power, cut_third, NULL);
    hlsim__power_on(&power);
    CU_ASSERT_EQUAL(hlsim__power_ask(&power, HLSIM_CUT_ERASE, &torn), 0);
    CU_ASSERT_EQUAL(hlsim__power_ask(&power, HLSIM_CUT_PROGRAM, &torn), 0);
    CU_ASSERT_EQUAL(hlsim__power_ask(&power, HLSIM_CUT_ERASE, &torn), 0);
    CU_ASSERT_EQUAL(hlsim__power_ask(&power, HLSIM_CUT_ERASE, &torn), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(torn, HLSIM_TORN_PREFIX);
    CU_ASSERT_TRUE(power.tripped);
    CU_ASSERT_EQUAL(hlsim__power_ask(&power, HLSIM_CUT_LINK, &torn), HLSIM_E_POWER);
    CU_ASSERT_EQUAL(ram[7], 1);
    hlsim__power_off(&power, "test");
    CU_ASSERT_EQUAL(ram[7], HLSIM__RAM_POISON);
    hlsim__sched_free(&bench.sched);
}

/* --- Link ----------------------------------------------------------------------------------- */

struct end {
    struct hlsim_link *link;
    enum hlsim_side side;
    size_t takes; /* at each call */
    size_t size;
    int calls;
    int writable;
    bool answers; /* writes back from within receive */
    uint8_t bytes[3 * HLSIM_LINK_CAPACITY];
};

static size_t take(void *user, const uint8_t *bytes, size_t size)
{
    struct end *end = user;
    size_t taken = size < end->takes ? size : end->takes;

    memcpy(end->bytes + end->size, bytes, taken);
    end->size += taken;
    end->calls++;
    if (end->answers) {
        int before = end->calls;

        hlsim_link_write(end->link, end->side, bytes, taken);
        CU_ASSERT_EQUAL(end->calls, before);
    }
    return taken;
}

static void can_write(void *user)
{
    struct end *end = user;

    end->writable++;
}

static void attach(struct end *end, struct hlsim_link *link, enum hlsim_side side)
{
    const struct hlsim_link_end calls = {.user = end, .receive = take, .writable = can_write};

    memset(end, 0, sizeof *end);
    end->link = link;
    end->side = side;
    end->takes = SIZE_MAX;
    hlsim_link_attach(link, side, &calls);
}

static void run(struct hlsim__sched *sched)
{
    while (hlsim__sched_fire_next(sched, sched->now)) {
    }
}

/* The kinds of what the tap said, one letter an event, with the sizes of data. */
static void note_kind(void *user, const struct hlsim_event *event)
{
    char *text = user;
    size_t used = strlen(text);
    const struct hlsim_field *payload = hlsim_event_field(event, "payload");

    if (payload != NULL) {
        snprintf(text + used, 64 - used, "d%zu ", payload->size);
    } else {
        snprintf(text + used, 64 - used, "%s ", hlsim_event_kind_name(event->kind));
    }
}

static void a_data_mode_begins_and_ends_between_the_bytes_of_one_delivery(void)
{
    static struct end host;
    char said[64] = "";
    struct bench bench;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    struct hlsim_link link;

    open_bench(&bench);
    hlsim__stream_init(&stream, &bench.sched);
    hlsim_stream_subscribe(&stream, HLSIM_EVENT_ALL, note_kind, said);
    tap = hlsim_tap_create(&stream, "x");
    hlsim__link_init(&link, &bench.sched, NULL, NULL, tap);
    attach(&host, &link, HLSIM_HOST);
    hlsim_link_write(&link, HLSIM_MODEM, (const uint8_t *)"+A\r+", 4);
    hlsim__link_data(&link, true, 2); /* "B\r" is still held back */
    hlsim_link_write(&link, HLSIM_MODEM, (const uint8_t *)"B\r12345", 7);
    hlsim__link_data(&link, false, 0);
    hlsim_link_write(&link, HLSIM_MODEM, (const uint8_t *)"\r\nOK\r\n", 6);
    run(&bench.sched);
    CU_ASSERT_STRING_EQUAL(said, "urc urc d5 result ");
    /* A lost modem: what it sent before was data, what comes then is not. */
    said[0] = '\0';
    hlsim__link_data(&link, true, 0);
    hlsim_link_write(&link, HLSIM_MODEM, (const uint8_t *)"678", 3);
    hlsim__link_data(&link, false, 5);
    hlsim__link_modem_lost(&link);
    hlsim_link_write(&link, HLSIM_MODEM, (const uint8_t *)"+C\r", 3);
    run(&bench.sched);
    CU_ASSERT_STRING_EQUAL(said, "d3 urc ");
    /* More turns than are kept, because nobody reads: the last one counts. */
    said[0] = '\0';
    for (int i = 0; i < 7; i++) {
        hlsim_link_write(&link, HLSIM_MODEM, (const uint8_t *)"x", 1);
        hlsim__link_data(&link, i % 2 == 0, 0);
    }
    hlsim_link_write(&link, HLSIM_MODEM, (const uint8_t *)"123", 3);
    run(&bench.sched);
    CU_ASSERT_STRING_EQUAL(said + strlen(said) - 3, "d7 ");
    hlsim__link_free(&link);
    hlsim_tap_free(tap);
    hlsim__sched_free(&bench.sched);
}

static void bytes_arrive_in_order_and_never_within_the_write(void)
{
    static struct end host;
    static struct end modem;
    static uint8_t much[HLSIM_LINK_CAPACITY + 100];
    struct bench bench;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    struct hlsim_link link;

    open_bench(&bench);
    hlsim__stream_init(&stream, &bench.sched);
    tap = hlsim_tap_create(&stream, "x");
    hlsim__link_init(&link, &bench.sched, NULL, NULL, tap);
    attach(&host, &link, HLSIM_HOST);
    attach(&modem, &link, HLSIM_MODEM);
    for (size_t i = 0; i < sizeof much; i++) {
        much[i] = (uint8_t)(i * 7);
    }
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_MODEM, much, 10), 10);
    CU_ASSERT_EQUAL(host.size, 0);
    run(&bench.sched);
    CU_ASSERT_TRUE(host.size == 10 && host.calls == 1);
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_MODEM, much, sizeof much), HLSIM_LINK_CAPACITY);
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_MODEM, much, 1), 0);
    CU_ASSERT_EQUAL(host.writable, 0);
    host.takes = 100;
    run(&bench.sched);
    CU_ASSERT_EQUAL(host.size, 110);
    CU_ASSERT_EQUAL(modem.writable, 1);
    host.takes = SIZE_MAX;
    hlsim_link_resume(&link, HLSIM_HOST);
    run(&bench.sched);
    CU_ASSERT_EQUAL(host.size, 10 + HLSIM_LINK_CAPACITY);
    CU_ASSERT_EQUAL(memcmp(host.bytes + 10, much, HLSIM_LINK_CAPACITY), 0);
    modem.answers = true;
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_HOST, much, 50), 50);
    run(&bench.sched);
    CU_ASSERT_EQUAL(host.size, 60 + HLSIM_LINK_CAPACITY);
    hlsim_link_attach(&link, HLSIM_HOST, NULL);
    CU_ASSERT_EQUAL(hlsim_link_write(&link, HLSIM_MODEM, much, 50), 50);
    run(&bench.sched);
    CU_ASSERT_FALSE(hlsim_link_busy(&link));
    hlsim__link_free(&link);
    hlsim_tap_free(tap);
    hlsim__sched_free(&bench.sched);
}

static const struct suite_test tests[] = {
    SUITE_TEST(checksums_give_the_published_check_values),
    SUITE_TEST(every_error_has_a_name_and_a_text_of_its_own),
    SUITE_TEST(sub_streams_differ_and_repeat),
    SUITE_TEST(dates_are_those_of_the_calendar),
    SUITE_TEST(timers_fire_by_time_and_then_by_the_order_of_setting),
    SUITE_TEST(a_heap_of_many_timers_stays_in_order_through_cancellations),
    SUITE_TEST(dropping_a_group_keeps_the_others),
    SUITE_TEST(promises_are_checked_where_something_happened),
    SUITE_TEST(events_are_numbered_whether_or_not_somebody_listens),
    SUITE_TEST(a_cut_point_trips_the_latch_and_nothing_acts_afterwards),
    SUITE_TEST(bytes_arrive_in_order_and_never_within_the_write),
    SUITE_TEST(a_data_mode_begins_and_ends_between_the_bytes_of_one_delivery),
};

int main(void)
{
    return suite_run("core", tests, sizeof tests / sizeof *tests);
}
