/*
 * References against the examples of RFC 3986 5.4, as far as their URLs are of the kind that is
 * fetched, and against what a server might send instead.
 */
#include "codec/url.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdio.h>
#include <string.h>

static bool leads_to(const char *base, const char *reference, const char *url)
{
    char text[128];
    int size = hlsim__url_resolve(base, reference, strlen(reference), text, sizeof text);
    bool good = size == (int)strlen(url) && strcmp(text, url) == 0;

    if (!good) {
        fprintf(stderr, "%s at %s: %d %s\n", reference, base, size, size >= 0 ? text : "");
    }
    return good;
}

static void follows_the_examples_of_the_rfc(void)
{
    static const char *const cases[][2] = {
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q"},
        {"g#s", "http://a/b/c/g"},
        {"g?y#s", "http://a/b/c/g?y"},
        {";x", "http://a/b/c/;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"http://x:8080/y?z", "http://x:8080/y?z"},
        {"coap://x/y", "coap://x/y"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        CU_ASSERT_TRUE(leads_to("http://a/b/c/d;p?q", cases[i][0], cases[i][1]));
    }
}

static void keeps_scheme_host_and_port(void)
{
    CU_ASSERT_TRUE(leads_to("https://a.example:8443", "g", "https://a.example:8443/g"));
    CU_ASSERT_TRUE(leads_to("https://a.example:8443", "?g", "https://a.example:8443/?g"));
    CU_ASSERT_TRUE(leads_to("http://[2001:db8::1]:80/x/y", "/z", "http://[2001:db8::1]:80/z"));
    CU_ASSERT_TRUE(leads_to("https://a/x", "//b:1/c", "https://b:1/c"));
    CU_ASSERT_TRUE(leads_to("http://a/x", "g?u=http://b/../c", "http://a/g?u=http://b/../c"));
}

static void needs_room_for_all_of_it(void)
{
    static const char *const references[] = {"g", "../../g", "/", "?", "//b/c/d", "x/../.."};
    char whole[64];
    char text[64];

    for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
        size_t length = strlen(references[i]);
        int size = hlsim__url_resolve("http://a/b/c", references[i], length, whole, sizeof whole);

        CU_ASSERT_TRUE_FATAL(size > 0);
        memset(text, 'x', sizeof text);
        CU_ASSERT_EQUAL(hlsim__url_resolve("http://a/b/c", references[i], length, text, 9),
                        size < 9 ? size : HLSIM_E_FULL);
        CU_ASSERT_EQUAL(text[9], 'x');
        for (size_t capacity = 1; capacity <= (size_t)size; capacity++) {
            CU_ASSERT_EQUAL(
                hlsim__url_resolve("http://a/b/c", references[i], length, text, capacity),
                HLSIM_E_FULL);
        }
    }
}

static void passes_the_error_of_its_base_on(void)
{
    char text[64];

    CU_ASSERT_EQUAL(hlsim__url_resolve("ftp://a/b", "c", 1, text, sizeof text),
                    HLSIM_E_UNSUPPORTED);
    CU_ASSERT_EQUAL(hlsim__url_resolve("/b", "c", 1, text, sizeof text), HLSIM_E_FORMAT);
}

static const struct suite_test tests[] = {
    SUITE_TEST(follows_the_examples_of_the_rfc),
    SUITE_TEST(keeps_scheme_host_and_port),
    SUITE_TEST(needs_room_for_all_of_it),
    SUITE_TEST(passes_the_error_of_its_base_on),
};

int main(void)
{
    return suite_run("url resolve", tests, sizeof tests / sizeof *tests);
}
