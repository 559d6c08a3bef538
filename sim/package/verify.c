/*
 * All that packages need of mbedTLS, versions 2.28 and 3: one hash, one kind of signature. Does not
 * know the format of a package.
 */
#include "package/verify.h"

#include "base/assert.h"
#include "base/rng.h"
#include "package/keys.h"
#include "package/sha256_x86.h"

#include <mbedtls/pk.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

#include <string.h>

/* Bytes that SHA-256 takes at once. */
#define BLOCK 64

/* What the two versions of mbedTLS call differently. */
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#define INSIDE(field) MBEDTLS_PRIVATE(field)
#define SHA256_STARTS mbedtls_sha256_starts
#define SHA256_UPDATE mbedtls_sha256_update
#define SHA256_FINISH mbedtls_sha256_finish
#define PARSE_PRIVATE_KEY(pk, der, size, random, state)                                            \
    mbedtls_pk_parse_key((pk), (der), (size), NULL, 0, (random), (state))
#define SIGN(pk, digest, signature, ret_size, random, state)                                       \
    mbedtls_pk_sign((pk), MBEDTLS_MD_SHA256, (digest), HLSIM__DIGEST_SIZE, (signature),            \
                    HLSIM_PACKAGE_SIGNATURE_SIZE, (ret_size), (random), (state))
#else
#define INSIDE(field) field
#define SHA256_STARTS mbedtls_sha256_starts_ret
#define SHA256_UPDATE mbedtls_sha256_update_ret
#define SHA256_FINISH mbedtls_sha256_finish_ret
#define PARSE_PRIVATE_KEY(pk, der, size, random, state)                                            \
    mbedtls_pk_parse_key((pk), (der), (size), NULL, 0)
#define SIGN(pk, digest, signature, ret_size, random, state)                                       \
    mbedtls_pk_sign((pk), MBEDTLS_MD_SHA256, (digest), HLSIM__DIGEST_SIZE, (signature),            \
                    (ret_size), (random), (state))
#endif

_Static_assert(sizeof(mbedtls_sha256_context) <= sizeof((struct hlsim_package_hash *)0)->words,
               "the public struct has room for the context");

/* The context lives in a struct of its own kind only during a call; between calls it is bytes. */
static void load(mbedtls_sha256_context *context, const struct hlsim_package_hash *hash)
{
    memcpy(context, hash->words, sizeof *context);
}

static void store(struct hlsim_package_hash *hash, const mbedtls_sha256_context *context)
{
    memcpy(hash->words, context, sizeof *context);
}

void hlsim__hash_start(struct hlsim_package_hash *hash)
{
    mbedtls_sha256_context context;
    int result;

    memset(hash, 0, sizeof *hash);
    mbedtls_sha256_init(&context);
    result = SHA256_STARTS(&context, 0);
    HLSIM_ASSERT(result == 0);
    store(hash, &context);
    hash->by_processor = hlsim__sha256_x86_there();
}

/* Takes whole blocks past mbedTLS, which keeps what is left of one between two calls. Returns how
 * many bytes that were. */
static size_t add_blocks(mbedtls_sha256_context *context, const uint8_t *bytes, size_t size)
{
    uint32_t *total = context->INSIDE(total);
    size_t taken = size - size % BLOCK;

    if (total[0] % BLOCK != 0) {
        return 0;
    }
    hlsim__sha256_x86_blocks(context->INSIDE(state), bytes, taken / BLOCK);
    total[0] += (uint32_t)taken;
    total[1] += total[0] < taken;
    return taken;
}

void hlsim__hash_add(struct hlsim_package_hash *hash, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    mbedtls_sha256_context context;

    load(&context, hash);
    while (size > 0) {
        size_t part = BLOCK - context.INSIDE(total)[0] % BLOCK;
        size_t taken = hash->by_processor ? add_blocks(&context, from, size) : 0;

        if (taken == 0) {
            int result;

            taken = hash->by_processor && part < size ? part : size;
            result = SHA256_UPDATE(&context, from, taken);
            HLSIM_ASSERT(result == 0);
        }
        from += taken;
        size -= taken;
    }
    store(hash, &context);
}

void hlsim__hash_finish(struct hlsim_package_hash *hash, uint8_t *ret_digest)
{
    mbedtls_sha256_context context;
    int result;

    load(&context, hash);
    result = SHA256_FINISH(&context, ret_digest);
    HLSIM_ASSERT(result == 0);
    mbedtls_sha256_free(&context);
}

/* The random numbers only blind the computation: the signature is the same for all of them. */
static int blind(void *state, unsigned char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)hlsim__rng_next(state);
    }
    return 0;
}

int hlsim__signature_make(enum hlsim_package_key key, const uint8_t *digest, uint8_t *ret_signature)
{
    const struct hlsim__key_pair *pair = hlsim__package_key_pair(key);
    struct hlsim__rng rng;
    mbedtls_pk_context pk;
    size_t size = 0;
    int result;

    hlsim__rng_init(&rng, 0, "blinding");
    mbedtls_pk_init(&pk);
    result = PARSE_PRIVATE_KEY(&pk, pair->private_der, pair->private_size, blind, &rng);
    if (result == 0) {
        result = SIGN(&pk, digest, ret_signature, &size, blind, &rng);
    }
    mbedtls_pk_free(&pk);
    if (result != 0) {
        return HLSIM_E_NO_MEMORY;
    }
    HLSIM_ASSERT(size == HLSIM_PACKAGE_SIGNATURE_SIZE);
    return 0;
}

int hlsim__signature_check(enum hlsim_package_key key, const uint8_t *digest,
                           const uint8_t *signature)
{
    const struct hlsim__key_pair *pair = hlsim__package_key_pair(key);
    mbedtls_pk_context pk;
    int parsed;
    int verified = -1;

    mbedtls_pk_init(&pk);
    parsed = mbedtls_pk_parse_public_key(&pk, pair->public_der, pair->public_size);
    if (parsed == 0) {
        verified = mbedtls_pk_verify(&pk, MBEDTLS_MD_SHA256, digest, HLSIM__DIGEST_SIZE, signature,
                                     HLSIM_PACKAGE_SIGNATURE_SIZE);
    }
    mbedtls_pk_free(&pk);
    if (parsed != 0) {
        return HLSIM_E_NO_MEMORY;
    }
    return verified == 0 ? 0 : HLSIM_E_SIGNATURE;
}
