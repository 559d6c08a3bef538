/*
 * The lines and the speed of a byte link: who drives them, when the other end is told, what is said
 * about it in the stream.
 */
#include "core/link.h"
#include "core/sched.h"
#include "core/stream.h"

#include "lib/suite.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct party {
    struct bench *bench;
    char name;
};

struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    struct hlsim_link link;
    struct party host;
    struct party modem;
    char said[256]; /* what the parties were told, and the events, in their order */
};

__attribute__((format(printf, 2, 3))) static void say(struct bench *bench, const char *format, ...)
{
    size_t size = strlen(bench->said);
    va_list values;

    va_start(values, format);
    vsnprintf(bench->said + size, sizeof bench->said - size, format, values);
    va_end(values);
}

static size_t receive(void *user, const uint8_t *bytes, size_t size)
{
    struct party *party = user;

    (void)bytes;
    say(party->bench, "%c:bytes(%u) ", party->name, (unsigned)size);
    return size;
}

static void lines(void *user, unsigned levels, unsigned changed)
{
    struct party *party = user;

    say(party->bench, "%c:lines(%x,%x) ", party->name, levels, changed);
}

static void speed(void *user, unsigned value)
{
    struct party *party = user;

    say(party->bench, "%c:speed(%u) ", party->name, value);
}

static void sink(void *user, const struct hlsim_event *event)
{
    struct bench *bench = user;

    if (event->kind == HLSIM_EVENT_LINE) {
        say(bench, "%s=%d ", (const char *)hlsim_event_field(event, "line")->data,
            (int)hlsim_event_field(event, "level")->integer);
    } else {
        say(bench, "@%d ", (int)hlsim_event_field(event, "speed")->integer);
    }
}

static void attach(struct bench *bench, enum hlsim_side side)
{
    struct party *party = side == HLSIM_HOST ? &bench->host : &bench->modem;
    const struct hlsim_link_end end = {
        .user = party, .receive = receive, .lines = lines, .speed = speed};

    *party = (struct party){.bench = bench, .name = side == HLSIM_HOST ? 'h' : 'm'};
    hlsim_link_attach(&bench->link, side, &end);
}

static void set_up(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
    bench->tap = hlsim_tap_create(&bench->stream, "port");
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->tap);
    hlsim__link_init(&bench->link, &bench->sched, NULL, NULL, bench->tap);
    CU_ASSERT_EQUAL_FATAL(hlsim_stream_subscribe(&bench->stream,
                                                 HLSIM_EVENT_BIT(HLSIM_EVENT_LINE) |
                                                     HLSIM_EVENT_BIT(HLSIM_EVENT_SPEED),
                                                 sink, bench),
                          0);
    attach(bench, HLSIM_MODEM);
}

static void tear_down(struct bench *bench)
{
    hlsim__timer_group_drop(&bench->link.timers);
    hlsim__link_free(&bench->link);
    hlsim_tap_free(bench->tap);
    hlsim__sched_free(&bench->sched);
}

static const char *go_on(struct bench *bench, char *said, size_t size)
{
    bench->said[0] = '\0';
    while (hlsim__sched_fire_next(&bench->sched, 0)) {
    }
    snprintf(said, size, "%s", bench->said);
    return said;
}

#define SAYS(bench, text)                                                                          \
    do {                                                                                           \
        char said_[256];                                                                           \
                                                                                                   \
        CU_ASSERT_STRING_EQUAL(go_on((bench), said_, sizeof said_), (text));                       \
    } while (0)

static void a_line_is_told_behind_the_bytes_before_it(void)
{
    struct bench bench;

    set_up(&bench);
    attach(&bench, HLSIM_HOST);
    CU_ASSERT_EQUAL(hlsim_link_lines(&bench.link), HLSIM_LINES_OF_HOST);
    hlsim_link_write(&bench.link, HLSIM_HOST, (const uint8_t *)"AT\r", 3);
    hlsim_link_set_lines(&bench.link, HLSIM_HOST, HLSIM_LINE_DTR, 0);
    CU_ASSERT_EQUAL(bench.said[0], '\0');
    SAYS(&bench, "m:bytes(3) dtr=0 m:lines(6,1) ");
    hlsim_link_set_lines(&bench.link, HLSIM_MODEM, HLSIM_LINE_CTS | HLSIM_LINE_DSR, ~0u);
    SAYS(&bench, "cts=1 dsr=1 h:lines(18,18) ");
    tear_down(&bench);
}

static void what_stays_as_it_was_is_not_told(void)
{
    struct bench bench;

    set_up(&bench);
    attach(&bench, HLSIM_HOST);
    hlsim_link_set_lines(&bench.link, HLSIM_HOST, HLSIM_LINE_RTS, HLSIM_LINE_RTS);
    hlsim_link_set_speed(&bench.link, HLSIM_LINK_SPEED);
    SAYS(&bench, "");
    /* A pulse within one instant is none. */
    hlsim_link_set_lines(&bench.link, HLSIM_HOST, HLSIM_LINE_RTS, 0);
    hlsim_link_set_lines(&bench.link, HLSIM_HOST, HLSIM_LINE_RTS, HLSIM_LINE_RTS);
    SAYS(&bench, "");
    tear_down(&bench);
}

static void the_speed_changes_behind_the_answer(void)
{
    struct bench bench;

    set_up(&bench);
    attach(&bench, HLSIM_HOST);
    hlsim_link_write(&bench.link, HLSIM_MODEM, (const uint8_t *)"OK\r\n", 4);
    hlsim_link_set_speed(&bench.link, 921600);
    SAYS(&bench, "h:bytes(4) @921600 h:speed(921600) ");
    CU_ASSERT_EQUAL(hlsim_link_speed(&bench.link), 921600);
    tear_down(&bench);
}

static void a_modem_without_power_holds_no_line(void)
{
    struct bench bench;

    set_up(&bench);
    attach(&bench, HLSIM_HOST);
    hlsim_link_set_lines(&bench.link, HLSIM_MODEM, HLSIM_LINES_OF_MODEM, ~0u);
    SAYS(&bench, "cts=1 dsr=1 dcd=1 ri=1 h:lines(78,78) ");
    hlsim__link_modem_lost(&bench.link);
    SAYS(&bench, "cts=0 dsr=0 dcd=0 ri=0 h:lines(0,78) ");
    CU_ASSERT_EQUAL(hlsim_link_lines(&bench.link), HLSIM_LINES_OF_HOST);
    tear_down(&bench);
}

static void nobody_sees_a_line_without_a_wire(void)
{
    struct bench bench;

    set_up(&bench);
    hlsim_link_set_lines(&bench.link, HLSIM_MODEM, HLSIM_LINE_CTS, ~0u);
    hlsim_link_set_speed(&bench.link, 9600);
    SAYS(&bench, "");
    CU_ASSERT_NOT_EQUAL(hlsim_link_lines(&bench.link) & HLSIM_LINE_CTS, 0);
    CU_ASSERT_EQUAL(hlsim_link_speed(&bench.link), 9600);
    tear_down(&bench);
}

static void a_uart_that_sleeps_is_silent_and_only_rings(void)
{
    struct bench bench;

    set_up(&bench);
    attach(&bench, HLSIM_HOST);
    hlsim_link_set_lines(&bench.link, HLSIM_MODEM, HLSIM_LINE_CTS, HLSIM_LINE_CTS);
    SAYS(&bench, "cts=1 h:lines(8,8) ");
    hlsim__link_set_silent(&bench.link, true);
    hlsim_link_set_lines(&bench.link, HLSIM_MODEM, HLSIM_LINE_RI, HLSIM_LINE_RI);
    SAYS(&bench, "cts=0 ri=1 h:lines(40,48) ");
    CU_ASSERT_TRUE(hlsim__link_kept_silent(&bench.link));
    /* The promise: a port that says something even so has broken it for good. */
    hlsim_link_write(&bench.link, HLSIM_MODEM, (const uint8_t *)"x", 1);
    CU_ASSERT_FALSE(hlsim__link_kept_silent(&bench.link));
    hlsim__link_set_silent(&bench.link, false);
    CU_ASSERT_FALSE(hlsim__link_kept_silent(&bench.link));
    tear_down(&bench);
}

static void lines_have_names(void)
{
    CU_ASSERT_STRING_EQUAL(hlsim_line_name(HLSIM_LINE_DTR), "dtr");
    CU_ASSERT_EQUAL(hlsim_line_find("link"), HLSIM_LINE_LINK);
    CU_ASSERT_EQUAL(hlsim_line_find("ri"), HLSIM_LINE_RI);
    CU_ASSERT_EQUAL(hlsim_line_find("RI"), 0);
    CU_ASSERT_EQUAL(hlsim_line_find(""), 0);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_line_is_told_behind_the_bytes_before_it),
    SUITE_TEST(what_stays_as_it_was_is_not_told),
    SUITE_TEST(the_speed_changes_behind_the_answer),
    SUITE_TEST(a_modem_without_power_holds_no_line),
    SUITE_TEST(nobody_sees_a_line_without_a_wire),
    SUITE_TEST(a_uart_that_sleeps_is_silent_and_only_rings),
    SUITE_TEST(lines_have_names),
};

int main(void)
{
    return suite_run("lines", tests, sizeof tests / sizeof *tests);
}
