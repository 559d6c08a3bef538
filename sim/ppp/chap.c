/*
 * MD5 by Nettle. Does not know who is asked.
 */
#include "ppp/chap.h"

#include <nettle/md5.h>

#include <string.h>

_Static_assert(HLSIM__CHAP_DIGEST == MD5_DIGEST_SIZE, "it is the same digest");

void hlsim__chap_digest(uint8_t id, const char *secret, const uint8_t *challenge, size_t size,
                        uint8_t *ret_digest)
{
    struct md5_ctx context;

    md5_init(&context);
    md5_update(&context, 1, &id);
    md5_update(&context, strlen(secret), (const uint8_t *)secret);
    md5_update(&context, size, challenge);
    md5_digest(&context, HLSIM__CHAP_DIGEST, ret_digest);
}
