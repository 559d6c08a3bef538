/*
 * The keys that packages of this project are signed with.
 */
#ifndef HLSIM_PACKAGE_KEYS_H
#define HLSIM_PACKAGE_KEYS_H

#include <hl78sim/package.h>

#include <stddef.h>
#include <stdint.h>

struct hlsim__key_pair {
    const uint8_t *private_der; /* PKCS#1 */
    size_t private_size;
    const uint8_t *public_der; /* SubjectPublicKeyInfo */
    size_t public_size;
};

const struct hlsim__key_pair *hlsim__package_key_pair(enum hlsim_package_key key);

#endif
