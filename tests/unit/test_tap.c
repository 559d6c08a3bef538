/*
 * The tap: what is a command, an answer, a result, an unsolicited line - by any split of the bytes.
 */
#include "lib/suite.h"

#include <hl78sim/tap.h>

#include "core/sched.h"
#include "core/stream.h"

#include <stdio.h>
#include <string.h>

struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct hlsim_tap *tap;
    char text[4096];
};

static void hear(void *user, const struct hlsim_event *event)
{
    struct bench *bench = user;
    const struct hlsim_field *line = hlsim_event_field(event, "line");
    size_t size = strlen(bench->text);

    snprintf(bench->text + size, sizeof bench->text - size, "%s:%s|",
             hlsim_event_kind_name(event->kind), (const char *)line->data);
}

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
    bench->tap = hlsim_tap_create(&bench->stream, "x");
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->tap);
    hlsim_stream_subscribe(&bench->stream, HLSIM_EVENT_ALL, hear, bench);
}

/* '>' bytes of the host, '<' of the modem; parts end at NUL, the list at NULL. `chunk` cuts them.
 */
static void play(const char *const *parts, size_t chunk, const char *expected)
{
    struct bench bench;

    open_bench(&bench);
    for (; *parts != NULL; parts++) {
        enum hlsim_side side = **parts == '>' ? HLSIM_HOST : HLSIM_MODEM;
        const char *bytes = *parts + 1;
        size_t size = strlen(bytes);

        while (size > 0) {
            size_t part = size < chunk ? size : chunk;

            hlsim_tap_bytes(bench.tap, side, (const uint8_t *)bytes, part);
            bytes += part;
            size -= part;
        }
    }
    hlsim_tap_modem_lost(bench.tap);
    CU_ASSERT_STRING_EQUAL(bench.text, expected);
    hlsim_tap_free(bench.tap);
}

static void expect(const char *const *parts, const char *expected)
{
    for (size_t chunk = 1; chunk < 20; chunk++) {
        play(parts, chunk, expected);
    }
}

static void drops_echo_and_empty_lines(void)
{
    static const char *const parts[] = {">AT+CGMM\r", "<AT+CGMM\r\r\nHL7800\r\n\r\nOK\r\n", NULL};

    expect(parts, "host:AT+CGMM|response:HL7800|result:OK|");
}

static void takes_lines_of_another_prefix_for_unsolicited(void)
{
    static const char *const parts[] = {
        ">AT+CGMR\r", "<\r\n+WDSI: 4\r\n\r\nHL7800.4.6.8.0\r\n\r\nOK\r\n\r\n+WDSI: 6\r\n", NULL};

    expect(parts, "host:AT+CGMR|urc:+WDSI: 4|response:HL7800.4.6.8.0|result:OK|urc:+WDSI: 6|");
}

static void settles_at_the_result_which_line_answered(void)
{
    static const char *const parts[] = {">AT+WDSI?\r\n",
                                        "<\r\n+WDSI: 4\r\n\r\n+WDSI: 4479\r\n\r\nOK\r\n", NULL};
    static const char *const failed[] = {">AT+CEREG?\r", "<\r\n+CEREG: 2\r\n\r\nERROR\r\n", NULL};
    static const char *const set[] = {">AT+CEREG=1\r", "<\r\n+CEREG: 2\r\n\r\nOK\r\n", NULL};

    expect(parts, "host:AT+WDSI?|urc:+WDSI: 4|response:+WDSI: 4479|result:OK|");
    expect(failed, "host:AT+CEREG?|urc:+CEREG: 2|result:ERROR|");
    expect(set, "host:AT+CEREG=1|urc:+CEREG: 2|result:OK|");
}

static void keeps_answers_of_many_lines(void)
{
    static const char *const parts[] = {
        ">AT+WDSC?\r", "<\r\n+WDSC: 0,0\r\n+WDSC: 1,0\r\n+WDSC: 2,0\r\n\r\nOK\r\n", NULL};

    expect(parts, "host:AT+WDSC?|response:+WDSC: 0,0|response:+WDSC: 1,0|response:+WDSC: 2,0|"
                  "result:OK|");
}

static void knows_final_results(void)
{
    static const char *const parts[] = {">A\r", "<\r\n+CME ERROR: 650\r\n",
                                        ">B\r", "<\r\nNO CARRIER\r\n",
                                        ">C\r", "<0\r",
                                        ">D\r", "<4\r",
                                        NULL};

    expect(parts, "host:A|result:+CME ERROR: 650|host:B|result:NO CARRIER|host:C|result:OK|"
                  "host:D|result:ERROR|");
}

static void forgets_a_command_when_the_modem_is_lost(void)
{
    struct bench bench;

    open_bench(&bench);
    hlsim_tap_bytes(bench.tap, HLSIM_HOST, (const uint8_t *)"AT+WDSI?\r", 9);
    hlsim_tap_bytes(bench.tap, HLSIM_MODEM, (const uint8_t *)"\r\n+WDSI: 4\r\n\r\n+WD", 17);
    hlsim_tap_modem_lost(bench.tap);
    hlsim_tap_bytes(bench.tap, HLSIM_MODEM, (const uint8_t *)"\r\n+KSUP: 0\r\nOK\r\n", 16);
    CU_ASSERT_STRING_EQUAL(bench.text, "host:AT+WDSI?|urc:+WDSI: 4|urc:+KSUP: 0|result:OK|");
    hlsim_tap_free(bench.tap);
}

static void gives_late_results_to_the_later_of_two_commands(void)
{
    static const char *const parts[] = {">AT\rAT\r", "<AT\r\r\nOK\r\nAT\r\r\nOK\r\n",
                                        "<\r\nNO CARRIER\r\n", NULL};

    expect(parts, "host:AT|host:AT|result:OK|result:OK|urc:NO CARRIER|");
}

static void knows_what_each_command_of_a_line_does(void)
{
    static const char *const read[] = {">AT+CMEE=1;+CREG?\r", "<\r\n+CREG: 0,1\r\n\r\nOK\r\n",
                                       NULL};
    static const char *const set[] = {">AT+CREG=1;+CMEE?\r",
                                      "<\r\n+CMEE: 1\r\n\r\n+CREG: 2\r\n\r\nOK\r\n", NULL};

    expect(read, "host:AT+CMEE=1;+CREG?|response:+CREG: 0,1|result:OK|");
    expect(set, "host:AT+CREG=1;+CMEE?|response:+CMEE: 1|urc:+CREG: 2|result:OK|");
}

static void sees_a_repetition_without_a_line_end(void)
{
    static const char *const parts[] = {
        ">AT+CGMM\r", "<AT+CGMM\r\r\nHL7800\r\n\r\nOK\r\n", ">A/",   "<A/\r\nHL7800\r\n\r\nOK\r\n",
        ">a/",        "<\r\nHL7800\r\n\r\nOK\r\n",          ">AT\r", "<\r\nOK\r\n",
        NULL};

    expect(parts, "host:AT+CGMM|response:HL7800|result:OK|host:A/|response:HL7800|result:OK|"
                  "host:a/|response:HL7800|result:OK|host:AT|result:OK|");
}

static void takes_back_what_was_typed(void)
{
    static const char *const parts[] = {">ATX\b\r", "<ATX\b\r\r\nOK\r\n", NULL};

    expect(parts, "host:AT|result:OK|");
}

static void ends_lines_where_register_3_says(void)
{
    struct bench bench;

    open_bench(&bench);
    hlsim_tap_set_line_end(bench.tap, '!');
    hlsim_tap_bytes(bench.tap, HLSIM_HOST, (const uint8_t *)"AT!", 3);
    hlsim_tap_bytes(bench.tap, HLSIM_MODEM, (const uint8_t *)"AT!!\nOK!\n", 10);
    CU_ASSERT_STRING_EQUAL(bench.text, "host:AT|result:OK|");
    hlsim_tap_free(bench.tap);
}

static void survives_lines_without_end_and_floods(void)
{
    static uint8_t noise[4 * HLSIM_TAP_LINE_MAX];
    struct bench bench;
    char line[32];

    open_bench(&bench);
    memset(noise, 'x', sizeof noise);
    hlsim_tap_bytes(bench.tap, HLSIM_MODEM, noise, sizeof noise);
    hlsim_tap_bytes(bench.tap, HLSIM_HOST, noise, sizeof noise);
    hlsim_tap_bytes(bench.tap, HLSIM_HOST, (const uint8_t *)"\r", 1);
    CU_ASSERT_EQUAL(strlen(bench.text), strlen("host:") + HLSIM_TAP_LINE_MAX + 1);
    hlsim_tap_bytes(bench.tap, HLSIM_HOST, (const uint8_t *)"AT+WDSI?\r", 9);
    for (int i = 0; i < 100; i++) {
        bench.text[0] = '\0';
        snprintf(line, sizeof line, "\r\n+WDSI: 18,%d\r\n", i);
        hlsim_tap_bytes(bench.tap, HLSIM_MODEM, (const uint8_t *)line, strlen(line));
    }
    hlsim_tap_free(bench.tap);
}

static const struct suite_test tests[] = {
    SUITE_TEST(drops_echo_and_empty_lines),
    SUITE_TEST(takes_lines_of_another_prefix_for_unsolicited),
    SUITE_TEST(settles_at_the_result_which_line_answered),
    SUITE_TEST(keeps_answers_of_many_lines),
    SUITE_TEST(knows_final_results),
    SUITE_TEST(forgets_a_command_when_the_modem_is_lost),
    SUITE_TEST(gives_late_results_to_the_later_of_two_commands),
    SUITE_TEST(knows_what_each_command_of_a_line_does),
    SUITE_TEST(sees_a_repetition_without_a_line_end),
    SUITE_TEST(takes_back_what_was_typed),
    SUITE_TEST(ends_lines_where_register_3_says),
    SUITE_TEST(survives_lines_without_end_and_floods),
};

int main(void)
{
    return suite_run("tap", tests, sizeof tests / sizeof *tests);
}
