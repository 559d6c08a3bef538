/*
 * The link format against the examples of RFC 6690 5 and of LwM2M registrations, and against text
 * that is not of that form.
 */
#include "codec/link.h"

#include "lib/suite.h"

#include <hl78sim/error.h>

#include <stdlib.h>
#include <string.h>

/* RFC 6690 5, without the line breaks that are there for the reader only. */
#define SENSORS                                                                                    \
    "</sensors>;ct=40;title=\"Sensor Index\","                                                     \
    "</sensors/temp>;rt=\"temperature-c\";if=\"sensor\","                                          \
    "</sensors/light>;rt=\"light-lux\";if=\"sensor\","                                             \
    "<http://www.example.com/sensors/t123>;anchor=\"/sensors/temp\";rel=\"describedby\","          \
    "</t>;anchor=\"/sensors/temp\";rel=\"alternate\""
#define FIRMWARE "</firmware/v2.1>;rt=\"firmware\";sz=262144"
/* OMA LwM2M 1.0 5.3.1: an alternate path, and spaces behind the commas. */
#define ALTERNATE                                                                                  \
    "</lwm2m>;rt=\"oma.lwm2m\";ct=11543, </lwm2m/1/0>, </lwm2m/1/1>, </lwm2m/2/0>, </lwm2m/5>"
#define REGISTRATION "</>;rt=\"oma.lwm2m\",</1/0>,</3/0>,</5/0>,</10241>;ver=1.1"

static const char *const vectors[] = {SENSORS, FIRMWARE, ALTERNATE, REGISTRATION};

/* Reads all links and parameters and touches all slices; the number of links or the error. */
static int walk(const char *text, size_t size)
{
    struct hlsim__weblink_reader reader;
    struct hlsim__weblink link;
    int count = 0;
    int rc;

    hlsim__weblink_reader_init(&reader, text, size);
    while ((rc = hlsim__weblink_read(&reader, &link)) == 1) {
        struct hlsim__weblink_parameter parameter;
        struct hlsim__weblink_path path;
        size_t offset = 0;
        size_t sum = link.target_size;

        (void)hlsim__weblink_path(&link, "", &path);
        (void)hlsim__weblink_path(&link, "/lwm2m", &path);
        while (hlsim__weblink_parameter_next(&link, &offset, &parameter) == 1)
            sum += parameter.name_size + parameter.value_size + 1;
        CU_ASSERT(sum < size);
        count++;
    }
    return rc < 0 ? rc : count;
}

/* Walks a copy that ends where its heap block ends, so that the sanitizer sees any overread. */
static int walk_exact(const char *text, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    int rc;

    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    memcpy(copy, text, size);
    rc = walk(copy, size);
    free(copy);
    return rc;
}

static int walk_text(const char *text)
{
    return walk_exact(text, strlen(text));
}

static bool is(const char *slice, size_t size, const char *text)
{
    return size == strlen(text) && memcmp(slice, text, size) == 0;
}

static bool has(const struct hlsim__weblink *link, const char *name, const char *value)
{
    struct hlsim__weblink_parameter parameter;

    return hlsim__weblink_parameter_find(link, name, &parameter) == 0 && parameter.has_value &&
           is(parameter.value, parameter.value_size, value);
}

static void reads_the_sensors_of_rfc_6690(void)
{
    struct hlsim__weblink_reader reader;
    struct hlsim__weblink_parameter parameter;
    struct hlsim__weblink link;
    size_t offset = 0;

    hlsim__weblink_reader_init(&reader, SENSORS, strlen(SENSORS));
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT(is(link.target, link.target_size, "/sensors"));
    CU_ASSERT(has(&link, "ct", "40"));
    CU_ASSERT(has(&link, "title", "Sensor Index"));
    CU_ASSERT_EQUAL(hlsim__weblink_parameter_find(&link, "rt", &parameter), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_parameter_next(&link, &offset, &parameter), 1);
    CU_ASSERT(is(parameter.name, parameter.name_size, "ct") && !parameter.quoted);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_parameter_next(&link, &offset, &parameter), 1);
    CU_ASSERT(is(parameter.name, parameter.name_size, "title") && parameter.quoted);
    CU_ASSERT_EQUAL(hlsim__weblink_parameter_next(&link, &offset, &parameter), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT(is(link.target, link.target_size, "/sensors/temp"));
    CU_ASSERT(has(&link, "rt", "temperature-c") && has(&link, "if", "sensor"));
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT(is(link.target, link.target_size, "http://www.example.com/sensors/t123"));
    CU_ASSERT(has(&link, "anchor", "/sensors/temp") && has(&link, "rel", "describedby"));
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT(is(link.target, link.target_size, "/t") && has(&link, "rel", "alternate"));
    CU_ASSERT_EQUAL(hlsim__weblink_read(&reader, &link), 0);
    CU_ASSERT_EQUAL(hlsim__weblink_read(&reader, &link), 0);
}

static void reads_a_registration_with_its_paths(void)
{
    struct hlsim__weblink_reader reader;
    struct hlsim__weblink_path path;
    struct hlsim__weblink link;

    hlsim__weblink_reader_init(&reader, REGISTRATION, strlen(REGISTRATION));
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT(has(&link, "rt", "oma.lwm2m"));
    CU_ASSERT_EQUAL(hlsim__weblink_path(&link, "", &path), 0);
    CU_ASSERT_FALSE(path.has_object || path.has_instance);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT_EQUAL(hlsim__weblink_path(&link, "", &path), 0);
    CU_ASSERT(path.has_object && path.object == 3 && path.has_instance && path.instance == 0);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT_EQUAL(hlsim__weblink_path(&link, "", &path), 0);
    CU_ASSERT(path.has_object && path.object == 10241 && !path.has_instance);
    CU_ASSERT(has(&link, "ver", "1.1"));
    CU_ASSERT_EQUAL(hlsim__weblink_read(&reader, &link), 0);
}

static void reads_paths_below_an_alternate_root(void)
{
    struct hlsim__weblink_reader reader;
    struct hlsim__weblink_path path;
    struct hlsim__weblink link;

    hlsim__weblink_reader_init(&reader, ALTERNATE, strlen(ALTERNATE));
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT(has(&link, "ct", "11543"));
    CU_ASSERT_EQUAL(hlsim__weblink_path(&link, "/lwm2m", &path), 0);
    CU_ASSERT_FALSE(path.has_object);
    CU_ASSERT_EQUAL(hlsim__weblink_path(&link, "/lw", &path), HLSIM_E_NOT_FOUND);
    CU_ASSERT_EQUAL(hlsim__weblink_path(&link, "", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT_EQUAL_FATAL(hlsim__weblink_read(&reader, &link), 1);
    CU_ASSERT_EQUAL(hlsim__weblink_path(&link, "/lwm2m", &path), 0);
    CU_ASSERT(path.object == 1 && path.has_instance && path.instance == 1);
    CU_ASSERT_EQUAL(walk_text(ALTERNATE), 5);
}

static int path_of(const char *target, struct hlsim__weblink_path *path)
{
    struct hlsim__weblink link = {.target = target, .target_size = strlen(target)};

    return hlsim__weblink_path(&link, "", path);
}

static void refuses_paths_that_are_not_numbers(void)
{
    struct hlsim__weblink_path path;

    CU_ASSERT_EQUAL(path_of("/65534/65534", &path), 0);
    CU_ASSERT(path.object == 65534 && path.instance == 65534);
    CU_ASSERT_EQUAL(path_of("/65535", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(path_of("/4294967297", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(path_of("/3/0/1", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(path_of("/3/", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(path_of("//3", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(path_of("/03", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(path_of("/3a", &path), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(path_of("3/0", &path), HLSIM_E_NOT_FOUND);
}

static void counts_the_links_of_all_examples(void)
{
    CU_ASSERT_EQUAL(walk_text(""), 0);
    CU_ASSERT_EQUAL(walk_text(SENSORS), 5);
    CU_ASSERT_EQUAL(walk_text(FIRMWARE), 1);
    CU_ASSERT_EQUAL(walk_text(REGISTRATION), 5);
    CU_ASSERT_EQUAL(walk_text("</a>;obs"), 1);
    CU_ASSERT_EQUAL(walk_text("<>"), 1);
    CU_ASSERT_EQUAL(walk_text("</a>;title=\"a,b;c<d>\\\"\",</b>"), 2);
    CU_ASSERT_EQUAL(walk_text("</a>;title*=UTF-8'en'x"), 1);
}

static void refuses_what_is_not_link_format(void)
{
    static const char *const texts[] = {
        "1/0",
        "</1/0",
        "</1/0>,",
        ",</1/0>",
        "</1/0>,,</3/0>",
        "</1/0> ",
        "</1/0></3/0>",
        "</1/0>;",
        "</1/0>;=1",
        "</1/0>;ct=",
        "</1/0>;ct= 1",
        "</1/0>; ct=1",
        "</1/0>;t=\"",
        "</1/0>;t=\"a",
        "</1/0>;t=\"a\\",
        "</1/0>;t=\"a\\\"",
        "</1/0>;t=\"a\"b",
        "</1 0>",
        "</1\"0>",
        "</1/0>;t=\"\n\"",
        "</1/0>;t=a\"",
        "<</1/0>>",
        "</\xC3\xA9>",
        "</1/0>\n,</3/0>",
        " </1/0>",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        CU_ASSERT_EQUAL(walk_text(texts[i]), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_exact("</1\0>", 5), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(walk_exact("</1>;a=\0", 8), HLSIM_E_FORMAT);
}

static void survives_every_truncation_and_every_flipped_bit(void)
{
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        size_t size = strlen(vectors[i]);
        char text[512];

        CU_ASSERT_FATAL(size < sizeof text);
        memcpy(text, vectors[i], size);
        for (size_t cut = 0; cut < size; cut++) {
            int rc = walk_exact(text, cut);

            CU_ASSERT(rc == HLSIM_E_FORMAT || rc >= 0);
        }
        for (size_t bit = 0; bit < 8 * size; bit++) {
            unsigned char byte = (unsigned char)vectors[i][bit / 8];
            int rc;

            text[bit / 8] = (char)(byte ^ 1U << bit % 8);
            rc = walk_exact(text, size);
            CU_ASSERT(rc == HLSIM_E_FORMAT || rc > 0);
            text[bit / 8] = vectors[i][bit / 8];
        }
    }
}

static void writes_a_registration(void)
{
    struct hlsim__weblink_writer writer;
    char text[128];
    int size;

    hlsim__weblink_writer_init(&writer, text, sizeof text);
    CU_ASSERT_EQUAL(hlsim__weblink_writer_finish(&writer), 0);
    hlsim__weblink_write_target(&writer, "/");
    hlsim__weblink_write_text(&writer, "rt", "oma.lwm2m");
    hlsim__weblink_write_number(&writer, "ct", 11543);
    hlsim__weblink_write_instance(&writer, 1, 0);
    hlsim__weblink_write_object(&writer, 10241);
    hlsim__weblink_write_instance(&writer, 65534, 65534);
    hlsim__weblink_write_text(&writer, "title", "a \"b\" \\");
    size = hlsim__weblink_writer_finish(&writer);
    CU_ASSERT_FATAL(size > 0);
    CU_ASSERT(is(text, (size_t)size,
                 "</>;rt=\"oma.lwm2m\";ct=11543,</1/0>,</10241>,</65534/65534>;"
                 "title=\"a \\\"b\\\" \\\\\""));
    CU_ASSERT_EQUAL(walk_exact(text, (size_t)size), 4);
}

static void says_full_for_every_capacity_that_is_too_small(void)
{
    static const char expected[] = "</1/0>;ct=4,</3>;v=\"1\"";
    const size_t whole = sizeof expected - 1;

    for (size_t capacity = 0; capacity <= whole; capacity++) {
        char *text = malloc(capacity > 0 ? capacity : 1);
        struct hlsim__weblink_writer writer;

        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        hlsim__weblink_writer_init(&writer, text, capacity);
        hlsim__weblink_write_instance(&writer, 1, 0);
        if (capacity >= 6)
            hlsim__weblink_write_number(&writer, "ct", 4);
        hlsim__weblink_write_object(&writer, 3);
        hlsim__weblink_write_text(&writer, "v", "1");
        if (capacity < whole)
            CU_ASSERT_EQUAL(hlsim__weblink_writer_finish(&writer), HLSIM_E_FULL);
        if (capacity == whole) {
            CU_ASSERT_EQUAL(hlsim__weblink_writer_finish(&writer), (int)whole);
            CU_ASSERT(is(text, whole, expected));
        }
        free(text);
    }
}

static void refuses_to_write_what_could_not_be_read(void)
{
    struct hlsim__weblink_writer writer;
    char text[64];

    hlsim__weblink_writer_init(&writer, text, sizeof text);
    CU_ASSERT_EQUAL(hlsim__weblink_write_target(&writer, "/a>"), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__weblink_write_object(&writer, 1), HLSIM_E_INVALID);
    hlsim__weblink_writer_init(&writer, text, sizeof text);
    CU_ASSERT_EQUAL(hlsim__weblink_write_object(&writer, 1), 0);
    CU_ASSERT_EQUAL(hlsim__weblink_write_text(&writer, "title", "a\nb"), HLSIM_E_INVALID);
    CU_ASSERT_EQUAL(hlsim__weblink_writer_finish(&writer), HLSIM_E_INVALID);
}

static const struct suite_test tests[] = {
    SUITE_TEST(reads_the_sensors_of_rfc_6690),
    SUITE_TEST(reads_a_registration_with_its_paths),
    SUITE_TEST(reads_paths_below_an_alternate_root),
    SUITE_TEST(refuses_paths_that_are_not_numbers),
    SUITE_TEST(counts_the_links_of_all_examples),
    SUITE_TEST(refuses_what_is_not_link_format),
    SUITE_TEST(survives_every_truncation_and_every_flipped_bit),
    SUITE_TEST(writes_a_registration),
    SUITE_TEST(says_full_for_every_capacity_that_is_too_small),
    SUITE_TEST(refuses_to_write_what_could_not_be_read),
};

int main(void)
{
    return suite_run("link", tests, sizeof tests / sizeof *tests);
}
