/*
 * Traces and transcripts against lines written by hand from docs/trace-format.md.
 */
#include <hl78sim/error.h>
#include <hl78sim/trace.h>

#include "core/stream.h"
#include "lib/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER                                                                                     \
    "{\"trace\":1,\"scenario\":\"A \\\"name\\\"\",\"profile\":\"HL7800-4.6.8.0\",\"seed\":7,"      \
    "\"epoch\":1727769600,\"versions\":{\"hl78sim\":\"0.1.0\"}}\n"

struct output {
    char *text;
    size_t size;
    unsigned calls;
    unsigned broken_lines; /* calls that did not end with a line's end */
    int error;             /* what writing returns */
};

struct bench {
    struct hlsim__sched sched;
    struct hlsim_stream stream;
    struct output output;
};

static int collect(void *user, const char *text, size_t size)
{
    struct output *output = user;

    output->calls++;
    if (output->error < 0) {
        return output->error;
    }
    output->broken_lines += text[size - 1] != '\n';
    output->text = realloc(output->text, output->size + size + 1);
    memcpy(output->text + output->size, text, size);
    output->size += size;
    output->text[output->size] = '\0';
    return 0;
}

static void open_bench(struct bench *bench)
{
    memset(bench, 0, sizeof *bench);
    hlsim__sched_init(&bench->sched);
    hlsim__stream_init(&bench->stream, &bench->sched);
}

static void close_bench(struct bench *bench)
{
    hlsim__sched_free(&bench->sched);
    free(bench->output.text);
}

static struct hlsim_trace *open_trace(struct bench *bench, struct output *output, bool payload)
{
    const struct hlsim_trace_config config = {.write = collect,
                                              .user = output,
                                              .payload = payload,
                                              .scenario = "A \"name\"",
                                              .profile = "HL7800-4.6.8.0",
                                              .version = "0.1.0",
                                              .seed = 7,
                                              .epoch = 1727769600};
    struct hlsim_trace *trace = NULL;

    CU_ASSERT_EQUAL_FATAL(hlsim_trace_create(&bench->stream, &config, &trace), 0);
    return trace;
}

static struct hlsim_transcript *open_transcript(struct bench *bench, bool colour)
{
    const struct hlsim_transcript_config config = {
        .write = collect, .user = &bench->output, .colour = colour};
    struct hlsim_transcript *transcript = NULL;

    CU_ASSERT_EQUAL_FATAL(hlsim_transcript_create(&bench->stream, &config, &transcript), 0);
    return transcript;
}

static void say(struct bench *bench, const char *source, enum hlsim_event_kind kind,
                const char *line)
{
    HLSIM__EMIT(&bench->stream, source, kind, HLSIM_TEXT("line", line));
}

/* ---- Trace ---- */

static void begins_with_a_header_and_writes_one_object_a_line(void)
{
    struct bench bench;
    struct hlsim_trace *trace;

    open_bench(&bench);
    trace = open_trace(&bench, &bench.output, false);
    hlsim__sched_advance(&bench.sched, INT64_C(6510000000));
    say(&bench, "modem:0/port:0", HLSIM_EVENT_URC, "+KSUP: 0");
    hlsim__stream_set_cause(&bench.stream, 1);
    HLSIM__EMIT(&bench.stream, "network", HLSIM_EVENT_NET_DROP, HLSIM_TEXT("why", "a\tb \"c\""),
                HLSIM_INT("count", -3));
    CU_ASSERT_EQUAL(hlsim_trace_flush(trace), 0);
    CU_ASSERT_STRING_EQUAL(
        bench.output.text,
        HEADER "{\"at\":6510000000,\"id\":1,\"source\":\"modem:0/port:0\",\"event\":\"urc\","
               "\"line\":\"+KSUP: 0\"}\n"
               "{\"at\":6510000000,\"id\":2,\"cause\":1,\"source\":\"network\",\"event\":"
               "\"net.drop\",\"why\":\"a\\tb \\\"c\\\"\",\"count\":-3}\n");
    hlsim_trace_free(trace);
    close_bench(&bench);
}

/* FNV-1a, 64 bits, of "foobar": 85944171f73967e8 (the algorithm's published test suite). */
static void a_payload_is_its_size_and_digest(void)
{
    struct bench bench;
    struct hlsim_trace *trace;

    open_bench(&bench);
    trace = open_trace(&bench, &bench.output, false);
    HLSIM__EMIT(&bench.stream, "network", HLSIM_EVENT_NET_SEND,
                HLSIM_BYTES("payload", "foobar", 6));
    CU_ASSERT_EQUAL(hlsim_trace_flush(trace), 0);
    CU_ASSERT_STRING_EQUAL(bench.output.text, HEADER
                           "{\"at\":0,\"id\":1,\"source\":\"network\",\"event\":\"net.send\","
                           "\"payload\":{\"size\":6,\"digest\":\"85944171f73967e8\"}}\n");
    hlsim_trace_free(trace);
    close_bench(&bench);
}

static void a_payload_is_hexadecimal_when_it_is_asked_for(void)
{
    static const uint8_t bytes[] = {0x00, 0x7f, 0xab, 0xff};
    struct bench bench;
    struct hlsim_trace *trace;

    open_bench(&bench);
    trace = open_trace(&bench, &bench.output, true);
    HLSIM__EMIT(&bench.stream, "network", HLSIM_EVENT_NET_SEND,
                HLSIM_BYTES("payload", bytes, sizeof bytes), HLSIM_BYTES("none", NULL, 0));
    CU_ASSERT_EQUAL(hlsim_trace_flush(trace), 0);
    CU_ASSERT_STRING_EQUAL(bench.output.text, HEADER
                           "{\"at\":0,\"id\":1,\"source\":\"network\",\"event\":\"net.send\","
                           "\"payload\":{\"size\":4,\"hex\":\"007fabff\"},"
                           "\"none\":{\"size\":0,\"hex\":\"\"}}\n");
    hlsim_trace_free(trace);
    close_bench(&bench);
}

static void text_leaves_in_whole_lines_and_seldom(void)
{
    struct bench bench;
    struct hlsim_trace *trace;
    size_t lines = 0;

    open_bench(&bench);
    trace = open_trace(&bench, &bench.output, false);
    for (int i = 0; i < 20000; i++) {
        say(&bench, "modem:0/port:0", HLSIM_EVENT_URC, "+WDSI: 18,99");
    }
    CU_ASSERT_EQUAL(hlsim_trace_flush(trace), 0);
    for (const char *c = bench.output.text; *c != '\0'; c++) {
        lines += *c == '\n';
    }
    CU_ASSERT_EQUAL(lines, 20001);
    CU_ASSERT_EQUAL(bench.output.broken_lines, 0);
    CU_ASSERT_TRUE(bench.output.calls < 100);
    hlsim_trace_free(trace);
    close_bench(&bench);
}

/* A line that is longer than any buffer arrives whole, between its neighbours. */
static void a_line_may_be_longer_than_the_buffer(void)
{
    enum { SIZE = 200000 };
    uint8_t *bytes = calloc(1, SIZE);
    struct bench bench;
    struct hlsim_trace *trace;
    const char *begin;
    const char *after;

    open_bench(&bench);
    trace = open_trace(&bench, &bench.output, true);
    say(&bench, "p", HLSIM_EVENT_URC, "before");
    HLSIM__EMIT(&bench.stream, "network", HLSIM_EVENT_NET_SEND,
                HLSIM_BYTES("payload", bytes, SIZE));
    say(&bench, "p", HLSIM_EVENT_URC, "after");
    CU_ASSERT_EQUAL(hlsim_trace_flush(trace), 0);
    begin = strstr(bench.output.text, "\"hex\":\"");
    after = strstr(bench.output.text, "\"}}\n{\"at\":0,\"id\":3");
    CU_ASSERT_PTR_NOT_NULL_FATAL(begin);
    CU_ASSERT_PTR_NOT_NULL_FATAL(after);
    begin += strlen("\"hex\":\"");
    CU_ASSERT_EQUAL(after - begin, 2 * SIZE);
    CU_ASSERT_EQUAL(strspn(begin, "0"), 2 * SIZE);
    hlsim_trace_free(trace);
    close_bench(&bench);
    free(bytes);
}

static void the_first_error_of_the_output_stays(void)
{
    struct bench bench;
    struct hlsim_trace *trace;

    open_bench(&bench);
    bench.output.error = HLSIM_E_IO;
    trace = open_trace(&bench, &bench.output, false);
    for (int i = 0; i < 20000; i++) {
        say(&bench, "p", HLSIM_EVENT_URC, "+WDSI: 18,99");
    }
    CU_ASSERT_EQUAL(hlsim_trace_flush(trace), HLSIM_E_IO);
    CU_ASSERT_EQUAL(hlsim_trace_flush(trace), HLSIM_E_IO);
    CU_ASSERT_EQUAL(bench.output.calls, 1);
    hlsim_trace_free(trace);
    close_bench(&bench);
}

/* ---- Transcript ---- */

static void shows_who_says_what_and_when(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;

    open_bench(&bench);
    transcript = open_transcript(&bench, false);
    hlsim__sched_advance(&bench.sched, 12 * HLSIM_SECOND + 345678901);
    say(&bench, "modem:0/port:0", HLSIM_EVENT_HOST, "AT+CGMR");
    say(&bench, "modem:0/port:0", HLSIM_EVENT_RESPONSE, "HL7800.4.6.8.0");
    say(&bench, "modem:0/port:0", HLSIM_EVENT_RESULT, "OK");
    say(&bench, "modem:0/port:0", HLSIM_EVENT_URC, "+WDSI: 4");
    say(&bench, "modem:0/port:1", HLSIM_EVENT_URC, "+WDSI: 4");
    CU_ASSERT_STRING_EQUAL(bench.output.text, "    12.345  > AT+CGMR\n"
                                              "    12.345  < HL7800.4.6.8.0\n"
                                              "    12.345  < OK\n"
                                              "    12.345  * +WDSI: 4\n"
                                              "    12.345  * [modem:0/port:1] +WDSI: 4\n");
    CU_ASSERT_EQUAL(bench.output.calls, 5);
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static void counts_the_bytes_of_a_data_mode(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;

    open_bench(&bench);
    transcript = open_transcript(&bench, false);
    for (int i = 0; i < 3; i++) {
        hlsim__sched_advance(&bench.sched, (i + 1) * HLSIM_SECOND);
        HLSIM__EMIT(&bench.stream, "modem:0/port:0", HLSIM_EVENT_DATA,
                    HLSIM_TEXT("dir", "to_modem"), HLSIM_BYTES("payload", "0123456789", 10));
        HLSIM__EMIT(&bench.stream, "modem:0/port:0", HLSIM_EVENT_DATA, HLSIM_TEXT("dir", "to_host"),
                    HLSIM_BYTES("payload", "0", 1));
    }
    CU_ASSERT_EQUAL(bench.output.calls, 0);
    hlsim__sched_advance(&bench.sched, 9 * HLSIM_SECOND);
    say(&bench, "modem:0/port:0", HLSIM_EVENT_RESULT, "OK");
    CU_ASSERT_STRING_EQUAL(bench.output.text, "     3.000  = 30 bytes to the module, 3 from it\n"
                                              "     9.000  < OK\n");
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static void marks_what_happens_off_the_wire(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;

    open_bench(&bench);
    transcript = open_transcript(&bench, false);
    HLSIM__EMIT(&bench.stream, "judge", HLSIM_EVENT_ACTION, HLSIM_TEXT("name", "power_cut"),
                HLSIM_TEXT("outcome", "struck"));
    HLSIM__EMIT(&bench.stream, "modem:0", HLSIM_EVENT_CUT, HLSIM_TEXT("point", "program"),
                HLSIM_INT("occurrence", 12), HLSIM_TEXT("torn", "prefix"));
    HLSIM__EMIT(&bench.stream, "modem:0", HLSIM_EVENT_PROMISE,
                HLSIM_TEXT("name", "one bootable image exists"));
    HLSIM__EMIT(&bench.stream, "judge", HLSIM_EVENT_VERDICT, HLSIM_TEXT("expectation", "/expect/0"),
                HLSIM_TEXT("outcome", "failed"), HLSIM_TEXT("why", "it came"));
    HLSIM__EMIT(&bench.stream, "network", HLSIM_EVENT_NET_DROP, HLSIM_TEXT("why", "loss"));
    CU_ASSERT_STRING_EQUAL(bench.output.text,
                           "     0.000  ! power_cut struck\n"
                           "     0.000  ! modem:0: power failed at program:12:prefix\n"
                           "     0.000  ! modem:0: promise broken: one bootable image exists\n"
                           "     0.000  ! /expect/0 failed: it came\n");
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static void every_byte_of_a_line_can_be_shown(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;

    open_bench(&bench);
    transcript = open_transcript(&bench, false);
    say(&bench, "p", HLSIM_EVENT_HOST, "AT\x1b[31m\x80\x7f~");
    CU_ASSERT_STRING_EQUAL(bench.output.text, "     0.000  > AT\\x1b[31m\\x80\\x7f~\n");
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static void a_long_line_ends_in_dots(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;
    char line[1000];

    open_bench(&bench);
    transcript = open_transcript(&bench, false);
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 1] = '\0';
    say(&bench, "p", HLSIM_EVENT_HOST, line);
    CU_ASSERT_EQUAL(bench.output.size, HLSIM_TRANSCRIPT_LINE + 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(bench.output.text, "xxx...\n"));
    CU_ASSERT_EQUAL(strlen(hlsim_transcript_tail(transcript, 0)), HLSIM_TRANSCRIPT_LINE);
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static void keeps_the_last_ten_lines_without_verdicts(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;
    char line[16];

    open_bench(&bench);
    transcript = open_transcript(&bench, false);
    CU_ASSERT_PTR_NULL(hlsim_transcript_tail(transcript, 0));
    say(&bench, "p", HLSIM_EVENT_HOST, "line 1");
    CU_ASSERT_STRING_EQUAL(hlsim_transcript_tail(transcript, 0), "     0.000  > line 1");
    CU_ASSERT_PTR_NULL(hlsim_transcript_tail(transcript, 1));
    for (int i = 2; i <= 23; i++) {
        snprintf(line, sizeof line, "line %d", i);
        say(&bench, "p", HLSIM_EVENT_HOST, line);
        HLSIM__EMIT(&bench.stream, "judge", HLSIM_EVENT_VERDICT, HLSIM_TEXT("expectation", "/x"));
    }
    CU_ASSERT_STRING_EQUAL(hlsim_transcript_tail(transcript, 0), "     0.000  > line 14");
    CU_ASSERT_STRING_EQUAL(hlsim_transcript_tail(transcript, 9), "     0.000  > line 23");
    CU_ASSERT_PTR_NULL(hlsim_transcript_tail(transcript, 10));
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static void colours_are_for_the_output_only(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;

    open_bench(&bench);
    transcript = open_transcript(&bench, true);
    say(&bench, "p", HLSIM_EVENT_URC, "+KSUP: 0");
    CU_ASSERT_STRING_EQUAL(bench.output.text, "\033[36m     0.000  * +KSUP: 0\033[0m\n");
    CU_ASSERT_STRING_EQUAL(hlsim_transcript_tail(transcript, 0), "     0.000  * +KSUP: 0");
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static void a_transcript_remembers_that_it_could_not_be_written(void)
{
    struct bench bench;
    struct hlsim_transcript *transcript;

    open_bench(&bench);
    bench.output.error = HLSIM_E_IO;
    transcript = open_transcript(&bench, false);
    CU_ASSERT_EQUAL(hlsim_transcript_error(transcript), 0);
    say(&bench, "p", HLSIM_EVENT_URC, "a");
    say(&bench, "p", HLSIM_EVENT_URC, "b");
    CU_ASSERT_EQUAL(hlsim_transcript_error(transcript), HLSIM_E_IO);
    CU_ASSERT_EQUAL(bench.output.calls, 1);
    CU_ASSERT_STRING_EQUAL(hlsim_transcript_tail(transcript, 1), "     0.000  * b");
    hlsim_transcript_free(transcript);
    close_bench(&bench);
}

static const struct suite_test tests[] = {
    SUITE_TEST(begins_with_a_header_and_writes_one_object_a_line),
    SUITE_TEST(a_payload_is_its_size_and_digest),
    SUITE_TEST(a_payload_is_hexadecimal_when_it_is_asked_for),
    SUITE_TEST(text_leaves_in_whole_lines_and_seldom),
    SUITE_TEST(a_line_may_be_longer_than_the_buffer),
    SUITE_TEST(the_first_error_of_the_output_stays),
    SUITE_TEST(shows_who_says_what_and_when),
    SUITE_TEST(counts_the_bytes_of_a_data_mode),
    SUITE_TEST(marks_what_happens_off_the_wire),
    SUITE_TEST(every_byte_of_a_line_can_be_shown),
    SUITE_TEST(a_long_line_ends_in_dots),
    SUITE_TEST(keeps_the_last_ten_lines_without_verdicts),
    SUITE_TEST(colours_are_for_the_output_only),
    SUITE_TEST(a_transcript_remembers_that_it_could_not_be_written),
};

int main(void)
{
    return suite_run("trace", tests, sizeof tests / sizeof *tests);
}
