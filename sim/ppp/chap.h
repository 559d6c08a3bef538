/*
 * The one-way function of CHAP: MD5 over identifier, secret and challenge (RFC 1994 4.1).
 */
#ifndef HLSIM_PPP_CHAP_H
#define HLSIM_PPP_CHAP_H

#include <stddef.h>
#include <stdint.h>

#define HLSIM__CHAP_DIGEST 16

/* `ret_digest` takes HLSIM__CHAP_DIGEST bytes; `secret` ends with a NUL. */
void hlsim__chap_digest(uint8_t id, const char *secret, const uint8_t *challenge, size_t size,
                        uint8_t *ret_digest);

#endif
