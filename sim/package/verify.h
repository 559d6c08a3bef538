/*
 * SHA-256 and RSA signatures, for packages and for who installs them. No type of a library is seen
 * outside.
 */
#ifndef HLSIM_PACKAGE_VERIFY_H
#define HLSIM_PACKAGE_VERIFY_H

#include <hl78sim/package.h>

#define HLSIM__DIGEST_SIZE HLSIM_PACKAGE_DIGEST_SIZE

void hlsim__hash_start(struct hlsim_package_hash *hash);
void hlsim__hash_add(struct hlsim_package_hash *hash, const void *bytes, size_t size);
void hlsim__hash_finish(struct hlsim_package_hash *hash, uint8_t *ret_digest);

/* Signs a digest (RSA-2048, PKCS#1 v1.5, SHA-256); writes HLSIM_PACKAGE_SIGNATURE_SIZE bytes.
 * HLSIM_E_NO_MEMORY. */
int hlsim__signature_make(enum hlsim_package_key key, const uint8_t *digest,
                          uint8_t *ret_signature);

/* 0, or HLSIM_E_SIGNATURE, or HLSIM_E_NO_MEMORY. */
int hlsim__signature_check(enum hlsim_package_key key, const uint8_t *digest,
                           const uint8_t *signature);

#endif
