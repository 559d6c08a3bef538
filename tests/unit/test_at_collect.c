/*
 * From bytes to command lines, at every split (V.250 5.2).
 */
#include "lib/suite.h"

#include "at/collect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct hlsim__at_editing editing = {.end = '\r', .back = '\b'};

/* Feeds bytes in chunks; the bodies come out parted by '|', "?" where a line is ignored. */
static void feed(struct hlsim__at_collector *collector, const char *bytes, size_t size,
                 size_t chunk, char *ret_bodies)
{
    ret_bodies[0] = '\0';
    while (size > 0) {
        size_t part = size < chunk ? size : chunk;
        enum hlsim__at_collected collected;
        size_t taken =
            hlsim__at_collect(collector, (const uint8_t *)bytes, part, &editing, &collected);

        CU_ASSERT_TRUE_FATAL(taken > 0 && taken <= part);
        bytes += taken;
        size -= taken;
        if (collected != HLSIM__AT_COLLECTING) {
            bool too_long;
            const char *body = hlsim__at_collected_body(collector, collected, &too_long);

            strcat(ret_bodies, too_long ? "!" : body != NULL ? body : "?");
            strcat(ret_bodies, "|");
        }
    }
}

static void expect(const char *bytes, size_t size, const char *bodies)
{
    struct hlsim__at_collector *collector = calloc(1, sizeof *collector);
    char text[256];

    CU_ASSERT_PTR_NOT_NULL_FATAL(collector);
    for (size_t chunk = 1; chunk <= size; chunk++) {
        memset(collector, 0, sizeof *collector);
        feed(collector, bytes, size, chunk, text);
        CU_ASSERT_STRING_EQUAL(text, bodies);
    }
    free(collector);
}

#define EXPECT(bytes, bodies) expect((bytes), sizeof(bytes) - 1, (bodies))

static void lines_end_at_the_end_character(void)
{
    EXPECT("AT\rATE0\r\nat+cgmm\r", "|E0|+cgmm|");
    EXPECT("\r\n\rAT\r", "?|?||");
}

static void what_has_no_prefix_is_ignored(void)
{
    EXPECT("hello\rnoiseATI\rTA\r", "?|I|?|");
}

static void a_backspace_takes_one_back(void)
{
    EXPECT("\b\bATX\bI\r", "I|");
    EXPECT("AT\b\b\b\b\rAT\r", "?||");
}

static void control_characters_are_left_out(void)
{
    EXPECT("\0A\0T\x01I\x1b\t\r", "I|");
}

static void a_repetition_needs_no_end(void)
{
    EXPECT("A/ATI\rA/a/AT\rA/", "|I|I|I|||");
    /* Behind a prefix it is text. */
    EXPECT("AT+X=\"A/b\"\rA/", "+X=\"A/b\"|+X=\"A/b\"|");
    EXPECT("ATI\rhello\rA/", "I|?|I|");
}

static void a_line_that_is_too_long_is_told_and_not_repeated(void)
{
    struct hlsim__at_collector *collector = calloc(1, sizeof *collector);
    char *bytes = malloc(100000);
    char text[256];

    CU_ASSERT_PTR_NOT_NULL_FATAL(collector);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    feed(collector, "ATI\r", 4, 4, text);
    memset(bytes, 'x', 100000);
    memcpy(bytes, "AT", 2);
    bytes[99999] = '\r';
    feed(collector, bytes, 100000, 777, text);
    CU_ASSERT_STRING_EQUAL(text, "!|");
    feed(collector, "A/AT\r", 5, 5, text);
    CU_ASSERT_STRING_EQUAL(text, "I||");
    /* The longest line there is. */
    memset(bytes, '1', HLSIM__AT_LINE_MAX);
    memcpy(bytes, "AT", 2);
    bytes[HLSIM__AT_LINE_MAX] = '\r';
    {
        enum hlsim__at_collected collected;
        bool too_long;

        CU_ASSERT_EQUAL(hlsim__at_collect(collector, (const uint8_t *)bytes, HLSIM__AT_LINE_MAX + 1,
                                          &editing, &collected),
                        HLSIM__AT_LINE_MAX + 1);
        CU_ASSERT_EQUAL(strlen(hlsim__at_collected_body(collector, collected, &too_long)),
                        HLSIM__AT_LINE_MAX - 2);
        CU_ASSERT_FALSE(too_long);
    }
    free(bytes);
    free(collector);
}

static const struct suite_test tests[] = {
    SUITE_TEST(lines_end_at_the_end_character),
    SUITE_TEST(what_has_no_prefix_is_ignored),
    SUITE_TEST(a_backspace_takes_one_back),
    SUITE_TEST(control_characters_are_left_out),
    SUITE_TEST(a_repetition_needs_no_end),
    SUITE_TEST(a_line_that_is_too_long_is_told_and_not_repeated),
};

int main(void)
{
    return suite_run("at_collect", tests, sizeof tests / sizeof *tests);
}
