/*
 * The pattern that ends data, against a plain search of the whole text, wherever the bytes are cut.
 */
#include "lib/suite.h"

#include "at/eof_pattern.h"

#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 256

/* Feeds `text` in two or three pieces; the data and what was left behind the pattern. */
struct outcome {
    char data[2 * TEXT_MAX];
    size_t data_size;
    size_t taken;
    bool found;
};

static void feed(struct hlsim__eof_pattern *pattern, const char *text, size_t from, size_t to,
                 struct outcome *outcome)
{
    uint8_t data[TEXT_MAX + HLSIM__EOF_PATTERN_MAX];
    size_t size;

    if (outcome->found) {
        return;
    }
    outcome->taken = from + hlsim__eof_pattern_take(pattern, (const uint8_t *)text + from,
                                                    to - from, data, &size, &outcome->found);
    memcpy(outcome->data + outcome->data_size, data, size);
    outcome->data_size += size;
}

static void check(const char *pattern_text, const char *text)
{
    const char *expected = strstr(text, pattern_text);
    size_t size = strlen(text);

    for (size_t first = 0; first <= size; first++) {
        for (size_t second = first; second <= size; second++) {
            struct hlsim__eof_pattern pattern;
            struct outcome outcome = {.found = false};
            uint8_t rest[HLSIM__EOF_PATTERN_MAX];

            hlsim__eof_pattern_init(&pattern, pattern_text);
            feed(&pattern, text, 0, first, &outcome);
            feed(&pattern, text, first, second, &outcome);
            feed(&pattern, text, second, size, &outcome);
            CU_ASSERT_EQUAL_FATAL(outcome.found, expected != NULL);
            if (expected != NULL) {
                CU_ASSERT_EQUAL(outcome.taken, (size_t)(expected - text) + strlen(pattern_text));
                CU_ASSERT_EQUAL_FATAL(outcome.data_size, (size_t)(expected - text));
            } else {
                size_t more = hlsim__eof_pattern_release(&pattern, rest);

                memcpy(outcome.data + outcome.data_size, rest, more);
                outcome.data_size += more;
                CU_ASSERT_EQUAL_FATAL(outcome.data_size, size);
            }
            CU_ASSERT_EQUAL(memcmp(outcome.data, text, outcome.data_size), 0);
        }
    }
}

static void is_found_wherever_the_bytes_are_cut(void)
{
    check("--EOF--Pattern--", "hello--EOF--Pattern--");
    check("--EOF--Pattern--", "--EOF--Pattern--");
    check("--EOF--Pattern--", "----EOF--Pattern--AT\r");
    check("--EOF--Pattern--", "--EOF--EOF--Pattern--");
    check("--EOF--Pattern--", "--EOF--Pattern---EOF--Pattern--");
    check("--EOF--Pattern--", "--EOF--Pattern-");
    check("--EOF--Pattern--", "--EOF--PatternX-EOF--Patter");
    check("aab", "aaaaab");
    check("abab", "abaabab");
    check("abcabd", "abcabcabcabd");
    check("x", "yyyx");
    check("x", "yyy");
}

static void begins_anew_behind_itself(void)
{
    static const char text[] = "oneENDtwoEND";
    struct hlsim__eof_pattern pattern;
    uint8_t data[TEXT_MAX + HLSIM__EOF_PATTERN_MAX];
    size_t size;
    bool found;

    hlsim__eof_pattern_init(&pattern, "END");
    CU_ASSERT_EQUAL(
        hlsim__eof_pattern_take(&pattern, (const uint8_t *)text, strlen(text), data, &size, &found),
        6);
    CU_ASSERT_TRUE(found);
    CU_ASSERT_EQUAL(hlsim__eof_pattern_take(&pattern, (const uint8_t *)text + 6, strlen(text) - 6,
                                            data, &size, &found),
                    6);
    CU_ASSERT_TRUE(found);
    CU_ASSERT_EQUAL(size, 3);
    CU_ASSERT_EQUAL(memcmp(data, "two", 3), 0);
}

/* Texts of two letters, in which beginnings of the pattern are frequent. */
static void agrees_with_a_plain_search_on_random_texts(void)
{
    uint32_t state = 1;

    for (int round = 0; round < 300; round++) {
        char pattern[6];
        char text[40];

        for (size_t i = 0; i < sizeof pattern - 1; i++) {
            state = state * 1664525u + 1013904223u;
            pattern[i] = state >> 31 ? 'a' : 'b';
        }
        for (size_t i = 0; i < sizeof text - 1; i++) {
            state = state * 1664525u + 1013904223u;
            text[i] = state >> 31 ? 'a' : 'b';
        }
        pattern[sizeof pattern - 1] = '\0';
        text[sizeof text - 1] = '\0';
        check(pattern, text);
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(is_found_wherever_the_bytes_are_cut),
    SUITE_TEST(begins_anew_behind_itself),
    SUITE_TEST(agrees_with_a_plain_search_on_random_texts),
};

int main(void)
{
    return suite_run("eof_pattern", tests, sizeof tests / sizeof *tests);
}
