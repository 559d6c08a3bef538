/*
 * The compression function of SHA-256, four rounds at a time. Knows neither padding nor lengths.
 */
#include "package/sha256_x86.h"

#include "base/assert.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <cpuid.h>
#include <immintrin.h>

#define WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))

/* FIPS 180-4 4.2.2: the cube roots of the first 64 primes. */
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

bool hlsim__sha256_x86_there(void)
{
    unsigned eax;
    unsigned ebx;
    unsigned ecx;
    unsigned edx;

    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || (ecx & bit_SSSE3) == 0 ||
        (ecx & bit_SSE4_1) == 0) {
        return false;
    }
    return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) && (ebx & bit_SHA) != 0;
}

/* The working variables as the instructions want them, from the lowest lane: F E B A and H G D C.
 */
struct working {
    __m128i feba;
    __m128i hgdc;
};

WITH_SHA static inline struct working unpack(const uint32_t *state)
{
    __m128i abcd = _mm_loadu_si128((const __m128i *)(const void *)state);
    __m128i efgh = _mm_loadu_si128((const __m128i *)(const void *)(state + 4));
    __m128i badc = _mm_shuffle_epi32(abcd, 0xb1);
    __m128i hgfe = _mm_shuffle_epi32(efgh, 0x1b);

    return (struct working){.feba = _mm_alignr_epi8(badc, hgfe, 8),
                            .hgdc = _mm_blend_epi16(hgfe, badc, 0xf0)};
}

WITH_SHA static inline void pack(const struct working *working, uint32_t *state)
{
    __m128i abef = _mm_shuffle_epi32(working->feba, 0x1b);
    __m128i ghcd = _mm_shuffle_epi32(working->hgdc, 0xb1);

    _mm_storeu_si128((__m128i *)(void *)state, _mm_blend_epi16(abef, ghcd, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(state + 4), _mm_alignr_epi8(ghcd, abef, 8));
}

/* Two rounds leave the variables in each other's place, two more put them back. */
WITH_SHA static inline void four_rounds(struct working *working, __m128i words, const uint32_t *k)
{
    __m128i sums = _mm_add_epi32(words, _mm_loadu_si128((const __m128i *)(const void *)k));

    working->hgdc = _mm_sha256rnds2_epu32(working->hgdc, working->feba, sums);
    working->feba =
        _mm_sha256rnds2_epu32(working->feba, working->hgdc, _mm_shuffle_epi32(sums, 0x0e));
}

/* W16 to W19 from W0 to W15, in four vectors of which `oldest` is replaced. */
WITH_SHA static inline __m128i next_words(__m128i oldest, __m128i second, __m128i third,
                                          __m128i newest)
{
    __m128i words = _mm_sha256msg1_epu32(oldest, second);

    words = _mm_add_epi32(words, _mm_alignr_epi8(newest, third, 4));
    return _mm_sha256msg2_epu32(words, newest);
}

WITH_SHA static void one_block(struct working *working, const uint8_t *bytes)
{
    /* Words are big-endian. */
    const __m128i turn = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    const struct working before = *working;
    __m128i w[4];

    for (size_t i = 0; i < 4; i++) {
        w[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
        w[i] = _mm_shuffle_epi8(w[i], turn);
    }
    for (size_t round = 0; round < 48; round += 16) {
        four_rounds(working, w[0], constants + round);
        w[0] = next_words(w[0], w[1], w[2], w[3]);
        four_rounds(working, w[1], constants + round + 4);
        w[1] = next_words(w[1], w[2], w[3], w[0]);
        four_rounds(working, w[2], constants + round + 8);
        w[2] = next_words(w[2], w[3], w[0], w[1]);
        four_rounds(working, w[3], constants + round + 12);
        w[3] = next_words(w[3], w[0], w[1], w[2]);
    }
    for (size_t i = 0; i < 4; i++) {
        four_rounds(working, w[i], constants + 48 + 4 * i);
    }
    working->feba = _mm_add_epi32(working->feba, before.feba);
    working->hgdc = _mm_add_epi32(working->hgdc, before.hgdc);
}

WITH_SHA void hlsim__sha256_x86_blocks(uint32_t state[8], const uint8_t *bytes, size_t count)
{
    struct working working = unpack(state);

    for (; count > 0; count--, bytes += 64) {
        one_block(&working, bytes);
    }
    pack(&working, state);
}

#else

bool hlsim__sha256_x86_there(void)
{
    return false;
}

void hlsim__sha256_x86_blocks(uint32_t state[8], const uint8_t *bytes, size_t count)
{
    (void)state;
    (void)bytes;
    HLSIM_ASSERT(count == 0);
}

#endif
