/*
 * SHA-256 by Nettle, which takes the processor's own instructions for it where there are some. Does
 * not know what is hashed.
 */
#include "package/verify.h"

#include <nettle/sha2.h>

#include <string.h>

_Static_assert(sizeof(struct sha256_ctx) <= sizeof(struct hlsim_package_hash),
               "the public struct has room for the context");
_Static_assert(SHA256_DIGEST_SIZE == HLSIM__DIGEST_SIZE, "it is the same digest");

/* The context lives in a struct of its own kind only during a call; between calls it is bytes. */
static void load(struct sha256_ctx *context, const struct hlsim_package_hash *hash)
{
    memcpy(context, hash->words, sizeof *context);
}

static void store(struct hlsim_package_hash *hash, const struct sha256_ctx *context)
{
    memcpy(hash->words, context, sizeof *context);
}

void hlsim__hash_start(struct hlsim_package_hash *hash)
{
    struct sha256_ctx context;

    memset(hash, 0, sizeof *hash);
    memset(&context, 0, sizeof context);
    sha256_init(&context);
    store(hash, &context);
}

void hlsim__hash_add(struct hlsim_package_hash *hash, const void *bytes, size_t size)
{
    struct sha256_ctx context;

    load(&context, hash);
    sha256_update(&context, size, bytes);
    store(hash, &context);
}

void hlsim__hash_finish(struct hlsim_package_hash *hash, uint8_t *ret_digest)
{
    struct sha256_ctx context;

    load(&context, hash);
    sha256_digest(&context, HLSIM__DIGEST_SIZE, ret_digest);
}
