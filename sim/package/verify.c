/*
 * All that packages need of mbedTLS, versions 2.28 and 3: one kind of signature. Does not know the
 * format of a package.
 */
#include "package/verify.h"

#include "base/assert.h"
#include "base/rng.h"
#include "package/keys.h"

#include <mbedtls/pk.h>
#include <mbedtls/version.h>

/* What the two versions of mbedTLS call differently. */
#if MBEDTLS_VERSION_NUMBER >= 0x03000000
#define PARSE_PRIVATE_KEY(pk, der, size, random, state)                                            \
    mbedtls_pk_parse_key((pk), (der), (size), NULL, 0, (random), (state))
#define SIGN(pk, digest, signature, ret_size, random, state)                                       \
    mbedtls_pk_sign((pk), MBEDTLS_MD_SHA256, (digest), HLSIM__DIGEST_SIZE, (signature),            \
                    HLSIM_PACKAGE_SIGNATURE_SIZE, (ret_size), (random), (state))
#else
#define PARSE_PRIVATE_KEY(pk, der, size, random, state)                                            \
    mbedtls_pk_parse_key((pk), (der), (size), NULL, 0)
#define SIGN(pk, digest, signature, ret_size, random, state)                                       \
    mbedtls_pk_sign((pk), MBEDTLS_MD_SHA256, (digest), HLSIM__DIGEST_SIZE, (signature),            \
                    (ret_size), (random), (state))
#endif

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
