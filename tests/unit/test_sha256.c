/*
 * SHA-256 by the processor's instructions and without them: the same, in pieces of any sizes.
 */
#include "lib/suite.h"
#include "package/verify.h"

#include <string.h>

static void digest_of(const uint8_t *bytes, size_t size, size_t piece, bool by_processor,
                      uint8_t *ret_digest)
{
    struct hlsim_package_hash hash;

    hlsim__hash_start(&hash);
    hash.by_processor = hash.by_processor && by_processor;
    for (size_t at = 0; at < size; at += piece) {
        hlsim__hash_add(&hash, bytes + at, size - at < piece ? size - at : piece);
    }
    hlsim__hash_finish(&hash, ret_digest);
}

/* FIPS 180-2, B.1 and B.2. */
static void published_messages_have_their_digests(void)
{
    static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                  0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                  0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    static const uint8_t two[] = {0x24, 0x8d, 0x6a, 0x61, 0xd2, 0x06, 0x38, 0xb8, 0xe5, 0xc0, 0x26,
                                  0x93, 0x0c, 0x3e, 0x60, 0x39, 0xa3, 0x3c, 0xe4, 0x59, 0x64, 0xff,
                                  0x21, 0x67, 0xf6, 0xec, 0xed, 0xd4, 0x19, 0xdb, 0x06, 0xc1};
    static const char long_text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
    uint8_t digest[HLSIM__DIGEST_SIZE];

    for (int by_processor = 0; by_processor < 2; by_processor++) {
        digest_of((const uint8_t *)"abc", 3, 3, by_processor, digest);
        CU_ASSERT_EQUAL(memcmp(digest, abc, sizeof abc), 0);
        digest_of((const uint8_t *)long_text, sizeof long_text - 1, 64, by_processor, digest);
        CU_ASSERT_EQUAL(memcmp(digest, two, sizeof two), 0);
    }
}

static void both_ways_agree_for_all_sizes_and_pieces(void)
{
    uint8_t bytes[700];
    uint8_t expected[HLSIM__DIGEST_SIZE];
    uint8_t digest[HLSIM__DIGEST_SIZE];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 167 + i / 251);
    }
    for (size_t size = 0; size <= sizeof bytes; size++) {
        digest_of(bytes, size, sizeof bytes, false, expected);
        for (size_t piece = 1; piece <= sizeof bytes; piece += piece < 70 ? 7 : 63) {
            digest_of(bytes, size, piece, true, digest);
            CU_ASSERT_EQUAL(memcmp(digest, expected, sizeof digest), 0);
        }
    }
}

static const struct suite_test tests[] = {
    SUITE_TEST(published_messages_have_their_digests),
    SUITE_TEST(both_ways_agree_for_all_sizes_and_pieces),
};

int main(void)
{
    return suite_run("sha256", tests, sizeof tests / sizeof *tests);
}
