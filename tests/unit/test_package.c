/*
 * Update packages: sizes, breaks, and that no damaged package is ever accepted.
 */
#include "base/checksum.h"
#include "lib/suite.h"
#include "package/openssl_vector.h"

#include <hl78sim/package.h>

#include <stdlib.h>
#include <string.h>

#define SMALL 1464
#define LARGE 524648

static const struct hlsim_package_spec small_spec = {
    .from = "4.4.14.0", .to = "4.6.8.0", .model = "HL7800", .size = SMALL, .seed = 1};

/* A full package of the same size, whose image is cut short. */
static const struct hlsim_package_spec small_full = {
    .full = true, .to = "4.6.8.0", .model = "HL7800", .size = SMALL, .seed = 1};

static void build(struct hlsim_package_spec spec, uint8_t *bytes, size_t *ret_size)
{
    CU_ASSERT_EQUAL_FATAL(hlsim_package_build(&spec, bytes, spec.size, ret_size), 0);
}

static void build_small(uint8_t *bytes, enum hlsim_package_break breakage, size_t *ret_size)
{
    struct hlsim_package_spec spec = small_spec;

    spec.breakage = breakage;
    build(spec, bytes, ret_size);
}

static int verify(const uint8_t *bytes, size_t size)
{
    return hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_MODULE);
}

static uint32_t read_u32(const uint8_t *bytes)
{
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void write_u32(uint8_t *bytes, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(value >> (8 * i));
    }
}

/* Makes the checksums of a changed package right again: what is left wrong is the signature. */
static void mend_checksums(uint8_t *bytes, size_t size)
{
    size_t payload_size = size - 108 - 256;

    if (bytes[10] == HLSIM_PACKAGE_FULL) {
        write_u32(bytes + 108 + 16, hlsim__crc32(0, bytes + 108 + 72, payload_size - 72));
        write_u32(bytes + 108 + 68, hlsim__crc32(0, bytes + 108, 68));
    }
    write_u32(bytes + 20, hlsim__crc32(0, bytes + 108, payload_size));
    write_u32(bytes + 104, hlsim__crc32(0, bytes, 104));
}

static void packages_signed_by_openssl_are_accepted(void)
{
    struct hlsim_package_info info;

    CU_ASSERT_EQUAL(verify(openssl_full, sizeof openssl_full), 0);
    CU_ASSERT_EQUAL(verify(openssl_delta, sizeof openssl_delta), 0);
    CU_ASSERT_EQUAL(
        hlsim_package_verify(openssl_full, sizeof openssl_full, HLSIM_PACKAGE_KEY_OTHER),
        HLSIM_E_SIGNATURE);
    CU_ASSERT_EQUAL(hlsim_package_parse(openssl_full, sizeof openssl_full, &info), 0);
    CU_ASSERT_EQUAL(info.kind, HLSIM_PACKAGE_FULL);
    CU_ASSERT_STRING_EQUAL(info.from, "4.4.14.0");
    CU_ASSERT_STRING_EQUAL(info.to, "4.6.8.0");
    CU_ASSERT_STRING_EQUAL(info.model, "HL7800");
    CU_ASSERT_EQUAL(info.total_size, 600);
    CU_ASSERT_EQUAL(info.payload_size, 236);
    CU_ASSERT_EQUAL(hlsim_package_parse(openssl_delta, sizeof openssl_delta, &info), 0);
    CU_ASSERT_EQUAL(info.kind, HLSIM_PACKAGE_DELTA);
    CU_ASSERT_EQUAL(info.total_size, sizeof openssl_delta);
}

static void a_delta_has_exactly_its_size_and_is_accepted(void)
{
    static const uint32_t sizes[] = {
        HLSIM_PACKAGE_DELTA_SIZE_MIN, SMALL, 1465, 22500, 22975, 60000, LARGE};
    uint8_t *bytes = malloc(LARGE);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct hlsim_package_spec spec = small_spec;
        struct hlsim_package_verifier verifier;
        const struct hlsim_package_delta *delta;
        struct hlsim_package_info info;
        size_t size = 0;

        spec.size = sizes[i];
        build(spec, bytes, &size);
        CU_ASSERT_EQUAL(size, sizes[i]);
        CU_ASSERT_EQUAL(hlsim_package_parse(bytes, size, &info), 0);
        CU_ASSERT_EQUAL(info.kind, HLSIM_PACKAGE_DELTA);
        CU_ASSERT_EQUAL(info.total_size, sizes[i]);
        CU_ASSERT_EQUAL(info.payload_size, sizes[i] - 108 - 256);
        hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
        CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes, size), 0);
        CU_ASSERT_EQUAL(hlsim_package_verifier_finish(&verifier), 0);
        delta = hlsim_package_verifier_delta(&verifier);
        CU_ASSERT_PTR_NOT_NULL_FATAL(delta);
        CU_ASSERT_EQUAL(delta->base_size, HLSIM_IMAGE_SIZE);
        CU_ASSERT_EQUAL(delta->image_size, HLSIM_IMAGE_SIZE);
        CU_ASSERT_EQUAL(delta->copied + delta->carried, HLSIM_IMAGE_SIZE);
        CU_ASSERT(delta->copied > 0);
        CU_ASSERT(delta->carried >= 72);
        CU_ASSERT_EQUAL(40 + 12 * delta->operations + delta->carried + delta->unused,
                        info.payload_size);
    }
    free(bytes);
}

static void a_full_package_has_exactly_its_size_and_is_accepted(void)
{
    static const uint32_t sizes[] = {
        HLSIM_PACKAGE_SIZE_MIN,        SMALL, HLSIM_PACKAGE_FULL_SIZE_WHOLE - 1,
        HLSIM_PACKAGE_FULL_SIZE_WHOLE, 65536, LARGE};
    static const struct hlsim_image_spec official = {
        .version = "4.6.8.0", .model = "HL7800", .size = HLSIM_IMAGE_SIZE};
    static uint8_t image_bytes[HLSIM_IMAGE_SIZE];
    uint8_t *bytes = malloc(LARGE);

    CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
    CU_ASSERT_EQUAL(hlsim_image_build(&official, image_bytes, sizeof image_bytes), 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bool whole = sizes[i] >= HLSIM_PACKAGE_FULL_SIZE_WHOLE;
        struct hlsim_package_spec spec = small_full;
        struct hlsim_package_info info;
        struct hlsim_image_info image;
        size_t size = 0;

        spec.size = sizes[i];
        build(spec, bytes, &size);
        CU_ASSERT_EQUAL(size, sizes[i]);
        CU_ASSERT_EQUAL(verify(bytes, size), 0);
        CU_ASSERT_EQUAL(hlsim_package_parse(bytes, size, &info), 0);
        CU_ASSERT_EQUAL(info.kind, HLSIM_PACKAGE_FULL);
        CU_ASSERT_STRING_EQUAL(info.from, "");
        CU_ASSERT_EQUAL(info.payload_size, sizes[i] - 108 - 256);
        CU_ASSERT_EQUAL(hlsim_image_header_parse(bytes + 108, info.payload_size, &image), 0);
        CU_ASSERT_STRING_EQUAL(image.version, "4.6.8.0");
        CU_ASSERT_STRING_EQUAL(image.model, "HL7800");
        CU_ASSERT_EQUAL(image.size, whole ? HLSIM_IMAGE_SIZE : info.payload_size);
        CU_ASSERT_EQUAL(image.body_crc, hlsim__crc32(0, bytes + 108 + 72, image.size - 72));
        CU_ASSERT_EQUAL(memcmp(bytes + 108, image_bytes, HLSIM_IMAGE_SIZE) == 0 && whole, whole);
    }
    free(bytes);
}

static void the_same_spec_gives_the_same_bytes(void)
{
    struct hlsim_package_spec spec = small_full;
    uint8_t *first = malloc(65536);
    uint8_t *second = malloc(65536);
    size_t size;

    CU_ASSERT_PTR_NOT_NULL_FATAL(first);
    CU_ASSERT_PTR_NOT_NULL_FATAL(second);
    spec.size = 65536;
    build(spec, first, &size);
    build(spec, second, &size);
    CU_ASSERT_EQUAL(memcmp(first, second, size), 0);
    spec.seed = 2;
    build(spec, second, &size);
    /* The image of a version is one and the same; what nobody uses is drawn. */
    CU_ASSERT_EQUAL(memcmp(first + 108, second + 108, HLSIM_IMAGE_SIZE), 0);
    CU_ASSERT_NOT_EQUAL(
        memcmp(first + 108 + HLSIM_IMAGE_SIZE, second + 108 + HLSIM_IMAGE_SIZE, 1000), 0);
    free(first);
    free(second);
}

static void specs_that_cannot_be_are_refused(void)
{
    uint8_t bytes[SMALL];
    size_t size = 99;
    struct hlsim_package_spec spec = small_spec;

    spec.size = HLSIM_PACKAGE_DELTA_SIZE_MIN - 1;
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), HLSIM_E_RANGE);
    spec.full = true;
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), 0);
    spec.size = HLSIM_PACKAGE_SIZE_MIN - 1;
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), HLSIM_E_RANGE);
    spec.full = false;
    size = 99;
    spec.size = HLSIM_PACKAGE_SIZE_MAX + 1;
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SIZE_MAX, &size), HLSIM_E_RANGE);
    spec.size = SMALL;
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL - 1, &size), HLSIM_E_LIMIT);
    spec.to = "";
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), HLSIM_E_INVALID);
    spec.to = "4.6.8.0";
    spec.from = "4.6.8.0 ";
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), HLSIM_E_INVALID);
    spec.from = NULL;
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), HLSIM_E_INVALID);
    spec.full = true;
    spec.model = "";
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), HLSIM_E_INVALID);
    spec.model = "sixteen.letters.";
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), HLSIM_E_INVALID);
    spec.model = "fifteen.letters";
    CU_ASSERT_EQUAL(size, 99);
    CU_ASSERT_EQUAL(hlsim_package_build(&spec, bytes, SMALL, &size), 0);
    CU_ASSERT_EQUAL(verify(bytes, size), 0);
}

static void each_break_gives_its_own_error(void)
{
    uint8_t bytes[SMALL];
    struct hlsim_package_info info;
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_BIT_FLIP, &size);
    CU_ASSERT_EQUAL(size, SMALL);
    CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_CORRUPT);

    build_small(bytes, HLSIM_PACKAGE_BREAK_TRUNCATE, &size);
    CU_ASSERT_EQUAL(size, 1098);
    CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim_package_parse(bytes, size, &info), 0);
    CU_ASSERT_EQUAL(info.total_size, SMALL);

    build_small(bytes, HLSIM_PACKAGE_BREAK_WRONG_KEY, &size);
    CU_ASSERT_EQUAL(size, SMALL);
    CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_SIGNATURE);
    CU_ASSERT_EQUAL(hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_OTHER), 0);

    build_small(bytes, HLSIM_PACKAGE_BREAK_WRONG_BASE, &size);
    CU_ASSERT_EQUAL(size, SMALL);
    CU_ASSERT_EQUAL(verify(bytes, size), 0);
    CU_ASSERT_EQUAL(hlsim_package_parse(bytes, size, &info), 0);
    CU_ASSERT_FALSE(hlsim_package_fits(&info, "4.4.14.0"));
}

static void breaks_have_the_names_of_the_command_line(void)
{
    static const char *const names[] = {"none", "bit_flip", "truncate", "wrong_key", "wrong_base"};

    CU_ASSERT_EQUAL(HLSIM_PACKAGE_BREAKS, 5);
    for (int i = 0; i < HLSIM_PACKAGE_BREAKS; i++) {
        CU_ASSERT_STRING_EQUAL(hlsim_package_break_name((enum hlsim_package_break)i), names[i]);
        CU_ASSERT_EQUAL(hlsim_package_break_find(names[i]), i);
    }
    CU_ASSERT_EQUAL(hlsim_package_break_find("bitflip"), -1);
}

static void a_package_fits_its_base_or_any(void)
{
    struct hlsim_package_spec spec = small_spec;
    struct hlsim_package_info info;
    uint8_t bytes[SMALL];
    size_t size;

    build(spec, bytes, &size);
    CU_ASSERT_EQUAL(hlsim_package_parse(bytes, size, &info), 0);
    CU_ASSERT(hlsim_package_fits(&info, "4.4.14.0"));
    CU_ASSERT(!hlsim_package_fits(&info, "4.4.14.1"));
    build(small_full, bytes, &size);
    CU_ASSERT_EQUAL(hlsim_package_parse(bytes, size, &info), 0);
    CU_ASSERT_STRING_EQUAL(info.from, "");
    CU_ASSERT(hlsim_package_fits(&info, "1.6.3"));
}

static void every_truncation_is_an_error(void)
{
    uint8_t bytes[SMALL];
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    for (size_t length = 0; length < size; length++) {
        /* A copy of its own size, so that a read beyond the end is seen. */
        uint8_t *copy = malloc(length == 0 ? 1 : length);
        struct hlsim_package_info info;

        CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
        memcpy(copy, bytes, length);
        CU_ASSERT_EQUAL(verify(copy, length), HLSIM_E_FORMAT);
        CU_ASSERT_EQUAL(hlsim_package_parse(copy, length, &info),
                        length < 108 ? HLSIM_E_INCOMPLETE : 0);
        free(copy);
    }
}

static void bytes_after_the_end_are_an_error(void)
{
    uint8_t bytes[SMALL + 1];
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    bytes[SMALL] = 0;
    CU_ASSERT_EQUAL(verify(bytes, SMALL + 1), HLSIM_E_FORMAT);
}

static void check_every_changed_byte(struct hlsim_package_spec spec)
{
    uint8_t bytes[SMALL];
    size_t size;

    build(spec, bytes, &size);
    for (size_t i = 0; i < size; i++) {
        uint8_t good = bytes[i];
        int result;

        bytes[i] = (uint8_t)(good ^ (1u << (i % 8)));
        result = verify(bytes, size);
        if (i < 108) {
            CU_ASSERT(result == HLSIM_E_FORMAT || result == HLSIM_E_CORRUPT);
        } else if (i >= SMALL - 256) {
            CU_ASSERT_EQUAL(result, HLSIM_E_SIGNATURE);
        } else {
            CU_ASSERT(result == HLSIM_E_FORMAT || result == HLSIM_E_CORRUPT);
        }
        CU_ASSERT(result < 0);
        bytes[i] = (uint8_t)~good;
        CU_ASSERT(verify(bytes, size) < 0);
        bytes[i] = good;
    }
    CU_ASSERT_EQUAL(verify(bytes, size), 0);
}

static void no_package_with_a_changed_byte_is_accepted(void)
{
    check_every_changed_byte(small_spec);
    check_every_changed_byte(small_full);
}

static void right_checksums_do_not_replace_the_signature(void)
{
    uint8_t bytes[SMALL];
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    mend_checksums(bytes, size);
    CU_ASSERT_EQUAL(verify(bytes, size), 0);
    for (size_t i = 108 + 72; i < 108 + 40 + 12 + 1000; i += 50) { /* in the literal */
        bytes[i] ^= 0x40;
        mend_checksums(bytes, size);
        CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_SIGNATURE);
        bytes[i] ^= 0x40;
    }
    bytes[24] = '3'; /* from 3.4.14.0 */
    mend_checksums(bytes, size);
    CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_SIGNATURE);
}

struct lie {
    size_t at;
    uint32_t value;
    int result;
};

static void check_lies(struct hlsim_package_spec spec, const struct lie *lies, size_t count)
{
    uint8_t bytes[SMALL];
    size_t size;

    for (size_t i = 0; i < count; i++) {
        build(spec, bytes, &size);
        CU_ASSERT_NOT_EQUAL(read_u32(bytes + lies[i].at), lies[i].value);
        write_u32(bytes + lies[i].at, lies[i].value);
        mend_checksums(bytes, size);
        CU_ASSERT_EQUAL(verify(bytes, size), lies[i].result);
    }
}

static void headers_that_lie_are_malformed(void)
{
    static const struct lie of_any[] = {
        {8, 0x00020003, HLSIM_E_UNSUPPORTED}, /* format 3 */
        {8, 0x00010001, HLSIM_E_UNSUPPORTED}, /* format 1 */
        {8, 0x00030002, HLSIM_E_UNSUPPORTED}, /* kind 3 */
        {8, 0x00000002, HLSIM_E_UNSUPPORTED}, /* kind 0 */
        {12, 0, HLSIM_E_FORMAT},              /* total size */
        {12, SMALL - 1, HLSIM_E_FORMAT},
        {12, SMALL + 1, HLSIM_E_FORMAT},
        {12, UINT32_MAX, HLSIM_E_FORMAT},
        {16, 0, HLSIM_E_FORMAT}, /* payload size */
        {16, UINT32_MAX, HLSIM_E_FORMAT},
        {16, SMALL - 108 - 256 + 1, HLSIM_E_FORMAT},
        {24, 0x41414141, HLSIM_E_FORMAT}, /* from is no version */
        {52, 0x30000000, HLSIM_E_FORMAT}, /* a byte after from's end */
        {56, 0, HLSIM_E_FORMAT},          /* to is empty, then goes on */
        {88, 0x20204c48, HLSIM_E_FORMAT}, /* a blank in the model */
    };
    static const struct lie of_full[] = {
        {108 + 8, 2, HLSIM_E_FORMAT},           /* the image's format */
        {108 + 12, 1101, HLSIM_E_FORMAT},       /* the image's size */
        {108 + 12, 0, HLSIM_E_FORMAT},          /* the image's size */
        {108 + 20, 0x2e362e35, HLSIM_E_FORMAT}, /* the image is of version 5.6.8.0 */
        {108 + 52, 0x3d374c48, HLSIM_E_FORMAT}, /* the image is for another model */
    };
    static const struct lie of_delta[] = {
        {28, 0x00000000, HLSIM_E_FORMAT}, /* from "4.4." */
    };

    check_lies(small_spec, of_any, sizeof of_any / sizeof *of_any);
    check_lies(small_full, of_any, sizeof of_any / sizeof *of_any);
    check_lies(small_full, of_full, sizeof of_full / sizeof *of_full);
    check_lies(small_spec, of_delta, sizeof of_delta / sizeof *of_delta);
}

static void a_delta_from_nothing_is_malformed(void)
{
    uint8_t bytes[SMALL];
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    memset(bytes + 24, 0, 32);
    mend_checksums(bytes, size);
    CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_FORMAT);
}

static void any_split_into_pieces_gives_the_same_answer(void)
{
    uint8_t bytes[SMALL];
    struct hlsim_package_verifier verifier;
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    for (size_t split = 0; split <= size; split++) {
        hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
        CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes, split), 0);
        CU_ASSERT_EQUAL(hlsim_package_verifier_info(&verifier) != NULL, split >= 108);
        CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes + split, size - split), 0);
        CU_ASSERT_EQUAL(hlsim_package_verifier_finish(&verifier), 0);
    }
    for (size_t step = 1; step < 300; step += 13) {
        hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
        for (size_t at = 0; at < size; at += step) {
            size_t piece = size - at < step ? size - at : step;

            CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes + at, piece), 0);
        }
        CU_ASSERT_STRING_EQUAL(hlsim_package_verifier_info(&verifier)->to, "4.6.8.0");
        CU_ASSERT_EQUAL(hlsim_package_verifier_finish(&verifier), 0);
    }
}

static void a_verifier_can_be_copied_in_the_middle(void)
{
    uint8_t bytes[SMALL];
    struct hlsim_package_verifier verifier;
    struct hlsim_package_verifier copy;
    size_t size;

    build(small_full, bytes, &size);
    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes, 777), 0);
    copy = verifier;
    CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes, size - 777), 0);
    CU_ASSERT_EQUAL(hlsim_package_verifier_finish(&verifier), HLSIM_E_CORRUPT);
    CU_ASSERT_EQUAL(hlsim_package_verifier_update(&copy, bytes + 777, size - 777), 0);
    CU_ASSERT_EQUAL(hlsim_package_verifier_finish(&copy), 0);
}

static void an_error_is_told_as_soon_as_it_shows_and_stays(void)
{
    struct hlsim_package_verifier verifier;
    uint8_t bytes[SMALL];
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    bytes[0] = 'X';
    CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes, 107), 0);
    CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes + 107, 1), HLSIM_E_FORMAT);
    CU_ASSERT_PTR_NULL(hlsim_package_verifier_info(&verifier));
    CU_ASSERT_EQUAL(hlsim_package_verifier_update(&verifier, bytes + 108, 9), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(hlsim_package_verifier_finish(&verifier), HLSIM_E_FORMAT);

    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    CU_ASSERT_EQUAL(hlsim_package_verifier_finish(&verifier), HLSIM_E_FORMAT);
}

static int corrupt(uint8_t *bytes, size_t size, enum hlsim_package_break kind, size_t offset)
{
    size_t left = size;
    int result = hlsim_package_corrupt(bytes, &left, kind, offset);

    CU_ASSERT_EQUAL(left, size);
    return result;
}

static void one_bit_of_a_stored_package_can_be_turned(void)
{
    uint8_t bytes[SMALL];
    uint8_t good[SMALL];
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    memcpy(good, bytes, size);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_BIT_FLIP, 300), 0);
    CU_ASSERT_EQUAL(memcmp(bytes, good, 300), 0);
    CU_ASSERT_NOT_EQUAL(bytes[300], good[300]);
    CU_ASSERT_EQUAL(memcmp(bytes + 301, good + 301, size - 301), 0);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_BIT_FLIP, 300), 0);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_BIT_FLIP, HLSIM_PACKAGE_MIDDLE), 0);
    CU_ASSERT_NOT_EQUAL(bytes[108 + 550], good[108 + 550]);
    CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_CORRUPT);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_BIT_FLIP, SMALL), HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(corrupt(bytes, 0, HLSIM_PACKAGE_BREAK_BIT_FLIP, HLSIM_PACKAGE_MIDDLE),
                    HLSIM_E_RANGE);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_NONE, 0), HLSIM_E_INVALID);
}

static void a_stored_package_can_be_cut_and_signed_anew(void)
{
    uint8_t bytes[SMALL];
    struct hlsim_package_info info;
    size_t size;

    build_small(bytes, HLSIM_PACKAGE_BREAK_NONE, &size);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_WRONG_KEY, 0), 0);
    CU_ASSERT_EQUAL(verify(bytes, size), HLSIM_E_SIGNATURE);
    CU_ASSERT_EQUAL(hlsim_package_verify(bytes, size, HLSIM_PACKAGE_KEY_OTHER), 0);

    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_WRONG_BASE, 0), 0);
    CU_ASSERT_EQUAL(verify(bytes, size), 0);
    CU_ASSERT_EQUAL(hlsim_package_parse(bytes, size, &info), 0);
    CU_ASSERT_STRING_EQUAL(info.from, HLSIM_PACKAGE_NOBODY);

    CU_ASSERT_EQUAL(hlsim_package_corrupt(bytes, &size, HLSIM_PACKAGE_BREAK_TRUNCATE, 500), 0);
    CU_ASSERT_EQUAL(size, 500);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_WRONG_KEY, 0), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(corrupt(bytes, size, HLSIM_PACKAGE_BREAK_WRONG_BASE, 0), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(corrupt(bytes, 50, HLSIM_PACKAGE_BREAK_WRONG_BASE, 0), HLSIM_E_FORMAT);
    CU_ASSERT_EQUAL(
        hlsim_package_corrupt(bytes, &size, HLSIM_PACKAGE_BREAK_TRUNCATE, HLSIM_PACKAGE_MIDDLE), 0);
    CU_ASSERT_EQUAL(size, 250);
}

static void images_are_built_and_parsed(void)
{
    struct hlsim_image_spec spec = {.version = "1.6.3", .model = "HL7800", .size = 200, .seed = 7};
    struct hlsim_image_info info;
    uint8_t bytes[200];

    CU_ASSERT_EQUAL(hlsim_image_build(&spec, bytes, 199), HLSIM_E_LIMIT);
    CU_ASSERT_EQUAL(hlsim_image_build(&spec, bytes, 200), 0);
    CU_ASSERT_EQUAL(hlsim_image_header_parse(bytes, 71, &info), HLSIM_E_INCOMPLETE);
    CU_ASSERT_EQUAL(hlsim_image_header_parse(bytes, 72, &info), 0);
    CU_ASSERT_STRING_EQUAL(info.version, "1.6.3");
    CU_ASSERT_EQUAL(info.body_crc, hlsim__crc32(0, bytes + 72, 128));
    for (size_t i = 0; i < 72; i++) {
        bytes[i] ^= 4;
        CU_ASSERT(hlsim_image_header_parse(bytes, 200, &info) < 0);
        bytes[i] ^= 4;
    }
    memset(bytes, 0xff, sizeof bytes);
    CU_ASSERT_EQUAL(hlsim_image_header_parse(bytes, 200, &info), HLSIM_E_FORMAT);
    spec.size = HLSIM_IMAGE_SIZE_MIN - 1;
    CU_ASSERT_EQUAL(hlsim_image_build(&spec, bytes, 200), HLSIM_E_RANGE);
    spec.size = 200;
    spec.version = "1.6.x";
    CU_ASSERT_EQUAL(hlsim_image_build(&spec, bytes, 200), HLSIM_E_INVALID);
}

static const struct suite_test tests[] = {
    SUITE_TEST(packages_signed_by_openssl_are_accepted),
    SUITE_TEST(a_delta_has_exactly_its_size_and_is_accepted),
    SUITE_TEST(a_full_package_has_exactly_its_size_and_is_accepted),
    SUITE_TEST(the_same_spec_gives_the_same_bytes),
    SUITE_TEST(specs_that_cannot_be_are_refused),
    SUITE_TEST(each_break_gives_its_own_error),
    SUITE_TEST(breaks_have_the_names_of_the_command_line),
    SUITE_TEST(a_package_fits_its_base_or_any),
    SUITE_TEST(every_truncation_is_an_error),
    SUITE_TEST(bytes_after_the_end_are_an_error),
    SUITE_TEST(no_package_with_a_changed_byte_is_accepted),
    SUITE_TEST(right_checksums_do_not_replace_the_signature),
    SUITE_TEST(headers_that_lie_are_malformed),
    SUITE_TEST(a_delta_from_nothing_is_malformed),
    SUITE_TEST(any_split_into_pieces_gives_the_same_answer),
    SUITE_TEST(a_verifier_can_be_copied_in_the_middle),
    SUITE_TEST(an_error_is_told_as_soon_as_it_shows_and_stays),
    SUITE_TEST(one_bit_of_a_stored_package_can_be_turned),
    SUITE_TEST(a_stored_package_can_be_cut_and_signed_anew),
    SUITE_TEST(images_are_built_and_parsed),
};

int main(void)
{
    return suite_run("package", tests, sizeof tests / sizeof *tests);
}
