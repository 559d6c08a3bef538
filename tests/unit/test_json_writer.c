/*
 * The JSON writer against texts written by hand from RFC 8259: escapes, broken UTF-8, commas,
 * failing outputs and misuse.
 */
#include "codec/json_writer.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <setjmp.h>
#include <string.h>

struct output {
    char text[2048];
    size_t size;
    size_t capacity; /* What fits before the output fails. */
    int calls_after_failure;
    bool failed;
};

/* Where a failed assertion returns to; one test program has one thread. */
static jmp_buf asserted;

_Noreturn void hlsim_assert_failed(const char *file, int line, const char *expression)
{
    (void)file;
    (void)line;
    (void)expression;
    longjmp(asserted, 1);
}

static int collect(void *user, const char *text, size_t size)
{
    struct output *output = user;

    if (output->failed)
        output->calls_after_failure++;
    if (size > output->capacity - output->size) {
        output->failed = true;
        return HLSIM_E_IO;
    }
    memcpy(output->text + output->size, text, size);
    output->size += size;
    return 0;
}

static void start(struct hlsim__json_writer *writer, struct output *output)
{
    *output = (struct output){.capacity = sizeof output->text - 1};
    hlsim__json_init(writer, collect, output);
}

static bool string_is(const char *bytes, size_t size, const char *expected)
{
    struct hlsim__json_writer writer;
    struct output output;

    start(&writer, &output);
    return hlsim__json_string(&writer, bytes, size) == 0 && hlsim__json_finish(&writer) == 0 &&
           strcmp(output.text, expected) == 0;
}

static bool text_is(const char *text, const char *expected)
{
    return string_is(text, strlen(text), expected);
}

static void write_report(struct hlsim__json_writer *writer)
{
    hlsim__json_begin_object(writer);
    hlsim__json_key(writer, "name");
    hlsim__json_text(writer, "cut");
    hlsim__json_key(writer, "list");
    hlsim__json_begin_array(writer);
    hlsim__json_int64(writer, -1);
    hlsim__json_begin_object(writer);
    hlsim__json_end_object(writer);
    hlsim__json_begin_array(writer);
    hlsim__json_end_array(writer);
    hlsim__json_null(writer);
    hlsim__json_end_array(writer);
    hlsim__json_key(writer, "ok");
    hlsim__json_bool(writer, true);
    hlsim__json_key(writer, "bad");
    hlsim__json_bool(writer, false);
    hlsim__json_key(writer, "");
    hlsim__json_uint64(writer, UINT64_MAX);
    hlsim__json_end_object(writer);
}

static const char report[] = "{\"name\":\"cut\",\"list\":[-1,{},[],null],\"ok\":true,\"bad\":false,"
                             "\"\":18446744073709551615}";

static void puts_commas_between_and_never_behind(void)
{
    struct hlsim__json_writer writer;
    struct output output;

    start(&writer, &output);
    write_report(&writer);
    CU_ASSERT_EQUAL(hlsim__json_finish(&writer), 0);
    CU_ASSERT_STRING_EQUAL(output.text, report);
}

static void writes_numbers_at_their_borders(void)
{
    struct hlsim__json_writer writer;
    struct output output;

    start(&writer, &output);
    hlsim__json_begin_array(&writer);
    hlsim__json_int64(&writer, INT64_MIN);
    hlsim__json_int64(&writer, INT64_MAX);
    hlsim__json_int64(&writer, 0);
    hlsim__json_uint64(&writer, 0);
    hlsim__json_end_array(&writer);
    CU_ASSERT_EQUAL(hlsim__json_finish(&writer), 0);
    CU_ASSERT_STRING_EQUAL(output.text, "[-9223372036854775808,9223372036854775807,0,0]");
}

static void escapes_what_rfc_8259_says(void)
{
    CU_ASSERT(text_is("", "\"\""));
    CU_ASSERT(string_is(NULL, 0, "\"\""));
    CU_ASSERT(text_is("a/b'c", "\"a/b'c\""));
    CU_ASSERT(text_is("\"\\", "\"\\\"\\\\\""));
    CU_ASSERT(text_is("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""));
    CU_ASSERT(text_is("+WDSI: 4\r\n", "\"+WDSI: 4\\r\\n\""));
    CU_ASSERT(string_is("a\0b", 3, "\"a\\u0000b\""));
    CU_ASSERT(text_is("\x01\x1f\x7f", "\"\\u0001\\u001f\\u007f\""));
}

static void keeps_valid_utf_8_as_it_is(void)
{
    /* The first and the last character of each length, and those around the surrogates. */
    CU_ASSERT(text_is("\xC2\x80", "\"\xC2\x80\""));
    CU_ASSERT(text_is("\xDF\xBF", "\"\xDF\xBF\""));
    CU_ASSERT(text_is("\xE0\xA0\x80", "\"\xE0\xA0\x80\""));
    CU_ASSERT(text_is("\xED\x9F\xBF", "\"\xED\x9F\xBF\""));
    CU_ASSERT(text_is("\xEE\x80\x80", "\"\xEE\x80\x80\""));
    CU_ASSERT(text_is("\xEF\xBF\xBF", "\"\xEF\xBF\xBF\""));
    CU_ASSERT(text_is("\xF0\x90\x80\x80", "\"\xF0\x90\x80\x80\""));
    CU_ASSERT(text_is("\xF4\x8F\xBF\xBF", "\"\xF4\x8F\xBF\xBF\""));
}

static void writes_bytes_that_are_not_utf_8_as_latin_1(void)
{
    CU_ASSERT(text_is("\x80", "\"\\u0080\""));
    CU_ASSERT(text_is("\xFF\xFE", "\"\\u00ff\\u00fe\""));
    CU_ASSERT(text_is("caf\xE9!", "\"caf\\u00e9!\""));
    CU_ASSERT(text_is("\xC3", "\"\\u00c3\""));
    CU_ASSERT(text_is("\xC3(", "\"\\u00c3(\""));
    CU_ASSERT(text_is("\xC0\xAF", "\"\\u00c0\\u00af\""));                       /* Overlong. */
    CU_ASSERT(text_is("\xE0\x9F\xBF", "\"\\u00e0\\u009f\\u00bf\""));            /* Overlong. */
    CU_ASSERT(text_is("\xF0\x8F\xBF\xBF", "\"\\u00f0\\u008f\\u00bf\\u00bf\"")); /* Overlong. */
    CU_ASSERT(text_is("\xED\xA0\x80", "\"\\u00ed\\u00a0\\u0080\""));            /* Surrogate. */
    CU_ASSERT(text_is("\xF4\x90\x80\x80", "\"\\u00f4\\u0090\\u0080\\u0080\"")); /* Too high. */
    CU_ASSERT(text_is("\xE2\x82", "\"\\u00e2\\u0082\""));                       /* Cut short. */
    CU_ASSERT(text_is("\xE2\x82(", "\"\\u00e2\\u0082(\""));
    CU_ASSERT(text_is("\xE2\xE2\x82\xAC", "\"\\u00e2\xE2\x82\xAC\""));
}

static void escapes_keys_like_strings(void)
{
    struct hlsim__json_writer writer;
    struct output output;

    start(&writer, &output);
    hlsim__json_begin_object(&writer);
    hlsim__json_key(&writer, "a\"\xE9");
    hlsim__json_null(&writer);
    hlsim__json_end_object(&writer);
    CU_ASSERT_EQUAL(hlsim__json_finish(&writer), 0);
    CU_ASSERT_STRING_EQUAL(output.text, "{\"a\\\"\\u00e9\":null}");
}

static void passes_the_output_s_error_up_and_stops_writing(void)
{
    for (size_t capacity = 0; capacity < sizeof report - 1; capacity++) {
        struct hlsim__json_writer writer;
        struct output output;

        start(&writer, &output);
        output.capacity = capacity;
        write_report(&writer);
        CU_ASSERT_EQUAL(hlsim__json_finish(&writer), HLSIM_E_IO);
        CU_ASSERT_EQUAL(output.calls_after_failure, 0);
        CU_ASSERT_EQUAL(memcmp(output.text, report, output.size), 0);
    }
}

static void nests_down_to_its_limit(void)
{
    struct hlsim__json_writer writer;
    struct output output;

    start(&writer, &output);
    for (int i = 0; i < HLSIM__JSON_DEPTH_MAX; i++)
        CU_ASSERT_EQUAL(hlsim__json_begin_array(&writer), 0);
    for (int i = 0; i < HLSIM__JSON_DEPTH_MAX; i++)
        CU_ASSERT_EQUAL(hlsim__json_end_array(&writer), 0);
    CU_ASSERT_EQUAL(hlsim__json_finish(&writer), 0);
    CU_ASSERT_EQUAL(output.size, 2 * HLSIM__JSON_DEPTH_MAX);
}

static void nest_too_deep(struct hlsim__json_writer *writer)
{
    for (int i = 0; i <= HLSIM__JSON_DEPTH_MAX; i++)
        hlsim__json_begin_array(writer);
}

static void write_a_value_without_a_key(struct hlsim__json_writer *writer)
{
    hlsim__json_begin_object(writer);
    hlsim__json_null(writer);
}

static void write_a_key_into_an_array(struct hlsim__json_writer *writer)
{
    hlsim__json_begin_array(writer);
    hlsim__json_key(writer, "a");
}

static void write_two_values(struct hlsim__json_writer *writer)
{
    hlsim__json_null(writer);
    hlsim__json_null(writer);
}

static void end_with_the_wrong_bracket(struct hlsim__json_writer *writer)
{
    hlsim__json_begin_array(writer);
    hlsim__json_end_object(writer);
}

static void end_behind_a_key(struct hlsim__json_writer *writer)
{
    hlsim__json_begin_object(writer);
    hlsim__json_key(writer, "a");
    hlsim__json_end_object(writer);
}

static void finish_too_early(struct hlsim__json_writer *writer)
{
    hlsim__json_begin_array(writer);
    (void)hlsim__json_finish(writer);
}

static void finish_without_a_value(struct hlsim__json_writer *writer)
{
    (void)hlsim__json_finish(writer);
}

static void asserts_every_misuse(void)
{
    static void (*const misuses[])(struct hlsim__json_writer *) = {
        nest_too_deep,    write_a_value_without_a_key, write_a_key_into_an_array,
        write_two_values, end_with_the_wrong_bracket,  end_behind_a_key,
        finish_too_early, finish_without_a_value,
    };

    for (volatile size_t i = 0; i < sizeof misuses / sizeof *misuses; i++) {
        struct hlsim__json_writer writer;
        struct output output;

        start(&writer, &output);
        if (setjmp(asserted) == 0) {
            misuses[i](&writer);
            CU_FAIL("the misuse was not noticed");
        }
    }
    CU_ASSERT_EQUAL(sizeof misuses / sizeof *misuses, 8);
}

static const struct suite_test tests[] = {
    SUITE_TEST(puts_commas_between_and_never_behind),
    SUITE_TEST(writes_numbers_at_their_borders),
    SUITE_TEST(escapes_what_rfc_8259_says),
    SUITE_TEST(keeps_valid_utf_8_as_it_is),
    SUITE_TEST(writes_bytes_that_are_not_utf_8_as_latin_1),
    SUITE_TEST(escapes_keys_like_strings),
    SUITE_TEST(passes_the_output_s_error_up_and_stops_writing),
    SUITE_TEST(nests_down_to_its_limit),
    SUITE_TEST(asserts_every_misuse),
};

int main(void)
{
    return suite_run("json_writer", tests, sizeof tests / sizeof *tests);
}
