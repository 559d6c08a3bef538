/*
 * Packages whose sums are known already: never another answer than by computing them again.
 */
#include "lib/suite.h"

#include <hl78sim/package.h>

#include <stdlib.h>
#include <string.h>

#define SIZE 1464

static void build(uint8_t *bytes, uint64_t seed)
{
    const struct hlsim_package_spec spec = {
        .from = "4.4.14.0", .to = "4.6.8.0", .model = "HL7800", .size = SIZE, .seed = seed};
    size_t size;

    CU_ASSERT_EQUAL_FATAL(hlsim_package_build(&spec, bytes, SIZE, &size), 0);
    CU_ASSERT_EQUAL_FATAL(size, SIZE);
}

static int verify_with(const struct hlsim_package_known *known, size_t count, const uint8_t *bytes,
                       size_t piece)
{
    struct hlsim_package_verifier verifier;

    hlsim_package_verifier_init(&verifier, HLSIM_PACKAGE_KEY_MODULE);
    hlsim_package_verifier_recall(&verifier, known, count);
    for (size_t at = 0; at < SIZE; at += piece) {
        (void)hlsim_package_verifier_update(&verifier, bytes + at,
                                            SIZE - at < piece ? SIZE - at : piece);
    }
    return hlsim_package_verifier_finish(&verifier);
}

static void a_known_package_is_accepted_in_pieces_of_any_size(void)
{
    struct hlsim_package_known known[2];
    uint8_t bytes[SIZE];
    uint8_t other[SIZE];

    build(bytes, 1);
    build(other, 2);
    CU_ASSERT_EQUAL_FATAL(hlsim_package_know(other, SIZE, &known[0]), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim_package_know(bytes, SIZE, &known[1]), 0);
    for (size_t piece = 1; piece <= SIZE; piece += piece < 300 ? 1 : 97) {
        CU_ASSERT_EQUAL(verify_with(known, 2, bytes, piece), 0);
        CU_ASSERT_EQUAL(verify_with(known, 2, other, piece), 0);
        CU_ASSERT_EQUAL(verify_with(known, 1, bytes, piece), 0);
    }
}

static void a_byte_that_differs_is_found_as_without_knowledge(void)
{
    struct hlsim_package_known known;
    uint8_t bytes[SIZE];
    uint8_t changed[SIZE];

    build(bytes, 1);
    CU_ASSERT_EQUAL_FATAL(hlsim_package_know(bytes, SIZE, &known), 0);
    for (size_t at = 0; at < SIZE; at++) {
        int result;

        memcpy(changed, bytes, SIZE);
        changed[at] ^= 0x10;
        result = verify_with(&known, 1, changed, 256);
        CU_ASSERT_TRUE(result < 0);
        CU_ASSERT_EQUAL(result, verify_with(NULL, 0, changed, 256));
    }
}

static void knowledge_is_of_whole_packages_only(void)
{
    struct hlsim_package_known known;
    uint8_t bytes[SIZE];

    build(bytes, 1);
    CU_ASSERT_EQUAL(hlsim_package_know(bytes, SIZE - 1, &known), HLSIM_E_INCOMPLETE);
    CU_ASSERT_EQUAL(hlsim_package_know(bytes, 20, &known), HLSIM_E_INCOMPLETE);
    bytes[0] ^= 1;
    CU_ASSERT_EQUAL(hlsim_package_know(bytes, SIZE, &known), HLSIM_E_FORMAT);
}

/* What the sums were of is not what is stored: the signature is of the bytes that were compared. */
static void what_is_wrong_with_a_known_package_stays_wrong(void)
{
    const struct hlsim_package_spec spec = {.from = "4.4.14.0",
                                            .to = "4.6.8.0",
                                            .model = "HL7800",
                                            .size = SIZE,
                                            .breakage = HLSIM_PACKAGE_BREAK_WRONG_KEY};
    struct hlsim_package_known known;
    uint8_t bytes[SIZE];
    size_t size;

    CU_ASSERT_EQUAL_FATAL(hlsim_package_build(&spec, bytes, SIZE, &size), 0);
    CU_ASSERT_EQUAL_FATAL(hlsim_package_know(bytes, SIZE, &known), 0);
    CU_ASSERT_EQUAL(verify_with(&known, 1, bytes, 256), HLSIM_E_SIGNATURE);
}

static const struct suite_test tests[] = {
    SUITE_TEST(a_known_package_is_accepted_in_pieces_of_any_size),
    SUITE_TEST(a_byte_that_differs_is_found_as_without_knowledge),
    SUITE_TEST(knowledge_is_of_whole_packages_only),
    SUITE_TEST(what_is_wrong_with_a_known_package_stays_wrong),
};

int main(void)
{
    return suite_run("known packages", tests, sizeof tests / sizeof *tests);
}
