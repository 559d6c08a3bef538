/*
 * The payload of deltas: what it makes, and that no list of operations leads outside of the base,
 * of the package or of the image.
 */
#include "lib/suite.h"
#include "package/delta.h"
#include "package/openssl_vector.h"

#include <stdlib.h>
#include <string.h>

#define BASE_SIZE  100
#define IMAGE_SIZE 120

/* A payload in a block of its own size, so that a read beyond its end is seen, and its base. */
struct bench {
    uint8_t *payload;
    uint32_t size;
    uint8_t *base;
    uint32_t base_size;
};

static struct bench bench_new(uint32_t base_size, uint32_t image_size)
{
    struct hlsim_package_delta delta = {.base_size = base_size, .image_size = image_size};
    struct bench bench = {.payload = malloc(HLSIM__DELTA_HEADER_SIZE),
                          .size = HLSIM__DELTA_HEADER_SIZE,
                          .base = malloc(base_size < 4096 ? base_size : 4096),
                          .base_size = base_size < 4096 ? base_size : 4096};

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.payload);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.base);
    for (uint32_t i = 0; i < bench.base_size; i++) {
        bench.base[i] = (uint8_t)i;
    }
    hlsim__delta_header_write(&delta, bench.payload);
    return bench;
}

static void bench_free(struct bench *bench)
{
    free(bench->payload);
    free(bench->base);
}

static void add_bytes(struct bench *bench, const void *bytes, uint32_t size)
{
    bench->payload = realloc(bench->payload, bench->size + size);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench->payload);
    memcpy(bench->payload + bench->size, bytes, size);
    bench->size += size;
}

static void add(struct bench *bench, unsigned kind, uint32_t size, uint32_t from)
{
    const struct hlsim__delta_operation operation = {
        .kind = (enum hlsim__delta_kind)kind, .size = size, .from = from};
    uint8_t bytes[HLSIM__DELTA_OPERATION_SIZE];

    hlsim__delta_operation_write(&operation, bytes);
    add_bytes(bench, bytes, sizeof bytes);
}

static void add_literal(struct bench *bench, unsigned kind, const char *text)
{
    add(bench, kind, (uint32_t)strlen(text), 0);
    add_bytes(bench, text, (uint32_t)strlen(text));
}

static int check_in_steps(const struct bench *bench, size_t step)
{
    struct hlsim_package_delta_check check;
    int result = 0;

    hlsim__delta_check_init(&check, bench->size);
    for (size_t at = 0; result == 0 && at < bench->size; at += step) {
        size_t piece = bench->size - at < step ? bench->size - at : step;

        result = hlsim__delta_check_take(&check, bench->payload + at, piece);
    }
    return result < 0 ? result : hlsim__delta_check_finish(&check);
}

static int read_payload(void *user, uint32_t offset, void *ret_bytes, size_t size)
{
    const struct bench *bench = user;

    CU_ASSERT_FATAL(offset <= bench->size && size <= bench->size - offset);
    memcpy(ret_bytes, bench->payload + offset, size);
    return 0;
}

static int read_base(void *user, uint32_t offset, void *ret_bytes, size_t size)
{
    const struct bench *bench = user;

    CU_ASSERT_FATAL(offset <= bench->base_size && size <= bench->base_size - offset);
    memcpy(ret_bytes, bench->base + offset, size);
    return 0;
}

/* Applies the delta in pieces; the bytes made, or an error. */
static int apply(struct bench *bench, uint8_t *image, uint32_t capacity, uint32_t step)
{
    const struct hlsim__delta_source source = {
        .user = bench, .payload = read_payload, .base = read_base};
    struct hlsim__delta delta;
    int result = hlsim__delta_open(&delta, &source, bench->size);
    uint32_t made = 0;

    while (result == 0 && made < delta.info.image_size && made < capacity) {
        uint32_t left =
            (delta.info.image_size < capacity ? delta.info.image_size : capacity) - made;
        uint32_t part = left < step ? left : step;

        result = hlsim__delta_read(&delta, image + made, part);
        made += part;
    }
    return result < 0 ? result : (int)made;
}

/* Both readers agree about the payload, whatever the pieces. */
static void both_say(struct bench *bench, int expected)
{
    static uint8_t image[8192];

    for (size_t step = 1; step < 60; step += 7) {
        CU_ASSERT_EQUAL(check_in_steps(bench, step), expected);
    }
    if (expected == 0) {
        CU_ASSERT(apply(bench, image, sizeof image, 16) > 0);
    } else {
        CU_ASSERT(apply(bench, image, sizeof image, 16) < 0);
    }
}

static void makes_the_image_of_a_foreign_delta(void)
{
    struct bench bench = {.payload = malloc(sizeof openssl_delta - 364),
                          .size = sizeof openssl_delta - 364,
                          .base = malloc(sizeof openssl_base),
                          .base_size = sizeof openssl_base};
    uint8_t image[sizeof openssl_image];

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.payload);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.base);
    memcpy(bench.payload, openssl_delta + HLSIM_PACKAGE_HEADER_SIZE, bench.size);
    memcpy(bench.base, openssl_base, sizeof openssl_base);
    both_say(&bench, 0);
    for (uint32_t step = 1; step <= sizeof image; step++) {
        memset(image, 0, sizeof image);
        CU_ASSERT_EQUAL(apply(&bench, image, sizeof image, step), sizeof image);
        CU_ASSERT_EQUAL(memcmp(image, openssl_image, sizeof image), 0);
    }
    bench_free(&bench);
}

/* Every byte of the base counts, and its size. */
static void knows_its_base_by_the_digest(void)
{
    const struct hlsim__delta_source source_of = {.payload = read_payload, .base = read_base};
    struct bench bench = {.payload = malloc(sizeof openssl_delta - 364),
                          .size = sizeof openssl_delta - 364,
                          .base = malloc(sizeof openssl_base),
                          .base_size = sizeof openssl_base};
    struct hlsim__delta_source source = source_of;
    struct hlsim__delta delta;

    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.payload);
    CU_ASSERT_PTR_NOT_NULL_FATAL(bench.base);
    source.user = &bench;
    memcpy(bench.payload, openssl_delta + HLSIM_PACKAGE_HEADER_SIZE, bench.size);
    memcpy(bench.base, openssl_base, sizeof openssl_base);
    CU_ASSERT_EQUAL(hlsim__delta_open(&delta, &source, bench.size), 0);
    CU_ASSERT_EQUAL(hlsim__delta_base_is_right(&delta), 1);
    for (size_t i = 0; i < sizeof openssl_base; i++) {
        bench.base[i] ^= 0x10;
        CU_ASSERT_EQUAL(hlsim__delta_base_is_right(&delta), 0);
        bench.base[i] ^= 0x10;
    }
    CU_ASSERT_EQUAL(hlsim__delta_base_is_right(&delta), 1);
    bench_free(&bench);
}

static void a_payload_cut_anywhere_is_refused(void)
{
    struct bench whole = bench_new(BASE_SIZE, IMAGE_SIZE);
    uint32_t size;

    add(&whole, HLSIM__DELTA_COPY, 80, 20);
    add_literal(&whole, HLSIM__DELTA_LITERAL, "0123456789012345678901234567890123456789");
    both_say(&whole, 0);
    size = whole.size;
    for (uint32_t length = 0; length < size; length++) {
        struct bench cut = {.payload = malloc(length > 0 ? length : 1),
                            .size = length,
                            .base = malloc(BASE_SIZE),
                            .base_size = BASE_SIZE};

        CU_ASSERT_PTR_NOT_NULL_FATAL(cut.payload);
        CU_ASSERT_PTR_NOT_NULL_FATAL(cut.base);
        memset(cut.base, 0, BASE_SIZE);
        memcpy(cut.payload, whole.payload, length);
        both_say(&cut, HLSIM_E_FORMAT);
        bench_free(&cut);
    }
    bench_free(&whole);
}

static void bytes_for_nobody_may_stand_anywhere(void)
{
    struct bench bench = bench_new(BASE_SIZE, BASE_SIZE + 3);
    uint8_t image[BASE_SIZE + 3];

    add_literal(&bench, HLSIM__DELTA_UNUSED, "xx");
    add(&bench, HLSIM__DELTA_COPY, 50, 0);
    add(&bench, HLSIM__DELTA_UNUSED, 0, 0);
    add_literal(&bench, HLSIM__DELTA_LITERAL, "abc");
    add(&bench, HLSIM__DELTA_COPY, 50, 50);
    add_literal(&bench, HLSIM__DELTA_UNUSED, "the end");
    both_say(&bench, 0);
    CU_ASSERT_EQUAL(apply(&bench, image, sizeof image, 7), sizeof image);
    CU_ASSERT_EQUAL(memcmp(image, bench.base, 50), 0);
    CU_ASSERT_EQUAL(memcmp(image + 50, "abc", 3), 0);
    CU_ASSERT_EQUAL(memcmp(image + 53, bench.base + 50, 50), 0);
    bench_free(&bench);
}

/* The same bytes of the base may be taken more than once; the image has no gaps nor overlaps. */
static void copies_may_overlap_in_the_base(void)
{
    struct bench bench = bench_new(BASE_SIZE, 150);
    uint8_t image[150];

    add(&bench, HLSIM__DELTA_COPY, 100, 0);
    add(&bench, HLSIM__DELTA_COPY, 50, 30);
    both_say(&bench, 0);
    CU_ASSERT_EQUAL(apply(&bench, image, sizeof image, 150), 150);
    CU_ASSERT_EQUAL(image[99], 99);
    CU_ASSERT_EQUAL(image[100], 30);
    bench_free(&bench);
}

static void operations_that_lead_outside_are_refused(void)
{
    static const struct {
        unsigned kind;
        uint32_t size;
        uint32_t from;
    } cases[] = {
        {HLSIM__DELTA_COPY, 1, BASE_SIZE},
        {HLSIM__DELTA_COPY, BASE_SIZE + 1, 0},
        {HLSIM__DELTA_COPY, BASE_SIZE, 1},
        {HLSIM__DELTA_COPY, 1, UINT32_MAX},
        {HLSIM__DELTA_COPY, 2, UINT32_MAX},       /* the sum is 1 */
        {HLSIM__DELTA_COPY, UINT32_MAX, 1},       /* the sum is 0 */
        {HLSIM__DELTA_COPY, UINT32_MAX - 9, 100}, /* the sum is 90 */
        {HLSIM__DELTA_COPY, 0x80000000, 0x80000000},
        {HLSIM__DELTA_COPY, 0, 0},
        {HLSIM__DELTA_LITERAL, 0, 0},
        {HLSIM__DELTA_LITERAL, 21, 0}, /* one more than come */
        {HLSIM__DELTA_LITERAL, UINT32_MAX, 0},
        {HLSIM__DELTA_LITERAL, 10, 1},
        {HLSIM__DELTA_LITERAL, IMAGE_SIZE + 1, 0},
        {HLSIM__DELTA_UNUSED, 21, 0},
        {HLSIM__DELTA_UNUSED, UINT32_MAX, 0},
        {HLSIM__DELTA_UNUSED, UINT32_MAX - 11, 0},
        {HLSIM__DELTA_UNUSED, 20, 7},
        {0, 1, 0},
        {4, 1, 0},
        {UINT32_MAX, 1, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bench bench = bench_new(BASE_SIZE, IMAGE_SIZE);

        add(&bench, cases[i].kind, cases[i].size, cases[i].from);
        add_bytes(&bench, "01234567890123456789", 20);
        both_say(&bench, HLSIM_E_FORMAT);
        bench_free(&bench);
    }
}

static void sizes_that_lie_are_refused(void)
{
    static const uint32_t sizes[] = {0, 1, HLSIM_IMAGE_SIZE_MIN - 1, HLSIM_IMAGE_SIZE_MAX + 1,
                                     UINT32_MAX};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct bench bench = bench_new(BASE_SIZE, sizes[i]);

        add(&bench, HLSIM__DELTA_COPY, BASE_SIZE, 0);
        both_say(&bench, HLSIM_E_FORMAT);
        bench_free(&bench);
        bench = bench_new(sizes[i] > 0 ? sizes[i] : BASE_SIZE, BASE_SIZE);
        memset(bench.payload, 0, sizes[i] > 0 ? 0 : 4);
        add(&bench, HLSIM__DELTA_COPY, HLSIM_IMAGE_SIZE_MIN, 0);
        add(&bench, HLSIM__DELTA_COPY, BASE_SIZE - HLSIM_IMAGE_SIZE_MIN, 0);
        both_say(&bench, HLSIM_E_FORMAT);
        bench_free(&bench);
    }
}

static void an_image_that_is_not_made_whole_or_more_is_refused(void)
{
    struct bench bench = bench_new(BASE_SIZE, IMAGE_SIZE);

    both_say(&bench, HLSIM_E_FORMAT); /* no operation at all */
    add(&bench, HLSIM__DELTA_COPY, BASE_SIZE, 0);
    both_say(&bench, HLSIM_E_FORMAT); /* 20 bytes are missing */
    add(&bench, HLSIM__DELTA_COPY, 20, 0);
    both_say(&bench, 0);
    add(&bench, HLSIM__DELTA_COPY, 1, 0);
    CU_ASSERT_EQUAL(check_in_steps(&bench, 9), HLSIM_E_FORMAT); /* one byte too many */
    bench_free(&bench);
}

static void official_image(const char *version, uint8_t *bytes)
{
    const struct hlsim_image_spec spec = {
        .version = version, .model = "HL7800", .size = HLSIM_IMAGE_SIZE};

    CU_ASSERT_EQUAL_FATAL(hlsim_image_build(&spec, bytes, HLSIM_IMAGE_SIZE), 0);
}

/* Every delta that is built leads from the one image of a version to the one of the other, so that
 * deltas can follow each other. */
static void what_is_built_leads_from_image_to_image(void)
{
    static const uint32_t sizes[] = {
        HLSIM_PACKAGE_DELTA_SIZE_MIN, 1464, 4096, 22951, 22952, 524648};
    static const char *const versions[] = {"1.6.3", "4.4.14.0", "4.6.8.0", "4.6.8.0"};
    uint8_t *image = malloc(HLSIM_IMAGE_SIZE);
    uint8_t *wanted = malloc(HLSIM_IMAGE_SIZE);
    uint8_t *package = malloc(524648);

    CU_ASSERT_PTR_NOT_NULL_FATAL(image);
    CU_ASSERT_PTR_NOT_NULL_FATAL(wanted);
    CU_ASSERT_PTR_NOT_NULL_FATAL(package);
    for (size_t i = 0; i + 1 < sizeof versions / sizeof *versions; i++) {
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
            const struct hlsim_package_spec spec = {
                .from = versions[i], .to = versions[i + 1], .model = "HL7800", .size = sizes[k]};
            struct bench bench = {.payload = package + HLSIM_PACKAGE_HEADER_SIZE,
                                  .size = sizes[k] - HLSIM_PACKAGE_HEADER_SIZE -
                                          HLSIM_PACKAGE_SIGNATURE_SIZE,
                                  .base = malloc(HLSIM_IMAGE_SIZE),
                                  .base_size = HLSIM_IMAGE_SIZE};
            size_t size;

            CU_ASSERT_PTR_NOT_NULL_FATAL(bench.base);
            CU_ASSERT_EQUAL_FATAL(hlsim_package_build(&spec, package, 524648, &size), 0);
            official_image(versions[i], bench.base);
            official_image(versions[i + 1], wanted);
            CU_ASSERT_EQUAL(apply(&bench, image, HLSIM_IMAGE_SIZE, 4096), HLSIM_IMAGE_SIZE);
            CU_ASSERT_EQUAL(memcmp(image, wanted, HLSIM_IMAGE_SIZE), 0);
            free(bench.base);
        }
    }
    free(image);
    free(wanted);
    free(package);
}

static const struct suite_test tests[] = {
    SUITE_TEST(makes_the_image_of_a_foreign_delta),
    SUITE_TEST(knows_its_base_by_the_digest),
    SUITE_TEST(a_payload_cut_anywhere_is_refused),
    SUITE_TEST(bytes_for_nobody_may_stand_anywhere),
    SUITE_TEST(copies_may_overlap_in_the_base),
    SUITE_TEST(operations_that_lead_outside_are_refused),
    SUITE_TEST(sizes_that_lie_are_refused),
    SUITE_TEST(an_image_that_is_not_made_whole_or_more_is_refused),
    SUITE_TEST(what_is_built_leads_from_image_to_image),
};

int main(void)
{
    return suite_run("delta", tests, sizeof tests / sizeof *tests);
}
