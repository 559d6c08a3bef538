/*
 * The strict checker of JSON (RFC 8259) and the place of a pointer (RFC 6901) in a text.
 */
#include <hl78sim/error.h>

#include "lib/suite.h"
#include "load/json.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text lies in memory of exactly its size, so that a byte too far is seen by the sanitizer. */
static int check(const char *text, size_t size, size_t *ret_offset)
{
    const char *expected = NULL;
    char *copy = malloc(size > 0 ? size : 1);
    int result;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, text, size);
    result = hlsim__json_check(copy, size, ret_offset, &expected);
    CU_ASSERT_EQUAL(result < 0, expected != NULL);
    free(copy);
    return result;
}

static void good(const char *text)
{
    size_t offset = 0;

    if (check(text, strlen(text), &offset) != 0) {
        printf("refused at %zu: %s\n", offset, text);
        CU_FAIL("a good text was refused");
    }
}

static void bad_at(const char *text, size_t offset)
{
    size_t found = SIZE_MAX;

    if (check(text, strlen(text), &found) != HLSIM_E_FORMAT || found != offset) {
        printf("offset %zu instead of %zu: %s\n", found, offset, text);
        CU_FAIL("a bad text was taken, or its fault was placed wrongly");
    }
}

static void takes_what_the_rfc_takes(void)
{
    good("{}");
    good(" [ ] ");
    good("\t\r\n null \n");
    good("-0");
    good("0.5e+10");
    good("1E-2");
    good("\"\"");
    good("\"\\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u00e9 \\ud83d\\ude00 \xc3\xa9 \xf0\x9f\x98\x80\"");
    good("{\"a\":{\"a\":1},\"b\":[true,false,null,{\"a\":2}]}");
}

static void places_the_first_fault(void)
{
    bad_at("", 0);
    bad_at("   ", 3);
    bad_at("{\"a\":1,}", 7);
    bad_at("[1,]", 3);
    bad_at("[1 2]", 3);
    bad_at("{\"a\" 1}", 5);
    bad_at("{a:1}", 1);
    bad_at("{'a':1}", 1);
    bad_at("{\"a\":1", 6);
    bad_at("{} {}", 3);
    bad_at("tru", 0);
    bad_at("nullx", 4);
    bad_at("01", 1);
    bad_at("+1", 0);
    bad_at(".5", 0);
    bad_at("1.", 2);
    bad_at("1e", 2);
    bad_at("-", 1);
    bad_at("// x", 0);
    bad_at("\xef\xbb\xbf{}", 0);
}

static void refuses_bad_texts_in_quotes(void)
{
    bad_at("\"a", 2);
    bad_at("\"a\nb\"", 2);
    bad_at("\"\\x\"", 2);
    bad_at("\"\\u12g4\"", 3);
    bad_at("\"\\u0000\"", 3);
    bad_at("\"\\udc00\"", 3);
    bad_at("\"\\ud800x\"", 7);
    bad_at("\"\\ud800\\u0041\"", 9);
    bad_at("\"\xff\"", 1);
    bad_at("\"\xc0\x80\"", 1);         /* overlong */
    bad_at("\"\xed\xa0\x80\"", 1);     /* a surrogate */
    bad_at("\"\xf4\x90\x80\x80\"", 1); /* above U+10FFFF */
    bad_at("\"\xe2\x82\"", 1);         /* cut short */
}

static void refuses_a_nul_inside(void)
{
    size_t offset = 0;

    CU_ASSERT_EQUAL(check("{}\0", 3, &offset), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(offset, 2);
    CU_ASSERT_EQUAL(check("\"a\0b\"", 5, &offset), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(offset, 2);
}

static void refuses_a_name_that_is_repeated_in_any_spelling(void)
{
    bad_at("{\"a\":1,\"a\":2}", 7);
    bad_at("{\"a\":1, \"\\u0061\":2}", 8);
    bad_at("{\"/\":1,\"\\/\":2}", 7);
    bad_at("{\"\xc3\xa9\":1,\"\\u00e9\":2}", 8);
    bad_at("{\"\xf0\x9f\x98\x80\":1,\"\\ud83d\\ude00\":2}", 10);
    good("{\"a\":1,\"A\":2,\"\":3}");
}

static void refuses_what_lies_too_deep(void)
{
    char text[80];

    memset(text, '[', 32);
    memset(text + 32, ']', 32);
    text[64] = '\0';
    good(text);
    memset(text, '[', 33);
    memset(text + 33, ']', 33);
    text[66] = '\0';
    bad_at(text, 32);
}

static void every_prefix_of_a_good_text_is_incomplete(void)
{
    const char *text = "{\"a\":[1.5e3,\"\\u00e9x\",true],\"b\":{\"c\":null}}";
    size_t offset;

    for (size_t size = 0; size < strlen(text); size++) {
        CU_ASSERT_EQUAL(check(text, size, &offset), HLSIM_E_FORMAT);
        CU_ASSERT_TRUE(offset <= size);
    }
}

static void located(const char *text, const char *pointer, bool name, size_t offset, bool found)
{
    size_t result = SIZE_MAX;

    CU_ASSERT_EQUAL(hlsim__json_locate(text, strlen(text), pointer, name, &result), found);
    if (result != offset) {
        printf("%s is at %zu, not %zu\n", pointer, result, offset);
        CU_FAIL("a pointer leads to the wrong place");
    }
}

static void finds_the_place_of_a_pointer(void)
{
    const char *text =
        " {\"a\": [10, {\"b\": 20}], \"c/d\": 1, \"e~f\" : 2, \"g\\u0068\": 3, \"\": 4}";

    located(text, "", false, 1, true);
    located(text, "/a", false, 7, true);
    located(text, "/a", true, 2, true);
    located(text, "/a/0", false, 8, true);
    located(text, "/a/1", false, 12, true);
    located(text, "/a/1/b", false, 18, true);
    located(text, "/a/1/b", true, 13, true);
    located(text, "/c~1d", false, 31, true);
    located(text, "/e~0f", false, 42, true);
    located(text, "/gh", false, 56, true);
    located(text, "/", false, 63, true);
}

static void a_pointer_that_leads_nowhere_gives_the_deepest_part(void)
{
    const char *text = "{\"a\": [10, {\"b\": 20}]}";

    located(text, "/x", false, 0, false);
    located(text, "/a/2", false, 6, false);
    located(text, "/a/1/c", true, 11, false);
    located(text, "/a/0/c", true, 7, false);
}

static const struct suite_test tests[] = {
    SUITE_TEST(takes_what_the_rfc_takes),
    SUITE_TEST(places_the_first_fault),
    SUITE_TEST(refuses_bad_texts_in_quotes),
    SUITE_TEST(refuses_a_nul_inside),
    SUITE_TEST(refuses_a_name_that_is_repeated_in_any_spelling),
    SUITE_TEST(refuses_what_lies_too_deep),
    SUITE_TEST(every_prefix_of_a_good_text_is_incomplete),
    SUITE_TEST(finds_the_place_of_a_pointer),
    SUITE_TEST(a_pointer_that_leads_nowhere_gives_the_deepest_part),
};

int main(void)
{
    return suite_run("load_json", tests, sizeof tests / sizeof *tests);
}
